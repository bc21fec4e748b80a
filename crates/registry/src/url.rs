//! Where a registry is: `file:DIR`, or the address of an MLflow server.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use thiserror::Error;
use url::Url;

use crate::ServerUrl;

/// The address of a registry.
///
/// `file:DIR` takes the path as it is written, relative or absolute; `file:///DIR` is a URL, with `%20` for a space.
/// `http://HOST:PORT` and `https://HOST` are an MLflow server's, perhaps with a path in front of its API.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum RegistryUrl {
    /// A folder.
    File(PathBuf),
    /// An MLflow server.
    Mlflow(ServerUrl),
}

/// Why an address cannot be that of a registry.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RegistryUrlError {
    /// It is a path, not an address.
    #[error("`{given}` is a bare path: use file:{given}")]
    BarePath {
        /// What was given.
        given: String,
    },
    /// It begins as a server's address should, and is none.
    #[error("`{given}` is not the address of an MLflow server: {reason}")]
    NotAServerUrl {
        /// What was given; it had no credentials.
        given: String,
        /// What is wrong with it.
        reason: String,
    },
    /// It is an address of some other kind.
    #[error(
        "`{given}` is not a kind of registry this release knows: use file:DIR, or http://HOST:PORT for an MLflow server"
    )]
    UnknownScheme {
        /// What was given.
        given: String,
    },
    /// It begins as it should, and does not lead to a folder.
    #[error("`{given}` does not name a folder: {hint}")]
    NotAFolderUrl {
        /// What was given.
        given: String,
        /// What to write instead.
        hint: String,
    },
}

impl FromStr for RegistryUrl {
    type Err = RegistryUrlError;

    fn from_str(text: &str) -> Result<Self, RegistryUrlError> {
        let given = text.to_owned();
        let scheme = text.split(':').next().filter(|scheme| scheme.len() < text.len());
        match scheme.map(str::to_ascii_lowercase).as_deref() {
            Some("file") => folder(text, &text["file:".len()..]).map(Self::File),
            Some("http" | "https") => ServerUrl::read(text).map(Self::Mlflow),
            // Refused when it is opened, as there, and not with all that was given.
            _ if text.contains("://") && text.contains('@') => {
                ServerUrl::read(text).map(Self::Mlflow)
            }
            _ if text.contains("://") => Err(RegistryUrlError::UnknownScheme { given }),
            _ if text.is_empty() => Err(not_a_folder(text, "use file:DIR")),
            _ => Err(RegistryUrlError::BarePath { given }),
        }
    }
}

impl fmt::Display for RegistryUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(formatter, "file:{}", path.display()),
            Self::Mlflow(server) => server.fmt(formatter),
        }
    }
}

fn folder(given: &str, path: &str) -> Result<PathBuf, RegistryUrlError> {
    if path.is_empty() {
        return Err(not_a_folder(given, "write the folder after `file:`"));
    }
    if path.contains('\0') {
        return Err(not_a_folder(given, "a path has no zero byte"));
    }
    if path.starts_with("//") {
        return folder_of_url(given);
    }
    // A shell expands `~` only at the start of a word, so it would arrive here as a folder's name.
    if path == "~" || path.starts_with("~/") {
        return Err(not_a_folder(
            given,
            "write the home folder in full, for example file:$HOME/models",
        ));
    }
    Ok(PathBuf::from(path))
}

fn folder_of_url(given: &str) -> Result<PathBuf, RegistryUrlError> {
    let url = Url::parse(given).map_err(|error| not_a_folder(given, &error.to_string()))?;
    if let Some(host) = url.host_str() {
        let path = Path::new(host).join(url.path().trim_start_matches('/'));
        let hint = format!(
            "it names the host `{host}`; for a relative folder use file:{}",
            path.display()
        );
        return Err(not_a_folder(given, &hint));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(not_a_folder(given, "write `?` as %3F and `#` as %23, or use file:DIR"));
    }
    let path =
        url.to_file_path().ok().filter(|path| !path.as_os_str().as_encoded_bytes().contains(&0));
    let path = path.as_deref().and_then(Path::to_str);
    let path = path.ok_or_else(|| not_a_folder(given, "its path is not text: use file:DIR"))?;
    // Printed with several leading slashes, it would be read back as a URL.
    Ok(PathBuf::from(format!("/{}", path.trim_start_matches('/'))))
}

fn not_a_folder(given: &str, hint: &str) -> RegistryUrlError {
    RegistryUrlError::NotAFolderUrl {
        given: given.escape_debug().to_string(),
        hint: hint.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn folders_are_written_as_paths_or_as_urls() {
        let cases = [
            ("file:models", "models"),
            ("file:./models/../m", "./models/../m"),
            ("file:/var/lib/models", "/var/lib/models"),
            ("file:a b%20c", "a b%20c"),
            ("file:http:/x", "http:/x"),
            ("FILE:models", "models"),
            ("file:///var/lib/models", "/var/lib/models"),
            ("file:///a%20b", "/a b"),
            ("file://localhost/a", "/a"),
            ("file:////a", "/a"),
            ("file:///", "/"),
        ];
        for (text, path) in cases {
            assert_eq!(text.parse(), Ok(RegistryUrl::File(PathBuf::from(path))), "{text}");
        }
    }

    #[test]
    fn anything_else_names_the_fix() {
        let cases = [
            ("models", "`models` is a bare path: use file:models"),
            ("C:/models", "`C:/models` is a bare path: use file:C:/models"),
            ("http://", "is not the address of an MLflow server: empty host"),
            ("http://host?x=1", "leave out everything from `?` or `#` on"),
            ("https://host:port", "is not the address of an MLflow server: invalid port number"),
            (
                "s3://bucket",
                "is not a kind of registry this release knows: use file:DIR, or http://HOST:PORT for an MLflow server",
            ),
            ("", "use file:DIR"),
            ("file:", "write the folder after `file:`"),
            ("file:~/models", "file:$HOME/models"),
            (
                "file://models/x",
                "it names the host `models`; for a relative folder use file:models/x",
            ),
            ("file:///a?b", "write `?` as %3F"),
            ("file:///a%00b", "its path is not text"),
            ("file:///a%FFb", "its path is not text"),
            ("file:a\0b", "no zero byte"),
        ];
        for (text, expected) in cases {
            let message = text.parse::<RegistryUrl>().unwrap_err().to_string();
            assert!(message.contains(expected), "{text}: {message}");
        }
    }

    #[test]
    fn servers_are_written_as_their_address() {
        let cases = [
            ("http://localhost:5000", "http://localhost:5000"),
            ("HTTPS://Host/", "https://host"),
            ("https://host/mlflow/", "https://host/mlflow"),
        ];
        for (text, printed) in cases {
            assert_eq!(text.parse::<RegistryUrl>().unwrap().to_string(), printed);
        }
    }

    proptest! {
        #[test]
        fn what_is_read_prints_to_what_reads_the_same(text in "(file:|http:)?[/~.]{0,3}[a-z%20?#: é]{0,8}") {
            if let Ok(url) = text.parse::<RegistryUrl>() {
                prop_assert_eq!(url.to_string().parse(), Ok(url));
            }
        }
    }
}
