#![doc = include_str!("../README.md")]

mod alias;
mod error;
mod files;
mod history;
mod model_ref;
mod names;
mod publish;
mod registry;
mod staging;
mod trail;
mod url;

pub use alias::{AliasChange, Expected};
pub use error::RegistryError;
pub use history::{AliasEvent, EventKind};
pub use model_ref::{ModelRef, ModelRefError};
pub use names::{CHALLENGER, CHAMPION, Selector};
pub use registry::Registry;
pub use staging::StagedVersion;
pub use url::{RegistryUrl, RegistryUrlError};
