//! Words of a text, normalised, in one pass and without an allocation per word.

use std::ops::Range;

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// A normalised word and its place in the text it came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word<'s> {
    /// Folded letters; at least two characters.
    pub text: &'s str,
    /// Byte offset of its first letter in the source.
    pub start: usize,
    /// Byte offset just behind its last letter in the source.
    pub end: usize,
}

/// Calls `visit` with every word of `text`, in order.
pub fn for_each_word(text: &str, mut visit: impl FnMut(Word<'_>)) {
    let mut folded = String::with_capacity(32);
    let mut start = 0;
    let mut end = 0;
    for (at, character) in text.char_indices() {
        if character.is_ascii_alphabetic() || (!character.is_ascii() && is_letter(character)) {
            if folded.is_empty() {
                start = at;
            }
            push_folded(character, &mut folded);
            end = at + character.len_utf8();
        } else if !is_invisible(character) {
            flush(&mut folded, start, end, &mut visit);
        }
    }
    flush(&mut folded, start, end, &mut visit);
}

/// Where each folded letter of `word` comes from, in bytes of `word`: "für" has four, for the ü is written out.
pub fn letter_places(word: &str) -> Vec<Range<usize>> {
    let mut folded = String::with_capacity(word.len());
    let mut places = Vec::with_capacity(word.len());
    for (start, character) in word.char_indices().filter(|(_, c)| !is_invisible(*c)) {
        push_folded(character, &mut folded);
        places.resize(folded.chars().count(), start..start + character.len_utf8());
    }
    places
}

fn flush(folded: &mut String, start: usize, end: usize, visit: &mut impl FnMut(Word<'_>)) {
    if folded.chars().nth(1).is_some() {
        visit(Word { text: folded, start, end });
    }
    folded.clear();
}

/// Whether `character` goes on with a word: a letter, or an invisible mark between letters.
pub fn is_word_part(character: char) -> bool {
    character.is_ascii_alphabetic()
        || (!character.is_ascii() && (is_letter(character) || is_invisible(character)))
}

fn is_letter(character: char) -> bool {
    is_common_letter(character) || character.is_alphabetic() || is_combining_mark(character)
}

/// The letters that most words beyond ASCII are made of, told without the Unicode tables.
fn is_common_letter(character: char) -> bool {
    matches!(character, 'à'..='ö' | 'ø'..='ÿ' | 'А'..='я' | '\u{620}'..='\u{64a}')
}

/// What a common letter is folded to, told without the Unicode tables; nothing where it is folded to more than one letter or none.
fn folded_letter(character: char) -> Option<char> {
    let folded = match character {
        'à'..='ã' | 'å' => 'a',
        'ç' => 'c',
        'è'..='ë' => 'e',
        'ì'..='ï' => 'i',
        'ñ' => 'n',
        'ò'..='õ' => 'o',
        'ù'..='û' => 'u',
        'ý' | 'ÿ' => 'y',
        'ا' | 'ب' | 'ت'..='غ' | 'ف'..='و' | 'ي' | 'а'..='и' | 'к'..='я' => character,
        'А'..='И' | 'К'..='Я' => char::from_u32(u32::from(character) + 0x20)?,
        _ => return None,
    };
    Some(folded)
}

/// Soft hyphens, zero-width marks and direction marks: invisible, so they do not end a word.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn push_folded(character: char, folded: &mut String) {
    if character.is_ascii() {
        folded.push(character.to_ascii_lowercase());
        return;
    }
    if let Some(letter) = folded_letter(character) {
        folded.push(letter);
        return;
    }
    decompose_compatible(character, |part| push_part(part, folded));
}

fn push_part(part: char, folded: &mut String) {
    match part {
        // A diaeresis over a, o, u is written out, as on a keyboard without it: ü = ue.
        '\u{308}' if folded.ends_with(['a', 'o', 'u']) => folded.push('e'),
        'ß' | 'ẞ' => folded.push_str("ss"),
        'æ' | 'Æ' => folded.push_str("ae"),
        'œ' | 'Œ' => folded.push_str("oe"),
        'ø' | 'Ø' => folded.push('o'),
        'ł' | 'Ł' => folded.push('l'),
        'đ' | 'Đ' => folded.push('d'),
        'ı' => folded.push('i'),
        // Arabic: final ya and Farsi ya, ta marbuta, Farsi kaf; the tatweel only stretches.
        'ى' | 'ی' => folded.push('ي'),
        'ة' => folded.push('ه'),
        'ک' => folded.push('ك'),
        '\u{640}' => {}
        mark if is_combining_mark(mark) => {}
        letter if letter.is_alphabetic() => {
            folded.extend(letter.to_lowercase().filter(|c| c.is_alphabetic()));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(text: &str) -> Vec<String> {
        let mut all = Vec::new();
        for_each_word(text, |word| all.push(word.text.to_owned()));
        all
    }

    #[test]
    fn raw_and_cleaned_forms_have_the_same_words() {
        let raw = "Hi Team,\n\nMy LAPTOP (HP 840-G8) doesn't start — error 0x80070005!";
        let cleaned = "hi team my laptop hp doesn start error";
        assert_eq!(words(raw), words(cleaned));
    }

    #[test]
    fn haste_and_care_spell_the_same_word() {
        for (careful, hasty) in [
            ("accès", "acces"),
            ("für", "fuer"),
            ("fu\u{308}r", "für"),
            ("Straße", "STRASSE"),
            ("contraseña", "contrasena"),
            ("إجازة", "اجازه"),
            ("مُسْتَخْدِم", "مستخدم"),
            ("طابعـــة", "طابعة"),
            ("Ｏｕｔｌｏｏｋ", "outlook"),
            ("Out\u{200b}look", "outlook"),
        ] {
            assert_eq!(words(careful), words(hasty), "{careful} {hasty}");
        }
    }

    #[test]
    fn common_letters_are_letters() {
        assert!(('\0'..=char::MAX).filter(|c| is_common_letter(*c)).all(char::is_alphabetic));
    }

    #[test]
    fn common_letters_are_folded_as_all_are() {
        for character in '\u{80}'..=char::MAX {
            for before in ["", "a", "x"] {
                let (mut quickly, mut slowly) = (before.to_owned(), before.to_owned());
                push_folded(character, &mut quickly);
                decompose_compatible(character, |part| push_part(part, &mut slowly));
                assert_eq!(quickly, slowly, "{character:?}");
            }
        }
    }

    #[test]
    fn letters_know_their_place() {
        assert_eq!(letter_places("für"), [0..1, 1..3, 1..3, 3..4]);
        assert_eq!(letter_places("Out\u{200b}look").last(), Some(&(9..10)));
    }

    #[test]
    fn words_know_their_place() {
        let text = "1. Écran cassé";
        let mut places = Vec::new();
        for_each_word(text, |word| places.push(&text[word.start..word.end]));
        assert_eq!(places, ["Écran", "cassé"]);
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,60}") {
            let once = words(&text);
            prop_assert_eq!(words(&once.join(" ")), once);
        }

        #[test]
        fn every_letter_has_a_place(text in "\\PC{0,30}") {
            for_each_word(&text, |word| {
                let places = letter_places(&text[word.start..word.end]);
                assert_eq!(places.len(), word.text.chars().count());
            });
        }

        #[test]
        fn places_are_ordered_and_on_character_boundaries(text in "\\PC{0,60}") {
            let mut last = 0;
            for_each_word(&text, |word| {
                assert!(last <= word.start && word.start < word.end);
                assert!(text.get(word.start..word.end).is_some());
                last = word.end;
            });
        }
    }
}
