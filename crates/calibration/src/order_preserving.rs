//! One increasing function for all labels, behind a softmax.

use crate::sigmoid::OneVsRest;

/// Log odds where the function may bend.
const KNOTS: [f64; SLOPES - 1] = [-4.0, -2.0, -1.0, 0.0, 1.0, 2.0];
/// Straight pieces of the function.
pub(crate) const SLOPES: usize = 7;
/// The flattest a piece may be: the function must rise, or two labels could change places.
const FLATTEST: f64 = 0.01;
/// How many rows' worth of evidence the prior has: few rows leave the function near the logarithm of the sigmoid.
const PRIOR_ROWS: f64 = 10.0;
/// Seven numbers need no more rows than this.
const MAX_ROWS: usize = 20_000;
const MAX_STEPS: usize = 30;

/// `p = softmax(φ(u))`, where `u` is the log odds a sigmoid a label gives and `φ` is increasing, piecewise linear, and the same for every label.
///
/// A normalised one-vs-rest sigmoid is the case `φ(u) = ln σ(u)`; temperature scaling of the log odds is `φ(u) = u / T`. `φ` is what the rows say instead. It cannot
/// change the order of labels whose sigmoids are alike (the diagonal family of Rahimi et al., *Intra Order-Preserving Functions for
/// Calibration of Multi-Class Neural Networks*, 2020).
#[derive(Debug, Clone, PartialEq)]
pub struct OrderPreserving {
    sigmoids: OneVsRest,
    slopes: [f64; SLOPES],
}

impl OrderPreserving {
    /// Fits `φ` to rows the model has not seen, with the least log loss, on top of sigmoids fitted to the same rows.
    pub(crate) fn fit(sigmoids: OneVsRest, logits: &[Vec<f32>], targets: &[usize]) -> Self {
        let take = logits.len().min(MAX_ROWS);
        let rows = (0..take).map(|at| at * logits.len() / take);
        let odds: Vec<(Vec<f64>, usize)> =
            rows.map(|row| (sigmoids.log_odds(&logits[row]).collect(), targets[row])).collect();
        Self { sigmoids, slopes: least_loss(&odds) }
    }

    /// Restores it; `None` unless every slope is finite and rises.
    pub(crate) fn from_parts(sigmoids: OneVsRest, slopes: [f64; SLOPES]) -> Option<Self> {
        let rises = slopes.iter().all(|slope| slope.is_finite() && *slope >= FLATTEST);
        rises.then_some(Self { sigmoids, slopes })
    }

    pub(crate) fn sigmoids(&self) -> &OneVsRest {
        &self.sigmoids
    }

    pub(crate) fn slopes(&self) -> &[f64; SLOPES] {
        &self.slopes
    }

    /// Probabilities of all labels, summing to 1, from one row of finite logits.
    pub fn probabilities(&self, logits: &[f32]) -> Vec<f32> {
        let heights = self.sigmoids.log_odds(logits).map(|odds| height(odds, &self.slopes));
        softmax(heights.collect()).into_iter().map(|p| p as f32).collect()
    }
}

/// How far each piece of the function is climbed at log odds `u`; what is the same for every `u` is left in, for a softmax does not see it.
fn climbed(u: f64) -> [f64; SLOPES] {
    std::array::from_fn(|piece| {
        let above = if piece == 0 { f64::NEG_INFINITY } else { KNOTS[piece - 1] };
        let below = KNOTS.get(piece).copied().unwrap_or(f64::INFINITY);
        u.clamp(above, below)
    })
}

fn height(u: f64, slopes: &[f64; SLOPES]) -> f64 {
    climbed(u).iter().zip(slopes).map(|(climbed, slope)| climbed * slope).sum()
}

fn softmax(mut heights: Vec<f64>) -> Vec<f64> {
    let highest = heights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut sum = 0.0;
    for height in &mut heights {
        *height = (*height - highest).exp();
        sum += *height;
    }
    for height in &mut heights {
        *height /= sum;
    }
    heights
}

/// Mean slope of `ln σ` over each piece; the outer two end 4 further out.
fn prior() -> [f64; SLOPES] {
    let log_sigmoid = |u: f64| -(-u).exp().ln_1p();
    std::array::from_fn(|piece| {
        let left = if piece == 0 { KNOTS[0] - 4.0 } else { KNOTS[piece - 1] };
        let right = KNOTS.get(piece).copied().unwrap_or(KNOTS[SLOPES - 2] + 4.0);
        (log_sigmoid(right) - log_sigmoid(left)) / (right - left)
    })
}

/// The loss at some slopes, its gradient and its Hessian.
struct Loss {
    value: f64,
    gradient: [f64; SLOPES],
    hessian: [[f64; SLOPES]; SLOPES],
}

impl Loss {
    /// Log loss over all rows, and the pull towards the prior.
    fn at(slopes: &[f64; SLOPES], rows: &[(Vec<f64>, usize)]) -> Self {
        let prior = prior();
        let mut loss =
            Self { value: 0.0, gradient: [0.0; SLOPES], hessian: [[0.0; SLOPES]; SLOPES] };
        for piece in 0..SLOPES {
            let away = slopes[piece] - prior[piece];
            loss.value += 0.5 * PRIOR_ROWS * away * away;
            loss.gradient[piece] += PRIOR_ROWS * away;
            loss.hessian[piece][piece] += PRIOR_ROWS;
        }
        for (odds, target) in rows {
            loss.add(slopes, odds, *target);
        }
        loss
    }

