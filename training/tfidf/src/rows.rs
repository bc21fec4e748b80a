//! The training rows, scrubbed and cut as serving does.

use anyhow::{Context, ensure};
use rayon::prelude::*;
use switchboard_dataset::{Row, fingerprint, fold, labels, read, row_hash};
use switchboard_pii::{RawText, Scrubber};
use switchboard_text::identify;
use switchboard_tfidf_svm::TrainingRows;

use crate::config::Config;

/// Everything fitting and publishing need of the data.
pub(crate) struct Rows {
    /// The texts as a model sees them.
    texts: Vec<String>,
    targets: Vec<usize>,
    folds: Vec<u8>,
    pub(crate) labels: Vec<String>,
    /// A language a row: as the data says, else as identified.
    pub(crate) languages: Vec<Option<String>>,
    /// A hash a row.
    pub(crate) hashes: Vec<String>,
    pub(crate) fingerprint: String,
    /// Rows without text or label.
    pub(crate) skipped: u64,
}

/// Reads and prepares the rows.
pub(crate) fn load(config: &Config) -> anyhow::Result<Rows> {
    let dataset = read(&config.data, &config.columns()).context("read the data")?;
    let rows = dataset.rows;
    let labels = labels(&rows);
    ensure!(labels.len() > 1, "every row has the same label; at least two labels are needed");
    let scrubber = Scrubber::new();
    let texts: Vec<String> = rows
        .par_iter()
        .map(|row| scrubber.scrub(RawText::new(&row.text)).for_models().to_owned())
        .collect();
    let target =
        |row: &Row| labels.binary_search(&row.label).ok().context("a label is among the labels");
    Ok(Rows {
        targets: rows.iter().map(target).collect::<Result<_, _>>()?,
        folds: rows.iter().map(fold).collect(),
        languages: rows.iter().zip(&texts).map(|(row, text)| language(config, row, text)).collect(),
        hashes: rows.iter().map(|row| row_hash(&row.text, &row.label)).collect(),
        fingerprint: fingerprint(&rows),
        skipped: dataset.skipped,
        texts,
        labels,
    })
}

fn language(config: &Config, row: &Row, text: &str) -> Option<String> {
    if config.language_column.is_some() {
        row.language.clone()
    } else {
        Some(identify(text).code.to_owned())
    }
}

impl Rows {
    pub(crate) fn len(&self) -> usize {
        self.texts.len()
    }

    pub(crate) fn text(&self, row: usize) -> &str {
        &self.texts[row]
    }

    pub(crate) fn target(&self, row: usize) -> usize {
        self.targets[row]
    }

    pub(crate) fn fold(&self, row: usize) -> u8 {
        self.folds[row]
    }

    /// Calls `with` with the rows as the solver takes them.
    pub(crate) fn fit<T>(&self, with: impl FnOnce(TrainingRows<'_>) -> T) -> T {
        let texts: Vec<&str> = self.texts.iter().map(String::as_str).collect();
        with(TrainingRows {
            texts: &texts,
            targets: &self.targets,
            labels: &self.labels,
            folds: &self.folds,
        })
    }
}
