//! Rows to compare two versions on, given by the operator.

use std::path::PathBuf;

use clap::Args;
use switchboard_artifact::{Artifact, HeldoutRow};
use switchboard_dataset::Dataset;

use crate::evaluate::{Source, by_model};
use crate::progress;

/// Labelled tickets of the operator's own.
#[derive(Debug, Args)]
pub(super) struct GivenRows {
    /// Compare on these rows, CSV or JSONL, instead of those both versions carry; may repeat. Neither version should have learnt them.
    #[arg(long, value_name = "FILE", num_args = 1.., requires_all = ["text_column", "label_column"])]
    data: Vec<PathBuf>,
    /// The column of the ticket's text.
    #[arg(long, value_name = "COLUMN", requires = "data")]
    text_column: Option<String>,
    /// The column of the right label.
    #[arg(long, value_name = "COLUMN", requires = "data")]
    label_column: Option<String>,
    /// The column of the ticket's language (ISO 639-1).
    #[arg(long, value_name = "COLUMN", requires = "data")]
    language_column: Option<String>,
}

/// Rows that were read, as models see them.
pub(super) struct Rows {
    dataset: Dataset,
    texts: Vec<String>,
}

impl GivenRows {
    /// Reads the rows, if there are any.
    pub(super) fn read(&self) -> anyhow::Result<Option<Rows>> {
        let (Some(text), Some(label)) = (&self.text_column, &self.label_column) else {
            return Ok(None);
        };
        let source = Source {
            data: self.data.clone(),
            text_column: text.clone(),
            label_column: label.clone(),
            language_column: self.language_column.clone(),
        };
        let dataset = source.read()?;
        let texts = by_model::cut_all(&dataset.rows);
        Ok(Some(Rows { dataset, texts }))
    }
}

impl Rows {
    /// What a version answers; a transformer does so in its own service.
    pub(super) fn answered_by(&self, artifact: &Artifact) -> anyhow::Result<Vec<HeldoutRow>> {
        let bar = progress::tickets(Some(self.texts.len() as u64));
        let probabilities = by_model::probabilities(artifact, &self.texts, &bar)?;
        bar.finish_and_clear();
        let rows = self.dataset.rows.iter().zip(probabilities).enumerate();
        let answer =
            |(number, (row, probabilities)): (usize, (&switchboard_dataset::Row, Vec<f32>))| {
                HeldoutRow {
                    // Rows count one by one, also those that are alike.
                    row_hash: format!("{number:032}"),
                    label: row.label.clone(),
                    language: row.language.clone(),
                    logits: Vec::new(),
                    probabilities,
                    signals: [].into(),
                }
            };
        Ok(rows.map(answer).collect())
    }
}