    fn add(&mut self, slopes: &[f64; SLOPES], odds: &[f64], target: usize) {
        let probabilities = softmax(odds.iter().map(|u| height(*u, slopes)).collect());
        self.value -= probabilities[target].max(f64::MIN_POSITIVE).ln();
        // A softmax's derivatives are a mean and a covariance under its own probabilities.
        let mut mean = [0.0; SLOPES];
        for (p, u) in probabilities.iter().zip(odds) {
            let climbed = climbed(*u);
            for i in 0..SLOPES {
                mean[i] += p * climbed[i];
                for j in 0..=i {
                    self.hessian[i][j] += p * climbed[i] * climbed[j];
                }
            }
        }
        let truth = climbed(odds[target]);
        for i in 0..SLOPES {
            self.gradient[i] += mean[i] - truth[i];
            for j in 0..=i {
                self.hessian[i][j] -= mean[i] * mean[j];
            }
        }
    }

    fn curvature(&self, i: usize, j: usize) -> f64 {
        self.hessian[i.max(j)][i.min(j)]
    }

    /// The slopes with the least loss if it were the quadratic it looks like from `slopes`, none below the flattest.
    fn quadratic_minimum(&self, slopes: &[f64; SLOPES]) -> [f64; SLOPES] {
        let mut best = *slopes;
        for _ in 0..500 {
            for i in 0..SLOPES {
                let pull: f64 =
                    (0..SLOPES).map(|j| self.curvature(i, j) * (best[j] - slopes[j])).sum();
                best[i] =
                    (best[i] - (self.gradient[i] + pull) / self.curvature(i, i)).max(FLATTEST);
            }
        }
        best
    }
}

/// Newton's method within the bounds. The loss is convex in the slopes, so there is one minimum.
fn least_loss(rows: &[(Vec<f64>, usize)]) -> [f64; SLOPES] {
    let mut slopes = prior();
    let mut loss = Loss::at(&slopes, rows);
    for _ in 0..MAX_STEPS {
        let target = loss.quadratic_minimum(&slopes);
        let mut share = 1.0;
        let better = loop {
            let tried = std::array::from_fn(|i| slopes[i] + share * (target[i] - slopes[i]));
            let there = Loss::at(&tried, rows);
            if there.value < loss.value {
                break Some((tried, there));
            }
            share /= 2.0;
            if share < 1e-3 {
                break None;
            }
        };
        let Some((tried, there)) = better else { break };
        let gained = loss.value - there.value;
        (slopes, loss) = (tried, there);
        if gained < 1e-6 * loss.value {
            break;
        }
    }
    slopes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sigmoid::Sigmoid;

    fn plain(labels: usize) -> OneVsRest {
        OneVsRest::from_sigmoids(vec![Sigmoid { a: -1.0, b: 0.0 }; labels])
    }

    #[test]
    fn recovers_the_temperature_the_rows_were_drawn_at() {
        // Two labels at log odds ±u; the truth is drawn with probability softmax(±u / 2).
        let (logits, targets): (Vec<Vec<f32>>, Vec<usize>) = (0..6_000)
            .map(|row| {
                let u = f64::from(row) / 1_000.0 - 3.0;
                let probability = 1.0 / (1.0 + (-u).exp());
                let draw = (f64::from(row) * 0.618_034).fract();
                (vec![u as f32, -u as f32], usize::from(draw >= probability))
            })
            .unzip();
        let fitted = OrderPreserving::fit(plain(2), &logits, &targets);
        for u in [-2.5f32, -1.0, 0.5, 2.0] {
            let expected = 1.0 / (1.0 + (-u).exp());
            let found = fitted.probabilities(&[u, -u])[0];
            assert!((found - expected).abs() < 0.03, "{found} for {expected}");
        }
    }

    #[test]
    fn without_evidence_it_stays_near_normalised_sigmoids() {
        let fitted = OrderPreserving::fit(plain(3), &[vec![1.0, -2.0, -1.0]], &[0]);
        let (found, sigmoids) =
            (fitted.probabilities(&[1.0, -2.0, 0.0]), plain(3).probabilities(&[1.0, -2.0, 0.0]));
        for (one, other) in found.iter().zip(&sigmoids) {
            assert!((one - other).abs() < 0.05, "{found:?} {sigmoids:?}");
        }
    }

    proptest! {
        #[test]
        fn one_sigmoid_for_all_labels_keeps_their_order(
            slopes in prop::array::uniform7(FLATTEST..3.0),
            logits in prop::collection::vec(-30f32..30.0, 2..9),
        ) {
            let all = OrderPreserving::from_parts(plain(logits.len()), slopes).unwrap();
            let probabilities = all.probabilities(&logits);
            prop_assert!((probabilities.iter().sum::<f32>() - 1.0).abs() < 1e-4);
            for (i, j) in (0..logits.len()).flat_map(|i| (0..logits.len()).map(move |j| (i, j))) {
                if logits[i] > logits[j] {
                    prop_assert!(probabilities[i] >= probabilities[j]);
                }
            }
        }
    }
}
