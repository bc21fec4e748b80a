//! One connection to the store, made ready and under a deadline.

mod expire;
mod join;
mod write;

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::AnyConnection;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, SqlSafeStr as _};
use thiserror::Error;

use crate::DecisionLogUrl;
pub(crate) use write::whole;

/// An open store. After any error the connection may be anywhere in a statement: it is dropped, and another one opened.
pub(crate) struct Store {
    connection: AnyConnection,
    /// The file that is written to, where the store is one.
    file: Option<OpenedFile>,
    deadline: Duration,
}

/// Why a store could not be opened, or did not do what was asked.
#[derive(Debug, Error)]
pub(crate) enum StoreError {
    #[error(transparent)]
    Sql(#[from] sqlx::Error),
    #[error("set up its tables: {0}")]
    Tables(#[from] MigrateError),
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: io::Error },
    #[error("{} was moved or deleted", path.display())]
    FileGone { path: PathBuf },
    #[error("no answer within {0:?}")]
    TimedOut(Duration),
}

/// A file and which one it is: a name may lead to another file tomorrow, and SQLite would go on with the one that has none.
struct OpenedFile {
    path: PathBuf,
    device: u64,
    inode: u64,
    is_empty: bool,
}

impl Store {
    /// Connects for writing; makes the file and the tables where they are missing.
    pub(crate) async fn open(url: &DecisionLogUrl, deadline: Duration) -> Result<Self, StoreError> {
        within(deadline, Self::connect(url, deadline)).await
    }

    async fn connect(url: &DecisionLogUrl, deadline: Duration) -> Result<Self, StoreError> {
        let file = match url.file() {
            Some(path) => Some(off_thread(path, OpenedFile::make).await?),
            None => None,
        };
        let mut connection = connect(url, false).await?;
        let setup = match &file {
            Some(file) => sqlite_setup(deadline, file.is_empty),
            None => postgres_setup(deadline),
        };
        sqlx::raw_sql(AssertSqlSafe(setup)).execute(&mut connection).await?;
        migrations().run_direct(None, &mut connection, false).await?;
        Ok(Self { connection, file, deadline })
    }

    /// Says goodbye, so that SQLite tidies up its files; how that goes is of no consequence.
    pub(crate) async fn close(self) {
        let _ = within(self.deadline, self.connection.close()).await;
    }

    async fn check_file(&mut self) -> Result<(), StoreError> {
        let Some(opened) = &self.file else { return Ok(()) };
        match off_thread(&opened.path, OpenedFile::look).await {
            Ok(found) if (found.device, found.inode) == (opened.device, opened.inode) => Ok(()),
            _ => Err(StoreError::FileGone { path: opened.path.clone() }),
        }
    }
}

impl OpenedFile {
    /// The file as it is, or a new one that only its owner reads.
    fn make(path: &Path) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        File::options().append(true).create(true).mode(0o600).open(path)?;
        Self::look(path)
    }

    fn look(path: &Path) -> io::Result<Self> {
        let facts = fs::metadata(path)?;
        Ok(Self {
            path: path.to_owned(),
            device: facts.dev(),
            inode: facts.ino(),
            is_empty: facts.len() == 0,
        })
    }
}

/// A connection that is not set up yet; it makes nothing that is not there.
pub(crate) async fn connect(
    url: &DecisionLogUrl,
    read_only: bool,
) -> Result<AnyConnection, sqlx::Error> {
    sqlx::any::install_default_drivers();
    url.connect_options(read_only)?.connect().await
}

/// Gives `work` up when the deadline has passed.
pub(crate) async fn within<T, E: Into<StoreError>>(
    deadline: Duration,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, StoreError> {
    match tokio::time::timeout(deadline, work).await {
        Ok(done) => done.map_err(Into::into),
        Err(_) => Err(StoreError::TimedOut(deadline)),
    }
}

/// Looks at a file without holding up the tasks of this thread.
async fn off_thread(
    path: &Path,
    look: fn(&Path) -> io::Result<OpenedFile>,
) -> Result<OpenedFile, StoreError> {
    let of = path.to_owned();
    let looked = tokio::task::spawn_blocking(move || look(&of)).await;
    let looked = looked.unwrap_or_else(|stopped| Err(io::Error::other(stopped)));
    looked.map_err(|source| StoreError::File { path: path.to_owned(), source })
}

/// `auto_vacuum` is decided before the file has its first page, and later only costs a lock. A lock is waited for as long
/// as leaves time to say so before the deadline.
fn sqlite_setup(deadline: Duration, is_new: bool) -> String {
    let first = if is_new { "PRAGMA auto_vacuum = INCREMENTAL;" } else { "" };
    format!(
        "{first}
         PRAGMA busy_timeout = {};
         PRAGMA journal_mode = WAL;
         PRAGMA journal_size_limit = 16777216;
         PRAGMA synchronous = NORMAL;
         PRAGMA foreign_keys = ON;",
        deadline.as_millis() / 2
    )
}

/// The server gives up when this side does, so that nothing half done keeps its locks.
fn postgres_setup(deadline: Duration) -> String {
    format!(
        "SET client_min_messages = warning; SET statement_timeout = {0}; SET lock_timeout = {0}",
        deadline.as_millis()
    )
}

/// Migrations that this release does not know are of a newer one, and only added to the tables.
fn migrations() -> Migrator {
    let first = include_str!("../migrations/1_decisions.sql").into_sql_str();
    let first = Migration::new(1, "decisions".into(), MigrationType::Simple, first, false);
    let mut all = Migrator::with_migrations(vec![first]);
    all.set_ignore_missing(true);
    all
}
