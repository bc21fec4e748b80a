//! The log on real stores: a SQLite file, and a PostgreSQL server the tests start themselves.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, and so do its helpers")]

mod common;
mod conformance;
mod full_disk;
mod postgres;
mod server;
mod sqlite;
mod told;
