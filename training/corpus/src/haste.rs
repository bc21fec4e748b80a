//! What hurry, habit and a foreign keyboard do to a text.

use crate::draft::{Draft, Letter};
use crate::files::Language;
use crate::latin::{spelled_out, unaccented};
use crate::random::Random;

// How many tickets in a hundred suffer each.
const LOWER_CASE: usize = 18;
const CAPITALS: usize = 3;
const TYPOS: usize = 20;
const NO_PUNCTUATION: usize = 10;
const NO_ACCENTS: usize = 8;
const PLAIN_ARABIC: usize = 15;

/// The shortest word that gets a typo; in shorter ones it would make another word.
const TYPO_WORD: usize = 4;

/// Makes `draft` look as if it had been typed in a hurry, or not.
pub(crate) fn hurry(draft: &mut Draft, language: Language, random: &mut Random) {
    if random.chance(TYPOS) {
        for _ in 0..random.between(1, 2) {
            mistype(&mut draft.letters, random);
        }
    }
    if random.chance(NO_PUNCTUATION) {
        drop_punctuation(draft);
    }
    match language {
        Language::Arabic if random.chance(PLAIN_ARABIC) => simplify_arabic(draft, random),
        Language::French | Language::German | Language::Spanish if random.chance(NO_ACCENTS) => {
            let spell = if random.chance(50) { spelled_out } else { unaccented };
            draft.respell(spell);
        }
        _ => {}
    }
    let luck = random.below(100);
    if luck < LOWER_CASE {
        draft.respell(char::to_lowercase);
    } else if luck < LOWER_CASE + CAPITALS {
        draft.respell(char::to_uppercase);
    }
}

/// One slip inside a word somebody typed: two letters swapped, one left out, or one doubled. First letters stay.
fn mistype(letters: &mut Vec<Letter>, random: &mut Random) {
    let places = slip_places(letters);
    if places.is_empty() {
        return;
    }
    let place = *random.pick(&places);
    match random.below(3) {
        0 => letters.swap(place, place + 1),
        1 => {
            letters.remove(place);
        }
        _ => letters.insert(place, letters[place]),
    }
}

/// Where a letter and its right neighbour are typed, differ, and stand in a long enough word behind its first letter.
fn slip_places(letters: &[Letter]) -> Vec<usize> {
    let mut places = Vec::new();
    let mut start = 0;
    for word in letters.chunk_by(|one, other| is_typed_letter(*one) == is_typed_letter(*other)) {
        let end = start + word.len();
        if is_typed_letter(word[0]) && word.len() >= TYPO_WORD && stands_alone(letters, start, end)
        {
            let differs = |place: &usize| letters[*place].character != letters[place + 1].character;
            places.extend((start + 1..end - 1).filter(differs));
        }
        start = end;
    }
    places
}

fn is_typed_letter(letter: Letter) -> bool {
    letter.typed && letter.character.is_alphabetic()
}

/// A run of letters that touches a value or a sign inside a word, as in `a@b` or `x.docx`, is no word.
fn stands_alone(letters: &[Letter], start: usize, end: usize) -> bool {
    let is_gap = |letter: &Letter| letter.typed && letter.character.is_whitespace();
    let begins =
        start == 0 || is_gap(&letters[start - 1]) || is_opening(letters[start - 1].character);
    let ends = match &letters[end..] {
        [] => true,
        [next, after, ..] if is_punctuation(next.character) => !after.character.is_alphanumeric(),
        [next, ..] => is_gap(next) || is_punctuation(next.character),
    };
    begins && ends
}

fn is_opening(character: char) -> bool {
    matches!(character, '¿' | '¡' | '"' | '«' | '(')
}

fn is_punctuation(character: char) -> bool {
    matches!(
        character,
        '.' | ',' | ';' | ':' | '!' | '?' | '…' | '¿' | '¡' | '،' | '؛' | '؟' | '"' | '«' | '»'
    )
}

/// Leaves out punctuation marks, except inside a word or a number: `P:\`, `2.5`, `.pst` stay.
fn drop_punctuation(draft: &mut Draft) {
    let letters = &draft.letters;
    let follows_a_gap = |place: usize| place == 0 || letters[place - 1].character.is_whitespace();
    let precedes_a_gap = |place: usize| {
        letters
            .get(place + 1)
            .is_none_or(|next| !next.character.is_alphanumeric() && next.character != '\\')
    };
    let kept = letters.iter().enumerate().filter(|(place, letter)| {
        let opening = is_opening(letter.character) && follows_a_gap(*place);
        !(letter.typed && is_punctuation(letter.character) && (opening || precedes_a_gap(*place)))
    });
    draft.letters = kept.map(|(_, letter)| *letter).collect();
    draft.tidy();
}

/// Writes alif without hamza, ya for alif maqsura, often ha for ta marbuta, and no vowel marks.
fn simplify_arabic(draft: &mut Draft, random: &mut Random) {
    let plain_ta = random.chance(60);
    draft.respell(|character| match character {
        'أ' | 'إ' | 'آ' => Some('ا'),
        'ى' => Some('ي'),
        'ة' if plain_ta => Some('ه'),
        '\u{64b}'..='\u{652}' => None,
        other => Some(other),
    });
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn typed(text: &str) -> Draft {
        let mut draft = Draft::default();
        draft.push(text, true);
        draft
    }

    #[test]
    fn punctuation_goes_but_words_and_numbers_stay_whole() {
        for (text, expected) in [
            ("Hi, it is broken. Why?!", "Hi it is broken Why"),
            ("drive P:\\x and 2.5 GB, a .pst", "drive P:\\x and 2.5 GB a .pst"),
            ("¿Cuándo llega el «pedido»?", "Cuándo llega el pedido"),
            ("C'est cassé ! Merci.", "C'est cassé Merci"),
        ] {
            let mut draft = typed(text);
            drop_punctuation(&mut draft);
            assert_eq!(draft.text(), expected);
        }
    }

    #[test]
    fn arabic_becomes_plain() {
        let mut draft = typed("إجازةً إلى");
        simplify_arabic(&mut draft, &mut Random::named(&[b"plain"]));
        let text = draft.text();
        assert!(["اجازة الي", "اجازه الي"].contains(&text.as_str()), "{text}");
    }

    #[test]
    fn slips_stay_inside_long_typed_words() {
        let mut draft = typed("my printer ");
        draft.push("Hewlett", false);
        draft.push("packard x.docx", true);
        let marked: String = slip_places(&draft.letters)
            .into_iter()
            .map(|place| draft.letters[place].character)
            .collect();
        assert_eq!(marked, "rinte");
    }

    proptest! {
        #[test]
        fn slips_never_touch_a_value(
            sections in prop::collection::vec(("[a-zé .,]{0,12}", "[A-Za-z0-9@.]{1,12}"), 1..6),
            seed in any::<[u8; 8]>(),
        ) {
            let mut draft = Draft::default();
            for (typed, value) in &sections {
                draft.push(typed, true);
                draft.push(value, false);
            }
            let mut random = Random::named(&[&seed]);
            for _ in 0..20 {
                mistype(&mut draft.letters, &mut random);
            }
            let values: String =
                draft.letters.iter().filter(|letter| !letter.typed).map(|letter| letter.character).collect();
            let expected: String = sections.into_iter().map(|(_, value)| value).collect();
            prop_assert_eq!(values, expected);
        }
    }
}
