//! Counted rows and how to fit them.

use linfa::ParamGuard;
use linfa::dataset::DatasetBase;
use linfa::traits::{Fit, Predict};
use ndarray::{Array1, Array2};
use rayon::prelude::*;
use switchboard_calibration::Calibration;

use super::{FitError, FitOptions, TrainingRows};
use crate::bayes::log_shares;
use crate::counts::Counts;
use crate::model::TfidfSvm;
use crate::sparse::SparseRows;
use crate::svm::LinearSvm;
use crate::vectoriser::{Vectoriser, Weighing};

/// Counted rows and how to fit them.
pub(super) struct Task<'t> {
    pub(super) counts: &'t Counts,
    pub(super) rows: TrainingRows<'t>,
    pub(super) options: &'t FitOptions,
    pub(super) c: f64,
}

/// An SVM, naive Bayes on the same rows, and the weights of the terms they were fitted with.
pub(super) struct Solved {
    svm: LinearSvm,
    bayes: LinearSvm,
    term_weights: Vec<f32>,
}

/// Scores of rows by the two; each is rows × labels.
#[derive(Clone)]
pub(super) struct Scores {
    pub(super) svm: Array2<f32>,
    pub(super) bayes: Array2<f32>,
}

impl Scores {
    fn zeros(rows: usize, labels: usize) -> Self {
        let zeros = Array2::zeros((rows, labels));
        Self { svm: zeros.clone(), bayes: zeros }
    }

    /// What one linear model of both says, `share` being what naive Bayes counts.
    pub(super) fn mixed(&self, share: f64) -> Array2<f32> {
        let mut mixed = self.svm.clone();
        mixed.scaled_add(share as f32, &self.bayes);
        mixed
    }
}

impl Task<'_> {
    /// Scores every row by a model fitted on the other parts.
    pub(super) fn out_of_fold(
        &self,
        parts: u8,
        done: &(dyn Fn() + Sync),
    ) -> Result<Scores, FitError> {
        let scored = (0..parts).into_par_iter().map(|part| {
            let scored = self.score_part(parts, part);
            done();
            scored
        });
        let scored: Vec<(Vec<usize>, Scores)> = scored.collect::<Result<_, FitError>>()?;
        let mut all = Scores::zeros(self.rows.targets.len(), self.rows.labels.len());
        for (judged, scores) in scored {
            for (index, row) in judged.into_iter().enumerate() {
                all.svm.row_mut(row).assign(&scores.svm.row(index));
                all.bayes.row_mut(row).assign(&scores.bayes.row(index));
            }
        }
        Ok(all)
    }

    /// The rows of one part, and their scores by a model fitted on the others.
    fn score_part(&self, parts: u8, part: u8) -> Result<(Vec<usize>, Scores), FitError> {
        let (judged, trained): (Vec<usize>, Vec<usize>) =
            (0..self.rows.targets.len()).partition(|row| self.rows.folds[*row] % parts == part);
        if trained.is_empty() {
            return Err(FitError::OneFold);
        }
        let solved = self.solve(&trained)?;
        let rows = DatasetBase::new(self.weighed(&judged, &solved.term_weights), ());
        let scores = Scores { svm: solved.svm.predict(&rows), bayes: solved.bayes.predict(&rows) };
        Ok((judged, scores))
    }

    /// Fits every row.
    pub(super) fn solve_all(&self, done: &(dyn Fn() + Sync)) -> Result<Solved, FitError> {
        let everything: Vec<usize> = (0..self.rows.targets.len()).collect();
        let solved = self.solve(&everything);
        done();
        solved
    }

    fn solve(&self, trained: &[usize]) -> Result<Solved, FitError> {
        let labels = self.rows.labels.len();
        let term_weights =
            self.counts.term_weights(trained, self.rows.targets, labels, self.options.min_rows);
        let solved = self.solve_with(trained, term_weights)?;
        match self.options.max_features {
            Some(most) if solved.features() > most => {
                self.solve_with(trained, solved.strongest(most))
            }
            _ => Ok(solved),
        }
    }

    fn solve_with(&self, trained: &[usize], term_weights: Vec<f32>) -> Result<Solved, FitError> {
        let labels = self.rows.labels.len();
        let targets: Vec<usize> = trained.iter().map(|row| self.rows.targets[*row]).collect();
        let rows = self.weighed(trained, &term_weights);
        let weights = log_shares(&rows, &targets, labels);
        let bayes = LinearSvm { weights, biases: Array1::zeros(labels) };
        let dataset = DatasetBase::new(rows, Array1::from(targets));
        let parameters = LinearSvm::params()
            .labels(labels)
            .c(self.c)
            .label_weights(&self.options.label_weights)
            .seed(self.options.seed);
        Ok(Solved { svm: parameters.check()?.fit(&dataset)?, bayes, term_weights })
    }

    fn weighed(&self, chosen: &[usize], term_weights: &[f32]) -> SparseRows {
        let weighing = Weighing {
            term_weight: |feature: u32| term_weights[feature as usize],
            words: self.counts.words,
            character_weight: self.counts.grams.character_weight(),
        };
        let mut rows = SparseRows::new(self.counts.hashes.len());
        let mut entries = Vec::new();
        for &row in chosen {
            weighing.weigh(self.counts.rows[row].iter().copied(), &mut entries);
            rows.push(&entries);
        }
        rows
    }
}

impl Solved {
    /// How many features have a weight at all.
    fn features(&self) -> usize {
        self.term_weights.iter().filter(|weight| **weight > 0.0).count()
    }

    /// The term weights of the `most` features that move scores the furthest, 0 for the others.
    fn strongest(&self, most: usize) -> Vec<f32> {
        let reach = |feature: usize| {
            let weights = self.svm.weights.row(feature);
            self.term_weights[feature] * weights.dot(&weights).sqrt()
        };
        let mut order: Vec<usize> = (0..self.term_weights.len()).collect();
        let reaches: Vec<f32> = order.iter().map(|feature| reach(*feature)).collect();
        order.sort_by(|one, two| reaches[*two].total_cmp(&reaches[*one]).then(one.cmp(two)));
        let mut kept = vec![0.0; self.term_weights.len()];
        for feature in order.into_iter().take(most) {
            kept[feature] = self.term_weights[feature];
        }
        kept
    }

    /// The SVM and `share` of naive Bayes as one model, without the features that have no weight.
    pub(super) fn model(
        mut self,
        counts: &Counts,
        labels: &[String],
        (share, calibration): (f64, Calibration),
    ) -> TfidfSvm {
        self.svm.weights.scaled_add(share as f32, &self.bayes.weights);
        let kept: Vec<usize> = (0..self.term_weights.len())
            .filter(|feature| self.term_weights[*feature] > 0.0)
            .collect();
        let words = kept.iter().filter(|feature| **feature < counts.words as usize).count();
        let hashes = kept.iter().map(|feature| counts.hashes[*feature]).collect();
        let row = |feature: &usize| {
            let weights = self.svm.weights.row(*feature).to_vec();
            std::iter::once(self.term_weights[*feature]).chain(weights)
        };
        TfidfSvm {
            labels: labels.to_vec(),
            rows: kept.iter().flat_map(row).collect(),
            biases: self.svm.biases.to_vec(),
            vectoriser: Vectoriser::new(counts.grams, hashes, words as u32),
            calibration,
        }
    }
}
