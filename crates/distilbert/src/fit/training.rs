//! The training loop.

use std::time::Instant;

use serde::{Deserialize, Serialize};
use tch::nn::{AdamW, Optimizer, OptimizerConfig};

use super::batches::{deal, deal_out};
use super::crew::Crew;
use super::evaluation::{HeldoutLogits, accuracy, judge, macro_f1};
use super::schedule::Schedule;
use super::share::Share;
use super::{FitError, FitOptions, HELDOUT_FOLDS, TrainingRows};
use crate::network::{HEAD_GROUP, Network};
use crate::random::SplitMix64;
use crate::shape::HEAD_DROPOUT;
use crate::weights::Weights;

/// How slowly the loss that is shown forgets.
const LOSS_MEMORY: f64 = 0.95;

/// How far fitting has come.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    /// The epoch, from 1.
    pub epoch: usize,
    /// Epochs in all, unless training stops earlier.
    pub epochs: usize,
    /// Steps done.
    pub step: usize,
    /// Steps in all, unless training stops earlier.
    pub steps: usize,
    /// The loss of late: a running mean, in nats.
    pub loss: f64,
    /// Macro F1 on held-out rows after the last whole epoch.
    pub macro_f1: Option<f64>,
    /// Tokens read a second so far, padding not counted.
    pub tokens_per_second: f64,
    /// Seconds that the steps left will take, at the pace so far.
    pub seconds_left: f64,
}

/// What one epoch came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Epoch {
    /// Mean loss of the rows trained on, in nats.
    pub loss: f64,
    /// Share of the held-out rows that are right.
    pub accuracy: f64,
    /// Macro F1 on the held-out rows.
    pub macro_f1: f64,
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
}

/// Trains the weights of `crew`, leaves them as they were after the epoch with the best macro F1 on held-out rows, and returns what each epoch came
/// to and what the best said of those rows.
pub(super) fn train(
    mut crew: Crew,
    task: Task<'_>,
    random: SplitMix64,
    progress: &dyn Fn(&Progress),
) -> Result<(Vec<Epoch>, Vec<HeldoutLogits>), FitError> {
    let (heldout, trained): (Vec<usize>, Vec<usize>) =
        (0..task.sequences.len()).partition(|row| task.rows.folds[*row] < HELDOUT_FOLDS);
    let mut run = Run::new(&crew, task, trained, random)?;
    let mut best: Option<Best> = None;
    let mut epochs: Vec<Epoch> = Vec::new();
    for number in 1..=task.options.epochs {
        let started = Instant::now();
        let loss = run.epoch(&mut crew, &epochs, progress)?;
        let judged = judge(&mut crew, &heldout, task.sequences)?;
        let epoch = Epoch {
            loss,
            accuracy: accuracy(&judged, task.rows.targets),
            macro_f1: macro_f1(&judged, task.rows.targets, task.rows.labels.len()),
            seconds: started.elapsed().as_secs_f64(),
        };
        if best.as_ref().is_none_or(|best| epoch.macro_f1 > best.macro_f1) {
            best = Some(Best {
                macro_f1: epoch.macro_f1,
                number,
                judged,
                weights: snapshot(crew.first()),
            });
        }
        epochs.push(epoch);
        if best.as_ref().is_some_and(|best| number - best.number >= task.options.patience) {
            break;
        }
    }
    let judged = best.map(|best| best.restore(crew.first())).unwrap_or_default();
    Ok((epochs, judged))
}

/// A copy of what trains.
fn snapshot(network: &Network) -> Weights {
    let training = network.parameters().into_iter().filter(|(_, tensor)| tensor.requires_grad());
    training.map(|(name, tensor)| (name, tensor.detach().copy())).collect()
}

/// The network after its best epoch so far.
struct Best {
    macro_f1: f64,
    number: usize,
    judged: Vec<HeldoutLogits>,
    weights: Weights,
}

impl Best {
    fn restore(self, network: &Network) -> Vec<HeldoutLogits> {
        let mut parameters = network.parameters();
        for (name, weights) in &self.weights {
            if let Some(parameter) = parameters.get_mut(name) {
                tch::no_grad(|| parameter.copy_(weights));
            }
        }
        self.judged
    }
}

