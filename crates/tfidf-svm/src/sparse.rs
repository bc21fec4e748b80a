//! Sparse rows, the records of this room's `linfa` traits.

use linfa::dataset::Records;

/// Rows that hold few of many features (compressed sparse row layout).
#[derive(Debug, Clone, PartialEq)]
pub struct SparseRows {
    starts: Vec<usize>,
    features: Vec<u32>,
    values: Vec<f32>,
    width: usize,
}

impl SparseRows {
    /// No rows yet, over `width` features.
    pub fn new(width: usize) -> Self {
        Self { starts: vec![0], features: Vec::new(), values: Vec::new(), width }
    }

    /// Appends a row of (feature, value) pairs, features ascending.
    pub fn push(&mut self, row: &[(u32, f32)]) {
        self.features.extend(row.iter().map(|(feature, _)| feature));
        self.values.extend(row.iter().map(|(_, value)| value));
        self.starts.push(self.features.len());
    }

    /// The features and values of row `index`.
    pub fn row(&self, index: usize) -> impl Iterator<Item = (usize, f32)> + '_ {
        let range = self.starts[index]..self.starts[index + 1];
        self.features[range.clone()]
            .iter()
            .map(|f| *f as usize)
            .zip(self.values[range].iter().copied())
    }
}

impl Records for SparseRows {
    type Elem = f32;

    fn nsamples(&self) -> usize {
        self.starts.len() - 1
    }

    fn nfeatures(&self) -> usize {
        self.width
    }
}
