//! The flags.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use switchboard_dataset::Columns;
use switchboard_registry::RegistryUrl;
use switchboard_tfidf_svm::{FeatureSet, FitOptions};

/// Trains a TF-IDF + linear SVM ticket classifier and publishes it.
#[derive(Debug, Parser)]
#[command(name = "train-tfidf", version)]
pub(crate) struct Config {
    /// The label set being learnt; the model is published as <TASK>-tfidf.
    #[arg(long, default_value = "category")]
    pub(crate) task: String,
    /// A CSV or JSONL file of labelled tickets; may be given more than once.
    #[arg(long, required = true, value_name = "FILE")]
    pub(crate) data: Vec<PathBuf>,
    /// The column (or JSON key) that holds the text.
    #[arg(long, default_value = "text", value_name = "NAME")]
    text_column: String,
    /// The column that holds the label.
    #[arg(long, default_value = "label", value_name = "NAME")]
    label_column: String,
    /// The column that holds the language code; identified from the text when left out.
    #[arg(long, value_name = "NAME")]
    pub(crate) language_column: Option<String>,
    /// A column whose equal values keep rows in one fold; near-identical texts are kept together when left out.
    #[arg(long, value_name = "NAME")]
    group_column: Option<String>,
    /// Where to publish: `file:DIR`.
    #[arg(
        long,
        env = "SWITCHBOARD_REGISTRY",
        default_value = "file:data/registry",
        value_name = "URL"
    )]
    pub(crate) registry: RegistryUrl,
    /// Make the new version the champion; it becomes the challenger otherwise.
    #[arg(long)]
    pub(crate) promote: bool,
    /// Seed of everything random: the same seed and rows give the same model.
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub(crate) seed: u64,
    /// The n-grams to use; decided out of fold on a sample when left out.
    #[arg(long)]
    features: Option<Features>,
    /// The SVM's C; decided out of fold on a sample when left out.
    #[arg(long, value_parser = positive)]
    c: Option<f64>,
    /// Who publishes, for the registry's history.
    #[arg(long, env = "USER", default_value = "unknown", value_name = "NAME")]
    pub(crate) by: String,
    /// Leave when stdin ends, as a supervisor's child does.
    #[arg(long)]
    pub(crate) stop_with_stdin: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Features {
    Words,
    WordsAndCharacters,
}

impl Config {
    /// The name the model is registered under.
    pub(crate) fn model_name(&self) -> String {
        format!("{}-tfidf", self.task)
    }

    pub(crate) fn columns(&self) -> Columns {
        Columns {
            text: self.text_column.clone(),
            label: self.label_column.clone(),
            language: self.language_column.clone(),
            group: self.group_column.clone(),
        }
    }

    pub(crate) fn fit_options(&self) -> FitOptions {
        let features = self.features.map(|features| match features {
            Features::Words => FeatureSet::Words,
            Features::WordsAndCharacters => FeatureSet::WordsAndCharacters,
        });
        FitOptions { seed: self.seed, features, c: self.c, ..FitOptions::default() }
    }
}

fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() && number > 0.0 => Ok(number),
        _ => Err("give a positive number".to_owned()),
    }
}
