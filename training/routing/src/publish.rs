//! Writing and publishing the version.

use std::collections::BTreeMap;

use anyhow::Context;
use serde::Serialize;
use serde_json::{Value, json};
use switchboard_artifact::{ArtifactWriter, DataFacts, Manifest, SigningKey};
use switchboard_cascade::{FAMILY, OperatingPoint, ROUTING_FILE, Report};
use switchboard_evaluate::{FrontierPoint, cost_frontier, risk_coverage_curve};
use switchboard_registry::Registry;
use switchboard_training::{CARD_FILE, CODE_REVISION, WEIGHTS_SHA256, now};

use crate::card::card;
use crate::config::Config;
use crate::versions::Versions;

/// What was published.
pub(crate) struct Published {
    pub(crate) version: u32,
    /// The hash of the operating point's file, as trainers tell it of a model's.
    pub(crate) weights_sha256: String,
}

/// Publishes the operating point as the next version of `name`.
pub(crate) fn publish(
    registry: &Registry,
    (name, config): (&str, &Config),
    versions: &Versions,
    (point, report): (&OperatingPoint, &Report),
    key: Option<&SigningKey>,
) -> anyhow::Result<Published> {
    let staged = registry.stage(name).context("prepare a version")?;
    let mut writer = ArtifactWriter::create(&staged.path())?;
    writer.add_file(ROUTING_FILE, &point.to_bytes()?)?;
    let weights_sha256 = writer.files_sha256();
    writer.add_file("report.json", &pretty(report)?)?;
    add_pictures(&mut writer, name, report)?;
    let mut settings = settings(point, report);
    settings.insert(WEIGHTS_SHA256.to_owned(), json!(weights_sha256));
    let manifest = Manifest {
        name: name.to_owned(),
        task: config.task.clone(),
        family: FAMILY.to_owned(),
        labels: point.labels().to_vec(),
        metrics: metrics(report),
        seed: config.seed,
        data: DataFacts {
            rows: report.rows,
            fingerprint: versions.linear.manifest.data.fingerprint.clone(),
        },
        code_revision: CODE_REVISION.to_owned(),
        created_at: now(),
        settings,
        ..Manifest::default()
    };
    writer.add_file(CARD_FILE, &card(&manifest, report))?;
    writer.seal_signed(manifest, key)?;
    let version = registry.publish(staged).context("publish")?;
    Ok(Published { version, weights_sha256 })
}

fn add_pictures(writer: &mut ArtifactWriter, name: &str, report: &Report) -> anyhow::Result<()> {
    let title = format!("{name} on rows it had not seen");
    let all = &report.risk_coverage;
    let optional = [("transformer", &all.transformer), ("both combined", &all.fusion)];
    let mut curves = vec![("mesh", &all.mesh), ("linear", &all.linear)];
    curves.extend(optional.into_iter().filter_map(|(name, curve)| Some((name, curve.as_ref()?))));
    writer.add_file("risk-coverage.svg", risk_coverage_curve(&title, &curves).as_bytes())?;
    writer.add_file("risk-coverage.json", &pretty(all)?)?;
    let mut points: Vec<FrontierPoint> = report.frontier.clone();
    points.push(report.point);
    let picture = cost_frontier(&title, &points, points.len() - 1);
    writer.add_file("frontier.svg", picture.as_bytes())?;
    let frontier = json!({"points": report.frontier, "chosen": report.point});
    Ok(writer.add_file("frontier.json", &pretty(&frontier)?)?)
}

fn pretty(value: &impl Serialize) -> anyhow::Result<Vec<u8>> {
    serde_json::to_vec_pretty(value).context("write a report")
}

fn metrics(report: &Report) -> BTreeMap<String, f64> {
    let all = [
        ("accuracy", Some(report.accuracy.mesh)),
        ("linear_accuracy", Some(report.accuracy.linear)),
        ("transformer_accuracy", report.accuracy.transformer),
        ("fusion_accuracy", report.accuracy.fusion),
        ("transformer_share", Some(report.point.transformer_share)),
        ("automatic_share", Some(report.automatic.mesh.share)),
        ("automatic_accuracy", report.automatic.mesh.accuracy),
    ];
    all.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

fn settings(point: &OperatingPoint, report: &Report) -> BTreeMap<String, Value> {
    let settings = [
        ("fits", json!(report.fits)),
        ("targets", json!(report.targets)),
        ("escalation", json!(report.escalation)),
        ("review", json!(point.thresholds().review)),
        ("fusion", json!(report.fusion)),
        ("gate", json!(report.gate)),
    ];
    settings.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
