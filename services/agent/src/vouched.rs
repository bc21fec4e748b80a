//! Versions of the registry, as far as somebody trusted vouches for them.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use anyhow::Context;
use switchboard_artifact::{Artifact, TrustedKeys};
use switchboard_registry::{Registry, RegistryError, RegistryUrl};
use switchboard_telemetry::metrics::IntCounterVec;

/// A registry, the keys of which one must have signed what is used of it, and what counts refusals by reason.
#[derive(Clone)]
pub(crate) struct Vouched {
    url: RegistryUrl,
    /// Kept, with its connections, from when it could be opened.
    registry: Arc<OnceLock<Registry>>,
    trusted: Option<Arc<TrustedKeys>>,
    refusals: IntCounterVec,
}

/// Why there is no version to use.
pub(crate) enum Lack {
    /// It may not be used, which is logged and counted.
    Refused,
    /// It cannot be read now.
    Away(RegistryError),
}

impl Vouched {
    pub(crate) fn new(
        url: RegistryUrl,
        trusted: Option<Arc<TrustedKeys>>,
        refusals: IntCounterVec,
    ) -> Self {
        Self { url, registry: Arc::default(), trusted, refusals }
    }

    /// The registry itself. It is opened where it may block.
    pub(crate) fn registry(&self) -> Result<&Registry, RegistryError> {
        if let Some(registry) = self.registry.get() {
            return Ok(registry);
        }
        let registry = Registry::open(&self.url)?;
        Ok(self.registry.get_or_init(|| registry))
    }

    /// Opens a version whose files are as they were published, by a key that is trusted where any is required.
    pub(crate) fn load(&self, name: &str, version: u32) -> Result<Artifact, Lack> {
        let loaded = self.registry().and_then(|of| of.load(name, version));
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
