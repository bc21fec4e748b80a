#![doc = include_str!("../README.md")]

mod alias;
mod error;
mod files;
mod folder;
mod history;
mod mlflow;
mod model_ref;
mod names;
mod outline;
mod registry;
mod server_url;
mod staging;
mod store;
mod trail;
mod url;

pub use alias::{AliasChange, Expected};
pub use error::RegistryError;
pub use history::{AliasEvent, EventKind};
pub use mlflow::{Access, Limits, ServerOptions};
pub use model_ref::{ModelRef, ModelRefError};
pub use names::{CHALLENGER, CHAMPION, Selector};
pub use registry::Registry;
pub use server_url::ServerUrl;
pub use staging::StagedVersion;
pub use store::VersionState;
pub use url::{RegistryUrl, RegistryUrlError};
