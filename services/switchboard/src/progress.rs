//! Progress on a terminal's stderr; elsewhere, silence.

use indicatif::{ProgressBar, ProgressStyle};

const KNOWN: &str = "{spinner} {pos}/{len} tickets [{wide_bar}] {per_sec}, {eta} left";
const UNKNOWN: &str = "{spinner} {pos} tickets, {per_sec}, {elapsed}";

/// A bar that counts tickets, of which there are `total` if that is known.
pub(crate) fn tickets(total: Option<u64>) -> ProgressBar {
    let (bar, template) = match total {
        Some(total) => (ProgressBar::new(total), KNOWN),
        None => (ProgressBar::no_length(), UNKNOWN),
    };
    // A template that does not parse costs the looks, not the run.
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
