//! What digits and numbers are called.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

use super::beginnings::BEGINNINGS;
use super::german;

/// No word for a number has more bytes.
pub(super) const LONGEST_WORD: usize = 40;

/// One bit for each language: the words of a number share one.
pub(crate) type Languages = u8;

pub(super) const EN: Languages = 1;
pub(super) const FR: Languages = 2;
pub(super) const DE: Languages = 4;
pub(super) const ES: Languages = 8;
pub(crate) const AR: Languages = 16;
pub(super) const ANY: Languages = 31;

/// What each digit is called, from zero on; a dash where there is no other word.
const DIGITS: &[(Languages, &str)] = &[
    (EN | FR | DE, "zero"),
    (EN, "oh one two three four five - seven eight nine"),
    (EN, "o"),
    (EN, "nought"),
    (EN | FR, "- - - - - - six"),
    (FR, "zéro un deux trois quatre cinq - sept huit neuf"),
    (FR, "- une"),
    (DE, "null eins zwei drei vier fünf sechs sieben acht neun"),
    (DE, "- ein zwo - - fuenf"),
    (ES, "cero uno dos tres cuatro cinco seis siete ocho nueve"),
    (AR, "صفر واحد اثنين ثلاثه اربعه خمسه سته سبعه ثمانيه تسعه"),
    (AR, "زيرو واحده اتنين تلاته ربعه خمس ست سبع تمانيه تسع"),
    (AR, "- وحده اثنان ثلاث اربع - - - تمنيه تسعود"),
    (AR, "- - تنين تلات - - - - ثمان"),
    (AR, "- - ثنين - - - - - ثماني"),
    (AR, "- - جوج"),
];

/// The same from ten on.
const TEENS: &[(Languages, &str)] = &[
    (EN, "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"),
    (FR, "dix onze douze treize quatorze quinze seize"),
    (
        ES,
        "diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés \
        veinticuatro veinticinco veintiséis veintisiete veintiocho veintinueve",
    ),
    (ES, "- - - - - - dieciseis - - - - veintiún veintidos veintitres - - veintiseis"),
    (AR, "عشره حداشر اتناشر تلتاشر اربعتاشر خمستاشر ستاشر سبعتاشر تمنتاشر تسعتاشر"),
    (AR, "- احدعش اثنعش ثلطعش اربعطعش خمسطعش ستطعش سبعطعش ثمنطعش تسعطعش"),
    (AR, "- احدعشر اثنعشر ثلاثتعشر اربعتعشر خمستعشر ستعشر سبعتعشر ثمنتعشر تسعتعشر"),
    (AR, "- حداعش اتناعش تلتاعش اربعتاعش خمستاعش ستاعش سبعتاعش تمنتاعش تسعتاعش"),
    (AR, "- احداعش اطناعش تلتطعش - خمسطاعش - - تمنطعش"),
    (AR, "- حداش اطناش تلطاش ربعطاش خمسطاش سطاش سبعطاش تمنطاش تسعطاش"),
    (AR, "- احداش طناش تلتاش اربعتاش خمستاش ستاش سبعتاش تمنتاش تسعتاش"),
    (AR, "- - اتنعش ثلطاش - - - - ثمنطاش"),
    (AR, "- - اتناش"),
    (AR, "- - ثناش"),
    (AR, "- احداشر اطنعش تلتعش - خمستعش - سبعتعش ثمنتعش تسعتعش"),
];

/// The tens from twenty on.
const TENS: &[(Languages, &str)] = &[
    (EN, "twenty thirty forty fifty sixty seventy eighty ninety"),
    (FR, "vingt trente quarante cinquante soixante septante huitante nonante"),
    (FR, "vingts - - - - - octante"),
    (ES, "- treinta cuarenta cincuenta sesenta setenta ochenta noventa"),
    (AR, "عشرين ثلاثين اربعين خمسين ستين سبعين ثمانين تسعين"),
    (AR, "عشرون ثلاثون اربعون خمسون ستون سبعون ثمانون تسعون"),
    (AR, "- تلاتين ربعين - - - تمانين"),
];

/// The hundreds.
const HUNDREDS: &[(Languages, &str)] = &[
    (
        ES,
        "cien doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos",
    ),
    (ES, "ciento"),
    (AR, "- ميتين ثلاثميه اربعميه خمسميه ستميه سبعميه ثمانميه تسعميه"),
    (AR, "- مايتين ثلاثمايه اربعمايه خمسمايه ستمايه سبعمايه ثمانمايه تسعمايه"),
    (AR, "- - تلاتميه - - - - تمانميه"),
    (AR, "- - - - - - - ثمنيميه"),
    (AR, "- ميتان تلتميه ربعميه - - - تمنميه"),
    (AR, "- مايتان ثلثميه - - - - ثمنميه"),
];

