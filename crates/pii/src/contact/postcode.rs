//! Postal codes that need no word: the British, the Irish and the Canadian mix letters and digits as nothing else does.

use std::ops::Range;

use crate::Kind;
use crate::candidate::Candidate;
use crate::contact::house;
use crate::digits::Digits;
use crate::neighbours;
use crate::shadow::FILLER;

const SCORE: f32 = 0.7;

/// Areas of the Royal Mail.
const AREAS: &str = " AB AL B BA BB BD BF BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX FK FY G GL GU GY HA \
    HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE \
    SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE ";

/// Adds every code in capitals with one space: `SW1A 1AA`, `K1A 0B1`.
pub(crate) fn find(digits: &Digits<'_>, found: &mut Vec<Candidate>) {
    let (text, before) = (digits.text, found.len());
    for group in digits.groups.iter().filter(|group| group.len() <= 2) {
        let range = british(text, group.range.start)
            .or_else(|| in_small_letters(text, group.range.start))
            .or_else(|| canadian(text, group.range.start))
            .or_else(|| irish(text, group.range.start));
        let range = range.filter(|range| neighbours::stands_free(text, range.start, range.end));
        let behind = range.as_ref().and_then(|range| neighbours::after(text, range.end));
        let range = range.filter(|_| !matches!(behind, Some('-' | '/')));
        found.extend(range.map(|range| Candidate { kind: Kind::PostalCode, range, score: SCORE }));
    }
    let codes: Vec<_> = found[before..].iter().map(|code| code.range.clone()).collect();
    house::find(text, &codes, found);
}

/// Whether `code` is one of them, in capitals with its space.
pub(crate) fn is_british(code: &str) -> bool {
    let half = code.find(' ').map_or(0, |space| space + 1);
    british(code, half).is_some_and(|range| range == (0..code.len()))
}

/// The code whose second half begins with the digit at byte `at`.
fn british(text: &str, at: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let unit = bytes.get(at + 1..at + 3)?;
    let is_unit = unit.iter().all(|byte| byte.is_ascii_uppercase() && !b"CIKMOV".contains(byte));
    // `M2 8GB`, `L2 2TB`: sizes of memory.
    if !is_unit || matches!(unit, b"GB" | b"TB") || at == 0 || bytes[at - 1] != b' ' {
        return None;
    }
    let head = &bytes[..at - 1];
    let length = head.iter().rev().take(5).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let outward = &head[head.len() - length..];
    let letters = outward.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
    let district = outward.get(letters..)?;
    let fits = (1..=2).contains(&letters)
        && (1..=2).contains(&district.len())
        && district[0].is_ascii_digit()
        && district.iter().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
    let area = text.get(at - 1 - length..at - 1 - length + letters)?;
    (fits && AREAS.contains(&format!(" {area} "))).then(|| at - 1 - length..at + 3)
}

/// The same as one types it on a telephone: `bs1 6xn`.
fn in_small_letters(text: &str, at: usize) -> Option<Range<usize>> {
    const OTHERS: [&str; 9] = ["nd", "rd", "st", "th", "gb", "tb", "hr", "ft", "px"];
    let unit =
        text.get(at + 1..at + 3).filter(|unit| unit.bytes().all(|b| b.is_ascii_lowercase()))?;
    let from = at.checked_sub(LONGEST_OUTWARD + 1)?;
    let head = text.get(from..at).filter(|head| !OTHERS.contains(&unit) && head.is_ascii())?;
    let near = format!("{head}{}{unit}", &text[at..=at]).to_ascii_uppercase();
    let range = british(&near, head.len())?;
    let has_capitals = head[range.start..].contains(|c: char| c.is_ascii_uppercase());
    (!has_capitals).then(|| from + range.start..at + 3)
}

/// The first half has at most so many characters.
const LONGEST_OUTWARD: usize = 5;

/// The code whose routing key has its digits at byte `at`, at the end of an address: `Cork, T23 XY4P`.
fn irish(text: &str, at: usize) -> Option<Range<usize>> {
    let start = at.checked_sub(1)?;
    let code = text.as_bytes().get(start..start + 8)?;
    let is_letter = |byte: &u8| b"ACDEFHKNPRTVWXY".contains(byte);
    let fits = is_letter(&code[0])
        && code[1].is_ascii_digit()
        && (code[2].is_ascii_digit() || code[2] == b'W')
        && code[3] == b' '
        && code[4..].iter().all(|byte| byte.is_ascii_digit() || is_letter(byte))
        && code[4..].iter().any(u8::is_ascii_digit)
        && code[4..].iter().any(u8::is_ascii_uppercase);
    let is_behind_town = || text[..start].trim_end_matches(' ').ends_with([',', '\n', FILLER]);
    (fits && is_behind_town()).then(|| start..start + 8)
}

/// The code whose first digit stands at byte `at`.
fn canadian(text: &str, at: usize) -> Option<Range<usize>> {
    let start = at.checked_sub(1)?;
    let code = text.as_bytes().get(start..start + 7)?;
    let fits = code.iter().zip(b"LNL NLN").all(|(byte, class)| match class {
        b'L' => byte.is_ascii_uppercase() && !b"DFIOQU".contains(byte),
        b'N' => byte.is_ascii_digit(),
        _ => *byte == b' ',
    });
    (fits && !b"WZ".contains(&code[0])).then(|| start..start + 7)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Context;

    #[test]
    fn only_real_areas_and_forms() {
        let context = Context::new();
        let codes = |text: &str| {
            let mut found = Vec::new();
            find(&Digits::of(text, &context), &mut found);
            found.into_iter().map(|found| text[found.range].to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(
            codes("London SW1A 1AA, Leeds LS1 4DY and Ottawa K1A 0B1. Cork, T23 XY4P"),
            ["SW1A 1AA", "LS1 4DY", "K1A 0B1", "T23 XY4P"]
        );
        for text in [
            "an extra £1 charge",
            "M2 8GB",
            "QQ1 1AA",
            "sw1a 1aa",
            "HP 840 G8",
            "A1 1AA",
            "D1A 0B1",
            "5CG1 2AB",
        ] {
            assert!(codes(text).is_empty(), "{text}");
        }
    }
}
