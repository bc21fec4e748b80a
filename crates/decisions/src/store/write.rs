//! Storing decisions, many at once.

use sqlx::AssertSqlSafe;
use sqlx::any::{Any, AnyArguments};
use sqlx::query::Query;

use super::{Store, StoreError, within};
use crate::Decision;

const COLUMNS: [&str; 16] = [
    "request_id",
    "at_ms",
    "task",
    "policy",
    "policy_version",
    "routing_version",
    "language",
    "route",
    "reason",
    "label",
    "confidence",
    "trust",
    "degraded",
    "text",
    "evidence",
    "size_bytes",
];

impl Store {
    /// Stores all of them or none, in one statement. One that is there already stays as it is, so that a batch whose fate
    /// is unknown may be written again.
    pub(crate) async fn write(&mut self, decisions: &[Decision]) -> Result<(), StoreError> {
        within(self.deadline, self.insert(decisions)).await
    }

    async fn insert(&mut self, decisions: &[Decision]) -> Result<(), StoreError> {
        self.check_file().await?;
        // How many rows there are differs each time: the statement is not worth keeping.
        let sql = insert_sql(decisions.len(), self.file.is_some());
        let mut query = sqlx::query(AssertSqlSafe(sql)).persistent(false);
        for decision in decisions {
            query = bind(query, decision);
        }
        query.execute(&mut self.connection).await?;
        Ok(())
    }
}

/// SQLite would look every numbered placeholder up among all before it; PostgreSQL has no others.
fn insert_sql(rows: usize, sqlite: bool) -> String {
    let placeholder = |place| if sqlite { "?".to_owned() } else { format!("${place}") };
    let row = |row| {
        let places = (1..=COLUMNS.len()).map(|column| row * COLUMNS.len() + column);
        format!("({})", places.map(placeholder).collect::<Vec<_>>().join(","))
    };
    let rows = (0..rows).map(row).collect::<Vec<_>>().join(",");
    let columns = COLUMNS.join(",");
    format!("INSERT INTO decisions ({columns}) VALUES {rows} ON CONFLICT (request_id) DO NOTHING")
}

fn bind<'q>(
    query: Query<'q, Any, AnyArguments>,
    decision: &Decision,
) -> Query<'q, Any, AnyArguments> {
    // SQLite stores a number that is none as NULL.
    let confidence = if decision.confidence.is_finite() { decision.confidence } else { 0.0 };
    query
        .bind(storable(&decision.request_id))
        .bind(decision.at_ms)
        .bind(storable(&decision.task))
        .bind(storable(&decision.policy))
        .bind(storable(&decision.policy_version))
        .bind(decision.routing_version.map(i64::from))
        .bind(storable(&decision.language))
        .bind(storable(&decision.route))
        .bind(storable(&decision.reason))
        .bind(storable(&decision.label))
        .bind(f64::from(confidence))
        .bind(storable(&decision.trust))
        .bind(i16::from(decision.degraded))
        .bind(storable(&decision.text))
        .bind(storable(&decision.evidence))
        .bind(whole(decision.size_bytes()))
}

/// PostgreSQL refuses a text that holds a zero byte, and with it the whole batch.
pub(super) fn storable(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// A count as stores know it.
pub(crate) fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
