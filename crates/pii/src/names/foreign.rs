//! Given names of other languages in Arabic letters, which nobody is surprised by and few have: `باتريك`, `لكارولين`.
//!
//! They are ordinary words to the lists, for people who are written about are called so.

use std::sync::LazyLock;

use crate::Kind;
use crate::candidate::Candidate;

use super::fold::hash;
use super::lists::{COMMON, FAMILY, FAMILY_RARE, GIVEN};
use super::token::{Shape, Token, id};

/// Given names, and none that is a word or the beginning of a town too.
const GIVEN_NAMES: &str = "\
    مايكل ديفيد ديفد روبرت ريتشارد تشارلز ويليام وليام توماس دانيال دانييل ماثيو ماتيو أنتوني أندرو \
    جوشوا كيفن كيفين براين جورج إدوارد ادوارد رونالد تيموثي جيسون جيفري جاكوب نيكولاس جوناثان ستيفن \
    ستيفان شتيفان جاستن براندون بنجامين غريغوري جريجوري باتريك ألكسندر الكسندر أليكس اليكس جيمس جوزيف \
    كريستوفر كريستيان سيباستيان فيليب فيليبو أوليفر أوليفييه أوليفر بيتر بيير بيار فرانسوا لوران \
    باسكال جيروم فريدريك جوليان هانز كلاوس يورغن فولفغانغ غونتر هيلموت أولريش ماكسيميليان كارلوس \
    خوسيه ميغيل أنطونيو انطونيو فرانشيسكو فرانسيسكو ألفارو بابلو بيدرو سيرجيو خافيير لويس فرناندو \
    إنريكي مانويل رافائيل أليخاندرو أليساندرو جوزيبي جيوفاني ماريو لوكاس ديميتري فلاديمير سيرغي \
    باتريشيا جنيفر جينيفر ليندا إليزابيث اليزابيث باربرا سوزان جيسيكا كارين نانسي ليزا ساندرا آشلي \
    إيميلي ايميلي ميشيل كارول أماندا ميليسا ديبورا ستيفاني ريبيكا هيلين شارون سينثيا كاثرين كاترين \
    أنجيلا شيرلي بريندا باميلا نيكول إيما سامانثا كريستين كريستينا فيكتوريا إيزابيل ايزابيل \
    ناتالي فاليري كارولين سيلين فيرونيك مارغريت مادلين شارلوت كلوي كلير ماتيلدا أورسولا فالنتينا \
    غابرييلا غابرييل فرانشيسكا مارتينا جوليا صوفيا صوفي ماريان ماريا مونيكا فيرونيكا تاتيانا \
    أناستازيا سفيتلانا فيليكس إنغريد انغريد إيغور ايغور أندريا اندريا أندرياس اندرياس توبياس ماركوس يوهان \
    يوهانس هنريك هاينز كاترينا مارتا إيرينا ايرينا أولغا اولغا ناتاشا يوليا كسينيا بوريس ميخائيل أليكسي \
    إيفان نيكولاي ياروسلاف إريك ايريك غوستاف لودفيغ رودولف هاينريش كونراد ديتر هولغر زابينه سابين بيترا \
    كاتيا إيلينا ايلينا ماريانا بياتريس بياتريز دولوريس إستيبان استيبان غونثالو ألونسو خواكين رامون \
    إغناسيو دييغو ماتياس كلوديا باتريسيا كيمبرلي ميغان نايجل أدريان ماركو لورينزو";

/// Family names that may follow.
const FAMILY_NAMES: &str = "\
    سميث جونسون ويليامز براون جونز ميلر ديفيس ويلسون أندرسون اندرسون تايلور جاكسون مارتن طومسون شميدت \
    مولر شنايدر فيشر فيبر هوفمان بيكر دوبون دوبوا برنار لوفيفر مورو غارسيا لوبيز رودريغيز غونزاليس \
    هيرنانديز مارتينيز سانشيز بيريز فرنانديز غوميز دياز بيانكي إسبوزيتو إيفانوف نوفاك كوفالسكي ريتشاردسون بيترسن";

/// What other family names end with, of words on no list.
const ENDINGS: [&str; 14] = [
    "يان",
    "وف",
    "وفا",
    "سون",
    "سن",
    "سكي",
    "سكا",
    "يتش",
    "يز",
    "برغ",
    "مان",
    "شتاين",
    "يليو",
    "يني",
];

/// What a town begins with that is called after a saint.
const SAINTS: &str = "سان سانت سانتا القديس القديسة";

static GIVEN_IDS: LazyLock<Vec<u32>> = LazyLock::new(|| ids(GIVEN_NAMES));
static FAMILY_IDS: LazyLock<Vec<u32>> = LazyLock::new(|| ids(FAMILY_NAMES));
static SAINT_IDS: LazyLock<Vec<u32>> = LazyLock::new(|| ids(SAINTS));

/// What is glued to the beginning of a word: `and`, `so`, `with`, `to`, `like`.
const CLITICS: [char; 5] = ['و', 'ف', 'ب', 'ل', 'ك'];

/// No name here has fewer bytes.
const SHORTEST: u32 = 6;

/// No family name that its ending tells has fewer.
const SHORTEST_FAMILY: u32 = 10;

