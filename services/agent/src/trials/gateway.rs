//! A ticket that has a part in a trial.

use std::sync::Arc;

use switchboard_routing::{Family, TrialMode, Versions};
use switchboard_server::ApiError;
use tokio::time::Instant;

use crate::choice::{Chosen, Question};
use crate::gateway::Gateway;
use crate::moment::Moment;
use crate::ticket::Answer;
use crate::trials::{Arm, Asked, Part};

impl Gateway {
    /// Looks which challengers are on trial by the policy as it is now, and whether they are there.
    pub(crate) fn look_at_trials(&self) {
        let versions = |task: &str, family| {
            let facts = self.facts(family)?;
            let (champion, challenger) = (facts.champions.get(task)?, facts.challengers.get(task)?);
            Some(Versions { champion: champion.version, challenger: challenger.version })
        };
        self.trials.look(&self.policy.load(), versions);
    }

    /// Answers a ticket as if the challenger that it has a part in were the champion; or, without one, or when that one fails, from the beginning with the champions.
    /// What decided comes with the answer: nothing of the one way is in the other.
    pub(crate) async fn decide(
        &self,
        question: Question<'_>,
        moment: Moment,
        parts: &[Part],
    ) -> Result<(Chosen, Moment), ApiError> {
        let part = parts.iter().find(|part| part.section.mode == TrialMode::Answer);
        if let Some(part) = part
            && let Some(moment) = self.with_challenger(&moment, part)
            && let Some(chosen) = self.ask_in_trial(question, &moment, part).await
        {
            return Ok((chosen?, moment));
        }
        let chosen = self.choose(&question, &moment.desk()).await?;
        Ok((chosen, moment))
    }

    /// `None` when the challenger failed.
    async fn ask_in_trial(
        &self,
        question: Question<'_>,
        moment: &Moment,
        part: &Part,
    ) -> Option<Result<Chosen, ApiError>> {
        let (arm, desk) = (Arm::of(part.clone()), moment.desk());
        let question = Question { arm: Some(&arm), ..question };
        tokio::select! {
            chosen = self.choose(&question, &desk) => Some(chosen),
            () = arm.failed() => None,
        }
    }

    /// What decides about a ticket while the challenger stands in the champion's place: its own record, and what is known of it beside the other model. `None` while that
    /// is not known.
    fn with_challenger(&self, moment: &Moment, part: &Part) -> Option<Moment> {
        let known = self.calibrated.load();
        let (version, calibrated) = known.get(&moment.task)?.on_trial.get(&part.family())?;
        let facts = self.facts(part.family())?;
        let challenger = facts.challengers.get(&moment.task)?;
        let wanted = part.versions.challenger;
        if *version != wanted || challenger.version != wanted {
            return None;
        }
        let mut with = Moment { calibrated: calibrated.clone(), canary: true, ..moment.clone() };
        match part.family() {
            Family::Tfidf => with.linear = Some(challenger.record.clone()),
            Family::Transformer => with.transformer = Some(challenger.record.clone()),
        }
        Some(with)
    }

    /// Asks the challenger, if the caller leaves enough time for it and, after it, the champions. When it gives no answer, this does not return.
    pub(crate) async fn ask_challenger(&self, arm: &Arm, question: &Question<'_>) -> Answer {
        let (started, part) = (Instant::now(), &arm.part);
        let left = question.deadline.saturating_duration_since(started);
        let Some(wait) = self.trials.wait(part, left) else {
            self.trials.metrics.skipped(&part.section);
            match arm.fail().await {}
        };
        let asked = Asked { text: question.text, explain: question.explain, wait };
        if let Some(model) = self.model(part.family())
            && let Ok(answer) = self.trials.ask(&model.downstream, part, asked).await
        {
            if part.family() == Family::Transformer {
                self.load.asked(None, started.elapsed());
            }
            return answer;
        }
        match arm.fail().await {}
    }

    /// Asks the challengers that a ticket has a shadow part in, where their champions were asked. While the transformer has more than it can do, its challenger is left
    /// alone.
    pub(crate) fn shadow(&self, parts: Vec<Part>, said: &[Answer], text: &str) {
        for part in parts.into_iter().filter(|part| part.section.mode == TrialMode::Shadow) {
            let champion = said.iter().find(|answer| answer.family == part.family());
            let (Some(champion), Some(model)) = (champion, self.model(part.family())) else {
                continue;
            };
            if part.family() == Family::Transformer && self.load.share().0 < 1.0 {
                self.trials.metrics.skipped(&part.section);
                continue;
            }
            let downstream = Arc::clone(&model.downstream);
            self.trials.shadow(downstream, part, text, &champion.label);
        }
    }
}
