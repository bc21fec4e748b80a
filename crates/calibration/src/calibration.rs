//! The methods behind one name, and the choice between them.

use ndarray::Array2;

use crate::isotonic::Isotonic;
use crate::order_preserving::{OrderPreserving, SLOPES};
use crate::sigmoid::{CalibrationError, OneVsRest, Sigmoid, normalised};
use crate::temperature::Temperature;

/// A way to turn logits into probabilities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// A sigmoid a label, normalised.
    Sigmoid,
    /// An isotonic function a label, normalised.
    Isotonic,
    /// A softmax over logits divided by one number.
    Temperature,
    /// A sigmoid a label, then one increasing function for all labels and a softmax.
    OrderPreserving,
}

impl Method {
    /// Every method, in the order they are tried.
    pub const ALL: [Self; 4] =
        [Self::Sigmoid, Self::Isotonic, Self::Temperature, Self::OrderPreserving];
}

/// Fitted: turns a row of logits into probabilities.
#[derive(Debug, Clone, PartialEq)]
pub enum Calibration {
    /// See [`Method::Sigmoid`].
    Sigmoid(OneVsRest),
    /// See [`Method::Isotonic`]; a function a label.
    Isotonic(Vec<Isotonic>),
    /// See [`Method::Temperature`].
    Temperature(Temperature),
    /// See [`Method::OrderPreserving`].
    OrderPreserving(OrderPreserving),
}

/// One method tried on rows it was not fitted to.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct CalibrationTrial {
    /// The method.
    pub method: Method,
    /// Mean of `−ln p(truth)` over the rows.
    pub log_loss: f64,
}

/// The best method, fitted to all rows, and how all of them did.
#[derive(Debug, Clone, PartialEq)]
pub struct Chosen {
    /// The winner.
    pub calibration: Calibration,
    /// Every method's held-out log loss; empty when a half of the rows lacks a label, so that there was nothing to compare.
    pub trials: Vec<CalibrationTrial>,
}

impl Calibration {
    /// Fits `method` to `logits` of rows the model has not seen (a row each, a logit a label) and their label indices.
    pub fn fit(
        method: Method,
        logits: &[Vec<f32>],
        targets: &[usize],
    ) -> Result<Self, CalibrationError> {
        let labels = logits.first().map_or(0, Vec::len);
        let sigmoids = || {
            let scores = Array2::from_shape_fn((logits.len(), labels), |(row, label)| {
                f64::from(logits[row][label])
            });
            OneVsRest::fit(scores.view(), targets)
        };
        Ok(match method {
            Method::Sigmoid => Self::Sigmoid(sigmoids()?),
            Method::Isotonic => Self::Isotonic(isotonic(labels, logits, targets)),
            Method::Temperature => Self::Temperature(Temperature::fit(logits, targets)),
            Method::OrderPreserving => {
                Self::OrderPreserving(OrderPreserving::fit(sigmoids()?, logits, targets))
            }
        })
    }

    /// Probabilities of all labels, summing to 1, from one row of logits; all alike when the numbers are beyond computing with.
    pub fn probabilities(&self, logits: &[f32]) -> Vec<f32> {
        let probabilities = match self {
            Self::Sigmoid(sigmoids) => sigmoids.probabilities(logits),
            Self::Isotonic(functions) => {
                let raw = functions.iter().zip(logits);
                normalised(raw.map(|(f, logit)| f.probability(f64::from(*logit)) as f32).collect())
            }
            Self::Temperature(temperature) => temperature.probabilities(logits),
            Self::OrderPreserving(function) => function.probabilities(logits),
        };
        if probabilities.iter().all(|p| p.is_finite()) {
            probabilities
        } else {
            vec![1.0 / logits.len() as f32; logits.len()]
        }
    }

    /// Which method this is.
    pub fn method(&self) -> Method {
        match self {
            Self::Sigmoid(_) => Method::Sigmoid,
            Self::Isotonic(_) => Method::Isotonic,
            Self::Temperature(_) => Method::Temperature,
            Self::OrderPreserving(_) => Method::OrderPreserving,
        }
    }

    /// Its numbers, for [`Self::from_parameters`].
    pub fn parameters(&self) -> Vec<f64> {
        match self {
            Self::Sigmoid(sigmoids) => pairs(sigmoids).collect(),
            Self::Isotonic(functions) => functions
                .iter()
                .flat_map(|function| {
                    let points = function.points();
                    let numbers = points.iter().flat_map(|(score, p)| [*score, *p]);
                    std::iter::once(points.len() as f64).chain(numbers)
                })
                .collect(),
            Self::Temperature(temperature) => vec![temperature.value()],
            Self::OrderPreserving(function) => {
                pairs(function.sigmoids()).chain(function.slopes().iter().copied()).collect()
            }
        }
    }

