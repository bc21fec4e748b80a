//! One model service, as the gateway sees it.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use switchboard_proto::v1::{
    ClassifyRequest, ClassifyResponse, ListModelsRequest, Model, Prediction, outcome,
};
use switchboard_registry::CHALLENGER;
use switchboard_routing::Family;
use switchboard_telemetry::pass_trace_on;
use tokio::time::Instant;
use tonic::transport::Endpoint;
use tonic::{Code, Request, Status};

use crate::breaker::Breaker;
use crate::replicas::{Replica, Replicas};
use crate::ticket::{Answer, Term};

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
    replicas: Replicas,
    timeout: Duration,
    breaker: Mutex<Breaker>,
}

impl Downstream {
    /// Connects when first needed. `timeout` is the longest to wait for an answer.
    pub(crate) fn new(family: Family, endpoint: Endpoint, timeout: Duration) -> Self {
        let replicas = Replicas::new(endpoint);
        Self { family, replicas, timeout, breaker: Mutex::new(Breaker::new()) }
    }

    /// Asks the champion for the label of `text`, which has no personal data in it.
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
        let wait = until.saturating_duration_since(started);
        let lesson =
            if wait < self.timeout.min(FAIR_WAIT) { Lesson::Hurried } else { Lesson::Fair };
        let outcome = self.ask_any(request(task, "", text, explain), until, lesson).await;
        self.learn(&outcome, lesson);
        outcome
    }

    /// Asks the challenger, likewise. What becomes of it says nothing of the service, which the champion shares: it opens no breaker, and no replica is passed over.
    pub(crate) async fn ask_challenger(
        &self,
        task: &str,
        text: &str,
        explain: bool,
        deadline: Instant,
    ) -> Result<Answer, Lack> {
        if self.is_skipped() {
            return Err(Lack::Skipped);
        }
        let until = deadline.min(Instant::now() + self.timeout);
        self.ask_any(request(task, CHALLENGER, text, explain), until, Lesson::None).await
    }

    async fn ask_any(
        &self,
        request: ClassifyRequest,
        until: Instant,
        lesson: Lesson,
    ) -> Result<Answer, Lack> {
        let first = self.replicas.next();
        let outcome = self.ask_one(&first, request.clone(), until, lesson).await;
        let lacks = |lack: &Lack| match lack {
            // Both come at once, and another replica may be there and have room.
            Lack::Down | Lack::Overloaded => true,
            // Replicas load a challenger when they hear of it, not all at once.
            Lack::NoModel => !request.version.is_empty(),
            Lack::NotConfigured | Lack::Slow | Lack::Skipped => false,
        };
        if outcome.as_ref().is_err_and(lacks)
            && let Some(other) = self.replicas.instead_of(&first)
        {
            return self.ask_one(&other, request, until, lesson).await;
        }
        outcome
    }

    async fn ask_one(
        &self,
        replica: &Replica,
        request: ClassifyRequest,
        until: Instant,
        lesson: Lesson,
    ) -> Result<Answer, Lack> {
        let mut request = Request::new(request);
        request.set_timeout(until.saturating_duration_since(Instant::now()));
        pass_trace_on(request.metadata_mut().as_mut());
        let mut client = replica.client();
        let outcome = match tokio::time::timeout_at(until, client.classify(request)).await {
            Ok(Ok(response)) => answer(self.family, response.into_inner()).ok_or(Lack::Down),
            Ok(Err(status)) => Err(lack(&status)),
            Err(_) => Err(Lack::Slow),
        };
        if let Some(well) = is_well(&outcome, lesson) {
            replica.was_well(well);
        }
        outcome
    }

    /// The champions it serves.
    pub(crate) async fn models(&self) -> Result<Vec<Model>, Lack> {
        self.replicas.refresh().await;
        let first = self.replicas.next();
        let models = models_of(&first).await;
        match (models, self.replicas.instead_of(&first)) {
            (Err(_), Some(other)) => models_of(&other).await,
            (models, _) => models,
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

    fn learn(&self, outcome: &Result<Answer, Lack>, lesson: Lesson) {
        self.breaker(|breaker| match is_well(outcome, lesson) {
            Some(true) => breaker.succeeded(),
            Some(false) => breaker.failed(std::time::Instant::now()),
            None => {}
        });
    }

    fn breaker<T>(&self, with: impl FnOnce(&mut Breaker) -> T) -> T {
        // A panic while the lock was held cannot leave these few numbers half-changed.
        with(&mut self.breaker.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn models_of(replica: &Replica) -> Result<Vec<Model>, Lack> {
    let mut client = replica.client();
    let asking = client.list_models(ListModelsRequest {});
    let models = match tokio::time::timeout(LIST_TIMEOUT, asking).await {
        Ok(Ok(response)) => Ok(response.into_inner().models),
        Ok(Err(_)) => Err(Lack::Down),
        Err(_) => Err(Lack::Slow),
    };
    replica.was_well(models.is_ok());
    models
}

/// What can be learnt of a service from a call.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Lesson {
    /// Whether it is well.
    Fair,
    /// The same, but for being slow: that counts only after a fair wait.
    Hurried,
    /// Nothing.
    None,
}

/// What an outcome says of whoever was asked.
fn is_well(outcome: &Result<Answer, Lack>, lesson: Lesson) -> Option<bool> {
    match outcome {
        _ if lesson == Lesson::None => None,
        Err(Lack::Slow) if lesson == Lesson::Hurried => None,
        Err(Lack::Down | Lack::Slow) => Some(false),
        _ => Some(true),
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

fn request(task: &str, version: &str, text: &str, explain: bool) -> ClassifyRequest {
    ClassifyRequest {
        task: task.to_owned(),
        version: version.to_owned(),
        documents: vec![text.to_owned()],
        explain,
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
        logits,
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
        route: family.into(),
        family,
        model: model_name,
        version: model_version,
        label: labels[top].clone(),
        confidence,
        scores: labels.into_iter().zip(probabilities).collect(),
        max_logit: logits.into_iter().reduce(f32::max),
        tokens_total,
        tokens_used,
        truncated,
        out_of_vocabulary,
        terms: terms.collect(),
    })
}

#[cfg(test)]
mod tests;
