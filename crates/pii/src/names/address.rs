//! What belongs to an address by its form though it reads like no name: `C/`, a number behind a comma, a floor, a flat.

use std::ops::Range;

use super::open::Open;
use crate::contact::road;
use crate::neighbours;

/// What stands before the name of a street, with the sign behind it.
const BEFORE: [&str; 9] = ["C/", "c/", "Pza. ", "Plza. ", "Avda. ", "Av. ", "av. ", "Bd ", "bd. "];

/// Words before the number of a house, a flat or a floor.
const PARTS: [&str; 42] = [
    "app",
    "app.",
    "hinterhaus",
    "tür",
    "we",
    "bt",
    "nº",
    "n°",
    "n.º",
    "no.",
    "num.",
    "núm.",
    "apt",
    "apt.",
    "apto",
    "apto.",
    "appt",
    "appt.",
    "apartment",
    "flat",
    "unit",
    "suite",
    "ste",
    "floor",
    "bât",
    "bât.",
    "étage",
    "esc.",
    "piso",
    "puerta",
    "portal",
    "whg.",
    "wohnung",
    "top",
    "stiege",
    "رقم",
    "شقة",
    "فيلا",
    "عمارة",
    "مبنى",
    "بناية",
    "الطابق",
];

/// Quarters of a town behind the name of a street.
const QUARTERS: [&str; 4] = ["NW", "NE", "SW", "SE"];

/// So many parts may follow a street.
const MOST_PARTS: usize = 4;

/// `address` with what belongs to it on either side, up to what is known.
pub(super) fn whole(open: Open<'_>, address: Range<usize>) -> Range<usize> {
    let head = open.before(address.start);
    let rest = open.behind(address.end);
    let sign = BEFORE.iter().find(|sign| head.trim_end().ends_with(sign.trim_end()));
    let start = sign.map(|sign| head.trim_end().len() - sign.trim_end().len());
    let begins = |at: &usize| !head[..*at].ends_with(char::is_alphanumeric);
    let start = start.filter(begins).map_or(address.start, |at| address.start - head.len() + at);
    let start = start - with_side(open.before(start), &open.source[start..address.end]);
    let start = start - with_street_word(open.before(start));
    let start = start - with_house(open.before(start));
    let mut end = address.end;
    for _ in 0..MOST_PARTS {
        let more = &rest[end - address.end..];
        let Some(part) = part(&open.source[address.start..end], more) else { break };
        end += part;
    }
    start..end
}

/// The length of what tells a German street from others of its name, and ends `head`: `Obere `, `Kölner `.
fn with_side(head: &str, street: &str) -> usize {
    const SIDES: [&str; 14] = [
        "Obere", "Untere", "Oberer", "Unterer", "Alte", "Alter", "Neue", "Neuer", "Große",
        "Kleine", "Lange", "Hintere", "Vordere", "Innere",
    ];
    let Some(before) = head.strip_suffix(' ') else { return 0 };
    let word = neighbours::word_before(before, before.len());
    let is_named_after_town = street.starts_with("Str") && word.ends_with("er") && word.len() > 4;
    let is_street = ["straße", "strasse", "str.", "gasse", "weg", "platz", "allee", "Str"];
    let is_german = is_street.iter().any(|street_word| street.contains(street_word));
    let is_side =
        SIDES.contains(&word) || is_named_after_town && word.starts_with(char::is_uppercase);
    if is_german && is_side { word.len() + 1 } else { 0 }
}

/// The length of the word for a street, with the small words behind it, that ends `head`: `chaussée de `.
fn with_street_word(head: &str) -> usize {
    let mut before = head;
    for _ in 0..MOST_SMALL_WORDS {
        let Some(rest) = before.strip_suffix([' ', '\'', '’']) else { return 0 };
        let word = neighbours::word_before(rest, rest.len());
        before = &rest[..rest.len() - word.len()];
        if road::is_french(word) {
            return head.len() - before.len();
        }
        if !road::is_small(word) {
            return 0;
        }
    }
    0
}

/// Between the word for a street and its name stand at most so many small words, itself counted in: `rue de la `.
const MOST_SMALL_WORDS: usize = 3;

