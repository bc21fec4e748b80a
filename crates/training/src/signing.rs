//! The key a version is signed with.

use std::path::PathBuf;

use anyhow::Context;
use switchboard_artifact::SigningKey;

/// Who vouches for a version.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct SigningOptions {
    /// A file with the private key that signs the version (`switchboard keys generate` makes one), which its owner alone may read; unsigned when left out.
    #[arg(long, env = "SWITCHBOARD_SIGNING_KEY_FILE", value_name = "FILE")]
    pub signing_key: Option<PathBuf>,
}

impl SigningOptions {
    /// Reads the key, if there is one.
    pub fn key(&self) -> anyhow::Result<Option<SigningKey>> {
        let load = |file: &PathBuf| {
            SigningKey::load(file).with_context(|| format!("--signing-key {}", file.display()))
        };
        self.signing_key.as_ref().map(load).transpose()
    }
}
