//! The operating point of a task: what `<task>-routing` holds, and what serving asks of it.

use serde::{Deserialize, Serialize};
use switchboard_artifact::Artifact;
use switchboard_calibration::Tail;
use switchboard_routing::{Family, Fusion, LinearSignals, Signals, Thresholds};

use crate::features::LabelGate;
use crate::situations::Situations;
use crate::{Fits, PointError, Sets, validate};

/// The file of a version that holds the operating point.
pub const ROUTING_FILE: &str = "routing.json";

/// The family in the manifests of such versions.
pub const FAMILY: &str = "routing";

/// The format this release writes, and the newest it reads.
pub const FORMAT: u32 = 1;

/// Two models as one: fitted to the held-out rows of two exact versions, and used only with these.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OperatingPoint {
    pub(crate) format: u32,
    pub(crate) fits: Fits,
    pub(crate) labels: Vec<String>,
    pub(crate) targets: Targets,
    pub(crate) thresholds: Thresholds,
    pub(crate) fusion: Option<Fusion>,
    pub(crate) gate: Option<LabelGate>,
    pub(crate) sets: Situations,
    pub(crate) out_of_scope: OutOfScope,
}

/// What was asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Targets {
    /// The share of automatic answers that are to be right, 0 to 1; without it prediction sets say what is automatic.
    pub accuracy: Option<f64>,
    /// The share of tickets the transformer is asked about, 0 to 1; the smallest that is as good as any when left out.
    pub transformer_share: Option<f64>,
}

/// How strange a text looks to each model: minus its greatest raw logit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct OutOfScope {
    pub(crate) linear: Option<Tail>,
    pub(crate) transformer: Option<Tail>,
}

/// All that is read of a file before its format is known.
#[derive(Deserialize)]
struct Head {
    format: u32,
}

impl OperatingPoint {
    /// Reads the operating point of a `<task>-routing` version, whose files were verified.
    pub fn load(artifact: &Artifact) -> Result<Self, PointError> {
        let manifest = artifact.manifest();
        if manifest.family != FAMILY {
            let (name, found) = (manifest.name.clone(), manifest.family.clone());
            return Err(PointError::Family { name, found });
        }
        Self::from_bytes(&artifact.read(ROUTING_FILE)?)
    }

    /// Reads what [`Self::to_bytes`] wrote. Whatever is accepted can be asked anything.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PointError> {
        let Head { format } = serde_json::from_slice(bytes)?;
        if format > FORMAT {
            return Err(PointError::LaterFormat { found: format, known: FORMAT });
        }
        let point: Self = serde_json::from_slice(bytes)?;
        validate::point(&point)?;
        Ok(point)
    }

    /// The contents of [`ROUTING_FILE`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, PointError> {
        validate::point(self)?;
        let mut bytes = serde_json::to_vec(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// The versions it holds for.
    pub fn fits(&self) -> &Fits {
        &self.fits
    }

    /// The labels, in the order of every model's scores.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// What was asked for when it was fitted.
    pub fn targets(&self) -> Targets {
        self.targets
    }

    /// At which confidence, or probability of the gate, tickets escalate; below which confidence a person should look.
    pub fn thresholds(&self) -> &Thresholds {
        &self.thresholds
    }

    /// How answers of both models are combined, when both were looked at.
    pub fn fusion(&self) -> Option<&Fusion> {
        self.fusion.as_ref()
    }

    /// Whether a gate serves.
    pub fn has_gate(&self) -> bool {
        self.gate.is_some()
    }

    /// The gate's probability that the linear model, which chose the label at place `label`, is right; `None` where no gate serves.
    pub fn gate(&self, text: &Signals, linear: &LinearSignals, label: usize) -> Option<f32> {
        self.gate.as_ref().map(|gate| gate.probability(Some(text), linear, label))
    }

    /// One answer from both models' calibrated probabilities; `None` where they cannot be combined.
    pub fn fuse(&self, linear: &[f32], transformer: &[f32]) -> Option<Vec<f32>> {
        self.fusion.as_ref()?.combine(linear, transformer)
    }

    /// Sets of labels that hold the truth in the share `coverage` of tickets; to be made once a policy, not once a ticket.
    pub fn for_coverage(&self, coverage: f32) -> Sets {
        self.sets.at(coverage)
    }

    /// The share of in-scope tickets that looked less strange to a model than one whose greatest raw logit is this, 0 to 1; `None` for a
    /// model that was not looked at.
    pub fn out_of_scope(&self, family: Family, greatest_logit: f32) -> Option<f32> {
        let tail = match family {
            Family::Tfidf => &self.out_of_scope.linear,
            Family::Transformer => &self.out_of_scope.transformer,
        };
        tail.as_ref().map(|tail| tail.share_below(-greatest_logit))
    }
}
