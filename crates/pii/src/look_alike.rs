//! Letters of other scripts that look like Latin ones: `jаne@exаmple.com` with Cyrillic а.

use std::sync::LazyLock;

use crate::neighbours;

/// The Latin letter `character` looks like.
pub(crate) fn latin(character: char) -> Option<char> {
    let place = u32::from(character).checked_sub(FIRST)?;
    let latin = *BY_LETTER.get(place as usize)?;
    (latin != '\0').then_some(latin)
}

/// The first letter of the Greek script; the Cyrillic one follows.
const FIRST: u32 = 0x370;

/// The Latin letter of every Greek and Cyrillic one, or a zero.
static BY_LETTER: LazyLock<[char; 0x1c0]> = LazyLock::new(|| {
    let mut by_letter = ['\0'; 0x1c0];
    for (letters, latin) in LOOK_ALIKES {
        letters.chars().for_each(|letter| by_letter[(u32::from(letter) - FIRST) as usize] = *latin);
    }
    by_letter
});

/// Cyrillic and Greek letters by the Latin letter they are drawn as (Unicode Technical Standard 39, confusables).
const LOOK_ALIKES: &[(&str, char)] = &[
    ("аα", 'a'),
    ("еε", 'e'),
    ("оοσ", 'o'),
    ("рρ", 'p'),
    ("сϲ", 'c'),
    ("уγ", 'y'),
    ("хχ", 'x'),
    ("іι", 'i'),
    ("јϳ", 'j'),
    ("ѕ", 's'),
    ("һ", 'h'),
    ("ԁ", 'd'),
    ("ԛ", 'q'),
    ("ԝω", 'w'),
    ("ν", 'v'),
    ("кκ", 'k'),
    ("тτ", 't'),
    ("АΑ", 'A'),
    ("ВΒ", 'B'),
    ("ЕΕ", 'E'),
    ("КΚ", 'K'),
    ("МΜ", 'M'),
    ("НΗ", 'H'),
    ("ОΟ", 'O'),
    ("РΡ", 'P'),
    ("СϹ", 'C'),
    ("ТΤ", 'T'),
    ("ХΧ", 'X'),
    ("УΥ", 'Y'),
    ("ІΙ", 'I'),
    ("ЈͿ", 'J'),
    ("Ѕ", 'S'),
    ("Ν", 'N'),
    ("Ζ", 'Z'),
];

/// Whether a letter at byte `at` of `text` stands in one token with Latin letters or digits only: then it is a disguise.
///
/// A word of its own script has letters that look like none.
pub(crate) fn is_disguise(text: &str, at: usize, character: char) -> bool {
    // The tables of all scripts are asked last.
    let is_part = |c: &char| {
        c.is_ascii_alphanumeric()
            || matches!(c, '@' | '.' | '_' | '-' | '+')
            || !c.is_ascii() && (latin(*c).is_some() || neighbours::is_alphanumeric(*c))
    };
    let before = text[..at].chars().rev().take(FARTHEST).take_while(is_part);
    let behind = text[at + character.len_utf8()..].chars().take(FARTHEST).take_while(is_part);
    let mut is_latin = false;
    for other in before.chain(behind) {
        if !other.is_ascii() && latin(other).is_none() && neighbours::is_alphabetic(other) {
            return false;
        }
        is_latin |= other.is_ascii_alphanumeric();
    }
    is_latin
}

/// So many characters on either side are looked at.
const FARTHEST: usize = 12;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_letters_among_latin_ones_are_disguises() {
        for (text, letter, expected) in [
            ("jаne@example.com", 'а', true),
            ("DЕ89370400440532013000", 'Е', true),
            ("мама", 'а', false),
            ("версия2", 'е', false),
        ] {
            assert_eq!(is_disguise(text, text.find(letter).unwrap(), letter), expected, "{text}");
        }
        assert_eq!(latin('Α'), Some('A'));
    }
}
