//! The model in an artifact: files that Hugging Face's tools read too, and one of our own.

use safetensors::SafeTensors;
use serde::{Deserialize, Serialize};
use switchboard_artifact::{Artifact, ArtifactError, ArtifactWriter};
use switchboard_calibration::Temperature;

use crate::LoadError;
use crate::fit::Fitted;
use crate::head;
use crate::model::{DistilBert, Precision, Serving};
use crate::network::{Network, Pooling};
use crate::replicas::Replicas;
use crate::shape::{CONFIG_FILE, Layout, Shape};
use crate::threads::one_an_operation;
use crate::tokeniser::{TOKENISER_FILE, Tokeniser};
use crate::weights::{WEIGHTS_FILE, read_encoder, size_of, write};

/// What Hugging Face's files have no place for.
const SETTINGS_FILE: &str = "distilbert.json";
const FORMAT: u32 = 1;

/// The marks of beginning and end, and one token between them.
pub(crate) const MIN_MAX_TOKENS: usize = 3;

#[derive(Serialize, Deserialize)]
struct Settings {
    format: u32,
    labels: Vec<String>,
    max_tokens: usize,
    temperature: f64,
    pooling: Pooling,
}

/// Why a model could not be saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// The artifact cannot be written.
    #[error(transparent)]
    Artifact(#[from] ArtifactError),
    /// The weights cannot be written down.
    #[error(transparent)]
    Weights(#[from] LoadError),
    /// Part of the model cannot be written as JSON.
    #[error("write {file}")]
    Json {
        /// The file's name.
        file: &'static str,
        /// What is wrong.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl Fitted {
    /// Writes the model's files: `model.safetensors` (f32), `config.json`, `tokenizer.json` and `distilbert.json`.
    pub fn save(&self, writer: &mut ArtifactWriter) -> Result<(), SaveError> {
        let model = &self.model;
        let settings = Settings {
            format: FORMAT,
            labels: model.labels.clone(),
            max_tokens: model.max_tokens,
            temperature: model.temperature.value(),
            pooling: self.pooling,
        };
        let tokeniser = model
            .tokeniser
            .to_json()
            .map_err(|source| SaveError::Json { file: TOKENISER_FILE, source })?;
        writer.add_file(WEIGHTS_FILE, &write(&self.weights)?)?;
        writer.add_file(CONFIG_FILE, &json(CONFIG_FILE, &self.shape.to_json(&model.labels))?)?;
        writer.add_file(TOKENISER_FILE, tokeniser.as_bytes())?;
        writer.add_file(SETTINGS_FILE, &json(SETTINGS_FILE, &settings)?)?;
        Ok(())
    }
}

/// Loads the model of a verified artifact, to be served in that way.
pub fn load(artifact: &Artifact, serving: Serving) -> Result<DistilBert, LoadError> {
    one_an_operation();
    let settings: Settings = serde_json::from_slice(&artifact.read(SETTINGS_FILE)?)
        .map_err(|source| LoadError::Json { file: SETTINGS_FILE, source })?;
    let (layout, shape) = Shape::parse(&artifact.read(CONFIG_FILE)?)?;
    let temperature = check(&settings, artifact, &shape, layout)?;
    let tokeniser = Tokeniser::from_json(&artifact.read(TOKENISER_FILE)?)?;
    tokeniser.check_fits(shape.vocabulary)?;
    let bytes = artifact.read(WEIGHTS_FILE)?;
    let file = SafeTensors::deserialize(&bytes)?;
    let mut weights = read_encoder(&file, layout, &shape)?;
    head::read_into(&mut weights, &file, &shape, size_of(settings.labels.len()))?;
    let network = match serving.precision {
        Precision::F32 => Network::around(&weights, &shape, settings.pooling),
        Precision::Int8 => Network::quantised(&weights, &shape, settings.pooling)?,
    };
    let model = DistilBert {
        labels: settings.labels,
        tokeniser,
        replicas: Replicas::new(network),
        temperature,
        max_tokens: settings.max_tokens,
        serving,
    };
    model.warm_up();
    Ok(model)
}

/// Checks that the settings make sense, with the manifest and the network; returns the temperature.
fn check(
    settings: &Settings,
    artifact: &Artifact,
    shape: &Shape,
    layout: Layout,
) -> Result<Temperature, LoadError> {
    let refuse = |field, found: String, needed| {
        Err(LoadError::Unsupported { file: SETTINGS_FILE, field, found, needed })
    };
    if settings.format != FORMAT {
        return refuse(
            "format",
            settings.format.to_string(),
            "this release reads format 1: upgrade it",
        );
    }
    if settings.labels != artifact.manifest().labels {
        let found = format!("{} labels", settings.labels.len());
        return refuse("labels", found, "the manifest names others: publish the model again");
    }
    let fits = i64::try_from(settings.max_tokens).is_ok_and(|most| most <= shape.positions);
    if !fits || settings.max_tokens < MIN_MAX_TOKENS {
        return refuse(
            "max_tokens",
            settings.max_tokens.to_string(),
            "it must be 3 or more, and fit the network",
        );
    }
    if layout != Layout::DistilBert {
        return refuse(
            "format",
            "a BERT".to_owned(),
            "a fitted model is in DistilBERT's layout: publish it again",
        );
    }
    match Temperature::new(settings.temperature) {
        Some(temperature) => Ok(temperature),
        None => refuse("temperature", settings.temperature.to_string(), "it must be positive"),
    }
}

fn json(file: &'static str, value: &impl Serialize) -> Result<Vec<u8>, SaveError> {
    serde_json::to_vec_pretty(value)
        .map_err(|source| SaveError::Json { file, source: source.into() })
}
