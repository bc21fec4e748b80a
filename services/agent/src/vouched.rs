//! Versions of the registry, as far as somebody trusted vouches for them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::OnceLock;

use anyhow::Context;
use switchboard_artifact::{Artifact, TrustedKeys};
use switchboard_registry::{Registry, RegistryError, RegistryUrl};
use switchboard_telemetry::metrics::IntCounterVec;

/// The reason of a refusal that has nothing to do with keys.
pub(crate) const UNUSABLE: &str = "unusable";

/// A registry, the keys of which one must have signed what is used of it, and what counts refusals by reason.
pub(crate) struct Vouched {
    url: RegistryUrl,
    /// Kept, with its connections, from when it could be opened.
    registry: OnceLock<Registry>,
    trusted: Option<TrustedKeys>,
    refusals: IntCounterVec,
}

/// Why there is no version to use.
pub(crate) enum Lack {
    /// It may not be used while it stays what it is, which is logged and counted.
    Refused,
    /// The registry cannot be read now.
    Away(RegistryError),
}

impl Vouched {
    pub(crate) fn new(
        url: RegistryUrl,
        trusted: Option<TrustedKeys>,
        refusals: IntCounterVec,
    ) -> Self {
        Self { url, registry: OnceLock::new(), trusted, refusals }
    }

    /// The registry itself. It is opened where it may block.
    pub(crate) fn registry(&self) -> Result<&Registry, RegistryError> {
        if let Some(registry) = self.registry.get() {
            return Ok(registry);
        }
        let registry = Registry::open(&self.url)?;
        Ok(self.registry.get_or_init(|| registry))
    }

    /// Makes something of a version whose files are as they were published, by a key that is trusted where any is required. What panics is refused: it would
    /// do so again.
    pub(crate) fn read<T>(
        &self,
        of: (&str, u32),
        make: impl FnOnce(&Artifact) -> anyhow::Result<T>,
    ) -> Result<T, Lack> {
        let read = AssertUnwindSafe(|| self.checked(of, make));
        let panicked = |_| self.refused(of, UNUSABLE, &anyhow::anyhow!("reading it panicked"));
        catch_unwind(read).unwrap_or_else(|panic| Err(panicked(panic)))
    }

    fn checked<T>(
        &self,
        (name, version): (&str, u32),
        make: impl FnOnce(&Artifact) -> anyhow::Result<T>,
    ) -> Result<T, Lack> {
        let refused =
            |reason: &str, why: &anyhow::Error| self.refused((name, version), reason, why);
        let registry = self.registry().map_err(Lack::Away)?;
        let artifact = registry.load(name, version).map_err(|error| {
            // A registry that vanished while it was read says nothing of its versions.
            match registry.presence() {
                Ok(()) if error.is_about_version() => refused(UNUSABLE, &error.into()),
                Ok(()) => Lack::Away(error),
                Err(absence) => Lack::Away(absence),
            }
        })?;
        if let Some(trusted) = &self.trusted {
            let signed = artifact.verify_signature(trusted);
            signed.map_err(|error| refused(error.reason(), &error.into()))?;
        }
        make(&artifact).map_err(|error| refused(UNUSABLE, &error))
    }

    fn refused(&self, (name, version): (&str, u32), reason: &str, why: &anyhow::Error) -> Lack {
        self.refusals.with_label_values(&[reason]).inc();
        let why = format!("{why:#}");
        tracing::error!(
            model.name = name,
            model.version = version,
            why,
            "refused {name} version {version}"
        );
        Lack::Refused
    }
}

/// Reads the keys that `--trusted-keys` names.
pub(crate) fn trusted_keys(file: Option<&Path>) -> anyhow::Result<Option<TrustedKeys>> {
    let Some(file) = file else { return Ok(None) };
    let keys = TrustedKeys::load(file);
    keys.map(Some).with_context(|| format!("--trusted-keys {}", file.display()))
}
