//! From outcomes to a report, in one pass.

use std::collections::{BTreeMap, HashMap};

use crate::classes::Classes;
use crate::outcome::Outcome;
use crate::probability::{Calibration, log_loss, normalise, winner};
use crate::report::{LanguageReport, Report};

/// Judges `outcomes` of a classifier that knows `labels`, each of them once.
pub fn evaluate(labels: &[String], outcomes: &[Outcome]) -> Report {
    let places: HashMap<&str, usize> =
        labels.iter().enumerate().map(|(place, label)| (label.as_str(), place)).collect();
    let mut all = Classes::default();
    for label in labels {
        all.know(label);
    }
    let mut languages: BTreeMap<&str, Classes<'_>> = BTreeMap::new();
    let mut calibration = Calibration::default();
    let mut loss = 0.0;
    for outcome in outcomes {
        let shares = normalise(&outcome.probabilities, labels.len());
        let top = winner(&shares);
        let predicted = top.map(|place| labels[place].as_str());
        let truth = outcome.truth.as_str();
        all.add(truth, predicted);
        if let Some(language) = &outcome.language {
            languages.entry(language).or_default().add(truth, predicted);
        }
        calibration.add(top.map_or(0.0, |place| shares[place]), predicted == Some(truth));
        loss += log_loss(places.get(truth).map_or(0.0, |place| shares[*place]));
    }
    let judged = |metric: f64| (!outcomes.is_empty()).then_some(metric);
    Report {
        n: all.total(),
        accuracy: judged(all.accuracy()),
        macro_f1: judged(all.macro_f1()),
        weighted_f1: judged(all.weighted_f1()),
        log_loss: judged(loss / outcomes.len().max(1) as f64),
        ece: judged(calibration.expected_error()),
        mce: judged(calibration.maximum_error()),
        reliability: calibration.bins(),
        per_class: all.per_class(),
        per_language: languages
            .into_iter()
            .map(|(code, classes)| (code.to_owned(), of(&classes)))
            .collect(),
    }
}

fn of(classes: &Classes<'_>) -> LanguageReport {
    LanguageReport {
        n: classes.total(),
        accuracy: classes.accuracy(),
        macro_f1: classes.macro_f1(),
    }
}
