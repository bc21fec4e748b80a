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
const LOCK: &str = "run.lock";
/// Within an epoch, at most this part of the time goes into checkpoints.
const WRITING_SHARE: u32 = 50;

/// Where a run's checkpoints are kept, and how often they are.
#[derive(Debug, Clone, Copy)]
pub struct Checkpoints<'c> {
    /// A folder for this run alone.
    pub folder: &'c Path,
    /// The time from one to the next; longer when writing takes long. There is one after every epoch too.
    pub every: Duration,
}

impl Checkpoints<'_> {
    /// Takes the folder for this process: two runs in one folder would spoil each other's checkpoints.
    pub(super) fn lock(self) -> Result<fs::File, CheckpointError> {
        fs::create_dir_all(self.folder).map_err(|source| io_error(self.folder, source))?;
        let path = self.folder.join(LOCK);
        let file = fs::File::create(&path).map_err(|source| io_error(&path, source))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(fs::TryLockError::WouldBlock) => {
                Err(CheckpointError::Taken { path: self.folder.to_owned() })
            }
            Err(fs::TryLockError::Error(source)) => Err(io_error(&path, source)),
        }
    }
}

/// Where the checkpoints of one network are kept.
pub(super) struct Keeper {
    folder: PathBuf,
    /// What it is a run of; a checkpoint of another is refused.
    run: Map<String, Value>,
    every: Duration,
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
    /// Another process trains with it.
    #[error("another run keeps its checkpoints in {}: wait for it, or name another folder", path.display())]
    Taken {
        /// The folder.
        path: PathBuf,
    },
    /// The state cannot be written down.
    #[error("write down the state of the run")]
    Unwritable(#[source] Box<dyn std::error::Error + Send + Sync>),
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
    /// Keeps checkpoints of the network of that number, of `run`.
    pub(super) fn new(
        checkpoints: Checkpoints<'_>,
        network: usize,
        run: Map<String, Value>,
    ) -> Result<Self, CheckpointError> {
        let folder = checkpoints.folder.join(format!("{NETWORK}{network}"));
        fs::create_dir_all(&folder).map_err(|source| io_error(&folder, source))?;
        let every = checkpoints.every;
        Ok(Self { folder, run, every, next: Instant::now() + every })
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
        let outcome =
            to_file(&header, tensors).map_err(CheckpointError::Unwritable).and_then(|bytes| {
                self.replace(&bytes).map_err(|source| io_error(&self.folder, source))
            });
        // Whatever came of it: a full disk should not be tried after every step.
        self.next = Instant::now() + self.every.max(started.elapsed() * WRITING_SHARE);
        outcome
    }

    /// Puts a file in the place of the last, whole or not at all.
    fn replace(&self, bytes: &[u8]) -> io::Result<()> {
        let staged = self.folder.join(STAGED);
        let written = fs::File::create(&staged).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
        let outcome = written.and_then(|()| fs::rename(&staged, self.file()));
        if outcome.is_err() {
            // What was written of it fills the disk for nothing.
            let _ = fs::remove_file(&staged);
        }
        outcome
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
}

/// Removes the checkpoints in `folder`, and nothing else that is there: the model is made.
pub(super) fn remove(folder: &Path) -> Result<(), CheckpointError> {
    for network in (1..).map(|number| folder.join(format!("{NETWORK}{number}"))) {
        if !network.is_dir() {
            break;
        }
        for name in [FILE, STAGED] {
            ignore_absence(fs::remove_file(network.join(name)), &network)?;
        }
        fs::remove_dir(&network).map_err(|source| io_error(&network, source))?;
    }
    ignore_absence(fs::remove_file(folder.join(LOCK)), folder)
}

fn ignore_absence(outcome: io::Result<()>, path: &Path) -> Result<(), CheckpointError> {
    match outcome {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(io_error(path, error)),
        _ => Ok(()),
    }
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
