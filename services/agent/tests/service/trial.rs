//! A challenger on trial (`[[canary]]` of the policy): it answers its share of the tickets, or shadows its champion, until it breaks a limit.

mod hurry;
mod versions;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use switchboard_proto::v1::route_tickets_response::Result as StreamResult;
use switchboard_proto::v1::{RouteTicketRequest, RouteTicketResponse};
use switchboard_routing::place_of;
use tempfile::TempDir;

use crate::common::agent::{linear, transformer};
use crate::common::{AT_ONCE, Agent, Behaviour, Fake, eventually, http};

const PRINTER: &str = "my printer is broken";
/// The challenger's label is `Access`, the champion's `Hardware`.
const ACCESS: [f32; 3] = [0.9, 0.05, 0.05];
/// Nothing stops a trial with these.
const LENIENT: &str = "max_error_rate = 1\nmax_latency_ratio = 1000\n";

/// An agent whose policy has one canary, in front of a linear model.
struct OnTrial {
    agent: Agent,
    linear: Fake,
    policy: PathBuf,
    _folder: TempDir,
}

fn section(mode: &str, share: u32, settings: &str) -> String {
    format!(
        "[[canary]]\ntask = 'category'\nfamily = 'tfidf'\nshare = {share}\nmode = '{mode}'\n{settings}"
    )
}

impl OnTrial {
    async fn start(policy: &str, flags: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("policy.toml");
        std::fs::write(&path, policy).unwrap();
        let linear = linear();
        let flags = [&["--policy", path.to_str().unwrap()], flags].concat();
        let agent = Agent::before(&linear, &flags).await;
        Self { agent, linear, policy: path, _folder: folder }
    }

    /// The same with a challenger, once its trial is under way.
    async fn running(policy: &str, flags: &[&str]) -> Self {
        let on_trial = Self::start(policy, flags).await;
        on_trial.linear.challenged_by(2, ACCESS);
        on_trial.is("running").await;
        on_trial
    }

    /// Waits until the trial is in that state.
    async fn is(&self, state: &str) {
        eventually(async || self.canary().await["state"] == state).await;
    }

    /// What the status says of it.
    async fn canary(&self) -> Value {
        http::get(self.agent.admin, "/status.json").await.json()["canaries"][0].clone()
    }

    async fn route(&self, id: &str) -> Value {
        let body = json!({"text": PRINTER, "id": id});
        let reply = http::post(self.agent.api, "/v1/tickets/route", &body).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        reply.json()
    }

    /// Sends tickets until the challenger answered one: the agent knows how long its champion takes.
    async fn answers(&self, id: &str) {
        eventually(async || self.route(id).await["decision"]["canary"] == true).await;
    }

    async fn counts(&self, line: &str) -> bool {
        self.agent.metrics().await.lines().any(|said| said == line)
    }

    /// The version that answered each of these tickets, which are sent in one stream.
    async fn versions(&self, ids: &[String]) -> BTreeMap<String, u32> {
        let ticket = |id: &String| RouteTicketRequest {
            text: PRINTER.into(),
            id: id.clone(),
            ..Default::default()
        };
        let tickets: Vec<RouteTicketRequest> = ids.iter().map(ticket).collect();
        let mut client = self.agent.client().await;
        let answers = client.route_tickets(tokio_stream::iter(tickets)).await.unwrap();
        let (mut answers, mut versions) = (answers.into_inner(), BTreeMap::new());
        while let Some(answer) = answers.message().await.unwrap() {
            let Some(StreamResult::Ticket(ticket)) = answer.result else { panic!("{answer:?}") };
            let version = ticket.model.unwrap().version;
            assert_eq!(ticket.decision.unwrap().canary, version == 2);
            assert_eq!(ticket.label, if version == 2 { "Access" } else { "Hardware" });
            versions.insert(ticket.ticket_id, version);
        }
        versions
    }
}

/// Ids of tickets that are in a share of so many per cent.
fn inside(share: f64) -> impl Iterator<Item = String> {
    (0..).map(|number| format!("T-{number}")).filter(move |id| place_of(id) < share)
}

#[tokio::test]
async fn a_share_of_the_tickets_is_the_challengers_and_one_id_always_goes_one_way() {
    let on_trial = OnTrial::running(&section("answer", 20, LENIENT), &[]).await;
    let first = inside(20.0).next().unwrap();
    eventually(async || on_trial.route(&first).await["decision"]["canary"] == true).await;
    let ids: Vec<String> = (0..3_000).map(|number| format!("ticket {number}")).collect();
    let versions = on_trial.versions(&ids).await;
    let challenged = versions.values().filter(|version| **version == 2).count();
    // Five standard deviations of a binomial of 3,000 and a fifth.
    assert!((490..=710).contains(&challenged), "{challenged} of 3000");
    for (id, version) in &versions {
        assert_eq!(*version == 2, place_of(id) < 20.0, "{id}");
    }
    assert_eq!(on_trial.versions(&ids).await, versions);
}

