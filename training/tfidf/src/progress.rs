//! A progress bar on a terminal, nothing elsewhere.

use indicatif::{ProgressBar, ProgressStyle};
use switchboard_tfidf_svm::Progress;

pub(crate) struct Bar(ProgressBar);

impl Bar {
    pub(crate) fn new() -> Self {
        let style = ProgressStyle::with_template("{msg:24} {bar:32} {pos}/{len} {elapsed}");
        Self(ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())))
    }

    pub(crate) fn show(&self, progress: Progress) {
        self.0.set_message(progress.stage);
        self.0.set_length(progress.total as u64);
        self.0.set_position(progress.done as u64);
    }

    pub(crate) fn finish(&self) {
        self.0.finish_and_clear();
    }
}
