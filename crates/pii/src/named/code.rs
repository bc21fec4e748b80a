//! Codes and keys some way behind their name, or before it: `le code donné par la voisine : 6173`, `I typed 4821, which is my
//! PIN`.

use std::ops::Range;

use super::gap::skip;
use super::leads::{BEFORE, FAR, OTHER_IDS, is_thing, is_told, leads};
use crate::neighbours;
use crate::word_set::WordSet;

/// Where the digits of a code begin that a verb or a sign leads to, in the sentence that goes on behind its name at `at`.
pub(super) fn behind(text: &str, at: usize) -> Option<usize> {
    leads(text, at, FAR).find_map(|lead| {
        let start = digits(text, lead)?;
        let head = &text[at..lead];
        let words = || head.rsplit(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
        // `… ticket is 48213`: what stands before the verb has the number.
        let is_thing = words().take(2).any(is_thing);
        let is_tried = words().next().is_some_and(is_told);
        let is_other = head.contains('\n')
            || head.contains(['.', '?', '!']) && !is_tried
            || head.bytes().filter(u8::is_ascii_digit).count() > 1;
        if is_other || is_thing {
            return None;
        }
        // `the code of my card, 4821, fails`
        let rest = text[start..].trim_start_matches(|c: char| c.is_ascii_alphanumeric());
        (!text[..lead].ends_with(',') || rest.starts_with(',')).then_some(start)
    })
}

/// Where the digits of a code begin that somebody tells before its name at `at`: `I typed 4821, which is my PIN`.
pub(super) fn before(text: &str, at: usize) -> Option<usize> {
    let from = text.floor_char_boundary(at.saturating_sub(BEFORE));
    let stop = text[from..at].rmatch_indices(['.', '\n', '!', '?', '؟']).next();
    let head = stop.map_or(from, |(stop, sign)| from + stop + sign.len());
    let mut next = head;
    while next < at {
        let rest = &text[next..at];
        let word = neighbours::word_after(rest);
        if word.is_empty() {
            next += rest.chars().next()?.len_utf8();
            continue;
        }
        next += word.len();
        if is_told(word) {
            let start = digits(text, next).filter(|start| *start < at);
            if start.is_some() {
                return start;
            }
        }
    }
    None
}

/// Where the digits of a code begin that stand a few small words behind `at`.
fn digits(text: &str, at: usize) -> Option<usize> {
    let start = skip(text, at, |c| " \t=:>\"'“”„«»#*".contains(c))?;
    is_code(text, start).then_some(start)
}

/// Whether the digits at `start`, with a letter or two in capitals, may be a code: no year, time, amount or count.
fn is_code(text: &str, start: usize) -> bool {
    let length = text[start..]
        .bytes()
        .take_while(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
        .count();
    let (number, rest) = text[start..].split_at(length);
    let figures = number.bytes().filter(u8::is_ascii_digit).count();
    let is_time = rest.trim_start().starts_with([':', '%', '€', '$', '£', '/'])
        || rest.starts_with(['.', ',', '-', '_'])
            && rest[1..].starts_with(|c: char| c.is_ascii_alphanumeric())
        || rest.starts_with(char::is_alphanumeric);
    let is_year = figures == length && length == 4 && ("1950".."2040").contains(&number);
    let counted = neighbours::word_after(rest.trim_start_matches(' '));
    figures + 2 >= length
        && figures >= 3
        && matches!(length, 4..=6 | 8)
        && !is_time
        && !is_year
        && !COUNTED.holds(counted)
}

/// What is counted.
static COUNTED: WordSet = WordSet::new(
    " times users people euro euros dollars days hours minutes seconds users devices fois jours heures personnes \
    mal tage stunden uhr personen geräte veces días horas euros personas ريال درهم دينار جنيه يوم ساعة مستخدم ",
);

/// Where a key begins behind a sign, some words behind its name at `at`.
pub(super) fn key(text: &str, at: usize, least: usize) -> Option<usize> {
    // A key for a wireless network is short.
    let shortest = if least <= SHORT_KEY { least } else { SHORTEST_KEY };
    leads(text, at, FAR).find_map(|lead| {
        let head = text[at..lead].trim_end_matches([':', '=', '(', '"', ' ']);
        let word = neighbours::word_before(head, head.len());
        let start = skip(text, lead, |c| " \t=:>\"'“”„«»`".contains(c))?;
        let length = text[start..]
            .bytes()
            .take_while(|b| b.is_ascii_alphanumeric() || b"_-".contains(b))
            .count();
        (length >= shortest && !is_thing(word) && !OTHER_IDS.holds(word)).then_some(start)
    })
}

/// The least length of keys that are typed by hand.
const SHORT_KEY: usize = 8;

/// A key that no word right before it shows has so many characters.
const SHORTEST_KEY: usize = 20;

/// Whether a word for what a code opens stands near the one at `range`.
pub(super) fn is_of_door(text: &str, range: &Range<usize>) -> bool {
    let from = text.floor_char_boundary(range.start.saturating_sub(BEFORE));
    let to = text.floor_char_boundary((range.end + BEFORE / 2).min(text.len()));
    let behind = text[range.end..to].split([',', '.', ';', '\n', '،']).next().unwrap_or_default();
    let near = [&text[from..range.start], behind].concat().to_lowercase();
    DOORS.iter().any(|word| near.contains(word))
}

const DOORS: [&str; 44] = [
    "شقة",
    "la boîte",
    "locker",
    "casier",
    "spind",
    "خزانة",
    "door",
    "gate",
    "alarm",
    "the safe",
    "key safe",
    "lockbox",
    "padlock",
    "garage",
    "barrier",
    "entrance",
    "intercom",
    "porte",
    "portail",
    "coffre",
    "immeuble",
    "interphone",
    "digicode",
    "étage",
    "parking",
    "boîte à clé",
    "tür",
    "tresor",
    "schranke",
    "schlüsselkasten",
    "schlüsselbox",
    "eingang",
    "puerta",
    "portal",
    "caja fuerte",
    "telefonillo",
    "باب",
    "بوابة",
    "خزنة",
    "انذار",
    "إنذار",
    "عمارة",
    "جراج",
    "مدخل",
];

/// Whether a word for a wireless network, or for what makes one, stands before byte `at`.
pub(super) fn is_of_network(text: &str, at: usize) -> bool {
    let from = text.floor_char_boundary(at.saturating_sub(BEFORE));
    let near = text[from..at].to_lowercase();
    NETWORKS.iter().any(|word| near.contains(word))
}

const NETWORKS: [&str; 16] = [
    "wifi",
    "wi-fi",
    "wlan",
    "ssid",
    "wpa",
    "router",
    "routeur",
    "la box",
    "livebox",
    "freebox",
    "bbox",
    "hotspot",
    "fritz",
    "واي فاي",
    "الراوتر",
    "واي-فاي",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_before_its_name_is_looked_for_in_its_own_sentence() {
        for (head, digits) in [
            ("I typed 4821, which is my ", Some("4821")),
            ("I typed 4821. Reset the ", None),
            ("كتبت 4821؟ ", None),
        ] {
            let text = format!("{head}PIN");
            let found = before(&text, head.len()).map(|at| &text[at..at + 4]);
            assert_eq!(found, digits, "{text}");
        }
    }

    #[test]
    fn a_verb_or_a_sign_leads_to_a_code() {
        for (text, digits) in [
            (" donné par la voisine : 6173#", Some("6173#")),
            (" وولدي جرب 5528 ثلاث مرات", Some("5528 ثلاث مرات")),
            (" للصندوق 40618", Some("40618")),
            (" for ticket is 48213", None),
            (" failed since 2024", None),
            (" changed, it is 45A92 now", Some("45A92 now")),
            (" prompt fails with 4500 users", None),
            (" expired. The order is 48213", None),
        ] {
            assert_eq!(behind(text, 0).map(|at| &text[at..]), digits, "{text}");
        }
    }
}
