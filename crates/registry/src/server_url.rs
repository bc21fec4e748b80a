//! The address of an MLflow server.

use std::fmt;

use url::Url;

use crate::RegistryUrlError;

/// Stands for an address that could not be read, and may be told from one that could.
const NOT_SHOWN: &str = "http://address-not-shown.invalid";

/// The address of an MLflow server, which never holds credentials.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ServerUrl {
    url: Url,
    had_credentials: bool,
}

impl ServerUrl {
    /// Reads an address that begins with `http:` or `https:`.
    ///
    /// One with a user or a password in it is taken without them and refused when it is opened, even if it is no address at
    /// all: a refusal here would be printed together with what was given.
    pub(crate) fn read(given: &str) -> Result<Self, RegistryUrlError> {
        let Some(rest) = without_credentials(given) else {
            return Ok(Self { url: parse(given)?, had_credentials: false });
        };
        let url = parse(&rest).or_else(|_| parse(NOT_SHOWN))?;
        Ok(Self { url, had_credentials: true })
    }

    /// Whether a user or a password was given with it.
    pub(crate) fn had_credentials(&self) -> bool {
        self.had_credentials
    }

    /// The address of a path below it; each part becomes one segment, whatever it holds.
    pub(crate) fn join<'s>(&self, parts: impl IntoIterator<Item = &'s str>) -> Url {
        let mut url = self.url.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(parts);
        }
        url
    }

    /// Whether `authority`, as in `host:port`, is this server's.
    pub(crate) fn is_at(&self, authority: &str) -> bool {
        authority == self.url.authority()
    }
}

impl fmt::Display for ServerUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.url.as_str().trim_end_matches('/'))
    }
}

impl fmt::Debug for ServerUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ServerUrl({self})")
    }
}

fn parse(given: &str) -> Result<Url, RegistryUrlError> {
    let mut url = Url::parse(given).map_err(|error| refused(given, &error.to_string()))?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err(refused(given, "leave out everything from `?` or `#` on"));
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

fn refused(given: &str, reason: &str) -> RegistryUrlError {
    let given = given.escape_debug().to_string();
    RegistryUrlError::NotAServerUrl { given, reason: reason.to_owned() }
}

/// Leaves out what stands between the scheme and the last `@`; nothing when there is no `@`. A password may hold any
/// character, also those that end it in an address, so all of that may be one.
fn without_credentials(given: &str) -> Option<String> {
    let (before, rest) = given.rsplit_once('@')?;
    let scheme = before.split(':').next().unwrap_or_default();
    Some(format!("{scheme}://{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_never_shown() {
        let url = ServerUrl::read("https://ada:s3cret@host/x").unwrap();
        assert!(url.had_credentials());
        assert_eq!(format!("{url} {url:?}"), "https://host/x ServerUrl(https://host/x)");
        for bad in [
            "https://ada:s3cret@host?x",
            "https://ada:s3cret@host:port",
            "http://ada:s3cret@ho st",
            "http://ada:s3cret@",
            "http://ada:/s3cret@host",
            "http://ada:1/s3cret@host",
            "http://ada:#s3cret@host",
            "http:s3cret@host",
        ] {
            // An error would be printed by whoever reads arguments, with all that was given.
            let url = ServerUrl::read(bad).unwrap();
            assert!(url.had_credentials(), "{bad}");
            assert!(!format!("{url} {url:?}").contains("s3cret"), "{url}");
        }
    }

    #[test]
    fn parts_of_a_path_stay_in_their_segment() {
        let url = ServerUrl::read("http://host/mlflow/").unwrap();
        let joined = url.join(["api", "a/b?c"]);
        assert_eq!(joined.as_str(), "http://host/mlflow/api/a%2Fb%3Fc");
    }
}
