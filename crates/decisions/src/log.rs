//! The log as those see it who record decisions.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::counters::Counters;
use crate::writer::{Request, Writer};
use crate::{Counts, Decision, DecisionLogUrl, Feedback, FeedbackError, Joined};

/// Feedback that may wait for the writer at once.
const REQUESTS: usize = 64;

/// How a log treats what it is given.
#[derive(Debug, Clone)]
pub struct LogOptions {
    /// The most decisions that may wait to be stored.
    pub queue: usize,
    /// The most memory they may take, in bytes.
    pub queue_bytes: usize,
    /// How long a decision may wait for others, to be stored together with them.
    pub linger: Duration,
    /// How much is kept.
    pub retention: Retention,
    /// Time between two looks for what need not be kept any more.
    pub sweep_interval: Duration,
    /// How long the store may take for one answer before it counts as away.
    pub store_deadline: Duration,
}

impl Default for LogOptions {
    fn default() -> Self {
        Self {
            queue: 8192,
            queue_bytes: 32 << 20,
            linger: Duration::from_millis(100),
            retention: Retention::default(),
            sweep_interval: Duration::from_mins(1),
            store_deadline: Duration::from_secs(5),
        }
    }
}

/// How much is kept: the newest decisions that are within both limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Older decisions are deleted.
    pub max_age: Duration,
    /// What decisions and feedback may take in the store, in bytes; the oldest are deleted first.
    pub max_bytes: u64,
}

impl Default for Retention {
    /// Ninety days, one gibibyte.
    fn default() -> Self {
        Self { max_age: Duration::from_hours(90 * 24), max_bytes: 1 << 30 }
    }
}

/// Stores decisions in the background. Clones share one queue and one writer.
#[derive(Clone)]
pub struct DecisionLog {
    decisions: mpsc::Sender<Decision>,
    requests: mpsc::Sender<Request>,
    counters: Arc<Counters>,
    queue_bytes: usize,
    writer: Arc<Mutex<Option<JoinHandle<()>>>>,
}

impl fmt::Debug for DecisionLog {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("DecisionLog")
            .field("counts", &self.counts())
            .finish_non_exhaustive()
    }
}

impl DecisionLog {
    /// Starts to store decisions at `url`; the store may come later. Needs a tokio runtime to run in.
    pub fn open(url: DecisionLogUrl, options: LogOptions) -> Self {
        let (decisions, queue) = mpsc::channel(options.queue.clamp(1, Semaphore::MAX_PERMITS));
        let (requests, requested) = mpsc::channel(REQUESTS);
        let counters = Arc::new(Counters::default());
        let queue_bytes = options.queue_bytes;
        let writer = Writer::new(url, options, counters.clone(), queue, requested);
        let writer = Arc::new(Mutex::new(Some(on_its_own_thread(writer))));
        Self { decisions, requests, counters, queue_bytes, writer }
    }

    /// Hands a decision over to be stored. Never waits: when the queue is full, the decision is dropped and counted.
    pub fn record(&self, decision: Decision) {
        if !decision.has_a_name() {
            self.counters.dropped_nameless();
            return;
        }
        if !self.counters.enqueue(&decision, self.queue_bytes) {
            self.counters.dropped_full();
            return;
        }
        match self.decisions.try_send(decision) {
            Ok(()) => {}
            Err(TrySendError::Full(decision)) => {
                self.counters.dequeue(&[decision]);
                self.counters.dropped_full();
            }
            Err(TrySendError::Closed(decision)) => self.counters.failed(&[decision]),
        }
    }

    /// Stores what the label of a decision should have been, and says what was decided.
    ///
    /// The same feedback may be sent any number of times, and counts once. Of several for one decision, the last to come
    /// counts. A decision recorded through this log before is found even if it still waits to be stored.
    pub async fn feedback(
        &self,
        feedback: Feedback,
        deadline: Duration,
    ) -> Result<Joined, FeedbackError> {
        if feedback.key.len() > Feedback::MAX_KEY_BYTES {
            return Err(FeedbackError::KeyTooLong);
        }
        let asked = timeout(deadline, self.ask(feedback)).await;
        asked.unwrap_or(Err(FeedbackError::Unavailable))
    }

    async fn ask(&self, feedback: Feedback) -> Result<Joined, FeedbackError> {
        let (reply, answer) = oneshot::channel();
        let request = Request::Join { feedback, reply };
        self.requests.send(request).await.map_err(|_| FeedbackError::Unavailable)?;
        answer.await.unwrap_or(Err(FeedbackError::Unavailable))
    }

    /// What became of the decisions so far.
    pub fn counts(&self) -> Counts {
        self.counters.counts()
    }

    /// Stores what is queued and stops, at the deadline at the latest; what is not stored by then is dropped and counted.
    pub async fn close(&self, deadline: Duration) {
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(mut writer) = writer else { return };
        let finish = async {
            // It may have ended already.
            let _ = self.requests.send(Request::Close).await;
            let _ = (&mut writer).await;
        };
        if timeout(deadline, finish).await.is_err() {
            writer.abort();
            let _ = writer.await;
        }
    }
}

/// Runs the writer on a thread of its own: putting a batch together takes a millisecond, and no answer should wait behind it.
fn on_its_own_thread(writer: Writer) -> JoinHandle<()> {
    let dispatch = tracing::dispatcher::get_default(Clone::clone);
    let (tell, told) = std::sync::mpsc::channel();
    let work = move || {
        let Ok(runtime) = Builder::new_current_thread().enable_all().build() else { return };
        // Dropped with the writer, however it ends.
        let (running, ended) = oneshot::channel::<()>();
        let task = runtime.spawn(async move {
            writer.run().await;
            drop(running);
        });
        let _ = tell.send(task);
        let _ = runtime.block_on(ended);
    };
    let logged = move || tracing::dispatcher::with_default(&dispatch, work);
    // Without a thread there is no writer, and every decision is dropped and counted.
    let _ = std::thread::Builder::new().name("decisions".to_owned()).spawn(logged);
    told.recv().unwrap_or_else(|_| tokio::spawn(async {}))
}
