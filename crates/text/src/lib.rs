#![doc = include_str!("../README.md")]

pub mod language;
pub mod offsets;
pub mod placeholder;
pub mod words;

pub use language::{Language, identify};
pub use words::{Word, for_each_word, letter_places};
