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
        let number = Number { least: 0.0, most: 1.0, what: "a number from 0 to 1" };
        Ok(Self(number.read(deserializer)? as f32))
    }
}

/// A share in per cent, from 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize)]
pub struct Percent(f64);

impl Percent {
    /// The number.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl<'de> Deserialize<'de> for Percent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number =
            Number { least: 0.0, most: 100.0, what: "a number of per cent, from 0 to 100" };
        Ok(Self(number.read(deserializer)?))
    }
}

/// How many times something may be another, from 1 to 1,000.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize)]
pub struct Ratio(f64);

impl Ratio {
    pub(crate) const fn of(ratio: f64) -> Self {
        Self(ratio)
    }

    /// The number.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl<'de> Deserialize<'de> for Ratio {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = Number { least: 1.0, most: 1_000.0, what: "a number from 1 to 1000" };
        Ok(Self(number.read(deserializer)?))
    }
}

/// Reads a number between two bounds, and says what it is when something else stands there.
pub(crate) struct Number {
    pub(crate) least: f64,
    pub(crate) most: f64,
    pub(crate) what: &'static str,
}

impl Number {
    pub(crate) fn read<'de, D: Deserializer<'de>>(self, deserializer: D) -> Result<f64, D::Error> {
        deserializer.deserialize_f64(self)
    }
}

impl Visitor<'_> for Number {
    type Value = f64;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.what)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<f64, E> {
        let fits = (self.least..=self.most).contains(&number);
        if fits { Ok(number) } else { Err(E::invalid_value(Unexpected::Float(number), &self)) }
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<f64, E> {
        self.visit_f64(number as f64)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<f64, E> {
        self.visit_f64(number as f64)
    }
}

/// Reads a whole number between two bounds, likewise.
pub(crate) struct Whole {
    pub(crate) least: u32,
    pub(crate) most: u32,
    pub(crate) what: &'static str,
}

impl Whole {
    pub(crate) fn read<'de, D: Deserializer<'de>>(self, deserializer: D) -> Result<u32, D::Error> {
        deserializer.deserialize_u32(self)
    }
}

impl Visitor<'_> for Whole {
    type Value = u32;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.what)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<u32, E> {
        let fits = u32::try_from(number).ok().filter(|n| (self.least..=self.most).contains(n));
        fits.ok_or_else(|| E::invalid_value(Unexpected::Signed(number), &self))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<u32, E> {
        self.visit_i64(i64::try_from(number).unwrap_or(i64::MAX))
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
