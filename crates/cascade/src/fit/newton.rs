//! Newton's method for a few numbers.

/// A symmetric matrix, row by row, and what it does to vectors.
#[derive(Debug, Clone)]
pub(crate) struct Symmetric {
    size: usize,
    values: Vec<f64>,
}

impl Symmetric {
    pub(crate) fn zeros(size: usize) -> Self {
        Self { size, values: vec![0.0; size * size] }
    }

    /// Adds to the element at `row` and `column`, of which only the lower half is ever read: `row >= column`.
    pub(crate) fn add(&mut self, row: usize, column: usize, value: f64) {
        self.values[row * self.size + column] += value;
    }

    /// Adds `factor` times `values` below one another, from `row` down, in `column`.
    pub(crate) fn add_column(
        &mut self,
        (row, column): (usize, usize),
        factor: f64,
        values: &[f64],
    ) {
        for (below, value) in values.iter().enumerate() {
            self.add(row + below, column, factor * value);
        }
    }

    /// Adds `factor` times the products of any two of `values` as a block whose corner is at `row` and `column`. Of a block on the diagonal the upper half is
    /// written, too, and never read.
    pub(crate) fn add_block(&mut self, (row, column): (usize, usize), factor: f64, values: &[f64]) {
        for (below, value) in values.iter().enumerate() {
            let start = (row + below) * self.size + column;
            let line = &mut self.values[start..start + values.len()];
            for (cell, other) in line.iter_mut().zip(values) {
                *cell += factor * value * other;
            }
        }
    }

    /// Makes `place` a number of its own that does not move.
    pub(crate) fn hold(&mut self, place: usize) {
        for other in 0..self.size {
            self.values[place.max(other) * self.size + place.min(other)] = 0.0;
        }
        self.values[place * self.size + place] = 1.0;
    }

    /// The vector that this matrix makes into `right`, by Cholesky's decomposition; `None` when the matrix is not positive definite.
    pub(crate) fn solve(mut self, right: &[f64]) -> Option<Vec<f64>> {
        let n = self.size;
        for row in 0..n {
            for column in 0..=row {
                let (before, own) = self.values.split_at(row * n);
                let dot = |other: &[f64]| -> f64 {
                    own[..column].iter().zip(other).map(|(a, b)| a * b).sum()
                };
                let value = if column == row {
                    let rest = own[row] - dot(&own[..row]);
                    (rest > 0.0).then(|| rest.sqrt())?
                } else {
                    let other = &before[column * n..];
                    (own[column] - dot(&other[..column])) / other[column]
                };
                self.values[row * n + column] = value;
            }
        }
        Some(self.substituted(right))
    }

    /// Forward, then backward.
    fn substituted(&self, right: &[f64]) -> Vec<f64> {
        let n = self.size;
        let at = |row: usize, column: usize| self.values[row * n + column];
        let mut solution = right.to_vec();
        for row in 0..n {
            let known: f64 = (0..row).map(|column| at(row, column) * solution[column]).sum();
            solution[row] = (solution[row] - known) / at(row, row);
        }
        for row in (0..n).rev() {
            let known: f64 = (row + 1..n).map(|below| at(below, row) * solution[below]).sum();
            solution[row] = (solution[row] - known) / at(row, row);
        }
        solution
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_solved_gives_the_right_side_back(
            (n, roots, right) in (1usize..7).prop_flat_map(|n| (
                Just(n),
                prop::collection::vec(-2f64..2.0, n * n),
                prop::collection::vec(-2f64..2.0, n),
            )),
        ) {
            // A matrix times its transpose, plus the identity, is positive definite.
            let product = |a: usize, b: usize| {
                let dot: f64 = (0..n).map(|k| roots[a * n + k] * roots[b * n + k]).sum();
                dot + if a == b { 1.0 } else { 0.0 }
            };
            let mut matrix = Symmetric::zeros(n);
            for a in 0..n {
                for b in 0..=a {
                    matrix.add(a, b, product(a, b));
                }
            }
            let solution = matrix.solve(&right).unwrap();
            for (row, right) in right.iter().enumerate() {
                let found: f64 = (0..n).map(|column| product(row, column) * solution[column]).sum();
                prop_assert!((found - right).abs() < 1e-8);
            }
        }
    }

    #[test]
    fn what_is_not_positive_definite_has_no_solution() {
        assert_eq!(Symmetric::zeros(2).solve(&[1.0, 1.0]), None);
    }
}
