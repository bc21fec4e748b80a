//! Personal data of every kind, planted everywhere in requests, is found nowhere outside the agent; and neither are secrets.

use std::fs;
use std::path::Path;

use switchboard_pii::{Kind, RawText, Scrubber};

use crate::common::agent::{transformer, unsure};
use crate::common::proxy::Recorder;
use crate::common::{Agent, Fake, eventually, fake, http, registry};

use log::Log;
use requests::{send_about_personal_data, send_errors, send_tickets};
use table::{Canary, SECRETS, assert_clean, canaries, files};

mod log;
mod requests;
mod table;

/// What the model services were sent: as bytes on the wire, and decoded with every header.
fn assert_sent_clean(canaries: &[Canary], models: [(&Fake, &Recorder); 2]) {
    for (fake, recorder) in models {
        for heard in [fake.heard(), recorder.bytes()] {
            let heard = String::from_utf8_lossy(&heard).into_owned();
            assert!(heard.contains("My printer is broken."), "nothing was recorded");
            assert_clean("what a model service was sent", canaries, &heard);
            assert!(!heard.contains("EMAIL_ADDRESS"), "not even the placeholder is sent");
        }
    }
}

/// Sends everything to an agent with `flags` between two models, and looks everywhere.
async fn nothing_leaves(folder: &Path, flags: &[&str]) {
    // One thread runs the agent and its clients, so this sees all that they log.
    let log = Log::default();
    let _guard = tracing::subscriber::set_default(log.clone());
    let canaries = canaries();
    let root = folder.join("registry");
    registry::publish(&root, &fake::LABELS.map(str::to_owned), |_| {});
    let (linear, transformer) = (unsure(), transformer());
    let shadow = folder.join("routing.toml");
    let section = "[[canary]]\ntask = 'category'\nfamily = 'tfidf'\nshare = 100\nmode = 'shadow'\n";
    fs::write(&shadow, section).unwrap();
    linear.challenged_by(2, [0.05, 0.9, 0.05]);
    let (to_linear, to_transformer) =
        (Recorder::before(linear.addr).await, Recorder::before(transformer.addr).await);
    let url = registry::url(&root);
    let urls = [
        "--tfidf-url",
        &to_linear.url,
        "--transformer-url",
        &to_transformer.url,
        "--registry",
        &url,
        "--policy",
        &shadow.display().to_string(),
        "--decisions",
        &format!("sqlite:{}", folder.join("log/decisions.db").display()),
    ];
    let agent = Agent::start(&[&urls, flags].concat()).await;
    agent.sees("tfidf_service", "healthy").await;
    agent.sees("transformer_service", "healthy").await;
    // A shadow is sent everything too.
    eventually(async || {
        let status = http::get(agent.admin, "/status.json").await.json();
        status["canaries"][0]["state"] == "running"
    })
    .await;
    send_tickets(&agent, &canaries).await;
    send_about_personal_data(&agent, &canaries).await;
    send_errors(&agent, &canaries).await;
    assert!(linear.challenger_asked() > 0, "no shadow was asked");
    assert_sent_clean(&canaries, [(&linear, &to_linear), (&transformer, &to_transformer)]);
    assert_clean("/metrics", &canaries, &agent.metrics().await);
    assert_clean("/status.json", &canaries, &http::get(agent.admin, "/status.json").await.body);
    eventually(async || agent.metrics().await.contains("\nagent_decisions_queued 0\n")).await;
    let decisions = files(&folder.join("log"));
    assert!(decisions.contains("My printer is broken."), "no decision was kept");
    assert_clean("the decision log", &canaries, &decisions);
    transformer.kill();
    linear.kill();
    send_tickets(&agent, &canaries[..6]).await;
    agent.sees("status", "unhealthy").await;
    let metrics = agent.metrics().await;
    assert!(metrics.contains("agent_pii_spans_total{type=\"EMAIL_ADDRESS\"}"), "{metrics}");
    assert_clean("/metrics", &canaries, &metrics);
    let lines = log.lines();
    assert!(lines.contains("listening"), "the log was captured");
    assert_clean("the log", &canaries, &lines);
    assert_clean("the registry", &canaries, &files(&root));
}

#[tokio::test]
async fn nothing_planted_leaves_the_agent() {
    let folder = tempfile::tempdir().unwrap();
    let token = folder.path().join("token");
    fs::write(&token, SECRETS[0]).unwrap();
    nothing_leaves(folder.path(), &["--operator-token-file", token.to_str().unwrap()]).await;
}

#[tokio::test]
async fn nothing_planted_leaves_an_agent_with_a_policy() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    put("token", SECRETS[0]);
    put("values.key", SECRETS[3]);
    put(
        "policy.toml",
        "[keys]\nencrypt = 'values.key'\npseudonymise = 'values.key'\nhash = 'values.key'\n\
         [default]\noperator = 'encrypt'\n[kinds.PERSON]\noperator = 'pseudonymise'\n\
         [kinds.EMAIL_ADDRESS]\noperator = 'hash'\n[kinds.IP_ADDRESS]\noperator = 'redact'\n\
         [kinds.CREDIT_CARD]\noperator = 'mask'\nkeep_last = 4\n",
    );
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (token, policy) = (path("token"), path("policy.toml"));
    nothing_leaves(folder.path(), &["--operator-token-file", &token, "--pii-policy", &policy])
        .await;
}

#[test]
fn every_kind_has_a_canary_that_is_found() {
    let (scrubber, canaries) = (Scrubber::new(), table::canaries());
    for kind in Kind::ALL {
        let canary = canaries.iter().find(|canary| canary.kind == kind.name());
        let canary = canary.unwrap_or_else(|| panic!("{kind} has no canary in canaries.toml"));
        let found = scrubber.find(RawText::new(&canary.text));
        let is_found = found.iter().any(|span| span.kind == *kind);
        assert!(is_found, "{kind} is not found: {found:?}");
    }
}
