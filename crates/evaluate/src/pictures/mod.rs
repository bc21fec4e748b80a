//! A report as pictures: SVG, for people.

mod area;
mod class_table;
mod page;
mod reliability;
mod span_table;

pub use class_table::class_table;
pub use reliability::reliability_diagram;
pub use span_table::span_table;
