//! What the probabilities themselves are worth.

use crate::report::ReliabilityBin;

/// Bins of the calibration errors.
const BINS: usize = 15;

/// Probabilities are kept this far from 0 and 1 before the logarithm.
const CLIP: f64 = 1e-15;

/// Brings the first `labels` probabilities to sum 1. They are all 0 when none is positive.
pub(crate) fn normalise(probabilities: &[f32], labels: usize) -> Vec<f64> {
    let mut shares: Vec<f64> = probabilities
        .iter()
        .take(labels)
        .map(|p| if p.is_finite() { f64::from(p.max(0.0)) } else { 0.0 })
        .collect();
    shares.resize(labels, 0.0);
    let sum: f64 = shares.iter().sum();
    if sum > 0.0 {
        for share in &mut shares {
            *share /= sum;
        }
    }
    shares
}

/// The place of the greatest share, the first of equals; `None` when no share is positive: nothing was answered.
pub(crate) fn winner(shares: &[f64]) -> Option<usize> {
    let positive = (0..shares.len()).filter(|place| shares[*place] > 0.0);
    positive.reduce(|best, place| if shares[place] > shares[best] { place } else { best })
}

/// The loss of one outcome whose truth was given the probability `share`.
pub(crate) fn log_loss(share: f64) -> f64 {
    -share.clamp(CLIP, 1.0 - CLIP).ln()
}

/// Confidence and accuracy of the top label, bin by bin. The bins are (0, 1/15], (1/15, 2/15] … (14/15, 1].
#[derive(Debug, Default)]
pub(crate) struct Calibration {
    bins: [Tally; BINS],
}

#[derive(Debug, Default, Clone, Copy)]
struct Tally {
    n: u64,
    confidence: f64,
    right: u64,
}

impl Calibration {
    pub(crate) fn add(&mut self, confidence: f64, right: bool) {
        let bin = &mut self.bins[bin(confidence)];
        bin.n += 1;
        bin.confidence += confidence;
        bin.right += u64::from(right);
    }

    /// Expected calibration error (Guo et al. 2017, equation 3): how far confidence and accuracy are apart, weighted by the bins'
    /// outcomes. The bins' sizes cancel out: size/total · |right/size − confidence/size|.
    pub(crate) fn expected_error(&self) -> f64 {
        let total: u64 = self.bins.iter().map(|bin| bin.n).sum();
        self.bins.iter().map(Tally::gap).sum::<f64>() / total.max(1) as f64
    }

    /// Maximum calibration error (Guo et al. 2017, equation 5): how far they are apart in the worst bin.
    pub(crate) fn maximum_error(&self) -> f64 {
        self.bins.iter().map(|bin| bin.gap() / bin.n.max(1) as f64).fold(0.0, f64::max)
    }

    pub(crate) fn bins(&self) -> Vec<ReliabilityBin> {
        let edge = |place: usize| place as f64 / BINS as f64;
        let bins = self.bins.iter().enumerate();
        bins.map(|(place, bin)| bin.report(edge(place), edge(place + 1))).collect()
    }
}

impl Tally {
    fn gap(&self) -> f64 {
        (self.right as f64 - self.confidence).abs()
    }

    fn report(&self, lower: f64, upper: f64) -> ReliabilityBin {
        let mean = |sum: f64| (self.n > 0).then(|| sum / self.n as f64);
        ReliabilityBin {
            lower,
            upper,
            n: self.n,
            confidence: mean(self.confidence),
            accuracy: mean(self.right as f64),
        }
    }
}

/// A confidence of 0 belongs to no bin of (0, 1]; it is counted with the lowest.
fn bin(confidence: f64) -> usize {
    (1..BINS).take_while(|edge| confidence > *edge as f64 / BINS as f64).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_are_closed_above() {
        for (confidence, expected) in [
            (0.0, 0),
            (1e-9, 0),
            (0.2, 2),
            (0.200_000_1, 3),
            (0.5, 7),
            (0.6, 8),
            (0.8, 11),
            (1.0, 14),
        ] {
            assert_eq!(bin(confidence), expected, "{confidence}");
        }
    }

    #[test]
    fn the_first_of_equals_wins() {
        assert_eq!(winner(&[0.2, 0.4, 0.4]), Some(1));
        assert_eq!(winner(&[0.0, 0.0]), None);
        assert_eq!(winner(&[]), None);
    }

    #[test]
    fn odd_probabilities_count_as_nothing() {
        assert_eq!(
            normalise(&[f32::NAN, 1.0, -3.0, f32::INFINITY, 3.0, 9.0], 5),
            [0.0, 0.25, 0.0, 0.0, 0.75]
        );
        assert_eq!(normalise(&[2.0], 2), [1.0, 0.0]);
        assert_eq!(normalise(&[0.0, 0.0], 2), [0.0, 0.0]);
    }
}
