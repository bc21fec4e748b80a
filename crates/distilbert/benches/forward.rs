//! How much of the processor the network uses: tokens and floating-point operations a second, beside what a plain matrix product reaches on the same cores in the
//! same run.
//!
//! The base is `.cache/bases/minilm`, or the folder `BENCH_BASE`; the tickets are `testdata/tickets/en.jsonl`, or those of the file `BENCH_DATA` in the column `BENCH_TEXT`.
//! One JSON object goes to stdout. Rounds of everything take turns, and medians are told, because other work on the machine comes and goes.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on has nothing to say")]
#![expect(clippy::print_stdout, reason = "the figures go there")]
#![expect(clippy::disallowed_methods, reason = "cargo owns the command line")]

use std::env;
use std::path::{Path, PathBuf};
use std::sync::Barrier;
use std::thread;
use std::time::Instant;

use serde_json::{Value, json};
use switchboard_artifact::{Artifact, ArtifactWriter, Manifest};
use switchboard_classify::{Classifier, Options};
use switchboard_dataset::{Columns, read};
use switchboard_distilbert::{
    Base, DistilBert, FitOptions, Precision, Serving, TrainingRows, fit, load,
};
use tch::{Device, Kind, Tensor};

const ROUNDS: usize = 7;
/// Tickets that wait at once.
const ITEMS: [usize; 3] = [1, 8, 32];
/// Each case computes at least so many tickets a round.
const TICKETS_A_ROUND: usize = 96;
/// Rows, inputs and outputs of the products that are tried for the peak; the last is no layer's.
const ROWS: i64 = 1_024;

fn main() {
    // cargo test runs benches too, to see that they start.
    if env::args().any(|argument| argument == "--test") {
        return;
    }
    let base =
        env::var_os("BENCH_BASE").map_or_else(|| here("../../.cache/bases/minilm"), PathBuf::from);
    let shape = Shape::read(&base);
    let texts = tickets();
    let folder = tempfile::tempdir().unwrap();
    publish(&base, folder.path());
    let cores = thread::available_parallelism().unwrap().get();
    let models = [Precision::F32, Precision::Int8].map(|precision| {
        let artifact = Artifact::open(folder.path()).unwrap();
        load(&artifact, Serving { precision, ..Serving::default() }).unwrap()
    });
    let mut peaks = Vec::new();
    let mut seen: Vec<Vec<Speed>> = vec![Vec::new(); models.len() * ITEMS.len()];
    for _ in 0..ROUNDS {
        peaks.push([1, cores].map(|threads| peak(&shape, threads)));
        let cases = models.iter().flat_map(|model| ITEMS.map(|items| (model, items)));
        for ((model, items), speeds) in cases.zip(&mut seen) {
            speeds.push(Speed::of(model, &texts, items, cores, &shape));
        }
    }
    let peak = |index: usize| median(peaks.iter().map(|peaks| peaks[index]));
    let cases = models.iter().flat_map(|model| ITEMS.map(|items| (model.precision(), items)));
    let rows: Vec<Value> = cases
        .zip(&seen)
        .map(|((precision, items), speeds)| {
            let of = |what: fn(&Speed) -> f64| median(speeds.iter().map(what));
            let peak = peak(usize::from(items > 1));
            json!({
                "precision": precision,
                "items": items,
                "tokens_per_second": of(|speed| speed.tokens),
                "gflops": of(|speed| speed.flops) / 1e9,
                "share_of_peak": of(|speed| speed.flops) / peak,
                "milliseconds": of(|speed| speed.seconds) * 1e3,
            })
        })
        .collect();
    let peaks = json!({"one_core": peak(0) / 1e9, "all_cores": peak(1) / 1e9});
    let figures = json!({"cores": cores, "peak_gflops": peaks, "rows": rows});
    println!("{figures:#}");
}

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn tickets() -> Vec<String> {
    let (file, column) = match env::var_os("BENCH_DATA") {
        Some(file) => (PathBuf::from(file), env::var("BENCH_TEXT").unwrap_or("text".to_owned())),
        None => (here("../../testdata/tickets/en.jsonl"), "text".to_owned()),
    };
    let label = env::var("BENCH_LABEL").unwrap_or("label".to_owned());
    let columns = Columns { text: column, label, language: None, group: None };
    let rows = read(&[file], &columns).unwrap().rows;
    // Spread over the file, as they would come.
    let take = rows.len().min(960);
    (0..take).map(|at| rows[at * rows.len() / take].text.clone()).collect()
}

