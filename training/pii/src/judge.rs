//! How well a model finds what it is to find in texts it has not seen.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use switchboard_pii::Kind;
use switchboard_pii::names::{Label, Names};

use crate::example::Example;

/// Hits and misses of one class.
#[derive(Debug, Default, Clone, Copy)]
struct Counts {
    wanted: usize,
    hit: usize,
    found: usize,
    right: usize,
}

impl Counts {
    fn figures(self) -> Value {
        let share = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
        let (recall, precision) = (share(self.hit, self.wanted), share(self.right, self.found));
        let f = |beta: f64| {
            let weighed = beta * beta * precision + recall;
            if weighed > 0.0 { (1.0 + beta * beta) * precision * recall / weighed } else { 0.0 }
        };
        let round = |value: f64| (value * 1e4).round() / 1e4;
        json!({
            "wanted": self.wanted, "found": self.found,
            "precision": round(precision), "recall": round(recall), "f1": round(f(1.0)), "f2": round(f(2.0)),
        })
    }
}

/// Precision and recall by class and by source and language, a span counting as found when a span of any class overlaps it;
/// and the share of texts without personal data in which something was found.
pub(crate) fn judge<'e>(names: &Names, examples: impl Iterator<Item = &'e Example>) -> Value {
    let mut classes: BTreeMap<&str, Counts> = BTreeMap::new();
    let mut sources: BTreeMap<String, Counts> = BTreeMap::new();
    let mut touched: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for example in examples {
        let blanks = example.blanks();
        let found = names.spans(&example.text, &blanks);
        let source = format!("{} {}", example.source, example.language);
        let wanted: Vec<_> = example.wanted().collect();
        if wanted.is_empty() {
            let (rows, hit) = touched.entry(source).or_default();
            *rows += 1;
            *hit += usize::from(!found.is_empty());
            continue;
        }
        for (range, label) in &wanted {
            let hit = found
                .iter()
                .any(|(_, place, _)| place.start < range.end && range.start < place.end);
            for counts in [
                classes.entry(name(*label)).or_default(),
                sources.entry(source.clone()).or_default(),
            ] {
                counts.wanted += 1;
                counts.hit += usize::from(hit);
            }
        }
        for (kind, place, _) in &found {
            let overlaps = |(range, _): &(std::ops::Range<usize>, Label)| {
                place.start < range.end && range.start < place.end
            };
            let right = wanted.iter().any(overlaps);
            let same =
                wanted.iter().any(|wanted| overlaps(wanted) && name(wanted.1) == kind.name());
            let class = classes.entry(kind.name()).or_default();
            class.found += 1;
            class.right += usize::from(same);
            let source = sources.entry(source.clone()).or_default();
            source.found += 1;
            source.right += usize::from(right);
        }
    }
    let figures = |counts: BTreeMap<String, Counts>| -> BTreeMap<String, Value> {
        counts.into_iter().map(|(name, counts)| (name, counts.figures())).collect()
    };
    let classes = classes.into_iter().map(|(name, counts)| (name.to_owned(), counts)).collect();
    let touched: BTreeMap<String, Value> = touched
        .into_iter()
        .map(|(source, (rows, hit))| {
            (source, json!({"rows": rows, "touched": hit, "share": hit as f64 / rows as f64}))
        })
        .collect();
    json!({"classes": figures(classes), "sources": figures(sources), "harmless": touched})
}

fn name(label: Label) -> &'static str {
    match label {
        Label::Nothing => "NOTHING",
        Label::Person => Kind::Person.name(),
        Label::Location => Kind::Location.name(),
        Label::Address => Kind::StreetAddress.name(),
        Label::Organization => Kind::Organization.name(),
    }
}
