//! Which fold a row is in.

use rayon::prelude::*;
use serde::Serialize;

use crate::groups::Groups;
use crate::hash::sha256;
use crate::row::Row;

/// How many folds rows are dealt into.
pub const FOLDS: u8 = 10;

/// Changing it deals every row anew, so that models made before and after could not be compared.
const SEED: &[u8] = b"switchboard fold 2\0";

/// What stays together when rows are dealt into folds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Split {
    /// Rows of one text. Near-duplicates may be in different folds, so figures flatter a model that has learnt them by heart.
    Random,
    /// Rows of one near-duplicate group: a model is judged on tickets unlike those it has seen.
    Grouped,
}

/// Tells which fold, `0..FOLDS`, each row is in; `groups` are those of `rows`.
///
/// `Random`: a hash of the row's exact text. `Grouped`: a hash of its group's name, which is the group column's value, or
/// else the smallest hash of the normalised words of a member. The label, the language and the order of rows have no say.
pub fn folds(rows: &[Row], groups: &Groups, split: Split) -> Vec<u8> {
    match split {
        Split::Random => rows.par_iter().map(|row| fold(b"text\0", row.text.as_bytes())).collect(),
        Split::Grouped => groups.names.par_iter().map(|name| fold(b"group\0", &name.0)).collect(),
    }
}

fn fold(kind: &[u8], content: &[u8]) -> u8 {
    let digest = sha256(&[SEED, kind, content]);
    let number = digest[..8].iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
    (number % u64::from(FOLDS)) as u8
}
