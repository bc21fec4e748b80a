//! The fitted model.

use std::num::NonZeroUsize;

use switchboard_calibration::Temperature;
use switchboard_classify::{Classifier, ClassifyError, Options, Prediction};
use tch::Device;

use crate::batch::Batch;
use crate::replicas::Replicas;
use crate::sequences::{MARKS, Sequences};
use crate::tokeniser::Tokeniser;
use crate::weights::to_floats;

/// Tokens in one pass of the network: with more, the matrix products get no faster and the first answer waits longer.
const BATCH_TOKENS: usize = 512;
/// Bytes a token, roughly: enough to share work fairly.
const BYTES_A_TOKEN: usize = 5;
/// Bytes that are tokenised, though perhaps not read, in the time that a token takes the network.
const BYTES_TOKENISED_A_TOKEN: usize = 2_048;
/// How far a logit in 8 bits may be from the same in 32.
const INT8_TOLERANCE: f32 = 0.5;

/// How to serve a fitted model.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Serving {
    /// What the linear layers compute in.
    pub precision: Precision,
    /// What is read of a text longer than the model reads at once.
    pub long_texts: LongTexts,
}

/// What the linear layers compute in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Precision {
    /// 32 bits, as trained.
    #[default]
    F32,
    /// 8 bits: about twice as fast, logits a little off.
    Int8,
}

/// What is read of a text longer than the model reads at once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LongTexts {
    /// Its beginning.
    #[default]
    Truncate,
    /// At most so many overlapping windows; the logits are the mean of theirs.
    Windows(NonZeroUsize),
}

/// A fine-tuned DistilBERT: tokeniser, network and temperature.
pub struct DistilBert {
    pub(crate) labels: Vec<String>,
    pub(crate) tokeniser: Tokeniser,
    pub(crate) replicas: Replicas,
    pub(crate) temperature: Temperature,
    pub(crate) max_tokens: usize,
    pub(crate) serving: Serving,
}

impl DistilBert {
    /// Classifies one text, on the caller's thread.
    pub fn predict(&self, text: &str) -> Result<Prediction, ClassifyError> {
        self.classify(&[text], Options::default())
            .pop()
            .unwrap_or_else(|| Err(ClassifyError::Model("there is no answer".into())))
    }

    /// The probabilities behind a row of logits of this model.
    pub fn calibrate(&self, logits: &[f32]) -> Vec<f32> {
        self.temperature.probabilities(logits)
    }

    /// The number the logits are divided by before they become probabilities.
    pub fn temperature(&self) -> f64 {
        self.temperature.value()
    }

    /// The most tokens the model reads at once, the marks of beginning and end included.
    pub fn max_tokens(&self) -> usize {
        self.max_tokens
    }

    /// Reads the longest sequence once: what libtorch sets up and allocates at first then delays no caller.
    pub(crate) fn warm_up(&self) {
        let _ = self.logits(&[self.tokeniser.mark(&vec![0; self.max_tokens - MARKS])]);
    }

    fn sequences(&self, text: &str, long_texts: LongTexts) -> Result<Sequences, ClassifyError> {
        Sequences::of(text, &self.tokeniser, self.max_tokens, long_texts)
            .map_err(ClassifyError::Model)
    }

    /// The logits of each sequence, computed together as far as that helps. None changes another's: nothing is padded, and all that looks at
    /// more than a token stays inside a sequence.
    pub(crate) fn logits(&self, sequences: &[Vec<i64>]) -> Vec<Vec<f32>> {
        let mut order: Vec<usize> = (0..sequences.len()).collect();
        order.sort_by_key(|index| sequences[*index].len());
        let mut logits = vec![Vec::new(); sequences.len()];
        let mut rest = &order[..];
        while !rest.is_empty() {
            let (together, later) = rest.split_at(fitting(rest, sequences));
            let ids: Vec<&[i64]> = together.iter().map(|index| &sequences[*index][..]).collect();
            let batch = Batch::of(&ids, Device::Cpu);
            let all = self.replicas.borrow(|network| to_floats(&network.logits(&batch, None)));
            for (index, row) in together.iter().zip(all.chunks(self.labels.len())) {
                logits[*index] = row.to_vec();
            }
            rest = later;
        }
        logits
    }

