//! The task that owns the connection: it stores what is queued, in order, and answers feedback in between.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::counters::Counters;
use crate::health::Health;
use crate::store::{Store, StoreError};
use crate::{Decision, DecisionLogUrl, Feedback, FeedbackError, Joined, LogOptions, sweep};

/// The most decisions stored at once.
const BATCH: usize = 256;

/// What the writer is asked for.
pub(crate) enum Request {
    /// Join feedback to its decision.
    Join { feedback: Feedback, reply: oneshot::Sender<Result<Joined, FeedbackError>> },
    /// Store what is queued, and end.
    Close,
}

pub(crate) struct Writer {
    url: DecisionLogUrl,
    options: LogOptions,
    counters: Arc<Counters>,
    queue: mpsc::Receiver<Decision>,
    requests: mpsc::Receiver<Request>,
    store: Option<Store>,
    health: Health,
    /// What is being stored: it stays here while the store is away.
    batch: Vec<Decision>,
    /// Whether the store has refused this batch once.
    refused: bool,
    closing: bool,
    /// Ends with the writer.
    sweeper: JoinSet<()>,
}

impl Writer {
    pub(crate) fn new(
        url: DecisionLogUrl,
        options: LogOptions,
        counters: Arc<Counters>,
        queue: mpsc::Receiver<Decision>,
        requests: mpsc::Receiver<Request>,
    ) -> Self {
        Self {
            health: Health::new(url.clone()),
            url,
            options,
            counters,
            queue,
            requests,
            store: None,
            batch: Vec::with_capacity(BATCH),
            refused: false,
            closing: false,
            sweeper: JoinSet::new(),
        }
    }

    /// Runs until the log is closed, or nobody has it any more.
    pub(crate) async fn run(mut self) {
        loop {
            self.connect().await;
            if self.store.is_none() {
                break;
            }
            self.serve().await;
            if self.store.is_some() {
                break;
            }
        }
        self.sweeper.shutdown().await;
        if let Some(store) = self.store.take() {
            store.close().await;
        }
    }

    /// Tries until the store is open; when closing, once.
    async fn connect(&mut self) {
        while self.store.is_none() {
            self.wait(self.health.delay()).await;
            match self.open().await {
                Ok(store) => self.opened(store),
                Err(error) => {
                    self.health.unreachable(&error);
                    if self.closing {
                        return;
                    }
                }
            }
        }
    }

    /// Leaves the store alone for a while, but not when closing.
    async fn wait(&mut self, delay: Duration) {
        if self.closing || delay.is_zero() {
            return;
        }
        tokio::select! {
            () = tokio::time::sleep(delay) => {}
            () = refuse_until_closing(&mut self.requests) => self.close(),
        }
    }

    /// Whoever asks before the first try has ended waits for it.
    async fn open(&mut self) -> Result<Store, StoreError> {
        let opening = Store::open(&self.url, self.options.store_deadline);
        let mut opening = std::pin::pin!(opening);
        if !self.closing && !self.health.unknown() {
            tokio::select! {
                opened = &mut opening => return opened,
                () = refuse_until_closing(&mut self.requests) => {}
            }
            // The writer's last try is seen through.
            self.closing = true;
            self.queue.close();
        }
        opening.await
    }

    fn opened(&mut self, store: Store) {
        self.health.opened();
        self.store = Some(store);
        if self.sweeper.is_empty() {
            self.sweeper.spawn(sweep::run(self.url.clone(), self.options.clone()));
        }
    }

    fn close(&mut self) {
        self.closing = true;
        self.queue.close();
    }

    /// Works until the store is away, or all is stored and nothing more will come.
    async fn serve(&mut self) {
        while self.store.is_some() {
            if !self.batch.is_empty() {
                self.write().await;
                continue;
            }
            tokio::select! {
                taken = self.queue.recv_many(&mut self.batch, BATCH) => {
                    if taken == 0 {
                        return;
                    }
                    self.gather().await;
                }
                request = self.requests.recv(), if !self.closing => self.answer(request).await,
            }
        }
    }

    /// Waits a moment for more decisions: a transaction costs about the same for one as for many, and the processor is needed elsewhere.
    async fn gather(&mut self) {
        let until = Instant::now() + self.options.linger;
        while self.batch.len() < BATCH && !self.closing {
            let room = BATCH - self.batch.len();
            tokio::select! {
                taken = self.queue.recv_many(&mut self.batch, room) => if taken == 0 { return },
                request = self.requests.recv() => {
                    // It may be about one of these.
                    self.write().await;
                    self.answer(request).await;
                    return;
                }
                () = tokio::time::sleep_until(until) => return,
            }
        }
    }

    /// Stores the batch. What the store refuses is tried once more on a new connection, and then dropped.
    async fn write(&mut self) {
        let Some(store) = &mut self.store else { return };
        let written = store.write(&self.batch).await;
        match &written {
            Ok(()) => {
                self.health.answered();
                self.counters.stored(&self.batch);
            }
            Err(error) => {
                self.health.refused(error);
                self.store = None;
                if !self.refused {
                    self.refused = true;
                    return;
                }
                self.counters.failed(&self.batch);
            }
        }
        self.refused = false;
        self.batch.clear();
    }

    async fn answer(&mut self, request: Option<Request>) {
        match request {
            Some(Request::Join { feedback, reply }) => {
                // Who asked may have given up.
                if !reply.is_closed() {
                    let _ = reply.send(self.join(&feedback).await);
                }
            }
            Some(Request::Close) | None => self.close(),
        }
    }

    /// A decision that is not stored may be in the queue.
    async fn join(&mut self, feedback: &Feedback) -> Result<Joined, FeedbackError> {
        let joined = self.join_stored(feedback).await;
        if joined != Err(FeedbackError::UnknownDecision) || self.queue.is_empty() {
            return joined;
        }
        self.flush().await;
        self.join_stored(feedback).await
    }

    async fn join_stored(&mut self, feedback: &Feedback) -> Result<Joined, FeedbackError> {
        let Some(store) = &mut self.store else { return Err(FeedbackError::Unavailable) };
        match store.join(feedback).await {
            Ok(outcome) => {
                self.health.answered();
                outcome
            }
            Err(error) => {
                self.health.refused(&error);
                self.store = None;
                Err(FeedbackError::Unavailable)
            }
        }
    }

    /// Stores what is queued now, whatever is recorded meanwhile.
    async fn flush(&mut self) {
        let mut waiting = self.queue.len();
        while waiting > 0 && self.store.is_some() {
            waiting -= self.queue.recv_many(&mut self.batch, BATCH.min(waiting)).await;
            self.write().await;
        }
    }
}

/// What is left when the writer ends, or is ended, will not be stored.
impl Drop for Writer {
    fn drop(&mut self) {
        self.queue.close();
        self.counters.failed(&self.batch);
        while let Ok(decision) = self.queue.try_recv() {
            self.counters.failed(&[decision]);
        }
    }
}

/// Tells whoever asks that the store is away; returns when the log is to be closed.
async fn refuse_until_closing(requests: &mut mpsc::Receiver<Request>) {
    while let Some(Request::Join { reply, .. }) = requests.recv().await {
        let _ = reply.send(Err(FeedbackError::Unavailable));
    }
}
