//! What every program that publishes a version does around it.

use std::io::Write;
use std::time::SystemTime;

use anyhow::Context;
use switchboard_promotion::{Comparison, Contest};
use switchboard_registry::{AliasChange, CHALLENGER, CHAMPION, Expected, Registry};

use crate::Gate;

/// The revision of the code this was built from.
pub const CODE_REVISION: &str = env!("CODE_REVISION");

/// Who publishes, and what their version becomes.
#[derive(Debug, Clone, Copy)]
pub struct Publisher<'p> {
    /// Who, for the registry's history.
    pub by: &'p str,
    /// Why, for the same.
    pub why: &'p str,
    /// Whether the version is to become the champion; the challenger otherwise.
    pub promote: bool,
    /// What it must be for that.
    pub gate: &'p Gate,
}

/// What a version became.
#[derive(Debug)]
pub struct Placed {
    /// The alias that names it.
    pub alias: &'static str,
    /// How it compares with the champion it was to follow, if that was wanted.
    pub comparison: Option<Comparison>,
}

impl Placed {
    /// Whether it is the champion.
    pub fn promoted(&self) -> bool {
        self.alias == CHAMPION
    }

    /// Whether it was to be the champion, and is not good enough.
    pub fn refused(&self) -> bool {
        self.comparison.is_some() && !self.promoted()
    }

    /// Whether it is the champion although it is not good enough.
    pub fn forced(&self) -> bool {
        self.promoted() && self.comparison.as_ref().is_some_and(|comparison| !comparison.passed())
    }
}

impl Publisher<'_> {
    /// Points an alias to a version of model `name`. One that was to be the champion and is not good enough becomes the challenger; why is told on stderr.
    pub fn point_alias(
        &self,
        registry: &Registry,
        name: &str,
        version: u32,
    ) -> anyhow::Result<Placed> {
        if !self.promote {
            set(registry, (name, CHALLENGER), self.change(version))?;
            return Ok(Placed { alias: CHALLENGER, comparison: None });
        }
        let contest = Contest::open(registry, name, version)
            .with_context(|| format!("compare version {version} with the champion"))?;
        let comparison = contest.compare(&self.gate.limits);
        let promoted = comparison.passed() || self.gate.force;
        let forced = promoted && !comparison.passed();
        if !comparison.passed() {
            tell(name, version, &comparison, forced);
        }
        let evidence = Some(comparison.evidence(contest.champion(), forced));
        let (alias, expected) = if promoted {
            (CHAMPION, contest.expected())
        } else {
            (CHALLENGER, Expected::Anything)
        };
        let change = AliasChange { evidence, expected, ..self.change(version) };
        set(registry, (name, alias), change)?;
        Ok(Placed { alias, comparison: Some(comparison) })
    }

    fn change(&self, version: u32) -> AliasChange {
        AliasChange {
            version,
            expected: Expected::Anything,
            who: self.by.to_owned(),
            why: self.why.to_owned(),
            at: now(),
            evidence: None,
        }
    }
}

fn set(
    registry: &Registry,
    (name, alias): (&str, &str),
    change: AliasChange,
) -> anyhow::Result<()> {
    let version = change.version;
    registry
        .set_alias(name, alias, change)
        .with_context(|| format!("point {alias} to version {version}"))?;
    Ok(())
}

/// Says on stderr what a version lacks, and what becomes of it.
fn tell(name: &str, version: u32, comparison: &Comparison, forced: bool) {
    let outcome = if forced { "promoted by force" } else { "not promoted; it is the challenger" };
    // Nobody to tell is no reason to fail.
    let _ = writeln!(std::io::stderr(), "{comparison}{name}: version {version} {outcome}");
}

/// Ends this program when stdin ends: whoever started it is gone.
pub fn leave_with_stdin() -> anyhow::Result<()> {
    let watch = || {
        let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
        // Nothing is visible in the registry before it is complete, so leaving here leaves nothing half-done.
        std::process::exit(130);
    };
    let thread = std::thread::Builder::new().name("stdin".into()).spawn(watch);
    thread.map(|_| ()).context("watch stdin")
}

/// The present, as RFC 3339.
pub fn now() -> String {
    humantime::format_rfc3339_seconds(SystemTime::now()).to_string()
}
