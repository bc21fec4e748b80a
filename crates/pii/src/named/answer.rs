//! The answer to a question in a conversation: `agent: your date of birth please`, and in the next line `customer: …`.

use super::gap::{goes_on, to_value};
use super::words::says_nothing;
use crate::neighbours;

/// The byte where the answer begins to the question that the name before byte `at` stands in, in the next line of a
/// conversation: `agent: your date of birth please`, `customer: …`.
pub(super) fn start(text: &str, at: usize) -> Option<usize> {
    let near = &text[at..text.floor_char_boundary((at + LONGEST_QUESTION).min(text.len()))];
    let end = near.find('\n')?;
    if near[..end].contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let mut start = at + end + 1;
    start += speaker(&text[start..]).or_else(|| quoted(&text[start..]))?;
    let asks = near[..end].contains(['?', '؟'])
        || near[..end]
            .split(' ')
            .any(|word| REQUESTS.contains(&word.trim_matches(['.', ',', ':'])));
    let line = text[..at].rfind('\n').map_or(0, |before| before + 1);
    let is_spoken = || speaker(&text[line..at]).is_some();
    if !asks && !is_spoken() {
        return None;
    }
    loop {
        let word = neighbours::word_after(&text[start..]);
        let behind = &text[start + word.len()..];
        if word.is_empty() || !says_nothing(word) || goes_on(behind) {
            return to_value(text, start);
        }
        start = text.len() - behind.trim_start_matches([' ', ',', '.', '…', '\'', '’']).len();
    }
}

/// The length of the sign that an answer in a mail begins with.
fn quoted(line: &str) -> Option<usize> {
    line.strip_prefix("> ").or_else(|| line.strip_prefix("» ")).map(|rest| line.len() - rest.len())
}

/// Where the parts of an answer begin: `LS6 2JN and 10 March 1989`.
pub(super) fn parts(answer: &str) -> impl Iterator<Item = usize> {
    const BETWEEN: [&str; 7] = [" and ", " et ", " und ", " y ", " و", ", ", " / "];
    let place = |sign: &&str| answer.find(*sign).map(|at| at + sign.len());
    [0].into_iter().chain(BETWEEN.iter().filter_map(place).collect::<Vec<_>>())
}

/// A question goes on for so many bytes behind what it asks for.
const LONGEST_QUESTION: usize = 64;

/// What makes a sentence a question without its mark.
const REQUESTS: [&str; 12] = [
    "please", "pls", "plz", "svp", "stp", "merci", "bitte", "favor", "porfa", "سمحت", "فضلك",
    "confirm",
];

/// The length of the time and the speaker that `line` begins with: `[10:02] customer: `, `[client] `, `Kunde (10:03): `.
fn speaker(line: &str) -> Option<usize> {
    let line = &line[..line.floor_char_boundary(LONGEST_SPEAKER.min(line.len()))];
    let line = line.split('\n').next().unwrap_or_default();
    let sign = |c: char| {
        c.is_ascii_digit() || matches!(c, ':' | '.' | ' ' | '>' | '-' | '~' | '•' | '–' | '<')
    };
    let time = line.len() - line.trim_start_matches(sign).len();
    let bracket = line[time..].strip_prefix('[').and_then(|inside| inside.find(']'));
    let named = bracket.map_or(time, |close| time + close + 2);
    let in_bracket = bracket.is_some_and(|_| line[time..named].contains(char::is_alphabetic));
    let is_part = |c: char| c.is_alphanumeric() || " ()._".contains(c);
    // A colon between two digits belongs to the time.
    let in_time = |at: usize| {
        let is_digit = |c: char| c.is_ascii_digit();
        line[..at].ends_with(is_digit)
            && line[at..].strip_prefix(':').is_some_and(|c| c.starts_with(is_digit))
    };
    let mut signs = line[named..].char_indices();
    let colon = signs.find(|(at, c)| !is_part(*c) && !in_time(named + at)).map(|(at, _)| at);
    let label = colon.filter(|colon| line[named + colon..].starts_with([':', '>']));
    let end = match label {
        Some(colon) if line[named..named + colon].contains(char::is_alphabetic) => {
            named + colon + 1
        }
        _ if in_bracket => named,
        _ => return None,
    };
    Some(end + line[end..].len() - line[end..].trim_start_matches(' ').len())
}

/// No time and speaker take more bytes.
const LONGEST_SPEAKER: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;

    fn answer<'t>(text: &'t str, name: &str) -> Option<&'t str> {
        start(text, text.find(name).unwrap() + name.len()).map(|start| &text[start..])
    }

    #[test]
    fn an_answer_stands_behind_its_speaker() {
        for (text, name) in [
            (
                "[10:02] agent: your date of birth please\n[10:02] customer: sure, it's 25/07",
                "date of birth",
            ),
            ("et votre code postal ?\n[client] 25/07", "code postal"),
            ("Agent: Geburtsdatum\nKunde (10:03): 25/07", "Geburtsdatum"),
            ("Agent > votre code postal ?\nVous > 25/07", "code postal"),
            ("10:01 ana: ¿el pin?\n10:02 leo: 25/07", "pin"),
        ] {
            assert_eq!(answer(text, name), Some("25/07"), "{text}");
        }
    }

    #[test]
    fn a_form_is_no_conversation() {
        for (text, name) in [
            ("Passport:\nOrder: 123456789", "Passport"),
            ("your pin please\n4821", "pin"),
            ("pin 3 failed?\nleo: 4821", "pin"),
        ] {
            assert_eq!(answer(text, name), None, "{text}");
        }
    }
}
