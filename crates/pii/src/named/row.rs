//! A kind of value, the words that name it, and how one is read.

use std::ops::Range;

use super::form::{self, Form};
use super::{alike, answer, card, chosen, code, document, gap, password, said};
use crate::Kind;
use crate::candidate::{Candidate, VERIFIED};
use crate::neighbours;
use crate::shadow::FILLER;

/// A kind of value and the words that name it: one entry makes one recogniser.
pub(super) struct Row {
    pub(super) kind: Kind,
    /// Tried in this order.
    pub(super) forms: &'static [Form],
    pub(super) proof: Proof,
    /// The score of a value that is named but not proven.
    pub(super) score: f32,
    /// Per language, names apart by `|`; a star before a name means that a compound may end with it.
    pub(super) words: &'static [&'static str],
}

/// What more than its name a value may show for itself.
pub(super) enum Proof {
    None,
    /// Check digits, which may be wrong.
    Raises(fn(&str) -> bool),
    /// Without which the value is another.
    Needs(fn(&str) -> bool),
    /// A word for a wireless network or its box stands before its name.
    Network,
    /// A word for what a code opens stands near.
    Door,
    /// A word for a card, or a number of a card's length, stands near.
    Card,
    /// The same, and a number that may be a card's, or something known by now, stands before its name.
    CardNumber,
    /// Something known by now stands right before its name.
    Beside,
    /// An address, or something known by now, stands before it.
    Address,
}

/// So many values of a list share the words before it.
const LONGEST_LIST: usize = 16;

/// So far behind a value another is looked for that proves itself.
const FAR: usize = 120;

/// The score of what its form shows near its name.
const SHOWN: f32 = 0.6;

/// What stands near a name.
#[derive(Clone, Copy)]
pub(super) struct Near<'n> {
    pub(super) digit_behind: bool,
    pub(super) digit_before: bool,
    /// Where a value in front may end.
    pub(super) value_in_front: Option<usize>,
    /// The cells of a table in which its values may stand.
    pub(super) cells: &'n [Range<usize>],
}

/// So many passwords do.
const MOST_PASSWORDS: usize = 3;

/// A value in front of its name is looked for in so many bytes.
const LONGEST_IN_FRONT: usize = 48;

/// `12 de marzo de 1985`: no date has more words.
const MOST_WORDS_OF_A_DATE: usize = 5;

impl Row {
    /// Adds the values that its name at `name` names; whether digits stand near it is known by now.
    pub(super) fn find(
        &self,
        text: &str,
        name: &Range<usize>,
        near: Near<'_>,
        found: &mut Vec<Candidate>,
    ) {
        let before = found.len();
        self.behind(text, self.start(text, name.end, near.digit_behind), found);
        if found.len() == before {
            self.behind(text, self.farther(text, name.end, near.digit_behind), found);
        }
        if near.digit_behind && found.len() == before {
            found.extend(self.answered(text, name.end));
        }
        if let Some(end) = near.value_in_front.filter(|_| found.len() == before) {
            found.extend(self.in_front(text, end));
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
            found.extend(document::numbers(text, name.end, shapes).map(add));
        }
        if (self.is_password() || matches!(self.forms, [Form::Login]))
            && (near.digit_behind || near.digit_before)
        {
            found.extend(chosen::shown(text, name).into_iter().map(add));
        }
        self.in_table(text, near.cells, found);
        if self.has_likes() && found.len() > before {
            let others: Vec<_> = found[before..]
                .iter()
                .flat_map(|value| alike::others(text, &value.range))
                .collect();
            let proven = self.proven(text, found[before].range.end);
            found.extend(others.into_iter().chain(proven).map(add));
        }
    }

    /// Where the value may begin behind its name at `at`.
    fn start(&self, text: &str, at: usize, digit_behind: bool) -> Option<usize> {
        match self.forms {
            [Form::Password, ..] => password::to_password(text, at),
            [Form::Login] => password::to_login(text, at),
            [Form::OfKin] => digit_behind.then(|| gap::to_date_of_kin(text, at)).flatten(),
            [Form::BirthDate, ..] => gap::to_date(text, at),
            _ if self.kind == Kind::BankAccount && digit_behind => gap::to_account(text, at),
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
            _ if self.kind == Kind::Bic => gap::to_capitals(text, at),
            _ if digit_behind && self.is_identity() => gap::to_number_of(text, at),
            [Form::Iban] if digit_behind => gap::to_iban(text, at),
            _ if self.is_code() && digit_behind => code::behind(text, at),
            _ => None,
        }
    }

