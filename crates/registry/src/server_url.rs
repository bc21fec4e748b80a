//! The address of an MLflow server.

use std::fmt;

use url::Url;

use crate::RegistryUrlError;

/// The address of an MLflow server, which never holds credentials.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ServerUrl {
    url: Url,
    had_credentials: bool,
}

impl ServerUrl {
    /// Reads an address that begins with `http:` or `https:`.
    ///
    /// One with a user or a password in it is taken without them and refused when it is opened: a refusal here would be
    /// printed together with what was given.
    pub(crate) fn read(given: &str) -> Result<Self, RegistryUrlError> {
        let mut url = Url::parse(given).map_err(|error| refused(given, &error.to_string()))?;
        if url.query().is_some() || url.fragment().is_some() {
            return Err(refused(given, "leave out everything from `?` or `#` on"));
        }
        let had_credentials = !url.username().is_empty() || url.password().is_some();
        let removed = url.set_username("").and_then(|()| url.set_password(None));
        removed.map_err(|()| refused(given, "it has no host"))?;
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
        Ok(Self { url, had_credentials })
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

fn refused(given: &str, reason: &str) -> RegistryUrlError {
    let given = without_credentials(given).escape_debug().to_string();
    RegistryUrlError::NotAServerUrl { given, reason: reason.to_owned() }
}

/// Leaves out what stands between the scheme and the last `@`.
fn without_credentials(given: &str) -> String {
    match (given.find(':'), given.rfind('@')) {
        (Some(scheme), Some(at)) if scheme < at => {
            format!("{}//{}", &given[..=scheme], &given[at + 1..])
        }
        _ => given.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_never_shown() {
        let url = ServerUrl::read("https://ada:s3cret@host/x").unwrap();
        assert!(url.had_credentials());
        assert_eq!(format!("{url} {url:?}"), "https://host/x ServerUrl(https://host/x)");
        for bad in ["https://ada:s3cret@host?x", "https://ada:s3cret@host:port"] {
            let error = ServerUrl::read(bad).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("s3cret"), "{error:?}");
        }
    }

    #[test]
    fn parts_of_a_path_stay_in_their_segment() {
        let url = ServerUrl::read("http://host/mlflow/").unwrap();
        let joined = url.join(["api", "a/b?c"]);
        assert_eq!(joined.as_str(), "http://host/mlflow/api/a%2Fb%3Fc");
    }
}
