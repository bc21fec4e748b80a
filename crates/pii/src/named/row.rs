//! A kind of value, the words that name it, and how one is read.

use std::ops::Range;

use smallvec::SmallVec;

use super::form::Form;
use super::leads::is_thing;
use super::{answer, card, code, date_gap, gap, password, password_form, said};
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

/// So many passwords do.
const MOST_PASSWORDS: usize = 3;

/// A value in front of its name is looked for in so many bytes.
const LONGEST_IN_FRONT: usize = 48;

/// What leads from a date to the word for a birth behind it: `6 Jan 1955 - that's when I was born`.
const TOLD: [&str; 12] = [
    "that's when i was",
    "thats when i was",
    "when i was",
    "is when i was",
    "i was",
    "she was",
    "he was",
    "c'est quand je suis",
    "je suis",
    "il est",
    "elle est",
    "bin ich",
];

/// `head` without what leads to the word behind it.
fn without_told(head: &str) -> &str {
    let small = head.to_ascii_lowercase();
    let told = TOLD.iter().find(|told| small.ends_with(*told));
    told.map_or(head, |told| {
        head[..head.len() - told.len()].trim_end_matches([' ', ',', '-', '–', '—', ':', '('])
    })
}

/// `12 de marzo de 1985`: no date has more words.
const MOST_WORDS_OF_A_DATE: usize = 5;

impl Row {
    pub(super) fn is_password(&self) -> bool {
        matches!(self.forms, [Form::Password, ..])
    }

    /// Whether its values are numbers of a person that are long enough to be nothing else.
    pub(super) fn is_identity(&self) -> bool {
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
    pub(super) fn is_code(&self) -> bool {
        self.kind == Kind::Secret && self.forms.iter().any(|form| matches!(form, Form::Digits(..)))
    }

    /// Whether a number written like one of its values is one too; another day is no birthday.
    pub(super) fn has_likes(&self) -> bool {
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
        start = self.with_series(text, start);
        let most = if self.is_password() { MOST_PASSWORDS } else { LONGEST_LIST };
        for _ in 0..most {
            let Some(score) = self.score(text, start..end) else { return };
            found.push(Candidate { kind: self.kind, range: start..end, score });
            let next = if matches!(self.forms, [Form::OfKin]) {
                date_gap::to_date_of_next_kin(text, end)
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

    /// Where the number of a document begins whose digits do at `start`: with its series, `EH 4471829`.
    fn with_series(&self, text: &str, start: usize) -> usize {
        let is_document = matches!(self.kind, Kind::Passport | Kind::DriverLicense);
        let head = text[..start].strip_suffix(' ').filter(|_| is_document).unwrap_or_default();
        let letters = head.bytes().rev().take_while(u8::is_ascii_uppercase).count();
        let series = &head[head.len() - letters..];
        let is_series = (1..=2).contains(&letters) && !matches!(series, "NO" | "NR" | "IS" | "N");
        let is_free = !head[..head.len() - letters].ends_with(|c: char| c.is_alphanumeric());
        if is_series && is_free { start - letters - 1 } else { start }
    }

    /// The value in the answer to a question that asks for what the name before byte `at` names; nothing else is told there.
    pub(super) fn answered(&self, text: &str, at: usize) -> Option<Candidate> {
        let first = answer::start(text, at)?;
        let line = text[first..].split('\n').next().unwrap_or_default();
        // Two questions have two answers: `the postcode and your date of birth?`
        // Behind somebody's name, but not behind that of another number.
        let digit = line.find(|c: char| c.is_ascii_digit()).filter(|at| {
            let head = line[..*at].strip_suffix(' ').unwrap_or_default();
            !head.is_empty() && !is_thing(neighbours::word_before(head, head.len()))
        });
        let mut starts = answer::parts(line).chain(digit).map(|part| first + part);
        let range = starts.find_map(|start| Some(start..self.end(text, start)?))?;
        let is_chosen = matches!(self.forms, [Form::Password | Form::Login, ..]);
        if is_chosen && !password::is_mixed(&text[range.clone()]) {
            return None;
        }
        let rest = &line[range.end.min(first + line.len()) - first..];
        // What else is printed on a card is often told in one breath.
        let is_of_card = matches!(self.kind, Kind::CardExpiry | Kind::CreditCard);
        let is_whole = is_of_card || !rest.contains(|c: char| c.is_ascii_digit());
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
        let head = without_told(text[from..at].trim_end_matches([' ', ',', '(']));
        // A year has two digits or more.
        if head.bytes().rev().take_while(u8::is_ascii_digit).count() < 2 {
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
        let shown =
            || password_form::quoted(head, rest).or_else(|| password_form::alone(head, rest));
        let said = || is_password.then(|| said::end(head, rest)).flatten();
        let end = is_password
            .then(shown)
            .flatten()
            .or_else(|| self.forms.iter().find_map(|form| form.end(rest)))
            .or_else(said)?;
        Some(start + end)
    }

    pub(super) fn score(&self, text: &str, range: Range<usize>) -> Option<f32> {
        match self.proof {
            Proof::Raises(proof) if holds(proof, &text[range.clone()]) => Some(VERIFIED),
            Proof::None | Proof::Raises(_) => Some(self.score),
            Proof::Needs(proof) => holds(proof, &text[range]).then_some(self.score),
            Proof::Beside => card::is_beside(text, &range).then_some(self.score),
            Proof::Address => password::follows_address(text, range.start).then_some(self.score),
            Proof::Network => code::is_of_network(text, range.start).then_some(self.score),
            Proof::Door => code::is_of_door(text, &range).then_some(self.score),
            Proof::Card => card::is_near(text, &range).then_some(self.score),
            Proof::CardNumber => card::is_behind_number(text, &range).then_some(self.score),
        }
    }
}

/// Whether `proof` holds for the letters, made large, and digits of `value`.
fn holds(proof: fn(&str) -> bool, value: &str) -> bool {
    let characters = value.bytes().filter(u8::is_ascii_alphanumeric);
    let characters: SmallVec<[u8; 64]> = characters.map(|byte| byte.to_ascii_uppercase()).collect();
    str::from_utf8(&characters).is_ok_and(proof)
}
