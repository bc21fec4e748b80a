//! Where the values of a row are looked for around its name.

use std::ops::Range;

use super::form::Form;
use super::row::{Proof, Row};
use super::{account_gap, alike, chosen, code, date_gap, document, gap, password};
use crate::Kind;
use crate::candidate::{Candidate, VERIFIED};
use crate::neighbours;

/// So far behind a value another is looked for that proves itself.
const FAR: usize = 120;

/// A postal code has at most so many: `SW1A 1AA`.
const MOST_PARTS_OF_A_CODE: usize = 2;

/// So far before a name a number is looked for that proves itself.
const NEAR_BEFORE: usize = 48;

/// The score of what its form shows near its name.
const SHOWN: f32 = 0.6;

/// What stands near a name.
#[derive(Clone, Copy)]
pub(super) struct Near<'n> {
    /// What stands some words behind the name is looked for up to this byte.
    pub(super) until: usize,
    pub(super) digit_behind: bool,
    pub(super) digit_before: bool,
    /// Where a value in front may end.
    pub(super) value_in_front: Option<usize>,
    /// The cells of a table in which its values may stand.
    pub(super) cells: &'n [Range<usize>],
}

impl Row {
    /// Adds the values that its name at `name` names; whether digits stand near it is known by now.
    pub(super) fn find(
        &self,
        text: &str,
        name: &Range<usize>,
        near: Near<'_>,
        found: &mut Vec<Candidate>,
    ) {
        let (before, far) = (found.len(), &text[..near.until]);
        self.behind(text, self.start(text, name.end, near.digit_behind), found);
        if found.len() == before {
            self.behind(text, self.farther(far, name.end, near.digit_behind), found);
        }
        if near.digit_behind && found.len() == before {
            found.extend(self.answered(text, name.end));
        }
        if let Some(end) = near.value_in_front.filter(|_| found.len() == before) {
            found.extend(self.in_front(text, end));
        }
        if found.len() == before && (near.digit_behind || near.digit_before) {
            found.extend(self.beside(far, name));
        }
        let is_plain = !matches!(self.proof, Proof::Door);
        if self.is_code() && is_plain && near.digit_before && found.len() == before {
            self.behind(text, code::before(text, name.start), found);
        }
        if matches!(self.forms, [Form::BirthDate]) && near.digit_before && found.len() == before {
            found.extend(self.on_the_day(text, name.start));
        }
        let add = |range| Candidate { kind: self.kind, range, score: SHOWN };
        let shapes = document::shapes(self);
        if near.digit_behind && !shapes.is_empty() {
            found.extend(document::numbers(far, name.end, shapes).map(add));
        }
        if (self.is_password() || matches!(self.forms, [Form::Login]))
            && (near.digit_behind || near.digit_before)
        {
            found.extend(chosen::shown(far, name).into_iter().map(add));
        }
        if self.kind == Kind::DateOfBirth
            && let Some(first) = found.get(before).map(|first| first.range.clone())
            && first.end <= far.len()
        {
            found.extend(alike::of_same_year(far, &first).map(add));
        }
        self.in_table(text, near.cells, found);
        if self.has_likes() && found.len() > before {
            // What stands behind the same name again is found by that one.
            let near = found[before..].iter().filter(|value| value.range.end <= far.len());
            let others: Vec<_> = near.flat_map(|value| alike::others(far, &value.range)).collect();
            let proven = self.proven(far, found[before].range.end, false);
            found.extend(others.into_iter().chain(proven).map(add));
        }
    }

    /// Where the value may begin behind its name at `at`.
    fn start(&self, text: &str, at: usize, digit_behind: bool) -> Option<usize> {
        match self.forms {
            [Form::Password, ..] => password::to_password(text, at),
            [Form::Login] => password::to_login(text, at),
            [Form::OfKin] => digit_behind.then(|| date_gap::to_date_of_kin(text, at)).flatten(),
            [Form::BirthDate, ..] => date_gap::to_date(text, at),
            _ if self.kind == Kind::BankAccount && digit_behind => {
                account_gap::to_account(text, at)
            }
            _ if self.is_code() && digit_behind => password::to_code(text, at),
            _ if digit_behind || self.is_of_letters() => gap::to_value(text, at),
            _ => None,
        }
    }

