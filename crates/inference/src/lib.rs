#![doc = include_str!("../README.md")]

mod follower;
mod label_set;
mod models;
mod pool;
mod refused;
mod verify;
mod watch;

pub use label_set::LabelSetChange;
pub use models::{ModelSet, Models, Served, UnknownModel};
pub use pool::{Answer, Computed, InferenceError, Job, Observer, Outcome, Pool, PoolOptions};
pub use verify::{LoadModel, Refusal};
pub use watch::{Event, WatchOptions, Watcher, watch};