    /// Adds the values in the cells beside and below its name.
    fn in_table(&self, text: &str, cells: &[Range<usize>], found: &mut Vec<Candidate>) {
        for cell in cells.iter().cloned() {
            let whole = self.end(text, cell.start) == Some(cell.end);
            let score = whole.then(|| self.score(text, cell.clone())).flatten();
            found.extend(score.map(|score| Candidate { kind: self.kind, range: cell, score }));
        }
    }

    /// The next number behind byte `at` whose check digits agree.
    fn proven(&self, text: &str, at: usize) -> Option<Range<usize>> {
        let is_checked = matches!(self.proof, Proof::Raises(_)) && self.kind != Kind::BankAccount;
        let near = at..if is_checked { text.len().min(at + FAR) } else { at };
        let is_digit = |at: usize| text.as_bytes()[at].is_ascii_digit();
        near.filter(|at| is_digit(*at)).find_map(|start| {
            if neighbours::before(text, start)
                .is_some_and(|c| c.is_alphanumeric() || "-/._".contains(c))
            {
                return None;
            }
            let range = start..self.end(text, start)?;
            (self.score(text, range.clone()) == Some(VERIFIED)).then_some(range)
        })
    }

    fn is_password(&self) -> bool {
        matches!(self.forms, [Form::Password, ..])
    }

    /// Whether its values are numbers of a person that are long enough to be nothing else.
    fn is_identity(&self) -> bool {
        let is_long = match self.forms {
            [Form::Digits(least, _), ..] => *least >= 9,
            [Form::Shape(shape), ..] => shape.len() >= 9,
            _ => false,
        };
        is_long
            && !matches!(
                self.kind,
                Kind::BankAccount
                    | Kind::CreditCard
                    | Kind::Crypto
                    | Kind::Secret
                    | Kind::Bic
                    | Kind::MacAddress
                    | Kind::PostalCode
            )
    }

    /// Whether its values are digits that somebody keeps secret.
    fn is_code(&self) -> bool {
        self.kind == Kind::Secret && self.forms.iter().any(|form| matches!(form, Form::Digits(..)))
    }

    /// Whether a number written like one of its values is one too; another day is no birthday.
    fn has_likes(&self) -> bool {
        !matches!(
            self.kind,
            Kind::Secret | Kind::DateOfBirth | Kind::PostalCode | Kind::CardExpiry | Kind::CardCvv
        )
    }

    /// Whether its values may be words.
    pub(super) fn is_of_words(&self) -> bool {
        let is_word = |form: &Form| {
            matches!(form, Form::Password | Form::Login | Form::BirthDate | Form::Unsigned)
        };
        self.is_of_letters() || self.forms.iter().any(is_word)
    }

    /// Whether its values may have no digit.
    pub(super) fn is_of_letters(&self) -> bool {
        matches!(self.kind, Kind::Bic | Kind::EmailAddress)
    }

    /// Adds the value that begins at byte `start`, and those of a list it begins.
    pub(super) fn behind(&self, text: &str, start: Option<usize>, found: &mut Vec<Candidate>) {
        let Some(mut start) = start else { return };
        let Some(mut end) = self.end(text, start) else { return };
        let most = if self.is_password() { MOST_PASSWORDS } else { LONGEST_LIST };
        for _ in 0..most {
            let Some(score) = self.score(text, start..end) else { return };
            found.push(Candidate { kind: self.kind, range: start..end, score });
            let next = if matches!(self.forms, [Form::OfKin]) {
                gap::to_date_of_next_kin(text, end)
            } else {
                gap::to_next(text, end)
            };
            let next = next.and_then(|next| Some((next, self.end(text, next)?)));
            // What it should be need not be as long as what it is.
            let corrected = || {
                let mut rights = gap::corrections(text, end);
                rights.find_map(|right| Some((right, self.end(text, right)?)))
            };
            match next {
                Some((next, next_end))
                    if next_end - next != end - start && !matches!(self.forms, [Form::OfKin]) =>
                {
                    return;
                }
                Some(next) => (start, end) = next,
                None => match corrected() {
                    Some(right) => (start, end) = right,
                    None => return,
                },
            }
        }
    }

