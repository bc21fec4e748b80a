//! Thresholds from held-out rows.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::Route;

/// One held-out row: the confidence a model had, and whether it was right.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldOut {
    /// The row's hash, the same for every model.
    pub row: String,
    /// Its language, when known.
    pub language: Option<String>,
    /// Calibrated probability of the label the model chose.
    pub confidence: f32,
    /// Whether that was the right label.
    pub right: bool,
}

/// The numbers at which a policy acts, for one task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Thresholds {
    /// Below this confidence the linear model's answer is not good enough on its own.
    pub escalate_below: f32,
    /// The same in languages where enough rows were held out by both models.
    #[serde(default)]
    pub escalate_below_by_language: BTreeMap<String, f32>,
    /// Where a gate serves: below this probability of being right, the linear model's answer is not good enough on its own; its confidence is then not asked, but in
    /// languages that have a threshold of their own.
    #[serde(default)]
    pub gate_below: Option<f32>,
    /// What decides about escalation (the gate's probability, or the confidence), on held-out rows: evenly spaced quantiles, the least first.
    #[serde(default)]
    pub quantiles: Vec<f32>,
    /// Below what a person should look.
    pub review: ReviewThresholds,
}

/// The confidences below which a person should look.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ReviewThresholds {
    /// Of what the mesh answers when nothing lacks; `None` leaves it to the model that answered, or to the prediction set.
    pub mesh: Option<f32>,
    /// Of the linear model's answer, when the transformer lacks.
    pub linear: Option<f32>,
    /// Of the transformer's answer, when the linear model lacks.
    pub transformer: Option<f32>,
}

impl Default for Thresholds {
    /// What serves until held-out rows are known.
    fn default() -> Self {
        Self {
            escalate_below: 0.7,
            escalate_below_by_language: BTreeMap::new(),
            gate_below: None,
            quantiles: Vec::new(),
            review: ReviewThresholds { mesh: None, linear: Some(0.4), transformer: Some(0.4) },
        }
    }
}

/// The share of the linear model's answers above the escalation threshold that are right, when there is no transformer to compare with.
const TARGET_ACCURACY: f64 = 0.95;
/// Fewer rows than this say little.
const MIN_ROWS: usize = 50;
/// Rows whose share of right answers is read as the accuracy at one confidence.
const MIN_WINDOW: usize = 25;

impl Thresholds {
    /// Reads the thresholds off the held-out rows of both models; a model whose rows are unknown, or too few, has none.
    ///
    /// With both, a ticket escalates where the transformer was right more often than the linear model: overall, and by language. With the linear
    /// model alone, it escalates (in vain, so degraded) where fewer than 95 % of the answers above were right. A person should look where no more
    /// answers were right than wrong.
    pub fn from_heldout(linear: &[HeldOut], transformer: &[HeldOut]) -> Self {
        let mut thresholds = Self::default();
        if linear.len() >= MIN_ROWS {
            thresholds.review.linear = Some(highest_hopeless(linear));
            thresholds.escalate_below = lowest_accurate(linear);
        }
        if transformer.len() >= MIN_ROWS {
            thresholds.review.transformer = Some(highest_hopeless(transformer));
        }
        let joined = join(linear, transformer);
        if joined.len() >= MIN_ROWS {
            thresholds.escalate_below = highest_worthwhile(&joined);
        }
        for (language, rows) in by_language(joined) {
            if rows.len() >= MIN_ROWS {
                thresholds.escalate_below_by_language.insert(language, highest_worthwhile(&rows));
            }
        }
        thresholds
    }

    /// Below this, the linear model's answer in `language` escalates.
    pub fn escalate_below(&self, language: &str) -> f32 {
        self.escalate_below_by_language.get(language).copied().unwrap_or(self.escalate_below)
    }

    /// Below this, a person should look at an answer that came by `route`; `None` where its prediction set decides.
    pub fn review_below(&self, route: Route, degraded: bool) -> Option<f32> {
        let of_model = match route {
            Route::Tfidf => self.review.linear,
            Route::Transformer | Route::Fusion => self.review.transformer,
        };
        if degraded { of_model } else { self.review.mesh.or(of_model) }
    }

