//! Where decisions are stored: `sqlite:PATH` or `postgres://…`.

use std::fmt::{self, Write as _};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use sqlx::ConnectOptions as _;
use sqlx::any::AnyConnectOptions;
use sqlx::postgres::PgConnectOptions;
use thiserror::Error;
use url::Url;

/// What may follow the `?` of PostgreSQL's address. The driver would log a parameter it does not know, value and all.
const POSTGRES_PARAMETERS: [&str; 17] = [
    "sslmode",
    "ssl-mode",
    "sslrootcert",
    "ssl-root-cert",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "options",
];

/// The address of a decision log: `sqlite:PATH`, or `postgres://USER:PASSWORD@HOST:PORT/DATABASE`.
///
/// It is printed without the password.
#[derive(Clone, PartialEq, Eq)]
pub struct DecisionLogUrl(Place);

#[derive(Clone, PartialEq, Eq)]
enum Place {
    Sqlite(PathBuf),
    Postgres(Url),
}

/// Why an address cannot be that of a decision log. What was given is not repeated: it may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DecisionLogUrlError {
    /// It is neither of the two forms.
    #[error("a decision log is sqlite:PATH or postgres://USER:PASSWORD@HOST:PORT/DATABASE")]
    UnknownForm,
    /// It begins with `sqlite:`, and a file's path does not follow.
    #[error("sqlite:PATH names a file: {hint}")]
    NotAFile {
        /// What to write instead.
        hint: &'static str,
    },
    /// It begins with `postgres:`, and the rest cannot be read.
    #[error("postgres://USER:PASSWORD@HOST:PORT/DATABASE cannot be read: {hint}")]
    NotAServer {
        /// What is wrong.
        hint: String,
    },
}

impl FromStr for DecisionLogUrl {
    type Err = DecisionLogUrlError;

    fn from_str(text: &str) -> Result<Self, DecisionLogUrlError> {
        let (scheme, rest) = text.split_once(':').ok_or(DecisionLogUrlError::UnknownForm)?;
        match scheme {
            "sqlite" => file(rest).map(Place::Sqlite).map(Self),
            "postgres" | "postgresql" => server(text).map(Place::Postgres).map(Self),
            _ => Err(DecisionLogUrlError::UnknownForm),
        }
    }
}

impl fmt::Display for DecisionLogUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Place::Sqlite(path) => write!(formatter, "sqlite:{}", path.display()),
            Place::Postgres(url) => write!(formatter, "{}", without_password(url)),
        }
    }
}

impl fmt::Debug for DecisionLogUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl DecisionLogUrl {
    /// The file, where the log is one.
    pub(crate) fn file(&self) -> Option<&Path> {
        match &self.0 {
            Place::Sqlite(path) => Some(path),
            Place::Postgres(_) => None,
        }
    }

    /// What the driver connects by. Statements are not logged: theirs would be long lines.
    pub(crate) fn connect_options(
        &self,
        read_only: bool,
    ) -> Result<AnyConnectOptions, sqlx::Error> {
        let options: AnyConnectOptions = match &self.0 {
            Place::Sqlite(path) => sqlite_url(path, read_only).parse()?,
            Place::Postgres(url) => AnyConnectOptions::from_url(url)?,
        };
        Ok(options.disable_statement_logging())
    }
}

fn file(path: &str) -> Result<PathBuf, DecisionLogUrlError> {
    let path = path.strip_prefix("//").unwrap_or(path);
    let hint = match path {
        "" => "write the path after the colon",
        ":memory:" => "decisions kept in memory would be gone with the process",
        _ if path.contains('?') => "it takes no parameters, and a path here has no question mark",
        _ if path.contains('\0') => "a path has no zero byte",
        // A shell expands `~` only at the start of a word, so it would arrive here as a folder's name.
        _ if path.starts_with("~/") => {
            "write the home folder in full, for example sqlite:$HOME/log.db"
        }
        _ if path.ends_with('/') => "this path is a folder's",
        _ => return Ok(PathBuf::from(path)),
    };
    Err(DecisionLogUrlError::NotAFile { hint })
}

