//! Worker threads in front of classifiers.

mod queue;
mod work;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use switchboard_classify::{ClassifyError, Options, Prediction};

use crate::Served;
use queue::Queue;
use work::{Piece, Work};

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
    pub documents: Arc<Vec<String>>,
    /// One outcome a document, in order.
    pub outcomes: Vec<Outcome>,
    /// Time in which none of them was being computed.
    pub queued: Duration,
    /// Time in which one of them or more was.
    pub computed: Duration,
}

/// What became of one document.
pub type Outcome = Result<Prediction, ClassifyError>;

/// What was computed together.
#[derive(Debug, Clone, Copy)]
pub struct Computed {
    /// Documents, perhaps of several jobs.
    pub documents: usize,
    /// Tokens the model read of them.
    pub tokens: u64,
    /// How long it took.
    pub took: Duration,
}

/// Told of everything that was computed.
pub type Observer = dyn Fn(Computed) + Send + Sync;

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

/// A bounded queue and the workers behind it. Dropping it lets the workers finish what waits, then ends them.
pub struct Pool {
    queue: Arc<Queue>,
    workers: Vec<JoinHandle<()>>,
    observer: Arc<Observer>,
}

impl Pool {
    /// Starts the workers.
    pub fn start(options: PoolOptions, observer: Arc<Observer>) -> std::io::Result<Self> {
        let queue = Arc::new(Queue::new(options.queue.max(1)));
        let workers = (0..options.workers.max(1))
            .map(|number| {
                let (queue, observer) = (queue.clone(), observer.clone());
                std::thread::Builder::new().name(format!("model-{number}")).spawn(move || {
                    while let Some(pieces) = queue.take() {
                        compute(&pieces, &*observer);
                    }
                })
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { queue, workers, observer })
    }

    /// Answers `job`: at once when its model says that this is cheap, else by the workers, who may share its documents.
    pub async fn classify(&self, job: Job) -> Reply {
        if job.deadline <= Instant::now() {
            return Err(InferenceError::DeadlineExceeded);
        }
        let size_bytes = job.documents.iter().map(String::len).sum();
        if job.served.classifier.answers_inline(size_bytes) {
            return self.compute_inline(job);
        }
        let deadline = tokio::time::Instant::from_std(job.deadline);
        let (work, answer) = Work::new(job);
        self.queue.add(Arc::new(work))?;
        match tokio::time::timeout_at(deadline, answer).await {
            Ok(Ok(reply)) => reply,
            // The queue lets go of jobs whose time is up.
            Ok(Err(_)) if deadline > tokio::time::Instant::now() => Err(InferenceError::Stopping),
            _ => Err(InferenceError::DeadlineExceeded),
        }
    }

    /// Computes on the caller's thread.
    fn compute_inline(&self, job: Job) -> Reply {
        let _span = tracing::debug_span!("compute", documents = job.documents.len()).entered();
        let documents: Vec<&str> = job.documents.iter().map(String::as_str).collect();
        let (outcomes, computed) =
            classify(&job.served, &documents, job.options).ok_or(InferenceError::Panicked)?;
        (self.observer)(computed);
        let queued = Duration::ZERO;
        let documents = Arc::new(job.documents);
        Ok(Answer { documents, outcomes, queued, computed: computed.took })
    }

    /// Jobs waiting for a worker.
    pub fn waiting(&self) -> usize {
        self.queue.len()
    }

    /// Its size.
    pub fn options(&self) -> PoolOptions {
        PoolOptions { workers: self.workers.len(), queue: self.queue.limit() }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.queue.close();
        for worker in self.workers.drain(..) {
            let _ = worker.join();
        }
    }
}

/// Computes documents of one model with the same options, and hands the outcomes to the jobs they belong to.
fn compute(pieces: &[Piece], observer: &Observer) {
    let Some(first) = pieces.first() else { return };
    let computing = work::begin(pieces);
    let documents: Vec<&str> = pieces.iter().map(Piece::document).collect();
    let classified = classify(&first.work.served, &documents, first.work.options);
    drop(computing);
    match classified {
        Some((outcomes, computed)) => {
            observer(computed);
            for (piece, outcome) in pieces.iter().zip(outcomes) {
                piece.done(outcome);
            }
        }
        // It is one document's doing; the others are computed without it.
        None if pieces.len() > 1 => {
            for piece in pieces.iter().filter(|piece| !piece.work.is_abandoned()) {
                compute(std::slice::from_ref(piece), observer);
            }
        }
        None => first.work.fail(InferenceError::Panicked),
    }
}

/// What the model says, and what that took; `None` when it panicked.
fn classify(
    served: &Served,
    documents: &[&str],
    options: Options,
) -> Option<(Vec<Outcome>, Computed)> {
    let started = Instant::now();
    let outcomes =
        catch_unwind(AssertUnwindSafe(|| served.classifier.classify(documents, options))).ok()?;
    let tokens = outcomes.iter().flatten().map(|one| u64::from(one.tokens_used)).sum();
    let took = started.elapsed();
    Some((outcomes, Computed { documents: documents.len(), tokens, took }))
}
