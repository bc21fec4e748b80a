//! The network: DistilBERT's encoder (Sanh et al. 2019) and a head that turns its hidden states into a logit a label.
//!
//! rust-bert has the same network and keeps its layers to itself; with ours the sequences of a batch need no padding, and the linear layers can compute in 8
//! bits. `reference.rs` holds rust-bert's, which answers the golden examples of every version.

use std::convert::Infallible;

use serde::{Deserialize, Serialize};
use tch::{Kind, Tensor};

use crate::LoadError;
use crate::batch::{Batch, Run};
use crate::lesson::Lesson;
use crate::linear::Linear;
use crate::shape::{Bend, LAYER_NORM_EPSILON, Shape};
use crate::weights::Weights;

/// The tensors of the head: a layer as wide as the network, and one with a row a label.
pub(crate) const PRE_CLASSIFIER: &str = "pre_classifier";
pub(crate) const CLASSIFIER: &str = "classifier";

/// What the head looks at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pooling {
    /// The hidden state of the first token, as in the published DistilBERT classifiers.
    #[default]
    FirstToken,
    /// The mean of all hidden states, as in the sentence encoders.
    Mean,
}

/// An encoder with its head.
pub(crate) struct Network {
    words: Tensor,
    positions: Tensor,
    norm: Norm,
    layers: Vec<Layer>,
    pre_classifier: Linear,
    classifier: Linear,
    pooling: Pooling,
}

impl Network {
    /// Builds a network around `weights`, which it shares: what changes them changes it.
    ///
    /// `weights` are the encoder's and the head's tensors, by name; `crate::weights` and `crate::head` have checked them.
    pub(crate) fn around(weights: &Weights, shape: &Shape, pooling: Pooling) -> Self {
        let linear = |name: &str| Ok::<_, Infallible>(Linear::around(weights, name));
        let Ok(network) = Self::of(weights, shape, pooling, &linear);
        network
    }

    /// Builds a network whose encoder's linear layers compute in 8 bits.
    pub(crate) fn quantised(
        weights: &Weights,
        shape: &Shape,
        pooling: Pooling,
    ) -> Result<Self, LoadError> {
        Self::of(weights, shape, pooling, &|name| Linear::quantised(weights, name))
    }

    /// Builds a network of which `linear` makes the encoder's linear layers, from the name of each.
    fn of<E>(
        weights: &Weights,
        shape: &Shape,
        pooling: Pooling,
        linear: &dyn Fn(&str) -> Result<Linear, E>,
    ) -> Result<Self, E> {
        let layer = |number| Layer::of(weights, shape, number, linear);
        Ok(Self {
            words: weights["embeddings.word_embeddings.weight"].shallow_clone(),
            positions: weights["embeddings.position_embeddings.weight"].shallow_clone(),
            norm: Norm::around(weights, "embeddings.LayerNorm"),
            layers: (0..shape.layers).map(layer).collect::<Result<_, _>>()?,
            pre_classifier: Linear::around(weights, PRE_CLASSIFIER),
            classifier: Linear::around(weights, CLASSIFIER),
            pooling,
        })
    }

    /// Another network around the same tensors, for another thread.
    pub(crate) fn share(&self) -> Self {
        Self {
            words: self.words.shallow_clone(),
            positions: self.positions.shallow_clone(),
            norm: self.norm.share(),
            layers: self.layers.iter().map(Layer::share).collect(),
            pre_classifier: self.pre_classifier.share(),
            classifier: self.classifier.share(),
            pooling: self.pooling,
        }
    }

    /// The logits (sequences × labels) of a batch. `lesson` is given while training.
    pub(crate) fn logits(&self, batch: &Batch, mut lesson: Option<&mut Lesson>) -> Tensor {
        let embedded = self.words.index_select(0, &batch.ids)
            + self.positions.index_select(0, &batch.positions);
        let mut states = drop_some(self.norm.apply(&embedded), lesson.as_deref_mut());
        for layer in &self.layers {
            states = layer.apply(&states, &batch.runs, lesson.as_deref_mut());
        }
        let inner = self.pre_classifier.apply(&self.pool(&states, &batch.runs)).relu();
        let kept = match lesson {
            Some(lesson) => lesson.drop_in_head(&inner),
            None => inner,
        };
        self.classifier.apply(&kept)
    }

    /// From tokens × width to sequences × width.
    fn pool(&self, states: &Tensor, runs: &[Run]) -> Tensor {
        let pooled: Vec<Tensor> = by_run(states, runs)
            .iter()
            .map(|states| match self.pooling {
                Pooling::FirstToken => states.select(1, 0),
                Pooling::Mean => states.mean_dim(1, false, Kind::Float),
            })
            .collect();
        Tensor::cat(&pooled, 0)
    }
}

