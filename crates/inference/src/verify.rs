//! From an artifact to a model that may serve.

use std::error::Error;
use std::sync::Arc;

use switchboard_artifact::{Artifact, ArtifactError, SignatureError, TrustedKeys};
use switchboard_classify::Classifier;
use switchboard_evaluate::{REFERENCE_FILE, Spread};
use switchboard_registry::RegistryError;

use crate::Served;
use crate::label_set::{Incumbent, LabelSetChange};

/// Makes a classifier of an artifact whose checksums match.
pub type LoadModel =
    dyn Fn(&Artifact) -> Result<Arc<dyn Classifier>, Box<dyn Error + Send + Sync>> + Send + Sync;

/// Why a version may not serve.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// Its manifest or checksums are wrong.
    #[error(transparent)]
    Artifact(#[from] ArtifactError),
    /// It is not there, or is another model's.
    #[error(transparent)]
    Registry(RegistryError),
    /// Nobody who is trusted vouches for it.
    #[error(transparent)]
    Signature(SignatureError),
    /// It is of another kind than this service runs.
    #[error("it is a {found} model; this service runs {expected} models")]
    Family {
        /// The family of the version.
        found: String,
        /// The family of the service.
        expected: String,
    },
    /// It was trained for another task than its name says.
    #[error("it is a model for task {found}; its name says {expected}")]
    Task {
        /// The task of the version.
        found: String,
        /// The task of its name.
        expected: String,
    },
    /// It answers other labels than the version it would replace.
    #[error(transparent)]
    LabelSet(LabelSetChange),
    /// The model could not be built from it.
    #[error("build the model")]
    Load(#[source] Box<dyn Error + Send + Sync>),
    /// The model's labels are not the manifest's.
    #[error("the model has {model} labels, its manifest {manifest}")]
    Labels {
        /// Labels of the model.
        model: usize,
        /// Labels of the manifest.
        manifest: usize,
    },
    /// The model answers otherwise than when it was made.
    #[error(
        "golden example {index} is answered otherwise than when the version was made: a logit is {differs} off, and in {precision} {tolerance} is allowed"
    )]
    Golden {
        /// Which of them, from 0.
        index: usize,
        /// How far the farthest logit is off; infinite when there is no such answer at all.
        differs: f32,
        /// What the model computes in.
        precision: &'static str,
        /// How far it may be off.
        tolerance: f32,
    },
}

impl Refusal {
    /// Every [`reason`](Self::reason).
    pub const REASONS: [&'static str; 13] = [
        "artifact",
        "truncated",
        "format",
        "registry",
        SignatureError::REASONS[0],
        SignatureError::REASONS[1],
        SignatureError::REASONS[2],
        "family",
        "task",
        "label_set",
        "load",
        "labels",
        "golden",
    ];

    /// A short name, for metrics.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Artifact(ArtifactError::Truncated { .. }) => "truncated",
            Self::Artifact(ArtifactError::FutureFormat { .. }) => "format",
            Self::Artifact(_) => "artifact",
            Self::Registry(_) => "registry",
            Self::Signature(error) => error.reason(),
            Self::Family { .. } => "family",
            Self::Task { .. } => "task",
            Self::LabelSet(_) => "label_set",
            Self::Load(_) => "load",
            Self::Labels { .. } => "labels",
            Self::Golden { .. } => "golden",
        }
    }
}

/// What a version must be to serve.
pub(crate) struct Requirements<'r> {
    /// The service's family.
    pub(crate) family: &'r str,
    /// The task that its name says.
    pub(crate) task: &'r str,
    /// The keys of which one must have signed it; unsigned versions may serve when there are none.
    pub(crate) trusted: Option<&'r TrustedKeys>,
    /// The version it would replace.
    pub(crate) replaces: Option<Incumbent<'r>>,
    pub(crate) load: &'r LoadModel,
}

/// Builds the model of `artifact` and checks that it may serve, and answers as it did when it was made.
pub(crate) fn verify(
    artifact: &Artifact,
    version: u32,
    requirements: &Requirements<'_>,
) -> Result<Served, Refusal> {
    check_manifest(artifact, version, requirements)?;
    let manifest = artifact.manifest();
    let classifier = (requirements.load)(artifact).map_err(Refusal::Load)?;
    if classifier.labels() != manifest.labels {
        return Err(Refusal::Labels {
            model: classifier.labels().len(),
            manifest: manifest.labels.len(),
        });
    }
    check_golden(artifact, &*classifier)?;
    let reference = reference(artifact)?;
    Ok(Served {
        name: manifest.name.clone(),
        version,
        task: manifest.task.clone(),
        family: manifest.family.clone(),
        languages: manifest.languages.clone(),
        metrics: manifest.metrics.clone(),
        reference,
        classifier,
    })
}

/// What can be known without building the model. The signature comes first: nothing that nobody vouches for is looked at any further.
fn check_manifest(
    artifact: &Artifact,
    version: u32,
    requirements: &Requirements<'_>,
) -> Result<(), Refusal> {
    let manifest = artifact.manifest();
    if let Some(trusted) = requirements.trusted {
        artifact.verify_signature(trusted).map_err(Refusal::Signature)?;
    }
    if manifest.family != requirements.family {
        return Err(Refusal::Family {
            found: manifest.family.clone(),
            expected: requirements.family.to_owned(),
        });
    }
    if manifest.task != requirements.task {
        return Err(Refusal::Task {
            found: manifest.task.clone(),
            expected: requirements.task.to_owned(),
        });
    }
    match requirements.replaces {
        Some(incumbent) => incumbent.admits(version, manifest).map_err(Refusal::LabelSet),
        None => Ok(()),
    }
}

fn check_golden(artifact: &Artifact, classifier: &dyn Classifier) -> Result<(), Refusal> {
    for (index, example) in artifact.golden()?.iter().enumerate() {
        let answer = classifier.recorded_logits(&example.text);
        let differs = answer.map_or(f32::INFINITY, |logits| farthest(&logits, &example.logits));
        let (precision, tolerance) = (classifier.precision(), classifier.tolerance());
        if differs.is_nan() || differs > tolerance {
            return Err(Refusal::Golden { index, differs, precision, tolerance });
        }
    }
    Ok(())
}

fn reference(artifact: &Artifact) -> Result<Option<Spread>, Refusal> {
    if !artifact.manifest().files.contains_key(REFERENCE_FILE) {
        return Ok(None);
    }
    let bytes = artifact.read(REFERENCE_FILE)?;
    serde_json::from_slice(&bytes).map(Some).map_err(|error| Refusal::Load(Box::new(error)))
}

/// The largest difference between two rows of logits.
fn farthest(one: &[f32], other: &[f32]) -> f32 {
    if one.len() != other.len() {
        return f32::INFINITY;
    }
    let differences = one.iter().zip(other).map(|(a, b)| (a - b).abs());
    differences.fold(0.0, |most, next| if next > most || next.is_nan() { next } else { most })
}
