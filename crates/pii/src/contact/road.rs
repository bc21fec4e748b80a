//! English and French streets that a number and a word for a street show: `15 Rosewood Gardens`, `45 bis, boulevard de la
//! Liberté`.

use crate::Kind;
use crate::candidate::Candidate;
use crate::digits::Digits;
use crate::neighbours;
use crate::shadow::FILLER;

const SCORE: f32 = 0.65;

/// English words behind the name. `Drive`, `Place` and the like are things too, and are left to the tagger of names.
const ENGLISH: [&str; 22] = [
    "Cottages",
    "Villas",
    "Rd",
    "Ave",
    "Blvd",
    "Ln",
    "Cres",
    "St",
    "Street",
    "Road",
    "Avenue",
    "Lane",
    "Close",
    "Crescent",
    "Terrace",
    "Mews",
    "Gardens",
    "Grove",
    "Boulevard",
    "Parade",
    "Highway",
    "Quay",
];

/// Those that are left to it, and believed when the code of a town, known by now, stands behind them.
const BEFORE_CODE: [&str; 20] = [
    "Rise", "Drive", "Way", "Court", "Place", "Hill", "Park", "View", "Walk", "Row", "Green",
    "Square", "Vale", "Wharf", "Yard", "Dr", "Ct", "Pl", "Croft", "Garth",
];

/// French words before it.
const FRENCH: [&str; 32] = [
    "chaussée",
    "sentier",
    "esplanade",
    "montée",
    "faubourg",
    "promenade",
    "venelle",
    "clos",
    "av",
    "pl",
    "bvd",
    "bld",
    "blvd",
    "imp",
    "chem",
    "rte",
    "sq",
    "all",
    "rue",
    "avenue",
    "boulevard",
    "bd",
    "allée",
    "chemin",
    "impasse",
    "quai",
    "route",
    "place",
    "cours",
    "square",
    "passage",
    "ruelle",
];

/// Words of a French name that are written small.
const SMALL: [&str; 9] = ["de", "du", "des", "la", "le", "les", "d", "l", "et"];

/// No name has more words.
const MOST_WORDS: usize = 5;

/// No house has a number of more digits.
const HOUSE: usize = 4;

/// Adds every such street, from its house on.
pub(crate) fn find(digits: &Digits<'_>, found: &mut Vec<Candidate>) {
    for (at, house) in digits.groups.iter().enumerate() {
        let start = with_flat(digits.text, house.range.start);
        let letters = digits.text[house.range.end..].bytes().take_while(u8::is_ascii_lowercase);
        let end = house.range.end + usize::from(letters.count() == 1);
        let first = if start < house.range.start { at.saturating_sub(1) } else { at };
        let is_free = neighbours::stands_free(digits.text, start, end)
            && !digits.is_part_of_longer(&(first..at + 1));
        if house.len() > HOUSE || !is_free {
            continue;
        }
        let rest = &digits.text[end..];
        let range = street(rest);
        let range = range.map(|length| start..end + length);
        found.extend(range.map(|range| Candidate {
            kind: Kind::StreetAddress,
            range,
            score: SCORE,
        }));
    }
}

/// Whether `word` is a French one for a street.
pub(crate) fn is_french(word: &str) -> bool {
    word.len() > SHORTEST_WORD && FRENCH.iter().any(|street| street.eq_ignore_ascii_case(word))
}

/// What is shorter is a word of another language as well.
const SHORTEST_WORD: usize = 2;

/// Whether `word` may stand behind it before the name.
pub(crate) fn is_small(word: &str) -> bool {
    SMALL.contains(&word)
}

/// The length of the street behind the number of a house.
pub(crate) fn street(rest: &str) -> Option<usize> {
    english(rest).or_else(|| french(rest).map(|end| end + code(&rest[end..])))
}

