//! The held-out rows of a version, read from the registry.

use std::sync::Arc;

use switchboard_cascade::held_out;
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
        held_out(&artifact).ok().map(Arc::new)
    };
    tokio::task::spawn_blocking(read).await.ok().flatten()
}
