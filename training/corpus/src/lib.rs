#![doc = include_str!("../README.md")]

mod cast;
mod choices;
mod corpus;
mod draft;
mod expand;
mod files;
mod formats;
mod grammar;
mod haste;
mod latin;
mod manners;
mod output;
mod problem;
mod random;
mod slot;
mod ticket;
mod values;
mod voice;

pub use corpus::{Corpus, MIN_PHRASINGS, Phrasing};
pub use expand::Ticket;
pub use files::Language;
pub use output::{Summary, write};
pub use problem::{CorpusError, Problem};
