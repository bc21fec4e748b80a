//! Thresholds are read off the held-out rows of the very version that serves.

use std::time::Duration;

use switchboard_artifact::{HeldoutRow, SigningKey};

use crate::common::agent::{linear, transformer};
use crate::common::{Agent, eventually, fake, registry};

/// Longer than the pause between two looks at the registry.
pub(crate) const A_LOOK: Duration = Duration::from_millis(2_500);

/// Sure rows are right and others wrong: nothing under 0.9 is good enough alone.
pub(crate) fn heldout() -> Vec<HeldoutRow> {
    (0..100)
        .map(|row| {
            let right = row < 60;
            let probabilities = if right { [0.9, 0.05, 0.05] } else { [0.6, 0.3, 0.1] };
            HeldoutRow {
                row_hash: row.to_string(),
                label: fake::LABELS[usize::from(!right)].to_owned(),
                language: None,
                logits: probabilities.to_vec(),
                probabilities: probabilities.to_vec(),
                signals: [].into(),
            }
        })
        .collect()
}

fn labels() -> Vec<String> {
    fake::LABELS.map(str::to_owned).to_vec()
}

/// Waits until a ticket's explanation says so.
pub(crate) async fn explains(agent: &Agent, explanation: &str) {
    eventually(async || {
        let reply = agent.route("my printer is broken").await;
        reply["decision"]["explanation"].as_str().unwrap().contains(explanation)
    })
    .await;
}

#[tokio::test]
async fn held_out_rows_set_the_thresholds_and_a_registry_that_vanishes_unsets_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("registry");
    registry::publish(&root, &labels(), |writer| writer.add_heldout(&heldout()).unwrap());
    let (linear, transformer) = (linear(), transformer());
    linear.says([0.1, 0.85, 0.05]);
    let url = registry::url(&root);
    let agent = Agent::before_both(&linear, &transformer, &["--registry", &url]).await;
    let explanation = "the linear model's confidence 0.85 is below 0.90";
    explains(&agent, explanation).await;
    let reply = agent.route("my printer is broken").await;
    assert_eq!(
        (&reply["decision"]["reason"], &reply["label"]),
        (&"low_confidence".into(), &"Storage".into())
    );
    std::fs::remove_dir_all(&root).unwrap();
    eventually(async || agent.metrics().await.contains("agent_registry_up 0\n")).await;
    let reply = agent.route("my printer is broken").await;
    assert_eq!(reply["decision"]["explanation"], explanation);
    transformer.kill();
    let reply = agent.route("my printer is broken").await;
    assert_eq!((&reply["label"], &reply["needs_review"]), (&"Hardware".into(), &false.into()));
}

#[tokio::test]
async fn rows_that_nobody_trusted_vouches_for_set_no_thresholds() {
    let key = SigningKey::generate().unwrap();
    for signed in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let (root, file) = (folder.path().join("registry"), folder.path().join("trusted.pub"));
        key.public().write_new(&file).unwrap();
        let other = SigningKey::generate().unwrap();
        let signer = if signed { &key } else { &other };
        registry::publish_signed(&root, &labels(), signer, |writer| {
            writer.add_heldout(&heldout()).unwrap();
        });
        let linear = linear();
        linear.says([0.1, 0.85, 0.05]);
        let url = registry::url(&root);
        let flags = ["--registry", &url, "--trusted-keys", file.to_str().unwrap()];
        let agent = Agent::before(&linear, &flags).await;
        let below = if signed { "0.85 is below 0.90" } else { "0.85 is not below 0.70" };
        explains(&agent, below).await;
        let counted = u8::from(!signed);
        let refused = format!("agent_version_refusals_total{{reason=\"unknown_key\"}} {counted}");
        eventually(async || agent.metrics().await.contains(&refused)).await;
        // Looked at again, it is not refused again.
        tokio::time::sleep(A_LOOK).await;
        assert!(agent.metrics().await.contains(&refused));
    }
}

#[tokio::test]
async fn the_review_threshold_is_read_too() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("registry");
    registry::publish(&root, &labels(), |writer| writer.add_heldout(&heldout()).unwrap());
    let linear = linear();
    linear.says([0.3, 0.55, 0.15]);
    let agent = Agent::before(&linear, &["--registry", &registry::url(&root)]).await;
    eventually(async || agent.route("my printer is broken").await["needs_review"] == true).await;
}

#[tokio::test]
async fn a_registry_that_comes_late_is_read_late() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("registry");
    let linear = linear();
    linear.says([0.1, 0.85, 0.05]);
    let agent = Agent::before(&linear, &["--registry", &registry::url(&root)]).await;
    let reply = agent.route("my printer is broken").await;
    assert_eq!(reply["decision"]["explanation"], "confidence 0.85 is not below 0.70");
    registry::publish(&root, &labels(), |writer| writer.add_heldout(&heldout()).unwrap());
    explains(&agent, "0.85 is below 0.90").await;
}

#[tokio::test]
async fn another_version_of_the_same_number_is_read_anew() {
    let folder = tempfile::tempdir().unwrap();
    let [root, other] = ["registry", "other"].map(|name| folder.path().join(name));
    registry::publish(&root, &labels(), |_| ());
    registry::publish(&other, &labels(), |writer| writer.add_heldout(&heldout()).unwrap());
    let linear = linear();
    linear.says([0.1, 0.85, 0.05]);
    let agent = Agent::before(&linear, &["--registry", &registry::url(&root)]).await;
    explains(&agent, "0.85 is not below 0.70").await;
    let version = |root: &std::path::Path| root.join("models/category-tfidf/1");
    std::fs::rename(version(&root), folder.path().join("aside")).unwrap();
    std::fs::rename(version(&other), version(&root)).unwrap();
    explains(&agent, "0.85 is below 0.90").await;
}
