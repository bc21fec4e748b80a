//! How long the caller is willing to wait.

use std::time::Duration;

use http::HeaderMap;
use tokio::time::Instant;

/// The header HTTP callers set; gRPC clients send `grpc-timeout` by themselves.
pub const TIMEOUT_HEADER: &str = "x-request-timeout-ms";

/// The moment by which the request with `headers` must be answered: what the caller asks for, at most `longest` from now.
pub fn of(headers: &HeaderMap, longest: Duration) -> Instant {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let asked = text("grpc-timeout").and_then(grpc_timeout);
    let asked = asked.or_else(|| text(TIMEOUT_HEADER)?.parse().ok().map(Duration::from_millis));
    Instant::now() + asked.unwrap_or(longest).min(longest)
}

/// Reads `grpc-timeout`: at most eight digits and a unit (the gRPC protocol over HTTP/2, "Timeout").
fn grpc_timeout(value: &str) -> Option<Duration> {
    let (digits, unit) = value.split_at_checked(value.len().checked_sub(1)?)?;
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let amount: u64 = digits.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(amount * 3600)),
        "M" => Some(Duration::from_secs(amount * 60)),
        "S" => Some(Duration::from_secs(amount)),
        "m" => Some(Duration::from_millis(amount)),
        "u" => Some(Duration::from_micros(amount)),
        "n" => Some(Duration::from_nanos(amount)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_grpc_clients_write() {
        for (value, expected) in [
            ("10S", Some(Duration::from_secs(10))),
            ("250m", Some(Duration::from_millis(250))),
            ("99999999u", Some(Duration::from_micros(99_999_999))),
            ("2H", Some(Duration::from_hours(2))),
            ("", None),
            ("S", None),
            ("-1S", None),
            ("123456789S", None),
            ("10é", None),
        ] {
            assert_eq!(grpc_timeout(value), expected, "{value}");
        }
    }

    #[tokio::test]
    async fn nobody_waits_longer_than_the_limit() {
        let mut headers = HeaderMap::new();
        headers.insert(TIMEOUT_HEADER, "3600000".parse().unwrap());
        assert!(of(&headers, Duration::from_secs(1)) <= Instant::now() + Duration::from_secs(1));
        headers.insert(TIMEOUT_HEADER, "0".parse().unwrap());
        assert!(of(&headers, Duration::from_secs(1)) <= Instant::now());
    }
}