/// Where `14/2` or `B-12` begins, whose last number stands at `start`.
fn with_flat(text: &str, start: usize) -> usize {
    if let [.., block, b'-'] = &text.as_bytes()[..start]
        && block.is_ascii_uppercase()
        && !neighbours::before(text, start - 2).is_some_and(char::is_alphanumeric)
    {
        return start - 2;
    }
    let Some(head) = text[..start].strip_suffix('/') else { return start };
    let first = head.trim_end_matches(|c: char| c.is_ascii_alphanumeric()).len();
    let number = &head[first..];
    let is_number =
        (1..=HOUSE).contains(&number.len()) && number.starts_with(|c: char| c.is_ascii_digit());
    let is_free = !text[..first].ends_with(['/', '-', '.', ':']);
    if is_number && is_free { first } else { start }
}

/// The length of a building, a flat and a floor behind a street, and of the code of a town without its name: `, bât. D 69003`, ` (42000)`.
fn code(rest: &str) -> usize {
    let mut at = 0;
    while let Some(part) = part(&rest[at..]) {
        at += part;
    }
    let behind = &rest[at..];
    let start = behind.len() - behind.trim_start_matches([' ', ',', '/', '–', '(']).len();
    let figures = behind[start..].bytes().take_while(u8::is_ascii_digit).count();
    let mut next = behind[start + figures..].chars();
    let ends = match next.next() {
        None | Some('\n' | ')' | ';') => true,
        Some('.' | ',') => !next.next().is_some_and(|c| c.is_ascii_digit()),
        _ => false,
    };
    if figures == 5 && ends && start > 0 { at + start + figures } else { at }
}

/// The length of one of them: `, esc. B`, ` 3e étage`, ` bte 7`.
fn part(rest: &str) -> Option<usize> {
    const PARTS: [&str; 16] = [
        "app",
        "bât",
        "bat",
        "bt",
        "bâtiment",
        "batiment",
        "appt",
        "apt",
        "appartement",
        "esc",
        "escalier",
        "étage",
        "résidence",
        "bte",
        "boîte",
        "porte",
    ];
    let signs = rest.len() - rest.trim_start_matches([' ', ',', '/', '–']).len();
    let part = &rest[signs..];
    let floor = part.bytes().take(2).take_while(u8::is_ascii_digit).count();
    let sign = ["e étage", "ème étage", "er étage", "e etage"];
    if let Some(sign) = sign.iter().find(|sign| floor > 0 && part[floor..].starts_with(**sign)) {
        return Some(signs + floor + sign.len());
    }
    let word = neighbours::word_after(part);
    let value = part[word.len()..].trim_start_matches(['.', ' ']);
    let length = value.bytes().take(5).take_while(u8::is_ascii_alphanumeric).count();
    let is_value = (1..=4).contains(&length)
        && (length == 1 || value[..length].contains(|c: char| c.is_ascii_digit()))
        && !value[length..].starts_with(neighbours::is_alphabetic);
    let start = part.len() - value.len();
    (signs > 0 && PARTS.contains(&word) && start > word.len() && is_value)
        .then_some(signs + start + length)
}

/// The length of ` Rosewood Gardens`.
fn english(rest: &str) -> Option<usize> {
    let mut end = 0;
    for place in 0..MOST_WORDS {
        let next = rest[end..].strip_prefix(' ')?;
        let word = ordinal(next).unwrap_or_else(|| neighbours::word_after(next));
        if !word.starts_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit()) {
            return None;
        }
        end += 1 + word.len();
        let is_known = || {
            let behind = &rest[end..];
            [", ", "\n", ",\n", " "]
                .iter()
                .any(|sign| behind.strip_prefix(sign).is_some_and(|next| next.starts_with(FILLER)))
        };
        if place > 0 && (ENGLISH.contains(&word) || BEFORE_CODE.contains(&word) && is_known()) {
            return Some(end);
        }
    }
    None
}

/// `98th`
fn ordinal(text: &str) -> Option<&str> {
    let figures = text.bytes().take_while(u8::is_ascii_digit).count();
    let is_ordinal = ["st", "nd", "rd", "th"].iter().any(|end| text[figures..].starts_with(end));
    ((1..=3).contains(&figures) && is_ordinal).then(|| &text[..figures + 2])
}