/// So many words may follow a given name.
const MOST_FOLLOWING: usize = 2;

/// How sure it is that it is a person.
const SCORE: f32 = 0.6;

fn ids(words: &str) -> Vec<u32> {
    let mut ids: Vec<u32> = words.split_whitespace().map(|word| id(hash(word))).collect();
    ids.sort_unstable();
    ids
}

/// The names among `tokens` of `source`.
pub(super) fn names<'t>(
    source: &'t str,
    tokens: &'t [Token],
) -> impl Iterator<Item = Candidate> + 't {
    let mut from = 0;
    std::iter::from_fn(move || {
        while from < tokens.len() {
            let start = from;
            from += 1;
            let is_given = is_given(source, tokens, start);
            if is_given || is_before_family(tokens, start) {
                let following = tokens[from..].iter().take(MOST_FOLLOWING);
                from += following.take_while(|token| follows(source, token)).count();
                let range = tokens[start].start as usize..tokens[from - 1].end as usize;
                return Some(Candidate { kind: Kind::Person, range, score: SCORE });
            }
        }
        None
    })
}

/// Whether token `at` is a given name, with something glued to it or without.
fn is_given(source: &str, tokens: &[Token], at: usize) -> bool {
    let token = tokens[at];
    if token.shape != Shape::Caseless || token.end - token.start < SHORTEST {
        return false;
    }
    let is_one = |word: u32| GIVEN_IDS.binary_search(&word).is_ok();
    let is_saint = || {
        let before = at.checked_sub(1).map(|before| tokens[before].word);
        before.is_some_and(|before| SAINT_IDS.binary_search(&before).is_ok())
    };
    let word = token.text(source);
    let is_glued = || {
        let name = word.strip_prefix(CLITICS)?;
        Some(is_one(id(hash(name))))
    };
    (is_one(token.word) || is_glued() == Some(true)) && !is_saint()
}

/// Whether a word on no list stands before a family name of another language: `لارس شنايدر`.
fn is_before_family(tokens: &[Token], at: usize) -> bool {
    let Some(next) = tokens.get(at + 1) else { return false };
    let is_unknown = tokens[at].shape == Shape::Caseless && tokens[at].flags == 0;
    is_unknown && next.lines_before == 0 && FAMILY_IDS.binary_search(&next.word).is_ok()
}

/// Whether `token` goes on with a name: a listed name that is no ordinary word, or one of other languages.
fn follows(source: &str, token: &Token) -> bool {
    let is_listed = token.flags & (GIVEN | FAMILY | FAMILY_RARE) != 0 && token.flags & COMMON == 0;
    let is_foreign =
        || [&GIVEN_IDS, &FAMILY_IDS].iter().any(|ids| ids.binary_search(&token.word).is_ok());
    let word = token.text(source);
    let ends = || {
        let is_long = token.end - token.start >= SHORTEST_FAMILY;
        let has_ending =
            || ENDINGS.iter().any(|end| word.ends_with(end)) || is_foreign_spelling(word);
        token.flags == 0 && is_long && has_ending()
    };
    matches!(token.shape, Shape::Caseless | Shape::Nisba)
        && token.lines_before == 0
        && (is_listed || is_foreign() || ends())
}

/// Whether a word has as many long vowels as only words of other languages have, and no Arabic ending: `سوبونينا`.
fn is_foreign_spelling(word: &str) -> bool {
    let vowels = word.chars().skip(1).filter(|letter| "اوي".contains(*letter)).count();
    let is_arabic = word.starts_with("ال")
        || ["ون", "ين", "ات", "هم", "كم"].iter().any(|end| word.ends_with(end));
    vowels >= 3 && word.chars().count() >= 6 && !word.starts_with(CLITICS) && !is_arabic
}

#[cfg(test)]
mod tests {
    use super::super::Lists;
    use super::super::token::Tokens;
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        let mut tokens = Tokens::default();
        tokens.read(text, &[], &Lists::new(&[]));
        names(text, &tokens.all).map(|name| &text[name.range]).collect()
    }

    #[test]
    fn a_given_name_is_one_with_something_glued_to_it_too() {
        assert_eq!(found("وصل باتريك أمس"), ["باتريك"]);
        assert_eq!(found("أرسلتها لكارولين شنايدر أمس"), ["لكارولين شنايدر"]);
    }

    #[test]
    fn a_family_name_is_one_beside_a_given_name_only() {
        assert_eq!(found("وصل فيليكس هاكوبيان أمس"), ["فيليكس هاكوبيان"]);
        assert_eq!(found("رأيت بيرند شنايدر"), ["بيرند شنايدر"]);
        assert_eq!(found("وصلت إيلينا سوبونينا أمس"), ["إيلينا سوبونينا"]);
        assert_eq!(found("إيلينا سيتواصلون معها"), ["إيلينا"]);
    }

    #[test]
    fn towns_of_saints_and_other_words_are_nobody() {
        assert_eq!(found("السفر إلى سان فرانسيسكو"), Vec::<&str>::new());
        assert_eq!(found("شنايدر للكهرباء"), Vec::<&str>::new());
        assert_eq!(found("في أحيان"), Vec::<&str>::new());
    }
}
