//! From labelled texts to a calibrated model.

mod candidates;
mod task;

use std::sync::atomic::{AtomicUsize, Ordering};

use ndarray::Array2;
use switchboard_calibration::{CalibrationError, CalibrationTrial, choose};

use crate::counts::Counts;
use crate::features::FeatureSet;
use crate::model::TfidfSvm;
use crate::svm::SvmError;
use candidates::{Decision, decide, decide_share};
pub use candidates::{ShareTrial, Trial};
use task::Task;

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
    /// The n-grams to use; decided out of fold when absent.
    pub features: Option<FeatureSet>,
    /// The SVM's `C`; decided out of fold when absent.
    pub c: Option<f64>,
    /// Decide on all rows and among more values of `C`, rather than on a sample.
    pub tune: bool,
    /// Keep at most this many n-grams, those with the largest weights.
    pub max_features: Option<usize>,
    /// What `C` is multiplied by for the rows of each label, in label order; 1 for a label beyond the last.
    pub label_weights: Vec<f64>,
}

impl Default for FitOptions {
    fn default() -> Self {
        Self {
            seed: 1,
            min_rows: 2,
            features: None,
            c: None,
            tune: false,
            max_features: None,
            label_weights: Vec::new(),
        }
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

/// Told of progress, from whichever thread made it.
pub type OnProgress<'p> = &'p (dyn Fn(Progress) + Sync);

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
    /// What naive Bayes counts beside the SVM.
    pub naive_bayes_share: f64,
    /// The shares tried.
    pub share_trials: Vec<ShareTrial>,
    /// Held-out log loss of every calibration method; the least one's is the model's.
    pub calibration_trials: Vec<CalibrationTrial>,
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

/// Fits a model to `rows`, telling `progress` where it is.
pub fn fit(
    rows: TrainingRows<'_>,
    options: &FitOptions,
    progress: OnProgress<'_>,
) -> Result<Fitted, FitError> {
    check(rows)?;
    let Decision { features, c, trials } = decide(rows, options, progress)?;
    let steps = Steps::new("fit", usize::from(PARTS) + 2, progress);
    let counts = Counts::of(rows.texts, features.into(), options.min_rows);
    steps.done();
    let task = Task { counts: &counts, rows, options, c };
    let (scores, solved) = rayon::join(
        || task.out_of_fold(PARTS, &|| steps.done()),
        || task.solve_all(&|| steps.done()),
    );
    let (scores, solved) = (scores?, solved?);
    let (share, share_trials) = decide_share(&scores, rows.targets);
    let out_of_fold_logits = scores.mixed(share);
    let logits: Vec<Vec<f32>> =
        out_of_fold_logits.rows().into_iter().map(|row| row.to_vec()).collect();
    // Rows of one fold may be alike, so a fold is on one side of the comparison.
    let first_half: Vec<bool> = rows.folds.iter().map(|fold| fold % 2 == 0).collect();
    let chosen = choose(&logits, rows.targets, &first_half)?;
    Ok(Fitted {
        model: solved.model(&counts, rows.labels, (share, chosen.calibration)),
        c,
        features,
        trials,
        naive_bayes_share: share,
        share_trials,
        calibration_trials: chosen.trials,
        out_of_fold_logits,
    })
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

/// Counts the steps of one stage, on any thread.
struct Steps<'p> {
    stage: &'static str,
    done: AtomicUsize,
    total: usize,
    progress: OnProgress<'p>,
}

impl<'p> Steps<'p> {
    fn new(stage: &'static str, total: usize, progress: OnProgress<'p>) -> Self {
        progress(Progress { stage, done: 0, total });
        Self { stage, done: AtomicUsize::new(0), total, progress }
    }

    fn done(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        (self.progress)(Progress { stage: self.stage, done, total: self.total });
    }
}

#[cfg(test)]
pub(crate) mod tests;
