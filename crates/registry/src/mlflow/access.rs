//! Who asks, and how the server is known to be the right one: the variables MLflow's own clients use.

use std::env;
use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ureq::tls::{Certificate, PemItem, parse_pem};

use super::Limits;
use crate::RegistryError;

const USERNAME: &str = "MLFLOW_TRACKING_USERNAME";
const PASSWORD: &str = "MLFLOW_TRACKING_PASSWORD";
const TOKEN: &str = "MLFLOW_TRACKING_TOKEN";
const CACHE: &str = "SWITCHBOARD_CACHE_DIR";
const AUTHORITY: &str = "MLFLOW_TRACKING_SERVER_CERT_PATH";

/// A file of certificates is a few kilobytes each; what is larger is something else.
const MAX_PEM_BYTES: u64 = 16 * 1024 * 1024;

/// How to use an MLflow server.
#[derive(Debug, Clone)]
pub struct ServerOptions {
    /// Who asks.
    pub access: Access,
    /// Where versions are kept on this machine; each server has a folder of its own in it.
    pub cache: PathBuf,
    /// How long it is waited for.
    pub limits: Limits,
}

impl ServerOptions {
    /// The options that the environment gives.
    ///
    /// `MLFLOW_TRACKING_USERNAME` and `MLFLOW_TRACKING_PASSWORD`, or `MLFLOW_TRACKING_TOKEN`, say who asks;
    /// `MLFLOW_TRACKING_SERVER_CERT_PATH` names a PEM file of the authorities to trust instead of the usual ones;
    /// `SWITCHBOARD_CACHE_DIR`, or else `XDG_CACHE_HOME` or the home folder, says where the cache is; without any of them it
    /// is a folder of this user's alone among the temporary ones.
    pub fn from_environment() -> Result<Self, RegistryError> {
        let access = Access::of(env::var_os)?;
        Ok(Self { access, cache: cache(env::var_os)?, limits: Limits::default() })
    }
}

/// Who asks, and which authorities are trusted. It is never printed.
#[derive(Clone, Default)]
pub struct Access {
    pub(super) authorization: Option<String>,
    pub(super) authorities: Option<Vec<Certificate<'static>>>,
}

impl fmt::Debug for Access {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Access(…)")
    }
}

impl Access {
    /// A user with a password (`Authorization: Basic`).
    pub fn basic(username: &str, password: &str) -> Self {
        let words = STANDARD.encode(format!("{username}:{password}"));
        Self { authorization: Some(format!("Basic {words}")), ..Self::default() }
    }

    /// Whoever holds a token (`Authorization: Bearer`).
    pub fn token(token: &str) -> Self {
        Self { authorization: Some(format!("Bearer {token}")), ..Self::default() }
    }

    /// Trusts the authorities of a PEM file, and no others.
    pub fn trusting(self, pem: &Path) -> Result<Self, RegistryError> {
        let authorities = Some(certificates(pem)?);
        Ok(Self { authorities, ..self })
    }

    fn of(variable: impl Fn(&'static str) -> Option<OsString>) -> Result<Self, RegistryError> {
        let text = |name| text(name, variable(name));
        // As in MLflow's clients, a user wins over a token.
        let access = match (text(USERNAME)?, text(PASSWORD)?, text(TOKEN)?) {
            (Some(username), Some(password), _) => Self::basic(&username, &password),
            (Some(_), None, _) => return Err(lone(USERNAME, PASSWORD)),
            (None, Some(_), _) => return Err(lone(PASSWORD, USERNAME)),
            (None, None, Some(token)) => Self::token(&token),
            (None, None, None) => Self::default(),
        };
        match text(AUTHORITY)? {
            Some(path) => access.trusting(Path::new(&path)),
            None => Ok(access),
        }
    }
}

/// A variable's value, if it has one; it goes into a header or a path, so it is plain text.
fn text(name: &'static str, value: Option<OsString>) -> Result<Option<String>, RegistryError> {
    let Some(value) = value.filter(|value| !value.is_empty()) else { return Ok(None) };
    match value.into_string() {
        Ok(value) if !value.chars().any(char::is_control) => Ok(Some(value)),
        _ => Err(environment(name, "it is not one line of text")),
    }
}

fn lone(given: &'static str, lacking: &str) -> RegistryError {
    environment(given, &format!("it is set and {lacking} is not: set both, or neither"))
}

fn environment(variable: &'static str, reason: &str) -> RegistryError {
    RegistryError::Environment { variable, reason: reason.to_owned() }
}

fn certificates(path: &Path) -> Result<Vec<Certificate<'static>>, RegistryError> {
    let wrong = |reason: &str| environment(AUTHORITY, &format!("{}: {reason}", path.display()));
    let size = fs::metadata(path).map_err(|error| wrong(&error.to_string()))?.len();
    if size > MAX_PEM_BYTES {
        return Err(wrong("it is too large to be a file of certificates"));
    }
    let pem = fs::read(path).map_err(|error| wrong(&error.to_string()))?;
    let mut certificates = Vec::new();
    for item in parse_pem(&pem) {
        match item {
            Ok(PemItem::Certificate(certificate)) => certificates.push(certificate),
            Ok(_) => {}
            Err(_) => return Err(wrong("it is not in PEM format")),
        }
    }
    if certificates.is_empty() {
        return Err(wrong("it has no certificate: name a PEM file of certificate authorities"));
    }
    Ok(certificates)
}

