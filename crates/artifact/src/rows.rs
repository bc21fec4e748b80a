//! Held-out rows and golden examples: one JSON object a line.

use std::collections::BTreeMap;
use std::path::Path;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::error::Category;

use crate::ArtifactError;

/// The file that holds the held-out rows.
pub const HELDOUT_FILE: &str = "heldout.jsonl";

/// The file that holds what models that had not learnt it said of every row; optional.
pub const OUT_OF_FOLD_FILE: &str = "out-of-fold.jsonl";

/// The file that holds the golden examples.
pub const GOLDEN_FILE: &str = "golden.jsonl";

/// The longest line that is read or written, in bytes.
pub const MAX_LINE_BYTES: usize = 4 * 1024 * 1024;

/// What the model answered for one row it was not trained on. It holds no text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HeldoutRow {
    /// A hash of the row's content, by which two models' answers are paired.
    pub row_hash: String,
    /// The label the row truly has.
    pub label: String,
    /// The code of its language, if that was known.
    pub language: Option<String>,
    /// The model's raw scores, in the order of the manifest's labels.
    pub logits: Vec<f32>,
    /// The model's calibrated probabilities, in the order of the manifest's labels.
    pub probabilities: Vec<f32>,
    /// What is known of the row's text without a model, by name: numbers only. Empty in versions of earlier releases.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub signals: BTreeMap<String, f32>,
}

/// A text and what this version answered for it when it was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GoldenExample {
    /// The text, as the model is given it.
    pub text: String,
    /// The raw scores, in the order of the manifest's labels.
    pub logits: Vec<f32>,
}

/// Something stored as one line of a file.
pub(crate) trait Row: Serialize + DeserializeOwned {
    /// Whether every number is one JSON can hold.
    fn is_finite(&self) -> bool;
}

impl Row for HeldoutRow {
    fn is_finite(&self) -> bool {
        let scores = self.logits.iter().chain(&self.probabilities);
        scores.chain(self.signals.values()).all(|score| score.is_finite())
    }
}

impl Row for GoldenExample {
    fn is_finite(&self) -> bool {
        self.logits.iter().all(|score| score.is_finite())
    }
}

/// Writes one line for each row; `file` is named in errors.
pub(crate) fn encode<R: Row>(file: &Path, rows: &[R]) -> Result<Vec<u8>, ArtifactError> {
    let mut bytes = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let invalid = |reason| invalid_line(file, index, reason);
        check_finite(row).map_err(invalid)?;
        let start = bytes.len();
        serde_json::to_writer(&mut bytes, row).map_err(|error| invalid(describe(&error)))?;
        check_length(bytes.len() - start).map_err(invalid)?;
        bytes.push(b'\n');
    }
    Ok(bytes)
}

/// Reads the lines that [`encode`] wrote; `file` is named in errors.
pub(crate) fn decode<R: Row>(file: &Path, bytes: &[u8]) -> Result<Vec<R>, ArtifactError> {
    let body = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    if body.is_empty() {
        return Ok(Vec::new());
    }
    let lines = body.split(|byte| *byte == b'\n').enumerate();
    lines
        .map(|(index, line)| decode_line(line).map_err(|reason| invalid_line(file, index, reason)))
        .collect()
}

fn decode_line<R: Row>(line: &[u8]) -> Result<R, String> {
    check_length(line.len())?;
    serde_json::from_slice(line).map_err(|error| describe(&error))
}

fn check_length(length: usize) -> Result<(), String> {
    if length > MAX_LINE_BYTES {
        return Err(format!("the line is longer than {MAX_LINE_BYTES} bytes"));
    }
    Ok(())
}

fn check_finite(row: &impl Row) -> Result<(), String> {
    if row.is_finite() { Ok(()) } else { Err("a score is not a finite number".to_owned()) }
}

/// Says where a line is wrong without quoting it: it may hold a customer's words.
fn describe(error: &serde_json::Error) -> String {
    let fault = match error.classify() {
        Category::Data => "a field is missing or has another type",
        Category::Eof => "the JSON object does not end",
        Category::Syntax | Category::Io => "it is not JSON",
    };
    format!("{fault} (at byte {})", error.column())
}

