//! The held-out rows of a version.

use switchboard_artifact::Artifact;
use switchboard_cascade::held_out;
use switchboard_routing::HeldOut;

/// The held-out rows of one version.
pub(crate) type HeldOutRows = Vec<HeldOut>;

/// Reads the held-out rows of a version.
pub(crate) fn read(artifact: &Artifact) -> anyhow::Result<HeldOutRows> {
    Ok(held_out(artifact)?)
}
