//! Dropout (Srivastava et al. 2014) that a seed decides.

use tch::Tensor;

use crate::random::SplitMix64;
use crate::shape::HEAD_DROPOUT;

/// What is dropped in one step by one network. libtorch's own dropout draws from one generator, which threads share: with it, no two runs would be alike.
///
/// What BERT drops inside the attention weights is not dropped: the attention is computed without ever holding them.
pub(crate) struct Dropout {
    share: f64,
    random: SplitMix64,
}

impl Dropout {
    /// Drops this share of the encoder's states; the head's is fixed.
    pub(crate) fn new(share: f64, random: SplitMix64) -> Self {
        Self { share, random }
    }

    /// Drops some of the encoder's states.
    pub(crate) fn apply(&mut self, states: Tensor) -> Tensor {
        if self.share > 0.0 { self.drop(&states, self.share) } else { states }
    }

    /// Drops some of the states inside the head.
    pub(crate) fn apply_in_head(&mut self, states: Tensor) -> Tensor {
        self.drop(&states, HEAD_DROPOUT)
    }

    /// Sets the share of the values to 0 and makes up for them with the others.
    fn drop(&mut self, states: &Tensor, share: f64) -> Tensor {
        let mut keep = vec![0f32; states.numel()];
        self.random.keep(share, &mut keep);
        let keep = Tensor::from_slice(&keep).view_as(states).to_device(states.device());
        states * keep
    }
}
