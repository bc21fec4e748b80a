//! A version of a registry that wants to be the champion.

use switchboard_artifact::{Artifact, ArtifactError, HeldoutRow};
use switchboard_registry::{CHAMPION, Expected, Registry, RegistryError, Selector};
use thiserror::Error;

use crate::candidate::Candidate;
use crate::check::{Check, Comparison, Verdict};
use crate::compare::{admit, compare};
use crate::limits::Limits;

/// Why two versions cannot be held against each other.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ContestError {
    /// The registry does not have the version, or it is damaged.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// What the version carries cannot be read.
    #[error("read what the version carries")]
    Artifact(#[from] ArtifactError),
}

/// A version that wants to be the champion, and the one that is.
#[derive(Debug)]
pub struct Contest {
    champion: Champion,
    challenger: Side,
}

#[derive(Debug)]
enum Champion {
    None,
    Present(u32, Box<Side>),
    /// Somebody has to see to it, and may have to promote another for that.
    Unreadable(u32, ContestError),
}

#[derive(Debug)]
struct Side {
    artifact: Artifact,
    candidate: Candidate,
}

impl Side {
    fn load(registry: &Registry, name: &str, version: u32) -> Result<Self, ContestError> {
        let artifact = registry.load(name, version)?;
        let candidate = Candidate::read(&artifact)?;
        Ok(Self { artifact, candidate })
    }
}

impl Contest {
    /// Reads the version and the champion of the model.
    pub fn open(registry: &Registry, name: &str, version: u32) -> Result<Self, ContestError> {
        let challenger = Side::load(registry, name, version)?;
        let champion = registry.resolve(name, &Selector::Alias(CHAMPION.to_owned()))?;
        let champion = champion.map_or(Champion::None, |number| {
            Side::load(registry, name, number).map_or_else(
                |error| Champion::Unreadable(number, error),
                |side| Champion::Present(number, Box::new(side)),
            )
        });
        Ok(Self { champion, challenger })
    }

    /// Compares on these rows instead of those the versions carry: `answers` says what a version answers for them.
    pub fn answer<E>(
        &mut self,
        answers: impl Fn(&Artifact) -> Result<Vec<HeldoutRow>, E>,
    ) -> Result<(), E> {
        if let Champion::Present(_, side) = &mut self.champion {
            side.candidate.rows = answers(&side.artifact)?;
            self.challenger.candidate.rows = answers(&self.challenger.artifact)?;
        }
        Ok(())
    }

    /// The version that is the champion.
    pub fn champion(&self) -> Option<u32> {
        match self.champion {
            Champion::None => None,
            Champion::Present(number, _) | Champion::Unreadable(number, _) => Some(number),
        }
    }

    /// What the alias must still name when it is moved, so that nobody replaces a champion that was never compared.
    pub fn expected(&self) -> Expected {
        self.champion().map_or(Expected::Unset, Expected::Version)
    }

    /// Compares them. Without a champion, looks at the version alone.
    pub fn compare(&self, limits: &Limits) -> Comparison {
        let challenger = &self.challenger.candidate;
        match &self.champion {
            Champion::None => admit(challenger, limits),
            Champion::Present(_, side) => compare(&side.candidate, challenger, limits),
            Champion::Unreadable(number, error) => {
                let mut comparison = admit(challenger, limits);
                comparison.checks.push(unreadable(*number, error));
                comparison
            }
        }
    }
}

fn unreadable(number: u32, error: &ContestError) -> Check {
    let why = std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source());
    let why: Vec<String> = why.map(ToString::to_string).collect();
    let sentence = format!(
        "version {number}, which serves, cannot be compared with ({}): roll back to the one before it, or promote with --force and --reason",
        why.join(": ")
    );
    Check::new("champion", Verdict::Failed, sentence)
}
