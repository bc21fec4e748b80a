//! Values of a policy file that are refused where they stand, so that the error names the line.

use std::fmt;

use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// A number from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize)]
pub struct Share(f32);

impl Share {
    pub(crate) const fn of(share: f32) -> Self {
        Self(share)
    }

    /// The number.
    pub fn get(self) -> f32 {
        self.0
    }
}

impl<'de> Deserialize<'de> for Share {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_f64(Shares)
    }
}

/// Reads a share, and says what it is when something else stands there.
struct Shares;

impl Visitor<'_> for Shares {
    type Value = Share;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a number from 0 to 1")
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Share, E> {
        let fits = (0.0..=1.0).contains(&number);
        if fits {
            Ok(Share(number as f32))
        } else {
            Err(E::invalid_value(Unexpected::Float(number), &self))
        }
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Share, E> {
        self.visit_f64(number as f64)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Share, E> {
        self.visit_f64(number as f64)
    }
}

/// A name that is shown in replies: 1 to 64 letters, digits, spaces and `-_.`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Name(String);

impl Name {
    pub(crate) fn of(name: &str) -> Self {
        Self(name.to_owned())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Name {
    type Error = &'static str;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        let fits = (1..=64).contains(&name.chars().count());
        let plain = name.chars().all(|sign| sign.is_alphanumeric() || " -_.".contains(sign));
        if fits && plain {
            Ok(Self(name))
        } else {
            Err("a name is 1 to 64 letters, digits, spaces, dashes, dots and underscores")
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
