//! The flags.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Parser;
use switchboard_distilbert::{FitOptions, Frozen};
use switchboard_training::TrainingOptions;

/// Where `make setup` puts the base, from the folder of this program (target/release).
const FETCHED_BASE: &str = "../../.cache/bases/minilm";

/// Fine-tunes a transformer ticket classifier and publishes it.
#[derive(Debug, Parser)]
#[command(name = "train-transformer", version)]
pub(crate) struct Config {
    #[command(flatten)]
    pub(crate) training: TrainingOptions,
    /// The pretrained encoder: a Hugging Face folder; the one that `make setup` fetched when left out.
    #[arg(long, value_name = "DIR")]
    base: Option<String>,
    /// Most times every row is seen; training stops earlier when held-out macro F1 no longer rises.
    #[arg(long, default_value = "3", value_name = "N")]
    epochs: NonZeroUsize,
    /// Rows a step.
    #[arg(long, default_value = "32", value_name = "N")]
    batch: NonZeroUsize,
    /// The largest learning rate, reached when warm-up ends.
    #[arg(long, default_value_t = FitOptions::default().learning_rate, value_name = "RATE")]
    learning_rate: f64,
    /// Tokens read of a text.
    #[arg(long, default_value = "128", value_name = "N")]
    max_tokens: NonZeroUsize,
    /// Lowest layers that stay as pretrained, beside the embeddings: fewer numbers to train, less time.
    #[arg(long, default_value_t = 0, value_name = "N")]
    freeze_layers: usize,
    /// Threads to train with; as many as there are cores when left out.
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
}

impl Config {
    /// The folder of the pretrained encoder.
    pub(crate) fn base_folder(&self) -> anyhow::Result<PathBuf> {
        let Some(base) = &self.base else {
            let program = std::env::current_exe().context("find this program")?;
            let folder = program.parent().unwrap_or(Path::new(".")).join(FETCHED_BASE);
            if !folder.is_dir() {
                bail!(
                    "there is no base in {}: run `make setup`, or give one with --base",
                    folder.display()
                );
            }
            return Ok(folder);
        };
        if base.starts_with("hf:") {
            bail!(
                "--base {base}: hub names are not supported by this release; download the model and give its folder"
            );
        }
        Ok(PathBuf::from(base))
    }

    /// The base as the version records it: its name, not where it lay on this machine.
    pub(crate) fn base_name(&self) -> String {
        let folder = self.base.as_deref().unwrap_or(FETCHED_BASE);
        Path::new(folder)
            .file_name()
            .map_or_else(|| folder.to_owned(), |name| name.to_string_lossy().into_owned())
    }

    pub(crate) fn fit_options(&self, layers: usize) -> FitOptions {
        let defaults = FitOptions::default();
        FitOptions {
            seed: self.training.seed,
            epochs: self.epochs.get(),
            batch: self.batch.get(),
            learning_rate: self.learning_rate,
            max_tokens: self.max_tokens.get(),
            frozen: match self.freeze_layers.min(layers) {
                0 => Frozen::Embeddings,
                lowest => Frozen::Layers(lowest),
            },
            threads: self.threads.map_or(defaults.threads, NonZeroUsize::get),
            ..defaults
        }
    }
}
