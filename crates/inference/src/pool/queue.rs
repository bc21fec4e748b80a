//! Jobs that wait, and which of their documents are computed next, together.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::InferenceError;
use super::work::{Piece, Work};

/// A bounded queue of jobs.
pub(super) struct Queue {
    state: Mutex<State>,
    /// Something was added, or the queue was closed.
    changed: Condvar,
    limit: usize,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Waiting>,
    /// Workers with nothing to do.
    idle: usize,
    closed: bool,
}

/// A job whose documents from `next` on nobody has taken.
struct Waiting {
    work: Arc<Work>,
    next: usize,
}

impl Waiting {
    fn cost(&self) -> usize {
        (self.next..self.work.documents.len()).map(|index| self.work.cost(index)).sum()
    }
}

impl Queue {
    pub(super) fn new(limit: usize) -> Self {
        Self { state: Mutex::default(), changed: Condvar::new(), limit }
    }

    pub(super) fn limit(&self) -> usize {
        self.limit
    }

    /// Jobs of which documents wait.
    pub(super) fn len(&self) -> usize {
        self.state().waiting.len()
    }

    /// Adds a job, or refuses it at once.
    pub(super) fn add(&self, work: Arc<Work>) -> Result<(), InferenceError> {
        let mut state = self.state();
        if state.closed {
            return Err(InferenceError::Stopping);
        }
        if state.waiting.len() >= self.limit {
            // Those whose callers left hold no place.
            state.waiting.retain(|waiting| !waiting.work.is_abandoned());
        }
        if state.waiting.len() >= self.limit {
            return Err(InferenceError::Overloaded);
        }
        let documents = work.documents.len();
        state.waiting.push_back(Waiting { work, next: 0 });
        drop(state);
        if documents == 1 {
            self.changed.notify_one();
        } else {
            self.changed.notify_all();
        }
        Ok(())
    }

    /// Lets nothing in any more; what waits can still be taken.
    pub(super) fn close(&self) {
        self.state().closed = true;
        self.changed.notify_all();
    }

    /// The documents to compute next: waits while there are none, never for more of them. `None` when the queue is closed and empty.
    pub(super) fn take(&self) -> Option<Vec<Piece>> {
        let mut state = self.state();
        loop {
            let pieces = state.take();
            if !pieces.is_empty() {
                return Some(pieces);
            }
            // The job that was first was given up meanwhile; those for another model are still there.
            if !state.waiting.is_empty() {
                continue;
            }
            if state.closed {
                return None;
            }
            state.idle += 1;
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.idle -= 1;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Takes documents of the first job, and of others for the same model, up to what the model computes best at once. Work is left for
    /// workers that have none. A job with documents left goes to the end, so that a large one does not hold up those behind it.
    fn take(&mut self) -> Vec<Piece> {
        while self.waiting.front().is_some_and(|first| first.work.is_abandoned()) {
            self.waiting.pop_front();
        }
        let Some(first) = self.waiting.front().map(|waiting| waiting.work.clone()) else {
            return Vec::new();
        };
        let mut room = self.share(&first);
        let mut pieces = Vec::new();
        let mut left = VecDeque::new();
        let mut begun = VecDeque::new();
        while let Some(mut waiting) = self.waiting.pop_front() {
            if room == 0 || !waiting.work.goes_with(&first) {
                left.push_back(waiting);
                continue;
            }
            if waiting.work.is_abandoned() {
                continue;
            }
            let before = waiting.next;
            take_from(&mut waiting, &mut room, &mut pieces);
            if waiting.next == waiting.work.documents.len() {
                continue;
            }
            if waiting.next == before { &mut left } else { &mut begun }.push_back(waiting);
        }
        left.append(&mut begun);
        self.waiting = left;
        pieces
    }

    /// What may be taken at once beside `first`: its model's batch, and no more than this worker's part of all that waits.
    fn share(&self, first: &Work) -> usize {
        if first.options.explain {
            return 1;
        }
        let batch = first.served.classifier.batch_cost();
        if self.idle == 0 {
            return batch;
        }
        let all: usize = self.waiting.iter().map(Waiting::cost).sum();
        all.div_ceil(self.idle + 1).min(batch)
    }
}

/// Takes documents while there is room; the first of a batch always fits.
fn take_from(waiting: &mut Waiting, room: &mut usize, pieces: &mut Vec<Piece>) {
    while waiting.next < waiting.work.documents.len() {
        let cost = waiting.work.cost(waiting.next);
        if cost > *room && !pieces.is_empty() {
            // Later jobs could fit, and would then overtake this one for ever.
            *room = 0;
        }
        if *room == 0 {
            return;
        }
        *room = room.saturating_sub(cost);
        pieces.push(Piece { work: waiting.work.clone(), index: waiting.next });
        waiting.next += 1;
    }
}
