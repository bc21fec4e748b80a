//! Where the pretrained encoder is.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context, bail};

use crate::hub::{HubName, HubOptions, fetch};

/// Where `make setup` puts the base, from the folder of this program (target/release).
const FETCHED_BASE: &str = "../../.cache/bases/minilm";

/// What `--base` says.
#[derive(Debug, Clone)]
pub(crate) enum BaseChoice {
    /// A folder of this machine.
    Folder(PathBuf),
    /// A model on the Hugging Face hub.
    Hub(HubName),
}

impl FromStr for BaseChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.strip_prefix("hf:") {
            Some(name) => name.parse().map(Self::Hub),
            None => Ok(Self::Folder(PathBuf::from(text))),
        }
    }
}

/// A base that is on this machine.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) folder: PathBuf,
    /// The base as the version records it: its name, not where it lay on this machine; of the hub with the commit.
    pub(crate) name: String,
}

impl Found {
    pub(crate) fn fetched_by_setup() -> anyhow::Result<Self> {
        let program = std::env::current_exe().context("find this program")?;
        let folder = program.parent().unwrap_or(Path::new(".")).join(FETCHED_BASE);
        if !folder.is_dir() {
            bail!(
                "there is no base in {}: run `make setup`, or give one with --base",
                folder.display()
            );
        }
        Ok(Self { name: last_part(&folder), folder })
    }
}

impl BaseChoice {
    /// The base's folder, downloaded if it is not on this machine yet.
    pub(crate) fn find(&self, hub: &HubOptions) -> anyhow::Result<Found> {
        match self {
            Self::Folder(folder) => Ok(Found { folder: folder.clone(), name: last_part(folder) }),
            Self::Hub(name) => {
                let folder = fetch(name, hub)?;
                // The hub's cache names the folder after the commit.
                Ok(Found { name: format!("{}@{}", name.model, last_part(&folder)), folder })
            }
        }
    }
}

fn last_part(folder: &Path) -> String {
    folder
        .file_name()
        .map_or_else(|| folder.display().to_string(), |name| name.to_string_lossy().into_owned())
}
