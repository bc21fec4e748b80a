//! Rows dealt into folds, so that nothing is judged on rows it was fitted to.

use super::join::Row;

/// How many there are.
pub(crate) const FOLDS: usize = 5;

/// The fold of each row.
pub(crate) struct Folds(Vec<usize>);

impl Folds {
    /// Deals the rows of each label in turn, in an order that the seed and their hashes give.
    pub(crate) fn of(rows: &[Row<'_>], seed: u64) -> Self {
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_by_cached_key(|row| (rows[*row].truth, stir(seed, rows[*row].hash)));
        let mut folds = vec![0; rows.len()];
        for (place, row) in order.into_iter().enumerate() {
            folds[row] = place % FOLDS;
        }
        Self(folds)
    }

    /// The places of the rows inside a fold, and of those outside.
    fn split(&self, fold: usize) -> (Vec<usize>, Vec<usize>) {
        (0..self.0.len()).partition(|row| self.0[*row] == fold)
    }

    /// What models say of each row: `fit` makes one from all rows but a fold's, and `ask` has it answer these.
    pub(crate) fn cross_fitted<M, A, E>(
        &self,
        fit: impl Fn(&[usize]) -> Result<M, E>,
        ask: impl Fn(&M, usize) -> A,
    ) -> Result<Vec<A>, E> {
        let mut answers: Vec<(usize, A)> = Vec::with_capacity(self.0.len());
        for fold in 0..FOLDS {
            let (inside, outside) = self.split(fold);
            let model = fit(&outside)?;
            answers.extend(inside.into_iter().map(|row| (row, ask(&model, row))));
        }
        answers.sort_by_key(|(row, _)| *row);
        Ok(answers.into_iter().map(|(_, answer)| answer).collect())
    }
}

/// FNV-1a of the seed and the hash, stirred as splitmix64 does (Fowler, Noll and Vo 1991; Steele, Lea and Flood 2014).
fn stir(seed: u64, hash: &str) -> u64 {
    let bytes = seed.to_le_bytes().into_iter().chain(hash.bytes());
    let hashed = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |state, byte| {
        (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let mixed = (hashed ^ (hashed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
