//! Recording never waits, and everything is counted once.

use std::time::Instant;

use switchboard_decisions::{Counts, Decision, DecisionLog, Filter, LogOptions};

use super::on_both_stores;
use crate::common::{PATIENCE, Place, counted, decision, ids, options, stored};

on_both_stores! {
    a_full_queue_drops_and_counts,
    a_queue_is_full_of_few_large_decisions_too,
    a_decision_without_a_usable_name_drops_no_other,
    closing_stores_what_is_queued,
    what_comes_after_closing_is_counted_as_dropped,
    a_log_that_nobody_holds_any_more_stores_what_is_queued,
}

// Decisions come faster than any store takes them; how many it takes meanwhile is not known.
async fn a_full_queue_drops_and_counts(place: Place) {
    let log = DecisionLog::open(place.url.clone(), LogOptions { queue: 10, ..options() });
    (0..5_000).for_each(|number| log.record(decision(number)));
    counted(&log, |counts| counts.queued == 0).await;
    let Counts { recorded, dropped_full, .. } = log.counts();
    assert!(dropped_full > 0 && recorded >= 10 && recorded + dropped_full == 5_000);
    (5_000..5_005).for_each(|number| log.record(decision(number)));
    log.close(PATIENCE).await;
    let expected = Counts { recorded: recorded + 5, dropped_full, ..Counts::default() };
    assert_eq!(log.counts(), expected);
    assert_eq!(place.read(Filter::default()).await.len() as u64, recorded + 5);
}

async fn a_queue_is_full_of_few_large_decisions_too(place: Place) {
    let log =
        DecisionLog::open(place.url.clone(), LogOptions { queue_bytes: 1 << 20, ..options() });
    let text = "x".repeat(100_000);
    for number in 0..1_000 {
        log.record(Decision { text: text.clone(), ..decision(number) });
    }
    counted(&log, |counts| counts.queued == 0).await;
    let Counts { recorded, dropped_full, .. } = log.counts();
    assert!(dropped_full > 0 && recorded >= 10 && recorded + dropped_full == 1_000);
    log.record(decision(1_000));
    counted(&log, |counts| counts.recorded == recorded + 1).await;
}

async fn a_decision_without_a_usable_name_drops_no_other(place: Place) {
    let log = DecisionLog::open(place.url.clone(), options());
    for request_id in
        [String::new(), "x".repeat(Decision::MAX_ID_BYTES + 1), "x".repeat(Decision::MAX_ID_BYTES)]
    {
        log.record(Decision { request_id, ..decision(0) });
    }
    log.record(decision(0));
    log.close(PATIENCE).await;
    assert_eq!(log.counts(), Counts { recorded: 2, dropped_failed: 2, ..Counts::default() });
    assert_eq!(place.read(Filter::default()).await.len(), 2);
}

async fn closing_stores_what_is_queued(place: Place) {
    let log = DecisionLog::open(place.url.clone(), options());
    (0..1000).for_each(|number| log.record(decision(number)));
    log.close(PATIENCE).await;
    assert_eq!(log.counts(), Counts { recorded: 1000, ..Counts::default() });
    assert_eq!(ids(&place.read(Filter::default()).await).len(), 1000);
}

async fn what_comes_after_closing_is_counted_as_dropped(place: Place) {
    let log = DecisionLog::open(place.url.clone(), options());
    log.close(PATIENCE).await;
    log.clone().close(PATIENCE).await;
    log.record(decision(0));
    assert_eq!(log.counts(), Counts { dropped_failed: 1, ..Counts::default() });
}

async fn a_log_that_nobody_holds_any_more_stores_what_is_queued(place: Place) {
    let log = stored(&place.url, 0..1).await;
    (1..600).for_each(|number| log.record(decision(number)));
    drop(log);
    let started = Instant::now();
    while place.read(Filter::default()).await.len() < 600 {
        assert!(started.elapsed() < PATIENCE);
    }
}
