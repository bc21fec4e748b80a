//! What is published of a model for people to look at, beside `report.json`.

use anyhow::Context;
use serde::Serialize;
use switchboard_artifact::ArtifactWriter;
use switchboard_evaluate::{LabelIssue, Report, class_table, label_issues, reliability_diagram};

use crate::version::Judged;
use crate::{RowPlace, Rows};

/// Rows listed as probably mislabelled, at most; the list begins with the surest.
const MAX_ISSUES: usize = 1_000;

/// Rows whose label is probably wrong.
#[derive(Serialize)]
struct LabelIssues<'r> {
    /// How many rows were looked at.
    judged: usize,
    /// How many of them are probably mislabelled.
    found: usize,
    /// The surest of them.
    issues: Vec<Suspicious<'r>>,
}

#[derive(Serialize)]
struct Suspicious<'r> {
    #[serde(flatten)]
    place: &'r RowPlace,
    label: &'r str,
    label_probability: f32,
    suggested: &'r str,
    suggested_probability: f32,
}

/// Adds the reliability diagram, the table of labels and the label issues.
pub(crate) fn add(
    writer: &mut ArtifactWriter,
    title: &str,
    (rows, judged): (&Rows, &[Judged]),
    report: &Report,
) -> anyhow::Result<()> {
    writer.add_file("reliability.svg", reliability_diagram(report, title).as_bytes())?;
    writer.add_file("classes.svg", class_table(report, title).as_bytes())?;
    let issues = suspicious(rows, judged).context("look for label issues")?;
    let json = serde_json::to_vec_pretty(&issues).context("write the label issues")?;
    Ok(writer.add_file("label-issues.json", &json)?)
}

fn suspicious<'r>(rows: &'r Rows, judged: &[Judged]) -> anyhow::Result<LabelIssues<'r>> {
    let targets: Vec<usize> = judged.iter().map(|judged| rows.targets[judged.row]).collect();
    let probabilities: Vec<Vec<f32>> =
        judged.iter().map(|judged| judged.probabilities.clone()).collect();
    let found = label_issues(rows.labels.len(), &targets, &probabilities)?;
    let issue = |issue: &LabelIssue| Suspicious {
        place: &rows.places[judged[issue.row].row],
        label: &rows.labels[issue.given],
        label_probability: issue.given_probability,
        suggested: &rows.labels[issue.suggested],
        suggested_probability: issue.suggested_probability,
    };
    Ok(LabelIssues {
        judged: judged.len(),
        found: found.len(),
        issues: found.iter().take(MAX_ISSUES).map(issue).collect(),
    })
}
