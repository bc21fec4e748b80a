//! Callers in a hurry: those with short deadlines, and those who leave.

use tonic::Request;

use super::*;

impl OnTrial {
    /// Routes a ticket of a caller who waits so long and no longer.
    async fn route_within(&self, limit: Duration, id: &str) -> RouteTicketResponse {
        let ticket =
            RouteTicketRequest { text: PRINTER.into(), id: id.into(), ..Default::default() };
        let mut request = Request::new(ticket);
        request.set_timeout(limit);
        self.agent.client().await.route_ticket(request).await.unwrap().into_inner()
    }

    /// A caller comes, and leaves after a while without an answer.
    async fn leave(&self, id: &str) {
        let (api, body) = (self.agent.api, json!({"text": PRINTER, "id": id}));
        let asking = async move { http::post(api, "/v1/tickets/route", &body).await };
        assert!(tokio::time::timeout(Duration::from_millis(300), asking).await.is_err());
    }
}

fn is_the_champions(reply: &RouteTicketResponse) {
    let decision = reply.decision.as_ref().unwrap();
    assert_eq!((reply.model.as_ref().unwrap().version, decision.degraded), (1, false), "{reply:?}");
}

#[tokio::test]
async fn a_challenger_that_hangs_is_stopped_however_little_time_its_callers_have() {
    let on_trial = OnTrial::running(&section("answer", 100, "min_requests = 5\n"), &[]).await;
    on_trial.answers("T-1").await;
    let before = on_trial.linear.challenger_asked();
    on_trial.linear.challenger_now(Behaviour::Never);
    for number in 0..10 {
        is_the_champions(
            &on_trial.route_within(Duration::from_millis(500), &format!("T-{number}")).await,
        );
    }
    let canary = on_trial.canary().await;
    assert_eq!(canary["state"], "stopped_latency", "{canary}");
    assert!(on_trial.linear.challenger_asked() - before < 10);
}

#[tokio::test]
async fn a_champion_that_needs_the_time_gets_it() {
    let on_trial = OnTrial::running(&section("answer", 100, ""), &[]).await;
    on_trial.linear.now(Behaviour::After(Duration::from_millis(300)));
    on_trial.answers("T-1").await;
    let before = on_trial.linear.challenger_asked();
    on_trial.linear.challenger_now(Behaviour::Never);
    for number in 0..4 {
        is_the_champions(
            &on_trial.route_within(Duration::from_millis(550), &format!("T-{number}")).await,
        );
    }
    assert_eq!(on_trial.linear.challenger_asked(), before);
    is_the_champions(&on_trial.route_within(Duration::from_millis(2_500), "T-1").await);
    assert_eq!(on_trial.linear.challenger_asked(), before + 1, "here is time for both");
    let skipped = "agent_canary_skipped_total{family=\"tfidf\",task=\"category\"} ";
    assert!(!on_trial.counts(&format!("{skipped}0")).await);
}

#[tokio::test]
async fn a_challenger_whose_callers_leave_is_stopped_and_they_are_counted() {
    let settings = "max_wait_ms = 5000\nmin_requests = 3\n";
    let flags = ["--tfidf-timeout-ms", "10000"];
    let on_trial = OnTrial::running(&section("answer", 100, settings), &flags).await;
    on_trial.answers("T-1").await;
    on_trial.linear.challenger_now(Behaviour::Never);
    for _ in 0..12 {
        if on_trial.canary().await["state"] == "running" {
            on_trial.leave("T-1").await;
        }
    }
    on_trial.is("stopped_errors").await;
    let failed = &on_trial.canary().await["challenger"]["failed"];
    let line = format!(
        "agent_canary_requests_total{{alias=\"challenger\",family=\"tfidf\",mode=\"answer\",outcome=\"slow\",task=\"category\"}} {failed}"
    );
    assert!(on_trial.counts(&line).await, "{line}");
}

#[tokio::test]
async fn callers_who_leave_while_either_of_the_two_hangs_speak_against_neither() {
    let settings = "max_wait_ms = 5000\nmin_requests = 3\n";
    let flags = ["--tfidf-timeout-ms", "10000"];
    let on_trial = OnTrial::running(&section("answer", 50, settings), &flags).await;
    let challenged = inside(50.0).next().unwrap();
    let others = inside(100.0).find(|id| place_of(id) >= 50.0).unwrap();
    on_trial.route(&others).await;
    on_trial.linear.now(Behaviour::Never);
    on_trial.linear.challenger_now(Behaviour::Never);
    for _ in 0..6 {
        on_trial.leave(&others).await;
        on_trial.leave(&challenged).await;
    }
    eventually(async || on_trial.canary().await["challenger"]["failed"] == 6).await;
    let canary = on_trial.canary().await;
    assert_eq!((&canary["state"], &canary["champion"]["failed"]), (&json!("running"), &json!(6)));
}
