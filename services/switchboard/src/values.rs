//! Values of flags that `clap` does not know.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use switchboard_registry::{ModelRef, ModelRefError, Selector};
use url::Url;

/// The address of an agent: `http://HOST:PORT`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AgentUrl(String);

impl AgentUrl {
    /// The agent at an address of this machine.
    pub(crate) fn of(addr: std::net::SocketAddr) -> Self {
        Self(format!("http://{addr}"))
    }
}

impl fmt::Display for AgentUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl FromStr for AgentUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if !text.contains("://") {
            return Err(format!("write it with its scheme: http://{text}"));
        }
        let url = Url::parse(text).map_err(|error| format!("{error}: use http://HOST:PORT"))?;
        match url.scheme() {
            "http" => {}
            "https" => return Err("this release speaks plain HTTP/2: use http://HOST:PORT".into()),
            other => {
                return Err(format!("`{other}` is not a way to an agent: use http://HOST:PORT"));
            }
        }
        let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        if !is_bare || !url.username().is_empty() || url.password().is_some() {
            return Err("give host and port only: http://HOST:PORT".to_owned());
        }
        Ok(Self(url.as_str().trim_end_matches('/').to_owned()))
    }
}

/// One version by its number: `NAME/VERSION`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct VersionRef {
    /// The registered name.
    pub(crate) name: String,
    /// The version.
    pub(crate) version: u32,
}

impl FromStr for VersionRef {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let ModelRef { name, selector } =
            text.parse().map_err(|error: ModelRefError| error.to_string())?;
        match selector {
            Selector::Version(version) => Ok(Self { name, version }),
            Selector::Alias(_) => Err(format!("say which version: {name}/3")),
        }
    }
}

/// Reads a span of time such as `10s`, `500ms` or `2m`; a bare number is seconds.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let split = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (digits, unit) = text.split_at(split);
    let millis_each = match unit {
        "ms" => 1,
        "s" | "" => 1_000,
        "m" => 60_000,
        _ => return Err("write it as 10s, 500ms or 2m".to_owned()),
    };
    let count: u64 = digits.parse().map_err(|_| "write it as 10s, 500ms or 2m".to_owned())?;
    match count.checked_mul(millis_each).map(Duration::from_millis) {
        Some(Duration::ZERO) => Err("it must be more than nothing".to_owned()),
        Some(duration) if duration <= Duration::from_hours(24) => Ok(duration),
        _ => Err("it must be a day at most".to_owned()),
    }
}

/// A span of time as a person reads it: `0.5 s`.
pub(crate) fn seconds(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    if seconds.fract() < 1e-9 { format!("{seconds:.0} s") } else { format!("{seconds:.1} s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agent_is_a_host_and_a_port() {
        for (text, expected) in [
            ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
            ("http://[::1]:8000/", "http://[::1]:8000"),
            ("http://agent", "http://agent"),
        ] {
            assert_eq!(text.parse::<AgentUrl>().unwrap().to_string(), expected);
        }
        for (text, part) in [
            ("localhost:8000", "http://localhost:8000"),
            ("https://agent", "plain HTTP/2"),
            ("ftp://agent", "`ftp`"),
            ("http://agent/v1", "host and port only"),
            ("http://me:secret@agent", "host and port only"),
            ("http://", "empty host"),
        ] {
            let message = text.parse::<AgentUrl>().unwrap_err();
            assert!(message.contains(part), "{text}: {message}");
        }
    }

    #[test]
    fn a_version_has_a_number() {
        assert!("m".parse::<VersionRef>().is_err());
        assert!("m/2".parse::<VersionRef>().is_ok());
    }

    #[test]
    fn durations_have_units() {
        for (text, millis) in [("10s", 10_000), ("3", 3_000), ("500ms", 500), ("2m", 120_000)] {
            assert_eq!(duration(text), Ok(Duration::from_millis(millis)), "{text}");
        }
        for text in ["", "s", "0", "0ms", "-1s", "1.5s", "1h", "99999999999999999999s", "3000m"] {
            assert!(duration(text).is_err(), "{text}");
        }
        assert_eq!(seconds(Duration::from_millis(500)), "0.5 s");
        assert_eq!(seconds(Duration::from_secs(15)), "15 s");
    }
}
