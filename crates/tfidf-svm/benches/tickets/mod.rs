//! Labelled tickets as the model sees them: scrubbed, and cut as serving does.
#![expect(clippy::disallowed_methods, reason = "criterion owns the command line")]

use std::env;
use std::path::{Path, PathBuf};

use switchboard_dataset::{Columns, Row, Split, folds, groups, labels, read};
use switchboard_pii::{RawText, Scrubber};
use switchboard_tfidf_svm::TrainingRows;

const LANGUAGES: [&str; 5] = ["ar", "de", "en", "es", "fr"];
/// A label with fewer rows cannot be learnt and judged.
const LEAST_ROWS: usize = 2;

pub(crate) struct Tickets {
    rows: Vec<Row>,
    targets: Vec<usize>,
    folds: Vec<u8>,
    labels: Vec<String>,
}

impl Tickets {
    /// At most `most` tickets, spread evenly over the data.
    pub(crate) fn read(most: usize) -> Self {
        let rows = spread(&read(&files(), &columns()).unwrap().rows, most);
        let scrubber = Scrubber::new();
        let cut = |row: Row| {
            let text = scrubber.scrub(RawText::new(&row.text)).for_models().to_owned();
            Row { text, ..row }
        };
        Self::of(rows.into_iter().map(cut).collect())
    }

    /// At most `most` of these, spread evenly.
    pub(crate) fn spread(&self, most: usize) -> Self {
        Self::of(spread(&self.rows, most))
    }

    fn of(mut rows: Vec<Row>) -> Self {
        let mut labels = labels(&rows);
        labels.retain(|label| rows.iter().filter(|row| row.label == *label).count() >= LEAST_ROWS);
        rows.retain(|row| labels.contains(&row.label));
        Self {
            targets: rows.iter().map(|row| labels.binary_search(&row.label).unwrap()).collect(),
            folds: folds(&rows, &groups(&rows), Split::Grouped),
            rows,
            labels,
        }
    }

    pub(crate) fn texts(&self) -> Vec<&str> {
        self.rows.iter().map(|row| row.text.as_str()).collect()
    }

    pub(crate) fn of_median_length(&self) -> &str {
        let mut texts = self.texts();
        texts.sort_by_key(|text| text.len());
        texts[texts.len() / 2]
    }

    pub(crate) fn training_rows<'t>(&'t self, texts: &'t [&'t str]) -> TrainingRows<'t> {
        TrainingRows { texts, targets: &self.targets, labels: &self.labels, folds: &self.folds }
    }
}

fn spread(rows: &[Row], most: usize) -> Vec<Row> {
    let take = rows.len().min(most);
    (0..take).map(|at| rows[at * rows.len() / take].clone()).collect()
}

fn files() -> Vec<PathBuf> {
    let bundled = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/tickets");
    let of = |language| bundled.join(format!("{language}.jsonl"));
    env::var_os("BENCH_DATA")
        .map_or_else(|| LANGUAGES.map(of).to_vec(), |file| vec![PathBuf::from(file)])
}

fn columns() -> Columns {
    let column =
        |variable, default: &str| env::var(variable).unwrap_or_else(|_| default.to_owned());
    Columns {
        text: column("BENCH_TEXT", "text"),
        label: column("BENCH_LABEL", "label"),
        language: None,
        group: None,
    }
}
