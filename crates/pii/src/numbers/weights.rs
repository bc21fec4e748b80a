//! What each feature says for each class.

use super::Damaged;

/// So many classes have room in a row.
pub const LANES: usize = 12;

/// A row: four bytes of the feature's hash, and a weight for each class.
const ROW: usize = 4 + LANES;

/// The sum of a number's weights, by class.
pub(super) type Scores = [i32; LANES];

/// Weights of features, found by the features' hash, in one of two neighbouring rows. Features without a row weigh nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weights {
    rows: Vec<[u8; ROW]>,
}

impl Weights {
    /// Keeps the weights of `features` in a table of `size` rows, a power of two; the first of those that want one row stays.
    ///
    /// Also returns how many found no row.
    pub fn new(size: usize, features: &[(u64, [i8; LANES])]) -> (Self, usize) {
        let mut weights = Self { rows: vec![[0; ROW]; size.next_power_of_two().max(2)] };
        let mut left_out = 0;
        for (feature, values) in features {
            let home = weights.home(*feature);
            match [home, home ^ 1].into_iter().find(|row| weights.rows[*row] == [0; ROW]) {
                Some(row) => weights.rows[row] = pack(*feature, *values),
                None => left_out += 1,
            }
        }
        (weights, left_out)
    }

    /// Sums the weights of `features`.
    pub(super) fn sum(&self, features: &[u64]) -> Scores {
        let mut scores: Scores = [0; LANES];
        for feature in features {
            let home = self.home(*feature);
            let own = [home, home ^ 1].map(|row| &self.rows[row]);
            let own = own.into_iter().find(|row| row[..4] == tag(*feature));
            for (score, weight) in scores.iter_mut().zip(own.map_or(&[][..], |row| &row[4..])) {
                *score += i32::from(weight.cast_signed());
            }
        }
        scores
    }

    fn home(&self, feature: u64) -> usize {
        (feature >> 32) as usize & (self.rows.len() - 1)
    }

    pub(super) fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend(self.rows.as_flattened());
    }

    pub(super) fn read(bytes: &[u8]) -> Result<Self, Damaged> {
        let (rows, []) = bytes.as_chunks::<ROW>() else { return Err(Damaged) };
        if rows.len() >= 2 && rows.len().is_power_of_two() {
            Ok(Self { rows: rows.to_vec() })
        } else {
            Err(Damaged)
        }
    }
}

fn pack(feature: u64, values: [i8; LANES]) -> [u8; ROW] {
    let mut row = [0; ROW];
    row[..4].copy_from_slice(&tag(feature));
    for (byte, value) in row[4..].iter_mut().zip(values) {
        *byte = value.cast_unsigned();
    }
    row
}

fn tag(feature: u64) -> [u8; 4] {
    // A row of zeros is free, so no tag is zero.
    (feature as u32).max(1).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(first: i8) -> [i8; LANES] {
        std::array::from_fn(|lane| first + lane as i8)
    }

    #[test]
    fn sums_what_it_was_given_and_nothing_else() {
        let feature = 0x1234_5678_9abc_def0;
        let (weights, left_out) = Weights::new(8, &[(feature, values(-3))]);
        assert_eq!(left_out, 0);
        assert_eq!(weights.sum(&[feature, feature ^ 1, 0]), values(-3).map(i32::from));
        let mut bytes = Vec::new();
        weights.write(&mut bytes);
        assert_eq!(Weights::read(&bytes), Ok(weights));
        assert_eq!(Weights::read(&bytes[1..]), Err(Damaged));
    }

    #[test]
    fn the_first_of_those_that_want_one_row_stay() {
        let features = [1, 2, 3].map(|tag: i8| (tag.cast_unsigned().into(), values(tag)));
        let (weights, left_out) = Weights::new(2, &features);
        assert_eq!(left_out, 1);
        assert_eq!(weights.sum(&[1, 2, 3])[0], 3);
    }
}
