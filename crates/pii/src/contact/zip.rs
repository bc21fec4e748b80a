//! Postal codes of digits alone, which what stands around them shows: a country's letter, an American state, an address in front.

use std::ops::Range;

use crate::Kind;
use crate::candidate::Candidate;
use crate::digits::Digits;
use crate::groups::Group;
use crate::neighbours;
use crate::shadow::FILLER;
use crate::word_set::WordSet;

const SCORE: f32 = 0.65;

/// The states and territories of the United States.
const STATES: &[u8] = b"ALAKAZARCACOCTDEFLGAHIIDILINIAKSKYLAMEMDMAMIMNMSMOMTNENVNHNJNMNYNCNDOHOKORPAPRRISCSDTNTXUTVTVAWAWVWIWYDC";

/// Those that are words too.
const WORDS: &[u8] = b"INOROKMEHIOHCODELAIDAL";

/// What is written before the code of a country, and how many digits it has.
const COUNTRIES: [(&str, usize); 7] =
    [("D-", 5), ("F-", 5), ("A-", 4), ("B-", 4), ("CH-", 4), ("L-", 4), ("I-", 5)];

/// Adds every code: `, TX 78701`, `A-1010 Wien`, and `12345 Berlin` behind something known and a comma.
pub(crate) fn find(digits: &Digits<'_>, found: &mut Vec<Candidate>) {
    let text = digits.text;
    for (at, group) in digits.groups.iter().enumerate() {
        if !matches!(group.len(), 4..=6) {
            continue;
        }
        let range = american(text, group)
            .or_else(|| australian(text, group))
            .or_else(|| indian(text, group))
            .or_else(|| {
                let is_place =
                    || is_town(digits, group.range.end) || is_end_of_address(text, &group.range);
                european(text, group)
                    .filter(|_| is_place() || text[group.range.end..].starts_with([')', '-']))
            });
        let Some(mut range) = range else { continue };
        // ZIP+4
        if let Some(more) = digits.groups.get(at + 1)
            && (group.len(), more.len()) == (5, 4)
            && text.get(group.range.end..more.range.start) == Some("-")
        {
            range.end = more.range.end;
        }
        if neighbours::stands_free(text, range.start, range.end) {
            found.push(Candidate { kind: Kind::PostalCode, range, score: SCORE });
        }
    }
}

/// The five digits behind the letters of a state that stand behind a comma or something known.
fn american(text: &str, group: &Group) -> Option<Range<usize>> {
    let head = text[..group.range.start].strip_suffix(' ')?;
    let state = *head.as_bytes().last_chunk::<2>()?;
    if group.len() != 5 || !is_among(STATES, state) {
        return None;
    }
    let before = head[..head.len() - 2].trim_end_matches(' ');
    let town = before.strip_suffix(',').unwrap_or(before);
    let word = neighbours::word_before(town, town.len());
    let is_written = before.len() > town.len() && word.starts_with(char::is_uppercase);
    let is_place = town.ends_with(FILLER) || is_written && !is_among(WORDS, state);
    is_place.then(|| group.range.clone())
}

/// The four digits behind a state of Australia that stands behind a comma or something known: `Perth WA 6000`.
fn australian(text: &str, group: &Group) -> Option<Range<usize>> {
    const STATES: [&str; 8] = ["NSW", "VIC", "QLD", "SA", "WA", "TAS", "ACT", "NT"];
    let head = text[..group.range.start].strip_suffix(' ')?;
    let small = || ["nsw", "qld"].into_iter().find(|state| head.ends_with(*state));
    let state = STATES.into_iter().find(|state| head.ends_with(*state)).or_else(small)?;
    let before = head[..head.len() - state.len()].strip_suffix(' ')?;
    let town = before.trim_end_matches(',');
    let word = neighbours::word_before(town, town.len());
    let is_small = state.starts_with(|c: char| c.is_ascii_lowercase());
    let is_place = town.ends_with(FILLER) || is_small || word.starts_with(char::is_uppercase);
    (group.len() == 4 && is_place).then(|| head.len() - state.len()..group.range.end)
}

/// The six digits behind a state of India: `Mysuru, Karnataka 570011`.
fn indian(text: &str, group: &Group) -> Option<Range<usize>> {
    let head = text[..group.range.start].trim_end_matches([' ', '-', '–', ',']);
    let state = neighbours::word_before(head, head.len());
    (group.len() == 6 && head.len() < group.range.start && INDIAN.holds(state))
        .then(|| group.range.clone())
}

/// The last words of the names of India's states and of its largest towns.
static INDIAN: WordSet = WordSet::new(
    " karnataka maharashtra kerala nadu gujarat rajasthan punjab haryana delhi bengal bihar odisha assam telangana goa jharkhand \
    chhattisgarh uttarakhand tripura manipur meghalaya mizoram nagaland sikkim chandigarh puducherry kashmir \
    mumbai bengaluru bangalore chennai hyderabad kolkata pune ahmedabad jaipur lucknow kochi mysuru mysore indore bhopal nagpur ",
);

/// Whether two capitals are one of the `pairs`.
fn is_among(pairs: &[u8], letters: [u8; 2]) -> bool {
    letters[0].is_ascii_uppercase() && pairs.as_chunks::<2>().0.contains(&letters)
}

