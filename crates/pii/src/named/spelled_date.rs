//! Days whose numbers are words: `the fourth of May nineteen sixty-one`, `zwölfter März neunzehnhundertachtzig`, and days of which only
//! the month or the year is one.

use super::month::is_month;
use crate::neighbours;
use crate::spoken::{AR, Group, Part, Reader, Word, known, ordinal};
use crate::word_set::WordSet;

/// No such day has more words.
const MOST_WORDS: usize = 14;

/// And fewer: the day, the month, and one for the year.
const FEWEST_WORDS: usize = 3;

/// Words inside a day that are no numbers.
static SMALL: WordSet = WordSet::new(
    " of the and de del et y du le la und des der im من و سنة سنه عام شهر القعدة القعده الحجة الحجه الأولى الاولى الآخرة الاخرة الآخر الاخر ",
);

/// A thousand is the beginning of a year.
static THOUSANDS: WordSet = WordSet::new(" thousand mille mil ألف الف ألفين الفين ");

/// The months of the Islamic calendar, of some of them the first word.
static ISLAMIC_MONTHS: WordSet =
    WordSet::new(" محرم صفر ربيع جمادى جمادي رجب شعبان رمضان شوال ذو ذي ");

/// The end of the day that begins `text`, of whose numbers at least one is a word.
pub(super) fn day(text: &str) -> Option<usize> {
    with_month(text).or_else(|| numbered(text))
}

/// Whether `word` may stand behind the day.
pub(super) fn may_go_on(word: &str) -> bool {
    SMALL.holds(word) || is_islamic_month(word) || is_number(word)
}

/// Whether `word` is the first word of a month of the Islamic calendar.
pub(super) fn is_islamic_month(word: &str) -> bool {
    ISLAMIC_MONTHS.holds(word)
}

/// The same of a day whose month has a name.
fn with_month(text: &str) -> Option<usize> {
    let (mut at, mut count, mut end) = (0, 0, 0);
    let (mut months, mut words) = (0, 0);
    while count < MOST_WORDS {
        let rest = &text[at..];
        let figures = rest.bytes().take_while(u8::is_ascii_digit).count();
        let length = if figures > 0 {
            let suffix = ["st", "nd", "rd", "th", "er", "."]
                .into_iter()
                .find(|suffix| rest[figures..].starts_with(suffix) && figures < 3);
            figures + suffix.map_or(0, str::len)
        } else {
            word(rest).len()
        };
        let word = &rest[..length];
        let is_islamic = months == 0 && count > 0 && is_islamic_month(word);
        let is_number = figures == 0 && !is_islamic && is_number(word);
        let is_month = is_islamic || months == 0 && !is_number && is_month(word);
        if word.is_empty() || figures > 4 {
            break;
        }
        if is_month || is_number || figures > 0 {
            count += 1;
            months += usize::from(is_month);
            words += usize::from(is_number);
            end = at + length;
        } else if end == 0 || !SMALL.holds(word) {
            break;
        }
        at += length;
        let signs = signs(&text[at..]);
        if signs == 0 {
            break;
        }
        at += signs;
    }
    (months == 1 && words > 0 && count >= FEWEST_WORDS).then(|| end + era(&text[end..]))
}

/// The same of a day whose month has a number: `dritten vierten neunzehnhundertfünfzig`, `fourteenth of the eleventh fifty-two`.
fn numbered(text: &str) -> Option<usize> {
    let (mut reader, mut ends) = (Reader::default(), Vec::new());
    let (mut at, mut is_tight, mut thousand) = (0, false, None);
    for _ in 0..MOST_WORDS {
        let word = word(&text[at..]);
        let behind = at + word.len();
        let ordinal = ordinal(word);
        let number = ordinal.or_else(|| known(word));
        if THOUSANDS.holds(word.trim_start_matches('و')) && thousand.is_none() {
            reader.close();
            let has_two = is_tight && reader.groups.last().is_some_and(|group| group.value == 2);
            reader.groups.truncate(reader.groups.len() - usize::from(has_two));
            thousand = Some((reader.groups.len(), behind));
        } else if let Some(number) = number {
            reader.add(number.part, number.languages, is_tight, number.is_linked);
            ends.resize(reader.len(), behind);
            ends.last_mut().into_iter().for_each(|end| *end = behind);
            if ordinal.is_some_and(|number| number.languages != AR) {
                reader.close();
            }
        } else if word.is_empty() || ends.is_empty() || !SMALL.holds(word) {
            break;
        }
        let signs = signs(&text[behind..]);
        if signs == 0 {
            break;
        }
        let is_and = number.is_some_and(|number| number.part == Part::And);
        is_tight = number.is_some() && (is_tight || !is_and) && !text[behind..].starts_with(',');
        at = behind + signs;
    }
    reader.close();
    let groups = &reader.groups[..];
    let (one, next) = two_digits(groups, 0)?;
    let (other, next) = two_digits(groups, next)?;
    if one.min(other) == 0 || one.max(other) > 31 || one.min(other) > 12 {
        return None;
    }
    match thousand {
        Some((place, end)) if place == next => Some(groups.get(next).map_or(end, |_| ends[next])),
        _ => Some(ends[last_of_year(groups, next)?]),
    }
}

