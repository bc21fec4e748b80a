//! Storing feedback beside the decision it is about.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use sqlx::{Connection as _, Row as _};

use super::write::{storable, whole};
use super::{Store, StoreError, within};
use crate::{Feedback, FeedbackError, Joined};

/// What the feedback means for the decision, or why they do not go together.
type Outcome = Result<Joined, FeedbackError>;

impl Store {
    /// Joins feedback to its decision. The outer error is the store's.
    pub(crate) async fn join(&mut self, feedback: &Feedback) -> Result<Outcome, StoreError> {
        within(self.deadline, async {
            self.check_file().await?;
            Ok::<_, StoreError>(join(&mut self.connection, feedback).await?)
        })
        .await
    }
}

/// The decision is written to first: that is where two who bring the same feedback at once wait for each other.
async fn join(connection: &mut AnyConnection, feedback: &Feedback) -> Result<Outcome, sqlx::Error> {
    let mut transaction = connection.begin().await?;
    let decision = label_decision(&mut transaction, feedback).await?;
    if let Some(joined) = &decision
        && insert(&mut transaction, feedback).await?
    {
        transaction.commit().await?;
        return Ok(Ok(joined.clone()));
    }
    transaction.rollback().await?;
    Ok(match (is_of_key(connection, feedback).await?, decision) {
        (Some(false), _) => Err(FeedbackError::KeyReused),
        (Some(true), Some(joined)) => Ok(Joined { repeated: true, ..joined }),
        (_, None) => Err(FeedbackError::UnknownDecision),
        // The key was taken a moment ago, and what took it has been deleted since.
        (None, Some(_)) => Err(FeedbackError::Unavailable),
    })
}

/// The decision, after its label was replaced; `None` when there is none.
async fn label_decision(
    connection: &mut AnyConnection,
    feedback: &Feedback,
) -> Result<Option<Joined>, sqlx::Error> {
    let sql = "UPDATE decisions SET feedback_label = $2, size_bytes = size_bytes + $3 WHERE request_id = $1
               RETURNING task, route, language, label, confidence";
    let labelled = sqlx::query(sql)
        .bind(storable(&feedback.request_id))
        .bind(storable(&feedback.label))
        .bind(whole(feedback.size_bytes()))
        .fetch_all(connection)
        .await?;
    labelled.first().map(joined).transpose()
}

fn joined(row: &AnyRow) -> Result<Joined, sqlx::Error> {
    Ok(Joined {
        task: row.try_get(0)?,
        route: row.try_get(1)?,
        language: row.try_get(2)?,
        label: row.try_get(3)?,
        confidence: row.try_get::<f64, _>(4)? as f32,
        repeated: false,
    })
}

/// Whether the key was free.
async fn insert(connection: &mut AnyConnection, feedback: &Feedback) -> Result<bool, sqlx::Error> {
    let sql = "INSERT INTO feedback (key, request_id, label, at_ms) VALUES ($1, $2, $3, $4)
               ON CONFLICT (key) DO NOTHING";
    let done = sqlx::query(sql)
        .bind(storable(&feedback.key))
        .bind(storable(&feedback.request_id))
        .bind(storable(&feedback.label))
        .bind(feedback.at_ms)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether what is stored under the key is this feedback; `None` when nothing is.
async fn is_of_key(
    connection: &mut AnyConnection,
    feedback: &Feedback,
) -> Result<Option<bool>, sqlx::Error> {
    let stored = sqlx::query("SELECT request_id, label FROM feedback WHERE key = $1")
        .bind(storable(&feedback.key))
        .fetch_optional(connection)
        .await?;
    let Some(row) = stored else { return Ok(None) };
    let (request_id, label): (String, String) = (row.try_get(0)?, row.try_get(1)?);
    Ok(Some(request_id == storable(&feedback.request_id) && label == storable(&feedback.label)))
}