/// The length of ` bis, boulevard de la Liberté`, to the last word with a capital.
fn french(rest: &str) -> Option<usize> {
    let again =
        ["bis", "ter", "quater"].into_iter().find(|again| rest.trim_start().starts_with(again));
    let behind = again.map_or(rest, |again| &rest.trim_start()[again.len()..]);
    let behind = behind.strip_prefix(',').unwrap_or(behind).strip_prefix(' ')?;
    // `au 27 de la rue Gambetta`
    let of = ["de la ", "de l'", "de l’", "du ", "de "]
        .into_iter()
        .find_map(|of| behind.strip_prefix(of));
    let behind = of.unwrap_or(behind);
    let word = neighbours::word_after(behind);
    // `2e, IMP-QR`
    let goes_on = behind[word.len()..].starts_with([' ', '.']);
    if !goes_on || !FRENCH.iter().any(|street| street.eq_ignore_ascii_case(word)) {
        return None;
    }
    let mut at = rest.len() - behind.len() + word.len();
    at += usize::from(word.len() < 5 && rest[at..].starts_with('.'));
    let mut end = None;
    for _ in 0..MOST_WORDS {
        let Some(next) = rest[at..].strip_prefix([' ', '\'', '’', '-']) else { break };
        let word = neighbours::word_after(next);
        let is_name = word.starts_with(char::is_uppercase);
        if !is_name && !SMALL.contains(&word) && !leads_on(&next[word.len()..], word) {
            break;
        }
        at = rest.len() - next.len() + word.len();
        end = if is_name { Some(at) } else { end };
    }
    end
}

/// Whether `word` stands inside a name, and not before the town: the code of it follows behind a comma, as in `du Moulin à Vent, 13100`.
fn leads_on(rest: &str, word: &str) -> bool {
    let Some(next) = rest.strip_prefix(' ').filter(|_| matches!(word, "à" | "aux" | "au")) else {
        return false;
    };
    let name = neighbours::word_after(next);
    let code = next[name.len()..].strip_prefix(", ").unwrap_or_default();
    name.starts_with(char::is_uppercase) && code.bytes().take_while(u8::is_ascii_digit).count() == 5
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Context;

    fn streets(text: &str) -> Vec<&str> {
        let context = Context::new();
        let mut found = Vec::new();
        find(&Digits::of(text, &context), &mut found);
        found.into_iter().map(|candidate| &text[candidate.range]).collect()
    }

    #[test]
    fn a_house_and_a_word_for_a_street_make_an_address() {
        for (text, street) in [
            ("at 15 Rosewood Gardens now", "15 Rosewood Gardens"),
            ("to 7 Old Mill Lane, Bath", "7 Old Mill Lane"),
            ("at 41b Elm Rd", "41b Elm Rd"),
            ("at 9 Barley Rise, \u{1}", "9 Barley Rise"),
            ("au 45 bis, boulevard de la Liberté, 2e", "45 bis, boulevard de la Liberté"),
            ("au 3 rue d'Alsace-Lorraine svp", "3 rue d'Alsace-Lorraine"),
            ("at 16/3 Temple Garden Road, Pune", "16/3 Temple Garden Road"),
            ("c'est 112 cours Lafayette, bât. D 69003", "112 cours Lafayette, bât. D 69003"),
            (
                "27 allée Paul-Éluard, esc. B, 3e étage — 93240",
                "27 allée Paul-Éluard, esc. B, 3e étage",
            ),
            ("voir 3 place Jean-Jaurès (42000). L", "3 place Jean-Jaurès (42000"),
            ("27, avenue de la République, 69330. V", "27, avenue de la République, 69330"),
            ("au 27 de la rue Gambetta, au", "27 de la rue Gambetta"),
            ("8 impasse du Moulin à Vent, 13100 Aix", "8 impasse du Moulin à Vent"),
            ("8 impasse du Moulin à Vence", "8 impasse du Moulin"),
        ] {
            assert_eq!(streets(text), [street], "{text}");
        }
    }

    #[test]
    fn things_that_are_counted_are_none() {
        for text in [
            "2 Hard Drive",
            "9 Barley Rise",
            "3 Road",
            "1 place de parking",
            "4500012 Main Street",
            "5 Close the Lane",
            "v2.15 Elm Lane",
        ] {
            assert!(streets(text).is_empty(), "{text}");
        }
    }
}
