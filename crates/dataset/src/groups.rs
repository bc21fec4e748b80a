//! Which rows are near-duplicates of one another.

use rayon::prelude::*;

use crate::hash::ContentName;
use crate::row::Row;
use crate::sketch::{BANDS, Sketch};
use crate::union::Union;

/// Texts at least so alike are near-duplicates.
const THRESHOLD: f64 = 0.75;
/// A text is compared with so many before it in a bucket. Those of small buckets all meet; a bucket of any size is linear work.
const NEIGHBOURS: usize = 16;

/// The near-duplicate groups of a data set's rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Groups {
    firsts: Vec<u32>,
    /// For each row the name of its group: the smallest of its members' names.
    pub(crate) names: Vec<ContentName>,
}

/// Rows that have near-duplicates, counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct NearDuplicates {
    /// Groups of two rows or more.
    pub groups: u64,
    /// Rows in them.
    pub rows: u64,
}

/// Finds the near-duplicate groups of `rows`, at most `MAX_ROWS` of them.
///
/// Rows of one group column value are a group, and it alone decides for a row that has one. Rows without are a group when
/// their normalised words are equal, or their word pairs at least 0.75 alike (Jaccard), or when a chain of such rows
/// leads from one to the other. A function of what the rows hold, not of their order.
pub fn groups(rows: &[Row]) -> Groups {
    let names: Vec<ContentName> = rows.par_iter().map(ContentName::of).collect();
    let mut union = Union::of(rows.len());
    let distinct = join_equal(&names, &mut union);
    let sketch = |row: &u32| {
        let Row { text, group: None, .. } = &rows[*row as usize] else { return None };
        Some((*row, Sketch::of(text)?))
    };
    let sketches: Vec<(u32, Sketch)> = distinct.par_iter().filter_map(sketch).collect();
    for band in 0..BANDS {
        join_alike(&sketches, band, &mut union);
    }
    named(names, union)
}

impl Groups {
    /// For each row the index of the first row of its group: its own when no earlier row is a near-duplicate.
    pub fn firsts(&self) -> &[u32] {
        &self.firsts
    }

    /// Counts the rows that have near-duplicates.
    pub fn near_duplicates(&self) -> NearDuplicates {
        let mut sizes = vec![0_u32; self.firsts.len()];
        for first in &self.firsts {
            sizes[*first as usize] += 1;
        }
        let shared = sizes.into_iter().filter(|size| *size > 1);
        let (groups, rows) =
            shared.fold((0, 0), |(groups, rows), size| (groups + 1, rows + u64::from(size)));
        NearDuplicates { groups, rows }
    }
}

/// Joins the rows of each name, and lists the first of each in the order of names: an order that content alone decides.
fn join_equal(names: &[ContentName], union: &mut Union) -> Vec<u32> {
    let mut order: Vec<u32> = (0..names.len() as u32).collect();
    order.par_sort_unstable_by_key(|row| (names[*row as usize], *row));
    let same = order.chunk_by(|one, other| names[*one as usize] == names[*other as usize]);
    let first = |rows: &[u32]| {
        for row in rows {
            union.join(rows[0], *row);
        }
        rows[0]
    };
    same.map(first).collect()
}

/// Joins near-duplicates among the texts that share the key of `band`; `sketches` are in the order of names.
fn join_alike(sketches: &[(u32, Sketch)], band: usize, union: &mut Union) {
    let mut order: Vec<&(u32, Sketch)> = sketches.iter().collect();
    // Stable, so that a bucket too is in the order of names.
    order.par_sort_by_key(|(_, sketch)| sketch.bands[band]);
    for bucket in order.chunk_by(|(_, one), (_, other)| one.bands[band] == other.bands[band]) {
        for (place, (row, sketch)) in bucket.iter().enumerate() {
            for (other_row, other) in &bucket[place.saturating_sub(NEIGHBOURS)..place] {
                if !union.joined(*row, *other_row) && sketch.likeness(other) >= THRESHOLD {
                    union.join(*row, *other_row);
                }
            }
        }
    }
}

/// Gives every row the first row and the smallest name of its group.
fn named(mut names: Vec<ContentName>, mut union: Union) -> Groups {
    let firsts: Vec<u32> = (0..names.len() as u32).map(|row| union.first(row)).collect();
    for (row, first) in firsts.iter().enumerate() {
        names[*first as usize] = names[*first as usize].min(names[row]);
    }
    for (row, first) in firsts.iter().enumerate() {
        names[row] = names[*first as usize];
    }
    Groups { firsts, names }
}
