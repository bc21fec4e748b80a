//! A model of a few lines whose documents say what it shall do.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use switchboard_artifact::Artifact;
use switchboard_classify::{Classifier, ClassifyError, Options, Prediction, Term};
use switchboard_model_service::Family;

/// The file of its artifact; it holds a number that tells versions apart.
pub(crate) const FILE: &str = "mark.txt";
/// Longer documents are answered by a worker.
const INLINE_BYTES: usize = 100;

pub(crate) struct Fake {
    labels: Vec<String>,
    mark: f32,
}

impl Fake {
    pub(crate) fn new(labels: &[String], mark: u32) -> Self {
        Self { labels: labels.to_vec(), mark: mark as f32 }
    }

    pub(crate) fn family() -> Family {
        Family { name: "fake", load: Box::new(|artifact| Ok(Arc::new(load(artifact)?) as Arc<_>)) }
    }

    pub(crate) fn logits(&self, document: &str) -> Vec<f32> {
        let length = document.len() as f32;
        (0..self.labels.len()).map(|label| self.mark + (length + label as f32).sin()).collect()
    }

    fn answer(&self, document: &str, options: Options) -> Result<Prediction, ClassifyError> {
        let mut words = document.split(' ');
        match words.next() {
            Some("sleep") => {
                let time = words.next().and_then(|time| time.parse().ok()).unwrap_or_default();
                std::thread::sleep(Duration::from_millis(time));
            }
            Some("panic") => panic!("as it was told"),
            Some("fail") => return Err(ClassifyError::Model("as it was told".into())),
            _ => {}
        }
        let logits = self.logits(document);
        let all: f32 = logits.iter().map(|logit| logit.exp()).sum();
        let term = Term { text: "all".into(), start: 0, end: 3, weight: logits[0] };
        Ok(Prediction {
            probabilities: logits.iter().map(|logit| logit.exp() / all).collect(),
            logits,
            tokens_total: document.split_whitespace().count() as u32,
            tokens_used: 1,
            out_of_vocabulary: 0.5,
            terms: if options.explain { vec![term] } else { vec![] },
        })
    }
}

fn load(artifact: &Artifact) -> Result<Fake, Box<dyn Error + Send + Sync>> {
    let mark = String::from_utf8(artifact.read(FILE)?)?.parse()?;
    Ok(Fake::new(&artifact.manifest().labels, mark))
}

impl Classifier for Fake {
    fn labels(&self) -> &[String] {
        &self.labels
    }

    fn classify(
        &self,
        documents: &[&str],
        options: Options,
    ) -> Vec<Result<Prediction, ClassifyError>> {
        documents.iter().map(|document| self.answer(document, options)).collect()
    }

    fn answers_inline(&self, size_bytes: usize) -> bool {
        size_bytes <= INLINE_BYTES
    }

    /// Every document is computed alone, so that what a test makes wait does wait.
    fn batch_cost(&self) -> usize {
        1
    }
}

/// A document that a worker takes so long over.
pub(crate) fn slow(time: Duration) -> String {
    format!("sleep {} {}", time.as_millis(), "x".repeat(INLINE_BYTES))
}
