//! From labelled texts to a calibrated model.

use linfa::ParamGuard;
use linfa::dataset::DatasetBase;
use linfa::traits::{Fit, Predict};
use ndarray::{Array1, Array2};
use switchboard_calibration::{CalibrationError, OneVsRest};

use crate::features::FeatureSet;
use crate::model::TfidfSvm;
use crate::sparse::SparseRows;
use crate::svm::{LinearSvm, SvmError};
use crate::vectoriser::{Counts, Vectoriser, weigh};

/// Labelled texts.
#[derive(Clone, Copy)]
pub struct TrainingRows<'r> {
    /// The texts, scrubbed and cut as serving does.
    pub texts: &'r [&'r str],
    /// A label index a text.
    pub targets: &'r [usize],
    /// The labels.
    pub labels: &'r [String],
    /// A fold a text. Texts of one fold are never used to judge each other.
    pub folds: &'r [u8],
}

/// How to fit.
#[derive(Debug, Clone)]
pub struct FitOptions {
    /// Seed of everything random.
    pub seed: u64,
    /// An n-gram must occur in at least this many rows.
    pub min_rows: u32,
    /// The n-grams to use; decided on a sample when absent.
    pub features: Option<FeatureSet>,
    /// The SVM's `C`; decided on a sample when absent.
    pub c: Option<f64>,
}

impl Default for FitOptions {
    fn default() -> Self {
        Self { seed: 1, min_rows: 2, features: None, c: None }
    }
}

/// How far fitting has come.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// What is being done.
    pub stage: &'static str,
    /// Steps done.
    pub done: usize,
    /// Steps in all.
    pub total: usize,
}

/// One candidate tried on the sample.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Trial {
    /// The n-grams used.
    pub features: FeatureSet,
    /// The SVM's `C`.
    pub c: f64,
    /// Out-of-fold accuracy on the sample.
    pub accuracy: f64,
}

/// A fitted model and what is known of it.
#[derive(Debug)]
pub struct Fitted {
    /// The model, fitted on every row.
    pub model: TfidfSvm,
    /// The `C` used.
    pub c: f64,
    /// The n-grams used.
    pub features: FeatureSet,
    /// The candidates tried, when there was a choice.
    pub trials: Vec<Trial>,
    /// Scores of every row by a model that had not seen its fold; rows × labels.
    pub out_of_fold_logits: Array2<f32>,
}

/// Why a model could not be fitted.
#[derive(Debug, thiserror::Error)]
pub enum FitError {
    /// A label too rare to be learnt and judged.
    #[error(
        "label {label:?} has {rows} row(s); every label needs at least 2: add rows or drop the label"
    )]
    RareLabel {
        /// The label.
        label: String,
        /// Its rows.
        rows: usize,
    },
    /// Everything fell into one fold.
    #[error(
        "the rows are too alike to be split into folds: all fall into one; add rows that differ"
    )]
    OneFold,
    /// The solver's complaint.
    #[error(transparent)]
    Svm(#[from] SvmError),
    /// The calibration's complaint.
    #[error(transparent)]
    Calibration(#[from] CalibrationError),
}

/// Folds are merged into this many parts; each is judged by a model fitted on the others.
const PARTS: u8 = 5;
const SAMPLE_PARTS: u8 = 3;
const SAMPLE_ROWS: usize = 4_000;
const CANDIDATE_C: [f64; 3] = [0.25, 0.5, 1.0];
/// Character n-grams cost about six times the time of words: they must earn half a point on the sample.
const WORTH_THE_COST: f64 = 0.005;

/// Fits a model to `rows`, telling `progress` where it is.
pub fn fit(
    rows: TrainingRows<'_>,
    options: &FitOptions,
    progress: &dyn Fn(Progress),
) -> Result<Fitted, FitError> {
    check(rows)?;
    let (features, c, trials) = choose(rows, options, progress)?;
    let stage = |done| progress(Progress { stage: "fit", done, total: usize::from(PARTS) + 2 });
    stage(0);
    let counts = Counts::of(rows.texts, features, options.min_rows);
    let task = Task { counts: &counts, rows, options, c };
    stage(1);
    let out_of_fold_logits = task.out_of_fold(PARTS, |part| stage(usize::from(part) + 2))?;
    let calibration = OneVsRest::fit(out_of_fold_logits.mapv(f64::from).view(), rows.targets)?;
    let model = task.model(calibration)?;
    stage(usize::from(PARTS) + 2);
    Ok(Fitted { model, c, features, trials, out_of_fold_logits })
}

fn check(rows: TrainingRows<'_>) -> Result<(), FitError> {
    for (index, label) in rows.labels.iter().enumerate() {
        let count = rows.targets.iter().filter(|target| **target == index).count();
        if count < 2 {
            return Err(FitError::RareLabel { label: label.clone(), rows: count });
        }
    }
    Ok(())
}

/// Tries the candidates on a sample, out of fold.
fn choose(
    rows: TrainingRows<'_>,
    options: &FitOptions,
    progress: &dyn Fn(Progress),
) -> Result<(FeatureSet, f64, Vec<Trial>), FitError> {
    let sets = options
        .features
        .map_or_else(|| vec![FeatureSet::Words, FeatureSet::WordsAndCharacters], |set| vec![set]);
    let candidates = options.c.map_or_else(|| CANDIDATE_C.to_vec(), |c| vec![c]);
    if let ([set], [c]) = (&sets[..], &candidates[..]) {
        return Ok((*set, *c, Vec::new()));
    }
    let sample = Sample::of(rows);
    let total = sets.len() * candidates.len();
    let mut trials = Vec::with_capacity(total);
    for features in sets {
        let counts = Counts::of(&sample.texts, features, options.min_rows);
        for &c in &candidates {
            progress(Progress { stage: "choose features and C", done: trials.len(), total });
            let task = Task { counts: &counts, rows: sample.rows(rows.labels), options, c };
            let logits = task.out_of_fold(SAMPLE_PARTS, |_| ())?;
            trials.push(Trial { features, c, accuracy: accuracy(&logits, &sample.targets) });
        }
    }
    progress(Progress { stage: "choose features and C", done: total, total });
    let (features, c) = best(&trials);
    Ok((features, c, trials))
}

/// The best candidate; characters only when they earn their cost, and the smaller `C` of equals.
fn best(trials: &[Trial]) -> (FeatureSet, f64) {
    let worth = |trial: &Trial| match trial.features {
        FeatureSet::Words => trial.accuracy,
        FeatureSet::WordsAndCharacters => trial.accuracy - WORTH_THE_COST,
    };
    let mut winner = &trials[0];
    for trial in trials {
        if worth(trial) > worth(winner) {
            winner = trial;
        }
    }
    (winner.features, winner.c)
}

/// Evenly spaced rows, so every file and label of an ordered data set is in it.
struct Sample<'r> {
    texts: Vec<&'r str>,
    targets: Vec<usize>,
    folds: Vec<u8>,
}

