//! One set of weights, used by many threads.
//!
//! A libtorch tensor may move between threads and may not be used by two at once, as far as Rust knows. So each thread that
//! answers borrows a network of its own; all of them stand around the same tensors, so a further one costs no weights.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::network::Network;
use crate::threads::one_an_operation;

/// Networks around one set of weights: as many as there ever were threads at once.
pub(crate) struct Replicas {
    idle: Mutex<Vec<Network>>,
    /// What further networks are made of.
    first: Mutex<Network>,
}

impl Replicas {
    pub(crate) fn new(first: Network) -> Self {
        Self { idle: Mutex::default(), first: Mutex::new(first) }
    }

    /// Calls `with` with a network that no other thread has. If `with` panics, the network is lost, and the next caller has a new one.
    pub(crate) fn borrow<T>(&self, with: impl FnOnce(&Network) -> T) -> T {
        one_an_operation();
        let idle = lock(&self.idle).pop();
        let network = idle.unwrap_or_else(|| lock(&self.first).share());
        let answer = tch::no_grad(|| with(&network));
        lock(&self.idle).push(network);
        answer
    }
}

/// Nothing is left half-changed by a panic: a list of networks is whole before and after each call.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
