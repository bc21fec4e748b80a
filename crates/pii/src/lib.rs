#![doc = include_str!("../README.md")]

mod bytes;
mod candidate;
mod checksum;
mod contact;
mod context;
mod cut;
mod digits;
mod groups;
mod identity;
mod kind;
mod look_alike;
mod named;
pub mod names;
mod neighbours;
mod network;
mod numbering;
mod payment;
mod phone;
mod raw;
mod repeats;
mod reply;
mod scan;
mod scrubbed;
mod scrubber;
mod secret;
mod shadow;
mod signs;
mod spaced;

pub use kind::{Kind, Span, UnknownKind};
pub use raw::RawText;
pub use scrubbed::Scrubbed;
pub use scrubber::Scrubber;
