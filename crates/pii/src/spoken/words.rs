//! What digits and numbers are called.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::named;

/// No word for a number has more bytes.
pub(super) const LONGEST_WORD: usize = 24;

/// Words for digits that are seldom anything else; no number is without one of them. From these numbers are looked for.
pub(crate) const BEGINNINGS: &[&str] = &[
    "zero",
    "two",
    "three",
    "four",
    "five",
    "seven",
    "eight",
    "nine",
    "zéro",
    "deux",
    "trois",
    "quatre",
    "cinq",
    "sept",
    "huit",
    "dix",
    "onze",
    "douze",
    "treize",
    "quatorze",
    "quinze",
    "vingt",
    "trente",
    "quarante",
    "cinquante",
    "soixante",
    "null",
    "zwei",
    "drei",
    "vier",
    "fünf",
    "fuenf",
    "sieben",
    "acht",
    "neun",
    "cero",
    "tres",
    "cuatro",
    "cinco",
    "siete",
    "ocho",
    "nueve",
    "صفر",
    "اثنين",
    "ثلاثة",
    "ثلاثه",
    "تلاتة",
    "أربعة",
    "اربعة",
    "اربعه",
    "خمسة",
    "خمسه",
    "سبعة",
    "سبعه",
    "ثمانية",
    "ثمانيه",
    "تمانية",
    "تسعة",
    "تسعه",
];

/// What each digit is called.
const DIGITS: [&str; 10] = [
    " zero oh null zéro cero صفر ",
    " one un une eins ein uno واحد ",
    " two deux zwei zwo dos اثنين اثنان تنين ",
    " three trois drei tres ثلاثة ثلاثه تلاتة ",
    " four quatre vier cuatro أربعة اربعة اربعه ",
    " five cinq fünf fuenf cinco خمسة خمسه ",
    " six sechs seis ستة سته ",
    " seven sept sieben siete سبعة سبعه ",
    " eight huit acht ocho ثمانية ثمانيه تمانية ",
    " nine neuf neun nueve تسعة تسعه ",
];

/// French numbers of two digits; the digit behind a ten belongs to it.
const PAIRS: &str = " dix onze douze treize quatorze quinze seize vingt vingts trente quarante cinquante soixante septante huitante octante nonante ";

/// Numbers of two digits that elsewhere only some say of telephone numbers; German ones are made of others.
const TENS: &str = " ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy \
    eighty ninety zehn elf zwölf zwoelf diez once doce trece catorce quince veinte treinta cuarenta cincuenta sesenta setenta ochenta \
    noventa veintiuno veintidós veintitrés veinticuatro veinticinco عشرة عشره عشرين وعشرين ثلاثين وثلاثين أربعين اربعين وأربعين واربعين \
    خمسين وخمسين ستين وستين سبعين وسبعين ثمانين وثمانين تسعين وتسعين ";

/// What makes one digit two or three.
const TIMES: [(&str, u8); 6] =
    [("double", 2), ("triple", 3), ("treble", 3), ("doble", 2), ("doppelt", 2), ("دبل", 2)];

/// Words inside a number that are no digits.
const INSIDE: &str = " then puis dann luego ثم et cent cents hundred hundert and y und و ";

/// Somebody takes back what was said.
pub(super) const CORRECTIONS: &str = " sorry correction wait actually mean rather pardon non plutôt enfin erreur nein moment quatsch korrektur \
    entschuldigung perdón perdon digo عفوا عفواً آسف اسف لا قصدي اقصد أقصد بل ";

/// What a word stands for in a number.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Digit(u8),
    /// Two digits, or the ten before another.
    Pair,
    /// The same, where few say it.
    Tens,
    /// So many of the digit behind it.
    Times(u8),
    /// `quatre cent septante`, `nonante et un`
    Inside,
}

/// Names of codes.
pub(super) const CODES: &str = " pin cvv cvc puk passcode pincode geheimzahl السري ";

/// Small words between a code's name and the code.
pub(super) const SMALL: &str =
    " is was est ist es c le mein mon my number lautet war nummer هو هي ";

/// A word for a number.
#[derive(Clone, Copy)]
pub(super) struct Word {
    pub(super) part: Part,
    /// It is one of [`BEGINNINGS`].
    pub(super) begins: bool,
}

static WORDS: LazyLock<FxHashMap<&str, Word>> = LazyLock::new(|| {
    let digits = (0..).zip(DIGITS).flat_map(|(digit, words)| {
        words.split_whitespace().map(move |word| (word, Part::Digit(digit)))
    });
    let pairs = PAIRS.split_whitespace().map(|word| (word, Part::Pair));
    let tens = TENS.split_whitespace().map(|word| (word, Part::Tens));
    let times = TIMES.iter().map(|(word, times)| (*word, Part::Times(*times)));
    let inside = INSIDE.split_whitespace().map(|word| (word, Part::Inside));
    let word = |(word, part)| (word, Word { part, begins: BEGINNINGS.contains(&word) });
    digits.chain(pairs).chain(tens).chain(times).chain(inside).map(word).collect()
});

/// What `word` stands for, in any case.
pub(super) fn known(word: &str) -> Option<Word> {
    if word.len() > LONGEST_WORD {
        return None;
    }
    if !word.is_ascii() {
        let small = word.to_lowercase();
        return WORDS.get(small.as_str()).copied().or_else(|| german_ten(&small));
    }
    let mut small = [0; LONGEST_WORD];
    let small = &mut small[..word.len()];
    small.copy_from_slice(word.as_bytes());
    small.make_ascii_lowercase();
    let small = str::from_utf8(small).ok()?;
    WORDS.get(small).copied().or_else(|| german_ten(small))
}

/// `dreiundzwanzig`, `sechzehn`
fn german_ten(word: &str) -> Option<Word> {
    let is_ten = ["zig", "ßig", "ssig", "zehn"].iter().any(|end| word.ends_with(end));
    let is_number = is_ten && !word.contains("hundert") && named::is_german(word);
    is_number.then_some(Word { part: Part::Tens, begins: false })
}