    /// `below`, moved down so that only the most doubtful `share` of the tickets under it stay under it.
    pub fn eased(&self, below: f32, share: f32) -> f32 {
        if share >= 1.0 || self.quantiles.len() < 2 {
            return below * share.min(1.0);
        }
        let under = self.quantiles.partition_point(|quantile| *quantile < below);
        let place = (under as f32 * share).min((self.quantiles.len() - 1) as f32);
        #[expect(clippy::cast_sign_loss, reason = "a share of a count is not negative")]
        let lower = place as usize;
        let upper = (lower + 1).min(self.quantiles.len() - 1);
        let step = self.quantiles[upper] - self.quantiles[lower];
        let between = self.quantiles[lower] + place.fract() * step;
        between.min(below)
    }
}

/// A row both models were judged on.
#[derive(Debug, Clone, Copy)]
struct Joined<'r> {
    language: Option<&'r str>,
    confidence: f32,
    linear_right: bool,
    transformer_right: bool,
}

fn join<'r>(linear: &'r [HeldOut], transformer: &[HeldOut]) -> Vec<Joined<'r>> {
    let right: HashMap<&str, bool> =
        transformer.iter().map(|row| (row.row.as_str(), row.right)).collect();
    let joined = linear.iter().filter_map(|row| {
        Some(Joined {
            language: row.language.as_deref(),
            confidence: row.confidence,
            linear_right: row.right,
            transformer_right: *right.get(row.row.as_str())?,
        })
    });
    joined.collect()
}

fn by_language(rows: Vec<Joined<'_>>) -> BTreeMap<String, Vec<Joined<'_>>> {
    let mut languages: BTreeMap<String, Vec<Joined<'_>>> = BTreeMap::new();
    for row in rows {
        if let Some(language) = row.language {
            languages.entry(language.to_owned()).or_default().push(row);
        }
    }
    languages
}

/// The confidence below which handing rows to the transformer gains most; 0 when it gains nothing to speak of.
///
/// A gain counts when it exceeds its standard error, the root of the number of rows on which exactly one model was right (the test of `McNemar`, 1947).
fn highest_worthwhile(rows: &[Joined<'_>]) -> f32 {
    let mut sorted = rows.to_vec();
    sorted.sort_by(|a, b| a.confidence.total_cmp(&b.confidence));
    let (mut gain, mut disagreements) = (0i64, 0u32);
    let mut best = (0i64, 0.0f32);
    for (index, row) in sorted.iter().enumerate() {
        gain += i64::from(row.transformer_right) - i64::from(row.linear_right);
        disagreements += u32::from(row.transformer_right != row.linear_right);
        let next = sorted.get(index + 1).map_or(1.0, |next| next.confidence);
        let tells = gain as f64 > f64::from(disagreements).sqrt();
        if next > row.confidence && gain > best.0 && tells {
            best = (gain, next);
        }
    }
    best.1
}

/// The lowest confidence such that the rows at or above it reach the target; 1 when none does.
fn lowest_accurate(rows: &[HeldOut]) -> f32 {
    let sorted = most_confident_first(rows);
    let mut right = 0usize;
    let mut lowest = 1.0;
    for (index, row) in sorted.iter().enumerate() {
        right += usize::from(row.right);
        // Rows of equal confidence are taken together.
        let last_of_equals =
            sorted.get(index + 1).is_none_or(|next| next.confidence < row.confidence);
        if last_of_equals && right as f64 >= TARGET_ACCURACY * (index + 1) as f64 {
            lowest = row.confidence;
        }
    }
    lowest
}

/// The highest confidence around which no more than half the rows are right; 0 when there is none.
fn highest_hopeless(rows: &[HeldOut]) -> f32 {
    let sorted = most_confident_first(rows);
    let window = MIN_WINDOW.max(sorted.len() / 50);
    sorted
        .windows(window)
        .find(|rows| rows.iter().filter(|row| row.right).count() * 2 <= window)
        .map_or(0.0, |rows| rows[window / 2].confidence)
}

fn most_confident_first(rows: &[HeldOut]) -> Vec<&HeldOut> {
    let mut sorted: Vec<&HeldOut> = rows.iter().collect();
    sorted.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    sorted
}

#[cfg(test)]
mod tests;
