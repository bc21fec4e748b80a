//! Reads labelled text from files.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use crate::csv_rows::read_csv;
use crate::error::DatasetError;
use crate::gather::{Gathered, Limits};
use crate::jsonl_rows::read_jsonl;
use crate::row::{Columns, Dataset};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads every row of `paths`, in order. The result has at least one row.
///
/// # Errors
/// Names the first thing wrong with the first bad file, and the fix.
pub fn read(paths: &[PathBuf], columns: &Columns) -> Result<Dataset, DatasetError> {
    read_within(paths, columns, Limits::STANDARD)
}

fn read_within(
    paths: &[PathBuf],
    columns: &Columns,
    limits: Limits,
) -> Result<Dataset, DatasetError> {
    if paths.is_empty() {
        return Err(DatasetError::NoFiles);
    }
    let mut gathered = Gathered::new(limits);
    for path in paths {
        gathered.begin(path);
        read_file(path, columns, &mut gathered)?;
    }
    if gathered.dataset.rows.is_empty() {
        let files: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        return Err(DatasetError::Empty {
            files: files.join(", "),
            skipped: gathered.dataset.skipped,
        });
    }
    Ok(gathered.dataset)
}

fn read_file(path: &Path, columns: &Columns, gathered: &mut Gathered) -> Result<(), DatasetError> {
    let failed = |source| DatasetError::Io { file: path.to_owned(), source };
    let mut file = File::open(path).map_err(failed)?;
    let mut head = Vec::new();
    file.by_ref().take(BYTE_ORDER_MARK.len() as u64).read_to_end(&mut head).map_err(failed)?;
    if head == BYTE_ORDER_MARK {
        head.clear();
        file.by_ref().take(1).read_to_end(&mut head).map_err(failed)?;
    }
    let is_jsonl = is_jsonl(path, &head);
    let source = Cursor::new(head).chain(file);
    if is_jsonl {
        read_jsonl(source, path, columns, gathered)
    } else {
        read_csv(source, path, columns, gathered)
    }
}

fn is_jsonl(path: &Path, head: &[u8]) -> bool {
    match path.extension().and_then(OsStr::to_str).map(str::to_ascii_lowercase).as_deref() {
        Some("jsonl" | "ndjson") => true,
        Some("csv") => false,
        _ => head.first() == Some(&b'{'),
    }
}

#[cfg(test)]
mod tests;