/// The length of the number of a house and the number of a street that end `head`: `14/2, 3rd `.
fn with_house(head: &str) -> usize {
    let mut before = head;
    if let Some(rest) = before.strip_suffix(' ') {
        let ordinal = rest.rsplit([' ', '\n']).next().unwrap_or_default();
        let figures = ordinal.bytes().take_while(u8::is_ascii_digit).count();
        if (1..=2).contains(&figures) && matches!(&ordinal[figures..], "st" | "nd" | "rd" | "th") {
            before = &rest[..rest.len() - ordinal.len()];
        }
    }
    let signs = [", ", " - "].iter().find_map(|sign| before.strip_suffix(sign));
    let Some(rest) = signs else { return head.len() - before.len() };
    let number = rest.rsplit([' ', '\n', '#']).next().unwrap_or_default();
    let is_house = number.len() <= LONGEST_NUMBER
        && number.starts_with(|c: char| c.is_ascii_digit())
        && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'/');
    head.len() - before.len() + if is_house { before.len() - rest.len() + number.len() } else { 0 }
}

/// `123/4`
const LONGEST_NUMBER: usize = 6;

/// The length of the part that goes on with `address` at the beginning of `rest`.
fn part(address: &str, rest: &str) -> Option<usize> {
    let ends_with_digit = address.ends_with(|c: char| c.is_ascii_digit());
    let has_digit = address.contains(|c: char| c.is_numeric());
    if let Some(more) = rest.strip_prefix(['/', '-']).filter(|_| ends_with_digit) {
        return number(more).map(|length| 1 + length);
    }
    if let Some(street) = arabic_name(address, rest) {
        return Some(street);
    }
    let signs = rest.chars().take(3).take_while(|c| ".,، -".contains(*c)).map(char::len_utf8).sum();
    let (sign, words) = rest.split_at(signs);
    if !sign.ends_with(' ') {
        return None;
    }
    // `Lindenstraße 14 a`
    let mut letters = words.chars();
    if ends_with_digit
        && sign == " "
        && letters.next().is_some_and(|c| matches!(c, 'a'..='h' | 'A'..='H'))
        && !letters.next().is_some_and(|c| c.is_alphanumeric() || c == '.')
        && !words.starts_with("a ")
        && !words.starts_with("A ")
    {
        return Some(2);
    }
    let word = words.split([' ', '\n']).next()?;
    if let Some(value) = words[word.len()..].strip_prefix(' ')
        && PARTS.iter().any(|part| *part == word || part.eq_ignore_ascii_case(word))
    {
        let value = value.split([' ', ',', '\n', '،', '.', ';']).next()?;
        let fits = value.chars().count() <= 4
            && (value.chars().nth(1).is_none() || value.contains(char::is_numeric));
        return (fits && !value.is_empty()).then_some(signs + word.len() + 1 + value.len());
    }
    if let Some(floor) = german_floor(words) {
        return Some(signs + floor);
    }
    if has_digit && sign == " " && QUARTERS.contains(&word.trim_end_matches([',', '.'])) {
        return Some(signs + QUARTERS[0].len());
    }
    let length = number(words)?;
    let behind = &words[length..];
    if has_digit {
        let floor = behind.chars().next().filter(|c| "ºª°".contains(*c))?;
        return Some(signs + length + floor.len_utf8() + door(&behind[floor.len_utf8()..]));
    }
    let ends = behind.trim_start_matches(['.', ')']);
    let stops = ends.is_empty() || ends.starts_with(['\n', ',', '،', ';']) || sign == ". ";
    (length <= 3 && stops).then_some(signs + length)
}

/// The length of `3. OG links` at the beginning of `text`.
fn german_floor(text: &str) -> Option<usize> {
    let figures = text.bytes().take(2).take_while(u8::is_ascii_digit).count();
    let rest = text[figures..].strip_prefix(". ").filter(|_| figures > 0)?;
    let floor =
        ["OG", "Stock", "Etage", "Obergeschoss"].iter().find(|floor| rest.starts_with(**floor))?;
    let behind = &rest[floor.len()..];
    let side =
        [" links", " rechts", " mitte", " Mitte"].iter().find(|side| behind.starts_with(**side));
    let end = figures + 2 + floor.len() + side.map_or(0, |side| side.len());
    (!text[end..].starts_with(char::is_alphanumeric)).then_some(end)
}