    /// Restores what [`Self::parameters`] gave, for a model of `labels` labels; `None` when the numbers are not those of such a calibration.
    pub fn from_parameters(method: Method, labels: usize, parameters: &[f64]) -> Option<Self> {
        if parameters.iter().any(|number| !number.is_finite()) {
            return None;
        }
        Some(match method {
            Method::Sigmoid => Self::Sigmoid(sigmoids(labels, parameters)?),
            Method::Isotonic => Self::Isotonic(functions(labels, parameters)?),
            Method::Temperature => match parameters {
                [only] => Self::Temperature(Temperature::new(*only)?),
                _ => return None,
            },
            Method::OrderPreserving => {
                let (first, slopes) = parameters.split_last_chunk::<SLOPES>()?;
                Self::OrderPreserving(OrderPreserving::from_parts(
                    sigmoids(labels, first)?,
                    *slopes,
                )?)
            }
        })
    }
}

/// Fits every method to one half of the rows and judges it on the other, both ways round, and fits the one with the least log loss to all rows.
///
/// `first_half` says of each row which half it is in. The logits are of rows the model has not seen.
pub fn choose(
    logits: &[Vec<f32>],
    targets: &[usize],
    first_half: &[bool],
) -> Result<Chosen, CalibrationError> {
    let labels = logits.first().map_or(0, Vec::len);
    let halves = [true, false].map(|half| Half::of(logits, targets, first_half, half));
    if halves.iter().any(|half| !half.holds_every_label(labels)) {
        let calibration = Calibration::fit(Method::Sigmoid, logits, targets)?;
        return Ok(Chosen { calibration, trials: Vec::new() });
    }
    let mut trials = Vec::with_capacity(Method::ALL.len());
    for method in Method::ALL {
        let [one, other] = &halves;
        let loss = other.loss(&one.fit(method)?) + one.loss(&other.fit(method)?);
        trials.push(CalibrationTrial { method, log_loss: loss / targets.len() as f64 });
    }
    let best = trials.iter().min_by(|one, two| one.log_loss.total_cmp(&two.log_loss));
    let method = best.map_or(Method::Sigmoid, |trial| trial.method);
    Ok(Chosen { calibration: Calibration::fit(method, logits, targets)?, trials })
}

/// Some of the rows.
struct Half {
    logits: Vec<Vec<f32>>,
    targets: Vec<usize>,
}

impl Half {
    fn of(logits: &[Vec<f32>], targets: &[usize], first_half: &[bool], half: bool) -> Self {
        let rows = (0..targets.len()).filter(|row| first_half[*row] == half);
        let (logits, targets) = rows.map(|row| (logits[row].clone(), targets[row])).unzip();
        Self { logits, targets }
    }

    fn holds_every_label(&self, labels: usize) -> bool {
        (0..labels).all(|label| self.targets.contains(&label))
    }

    fn fit(&self, method: Method) -> Result<Calibration, CalibrationError> {
        Calibration::fit(method, &self.logits, &self.targets)
    }

    fn loss(&self, calibration: &Calibration) -> f64 {
        let rows = self.logits.iter().zip(&self.targets);
        let probability =
            |(row, target): (&Vec<f32>, &usize)| calibration.probabilities(row)[*target];
        rows.map(|row| -f64::from(probability(row)).max(1e-15).ln()).sum()
    }
}

fn isotonic(labels: usize, logits: &[Vec<f32>], targets: &[usize]) -> Vec<Isotonic> {
    let rows = |label: usize| {
        let rows = logits.iter().zip(targets);
        rows.map(|(row, target)| (f64::from(row[label]), *target == label)).collect()
    };
    (0..labels).map(|label| Isotonic::fit(rows(label))).collect()
}

fn pairs(sigmoids: &OneVsRest) -> impl Iterator<Item = f64> + '_ {
    sigmoids.sigmoids().iter().flat_map(|sigmoid| [sigmoid.a, sigmoid.b])
}

fn sigmoids(labels: usize, parameters: &[f64]) -> Option<OneVsRest> {
    let (pairs, rest) = parameters.as_chunks::<2>();
    let sound = pairs.len() == labels && rest.is_empty();
    let sigmoids = pairs.iter().map(|[a, b]| Sigmoid { a: *a, b: *b }).collect();
    sound.then(|| OneVsRest::from_sigmoids(sigmoids))
}

fn functions(labels: usize, mut parameters: &[f64]) -> Option<Vec<Isotonic>> {
    let mut functions = Vec::new();
    while let Some((count, rest)) = parameters.split_first() {
        let (pairs, _) = rest.as_chunks::<2>();
        let points = (1..=pairs.len()).find(|points| (*points as f64 - count).abs() < 0.5)?;
        let points_of = pairs[..points].iter().map(|[score, p]| (*score, *p)).collect();
        functions.push(Isotonic::from_points(points_of)?);
        parameters = &rest[2 * points..];
    }
    (functions.len() == labels).then_some(functions)
}

#[cfg(test)]
mod tests;
