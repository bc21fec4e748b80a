//! Several networks around one set of weights, each on a thread of its own.
//!
//! Threads inside libtorch's operations meet after every one of them; on a machine that does something else too, each meeting waits for
//! whichever thread the system has put aside, and training slows to a tenth. These threads meet once a step.

use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::thread;

use tch::Tensor;

use super::{FitError, FitOptions};
use crate::network::Network;
use crate::shape::Shape;
use crate::weights::Weights;

/// Networks that share their weights and have gradients of their own.
pub(super) struct Crew {
    networks: Vec<Network>,
    dim: usize,
}

impl Crew {
    /// A network a thread; what `options` freezes has no gradients.
    pub(super) fn around(weights: &Weights, shape: &Shape, options: &FitOptions) -> Self {
        let network = |_| {
            let network = Network::around(weights, shape, options.pooling, options.dropout);
            for (name, parameter) in network.parameters() {
                let _ = parameter.set_requires_grad(!options.frozen.holds(&name));
            }
            network
        };
        Self {
            networks: (0..options.threads).map(network).collect(),
            dim: usize::try_from(shape.dim).unwrap_or(0),
        }
    }

    /// The network whose gradients, gathered from all, the optimiser follows.
    pub(super) fn first(&self) -> &Network {
        &self.networks[0]
    }

    /// Width of a hidden state.
    pub(super) fn dim(&self) -> usize {
        self.dim
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.networks.len()
    }

    /// Calls `work` with each network and its share, all at once; returns what each said, in order. There are no more shares than networks.
    pub(super) fn each<S: Send, T: Send>(
        &mut self,
        shares: Vec<S>,
        work: impl Fn(&Network, S) -> Result<T, FitError> + Sync,
    ) -> Result<Vec<T>, FitError> {
        let work = &work;
        thread::scope(|scope| {
            let threads: Vec<_> = self
                .networks
                .iter_mut()
                .zip(shares)
                .map(|(network, share)| scope.spawn(move || work(network, share)))
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)))
                .collect()
        })
    }

    /// Forgets every gradient.
    pub(super) fn forget_gradients(&mut self) {
        for network in &self.networks {
            for mut parameter in network.store.trainable_variables() {
                parameter.zero_grad();
            }
        }
    }

    /// Adds every network's gradients to the first's, always in the same order.
    pub(super) fn gather_gradients(&mut self) {
        let gradients = |network: &Network| -> BTreeMap<String, Tensor> {
            let parameters = network.parameters().into_iter();
            parameters
                .map(|(name, parameter)| (name, parameter.grad()))
                .filter(|(_, gradient)| gradient.defined())
                .collect()
        };
        let (first, others) = self.networks.split_at(1);
        let mut sums = first.first().map(gradients).unwrap_or_default();
        for network in others {
            for (name, gradient) in gradients(network) {
                if let Some(sum) = sums.get_mut(&name) {
                    let _ = tch::no_grad(|| sum.g_add_(&gradient));
                }
            }
        }
    }
}