#[tokio::test]
async fn a_challenger_that_is_not_there_is_not_asked() {
    let on_trial = OnTrial::start(&section("answer", 100, LENIENT), &[]).await;
    on_trial.is("no_challenger").await;
    let reply = on_trial.route("T-1").await;
    assert_eq!(
        (&reply["model"]["version"], &reply["decision"]["canary"]),
        (&json!(1), &json!(false))
    );
    assert_eq!(on_trial.linear.challenger_asked(), 0);
    on_trial.linear.challenged_by(2, ACCESS);
    eventually(async || on_trial.route("T-1").await["model"]["version"] == 2).await;
    // It goes before the agent learns of it, and later is known to be gone.
    on_trial.linear.unchallenged();
    assert_eq!(on_trial.route("T-1").await["model"]["version"], 1);
    on_trial.is("no_challenger").await;
}

#[tokio::test]
async fn a_challenger_that_fails_costs_no_answer_and_is_asked_no_more() {
    let on_trial = OnTrial::running(&section("answer", 50, "min_requests = 20\n"), &[]).await;
    let first = inside(50.0).next().unwrap();
    eventually(async || on_trial.route(&first).await["decision"]["canary"] == true).await;
    on_trial.linear.challenger_now(Behaviour::Broken);
    for number in 0..200 {
        let reply = on_trial.route(&format!("T-{number}")).await;
        let decision = &reply["decision"];
        assert_eq!((&reply["label"], &reply["model"]["version"]), (&json!("Hardware"), &json!(1)));
        assert_eq!(
            (&decision["degraded"], &decision["reason"]),
            (&json!(false), &json!("confident"))
        );
    }
    let asked = on_trial.linear.challenger_asked();
    let canary = on_trial.canary().await;
    assert_eq!(canary["state"], "stopped_errors", "{canary}");
    assert_eq!(canary["challenger"]["calls"], asked, "one call a ticket, and none since");
    let because = canary["because"].as_str().unwrap();
    assert!(
        because.contains("calls failed, and 0 of") && canary["stopped_at"].is_string(),
        "{canary}"
    );
    let labels = "family=\"tfidf\",mode=\"answer\"";
    for line in [
        format!("agent_canary_stops_total{{{labels},reason=\"errors\",task=\"category\"}} 1"),
        format!("agent_canary_state{{{labels},state=\"stopped_errors\",task=\"category\"}} 1"),
        format!("agent_canary_state{{{labels},state=\"running\",task=\"category\"}} 0"),
        "agent_breaker_open{service=\"tfidf\"} 0".to_owned(),
    ] {
        assert!(on_trial.counts(&line).await, "{line}");
    }
    on_trial.linear.challenged_by(3, ACCESS);
    eventually(async || on_trial.route(&first).await["model"]["version"] == 3).await;
    on_trial.linear.challenger_now(Behaviour::Broken);
    eventually(async || {
        on_trial.route(&first).await;
        on_trial.canary().await["state"] == "stopped_errors"
    })
    .await;
    on_trial.linear.challenger_now(Behaviour::Answer);
    let changed = section("answer", 50, "min_requests = 30\n");
    std::fs::write(&on_trial.policy, changed).unwrap();
    eventually(async || on_trial.route(&first).await["model"]["version"] == 3).await;
}

#[tokio::test]
async fn a_challenger_that_never_answers_is_waited_for_a_moment_and_then_no_more() {
    let settings = "max_wait_ms = 100\nmin_requests = 5\n";
    let on_trial = OnTrial::running(&section("answer", 100, settings), &[]).await;
    on_trial.linear.challenger_now(Behaviour::Never);
    // The first ticket tells how long the champion takes.
    for number in 0..20 {
        let reply = on_trial.route(&format!("T-{number}")).await;
        assert_eq!((&reply["label"], &reply["model"]["version"]), (&json!("Hardware"), &json!(1)));
    }
    assert_eq!(on_trial.canary().await["state"], "stopped_errors");
    assert_eq!(on_trial.linear.challenger_asked(), 5);
    let started = Instant::now();
    on_trial.route("T-1").await;
    assert!(started.elapsed() < AT_ONCE);
}

#[tokio::test]
async fn a_challenger_that_is_much_slower_is_stopped_for_that() {
    let settings = "min_requests = 10\nmax_latency_ratio = 2\n";
    let on_trial = OnTrial::running(&section("answer", 50, settings), &[]).await;
    on_trial.linear.challenger_now(Behaviour::After(Duration::from_millis(80)));
    for number in 0..500 {
        on_trial.route(&format!("T-{number}")).await;
        if on_trial.canary().await["state"] != "running" {
            break;
        }
    }
    let canary = on_trial.canary().await;
    assert_eq!(canary["state"], "stopped_latency", "{canary}");
    assert!(canary["challenger"]["p95_ms"].as_f64() > canary["champion"]["p95_ms"].as_f64());
    assert_eq!(on_trial.route(&inside(50.0).next().unwrap()).await["model"]["version"], 1);
}

