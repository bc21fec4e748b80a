//! What can happen to a file.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sqlx::Connection as _;
use switchboard_decisions::{
    Counts, DecisionLog, DecisionLogUrl, DecisionReader, FeedbackError, Filter, LogOptions,
    ReadError, Retention,
};
use tempfile::TempDir;

use crate::common::{
    PATIENCE, counted, decision, execute, feedback, id, ids, number, options, read, recorded_again,
    stored,
};

fn place() -> (TempDir, PathBuf, DecisionLogUrl) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("logs/of #1 100%.db");
    let url = url_of(&path);
    (folder, path, url)
}

fn url_of(path: &Path) -> DecisionLogUrl {
    format!("sqlite:{}", path.display()).parse().unwrap()
}

#[tokio::test]
async fn the_file_and_its_folder_are_made_and_only_their_owner_reads_it() {
    let (_folder, path, url) = place();
    let log = stored(&url, 0..1).await;
    for file in [path.clone(), path.with_extension("db-wal")] {
        let mode = fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", file.display());
    }
    log.close(PATIENCE).await;
    // Whoever closes the file last tidies up.
    let started = Instant::now();
    while path.with_extension("db-wal").exists() {
        assert!(started.elapsed() < PATIENCE);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_file_that_is_deleted_is_made_anew() {
    let (_folder, path, url) = place();
    let log = stored(&url, 0..1).await;
    fs::remove_dir_all(path.parent().unwrap()).unwrap();
    log.record(decision(1));
    counted(&log, |counts| counts.recorded == 2).await;
    assert_eq!(ids(&read(&url, Filter::default()).await), [id(1)]);
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_waited_for() {
    let (folder, _, _) = place();
    fs::write(folder.path().join("file"), "").unwrap();
    let url = url_of(&folder.path().join("file/decisions.db"));
    let log = DecisionLog::open(url.clone(), LogOptions { queue: 5, ..options() });
    (0..8).for_each(|number| log.record(decision(number)));
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(log.counts(), Counts { queued: 5, dropped_full: 3, ..Counts::default() });
    let away = log.feedback(feedback("a", 0, "sales"), PATIENCE).await;
    assert_eq!(away, Err(FeedbackError::Unavailable));
    fs::remove_file(folder.path().join("file")).unwrap();
    counted(&log, |counts| counts.recorded == 5).await;
    assert_eq!(ids(&read(&url, Filter::default()).await), (0..5).map(id).collect::<Vec<_>>());
}

#[tokio::test]
async fn closing_does_not_wait_for_a_store_that_is_away() {
    let (folder, _, _) = place();
    fs::write(folder.path().join("file"), "").unwrap();
    let log = DecisionLog::open(url_of(&folder.path().join("file/decisions.db")), options());
    (0..3).for_each(|number| log.record(decision(number)));
    log.close(Duration::from_hours(1)).await;
    assert_eq!(log.counts(), Counts { dropped_failed: 3, ..Counts::default() });
}

#[tokio::test]
async fn a_file_that_others_have_locked_drops_and_recovers() {
    let (_folder, path, url) = place();
    let options = LogOptions { store_deadline: Duration::from_millis(200), ..options() };
    let log = DecisionLog::open(url.clone(), options);
    log.record(decision(0));
    counted(&log, |counts| counts.recorded == 1).await;
    let mut other =
        sqlx::SqliteConnection::connect(&format!("sqlite:{}", escaped(&path))).await.unwrap();
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    (1..11).for_each(|number| log.record(decision(number)));
    counted(&log, |counts| counts.dropped_failed == 10).await;
    sqlx::raw_sql("COMMIT").execute(&mut other).await.unwrap();
    recorded_again(&log, 11).await;
}

#[tokio::test]
async fn closing_ends_at_its_deadline_and_counts_what_is_left() {
    let (_folder, path, url) = place();
    let log = stored(&url, 0..1).await;
    let mut other =
        sqlx::SqliteConnection::connect(&format!("sqlite:{}", escaped(&path))).await.unwrap();
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    (1..11).for_each(|number| log.record(decision(number)));
    log.close(Duration::from_millis(50)).await;
    assert_eq!(log.counts(), Counts { recorded: 1, dropped_failed: 10, ..Counts::default() });
}

#[tokio::test]
async fn what_is_no_database_is_left_alone_and_everything_dropped() {
    let (folder, _, _) = place();
    let path = folder.path().join("notes.txt");
    let notes = "not a database ".repeat(1000);
    fs::write(&path, &notes).unwrap();
    let log = DecisionLog::open(url_of(&path), LogOptions { queue: 5, ..options() });
    (0..8).for_each(|number| log.record(decision(number)));
    tokio::time::sleep(Duration::from_millis(300)).await;
    log.close(PATIENCE).await;
    assert_eq!(log.counts(), Counts { dropped_full: 3, dropped_failed: 5, ..Counts::default() });
    assert_eq!(fs::read_to_string(&path).unwrap(), notes);
    let error = DecisionReader::open(&url_of(&path)).await.err().unwrap();
    assert!(matches!(error, ReadError::NotALog { .. }), "{error:?}");
}

#[tokio::test]
async fn a_damaged_file_is_an_error_whatever_is_damaged() {
    let (_folder, path, url) = place();
    stored(&url, 0..600).await.close(PATIENCE).await;
    let whole = fs::read(&path).unwrap();
    // Every fourth page, one at a time, is noise.
    for page in (0..whole.len() / 4096).step_by(4) {
        let mut damaged = whole.clone();
        for (place, byte) in damaged[page * 4096..][..4096].iter_mut().enumerate() {
            *byte = (place * 7 % 251) as u8;
        }
        fs::write(&path, &damaged).unwrap();
        if let Ok(mut reader) = DecisionReader::open(&url).await {
            let mut rows = reader.decisions(Filter::default());
            while let Ok(Some(_)) = rows.next().await {}
        }
        let log = DecisionLog::open(url.clone(), options());
        (600..605).for_each(|number| log.record(decision(number)));
        let _ = log.feedback(feedback("a", 300, "sales"), Duration::from_millis(50)).await;
        log.close(Duration::from_millis(300)).await;
        let counts = log.counts();
        assert_eq!((counts.recorded + counts.dropped_failed, counts.queued), (5, 0), "page {page}");
        for of in ["db-wal", "db-shm"] {
            let _ = fs::remove_file(path.with_extension(of));
        }
    }
}

#[tokio::test]
async fn a_file_shrinks_when_decisions_are_deleted() {
    let (_folder, path, url) = place();
    stored(&url, 0..5000).await.close(PATIENCE).await;
    let before = fs::metadata(&path).unwrap().len();
    let retention = Retention { max_age: Duration::MAX, max_bytes: before / 10 };
    let log = DecisionLog::open(url, LogOptions { retention, ..options() });
    let started = Instant::now();
    // The file has fewer blocks once what is in the log beside it has been copied.
    while fs::metadata(&path).unwrap().size() > before / 5 {
        assert!(started.elapsed() < PATIENCE);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    log.close(PATIENCE).await;
}

/// What retention adds up is what the disk holds: about, for texts of a line and of a page.
#[tokio::test]
async fn sizes_are_those_of_the_file() {
    for words in [1, 40, 400] {
        let (_folder, path, url) = place();
        let log = DecisionLog::open(url, options());
        for number in 0..4000 {
            let mut long = decision(number);
            long.text = "invoice ".repeat(words);
            log.record(long);
        }
        log.close(PATIENCE).await;
        let address = format!("sqlite:{}", escaped(&path));
        let said = number(&address, "SELECT SUM(size_bytes) FROM decisions").await as f64;
        let ratio = fs::metadata(&path).unwrap().len() as f64 / said;
        assert!((0.8..1.3).contains(&ratio), "{words} words: {ratio}");
    }
}

#[tokio::test]
async fn reading_a_file_that_is_not_there_says_so_and_makes_none() {
    let (_folder, path, url) = place();
    let error = DecisionReader::open(&url).await.err().unwrap();
    assert_eq!(
        error.to_string(),
        format!("there is no decision log {}: no such file", path.display())
    );
    assert!(!path.exists());
}

#[tokio::test]
async fn reading_another_database_says_that_it_is_no_log() {
    let (folder, _, _) = place();
    let path = folder.path().join("other.db");
    execute(&format!("sqlite:{}?mode=rwc", path.display()), "CREATE TABLE other (x TEXT)").await;
    let error = DecisionReader::open(&url_of(&path)).await.err().unwrap();
    assert!(error.to_string().ends_with("is not a decision log, or is damaged"), "{error}");
}

#[tokio::test]
async fn a_log_is_read_while_it_is_written() {
    let (_folder, _, url) = place();
    let log = stored(&url, 0..600).await;
    let mut reader = DecisionReader::open(&url).await.unwrap();
    let mut rows = reader.decisions(Filter::default());
    let mut found = 0;
    while let Some(row) = rows.next().await.unwrap() {
        assert_eq!(row.decision.request_id, id(found));
        found += 1;
        if found < 900 {
            log.record(decision(599 + found));
            counted(&log, |counts| counts.queued == 0).await;
        }
    }
    assert_eq!(found, 600 + 899);
}

/// As an address of the driver's own, which reads percent signs.
fn escaped(path: &Path) -> String {
    path.display().to_string().replace('%', "%25").replace('#', "%23")
}
