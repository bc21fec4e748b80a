//! What the report says of challengers on trial, beside their champions.

use serde::Serialize;
use switchboard_routing::{Side, TrialMode, TrialState};

use crate::gateway::Gateway;
use crate::trials::OnTrial;

/// A challenger on trial.
#[derive(Serialize)]
pub(super) struct CanaryReport {
    task: String,
    /// `tfidf` or `transformer`.
    family: &'static str,
    /// `answer` or `shadow`.
    mode: &'static str,
    /// Of the task's tickets, in per cent.
    share: f64,
    /// `no_challenger`, `running`, `stopped_errors` or `stopped_latency`.
    state: &'static str,
    /// Why it stopped, as a sentence.
    because: Option<String>,
    /// When it stopped, RFC 3339 in UTC.
    stopped_at: Option<String>,
    challenger: SideReport,
    champion: SideReport,
    /// Which labels the two gave where both were asked: in mode `shadow` only.
    agreement: Option<AgreementReport>,
}

/// The latest calls of one of the two.
#[derive(Serialize)]
struct SideReport {
    /// The version; `null` when there is none.
    version: Option<u32>,
    calls: u32,
    failed: u32,
    /// The time that 95 of 100 answers did not exceed; `null` without answers.
    p95_ms: Option<f64>,
}

/// Tickets by whether the two gave one label.
#[derive(Serialize)]
struct AgreementReport {
    same: u64,
    different: u64,
}

/// Every challenger on trial, as of now.
pub(super) fn canaries(gateway: &Gateway) -> Vec<CanaryReport> {
    gateway.trials.each(|on_trial| canary(gateway, on_trial))
}

fn canary(gateway: &Gateway, on_trial: &OnTrial) -> CanaryReport {
    let trial = &on_trial.trial;
    let policy = trial.policy();
    let (task, family) = (policy.task.as_str(), policy.family);
    let champion = gateway.facts(family).and_then(|facts| Some(facts.champions.get(task)?.version));
    let [same, different] = trial.labels();
    let (challenger_side, champion_side) = trial.sides();
    let because = match trial.state() {
        TrialState::Stopped(stopped) => Some(policy.sentence(&stopped)),
        TrialState::NoChallenger | TrialState::Running => None,
    };
    let agreement = AgreementReport { same, different };
    CanaryReport {
        task: task.to_owned(),
        family: family.name(),
        mode: policy.mode.name(),
        share: policy.share.get(),
        state: trial.state().name(),
        because,
        stopped_at: trial.stopped_at().map(|at| humantime::format_rfc3339_seconds(at).to_string()),
        challenger: side(trial.versions().map(|versions| versions.challenger), challenger_side),
        champion: side(champion, champion_side),
        agreement: (policy.mode == TrialMode::Shadow).then_some(agreement),
    }
}

fn side(version: Option<u32>, side: Side) -> SideReport {
    let Side { calls, failed, p95_us } = side;
    SideReport { version, calls, failed, p95_ms: p95_us.map(|us| f64::from(us) / 1e3) }
}
