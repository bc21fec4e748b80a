//! The training loop.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tch::{Device, Tensor};

use super::adamw::AdamW;
use super::batches::{deal, deal_out};
use super::checkpoint::Keeper;
use super::crew::Crew;
use super::evaluation::{HeldoutLogits, accuracy, judge, macro_f1};
use super::rounds::Round;
use super::schedule::{Schedule, rate_factor};
use super::share::{Loss, Share};
use super::{FitError, FitOptions, TrainingRows};
use crate::network::Network;
use crate::random::SplitMix64;

/// How slowly the loss that is shown forgets.
const LOSS_MEMORY: f64 = 0.95;

/// How far fitting has come.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    /// The network that trains, from 1; there are several with `refit` and `out_of_fold`.
    pub network: usize,
    /// How many train one after the other.
    pub networks: usize,
    /// The epoch, from 1.
    pub epoch: usize,
    /// Epochs in all, unless training stops earlier.
    pub epochs: usize,
    /// Steps this network has done.
    pub step: usize,
    /// Its steps in all, unless training stops earlier.
    pub steps: usize,
    /// The loss of late: a running mean, in nats.
    pub loss: f64,
    /// Macro F1 on held-out rows after the last whole epoch.
    pub macro_f1: Option<f64>,
    /// Tokens read a second so far.
    pub tokens_per_second: f64,
    /// Seconds that its steps left will take, at the pace so far.
    pub seconds_left: f64,
}

/// What happens while fitting.
#[derive(Debug)]
pub enum Happened<'h> {
    /// A step was done.
    Step(&'h Progress),
    /// An epoch was done: the number of the network and its own, from 1, and what it came to.
    Epoch(usize, usize, &'h Epoch),
    /// The run goes on from a checkpoint, made after this many steps.
    Resumed(usize),
    /// A checkpoint could not be written; the run goes on without.
    NotKept(&'h FitError),
}

/// What one epoch came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Epoch {
    /// Mean loss of the rows trained on, in nats.
    pub loss: f64,
    /// Share of the held-out rows that are right; `None` when every row is trained on.
    pub accuracy: Option<f64>,
    /// Macro F1 on the held-out rows.
    pub macro_f1: Option<f64>,
    /// How long it took.
    pub seconds: f64,
}

/// What to learn, and how.
#[derive(Clone, Copy)]
pub(super) struct Task<'t> {
    pub(super) rows: TrainingRows<'t>,
    /// The rows' texts as token numbers.
    pub(super) sequences: &'t [Vec<i64>],
    pub(super) options: &'t FitOptions,
    pub(super) device: Device,
    /// Layers of the encoder.
    pub(super) layers: usize,
    pub(super) round: Round,
}

/// What a round came to.
pub(super) struct Trained {
    pub(super) epochs: Vec<Epoch>,
    /// The epoch, from 1, after which the weights are as they were left.
    pub(super) best: usize,
    /// What the network then said of the rows it was not trained on.
    pub(super) judged: Vec<HeldoutLogits>,
}

/// Where a run is: with the numbers that train and the optimiser's, all that is needed to go on from here.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct State {
    /// Steps done.
    step: usize,
    /// Batches done of the epoch under way.
    batch: usize,
    /// The loss of the rows seen in it, summed.
    loss: f64,
    /// The loss of late.
    recent_loss: Option<f64>,
    tokens: usize,
    /// How long the run took so far, and the epoch under way.
    seconds: f64,
    epoch_seconds: f64,
    /// Epochs done.
    epochs: Vec<Epoch>,
    /// The best of them.
    pub(super) best: Option<Best>,
}

/// The best epoch so far.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Best {
    /// From 1.
    number: usize,
    judged: Vec<HeldoutLogits>,
}

/// One training run.
pub(super) struct Run<'r> {
    task: Task<'r>,
    heldout: Vec<usize>,
    trained: Vec<usize>,
    /// How many batches each epoch has.
    batches: Vec<usize>,
    schedule: Schedule,
    random: SplitMix64,
    crew: Crew,
    optimiser: AdamW,
    state: State,
    /// What trains, as it was after the best epoch.
    best: HashMap<String, Tensor>,
    keeper: Option<Keeper>,
    tell: &'r dyn Fn(Happened<'_>),
}

