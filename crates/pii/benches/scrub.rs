//! What it costs to take personal data out of a ticket.
//!
//! The tickets are `testdata/tickets`, or those that `BENCH_DATA`, `BENCH_TEXT` and `BENCH_LABEL` name (a file and its columns).
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on has nothing to say")]
#![expect(clippy::disallowed_methods, reason = "criterion owns the command line")]

use std::env;
use std::hint::black_box;
use std::path::{Path, PathBuf};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use switchboard_dataset::{Columns, read};
use switchboard_pii::{RawText, Scrubber};

const TICKETS: usize = 1_000;

/// The code points of a long ticket.
const LONG: usize = 600;

fn scrub(criterion: &mut Criterion) {
    let tickets = tickets();
    let scrubber = Scrubber::new();
    let mut group = criterion.benchmark_group("scrub");
    let mut by_length: Vec<&String> = tickets.iter().collect();
    by_length.sort_by_key(|ticket| ticket.len());
    let median = by_length[by_length.len() / 2];
    group.throughput(Throughput::Bytes(median.len() as u64));
    group.bench_function("median_ticket", |bencher| {
        bencher.iter(|| scrubber.scrub(RawText::new(black_box(median))));
    });
    group.throughput(Throughput::Bytes(tickets.iter().map(String::len).sum::<usize>() as u64));
    group.bench_function("tickets", |bencher| {
        bencher.iter(|| {
            for ticket in &tickets {
                black_box(scrubber.scrub(RawText::new(ticket)));
            }
        });
    });
    let patterns = Scrubber::without_names();
    group.bench_function("tickets_by_patterns", |bencher| {
        bencher.iter(|| {
            for ticket in &tickets {
                black_box(patterns.scrub(RawText::new(ticket)));
            }
        });
    });
    let whole: String = tickets.join("\n").chars().take(LONG).collect();
    group.throughput(Throughput::Bytes(whole.len() as u64));
    group.bench_function("600_characters", |bencher| {
        bencher.iter(|| scrubber.scrub(RawText::new(black_box(&whole))));
    });
    group.finish();
}

/// Tickets spread evenly over the data.
fn tickets() -> Vec<String> {
    let column =
        |variable, default: &str| env::var(variable).unwrap_or_else(|_| default.to_owned());
    let columns = Columns {
        text: column("BENCH_TEXT", "text"),
        label: column("BENCH_LABEL", "label"),
        language: None,
        group: None,
    };
    let bundled = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/tickets/en.jsonl");
    let file = env::var_os("BENCH_DATA").map_or(bundled, PathBuf::from);
    let rows = read(&[file], &columns).unwrap().rows;
    let take = rows.len().min(TICKETS);
    (0..take).map(|at| rows[at * rows.len() / take].text.clone()).collect()
}

criterion_group!(benches, scrub);
criterion_main!(benches);
