//! A job on its way: its documents may be computed apart and are put together again.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

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
    /// Workers that compute some of them now, and since when there are any.
    computing: usize,
    computing_since: Instant,
    /// How long there were any before.
    computed: Duration,
    /// The span of the wait until a worker took the first.
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
            computing: 0,
            computing_since: Instant::now(),
            computed: Duration::ZERO,
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

    /// Notes that a worker computes so many of its documents, and opens the span of that.
    fn begin(&self, documents: usize) -> Span {
        let mut progress = self.progress();
        if progress.computing == 0 {
            progress.computing_since = Instant::now();
        }
        progress.computing += 1;
        progress.wait.take();
        tracing::debug_span!(parent: &self.asked, "compute", documents)
    }

    /// Notes that a worker has done with some.
    fn end(&self) {
        let mut progress = self.progress();
        progress.computing -= 1;
        if progress.computing == 0 {
            let took = progress.computing_since.elapsed();
            progress.computed += took;
        }
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
        let _ = reply.send(Ok(Answer {
            documents: self.work.documents.clone(),
            outcomes: progress.outcomes.drain(..).flatten().collect(),
            queued: self.work.since.elapsed().saturating_sub(progress.computed),
            computed: progress.computed,
        }));
    }
}

/// Documents of one job that are being computed, until it is dropped.
pub(super) struct Computing {
    work: Arc<Work>,
    _span: Span,
}

impl Drop for Computing {
    fn drop(&mut self) {
        self.work.end();
    }
}

/// Notes that pieces are being computed, for each job they are of.
pub(super) fn begin(pieces: &[Piece]) -> Vec<Computing> {
    let of_one_job = pieces.chunk_by(|one, next| Arc::ptr_eq(&one.work, &next.work));
    let begin = |pieces: &[Piece]| {
        let work = pieces[0].work.clone();
        Computing { _span: work.begin(pieces.len()), work }
    };
    of_one_job.map(begin).collect()
}