impl<'r> Run<'r> {
    /// A run that `crew` begins, or goes on with from its checkpoint.
    pub(super) fn new(
        task: Task<'r>,
        (crew, parameters): (Crew, Vec<super::crew::Parameter>),
        random: SplitMix64,
        keeper: Option<Keeper>,
        tell: &'r dyn Fn(Happened<'_>),
    ) -> Result<Self, FitError> {
        let (heldout, trained): (Vec<usize>, Vec<usize>) =
            (0..task.sequences.len()).partition(|row| task.round.holds(task.rows.folds[*row]));
        let options = task.options;
        let batches: Vec<usize> = (0..options.epochs)
            .map(|epoch| deal_epoch(&trained, task, &random, epoch).len())
            .collect();
        let steps = batches.iter().sum();
        let factor = |name: &str| rate_factor(name, options, task.layers);
        let mut run = Self {
            task,
            heldout,
            trained,
            batches,
            schedule: Schedule::new(steps, options.warmup),
            random,
            crew,
            optimiser: AdamW::new(parameters, factor, options.weight_decay, options.clip),
            state: State::default(),
            best: HashMap::new(),
            keeper: None,
            tell,
        };
        if let Some(keeper) = keeper {
            run.resume(keeper)?;
        }
        Ok(run)
    }

    fn resume(&mut self, keeper: Keeper) -> Result<(), FitError> {
        let tensors = named_state(&self.optimiser);
        let parameters = parameters(&self.optimiser);
        let names: Vec<&str> = parameters.iter().map(|(name, _)| name.as_str()).collect();
        if let Some(restored) = keeper.restore(tensors, names.into_iter())? {
            self.state = restored.state;
            self.best = restored.best;
            (self.tell)(Happened::Resumed(self.state.step));
        }
        self.keeper = Some(keeper);
        Ok(())
    }

    /// Trains until the last epoch, or until the rows held out are no longer judged better; leaves the weights as they were after the best epoch.
    pub(super) fn train(mut self) -> Result<Trained, FitError> {
        while !self.done() {
            self.epoch()?;
        }
        for (name, mut parameter) in parameters(&self.optimiser) {
            if let Some(best) = self.best.get(&name) {
                parameter.copy_(best);
            }
        }
        let (best, judged) =
            self.state.best.map_or((0, Vec::new()), |best| (best.number, best.judged));
        Ok(Trained { epochs: self.state.epochs, best, judged })
    }

    fn done(&self) -> bool {
        let done = self.state.epochs.len();
        if let Some(epochs) = self.task.round.epochs {
            return done >= epochs;
        }
        let waited = self.state.best.as_ref().map_or(0, |best| done - best.number);
        done == self.batches.len() || waited >= self.task.options.patience
    }

    /// Whether the epoch that ends now is the one to keep, for now.
    fn is_best(&self, epoch: &Epoch) -> bool {
        // Where the number of epochs is known, the last is what was asked for.
        let Some(best) = &self.state.best else { return true };
        self.task.round.epochs.is_some()
            || epoch.macro_f1 > self.state.epochs[best.number - 1].macro_f1
    }

    /// Trains on the rest of the epoch under way, and judges.
    fn epoch(&mut self) -> Result<(), FitError> {
        let number = self.state.epochs.len();
        let mut last = Instant::now();
        let batches = deal_epoch(&self.trained, self.task, &self.random, number);
        for rows in batches.iter().skip(self.state.batch) {
            self.step(rows)?;
            self.count(last.elapsed());
            last = Instant::now();
            (self.tell)(Happened::Step(&self.progress()));
            if self.keeper.as_ref().is_some_and(Keeper::due) {
                self.keep();
            }
        }
        let judged = judge(&mut self.crew, &self.heldout, self.task.sequences, self.task.device);
        self.count(last.elapsed());
        self.close(judged);
        self.keep();
        Ok(())
    }

    /// Ends the epoch under way.
    fn close(&mut self, judged: Vec<HeldoutLogits>) {
        let (targets, any) = (self.task.rows.targets, !judged.is_empty());
        let epoch = Epoch {
            loss: self.state.loss / self.trained.len() as f64,
            accuracy: any.then(|| accuracy(&judged, targets)),
            macro_f1: any.then(|| macro_f1(&judged, targets, self.task.rows.labels.len())),
            seconds: self.state.epoch_seconds,
        };
        let number = self.state.epochs.len() + 1;
        (self.tell)(Happened::Epoch(self.task.round.number, number, &epoch));
        if self.is_best(&epoch) {
            self.state.best = Some(Best { number, judged });
            self.best = parameters(&self.optimiser)
                .into_iter()
                .map(|(name, tensor)| (name, tensor.copy()))
                .collect();
        }
        self.state.epochs.push(epoch);
        self.state.batch = 0;
        self.state.loss = 0.0;
        self.state.epoch_seconds = 0.0;
    }

    /// One step of the optimiser.
    fn step(&mut self, rows: &[usize]) -> Result<(), FitError> {
        let (task, state) = (self.task, &mut self.state);
        let random = self.random.branch(!(state.step as u64));
        let parts = deal_out(rows, task.sequences, self.crew.len());
        let share = |(number, part): (usize, &Vec<usize>)| {
            Share::of(part, task, &random.branch(number as u64), Loss::of(rows, task))
        };
        let shares = parts.iter().enumerate().map(share).collect();
        let losses =
            self.crew.each(shares, |network: &Network, share: Share| share.backward(network));
        let loss: f64 = losses.into_iter().sum();
        let rate = task.options.learning_rate * self.schedule.factor(state.step);
        state.step += 1;
        if !loss.is_finite() || !self.optimiser.step(state.step, rate) {
            let learning_rate = task.options.learning_rate;
            return Err(FitError::Diverged { step: state.step, learning_rate });
        }
        state.batch += 1;
        state.loss += loss * rows.len() as f64;
        let recent = |recent| LOSS_MEMORY * recent + (1.0 - LOSS_MEMORY) * loss;
        state.recent_loss = Some(state.recent_loss.map_or(loss, recent));
        state.tokens += rows.iter().map(|row| task.sequences[*row].len()).sum::<usize>();
        Ok(())
    }

    fn count(&mut self, took: Duration) {
        self.state.seconds += took.as_secs_f64();
        self.state.epoch_seconds += took.as_secs_f64();
    }

    /// A run should not end because its checkpoint could not be written: it is told, and goes on.
    fn keep(&mut self) {
        let Some(keeper) = &mut self.keeper else { return };
        let best =
            self.best.iter().map(|(name, tensor)| (format!("best.{name}"), tensor.shallow_clone()));
        if let Err(error) = keeper.keep(&self.state, named_state(&self.optimiser).chain(best)) {
            (self.tell)(Happened::NotKept(&error.into()));
        }
    }

    /// The steps it has, unless it stops earlier.
    fn steps(&self) -> usize {
        let epochs = self.task.round.epochs.unwrap_or(self.batches.len());
        self.batches.iter().take(epochs).sum()
    }

    fn progress(&self) -> Progress {
        let state = &self.state;
        let steps = self.steps();
        Progress {
            network: self.task.round.number,
            networks: self.task.round.of,
            epoch: state.epochs.len() + 1,
            epochs: self.task.round.epochs.unwrap_or(self.task.options.epochs),
            step: state.step,
            steps,
            loss: state.recent_loss.unwrap_or_default(),
            macro_f1: state.epochs.last().and_then(|epoch| epoch.macro_f1),
            tokens_per_second: state.tokens as f64 / state.seconds,
            seconds_left: state.seconds / state.step as f64 * (steps - state.step) as f64,
        }
    }
}

/// The batches of an epoch, from 0, of `rows`.
fn deal_epoch(
    rows: &[usize],
    task: Task<'_>,
    random: &SplitMix64,
    epoch: usize,
) -> Vec<Vec<usize>> {
    deal(rows, task.sequences, task.options.batch_tokens, random.branch(epoch as u64))
}

/// Every tensor of the optimiser's state under the name it has in a checkpoint.
fn named_state(optimiser: &AdamW) -> impl Iterator<Item = (String, Tensor)> {
    optimiser.state().map(|part| (format!("{}.{}", part.kind, part.name), part.tensor))
}

/// What trains, by name.
fn parameters(optimiser: &AdamW) -> Vec<(String, Tensor)> {
    let state = optimiser.state().filter(|part| part.kind == "parameter");
    state.map(|part| (part.name.to_owned(), part.tensor)).collect()
}
