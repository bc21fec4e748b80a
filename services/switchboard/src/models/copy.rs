//! `switchboard models copy`: a version of one registry, published in another.

use anyhow::{Context, bail};
use clap::Args;
use serde::Serialize;
use switchboard_cascade::FAMILY;
use switchboard_registry::{
    AliasChange, CHALLENGER, CHAMPION, Expected, ModelRef, Registry, RegistryUrl,
};

use super::{alias, now, resolve};

/// What to copy, and where to.
#[derive(Debug, Args)]
pub(super) struct CopyArgs {
    /// The version: NAME (its champion), NAME@ALIAS or NAME/VERSION.
    #[arg(value_name = "NAME[@ALIAS|/VERSION]")]
    model: ModelRef,
    /// The registry it is published in: `file:DIR`, or `http(s)://HOST:PORT` of an MLflow server.
    #[arg(long, value_name = "URL", env = "SWITCHBOARD_REGISTRY")]
    to: RegistryUrl,
    /// The alias to give it there. A registry that has a champion keeps it: `models promote` compares the two.
    #[arg(long, default_value = CHALLENGER, value_parser = alias)]
    alias: String,
    /// Who, for the model's history there.
    #[arg(long, env = "USER", default_value = "unknown")]
    by: String,
}

/// What was copied.
#[derive(Debug, Serialize)]
pub(super) struct Copied {
    model: String,
    from: u32,
    to: u32,
    alias: String,
    registry: String,
}

/// Publishes a version of the registry at `source` in another one, under the next free number there, with every file its
/// manifest lists and its signature.
pub(super) fn copy(source: &RegistryUrl, args: CopyArgs) -> anyhow::Result<Copied> {
    let CopyArgs { model, to: url, alias, by } = args;
    let from = &Registry::open(source)?;
    let number = resolve(from, &model)?;
    let name = model.name;
    let artifact = from.load(&name, number)?;
    if artifact.manifest().family == FAMILY {
        bail!(
            "{name}/{number} holds for two versions by their numbers, which are others in another registry: run calibrate-routing on {url} instead"
        );
    }
    let to = Registry::open(&url)?;
    // Nothing is compared here, so nothing that serves makes room.
    let expected = if alias == CHAMPION { Expected::Unset } else { Expected::Anything };
    if alias == CHAMPION && to.aliases(&name).is_ok_and(|set| set.contains_key(CHAMPION)) {
        bail!(
            "{name} has a champion in {url}: copy it as a challenger, and let `switchboard models promote` compare the two"
        );
    }
    let staged = to.stage(&name)?;
    artifact.copy_to(&staged.path()).with_context(|| format!("copy {name}/{number} to {url}"))?;
    let version = to.publish(staged)?;
    let change = AliasChange {
        version,
        expected,
        who: by,
        why: format!("copied from {name}/{number} of {source}"),
        at: now(),
        evidence: None,
    };
    to.set_alias(&name, &alias, change)
        .with_context(|| format!("{name}/{version} was published, but has no alias {alias}"))?;
    Ok(Copied { model: name, from: number, to: version, alias, registry: url.to_string() })
}
