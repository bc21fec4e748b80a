//! What is kept of a decision: what models saw, and what they said; never what the caller wrote, nor the caller's own ids.

use std::time::{SystemTime, UNIX_EPOCH};

use switchboard_decisions::Decision;
use switchboard_routing::{Evidence, Said};

use crate::ticket::{Answer, Routed};

/// The record of a routed ticket; `text` has personal data cut out.
pub(crate) fn record(routed: &Routed, text: &str) -> Decision {
    let decision = &routed.decision;
    let evidence =
        Evidence { signals: routed.signals.clone(), said: routed.said.iter().map(said).collect() };
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Decision {
        request_id: routed.request_id.to_string(),
        at_ms: i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
        task: routed.task.clone(),
        policy: decision.policy.clone(),
        policy_version: decision.policy_version.clone(),
        routing_version: decision.routing_version,
        language: routed.language.code.to_owned(),
        route: routed.answer.route.name().to_owned(),
        reason: decision.reason.name().to_owned(),
        label: routed.answer.label.clone(),
        confidence: routed.answer.confidence,
        trust: routed.judgement.trust.name().to_owned(),
        degraded: decision.reason.is_degraded(),
        text: text.to_owned(),
        // Numbers and names alone: there is nothing in them that JSON cannot hold.
        evidence: serde_json::to_string(&evidence).unwrap_or_default(),
    }
}

fn said(answer: &Answer) -> Said {
    Said {
        family: answer.family,
        model: answer.model.clone(),
        version: answer.version,
        scores: Said::kept(answer.scores.iter().map(|(label, score)| (label.as_str(), *score))),
        max_logit: answer.max_logit,
        out_of_vocabulary: answer.out_of_vocabulary,
    }
}
