//! What each feature says for each label.

use super::Damaged;
use super::features::FEATURES;

/// How many labels there are.
pub const LABELS: usize = 5;

/// The sum of a token's weights, by label; the lanes behind the labels mean nothing.
pub(super) type Scores = [i16; 8];

/// Weights of features, found by the features' hash.
///
/// A row is 16 bits of the hash and the weights of the labels, eight bytes in all; a feature stands in one of two
/// neighbouring rows. Features without a row weigh nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weights {
    rows: Vec<u64>,
}

impl Weights {
    /// Keeps the weights of `features` in a table of `size` rows, a power of two; the first of those that want one row stays.
    ///
    /// Also returns how many found no row.
    pub fn new(size: usize, features: &[(u64, [i8; LABELS])]) -> (Self, usize) {
        let mut weights = Self { rows: vec![0; size.next_power_of_two().max(2)] };
        let mut left_out = 0;
        for (feature, values) in features {
            let home = weights.home(*feature);
            match [home, home ^ 1].into_iter().find(|row| weights.rows[*row] == 0) {
                Some(row) => weights.rows[row] = pack(*feature, *values),
                None => left_out += 1,
            }
        }
        (weights, left_out)
    }

    /// Sums the weights of `features`.
    #[inline]
    pub(super) fn sum(&self, features: &[u64; FEATURES]) -> Scores {
        let mut scores: Scores = [0; 8];
        for feature in features {
            let home = self.home(*feature);
            let row = self.row(home, *feature) | self.row(home ^ 1, *feature);
            for (score, weight) in scores.iter_mut().zip(row.to_le_bytes()) {
                // No sum of so few bytes overflows; checking each would keep them from being added at once.
                *score = score.wrapping_add(i16::from(weight.cast_signed()));
            }
        }
        scores
    }

    /// The weights in row `at` when it is the feature's, zeros otherwise.
    #[inline]
    fn row(&self, at: usize, feature: u64) -> u64 {
        let row = self.rows[at];
        let is_own = (row >> 48) as u16 == tag(feature);
        (row & 0x00ff_ffff_ffff) & (u64::from(is_own).wrapping_neg())
    }

    fn home(&self, feature: u64) -> usize {
        (feature >> 32) as usize & (self.rows.len() - 1)
    }

    pub(super) fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend(self.rows.iter().flat_map(|row| row.to_le_bytes()));
    }

    pub(super) fn read(bytes: &[u8]) -> Result<Self, Damaged> {
        let (rows, []) = bytes.as_chunks::<8>() else { return Err(Damaged) };
        let rows: Vec<u64> = rows.iter().map(|row| u64::from_le_bytes(*row)).collect();
        if rows.len() >= 2 && rows.len().is_power_of_two() {
            Ok(Self { rows })
        } else {
            Err(Damaged)
        }
    }
}

fn pack(feature: u64, values: [i8; LABELS]) -> u64 {
    let mut bytes = [0; 8];
    for (byte, value) in bytes.iter_mut().zip(values) {
        *byte = value.cast_unsigned();
    }
    u64::from_le_bytes(bytes) | u64::from(tag(feature)) << 48
}

fn tag(feature: u64) -> u16 {
    // A row of zeros is free, so no tag is zero.
    (feature as u16).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_what_it_was_given_and_nothing_else() {
        let feature = 0x1234_5678_9abc_def0;
        let (weights, left_out) = Weights::new(8, &[(feature, [1, -2, 3, -4, 127])]);
        assert_eq!(left_out, 0);
        let mut features = [0; FEATURES];
        features[0] = feature;
        features[1] = feature ^ 1;
        assert_eq!(weights.sum(&features)[..LABELS], [1, -2, 3, -4, 127]);
        let mut bytes = Vec::new();
        weights.write(&mut bytes);
        assert_eq!(Weights::read(&bytes), Ok(weights));
        assert_eq!(Weights::read(&bytes[1..]), Err(Damaged));
    }

    #[test]
    fn the_first_of_those_that_want_one_row_stay() {
        let features = [1, 2, 3].map(|tag: i8| (tag.cast_unsigned().into(), [tag; LABELS]));
        let (weights, left_out) = Weights::new(2, &features);
        assert_eq!(left_out, 1);
        assert_eq!(i32::from(weights.sum(&[1; FEATURES])[0]), i32::try_from(FEATURES).unwrap());
    }
}
