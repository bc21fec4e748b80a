//! From a wish to an answer: whom to ask, and what to do when somebody lacks.

use std::time::Duration;

use switchboard_cascade::{Desk, Fused};
use switchboard_routing::{Ask, Fallback, Family, Reason, Signals, Wish, first_wish};
use switchboard_server::{ApiError, ErrorKind};
use tokio::time::Instant;
use tracing::Instrument;
use tracing::field::Empty;

use crate::downstream::Lack;
use crate::gateway::Gateway;
use crate::ticket::Answer;
use crate::trials::{Arm, ChampionCall};

/// A question for the models.
#[derive(Clone, Copy)]
pub(crate) struct Question<'q> {
    /// Personal data is cut out of it.
    pub(crate) text: &'q str,
    pub(crate) signals: &'q Signals,
    pub(crate) explain: bool,
    pub(crate) deadline: Instant,
    /// The time that the caller left when the ticket came.
    pub(crate) time: Duration,
    /// The challenger that is asked instead of its champion.
    pub(crate) arm: Option<&'q Arm>,
}

impl Question<'_> {
    /// The deadline, less a quarter of the time that is left: enough to answer without the model that is about to be asked.
    fn with_reserve(&self) -> Instant {
        self.deadline - self.deadline.saturating_duration_since(Instant::now()) / 4
    }
}

/// An answer and how it came about.
pub(crate) struct Chosen {
    pub(crate) answer: Answer,
    /// Everything that models said, the linear model's first.
    pub(crate) said: Vec<Answer>,
    /// Why it is this answer; the reason is `Fallback` when it is not what was wished for.
    pub(crate) wish: Wish,
}

impl Chosen {
    fn alone(answer: Answer, wish: Wish) -> Self {
        Self { said: vec![answer.clone()], answer, wish }
    }

    fn of_both(said: [Answer; 2], wish: Wish, desk: &Desk<'_>) -> Self {
        let [linear, transformer] = &said;
        let fused = match wish.ask {
            Ask::Both => desk.fuse(&linear.heard(), &transformer.heard()),
            Ask::Tfidf | Ask::Transformer => None,
        };
        let answer = match fused {
            Some(Fused { probabilities, leader: Family::Tfidf }) => {
                linear.clone().with(probabilities)
            }
            Some(Fused { probabilities, .. }) => transformer.clone().with(probabilities),
            None => transformer.clone(),
        };
        Self { answer, said: said.into(), wish }
    }
}

/// A model and what it lacked.
type Lacking = (Family, Lack);

impl Gateway {
    /// Asks the models that should answer, or those that come closest to it.
    pub(crate) async fn choose(
        &self,
        question: &Question<'_>,
        desk: &Desk<'_>,
    ) -> Result<Chosen, ApiError> {
        let wish = first_wish(question.signals, &desk.around);
        if wish.ask == Ask::Both {
            return self.ask_both(question, wish, desk).await;
        }
        let first = wish.first();
        let alone =
            self.model(first.other()).is_none() || desk.around.policy.fallback == Fallback::Fail;
        let until = if alone { question.deadline } else { question.with_reserve() };
        match self.ask(first, question, desk, until).await {
            // What begins there by default goes on from there; a rule or a request ends there.
            Ok(answer) if wish.reason == Reason::Confident => {
                self.settle(answer, question, desk).await
            }
            Ok(answer) => Ok(Chosen::alone(answer, wish)),
            Err(lack) => self.stand_in((first, lack), question, wish, desk).await,
        }
    }

    /// Accepts the linear model's answer, or asks the transformer as well.
    async fn settle(
        &self,
        linear: Answer,
        question: &Question<'_>,
        desk: &Desk<'_>,
    ) -> Result<Chosen, ApiError> {
        let wish = desk.second_wish(question.signals, &linear.heard());
        if wish.ask == Ask::Tfidf {
            return Ok(Chosen::alone(linear, wish));
        }
        match self.ask(Family::Transformer, question, desk, question.with_reserve()).await {
            Ok(transformer) => Ok(Chosen::of_both([linear, transformer], wish, desk)),
            Err(lack) => fallback(linear, wish, (Family::Transformer, lack), desk),
        }
    }

