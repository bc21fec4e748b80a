//! What can happen to a server.

use std::time::Duration;

use switchboard_decisions::{
    Counts, DecisionLog, DecisionReader, FeedbackError, Filter, LogOptions, ReadError,
};

use crate::common::{
    PATIENCE, counted, decision, feedback, id, ids, options, read, recorded_again, stored,
};
use crate::server::Server;
use crate::told::Told;

/// Gives a server up soon.
fn impatient() -> LogOptions {
    LogOptions { store_deadline: Duration::from_millis(500), queue: 20, ..options() }
}

#[tokio::test]
async fn a_server_that_comes_later_gets_what_was_queued_and_what_is_new() {
    let mut server = Server::prepared(false);
    let (told, _guard) = Told::listen();
    let log = DecisionLog::open(server.url(), impatient());
    (0..30).for_each(|number| log.record(decision(number)));
    assert_eq!(log.counts(), Counts { queued: 20, dropped_full: 10, ..Counts::default() });
    let away = log.feedback(feedback("a", 0, "sales"), PATIENCE).await;
    assert_eq!(away, Err(FeedbackError::Unavailable));
    server.start();
    counted(&log, |counts| counts.recorded == 20).await;
    log.record(decision(30));
    counted(&log, |counts| counts.recorded == 21).await;
    let mut wanted: Vec<_> = (0..20).map(id).collect();
    wanted.push(id(30));
    assert_eq!(ids(&read(&server.url(), Filter::default()).await), wanted);
    let warnings = told.warnings();
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    assert!(!told.all().contains("secret"), "{}", told.all());
}

/// Gives the writer something to store where nothing can be stored now, and time to try: it then takes no more.
async fn busy_with(log: &DecisionLog, number: usize) {
    log.record(decision(number));
    tokio::time::sleep(Duration::from_millis(100)).await;
}

#[tokio::test]
async fn a_server_that_hangs_holds_nothing_up() {
    let server = Server::started();
    let log = DecisionLog::open(server.url(), impatient());
    log.record(decision(0));
    counted(&log, |counts| counts.recorded == 1).await;
    server.signal("-STOP");
    busy_with(&log, 1).await;
    (2..102).for_each(|number| log.record(decision(number)));
    assert_eq!(log.counts().dropped_full, 80);
    let away = log.feedback(feedback("a", 0, "sales"), Duration::from_secs(2)).await;
    assert_eq!(away, Err(FeedbackError::Unavailable));
    tokio::time::sleep(Duration::from_secs(1)).await;
    server.signal("-CONT");
    // What it was in the middle of when it was given up is there once.
    counted(&log, |counts| counts.recorded == 22).await;
    assert_eq!(
        ids(&read(&server.url(), Filter::default()).await),
        (0..22).map(id).collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn a_server_that_crashes_is_found_again() {
    let mut server = Server::started();
    let log = DecisionLog::open(server.url(), impatient());
    log.record(decision(0));
    counted(&log, |counts| counts.recorded == 1).await;
    server.stop();
    busy_with(&log, 1).await;
    (2..102).for_each(|number| log.record(decision(number)));
    assert_eq!(log.counts().dropped_full, 80);
    tokio::time::sleep(Duration::from_millis(300)).await;
    server.start();
    recorded_again(&log, 102).await;
    let counts = log.counts();
    let offered = counts.recorded + counts.dropped_full + counts.dropped_failed + counts.queued;
    assert!(offered > 102 && counts.dropped_failed == 0, "{counts:?}");
    assert!(!log.feedback(feedback("a", 0, "sales"), PATIENCE).await.unwrap().repeated);
}

#[tokio::test]
async fn closing_gives_up_a_server_that_hangs_at_the_deadline() {
    let server = Server::started();
    let log = DecisionLog::open(server.url(), options());
    log.record(decision(0));
    counted(&log, |counts| counts.recorded == 1).await;
    server.signal("-STOP");
    (1..11).for_each(|number| log.record(decision(number)));
    log.close(Duration::from_millis(100)).await;
    assert_eq!(log.counts(), Counts { recorded: 1, dropped_failed: 10, ..Counts::default() });
    server.signal("-CONT");
}

#[tokio::test]
async fn reading_says_what_is_wrong_and_never_the_password() {
    let server = Server::shared();
    let empty = server.database().await;
    let error = DecisionReader::open(&empty.parse().unwrap()).await.err().unwrap();
    assert!(matches!(error, ReadError::NotALog { .. }), "{error:?}");
    let away = Server::prepared(false).url();
    let error = DecisionReader::open(&away).await.err().unwrap();
    assert!(matches!(error, ReadError::Unavailable { .. }), "{error:?}");
    assert!(!format!("{error} {error:?}").contains("secret"));
}

#[tokio::test]
async fn a_server_that_shows_its_certificate_is_trusted_by_it_alone() {
    let server = Server::started_with_tls();
    let certificate = server.path().join("server.crt");
    let with = |parameters: String| server.address("postgres") + &parameters;
    let checked = with(format!("?sslmode=verify-full&sslrootcert={}", certificate.display()));
    stored(&checked.parse().unwrap(), 0..3).await.close(PATIENCE).await;
    // Without its certificate it could be anybody.
    let unknown = with("?sslmode=verify-full".to_owned()).parse().unwrap();
    let error = DecisionReader::open(&unknown).await.err().unwrap();
    assert!(matches!(error, ReadError::Unavailable { .. }), "{error:?}");
    // A server without TLS is not sent a password that was to be encrypted.
    let plain = Server::shared().address("postgres") + "?sslmode=require";
    let error = DecisionReader::open(&plain.parse().unwrap()).await.err().unwrap();
    assert!(matches!(error, ReadError::Unavailable { .. }), "{error:?}");
}
