//! The versions to fit to each other.

use std::io::Write;

use anyhow::{Context, bail, ensure};
use switchboard_artifact::{HeldoutRow, Manifest, TrustedKeys};
use switchboard_cascade::{FitError, FittedVersion, Side};
use switchboard_registry::{ModelRef, Registry, Selector};
use switchboard_routing::Family;

use crate::config::Config;

/// A version and what it answered for rows it had not seen.
pub(crate) struct Chosen {
    pub(crate) version: FittedVersion,
    pub(crate) manifest: Manifest,
    rows: Vec<HeldoutRow>,
}

impl Chosen {
    pub(crate) fn side(&self) -> Side<'_> {
        Side { version: &self.version, labels: &self.manifest.labels, rows: &self.rows }
    }

    /// How its rows were held out, as its trainer recorded it.
    fn split(&self) -> &str {
        self.manifest.settings.get("split").and_then(|split| split.as_str()).unwrap_or("unknown")
    }
}

/// One or two of them.
pub(crate) struct Versions {
    pub(crate) linear: Chosen,
    pub(crate) transformer: Option<Chosen>,
}

impl Versions {
    /// The versions the flags name, or the champions.
    ///
    /// What is fitted to a version's held-out rows vouches for them, so one of the `trusted` keys must have signed them.
    pub(crate) fn choose(
        registry: &Registry,
        config: &Config,
        trusted: Option<&TrustedKeys>,
    ) -> anyhow::Result<Self> {
        let family = Family::Tfidf;
        let linear = config.linear.clone().unwrap_or_else(|| champion(config, family));
        let linear = load(registry, config, family, &linear, trusted)?
            .with_context(|| missing(registry, config, family, &linear))?;
        Ok(Self { linear, transformer: transformer(registry, config, trusted)? })
    }

    /// What went wrong, and what to do where these versions say more than their rows.
    pub(crate) fn explained(&self, error: FitError) -> anyhow::Error {
        let few = matches!(error, FitError::TooFewRows { .. });
        let fault = anyhow::Error::new(error);
        let Some(transformer) = self.transformer.as_ref().filter(|_| few) else { return fault };
        let (ours, theirs) = (self.linear.split(), transformer.split());
        if ours != theirs {
            return fault.context(format!(
                "the models' rows were held out differently (--split {ours} and {theirs}): retrain both with the same --split"
            ));
        }
        if self.linear.manifest.data.fingerprint != transformer.manifest.data.fingerprint {
            return fault
                .context("the models were trained on other rows: retrain both on the same --data");
        }
        fault
    }
}

fn champion(config: &Config, family: Family) -> ModelRef {
    ModelRef::champion(&format!("{}-{}", config.task, family.name()))
}

/// A transformer that nobody asked for may lack, which is told.
fn transformer(
    registry: &Registry,
    config: &Config,
    trusted: Option<&TrustedKeys>,
) -> anyhow::Result<Option<Chosen>> {
    let family = Family::Transformer;
    let asked = config.transformer.clone();
    let named = asked.clone().unwrap_or_else(|| champion(config, family));
    let found = load(registry, config, family, &named, trusted)?;
    if found.is_none() {
        let missing = missing(registry, config, family, &named);
        ensure!(asked.is_none(), missing);
        // Nobody to tell is no reason to fail.
        let _ = writeln!(std::io::stderr(), "the linear model is fitted alone: {missing}");
    }
    Ok(found)
}

fn load(
    registry: &Registry,
    config: &Config,
    family: Family,
    model: &ModelRef,
    trusted: Option<&TrustedKeys>,
) -> anyhow::Result<Option<Chosen>> {
    let Some(version) = registry.resolve(&model.name, &model.selector)? else { return Ok(None) };
    let name = model.name.clone();
    let artifact = registry.load(&name, version)?;
    let manifest = artifact.manifest().clone();
    if manifest.family != family.name() || manifest.task != config.task {
        bail!(
            "{name} version {version} is of family {} and task {}, not of family {} and task {}",
            manifest.family,
            manifest.task,
            family.name(),
            config.task
        );
    }
    if let Some(trusted) = trusted {
        artifact.verify_signature(trusted).with_context(|| {
            format!(
                "{name} version {version} is signed by none of --signing-key and --trusted-keys"
            )
        })?;
    }
    let rows = artifact.heldout().with_context(|| format!("read the held-out rows of {name}"))?;
    Ok(Some(Chosen { version: FittedVersion { name, version }, manifest, rows }))
}

/// What lacks, and the command that makes it.
fn missing(registry: &Registry, config: &Config, family: Family, model: &ModelRef) -> String {
    let (ModelRef { name, selector }, url) = (model, &config.registry);
    let newest = registry.versions(name).ok().and_then(|versions| versions.last().copied());
    let what = match selector {
        Selector::Alias(alias) => format!("{name} has no {alias} in {url}"),
        Selector::Version(version) => format!("{name} has no version {version} in {url}"),
    };
    match newest {
        Some(version) => format!(
            "{what}: promote one with `switchboard models promote {name}/{version} --registry {url}`"
        ),
        None => format!(
            "{what}: train one with `train-{} --task {} --data FILE --registry {url} --promote`",
            family.name(),
            config.task
        ),
    }
}
