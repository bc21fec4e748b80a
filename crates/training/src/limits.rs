//! What a model card says a version is not good for.

use serde_json::Value;
use switchboard_artifact::Manifest;
use switchboard_evaluate::Report;

use crate::markdown::escaped;

/// A language with fewer rows is hardly known, and what was measured of it is mostly chance.
const FEW_LANGUAGE_ROWS: u64 = 50;
/// A label with fewer rows, likewise.
const FEW_LABEL_ROWS: u64 = 20;
const LOW_RECALL: f64 = 0.7;
/// Names in one sentence, at most; the tables above have them all.
const MAX_NAMES: usize = 10;

/// The limits, a sentence or two each, as Markdown.
pub(crate) fn limits(manifest: &Manifest, report: &Report) -> Vec<String> {
    let mut limits = vec![format!(
        "The figures are of {} of {} rows. The model that serves may have been fitted to them afterwards; those that judged them were not.",
        report.n, manifest.data.rows
    )];
    if manifest.settings.get("split").and_then(Value::as_str) == Some("random") {
        limits.push("Rows were dealt at random: near-duplicates stood on both sides, so the figures flatter it on tickets unlike those it has seen.".to_owned());
    }
    limits.extend(languages(manifest));
    limits.extend(labels(report));
    limits.push("Probabilities are calibrated only for tickets like the rows it was judged on: other customers, products, languages or lengths change what a probability is worth. Watch the drift metrics, and calibrate anew.".to_owned());
    limits
}

fn languages(manifest: &Manifest) -> Vec<String> {
    let few = |rows: &dyn Fn(&switchboard_artifact::LanguageFacts) -> u64| {
        let all = manifest.languages.iter().map(|(code, facts)| (code.as_str(), rows(facts)));
        all.filter(|(_, rows)| *rows < FEW_LANGUAGE_ROWS).collect::<Vec<_>>()
    };
    let known: Vec<&str> = manifest.languages.keys().map(String::as_str).collect();
    let mut limits = vec![format!(
        "Languages it knows: {}. Of every other it has seen nothing, or too little to count.",
        if known.is_empty() { "none by name".to_owned() } else { escaped(&known.join(", ")) }
    )];
    let lists = [
        ("Learned from", few(&|facts| facts.training_rows)),
        ("Judged on", few(&|facts| facts.heldout_rows)),
    ];
    for (what, few) in lists.into_iter().filter(|(_, few)| !few.is_empty()) {
        limits.push(format!(
            "{what} few rows (under {FEW_LANGUAGE_ROWS}): {}.",
            named(few, |rows| rows.to_string())
        ));
    }
    limits
}

fn labels(report: &Report) -> Vec<String> {
    let all = || report.per_class.iter().map(|(label, of)| (label.as_str(), *of));
    let missed = all().filter(|(_, of)| of.support > 0 && of.recall < LOW_RECALL);
    let missed: Vec<_> = missed.map(|(label, of)| (label, of.recall)).collect();
    let few = all().filter(|(_, of)| of.support < FEW_LABEL_ROWS);
    let few: Vec<_> = few.map(|(label, of)| (label, of.support)).collect();
    let mut limits = Vec::new();
    if !missed.is_empty() {
        let names = named(missed, |recall| format!("{recall:.2}"));
        limits.push(format!("Often missed (recall under {LOW_RECALL:.2}): {names}."));
    }
    if !few.is_empty() {
        let names = named(few, |rows| rows.to_string());
        limits.push(format!("Labels judged on few rows (under {FEW_LABEL_ROWS}): {names}."));
    }
    limits
}

/// Names with a number each, the smallest first.
fn named<N: PartialOrd + Copy>(mut of: Vec<(&str, N)>, text: impl Fn(N) -> String) -> String {
    of.sort_by(|one, other| one.1.partial_cmp(&other.1).unwrap_or(std::cmp::Ordering::Equal));
    let more = of.len().saturating_sub(MAX_NAMES);
    let names = of.iter().take(MAX_NAMES);
    let names = names.map(|(name, number)| format!("{} ({})", escaped(name), text(*number)));
    let mut sentence = names.collect::<Vec<_>>().join(", ");
    if more > 0 {
        sentence.push_str(" and ");
        sentence.push_str(&more.to_string());
        sentence.push_str(" more");
    }
    sentence
}
