//! Reading what is stored, for the operator.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::Duration;

use sqlx::AnyConnection;
use sqlx::Row as _;
use sqlx::any::AnyRow;
use thiserror::Error;

use crate::store::{StoreError, connect, whole, within};
use crate::{Decision, DecisionLogUrl};

/// Rows fetched at once.
const PAGE: usize = 256;
/// How long the store may take for one page.
const DEADLINE: Duration = Duration::from_mins(1);

/// Reads a decision log, and changes nothing in it.
pub struct DecisionReader {
    connection: AnyConnection,
}

/// Which decisions to read; all of them by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only those made at this time or later, in milliseconds since 1970.
    pub since_ms: Option<i64>,
    /// Only those made before this time.
    pub until_ms: Option<i64>,
    /// Only those of this task.
    pub task: Option<String>,
    /// Only those with feedback.
    pub labelled: bool,
    /// At most so many.
    pub limit: Option<usize>,
}

/// A decision as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// What was decided.
    pub decision: Decision,
    /// What the label should have been, by the newest feedback.
    pub feedback: Option<String>,
}

/// Why a decision log cannot be read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReadError {
    /// There is no file there.
    #[error("there is no decision log {}: no such file", path.display())]
    NoSuchFile {
        /// The path.
        path: PathBuf,
    },
    /// What is there holds no decisions: it is something else, or is damaged.
    #[error("{url} is not a decision log, or is damaged")]
    NotALog {
        /// What was to be read.
        url: DecisionLogUrl,
        /// What the store said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The store does not answer.
    #[error("{url} cannot be reached")]
    Unavailable {
        /// What was to be read.
        url: DecisionLogUrl,
        /// What went wrong.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Reading ended in the middle.
    #[error("read decisions")]
    Interrupted(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl DecisionReader {
    /// Opens a log that is there.
    pub async fn open(url: &DecisionLogUrl) -> Result<Self, ReadError> {
        if let Some(path) = url.file().filter(|path| !path.is_file()) {
            return Err(ReadError::NoSuchFile { path: path.to_owned() });
        }
        let opened = within(DEADLINE, async {
            let mut connection = connect(url, true).await?;
            sqlx::query("SELECT request_id FROM decisions LIMIT 1")
                .fetch_optional(&mut connection)
                .await?;
            Ok::<_, StoreError>(connection)
        });
        match opened.await {
            Ok(connection) => Ok(Self { connection }),
            Err(StoreError::Sql(source @ sqlx::Error::Database(_))) => {
                Err(ReadError::NotALog { url: url.clone(), source: source.into() })
            }
            Err(source) => Err(ReadError::Unavailable { url: url.clone(), source: source.into() }),
        }
    }

    /// The decisions that pass the filter, the oldest first, a page of them in memory at a time.
    pub fn decisions(&mut self, filter: Filter) -> Rows<'_> {
        let left = filter.limit.unwrap_or(usize::MAX);
        Rows { reader: self, filter, left, after: String::new(), page: VecDeque::new() }
    }

    async fn page(
        &mut self,
        filter: &Filter,
        after: &str,
        rows: usize,
    ) -> Result<Vec<Stored>, StoreError> {
        // The plus keeps stores from going by time, which would sort everything for each page.
        let sql = "SELECT request_id, at_ms, task, policy, policy_version, routing_version, language, route, reason,
                       label, confidence, trust, degraded, text, evidence, feedback_label
                   FROM decisions
                   WHERE request_id > $1 AND +at_ms >= $2 AND +at_ms < $3 AND ($4 = '' OR task = $4)
                       AND ($5 = 0 OR feedback_label IS NOT NULL)
                   ORDER BY request_id LIMIT $6";
        let query = sqlx::query(sql)
            .bind(after)
            .bind(filter.since_ms.unwrap_or(i64::MIN))
            .bind(filter.until_ms.unwrap_or(i64::MAX))
            .bind(filter.task.as_deref().unwrap_or_default())
            .bind(i64::from(filter.labelled))
            .bind(whole(rows));
        let found = within(DEADLINE, query.fetch_all(&mut self.connection)).await?;
        Ok(found.iter().map(stored).collect::<Result<_, _>>()?)
    }
}

/// Decisions one after the other; see [`DecisionReader::decisions`].
pub struct Rows<'r> {
    reader: &'r mut DecisionReader,
    filter: Filter,
    /// How many may still be fetched.
    left: usize,
    /// The last one fetched.
    after: String,
    page: VecDeque<Stored>,
}

impl Rows<'_> {
    /// The next decision; `None` after the last.
    pub async fn next(&mut self) -> Result<Option<Stored>, ReadError> {
        if self.page.is_empty() && self.left > 0 {
            self.fetch().await.map_err(|source| ReadError::Interrupted(source.into()))?;
        }
        Ok(self.page.pop_front())
    }

    async fn fetch(&mut self) -> Result<(), StoreError> {
        let rows = self.left.min(PAGE);
        self.page = self.reader.page(&self.filter, &self.after, rows).await?.into();
        self.left = if self.page.len() < rows { 0 } else { self.left - rows };
        if let Some(last) = self.page.back() {
            self.after.clone_from(&last.decision.request_id);
        }
        Ok(())
    }
}

fn stored(row: &AnyRow) -> Result<Stored, sqlx::Error> {
    let decision = Decision {
        request_id: row.try_get(0)?,
        at_ms: row.try_get(1)?,
        task: row.try_get(2)?,
        policy: row.try_get(3)?,
        policy_version: row.try_get(4)?,
        routing_version: row
            .try_get::<Option<i64>, _>(5)?
            .and_then(|version| version.try_into().ok()),
        language: row.try_get(6)?,
        route: row.try_get(7)?,
        reason: row.try_get(8)?,
        label: row.try_get(9)?,
        confidence: row.try_get::<f64, _>(10)? as f32,
        trust: row.try_get(11)?,
        degraded: row.try_get::<i64, _>(12)? != 0,
        text: row.try_get(13)?,
        evidence: row.try_get(14)?,
    };
    Ok(Stored { decision, feedback: row.try_get(15)? })
}
