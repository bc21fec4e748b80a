//! One set of weights, used by many threads.
//!
//! A libtorch tensor may move between threads and may not be used by two at once, as far as Rust knows. So each thread that
//! answers borrows a network of its own; all of them stand around the same tensors, so a further one costs no weights.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::network::{Network, Pooling};
use crate::shape::Shape;
use crate::weights::Weights;

/// Networks around one set of weights: as many as there ever were threads at once.
pub(crate) struct Replicas {
    weights: Mutex<Weights>,
    idle: Mutex<Vec<Network>>,
    /// What further networks are made of.
    first: Mutex<Network>,
    shape: Shape,
    pooling: Pooling,
}

impl Replicas {
    pub(crate) fn new(weights: Weights, shape: Shape, pooling: Pooling) -> Self {
        // Nothing here trains any more.
        let weights = weights.into_iter().map(|(name, tensor)| (name, tensor.detach())).collect();
        let first = Mutex::new(Network::around(&weights, &shape, pooling));
        Self { weights: Mutex::new(weights), idle: Mutex::default(), first, shape, pooling }
    }

    /// Calls `with` with a network that no other thread has. If `with` panics, the network is lost, and the next caller has a new one.
    pub(crate) fn borrow<T>(&self, with: impl FnOnce(&Network) -> T) -> T {
        let idle = lock(&self.idle).pop();
        let network = idle.unwrap_or_else(|| lock(&self.first).share());
        let answer = tch::no_grad(|| with(&network));
        lock(&self.idle).push(network);
        answer
    }

    pub(crate) fn shape(&self) -> &Shape {
        &self.shape
    }

    pub(crate) fn pooling(&self) -> Pooling {
        self.pooling
    }

    /// Calls `with` with the weights.
    pub(crate) fn weights<T>(&self, with: impl FnOnce(&Weights) -> T) -> T {
        with(&lock(&self.weights))
    }
}

/// Nothing is left half-changed by a panic: a list of networks is whole before and after each call.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
