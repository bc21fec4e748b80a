//! The flags every trainer has.

use std::path::PathBuf;

use switchboard_dataset::{Columns, Split};
use switchboard_registry::RegistryUrl;

use crate::{GateOptions, SigningOptions};

/// What to learn from, and where to publish.
#[derive(Debug, Clone, clap::Args)]
pub struct TrainingOptions {
    /// The label set being learnt; the model is published as `TASK-tfidf` or `TASK-transformer`.
    #[arg(long, default_value = "category")]
    pub task: String,
    /// A CSV or JSONL file of labelled tickets; may be given more than once.
    #[arg(long, required = true, value_name = "FILE")]
    pub data: Vec<PathBuf>,
    /// The column (or JSON key) that holds the text.
    #[arg(long, default_value = "text", value_name = "NAME")]
    pub text_column: String,
    /// The column that holds the label.
    #[arg(long, default_value = "label", value_name = "NAME")]
    pub label_column: String,
    /// The column that holds the language code; identified from the text when left out.
    #[arg(long, value_name = "NAME")]
    pub language_column: Option<String>,
    /// A column whose equal values make rows near-duplicates; found by their texts when left out.
    #[arg(long, value_name = "NAME")]
    pub group_column: Option<String>,
    /// What stays together when rows are held out to judge the model.
    #[arg(long, value_enum, default_value_t = SplitChoice::Grouped, value_name = "HOW")]
    pub split: SplitChoice,
    /// Where to publish: `file:DIR`, or `http(s)://HOST:PORT` of an MLflow server.
    #[arg(
        long,
        env = "SWITCHBOARD_REGISTRY",
        default_value = "file:data/registry",
        value_name = "URL"
    )]
    pub registry: RegistryUrl,
    /// Make the new version the champion if it is good enough beside the present one; it becomes the challenger otherwise.
    #[arg(long)]
    pub promote: bool,
    /// What it must be for that.
    #[command(flatten)]
    pub gate: GateOptions,
    /// The labels are meant to be others than those of the version that serves; services refuse a version with other labels otherwise.
    #[arg(long)]
    pub new_labels: bool,
    /// Who vouches for the version.
    #[command(flatten)]
    pub signing: SigningOptions,
    /// Publish no pictures and no list of suspicious labels beside the model.
    #[arg(long)]
    pub no_reports: bool,
    /// Publish what models that had not learnt it said of every row (`out-of-fold.jsonl`), for another model to learn from; a transformer is then trained five times.
    #[arg(long)]
    pub out_of_fold: bool,
    /// Seed of everything random: the same seed and rows give the same model.
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub seed: u64,
    /// Who publishes, for the registry's history.
    #[arg(long, env = "USER", default_value = "unknown", value_name = "NAME")]
    pub by: String,
    /// Leave when stdin ends, as a supervisor's child does.
    #[arg(long)]
    pub stop_with_stdin: bool,
}

/// How rows are dealt into folds, on the command line.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum SplitChoice {
    /// Near-duplicates may be on both sides: comparable with figures others publish of random splits, and flattering.
    Random,
    /// Near-duplicates are on one side: how well the model does on tickets unlike those it has seen.
    Grouped,
}

impl From<SplitChoice> for Split {
    fn from(choice: SplitChoice) -> Self {
        match choice {
            SplitChoice::Random => Self::Random,
            SplitChoice::Grouped => Self::Grouped,
        }
    }
}

impl TrainingOptions {
    pub(crate) fn columns(&self) -> Columns {
        Columns {
            text: self.text_column.clone(),
            label: self.label_column.clone(),
            language: self.language_column.clone(),
            group: self.group_column.clone(),
        }
    }
}
