//! A download that is shown, and given up when nothing comes: hf-hub itself would wait for ever.

use std::path::PathBuf;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use anyhow::bail;
use hf_hub::api::Progress;
use switchboard_training::Bar;

/// What a download tells.
pub(crate) enum News {
    /// So many bytes of a file are here.
    Part { file: String, done: usize, size: usize },
    /// It has ended, well or not.
    Ended(anyhow::Result<PathBuf>),
}

/// Does `work`, unless it says nothing for as long as `quiet`.
pub(crate) fn watched(
    quiet: Duration,
    work: impl FnOnce(&Sender<News>) -> anyhow::Result<PathBuf> + Send + 'static,
) -> anyhow::Result<PathBuf> {
    let (sender, news) = channel();
    // When it is given up it is left behind, and ends with the program.
    thread::spawn(move || {
        let outcome = work(&sender);
        // Whoever has stopped listening has given it up.
        let _ = sender.send(News::Ended(outcome));
    });
    let bar = Bar::new();
    loop {
        match news.recv_timeout(quiet) {
            Ok(News::Part { file, done, size }) => bar.show(&format!("fetch {file}"), done, size),
            Ok(News::Ended(outcome)) => return outcome,
            Err(RecvTimeoutError::Timeout) => {
                bail!("nothing came for {} s", quiet.as_secs())
            }
            Err(RecvTimeoutError::Disconnected) => bail!("the download broke off"),
        }
    }
}

/// Tells of one file.
pub(crate) struct Teller<'s> {
    news: &'s Sender<News>,
    file: String,
    done: usize,
    size: usize,
}

impl<'s> Teller<'s> {
    pub(crate) fn new(news: &'s Sender<News>) -> Self {
        Self { news, file: String::new(), done: 0, size: 0 }
    }
}

impl Progress for Teller<'_> {
    fn init(&mut self, size: usize, file: &str) {
        (self.file, self.done, self.size) = (file.to_owned(), 0, size);
    }

    fn update(&mut self, bytes: usize) {
        self.done += bytes;
        let part = News::Part { file: self.file.clone(), done: self.done, size: self.size };
        let _ = self.news.send(part);
    }

    fn finish(&mut self) {}
}
