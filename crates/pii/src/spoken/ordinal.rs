//! Days and months that are counted: `fourteenth`, `neunter`, `الخامس`.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::german;
use super::words::{AR, DE, EN, ES, FR, Languages, Part, Word, with_folded};

/// The first, and those behind it; a dash where there is no other word.
const ORDINALS: &[(Languages, &str)] = &[
    (
        EN,
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth \
        seventeenth eighteenth nineteenth twentieth",
    ),
    (FR, "premier"),
    (ES, "primero"),
    (AR, "الاول الثاني الثالث الرابع الخامس السادس السابع الثامن التاسع العاشر"),
    (AR, "الحادي"),
];

/// Those of more.
const TENS: [(Languages, u8, &str); 4] =
    [(EN, 30, "thirtieth"), (AR, 20, "العشرين"), (AR, 20, "العشرون"), (AR, 30, "الثلاثين")];

static WORDS: LazyLock<FxHashMap<&str, (Part, Languages)>> = LazyLock::new(|| {
    let listed = ORDINALS.iter().flat_map(|(languages, list)| {
        let numbers = (1_u8..).zip(list.split_whitespace());
        numbers.map(|(number, word)| (word, (part(number), *languages)))
    });
    let tens = TENS.iter().map(|(languages, ten, word)| (*word, (part(*ten), *languages)));
    listed.chain(tens).collect()
});

fn part(number: u8) -> Part {
    if number < 10 { Part::Digit(number) } else { Part::Below(number) }
}

/// What `word` stands for in a date, in any case, if it is an ordinal.
pub(crate) fn ordinal(word: &str) -> Option<Word> {
    with_folded(word, |small| {
        let linked = small.strip_prefix('و').filter(|word| WORDS.contains_key(word));
        let known = WORDS.get(linked.unwrap_or(small)).copied();
        let german = || {
            let number = u8::try_from(german::ordinal(small)?).ok()?;
            Some((part(number), DE))
        };
        let (part, languages) = known.or_else(german)?;
        Some(Word { part, languages, begins: false, is_linked: linked.is_some() })
    })
}
