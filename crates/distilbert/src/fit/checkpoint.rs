//! A training run on disk, to go on from after whatever ended it.
//!
//! One safetensors file, replaced whole: the numbers that train, the optimiser's moments, the best numbers so far; and, in its header, where the run is and
//! what it is a run of.

use std::collections::HashMap;
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use safetensors::tensor::{Dtype, SafeTensorError, TensorView};
use safetensors::{SafeTensors, serialize};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tch::Tensor;

use super::training::State;
use crate::LoadError;
use crate::weights::{extent, read, to_bytes};

const NETWORK: &str = "network-";
const FILE: &str = "checkpoint.safetensors";
const STAGED: &str = "checkpoint.staged";
const HEADER: &str = "switchboard";
const FORMAT: u32 = 1;
/// A checkpoint is written this often, and less often when writing takes long: at most a fiftieth of the time goes into it.
const EVERY: Duration = Duration::from_secs(30);
const WRITING_SHARE: u32 = 50;

/// Where a run's checkpoints are kept.
pub(super) struct Keeper {
    folder: PathBuf,
    /// What it is a run of; a checkpoint of another is refused.
    run: Map<String, Value>,
    next: Instant,
}

/// What a checkpoint holds beside the numbers that train.
pub(super) struct Restored {
    pub(super) state: State,
    /// What trains, as it was after the best epoch so far.
    pub(super) best: HashMap<String, Tensor>,
}

/// What the header says.
#[derive(Serialize, Deserialize)]
struct Header {
    format: u32,
    run: Map<String, Value>,
    state: State,
}

/// Why a checkpoint cannot be written, or gone on from.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// The folder or the file cannot be read or written.
    #[error("{}", path.display())]
    Io {
        /// The path.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The file is damaged.
    #[error("{} is no checkpoint of this release: remove it to start anew", path.display())]
    Damaged {
        /// The path.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// It was made with other data, another base or other options.
    #[error(
        "{} was made with another {what} ({then}, now {now}): train as then, or name another folder", path.display()
    )]
    Other {
        /// The path.
        path: PathBuf,
        /// What differs.
        what: String,
        /// What it was.
        then: String,
        /// What it is.
        now: String,
    },
}

impl Keeper {
    /// Keeps checkpoints of `run` in `folder`, which is made if need be and must be writable.
    pub(super) fn new(folder: &Path, run: Map<String, Value>) -> Result<Self, CheckpointError> {
        let keeper = Self { folder: folder.to_owned(), run, next: Instant::now() + EVERY };
        fs::create_dir_all(folder).map_err(|source| io_error(folder, source))?;
        // Better to hear of a folder that cannot be written to now than after the first half minute.
        keeper.replace(&[]).map_err(|source| io_error(&keeper.staged(), source))?;
        Ok(keeper)
    }

    /// Where the checkpoint of the network of that number is.
    pub(super) fn folder(folder: &Path, network: usize) -> PathBuf {
        folder.join(format!("{NETWORK}{network}"))
    }

