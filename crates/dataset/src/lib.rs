#![doc = include_str!("../README.md")]

mod csv_rows;
mod describe;
mod error;
mod fold;
mod gather;
mod jsonl_rows;
mod read;
mod row;

pub use describe::{Description, WordCounts, describe, labels};
pub use error::{DatasetError, Place};
pub use fold::{FOLDS, fingerprint, fold, row_hash};
pub use gather::{MAX_FIELD_BYTES, MAX_ROW_BYTES, MAX_ROWS};
pub use read::read;
pub use row::{Columns, Dataset, Row};
