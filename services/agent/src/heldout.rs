//! The held-out rows of a version, read from the registry.

use std::sync::Arc;

use switchboard_cascade::held_out;
use switchboard_routing::HeldOut;

use crate::vouched::{Lack, Vouched};

/// The held-out rows of one version.
pub(crate) type HeldOutRows = Vec<HeldOut>;

/// Reads the held-out rows of a version; none of one that nobody vouches for, and `None` when the registry cannot be read now.
pub(crate) async fn read(
    registry: Vouched,
    name: String,
    version: u32,
) -> Option<Arc<HeldOutRows>> {
    let read = move || match registry.load(&name, version) {
        Ok(artifact) => held_out(&artifact).ok().map(Arc::new),
        // It is not asked about again: to have no rows is what is known of it.
        Err(Lack::Refused) => Some(Arc::default()),
        Err(Lack::Away(_)) => None,
    };
    tokio::task::spawn_blocking(read).await.ok().flatten()
}