    /// The value in the answer to a question that asks for what the name before byte `at` names; nothing else is told there.
    pub(super) fn answered(&self, text: &str, at: usize) -> Option<Candidate> {
        let first = answer::start(text, at)?;
        let line = text[first..].split('\n').next().unwrap_or_default();
        // Two questions have two answers: `the postcode and your date of birth?`
        let mut starts = answer::parts(line).map(|part| first + part);
        let range = starts.find_map(|start| Some(start..self.end(text, start)?))?;
        let is_chosen = matches!(self.forms, [Form::Password | Form::Login, ..]);
        if is_chosen && !password::is_mixed(&text[range.clone()]) {
            return None;
        }
        let rest = &line[range.end.min(first + line.len()) - first..];
        let is_whole = !rest.contains(|c: char| c.is_ascii_digit());
        let score = is_whole.then(|| self.score(text, range.clone())).flatten()?;
        Some(Candidate { kind: self.kind, range, score })
    }

    /// The value that ends at byte `end`, before its name: `4821 is my PIN`.
    pub(super) fn in_front(&self, text: &str, end: usize) -> Option<Candidate> {
        let from = text.floor_char_boundary(end.saturating_sub(LONGEST_IN_FRONT));
        let value = text[from..end].rsplit(|c: char| c.is_whitespace() || c == FILLER).next();
        let start = end
            - value.map_or(0, |value| {
                value.trim_start_matches(['"', '“', '«', '„', '\'', '(', '[']).len()
            });
        let range = start..end;
        let whole = self.end(text, start) == Some(end);
        let score = whole.then(|| self.score(text, range.clone())).flatten()?;
        Some(Candidate { kind: self.kind, range, score })
    }

    /// The date right before its name at `at`: `am 7. Mai 1949 geboren`, `12/03/1985 (DOB)`.
    pub(super) fn on_the_day(&self, text: &str, at: usize) -> Option<Candidate> {
        let from = text.floor_char_boundary(at.saturating_sub(LONGEST_IN_FRONT));
        let head = text[from..at].trim_end_matches([' ', ',', '(']);
        if !head.ends_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let end = from + head.len();
        let words = head.rmatch_indices([' ', '(']).map(|(space, _)| from + space + 1);
        let starts: Vec<usize> = words.chain([from]).take(MOST_WORDS_OF_A_DATE).collect();
        let start = starts.into_iter().rev().find(|start| self.end(text, *start) == Some(end))?;
        Some(Candidate { kind: self.kind, range: start..end, score: self.score })
    }

    pub(super) fn end(&self, text: &str, start: usize) -> Option<usize> {
        let (head, rest) = text.split_at(start);
        let is_password = matches!(self.forms, [Form::Password]);
        let shown = || form::quoted(head, rest).or_else(|| form::alone(head, rest));
        let said = || is_password.then(|| said::end(head, rest)).flatten();
        let end = is_password
            .then(shown)
            .flatten()
            .or_else(|| self.forms.iter().find_map(|form| form.end(rest)))
            .or_else(said)?;
        Some(start + end)
    }

    pub(super) fn score(&self, text: &str, range: Range<usize>) -> Option<f32> {
        let characters = || {
            let value = text[range.clone()].chars().filter(char::is_ascii_alphanumeric);
            value.collect::<String>().to_ascii_uppercase()
        };
        match self.proof {
            Proof::Raises(proof) if proof(&characters()) => Some(VERIFIED),
            Proof::None | Proof::Raises(_) => Some(self.score),
            Proof::Needs(proof) => proof(&characters()).then_some(self.score),
            Proof::Beside => card::is_beside(text, &range).then_some(self.score),
            Proof::Address => password::follows_address(text, range.start).then_some(self.score),
            Proof::Network => code::is_of_network(text, range.start).then_some(self.score),
            Proof::Door => code::is_of_door(text, &range).then_some(self.score),
            Proof::Card => card::is_near(text, &range).then_some(self.score),
            Proof::CardNumber => card::is_behind_number(text, &range).then_some(self.score),
        }
    }
}
