//! One ticket: check, scrub, choose, ask, answer.

use std::sync::Arc;

use switchboard_pii::{Encryption, RawText, Scrubbed, Scrubber, Span};
use switchboard_routing::{
    Family, Policy, Reason, Record, Signals, Thresholds, Wish, complexity, first_wish, second_wish,
};
use switchboard_server::{ApiError, ErrorKind, RequestId};
use switchboard_text::{Language, identify};
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tracing::Instrument;
use tracing::field::Empty;

use crate::downstream::{Downstream, Lack};
use crate::facts::{Facts, SharedFacts, SharedThresholds};
use crate::limits;
use crate::metrics::Metrics;
use crate::status::Status;
use crate::ticket::{Answer, Decision, Routed, Term, Ticket, Timings};

/// The task of a ticket that names none.
const DEFAULT_TASK: &str = "category";

/// A model service and what it serves.
pub(crate) struct Model {
    pub(crate) downstream: Arc<Downstream>,
    pub(crate) facts: SharedFacts,
}

/// Everything a ticket needs.
pub(crate) struct Gateway {
    pub(crate) scrubber: Scrubber,
    pub(crate) linear: Model,
    pub(crate) transformer: Option<Model>,
    pub(crate) policy: Policy,
    /// Read off the held-out rows of the versions that serve, with what the policy overrides.
    pub(crate) thresholds: SharedThresholds,
    /// The only tasks taken; any that is served when empty.
    pub(crate) tasks: Vec<String>,
    pub(crate) max_text_bytes: usize,
    pub(crate) in_flight: Semaphore,
    pub(crate) max_in_flight: usize,
    pub(crate) metrics: Metrics,
    pub(crate) status: Status,
}

/// A question for the models.
struct Question<'q> {
    task: &'q str,
    text: &'q str,
    language: &'static str,
    explain: bool,
    deadline: Instant,
}

impl Question<'_> {
    /// The deadline, less a quarter of the time that is left: enough to answer without the model that is about to be asked.
    fn with_reserve(&self) -> Instant {
        self.deadline - self.deadline.saturating_duration_since(Instant::now()) / 4
    }
}

/// An answer and how it came about.
struct Chosen {
    answer: Answer,
    reason: Reason,
    explanation: String,
}

impl Gateway {
    /// Routes one ticket by `deadline`.
    pub(crate) async fn route(
        &self,
        ticket: Ticket,
        deadline: Instant,
    ) -> Result<Routed, ApiError> {
        let request_id = RequestId::fresh();
        let answered = self.answer(ticket, request_id, deadline).await;
        let routed = answered.map_err(|error| error.of(request_id))?;
        self.metrics.routed(&routed);
        self.status.routed(&routed);
        Ok(routed)
    }

    /// Takes personal data out of a text.
    pub(crate) fn scrub(&self, text: &str) -> Result<Scrubbed, ApiError> {
        limits::check_text(text, self.max_text_bytes)?;
        Ok(self.scrub_checked(text))
    }

    /// Finds the personal data of a text that may be empty, and changes nothing.
    pub(crate) fn find(&self, text: &str) -> Result<Vec<Span>, ApiError> {
        limits::check_length(text, self.max_text_bytes)?;
        let span = tracing::debug_span!("find", bytes = text.len(), found = Empty);
        let found = span.in_scope(|| self.scrubber.find(RawText::new(text)));
        span.record("found", found.len());
        Ok(found)
    }

    /// What decrypts the values that the policy encrypts.
    pub(crate) fn encryption(&self) -> Result<&Encryption, ApiError> {
        self.scrubber.policy().encryption().ok_or_else(|| {
            let message = "this agent has no key to encrypt with; name one under [keys] of --pii-policy, or send one";
            ApiError::new(ErrorKind::NotFound, message)
        })
    }

    /// The longest text with encrypted values: they take four characters for three bytes, and more for what guards them.
    pub(crate) fn max_encrypted_bytes(&self) -> usize {
        4 * self.max_text_bytes
    }

    fn scrub_checked(&self, text: &str) -> Scrubbed {
        let started = Instant::now();
        let span = tracing::debug_span!("scrub", bytes = text.len(), found = Empty);
        let scrubbed = span.in_scope(|| self.scrubber.scrub(RawText::new(text)));
        span.record("found", scrubbed.spans().len());
        self.metrics.scrubbed(text, &scrubbed, started.elapsed());
        scrubbed
    }

