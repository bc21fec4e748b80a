//! Linear layers, in 32 bits or in 8.

use tch::{Kind, Scalar, Tensor};

use crate::weights::Weights;

/// The largest number that a weight of 8 bits holds.
const LARGEST: f64 = 127.0;
/// Rows narrower than this hold one number all along.
const NARROWEST: f64 = 1e-12;

/// `x · weightᵀ + bias`, of rows.
pub(crate) enum Linear {
    /// In 32 bits.
    Float { weight: Tensor, bias: Tensor },
    /// In 8 bits.
    Int8(Box<Quantised>),
}

/// A layer that multiplies numbers of 8 bits (dynamic quantisation: weights once, activations as they come).
///
/// Each output has a scale of its own, and so has each row of the input: a row is brought to 0 … 1 before libtorch's kernel, FBGEMM, turns it into 8 bits. The kernel's one scale for
/// the whole input is then always the same, so no row's answer depends on the rows beside it, and a token with large values takes no precision from the others.
pub(crate) struct Quantised {
    /// 8 bits, outputs × inputs.
    weight: Tensor,
    /// The same as FBGEMM wants it.
    packed: Tensor,
    /// The sum of each output's weights of 8 bits.
    sums: Tensor,
    /// What a step of 8 bits is worth, an output each.
    scales: Tensor,
    /// What 1 in every input comes to, an output each.
    of_ones: Tensor,
    bias: Tensor,
    /// The kernel adds a bias; ours is added later.
    no_bias: Tensor,
}

impl Linear {
    /// The layer of that name, sharing its tensors.
    pub(crate) fn around(weights: &Weights, name: &str) -> Self {
        let part = |part| weights[&format!("{name}.{part}")].shallow_clone();
        Self::Float { weight: part("weight"), bias: part("bias") }
    }

    /// The layer of that name in 8 bits.
    pub(crate) fn quantised(weights: &Weights, name: &str) -> Self {
        let part = |part| &weights[&format!("{name}.{part}")];
        Self::Int8(Box::new(Quantised::of(part("weight"), part("bias"))))
    }

    pub(crate) fn share(&self) -> Self {
        match self {
            Self::Float { weight, bias } => {
                Self::Float { weight: weight.shallow_clone(), bias: bias.shallow_clone() }
            }
            Self::Int8(quantised) => Self::Int8(Box::new(quantised.share())),
        }
    }

    pub(crate) fn apply(&self, rows: &Tensor) -> Tensor {
        match self {
            Self::Float { weight, bias } => rows.linear(weight, Some(bias)),
            Self::Int8(quantised) => quantised.apply(rows),
        }
    }
}

impl Quantised {
    fn of(weight: &Tensor, bias: &Tensor) -> Self {
        let scales = weight.abs().amax(1, true).clamp_min(NARROWEST) / LARGEST;
        let steps = (weight / &scales).round().to_kind(Kind::Int8);
        Self {
            packed: steps.fbgemm_pack_quantized_matrix(),
            sums: steps.sum_dim_intlist(1i64, false, Kind::Int),
            of_ones: (steps.to_kind(Kind::Float) * &scales).sum_dim_intlist(
                1i64,
                false,
                Kind::Float,
            ),
            scales: scales.squeeze_dim(1),
            weight: steps,
            no_bias: bias.zeros_like(),
            bias: bias.shallow_clone(),
        }
    }

    fn share(&self) -> Self {
        Self {
            weight: self.weight.shallow_clone(),
            packed: self.packed.shallow_clone(),
            sums: self.sums.shallow_clone(),
            scales: self.scales.shallow_clone(),
            of_ones: self.of_ones.shallow_clone(),
            bias: self.bias.shallow_clone(),
            no_bias: self.no_bias.shallow_clone(),
        }
    }

    fn apply(&self, rows: &Tensor) -> Tensor {
        let (least, most) = rows.aminmax(1, true);
        let width = (most - &least).clamp_min(NARROWEST);
        let product = ((rows - &least) / &width).fbgemm_linear_int8_weight_fp32_activation(
            &self.weight,
            &self.packed,
            &self.sums,
            Scalar::from(1.0),
            Scalar::from(0i64),
            &self.no_bias,
        );
        // Back to the row's own range: x = width · u + least, so x · w = width · (u · w) + least · (1 · w).
        let offset = self.bias.addcmul(&least, &self.of_ones);
        offset.addcmul(&(product * &self.scales), &width)
    }
}
