//! A report as pictures: SVG, for people.

mod area;
mod chart;
mod class_table;
mod cost_frontier;
mod page;
mod reliability;
mod risk_coverage;
mod span_table;

pub use class_table::class_table;
pub use cost_frontier::{FrontierPoint, cost_frontier};
pub use reliability::reliability_diagram;
pub use risk_coverage::risk_coverage_curve;
pub use span_table::span_table;
