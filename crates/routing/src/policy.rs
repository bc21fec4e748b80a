//! What an operator may decide.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::values::{Name, Share};
use crate::{Ask, Budget, Condition, Family, LinearSignals, Signals};

mod trial;

pub use trial::{TrialMode, TrialPolicy, place_of};

/// The version of the policy that serves when no file is given.
const BUILT_IN: &str = "built-in";
/// The longest file, and the most rules, that are read.
const MAX_FILE_BYTES: usize = 1 << 20;
const MAX_RULES: usize = 256;
/// The most sections `[[canary]]`: each has metrics of its own.
pub const MAX_TRIALS: usize = 64;

/// A routing policy, from a TOML file. Every setting has a default.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// Named in every reply.
    pub name: Name,
    /// Named in every reply: the first twelve digits of the SHA-256 of the file.
    #[serde(skip)]
    pub version: String,
    /// Overrides the confidence below which the linear model's answer escalates.
    pub escalate_below: Option<Share>,
    /// Overrides the confidence below which a person should look.
    pub review_below: Option<Share>,
    /// Tickets more complex than this go to the transformer.
    pub complex_above: Share,
    /// Held-out rows of a language both models need before their accuracies are compared.
    pub min_heldout_rows: u64,
    /// Whether answers of both models are combined when both are there.
    pub fusion: bool,
    /// The share of tickets whose prediction set is to hold the right label.
    pub coverage: Share,
    /// The largest prediction set that is suggested to a person.
    pub suggest_at_most: usize,
    /// Tickets with a greater out-of-scope score need review.
    pub out_of_scope_above: Share,
    /// What happens when no model that was wished for answers.
    pub fallback: Fallback,
    /// What the transformer may cost.
    pub transformer: TransformerBudget,
    /// Overrides by task.
    pub tasks: BTreeMap<String, TaskPolicy>,
    /// Challengers on trial, at most one a task and family; `[[canary]]` in the file.
    #[serde(rename = "canary")]
    pub trials: Vec<TrialPolicy>,
    /// Rules, the most important first once read.
    pub rules: Vec<Rule>,
}

/// What happens when the model that was wished for gives no answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fallback {
    /// The other model answers, and the reply says `degraded`.
    #[default]
    Other,
    /// The ticket fails with an error that says what lacks.
    Fail,
}

/// What the transformer may cost.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TransformerBudget {
    /// The share of all tickets that may reach it.
    pub max_share: Option<Share>,
    /// The mean time it may take to answer, in milliseconds; past it, fewer tickets go there.
    pub max_latency_ms: Option<u32>,
}

/// Overrides for one task.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TaskPolicy {
    /// As [`Policy::escalate_below`].
    pub escalate_below: Option<Share>,
    /// As [`Policy::review_below`].
    pub review_below: Option<Share>,
    /// Overrides by ISO 639-1 code.
    pub languages: BTreeMap<String, LanguagePolicy>,
}

/// Overrides for one language of a task.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LanguagePolicy {
    /// As [`Policy::escalate_below`].
    pub escalate_below: Option<Share>,
    /// As [`Policy::review_below`].
    pub review_below: Option<Share>,
}

/// A rule: when its condition holds, it decides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Named in replies.
    pub name: Name,
    /// Of several rules that hold, the one with the greatest priority decides; of equals, the first in the file.
    #[serde(default)]
    pub priority: i32,
    /// The only task it is for; every task when left out.
    #[serde(default)]
    pub task: Option<String>,
    /// What must hold.
    pub when: Condition,
    /// What then happens.
    pub then: Then,
}

/// What a rule makes happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Then {
    /// The linear model answers.
    Tfidf,
    /// The transformer answers.
    Transformer,
    /// Both are asked, and their answers combined.
    Both,
    /// A person should look; who answers is decided as without the rule.
    Review,
}

impl Then {
    /// Whom it asks; nobody in particular when it only asks for a review.
    pub(crate) fn ask(self) -> Option<Ask> {
        match self {
            Self::Tfidf => Some(Ask::Tfidf),
            Self::Transformer => Some(Ask::Transformer),
            Self::Both => Some(Ask::Both),
            Self::Review => None,
        }
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            name: Name::of("default"),
            version: BUILT_IN.to_owned(),
            escalate_below: None,
            review_below: None,
            complex_above: Share::of(0.5),
            min_heldout_rows: 30,
            fusion: true,
            coverage: Share::of(0.9),
            suggest_at_most: 3,
            out_of_scope_above: Share::of(0.995),
            fallback: Fallback::Other,
            transformer: TransformerBudget::default(),
            tasks: BTreeMap::new(),
            trials: Vec::new(),
            rules: Vec::new(),
        }
    }
}