    fn prediction(&self, read: &Sequences, windows: &[Vec<f32>]) -> Prediction {
        let logits = mean(windows);
        Prediction {
            probabilities: self.temperature.probabilities(&logits),
            logits,
            tokens_total: read.total,
            tokens_used: read.used,
            out_of_vocabulary: share(read.unknown, read.total),
            terms: Vec::new(),
        }
    }

    fn explain(&self, text: &str, prediction: Prediction) -> Result<Prediction, ClassifyError> {
        let terms = self.terms(text, prediction.top().0).map_err(ClassifyError::Model)?;
        Ok(Prediction { terms, ..prediction })
    }
}

impl Classifier for DistilBert {
    fn labels(&self) -> &[String] {
        &self.labels
    }

    fn classify(
        &self,
        documents: &[&str],
        options: Options,
    ) -> Vec<Result<Prediction, ClassifyError>> {
        let long_texts = self.serving.long_texts;
        let read: Vec<_> =
            documents.iter().map(|document| self.sequences(document, long_texts)).collect();
        let ids: Vec<Vec<i64>> =
            read.iter().flatten().flat_map(|sequences| sequences.ids.clone()).collect();
        let mut logits = &self.logits(&ids)[..];
        let mut answer = |(document, read): (&&str, Result<Sequences, ClassifyError>)| {
            let read = read?;
            let (windows, others) = logits.split_at(read.ids.len());
            logits = others;
            let prediction = self.prediction(&read, windows);
            if options.explain { self.explain(document, prediction) } else { Ok(prediction) }
        };
        documents.iter().zip(read).map(&mut answer).collect()
    }

    /// Even the shortest text costs milliseconds.
    fn answers_inline(&self, _size_bytes: usize) -> bool {
        false
    }

    fn cost(&self, size_bytes: usize) -> usize {
        let windows = match self.serving.long_texts {
            LongTexts::Truncate => 1,
            LongTexts::Windows(most) => most.get(),
        };
        let read = (size_bytes / BYTES_A_TOKEN + 2).min(self.max_tokens.saturating_mul(windows));
        read + size_bytes / BYTES_TOKENISED_A_TOKEN
    }

    fn batch_cost(&self) -> usize {
        BATCH_TOKENS
    }

    fn precision(&self) -> &'static str {
        match self.serving.precision {
            Precision::F32 => "f32",
            Precision::Int8 => "int8",
        }
    }

    /// The beginning, which is what a version's trainer recorded.
    fn recorded_logits(&self, document: &str) -> Result<Vec<f32>, ClassifyError> {
        let read = self.sequences(document, LongTexts::Truncate)?;
        Ok(mean(&self.logits(&read.ids)))
    }

    fn tolerance(&self) -> f32 {
        match self.serving.precision {
            Precision::F32 => 1e-3,
            Precision::Int8 => INT8_TOLERANCE,
        }
    }
}

/// How many of `rest`, from its beginning, are computed in one pass; at least one.
fn fitting(rest: &[usize], sequences: &[Vec<i64>]) -> usize {
    let mut tokens = 0;
    let fits = |index: &&usize| {
        tokens += sequences[**index].len();
        tokens <= BATCH_TOKENS
    };
    rest.iter().take_while(fits).count().max(1)
}

/// The mean of rows of the same length.
fn mean(rows: &[Vec<f32>]) -> Vec<f32> {
    let mut rows_left = rows.iter();
    let mut sum = rows_left.next().cloned().unwrap_or_default();
    for row in rows_left {
        for (sum, value) in sum.iter_mut().zip(row) {
            *sum += value;
        }
    }
    sum.iter().map(|sum| sum / rows.len() as f32).collect()
}

fn share(part: u32, whole: u32) -> f32 {
    if whole == 0 { 0.0 } else { part as f32 / whole as f32 }
}
