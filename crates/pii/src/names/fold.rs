//! One form for the spellings of a word, as a hash: case, accents and Arabic letter forms are folded away.

/// The hash of a folded word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WordHash(pub(super) u64);

impl WordHash {
    /// The hash itself.
    pub(crate) fn value(self) -> u64 {
        self.0
    }
}

const SEED: u64 = 0x9E37_79B9_7F4A_7C15;
const STEP: u64 = 0x0000_0100_0000_01B3;

/// Hashes letters one at a time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hasher(u64);

impl Hasher {
    #[inline]
    pub(super) fn new() -> Self {
        Self(SEED)
    }

    #[inline]
    pub(super) fn push(&mut self, folded: u32) {
        self.0 = (self.0 ^ u64::from(folded)).wrapping_mul(STEP);
    }

    #[inline]
    pub(super) fn finish(self) -> WordHash {
        WordHash(mix(self.0))
    }
}

/// Spreads every bit of `value` over all bits (the finaliser of `MurmurHash3`).
#[inline]
pub(crate) fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 33)).wrapping_mul(0xFF51_AFD7_ED55_8CCD);
    value ^ (value >> 33)
}

/// Hashes the folded form of `word`.
pub fn hash(word: &str) -> WordHash {
    let mut hasher = Hasher::new();
    for character in word.chars() {
        fold(character, |folded| hasher.push(folded));
    }
    hasher.finish()
}

/// Calls `visit` with what `character` is without case and accents; with nothing for a mark.
#[inline]
pub(super) fn fold(character: char, mut visit: impl FnMut(u32)) {
    if character.is_ascii() {
        visit(u32::from(character.to_ascii_lowercase()));
    } else {
        fold_other(character, visit);
    }
}

pub(super) fn fold_other(character: char, mut visit: impl FnMut(u32)) {
    let plain = match character {
        'À'..='Å' | 'à'..='å' | 'Ā'..='ą' => 'a',
        'Ç' | 'ç' | 'Ć'..='č' => 'c',
        'È'..='Ë' | 'è'..='ë' | 'Ē'..='ě' => 'e',
        'Ì'..='Ï' | 'ì'..='ï' | 'Ĩ'..='ı' => 'i',
        'Ñ' | 'ñ' | 'Ń'..='ň' => 'n',
        'Ò'..='Ö' | 'Ø' | 'ò'..='ö' | 'ø' | 'Ō'..='ő' => 'o',
        'Ù'..='Ü' | 'ù'..='ü' | 'Ũ'..='ų' => 'u',
        'Ý' | 'ý' | 'ÿ' | 'Ŷ'..='Ÿ' => 'y',
        'Ď'..='đ' | 'Ð' | 'ð' => 'd',
        'Ĝ'..='ģ' => 'g',
        'Ĺ'..='ł' => 'l',
        'Ŕ'..='ř' => 'r',
        'Ś'..='š' => 's',
        'Ţ'..='ŧ' => 't',
        'Ź'..='ž' => 'z',
        'ß' | 'ẞ' => {
            visit(u32::from('s'));
            's'
        }
        'Æ' | 'æ' => {
            visit(u32::from('a'));
            'e'
        }
        'Œ' | 'œ' => {
            visit(u32::from('o'));
            'e'
        }
        'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
        'ى' | 'ی' => 'ي',
        'ة' => 'ه',
        'ک' => 'ك',
        mark if is_mark(mark) => return,
        other => {
            other.to_lowercase().for_each(|lower| visit(u32::from(lower)));
            return;
        }
    };
    visit(u32::from(plain));
}

/// Combining accents, Arabic vowel signs, the tatweel and invisible marks: part of a word that says nothing about it.
pub(super) fn is_mark(character: char) -> bool {
    matches!(
        character,
        '\u{300}'..='\u{36f}'
            | '\u{64b}'..='\u{65f}'
            | '\u{670}'
            | '\u{640}'
            | '\u{ad}'
            | '\u{61c}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn haste_and_care_have_one_hash() {
        for (careful, hasty) in [
            ("Müller", "MULLER"),
            ("Strauß", "strauss"),
            ("Łukasz", "lukasz"),
            ("Œdipe", "oedipe"),
            ("مُحَمَّد", "محمد"),
            ("فاطمة", "فاطمه"),
            ("An\u{200b}na", "anna"),
        ] {
            assert_eq!(hash(careful), hash(hasty), "{careful}");
        }
        assert_ne!(hash("anna"), hash("anne"));
    }
}
