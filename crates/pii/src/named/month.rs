//! The names of the months in five languages, and in the dialects of Arabic.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

/// The beginning of a Latin one, three letters or more, is one too.
const MONTHS: &str = "january janvier januar jänner jaenner enero يناير جانفي february février fevrier februar feber febrero \
    فبراير فيفري فبرير شباط févr fév march mars märz maerz mär mrz marzo مارس آذار اذار april avril abril \
    أبريل ابريل إبريل أفريل نيسان may mai mayo مايو ماي أيار ايار june juin juni junio يونيو جوان حزيران july \
    juillet juli julio يوليو جويلية يوليوز تموز august août aout aoû agosto أغسطس اغسطس أوت اوت غشت آب \
    september septembre septiembre setiembre سبتمبر شتنبر أيلول ايلول october octobre oktober octubre تشرين \
    أكتوبر اكتوبر november novembre noviembre نوفمبر نونبر december décembre decembre dezember diciembre déc \
    ديسمبر دجنبر كانون";

/// The first three bytes of each month: nearly every other word is told by these.
static BEGINNINGS: LazyLock<FxHashSet<[u8; 3]>> = LazyLock::new(|| {
    MONTHS.split_whitespace().filter_map(|name| name.as_bytes().first_chunk()).copied().collect()
});

/// Whether `word` is the name of a month, or the beginning of one.
pub(crate) fn is_month(word: &str) -> bool {
    let may_be = |word: &str| {
        let mut beginning = word.as_bytes().first_chunk().copied().unwrap_or_default();
        beginning.make_ascii_lowercase();
        BEGINNINGS.contains(&beginning)
    };
    let mut months = MONTHS.split_whitespace();
    if !word.is_ascii() {
        let small = word.to_lowercase();
        return may_be(&small) && months.any(|name| name == word || name == small);
    }
    let begins = |name: &str| {
        let start = name.as_bytes().get(..word.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()))
    };
    may_be(word) && months.any(begins)
}
