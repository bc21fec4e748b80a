//! Versions of the registry, as far as somebody trusted vouches for them.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use switchboard_artifact::{Artifact, TrustedKeys};
use switchboard_registry::{Registry, RegistryError, RegistryUrl};
use switchboard_telemetry::metrics::IntCounterVec;

/// A registry, the keys of which one must have signed what is used of it, and what counts refusals by reason.
#[derive(Clone)]
pub(crate) struct Vouched {
    pub(crate) registry: RegistryUrl,
    pub(crate) trusted: Option<Arc<TrustedKeys>>,
    pub(crate) refusals: IntCounterVec,
}

/// Why there is no version to use.
pub(crate) enum Lack {
    /// It may not be used, which is logged and counted.
    Refused,
    /// It cannot be read now.
    Away(RegistryError),
}

impl Vouched {
    /// Opens a version whose files are as they were published, by a key that is trusted where any is required.
    pub(crate) fn load(&self, name: &str, version: u32) -> Result<Artifact, Lack> {
        let loaded = Registry::open(&self.registry).and_then(|of| of.load(name, version));
        let artifact = loaded.map_err(Lack::Away)?;
        let Some(trusted) = &self.trusted else { return Ok(artifact) };
        match artifact.verify_signature(trusted) {
            Ok(_) => Ok(artifact),
            Err(error) => {
                self.refusals.with_label_values(&[error.reason()]).inc();
                tracing::error!(
                    model.name = name,
                    model.version = version,
                    why = %error,
                    "refused {name} version {version}"
                );
                Err(Lack::Refused)
            }
        }
    }
}

/// Reads the keys that `--trusted-keys` names.
pub(crate) fn trusted_keys(file: Option<&Path>) -> anyhow::Result<Option<Arc<TrustedKeys>>> {
    let Some(file) = file else { return Ok(None) };
    let keys = TrustedKeys::load(file);
    keys.map(|keys| Some(Arc::new(keys)))
        .with_context(|| format!("--trusted-keys {}", file.display()))
}
