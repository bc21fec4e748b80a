//! What is known about single words: given names, family names, places, cues.

use super::Damaged;
use super::fold::WordHash;

macro_rules! flags {
    ($($(#[$doc:meta])* $name:ident = $bit:literal,)+) => {
        $($(#[$doc])* pub const $name: u16 = 1 << $bit;)+
    };
}

flags! {
    /// A given name that many people have.
    GIVEN = 0,
    /// A given name of a longer, less reliable list.
    GIVEN_RARE = 1,
    /// A family name that many people have.
    FAMILY = 2,
    /// A family name of a longer, less reliable list.
    FAMILY_RARE = 3,
    /// A town.
    PLACE = 4,
    /// One of the words a town's name is made of.
    PLACE_PART = 5,
    /// A country or a state, or one of the words of its name.
    COUNTRY = 6,
    /// An ordinary word of one of the languages.
    COMMON = 7,
    /// An ordinary word that is very frequent.
    FREQUENT = 8,
    /// What names of organisations end or begin with: `GmbH`, `Université`.
    ORGANIZATION = 9,
    /// What addresses are made of: `street`, `rue`, `شارع`, `apt`.
    STREET = 10,
    /// A form of address: `Mrs`, `Herr`, `السيد`.
    TITLE = 11,
    /// A word that announces a name: `named`, `m'appelle`, `اسمي`.
    CUE = 12,
    /// A word that begins a letter.
    GREETING = 13,
    /// A word that ends a letter; a signature follows.
    CLOSING = 14,
    /// A product, a brand, a month or a day: written like a name, and none.
    TERM = 15,
}

/// Any of the lists that names are on.
pub(super) const NAMES: u16 =
    GIVEN | GIVEN_RARE | FAMILY | FAMILY_RARE | PLACE | PLACE_PART | COUNTRY;

/// Flags of words, found by the hash of the folded word.
///
/// An open-addressing table of 16 bits of hash and 16 of flags; one word in some 30,000 takes another's flags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lists {
    slots: Vec<u32>,
}

impl Lists {
    /// Builds the table from the hashes of folded words and their flags; no word twice.
    pub fn new(words: &[(WordHash, u16)]) -> Self {
        let size = (words.len() * 3 / 2).next_power_of_two().max(2);
        let mut lists = Self { slots: vec![0; size] };
        for (word, flags) in words {
            let mut at = lists.home(*word);
            while lists.slots[at] != 0 {
                at = (at + 1) & (size - 1);
            }
            lists.slots[at] = u32::from(tag(*word)) << 16 | u32::from(*flags);
        }
        lists
    }

    /// The flags of a word, 0 when it is on no list.
    #[inline]
    pub(super) fn flags(&self, word: WordHash) -> u16 {
        let (tag, last) = (tag(word), self.slots.len() - 1);
        let mut at = self.home(word);
        loop {
            let slot = self.slots[at & last];
            if slot == 0 {
                return 0;
            }
            if (slot >> 16) as u16 == tag {
                return slot as u16;
            }
            at += 1;
        }
    }

    fn home(&self, word: WordHash) -> usize {
        (word.0 >> 32) as usize & (self.slots.len() - 1)
    }

    pub(super) fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend(self.slots.iter().flat_map(|slot| slot.to_le_bytes()));
    }

    pub(super) fn read(bytes: &[u8]) -> Result<Self, Damaged> {
        let (slots, []) = bytes.as_chunks::<4>() else { return Err(Damaged) };
        let slots: Vec<u32> = slots.iter().map(|slot| u32::from_le_bytes(*slot)).collect();
        // Looking up ends at a free slot.
        if slots.len().is_power_of_two() && slots.contains(&0) {
            Ok(Self { slots })
        } else {
            Err(Damaged)
        }
    }
}

fn tag(word: WordHash) -> u16 {
    (word.0 >> 16) as u16
}

#[cfg(test)]
mod tests {
    use super::super::fold::hash;
    use super::*;

    #[test]
    fn words_are_found_in_every_spelling() {
        let lists = Lists::new(&[(hash("José"), GIVEN), (hash("أحمد"), GIVEN | FAMILY)]);
        assert_eq!(lists.flags(hash("JOSE")), GIVEN);
        assert_eq!(lists.flags(hash("احمد")), GIVEN | FAMILY);
        assert_eq!(lists.flags(hash("joseph")), 0);
    }

    #[test]
    fn comes_back_from_its_bytes() {
        let lists = Lists::new(&[(hash("rose"), GIVEN | COMMON)]);
        let mut bytes = Vec::new();
        lists.write(&mut bytes);
        assert_eq!(Lists::read(&bytes), Ok(lists));
        assert_eq!(Lists::read(&bytes[1..]), Err(Damaged));
        assert_eq!(Lists::read(&[1; 8]), Err(Damaged));
    }
}
