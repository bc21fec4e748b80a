//! Which n-grams and which `C`: decided out of fold.

use ndarray::Array2;

use super::task::{Scores, Task};
use super::{FitError, FitOptions, OnProgress, PARTS, Steps, TrainingRows};
use crate::counts::Counts;
use crate::features::FeatureSet;

/// One candidate tried.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Trial {
    /// The n-grams used.
    pub features: FeatureSet,
    /// The SVM's `C`.
    pub c: f64,
    /// Out-of-fold accuracy, on the sample or, when tuning, on all rows.
    pub accuracy: f64,
}

/// One share of naive Bayes tried.
#[derive(Debug, Clone, serde::Serialize)]
pub struct ShareTrial {
    /// What the weights of naive Bayes are multiplied by before they are added to the SVM's.
    pub naive_bayes_share: f64,
    /// Out-of-fold accuracy on all rows.
    pub accuracy: f64,
}

/// What to fit.
pub(super) struct Decision {
    pub(super) features: FeatureSet,
    pub(super) c: f64,
    pub(super) trials: Vec<Trial>,
}

const SAMPLE_PARTS: u8 = 3;
const SAMPLE_ROWS: usize = 4_000;
const SAMPLED_C: [f64; 3] = [0.25, 0.5, 1.0];
const TUNED_C: [f64; 7] = [0.0625, 0.125, 0.25, 0.5, 1.0, 2.0, 4.0];
/// A weight of naive Bayes is some ten to a hundred times as large as the SVM's.
const SHARES: [f64; 7] = [0.0, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1];
/// Character n-grams cost about six times the time of words: they must earn half a point.
const WORTH_THE_COST: f64 = 0.005;
/// Candidates are judged on the same rows, so their differences are less noisy than an accuracy is: in its standard errors.
const ABOUT_AS_GOOD: f64 = 0.25;

/// Tries the candidates out of fold and takes the best.
pub(super) fn decide(
    rows: TrainingRows<'_>,
    options: &FitOptions,
    progress: OnProgress<'_>,
) -> Result<Decision, FitError> {
    let all_sets = [FeatureSet::Words, FeatureSet::WordsAndCharacters];
    let sets = options.features.as_ref().map_or(&all_sets[..], std::slice::from_ref);
    let all_c = if options.tune { &TUNED_C[..] } else { &SAMPLED_C[..] };
    let candidates = options.c.as_ref().map_or(all_c, std::slice::from_ref);
    if let ([features], [c]) = (sets, candidates) {
        return Ok(Decision { features: *features, c: *c, trials: Vec::new() });
    }
    let (trials, judged) = if options.tune {
        (try_all(rows, options, (sets, candidates, PARTS), progress)?, rows.texts.len())
    } else {
        let sample = Sample::of(rows);
        let plan = (sets, candidates, SAMPLE_PARTS);
        (try_all(sample.rows(rows.labels), options, plan, progress)?, sample.texts.len())
    };
    let (features, c) = best(&trials, judged);
    Ok(Decision { features, c, trials })
}

fn try_all(
    rows: TrainingRows<'_>,
    options: &FitOptions,
    (sets, candidates, parts): (&[FeatureSet], &[f64], u8),
    progress: OnProgress<'_>,
) -> Result<Vec<Trial>, FitError> {
    let total = sets.len() * candidates.len();
    let steps = Steps::new("choose features and C", total * usize::from(parts), progress);
    let mut trials = Vec::with_capacity(total);
    for &features in sets {
        let counts = Counts::of(rows.texts, features.into(), options.min_rows);
        for &c in candidates {
            let task = Task { counts: &counts, rows, options, c };
            let scores = task.out_of_fold(parts, &|| steps.done())?;
            trials.push(Trial { features, c, accuracy: accuracy(&scores.svm, rows.targets) });
        }
    }
    Ok(trials)
}

/// The cheapest candidate that is about as good as the best, judged on `rows` rows: words before characters, and of the values of `C` the smallest, which is also
/// the one that noise favours least.
fn best(trials: &[Trial], rows: usize) -> (FeatureSet, f64) {
    let worth = |trial: &Trial| match trial.features {
        FeatureSet::Words => trial.accuracy,
        FeatureSet::WordsAndCharacters => trial.accuracy - WORTH_THE_COST,
    };
    let most = trials.iter().map(worth).fold(f64::NEG_INFINITY, f64::max);
    let standard_error = (most * (1.0 - most)).max(0.0).sqrt() / (rows.max(1) as f64).sqrt();
    let about = most - ABOUT_AS_GOOD * standard_error;
    let winner = trials.iter().find(|trial| worth(trial) >= about).unwrap_or(&trials[0]);
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

/// Tries what naive Bayes should count beside the SVM: the best share, the smaller of equals, and how all of them did.
pub(super) fn decide_share(scores: &Scores, targets: &[usize]) -> (f64, Vec<ShareTrial>) {
    let trial = |share: &f64| ShareTrial {
        naive_bayes_share: *share,
        accuracy: accuracy(&scores.mixed(*share), targets),
    };
    let trials: Vec<ShareTrial> = SHARES.iter().map(trial).collect();
    let best = trials
        .iter()
        .reduce(|best, trial| if trial.accuracy > best.accuracy { trial } else { best });
    (best.map_or(0.0, |best| best.naive_bayes_share), trials)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(words: [f64; 3], characters: [f64; 3]) -> (FeatureSet, f64) {
        let trial = |features, (c, accuracy): (&f64, f64)| Trial { features, c: *c, accuracy };
        let words = SAMPLED_C.iter().zip(words).map(|one| trial(FeatureSet::Words, one));
        let characters =
            SAMPLED_C.iter().zip(characters).map(|one| trial(FeatureSet::WordsAndCharacters, one));
        best(&words.chain(characters).collect::<Vec<_>>(), 4_000)
    }

    #[test]
    fn the_cheapest_of_about_equals_is_chosen() {
        let table = [
            ([0.81, 0.811, 0.8115], [0.81, 0.81, 0.81], (FeatureSet::Words, 0.25)),
            ([0.80, 0.81, 0.8105], [0.812, 0.814, 0.814], (FeatureSet::Words, 0.5)),
            ([0.54, 0.56, 0.57], [0.65, 0.67, 0.68], (FeatureSet::WordsAndCharacters, 1.0)),
            ([0.0, 0.0, 0.0], [0.0, 0.0, 0.0], (FeatureSet::Words, 0.25)),
            ([1.0, 1.0, 1.0], [1.0, 1.0, 1.0], (FeatureSet::Words, 0.25)),
        ];
        for (words, characters, expected) in table {
            assert_eq!(chosen(words, characters), expected, "{words:?} {characters:?}");
        }
    }
}
