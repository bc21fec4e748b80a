//! Progress on a terminal's stderr; elsewhere, silence.

use std::fmt::Write;

use indicatif::{ProgressBar, ProgressState, ProgressStyle};

const KNOWN: &str = "{spinner} {pos}/{len} [{wide_bar}] {rate}, {eta} left";
const UNKNOWN: &str = "{spinner} {pos}, {rate}, {elapsed}";

/// A bar that counts tickets, of which there are `total` if that is known.
pub(crate) fn tickets(total: Option<u64>) -> ProgressBar {
    let (bar, template) = match total {
        Some(total) => (ProgressBar::new(total), KNOWN),
        None => (ProgressBar::no_length(), UNKNOWN),
    };
    // A template that does not parse costs the looks, not the run.
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style.with_key("rate", rate)),
        Err(_) => bar,
    }
}

fn rate(state: &ProgressState, out: &mut dyn Write) {
    // A bar that cannot be drawn is no reason to stop.
    let _ = write!(out, "{:.0} tickets/s", state.per_sec());
}
