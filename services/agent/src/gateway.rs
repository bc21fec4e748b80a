//! One ticket: check, scrub, choose, ask, answer.

use std::collections::BTreeSet;
use std::sync::Arc;

use switchboard_cascade::Heard;
use switchboard_decisions::DecisionLog;
use switchboard_pii::{Encryption, RawText, Scrubbed, Scrubber, Span};
use switchboard_routing::{Family, Signals};
use switchboard_server::{ApiError, ErrorKind, RequestId};
use switchboard_text::{Language, identify};
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tracing::Instrument;
use tracing::field::Empty;

use crate::choice::{Chosen, Question};
use crate::downstream::Downstream;
use crate::facts::{Facts, SharedFacts};
use crate::limits;
use crate::load::Load;
use crate::metrics::Metrics;
use crate::moment::{Moment, SharedCalibrated, SharedPolicy};
use crate::reader::SharedKnown;
use crate::record::record;
use crate::status::Status;
use crate::ticket::{Answer, Decision, Routed, Term, Ticket, Timings};
use crate::trials::Trials;

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
    pub(crate) policy: SharedPolicy,
    /// What held-out rows say of each task.
    pub(crate) calibrated: SharedCalibrated,
    /// What is known of the registry; nothing when there is none.
    pub(crate) registry: Option<SharedKnown>,
    /// How busy the transformer is.
    pub(crate) load: Load,
    /// Challengers on trial.
    pub(crate) trials: Arc<Trials>,
    /// Where decisions are kept; nowhere when there is none.
    pub(crate) decisions: Option<DecisionLog>,
    /// The only tasks taken; any that is served when empty.
    pub(crate) tasks: Vec<String>,
    pub(crate) max_text_bytes: usize,
    pub(crate) in_flight: Semaphore,
    pub(crate) max_in_flight: usize,
    pub(crate) metrics: Metrics,
    pub(crate) status: Status,
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
        self.load.routed();
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
        let signals = signals(&ticket.text, &scrubbed, language);
        let moment = self.moment(task, &ticket);
        let ticket_id = if ticket.id.is_empty() { request_id.to_string() } else { ticket.id };
        let parts = self.trials.parts(&moment.policy, task, &ticket_id);
        let routed_at = Instant::now();
        let question = Question {
            text: scrubbed.for_models(),
            signals: &signals,
            explain: ticket.explain,
            deadline,
            time: deadline.saturating_duration_since(routed_at),
            arm: None,
        };
        let span =
            tracing::debug_span!("choose", route = Empty, reason = Empty, language = language.code);
        // Boxed: it holds several calls, of which one or two are made.
        let deciding = Box::pin(self.decide(question, moment, &parts));
        let (chosen, moment) = deciding.instrument(span.clone()).await?;
        span.record("route", chosen.answer.route.name());
        span.record("reason", chosen.wish.reason.name());
        let ended = Instant::now();
        let timings = Timings {
            scrub: milliseconds(started, scrubbed_at),
            route: milliseconds(scrubbed_at, routed_at),
            classify: milliseconds(routed_at, ended),
            total: milliseconds(started, ended),
        };
        self.shadow(parts, &chosen.said, scrubbed.for_models());
        let in_detail = ticket.explain || !ticket.route.is_empty();
        let named = Named { request_id, ticket_id, in_detail };
        let described = Described { scrubbed: &scrubbed, language, signals };
        let routed = routed(named, described, chosen, &moment, timings);
        if let Some(log) = &self.decisions {
            log.record(record(&routed, scrubbed.for_models()));
        }
        Ok(routed)
    }

    pub(crate) fn model(&self, family: Family) -> Option<&Model> {
        match family {
            Family::Tfidf => Some(&self.linear),
            Family::Transformer => self.transformer.as_ref(),
        }
    }

    /// Every configured model service.
    pub(crate) fn models(&self) -> impl Iterator<Item = &Model> {
        std::iter::once(&self.linear).chain(&self.transformer)
    }

    /// Every label that a model which serves knows.
    pub(crate) fn labels(&self) -> BTreeSet<String> {
        let mut labels = BTreeSet::new();
        for model in self.models() {
            let facts = model.facts.load();
            for served in facts.champions.values().chain(facts.challengers.values()) {
                labels.extend(served.labels.iter().cloned());
            }
        }
        labels
    }

    pub(crate) fn facts(&self, family: Family) -> Option<Arc<Facts>> {
        self.model(family).map(|model| model.facts.load_full())
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

/// What names an answer, and how much of it is shown.
struct Named {
    request_id: RequestId,
    ticket_id: String,
    in_detail: bool,
}

/// What was found out about a ticket before any model saw it.
struct Described<'d> {
    scrubbed: &'d Scrubbed,
    language: Language,
    signals: Signals,
}

fn routed(
    named: Named,
    described: Described<'_>,
    chosen: Chosen,
    moment: &Moment,
    timings: Timings,
) -> Routed {
    let Chosen { mut answer, said, wish } = chosen;
    let Described { scrubbed, language, signals } = described;
    let heard: Vec<Heard<'_>> = said.iter().map(Answer::heard).collect();
    let by = (answer.route, answer.scores.as_slice());
    let judgement = moment.desk().judge(&signals, by, &heard, wish.reason);
    let terms = std::mem::take(&mut answer.terms);
    answer.terms = terms.into_iter().filter_map(|term| in_scrubbed_text(scrubbed, term)).collect();
    Routed {
        request_id: named.request_id,
        ticket_id: named.ticket_id,
        in_detail: named.in_detail,
        task: moment.task.clone(),
        answer,
        said,
        judgement,
        language,
        signals,
        scrubbed_text: scrubbed.text().to_owned(),
        pii: scrubbed.spans().to_vec(),
        decision: Decision {
            reason: wish.reason,
            explanation: wish.explanation,
            decided_by: wish.decided_by,
            otherwise: wish.otherwise,
            policy: moment.policy.name.to_string(),
            policy_version: moment.policy.version.clone(),
            routing_version: moment.calibrated.point.as_ref().map(|point| point.version),
            canary: moment.canary,
        },
        timings,
    }
}

/// The share of the caller's text that was personal data is counted in code points, as its places are.
fn signals(text: &str, scrubbed: &Scrubbed, language: Language) -> Signals {
    let spans = scrubbed.spans();
    let placeholder = if spans.is_empty() {
        0.0
    } else {
        let cut: usize = spans.iter().map(|span| span.end - span.start).sum();
        cut as f32 / text.chars().count().max(1) as f32
    };
    Signals::of(scrubbed.for_models(), (language.code, language.confidence), placeholder)
}

/// Moves a term from what the model saw to the scrubbed text; `None` when something was cut out inside it.
fn in_scrubbed_text(scrubbed: &Scrubbed, term: Term) -> Option<Term> {
    let (start, end) = scrubbed.in_scrubbed_text(term.start as usize, term.end as usize)?;
    Some(Term { start: start as u32, end: end as u32, ..term })
}

fn milliseconds(from: Instant, to: Instant) -> f64 {
    (to - from).as_secs_f64() * 1e3
}
