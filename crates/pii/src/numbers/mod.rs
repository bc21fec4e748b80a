//! Numbers that no form and no name tells, by what stands around them: a linear classifier of our own.
//!
//! The other recognisers know forms and names; people have more words than any list (`derrière c'est 418`, `he gave me 4471 for
//! the locker`). What those leave is weighed here by multinomial logistic regression over hashed features (Weinberger and
//! others, Feature Hashing for Large Scale Multitask Learning, 2009).

mod around;
mod features;
mod run;
mod weights;

use std::ops::Range;

use sha2::{Digest, Sha256};
use smallvec::SmallVec;

use crate::Kind;
use crate::bounds;
use crate::candidate::Candidate;
use crate::context::Context;
use crate::shadow::Shadow;
use crate::{long_ago, named};

pub use crate::names::Damaged;
pub use features::Features;
pub use weights::{LANES, Weights};

use around::Around;
use weights::Scores;

/// What a number may be, by the place of its weights; the first is nothing personal.
pub const CLASSES: [Option<Kind>; LANES] = [
    None,
    Some(Kind::PhoneNumber),
    Some(Kind::CreditCard),
    Some(Kind::CardCvv),
    Some(Kind::CardExpiry),
    Some(Kind::BankAccount),
    Some(Kind::Secret),
    Some(Kind::DateOfBirth),
    Some(Kind::PostalCode),
    Some(Kind::Passport),
    Some(Kind::DriverLicense),
    Some(Kind::NationalId),
];

/// What is personal with less probability than this stays.
pub const THRESHOLD: f32 = 0.5;

/// No personal number has fewer digits.
const FEWEST_DIGITS: usize = 3;

/// But a code of letters that is as long: `LWWR67TGK`.
const CODE: usize = 8;

/// Who writes, or a child, was born by this year; other days are of what happened lately.
const LATEST_BIRTH: u32 = 2012;

/// A text of more numbers is no ticket.
const MOST: usize = 400;

/// What a model begins with: the name of the format and its version.
const MAGIC: &[u8; 8] = b"SBNUMBR\x01";

const CHECKSUM: usize = 32;

/// Finds personal numbers by what stands around them.
pub struct Numbers {
    reader: Reader,
    weights: Weights,
    /// The natural logarithm of the odds that a weight of one stands for.
    unit: f32,
}

impl Numbers {
    /// Puts a model together; `unit` is the natural logarithm of the odds that a weight of one stands for.
    ///
    /// # Errors
    ///
    /// [`Damaged`] when `unit` is no number that odds can have.
    pub fn new(weights: Weights, unit: f32) -> Result<Self, Damaged> {
        let is_unit = unit.is_finite() && unit > 0.0;
        let reader = Reader::default();
        if is_unit { Ok(Self { reader, weights, unit }) } else { Err(Damaged) }
    }

    /// The model that this crate ships.
    pub(crate) fn bundled() -> Result<Self, Damaged> {
        Self::read(include_bytes!("../../model/numbers.bin"))
    }

    /// Reads what [`Numbers::write`] wrote.
    ///
    /// # Errors
    ///
    /// [`Damaged`] when the bytes are of anything else.
    pub fn read(bytes: &[u8]) -> Result<Self, Damaged> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(Damaged)?;
        let (checksum, body) = rest.split_first_chunk::<CHECKSUM>().ok_or(Damaged)?;
        if Sha256::digest(body)[..] != checksum[..] {
            return Err(Damaged);
        }
        let (unit, weights) = body.split_first_chunk::<4>().ok_or(Damaged)?;
        Self::new(Weights::read(weights)?, f32::from_le_bytes(*unit))
    }

    /// The model as bytes.
    pub fn write(&self) -> Vec<u8> {
        let mut body = self.unit.to_le_bytes().to_vec();
        self.weights.write(&mut body);
        [&MAGIC[..], &Sha256::digest(&body)[..], &body].concat()
    }

    /// Adds the personal numbers of `source` outside `blanks`, the sorted places that are already known.
    ///
    /// Returns how many numbers were weighed.
    pub(crate) fn find(
        &self,
        source: &str,
        blanks: &[Range<usize>],
        found: &mut Vec<Candidate>,
    ) -> usize {
        let mut weighed = 0;
        self.reader.for_each(source, blanks, |range, features| {
            weighed += 1;
            let (kind, score) = self.judge(&source[range.clone()], features);
            if let Some(kind) = kind.filter(|_| score >= THRESHOLD) {
                found.push(Candidate { kind, range, score });
            }
        });
        weighed
    }

    /// The likeliest of the kinds that `number` may be by its digits, and how probable it is that it is personal.
    pub fn judge(&self, number: &str, features: &[u64]) -> (Option<Kind>, f32) {
        let scores: Scores = self.weights.sum(features);
        let top = scores.iter().copied().max().unwrap_or(0);
        let odds = scores.map(|score| ((score - top) as f32 * self.unit).exp());
        let any = 1.0 - odds[0] / odds.iter().sum::<f32>();
        let kinds = CLASSES.iter().zip(scores).filter_map(|(kind, score)| Some((score, (*kind)?)));
        // What looks like a card's month to the model, and is none, is a day of another thing.
        let is_no_month = |kind| kind == Kind::CardExpiry && !fits(kind, number);
        if kinds.clone().max().is_some_and(|(_, kind)| is_no_month(kind)) {
            return (None, any);
        }
        let best = kinds.filter(|(_, kind)| fits(*kind, number)).max();
        (best.map(|(_, kind)| kind), any)
    }
}

