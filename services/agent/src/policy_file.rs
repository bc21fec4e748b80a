//! The policy file: read at the start, and again whenever it changes.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use switchboard_routing::Policy;
use switchboard_server::Stop;

use crate::moment::SharedPolicy;

const PERIOD: Duration = Duration::from_millis(100);
/// A file that reads the same after this time is not being written.
const SETTLES_IN: Duration = Duration::from_millis(20);

/// Reads a policy.
pub(crate) fn load(path: &Path) -> anyhow::Result<Policy> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("read --policy {}", path.display()))?;
    Policy::parse(&text).with_context(|| format!("--policy {}", path.display()))
}

/// Replaces the policy as a whole whenever the file at `path` changes, until `stop`. One that cannot be used changes nothing. `tell` hears of every attempt
/// whether it succeeded.
pub(crate) async fn follow(path: PathBuf, policy: SharedPolicy, tell: impl Fn(bool), stop: Stop) {
    let mut last = text(&path).await;
    let mut ticks = tokio::time::interval(PERIOD);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = stop.cancelled() => return,
        }
        let now = text(&path).await;
        if now == last {
            continue;
        }
        tokio::time::sleep(SETTLES_IN).await;
        if text(&path).await != now {
            continue;
        }
        tell(replace(&path, now.as_deref(), &policy));
        last = now;
    }
}

/// Whether the policy was replaced.
fn replace(path: &Path, text: Option<&str>, policy: &SharedPolicy) -> bool {
    let path = path.display();
    let parsed = match text {
        Some(text) => Policy::parse(text).map_err(|error| error.to_string()),
        None => Err("it cannot be read".to_owned()),
    };
    match parsed {
        Ok(new) => {
            tracing::info!(policy = %new.name, version = new.version, "policy {path} is followed");
            policy.store(Arc::new(new));
            true
        }
        Err(error) => {
            let kept = policy.load();
            tracing::error!(error, kept = %kept.name, version = kept.version, "policy {path} is refused; the old one is kept");
            false
        }
    }
}

/// What the file holds; `None` when it cannot be read.
async fn text(path: &Path) -> Option<String> {
    let path = path.to_owned();
    let read = tokio::task::spawn_blocking(move || std::fs::read_to_string(path).ok());
    read.await.ok().flatten()
}
