//! From the hash of an n-gram to its feature.

/// A hash table with linear probing, made once and then only read.
///
/// A ticket asks for some hundred n-grams at once, and the table is larger than a processor's nearest caches. A slot is 8 bytes so that it misses
/// them as seldom as possible, and [`Self::find_all`] touches every slot before it looks at one, so that the misses overlap.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    /// The feature in the lower bits, and the upper bits of the hash. The lower bits of the hash say which slot, so that hardly a bit is lost: two hashes
    /// are taken for one another once in about 2⁴⁶ times for a usual model.
    slots: Vec<u64>,
    /// One less than the number of slots, a power of two.
    mask: usize,
    /// The bits that hold the feature; all of them are set in an empty slot.
    feature_bits: u64,
}

impl Table {
    /// A table of `hashes`, whose features are their indices.
    pub(crate) fn new(hashes: &[u64]) -> Self {
        let feature_bits = (hashes.len() as u64 + 1).next_power_of_two() - 1;
        let mask = (hashes.len() + hashes.len() / 2 + 1).next_power_of_two() - 1;
        let mut table = Self { slots: vec![feature_bits; mask + 1], mask, feature_bits };
        for (feature, hash) in hashes.iter().enumerate() {
            let mut at = table.place(*hash);
            while !table.is_empty(table.slots[at]) {
                at = (at + 1) & table.mask;
            }
            table.slots[at] = (hash & !feature_bits) | feature as u64;
        }
        table
    }

    /// Calls `found` with the index of every one of `wanted`, and its feature when the table holds it.
    pub(crate) fn find_all(
        &self,
        wanted: impl ExactSizeIterator<Item = u64> + Clone,
        mut found: impl FnMut(usize, Option<u32>),
    ) {
        let firsts: Vec<u64> = wanted.clone().map(|hash| self.slots[self.place(hash)]).collect();
        for (index, (hash, first)) in wanted.zip(firsts).enumerate() {
            let (mut at, mut slot) = (self.place(hash), first);
            while !self.is_empty(slot) && (slot ^ hash) > self.feature_bits {
                at = (at + 1) & self.mask;
                slot = self.slots[at];
            }
            let feature = (slot & self.feature_bits) as u32;
            found(index, (!self.is_empty(slot)).then_some(feature));
        }
    }

    fn place(&self, hash: u64) -> usize {
        hash as usize & self.mask
    }

    fn is_empty(&self, slot: u64) -> bool {
        slot & self.feature_bits == self.feature_bits
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Hashes that collide in their slot or in their tag, and any others.
    fn hash() -> impl Strategy<Value = u64> {
        prop_oneof![
            any::<u64>(),
            (0u64..64).prop_map(|n| n << 40 | 7),
            (0u64..64).prop_map(|n| n | 7 << 40),
        ]
    }

    proptest! {
        #[test]
        fn it_finds_what_it_holds_and_nothing_else(
            held in prop::collection::hash_set(any::<u64>(), 0..80),
            others in prop::collection::vec(any::<u64>(), 0..40),
        ) {
            let hashes: Vec<u64> = held.iter().copied().collect();
            let table = Table::new(&hashes);
            let wanted: Vec<u64> = hashes.iter().chain(&others).copied().collect();
            let mut found = Vec::new();
            table.find_all(wanted.iter().copied(), |_, feature| found.push(feature));
            let expected: Vec<Option<u32>> = wanted
                .iter()
                .map(|hash| hashes.iter().position(|held| held == hash).map(|at| at as u32))
                .collect();
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn crowded_slots_end(held in prop::collection::hash_set(hash(), 0..200), wanted in prop::collection::vec(hash(), 0..200)) {
            let hashes: Vec<u64> = held.iter().copied().collect();
            let mut found = 0;
            Table::new(&hashes).find_all(wanted.iter().copied(), |_, feature| {
                assert!(feature.is_none_or(|feature| (feature as usize) < hashes.len()));
                found += 1;
            });
            prop_assert_eq!(found, wanted.len());
        }
    }
}
