//! Versions that come, go, are promoted and are not loaded everywhere; and two trials at once.

use super::*;

#[tokio::test]
async fn a_version_that_is_not_loaded_is_not_judged_and_costs_no_answer() {
    let on_trial = OnTrial::running(&section("answer", 100, "min_requests = 3\n"), &[]).await;
    on_trial.answers("T-1").await;
    on_trial.linear.challenger_now(Behaviour::NotLoaded);
    let before = on_trial.linear.challenger_asked();
    for number in 0..20 {
        let reply = on_trial.route(&format!("T-{number}")).await;
        assert_eq!(
            (&reply["label"], &reply["decision"]["degraded"]),
            (&json!("Hardware"), &json!(false))
        );
    }
    assert_eq!(on_trial.linear.challenger_asked(), before + 20);
    assert_eq!(on_trial.canary().await["state"], "running");
}

#[tokio::test]
async fn a_stop_holds_while_replicas_tell_different_challengers() {
    let on_trial = OnTrial::running(&section("answer", 100, "min_requests = 5\n"), &[]).await;
    on_trial.answers("T-1").await;
    on_trial.linear.challenger_now(Behaviour::Broken);
    eventually(async || {
        on_trial.route("T-1").await;
        on_trial.canary().await["state"] == "stopped_errors"
    })
    .await;
    let stopped = on_trial.canary().await;
    let tells = async |version: u32, state: &str| {
        on_trial.linear.challenged_by(version, ACCESS);
        eventually(async || on_trial.canary().await["challenger"]["version"] == version).await;
        on_trial.is(state).await;
    };
    tells(3, "running").await;
    tells(2, "stopped_errors").await;
    assert_eq!(on_trial.canary().await, stopped, "with its time, its figures and its reason");
    tells(3, "running").await;
}

#[tokio::test]
async fn a_challenger_that_is_the_champion_is_not_asked_also_after_a_rollback() {
    let on_trial = OnTrial::running(&section("answer", 100, LENIENT), &[]).await;
    let idle = async || {
        on_trial.is("no_challenger").await;
        let before = on_trial.linear.challenger_asked();
        for number in 0..20 {
            let reply = on_trial.route(&format!("T-{number}")).await;
            assert_eq!(reply["decision"]["canary"], false);
        }
        assert_eq!(on_trial.linear.challenger_asked(), before);
    };
    on_trial.answers("T-1").await;
    // It is promoted, and keeps its alias.
    on_trial.linear.promoted(2);
    idle().await;
    // A rollback: the champion is the old version again, and the challenger's alias is moved there.
    on_trial.linear.promoted(1);
    on_trial.is("running").await;
    on_trial.linear.challenged_by(1, ACCESS);
    idle().await;
    on_trial.linear.challenged_by(2, ACCESS);
    on_trial.answers("T-1").await;
}

#[tokio::test]
async fn another_champion_is_not_shown_with_the_figures_of_the_one_before() {
    let on_trial = OnTrial::running(&section("shadow", 100, LENIENT), &[]).await;
    on_trial.route("T-1").await;
    eventually(async || on_trial.canary().await["agreement"]["different"] == 1).await;
    let before = on_trial.canary().await;
    assert_eq!(
        (&before["challenger"]["calls"], &before["champion"]["calls"]),
        (&json!(1), &json!(1))
    );
    on_trial.linear.promoted(5);
    eventually(async || on_trial.canary().await["champion"]["version"] == 5).await;
    eventually(async || on_trial.canary().await["challenger"]["calls"] == 0).await;
    let after = on_trial.canary().await;
    assert_eq!(after["state"], "running");
    assert_eq!(after["agreement"], json!({"same": 0, "different": 0}));
    assert_eq!(
        (&after["champion"]["calls"], &after["champion"]["p95_ms"]),
        (&json!(0), &Value::Null)
    );
}

#[tokio::test]
async fn a_shadow_that_hangs_takes_no_place_from_another() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.toml");
    let settings = format!("{LENIENT}max_wait_ms = 600000\n");
    let of_linear = section("shadow", 100, &settings);
    let of_transformer = of_linear.replace("tfidf", "transformer");
    std::fs::write(&path, format!("{of_linear}{of_transformer}")).unwrap();
    let (linear, transformer) = (linear(), transformer());
    linear.challenged_by(2, ACCESS);
    transformer.challenged_by(2, ACCESS);
    let flags = ["--policy", path.to_str().unwrap(), "--transformer-timeout-ms", "600000"];
    let agent = Agent::before_both(&linear, &transformer, &flags).await;
    let canaries = async || http::get(agent.admin, "/status.json").await.json()["canaries"].clone();
    eventually(async || {
        let canaries = canaries().await;
        canaries[0]["state"] == "running" && canaries[1]["state"] == "running"
    })
    .await;
    transformer.challenger_now(Behaviour::Never);
    for number in 1..=12 {
        let body = json!({"text": PRINTER, "route": "both"});
        assert_eq!(http::post(agent.api, "/v1/tickets/route", &body).await.status, 200);
        eventually(async || canaries().await[0]["agreement"]["different"] == number).await;
    }
    eventually(async || transformer.challenger_asked() == 8).await;
}

#[tokio::test]
async fn a_champion_that_was_asked_beside_a_challenger_that_failed_did_not_lose_its_caller() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.toml");
    let of_linear = section("answer", 50, &format!("{LENIENT}max_wait_ms = 300\n"));
    let of_transformer = section("answer", 50, "").replace("tfidf", "transformer");
    std::fs::write(&path, format!("{of_linear}{of_transformer}")).unwrap();
    let (linear, transformer) = (linear(), transformer());
    linear.challenged_by(2, ACCESS);
    transformer.challenged_by(2, ACCESS);
    let flags = ["--policy", path.to_str().unwrap()];
    let agent = Agent::before_both(&linear, &transformer, &flags).await;
    let body = json!({"text": PRINTER, "route": "both", "id": inside(50.0).next().unwrap()});
    let route = async || http::post(agent.api, "/v1/tickets/route", &body).await.json();
    eventually(async || route().await["decision"]["canary"] == true).await;
    linear.challenger_now(Behaviour::Never);
    transformer.now(Behaviour::After(Duration::from_millis(600)));
    assert_eq!(route().await["decision"]["canary"], false);
    let calls = |family: &str, alias: &str| {
        format!(
            "agent_canary_requests_total{{alias=\"{alias}\",family=\"{family}\",mode=\"answer\",outcome=\"slow\",task=\"category\"}} "
        )
    };
    let metrics = agent.metrics().await;
    assert!(metrics.contains(&format!("{}1\n", calls("tfidf", "challenger"))), "{metrics}");
    assert!(metrics.contains(&format!("{}0\n", calls("transformer", "champion"))), "{metrics}");
}
