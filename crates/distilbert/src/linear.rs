//! Linear layers, in 32 bits or in 8.

use tch::{Kind, Scalar, TchError, Tensor};

use crate::LoadError;
use crate::weights::Weights;

/// The largest step of a weight.
///
/// FBGEMM adds two products of 8 bits in 16 on processors without VNNI, where 2 · 255 · 63 fits and 2 · 255 · 127 does not (it would be cut off); there, weights have 7 bits.
fn largest() -> f64 {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx512vnni") {
        return 127.0;
    }
    63.0
}

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
    pub(crate) fn quantised(weights: &Weights, name: &str) -> Result<Self, LoadError> {
        let part = |part| &weights[&format!("{name}.{part}")];
        let quantised = Quantised::of(part("weight"), part("bias")).map_err(LoadError::Int8)?;
        Ok(Self::Int8(Box::new(quantised)))
    }

    pub(crate) fn share(&self) -> Self {
        match self {
            Self::Float { weight, bias } => {
                Self::Float { weight: weight.shallow_clone(), bias: bias.shallow_clone() }
            }
            Self::Int8(quantised) => Self::Int8(Box::new(quantised.share())),
        }
    }

    /// The product in 32 bits, or in 8.
    pub(crate) fn apply(&self, rows: &Tensor) -> Tensor {
        match self {
            Self::Float { weight, bias } => rows.linear(weight, Some(bias)),
            Self::Int8(quantised) => quantised.apply(rows),
        }
    }

    /// The product of numbers brought to `kind` before they are multiplied, while training; weights, sums and gradients stay in 32 bits
    /// (mixed precision: Micikevicius et al. 2018; bfloat16 needs no scaling of the loss: Kalamkar et al. 2019).
    pub(crate) fn apply_in(&self, kind: Kind, rows: &Tensor) -> Tensor {
        match self {
            Self::Float { weight, bias } if kind != Kind::Float => {
                let product = rows.to_kind(kind).linear(&weight.to_kind(kind), None::<Tensor>);
                product.to_kind(Kind::Float) + bias
            }
            _ => self.apply(rows),
        }
    }
}

impl Quantised {
    fn of(weight: &Tensor, bias: &Tensor) -> Result<Self, TchError> {
        let scales = weight.abs().amax(1, true).clamp_min(NARROWEST) / largest();
        let steps = (weight / &scales).round().to_kind(Kind::Int8);
        Ok(Self {
            packed: steps.f_fbgemm_pack_quantized_matrix()?,
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
        })
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
        // Both at once, `aminmax`, is one number at a time, and ten times slower.
        let least = rows.amin(1, true);
        let width = (rows.amax(1, true) - &least).clamp_min(NARROWEST);
        let mut product = (rows - &least).g_div_(&width).fbgemm_linear_int8_weight_fp32_activation(
            &self.weight,
            &self.packed,
            &self.sums,
            Scalar::from(1.0),
            Scalar::from(0i64),
            &self.no_bias,
        );
        // Back to the row's own range: x = width · u + least, so x · w = width · (u · w) + least · (1 · w).
        let offset = self.bias.addcmul(&least, &self.of_ones);
        offset.addcmul(&product.g_mul_(&self.scales), &width)
    }
}

// FBGEMM is for this processor only.
#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use tch::Device;

    use super::*;
    use crate::weights::to_floats;

    fn layer() -> (Weights, Tensor) {
        tch::manual_seed(7);
        let random = |size: &[i64]| Tensor::randn(size, (Kind::Float, Device::Cpu));
        let weight = random(&[48, 32]);
        // An output that nothing reaches.
        let _ = weight.select(0, 3).zero_();
        let parts = [("one.weight".to_owned(), weight), ("one.bias".to_owned(), random(&[48]))];
        let rows = random(&[20, 32]);
        // A token with values like no other, one that is the same all along, and one of zeros.
        let _ = rows.select(0, 4).g_mul_scalar_(1e4);
        let _ = rows.select(0, 5).fill_(3.0);
        let _ = rows.select(0, 6).zero_();
        (parts.into(), rows)
    }

    #[test]
    fn each_row_is_nearly_what_it_is_in_32_bits() {
        let (weights, rows) = layer();
        let exact = Linear::around(&weights, "one").apply(&rows);
        let near = Linear::quantised(&weights, "one").unwrap().apply(&rows);
        for row in 0..20 {
            let [exact, near] = [&exact, &near].map(|all| to_floats(&all.select(0, row)));
            let largest = exact.iter().fold(1.0f32, |most, x| most.max(x.abs()));
            let close = exact.iter().zip(&near).all(|(a, b)| (a - b).abs() < 0.03 * largest);
            assert!(close, "row {row}: {exact:?} {near:?}");
        }
    }

    #[test]
    fn no_row_changes_another() {
        let (weights, rows) = layer();
        let layer = Linear::quantised(&weights, "one").unwrap();
        let together = layer.apply(&rows);
        for row in 0..20 {
            let alone = to_floats(&layer.apply(&rows.narrow(0, row, 1)));
            assert_eq!(alone, to_floats(&together.select(0, row)), "row {row}");
        }
    }
}