impl<'r> Sample<'r> {
    fn of(rows: TrainingRows<'r>) -> Self {
        let take = rows.texts.len().min(SAMPLE_ROWS);
        let chosen: Vec<usize> = (0..take).map(|at| at * rows.texts.len() / take).collect();
        Self {
            texts: chosen.iter().map(|row| rows.texts[*row]).collect(),
            targets: chosen.iter().map(|row| rows.targets[*row]).collect(),
            folds: chosen.iter().map(|row| rows.folds[*row]).collect(),
        }
    }

    fn rows<'s>(&'s self, labels: &'s [String]) -> TrainingRows<'s> {
        TrainingRows { texts: &self.texts, targets: &self.targets, labels, folds: &self.folds }
    }
}

fn accuracy(logits: &Array2<f32>, targets: &[usize]) -> f64 {
    let right = logits
        .rows()
        .into_iter()
        .zip(targets)
        .filter(|(row, target)| argmax(row.as_slice().unwrap_or(&[])) == **target);
    right.count() as f64 / targets.len() as f64
}

fn argmax(row: &[f32]) -> usize {
    let mut best = 0;
    for (index, value) in row.iter().enumerate() {
        if *value > row[best] {
            best = index;
        }
    }
    best
}

/// Counted rows and how to fit them.
struct Task<'t> {
    counts: &'t Counts,
    rows: TrainingRows<'t>,
    options: &'t FitOptions,
    c: f64,
}

impl Task<'_> {
    /// Scores every row by a model fitted on the other parts.
    fn out_of_fold(&self, parts: u8, done: impl Fn(u8)) -> Result<Array2<f32>, FitError> {
        let mut logits = Array2::zeros((self.rows.targets.len(), self.rows.labels.len()));
        for part in 0..parts {
            let (judged, trained): (Vec<usize>, Vec<usize>) =
                (0..self.rows.targets.len()).partition(|row| self.rows.folds[*row] % parts == part);
            if trained.is_empty() {
                return Err(FitError::OneFold);
            }
            let idf = self.counts.idf(&trained, self.options.min_rows);
            let svm = self.svm(&trained, &idf)?;
            let scores: Array2<f32> =
                svm.predict(&DatasetBase::new(self.weighed(&judged, &idf), ()));
            for (row, score) in judged.iter().zip(scores.rows()) {
                logits.row_mut(*row).assign(&score);
            }
            done(part);
        }
        Ok(logits)
    }

    fn model(&self, calibration: OneVsRest) -> Result<TfidfSvm, FitError> {
        let everything: Vec<usize> = (0..self.rows.targets.len()).collect();
        let idf = self.counts.idf(&everything, self.options.min_rows);
        let svm = self.svm(&everything, &idf)?;
        Ok(TfidfSvm {
            labels: self.rows.labels.to_vec(),
            vectoriser: Vectoriser::new(
                self.counts.set,
                self.counts.hashes.clone(),
                self.counts.words,
                idf,
            ),
            weights: svm.weights.iter().copied().collect(),
            biases: svm.biases.to_vec(),
            calibration,
        })
    }

    fn svm(&self, trained: &[usize], idf: &[f32]) -> Result<LinearSvm, FitError> {
        let targets: Array1<usize> = trained.iter().map(|row| self.rows.targets[*row]).collect();
        let dataset = DatasetBase::new(self.weighed(trained, idf), targets);
        let parameters =
            LinearSvm::params().labels(self.rows.labels.len()).c(self.c).seed(self.options.seed);
        Ok(parameters.check()?.fit(&dataset)?)
    }

    fn weighed(&self, chosen: &[usize], idf: &[f32]) -> SparseRows {
        let mut rows = SparseRows::new(self.counts.hashes.len());
        let mut entries = Vec::new();
        for &row in chosen {
            weigh(self.counts.rows[row].iter().copied(), idf, self.counts.words, &mut entries);
            rows.push(&entries);
        }
        rows
    }
}

#[cfg(test)]
pub(crate) mod tests;
