//! Which model is asked, and what the reply says about it.

use serde_json::Value;

use crate::common::agent::{linear, transformer, unsure};
use crate::common::{Agent, eventually};

const PRINTER: &str = "my printer is broken";
const FRENCH: &str =
    "Bonjour, mon imprimante ne marche plus depuis hier matin, merci de votre aide";

/// Route, reason, degraded.
fn decided(reply: &Value) -> (&str, &str, bool) {
    let decision = &reply["decision"];
    let text = |name: &str| decision[name].as_str().unwrap();
    assert_eq!(reply["model"]["family"], text("route"));
    (text("route"), text("reason"), decision["degraded"].as_bool().unwrap())
}

#[tokio::test]
async fn a_confident_linear_model_answers_alone() {
    let (linear, transformer) = (linear(), transformer());
    let agent = Agent::before_both(&linear, &transformer, &[]).await;
    let reply = agent.route(PRINTER).await;
    assert_eq!(decided(&reply), ("tfidf", "confident", false));
    assert_eq!(
        (reply["label"].as_str().unwrap(), linear.asked(), transformer.asked()),
        ("Hardware", 1, 0)
    );
}

#[tokio::test]
async fn an_unsure_linear_model_asks_for_the_transformer() {
    let (linear, transformer) = (unsure(), transformer());
    let agent = Agent::before_both(&linear, &transformer, &[]).await;
    let reply = agent.route(PRINTER).await;
    assert_eq!(decided(&reply), ("transformer", "low_confidence", false));
    assert_eq!(reply["label"], "Storage");
    let explanation = "the linear model's confidence 0.55 is below 0.70";
    assert_eq!(reply["decision"]["explanation"], explanation);
}

#[tokio::test]
async fn a_complex_ticket_goes_to_the_transformer() {
    let (linear, transformer) = (linear(), transformer());
    let agent = Agent::before_both(&linear, &transformer, &[]).await;
    let reply = agent.route(&"my printer prints blank pages ".repeat(40)).await;
    assert_eq!(decided(&reply), ("transformer", "complex", false));
    assert_eq!((linear.asked(), transformer.asked()), (0, 1));
}

#[tokio::test]
async fn a_language_goes_to_the_model_that_was_better_at_it() {
    let (linear, transformer) = (linear(), transformer());
    linear.knows("fr", 100, 0.80);
    transformer.knows("fr", 100, 0.90);
    linear.knows("en", 100, 0.90);
    transformer.knows("en", 100, 0.80);
    let agent = Agent::before_both(&linear, &transformer, &[]).await;
    let reply = agent.route(FRENCH).await;
    assert_eq!(
        (decided(&reply), reply["language"]["code"].as_str()),
        (("transformer", "language", false), Some("fr"))
    );
    let explanation =
        "in language fr the transformer's held-out accuracy is 0.900, the linear model's 0.800";
    assert_eq!(reply["decision"]["explanation"], explanation);
    let english = agent.route("hello, my printer is broken again since this morning").await;
    assert_eq!(decided(&english), ("tfidf", "confident", false));
}

#[tokio::test]
async fn the_record_of_a_newly_served_version_counts() {
    let (linear, transformer) = (linear(), transformer());
    let agent = Agent::before_both(&linear, &transformer, &[]).await;
    assert_eq!(decided(&agent.route(FRENCH).await).1, "confident");
    transformer.knows("fr", 100, 0.90);
    eventually(async || decided(&agent.route(FRENCH).await).1 == "language").await;
}

#[tokio::test]
async fn a_policy_overrides_the_thresholds() {
    let folder = tempfile::tempdir().unwrap();
    let policy = folder.path().join("night.toml");
    std::fs::write(&policy, "name = \"night\"\nescalate_below = 0.5\n").unwrap();
    let (linear, transformer) = (unsure(), transformer());
    let flags = ["--policy", policy.to_str().unwrap()];
    let agent = Agent::before_both(&linear, &transformer, &flags).await;
    let reply = agent.route(PRINTER).await;
    assert_eq!(decided(&reply), ("tfidf", "confident", false));
    assert_eq!(reply["decision"]["policy"], "night");
}
