//! A list that is never empty, so that one of it can always be picked.

use std::ops::Deref;

use serde::Deserialize;

/// At least one of something.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Vec<T>")]
pub(crate) struct Choices<T>(Vec<T>);

impl<T> TryFrom<Vec<T>> for Choices<T> {
    type Error = &'static str;

    fn try_from(items: Vec<T>) -> Result<Self, Self::Error> {
        if items.is_empty() {
            Err("the list is empty: it needs at least one entry")
        } else {
            Ok(Self(items))
        }
    }
}

impl<T> Deref for Choices<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}
