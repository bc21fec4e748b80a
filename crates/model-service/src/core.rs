//! One request, whatever wire it came over.

use std::sync::Arc;
use std::time::Duration;

use switchboard_classify::Options;
use switchboard_inference::{InferenceError, Job, Models, Outcome, Pool, Served, UnknownModel};
use switchboard_registry::CHAMPION;
use switchboard_server::{ApiError, ErrorKind};
use tokio::time::Instant;

use crate::metrics::Metrics;

/// The task of a request that names none.
const DEFAULT_TASK: &str = "category";
const MAX_DOCUMENTS: usize = 256;
/// In bytes, of one document.
const MAX_DOCUMENT_BYTES: usize = 1 << 20;

/// What the handlers share.
pub(crate) struct Core {
    pub(crate) models: Models,
    pub(crate) pool: Pool,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) longest: Duration,
}

/// A request to classify.
pub(crate) struct Ask {
    pub(crate) task: String,
    pub(crate) version: String,
    pub(crate) documents: Vec<String>,
    pub(crate) explain: bool,
}

/// Its answer: everything in it comes from one version.
pub(crate) struct Classified {
    pub(crate) served: Arc<Served>,
    pub(crate) documents: Arc<Vec<String>>,
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) queued: Duration,
    pub(crate) computed: Duration,
}

impl Core {
    /// Classifies, counting what was computed.
    pub(crate) async fn classify(
        &self,
        ask: Ask,
        deadline: Instant,
    ) -> Result<Classified, ApiError> {
        let classified = self.answer(ask, deadline).await?;
        self.metrics.classified(&classified);
        Ok(classified)
    }

    async fn answer(&self, ask: Ask, deadline: Instant) -> Result<Classified, ApiError> {
        check(&ask.documents)?;
        let task = if ask.task.is_empty() { DEFAULT_TASK } else { &ask.task };
        let version = if ask.version.is_empty() { CHAMPION } else { &ask.version };
        let served = self.models.current().select(task, version).map_err(unknown)?;
        let options = Options { explain: ask.explain };
        let job = Job {
            served: served.clone(),
            documents: ask.documents,
            options,
            deadline: deadline.into_std(),
        };
        let answer = self.pool.classify(job).await.map_err(refused)?;
        Ok(Classified {
            served,
            documents: answer.documents,
            outcomes: answer.outcomes,
            queued: answer.queued,
            computed: answer.computed,
        })
    }
}

fn check(documents: &[String]) -> Result<(), ApiError> {
    if documents.is_empty() || documents.len() > MAX_DOCUMENTS {
        let message = format!("documents holds {}; send 1 to {MAX_DOCUMENTS}", documents.len());
        return Err(ApiError::new(ErrorKind::InvalidArgument, message));
    }
    if let Some(index) = documents.iter().position(|document| document.len() > MAX_DOCUMENT_BYTES) {
        let message =
            format!("documents[{index}] is longer than {MAX_DOCUMENT_BYTES} bytes; shorten it");
        return Err(ApiError::new(ErrorKind::TooLong, message));
    }
    Ok(())
}

fn unknown(unknown: UnknownModel) -> ApiError {
    let (kind, field) = match &unknown {
        UnknownModel::Nothing => return ApiError::new(ErrorKind::Unavailable, unknown.to_string()),
        UnknownModel::Task { .. } => (ErrorKind::UnknownTask, "task"),
        UnknownModel::Version { .. } => (ErrorKind::UnknownVersion, "version"),
    };
    ApiError::new(kind, format!("{field}: {unknown}"))
}

fn refused(error: InferenceError) -> ApiError {
    let kind = match error {
        InferenceError::Overloaded => ErrorKind::Overloaded,
        InferenceError::DeadlineExceeded => ErrorKind::DeadlineExceeded,
        InferenceError::Panicked => ErrorKind::Internal,
        InferenceError::Stopping => ErrorKind::Unavailable,
    };
    ApiError::new(kind, error.to_string())
}
