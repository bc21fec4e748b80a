//! A store that is there, and does not do what it is asked.

use switchboard_decisions::{DecisionLog, FeedbackError, Filter, LogOptions};

use super::on_both_stores;
use crate::common::{
    CANARY, PATIENCE, Place, counted, decision, execute, feedback, options, recorded_again, stored,
};
use crate::told::Told;

on_both_stores! {
    what_the_store_refuses_twice_is_dropped_and_counted,
    a_change_is_told_once_and_never_a_text,
    feedback_that_cannot_be_stored_is_not_available,
}

/// From now on no decision can be stored: the message is that of a full disk.
async fn refuse(place: &Place) {
    let sql = if place.is_sqlite() {
        "CREATE TRIGGER refuse BEFORE INSERT ON decisions BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
    } else {
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN RAISE EXCEPTION 'disk is full'; END $$;
         CREATE TRIGGER refuse BEFORE INSERT ON decisions FOR EACH ROW EXECUTE FUNCTION refuse()"
    };
    execute(&place.address, sql).await;
}

async fn accept(place: &Place) {
    let on = if place.is_sqlite() { "" } else { "ON decisions" };
    execute(&place.address, &format!("DROP TRIGGER refuse {on}")).await;
}

async fn what_the_store_refuses_twice_is_dropped_and_counted(place: Place) {
    let log = stored(&place.url, 0..5).await;
    refuse(&place).await;
    (5..15).for_each(|number| log.record(decision(number)));
    counted(&log, |counts| counts.dropped_failed == 10).await;
    assert_eq!((log.counts().recorded, log.counts().queued), (5, 0));
    accept(&place).await;
    recorded_again(&log, 15).await;
    assert!(place.read(Filter::default()).await.len() > 5);
}

async fn a_change_is_told_once_and_never_a_text(place: Place) {
    let (told, _guard) = Told::listen();
    let log = stored(&place.url, 0..1).await;
    assert_eq!(told.warnings(), [""; 0]);
    refuse(&place).await;
    for round in 1..4 {
        log.record(decision(round));
        counted(&log, |counts| counts.dropped_failed == round as u64).await;
    }
    let warnings = told.warnings();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].contains("decision store is away") && warnings[0].contains("disk is full"));
    accept(&place).await;
    recorded_again(&log, 4).await;
    log.close(PATIENCE).await;
    let warnings = told.warnings();
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    assert!(warnings[1].contains("decision store is back"));
    let all = told.all();
    assert!(!all.contains(CANARY) && !all.contains("secret") && !all.contains("INSERT"), "{all}");
}

async fn feedback_that_cannot_be_stored_is_not_available(place: Place) {
    let log = DecisionLog::open(place.url.clone(), LogOptions { queue: 20, ..options() });
    counted_first(&log).await;
    execute(&place.address, "ALTER TABLE feedback RENAME TO elsewhere").await;
    let away = log.feedback(feedback("a", 0, "sales"), PATIENCE).await;
    assert_eq!(away, Err(FeedbackError::Unavailable));
    execute(&place.address, "ALTER TABLE elsewhere RENAME TO feedback").await;
    recorded_again(&log, 1).await;
    assert!(!log.feedback(feedback("a", 0, "sales"), PATIENCE).await.unwrap().repeated);
}

async fn counted_first(log: &DecisionLog) {
    log.record(decision(0));
    counted(log, |counts| counts.recorded == 1).await;
}
