//! `switchboard evaluate`: how good a model, or the whole mesh, is on labelled tickets.

mod by_mesh;
pub(crate) mod by_model;
mod by_service;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{ArgGroup, Args};
use serde::Serialize;
use switchboard_dataset::{Columns, Dataset};
use switchboard_registry::{ModelRef, RegistryUrl};

use crate::mesh::Pace;
use crate::values::AgentUrl;

/// Measures how good a model of a registry, or a whole running mesh, is on labelled tickets.
///
/// With --registry and --model, the tickets go through one model, scrubbed as the agent would; a transformer runs in its
/// own service for as long as it takes. With
/// --agent, they go through the mesh as a customer's would. The report is one JSON object on stdout.
#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new("judged").required(true).args(["registry", "agent"]),
    after_help = EXAMPLES
)]
pub(crate) struct EvaluateArgs {
    /// The registry of the model to judge: `file:DIR`, or `http(s)://HOST:PORT` of an MLflow server.
    #[arg(long, value_name = "URL", requires = "model")]
    registry: Option<RegistryUrl>,
    /// The model to judge: NAME (its champion), NAME@ALIAS or NAME/VERSION.
    #[arg(
        long,
        value_name = "NAME[@ALIAS|/VERSION]",
        requires = "registry",
        conflicts_with = "agent"
    )]
    model: Option<ModelRef>,
    /// The agent of the mesh to judge.
    #[arg(long, value_name = "URL")]
    agent: Option<AgentUrl>,
    /// The label set to choose from, "category" unless given.
    #[arg(long, conflicts_with = "registry")]
    task: Option<String>,
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    pace: Pace,
}

const EXAMPLES: &str = "\
Without --language-column, the report's languages are those that were recognised.
A ticket the mesh does not answer counts as wrong, and the exit code is then 1.

Examples:
  switchboard evaluate --registry file:data/registry --model category-tfidf \\
      --data test.csv --text-column Document --label-column Topic_group
  switchboard evaluate --agent http://127.0.0.1:8000 --task category \\
      --data test.csv --text-column Document --label-column Topic_group";

/// Where the labelled tickets are.
#[derive(Debug, Args)]
pub(crate) struct Source {
    /// CSV or JSONL files with a ticket a row; may repeat.
    #[arg(long, required = true, value_name = "FILE", num_args = 1..)]
    pub(crate) data: Vec<PathBuf>,
    /// The column of the ticket's text.
    #[arg(long, value_name = "COLUMN")]
    pub(crate) text_column: String,
    /// The column of the right label.
    #[arg(long, value_name = "COLUMN")]
    pub(crate) label_column: String,
    /// The column of the ticket's language (ISO 639-1).
    #[arg(long, value_name = "COLUMN")]
    pub(crate) language_column: Option<String>,
}

impl Source {
    pub(crate) fn read(&self) -> anyhow::Result<Dataset> {
        let columns = Columns {
            text: self.text_column.clone(),
            label: self.label_column.clone(),
            language: self.language_column.clone(),
            group: None,
        };
        Ok(switchboard_dataset::read(&self.data, &columns)?)
    }
}

/// What was read, for the report.
#[derive(Debug, Serialize)]
struct DataFacts {
    rows: usize,
    skipped: u64,
}

impl DataFacts {
    fn of(dataset: &Dataset) -> Self {
        Self { rows: dataset.rows.len(), skipped: dataset.skipped }
    }
}

pub(crate) fn run(args: &EvaluateArgs) -> anyhow::Result<ExitCode> {
    match (&args.registry, &args.model, &args.agent) {
        (Some(registry), Some(model), _) => by_model::run(registry, model, &args.source),
        (_, _, Some(agent)) => {
            let task = args.task.as_deref().unwrap_or("category");
            by_mesh::run((agent, &args.pace), task, &args.source)
        }
        _ => anyhow::bail!("give --registry and --model, or --agent"),
    }
}
