//! What is written beside a card's number, its code and when it expires; and the bank's code behind an IBAN.

use std::ops::Range;

use crate::Kind;
use crate::candidate::Candidate;
use crate::context::Role;
use crate::digits::Digits;
use crate::neighbours;
use crate::payment::countries;

const SCORE: f32 = 0.7;

/// No whole number of a card has fewer digits.
const SHORTEST_CARD: usize = 13;

/// Adds the code and the date that follow each card among `found` directly: `5555555555554444,123,04/27`.
pub(crate) fn find(text: &str, found: &mut Vec<Candidate>) {
    let is_card = |candidate: &&Candidate| {
        candidate.kind == Kind::CreditCard && candidate.range.len() >= SHORTEST_CARD
    };
    let ends: Vec<usize> = found.iter().filter(is_card).map(|card| card.range.end).collect();
    let expiries: Vec<_> = ends.iter().filter_map(|end| expiry_near(text, *end)).collect();
    found.extend(expiries.into_iter().map(|range| Candidate {
        kind: Kind::CardExpiry,
        range,
        score: NEAR_SCORE,
    }));
    for mut end in ends {
        let mut kinds = vec![Kind::CardCvv, Kind::CardExpiry];
        while let Some((kind, range)) =
            code_behind_date(text, end, &kinds).or_else(|| next(text, end))
        {
            let Some(place) = kinds.iter().position(|other| *other == kind) else { break };
            kinds.remove(place);
            end = range.end;
            found.push(Candidate { kind, range, score: SCORE });
        }
    }
}

/// The month and year that stand alone some words behind a card's number that ends at byte `end`, or before it: `… und 05/29`.
fn expiry_near(text: &str, end: usize) -> Option<Range<usize>> {
    let to = text.floor_char_boundary((end + NEAR).min(text.len()));
    let from = text.floor_char_boundary(end.saturating_sub(NEAR));
    month_and_year(text, end..to).or_else(|| month_and_year(text, from..end))
}

/// So far from a card's number the date is looked for that is printed on it.
const NEAR: usize = 80;

const NEAR_SCORE: f32 = 0.55;

/// The first `05/29` or `05/2029` in `part`, no part of a longer date or number.
fn month_and_year(text: &str, part: Range<usize>) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let mut slashes = text[part.clone()].match_indices('/').map(|(at, _)| part.start + at);
    slashes.find_map(|slash| {
        let start = slash.checked_sub(2)?;
        let figures =
            bytes[slash + 1..].iter().take(5).take_while(|byte| byte.is_ascii_digit()).count();
        let end = slash + 1 + figures;
        let month = text.get(start..slash)?;
        let year = &text[slash + 1..end];
        let is_coming = match figures {
            2 => ("20".."45").contains(&year),
            4 => ("2020".."2045").contains(&year),
            _ => false,
        };
        let is_free = !text[..start].ends_with(|c: char| c.is_alphanumeric() || "/.-,".contains(c))
            && !text[end..].starts_with(|c: char| c.is_alphanumeric() || "/-".contains(c));
        let fits = start >= part.start && ("01"..="12").contains(&month) && is_coming && is_free;
        fits.then_some(start..end)
    })
}

/// Adds the code of the bank behind each IBAN among `found`: `DE89 … 00 / COBADEFF`.
pub(crate) fn find_bank(text: &str, found: &mut Vec<Candidate>) {
    let is_iban = |candidate: &&Candidate| candidate.kind == Kind::IbanCode;
    let ibans: Vec<_> = found.iter().filter(is_iban).map(|iban| iban.range.clone()).collect();
    let banks = ibans.iter().filter_map(|iban| {
        bank(text, iban.end)
            .or_else(|| bank_of(text, iban.end, text.get(iban.start..iban.start + 2)?))
    });
    found.extend(banks.map(|range| Candidate { kind: Kind::Bic, range, score: SCORE }));
}

/// The code of a bank in `country` some words behind the IBAN that ends at byte `at`, in its line.
fn bank_of(text: &str, at: usize, country: &str) -> Option<Range<usize>> {
    let to = text.floor_char_boundary((at + NEAR).min(text.len()));
    let line = text[at..to].split('\n').next().unwrap_or_default();
    let mut start = at;
    line.split_inclusive(|c: char| !c.is_ascii_alphanumeric()).find_map(|piece| {
        let word = piece.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        let range = start..start + word.len();
        start += piece.len();
        let has_letters = word.bytes().take(6).all(|byte| byte.is_ascii_uppercase());
        let is_code = matches!(word.len(), 8 | 11) && has_letters && &word[4..6] == country;
        (is_code
            && !word.bytes().any(|byte| byte.is_ascii_lowercase())
            && neighbours::stands_free(text, range.start, range.end))
        .then_some(range)
    })
}