    async fn answer(
        &self,
        ticket: Ticket,
        request_id: RequestId,
        deadline: Instant,
    ) -> Result<Routed, ApiError> {
        let started = Instant::now();
        limits::check(&ticket, self.max_text_bytes)?;
        let Ok(_place) = self.in_flight.try_acquire() else {
            return Err(ApiError::new(
                ErrorKind::Overloaded,
                "too many tickets are under way; try again later",
            ));
        };
        let task = if ticket.task.is_empty() { DEFAULT_TASK } else { &ticket.task };
        self.check_task(task)?;
        let scrubbed = self.scrub_checked(&ticket.text);
        let scrubbed_at = Instant::now();
        let language = identify(scrubbed.for_models());
        let signals = Signals {
            language: language.code.to_owned(),
            language_confidence: language.confidence,
            complexity: complexity(scrubbed.for_models()),
        };
        let wish = self.first_wish(task, &signals);
        let routed_at = Instant::now();
        let question = Question {
            task,
            text: scrubbed.for_models(),
            language: language.code,
            explain: ticket.explain,
            deadline,
        };
        let span =
            tracing::debug_span!("choose", route = Empty, reason = Empty, language = language.code);
        let chosen = self.choose(&question, wish).instrument(span.clone()).await?;
        span.record("route", chosen.answer.family.name());
        span.record("reason", chosen.reason.name());
        let ended = Instant::now();
        let timings = Timings {
            scrub: milliseconds(started, scrubbed_at),
            route: milliseconds(scrubbed_at, routed_at),
            classify: milliseconds(routed_at, ended),
            total: milliseconds(started, ended),
        };
        let ticket_id = if ticket.id.is_empty() { request_id.to_string() } else { ticket.id };
        let described = Described { scrubbed, language, complexity: signals.complexity };
        Ok(self.routed(
            Named { request_id, ticket_id, task: task.to_owned() },
            described,
            chosen,
            timings,
        ))
    }

    fn routed(
        &self,
        named: Named,
        described: Described,
        chosen: Chosen,
        timings: Timings,
    ) -> Routed {
        let Chosen { mut answer, reason, explanation } = chosen;
        let scrubbed = described.scrubbed;
        let terms = std::mem::take(&mut answer.terms);
        answer.terms =
            terms.into_iter().filter_map(|term| in_scrubbed_text(&scrubbed, term)).collect();
        let review_below = self.threshold(&named.task, |of| of.review_below(answer.family));
        Routed {
            request_id: named.request_id,
            ticket_id: named.ticket_id,
            task: named.task,
            needs_review: answer.confidence < review_below,
            answer,
            language: described.language,
            complexity: described.complexity,
            scrubbed_text: scrubbed.text().to_owned(),
            pii: scrubbed.spans().to_vec(),
            decision: Decision {
                reason,
                explanation,
                degraded: reason == Reason::Fallback,
                policy: self.policy.name.clone(),
            },
            timings,
        }
    }

    /// Carries out a wish, or what comes closest to it.
    async fn choose(&self, question: &Question<'_>, wish: Wish) -> Result<Chosen, ApiError> {
        let alone = self.model(wish.family.other()).is_none();
        let until = if alone { question.deadline } else { question.with_reserve() };
        let first = self.ask(wish.family, question, until).await;
        match first {
            Ok(answer) if wish.family == Family::Tfidf => Ok(self.settle(answer, question).await),
            Ok(answer) => Ok(Chosen { answer, reason: wish.reason, explanation: wish.explanation }),
            Err(lack) => match self.ask(wish.family.other(), question, question.deadline).await {
                Ok(answer) => Ok(fallback(answer, &wish, lack)),
                Err(second) => {
                    Err(unanswered(question, [(wish.family, lack), (wish.family.other(), second)]))
                }
            },
        }
    }

    /// Accepts the linear model's answer, or asks the transformer as well.
    async fn settle(&self, answer: Answer, question: &Question<'_>) -> Chosen {
        let escalate_below =
            self.threshold(question.task, |of| of.escalate_below(question.language));
        let wish = second_wish(answer.confidence, escalate_below);
        if wish.family == Family::Tfidf {
            return Chosen { answer, reason: wish.reason, explanation: wish.explanation };
        }
        match self.ask(Family::Transformer, question, question.with_reserve()).await {
            Ok(answer) => Chosen { answer, reason: wish.reason, explanation: wish.explanation },
            Err(lack) => fallback(answer, &wish, lack),
        }
    }

