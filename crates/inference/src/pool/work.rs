//! A job on its way: its documents may be computed apart and are put together again.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use switchboard_classify::Options;
use tokio::sync::oneshot;
use tracing::Span;

use super::{Answer, InferenceError, Job, Outcome, Reply};
use crate::Served;

/// A job and what has been computed of it.
pub(super) struct Work {
    pub(super) served: Arc<Served>,
    pub(super) documents: Arc<Vec<String>>,
    pub(super) options: Options,
    deadline: Instant,
    since: Instant,
    /// The span the job belongs to.
    asked: Span,
    progress: Mutex<Progress>,
}

struct Progress {
    outcomes: Vec<Option<Outcome>>,
    /// Documents that have no outcome yet.
    missing: usize,
    /// When a worker took the first document.
    started: Option<Instant>,
    /// The span of the wait until then.
    wait: Option<Span>,
    /// `None` once the caller has its reply.
    reply: Option<oneshot::Sender<Reply>>,
}

/// One document of a job.
pub(super) struct Piece {
    pub(super) work: Arc<Work>,
    pub(super) index: usize,
}

impl Work {
    /// The work of a job that comes in now, and where its reply will be.
    pub(super) fn new(job: Job) -> (Self, oneshot::Receiver<Reply>) {
        let (reply, answer) = oneshot::channel();
        let missing = job.documents.len();
        let progress = Progress {
            outcomes: (0..missing).map(|_| None).collect(),
            missing,
            started: None,
            wait: Some(tracing::debug_span!("queue")),
            reply: Some(reply),
        };
        let work = Self {
            served: job.served,
            documents: Arc::new(job.documents),
            options: job.options,
            deadline: job.deadline,
            since: Instant::now(),
            asked: Span::current(),
            progress: Mutex::new(progress),
        };
        (work, answer)
    }

    /// About what the document of that index costs.
    pub(super) fn cost(&self, index: usize) -> usize {
        self.served.classifier.cost(self.documents[index].len()).max(1)
    }

    /// Whether computing more of it would only delay others: its caller has left or was answered, or its deadline passed.
    pub(super) fn is_abandoned(&self) -> bool {
        let left = self.progress().reply.as_ref().is_none_or(oneshot::Sender::is_closed);
        left || self.deadline <= Instant::now()
    }

    /// Whether both may be computed in one call.
    pub(super) fn goes_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.served, &other.served) && self.options == other.options
    }

    /// Ends the job without an answer.
    pub(super) fn fail(&self, error: InferenceError) {
        if let Some(reply) = self.progress().reply.take() {
            let _ = reply.send(Err(error));
        }
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that a worker has begun with it, and opens the span of so many documents' computation.
    fn begin(&self, documents: usize) -> Span {
        let mut progress = self.progress();
        progress.started.get_or_insert_with(Instant::now);
        progress.wait.take();
        tracing::debug_span!(parent: &self.asked, "compute", documents)
    }
}

impl Piece {
    pub(super) fn document(&self) -> &str {
        &self.work.documents[self.index]
    }

    /// Notes its outcome; the last one sends the reply.
    pub(super) fn done(&self, outcome: Outcome) {
        let mut progress = self.work.progress();
        if progress.outcomes[self.index].replace(outcome).is_none() {
            progress.missing -= 1;
        }
        if progress.missing > 0 {
            return;
        }
        let Some(reply) = progress.reply.take() else { return };
        let started = progress.started.unwrap_or(self.work.since);
        let _ = reply.send(Ok(Answer {
            documents: self.work.documents.clone(),
            outcomes: progress.outcomes.drain(..).flatten().collect(),
            queued: started.saturating_duration_since(self.work.since),
            computed: started.elapsed(),
        }));
    }
}

/// Notes that pieces are being computed; the spans, one a job, end when they are dropped.
pub(super) fn begin(pieces: &[Piece]) -> Vec<Span> {
    let of_one_job = pieces.chunk_by(|one, next| Arc::ptr_eq(&one.work, &next.work));
    of_one_job.map(|pieces| pieces[0].work.begin(pieces.len())).collect()
}