fn server(text: &str) -> Result<Url, DecisionLogUrlError> {
    let refuse = |hint: String| DecisionLogUrlError::NotAServer { hint };
    let url = Url::parse(text).map_err(|error| refuse(error.to_string()))?;
    if url.cannot_be_a_base() {
        return Err(refuse("write // after the colon".to_owned()));
    }
    let known = |key: &str| POSTGRES_PARAMETERS.contains(&key);
    if let Some((key, _)) = url.query_pairs().find(|(key, _)| !known(key)) {
        return Err(refuse(format!("there is no parameter `{}`", key.escape_debug())));
    }
    // The driver reads the address at every connection; what it would refuse then is refused now.
    PgConnectOptions::from_url(&url).map_err(|_| refuse("check its parameters".to_owned()))?;
    Ok(url)
}

/// Every byte of the path is escaped, so that nothing in it is taken for a part of an address.
fn sqlite_url(path: &Path, read_only: bool) -> String {
    // SQLite takes `:memory:` and `file:` at the start of a name for something else than a file.
    let path = if path.is_relative() { Path::new(".").join(path) } else { path.to_owned() };
    let mut escaped = String::with_capacity(3 * path.as_os_str().len());
    for byte in path.as_os_str().as_encoded_bytes() {
        let _ = write!(escaped, "%{byte:02X}");
    }
    format!("sqlite:{escaped}?mode={}", if read_only { "ro" } else { "rw" })
}

fn without_password(url: &Url) -> Url {
    let mut shown = url.clone();
    if url.password().is_some() {
        // Only an address without a host can refuse, and such a one has no password.
        let _ = shown.set_password(Some("***"));
    }
    if url.query_pairs().any(|(key, _)| key == "password") {
        let pairs = url.query_pairs().map(|(key, value)| match &*key {
            "password" => (key, "***".into()),
            _ => (key, value),
        });
        shown.query_pairs_mut().clear().extend_pairs(pairs);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match text.parse::<DecisionLogUrl>() {
            Ok(url) => url.to_string(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_file_is_named_by_its_path_as_it_is_written() {
        assert_eq!(shown("sqlite:data/decisions.db"), "sqlite:data/decisions.db");
        assert_eq!(shown("sqlite:/var/lib/a b#c%20.db"), "sqlite:/var/lib/a b#c%20.db");
        assert_eq!(shown("sqlite:///var/lib/log.db"), "sqlite:/var/lib/log.db");
    }

    #[test]
    fn a_server_is_shown_without_its_password() {
        assert_eq!(shown("postgres://me:secret@db:5433/log"), "postgres://me:***@db:5433/log");
        let url = "postgresql://db/log?password=secret&sslmode=require";
        assert_eq!(shown(url), "postgresql://db/log?password=***&sslmode=require");
        let parsed: DecisionLogUrl = "postgres://me:secret@db/log".parse().unwrap();
        assert_eq!(format!("{parsed:?}"), "postgres://me:***@db/log");
    }

    #[test]
    fn an_error_names_both_forms_and_never_what_was_given() {
        for given in ["", "decisions.db", "mysql://me:secret@db/log", "C:\\log.db"] {
            let forms =
                "a decision log is sqlite:PATH or postgres://USER:PASSWORD@HOST:PORT/DATABASE";
            assert_eq!(shown(given), forms);
        }
        for given in [
            "sqlite:",
            "sqlite::memory:",
            "sqlite:log.db?mode=secret",
            "sqlite:secret/",
            "sqlite:~/secret",
            "sqlite:secret\0",
        ] {
            assert!(shown(given).starts_with("sqlite:PATH names a file: "), "{given}");
            assert!(!shown(given).contains("secret"), "{given}");
        }
        for given in [
            "postgres:me:secret",
            "postgres://me:secret@db:port/log",
            "postgres://db/log?sslmode=secret",
            "postgres://db/log?pasword=secret",
        ] {
            assert!(shown(given).contains("cannot be read: "), "{given}: {}", shown(given));
            assert!(!shown(given).contains("secret"), "{given}: {}", shown(given));
        }
    }
}
