//! `switchboard feedback`: what people said of the mesh's answers, as rows to learn from.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Subcommand};
use serde::Serialize;
use switchboard_decisions::{DecisionLogUrl, DecisionReader, Filter};

use crate::{mesh, output};

/// Writes tickets whose label somebody has given as rows to train and evaluate on.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct FeedbackArgs {
    #[command(subcommand)]
    command: FeedbackCommand,
}

const EXAMPLES: &str = "\
Feedback comes in by POST /v1/feedback of an agent that has --decisions and --operator-token-file.

Examples:
  switchboard feedback export --decisions sqlite:data/decisions.db --out corrected.jsonl
  train-tfidf --data tickets.csv --data corrected.jsonl --language-column language --registry file:data/registry";

#[derive(Debug, Subcommand)]
enum FeedbackCommand {
    /// Writes `{"text", "label", "language", "predicted"}` lines; texts are as models see them, personal data cut out.
    Export {
        /// The decision log: `sqlite:FILE` or `postgres://…`; one with a password is better given by the variable, which
        /// other users of the machine cannot see.
        #[arg(long, value_name = "URL", env = "AGENT_DECISIONS", hide_env_values = true)]
        decisions: DecisionLogUrl,
        /// The file to write; it is replaced as a whole.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Only this task.
        #[arg(long, default_value = "category")]
        task: String,
    },
}

#[derive(Serialize)]
struct LabelledRow {
    text: String,
    label: String,
    language: String,
    /// What the mesh said.
    predicted: String,
}

#[derive(Serialize)]
struct Exported {
    rows: u64,
    /// Rows whose label is the one the mesh gave.
    right: u64,
    out: PathBuf,
}

pub(crate) fn run(args: FeedbackArgs) -> anyhow::Result<ExitCode> {
    let FeedbackCommand::Export { decisions, out, task } = args.command;
    let (rows, right) = mesh::runtime()?.block_on(export(&decisions, &out, task))?;
    output::summary(&Exported { rows, right, out })?;
    Ok(ExitCode::SUCCESS)
}

async fn export(url: &DecisionLogUrl, out: &Path, task: String) -> anyhow::Result<(u64, u64)> {
    let mut reader = DecisionReader::open(url).await?;
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty());
    let file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))
        .with_context(|| format!("write beside {}", out.display()))?;
    let mut writer = BufWriter::new(file);
    let (mut rows, mut right) = (0, 0);
    let mut labelled =
        reader.decisions(Filter { task: Some(task), labelled: true, ..Filter::default() });
    while let Some(stored) = labelled.next().await? {
        let Some(label) = stored.feedback else { continue };
        let decision = stored.decision;
        (rows, right) = (rows + 1, right + u64::from(label == decision.label));
        let row = LabelledRow {
            text: decision.text,
            label,
            language: decision.language,
            predicted: decision.label,
        };
        serde_json::to_writer(&mut writer, &row).context("write a row")?;
        writer.write_all(b"\n").context("write a row")?;
    }
    let file = writer.into_inner().context("write the rows")?;
    file.persist(out).with_context(|| format!("write {}", out.display()))?;
    Ok((rows, right))
}
