//! Arabic addresses: `9 شارع سعد زغلول، طنطا 31511`, `شارع الجامعة، عمارة 12، الطابق 3`.

use std::ops::Range;

use crate::Kind;
use crate::candidate::Candidate;
use crate::neighbours;

const SCORE: f32 = 0.6;

/// Words for a street.
pub(crate) const STREETS: &[&str] = &[
    " شارع",
    " ش",
    " زنقة",
    " زنقه",
    " نهج",
    " درب",
    " حارة",
    " حاره",
    " عطفة",
    " جادة",
    " طريق",
    " ممر",
    " زقاق",
];

/// Words for a part of a house, and for its number.
const PARTS: [&str; 34] = [
    "منطقة",
    "دار",
    "محلة",
    "جادة",
    "عمارة",
    "عماره",
    "بناية",
    "بنايه",
    "مبنى",
    "برج",
    "شقة",
    "شقه",
    "الشقة",
    "الطابق",
    "طابق",
    "الدور",
    "دور",
    "فيلا",
    "فيلة",
    "بلوك",
    "قطعة",
    "منزل",
    "بيت",
    "رقم",
    "مجمع",
    "مدخل",
    "مكتب",
    "بلك",
    "بناء",
    "العمارة",
    "البناية",
    "المبنى",
    "اقامة",
    "إقامة",
];

/// Words that go on with the sentence.
const STOPS: [&str; 24] = [
    "في",
    "من",
    "و",
    "اللي",
    "لكن",
    "بس",
    "قرب",
    "جنب",
    "أمام",
    "امام",
    "خلف",
    "بجانب",
    "عند",
    "مع",
    "الى",
    "إلى",
    "على",
    "حيث",
    "وين",
    "لأن",
    "عشان",
    "هذا",
    "اليوم",
    "مقابل",
];

/// No name has more words.
const MOST_WORDS: usize = 4;

/// No address more parts.
const MOST_PARTS: usize = 4;

/// No house has a number of more digits.
const HOUSE: usize = 4;

/// Adds the address around the word for a street at `at`, and the postal code behind its town.
pub(crate) fn find(text: &str, at: Range<usize>, found: &mut Vec<Candidate>) {
    let house = house_before(text, at.start);
    let Some(name_end) = name(text, at.end).or_else(|| numbered(text, at.end)) else { return };
    let (mut end, mut numbered) = (name_end, house.is_some());
    for _ in 0..MOST_PARTS {
        if let Some(quarter) = quarter(&text[end..]) {
            end += quarter;
            continue;
        }
        let Some(part) = part(&text[end..]) else { break };
        end += part;
        numbered = true;
    }
    if !numbered {
        return;
    }
    let start = house.unwrap_or(at.start);
    found.push(Candidate { kind: Kind::StreetAddress, range: start..end, score: SCORE });
    let code =
        code(text, end).map(|range| Candidate { kind: Kind::PostalCode, range, score: SCORE });
    found.extend(code);
}

/// Where the name behind a word for a street that ends at `at` ends.
fn name(text: &str, at: usize) -> Option<usize> {
    let mut end = at;
    for place in 0..MOST_WORDS {
        let rest = text[end..].strip_prefix(' ')?;
        let word = neighbours::word_after(rest);
        let behind = &rest[word.len()..];
        let sets_off = behind.is_empty()
            || !behind.starts_with(' ')
            || behind[1..].starts_with(|c: char| c.is_ascii_digit());
        let belongs = place == 0 || word.starts_with("ال") || sets_off;
        if word.is_empty() || !belongs || STOPS.contains(&word) || PARTS.contains(&word) {
            return (place > 0).then_some(end);
        }
        end = text.len() - behind.len();
        if sets_off {
            break;
        }
    }
    Some(end)
}

/// Where the number of a street ends that has no name, if a house follows: `شارع 12 منزل 38`.
fn numbered(text: &str, at: usize) -> Option<usize> {
    let rest = text[at..].strip_prefix(' ')?;
    let figures = rest.bytes().take_while(u8::is_ascii_digit).count();
    let behind = rest[figures..].trim_start_matches([' ', '،', ',']);
    let is_house = PARTS.contains(&neighbours::word_after(behind));
    ((1..=HOUSE).contains(&figures) && is_house).then_some(at + 1 + figures)
}

/// Where the number of the house begins that stands right before a street: `8 شارع`, `رقم 8 شارع`.
fn house_before(text: &str, at: usize) -> Option<usize> {
    let head = text[..at].strip_suffix([' ', '،', ','])?.trim_end_matches(['،', ',', ' ']);
    let figures = head.bytes().rev().take_while(u8::is_ascii_digit).count();
    let start = head.len() - figures;
    let is_free = !head[..start].ends_with(|c: char| c.is_alphanumeric() || ":./-_".contains(c));
    // `عمارة 15 شارع`
    let before = head[..start].trim_end_matches(' ');
    let word = neighbours::word_before(before, before.len());
    let is_part = PARTS.contains(&word) && before.len() + 1 == start;
    let whole = if is_part { before.len() - word.len() } else { start };
    ((1..=HOUSE).contains(&figures) && is_free).then_some(whole)
}