/// One training run.
struct Run<'r> {
    task: Task<'r>,
    /// The rows that are trained on.
    trained: Vec<usize>,
    random: SplitMix64,
    optimiser: Optimizer,
    schedule: Schedule,
    started: Instant,
    step: usize,
    steps: usize,
    tokens: usize,
    recent_loss: Option<f64>,
}

impl<'r> Run<'r> {
    fn new(
        crew: &Crew,
        task: Task<'r>,
        trained: Vec<usize>,
        random: SplitMix64,
    ) -> Result<Self, FitError> {
        let optimiser = AdamW { wd: task.options.weight_decay, ..AdamW::default() }
            .build(&crew.first().store, task.options.learning_rate)
            .map_err(|error| FitError::Network(error.into()))?;
        let steps = trained.len().div_ceil(task.options.batch) * task.options.epochs;
        Ok(Self {
            task,
            trained,
            random,
            optimiser,
            schedule: Schedule::new(steps, task.options.warmup),
            started: Instant::now(),
            step: 0,
            steps,
            tokens: 0,
            recent_loss: None,
        })
    }

    /// Trains on every row once; returns their mean loss.
    fn epoch(
        &mut self,
        crew: &mut Crew,
        before: &[Epoch],
        progress: &dyn Fn(&Progress),
    ) -> Result<f64, FitError> {
        let batches =
            deal(&self.trained, self.task.sequences, self.task.options.batch, &mut self.random);
        let mut sum = 0.0;
        for batch in batches {
            let loss = self.step(crew, &batch)?;
            sum += loss * batch.len() as f64;
            let recent = self
                .recent_loss
                .map_or(loss, |recent| LOSS_MEMORY * recent + (1.0 - LOSS_MEMORY) * loss);
            self.recent_loss = Some(recent);
            progress(&self.progress(recent, before));
        }
        Ok(sum / self.trained.len() as f64)
    }

    /// One step of the optimiser; returns the batch's mean loss.
    fn step(&mut self, crew: &mut Crew, rows: &[usize]) -> Result<f64, FitError> {
        let shares = self.shares(crew, rows);
        self.tokens += shares.iter().map(Share::tokens).sum::<usize>();
        crew.forget_gradients();
        let losses = crew.each(shares, |network, share| share.backward(network))?;
        crew.gather_gradients();
        self.step += 1;
        let loss: f64 = losses.into_iter().sum();
        if !loss.is_finite() {
            return Err(FitError::Diverged {
                step: self.step,
                learning_rate: self.task.options.learning_rate,
            });
        }
        let rate = self.task.options.learning_rate * self.schedule.factor(self.step - 1);
        self.optimiser.set_lr(rate);
        self.optimiser.set_lr_group(HEAD_GROUP, rate * self.task.options.head_factor);
        self.optimiser.clip_grad_norm(self.task.options.clip);
        self.optimiser.step();
        Ok(loss)
    }

    /// Each network's part of a batch.
    fn shares(&mut self, crew: &Crew, rows: &[usize]) -> Vec<Share> {
        let parts = deal_out(rows, crew.len());
        let share = |part: &Vec<usize>| {
            let keep: Vec<f32> = (0..part.len() * crew.dim()).map(|_| self.keep()).collect();
            Share::of(part, self.task, rows.len(), &keep)
        };
        parts.iter().map(share).collect()
    }

    /// 0 for a value that dropout drops; else what makes up for those it drops.
    fn keep(&mut self) -> f32 {
        if self.random.uniform() < HEAD_DROPOUT { 0.0 } else { (1.0 / (1.0 - HEAD_DROPOUT)) as f32 }
    }

    fn progress(&self, loss: f64, before: &[Epoch]) -> Progress {
        let seconds = self.started.elapsed().as_secs_f64();
        Progress {
            epoch: before.len() + 1,
            epochs: self.task.options.epochs,
            step: self.step,
            steps: self.steps,
            loss,
            macro_f1: before.last().map(|epoch| epoch.macro_f1),
            tokens_per_second: self.tokens as f64 / seconds,
            seconds_left: seconds / self.step as f64 * (self.steps - self.step) as f64,
        }
    }
}