/// One layer of the encoder: attention, then two linear layers with a curve between them; each adds to what it was given, and is normalised.
struct Layer {
    /// Queries, keys and values in one product.
    qkv: Linear,
    out: Linear,
    attention_norm: Norm,
    widen: Linear,
    narrow: Linear,
    output_norm: Norm,
    heads: i64,
    bend: Bend,
}

impl Layer {
    fn of<E>(
        weights: &Weights,
        shape: &Shape,
        number: i64,
        linear: &dyn Fn(&str) -> Result<Linear, E>,
    ) -> Result<Self, E> {
        let name = |part: &str| format!("transformer.layer.{number}.{part}");
        Ok(Self {
            qkv: linear(&name("attention.qkv"))?,
            out: linear(&name("attention.out_lin"))?,
            attention_norm: Norm::around(weights, &name("sa_layer_norm")),
            widen: linear(&name("ffn.lin1"))?,
            narrow: linear(&name("ffn.lin2"))?,
            output_norm: Norm::around(weights, &name("output_layer_norm")),
            heads: shape.heads,
            bend: shape.bend,
        })
    }

    fn share(&self) -> Self {
        Self {
            qkv: self.qkv.share(),
            out: self.out.share(),
            attention_norm: self.attention_norm.share(),
            widen: self.widen.share(),
            narrow: self.narrow.share(),
            output_norm: self.output_norm.share(),
            heads: self.heads,
            bend: self.bend,
        }
    }

    fn apply(&self, states: &Tensor, runs: &[Run], mut lesson: Option<&mut Lesson>) -> Tensor {
        let kind = lesson.as_deref().map_or(Kind::Float, Lesson::multiplies_in);
        let context = attend(&self.qkv.apply_in(kind, states), runs, self.heads);
        let attended = drop_some(self.out.apply_in(kind, &context), lesson.as_deref_mut());
        let states = self.attention_norm.apply(&(attended + states));
        let wide = self.widen.apply_in(kind, &states);
        let bent = match self.bend {
            Bend::Gelu => wide.gelu("none"),
            Bend::Relu => wide.relu(),
        };
        let narrow = drop_some(self.narrow.apply_in(kind, &bent), lesson);
        self.output_norm.apply(&(narrow + states))
    }
}

/// Scaled dot-product attention (Vaswani et al. 2017) inside each sequence: `qkv` is tokens × (3 × width), the answer tokens × width.
fn attend(qkv: &Tensor, runs: &[Run], heads: i64) -> Tensor {
    let contexts: Vec<Tensor> = by_run(qkv, runs)
        .iter()
        .map(|qkv| {
            let (sequences, length, width) = (qkv.size()[0], qkv.size()[1], qkv.size()[2] / 3);
            let parts = qkv
                .view([sequences, length, 3, heads, width / heads])
                .permute([2, 0, 3, 1, 4])
                .unbind(0);
            let [query, key, value] = [&parts[0], &parts[1], &parts[2]];
            let scale = ((width / heads) as f64).sqrt().recip();
            let scores = (query * scale).matmul(&key.transpose(2, 3)).softmax(3, Kind::Float);
            scores.matmul(value).transpose(1, 2).reshape([sequences * length, width])
        })
        .collect();
    if contexts.len() == 1 { contexts[0].shallow_clone() } else { Tensor::cat(&contexts, 0) }
}

/// Tokens × width as a piece a run, sequences × tokens × width.
fn by_run(tokens: &Tensor, runs: &[Run]) -> Vec<Tensor> {
    let sizes: Vec<i64> = runs.iter().map(|run| run.tokens()).collect();
    let pieces = tokens.split_with_sizes(&sizes, 0);
    let shaped =
        pieces.iter().zip(runs).map(|(piece, run)| piece.view([run.sequences, run.length, -1]));
    shaped.collect()
}

fn drop_some(states: Tensor, lesson: Option<&mut Lesson>) -> Tensor {
    match lesson {
        Some(lesson) => lesson.drop_some(states),
        None => states,
    }
}

/// Layer normalisation (Ba, Kiros and Hinton 2016).
struct Norm {
    weight: Tensor,
    bias: Tensor,
}

impl Norm {
    fn around(weights: &Weights, name: &str) -> Self {
        let part = |part| weights[&format!("{name}.{part}")].shallow_clone();
        Self { weight: part("weight"), bias: part("bias") }
    }

    fn share(&self) -> Self {
        Self { weight: self.weight.shallow_clone(), bias: self.bias.shallow_clone() }
    }

    fn apply(&self, states: &Tensor) -> Tensor {
        let (weight, bias) = (Some(&self.weight), Some(&self.bias));
        states.layer_norm(self.weight.size(), weight, bias, LAYER_NORM_EPSILON, false)
    }
}
