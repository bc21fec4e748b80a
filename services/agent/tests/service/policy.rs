//! A policy file that changes while tickets come.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::json;

use crate::common::agent::{linear, transformer, unsure};
use crate::common::{Agent, eventually};

const PRINTER: &str = "my printer is broken";

/// Under one policy the linear model's answer stands, under the other it never does.
const KEEPS: &str = "name = \"keeps\"\nescalate_below = 0.1\n";
const ESCALATES: &str = "name = \"escalates\"\nescalate_below = 1.0\n";

async fn agent_with(policy: &Path, models: [&crate::common::Fake; 2]) -> Agent {
    Agent::before_both(models[0], models[1], &["--policy", policy.to_str().unwrap()]).await
}

/// Writes the file again and again until told to stop, in place as an editor does and by a rename as a mount does.
async fn keep_changing(policy: &Path, done: Arc<AtomicBool>) {
    let aside = policy.with_extension("new");
    for turn in 0.. {
        let text = if turn % 2 == 0 { ESCALATES } else { KEEPS };
        if turn % 4 < 2 {
            std::fs::write(policy, text).unwrap();
        } else {
            std::fs::write(&aside, text).unwrap();
            std::fs::rename(&aside, policy).unwrap();
        }
        if done.load(Ordering::SeqCst) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(130)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_reply_mixes_two_policies() {
    let folder = tempfile::tempdir().unwrap();
    let policy = folder.path().join("policy.toml");
    std::fs::write(&policy, KEEPS).unwrap();
    let (linear, transformer) = (unsure(), transformer());
    let agent = agent_with(&policy, [&linear, &transformer]).await;
    let done = Arc::new(AtomicBool::new(false));
    let changing = {
        let (policy, done) = (policy.clone(), done.clone());
        tokio::spawn(async move { keep_changing(&policy, done).await })
    };
    let mut seen = [0u32; 2];
    let mut versions = std::collections::BTreeSet::new();
    for _ in 0..2_000 {
        let reply = agent.route(PRINTER).await;
        let decision = &reply["decision"];
        let escalated = decision["policy"] == "escalates";
        let expected =
            if escalated { ["transformer", "low_confidence"] } else { ["tfidf", "confident"] };
        assert_eq!([&decision["route"], &decision["reason"]], expected, "{decision}");
        seen[usize::from(escalated)] += 1;
        versions.insert(decision["policy_version"].to_string());
    }
    done.store(true, Ordering::SeqCst);
    changing.await.unwrap();
    assert!(seen.iter().all(|times| *times > 20), "{seen:?}");
    assert_eq!(versions.len(), 2);
}

#[tokio::test]
async fn a_policy_with_an_error_changes_nothing_and_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    let policy = folder.path().join("policy.toml");
    std::fs::write(&policy, ESCALATES).unwrap();
    let (linear, transformer) = (unsure(), transformer());
    let agent = agent_with(&policy, [&linear, &transformer]).await;
    std::fs::write(&policy, "escalate_below = 7").unwrap();
    eventually(async || {
        agent.metrics().await.contains("agent_policy_reloads_total{outcome=\"refused\"} 1")
    })
    .await;
    assert!(agent.metrics().await.contains("\nagent_policy_refused 1\n"));
    assert_eq!(agent.route(PRINTER).await["decision"]["policy"], "escalates");
    std::fs::remove_file(&policy).unwrap();
    eventually(async || {
        agent.metrics().await.contains("agent_policy_reloads_total{outcome=\"refused\"} 2")
    })
    .await;
    std::fs::write(&policy, KEEPS).unwrap();
    eventually(async || agent.route(PRINTER).await["decision"]["policy"] == "keeps").await;
}

#[tokio::test]
async fn a_rule_decides_and_another_asks_for_a_person() {
    let folder = tempfile::tempdir().unwrap();
    let policy = folder.path().join("policy.toml");
    let text = "[[rules]]\nname = \"logs\"\nwhen = { signal = \"code\", above = 0.2 }\nthen = \"transformer\"\n\
        [[rules]]\nname = \"short\"\nwhen = { signal = \"tokens\", below = 3 }\nthen = \"review\"\n";
    std::fs::write(&policy, text).unwrap();
    let (linear, transformer) = (linear(), transformer());
    let agent = agent_with(&policy, [&linear, &transformer]).await;
    let reply = agent.route("printer {status=0} <offline>").await;
    assert_eq!(
        (&reply["decision"]["route"], &reply["decision"]["decided_by"]),
        (&json!("transformer"), &json!("rules.logs"))
    );
    let reply = agent.route("printer broken").await;
    assert_eq!(
        (&reply["decision"]["route"], &reply["trust"]),
        (&json!("tfidf"), &json!("needs_review"))
    );
}

#[tokio::test]
async fn a_policy_may_want_no_other_model() {
    let folder = tempfile::tempdir().unwrap();
    let policy = folder.path().join("policy.toml");
    std::fs::write(&policy, "fallback = \"fail\"\nescalate_below = 0.9\n").unwrap();
    let (linear, transformer) = (unsure(), transformer());
    let agent = agent_with(&policy, [&linear, &transformer]).await;
    transformer.kill();
    let refused = agent.try_route(PRINTER).await;
    assert_eq!((refused.status, refused.error_type()), (503, "unavailable".to_owned()));
    assert!(
        refused.body.contains("the transformer is down, and the policy allows no other"),
        "{refused:?}"
    );
}
