//! The networks that are trained one after the other to make one model.

use serde_json::{Map, Value};
use tch::Device;

use super::checkpoint::{Checkpoints, Keeper};
use super::crew::Crew;
use super::evaluation::HeldoutLogits;
use super::training::{Epoch, Happened, Run, Task, Trained};
use super::{FitError, FitOptions, TrainingRows};
use crate::base::Base;
use crate::head;
use crate::random::SplitMix64;
use crate::weights::{Weights, size_of};

pub(super) const FOLDS: u8 = 10;

/// One of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Round {
    /// Its number, from 1.
    pub(super) number: usize,
    /// How many there are.
    pub(super) of: usize,
    /// The folds whose rows it is not trained on, but judged by: from the first, up to but without the second.
    held: (u8, u8),
    /// The epochs it trains, where the first has shown how many are best.
    pub(super) epochs: Option<usize>,
}

impl Round {
    pub(super) fn holds(self, fold: u8) -> bool {
        (self.held.0..self.held.1).contains(&fold)
    }
}

/// What all of them start from and learn.
pub(super) struct Rounds<'r> {
    pub(super) base: &'r Base,
    pub(super) rows: TrainingRows<'r>,
    /// The rows' texts as token numbers.
    pub(super) sequences: &'r [Vec<i64>],
    pub(super) options: &'r FitOptions,
    /// Where checkpoints are kept, and what they are checkpoints of.
    pub(super) checkpoints: Option<(Checkpoints<'r>, Map<String, Value>)>,
    pub(super) tell: &'r dyn Fn(Happened<'_>),
}

/// What they come to.
pub(super) struct Made {
    /// The model's numbers.
    pub(super) weights: Weights,
    /// What networks that were not trained on a row said of it, in the order of the rows.
    pub(super) heldout: Vec<HeldoutLogits>,
    /// What each epoch of the first came to.
    pub(super) epochs: Vec<Epoch>,
}

impl Rounds<'_> {
    /// Trains all that the options ask for.
    pub(super) fn train(&self) -> Result<Made, FitError> {
        let width = self.options.held_out_folds;
        let others = if self.options.out_of_fold { width..FOLDS } else { 0..0 };
        let others: Vec<u8> = others.step_by(usize::from(width)).collect();
        let of = 1 + others.len() + usize::from(self.options.refit);
        let first = Round { number: 1, of, held: (0, width), epochs: None };
        let (mut weights, trained) = self.one(first)?;
        let (epochs, best, mut heldout) = (trained.epochs, Some(trained.best), trained.judged);
        for (index, fold) in others.into_iter().enumerate() {
            let held = (fold, fold + width);
            let round = Round { number: 2 + index, of, held, epochs: best };
            heldout.extend(self.one(round)?.1.judged);
        }
        if self.options.refit {
            weights = self.one(Round { number: of, of, held: (0, 0), epochs: best })?.0;
        }
        heldout.sort_by_key(|judged| judged.row);
        Ok(Made { weights, heldout, epochs })
    }

    /// Trains one network, from the base.
    fn one(&self, round: Round) -> Result<(Weights, Trained), FitError> {
        let (shape, options) = (&self.base.shape, self.options);
        let device = options.device.of_torch();
        let mut random = SplitMix64::new(options.seed);
        let copied = self.base.weights.iter().map(|(name, tensor)| (name.clone(), tensor.copy()));
        let mut weights: Weights = copied.collect();
        head::initialise(&mut weights, shape, size_of(self.rows.labels.len()), &mut random);
        move_to(&mut weights, device);
        let layers = self.base.layers();
        let task =
            Task { rows: self.rows, sequences: self.sequences, options, device, layers, round };
        let keeper = self
            .checkpoints
            .as_ref()
            .map(|(checkpoints, run)| Keeper::new(*checkpoints, round.number, run.clone()));
        let crew = Crew::around(&weights, shape, options);
        let trained = Run::new(task, crew, random, keeper.transpose()?, self.tell)?.train()?;
        move_to(&mut weights, Device::Cpu);
        Ok((weights, trained))
    }
}

fn move_to(weights: &mut Weights, device: Device) {
    for tensor in weights.values_mut() {
        *tensor = tensor.to_device(device);
    }
}
