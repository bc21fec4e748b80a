#![doc = include_str!("../README.md")]

mod csv_rows;
mod describe;
mod error;
mod fold;
mod gather;
mod groups;
mod hash;
mod jsonl_rows;
mod read;
mod row;
mod sketch;
mod union;

pub use describe::{Description, WordCounts, describe, labels};
pub use error::{DatasetError, Place};
pub use fold::{FOLDS, Split, folds};
pub use gather::{MAX_FIELD_BYTES, MAX_ROW_BYTES, MAX_ROWS};
pub use groups::{Groups, NearDuplicates, groups};
pub use hash::{fingerprint, row_hash};
pub use read::read;
pub use row::{Columns, Dataset, Row};
