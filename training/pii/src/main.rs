#![doc = include_str!("../README.md")]

mod example;
mod field;
mod fillers;
mod invented;
mod judge;
mod marked;
mod numbers;
mod random;
mod sources;
mod stretch;
mod template;
mod voice;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context;
use clap::{Parser, ValueEnum};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use switchboard_pii::names::{Names, WordHash, hash};
use switchboard_training::Bar;

use crate::example::Example;
use crate::fillers::Fillers;
use crate::random::Random;
use crate::words::Words;

/// Trains the tagger that finds names, places, organisations and addresses, and the model of numbers that no form tells; writes both.
///
/// Reads names and labelled texts below --data, and sentences and tickets that this program carries, learns for a minute or two on
/// one core, writes the models and prints one JSON object on stdout: how much they learnt from, their sizes and checksums, and
/// precision and recall on what was held out. Progress and errors go to stderr.
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = "The same seed, data and program give the same bytes. Run it at the root of the repository and commit the models with the code:\n\n    train-pii --data /path/to/data > held-out.json\n\nTo look at errors, --held-out-only writes the models that have not seen a fifth of the texts:\n\n    train-pii --data /path/to/data --held-out-only --out /tmp/names.bin --numbers-out /tmp/numbers.bin"
)]
struct Options {
    /// The folder with the training data: names/, pii/, banking77/ and it-tickets/ as the README lists them.
    #[arg(long, value_name = "FOLDER")]
    data: PathBuf,
    /// The folder with the phrasings of the bundled corpus, a folder for each language.
    #[arg(long, default_value = "training/corpus", value_name = "FOLDER")]
    corpus: PathBuf,
    /// The folder with the tables of cases that the scrubber is tested with.
    #[arg(long, default_value = "testdata/pii", value_name = "FOLDER")]
    cases: PathBuf,
    /// Train one of the two models and leave the other as it is.
    #[arg(long, value_enum, value_name = "MODEL")]
    only: Option<Model>,
    /// Where the model of names goes; written once all is learnt.
    #[arg(long, default_value = "crates/pii/model/names.bin", value_name = "FILE")]
    out: PathBuf,
    /// Where the model of numbers goes.
    #[arg(long, default_value = "crates/pii/model/numbers.bin", value_name = "FILE")]
    numbers_out: PathBuf,
    /// Seed of everything random: the same seed and data give the same models.
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    /// Rows of the table of weights of names, a power of two, eight bytes each; what finds no room is left out.
    #[arg(long, default_value_t = 1 << 18, value_name = "N")]
    rows: usize,
    /// Rows of the table of weights of numbers, a power of two, sixteen bytes each.
    #[arg(long, default_value_t = 1 << 16, value_name = "N")]
    number_rows: usize,
    /// Learn from what is not held out only, and write those models.
    #[arg(long)]
    held_out_only: bool,
}

/// What is trained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Model {
    /// The tagger of names, places, organisations and addresses.
    Names,
    /// The model of numbers.
    Numbers,
}

/// Is told what is done, and how much of how much.
type Show<'s> = &'s dyn Fn(&str, usize, usize);

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let started = Instant::now();
    let bar = Bar::new();
    let show = |doing: &str, done: usize, total: usize| bar.show(doing, done, total);
    let mut summary = json!({"seed": options.seed});
    if options.only != Some(Model::Numbers) {
        summary["names"] = train_names(&options, &show)?;
    }
    if options.only != Some(Model::Names) {
        summary["numbers"] = train_numbers(&options, &show)?;
    }
    summary["seconds"] = json!(started.elapsed().as_secs_f64());
    drop(bar);
    writeln!(std::io::stdout(), "{summary:#}").context("print the summary")
}

fn train_numbers(options: &Options, show: Show<'_>) -> anyhow::Result<Value> {
    let (rows, held_out_only) = (options.number_rows, options.held_out_only);
    let mut random = Random::new(options.seed);
    let learnt =
        numbers::learn((&options.data, &options.cases), rows, held_out_only, &mut random, show)?;
    let mut summary = written(&options.numbers_out, &learnt.model.write())?;
    summary["learnt"] = learnt.summary;
    Ok(summary)
}