/// Where the cache is, by the first of the variables that is set.
fn cache(variable: impl Fn(&'static str) -> Option<OsString>) -> Result<PathBuf, RegistryError> {
    let path = |name| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    path(CACHE)
        .or_else(|| Some(path("XDG_CACHE_HOME")?.join("switchboard")))
        .or_else(|| Some(path("HOME")?.join(".cache").join("switchboard")))
        .map_or_else(|| private_folder(&env::temp_dir()), Ok)
}

/// A folder of this user's alone in one that all users share. One that somebody else prepared is refused: what is in a
/// cache is served.
#[cfg(unix)]
fn private_folder(shared: &Path) -> Result<PathBuf, RegistryError> {
    use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
    // What anybody but its owner may do with it.
    const OTHERS: u32 = 0o077;
    let wrong = |folder: &Path, reason: &str| {
        let reason = format!("it is not set, and {} {reason}", folder.display());
        environment(CACHE, &format!("{reason}: set it to a folder of your own"))
    };
    // A file of theirs says who this user is.
    let user = tempfile::tempfile_in(shared).and_then(|file| file.metadata());
    let user = user.map_err(|_| wrong(shared, "cannot be written to"))?.uid();
    let folder = shared.join(format!("switchboard-{user}"));
    // Most often it is there already; whatever else keeps it from being made shows below.
    let _ = fs::DirBuilder::new().mode(0o700).create(&folder);
    let facts = fs::symlink_metadata(&folder).map_err(|_| wrong(&folder, "cannot be made"))?;
    if facts.is_dir() && facts.uid() == user && facts.mode() & OTHERS == 0 {
        return Ok(folder);
    }
    Err(wrong(&folder, "is not a folder that this user alone may use"))
}

#[cfg(not(unix))]
fn private_folder(shared: &Path) -> Result<PathBuf, RegistryError> {
    // The folder for temporary files is each user's own there.
    Ok(shared.join("switchboard"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(variables: &[(&'static str, &str)]) -> impl Fn(&'static str) -> Option<OsString> {
        let variables: Vec<(&str, OsString)> =
            variables.iter().map(|(name, value)| (*name, value.into())).collect();
        move |name| variables.iter().find(|(of, _)| *of == name).map(|(_, value)| value.clone())
    }

    #[test]
    fn the_environment_says_who_asks_as_it_does_to_mlflow_itself() {
        let header = |variables| Access::of(set(variables)).unwrap().authorization;
        assert_eq!(header(&[]), None);
        assert_eq!(header(&[(TOKEN, "")]), None);
        assert_eq!(header(&[(TOKEN, "t")]).as_deref(), Some("Bearer t"));
        let both = [(USERNAME, "ada"), (PASSWORD, "s3cret"), (TOKEN, "t")];
        assert_eq!(header(&both).as_deref(), Some("Basic YWRhOnMzY3JldA=="));
    }

    #[test]
    fn half_of_what_is_needed_is_named() {
        let message = Access::of(set(&[(USERNAME, "ada")])).unwrap_err().to_string();
        let expected = "MLFLOW_TRACKING_USERNAME: it is set and MLFLOW_TRACKING_PASSWORD is not: set both, or neither";
        assert_eq!(message, expected);
        let message = Access::of(set(&[(TOKEN, "a\nb")])).unwrap_err().to_string();
        assert_eq!(message, "MLFLOW_TRACKING_TOKEN: it is not one line of text");
    }

    #[test]
    fn authorities_that_cannot_be_read_are_named() {
        let message = Access::of(set(&[(AUTHORITY, "/nope.pem")])).unwrap_err().to_string();
        assert!(message.starts_with("MLFLOW_TRACKING_SERVER_CERT_PATH: /nope.pem: "), "{message}");
        let file = tempfile::NamedTempFile::new().unwrap();
        let message = Access::default().trusting(file.path()).unwrap_err().to_string();
        assert!(message.contains("it has no certificate"), "{message}");
    }

    #[test]
    fn the_cache_is_where_the_most_telling_variable_says() {
        let home = ("HOME", "/home/ada");
        let cases = [
            (&[home, ("XDG_CACHE_HOME", "/x"), ("SWITCHBOARD_CACHE_DIR", "/c")][..], "/c"),
            (&[home, ("XDG_CACHE_HOME", "/x")], "/x/switchboard"),
            (&[home], "/home/ada/.cache/switchboard"),
        ];
        for (variables, expected) in cases {
            assert_eq!(cache(set(variables)).unwrap(), PathBuf::from(expected));
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_cache_among_temporary_files_is_this_users_alone() {
        use std::os::unix::fs::{PermissionsExt as _, chown, symlink};
        let shared = tempfile::tempdir().unwrap();
        let folder = private_folder(shared.path()).unwrap();
        assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
        assert_eq!(private_folder(shared.path()).unwrap(), folder, "it is found again");

        let refusal = || private_folder(shared.path()).unwrap_err().to_string();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o750)).unwrap();
        let expected =
            "is not a folder that this user alone may use: set it to a folder of your own";
        assert!(refusal().starts_with("SWITCHBOARD_CACHE_DIR: it is not set, and "));
        assert!(refusal().ends_with(expected));
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
        // Only the superuser can give a folder away.
        if chown(&folder, Some(12_345), None).is_ok() {
            assert!(refusal().ends_with(expected));
        }
        fs::remove_dir(&folder).unwrap();
        symlink(tempfile::tempdir().unwrap().path(), &folder).unwrap();
        assert!(refusal().ends_with(expected));
        assert!(private_folder(&shared.path().join("none")).is_err());
    }

    #[test]
    fn nobody_sees_who_asks() {
        assert_eq!(format!("{:?}", Access::basic("ada", "s3cret")), "Access(…)");
    }
}
