//! `switchboard models`: what a registry holds, and which version serves.

mod copy;
mod history;
mod promote;
mod rows;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::SystemTime;

use anyhow::bail;
use clap::{Args, Subcommand};
use history::HistoryArgs;
use promote::PromoteArgs;
use serde::Serialize;
use switchboard_artifact::Manifest;
use switchboard_registry::{AliasEvent, CHAMPION, ModelRef, Registry, RegistryUrl, Selector};

use crate::output;

/// Lists and shows the models of a registry, and says which version serves.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ModelsArgs {
    #[command(subcommand)]
    command: ModelsCommand,
    /// The registry: `file:DIR`, or `http(s)://HOST:PORT` of an MLflow server.
    #[arg(long, value_name = "URL", global = true, default_value = "file:data/registry")]
    registry: RegistryUrl,
}

const EXAMPLES: &str = "\
Services serve the version that the alias `champion` names, and follow it when it moves.
The exit code is 0 when it is done, 1 on failure, 2 on bad usage, 3 when a version is not good enough to be promoted.

Examples:
  switchboard models list --registry file:data/registry
  switchboard models show category-tfidf@champion --registry file:data/registry
  switchboard models promote category-tfidf/2 --reason 'better on French' --registry file:data/registry
  switchboard models rollback category-tfidf --reason 'worse on Arabic' --registry file:data/registry
  switchboard models history category-tfidf --at 2026-03-01 --registry file:data/registry
  switchboard models copy category-tfidf/3 --registry file:trials --to file:data/registry";

#[derive(Debug, Subcommand)]
enum ModelsCommand {
    /// Lists the models with their versions and aliases.
    List,
    /// Shows the manifest of a version, the model's aliases, and how they moved.
    Show {
        /// The version: NAME (its champion), NAME@ALIAS or NAME/VERSION.
        #[arg(value_name = "NAME[@ALIAS|/VERSION]")]
        model: ModelRef,
    },
    Promote(PromoteArgs),
    /// Publishes a version in another registry, where it becomes the challenger.
    Copy(copy::CopyArgs),
    /// Goes back to the champion before this one, with a challenger that is the same version; repeated, goes further back.
    Rollback {
        /// The model.
        #[arg(value_name = "NAME", value_parser = model_name)]
        model: String,
        #[command(flatten)]
        record: Record,
    },
    History(HistoryArgs),
}

/// What the history says of a change.
#[derive(Debug, Args)]
struct Record {
    /// Why, for the model's history.
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: Option<String>,
    /// Who, for the model's history.
    #[arg(long, env = "USER", default_value = "unknown")]
    by: String,
}

fn alias(text: &str) -> Result<String, String> {
    match text.parse() {
        Ok(Selector::Alias(alias)) => Ok(alias),
        _ => Err("use lower-case letters, digits, dashes and underscores".to_owned()),
    }
}

fn reason(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() { Err("say why, in a few words".to_owned()) } else { Ok(text.to_owned()) }
}

fn model_name(text: &str) -> Result<String, String> {
    if switchboard_artifact::is_model_name(text) {
        return Ok(text.to_owned());
    }
    Err("give a model's name alone, for example category-tfidf".to_owned())
}

#[derive(Serialize)]
struct Listing {
    registry: String,
    models: Vec<ListedModel>,
}

#[derive(Serialize)]
struct ListedModel {
    name: String,
    versions: Vec<u32>,
    aliases: BTreeMap<String, u32>,
}

#[derive(Serialize)]
struct Shown<'s> {
    model: &'s str,
    version: u32,
    aliases: BTreeMap<String, u32>,
    /// The key its signature names, which services that require one verify.
    signed_by: Option<String>,
    manifest: &'s Manifest,
    history: Vec<AliasEvent>,
}

#[derive(Serialize)]
struct Moved {
    model: String,
    alias: String,
    from: Option<u32>,
    to: u32,
}

pub(crate) fn run(args: ModelsArgs) -> anyhow::Result<ExitCode> {
    let registry = Registry::open(&args.registry)?;
    match args.command {
        ModelsCommand::List => output::summary(&list(&registry, &args.registry)?)?,
        ModelsCommand::Show { model } => show(&registry, &model)?,
        ModelsCommand::Promote(args) => return promote::run(&registry, args),
        ModelsCommand::Copy(copied) => output::summary(&copy::copy(&args.registry, copied)?)?,
        ModelsCommand::History(args) => history::run(&registry, &args)?,
        ModelsCommand::Rollback { model, record } => {
            let reason = record.reason.unwrap_or_default();
            let (from, to) = registry.rollback(&model, &record.by, &reason, &now())?;
            let alias = CHAMPION.to_owned();
            output::summary(&Moved { model, alias, from: Some(from), to })?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The version `model` names; if there is none, an error that says what there is.
pub(crate) fn resolve(registry: &Registry, model: &ModelRef) -> anyhow::Result<u32> {
    let ModelRef { name, selector } = model;
    if let Some(version) = registry.resolve(name, selector)? {
        return Ok(version);
    }
    let (versions, newest) = resolve_any(registry, name)?;
    let known = versions.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
    match selector {
        Selector::Alias(alias) => bail!(
            "model {name} has no {alias}: promote a version with `switchboard models promote {name}/{newest}`, or name one ({name}/{newest}); it has: {known}"
        ),
        Selector::Version(version) => {
            bail!("model {name} has no version {version}; it has: {known}")
        }
    }
}

/// The versions of a model and the newest of them; if there is none, an error that says what there is.
fn resolve_any(registry: &Registry, name: &str) -> anyhow::Result<(Vec<u32>, u32)> {
    let versions = registry.versions(name)?;
    let Some(newest) = versions.last().copied() else {
        let known = registry.models()?;
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        bail!("there is no model {name} in the registry; it has: {known}");
    };
    Ok((versions, newest))
}

fn list(registry: &Registry, url: &RegistryUrl) -> anyhow::Result<Listing> {
    let mut models = Vec::new();
    for name in registry.models()? {
        let (versions, aliases) = (registry.versions(&name)?, registry.aliases(&name)?);
        models.push(ListedModel { name, versions, aliases });
    }
    Ok(Listing { registry: url.to_string(), models })
}

fn show(registry: &Registry, model: &ModelRef) -> anyhow::Result<()> {
    let version = resolve(registry, model)?;
    let name = &model.name;
    let artifact = registry.load(name, version)?;
    output::summary(&Shown {
        model: name,
        version,
        aliases: registry.aliases(name)?,
        signed_by: artifact.signed_by()?,
        manifest: artifact.manifest(),
        history: registry.history(name)?,
    })
}

/// The present, as RFC 3339.
fn now() -> String {
    humantime::format_rfc3339_seconds(SystemTime::now()).to_string()
}
