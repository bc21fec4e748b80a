//! One attempt of a call that failed, and whether another may help.

use std::io;
use std::time::Duration;

use serde::Deserialize;
use ureq::http::header::RETRY_AFTER;
use ureq::http::{HeaderMap, StatusCode};

use crate::{RegistryError, ServerUrl};

const MAX_MESSAGE_CHARS: usize = 400;

/// Why one attempt failed.
#[derive(Debug)]
pub(super) enum Failure {
    /// The server was never reached: nothing happened there.
    NotReached(String),
    /// The call may or may not have been done.
    Cut(String),
    /// The server says that it cannot, for now.
    Busy { status: u16, after: Option<Duration>, message: String },
    /// The server's answer, which another attempt would not change.
    Answered(Answer),
    /// Something on this machine, which another attempt would not change.
    Here(RegistryError),
}

/// An answer that is final.
#[derive(Debug)]
pub(super) enum Answer {
    Denied(u16),
    Refused { code: String, message: String },
    Odd(String),
}

/// What MLflow says when it refuses.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Said {
    error_code: String,
    message: String,
}

impl Failure {
    /// The failure that an answer with this status and body is.
    pub(super) fn of(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Self {
        let said: Said = serde_json::from_slice(body).unwrap_or_default();
        let message = shortened(&said.message);
        match status.as_u16() {
            code @ (401 | 403) => Self::Answered(Answer::Denied(code)),
            code @ (429 | 500 | 502..=504) => {
                Self::Busy { status: code, after: retry_after(headers), message }
            }
            300..=399 => {
                let reason =
                    "it redirects elsewhere, and credentials go nowhere but to the address given";
                Self::Answered(Answer::Odd(reason.to_owned()))
            }
            code if said.error_code.is_empty() => {
                let (code, message) = (format!("HTTP {code}"), "no reason given".to_owned());
                Self::Answered(Answer::Refused { code, message })
            }
            _ => Self::Answered(Answer::Refused { code: shortened(&said.error_code), message }),
        }
    }

    /// The failure of a call that was not answered.
    pub(super) fn of_transport(error: ureq::Error) -> Self {
        use ureq::Timeout;
        match error {
            ureq::Error::Timeout(Timeout::Connect | Timeout::Resolve) => {
                Self::NotReached("connecting takes too long".to_owned())
            }
            ureq::Error::Timeout(_) => Self::Cut("it takes too long".to_owned()),
            ureq::Error::HostNotFound => Self::NotReached("there is no such host".to_owned()),
            ureq::Error::ConnectionFailed => Self::NotReached("no connection".to_owned()),
            ureq::Error::Io(error) => match error.kind() {
                io::ErrorKind::ConnectionRefused
                | io::ErrorKind::HostUnreachable
                | io::ErrorKind::NetworkUnreachable => Self::NotReached(error.to_string()),
                _ => Self::Cut(error.to_string()),
            },
            ureq::Error::BodyExceedsLimit(limit) => {
                Self::Answered(Answer::Odd(format!("more than {limit} bytes")))
            }
            ureq::Error::Protocol(_) | ureq::Error::LargeResponseHeader(..) => {
                Self::Answered(Answer::Odd("this is not HTTP".to_owned()))
            }
            // TLS, a proxy: the server is out of reach as things stand, and asking again does not help.
            other => Self::NotReached(shortened(&other.to_string())),
        }
    }

    /// Whether the call may be made again without being done twice.
    pub(super) fn may_repeat(&self, idempotent: bool) -> bool {
        match self {
            Self::NotReached(_) => true,
            Self::Busy { status, .. } => idempotent || matches!(status, 429 | 503),
            Self::Cut(_) => idempotent,
            Self::Answered(_) | Self::Here(_) => false,
        }
    }

    /// How long the server asks to be left alone.
    pub(super) fn after(&self) -> Option<Duration> {
        match self {
            Self::Busy { after, .. } => *after,
            _ => None,
        }
    }

    /// The error that a caller sees.
    pub(super) fn into_error(self, server: &ServerUrl, call: &str) -> RegistryError {
        let (server, call) = (server.to_string(), call.to_owned());
        match self {
            Self::NotReached(reason) | Self::Cut(reason) => {
                RegistryError::Away { server, call, reason }
            }
            Self::Busy { status, message, .. } if message.is_empty() => {
                RegistryError::Away { server, call, reason: format!("HTTP {status}") }
            }
            Self::Busy { status, message, .. } => {
                RegistryError::Away { server, call, reason: format!("HTTP {status}: {message}") }
            }
            Self::Answered(Answer::Denied(status)) => {
                RegistryError::AccessDenied { server, call, status }
            }
            Self::Answered(Answer::Refused { code, message }) => {
                RegistryError::Refused { server, call, code, message }
            }
            Self::Answered(Answer::Odd(reason)) => {
                RegistryError::NotMlflow { server, call, reason }
            }
            Self::Here(error) => error,
        }
    }
}

/// `Retry-After` in seconds; a date, which few servers send, is not understood.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// One line of it, not too long.
fn shortened(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    line.chars().filter(|letter| !letter.is_control()).take(MAX_MESSAGE_CHARS).collect()
}
