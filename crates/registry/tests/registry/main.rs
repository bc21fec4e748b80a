//! The registry as trainers, services and operators meet it.

mod aliases;
mod common;
mod damage;
mod laws;
mod processes;
mod publish;