#[tokio::test]
async fn a_shadow_changes_no_reply_and_is_compared() {
    let on_trial = OnTrial::running(&section("shadow", 100, LENIENT), &[]).await;
    let same = |reply: Value| {
        assert_eq!((&reply["label"], &reply["model"]["version"]), (&json!("Hardware"), &json!(1)));
        assert_eq!(reply["decision"]["canary"], false);
        assert_eq!(reply["models"].as_array().unwrap().len(), 1);
    };
    let compared = async |same: u64, different: u64| {
        eventually(async || {
            on_trial.canary().await["agreement"] == json!({"same": same, "different": different})
        })
        .await;
    };
    for number in 0..3 {
        same(on_trial.route(&format!("T-{number}")).await);
        compared(0, number + 1).await;
    }
    on_trial.linear.says(ACCESS);
    assert_eq!(on_trial.route("T-4").await["label"], "Access");
    compared(1, 3).await;
    on_trial.linear.says([0.05, 0.9, 0.05]);
    let agreement =
        "agent_canary_agreement_total{family=\"tfidf\",outcome=\"same\",task=\"category\"} 1";
    assert!(on_trial.counts(agreement).await);
    for behaviour in
        [Behaviour::Broken, Behaviour::Overloaded, Behaviour::Malformed, Behaviour::Never]
    {
        on_trial.linear.challenger_now(behaviour);
        let started = Instant::now();
        same(on_trial.route("T-1").await);
        assert!(started.elapsed() < AT_ONCE);
    }
    compared(1, 3).await;
}

#[tokio::test]
async fn a_shadow_hears_no_personal_data() {
    let on_trial = OnTrial::running(&section("shadow", 100, LENIENT), &[]).await;
    on_trial.agent.route("My printer is broken, write to zoe.shadow@example.org").await;
    eventually(async || on_trial.linear.challenger_asked() == 1).await;
    let heard = String::from_utf8_lossy(&on_trial.linear.heard()).into_owned();
    assert_eq!(heard.matches("My printer is broken, write to").count(), 2, "{heard}");
    assert!(!heard.contains("zoe") && !heard.contains("EMAIL"), "{heard}");
}

#[tokio::test]
async fn shadows_under_way_are_bounded_and_given_up_at_the_stop() {
    let settings = format!("{LENIENT}max_wait_ms = 600000\n");
    let flags = ["--tfidf-timeout-ms", "600000"];
    let on_trial = OnTrial::running(&section("shadow", 100, &settings), &flags).await;
    on_trial.linear.challenger_now(Behaviour::Never);
    for number in 0..12 {
        on_trial.route(&format!("T-{number}")).await;
    }
    eventually(async || on_trial.linear.challenger_asked() == 8).await;
    let skipped = "agent_canary_skipped_total{family=\"tfidf\",task=\"category\"} 4";
    assert!(on_trial.counts(skipped).await, "{}", on_trial.agent.metrics().await);
    let OnTrial { agent, linear: _linear, .. } = on_trial;
    agent.stop.cancel();
    tokio::time::timeout(Duration::from_secs(10), agent.task).await.unwrap().unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_policy_may_change_while_a_challenger_answers() {
    let policy =
        |name: &str, share| format!("name = '{name}'\n{}", section("answer", share, LENIENT));
    let (all, nobody) = (policy("all", 100), policy("nobody", 0));
    let on_trial = OnTrial::running(&all, &[]).await;
    let mut seen = [0u32; 2];
    for turn in 0..6 {
        let (text, name) = if turn % 2 == 0 { (&all, "all") } else { (&nobody, "nobody") };
        std::fs::write(&on_trial.policy, text).unwrap();
        let asked_until = Instant::now() + Duration::from_millis(600);
        let mut follows = false;
        while !follows || Instant::now() < asked_until {
            let reply = on_trial.route("T-1").await;
            let canary = reply["decision"]["canary"] == true;
            assert_eq!(canary, reply["model"]["version"] == 2);
            assert!(!(canary && reply["decision"]["policy"] == "nobody"), "two policies: {reply}");
            follows = reply["decision"]["policy"] == name;
            seen[usize::from(canary)] += 1;
        }
    }
    assert!(seen.iter().all(|times| *times > 20), "{seen:?}");
    std::fs::write(&on_trial.policy, "name = 'without'").unwrap();
    eventually(async || on_trial.canary().await.is_null()).await;
    assert!(!on_trial.agent.metrics().await.contains("agent_canary_state{"));
}
