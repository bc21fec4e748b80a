//! Checksums of files, and their digits.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

/// Whether the file at `path` is the one with this checksum.
pub(super) fn is_whole(path: &Path, sha256: &str) -> bool {
    let digest = || {
        let mut digest = Sha256::new();
        let mut file = File::open(path)?;
        let mut chunk = vec![0; 64 * 1024];
        loop {
            match file.read(&mut chunk)? {
                0 => return Ok::<_, io::Error>(hexadecimal(&digest.finalize())),
                length => digest.update(&chunk[..length]),
            }
        }
    };
    digest().is_ok_and(|found| found == sha256)
}

/// The SHA-256 of `bytes`, as hexadecimal digits.
pub(super) fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

fn hexadecimal(digest: &[u8]) -> String {
    use std::fmt::Write;
    digest.iter().fold(String::new(), |mut text, byte| {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
