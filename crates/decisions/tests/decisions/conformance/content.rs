//! What is recorded is what is read.

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use switchboard_decisions::{Decision, DecisionLog, DecisionReader, Filter};

use super::on_both_stores;
use crate::common::{
    PATIENCE, Place, counted, decision, execute, feedback, id, ids, now_ms, options, stored,
};

on_both_stores! {
    any_decision_is_read_as_it_was_recorded,
    decisions_are_read_in_the_order_of_their_ids,
    signs_no_store_can_hold_are_replaced,
    a_decision_recorded_twice_is_stored_once,
    a_filter_chooses_by_time_task_and_feedback,
    two_logs_share_a_store,
    the_tables_of_a_newer_release_are_used_as_they_are,
    an_empty_log_is_read_as_one,
}

fn any_decision() -> impl Strategy<Value = Decision> {
    let text =
        || proptest::collection::vec(any::<char>().prop_filter("no zero", |c| *c != '\0'), 0..40);
    let text = move || text().prop_map(|chars| chars.into_iter().collect::<String>());
    let strings = proptest::collection::vec(text(), 9);
    let numbers = (any::<Option<u32>>(), -1e30_f32..1e30, any::<bool>());
    (strings, numbers).prop_map(|(strings, (routing_version, confidence, degraded))| {
        let [task, policy, policy_version, language, route, reason, label, trust, text] =
            <[String; 9]>::try_from(strings).unwrap();
        let evidence = format!("{text}{label}");
        let at_ms = now_ms();
        Decision {
            request_id: String::new(),
            at_ms,
            task,
            policy,
            policy_version,
            routing_version,
            language,
            route,
            reason,
            label,
            confidence,
            trust,
            degraded,
            text,
            evidence,
        }
    })
}

async fn any_decision_is_read_as_it_was_recorded(place: Place) {
    let mut runner = TestRunner::deterministic();
    let log = DecisionLog::open(place.url.clone(), options());
    let mut wanted = Vec::new();
    for number in 0..300 {
        let mut any = any_decision().new_tree(&mut runner).unwrap().current();
        any.request_id = id(number);
        wanted.push(any.clone());
        log.record(any);
    }
    log.close(PATIENCE).await;
    let found = place.read(Filter::default()).await;
    let found: Vec<_> = found.into_iter().map(|stored| stored.decision).collect();
    assert_eq!(found.len(), wanted.len());
    // Not assert_eq: what differs may be the text, which is not printed.
    assert!(found == wanted);
}

async fn decisions_are_read_in_the_order_of_their_ids(place: Place) {
    let log = DecisionLog::open(place.url.clone(), options());
    for number in (0..700).rev() {
        log.record(decision(number));
    }
    log.close(PATIENCE).await;
    let wanted: Vec<_> = (0..700).map(id).collect();
    assert_eq!(ids(&place.read(Filter::default()).await), wanted);
    let limited = place.read(Filter { limit: Some(300), ..Filter::default() }).await;
    assert_eq!(ids(&limited), wanted[..300]);
}

async fn signs_no_store_can_hold_are_replaced(place: Place) {
    let log = DecisionLog::open(place.url.clone(), options());
    log.record(Decision {
        text: "a\0b".to_owned(),
        confidence: f32::NAN,
        routing_version: None,
        ..decision(0)
    });
    log.close(PATIENCE).await;
    let found = place.read(Filter::default()).await.remove(0).decision;
    assert_eq!((found.text.as_str(), found.confidence), ("a\u{fffd}b", 0.0));
    assert_eq!(found.routing_version, None);
}

async fn a_decision_recorded_twice_is_stored_once(place: Place) {
    let log = stored(&place.url, 0..1).await;
    for label in ["first", "second"] {
        log.record(Decision { label: label.to_owned(), ..decision(1) });
    }
    log.record(Decision { label: "other".to_owned(), ..decision(0) });
    log.close(PATIENCE).await;
    assert_eq!(log.counts().recorded, 4);
    let labels = place.read(Filter::default()).await.into_iter().map(|row| row.decision.label);
    assert_eq!(labels.collect::<Vec<_>>(), ["billing", "first"]);
}

async fn a_filter_chooses_by_time_task_and_feedback(place: Place) {
    let start = now_ms();
    let log = DecisionLog::open(place.url.clone(), options());
    for number in 0..10_usize {
        let task = if number % 2 == 0 { "queue" } else { "category" };
        let at_ms = start + i64::try_from(number).unwrap();
        log.record(Decision { task: task.to_owned(), at_ms, ..decision(number) });
    }
    for number in [4, 5] {
        log.feedback(feedback(&format!("key {number}"), number, "sales"), PATIENCE).await.unwrap();
    }
    let chosen = async |filter| {
        let found = place.read(filter).await;
        found.iter().map(|row| row.decision.at_ms - start).collect::<Vec<_>>()
    };
    let all = Filter::default;
    let between = Filter { since_ms: Some(start + 2), until_ms: Some(start + 5), ..all() };
    assert_eq!(chosen(between).await, [2, 3, 4]);
    assert_eq!(chosen(Filter { task: Some("category".into()), ..all() }).await, [1, 3, 5, 7, 9]);
    assert_eq!(chosen(Filter { labelled: true, ..all() }).await, [4, 5]);
    let labelled = Filter { task: Some("queue".into()), labelled: true, ..all() };
    assert_eq!(place.read(labelled).await[0].feedback.as_deref(), Some("sales"));
    assert_eq!(chosen(Filter { limit: Some(0), ..all() }).await, [0_i64; 0]);
}

async fn two_logs_share_a_store(place: Place) {
    let logs = [0, 1].map(|_| DecisionLog::open(place.url.clone(), options()));
    for number in 0..400 {
        logs[number % 2].record(decision(number));
    }
    for log in &logs {
        counted(log, |counts| counts.recorded == 200).await;
        log.close(PATIENCE).await;
    }
    assert_eq!(place.read(Filter::default()).await.len(), 400);
}

async fn the_tables_of_a_newer_release_are_used_as_they_are(place: Place) {
    stored(&place.url, 0..1).await.close(PATIENCE).await;
    let newer = "ALTER TABLE decisions ADD COLUMN later BIGINT;
                 INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                 SELECT 99, 'later', success, checksum, execution_time FROM _sqlx_migrations";
    execute(&place.address, newer).await;
    stored(&place.url, 1..2).await.close(PATIENCE).await;
    assert_eq!(place.read(Filter::default()).await.len(), 2);
}

async fn an_empty_log_is_read_as_one(place: Place) {
    let log = stored(&place.url, 0..0).await;
    log.close(PATIENCE).await;
    let mut reader = DecisionReader::open(&place.url).await.unwrap();
    assert!(reader.decisions(Filter::default()).next().await.unwrap().is_none());
}
