//! The model as bytes.
//!
//! Little-endian: `SWTS`, then as u32 each the format version, how features are made (bit 0: with runs of characters, bit 1: as in format 1), the number of
//! features of the words block, of features, of labels, the calibration method and its number of parameters; then a hash a feature (u64), a row a
//! feature (its term weight and its weight a label), a bias a label (f32 each), and the calibration's parameters (f64).
//!
//! Format 1, of earlier releases, has neither method nor number of parameters in its header: the calibration is a sigmoid a label. All term weights come before all
//! other weights.

use switchboard_artifact::{Artifact, ArtifactError};
use switchboard_calibration::{Calibration, Method};

use crate::features::Grams;
use crate::model::TfidfSvm;
use crate::vectoriser::Vectoriser;

/// Name of the model's file in its artifact.
pub const MODEL_FILE: &str = "tfidf-svm.bin";

const MAGIC: &[u8; 4] = b"SWTS";
const FORMAT: u32 = 2;

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
        "{MODEL_FILE} has format {found}; this release reads formats up to {FORMAT}: upgrade the service"
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
        let parameters = self.calibration.parameters();
        let header = Header {
            format: FORMAT,
            grams: vectoriser.grams,
            words: vectoriser.words as usize,
            features: vectoriser.hashes.len(),
            labels: self.biases.len(),
            method: self.calibration.method(),
            parameters: parameters.len(),
        };
        let mut bytes = header.to_bytes();
        bytes.extend(vectoriser.hashes.iter().flat_map(|hash| hash.to_le_bytes()));
        for part in [&self.rows, &self.biases] {
            bytes.extend(part.iter().flat_map(|value| value.to_le_bytes()));
        }
        bytes.extend(parameters.iter().flat_map(|number| number.to_le_bytes()));
        bytes
    }

    /// Reads what [`Self::to_bytes`] wrote, in this release or an earlier one; `labels` come from the manifest.
    pub fn from_bytes(bytes: &[u8], labels: Vec<String>) -> Result<Self, DecodeError> {
        let mut reader = Reader(bytes);
        let header = Header::read(&mut reader)?;
        if header.labels != labels.len() {
            return Err(DecodeError::Inconsistent("its number of labels is not the manifest's"));
        }
        if header.words > header.features || header.body_bytes() != Some(reader.0.len()) {
            return Err(DecodeError::Inconsistent("its size is not what its header says"));
        }
        let hashes = reader.numbers(header.features, u64::from_le_bytes)?;
        let rows = header.rows(reader.floats(header.features * (header.labels + 1))?);
        let biases = reader.floats(header.labels)?;
        let parameters = reader.numbers(header.parameters, f64::from_le_bytes)?;
        let calibration =
            Calibration::from_parameters(header.method, header.labels, &parameters)
                .ok_or(DecodeError::Inconsistent("its calibration is not one of its method"))?;
        let words = header.words as u32;
        let vectoriser = Vectoriser::new(header.grams, hashes, words);
        Ok(Self { labels, vectoriser, rows, biases, calibration })
    }
}

/// Loads the model of a verified artifact.
pub fn load(artifact: &Artifact) -> Result<TfidfSvm, DecodeError> {
    TfidfSvm::from_bytes(&artifact.read(MODEL_FILE)?, artifact.manifest().labels.clone())
}

/// What the first bytes say of the rest.
struct Header {
    format: u32,
    grams: Grams,
    words: usize,
    features: usize,
    labels: usize,
    method: Method,
    parameters: usize,
}

impl Header {
    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        if reader.array()? != *MAGIC {
            return Err(DecodeError::NotAModel);
        }
        let format = reader.number()?;
        match format {
            0 => return Err(DecodeError::NotAModel),
            1..=FORMAT => {}
            _ => return Err(DecodeError::FutureFormat { found: format }),
        }
        let made = reader.number()?;
        if made > if format == 1 { 1 } else { 3 } {
            return Err(DecodeError::Inconsistent("its features are made in an unknown way"));
        }
        let grams = Grams { characters: made & 1 != 0, format_1: format == 1 || made & 2 != 0 };
        let [words, features, labels] = [reader.number()?, reader.number()?, reader.number()?];
        let (method, parameters) = if format == 1 {
            (Method::Sigmoid, labels.saturating_mul(2))
        } else {
            let method = Method::ALL.get(reader.number()? as usize);
            let unknown = DecodeError::Inconsistent("it has an unknown calibration method");
            (*method.ok_or(unknown)?, reader.number()?)
        };
        Ok(Self {
            format,
            grams,
            words: words as usize,
            features: features as usize,
            labels: labels as usize,
            method,
            parameters: parameters as usize,
        })
    }

    fn to_bytes(&self) -> Vec<u8> {
        let method = Method::ALL.iter().position(|method| *method == self.method);
        let sizes =
            [self.words, self.features, self.labels, method.unwrap_or_default(), self.parameters];
        let made = u32::from(self.grams.characters) | u32::from(self.grams.format_1) << 1;
        let numbers = [self.format, made].into_iter().chain(sizes.map(|size| size as u32));
        MAGIC.iter().copied().chain(numbers.flat_map(u32::to_le_bytes)).collect()
    }

    /// The weights as they are kept: a row a feature.
    fn rows(&self, weights: Vec<f32>) -> Vec<f32> {
        if self.format > 1 || self.labels == 0 {
            return weights;
        }
        let (term_weights, weights) = weights.split_at(self.features);
        let features = term_weights.iter().zip(weights.chunks_exact(self.labels));
        features
            .flat_map(|(term, weights)| std::iter::once(*term).chain(weights.iter().copied()))
            .collect()
    }

    fn body_bytes(&self) -> Option<usize> {
        let a_feature = 8 + 4 + self.labels.checked_mul(4)?;
        let labels = self.labels.checked_mul(4)?;
        let parameters = self.parameters.checked_mul(8)?;
        self.features.checked_mul(a_feature)?.checked_add(labels)?.checked_add(parameters)
    }
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

    fn numbers<T, const N: usize>(
        &mut self,
        count: usize,
        number: fn([u8; N]) -> T,
    ) -> Result<Vec<T>, DecodeError> {
        let size = count.checked_mul(N).ok_or(DecodeError::NotAModel)?;
        let (head, rest) = self.0.split_at_checked(size).ok_or(DecodeError::NotAModel)?;
        self.0 = rest;
        Ok(head.as_chunks::<N>().0.iter().map(|bytes| number(*bytes)).collect())
    }

    fn floats(&mut self, count: usize) -> Result<Vec<f32>, DecodeError> {
        let floats = self.numbers(count, f32::from_le_bytes)?;
        if floats.iter().all(|value| value.is_finite()) {
            Ok(floats)
        } else {
            Err(DecodeError::Inconsistent("a weight is not finite"))
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
        bytes[4] = 3;
        let error = TfidfSvm::from_bytes(&bytes, model.labels.clone()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "tfidf-svm.bin has format 3; this release reads formats up to 2: upgrade the service"
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
