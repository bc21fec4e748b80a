//! What a data set holds, in numbers.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use switchboard_text::for_each_word;

use crate::groups::groups;
use crate::row::Row;

/// A data set in numbers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Description {
    /// How many rows there are.
    pub rows: u64,
    /// Each label, with its rows.
    pub labels: BTreeMap<String, u64>,
    /// Each language the rows name, with its rows; rows that name none are not counted.
    pub languages: BTreeMap<String, u64>,
    /// How long the texts are.
    pub words: WordCounts,
    /// The share, 0 to 1, of rows that are in the near-duplicate group of an earlier row.
    pub near_duplicate_share: f64,
}

/// Normalised words per text (nearest rank); 0 when there are no rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct WordCounts {
    /// Half the texts have at most this many.
    pub median: u64,
    /// 95 in 100 texts have at most this many.
    pub p95: u64,
}

/// Counts what `rows` hold.
pub fn describe(rows: &[Row]) -> Description {
    let mut labels = BTreeMap::new();
    let mut languages = BTreeMap::new();
    let mut lengths = Vec::with_capacity(rows.len());
    for row in rows {
        *labels.entry(row.label.clone()).or_default() += 1;
        if let Some(language) = &row.language {
            *languages.entry(language.clone()).or_default() += 1;
        }
        let mut words = 0;
        for_each_word(&row.text, |_| words += 1);
        lengths.push(words);
    }
    lengths.sort_unstable();
    let near_duplicates = groups(rows).near_duplicates();
    let repeated = near_duplicates.rows - near_duplicates.groups;
    Description {
        rows: rows.len() as u64,
        labels,
        languages,
        words: WordCounts { median: percentile(&lengths, 50), p95: percentile(&lengths, 95) },
        near_duplicate_share: repeated as f64 / rows.len().max(1) as f64,
    }
}

/// Lists the labels of `rows`, sorted, each once.
pub fn labels(rows: &[Row]) -> Vec<String> {
    let distinct: BTreeSet<&str> = rows.iter().map(|row| row.label.as_str()).collect();
    distinct.into_iter().map(str::to_owned).collect()
}

/// Nearest rank: the smallest value that at least `percent` in 100 values do not exceed.
fn percentile(sorted: &[u64], percent: usize) -> u64 {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or(0)
}