/// The length of ` 12` or `، عمارة 23` at the beginning of `rest`.
fn part(rest: &str) -> Option<usize> {
    let signs = rest.chars().take(3).take_while(|c| "،, -.".contains(*c)).map(char::len_utf8).sum();
    let words = &rest[signs..];
    let word = neighbours::word_after(words);
    let is_named = PARTS.contains(&word);
    let value = if is_named { words[word.len()..].strip_prefix(' ')? } else { words };
    let more = value.strip_prefix("رقم ").unwrap_or(value);
    let figures = more.bytes().take_while(u8::is_ascii_digit).count();
    let behind = &more[figures..];
    let is_number = (1..=HOUSE).contains(&figures)
        && !behind.starts_with(|c: char| c.is_alphanumeric() || "%:/".contains(c))
        && signs > 0;
    let is_floor = figures == 0 && is_named && matches!(word, "الطابق" | "طابق" | "الدور" | "دور");
    if is_floor {
        let ordinal = neighbours::word_after(more);
        return ordinal.starts_with("ال").then_some(rest.len() - more.len() + ordinal.len());
    }
    is_number.then_some(rest.len() - behind.len())
}

/// The length of a quarter: `، حي العليا`.
fn quarter(rest: &str) -> Option<usize> {
    let words = rest.trim_start_matches(['،', ',', ' ', '-']);
    let word = neighbours::word_after(words);
    let named = words[word.len()..].strip_prefix(' ')?;
    let is_quarter = matches!(word, "حي" | "الحي" | "منطقة" | "ضاحية" | "حومة");
    let name = neighbours::word_after(named);
    let end = rest.len() - named.len() + name.len();
    (is_quarter && !name.is_empty() && words.len() < rest.len()).then_some(end)
}

/// The five digits behind the town, or the quarter and the town, behind an address that ends at `at`.
fn code(text: &str, at: usize) -> Option<Range<usize>> {
    let rest = &text[at..text.floor_char_boundary((at + LONGEST_TOWN).min(text.len()))];
    let place = rest.find(|c: char| c.is_ascii_digit())?;
    let between = &rest[..place];
    let is_town =
        between.chars().all(|c| matches!(c, ' ' | '،' | ',' | '-' | '\u{621}'..='\u{652}'));
    let figures = rest[place..].bytes().take_while(u8::is_ascii_digit).count();
    let ends = !rest[place + figures..].starts_with(char::is_alphanumeric);
    let more = rest[place + figures..].strip_prefix('-').unwrap_or_default();
    let further = more.bytes().take_while(u8::is_ascii_digit).count();
    let end = if further == 4 { figures + 1 + further } else { figures };
    (is_town && figures == 5 && ends).then_some(at + place..at + place + end)
}

/// A quarter and a town take no more bytes.
const LONGEST_TOWN: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        for word in STREETS {
            let word = word.trim_start();
            for (at, _) in text.match_indices(word) {
                let end = at + word.len();
                let is_word = |c: Option<char>| c.is_none_or(|c| !c.is_alphabetic());
                if is_word(text[..at].chars().next_back()) && is_word(text[end..].chars().next()) {
                    find(text, at..end, &mut found);
                }
            }
        }
        found.into_iter().map(|candidate| &text[candidate.range]).collect()
    }

    #[test]
    fn a_house_before_or_behind_shows_the_street() {
        for (text, expected) in [
            ("العنوان: 9 شارع سعد زغلول، طنطا 31511.", vec!["9 شارع سعد زغلول", "31511"]),
            (
                "ساكن في شارع الجامعة، عمارة 12، الطابق الثالث",
                vec!["شارع الجامعة، عمارة 12، الطابق الثالث"],
            ),
            ("شارع الحرية رقم 7 قرب المسجد", vec!["شارع الحرية رقم 7"]),
            ("زنقة طنجة 14، فاس", vec!["زنقة طنجة 14"]),
            (
                "عمارة 9 شارع الهرم الدور الثاني شقة 3",
                vec!["عمارة 9 شارع الهرم الدور الثاني شقة 3"],
            ),
        ] {
            assert_eq!(addresses(text), expected, "{text}");
        }
    }

    #[test]
    fn a_street_without_a_house_is_none() {
        for text in ["عن طريق البريد", "في شارع التحرير من ساعة", "طريق 200 كم"]
        {
            assert!(addresses(text).is_empty(), "{text}");
        }
    }
}
