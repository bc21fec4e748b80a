//! What is stored of a request, and what is said of it later.

use std::fmt;

use thiserror::Error;

/// What a stored decision takes beside its strings: its numbers, its places in three indexes, and the pages' slack.
const ROW_BYTES: usize = 110;
/// The same of one feedback.
const FEEDBACK_ROW_BYTES: usize = 100;

/// One answered request: what was decided, by what, and why.
///
/// Its `Debug` shows neither the text nor the evidence.
#[derive(Clone, PartialEq)]
pub struct Decision {
    /// Names the request. A UUIDv7's text, so that sorting by it sorts by time; not empty, and at most
    /// [`Decision::MAX_ID_BYTES`] long.
    pub request_id: String,
    /// When it was answered, in milliseconds since 1970.
    pub at_ms: i64,
    /// The task, such as `queue`.
    pub task: String,
    /// The routing policy that decided.
    pub policy: String,
    /// That policy's version.
    pub policy_version: String,
    /// The version of the learned part of routing, if one was in use.
    pub routing_version: Option<u32>,
    /// The text's language.
    pub language: String,
    /// Which model answered, or which did.
    pub route: String,
    /// The code of the reason for the route.
    pub reason: String,
    /// The answer.
    pub label: String,
    /// How probable the answer was said to be, from 0 to 1.
    pub confidence: f32,
    /// How far the answer may be trusted.
    pub trust: String,
    /// Whether a model that should have been asked was not.
    pub degraded: bool,
    /// The text as models saw it: personal data is already cut out.
    pub text: String,
    /// What the decision rests on, as JSON. This crate does not look into it.
    pub evidence: String,
}

impl fmt::Debug for Decision {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Decision")
            .field("request_id", &self.request_id)
            .field("at_ms", &self.at_ms)
            .field("task", &self.task)
            .field("policy", &self.policy)
            .field("policy_version", &self.policy_version)
            .field("routing_version", &self.routing_version)
            .field("language", &self.language)
            .field("route", &self.route)
            .field("reason", &self.reason)
            .field("label", &self.label)
            .field("confidence", &self.confidence)
            .field("trust", &self.trust)
            .field("degraded", &self.degraded)
            .finish_non_exhaustive()
    }
}

impl Decision {
    /// The longest `request_id` there may be, in bytes. A store's index takes no value of any length.
    pub const MAX_ID_BYTES: usize = 512;

    pub(crate) fn has_a_name(&self) -> bool {
        (1..=Self::MAX_ID_BYTES).contains(&self.request_id.len())
    }

    /// What the decision takes in the store, about.
    pub(crate) fn size_bytes(&self) -> usize {
        let strings = [
            &self.task,
            &self.policy,
            &self.policy_version,
            &self.language,
            &self.route,
            &self.reason,
            &self.label,
            &self.trust,
            &self.text,
            &self.evidence,
        ];
        // The identifier stands in the row and in two indexes.
        ROW_BYTES + 3 * self.request_id.len() + strings.iter().map(|text| text.len()).sum::<usize>()
    }
}

/// What somebody who knows says the label of a decision should have been.
///
/// Its `Debug` shows nothing: all of it was chosen by a caller.
#[derive(Clone, PartialEq, Eq)]
pub struct Feedback {
    /// Chosen by the sender, the same when the same feedback is sent again; at most [`Feedback::MAX_KEY_BYTES`] long.
    pub key: String,
    /// The decision it is about.
    pub request_id: String,
    /// The true label.
    pub label: String,
    /// When it was given, in milliseconds since 1970.
    pub at_ms: i64,
}

impl fmt::Debug for Feedback {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Feedback").finish_non_exhaustive()
    }
}

impl Feedback {
    /// The longest key there may be, in bytes, for the same reason as [`Decision::MAX_ID_BYTES`].
    pub const MAX_KEY_BYTES: usize = 512;

    /// What the feedback takes in the store, about.
    pub(crate) fn size_bytes(&self) -> usize {
        FEEDBACK_ROW_BYTES + 2 * self.key.len() + 2 * self.request_id.len() + self.label.len()
    }
}

/// The decision that feedback was joined to.
#[derive(Debug, Clone, PartialEq)]
pub struct Joined {
    /// Its task.
    pub task: String,
    /// Which model answered.
    pub route: String,
    /// The text's language.
    pub language: String,
    /// The label that was answered.
    pub label: String,
    /// How probable that label was said to be.
    pub confidence: f32,
    /// Whether this very feedback had been stored before; it then counts once.
    pub repeated: bool,
}

/// Why feedback was not stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FeedbackError {
    /// The key came with another decision or another label before.
    #[error("this key was used for other feedback")]
    KeyReused,
    /// No decision of that name is stored: it never was, was dropped, or has been deleted since.
    #[error("there is no such decision")]
    UnknownDecision,
    /// The key is longer than [`Feedback::MAX_KEY_BYTES`].
    #[error("a key has at most {} bytes", Feedback::MAX_KEY_BYTES)]
    KeyTooLong,
    /// The store is away, or did not answer before the deadline. The same feedback may be sent again.
    #[error("the decision store is not available")]
    Unavailable,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_of_a_decision_and_of_feedback_holds_no_text() {
        let decision = Decision {
            request_id: "0190".to_owned(),
            at_ms: 1,
            task: "queue".to_owned(),
            policy: "default".to_owned(),
            policy_version: "1".to_owned(),
            routing_version: None,
            language: "en".to_owned(),
            route: "tfidf".to_owned(),
            reason: "confident".to_owned(),
            label: "billing".to_owned(),
            confidence: 0.5,
            trust: "automatic".to_owned(),
            degraded: false,
            text: "a secret".to_owned(),
            evidence: "{\"words\":[\"secret\"]}".to_owned(),
        };
        let feedback = Feedback {
            key: "secret".to_owned(),
            request_id: "secret".to_owned(),
            label: "secret".to_owned(),
            at_ms: 1,
        };
        let printed = format!("{decision:?} {decision:#?} {feedback:?}");
        assert!(printed.contains("billing") && !printed.contains("secret"), "{printed}");
    }
}
