//! A pretrained encoder in a Hugging Face folder.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use safetensors::SafeTensors;

use crate::LoadError;
use crate::shape::{CONFIG_FILE, Shape};
use crate::threads::one_an_operation;
use crate::tokeniser::{TOKENISER_CONFIG_FILE, TOKENISER_FILE, Tokeniser, VOCABULARY_FILE};
use crate::weights::{WEIGHTS_FILE, Weights, read_encoder};

/// A pretrained encoder and its tokeniser: what fine-tuning starts from.
pub struct Base {
    pub(crate) shape: Shape,
    pub(crate) tokeniser: Tokeniser,
    pub(crate) weights: Weights,
}

impl Base {
    /// Loads a folder with `config.json`, `model.safetensors`, and `tokenizer.json` or `vocab.txt`: of a DistilBERT, or of a BERT, whose
    /// token types are folded into its positions so that it is the same network in DistilBERT's shape. A model's own version
    /// directory is such a folder too, so training can go on from it.
    pub fn load(folder: &Path) -> Result<Self, LoadError> {
        one_an_operation();
        let (layout, shape) = Shape::parse(&read(folder, CONFIG_FILE)?)?;
        let tokeniser = load_tokeniser(folder)?;
        tokeniser.check_fits(shape.vocabulary)?;
        let bytes = read(folder, WEIGHTS_FILE)?;
        let weights = read_encoder(&SafeTensors::deserialize(&bytes)?, layout, &shape)?;
        Ok(Self { shape, tokeniser, weights })
    }

    /// Tokens that have an embedding.
    pub fn vocabulary(&self) -> usize {
        usize::try_from(self.shape.vocabulary).unwrap_or(usize::MAX)
    }

    /// The longest sequence the encoder can read, in tokens.
    pub fn positions(&self) -> usize {
        usize::try_from(self.shape.positions).unwrap_or(usize::MAX)
    }

    /// Transformer layers of the encoder.
    pub fn layers(&self) -> usize {
        usize::try_from(self.shape.layers).unwrap_or(usize::MAX)
    }

    /// Numbers the encoder has learnt.
    pub fn parameters(&self) -> usize {
        self.weights.values().map(tch::Tensor::numel).sum()
    }
}

fn load_tokeniser(folder: &Path) -> Result<Tokeniser, LoadError> {
    if let Some(bytes) = read_if_there(folder, TOKENISER_FILE)? {
        return Tokeniser::from_json(&bytes);
    }
    let path = folder.join(VOCABULARY_FILE);
    // The tokenizers crate reads the file itself; a missing one is better named here.
    read(folder, VOCABULARY_FILE)?;
    Tokeniser::from_vocabulary(&path, read_if_there(folder, TOKENISER_CONFIG_FILE)?.as_deref())
}

fn read(folder: &Path, name: &str) -> Result<Vec<u8>, LoadError> {
    let file = folder.join(name);
    fs::read(&file).map_err(|source| LoadError::Read { file, source })
}

fn read_if_there(folder: &Path, name: &str) -> Result<Option<Vec<u8>>, LoadError> {
    match read(folder, name) {
        Err(LoadError::Read { source, .. }) if source.kind() == ErrorKind::NotFound => Ok(None),
        outcome => outcome.map(Some),
    }
}
