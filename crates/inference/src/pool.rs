//! Worker threads in front of classifiers.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use switchboard_classify::{ClassifyError, Options, Prediction};
use tokio::sync::oneshot;
use tracing::Span;

use crate::Served;

/// The size of a pool.
#[derive(Debug, Clone, Copy)]
pub struct PoolOptions {
    /// Worker threads.
    pub workers: usize,
    /// Jobs that may wait; one more is refused.
    pub queue: usize,
}

/// Documents for one model.
pub struct Job {
    /// The model; it is kept however often the service swaps meanwhile.
    pub served: Arc<Served>,
    /// The documents.
    pub documents: Vec<String>,
    /// What to compute.
    pub options: Options,
    /// When nobody waits for the answer any more.
    pub deadline: Instant,
}

/// What became of a job.
#[derive(Debug)]
pub struct Answer {
    /// The documents of the job.
    pub documents: Vec<String>,
    /// One outcome a document, in order.
    pub outcomes: Vec<Result<Prediction, ClassifyError>>,
    /// Time until a worker took it.
    pub queued: Duration,
    /// Time the model took.
    pub computed: Duration,
}

/// Why a job has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InferenceError {
    /// Too many jobs are waiting.
    #[error("every worker is busy and the queue is full; try again later")]
    Overloaded,
    /// The deadline passed first.
    #[error("the deadline passed before the model answered")]
    DeadlineExceeded,
    /// The model panicked.
    #[error("the model failed on this request")]
    Panicked,
    /// The pool is stopping.
    #[error("the service is stopping")]
    Stopping,
}

type Reply = Result<Answer, InferenceError>;

struct Queued {
    job: Job,
    since: Instant,
    /// The span of the wait.
    wait: Span,
    /// The span the job belongs to.
    asked: Span,
    reply: oneshot::Sender<Reply>,
}

/// A bounded queue and the workers behind it. Dropping it lets the workers finish what waits, then ends them.
pub struct Pool {
    queue: Option<Sender<Queued>>,
    workers: Vec<JoinHandle<()>>,
}

impl Pool {
    /// Starts the workers.
    pub fn start(options: PoolOptions) -> std::io::Result<Self> {
        let (queue, jobs) = bounded(options.queue.max(1));
        let workers = (0..options.workers.max(1))
            .map(|number| {
                let jobs = jobs.clone();
                std::thread::Builder::new()
                    .name(format!("model-{number}"))
                    .spawn(move || work(&jobs))
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { queue: Some(queue), workers })
    }

    /// Answers `job`: at once when its model says that this is cheap, else from a worker.
    pub async fn classify(&self, job: Job) -> Reply {
        if job.deadline <= Instant::now() {
            return Err(InferenceError::DeadlineExceeded);
        }
        let size_bytes = job.documents.iter().map(String::len).sum();
        if job.served.classifier.answers_inline(size_bytes) {
            return run(job, Duration::ZERO);
        }
        let deadline = tokio::time::Instant::from_std(job.deadline);
        let (reply, answer) = oneshot::channel();
        let queue = self.queue.as_ref().ok_or(InferenceError::Stopping)?;
        let wait = tracing::debug_span!("queue");
        let queued = Queued { job, since: Instant::now(), wait, asked: Span::current(), reply };
        queue.try_send(queued).map_err(|error| match error {
            TrySendError::Full(_) => InferenceError::Overloaded,
            TrySendError::Disconnected(_) => InferenceError::Stopping,
        })?;
        match tokio::time::timeout_at(deadline, answer).await {
            Ok(Ok(reply)) => reply,
            Ok(Err(_)) => Err(InferenceError::Stopping),
            Err(_) => Err(InferenceError::DeadlineExceeded),
        }
    }

    /// Jobs waiting for a worker.
    pub fn waiting(&self) -> usize {
        self.queue.as_ref().map_or(0, Sender::len)
    }

    /// Its size.
    pub fn options(&self) -> PoolOptions {
        let queue = self.queue.as_ref().and_then(Sender::capacity).unwrap_or_default();
        PoolOptions { workers: self.workers.len(), queue }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.queue.take();
        for worker in self.workers.drain(..) {
            let _ = worker.join();
        }
    }
}

fn work(jobs: &Receiver<Queued>) {
    for Queued { job, since, wait, asked, reply } in jobs {
        drop(wait);
        // The caller left, or its deadline passed: computing would only delay those who still wait.
        if reply.is_closed() {
            continue;
        }
        let answer = if job.deadline <= Instant::now() {
            Err(InferenceError::DeadlineExceeded)
        } else {
            asked.in_scope(|| run(job, since.elapsed()))
        };
        let _ = reply.send(answer);
    }
}

fn run(job: Job, queued: Duration) -> Reply {
    let _span = tracing::debug_span!("compute", documents = job.documents.len()).entered();
    let documents: Vec<&str> = job.documents.iter().map(String::as_str).collect();
    let started = Instant::now();
    let classify = || job.served.classifier.classify(&documents, job.options);
    let outcomes = std::panic::catch_unwind(AssertUnwindSafe(classify))
        .map_err(|_| InferenceError::Panicked)?;
    let computed = started.elapsed();
    Ok(Answer { documents: job.documents, outcomes, queued, computed })
}
