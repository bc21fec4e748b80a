//! What the registry knows of the versions that answered.

use std::collections::HashMap;

use anyhow::Context;
use switchboard_cascade::{Desk, OperatingPoint, Point, held_out, record};
use switchboard_decisions::Decision;
use switchboard_registry::{CHAMPION, Registry, RegistryUrl, Selector};
use switchboard_routing::{
    Circumstances, Evidence, Family, HeldOut, Limit, Policy, Record, Said, Thresholds,
};

/// A version, if a model of that kind had any part in the decision.
type Version = Option<(String, u32)>;

/// The routing version, and the linear model's and the transformer's.
type Versions = (Version, [Version; 2]);

/// The registry, and what was read of it.
pub(super) struct Models {
    registry: Registry,
    known: HashMap<Versions, Known>,
}

/// What decided beside the policy.
pub(super) struct Known {
    thresholds: Thresholds,
    point: Option<Point>,
    labels: Vec<String>,
    records: [Option<Record>; 2],
}

impl Models {
    pub(super) fn of(url: &RegistryUrl) -> anyhow::Result<Self> {
        Ok(Self { registry: Registry::open(url)?, known: HashMap::new() })
    }

    /// What stood behind a decision: the routing version that served, if any, and the versions that answered, or would have.
    pub(super) fn behind(
        &mut self,
        decision: &Decision,
        evidence: &Evidence,
    ) -> anyhow::Result<&Known> {
        let task = &decision.task;
        let routing = decision.routing_version.map(|version| (format!("{task}-routing"), version));
        let mut versions: [Version; 2] = [None, None];
        for (version, family) in versions.iter_mut().zip(Family::ALL) {
            let said = evidence.of(family).map(|said| (said.model.clone(), said.version));
            *version = match said {
                Some(said) => Some(said),
                None => self.champion(&format!("{task}-{}", family.name())),
            };
        }
        let key = (routing, versions);
        if !self.known.contains_key(&key) {
            let known = self.read(&key)?;
            self.known.insert(key.clone(), known);
        }
        self.known.get(&key).context("what was just read is there")
    }

    fn champion(&self, name: &str) -> Version {
        let version = self.registry.resolve(name, &Selector::Alias(CHAMPION.to_owned())).ok()??;
        Some((name.to_owned(), version))
    }

    fn read(&self, (routing, versions): &Versions) -> anyhow::Result<Known> {
        let point =
            routing.as_ref().map(|(name, version)| self.point(name, *version)).transpose()?;
        let mut rows: [Vec<HeldOut>; 2] = [Vec::new(), Vec::new()];
        let mut records = [None, None];
        let mut labels = Vec::new();
        for (index, version) in versions.iter().enumerate() {
            let Some((name, version)) = version else { continue };
            let artifact = self.registry.load(name, *version).with_context(|| {
                format!("{name} {version} answered, and is to be looked at in --registry")
            })?;
            records[index] = Some(record(artifact.manifest()));
            rows[index] = held_out(&artifact)?;
            labels.clone_from(&artifact.manifest().labels);
        }
        let thresholds = match &point {
            Some(point) => point.model.thresholds().clone(),
            None => Thresholds::from_heldout(&rows[0], &rows[1]),
        };
        Ok(Known { thresholds, point, labels, records })
    }

    fn point(&self, name: &str, version: u32) -> anyhow::Result<Point> {
        let artifact = self.registry.load(name, version)?;
        Ok(Point::new(version, OperatingPoint::load(&artifact)?))
    }
}

impl Known {
    /// Every label and its probability, in the models' order.
    pub(super) fn scores(&self, said: &Said) -> Vec<(String, f32)> {
        self.labels.iter().cloned().zip(said.probabilities(&self.labels)).collect()
    }

    pub(super) fn desk<'d>(&'d self, task: &'d str, policy: &'d Policy) -> Desk<'d> {
        let [linear, transformer] = &self.records;
        let around = Circumstances {
            task,
            policy,
            thresholds: &self.thresholds,
            linear: linear.as_ref(),
            transformer: transformer.as_ref(),
            fuses: false,
            calibrated: false,
            share: (1.0, Limit::Latency),
            requested: None,
        };
        Desk::new(around, self.point.as_ref())
    }
}