/// The length of the name behind an Arabic word for a street or a quarter that ends `address`, up to a sign: ` التحرير`.
fn arabic_name(address: &str, rest: &str) -> Option<usize> {
    let last = address.rsplit(' ').next()?;
    if !["شارع", "حي", "طريق", "حارة", "زنقة", "ميدان"].contains(&last) {
        return None;
    }
    let name = rest.strip_prefix(' ')?;
    let is_part = |c: char| c == ' ' || matches!(c, '\u{621}'..='\u{652}');
    let end = name.find(|c| !is_part(c)).unwrap_or(name.len());
    let words = name[..end].split(' ').filter(|word| !word.is_empty());
    let length = words.clone().map(str::len).sum::<usize>() + words.clone().count();
    (1..=MOST_WORDS_OF_A_STREET).contains(&words.count()).then_some(length)
}

/// What is longer goes on with the sentence.
const MOST_WORDS_OF_A_STREET: usize = 3;

/// The length of up to four digits and perhaps a letter that begin `text`, nothing that goes on behind them.
fn number(text: &str) -> Option<usize> {
    let figures = text.bytes().take_while(u8::is_ascii_digit).count();
    let letter = usize::from(text[figures..].starts_with(|c: char| c.is_ascii_lowercase()));
    let mut behind = text[figures + letter..].chars();
    let goes_on = match behind.next() {
        Some('.' | ',' | ':') => behind.next().is_some_and(|c| c.is_ascii_digit()),
        next => {
            next.is_some_and(|c| c.is_alphanumeric() && !"ºª".contains(c) || "%€$£".contains(c))
        }
    };
    ((1..=4).contains(&figures) && !goes_on).then_some(figures + letter)
}

/// The length of a door behind a floor: ` A`, ` 2ª`.
fn door(text: &str) -> usize {
    let Some(door) = text.strip_prefix(' ') else { return 0 };
    let sign = door.split([' ', ',', '\n', '.', ';']).next().unwrap_or_default();
    let is_door = sign.chars().count() <= 2
        && sign.starts_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit())
        && sign.chars().skip(1).all(|c| "ºª°".contains(c));
    if is_door { 1 + sign.len() } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_floors_and_signs_belong_to_the_street() {
        for (text, street, expected) in [
            ("in C/ Alcalá 45, 2º A, Madrid", "Alcalá 45", "C/ Alcalá 45, 2º A"),
            ("Calle Mayor 18, 3º 2ª", "Calle Mayor 18", "Calle Mayor 18, 3º 2ª"),
            ("Avda. de la Luz, 12", "Avda. de la Luz", "Avda. de la Luz, 12"),
            ("Hauptplatz 4/12", "Hauptplatz 4", "Hauptplatz 4/12"),
            ("12 King St NW, apt 4", "12 King St", "12 King St NW, apt 4"),
            ("شارع 12، فيلا 7، الرياض", "شارع 12", "شارع 12، فيلا 7"),
            ("شارع 12، عمارة ج، شقة 9", "شارع 12", "شارع 12، عمارة ج، شقة 9"),
            ("la chaussée de Waterloo 12", "Waterloo 12", "chaussée de Waterloo 12"),
            (
                "to 14/2, 3rd Cross, Gandhi Nagar",
                "Cross, Gandhi Nagar",
                "14/2, 3rd Cross, Gandhi Nagar",
            ),
            ("في 12 شارع التحرير، الدقي", "12 شارع", "12 شارع التحرير"),
        ] {
            let at = text.find(street).unwrap();
            assert_eq!(&text[whole(Open::new(text, &[]), at..at + street.len())], expected);
        }
    }

    #[test]
    fn other_numbers_do_not() {
        for text in
            ["King St, 12 chairs", "King St 12, 45 rows", "King St, 12.50", "King St 4 chairs"]
        {
            let end = if text.contains("12, 45") { 10 } else { 7 };
            assert_eq!(whole(Open::new(text, &[]), 0..end), 0..end, "{text}");
        }
        let known = 9..11;
        assert_eq!(whole(Open::new("King St, 12", std::slice::from_ref(&known)), 0..7), 0..7);
    }
}
