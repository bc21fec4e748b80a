//! What is written in the place of a value.

mod encryption;
mod key;
mod keyed;
mod mask;

use switchboard_text::placeholder::{self, Form};

use crate::Kind;
use crate::numbering::normalised;

pub use encryption::{Deanonymized, Encryption, NoRandomness};
pub use key::{Key, NotAKey};
pub(crate) use mask::Mask;

/// What is done with a value.
#[derive(Debug, Clone, Default)]
pub(crate) enum Operator {
    /// A numbered placeholder: equal values of a text have equal numbers.
    #[default]
    Replace,
    /// A placeholder that does not tell even the type.
    Redact,
    /// A few characters stay.
    Mask(Mask),
    /// A keyed hash.
    Hash(Key),
    /// A short token: equal values have equal ones, in all texts scrubbed with one key.
    Pseudonymise(Key),
    /// The value itself, for whoever has the key.
    Encrypt(Encryption),
}

impl Operator {
    /// What stands for `value`; nothing when that takes a number.
    pub(crate) fn apply(&self, of: Kind, value: &str) -> Option<String> {
        let kind = of.name();
        Some(match self {
            Self::Replace => return None,
            Self::Redact => placeholder::render(kind, Form::Redacted),
            Self::Mask(mask) => placeholder::render(kind, Form::Mask(&mask.apply(value))),
            Self::Hash(key) => {
                let hash = keyed::hash(key, kind, &normalised(of, value));
                placeholder::render(kind, Form::Hash(&hash))
            }
            Self::Pseudonymise(key) => {
                let token = keyed::pseudonym(key, kind, &normalised(of, value));
                placeholder::render(kind, Form::Pseudonym(&token))
            }
            // A value that cannot be encrypted must not be shown either.
            Self::Encrypt(encryption) => match encryption.encrypt(kind, value) {
                Ok(token) => placeholder::render(kind, Form::Encrypted(&token)),
                Err(NoRandomness) => placeholder::render(kind, Form::Redacted),
            },
        })
    }
}
