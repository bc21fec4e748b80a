//! One number per value and type: who is `[EMAIL_ADDRESS_1]`.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use switchboard_text::placeholder::{self, Form};

use crate::candidate::Candidate;
use crate::shadow::Shadow;
use crate::{Kind, Policy};

/// The largest number a placeholder can carry.
const GREATEST: u32 = 999_999_999;

/// What has more bytes is no value that people write in two ways.
const LONGEST: usize = 4096;

/// A text with values replaced.
pub(crate) struct Replaced {
    pub(crate) text: String,
    /// Where each value stood, and where in `text` its replacement stands; in bytes, sorted.
    pub(crate) places: Vec<(Range<usize>, Range<usize>)>,
}

/// Gives out the numbers of one text.
pub(crate) struct Numbering {
    /// Numbers the caller's text uses already.
    taken: HashMap<String, BTreeSet<u32>>,
    given: HashMap<(Kind, String), u32>,
}

impl Numbering {
    /// Starts above the literal placeholders of `text`.
    pub(crate) fn of(text: &str) -> Self {
        let mut taken: HashMap<String, BTreeSet<u32>> = HashMap::new();
        for literal in placeholder::find(text) {
            if let Form::Number(number) = literal.form {
                taken.entry(literal.kind.to_owned()).or_default().insert(number);
            }
        }
        Self { taken, given: HashMap::new() }
    }

    /// `text` with every one of `found` (sorted, disjoint) replaced as `policy` says.
    pub(crate) fn replace(mut self, text: &str, found: &[Candidate], policy: &Policy) -> Replaced {
        let mut scrubbed = String::with_capacity(text.len());
        let mut places = Vec::with_capacity(found.len());
        let mut from = 0;
        for Candidate { kind, range, .. } in found {
            scrubbed.push_str(&text[from..range.start]);
            let (start, value) = (scrubbed.len(), &text[range.clone()]);
            match policy.replacement(*kind, value) {
                Some(replacement) => scrubbed.push_str(&replacement),
                None => {
                    placeholder::push_number(&mut scrubbed, kind.name(), self.number(*kind, value));
                }
            }
            places.push((range.clone(), start..scrubbed.len()));
            from = range.end;
        }
        scrubbed.push_str(&text[from..]);
        Replaced { text: scrubbed, places }
    }

    fn number(&mut self, kind: Kind, value: &str) -> u32 {
        let key = (kind, normalised(kind, value));
        if let Some(number) = self.given.get(&key) {
            return *number;
        }
        let taken = match self.taken.get_mut(kind.name()) {
            Some(taken) => taken,
            None => self.taken.entry(kind.name().to_owned()).or_default(),
        };
        let number = match taken.last() {
            None => 1,
            Some(&last) if last < GREATEST => last + 1,
            // The caller used the greatest number there is: the least free one must do.
            Some(_) => (1..GREATEST).find(|number| !taken.contains(number)).unwrap_or(GREATEST),
        };
        taken.insert(number);
        self.given.insert(key, number);
        number
    }
}

/// The value without what people write differently: case, separators, the script of its digits.
pub(crate) fn normalised(kind: Kind, value: &str) -> String {
    if value.len() > LONGEST {
        return value.to_owned();
    }
    let shadow = Shadow::of(value, &[]);
    let text = shadow.text();
    match kind {
        // Every sign of these counts.
        Kind::Secret | Kind::Crypto => value.to_owned(),
        Kind::EmailAddress | Kind::IpAddress => text.to_lowercase(),
        Kind::Url => text.to_lowercase().trim_end_matches('/').to_owned(),
        Kind::PhoneNumber => {
            let plain = text.replace("(0)", "");
            let digits: String =
                plain.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '+').collect();
            digits
                .strip_prefix("00")
                .map_or(digits.clone(), |rest| format!("+{rest}"))
                .to_lowercase()
        }
        Kind::Person | Kind::StreetAddress | Kind::Location | Kind::Organization => {
            let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
            words.collect::<Vec<_>>().join(" ").to_lowercase()
        }
        _ => text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_uppercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_has_one_normal_form() {
        for (kind, one, other) in [
            (Kind::EmailAddress, "Jane@Example.com", "jane@example.com"),
            (Kind::PhoneNumber, "+33 6 12 34 56 78", "0033612345678"),
            (Kind::PhoneNumber, "+44 (0)20 7946 0958", "+442079460958"),
            (Kind::PhoneNumber, "٠٥٠ ١٢٣ ٤٥٦٧", "0501234567"),
            (Kind::IbanCode, "de89 3704 0044 0532 0130 00", "DE89370400440532013000"),
            (Kind::Url, "https://Example.com/", "https://example.com"),
            (Kind::Person, "Dr. Jane  DOE", "dr jane doe"),
            (Kind::UsSsn, "219-09-9999", "219 09 9999"),
        ] {
            assert_eq!(normalised(kind, one), normalised(kind, other), "{one}");
        }
    }

    #[test]
    fn two_values_have_two_normal_forms() {
        for (kind, one, other) in [
            (Kind::Person, "محمد علي", "سعيد علي"),
            (Kind::Person, "Ann Marie", "Annmarie"),
            (Kind::Secret, "pa55-Word", "PA55word"),
            (Kind::MaCin, "AB123456", "AB123457"),
        ] {
            assert_ne!(normalised(kind, one), normalised(kind, other), "{one}");
        }
    }
}
