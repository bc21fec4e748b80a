//! The model as bytes.
//!
//! Little-endian: `SWTS`, format version, feature set, number of words, of features, of labels (u32 each), then a hash a feature (u64), an
//! idf a feature, the weights (features × labels), a bias a label (f32 each), and a sigmoid a label (two f64).

use switchboard_artifact::{Artifact, ArtifactError};
use switchboard_calibration::{OneVsRest, Sigmoid};

use crate::features::FeatureSet;
use crate::model::TfidfSvm;
use crate::vectoriser::Vectoriser;

/// Name of the model's file in its artifact.
pub const MODEL_FILE: &str = "tfidf-svm.bin";

const MAGIC: &[u8; 4] = b"SWTS";
const FORMAT: u32 = 1;
const HEADER_BYTES: usize = 24;

/// Why a model could not be read.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// The artifact itself is damaged.
    #[error(transparent)]
    Artifact(#[from] ArtifactError),
    /// The bytes are not a model of this kind.
    #[error("{MODEL_FILE} is not a tfidf-svm model")]
    NotAModel,
    /// The model was written by a later release.
    #[error(
        "{MODEL_FILE} has format {found}; this release reads format {FORMAT}: upgrade the service"
    )]
    FutureFormat {
        /// The format found.
        found: u32,
    },
    /// The parts do not fit together.
    #[error("{MODEL_FILE} is inconsistent: {0}")]
    Inconsistent(&'static str),
}

impl TfidfSvm {
    /// The model as bytes for [`MODEL_FILE`].
    pub fn to_bytes(&self) -> Vec<u8> {
        let vectoriser = &self.vectoriser;
        let set = match vectoriser.set {
            FeatureSet::Words => 0,
            FeatureSet::WordsAndCharacters => 1,
        };
        let mut bytes = MAGIC.to_vec();
        let numbers = [
            FORMAT,
            set,
            vectoriser.words,
            vectoriser.hashes.len() as u32,
            self.biases.len() as u32,
        ];
        bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
        bytes.extend(vectoriser.hashes.iter().flat_map(|hash| hash.to_le_bytes()));
        for part in [&vectoriser.idf, &self.weights, &self.biases] {
            bytes.extend(part.iter().flat_map(|value| value.to_le_bytes()));
        }
        let sigmoids = self.calibration.sigmoids().iter();
        bytes.extend(sigmoids.flat_map(|s| [s.a, s.b]).flat_map(f64::to_le_bytes));
        bytes
    }

    /// Reads what [`Self::to_bytes`] wrote; `labels` come from the manifest.
    pub fn from_bytes(bytes: &[u8], labels: Vec<String>) -> Result<Self, DecodeError> {
        let mut reader = Reader(bytes);
        if reader.array::<4>()? != *MAGIC {
            return Err(DecodeError::NotAModel);
        }
        let format = reader.number()?;
        if format != FORMAT {
            return Err(DecodeError::FutureFormat { found: format });
        }
        let set = match reader.number()? {
            0 => FeatureSet::Words,
            1 => FeatureSet::WordsAndCharacters,
            _ => return Err(DecodeError::Inconsistent("unknown feature set")),
        };
        let (words, features, count) =
            (reader.number()?, reader.number()? as usize, reader.number()? as usize);
        if count != labels.len() {
            return Err(DecodeError::Inconsistent("its number of labels is not the manifest's"));
        }
        if words as usize > features || size(features, count) != Some(bytes.len()) {
            return Err(DecodeError::Inconsistent("its size is not what its header says"));
        }
        let hashes = (0..features)
            .map(|_| reader.array().map(u64::from_le_bytes))
            .collect::<Result<_, _>>()?;
        let idf = reader.floats(features)?;
        let weights = reader.floats(features * count)?;
        let biases = reader.floats(count)?;
        let sigmoids = (0..count).map(|_| Ok(Sigmoid { a: reader.double()?, b: reader.double()? }));
        let calibration = OneVsRest::from_sigmoids(sigmoids.collect::<Result<_, DecodeError>>()?);
        Ok(Self {
            labels,
            vectoriser: Vectoriser::new(set, hashes, words, idf),
            weights,
            biases,
            calibration,
        })
    }
}

/// Loads the model of a verified artifact.
pub fn load(artifact: &Artifact) -> Result<TfidfSvm, DecodeError> {
    TfidfSvm::from_bytes(&artifact.read(MODEL_FILE)?, artifact.manifest().labels.clone())
}

fn size(features: usize, labels: usize) -> Option<usize> {
    let a_feature = 8 + 4 + labels.checked_mul(4)?;
    HEADER_BYTES
        .checked_add(features.checked_mul(a_feature)?)?
        .checked_add(labels.checked_mul(4 + 16)?)
}

/// What is left to read.
struct Reader<'b>(&'b [u8]);

impl Reader<'_> {
    fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let (head, rest) = self.0.split_first_chunk::<N>().ok_or(DecodeError::NotAModel)?;
        self.0 = rest;
        Ok(*head)
    }

    fn number(&mut self) -> Result<u32, DecodeError> {
        self.array().map(u32::from_le_bytes)
    }

    fn floats(&mut self, count: usize) -> Result<Vec<f32>, DecodeError> {
        let finite = |value: f32| {
            value
                .is_finite()
                .then_some(value)
                .ok_or(DecodeError::Inconsistent("a weight is not finite"))
        };
        (0..count).map(|_| self.array().map(f32::from_le_bytes).and_then(finite)).collect()
    }

    fn double(&mut self) -> Result<f64, DecodeError> {
        let value = self.array().map(f64::from_le_bytes)?;
        if value.is_finite() {
            Ok(value)
        } else {
            Err(DecodeError::Inconsistent("a sigmoid is not finite"))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use switchboard_classify::Options;

    use super::*;
    use crate::fit::tests::tiny_model;

    #[test]
    fn a_model_answers_the_same_after_save_and_load() {
        let model = tiny_model();
        let again = TfidfSvm::from_bytes(&model.to_bytes(), model.labels.clone()).unwrap();
        for text in ["my printer is jammed", "reset my password", "", "😀"] {
            let explain = Options { explain: true };
            assert_eq!(model.predict(text, explain), again.predict(text, explain));
        }
    }

    #[test]
    fn a_later_format_is_refused_with_a_sentence() {
        let model = tiny_model();
        let mut bytes = model.to_bytes();
        bytes[4] = 2;
        let error = TfidfSvm::from_bytes(&bytes, model.labels.clone()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "tfidf-svm.bin has format 2; this release reads format 1: upgrade the service"
        );
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), at in 0usize..4_000, bit in 0u8..8) {
            let labels = vec!["a".to_owned(), "b".to_owned()];
            let _ = TfidfSvm::from_bytes(&bytes, labels.clone());
            let mut flipped = tiny_model().to_bytes();
            let at = at % flipped.len();
            flipped[at] ^= 1 << bit;
            let _ = TfidfSvm::from_bytes(&flipped, labels.clone());
            flipped.truncate(at);
            prop_assert!(TfidfSvm::from_bytes(&flipped, labels).is_err());
        }
    }
}
