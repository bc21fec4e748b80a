//! Feedback is joined to its decision, once.

use switchboard_decisions::{DecisionLog, Feedback, FeedbackError, Filter, Joined};

use super::on_both_stores;
use crate::common::{PATIENCE, Place, decision, feedback, id, number, options, stored};

on_both_stores! {
    feedback_says_what_was_decided_and_once_more_when_repeated,
    a_key_belongs_to_one_feedback,
    the_last_feedback_counts,
    a_decision_that_still_waits_to_be_stored_is_found,
    feedback_for_no_decision_is_refused_and_leaves_the_key_free,
    of_the_same_feedback_sent_at_once_one_is_the_first,
    a_key_sent_at_once_for_two_decisions_goes_to_one,
    strange_feedback_leaves_the_store_as_it_was,
}

fn billing(repeated: bool) -> Joined {
    Joined {
        task: "queue".to_owned(),
        route: "tfidf".to_owned(),
        language: "en".to_owned(),
        label: "billing".to_owned(),
        confidence: 0.75,
        repeated,
    }
}

async fn labels(place: &Place) -> Vec<Option<String>> {
    place.read(Filter::default()).await.into_iter().map(|row| row.feedback).collect()
}

async fn feedback_says_what_was_decided_and_once_more_when_repeated(place: Place) {
    let log = stored(&place.url, 0..2).await;
    for repeated in [false, true, true] {
        let joined = log.feedback(feedback("a", 0, "sales"), PATIENCE).await;
        assert_eq!(joined, Ok(billing(repeated)));
    }
    assert_eq!(labels(&place).await, [Some("sales".to_owned()), None]);
}

async fn a_key_belongs_to_one_feedback(place: Place) {
    let log = stored(&place.url, 0..2).await;
    log.feedback(feedback("a", 0, "sales"), PATIENCE).await.unwrap();
    for other in [feedback("a", 0, "billing"), feedback("a", 1, "sales"), feedback("a", 9, "sales")]
    {
        assert_eq!(log.feedback(other, PATIENCE).await, Err(FeedbackError::KeyReused));
    }
    assert_eq!(labels(&place).await, [Some("sales".to_owned()), None]);
}

async fn the_last_feedback_counts(place: Place) {
    let log = stored(&place.url, 0..1).await;
    for (key, label) in [("a", "sales"), ("b", "refunds"), ("a", "sales")] {
        log.feedback(feedback(key, 0, label), PATIENCE).await.unwrap();
    }
    assert_eq!(labels(&place).await, [Some("refunds".to_owned())]);
    assert_eq!(number(&place.address, "SELECT COUNT(*) FROM feedback").await, 2);
}

async fn a_decision_that_still_waits_to_be_stored_is_found(place: Place) {
    let log = stored(&place.url, 0..1).await;
    (1..1000).for_each(|number| log.record(decision(number)));
    assert_eq!(log.feedback(feedback("a", 999, "sales"), PATIENCE).await, Ok(billing(false)));
}

async fn feedback_for_no_decision_is_refused_and_leaves_the_key_free(place: Place) {
    let log = stored(&place.url, 0..1).await;
    let unknown = log.feedback(feedback("a", 1, "sales"), PATIENCE).await;
    assert_eq!(unknown, Err(FeedbackError::UnknownDecision));
    log.record(decision(1));
    assert_eq!(log.feedback(feedback("a", 1, "sales"), PATIENCE).await, Ok(billing(false)));
}

/// Sends all at once, by turns through two logs, as two agents would.
async fn at_once(
    place: &Place,
    all: impl Iterator<Item = Feedback>,
) -> Vec<Result<Joined, FeedbackError>> {
    let logs = [0, 1].map(|_| DecisionLog::open(place.url.clone(), options()));
    // Both are connected before either is asked.
    for (turn, log) in logs.iter().enumerate() {
        log.record(decision(1000 + turn));
        crate::common::counted(log, |counts| counts.recorded == 1).await;
    }
    let sent: Vec<_> = all
        .enumerate()
        .map(|(turn, feedback)| {
            let log = logs[turn % 2].clone();
            tokio::spawn(async move { log.feedback(feedback, PATIENCE).await })
        })
        .collect();
    let mut answers = Vec::new();
    for answer in sent {
        answers.push(answer.await.unwrap());
    }
    answers
}

async fn of_the_same_feedback_sent_at_once_one_is_the_first(place: Place) {
    let _log = stored(&place.url, 0..1).await;
    let answers = at_once(&place, (0..40).map(|_| feedback("a", 0, "sales"))).await;
    let first = answers.iter().filter(|answer| **answer == Ok(billing(false))).count();
    let again = answers.iter().filter(|answer| **answer == Ok(billing(true))).count();
    assert_eq!((first, again), (1, 39));
}

async fn a_key_sent_at_once_for_two_decisions_goes_to_one(place: Place) {
    let _log = stored(&place.url, 0..2).await;
    let answers = at_once(&place, (0..40).map(|turn| feedback("a", turn % 2, "sales"))).await;
    let first = answers.iter().filter(|answer| **answer == Ok(billing(false))).count();
    let reused = answers.iter().filter(|answer| **answer == Err(FeedbackError::KeyReused)).count();
    assert_eq!((first, reused), (1, 20));
    assert_eq!(place.read(Filter { labelled: true, ..Filter::default() }).await.len(), 1);
}

async fn strange_feedback_leaves_the_store_as_it_was(place: Place) {
    let log = stored(&place.url, 0..1).await;
    let long = "k".repeat(Feedback::MAX_KEY_BYTES);
    let signs: String = ('\0'..'\u{300}').collect();
    let signs = &signs[..Feedback::MAX_KEY_BYTES];
    for key in [long.as_str(), signs, "", "'; DROP TABLE feedback; --"] {
        assert_eq!(log.feedback(feedback(key, 0, key), PATIENCE).await, Ok(billing(false)));
        assert_eq!(log.feedback(feedback(key, 0, key), PATIENCE).await, Ok(billing(true)));
    }
    let too_long = log.feedback(feedback(&format!("{long}k"), 0, "sales"), PATIENCE).await;
    assert_eq!(too_long, Err(FeedbackError::KeyTooLong));
    let huge = Feedback { request_id: "x".repeat(100_000), ..feedback("b", 0, "sales") };
    assert_eq!(log.feedback(huge, PATIENCE).await, Err(FeedbackError::UnknownDecision));
    assert_eq!(place.read(Filter::default()).await[0].decision.request_id, id(0));
}
