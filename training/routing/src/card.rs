//! The model card of an operating point.

use switchboard_artifact::Manifest;
use switchboard_cascade::Report;
use switchboard_training::{Markdown, WEIGHTS_SHA256, reproducing};

/// The card as Markdown.
pub(crate) fn card(manifest: &Manifest, report: &Report) -> Vec<u8> {
    let mut page = Markdown::titled(&manifest.name);
    what(&mut page, manifest, report);
    measured(&mut page, report);
    limits(&mut page, report);
    reproduction(&mut page, manifest);
    page.into_bytes()
}

fn what(page: &mut Markdown, manifest: &Manifest, report: &Report) {
    page.paragraph(&format!(
        "An operating point of the task `{}`: when the transformer is asked as well as the linear model, how two answers become one, and what may be done with an answer. It holds for exactly the versions below.",
        manifest.task.replace('`', "'")
    ));
    let version = |fitted: &Option<switchboard_cascade::FittedVersion>| {
        fitted
            .as_ref()
            .map_or_else(|| "none".to_owned(), |of| format!("{} {}", of.name, of.version))
    };
    let asked =
        |share: Option<f64>| share.map_or_else(|| "not asked for".to_owned(), |of| of.to_string());
    let rows = [
        ("linear model", version(&report.fits.linear)),
        ("transformer", version(&report.fits.transformer)),
        ("labels", manifest.labels.join(", ")),
        ("held-out rows of both", report.rows.to_string()),
        ("fingerprint of the rows", manifest.data.fingerprint.clone()),
        ("automatic answers that are to be right", asked(report.targets.accuracy)),
        ("share of tickets for the transformer", asked(report.targets.transformer_share)),
        ("made at", manifest.created_at.clone()),
    ];
    page.table(["what", "value"], rows.map(|(name, value)| [name.to_owned(), value]));
}

fn measured(page: &mut Markdown, report: &Report) {
    page.section("Measured");
    page.paragraph(
        "Cross-fitted: on rows that neither the models nor the operating point were fitted to.",
    );
    let accuracy = &report.accuracy;
    let automatic = &report.automatic.mesh;
    let rows = [
        ("accuracy, linear model", Some(accuracy.linear)),
        ("accuracy, transformer", accuracy.transformer),
        ("accuracy, both combined", accuracy.fusion),
        ("accuracy, the mesh", Some(accuracy.mesh)),
        ("share asked of the transformer", Some(report.point.transformer_share)),
        ("share that is automatic", Some(automatic.share)),
        ("accuracy of what is automatic", automatic.accuracy),
    ];
    page.table(["measure", "value"], rows.map(|(name, value)| [name.to_owned(), number(value)]));
    page.part("By language");
    let rows = report.languages.iter().map(|(code, of)| {
        let escalates = if of.escalates { "yes" } else { "no" };
        let [linear, transformer, mesh] =
            [Some(of.accuracy.linear), of.accuracy.transformer, Some(of.accuracy.mesh)].map(number);
        [code.clone(), of.rows.to_string(), escalates.to_owned(), linear, transformer, mesh]
    });
    page.table(["language", "rows", "escalates", "linear", "transformer", "mesh"], rows);
}

fn limits(page: &mut Markdown, report: &Report) {
    page.section("Limits");
    page.list(&[
        "It holds for the two versions above and is not used beside others: fit it anew when either changes.".to_owned(),
        format!("The figures are of {} rows. In a language with few of them they are mostly chance.", report.rows),
        "Thresholds, prediction sets and automatic answers keep what they promise only for tickets like those rows.".to_owned(),
    ]);
}

fn reproduction(page: &mut Markdown, manifest: &Manifest) {
    page.section("How to make it again");
    page.paragraph(&format!(
        "At revision `{}` of the code, with the versions above and seed {}; flags that only say where it is published are left out:",
        manifest.code_revision, manifest.seed
    ));
    page.code(&reproducing());
    let hash = manifest.settings.get(WEIGHTS_SHA256).and_then(|hash| hash.as_str());
    page.paragraph(&format!("`{WEIGHTS_SHA256}` is then `{}`.", hash.unwrap_or("unknown")));
}

/// Three digits behind the point, or a dash.
fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"))
}
