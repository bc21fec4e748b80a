//! What is too old or too much is deleted.

use std::time::{Duration, Instant};

use switchboard_decisions::{Decision, DecisionLog, Filter, LogOptions, Retention};

use super::on_both_stores;
use crate::common::{PATIENCE, Place, decision, feedback, id, ids, now_ms, number, options};

on_both_stores! {
    decisions_are_deleted_by_age_and_their_feedback_with_them,
    the_oldest_are_deleted_when_there_are_too_many,
    feedback_counts_towards_the_size,
    sweeping_goes_on_while_decisions_come,
}

const HOUR_MS: i64 = 3_600_000;

fn keep(max_age: Duration, max_bytes: u64) -> LogOptions {
    let retention = Retention { max_age, max_bytes };
    LogOptions { retention, sweep_interval: Duration::from_millis(20), ..options() }
}

/// Waits until these are what is left.
async fn left(place: &Place, wanted: std::ops::Range<usize>) {
    let wanted: Vec<_> = wanted.map(id).collect();
    let started = Instant::now();
    loop {
        let found = place.read(Filter::default()).await;
        if ids(&found) == wanted {
            return;
        }
        assert!(started.elapsed() < PATIENCE, "{} are left", found.len());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn bytes(place: &Place) -> u64 {
    let sum = number(&place.address, "SELECT CAST(SUM(size_bytes) AS BIGINT) FROM decisions").await;
    sum.try_into().unwrap()
}

async fn decisions_are_deleted_by_age_and_their_feedback_with_them(place: Place) {
    let log = DecisionLog::open(place.url.clone(), options());
    for number in 0..1300 {
        let hours = if number < 1200 { 3 } else { 1 };
        log.record(Decision { at_ms: now_ms() - hours * HOUR_MS, ..decision(number) });
    }
    for (key, of) in [("a", 0), ("b", 1299)] {
        log.feedback(feedback(key, of, "sales"), PATIENCE).await.unwrap();
    }
    log.close(PATIENCE).await;
    let _log = DecisionLog::open(place.url.clone(), keep(Duration::from_hours(2), u64::MAX));
    left(&place, 1200..1300).await;
    assert_eq!(number(&place.address, "SELECT COUNT(*) FROM feedback").await, 1);
}

async fn the_oldest_are_deleted_when_there_are_too_many(place: Place) {
    let log = DecisionLog::open(place.url.clone(), options());
    (0..1500).for_each(|number| log.record(decision(number)));
    log.close(PATIENCE).await;
    let all = bytes(&place).await;
    let _log = DecisionLog::open(place.url.clone(), keep(Duration::MAX, all / 10));
    // Texts differ by the digits of their number, so that the tenth is not exact.
    let started = Instant::now();
    while bytes(&place).await > all / 10 {
        assert!(started.elapsed() < PATIENCE);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let found = place.read(Filter::default()).await;
    assert!((145..=150).contains(&found.len()), "{}", found.len());
    assert_eq!(found.last().unwrap().decision.request_id, id(1499));
}

async fn feedback_counts_towards_the_size(place: Place) {
    let log = DecisionLog::open(place.url.clone(), options());
    (0..10).for_each(|number| log.record(decision(number)));
    let key = |turn: usize| format!("{turn}{}", "k".repeat(400));
    for turn in 0..50 {
        log.feedback(feedback(&key(turn), 5, "sales"), PATIENCE).await.unwrap();
    }
    let all = bytes(&place).await;
    assert!(all > 50 * 400);
    log.close(PATIENCE).await;
    let _log = DecisionLog::open(place.url.clone(), keep(Duration::MAX, 20 * 400));
    left(&place, 6..10).await;
}

async fn sweeping_goes_on_while_decisions_come(place: Place) {
    let log = DecisionLog::open(place.url.clone(), keep(Duration::MAX, 60_000));
    for number in 0..3000 {
        log.record(decision(number));
        if number % 50 == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    crate::common::counted(&log, |counts| counts.recorded == 3000).await;
    let started = Instant::now();
    while bytes(&place).await > 60_000 {
        assert!(started.elapsed() < PATIENCE);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(place.read(Filter::default()).await.last().unwrap().decision.request_id, id(2999));
}