/// The day or the month that the group at `place` tells, perhaps a zero with the next one, and the place behind it.
fn two_digits(groups: &[Group], place: usize) -> Option<(u64, usize)> {
    let group = groups.get(place)?;
    if group.value > 0 {
        return Some((group.value, place + 1));
    }
    let digit = groups.get(place + 1).filter(|digit| digit.width == 1)?;
    Some((digit.value, place + 2))
}

/// The last group of the year that begins at `place`: `fifty-two`, `nineteen fifty-two`, `neunzehnhundertfünfzig`.
fn last_of_year(groups: &[Group], place: usize) -> Option<usize> {
    let year = groups.get(place)?;
    if year.width == 4 {
        return (1900..2100).contains(&year.value).then_some(place);
    }
    let (_, behind) = match year.value {
        19 | 20 if groups.get(place + 1).is_some_and(|more| more.width == 2 || more.value == 0) => {
            two_digits(groups, place + 1)?
        }
        10..100 | 0 => two_digits(groups, place)?,
        _ => return None,
    };
    Some(behind - 1)
}

/// The length of what Arabic writes behind a year of the Islamic calendar.
fn era(rest: &str) -> usize {
    let era = rest.strip_prefix(' ').map(word).unwrap_or_default();
    if matches!(era, "هـ" | "هجري" | "هجرية" | "هجريه") { 1 + era.len() } else { 0 }
}

/// The word that `text` begins with.
fn word(text: &str) -> &str {
    &text[..text.find(|c| !neighbours::is_alphabetic(c)).unwrap_or(text.len())]
}

/// The length of the signs between two words of a day.
fn signs(text: &str) -> usize {
    text.bytes().take(2).take_while(|byte| b" -,".contains(byte)).count()
}

/// Whether `word` is part of a number.
pub(super) fn is_number(word: &str) -> bool {
    let is_value = |number: Word| !matches!(number.part, Part::And | Part::Then | Part::Times(_));
    known(word).is_some_and(is_value)
        || ordinal(word).is_some()
        || THOUSANDS.holds(word.trim_start_matches('و'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_a_day_may_be_words() {
        for text in [
            "fourth of May nineteen sixty-one",
            "twenty-third March 1958",
            "4th of May nineteen sixty-one",
            "douze mars mille neuf cent quatre-vingt-deux",
            "premier août soixante-dix",
            "zwölfter März neunzehnhundertachtzig",
            "dritten vierten neunzehnhundertfünfzig",
            "einundzwanzigsten Mai neunzehnhundertzweiundsechzig",
            "tres de marzo de mil novecientos ochenta",
            "خمسة مارس ألف وتسعمية وتسعين",
            "nineteenth of the twelfth forty-six",
            "oh three, eleven, nineteen fifty-nine",
            "neunter fünfter zweiundsechzig",
            "zwölften siebten neunzehnhundertneunundfünfzig",
            "seize dix mille neuf cent quarante-neuf",
            "fourth of the second two thousand and five",
            "السابع عشر من رجب سنة 1402 هـ",
            "الحادي والعشرين من ذي الحجة سنة ألف وأربعمية وسبعة",
            "خمسة صفر 1411",
            "ocho del tres del sesenta y cuatro",
        ] {
            assert_eq!(day(text), Some(text.len()), "{text}");
        }
    }

    #[test]
    fn counts_and_months_alone_are_none() {
        for text in [
            "two of March",
            "first name",
            "two of three",
            "neunter von zwölf",
            "three four five",
            "4 May 1961",
            "eine Woche",
            "three people in May",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
    }
}
