//! The held-out rows of a version, read from the registry.

use std::sync::Arc;

use switchboard_artifact::HeldoutRow;
use switchboard_registry::{Registry, RegistryUrl};
use switchboard_routing::HeldOut;

/// The held-out rows of one version.
pub(crate) type HeldOutRows = Vec<HeldOut>;

/// Reads the held-out rows of a version; `None` when the registry cannot be read now.
pub(crate) async fn read(
    registry: RegistryUrl,
    name: String,
    version: u32,
) -> Option<Arc<HeldOutRows>> {
    let read = move || {
        let artifact = Registry::open(&registry).ok()?.load(&name, version).ok()?;
        let labels = &artifact.manifest().labels;
        let rows = artifact.heldout().ok()?;
        Some(Arc::new(rows.into_iter().filter_map(|row| judge(row, labels)).collect()))
    };
    tokio::task::spawn_blocking(read).await.ok().flatten()
}

fn judge(row: HeldoutRow, labels: &[String]) -> Option<HeldOut> {
    let probabilities = row.probabilities.iter().copied().enumerate();
    let (top, confidence) = probabilities.reduce(|a, b| if b.1 > a.1 { b } else { a })?;
    let right = labels.get(top).is_some_and(|label| *label == row.label);
    Some(HeldOut { row: row.row_hash, language: row.language, confidence, right })
}