    async fn ask_both(
        &self,
        question: &Question<'_>,
        wish: Wish,
        desk: &Desk<'_>,
    ) -> Result<Chosen, ApiError> {
        let (linear, transformer) = tokio::join!(
            self.ask(Family::Tfidf, question, desk, question.deadline),
            // The linear model's answer should not be lost because the transformer takes all the time there is.
            self.ask(Family::Transformer, question, desk, question.with_reserve()),
        );
        match (linear, transformer) {
            (Ok(linear), Ok(transformer)) => Ok(Chosen::of_both([linear, transformer], wish, desk)),
            (Ok(answer), Err(lack)) => fallback(answer, wish, (Family::Transformer, lack), desk),
            (Err(lack), Ok(answer)) => fallback(answer, wish, (Family::Tfidf, lack), desk),
            (Err(linear), Err(transformer)) => Err(unanswered(
                question,
                [(Family::Tfidf, linear), (Family::Transformer, transformer)],
            )),
        }
    }

    /// Asks the other model instead of one that lacks.
    async fn stand_in(
        &self,
        lacking: Lacking,
        question: &Question<'_>,
        wish: Wish,
        desk: &Desk<'_>,
    ) -> Result<Chosen, ApiError> {
        if desk.around.policy.fallback == Fallback::Fail {
            return Err(refused(lacking));
        }
        let other = lacking.0.other();
        match self.ask(other, question, desk, question.deadline).await {
            Ok(answer) => fallback(answer, wish, lacking, desk),
            Err(lack) => Err(unanswered(question, [lacking, (other, lack)])),
        }
    }

    async fn ask(
        &self,
        family: Family,
        question: &Question<'_>,
        desk: &Desk<'_>,
        until: Instant,
    ) -> Result<Answer, Lack> {
        if let Some(arm) = question.arm.filter(|arm| arm.part.family() == family) {
            return Ok(self.ask_challenger(arm, question).await);
        }
        let Some(model) = self.model(family) else { return Err(Lack::NotConfigured) };
        let facts = model.facts.load_full();
        if facts.reachable && !facts.champions.contains_key(desk.around.task) {
            return Err(Lack::NoModel);
        }
        let call =
            ChampionCall { policy: desk.around.policy, task: desk.around.task, family, question };
        let pending = self.trials.champion_asked(call);
        let span = tracing::debug_span!(
            "classify",
            otel.kind = "client",
            service = family.name(),
            outcome = Empty
        );
        let asking = model.downstream.ask(desk.around.task, question.text, question.explain, until);
        let outcome = asking.instrument(span.clone()).await;
        let lack = outcome.as_ref().err().copied();
        span.record("outcome", lack.map_or("ok", Lack::name));
        let took = pending.end();
        self.metrics.asked(family, lack, took);
        self.trials.champion_called(call, &outcome, took);
        if family == Family::Transformer {
            self.load.asked(lack, took);
        }
        outcome
    }
}

fn fallback(
    answer: Answer,
    wish: Wish,
    lacking: Lacking,
    desk: &Desk<'_>,
) -> Result<Chosen, ApiError> {
    if desk.around.policy.fallback == Fallback::Fail {
        return Err(refused(lacking));
    }
    let (family, lack) = lacking;
    let because = if wish.explanation.is_empty() {
        String::new()
    } else {
        format!("{}, but ", wish.explanation)
    };
    let wish = Wish {
        reason: Reason::Fallback,
        explanation: format!(
            "{because}{} {}; {} answered",
            article(family),
            lack.sentence(),
            article(answer.family)
        ),
        decided_by: "availability".to_owned(),
        otherwise: format!("with {} able to answer it would have been asked", article(family)),
        ..wish
    };
    Ok(Chosen::alone(answer, wish))
}

fn article(family: Family) -> &'static str {
    match family {
        Family::Tfidf => "the linear model",
        Family::Transformer => "the transformer",
    }
}

/// The error when the policy wants no other model's answer.
fn refused((family, lack): Lacking) -> ApiError {
    let kind =
        if lack == Lack::Overloaded { ErrorKind::Overloaded } else { ErrorKind::Unavailable };
    let told = format!("{} {}", article(family), lack.sentence());
    ApiError::new(
        kind,
        format!(
            "no model answered: {told}, and the policy allows no other (fallback = \"fail\"); try again later"
        ),
    )
}

/// The error when neither model answered.
fn unanswered(question: &Question<'_>, lacks: [Lacking; 2]) -> ApiError {
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
