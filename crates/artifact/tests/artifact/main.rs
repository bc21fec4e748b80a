//! A model directory as trainers write it and services open it.

mod common;
mod files;
mod manifests;
mod signatures;