    /// Goes on from the checkpoint in the folder, if there is one: copies its numbers into `tensors`, and returns the rest.
    pub(super) fn restore<'t>(
        &self,
        tensors: impl Iterator<Item = (String, Tensor)>,
        parameters: impl Iterator<Item = &'t str>,
    ) -> Result<Option<Restored>, CheckpointError> {
        let path = self.file();
        let bytes = match fs::read(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            outcome => outcome.map_err(|source| io_error(&path, source))?,
        };
        let damaged = |source| CheckpointError::Damaged { path: path.clone(), source };
        let header = header(&bytes).map_err(damaged)?;
        self.check(&header)?;
        let file = SafeTensors::deserialize(&bytes).map_err(|error| damaged(error.into()))?;
        let find = |name: &str, size: &[i64]| -> Result<Tensor, CheckpointError> {
            read(&file, name, size).map_err(|error: LoadError| damaged(error.into()))
        };
        let mut sizes = HashMap::new();
        for (name, mut tensor) in tensors {
            sizes.insert(name.clone(), tensor.size());
            tensor.copy_(&find(&name, &tensor.size())?);
        }
        let mut best = HashMap::new();
        if header.state.best.is_some() {
            for name in parameters {
                let size = sizes.get(&format!("parameter.{name}")).cloned().unwrap_or_default();
                best.insert(name.to_owned(), find(&format!("best.{name}"), &size)?);
            }
        }
        Ok(Some(Restored { state: header.state, best }))
    }

    /// Whether it is time for another checkpoint.
    pub(super) fn due(&self) -> bool {
        Instant::now() >= self.next
    }

    /// Replaces the checkpoint.
    pub(super) fn keep(
        &mut self,
        state: &State,
        tensors: impl Iterator<Item = (String, Tensor)>,
    ) -> Result<(), CheckpointError> {
        let started = Instant::now();
        let header = Header { format: FORMAT, run: self.run.clone(), state: state.clone() };
        let path = self.staged();
        let bytes = to_file(&header, tensors)
            .map_err(|source| CheckpointError::Damaged { path: path.clone(), source })?;
        self.replace(&bytes)
            .and_then(|()| fs::rename(&path, self.file()))
            .map_err(|source| io_error(&path, source))?;
        self.next = Instant::now() + EVERY.max(started.elapsed() * WRITING_SHARE);
        Ok(())
    }

    /// Writes the staged file.
    fn replace(&self, bytes: &[u8]) -> io::Result<()> {
        let mut file = fs::File::create(self.staged())?;
        file.write_all(bytes)?;
        file.sync_all()
    }

    fn check(&self, header: &Header) -> Result<(), CheckpointError> {
        let value = |run: &Map<String, Value>, what: &str| {
            run.get(what).map_or_else(|| "unknown".to_owned(), Value::to_string)
        };
        let differs = self
            .run
            .keys()
            .chain(header.run.keys())
            .find(|what| value(&self.run, what) != value(&header.run, what));
        match differs {
            Some(what) => Err(CheckpointError::Other {
                path: self.file(),
                what: what.clone(),
                then: value(&header.run, what),
                now: value(&self.run, what),
            }),
            None => Ok(()),
        }
    }

    fn file(&self) -> PathBuf {
        self.folder.join(FILE)
    }

    fn staged(&self) -> PathBuf {
        self.folder.join(STAGED)
    }
}

/// Removes the checkpoints in `folder`: the model is made.
pub(super) fn remove(folder: &Path) -> Result<(), CheckpointError> {
    let entries = fs::read_dir(folder).map_err(|source| io_error(folder, source))?;
    for path in entries.flatten().map(|entry| entry.path()) {
        let name = path.file_name().and_then(|name| name.to_str());
        if name.is_some_and(|name| name.starts_with(NETWORK)) {
            fs::remove_dir_all(&path).map_err(|source| io_error(&path, source))?;
        }
    }
    Ok(())
}

fn header(bytes: &[u8]) -> Result<Header, Box<dyn std::error::Error + Send + Sync>> {
    let (_, metadata) = SafeTensors::read_metadata(bytes)?;
    let text = metadata.metadata().as_ref().and_then(|texts| texts.get(HEADER));
    let header: Header = serde_json::from_str(text.ok_or("it has no header of ours")?)?;
    if header.format == FORMAT { Ok(header) } else { Err("it is of another release".into()) }
}

fn to_file(
    header: &Header,
    tensors: impl Iterator<Item = (String, Tensor)>,
) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
    let bytes: Vec<(String, Vec<usize>, Vec<u8>)> =
        tensors.map(|(name, tensor)| (name, extent(&tensor), to_bytes(&tensor))).collect();
    let views = bytes
        .iter()
        .map(|(name, size, bytes)| Ok((name, TensorView::new(Dtype::F32, size.clone(), bytes)?)))
        .collect::<Result<Vec<_>, SafeTensorError>>()?;
    let texts = HashMap::from([(HEADER.to_owned(), serde_json::to_string(header)?)]);
    Ok(serialize(views, Some(texts))?)
}

fn io_error(path: &Path, source: io::Error) -> CheckpointError {
    CheckpointError::Io { path: path.to_owned(), source }
}