/// Whether `number` has as many digits as numbers of that `kind` have.
fn fits(kind: Kind, number: &str) -> bool {
    let figures = number.chars().filter(|c| c.is_numeric()).count();
    let all = number.chars().count();
    match kind {
        Kind::CardCvv => matches!(figures, 3 | 4) && all == figures,
        Kind::CardExpiry => is_expiry(number),
        Kind::DateOfBirth => (4..=8).contains(&figures) && all > 4,
        Kind::PostalCode => all <= 10,
        Kind::PhoneNumber | Kind::BankAccount => figures >= 6,
        Kind::CreditCard => figures >= 4 && figures * 2 > all,
        Kind::Secret => figures >= 4 || all > figures,
        _ => figures >= 5,
    }
}

/// Whether `number`, in digits of any script, is a month and a year in which a card may expire.
fn is_expiry(number: &str) -> bool {
    let shadow = Shadow::of(number, &[]);
    named::expiry(shadow.text()) == Some(shadow.text().len())
}

/// Whether `number` has one stop, and more figures behind it than a year has: `3.1100428`.
fn is_decimal(number: &str) -> bool {
    number.split_once('.').is_some_and(|(_, rest)| rest.len() > 4 && !rest.contains('.'))
}

/// Whether `number` is one of a year: `261/2004`, `35-1188421/2025`.
fn is_numbered_of_year(number: &str) -> bool {
    number.rsplit_once('/').is_some_and(|(number, year)| {
        let is_year = year.len() == 4 && ("1990".."2040").contains(&year);
        number.len() > 2 && is_year && !number.contains('/')
    })
}

/// Reads numbers and what stands around them.
pub struct Reader {
    context: Context,
}

impl Default for Reader {
    fn default() -> Self {
        Self { context: Context::new() }
    }
}

impl Reader {
    /// Calls `visit` with every number of `source` outside `blanks` that may be personal: its bytes, and its features.
    ///
    /// Nothing in a long text is, nor in one of more numbers than any ticket has: that is a table or a log.
    pub fn for_each(
        &self,
        source: &str,
        blanks: &[Range<usize>],
        mut visit: impl FnMut(Range<usize>, &Features),
    ) {
        // As long as what is known is one byte each, whatever stands there.
        let known: usize = blanks.iter().map(|known| known.len().saturating_sub(1)).sum();
        if source.len() - known > bounds::LONG {
            return;
        }
        let shadow = Shadow::of(source, blanks);
        let text = shadow.text();
        let runs = run::runs(text).filter(|range| may_be_personal(text, range));
        let runs: SmallVec<[Range<usize>; 16]> = runs.take(MOST + 1).collect();
        if runs.len() > MOST {
            return;
        }
        for range in runs {
            let around = Around::of(&self.context, text, &range);
            if !around.is_counted {
                visit(shadow.source(range.clone()), &features::features(text, &range, around));
            }
        }
    }
}

/// Whether the number at `range` is no amount, size, year or time, no part of an address, and no day of late.
fn may_be_personal(text: &str, range: &Range<usize>) -> bool {
    let (head, number, rest) = (&text[..range.start], &text[range.clone()], &text[range.end..]);
    let figures = number.bytes().filter(u8::is_ascii_digit).count();
    let is_year = number.len() == 4 && ("1900".."2100").contains(&number);
    let is_code = number.len() >= CODE && number.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_other = || is_size(number) || is_decimal(number) || is_numbered_of_year(number);
    if figures < FEWEST_DIGITS && !is_code || is_year || is_other() {
        return false;
    }
    let is_amount = head.trim_end_matches(' ').ends_with(['$', '€', '£', '¥'])
        || rest.trim_start_matches(' ').starts_with(['$', '€', '£', '¥', '%', '°']);
    let goes_on = rest
        .strip_prefix([':', ','])
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let before = head.strip_suffix([':', ',']);
    let is_end = before.is_some_and(|head| head.ends_with(|c: char| c.is_ascii_digit()));
    let is_part = head.ends_with(['@', '\\']) || rest.starts_with(['@', '\\']);
    !(is_amount || goes_on || is_end || is_part || number.contains("0x") || is_late_day(number))
}