/// A version of the base with a head that has learnt next to nothing: that changes no speed.
fn publish(base: &Path, folder: &Path) {
    let texts: Vec<&str> = ["the printer", "my password"].into_iter().cycle().take(20).collect();
    let targets: Vec<usize> = (0..20).map(|row| row % 2).collect();
    let folds: Vec<u8> = (0..20u8).map(|row| row / 2).collect();
    let labels = ["Hardware".to_owned(), "Access".to_owned()];
    let rows = TrainingRows { texts: &texts, targets: &targets, labels: &labels, folds: &folds };
    let options = FitOptions { epochs: 1, ..FitOptions::default() };
    let fitted = fit(Base::load(base).unwrap(), rows, &options, None, &|_| ());
    let mut writer = ArtifactWriter::create(folder).unwrap();
    fitted.unwrap_or_else(|error| panic!("{error}")).save(&mut writer).unwrap();
    let manifest = Manifest {
        name: "category-transformer".to_owned(),
        task: "category".to_owned(),
        family: "transformer".to_owned(),
        labels: labels.to_vec(),
        ..Manifest::default()
    };
    writer.seal(manifest).unwrap();
}

/// What a token costs.
struct Shape {
    dim: f64,
    hidden: f64,
    layers: f64,
}

impl Shape {
    fn read(base: &Path) -> Self {
        let text = std::fs::read(base.join("config.json")).unwrap();
        let config: Value = serde_json::from_slice(&text).unwrap();
        let field = |names: [&str; 2]| names.iter().find_map(|name| config[name].as_f64()).unwrap();
        Self {
            dim: field(["dim", "hidden_size"]),
            hidden: field(["hidden_dim", "intermediate_size"]),
            layers: field(["n_layers", "num_hidden_layers"]),
        }
    }

    /// Multiplications and additions of a sequence: linear layers, and attention of every token to every other.
    fn flops(&self, tokens: f64) -> f64 {
        let linear = 4.0 * self.dim * self.dim + 2.0 * self.dim * self.hidden;
        2.0 * self.layers * tokens * (linear + 2.0 * tokens * self.dim)
    }
}

#[derive(Clone, Copy)]
struct Speed {
    /// A second.
    tokens: f64,
    flops: f64,
    /// Until all items are answered.
    seconds: f64,
}

impl Speed {
    /// Answers tickets, `items` of them at once, shared by a thread a core as a pool of workers does.
    fn of(model: &DistilBert, texts: &[String], items: usize, cores: usize, shape: &Shape) -> Self {
        let threads = cores.min(items);
        let calls = TICKETS_A_ROUND.div_ceil(items);
        let (mut tokens, mut flops) = (0.0, 0.0);
        let started = Instant::now();
        let shares: Vec<Vec<f64>> = thread::scope(|scope| {
            let workers: Vec<_> = (0..threads)
                .map(|worker| {
                    scope.spawn(move || answer(model, texts, calls, items / threads, worker))
                })
                .collect();
            workers.into_iter().map(|worker| worker.join().unwrap()).collect()
        });
        let seconds = started.elapsed().as_secs_f64();
        for length in shares.concat() {
            tokens += length;
            flops += shape.flops(length);
        }
        Self { tokens: tokens / seconds, flops: flops / seconds, seconds: seconds / calls as f64 }
    }
}

/// The tokens of what one thread answered.
fn answer(
    model: &DistilBert,
    texts: &[String],
    calls: usize,
    items: usize,
    worker: usize,
) -> Vec<f64> {
    let mut lengths = Vec::new();
    let mut next = texts.iter().cycle().skip(worker * calls * items).map(String::as_str);
    for _ in 0..calls {
        let documents: Vec<&str> = next.by_ref().take(items).collect();
        for answer in model.classify(&documents, Options::default()) {
            lengths.push(f64::from(answer.unwrap().tokens_used + 2));
        }
    }
    lengths
}

/// Floating-point operations a second of the fastest matrix product in 32 bits.
fn peak(shape: &Shape, threads: usize) -> f64 {
    let (dim, hidden) = (shape.dim as i64, shape.hidden as i64);
    let sizes = [(dim, 3 * dim), (dim, hidden), (hidden, dim), (ROWS, ROWS)];
    sizes.iter().map(|(inputs, outputs)| product(*inputs, *outputs, threads)).fold(0.0, f64::max)
}

fn product(inputs: i64, outputs: i64, threads: usize) -> f64 {
    const REPEATS: usize = 20;
    let ready = Barrier::new(threads);
    let multiply = || {
        // libtorch keeps the number by thread.
        tch::set_num_threads(1);
        let random = |size: [i64; 2]| Tensor::randn(size, (Kind::Float, Device::Cpu));
        let (rows, weight) = (random([ROWS, inputs]), random([outputs, inputs]));
        ready.wait();
        let started = Instant::now();
        for _ in 0..REPEATS {
            let _ = rows.linear::<&Tensor>(&weight, None);
        }
        started.elapsed().as_secs_f64()
    };
    let slowest = thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(multiply)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).fold(0.0, f64::max)
    });
    2.0 * (ROWS * inputs * outputs) as f64 * (REPEATS * threads) as f64 / slowest
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
