//! Reading a file while checking that it is the one that was written.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::{ArtifactError, FileFacts};

const CHUNK_BYTES: usize = 64 * 1024;

/// The facts of a file that holds `bytes`.
pub(crate) fn facts(bytes: &[u8]) -> FileFacts {
    FileFacts { sha256: sha256(bytes), size_bytes: bytes.len() as u64 }
}

/// The SHA-256 of `bytes`, as 64 lower-case hexadecimal digits.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// Checks the length and the checksum of the file at `path`.
pub(crate) fn verify(path: &Path, facts: &FileFacts) -> Result<(), ArtifactError> {
    copy(path, facts, &mut io::sink())
}

/// Copies the file at `path` while checking its length and its checksum.
pub(crate) fn copy(
    path: &Path,
    facts: &FileFacts,
    sink: &mut impl Write,
) -> Result<(), ArtifactError> {
    copy_verified(open_whole(path, facts)?, path, facts, sink)
}

/// Reads the file at `path`; the bytes returned are the bytes that were checked.
pub(crate) fn read_verified(path: &Path, facts: &FileFacts) -> Result<Vec<u8>, ArtifactError> {
    let file = open_whole(path, facts)?;
    let mut bytes = Vec::new();
    // Exactly what is needed: growing by doubling could take twice the memory of a large model.
    let size = usize::try_from(facts.size_bytes).unwrap_or(usize::MAX);
    let reserved = bytes.try_reserve_exact(size);
    reserved
        .map_err(|_| ArtifactError::io("make room for", path)(ErrorKind::OutOfMemory.into()))?;
    copy_verified(file, path, facts, &mut bytes)?;
    Ok(bytes)
}

/// Opens a regular file and measures it in bytes.
pub(crate) fn open_file(path: &Path) -> Result<(File, u64), ArtifactError> {
    // Asked before opening, because opening a named pipe would wait for its writer.
    let metadata = fs::metadata(path).map_err(|source| match source.kind() {
        ErrorKind::NotFound => ArtifactError::Missing { file: path.to_owned() },
        _ => ArtifactError::io("open", path)(source),
    })?;
    if !metadata.is_file() {
        return Err(ArtifactError::NotAFile { file: path.to_owned() });
    }
    let file = File::open(path).map_err(ArtifactError::io("open", path))?;
    let size_bytes = file.metadata().map_err(ArtifactError::io("measure", path))?.len();
    Ok((file, size_bytes))
}

/// Opens a file that has the length it should, before any of it is read.
fn open_whole(path: &Path, facts: &FileFacts) -> Result<File, ArtifactError> {
    let (file, size_bytes) = open_file(path)?;
    check_length(path, facts, size_bytes)?;
    Ok(file)
}

fn copy_verified(
    mut file: File,
    path: &Path,
    facts: &FileFacts,
    sink: &mut impl Write,
) -> Result<(), ArtifactError> {
    let mut digest = Sha256::new();
    let mut copied_bytes = 0_u64;
    let mut chunk = vec![0_u8; CHUNK_BYTES];
    // The length is watched while reading, for a file that changes meanwhile.
    while copied_bytes <= facts.size_bytes {
        let length = read_some(&mut file, &mut chunk).map_err(ArtifactError::io("read", path))?;
        if length == 0 {
            break;
        }
        digest.update(&chunk[..length]);
        sink.write_all(&chunk[..length]).map_err(ArtifactError::io("read", path))?;
        copied_bytes += length as u64;
    }
    check_length(path, facts, copied_bytes)?;
    let found = hexadecimal(&digest.finalize());
    if found != facts.sha256 {
        return Err(ArtifactError::Damaged {
            file: path.to_owned(),
            expected: facts.sha256.clone(),
            found,
        });
    }
    Ok(())
}

fn check_length(path: &Path, facts: &FileFacts, found_bytes: u64) -> Result<(), ArtifactError> {
    let expected_bytes = facts.size_bytes;
    if found_bytes > expected_bytes {
        return Err(ArtifactError::Oversized { file: path.to_owned(), expected_bytes });
    }
    if found_bytes < expected_bytes {
        return Err(ArtifactError::Truncated {
            file: path.to_owned(),
            expected_bytes,
            found_bytes,
        });
    }
    Ok(())
}

fn read_some(file: &mut File, chunk: &mut [u8]) -> io::Result<usize> {
    loop {
        match file.read(chunk) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            outcome => return outcome,
        }
    }
}

fn hexadecimal(digest: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    digest
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| char::from(DIGITS[usize::from(digit)]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_those_of_the_standard() {
        // FIPS 180-4, the example "abc".
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(facts(b"abc"), FileFacts { sha256: expected.to_owned(), size_bytes: 3 });
    }
}
