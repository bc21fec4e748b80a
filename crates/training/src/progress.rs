//! A progress bar on a terminal; elsewhere only what is said between.

use std::io::Write;

use indicatif::{ProgressBar, ProgressStyle};

/// One bar on stderr.
#[derive(Debug)]
pub struct Bar(ProgressBar);

impl Bar {
    /// A bar that shows nothing yet.
    pub fn new() -> Self {
        let style =
            ProgressStyle::with_template("{msg:32} {bar:32} {pos}/{len} {elapsed} (left: {eta})");
        Self(ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())))
    }

    /// Shows what is being done and how much of it is done.
    pub fn show(&self, doing: &str, done: usize, total: usize) {
        self.0.set_message(doing.to_owned());
        self.0.set_length(total as u64);
        self.0.set_position(done as u64);
    }

    /// Says something that stays, above the bar.
    pub fn say(&self, what: &str) {
        // Nobody to tell is no reason to fail.
        self.0.suspend(|| {
            let _ = writeln!(std::io::stderr(), "{what}");
        });
    }
}

impl Default for Bar {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