/// Whether `number` is a day on which nobody was born who writes.
fn is_late_day(number: &str) -> bool {
    let is_day = named::day(number).is_some_and(|end| end + 1 >= number.len());
    let year = number.rsplit(['.', '/', '-', ' ']).next().unwrap_or_default();
    let is_short = year.len() == 2 && ("30".."99").contains(&year);
    is_day && !is_short && (!named::is_of_birth(number, LATEST_BIRTH) || long_ago::is_zero(number))
}

/// `1920x1080`
fn is_size(number: &str) -> bool {
    let sides = number.split_once(['x', 'X', '×']);
    let is_side = |side: &str| !side.is_empty() && side.bytes().all(|byte| byte.is_ascii_digit());
    sides.is_some_and(|(one, other)| is_side(one) && is_side(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> Numbers {
        let (weights, _) = Weights::new(4, &[(77, [1; LANES])]);
        Numbers::new(weights, 0.05).unwrap()
    }

    #[test]
    fn comes_back_from_its_bytes() {
        let again = Numbers::read(&small().write()).unwrap();
        assert_eq!((again.weights, again.unit), (small().weights, small().unit));
    }

    #[test]
    fn a_damaged_model_is_refused() {
        let bytes = small().write();
        for cut in 0..bytes.len() {
            assert_eq!(Numbers::read(&bytes[..cut]).err(), Some(Damaged));
        }
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert_eq!(Numbers::read(&changed).err(), Some(Damaged));
        }
        let (weights, _) = Weights::new(4, &[]);
        assert_eq!(Numbers::new(weights, f32::NAN).err(), Some(Damaged));
    }

    #[test]
    fn the_bundled_model_is_whole() {
        assert!(Numbers::bundled().is_ok());
    }

    #[test]
    fn the_likeliest_kind_is_one_that_the_digits_allow() {
        let mut lanes = [0; LANES];
        (lanes[0], lanes[3], lanes[6]) = (-20, 90, 60);
        let (weights, _) = Weights::new(4, &[(77, lanes)]);
        let numbers = Numbers::new(weights, 0.05).unwrap();
        assert_eq!(numbers.judge("418", &[77]).0, Some(Kind::CardCvv));
        assert_eq!(numbers.judge("41826", &[77]).0, Some(Kind::Secret));
        assert!(numbers.judge("41826", &[77]).1 > 0.9 && numbers.judge("41826", &[]).1 < 0.95);
    }

    #[test]
    fn what_looks_like_a_cards_month_and_is_none_is_nothing() {
        let mut lanes = [0; LANES];
        (lanes[0], lanes[4], lanes[6]) = (-20, 90, 60);
        let (weights, _) = Weights::new(4, &[(77, lanes)]);
        let numbers = Numbers::new(weights, 0.05).unwrap();
        for month in ["09/27", "9-2027", "٠٩/٢٧"] {
            assert_eq!(numbers.judge(month, &[77]).0, Some(Kind::CardExpiry), "{month}");
        }
        for other in ["15/10", "٣١/١٢", "4821"] {
            assert_eq!(numbers.judge(other, &[77]).0, None, "{other}");
        }
    }

    #[test]
    fn amounts_times_and_days_of_late_are_not_weighed() {
        let mut weighed = Vec::new();
        let text = "of 12.03.2024 at 10:42:11, 01.01.1970, 3.1100428, 261/2004, 1,299 €, $500, 45 rows, 1920x1080, 1985; error 0x80070005; born 12.03.1999 or 3/9/87, code 4821";
        Reader::default().for_each(text, &[], |range, _| weighed.push(&text[range]));
        assert_eq!(weighed, ["12.03.1999", "3/9/87", "4821"]);
    }

    #[test]
    fn a_number_and_what_is_known_beside_it_are_in_bytes_of_the_source() {
        let text = "رقم ٤٨٢١ و ٩٩٠٢";
        let known = 7..15;
        let mut weighed = Vec::new();
        Reader::default()
            .for_each(text, std::slice::from_ref(&known), |range, _| weighed.push(&text[range]));
        assert_eq!(weighed, ["٩٩٠٢"]);
    }
}
