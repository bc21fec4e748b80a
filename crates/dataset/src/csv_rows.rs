//! Rows of a CSV file.

use std::io::{self, Read};
use std::path::Path;

use csv::{ByteRecord, ErrorKind, Reader, ReaderBuilder};

use crate::error::{DatasetError, Place};
use crate::gather::{Gathered, listing, present};
use crate::row::{Columns, Row};

/// Adds every row of `source` to `gathered`.
pub(crate) fn read_csv(
    source: impl Read,
    file: &Path,
    columns: &Columns,
    gathered: &mut Gathered,
) -> Result<(), DatasetError> {
    let source = Allowance { inner: source, left: 0, spent: false };
    let reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(source);
    let mut records = Records { reader, file, row_bytes: gathered.limits.row_bytes, row: 0 };
    let mut record = ByteRecord::new();
    let Some(place) = records.next(&mut record)? else { return Ok(()) };
    let header = Header::parse(&record, columns, &place)?;
    while let Some(place) = records.next(&mut record)? {
        let row = header.row(&record, columns, &place, gathered)?;
        gathered.add(row, file)?;
    }
    Ok(())
}

/// Hands out at most `left` bytes until it is topped up, so that a record cannot grow without end.
struct Allowance<R> {
    inner: R,
    left: usize,
    spent: bool,
}

impl<R: Read> Read for Allowance<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            self.spent = true;
            return Err(io::Error::other("row too long"));
        }
        let most = buffer.len().min(self.left);
        let count = self.inner.read(&mut buffer[..most])?;
        self.left -= count;
        Ok(count)
    }
}

struct Records<'f, R> {
    reader: Reader<Allowance<R>>,
    file: &'f Path,
    row_bytes: usize,
    row: u64,
}

impl<R: Read> Records<'_, R> {
    /// Reads the next record and tells its place; `None` at the end of the file.
    fn next(&mut self, record: &mut ByteRecord) -> Result<Option<Place>, DatasetError> {
        let mut place = Place {
            file: self.file.to_owned(),
            row: self.row,
            line: self.reader.position().line(),
        };
        self.reader.get_mut().left = self.row_bytes;
        let more = match self.reader.read_byte_record(record) {
            Ok(more) => more,
            Err(_) if self.reader.get_ref().spent => {
                return Err(DatasetError::RowTooLong { place, limit_bytes: self.row_bytes });
            }
            Err(error) => return Err(io_error(error, self.file)),
        };
        self.row += 1;
        if let Some(position) = record.position() {
            place.line = position.line();
        }
        Ok(more.then_some(place))
    }
}

/// With flexible byte records, reading is the only thing that can go wrong.
fn io_error(error: csv::Error, file: &Path) -> DatasetError {
    let source = match error.into_kind() {
        ErrorKind::Io(source) => source,
        other => io::Error::other(format!("{other:?}")),
    };
    DatasetError::Io { file: file.to_owned(), source }
}

/// Where the wanted columns stand.
struct Header {
    width: usize,
    text: usize,
    label: usize,
    language: Option<usize>,
    group: Option<usize>,
}

impl Header {
    fn parse(record: &ByteRecord, columns: &Columns, place: &Place) -> Result<Self, DatasetError> {
        let names = record
            .iter()
            .map(|name| std::str::from_utf8(name).map(str::trim))
            .collect::<Result<Vec<&str>, _>>()
            .map_err(|_| DatasetError::NotUtf8 { place: place.clone() })?;
        let find = |column: &String| find_column(&names, column, &place.file);
        Ok(Self {
            width: names.len(),
            text: find(&columns.text)?,
            label: find(&columns.label)?,
            language: columns.language.as_ref().map(find).transpose()?,
            group: columns.group.as_ref().map(find).transpose()?,
        })
    }

    fn row(
        &self,
        record: &ByteRecord,
        columns: &Columns,
        place: &Place,
        gathered: &Gathered,
    ) -> Result<Row, DatasetError> {
        if record.len() != self.width {
            let (expected, found) = (self.width, record.len());
            return Err(DatasetError::FieldCount { place: place.clone(), expected, found });
        }
        let field = |index: usize, column: &str| {
            let bytes = record.get(index).unwrap_or_default();
            gathered.check_length(bytes, column, place)?;
            std::str::from_utf8(bytes).map_err(|_| DatasetError::NotUtf8 { place: place.clone() })
        };
        let optional = |index: Option<usize>, column: &Option<String>| {
            let Some(index) = index else { return Ok(None) };
            field(index, column.as_deref().unwrap_or_default()).map(present)
        };
        Ok(Row {
            text: field(self.text, &columns.text)?.to_owned(),
            label: field(self.label, &columns.label)?.trim().to_owned(),
            language: optional(self.language, &columns.language)?,
            group: optional(self.group, &columns.group)?,
            source: gathered.source(),
            number: place.row,
        })
    }
}

fn find_column(names: &[&str], column: &str, file: &Path) -> Result<usize, DatasetError> {
    let mut matching = names.iter().enumerate().filter(|(_, name)| **name == column.trim());
    let Some((index, _)) = matching.next() else {
        return Err(DatasetError::MissingColumn {
            file: file.to_owned(),
            column: column.to_owned(),
            found: listing(names.iter().copied()),
        });
    };
    if matching.next().is_some() {
        return Err(DatasetError::RepeatedColumn {
            file: file.to_owned(),
            column: column.to_owned(),
        });
    }
    Ok(index)
}
