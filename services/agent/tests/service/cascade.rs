//! Both models as one: a routing model of the registry fits the versions that serve.

use std::path::Path;

use serde_json::{Value, json};
use switchboard_artifact::HeldoutRow;
use switchboard_cascade::{FAMILY, FitOptions, FittedVersion, ROUTING_FILE, Side, fit};

use crate::common::agent::{linear, transformer, unsure};
use crate::common::{Agent, Behaviour, eventually, fake, http, registry};

const PRINTER: &str = "hello, my printer is broken again since this morning";

/// Rows that a model with `skill` in a hundred answers rightly, and knows how often.
fn rows(skill: usize, step: usize) -> Vec<HeldoutRow> {
    let row = |number: usize| {
        let truth = number % 3;
        let right = number * step % 100 < skill;
        let said = if right { truth } else { (truth + 1) % 3 };
        let sure = 0.5 + 0.45 * (number as f32 * 0.618_034).fract();
        let probabilities: Vec<f32> =
            (0..3).map(|label| if label == said { sure } else { (1.0 - sure) / 2.0 }).collect();
        HeldoutRow {
            row_hash: number.to_string(),
            label: fake::LABELS[truth].to_owned(),
            language: Some("en".to_owned()),
            logits: probabilities.iter().map(|p| p.ln()).collect(),
            probabilities,
            signals: [].into(),
        }
    };
    (0..600).map(row).collect()
}

/// A routing model fitted to version `linear` of the linear model and version 1 of the transformer.
pub(crate) fn point(linear: u32) -> Vec<u8> {
    let labels = fake::LABELS.map(str::to_owned);
    let version = |name: &str, version| FittedVersion { name: name.to_owned(), version };
    let versions = [version("category-tfidf", linear), version("category-transformer", 1)];
    let answers = [rows(80, 7), rows(85, 11)];
    let side =
        |index: usize| Side { version: &versions[index], labels: &labels, rows: &answers[index] };
    let (point, _) = fit(&side(0), Some(&side(1)), FitOptions::default()).unwrap();
    point.to_bytes().unwrap()
}

/// Publishes such a routing model, and promotes it.
fn publish(root: &Path, linear: u32) {
    publish_bytes(root, &point(linear));
}

fn publish_bytes(root: &Path, point: &[u8]) {
    registry::publish_as(FAMILY, root, &fake::LABELS.map(str::to_owned), |writer| {
        writer.add_file(ROUTING_FILE, point).unwrap();
    });
}

/// Waits until that version of the routing model is used.
async fn uses(agent: &Agent, version: u32) {
    let line = format!("agent_routing_version{{task=\"category\"}} {version}\n");
    eventually(async || agent.metrics().await.contains(&line)).await;
}

async fn routed_as(agent: &Agent, route: &str) -> Value {
    let body = json!({"text": PRINTER, "route": route});
    let reply = http::post(agent.api, "/v1/tickets/route", &body).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    reply.json()
}

#[tokio::test]
async fn answers_of_both_models_become_one_with_a_prediction_set() {
    let folder = tempfile::tempdir().unwrap();
    publish(folder.path(), 1);
    let (linear, transformer) = (unsure(), transformer());
    let url = registry::url(folder.path());
    let policy = folder.path().join("policy.toml");
    std::fs::write(&policy, "escalate_below = 0.7").unwrap();
    let flags = ["--registry", &url, "--policy", policy.to_str().unwrap()];
    let agent = Agent::before_both(&linear, &transformer, &flags).await;
    uses(&agent, 1).await;
    let reply = agent.route(PRINTER).await;
    assert_eq!(
        (&reply["decision"]["route"], &reply["decision"]["routing_version"]),
        (&json!("fusion"), &json!(1)),
        "{reply}"
    );
    assert_eq!(reply["models"].as_array().unwrap().len(), 2);
    assert_eq!(reply["label"], "Storage", "the surer model's");
    assert_ne!(reply["confidence"], reply["models"][1]["confidence"], "but not only its own");
    assert!((reply["coverage"].as_f64().unwrap() - 0.9).abs() < 1e-6);
    assert!(reply["prediction_set"].as_array().unwrap().contains(&json!("Storage")), "{reply}");
    assert!(reply["out_of_scope"].as_f64().is_some_and(|score| (0.0..=1.0).contains(&score)));
    std::fs::write(&policy, "coverage = 0.999\nescalate_below = 0.7").unwrap();
    eventually(async || {
        agent.route(PRINTER).await["prediction_set"].as_array().unwrap().len() == 3
    })
    .await;
    std::fs::write(&policy, "fusion = false\nescalate_below = 0.7").unwrap();
    eventually(async || agent.route(PRINTER).await["decision"]["route"] == "transformer").await;
}

