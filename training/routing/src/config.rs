//! The flags.

use std::path::PathBuf;

use anyhow::Context;
use clap::Parser;
use switchboard_artifact::{SigningKey, TrustedKeys};
use switchboard_cascade::Targets;
use switchboard_registry::{ModelRef, RegistryUrl};
use switchboard_training::SigningOptions;

/// Fits the two models of a task to each other, and publishes the operating point.
#[derive(Debug, Parser)]
#[command(name = "calibrate-routing", version)]
pub(crate) struct Config {
    /// The task; the operating point is published as `TASK-routing`.
    #[arg(long, default_value = "category")]
    pub(crate) task: String,
    /// The registry: `file:DIR`, or `http(s)://HOST:PORT` of an MLflow server.
    #[arg(
        long,
        env = "SWITCHBOARD_REGISTRY",
        default_value = "file:data/registry",
        value_name = "URL"
    )]
    pub(crate) registry: RegistryUrl,
    /// The share of automatic answers that are to be right; without it, answers whose prediction set has one label are automatic.
    #[arg(long, value_name = "A", value_parser = share)]
    target_accuracy: Option<f64>,
    /// The share of tickets the transformer is asked about; without it, the smallest that is as good as any.
    #[arg(long, value_name = "S", value_parser = share)]
    transformer_share: Option<f64>,
    /// The linear model; the champion of `TASK-tfidf` when left out.
    #[arg(long, value_name = "NAME[@ALIAS|/VERSION]")]
    pub(crate) linear: Option<ModelRef>,
    /// The transformer; the champion of `TASK-transformer`, if there is one, when left out.
    #[arg(long, value_name = "NAME[@ALIAS|/VERSION]")]
    pub(crate) transformer: Option<ModelRef>,
    /// Make the new version the champion; it becomes the challenger otherwise.
    #[arg(long)]
    pub(crate) promote: bool,
    /// Who vouches for the version.
    #[command(flatten)]
    pub(crate) signing: SigningOptions,
    /// A file of public keys, one a line: the models must be signed by one of them, or by the key of --signing-key. A signed operating point vouches for
    /// the rows it was fitted to, so with --signing-key alone its own key must have signed them.
    #[arg(long, env = "SWITCHBOARD_TRUSTED_KEYS_FILE", value_name = "FILE")]
    trusted_keys: Option<PathBuf>,
    /// Deals rows into folds: the same seed and versions give the same operating point.
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub(crate) seed: u64,
    /// Who publishes, for the registry's history.
    #[arg(long, env = "USER", default_value = "unknown", value_name = "NAME")]
    pub(crate) by: String,
    /// Leave when stdin ends, as a supervisor's child does.
    #[arg(long)]
    pub(crate) stop_with_stdin: bool,
}

impl Config {
    pub(crate) fn targets(&self) -> Targets {
        Targets { accuracy: self.target_accuracy, transformer_share: self.transformer_share }
    }

    /// The keys of which one must have signed the models; any models will do when there is none.
    pub(crate) fn trusted(&self, own: Option<&SigningKey>) -> anyhow::Result<Option<TrustedKeys>> {
        let load = |file: &PathBuf| {
            TrustedKeys::load(file).with_context(|| format!("--trusted-keys {}", file.display()))
        };
        let given = self.trusted_keys.as_ref().map(load).transpose()?;
        if given.is_none() && own.is_none() {
            return Ok(None);
        }
        let given = given.iter().flat_map(TrustedKeys::keys).map(|(_, key)| key.clone());
        Ok(Some(given.chain(own.map(SigningKey::public)).collect()))
    }
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("give a share from 0 to 1, such as 0.95".to_owned()),
    }
}
