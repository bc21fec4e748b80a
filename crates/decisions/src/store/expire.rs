//! Deleting what is too old or too much, a little at a time.

use std::time::Duration;

use sqlx::Row as _;

use super::{Store, StoreError, within};

/// The most decisions one statement deletes: it holds up the writer no longer than that takes.
const CHUNK: i64 = 500;
/// Between two chunks, so that whoever waits for the file comes first.
const PAUSE: Duration = Duration::from_millis(5);
/// Pages a file gives back at a time: 4 MiB.
const PAGES: &str = "PRAGMA incremental_vacuum(1000)";

impl Store {
    /// Deletes decisions made before `oldest_ms`, and their feedback.
    pub(crate) async fn delete_older_than(&mut self, oldest_ms: i64) -> Result<(), StoreError> {
        let sql = "DELETE FROM decisions WHERE request_id IN
                   (SELECT request_id FROM decisions WHERE at_ms < $1 ORDER BY at_ms LIMIT $2)";
        while self.delete(sqlx::query(sql).bind(oldest_ms).bind(CHUNK)).await? == CHUNK {
            tokio::time::sleep(PAUSE).await;
        }
        Ok(())
    }

    /// Deletes the oldest decisions, and their feedback, until the others take at most `max_bytes`.
    pub(crate) async fn delete_beyond(&mut self, max_bytes: i64) -> Result<(), StoreError> {
        let excess = self.stored_bytes().await?.saturating_sub(max_bytes);
        if excess <= 0 {
            return Ok(());
        }
        let newest = self.newest_to_go(excess).await?;
        let sql = "DELETE FROM decisions WHERE request_id IN
                   (SELECT request_id FROM decisions WHERE request_id <= $1 ORDER BY request_id LIMIT $2)";
        while self.delete(sqlx::query(sql).bind(&newest).bind(CHUNK)).await? == CHUNK {
            tokio::time::sleep(PAUSE).await;
        }
        Ok(())
    }

    async fn stored_bytes(&mut self) -> Result<i64, StoreError> {
        let sql = "SELECT CAST(COALESCE(SUM(size_bytes), 0) AS BIGINT) FROM decisions";
        within(self.deadline, async {
            let row = sqlx::query(sql).fetch_one(&mut self.connection).await?;
            row.try_get(0)
        })
        .await
    }

    /// Adds up sizes from the oldest decision on, and says at which one they reach `excess`. It is found before anything is
    /// deleted: two who sweep one store at once then delete the same, not twice as much.
    async fn newest_to_go(&mut self, mut excess: i64) -> Result<String, StoreError> {
        let mut newest = String::new();
        while excess > 0 {
            let page = self.sizes_after(&newest).await?;
            if page.is_empty() {
                break;
            }
            for (request_id, size_bytes) in page {
                if excess > 0 {
                    excess -= size_bytes;
                    newest = request_id;
                }
            }
        }
        Ok(newest)
    }

    async fn sizes_after(&mut self, request_id: &str) -> Result<Vec<(String, i64)>, StoreError> {
        let sql = "SELECT request_id, size_bytes FROM decisions WHERE request_id > $1 ORDER BY request_id LIMIT 1000";
        let query = sqlx::query(sql).bind(request_id);
        let page = within(self.deadline, query.fetch_all(&mut self.connection)).await?;
        let sizes = page.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?)));
        Ok(sizes.collect::<Result<_, sqlx::Error>>()?)
    }

    async fn delete(&mut self, query: Query<'_>) -> Result<i64, StoreError> {
        let done = within(self.deadline, query.execute(&mut self.connection)).await?;
        Ok(done.rows_affected().cast_signed())
    }

    /// Makes a file smaller by the pages that nothing is in. PostgreSQL sees to that itself.
    pub(crate) async fn give_back(&mut self) -> Result<(), StoreError> {
        if self.file.is_none() {
            return Ok(());
        }
        // A file that others made may keep its pages whatever is asked.
        let mut before = i64::MAX;
        loop {
            let free = self.free_pages().await?;
            if free == 0 || free >= before {
                break;
            }
            before = free;
            within(self.deadline, sqlx::raw_sql(PAGES).execute(&mut self.connection)).await?;
            tokio::time::sleep(PAUSE).await;
        }
        let checkpoint = sqlx::raw_sql("PRAGMA wal_checkpoint(PASSIVE)");
        within(self.deadline, checkpoint.execute(&mut self.connection)).await?;
        Ok(())
    }

    async fn free_pages(&mut self) -> Result<i64, StoreError> {
        within(self.deadline, async {
            let row = sqlx::query("PRAGMA freelist_count").fetch_one(&mut self.connection).await?;
            row.try_get(0)
        })
        .await
    }
}

type Query<'q> = sqlx::query::Query<'q, sqlx::Any, sqlx::any::AnyArguments>;
