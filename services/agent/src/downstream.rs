//! One model service, as the gateway sees it.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use switchboard_proto::v1::classifier_client::ClassifierClient;
use switchboard_proto::v1::{
    ClassifyRequest, ClassifyResponse, ListModelsRequest, Model, Prediction, outcome,
};
use switchboard_routing::Family;
use switchboard_telemetry::pass_trace_on;
use tokio::time::Instant;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Status};

use crate::breaker::Breaker;
use crate::ticket::{Answer, Term};

const CONNECT_TIMEOUT: Duration = Duration::from_millis(500);
/// A service that lets a caller wait this long is slow, however much longer its own limit is.
const FAIR_WAIT: Duration = Duration::from_millis(250);
const LIST_TIMEOUT: Duration = Duration::from_millis(500);

/// Why a model service gave no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lack {
    /// The gateway was not told where it is.
    NotConfigured,
    /// It serves no model for the task.
    NoModel,
    /// It cannot be reached, or failed.
    Down,
    /// It took too long.
    Slow,
    /// It refused for want of room.
    Overloaded,
    /// It failed so often lately that it was not asked.
    Skipped,
}

impl Lack {
    /// Everything that can lack.
    pub(crate) const ALL: [Self; 6] = [
        Self::NotConfigured,
        Self::NoModel,
        Self::Down,
        Self::Slow,
        Self::Overloaded,
        Self::Skipped,
    ];

    /// The name used in metrics.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::NotConfigured => "not_configured",
            Self::NoModel => "no_model",
            Self::Down => "down",
            Self::Slow => "slow",
            Self::Overloaded => "overloaded",
            Self::Skipped => "skipped",
        }
    }

    /// What follows "the transformer …" in an explanation.
    pub(crate) fn sentence(self) -> &'static str {
        match self {
            Self::NotConfigured => "is not configured",
            Self::NoModel => "has no model for this task",
            Self::Down => "is down",
            Self::Slow => "did not answer in time",
            Self::Overloaded => "is overloaded",
            Self::Skipped => "failed lately and is being skipped",
        }
    }
}

/// A model service: calls with a deadline, behind a circuit breaker.
pub(crate) struct Downstream {
    pub(crate) family: Family,
    client: ClassifierClient<Channel>,
    timeout: Duration,
    breaker: Mutex<Breaker>,
}

impl Downstream {
    /// Connects when first needed. `timeout` is the longest to wait for an answer.
    pub(crate) fn new(family: Family, endpoint: Endpoint, timeout: Duration) -> Self {
        let endpoint = endpoint
            .connect_timeout(CONNECT_TIMEOUT)
            .tcp_nodelay(true)
            .http2_keep_alive_interval(Duration::from_secs(10))
            .keep_alive_timeout(Duration::from_secs(5))
            .keep_alive_while_idle(true);
        let client = ClassifierClient::new(endpoint.connect_lazy());
        Self { family, client, timeout, breaker: Mutex::new(Breaker::new()) }
    }

    /// Asks for the label of `text`, which has no personal data in it.
    pub(crate) async fn ask(
        &self,
        task: &str,
        text: &str,
        explain: bool,
        deadline: Instant,
    ) -> Result<Answer, Lack> {
        if !self.breaker(|breaker| breaker.allows(std::time::Instant::now())) {
            return Err(Lack::Skipped);
        }
        let started = Instant::now();
        let until = deadline.min(started + self.timeout);
        let mut request = Request::new(ClassifyRequest {
            task: task.to_owned(),
            version: String::new(),
            documents: vec![text.to_owned()],
            explain,
        });
        let wait = until.saturating_duration_since(started);
        request.set_timeout(wait);
        pass_trace_on(request.metadata_mut().as_mut());
        let mut client = self.client.clone();
        let outcome = match tokio::time::timeout_at(until, client.classify(request)).await {
            Ok(Ok(response)) => answer(self.family, response.into_inner()).ok_or(Lack::Down),
            Ok(Err(status)) => Err(lack(&status)),
            Err(_) => Err(Lack::Slow),
        };
        self.learn(&outcome, wait < self.timeout.min(FAIR_WAIT));
        outcome
    }

    /// The champions it serves.
    pub(crate) async fn models(&self) -> Result<Vec<Model>, Lack> {
        let mut client = self.client.clone();
        match tokio::time::timeout(LIST_TIMEOUT, client.list_models(ListModelsRequest {})).await {
            Ok(Ok(response)) => Ok(response.into_inner().models),
            Ok(Err(_)) => Err(Lack::Down),
            Err(_) => Err(Lack::Slow),
        }
    }

    /// It answers again after it did not: nobody need wait for the next trial.
    pub(crate) fn is_back(&self) {
        self.breaker(Breaker::succeeded);
    }

    /// Whether it is being skipped.
    pub(crate) fn is_skipped(&self) -> bool {
        self.breaker(|breaker| breaker.is_open())
    }

    /// A caller in a hurry says nothing about the service, so being slow counts only after a fair wait.
    fn learn(&self, outcome: &Result<Answer, Lack>, in_a_hurry: bool) {
        self.breaker(|breaker| match outcome {
            Err(Lack::Slow) if in_a_hurry => {}
            Err(Lack::Down | Lack::Slow) => breaker.failed(std::time::Instant::now()),
            _ => breaker.succeeded(),
        });
    }

    fn breaker<T>(&self, with: impl FnOnce(&mut Breaker) -> T) -> T {
        // A panic while the lock was held cannot leave these few numbers half-changed.
        with(&mut self.breaker.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn lack(status: &Status) -> Lack {
    match status.code() {
        Code::ResourceExhausted => Lack::Overloaded,
        Code::NotFound => Lack::NoModel,
        Code::DeadlineExceeded | Code::Cancelled => Lack::Slow,
        _ => Lack::Down,
    }
}

/// `None` when the response is not what the contract promises.
fn answer(family: Family, response: ClassifyResponse) -> Option<Answer> {
    let ClassifyResponse { model_name, model_version, labels, mut outcomes, .. } = response;
    let outcome::Result::Prediction(prediction) = outcomes.pop()?.result? else { return None };
    let Prediction {
        probabilities,
        tokens_total,
        tokens_used,
        truncated,
        out_of_vocabulary,
        terms,
        ..
    } = prediction;
    if labels.len() != probabilities.len() {
        return None;
    }
    let (top, confidence) =
        probabilities.iter().copied().enumerate().reduce(|a, b| if b.1 > a.1 { b } else { a })?;
    let terms = terms.into_iter().map(|term| Term {
        text: term.text,
        start: term.start,
        end: term.end,
        weight: term.weight,
    });
    Some(Answer {
        family,
        model: model_name,
        version: model_version,
        label: labels[top].clone(),
        confidence,
        scores: labels.into_iter().zip(probabilities).collect(),
        tokens_total,
        tokens_used,
        truncated,
        out_of_vocabulary,
        terms: terms.collect(),
    })
}