/// Adds the accounts of eight digits near each sort code among `found`, in its line: `it's 55812207 with sort code 30 98 14`.
pub(crate) fn find_account(digits: &Digits<'_>, found: &mut Vec<Candidate>) {
    let text = digits.text;
    let is_sort_code = |candidate: &&Candidate| {
        candidate.kind == Kind::BankAccount
            && candidate.range.len() == SORT_CODE
            && text[candidate.range.clone()].bytes().filter(u8::is_ascii_digit).count() == 6
    };
    let codes: Vec<_> = found.iter().filter(is_sort_code).map(|code| code.range.clone()).collect();
    for code in codes {
        let from = text.floor_char_boundary(code.start.saturating_sub(NEAR));
        let line = text[from..code.start].rfind('\n').map_or(from, |end| from + end + 1);
        let first = digits.groups.partition_point(|group| group.range.start < line);
        let before = digits.groups[first..].iter().take_while(|group| group.range.end < code.start);
        let accounts = before.enumerate().filter(|(at, group)| {
            let before = digits.before(first + at);
            group.len() == ACCOUNT
                && !group.is_date
                && before.distance(&[Role::Other], 1).is_none()
                && neighbours::stands_free(text, group.range.start, group.range.end)
                && !text[..group.range.start].ends_with(['-', '/', '.'])
                && !text[group.range.end..].starts_with(['-', '/'])
        });
        let accounts: Vec<_> = accounts.map(|(_, group)| group.range.clone()).collect();
        found.extend(accounts.into_iter().map(|range| Candidate {
            kind: Kind::BankAccount,
            range,
            score: NEAR_SCORE,
        }));
    }
}

/// A British sort code in three pairs, and how many digits the account has.
const SORT_CODE: usize = "12-34-56".len();
const ACCOUNT: usize = 8;

/// ISO 9362, set off by more than a space.
fn bank(text: &str, at: usize) -> Option<Range<usize>> {
    let signs = text[at..].bytes().take(3).take_while(|byte| b" ,;|/\n(".contains(byte)).count();
    let start = at + signs;
    let length = text[start..].bytes().take(12).take_while(u8::is_ascii_alphanumeric).count();
    let code = &text[start..start + length];
    let is_bic = matches!(length, 8 | 11)
        && code.bytes().take(6).all(|byte| byte.is_ascii_uppercase())
        && !code.bytes().any(|byte| byte.is_ascii_lowercase())
        && countries::is_country(&code[4..6]);
    let set_off = !text[at..start].trim_matches(' ').is_empty();
    (set_off && is_bic).then_some(start..start + length)
}

/// `0927`: a month, and a year in which cards expire.
fn is_month_and_year(figures: &str) -> bool {
    ("01".."13").contains(&&figures[..2]) && ("23".."40").contains(&&figures[2..])
}

/// The three digits a space or a dash behind the date that ends at byte `at`: `04/27 123`, `04/27 - 123`.
fn code_behind_date(text: &str, at: usize, left: &[Kind]) -> Option<(Kind, Range<usize>)> {
    let sign = [" - ", " / ", " "].into_iter().find(|sign| text[at..].starts_with(sign))?;
    let start = at + sign.len();
    let code = &text[start..];
    let figures = code.bytes().take(4).take_while(u8::is_ascii_digit).count();
    let behind = code[figures..].trim_start_matches(['.', ',', ')']);
    let stops = behind.is_empty() || behind.starts_with(char::is_whitespace);
    let fits = left == [Kind::CardCvv] && figures == 3 && stops;
    fits.then(|| (Kind::CardCvv, start..start + figures))
}

/// The code or the date behind byte `at`.
fn next(text: &str, at: usize) -> Option<(Kind, Range<usize>)> {
    let signs = text[at..].bytes().take(3).take_while(|byte| b" ,;|/-\n\r".contains(byte)).count();
    let start = at + signs;
    let word = neighbours::word_after(&text[start..]);
    let is_and =
        ["then", "with", "puis", "avec", "dann", "mit", "luego", "con", "ثم"].contains(&word);
    let start = if is_and && text[start + word.len()..].starts_with(' ') {
        start + word.len() + 1
    } else {
        start
    };
    let figures = |at: usize| text[at..].bytes().take(5).take_while(u8::is_ascii_digit).count();
    let month = figures(start);
    let stops = |end: usize| {
        !text[end..]
            .starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '%' | '€' | '$'))
    };
    let slash = start + month;
    if month == 2 && text[slash..].starts_with(['/', '-']) {
        let year = figures(slash + 1);
        let end = slash + 1 + year;
        let is_month = text[start..slash].parse().is_ok_and(|month: u8| (1..=12).contains(&month));
        let fits = signs > 0
            && is_month
            && matches!(year, 2 | 4)
            && stops(end)
            && !text[end..].starts_with(['/', '-']);
        return fits.then_some((Kind::CardExpiry, start..end));
    }
    // `0927` behind a space: month and year as a terminal takes them.
    let is_typed =
        month == 4 && signs > 0 && is_month_and_year(&text[start..slash]) && stops(slash);
    if is_typed && text[at..start].trim() == "" {
        return Some((Kind::CardExpiry, start..slash));
    }
    let tight = is_and || text[at..start].contains([',', ';', '|', '/']);
    // A house may stand in the next line, and then more than the number does.
    let ends_line = text[slash..].is_empty() || text[slash..].starts_with(['\n', '\r']);
    let is_line = text[at..start].contains('\n') && ends_line;
    (matches!(month, 3 | 4) && (tight || is_line) && stops(slash))
        .then_some((Kind::CardCvv, start..slash))
}
