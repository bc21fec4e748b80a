//! The laws of groups, folds, hashes and descriptions.

mod common;
mod folds;
mod groups;
