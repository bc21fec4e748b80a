//! What is different about a network's pass over a batch while it trains.

use tch::{Kind, Tensor};

use crate::random::SplitMix64;
use crate::shape::HEAD_DROPOUT;

/// One network's part of one training step: what it drops, and what it multiplies in.
///
/// What is dropped (Srivastava et al. 2014) follows from a seed. libtorch's own dropout draws from one generator, which threads share: with it, no two runs would be alike.
/// What BERT drops inside the attention weights is not dropped: the attention is computed without ever holding them.
pub(crate) struct Lesson {
    share: f64,
    random: SplitMix64,
    mixed: bool,
}

impl Lesson {
    /// Drops this share of the encoder's states (the head's is fixed); `mixed` lets the encoder's linear layers multiply in bfloat16.
    pub(crate) fn new(share: f64, random: SplitMix64, mixed: bool) -> Self {
        Self { share, random, mixed }
    }

    /// What the encoder's linear layers multiply in.
    pub(crate) fn multiplies_in(&self) -> Kind {
        if self.mixed { Kind::BFloat16 } else { Kind::Float }
    }

    /// Drops some of the encoder's states.
    pub(crate) fn drop_some(&mut self, states: Tensor) -> Tensor {
        if self.share > 0.0 { self.drop(&states, self.share) } else { states }
    }

    /// Drops some of the states inside the head.
    pub(crate) fn drop_in_head(&mut self, states: &Tensor) -> Tensor {
        self.drop(states, HEAD_DROPOUT)
    }

    /// Sets the share of the values to 0 and makes up for them with the others.
    fn drop(&mut self, states: &Tensor, share: f64) -> Tensor {
        let mut keep = vec![0f32; states.numel()];
        self.random.keep(share, &mut keep);
        let keep = Tensor::from_slice(&keep).view_as(states).to_device(states.device());
        states * keep
    }
}
