//! `switchboard pii-evaluate`: how well personal data is found, on texts whose personal data is known.

mod errors;
mod read;

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::Args;
use serde::Serialize;
use switchboard_evaluate::{LabelledSpan, SpanCounter, SpanReport, span_table};
use switchboard_pii::{RawText, Scrubber};

use crate::{output, progress};
use read::{Alias, LabelledText};

/// Measures how well personal data is found, on texts whose personal data is known.
///
/// Precision, recall, F1 and F2 (recall weighed twice as important), by type and by language; of spans that begin and end where
/// they should, of spans that overlap, and of words. Needs no mesh, and nothing leaves this computer: what is written holds
/// numbers, types and offsets, never a text.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct PiiEvaluateArgs {
    /// Labelled texts; may repeat. JSON lines `{"text", "spans": [{"type", "start", "end"}], "language"}`, or a JSON array as
    /// presidio-research writes it: `[{"full_text", "spans": [{"entity_type", "start_position", "end_position"}]}]`.
    #[arg(long, required = true, value_name = "FILE", num_args = 1..)]
    data: Vec<PathBuf>,
    /// A type of the data and ours for it, which it is counted as; may repeat. The types of presidio-research are known.
    #[arg(long, value_name = "THEIRS=OURS")]
    alias: Vec<Alias>,
    /// Draws the types as a picture (SVG).
    #[arg(long, value_name = "FILE.svg")]
    picture: Option<PathBuf>,
    /// Lists what was missed, found in vain or taken for another type, as JSON lines: the file, its text's place in it, types
    /// and offsets.
    #[arg(long, value_name = "FILE")]
    errors: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Offsets count Unicode code points. Without \"language\" a text counts for the one that is recognised.
In the report, any_type asks whether anything was found where something is; by_type also whether it has the right type.

Examples:
  switchboard pii-evaluate --data labelled.jsonl --picture types.svg
  switchboard pii-evaluate --data presidio_generated.json --errors errors.jsonl | jq .any_type.overlap
  switchboard pii-evaluate --data theirs.jsonl --alias GIVENNAME=PERSON --alias CITY=LOCATION";

#[derive(Serialize)]
struct Summary {
    #[serde(flatten)]
    report: SpanReport,
    bytes: u64,
    /// Finding alone, on one processor.
    seconds: f64,
    megabytes_per_second: f64,
}

pub(crate) fn run(args: &PiiEvaluateArgs) -> anyhow::Result<ExitCode> {
    let texts = read::texts(&args.data, &args.alias)?;
    let scrubber = Scrubber::new();
    let (mut counter, mut errors) = (SpanCounter::default(), errors::Errors::default());
    let (mut bytes, mut took) = (0, Duration::ZERO);
    let bar = progress::tickets(Some(texts.len() as u64));
    for text in &texts {
        let started = Instant::now();
        let spans = scrubber.find(RawText::new(&text.text));
        took += started.elapsed();
        bytes += text.text.len() as u64;
        let found: Vec<LabelledSpan> = spans.iter().map(labelled).collect();
        counter.add(&text.text, &language(text), &text.spans, &found);
        errors.compare(text, &found);
        bar.inc(1);
    }
    bar.finish_and_clear();
    let report = counter.report();
    if let Some(path) = &args.picture {
        let title = format!("Personal data in {} texts", texts.len());
        write(path, span_table(&report, &title).as_bytes())?;
    }
    if let Some(path) = &args.errors {
        write(path, &errors.lines()?)?;
    }
    let seconds = took.as_secs_f64();
    let megabytes_per_second = bytes as f64 / 1e6 / seconds.max(f64::MIN_POSITIVE);
    output::summary(&Summary { report, bytes, seconds, megabytes_per_second })?;
    Ok(ExitCode::SUCCESS)
}

fn labelled(span: &switchboard_pii::Span) -> LabelledSpan {
    LabelledSpan { label: span.kind.name().to_owned(), range: span.start..span.end }
}

fn language(text: &LabelledText) -> String {
    let recognised = || switchboard_text::identify(&text.text).code.to_owned();
    text.language.clone().unwrap_or_else(recognised)
}

fn write(path: &PathBuf, bytes: &[u8]) -> anyhow::Result<()> {
    fs::write(path, bytes).with_context(|| format!("write {}", path.display()))
}
