#![doc = include_str!("../README.md")]

mod classes;
mod coverage;
mod drift;
mod evaluate;
mod label_issues;
mod outcome;
mod pictures;
mod probability;
mod report;
mod selection;
mod spans;

pub use coverage::{ClassCoverage, CoverageReport, LabelSet, SetSizes, coverage};
pub use drift::{Feature, REFERENCE_FILE, Spread};
pub use evaluate::evaluate;
pub use label_issues::{LabelIssue, LabelIssuesError, label_issues};
pub use outcome::Outcome;
pub use pictures::{
    FrontierPoint, class_table, cost_frontier, reliability_diagram, risk_coverage_curve, span_table,
};
pub use report::{ClassReport, LanguageReport, ReliabilityBin, Report};
pub use selection::{AurcDifference, CoveragePoint, RiskCoverage, aurc_difference, risk_coverage};
pub use spans::{LabelledSpan, Measures, Places, Ratios, SpanCounter, SpanMeasures, SpanReport};
