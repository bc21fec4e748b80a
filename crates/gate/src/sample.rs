//! The rows the support vector machine is fitted to.

/// Places of at most `most` rows, ascending: as many that are right as are wrong, or all there are of the rarer kind and more of the other.
/// The same seed gives the same rows.
pub(crate) fn stratified(right: &[bool], most: usize, seed: u64) -> Vec<usize> {
    let [rights, wrongs] = [true, false].map(|kind| shuffled(right, kind, seed));
    let of_rights = (most / 2).max(most.saturating_sub(wrongs.len())).min(rights.len());
    let of_wrongs = (most - of_rights).min(wrongs.len());
    let mut sample = [&rights[..of_rights], &wrongs[..of_wrongs]].concat();
    sample.sort_unstable();
    sample
}

fn shuffled(right: &[bool], kind: bool, seed: u64) -> Vec<usize> {
    let mut places: Vec<usize> = (0..right.len()).filter(|place| right[*place] == kind).collect();
    places.sort_by_cached_key(|place| stir(seed, *place as u64));
    places
}

/// The number `place` of the sequence that splitmix64 draws from `seed` (Steele, Lea and Flood 2014).
fn stir(seed: u64, place: u64) -> u64 {
    let state = stirred(seed).wrapping_add(place.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    stirred(state)
}

fn stirred(state: u64) -> u64 {
    let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn both_kinds_are_drawn_alike_as_long_as_there_are_enough() {
        let counts = |rights: usize, wrongs: usize| {
            let right: Vec<bool> = (0..rights + wrongs).map(|place| place < rights).collect();
            let sample = stratified(&right, 100, 1);
            let drawn = sample.iter().filter(|place| right[**place]).count();
            (drawn, sample.len() - drawn)
        };
        assert_eq!(counts(900, 300), (50, 50));
        assert_eq!(counts(900, 30), (70, 30));
        assert_eq!(counts(30, 900), (30, 70));
        assert_eq!(counts(40, 20), (40, 20));
    }

    #[test]
    fn another_seed_draws_other_rows() {
        let right: Vec<bool> = (0..1_000).map(|place| place % 3 == 0).collect();
        assert_eq!(stratified(&right, 100, 1), stratified(&right, 100, 1));
        assert_ne!(stratified(&right, 100, 1), stratified(&right, 100, 2));
    }

    proptest! {
        #[test]
        fn no_row_is_drawn_twice_and_none_is_left_without_need(
            right in prop::collection::vec(any::<bool>(), 0..60),
            most in 0usize..80,
            seed: u64,
        ) {
            let sample = stratified(&right, most, seed);
            prop_assert!(sample.is_sorted_by(|one, next| one < next));
            prop_assert_eq!(sample.len(), right.len().min(most));
        }
    }
}
