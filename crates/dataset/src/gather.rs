//! Collects rows from several files and keeps them within bounds.

use std::path::Path;

use crate::error::{DatasetError, Place};
use crate::row::{Dataset, Row};

/// The longest field, in bytes.
pub const MAX_FIELD_BYTES: usize = 1 << 20;

/// The longest row, in bytes of the file. It bounds memory when a quotation mark is never closed.
pub const MAX_ROW_BYTES: usize = 16 << 20;

/// The most rows of a data set, skipped ones included.
pub const MAX_ROWS: u64 = 10_000_000;

/// The three bounds together; tests use small ones.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) field_bytes: usize,
    pub(crate) row_bytes: usize,
    pub(crate) rows: u64,
}

impl Limits {
    pub(crate) const STANDARD: Self =
        Self { field_bytes: MAX_FIELD_BYTES, row_bytes: MAX_ROW_BYTES, rows: MAX_ROWS };
}

/// The rows so far.
pub(crate) struct Gathered {
    pub(crate) dataset: Dataset,
    pub(crate) limits: Limits,
}

impl Gathered {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { dataset: Dataset { rows: Vec::new(), skipped: 0, files: Vec::new() }, limits }
    }

    /// Says that the rows to come are those of `file`.
    pub(crate) fn begin(&mut self, file: &Path) {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        self.dataset.files.push(name.into_owned());
    }

    /// The index of the file being read.
    pub(crate) fn source(&self) -> u32 {
        self.dataset.files.len().saturating_sub(1) as u32
    }

    /// Adds a row, or counts it as skipped when it has no text or no label.
    pub(crate) fn add(&mut self, row: Row, file: &Path) -> Result<(), DatasetError> {
        let seen = self.dataset.rows.len() as u64 + self.dataset.skipped;
        if seen >= self.limits.rows {
            return Err(DatasetError::TooManyRows {
                file: file.to_owned(),
                limit: self.limits.rows,
            });
        }
        if row.text.trim().is_empty() || row.label.is_empty() {
            self.dataset.skipped += 1;
        } else {
            self.dataset.rows.push(row);
        }
        Ok(())
    }

    /// Refuses a field that is too long.
    pub(crate) fn check_length(
        &self,
        field: &[u8],
        column: &str,
        place: &Place,
    ) -> Result<(), DatasetError> {
        if field.len() <= self.limits.field_bytes {
            return Ok(());
        }
        Err(DatasetError::FieldTooLong {
            place: place.clone(),
            column: column.to_owned(),
            found_bytes: field.len(),
            limit_bytes: self.limits.field_bytes,
        })
    }
}

/// A value without surrounding white space, or nothing when it is empty.
pub(crate) fn present(value: &str) -> Option<String> {
    let value = value.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

/// Lists column names for an error message. A file without a header has a ticket where names should be, so whatever does
/// not look like a name is not repeated.
pub(crate) fn listing<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let shown: Vec<&str> =
        names.map(|name| if looks_like_a_name(name) { name } else { "(not a name)" }).collect();
    let hint = match shown.as_slice() {
        [only] if only.contains([';', '\t']) => " (separate columns by commas)",
        _ => "",
    };
    format!("{}{hint}", shown.join(", "))
}

fn looks_like_a_name(name: &str) -> bool {
    let digits = name.chars().filter(char::is_ascii_digit).count();
    name.chars().count() <= 60
        && name.split(' ').count() <= 4
        && digits <= 2
        && !name.contains(['@', '\n'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listings_repeat_names_and_nothing_personal() {
        assert_eq!(listing(["Document", "Topic_group"].into_iter()), "Document, Topic_group");
        assert_eq!(listing(["text;label"].into_iter()), "text;label (separate columns by commas)");
        let personal = ["call me on 0171", "ann@example.com", "my laptop has been broken since"];
        assert_eq!(listing(personal.into_iter()), "(not a name), (not a name), (not a name)");
    }
}
