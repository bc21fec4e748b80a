//! What the linear model costs, step by step, without a wire.
//!
//! The tickets are `testdata/tickets`, or those that `BENCH_DATA`, `BENCH_TEXT` and `BENCH_LABEL` name (a file and its columns).
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on has nothing to say")]

mod tickets;

use std::hint::black_box;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use switchboard_classify::{Classifier, Options};
use switchboard_tfidf_svm::{FitOptions, TfidfSvm, fit};
use tickets::Tickets;

/// As many documents as one request to a model service may hold.
const BATCH: usize = 256;
/// Enough for a model of a usual size.
const MODEL_ROWS: usize = 50_000;
const FIT_ROWS: usize = 2_000;

fn linear_model(criterion: &mut Criterion) {
    let tickets = Tickets::read(MODEL_ROWS);
    let model = fitted(&tickets);
    let mut group = criterion.benchmark_group("linear_model");
    one_ticket(&mut group, &model, tickets.of_median_length());
    batch(&mut group, &model, &tickets);
    load(&mut group, &model);
    fitting(&mut group, &tickets);
    group.finish();
}

fn fitted(tickets: &Tickets) -> TfidfSvm {
    fit(tickets.training_rows(&tickets.texts()), &FitOptions::default(), &|_| ()).unwrap().model
}

fn one_ticket(group: &mut BenchmarkGroup<'_, WallTime>, model: &TfidfSvm, text: &str) {
    group.throughput(Throughput::Elements(1));
    group.bench_function("vectorise", |bencher| {
        bencher.iter(|| model.vectorise(black_box(text)));
    });
    for (name, explain) in [("predict", false), ("explain", true)] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| model.predict(black_box(text), Options { explain }));
        });
    }
}

fn batch(group: &mut BenchmarkGroup<'_, WallTime>, model: &TfidfSvm, tickets: &Tickets) {
    let texts = tickets.texts();
    let documents: Vec<&str> = (0..BATCH).map(|at| texts[at * texts.len() / BATCH]).collect();
    group.throughput(Throughput::Elements(BATCH as u64));
    group.bench_function("batch_256", |bencher| {
        bencher.iter(|| model.classify(black_box(&documents), Options::default()));
    });
}

fn load(group: &mut BenchmarkGroup<'_, WallTime>, model: &TfidfSvm) {
    let bytes = model.to_bytes();
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("load", |bencher| {
        bencher.iter_with_large_drop(|| {
            TfidfSvm::from_bytes(black_box(&bytes), model.labels().to_vec()).unwrap()
        });
    });
}

fn fitting(group: &mut BenchmarkGroup<'_, WallTime>, tickets: &Tickets) {
    let tickets = tickets.spread(FIT_ROWS);
    group.throughput(Throughput::Elements(tickets.texts().len() as u64));
    group.sample_size(10);
    group.bench_function("fit", |bencher| bencher.iter(|| fitted(&tickets)));
}

criterion_group!(benches, linear_model);
criterion_main!(benches);
