//! Why the registry refused, and what to do about it.

use std::io;
use std::path::{Path, PathBuf};

use switchboard_artifact::ArtifactError;
use thiserror::Error;

/// Why something could not be read from or written to a registry. The cause, where there is one, is the error's source.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RegistryError {
    /// A name could not be that of a model or an alias, or a selector could not be either.
    #[error("`{given}` is not {kind}: {rule}")]
    InvalidName {
        /// What it was to name: `a model name`, `an alias`, `a version or an alias`.
        kind: &'static str,
        /// The name, with control characters escaped.
        given: String,
        /// What such a name looks like.
        rule: &'static str,
    },
    /// The registry's path leads to something that is not a folder.
    #[error("{} is not a folder: give the registry a folder of its own", path.display())]
    NotAFolder {
        /// The path.
        path: PathBuf,
    },
    /// This user may not write to the registry.
    #[error(
        "{} cannot be written to: run as a user who may write there, or use another registry folder",
        path.display()
    )]
    ReadOnly {
        /// The file or folder that was to be written.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// No version of the model was ever published here.
    #[error("there is no model {name} in {registry}: check the name, or train and publish it")]
    NoSuchModel {
        /// The model.
        name: String,
        /// The registry's folder, or the server's address.
        registry: String,
    },
    /// The model has other versions, but not this one.
    #[error(
        "model {name} has no version {version} ({place} does not exist): choose one that is listed"
    )]
    NoSuchVersion {
        /// The model.
        name: String,
        /// The version.
        version: u32,
        /// Where it would be: a folder, or a server's address of it.
        place: String,
    },
    /// A version is damaged, incomplete or from a later release; the source says which and names the file.
    #[error("model {name} version {version} cannot be used")]
    UnusableVersion {
        /// The model.
        name: String,
        /// The version.
        version: u32,
        /// What is wrong with it.
        source: ArtifactError,
    },
    /// A version that was to be published is damaged or incomplete.
    #[error("model {name} cannot be published")]
    Unpublishable {
        /// The model.
        name: String,
        /// What is wrong with it.
        source: ArtifactError,
    },
    /// A manifest names another model than the one whose version it is.
    #[error("the manifest in {} is of model {found}, not of {expected}: publish it as {found}", path.display())]
    WrongModel {
        /// The version's directory.
        path: PathBuf,
        /// The model it was published or looked up as.
        expected: String,
        /// The model its manifest names.
        found: String,
    },
    /// A version staged in one registry was handed to another.
    #[error("{} was not staged in {}: stage and publish with one registry", path.display(), registry.display())]
    StagedElsewhere {
        /// The staged version.
        path: PathBuf,
        /// The folder, or the cache, of the registry that was to publish it.
        registry: PathBuf,
    },
    /// Every version number is taken.
    #[error("{} has no version number left: publish under another name", path.display())]
    NoVersionLeft {
        /// The model's folder.
        path: PathBuf,
    },
    /// Somebody else moved the alias first.
    #[error(
        "{alias} of {name} names {}, where {} was expected: look again, then repeat the change",
        version_or_none(*found), version_or_none(*expected)
    )]
    Conflict {
        /// The model.
        name: String,
        /// The alias.
        alias: String,
        /// The version it was expected to name.
        expected: Option<u32>,
        /// The version it names.
        found: Option<u32>,
    },
    /// There is no earlier champion to go back to.
    #[error("model {name} cannot be rolled back: {reason}; promote a version instead")]
    NothingToRollBack {
        /// The model.
        name: String,
        /// Why not.
        reason: &'static str,
    },
    /// The file of aliases is not what this crate writes.
    #[error("{} is damaged ({reason}): restore it, or delete it and promote again", path.display())]
    DamagedAliases {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The file of alias changes is not what this crate writes.
    #[error("{}, line {line}, is damaged ({reason}): restore the file, or delete that line", path.display())]
    DamagedHistory {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// What was to be recorded is too long.
    #[error("`{field}` is longer than {limit_bytes} bytes: shorten it")]
    TooLong {
        /// What it was: `who`, `why` or `at`.
        field: &'static str,
        /// The longest that is recorded.
        limit_bytes: usize,
    },
    /// Another process kept the lock for too long.
    #[error("{} has been locked by another process for {seconds} s: wait for it, or stop it", path.display())]
    Busy {
        /// The lock's file.
        path: PathBuf,
        /// How long it was waited for.
        seconds: u64,
    },
    /// A server's address was given with a user or a password in it.
    #[error(
        "{server} was given with credentials in it, which others can see: leave them out, and set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN"
    )]
    CredentialsInUrl {
        /// The server, without them.
        server: String,
    },
    /// A variable of the environment says how to reach a server, and cannot be followed.
    #[error("{variable}: {reason}")]
    Environment {
        /// Its name.
        variable: &'static str,
        /// What is wrong with it; never its value when that is secret.
        reason: String,
    },
    /// The server does not answer, or not now, however often it was asked.
    #[error(
        "{server} cannot answer ({call}: {reason}): check its address, and that the MLflow server runs"
    )]
    Away {
        /// The server.
        server: String,
        /// What was asked of it.
        call: String,
        /// What went wrong.
        reason: String,
    },
    /// The server does not know who asks, or does not let them.
    #[error(
        "{server} refuses access ({call}: HTTP {status}): set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN, to what it accepts"
    )]
    AccessDenied {
        /// The server.
        server: String,
        /// What was asked of it.
        call: String,
        /// 401 or 403.
        status: u16,
    },
    /// The server understood, and refused.
    #[error("{server} refuses {call}: {code}: {message}")]
    Refused {
        /// The server.
        server: String,
        /// What was asked of it.
        call: String,
        /// MLflow's `error_code`, or `HTTP` and the status.
        code: String,
        /// MLflow's message, shortened.
        message: String,
    },
    /// The answer is not one that an MLflow server gives.
    #[error(
        "{server} does not answer as an MLflow server does ({call}: {reason}): check its address"
    )]
    NotMlflow {
        /// The server.
        server: String,
        /// What was asked of it.
        call: String,
        /// What is odd about it.
        reason: String,
    },
    /// The server leaves files to storage that only its own clients reach.
    #[error(
        "{server} does not serve artifacts (those of {model} are at {place}): start it with --artifacts-destination DIR, and use a name it has no experiment for yet"
    )]
    NoArtifacts {
        /// The server.
        server: String,
        /// The model.
        model: String,
        /// Where it puts the files of the model's runs.
        place: String,
    },
    /// A version on a server was not published by this system.
    #[error("model {name} version {version} on {server} is not one of Switchboard's: {reason}")]
    ForeignVersion {
        /// The server.
        server: String,
        /// The model.
        name: String,
        /// The version.
        version: u32,
        /// How that shows.
        reason: String,
    },
    /// The operating system refused.
    #[error("{doing} {}", path.display())]
    Io {
        /// What was being done, as a verb.
        doing: &'static str,
        /// The file or folder it was done to.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
}

