//! What it costs to look for names, alone.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on has nothing to say")]

use std::fs;
use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use serde::Deserialize;
use switchboard_pii::names::Names;

#[derive(Deserialize)]
struct Ticket {
    text: String,
}

fn names(criterion: &mut Criterion) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let names = Names::read(&fs::read(folder.join("model/names.bin")).unwrap()).unwrap();
    let mut group = criterion.benchmark_group("names");
    for language in ["en", "fr", "de", "es", "ar"] {
        let file = folder.join(format!("../../testdata/tickets/{language}.jsonl"));
        let file = fs::read_to_string(file).unwrap();
        let tickets: Vec<Ticket> =
            file.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        group.throughput(Throughput::Bytes(tickets.iter().map(|t| t.text.len() as u64).sum()));
        group.bench_function(language, |bencher| {
            bencher.iter(|| {
                for ticket in &tickets {
                    black_box(names.spans(&ticket.text, &[]));
                }
            });
        });
    }
    group.finish();
}

criterion_group!(benches, names);
criterion_main!(benches);