fn invalid_line(file: &Path, index: usize, reason: String) -> ArtifactError {
    ArtifactError::InvalidLine { file: file.to_owned(), line: index + 1, reason }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn file() -> &'static Path {
        Path::new(GOLDEN_FILE)
    }

    fn bits(scores: &[f32]) -> Vec<u32> {
        scores.iter().map(|score| score.to_bits()).collect()
    }

    fn any_finite() -> impl Strategy<Value = f32> {
        any::<u32>().prop_map(f32::from_bits).prop_filter("finite", |score| score.is_finite())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn scores_survive_bit_for_bit(
            text in "(?s).{0,20}",
            logits in prop::collection::vec(any_finite(), 0..30),
        ) {
            let written = vec![GoldenExample { text: text.clone(), logits: logits.clone() }];
            let read: Vec<GoldenExample> = decode(file(), &encode(file(), &written).unwrap()).unwrap();
            prop_assert_eq!(&read[0].text, &text);
            prop_assert_eq!(bits(&read[0].logits), bits(&logits));
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode::<HeldoutRow>(file(), &bytes);
        }
    }

    #[test]
    fn the_extremes_survive_too() {
        let logits = vec![
            0.0,
            -0.0,
            f32::MIN,
            f32::MAX,
            f32::MIN_POSITIVE,
            f32::from_bits(1),
            0.1,
            16_777_217.0,
        ];
        let written = [GoldenExample { text: String::new(), logits }];
        let read: Vec<GoldenExample> = decode(file(), &encode(file(), &written).unwrap()).unwrap();
        assert_eq!(bits(&read[0].logits), bits(&written[0].logits));
    }

    #[test]
    fn no_rows_are_an_empty_file() {
        assert_eq!(encode::<HeldoutRow>(file(), &[]).unwrap(), b"");
        assert_eq!(decode::<HeldoutRow>(file(), b"").unwrap(), []);
    }

    #[test]
    fn scores_that_json_cannot_hold_are_refused() {
        for score in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            let good = GoldenExample { text: String::new(), logits: vec![0.0] };
            let bad = GoldenExample { text: String::new(), logits: vec![score] };
            let message = encode(file(), &[good, bad]).unwrap_err().to_string();
            assert!(
                message.starts_with("golden.jsonl, line 2: a score is not a finite number"),
                "{message}"
            );
        }
    }

    #[test]
    fn a_bad_line_is_named_and_not_quoted() {
        let lines =
            b"{\"text\":\"a\",\"logits\":[1.5]}\n{\"text\":\"secret\",\"logits\":\"secret\"}\n";
        let message = decode::<GoldenExample>(file(), lines).unwrap_err().to_string();
        assert!(message.contains("line 2: a field is missing or has another type"), "{message}");
        assert!(!message.contains("secret"), "{message}");
    }

    #[test]
    fn signals_come_back_and_a_line_without_them_has_none() {
        let line =
            br#"{"row_hash":"a","label":"b","language":null,"logits":[],"probabilities":[]}"#;
        let mut rows: Vec<HeldoutRow> = decode(file(), line).unwrap();
        assert!(rows[0].signals.is_empty());
        assert_eq!(encode(file(), &rows).unwrap(), [line.as_slice(), b"\n"].concat());
        rows[0].signals.insert("tokens".to_owned(), 3.0);
        assert_eq!(decode::<HeldoutRow>(file(), &encode(file(), &rows).unwrap()).unwrap(), rows);
        rows[0].signals.insert("code".to_owned(), f32::NAN);
        assert!(encode(file(), &rows).is_err());
    }

    #[test]
    fn a_number_too_large_for_a_score_is_refused() {
        assert!(decode::<GoldenExample>(file(), br#"{"text":"","logits":[1e39]}"#).is_err());
    }

    #[test]
    fn long_lines_are_refused_on_both_sides() {
        let long = GoldenExample { text: "x".repeat(MAX_LINE_BYTES), logits: vec![] };
        assert!(
            encode(file(), std::slice::from_ref(&long))
                .unwrap_err()
                .to_string()
                .contains("longer than")
        );
        let line = serde_json::to_vec(&long).unwrap();
        assert!(
            decode::<GoldenExample>(file(), &line).unwrap_err().to_string().contains("longer than")
        );
    }
}
