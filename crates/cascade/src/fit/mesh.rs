//! What the mesh answers when some tickets escalate.

use super::answer::top;
use super::escalation;
use super::fusion::Fused;
use super::join::Row;

/// The answers from which the mesh's are chosen, cross-fitted.
pub(crate) struct Mesh<'m> {
    pub(crate) rows: &'m [Row<'m>],
    /// What decides about escalation, a row each.
    pub(crate) scores: &'m [f32],
    pub(crate) fused: Option<&'m Fused>,
}

impl<'m> Mesh<'m> {
    /// The final probabilities of each row when tickets escalate below `below`.
    pub(crate) fn at(&self, below: f32) -> Vec<&'m [f32]> {
        let answer = |(place, row): (usize, &'m Row<'m>)| match self.fused {
            Some(fused) if self.scores[place] < below => fused.probabilities[place].as_slice(),
            _ => row.linear.probabilities,
        };
        self.rows.iter().enumerate().map(answer).collect()
    }

    /// The same when the share `share` escalates.
    pub(crate) fn with_share(&self, share: f64) -> Vec<&'m [f32]> {
        self.at(escalation::threshold(self.scores, share))
    }

    /// The share of rows that escalates below `below`.
    pub(crate) fn share(&self, below: f32) -> f64 {
        let escalated = self.scores.iter().filter(|score| **score < below).count();
        escalated as f64 / self.scores.len().max(1) as f64
    }

    /// The places of the right labels.
    pub(crate) fn truths(&self) -> Vec<usize> {
        self.rows.iter().map(|row| row.truth).collect()
    }
}

/// Confidence of each answer, and whether it is right.
pub(crate) fn confidences(answers: &[&[f32]], truths: &[usize]) -> Vec<(f32, bool)> {
    let judge = |(answer, truth): (&&[f32], &usize)| {
        let (label, confidence) = top(answer);
        (confidence, label == *truth)
    };
    answers.iter().zip(truths).map(judge).collect()
}

/// The share that is right.
pub(crate) fn accuracy(judged: &[(f32, bool)]) -> f64 {
    judged.iter().filter(|row| row.1).count() as f64 / judged.len().max(1) as f64
}
