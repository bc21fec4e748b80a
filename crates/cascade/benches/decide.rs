//! What deciding about a ticket costs, beside what naming its language costs.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on has nothing to say")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use switchboard_artifact::HeldoutRow;
use switchboard_cascade::{
    Desk, FitOptions, FittedVersion, Heard, OperatingPoint, Point, Side, fit,
};
use switchboard_routing::{
    Circumstances, Family, Limit, Policy, Reason, Record, Route, Signals, Thresholds, first_wish,
};
use switchboard_text::identify;

const TICKET: &str = "hello team, since the update this morning the printer on the third floor prints blank \
    pages and the queue of the accounting group stays full, we restarted it twice without any luck, please have a look \
    before noon because invoices must leave today, thank you and best regards";

/// A policy with rules that look at what a ticket is and at what the linear model said.
const POLICY: &str = r#"
[[rules]]
name = "logs"
when = { signal = "code", above = 0.5 }
then = "transformer"
[[rules]]
name = "strange"
when = { and = [{ signal = "out_of_vocabulary", above = 0.9 }, { signal = "margin", below = 0.1 }] }
then = "review"
"#;

fn labels() -> Vec<String> {
    (0..8).map(|label| format!("label {label}")).collect()
}

/// Rows that a model with `skill` in a hundred answers rightly.
fn rows(skill: usize, step: usize) -> Vec<HeldoutRow> {
    let row = |number: usize| {
        let truth = number % 8;
        let right = number * step % 100 < skill;
        let said = if right { truth } else { (truth + 1) % 8 };
        let sure = 0.4 + 0.55 * (number as f32 * 0.618_034).fract();
        let of = |label| if label == said { sure } else { (1.0 - sure) / 7.0 };
        let probabilities: Vec<f32> = (0..8).map(of).collect();
        HeldoutRow {
            row_hash: number.to_string(),
            label: format!("label {truth}"),
            language: Some("en".to_owned()),
            logits: probabilities.iter().map(|p| p.ln()).collect(),
            probabilities,
            signals: [].into(),
        }
    };
    (0..4_000).map(row).collect()
}

fn version(name: &str) -> FittedVersion {
    FittedVersion { name: name.to_owned(), version: 1 }
}

fn point() -> OperatingPoint {
    let (labels, linear, transformer) = (labels(), rows(80, 7), rows(85, 11));
    let versions = [version("category-tfidf"), version("category-transformer")];
    let linear = Side { version: &versions[0], labels: &labels, rows: &linear };
    let transformer = Side { version: &versions[1], labels: &labels, rows: &transformer };
    fit(&linear, Some(&transformer), FitOptions::default()).unwrap().0
}

fn heard<'h>(family: Family, model: &'h str, scores: &'h [(String, f32)]) -> Heard<'h> {
    Heard { family, model, version: 1, scores, max_logit: Some(0.3), out_of_vocabulary: 0.1 }
}

fn decide(criterion: &mut Criterion) {
    let policy = Policy::parse(POLICY).unwrap();
    let (thresholds, record) = (Thresholds::default(), Record::default());
    let point = Point::new(1, point());
    let around = Circumstances {
        task: "category",
        policy: &policy,
        thresholds: &thresholds,
        linear: Some(&record),
        transformer: Some(&record),
        fuses: false,
        calibrated: false,
        share: (1.0, Limit::Latency),
        requested: None,
    };
    let scores: Vec<(String, f32)> =
        labels().into_iter().zip([0.3, 0.2, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05]).collect();
    let linear = heard(Family::Tfidf, "category-tfidf", &scores);
    let transformer = heard(Family::Transformer, "category-transformer", &scores);
    let language = identify(TICKET);
    let mut group = criterion.benchmark_group("routing");
    group.bench_function("identify_language", |bencher| {
        bencher.iter(|| identify(black_box(TICKET)));
    });
    // Everything from the text to the last word about both answers: signals, both wishes, gate, fusion, prediction set, trust.
    group.bench_function("decide", |bencher| {
        bencher.iter(|| {
            let signals = Signals::of(black_box(TICKET), (language.code, language.confidence), 0.0);
            let desk = Desk::new(around, Some(&point));
            let first = first_wish(&signals, &desk.around);
            let second = desk.second_wish(&signals, &linear);
            let fused = desk.fuse(&linear, &transformer);
            let by = (Route::Fusion, scores.as_slice());
            let judged = desk.judge(&signals, by, &[linear, transformer], Reason::LowConfidence);
            (first, second, fused, judged)
        });
    });
    group.finish();
}

criterion_group!(benches, decide);
criterion_main!(benches);
