//! The whole program, from flags to exit code.

mod agent;
mod evaluate;
mod models;
mod route;
mod scrub;
mod support;
mod up;
mod usage;
