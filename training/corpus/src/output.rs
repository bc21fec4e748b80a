//! Writes tickets as CSV, and says what was written.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::expand::Ticket;

/// What a file of tickets holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// How many tickets there are.
    pub tickets: usize,
    /// How many phrasings they were made from.
    pub phrasings: usize,
    /// How many there are of each language.
    pub per_language: BTreeMap<&'static str, usize>,
    /// How many there are of each label.
    pub per_label: BTreeMap<&'static str, usize>,
    /// The SHA-256 of the file.
    pub sha256: String,
}

/// Writes `tickets` to `path` as CSV with the columns `text`, `label`, `language` and `phrasing`.
///
/// The file appears whole or not at all.
///
/// # Errors
/// When the folder does not exist or cannot be written to.
pub fn write(path: &Path, tickets: &[Ticket]) -> io::Result<Summary> {
    let bytes = csv(tickets);
    let folder =
        path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = readable_by_all().tempfile_in(folder)?;
    file.write_all(bytes.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(summarise(tickets, &bytes))
}

/// Temporary files are private to their owner; a corpus is as public as the process's umask says.
fn readable_by_all() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".make-corpus-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder
}

/// Texts are always quoted (RFC 4180); the other columns never need it.
fn csv(tickets: &[Ticket]) -> String {
    let mut csv = String::from("text,label,language,phrasing\n");
    for ticket in tickets {
        let text = ticket.text.replace('"', "\"\"");
        writeln!(csv, "\"{text}\",{},{},{}", ticket.label, ticket.language, ticket.phrasing)
            .expect("a string takes any text");
    }
    csv
}

fn summarise(tickets: &[Ticket], csv: &str) -> Summary {
    let mut per_language = BTreeMap::new();
    let mut per_label = BTreeMap::new();
    let mut phrasings = BTreeSet::new();
    for ticket in tickets {
        *per_language.entry(ticket.language).or_default() += 1;
        *per_label.entry(ticket.label).or_default() += 1;
        phrasings.insert(ticket.phrasing.as_str());
    }
    let digest: [u8; 32] = Sha256::digest(csv).into();
    let sha256 = digest.iter().fold(String::with_capacity(64), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes any text");
        text
    });
    Summary { tickets: tickets.len(), phrasings: phrasings.len(), per_language, per_label, sha256 }
}