/// Writes a model; returns where it is, its size and its checksum.
fn written(path: &Path, model: &[u8]) -> anyhow::Result<Value> {
    std::fs::write(path, model).with_context(|| format!("write {}", path.display()))?;
    Ok(json!({"model": path, "bytes": model.len(), "sha256": hex(&Sha256::digest(model))}))
}

fn train_names(options: &Options, show: Show<'_>) -> anyhow::Result<Value> {
    let mut random = Random::new(options.seed);
    let mut words = Words::read(&options.data)?;
    let fillers = Fillers::new(&words);
    let examples = gather(options, &fillers, &mut random)?;
    words.add_ordinary(&ordinary(&examples));
    let lists = words.lists();
    let sparse = words.sparse_lists(&mut random);

    let varied: Vec<Example> = examples.iter().map(|example| example.varied(&mut random)).collect();
    let seen = |example: &&Example| !example.is_held_out();
    let learnt: Vec<Example> = varied.iter().filter(seen).cloned().collect();
    let fit = |examples: &[Example], random: &mut Random| {
        let fitted = field::fit(examples, [&lists, &sparse], options.rows, random, show);
        let counts = fitted.counts;
        Names::new(lists.clone(), fitted.weights, fitted.transitions, fitted.unit)
            .map(|names| (names, counts))
            .context("put the model together")
    };
    let (judged, _) = fit(&learnt, &mut random)?;
    let held_out = judge::judge(&judged, varied.iter().filter(|example| example.is_held_out()));
    let (names, counts) =
        if options.held_out_only { (judged, [0; 3]) } else { fit(&varied, &mut random)? };
    let mut sources: BTreeMap<&str, usize> = BTreeMap::new();
    for example in &examples {
        *sources.entry(example.source).or_default() += 1;
    }
    let mut summary = written(&options.out, &names.write())?;
    summary["learnt"] = json!({
        "examples": sources,
        "words": words.len(),
        "features": {"seen": counts[0], "kept": counts[1], "without_room": counts[2]},
        "held_out": held_out,
    });
    Ok(summary)
}

fn gather(
    options: &Options,
    fillers: &Fillers,
    random: &mut Random,
) -> anyhow::Result<Vec<Example>> {
    let mut examples = sources::templates(&options.corpus, fillers, random)?;
    let presidio = sources::presidio(&options.data)?;
    for _ in 0..3 {
        examples.extend(presidio.iter().map(|example| fillers.refilled(example, random)));
    }
    examples.extend(presidio);
    examples.extend(sources::multidogo(&options.data)?);
    examples.extend(sources::aqmar(&options.data)?);
    examples.extend(sources::tickets()?);
    examples.extend(sources::harmless(&options.data, random)?);
    Ok(examples)
}

/// Words that stand outside names, often enough not to be a slip: in lower case, or in a language where case says nothing.
fn ordinary(examples: &[Example]) -> BTreeSet<WordHash> {
    let mut counts: BTreeMap<WordHash, usize> = BTreeMap::new();
    for example in examples.iter().filter(|example| !example.is_held_out()) {
        // A phrasing of the corpus comes so many times; two are to have the word.
        let weight = match example.source {
            "banking77" | "it-tickets" => 4,
            "corpus" => 1,
            _ => continue,
        };
        let any_case = example.source == "corpus" && matches!(example.language, "de" | "ar");
        example.rebuilt(|part, mark| {
            let words = part.split(|character: char| !character.is_alphanumeric());
            for word in words.filter(|_| mark.is_none()) {
                let is_lower = word.chars().next().is_some_and(|first| !first.is_uppercase());
                if word.chars().count() > 1
                    && (is_lower || any_case)
                    && !word.contains(char::is_numeric)
                {
                    *counts.entry(hash(word)).or_default() += weight;
                }
            }
            (String::new(), None)
        });
    }
    counts.into_iter().filter(|(_, count)| *count >= 17).map(|(word, _)| word).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}
