//! What a ticket may be.

use switchboard_server::{ApiError, ErrorKind};
use tokio::time::Instant;

use crate::ticket::{Ticket, asked_for};

/// In bytes.
const MAX_ID: usize = 256;
const MAX_TASK: usize = 64;
const MAX_METADATA: usize = 64;
const MAX_METADATA_KEY: usize = 256;
const MAX_METADATA_VALUE: usize = 4096;

/// Checks every field of a ticket. No message repeats what it holds.
pub(crate) fn check(ticket: &Ticket, max_text_bytes: usize) -> Result<(), ApiError> {
    check_text(&ticket.text, max_text_bytes)?;
    for (field, value) in [("id", &ticket.id), ("conversation_id", &ticket.conversation_id)] {
        if value.len() > MAX_ID {
            return Err(invalid(format!("{field} is longer than {MAX_ID} bytes; shorten it")));
        }
    }
    let is_name = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-' | b'.')
    };
    if ticket.task.len() > MAX_TASK || !ticket.task.bytes().all(is_name) {
        return Err(invalid(format!(
            "task is not a name of at most {MAX_TASK} characters a-z, 0-9, '_', '-', '.'"
        )));
    }
    if asked_for(&ticket.route).is_err() {
        return Err(invalid(
            "route is not one of \"tfidf\", \"transformer\", \"both\"; leave it out to let the policy decide".to_owned(),
        ));
    }
    if ticket.metadata.len() > MAX_METADATA {
        return Err(invalid(format!(
            "metadata has more than {MAX_METADATA} entries; leave some out"
        )));
    }
    if ticket
        .metadata
        .iter()
        .any(|(key, value)| key.len() > MAX_METADATA_KEY || value.len() > MAX_METADATA_VALUE)
    {
        let message = format!(
            "metadata has a key over {MAX_METADATA_KEY} or a value over {MAX_METADATA_VALUE} bytes; shorten it"
        );
        return Err(invalid(message));
    }
    Ok(())
}

/// Checks a text alone.
pub(crate) fn check_text(text: &str, max_bytes: usize) -> Result<(), ApiError> {
    check_length(text, max_bytes)?;
    if text.trim().is_empty() {
        return Err(ApiError::new(
            ErrorKind::EmptyText,
            "text is empty; send what the customer wrote",
        ));
    }
    Ok(())
}

/// Checks the length of a text that may be empty.
pub(crate) fn check_length(text: &str, max_bytes: usize) -> Result<(), ApiError> {
    if text.len() > max_bytes {
        let message =
            format!("text is longer than {max_bytes} bytes; shorten it or raise --max-text-bytes");
        return Err(ApiError::new(ErrorKind::TooLong, message));
    }
    Ok(())
}

/// Refuses to go on behind the deadline.
pub(crate) fn check_deadline(deadline: Instant) -> Result<(), ApiError> {
    if deadline <= Instant::now() {
        let message = "the deadline passed; send less at once, or allow more time";
        return Err(ApiError::new(ErrorKind::DeadlineExceeded, message));
    }
    Ok(())
}

fn invalid(message: String) -> ApiError {
    ApiError::new(ErrorKind::InvalidArgument, message)
}