/// Everything else a number has.
const OTHERS: &[(Languages, Part, &str)] = &[
    (EN, Part::Hundred, "hundred"),
    (FR, Part::Hundred, "cent cents"),
    (AR, Part::Hundred, "ميه مايه"),
    (EN, Part::Thousand, "thousand"),
    (FR, Part::Thousand, "mille"),
    (ES, Part::Thousand, "mil"),
    (AR, Part::Thousand, "الف الاف"),
    (AR, Part::Hundreds(2000), "الفين"),
    (AR, Part::More(10), "عشر"),
    (EN | FR, Part::Times(2), "double"),
    (EN | FR, Part::Times(3), "triple"),
    (EN, Part::Times(3), "treble"),
    (EN, Part::Times(4), "quadruple"),
    (ES, Part::Times(2), "doble"),
    (DE, Part::Times(2), "doppelt doppel zweimal"),
    (DE, Part::Times(3), "dreimal"),
    (AR, Part::Times(2), "دبل دوبل"),
    (EN, Part::And, "and"),
    (FR, Part::And, "et"),
    (DE, Part::And, "und"),
    (ES, Part::And, "y"),
    (AR, Part::And, "و"),
    (EN, Part::Then, "then dash year"),
    (FR, Part::Then, "puis ensuite tiret"),
    (DE, Part::Then, "dann bindestrich strich schrägstrich"),
    (ES, Part::Then, "luego guion guión barra"),
    (AR, Part::Then, "ثم سنه عام شرطه"),
    (ANY, Part::Then, "slash uh um euh äh ähm ehm"),
];

/// What a word stands for in a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Digit(u8),
    /// From ten to ninety-nine.
    Below(u8),
    /// A hundred and more.
    Hundreds(u32),
    /// A hundred times the digit before it, if there is one.
    Hundred,
    /// A thousand times the number before it, if there is one.
    Thousand,
    /// So much more than the digit before it: `خمسة عشر`.
    More(u8),
    /// So many of the digit behind it.
    Times(u8),
    /// It belongs between the parts of one number, or between two numbers that are counted.
    And,
    /// It stands between two numbers and says nothing.
    Then,
}

impl Part {
    /// Whether a number may end with it.
    pub(super) fn is_value(self) -> bool {
        !matches!(self, Self::Times(_) | Self::And | Self::Then)
    }
}

/// A word for a number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Word {
    pub(crate) part: Part,
    pub(crate) languages: Languages,
    /// It is one of [`BEGINNINGS`].
    pub(super) begins: bool,
    /// An Arabic `and` is glued to its front.
    pub(crate) is_linked: bool,
}

static BEGINS: LazyLock<FxHashSet<String>> =
    LazyLock::new(|| BEGINNINGS.iter().map(|word| folded(word.trim_start())).collect());

static WORDS: LazyLock<FxHashMap<&str, (Part, Languages)>> = LazyLock::new(|| {
    type Named = fn(usize) -> Part;
    let named: [(&[(Languages, &'static str)], Named); 4] = [
        (DIGITS, |place| Part::Digit(place as u8)),
        (TEENS, |place| Part::Below(10 + place as u8)),
        (TENS, |place| Part::Below(20 + 10 * place as u8)),
        (HUNDREDS, |place| Part::Hundreds(100 * (1 + place as u32))),
    ];
    let mut words = FxHashMap::default();
    for (lists, part) in named {
        for (languages, list) in lists {
            for (place, word) in list.split_whitespace().enumerate() {
                words.insert(word, (part(place), *languages));
            }
        }
    }
    let others = OTHERS.iter().flat_map(|(languages, part, list)| {
        list.split_whitespace().map(|word| (word, (*part, *languages)))
    });
    words.extend(others);
    words.remove("-");
    words
});

/// What `word` stands for, in any case.
pub(crate) fn known(word: &str) -> Option<Word> {
    with_folded(word, |small| {
        in_small(small).or_else(|| {
            let linked = in_small(small.strip_prefix('و')?)?;
            Some(Word { is_linked: true, ..linked })
        })
    })
}

/// What `look_up` has for `word` as [`folded`] writes it; one of ASCII needs no memory for that.
pub(super) fn with_folded<T>(word: &str, look_up: impl Fn(&str) -> Option<T>) -> Option<T> {
    if word.len() > LONGEST_WORD {
        return None;
    }
    if !word.is_ascii() {
        return look_up(&folded(word));
    }
    let mut small = [0; LONGEST_WORD];
    let small = &mut small[..word.len()];
    small.copy_from_slice(word.as_bytes());
    small.make_ascii_lowercase();
    look_up(str::from_utf8(small).ok()?)
}

fn in_small(word: &str) -> Option<Word> {
    let german = || german::number(word).map(|part| (part, DE));
    let (part, languages) = WORDS.get(word).copied().or_else(german)?;
    let is_ten = || ["zig", "ßig", "ssig", "zehn"].iter().any(|end| word.ends_with(end));
    let begins = BEGINS.contains(word) || languages == DE && is_ten();
    Some(Word { part, languages, begins, is_linked: false })
}

/// `word` in small letters, and those of Arabic that many confuse as one.
fn folded(word: &str) -> String {
    let small = word.chars().flat_map(char::to_lowercase);
    let folded = small.map(|letter| match letter {
        'أ' | 'إ' | 'آ' => 'ا',
        'ة' => 'ه',
        'ى' | 'ئ' => 'ي',
        letter => letter,
    });
    folded.collect()
}
