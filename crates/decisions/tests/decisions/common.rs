//! Decisions to store, places to store them, and ways to look.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use sqlx::any::AnyConnectOptions;
use sqlx::{AnyConnection, AssertSqlSafe, ConnectOptions as _, Connection as _, Row as _};
use switchboard_decisions::{
    Counts, Decision, DecisionLog, DecisionLogUrl, DecisionReader, Feedback, Filter, LogOptions,
    Stored,
};
use tempfile::TempDir;

use crate::server::Server;

/// How long anything may take before a test fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
/// Stands in every decision's text, and nowhere else.
pub(crate) const CANARY: &str = "the printer ate my invoice";

/// A place for one log.
pub(crate) struct Place {
    pub(crate) url: DecisionLogUrl,
    /// The same with the password.
    pub(crate) address: String,
    _folder: TempDir,
}

impl Place {
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = format!("sqlite:{}", folder.path().join("decisions.db").display());
        Self { url: address.parse().unwrap(), address, _folder: folder }
    }

    pub(crate) async fn postgres() -> Self {
        let address = Server::shared().database().await;
        Self { url: address.parse().unwrap(), address, _folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        self.address.starts_with("sqlite:")
    }

    pub(crate) async fn read(&self, filter: Filter) -> Vec<Stored> {
        read(&self.url, filter).await
    }
}

/// Stores nothing but what a test needs to see soon.
pub(crate) fn options() -> LogOptions {
    let linger = Duration::from_millis(1);
    LogOptions { store_deadline: Duration::from_secs(2), linger, ..LogOptions::default() }
}

/// The `number`th decision, of now.
pub(crate) fn decision(number: usize) -> Decision {
    Decision {
        request_id: id(number),
        at_ms: now_ms(),
        task: "queue".to_owned(),
        policy: "default".to_owned(),
        policy_version: "3".to_owned(),
        routing_version: Some(7),
        language: "en".to_owned(),
        route: "tfidf".to_owned(),
        reason: "confident".to_owned(),
        label: "billing".to_owned(),
        confidence: 0.75,
        trust: "automatic".to_owned(),
        degraded: false,
        text: format!("{CANARY} {number}"),
        evidence: "{\"margin\":0.5}".to_owned(),
    }
}

/// Looks like a UUIDv7 and sorts by its number.
pub(crate) fn id(number: usize) -> String {
    format!("01900000-0000-7000-8000-{number:012x}")
}

pub(crate) fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    since.as_millis().try_into().unwrap()
}

pub(crate) fn feedback(key: &str, number: usize, label: &str) -> Feedback {
    Feedback { key: key.to_owned(), request_id: id(number), label: label.to_owned(), at_ms: 5 }
}

/// A log that holds the decisions of these numbers, stored.
pub(crate) async fn stored(url: &DecisionLogUrl, numbers: std::ops::Range<usize>) -> DecisionLog {
    let log = DecisionLog::open(url.clone(), options());
    let count = numbers.len() as u64;
    numbers.for_each(|number| log.record(decision(number)));
    counted(&log, |counts| counts.recorded == count).await;
    log
}

/// Waits until the counters say so.
pub(crate) async fn counted(log: &DecisionLog, wanted: impl Fn(Counts) -> bool) {
    let started = Instant::now();
    while !wanted(log.counts()) {
        assert!(started.elapsed() < PATIENCE, "{:?}", log.counts());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Records one decision after the other until one is stored; says how many that took. `record` never waits, so the store
/// has to be there for this to end.
pub(crate) async fn recorded_again(log: &DecisionLog, first: usize) -> usize {
    let before = log.counts().recorded;
    let started = Instant::now();
    for number in first.. {
        log.record(decision(number));
        tokio::time::sleep(Duration::from_millis(20)).await;
        if log.counts().recorded > before {
            return number - first + 1;
        }
        assert!(started.elapsed() < PATIENCE, "{:?}", log.counts());
    }
    unreachable!()
}

pub(crate) async fn read(url: &DecisionLogUrl, filter: Filter) -> Vec<Stored> {
    let mut reader = DecisionReader::open(url).await.unwrap();
    let mut rows = reader.decisions(filter);
    let mut found = Vec::new();
    while let Some(row) = rows.next().await.unwrap() {
        found.push(row);
    }
    found
}

pub(crate) fn ids(stored: &[Stored]) -> Vec<&str> {
    stored.iter().map(|stored| stored.decision.request_id.as_str()).collect()
}

/// A connection beside the log's, whose statements are not logged.
async fn connect(address: &str) -> AnyConnection {
    sqlx::any::install_default_drivers();
    let options: AnyConnectOptions = address.parse().unwrap();
    options.disable_statement_logging().connect().await.unwrap()
}

/// Runs statements beside the log.
pub(crate) async fn execute(address: &str, sql: &str) {
    let mut connection = connect(address).await;
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

/// The one number a query answers.
pub(crate) async fn number(address: &str, sql: &str) -> i64 {
    let mut connection = connect(address).await;
    let row = sqlx::query(AssertSqlSafe(sql)).fetch_one(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    row.try_get(0).unwrap()
}
