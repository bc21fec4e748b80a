//! What must be so before anything starts. Each failure is one sentence that says what to do.

use std::fs;
use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;

use anyhow::{Context, bail};
use switchboard_registry::{CHAMPION, Registry, RegistryUrl, Selector};

use super::plan::{Plan, Program};
use super::table::Family;
use crate::output::say;

/// Checks programs, folders, models and ports, and returns the families that have no champion yet.
pub(crate) fn check(plan: &Plan) -> anyhow::Result<Vec<&'static Family>> {
    plan.services().try_for_each(|service| program_exists(plan, &service.program))?;
    let folders = folders(plan);
    folders.iter().try_for_each(|folder| is_folder_or_absent(folder))?;
    let missing = without_champion(plan)?;
    if !missing.is_empty() {
        program_exists(plan, &plan.corpus_maker())?;
        missing.iter().try_for_each(|family| program_exists(plan, &plan.trainer(family)))?;
        // A mesh that has its models writes nothing, so it may run from folders it cannot write to.
        folders.iter().try_for_each(|folder| is_writable(folder))?;
    }
    ports_are_free(plan)?;
    Ok(missing)
}

/// The folders a mesh keeps its things in.
fn folders(plan: &Plan) -> Vec<&Path> {
    let registry = match &plan.registry {
        RegistryUrl::File(folder) => Some(folder.as_path()),
        RegistryUrl::Mlflow(_) => None,
    };
    [Some(plan.data_dir.as_path()), registry].into_iter().flatten().collect()
}

/// Whether some family has a champion.
pub(crate) fn something_serves(plan: &Plan) -> bool {
    let champion = Selector::Alias(CHAMPION.to_owned());
    let Ok(registry) = Registry::open(&plan.registry) else { return false };
    plan.families
        .iter()
        .any(|family| matches!(registry.resolve(family.model, &champion), Ok(Some(_))))
}

fn program_exists(plan: &Plan, program: &Program) -> anyhow::Result<()> {
    if program.path.is_file() {
        return Ok(());
    }
    bail!(
        "`{}` is not beside `switchboard` in {}: run `make build`",
        program.name,
        plan.folder.display()
    );
}

fn is_folder_or_absent(path: &Path) -> anyhow::Result<()> {
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Ok(_) => bail!("{} is not a folder: {}", path.display(), OTHER_FOLDER),
        Err(error) if error.kind() == ErrorKind::NotADirectory => {
            bail!("{} is inside something that is not a folder: {}", path.display(), OTHER_FOLDER)
        }
        Err(error) => Err(error).with_context(|| format!("open {}", path.display())),
    }
}

const OTHER_FOLDER: &str = "choose another with --data-dir or --registry";

/// Creates the folder if need be, and tries to write in it.
fn is_writable(path: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(path).and_then(|()| tempfile::tempfile_in(path).map(drop)).with_context(
        || format!("{} cannot be written to: allow it, or {OTHER_FOLDER}", path.display()),
    )
}

/// The families to train a first model for. While a server is away, none: the services start with what is known of it.
fn without_champion(plan: &Plan) -> anyhow::Result<Vec<&'static Family>> {
    let registry = Registry::open(&plan.registry)?;
    let mut missing = Vec::new();
    for family in plan.families.iter().copied() {
        let champion = match registry.resolve(family.model, &Selector::Alias(CHAMPION.to_owned())) {
            Err(error) if error.is_away() && something_is_known(&registry, plan) => {
                say(format_args!("{error}; until it does, what was last known of it serves"));
                return Ok(Vec::new());
            }
            told => told?,
        };
        match champion {
            Some(version) => is_whole(&registry, plan, family, version)?,
            None => missing.push(family),
        }
    }
    Ok(missing)
}

/// Whether a family can serve without asking the server.
fn something_is_known(registry: &Registry, plan: &Plan) -> bool {
    let known = |family: &Family| registry.last_known_aliases(family.model);
    plan.families.iter().any(|family| known(family).is_ok_and(|known| known.contains_key(CHAMPION)))
}

/// Checks the family's champion; one that cannot be loaded is an error that names the way out.
fn is_whole(registry: &Registry, plan: &Plan, family: &Family, version: u32) -> anyhow::Result<()> {
    let name = family.model;
    let Err(error) = registry.load(name, version) else { return Ok(()) };
    let way_out = way_out(registry, plan, family, version);
    let error = anyhow::Error::new(error);
    bail!(
        "the champion of {name} is version {version}, which cannot be loaded ({error:#}): {way_out}"
    )
}

fn way_out(registry: &Registry, plan: &Plan, family: &Family, damaged: u32) -> String {
    let (name, url) = (family.model, &plan.registry);
    let versions = registry.versions(name).unwrap_or_default();
    let loads = |version: &&u32| **version != damaged && registry.load(name, **version).is_ok();
    let Some(other) = versions.iter().rev().find(loads) else {
        return format!(
            "no other version can be loaded either, so restore it, publish one with `{} --registry {url} --promote --force --reason 'version {damaged} cannot be loaded'` (see its --help), or start afresh with another --registry",
            family.trainer
        );
    };
    // There is nothing to compare it with.
    let promote = format!(
        "`switchboard models promote {name}/{other} --force --reason 'version {damaged} cannot be loaded' --registry {url}`"
    );
    let history = registry.history(name).unwrap_or_default();
    if !history.iter().any(|event| event.alias == CHAMPION && event.from.is_some()) {
        return format!("choose another with {promote}");
    }
    format!(
        "go back with `switchboard models rollback {name} --registry {url}`, or choose another with {promote}"
    )
}

fn ports_are_free(plan: &Plan) -> anyhow::Result<()> {
    for service in plan.services() {
        let flags = service.flags;
        for (addr, (flag, _)) in [(service.api, flags.api), (service.admin, flags.admin)] {
            listen(addr, service.program.name, flag)?;
        }
    }
    Ok(())
}

/// Listens for a moment, which is the one sure way to know that it can be done.
fn listen(addr: SocketAddr, program: &str, flag: &str) -> anyhow::Result<()> {
    let port = addr.port();
    TcpListener::bind(addr).map(drop).map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => anyhow::anyhow!(
            "port {port}, which `{program}` is to listen on, is taken: stop what uses it, or choose another with --{flag}"
        ),
        ErrorKind::AddrNotAvailable => anyhow::anyhow!(
            "{} is not an address of this machine: choose another with --listen-host",
            addr.ip()
        ),
        ErrorKind::PermissionDenied => anyhow::anyhow!(
            "port {port} may not be used by this user: choose one above 1023 with --{flag}"
        ),
        _ => anyhow::Error::new(error)
            .context(format!("listen on {addr} for `{program}` (--{flag})")),
    })
}
