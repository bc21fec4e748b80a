#![doc = include_str!("../README.md")]

mod classes;
mod drift;
mod evaluate;
mod label_issues;
mod outcome;
mod pictures;
mod probability;
mod report;
mod spans;

pub use drift::{Feature, REFERENCE_FILE, Spread};
pub use evaluate::evaluate;
pub use label_issues::{LabelIssue, LabelIssuesError, label_issues};
pub use outcome::Outcome;
pub use pictures::{class_table, reliability_diagram, span_table};
pub use report::{ClassReport, LanguageReport, ReliabilityBin, Report};
pub use spans::{LabelledSpan, Measures, Ratios, SpanCounter, SpanMeasures, SpanReport};