impl RegistryError {
    /// Whether the registry as a whole is out of reach for now, so that what was known of it before is the best there is.
    pub fn is_away(&self) -> bool {
        match self {
            Self::Away { .. } => true,
            Self::Io { source, .. } => source.kind() == io::ErrorKind::NotFound,
            _ => false,
        }
    }

    /// Whether this is about one version and not about the registry: while the version stays what it is, asking for it again does not help.
    pub fn is_about_version(&self) -> bool {
        matches!(
            self,
            Self::NoSuchModel { .. }
                | Self::NoSuchVersion { .. }
                | Self::UnusableVersion { .. }
                | Self::WrongModel { .. }
                | Self::ForeignVersion { .. }
        )
    }

    /// Says which version it is that cannot be used, for `map_err`.
    pub(crate) fn unusable(name: &str, version: u32) -> impl FnOnce(ArtifactError) -> Self {
        move |source| Self::UnusableVersion { name: name.to_owned(), version, source }
    }

    /// Gives the failure of a read its context, for `map_err`.
    pub(crate) fn reading(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| match source.kind() {
            io::ErrorKind::NotADirectory => Self::NotAFolder { path: path.to_owned() },
            _ => Self::Io { doing, path: path.to_owned(), source },
        }
    }

    /// Gives the failure of a write its context, for `map_err`.
    pub(crate) fn writing(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| match source.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::ReadOnly { path: path.to_owned(), source }
            }
            _ => Self::reading(doing, path)(source),
        }
    }
}

fn version_or_none(version: Option<u32>) -> String {
    version.map_or_else(|| "no version".to_owned(), |version| format!("version {version}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registry_that_cannot_be_written_to_is_one_clear_sentence() {
        for kind in [io::ErrorKind::PermissionDenied, io::ErrorKind::ReadOnlyFilesystem] {
            let error =
                RegistryError::writing("create", Path::new("/registry/.staging"))(kind.into());
            let expected = "/registry/.staging cannot be written to: run as a user who may write there, or use another registry folder";
            assert_eq!(error.to_string(), expected);
        }
    }

    #[test]
    fn a_full_disk_keeps_its_cause() {
        let error = RegistryError::writing("write", Path::new("/registry/x"))(
            io::ErrorKind::StorageFull.into(),
        );
        assert_eq!(error.to_string(), "write /registry/x");
        assert!(std::error::Error::source(&error).is_some());
    }
}