/// The digits behind a country's letter, or behind something known and a comma.
fn european(text: &str, group: &Group) -> Option<Range<usize>> {
    let head = &text[..group.range.start];
    let country =
        COUNTRIES.iter().find(|(sign, digits)| *digits == group.len() && head.ends_with(sign));
    if let Some((sign, _)) = country {
        let head = &head[..head.len() - sign.len()];
        let before = head.trim_end_matches([' ', ',', '-', '–', '\n']);
        let is_behind = head.ends_with([' ', '\n']) && before.ends_with(FILLER);
        let is_behind_house = group.len() == 5
            && head.ends_with(", ")
            && before.ends_with(|c: char| c.is_ascii_digit());
        return (is_behind || is_behind_house)
            .then(|| group.range.start - sign.len()..group.range.end);
    }
    // ZIP+4 behind an address that ends with its state.
    let more = text[group.range.end..].strip_prefix('-').unwrap_or_default();
    let is_long = group.len() == 5 && more.bytes().take_while(u8::is_ascii_digit).count() == 4;
    if is_long && head.strip_suffix(' ').is_some_and(|head| head.ends_with(FILLER)) {
        return Some(group.range.clone());
    }
    if let Some(town) = head.strip_suffix(" (").filter(|town| town.ends_with(FILLER)) {
        return in_brackets(text, town, group);
    }
    let before =
        [", ", " - ", " – ", " — ", "، "].iter().find_map(|sign| head.strip_suffix(sign))?;
    let is_in_part = || group.len() == 5 && is_part_of_house(before);
    let is_year = group.len() == 4 && matches!(&text[group.range.clone()][..2], "19" | "20");
    (before.ends_with(FILLER)
        && !is_year
        && (group.len() < 6 || head.ends_with("- ") || head.ends_with("– "))
        || is_in_part())
    .then(|| group.range.clone())
}

/// Whether `head` ends with a part of a house behind something known: `…, WE 07`, `…, 3. OG links`.
fn is_part_of_house(head: &str) -> bool {
    const LONGEST: usize = 16;
    let near = &head[head.floor_char_boundary(head.len().saturating_sub(LONGEST))..];
    let part = near.rsplit_once(FILLER).and_then(|(_, part)| part.strip_prefix(", "));
    part.is_some_and(|part| !part.is_empty() && !part.contains([',', '\n', ':']))
}

/// The digits in brackets behind the `town`, to which a word leads: `à Pau (64000)`.
fn in_brackets(text: &str, town: &str, group: &Group) -> Option<Range<usize>> {
    let head = town.trim_end_matches(FILLER).strip_suffix(' ')?;
    let word = neighbours::word_before(head, head.len());
    let leads = matches!(word, "à" | "a" | "au" | "in" | "en" | "near" | "bei" | "nach" | "de");
    let closes = text[group.range.end..].starts_with(')');
    let is_year = matches!(&text[group.range.clone()][..2], "19" | "20");
    (leads && closes && (group.len() == 5 || !is_year)).then(|| group.range.clone())
}

/// Whether the digits at `range` end an address of two parts or more that are known: `12 Elm Rd, Claremont, 7708`, or stand behind
/// a dash, six of them, as in India.
fn is_end_of_address(text: &str, range: &Range<usize>) -> bool {
    let rest = &text[range.end..];
    let ends = rest.is_empty() || rest.starts_with([',', '.', ';', '\n']);
    let head = text[..range.start].trim_end_matches([' ', ',', '-', '–']);
    let town = head.trim_end_matches(FILLER);
    let before = town.trim_end_matches([' ', ',', '\n']);
    let is_behind_two =
        town.len() < head.len() && before.len() < town.len() && before.ends_with(FILLER);
    ends && (is_behind_two
        || range.len() == 6 && text[..range.start].ends_with(['-', ' ']) && head.ends_with(FILLER))
}

/// Whether the name of a town may begin behind byte `at`: a capital letter, and no word that says what is counted.
fn is_town(digits: &Digits<'_>, at: usize) -> bool {
    let Some(rest) = digits.text[at..].strip_prefix(' ') else { return false };
    let word = neighbours::word_after(rest);
    rest.starts_with(FILLER)
        || word.chars().count() > 2
            && word.starts_with(char::is_uppercase)
            && digits.context.role_of(word).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Context;

    fn codes(text: &str) -> Vec<String> {
        let context = Context::new();
        let mut found = Vec::new();
        find(&Digits::of(text, &context), &mut found);
        found.into_iter().map(|found| text[found.range].to_owned()).collect()
    }

    #[test]
    fn what_stands_around_shows_a_code() {
        let known = format!("{FILLER}, 12345 Berlin and {FILLER} - 4020 Linz");
        let country = format!("{FILLER}\nA-1010 Wien");
        for (text, expected) in [
            ("Austin, TX 78701", vec!["78701"]),
            ("Reno, NV 89501-1420.", vec!["89501-1420"]),
            ("Am Markt 3, D-04109 Leipzig", vec!["D-04109"]),
            ("Mysuru, Karnataka 570011", vec!["570011"]),
            ("Pune - 411004", vec!["411004"]),
            ("fortitude valley qld 4006 pls", vec!["qld 4006"]),
            (country.as_str(), vec!["A-1010"]),
            (known.as_str(), vec!["12345", "4020"]),
        ] {
            assert_eq!(codes(text), expected, "{text}");
        }
    }

    #[test]
    fn other_numbers_are_none() {
        let known = format!("{FILLER}, 12345 Euro, {FILLER}, 2024 Bericht, {FILLER}, 4500 pieces");
        for text in [
            "model CA 12345",
            "Error, OK 74101",
            "Teil, A-1010 Wien",
            "12345 Berlin",
            "A-1010 ist",
            &known,
        ] {
            assert!(codes(text).is_empty(), "{text}");
        }
    }
}
