//! Temperature scaling.

/// The range searched for the temperature; beyond it every probability is 0, 1 or equal.
const COLDEST: f64 = 0.02;
const HOTTEST: f64 = 50.0;
/// Each step narrows the range of the logarithm, 7.8 wide at first, by 0.618; after 60 it is far below what matters.
const STEPS: u32 = 60;

/// `p = softmax(logits / temperature)`: one number that makes a network's confidence honest and leaves its order of labels alone (Guo et
/// al. 2017).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Temperature(f64);

impl Default for Temperature {
    /// Leaves the logits as they are.
    fn default() -> Self {
        Self(1.0)
    }
}

impl Temperature {
    /// Restores what [`Self::value`] gave; `None` unless it is positive and finite.
    pub fn new(value: f64) -> Option<Self> {
        (value.is_finite() && value > 0.0).then_some(Self(value))
    }

    /// Finds the temperature with the least log loss on rows the model has not seen: their logits, and their label indices.
    ///
    /// Without rows, it leaves logits as they are. A few rows that are all right prove little: as if two more had been seen, one of them
    /// wrong, the truth of each row is softened by `1 / (rows + 2)` (Platt 1999), so certainty grows with evidence.
    pub fn fit(logits: &[Vec<f32>], targets: &[usize]) -> Self {
        if logits.is_empty() {
            return Self::default();
        }
        let loss = |logarithm: f64| log_loss(logits, targets, logarithm.exp());
        // The loss is convex in 1 / temperature, so it has one valley in any monotone function of it.
        let golden = (5f64.sqrt() - 1.0) / 2.0;
        let (mut low, mut high) = (COLDEST.ln(), HOTTEST.ln());
        let (mut left, mut right) = (high - golden * (high - low), low + golden * (high - low));
        let (mut left_loss, mut right_loss) = (loss(left), loss(right));
        for _ in 0..STEPS {
            if left_loss <= right_loss {
                (high, right, right_loss) = (right, left, left_loss);
                left = high - golden * (high - low);
                left_loss = loss(left);
            } else {
                (low, left, left_loss) = (left, right, right_loss);
                right = low + golden * (high - low);
                right_loss = loss(right);
            }
        }
        Self(f64::midpoint(low, high).exp())
    }

    /// The number itself; above 1 when the network is too sure of itself.
    pub fn value(self) -> f64 {
        self.0
    }

    /// Probabilities of all labels, summing to 1, from one row of finite logits.
    pub fn probabilities(self, logits: &[f32]) -> Vec<f32> {
        let exponentials: Vec<f64> = scaled(logits, self.0).map(f64::exp).collect();
        let sum: f64 = exponentials.iter().sum();
        exponentials.into_iter().map(|value| (value / sum) as f32).collect()
    }
}

/// The logits over the temperature, shifted so that the largest is 0 and no exponential overflows.
fn scaled(logits: &[f32], temperature: f64) -> impl Iterator<Item = f64> {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    logits.iter().map(move |logit| (f64::from(*logit) - f64::from(largest)) / temperature)
}

/// Sum over rows of the cross entropy between the softened truth and the probabilities.
fn log_loss(logits: &[Vec<f32>], targets: &[usize], temperature: f64) -> f64 {
    let doubt = 1.0 / (logits.len() as f64 + 2.0);
    let loss = |(row, target): (&Vec<f32>, &usize)| {
        let sum: f64 = scaled(row, temperature).map(f64::exp).sum();
        let all: f64 = scaled(row, temperature).sum();
        let true_one = scaled(row, temperature).nth(*target).unwrap_or(0.0);
        let others = (all - true_one) / (row.len() as f64 - 1.0).max(1.0);
        sum.ln() - (1.0 - doubt) * true_one - doubt * others
    };
    logits.iter().zip(targets).map(loss).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Rows of two labels with logits `±score`, whose labels are drawn evenly with probability `sigmoid(2·score / temperature)`.
    fn drawn_at(temperature: f64) -> (Vec<Vec<f32>>, Vec<usize>) {
        (0..4_000)
            .map(|row| {
                let score = f64::from(row) / 1_000.0 - 2.0;
                let probability = 1.0 / (1.0 + (-2.0 * score / temperature).exp());
                let draw = (f64::from(row) * 0.618_034).fract();
                (vec![score as f32, -score as f32], usize::from(draw >= probability))
            })
            .unzip()
    }

    #[test]
    fn recovers_the_temperature_the_rows_were_drawn_at() {
        for temperature in [0.5, 1.0, 3.0] {
            let (logits, targets) = drawn_at(temperature);
            let found = Temperature::fit(&logits, &targets).value();
            assert!((found / temperature - 1.0).abs() < 0.05, "{found} for {temperature}");
        }
    }

    #[test]
    fn certainty_grows_with_evidence() {
        let after = |rows: usize| {
            let temperature = Temperature::fit(&vec![vec![3.0, 0.0]; rows], &vec![0; rows]);
            temperature.probabilities(&[3.0, 0.0])[0]
        };
        assert!((after(1) - 2.0 / 3.0).abs() < 1e-3 && (after(98) - 0.99).abs() < 1e-3);
        assert_eq!(Temperature::fit(&[], &[]), Temperature::default());
    }

    #[test]
    fn a_network_that_is_always_wrong_is_not_believed() {
        assert!(Temperature::fit(&vec![vec![3.0, 0.0]; 50], &[1; 50]).value() > HOTTEST * 0.99);
    }

    #[test]
    fn only_positive_numbers_are_temperatures() {
        assert_eq!(Temperature::new(2.0).map(Temperature::value), Some(2.0));
        for value in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(Temperature::new(value), None);
        }
    }

    proptest! {
        #[test]
        fn probabilities_sum_to_one_and_keep_the_order(
            logits in prop::collection::vec(-1e6f32..1e6, 1..9),
            temperature in COLDEST..HOTTEST,
        ) {
            let probabilities = Temperature(temperature).probabilities(&logits);
            prop_assert!((probabilities.iter().sum::<f32>() - 1.0).abs() < 1e-5);
            for (i, j) in (0..logits.len()).flat_map(|i| (0..logits.len()).map(move |j| (i, j))) {
                if logits[i] > logits[j] {
                    prop_assert!(probabilities[i] >= probabilities[j]);
                }
            }
        }
    }
}