/// What is wrong with a policy.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// It is not TOML, has a field nobody reads, or a value that makes no sense; the message names the line and the fix.
    #[error(transparent)]
    Syntax(#[from] toml::de::Error),
    /// It is too long to be a policy.
    #[error("the file has {0} bytes; a policy has at most 1 MiB")]
    TooLong(usize),
    /// There are too many rules.
    #[error("there are {0} rules; a policy has at most 256: join conditions with `or`")]
    TooManyRules(usize),
    /// Two rules could not be told apart in replies.
    #[error("two rules are called {0:?}: give each a name of its own")]
    SameName(String),
    /// There are too many challengers on trial.
    #[error("there are {0} sections [[canary]]; a policy has at most 64")]
    TooManyTrials(usize),
    /// A model cannot have two challengers.
    #[error(
        "canary: task {task:?} has two sections [[canary]] with family = {family:?}: keep one of them"
    )]
    SameTrial {
        /// The task.
        task: String,
        /// The family's name.
        family: &'static str,
    },
    /// Two challengers would answer the same tickets.
    #[error(
        "canary: the sections of task {task:?} with mode = \"answer\" have {percent} per cent of its tickets together: lower a `share`, so that they are at most 100"
    )]
    SharesOverlap {
        /// The task.
        task: String,
        /// The sum of the shares.
        percent: f64,
    },
}

impl Policy {
    /// Reads a policy from TOML.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        if text.len() > MAX_FILE_BYTES {
            return Err(PolicyError::TooLong(text.len()));
        }
        let mut policy: Self = toml::from_str(text)?;
        if policy.rules.len() > MAX_RULES {
            return Err(PolicyError::TooManyRules(policy.rules.len()));
        }
        let mut names = BTreeSet::new();
        if let Some(twice) = policy.rules.iter().find(|rule| !names.insert(rule.name.as_str())) {
            return Err(PolicyError::SameName(twice.name.to_string()));
        }
        trial::check(&policy.trials)?;
        policy.rules.sort_by_key(|rule| std::cmp::Reverse(rule.priority));
        policy.version = fingerprint(text);
        Ok(policy)
    }

    /// The trial of the challenger of that task and family, if it is on trial.
    #[must_use]
    pub fn trial(&self, task: &str, family: Family) -> Option<&TrialPolicy> {
        self.trials.iter().find(|trial| trial.is_of(task, family))
    }

    /// The transformer's budget, as the controller wants it.
    #[must_use]
    pub fn budget(&self) -> Budget {
        Budget {
            max_share: self.transformer.max_share.map(Share::get),
            max_latency_ms: self.transformer.max_latency_ms.map(|limit| limit as f32),
        }
    }

    /// The override of the escalation threshold for a task and language: of the language, of the task, or of all.
    #[must_use]
    pub fn escalate_below(&self, task: &str, language: &str) -> Option<f32> {
        let of_task = self.tasks.get(task);
        let of_language = of_task.and_then(|task| task.languages.get(language)?.escalate_below);
        let of_task = of_task.and_then(|task| task.escalate_below);
        of_language.or(of_task).or(self.escalate_below).map(Share::get)
    }

    /// The override of the review threshold, likewise.
    #[must_use]
    pub fn review_below(&self, task: &str, language: &str) -> Option<f32> {
        let of_task = self.tasks.get(task);
        let of_language = of_task.and_then(|task| task.languages.get(language)?.review_below);
        let of_task = of_task.and_then(|task| task.review_below);
        of_language.or(of_task).or(self.review_below).map(Share::get)
    }

    /// The rules of a task that hold, the most important first. Those that look at the linear model's answer hold only once there is one.
    pub fn holding<'p>(
        &'p self,
        task: &'p str,
        signals: &'p Signals,
        linear: Option<&'p LinearSignals>,
    ) -> impl Iterator<Item = &'p Rule> {
        self.rules.iter().filter(move |rule| {
            let for_task = rule.task.as_deref().is_none_or(|of| of == task);
            for_task && rule.when.holds(signals, linear) == Some(true)
        })
    }
}

/// The first twelve hexadecimal digits of the SHA-256 of a text.
fn fingerprint(text: &str) -> String {
    let digest = Sha256::digest(text);
    let start: [u8; 8] = std::array::from_fn(|place| digest[place]);
    format!("{:012x}", u64::from_be_bytes(start) >> 16)
}

#[cfg(test)]
mod tests;
