//! What is measured of the model that will serve: how long it takes, and whether a placeholder changes what it answers.

use std::time::{Duration, Instant};

use anyhow::Context;
use switchboard_artifact::ArtifactWriter;
use switchboard_pii::{RawText, Scrubber};
use switchboard_promotion::{CHECKS_FILE, Latency, Placeholders, Processor, Recorded};
use switchboard_text::placeholder::{Form, render};

use crate::Rows;
use crate::version::{HELDOUT_FOLDS, Trained};

/// Held-out texts the model answers one by one, at most.
const TEXTS: usize = 200;
/// A slow model answers fewer.
const PATIENCE: Duration = Duration::from_secs(20);

/// Adds what is measured, unless no text was held out.
pub(crate) fn add(
    writer: &mut ArtifactWriter,
    rows: &Rows,
    trained: &Trained<'_>,
) -> anyhow::Result<()> {
    let Some(recorded) = measure(rows, trained).context("measure the model")? else {
        return Ok(());
    };
    let json = serde_json::to_vec_pretty(&recorded).context("write the measurements")?;
    Ok(writer.add_file(CHECKS_FILE, &json)?)
}

fn measure(rows: &Rows, trained: &Trained<'_>) -> anyhow::Result<Option<Recorded>> {
    let heldout = trained.judged.iter().filter(|judged| rows.folds[judged.row] < HELDOUT_FOLDS);
    let texts: Vec<&str> =
        heldout.take(TEXTS).map(|judged| rows.texts[judged.row].as_str()).collect();
    let Some(first) = texts.first() else { return Ok(None) };
    // The first answer warms caches that serving finds warm.
    (trained.logits)(first)?;
    let (mut times, mut changed) = (Vec::new(), 0);
    let (scrubber, started) = (Scrubber::new(), Instant::now());
    for text in texts {
        if started.elapsed() > PATIENCE && !times.is_empty() {
            break;
        }
        let asked = Instant::now();
        let label = winner(&(trained.logits)(text)?);
        times.push(asked.elapsed());
        changed += u64::from(is_changed(text, label, &scrubber, trained)?);
    }
    let texts = times.len() as u64;
    let placeholders = Placeholders { texts, changed };
    Ok(Some(Recorded { latency: latency(times), placeholders }))
}

/// Whether the text has another label when a placeholder, or another, is written into it. Without one it is the text itself: values are cut out of it.
fn is_changed(
    text: &str,
    label: Option<usize>,
    scrubber: &Scrubber,
    trained: &Trained<'_>,
) -> anyhow::Result<bool> {
    for placeholder in
        [render("EMAIL_ADDRESS", Form::Number(1)), render("PERSON", Form::Pseudonym("k3f9a2bq7w"))]
    {
        let written = with(text, &placeholder);
        let seen = scrubber.scrub(RawText::new(&written));
        if seen.for_models() != text && winner(&(trained.logits)(seen.for_models())?) != label {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The text with a placeholder at the white space nearest before its middle, or in front of it.
fn with(text: &str, placeholder: &str) -> String {
    let mut middle = text.len() / 2;
    while !text.is_char_boundary(middle) {
        middle -= 1;
    }
    let place = text[..middle].rfind(char::is_whitespace).unwrap_or(0);
    let (before, after) = text.split_at(place);
    [before, " ", placeholder, " ", after.trim_start()].concat()
}

fn winner(logits: &[f32]) -> Option<usize> {
    let places = logits.iter().enumerate();
    places.reduce(|best, next| if next.1 > best.1 { next } else { best }).map(|(place, _)| place)
}

fn latency(mut times: Vec<Duration>) -> Latency {
    times.sort_unstable();
    let at = |percent: usize| {
        let place = (times.len() * percent).div_ceil(100).saturating_sub(1);
        times.get(place).map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
    };
    let (median_ms, p99_ms) = (at(50), at(99));
    Latency { texts: times.len() as u64, median_ms, p99_ms, processor: processor() }
}

fn processor() -> Processor {
    let facts = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = facts.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    let name = name.map_or(std::env::consts::ARCH, |(_, name)| name.trim()).to_owned();
    let threads = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    Processor { name, threads }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_placeholder_stands_between_words() {
        for (text, expected) in [
            ("reset my password now", "reset my [X_1] password now"),
            ("printer", " [X_1] printer"),
            ("", " [X_1] "),
            ("éé éé éé", "éé [X_1] éé éé"),
            ("one\ntwo three", "one [X_1] two three"),
        ] {
            assert_eq!(with(text, "[X_1]"), expected, "{text}");
        }
    }

    #[test]
    fn the_median_and_the_99th_of_100_times_are_told() {
        let times = (1..=200).rev().map(Duration::from_millis).collect();
        let found = latency(times);
        assert!((found.median_ms - 100.0).abs() < 1e-9 && (found.p99_ms - 198.0).abs() < 1e-9);
        assert!(!found.processor.name.is_empty() && found.processor.threads > 0);
    }
}
