//! Locks, atomic replacement, and bounded reading.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use crate::RegistryError;

/// How long a writer waits for another one; changes take milliseconds, so a longer wait means something hangs.
pub(crate) const LOCK_PATIENCE: Duration = Duration::from_secs(30);

const LOCK_RETRY: Duration = Duration::from_millis(5);

/// Takes the exclusive lock at `path`, creating its file if need be. It is held until the file is dropped, or its
/// process ends in whatever way.
pub(crate) fn lock(path: &Path, patience: Duration) -> Result<File, RegistryError> {
    let options = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
    let file = options.map_err(RegistryError::writing("open", path))?;
    let started = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if started.elapsed() >= patience => {
                return Err(RegistryError::Busy {
                    path: path.to_owned(),
                    seconds: patience.as_secs(),
                });
            }
            Err(TryLockError::WouldBlock) => thread::sleep(LOCK_RETRY),
            Err(TryLockError::Error(source)) => {
                return Err(RegistryError::writing("lock", path)(source));
            }
        }
    }
}

/// Whether a live process holds the lock at `path`. A lock that is not there is held by nobody.
pub(crate) fn is_locked(path: &Path) -> Result<bool, RegistryError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(RegistryError::writing("open", path)(error)),
    };
    match file.try_lock() {
        Ok(()) => Ok(false),
        Err(TryLockError::WouldBlock) => Ok(true),
        Err(TryLockError::Error(source)) => Err(RegistryError::writing("lock", path)(source)),
    }
}

/// Creates `path` and the folders above it, and makes them survive a power cut.
pub(crate) fn create_folder(path: &Path) -> Result<(), RegistryError> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        create_folder(parent)?;
    }
    match fs::create_dir(path) {
        Ok(()) => sync_folder(parent_of(path)),
        // Another writer was first.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Err(RegistryError::NotAFolder { path: path.to_owned() })
        }
        Err(error) => Err(RegistryError::writing("create", path)(error)),
    }
}

/// Replaces the file at `path` at once: readers see the old bytes or the new ones. The caller holds its lock.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<(), RegistryError> {
    let fresh = path.with_extension("new");
    let write = |path: &Path| {
        let mut file = File::create(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    write(&fresh).map_err(RegistryError::writing("write", &fresh))?;
    fs::rename(&fresh, path).map_err(RegistryError::writing("replace", path))?;
    sync_folder(parent_of(path))
}

/// Makes the entries of `folder` survive a power cut.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), RegistryError> {
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(RegistryError::writing("sync", folder))
}

/// Reads the file at `path`, or nothing if there is none. A file of more than `limit_bytes` is an error.
pub(crate) fn read_bounded(
    path: &Path,
    limit_bytes: u64,
) -> Result<Option<Vec<u8>>, RegistryError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(RegistryError::reading("open", path)(error)),
    };
    let mut bytes = Vec::new();
    file.take(limit_bytes + 1)
        .read_to_end(&mut bytes)
        .map_err(RegistryError::reading("read", path))?;
    if bytes.len() as u64 > limit_bytes {
        let source = io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("it is larger than {limit_bytes} bytes"),
        );
        return Err(RegistryError::Io { doing: "read", path: path.to_owned(), source });
    }
    Ok(Some(bytes))
}

/// The folders directly in `folder`; none if it does not exist.
pub(crate) fn folder_names(folder: &Path) -> Result<Vec<String>, RegistryError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(RegistryError::reading("list", folder)(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(RegistryError::reading("list", folder))?;
        // Follows links: a model's folder may live on another disk.
        if let Ok(name) = entry.file_name().into_string()
            && entry.path().is_dir()
        {
            names.push(name);
        }
    }
    Ok(names)
}

fn parent_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_held_too_long_is_reported() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let held = lock(&path, Duration::ZERO).unwrap();
        assert!(matches!(lock(&path, Duration::ZERO), Err(RegistryError::Busy { .. })));
        assert!(is_locked(&path).unwrap());
        drop(held);
        assert!(!is_locked(&path).unwrap());
        lock(&path, Duration::ZERO).unwrap();
    }

    #[test]
    fn a_file_over_its_limit_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        assert!(read_bounded(&path, 3).unwrap().is_none());
        fs::write(&path, "abc").unwrap();
        assert_eq!(read_bounded(&path, 3).unwrap().unwrap(), b"abc");
        assert!(read_bounded(&path, 2).is_err());
    }

    #[test]
    fn replacing_leaves_nothing_else_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file.json");
        replace(&path, b"one").unwrap();
        replace(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