    async fn ask(
        &self,
        family: Family,
        question: &Question<'_>,
        until: Instant,
    ) -> Result<Answer, Lack> {
        let Some(model) = self.model(family) else { return Err(Lack::NotConfigured) };
        let facts = model.facts.load_full();
        if facts.reachable && !facts.champions.contains_key(question.task) {
            return Err(Lack::NoModel);
        }
        let started = Instant::now();
        let span = tracing::debug_span!(
            "classify",
            otel.kind = "client",
            service = family.name(),
            outcome = Empty
        );
        let asking = model.downstream.ask(question.task, question.text, question.explain, until);
        let outcome = asking.instrument(span.clone()).await;
        let lack = outcome.as_ref().err().copied();
        span.record("outcome", lack.map_or("ok", Lack::name));
        self.metrics.asked(family, lack, started.elapsed());
        outcome
    }

    fn model(&self, family: Family) -> Option<&Model> {
        match family {
            Family::Tfidf => Some(&self.linear),
            Family::Transformer => self.transformer.as_ref(),
        }
    }

    /// Every configured model service.
    pub(crate) fn models(&self) -> impl Iterator<Item = &Model> {
        std::iter::once(&self.linear).chain(&self.transformer)
    }

    fn facts(&self, family: Family) -> Option<Arc<Facts>> {
        self.model(family).map(|model| model.facts.load_full())
    }

    fn first_wish(&self, task: &str, signals: &Signals) -> Wish {
        let record = |family| -> Option<Record> {
            Some(self.facts(family)?.champions.get(task)?.record.clone())
        };
        let (linear, transformer) = (record(Family::Tfidf), record(Family::Transformer));
        first_wish(signals, linear.as_ref(), transformer.as_ref(), &self.policy)
    }

    fn threshold(&self, task: &str, of: impl FnOnce(&Thresholds) -> f32) -> f32 {
        match self.thresholds.load().get(task) {
            Some(thresholds) => of(thresholds),
            None => of(&self.policy.thresholds(Thresholds::default())),
        }
    }

    /// Refuses a task that no service serves, once one has told what it serves.
    fn check_task(&self, task: &str) -> Result<(), ApiError> {
        let mut served: Vec<String> = Vec::new();
        for model in self.models() {
            served.extend(model.facts.load().champions.keys().cloned());
        }
        served.retain(|task| self.tasks.is_empty() || self.tasks.contains(task));
        served.sort();
        served.dedup();
        let barred = !self.tasks.is_empty() && !self.tasks.iter().any(|taken| taken == task);
        if barred || !served.is_empty() && !served.iter().any(|name| name == task) {
            let message = format!("task is not served here; served: {}", served.join(", "));
            return Err(ApiError::new(ErrorKind::UnknownTask, message));
        }
        Ok(())
    }
}

/// What names an answer.
struct Named {
    request_id: RequestId,
    ticket_id: String,
    task: String,
}

/// What was found out about a ticket before any model saw it.
struct Described {
    scrubbed: Scrubbed,
    language: Language,
    complexity: f32,
}

fn fallback(answer: Answer, wish: &Wish, lack: Lack) -> Chosen {
    let because = if wish.explanation.is_empty() {
        String::new()
    } else {
        format!("{}, but ", wish.explanation)
    };
    let explanation = format!(
        "{because}{} {}; {} answered",
        article(wish.family),
        lack.sentence(),
        article(answer.family)
    );
    Chosen { answer, reason: Reason::Fallback, explanation }
}

fn article(family: Family) -> &'static str {
    match family {
        Family::Tfidf => "the linear model",
        Family::Transformer => "the transformer",
    }
}

/// The error when neither model answered.
fn unanswered(question: &Question<'_>, lacks: [(Family, Lack); 2]) -> ApiError {
    let asked: Vec<Lack> =
        lacks.iter().map(|(_, lack)| *lack).filter(|lack| *lack != Lack::NotConfigured).collect();
    let kind = if asked.iter().all(|lack| *lack == Lack::Overloaded) {
        ErrorKind::Overloaded
    } else if question.deadline <= Instant::now() {
        ErrorKind::DeadlineExceeded
    } else {
        ErrorKind::Unavailable
    };
    let told: Vec<String> = lacks
        .iter()
        .map(|(family, lack)| format!("{} {}", article(*family), lack.sentence()))
        .collect();
    ApiError::new(kind, format!("no model answered: {}; try again later", told.join(", ")))
}

/// Moves a term from what the model saw to the scrubbed text; `None` when something was cut out inside it.
fn in_scrubbed_text(scrubbed: &Scrubbed, term: Term) -> Option<Term> {
    let (start, end) = scrubbed.in_scrubbed_text(term.start as usize, term.end as usize)?;
    Some(Term { start: start as u32, end: end as u32, ..term })
}

fn milliseconds(from: Instant, to: Instant) -> f64 {
    (to - from).as_secs_f64() * 1e3
}
