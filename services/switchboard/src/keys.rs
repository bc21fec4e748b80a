//! `switchboard keys`: the keys that sign versions, and those that verify them.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Subcommand};
use serde::Serialize;
use switchboard_artifact::{SigningKey, TrustedKeys};

use crate::output;

/// Makes and shows the keys that vouch for versions.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct KeysArgs {
    #[command(subcommand)]
    command: KeysCommand,
}

const EXAMPLES: &str = "\
Trainers sign with the private key (--signing-key FILE, or SWITCHBOARD_SIGNING_KEY_FILE). Services started with --trusted-keys FILE
(SWITCHBOARD_TRUSTED_KEYS_FILE), a file of public keys, one a line, refuse a version that none of them signed.

Examples:
  switchboard keys generate --out release.key
  switchboard keys show release.key.pub
  cat release.key.pub next.key.pub > trusted.pub";

#[derive(Debug, Subcommand)]
enum KeysCommand {
    /// Makes a key: FILE, which you alone may read, and FILE.pub for services.
    Generate {
        /// Where the private key goes; a file that exists is left as it is.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Shows the public keys of a file.
    Show {
        /// A file of public keys.
        #[arg(value_name = "FILE.pub")]
        file: PathBuf,
    },
}

#[derive(Serialize)]
struct Generated {
    key_id: String,
    private_key: PathBuf,
    public_key: PathBuf,
}

#[derive(Serialize)]
struct Shown<'s> {
    file: &'s Path,
    keys: Vec<ShownKey>,
}

#[derive(Serialize)]
struct ShownKey {
    key_id: String,
    public_key: String,
}

pub(crate) fn run(args: &KeysArgs) -> anyhow::Result<ExitCode> {
    match &args.command {
        KeysCommand::Generate { out } => output::summary(&generate(out)?)?,
        KeysCommand::Show { file } => {
            let trusted = TrustedKeys::load(file)?;
            let keys = trusted
                .keys()
                .map(|(id, key)| ShownKey { key_id: id.to_owned(), public_key: key.to_string() });
            output::summary(&Shown { file, keys: keys.collect() })?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn generate(private: &Path) -> anyhow::Result<Generated> {
    let mut public = OsString::from(private);
    public.push(".pub");
    let public = PathBuf::from(public);
    let key = SigningKey::generate()?;
    key.write_new(private).context("keep the private key")?;
    if let Err(error) = key.public().write_new(&public) {
        // Half a pair helps nobody; the first failure is the one to report.
        let _ = std::fs::remove_file(private);
        return Err(error).context("keep the public key");
    }
    let key_id = key.public().id();
    Ok(Generated { key_id, private_key: private.to_owned(), public_key: public })
}