#[tokio::test]
async fn a_caller_may_name_the_models() {
    let folder = tempfile::tempdir().unwrap();
    publish(folder.path(), 1);
    let (linear, transformer) = (linear(), transformer());
    let agent =
        Agent::before_both(&linear, &transformer, &["--registry", &registry::url(folder.path())])
            .await;
    for (asked, route) in [("tfidf", "tfidf"), ("transformer", "transformer"), ("both", "fusion")] {
        eventually(async || routed_as(&agent, asked).await["decision"]["route"] == route).await;
        let reply = routed_as(&agent, asked).await;
        assert_eq!(reply["decision"]["reason"], "requested");
        assert_eq!(reply["models"][0]["scores"].as_object().unwrap().len(), 3);
    }
    transformer.kill();
    let reply = routed_as(&agent, "both").await;
    assert_eq!(
        (&reply["decision"]["reason"], &reply["decision"]["degraded"]),
        (&json!("fallback"), &json!(true))
    );
    let body = json!({"text": PRINTER, "route": "bert"});
    let refused = http::post(agent.api, "/v1/tickets/route", &body).await;
    assert_eq!((refused.status, refused.error_type()), (400, "invalid_argument".to_owned()));
    assert!(refused.body.contains("\\\"both\\\""), "{refused:?}");
}

#[tokio::test]
async fn a_challenger_on_trial_is_not_judged_by_what_was_fitted_to_its_champion() {
    let folder = tempfile::tempdir().unwrap();
    publish(folder.path(), 1);
    let (linear, transformer) = (unsure(), transformer());
    transformer.challenged_by(2, [0.03, 0.02, 0.95]);
    let url = registry::url(folder.path());
    let policy = folder.path().join("policy.toml");
    let canary = "escalate_below = 0.7\n[[canary]]\ntask = 'category'\nfamily = 'transformer'\nshare = 100\nmode = 'answer'\n";
    std::fs::write(&policy, canary).unwrap();
    let flags = ["--registry", &url, "--policy", policy.to_str().unwrap()];
    let agent = Agent::before_both(&linear, &transformer, &flags).await;
    uses(&agent, 1).await;
    eventually(async || agent.route(PRINTER).await["decision"]["canary"] == true).await;
    let reply = agent.route(PRINTER).await;
    let decision = &reply["decision"];
    assert_eq!(
        (&decision["route"], &decision["routing_version"]),
        (&json!("transformer"), &Value::Null)
    );
    assert_eq!((&reply["model"]["version"], &reply["prediction_set"]), (&json!(2), &json!([])));
    assert_eq!(http::get(agent.admin, "/readyz").await.json()["lacks"], json!([]), "{reply}");
    transformer.challenger_now(Behaviour::Broken);
    let reply = agent.route(PRINTER).await;
    let decision = &reply["decision"];
    assert_eq!((&decision["route"], &decision["canary"]), (&json!("fusion"), &json!(false)));
    assert_eq!((&decision["routing_version"], &decision["degraded"]), (&json!(1), &json!(false)));
    assert_eq!(reply["models"][1]["version"], 1);
}

#[tokio::test]
async fn a_routing_model_for_other_versions_is_not_used_and_that_is_told() {
    let folder = tempfile::tempdir().unwrap();
    publish(folder.path(), 7);
    let (linear, transformer) = (unsure(), transformer());
    let agent =
        Agent::before_both(&linear, &transformer, &["--registry", &registry::url(folder.path())])
            .await;
    let told = "category-routing 1 fits category-tfidf 7, and category-tfidf 1 serves: run calibrate-routing";
    eventually(async || http::get(agent.admin, "/readyz").await.body.contains(told)).await;
    let reply = agent.route(PRINTER).await;
    assert_eq!(
        (&reply["decision"]["route"], &reply["decision"]["routing_version"]),
        (&json!("transformer"), &Value::Null)
    );
    assert!(agent.metrics().await.contains("agent_routing_version{task=\"category\"} 0"));
    publish(folder.path(), 1);
    eventually(async || agent.route(PRINTER).await["decision"]["route"] == "fusion").await;
}

#[tokio::test]
async fn a_routing_model_that_cannot_be_used_leaves_the_one_before_in_use() {
    let folder = tempfile::tempdir().unwrap();
    publish(folder.path(), 1);
    let (linear, transformer) = (unsure(), transformer());
    let agent =
        Agent::before_both(&linear, &transformer, &["--registry", &registry::url(folder.path())])
            .await;
    uses(&agent, 1).await;
    publish_bytes(folder.path(), b"not a routing model");
    // The versions that serve are not in this registry either.
    let refused = "agent_version_refusals_total{reason=\"unusable\"} 3\n";
    eventually(async || agent.metrics().await.contains(refused)).await;
    uses(&agent, 1).await;
    publish(folder.path(), 1);
    uses(&agent, 3).await;
    assert!(agent.metrics().await.contains(refused), "nothing is refused twice");
}
