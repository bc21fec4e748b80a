//! Several networks around one set of weights, each on a thread of its own.
//!
//! Threads inside libtorch's operations meet after every one of them; on a machine that does something else too, each meeting waits for
//! whichever thread the system has put aside, and training slows to a tenth. These threads meet once a step.

use std::panic::resume_unwind;
use std::thread;

use tch::Tensor;

use super::FitOptions;
use crate::network::Network;
use crate::shape::Shape;
use crate::threads::one_an_operation;
use crate::weights::Weights;

/// Networks that share their weights and have gradients of their own.
pub(super) struct Crew {
    networks: Vec<Network>,
}

/// A parameter by its name, as each network of a crew holds it: one set of numbers, a gradient each.
pub(super) struct Parameter {
    pub(super) name: String,
    /// The first network's comes first, and is never without a gradient after a step.
    pub(super) leaves: Vec<Tensor>,
}

impl Crew {
    /// A network a thread, and the parameters that train.
    pub(super) fn around(
        weights: &Weights,
        shape: &Shape,
        options: &FitOptions,
    ) -> (Self, Vec<Parameter>) {
        let leaves: Vec<Weights> = (0..options.threads)
            .map(|_| {
                let leaf = |(name, tensor): (&String, &Tensor)| {
                    (name.clone(), tensor.detach().set_requires_grad(!options.frozen.holds(name)))
                };
                weights.iter().map(leaf).collect()
            })
            .collect();
        let parameter = |name: &String| Parameter {
            name: name.clone(),
            leaves: leaves.iter().map(|leaves| leaves[name].shallow_clone()).collect(),
        };
        let training = weights.keys().filter(|name| !options.frozen.holds(name));
        let parameters = training.map(parameter).collect();
        let network = |leaves| Network::around(leaves, shape, options.pooling);
        (Self { networks: leaves.iter().map(network).collect() }, parameters)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.networks.len()
    }

    /// Calls `work` with each network and its share, all at once; returns what each said, in order. There are no more shares than networks.
    pub(super) fn each<S: Send, T: Send>(
        &mut self,
        shares: Vec<S>,
        work: impl Fn(&Network, S) -> T + Sync,
    ) -> Vec<T> {
        let shares = self.networks.iter_mut().zip(shares).collect();
        at_once(shares, |(network, share)| work(network, share))
    }
}

/// Calls `work` with each item on a thread of its own; returns what each said, in order.
pub(super) fn at_once<S: Send, T: Send>(items: Vec<S>, work: impl Fn(S) -> T + Sync) -> Vec<T> {
    let work = &work;
    thread::scope(|scope| {
        let threads: Vec<_> =
            items.into_iter().map(|item| scope.spawn(move || on_this_thread(work, item))).collect();
        let joined = threads.into_iter().map(thread::ScopedJoinHandle::join);
        joined.map(|said| said.unwrap_or_else(|panic| resume_unwind(panic))).collect()
    })
}

fn on_this_thread<S, T>(work: &(impl Fn(S) -> T + Sync), item: S) -> T {
    one_an_operation();
    work(item)
}
