//! `switchboard replay`: what another policy would have made of the tickets that were answered.

mod models;
mod report;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::Args;
use switchboard_cascade::{Heard, NeverAsked, Settled};
use switchboard_decisions::{DecisionLogUrl, DecisionReader, Filter, Stored};
use switchboard_proto::v1::{AnsweringModel, RouteTicketRequest};
use switchboard_registry::RegistryUrl;
use switchboard_routing::{Evidence, Family, Policy, Said};

use crate::mesh::{self, Agent};
use crate::values::{AgentUrl, duration};
use crate::{output, policy, progress};
use models::Models;
use report::Report;

/// Tries a policy on the decisions that were kept: what would change, by how much, and at what accuracy where the true label is known.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ReplayArgs {
    /// The policy to try (TOML).
    #[arg(long, value_name = "FILE")]
    policy: PathBuf,
    /// The decision log: `sqlite:FILE` or `postgres://…`.
    #[arg(long, value_name = "URL")]
    decisions: DecisionLogUrl,
    /// Where the versions are that answered: `file:DIR`, or `http(s)://HOST:PORT` of an MLflow server.
    #[arg(long, value_name = "URL", default_value = "file:data/registry")]
    registry: RegistryUrl,
    /// Ask this agent for the answers of models that were never asked; tickets that lack one are counted as unknown when left out.
    #[arg(long, value_name = "URL")]
    agent: Option<AgentUrl>,
    /// Only this task.
    #[arg(long, value_name = "TASK")]
    task: Option<String>,
    /// Only the decisions of this long ago and later: 30m, 24h as 1440m.
    #[arg(long, value_name = "TIME", value_parser = duration)]
    since: Option<Duration>,
    /// Only so many decisions.
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

const EXAMPLES: &str = "\
Models count as there and quick: what a brown-out or a fallback changed is not repeated.
An agent that is asked again keeps these tickets too if it keeps decisions: use one without --decisions.

Examples:
  switchboard replay --policy night.toml --decisions sqlite:data/decisions.db
  switchboard replay --policy night.toml --decisions sqlite:data/decisions.db --agent http://127.0.0.1:8000";

/// How long one ticket may take that is asked again.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) fn run(args: &ReplayArgs) -> anyhow::Result<ExitCode> {
    let policy = policy::load(&args.policy)?;
    let report = mesh::runtime()?.block_on(replay(args, &policy))?;
    output::summary(&report)?;
    Ok(ExitCode::SUCCESS)
}

async fn replay(args: &ReplayArgs, policy: &Policy) -> anyhow::Result<Report> {
    let mut reader = DecisionReader::open(&args.decisions).await?;
    let agent = match &args.agent {
        Some(url) => Some(Agent::connect(url, PATIENCE).await?),
        None => None,
    };
    let mut models = Models::of(&args.registry)?;
    let mut report = Report::of(policy);
    let bar = progress::tickets(None);
    let mut rows = reader.decisions(args.filter());
    while let Some(stored) = rows.next().await? {
        bar.inc(1);
        let Ok(mut evidence) = serde_json::from_str::<Evidence>(&stored.decision.evidence) else {
            report.unreadable += 1;
            continue;
        };
        let asked = evidence.of(Family::Transformer).is_some();
        let mut settled = settle(policy, &mut models, &stored, &evidence)?;
        if let (Err(_), Some(agent)) = (&settled, &agent) {
            match ask_again(agent, &stored).await {
                Some(said) => {
                    report.asked_again += 1;
                    evidence.said = said;
                    settled = settle(policy, &mut models, &stored, &evidence)?;
                }
                None => report.failed += 1,
            }
        }
        report.count(&stored, asked, settled);
    }
    bar.finish_and_clear();
    Ok(report)
}

fn settle(
    policy: &Policy,
    models: &mut Models,
    stored: &Stored,
    evidence: &Evidence,
) -> anyhow::Result<Result<Settled, NeverAsked>> {
    let known = models.behind(&stored.decision, evidence)?;
    let scores = |said: &Said| known.scores(said);
    let [linear, transformer] =
        [Family::Tfidf, Family::Transformer].map(|family| evidence.of(family));
    let (linear_scores, transformer_scores) = (linear.map(scores), transformer.map(scores));
    let linear = linear.zip(linear_scores.as_deref()).map(|(said, scores)| heard(said, scores));
    let transformer =
        transformer.zip(transformer_scores.as_deref()).map(|(said, scores)| heard(said, scores));
    let desk = known.desk(&stored.decision.task, policy);
    Ok(desk.settle(&evidence.signals, linear.as_ref(), transformer.as_ref()))
}

fn heard<'h>(said: &'h Said, scores: &'h [(String, f32)]) -> Heard<'h> {
    Heard {
        family: said.family,
        model: &said.model,
        version: said.version,
        scores,
        max_logit: said.max_logit,
        out_of_vocabulary: said.out_of_vocabulary,
    }
}

/// What both models say of a ticket now; nothing when the agent does not answer.
async fn ask_again(agent: &Agent, stored: &Stored) -> Option<Vec<Said>> {
    let ticket = RouteTicketRequest {
        text: stored.decision.text.clone(),
        task: stored.decision.task.clone(),
        route: "both".to_owned(),
        ..RouteTicketRequest::default()
    };
    let reply = agent.clone().route(ticket).await.ok()?;
    Some(reply.models.into_iter().filter_map(said).collect())
}

fn said(model: AnsweringModel) -> Option<Said> {
    let family = Family::ALL.into_iter().find(|family| family.name() == model.family)?;
    Some(Said {
        family,
        scores: Said::kept(model.scores.iter().map(|(label, score)| (label.as_str(), *score))),
        model: model.name,
        version: model.version,
        max_logit: None,
        out_of_vocabulary: 0.0,
    })
}

impl ReplayArgs {
    fn filter(&self) -> Filter {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let ago = |since: Duration| {
            i64::try_from(now.saturating_sub(since).as_millis()).unwrap_or(i64::MAX)
        };
        Filter {
            since_ms: self.since.map(ago),
            task: self.task.clone(),
            limit: self.limit,
            ..Filter::default()
        }
    }
}