    /// Where it may begin some words behind its name.
    fn farther(&self, text: &str, at: usize, digit_behind: bool) -> Option<usize> {
        match self.forms {
            [Form::Password, ..] if digit_behind => chosen::told(text, at),
            [Form::Key(least)] if digit_behind && self.kind == Kind::Secret => {
                code::key(text, at, *least)
            }
            [Form::BirthDate] if digit_behind => date_gap::to_later_date(text, at),
            _ if self.kind == Kind::Bic => account_gap::to_capitals(text, at),
            _ if digit_behind && self.is_identity() => {
                gap::to_number_of(text, at).or_else(|| gap::to_lone_number(text, at))
            }
            [Form::Iban] if digit_behind => account_gap::to_iban(text, at),
            _ if self.is_code() && digit_behind => code::behind(text, at),
            [Form::Digits(4, 5)] if self.kind == Kind::PostalCode => gap::to_digits(text, at),
            [Form::Digits(3, 4)] if self.kind == Kind::CardCvv => gap::to_digits(text, at),
            _ => None,
        }
    }

    /// Adds the values in the cells beside and below its name.
    fn in_table(&self, text: &str, cells: &[Range<usize>], found: &mut Vec<Candidate>) {
        for cell in cells.iter().cloned() {
            let whole = self.end(text, cell.start) == Some(cell.end);
            let score = whole.then(|| self.score(text, cell.clone())).flatten();
            let range = score.map_or_else(|| self.at_end(text, &cell), |_| Some(cell.clone()));
            let score = score.unwrap_or(SHOWN);
            found.extend(range.map(|range| Candidate { kind: self.kind, range, score }));
        }
    }

    /// The number of a document right before its name, or one near it whose check digits agree.
    fn beside(&self, text: &str, name: &Range<usize>) -> Option<Candidate> {
        let shapes = document::shapes(self);
        let shaped = || document::right_before(text, name.start, shapes);
        let from = text.floor_char_boundary(name.start.saturating_sub(NEAR_BEFORE));
        let is_routing = matches!(self.forms, [Form::Digits(9, 9)]);
        let checked = || {
            let ahead = self.proven(text, name.end, is_routing);
            ahead.or_else(|| self.proven(&text[..name.start], from, is_routing))
        };
        let range = if shapes.is_empty() { checked() } else { shaped() }?;
        Some(Candidate { kind: self.kind, range, score: SHOWN })
    }

    /// The postal code behind or before the town in a `cell`.
    fn at_end(&self, text: &str, cell: &Range<usize>) -> Option<Range<usize>> {
        if self.kind != Kind::PostalCode {
            return None;
        }
        let code = self.end(text, cell.start).filter(|end| *end < cell.end);
        if let Some(end) = code.filter(|end| text[*end..].starts_with(' ')) {
            return Some(cell.start..end);
        }
        let spaces = text[cell.clone()].rmatch_indices(' ').take(MOST_PARTS_OF_A_CODE);
        let mut starts = spaces.map(|(space, _)| cell.start + space + 1);
        let start = starts.find(|start| {
            text.as_bytes().get(*start).is_some_and(u8::is_ascii_alphanumeric)
                && self.end(text, *start) == Some(cell.end)
        });
        start.map(|start| start..cell.end)
    }

    /// The next number behind byte `at` whose check digits agree; those of accounts only if they `may_be_account`.
    fn proven(&self, text: &str, at: usize, may_be_account: bool) -> Option<Range<usize>> {
        let is_checked = matches!(self.proof, Proof::Raises(_))
            && (may_be_account || self.kind != Kind::BankAccount)
            || matches!(self.proof, Proof::Needs(_)) && self.kind == Kind::NationalId;
        let near = at..if is_checked { text.len().min(at + FAR) } else { at };
        let is_digit = |at: usize| text.as_bytes()[at].is_ascii_digit();
        near.filter(|at| is_digit(*at)).find_map(|start| {
            if neighbours::before(text, start)
                .is_some_and(|c| c.is_alphanumeric() || "-/._".contains(c))
                || ends_with_part(&text[..start])
            {
                return None;
            }
            let range = start..self.end(text, start)?;
            let score = self.score(text, range.clone())?;
            let needs = matches!(self.proof, Proof::Needs(_));
            let is_own = || needs && !gap::tells_another(&text[at..start]);
            (score == VERIFIED || is_own()).then_some(range)
        })
    }
}

/// Whether `head` ends with the first group of what goes on behind it, such as a calling code: `+44 `.
fn ends_with_part(head: &str) -> bool {
    let Some(head) = head.strip_suffix([' ', ')']) else { return false };
    let code = head.trim_end_matches([' ', ')']);
    let number = code.trim_end_matches(|c: char| c.is_ascii_digit());
    number.len() < code.len() && number.ends_with('+')
}
