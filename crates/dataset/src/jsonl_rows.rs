//! Rows of a JSONL file: one JSON object a line, blank lines ignored.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use serde_json::{Map, Value};

use crate::error::{DatasetError, Place};
use crate::gather::{Gathered, listing, present};
use crate::row::{Columns, Row};

/// Adds every row of `source` to `gathered`.
///
/// The text and the label must be in every row. A row may leave out its language or its group, but a file in which no row
/// has the column lacks it.
pub(crate) fn read_jsonl(
    source: impl Read,
    file: &Path,
    columns: &Columns,
    gathered: &mut Gathered,
) -> Result<(), DatasetError> {
    let mut lines =
        Lines { reader: BufReader::new(source), line: 0, row_bytes: gathered.limits.row_bytes };
    let mut place = Place { file: file.to_owned(), row: 0, line: 0 };
    let mut bytes = Vec::new();
    let mut optional = OptionalColumns::default();
    while lines.next(&mut bytes, &mut place)? {
        let object = parse(&bytes, &place)?;
        if place.row == 1 {
            check_required(&object, columns, file)?;
            optional.first_row = listing(object.keys().map(String::as_str));
        }
        optional.look(&object, columns);
        let row = row(&object, columns, &place, gathered)?;
        gathered.add(row, file)?;
    }
    if place.row > 0 { optional.check(columns, file) } else { Ok(()) }
}

struct Lines<R> {
    reader: BufReader<R>,
    line: u64,
    row_bytes: usize,
}

impl<R: Read> Lines<R> {
    /// Reads the next line that is not blank; false at the end of the file.
    fn next(&mut self, bytes: &mut Vec<u8>, place: &mut Place) -> Result<bool, DatasetError> {
        loop {
            bytes.clear();
            self.line += 1;
            let count = (&mut self.reader)
                .take(self.row_bytes as u64 + 1)
                .read_until(b'\n', bytes)
                .map_err(|source| DatasetError::Io { file: place.file.clone(), source })?;
            if count == 0 {
                return Ok(false);
            }
            if bytes.trim_ascii().is_empty() && count <= self.row_bytes {
                continue;
            }
            place.row += 1;
            place.line = self.line;
            if count > self.row_bytes {
                return Err(DatasetError::RowTooLong {
                    place: place.clone(),
                    limit_bytes: self.row_bytes,
                });
            }
            return Ok(true);
        }
    }
}

/// Parses a line. What serde says of a wrong type quotes the value, so the type is checked here.
fn parse(bytes: &[u8], place: &Place) -> Result<Map<String, Value>, DatasetError> {
    let line =
        std::str::from_utf8(bytes).map_err(|_| DatasetError::NotUtf8 { place: place.clone() })?;
    let value = serde_json::from_str(line)
        .map_err(|error| DatasetError::NotJson { place: place.clone(), column: error.column() })?;
    match value {
        Value::Object(object) => Ok(object),
        _ => Err(DatasetError::NotAnObject { place: place.clone() }),
    }
}

/// A wrong column name shows in the first row; there the message lists the names.
fn check_required(
    object: &Map<String, Value>,
    columns: &Columns,
    file: &Path,
) -> Result<(), DatasetError> {
    for column in [&columns.text, &columns.label] {
        if !object.contains_key(column) {
            return Err(missing(column, listing(object.keys().map(String::as_str)), file));
        }
    }
    Ok(())
}

fn missing(column: &str, found: String, file: &Path) -> DatasetError {
    DatasetError::MissingColumn { file: file.to_owned(), column: column.to_owned(), found }
}

#[derive(Default)]
struct OptionalColumns {
    first_row: String,
    language_seen: bool,
    group_seen: bool,
}

impl OptionalColumns {
    fn look(&mut self, object: &Map<String, Value>, columns: &Columns) {
        let has =
            |column: &Option<String>| column.as_ref().is_some_and(|name| object.contains_key(name));
        self.language_seen |= has(&columns.language);
        self.group_seen |= has(&columns.group);
    }

    fn check(self, columns: &Columns, file: &Path) -> Result<(), DatasetError> {
        for (column, seen) in
            [(&columns.language, self.language_seen), (&columns.group, self.group_seen)]
        {
            if let Some(column) = column
                && !seen
            {
                return Err(missing(column, self.first_row, file));
            }
        }
        Ok(())
    }
}

fn row(
    object: &Map<String, Value>,
    columns: &Columns,
    place: &Place,
    gathered: &Gathered,
) -> Result<Row, DatasetError> {
    let field = |column: &str| {
        let value = match object.get(column) {
            None => return Ok(None),
            Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(value @ (Value::Number(_) | Value::Bool(_))) => value.to_string(),
            Some(Value::Array(_) | Value::Object(_)) => {
                return Err(DatasetError::NotText {
                    place: place.clone(),
                    column: column.to_owned(),
                });
            }
        };
        gathered.check_length(value.as_bytes(), column, place)?;
        Ok(Some(value))
    };
    let required = |column: &str| {
        field(column)?.ok_or_else(|| DatasetError::MissingField {
            place: place.clone(),
            column: column.to_owned(),
        })
    };
    let optional = |column: &Option<String>| match column {
        Some(column) => field(column).map(|value| value.as_deref().and_then(present)),
        None => Ok(None),
    };
    Ok(Row {
        text: required(&columns.text)?,
        label: required(&columns.label)?.trim().to_owned(),
        language: optional(&columns.language)?,
        group: optional(&columns.group)?,
        source: gathered.source(),
        number: place.row,
    })
}
