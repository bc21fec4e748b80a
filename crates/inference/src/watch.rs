//! Follows the registry's aliases, on a thread of its own.

use std::error::Error;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crossbeam_channel::{RecvTimeoutError, Sender, bounded};
use switchboard_artifact::TrustedKeys;
use switchboard_registry::{Registry, RegistryUrl};

use crate::Models;
use crate::follower::Follower;
use crate::verify::{LoadModel, Refusal};

/// What to follow.
pub struct WatchOptions {
    /// Where the models are.
    pub registry: RegistryUrl,
    /// `tfidf` or `transformer`: models are named `<task>-<family>`.
    pub family: String,
    /// The tasks to serve; all that the registry has when empty.
    pub tasks: Vec<String>,
    /// The keys of which one must have signed a version; none need have when left out.
    pub trusted: Option<TrustedKeys>,
    /// The longest time between two looks; each pause is shortened by up to a fifth, so that many services do not ask at once.
    pub poll: Duration,
}

/// What happened to the models, for logs and metrics.
#[derive(Debug)]
pub enum Event<'e> {
    /// A version was swapped in.
    Loaded {
        /// Registered name.
        name: &'e str,
        /// Version number.
        version: u32,
        /// The version that served before, if any.
        before: Option<u32>,
    },
    /// A version may not serve; what served before keeps serving.
    Refused {
        /// Registered name.
        name: &'e str,
        /// Version number.
        version: u32,
        /// Why.
        refusal: &'e Refusal,
    },
    /// The registry could not be read; what serves keeps serving.
    RegistryAway(&'e (dyn Error + 'static)),
    /// The registry answers again.
    RegistryBack,
}

/// By how much: a thread of this `nice` value gets about a tenth of a processor that others want, and all of one that nobody does.
#[cfg(target_os = "linux")]
const NICER: i32 = 10;

/// How often a thread that is waited for is looked at.
const GLANCE: Duration = Duration::from_millis(10);

/// A thread that follows the registry until this is dropped.
pub struct Watcher {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Watcher {
    /// Ends the thread, and waits for a look under way, but no longer than `patience`: fetching a version takes long, and ends with the process
    /// without harm. Whether the thread has ended.
    pub fn end(mut self, patience: Duration) -> bool {
        self.stop.take();
        let Some(thread) = self.thread.take() else { return true };
        let began = Instant::now();
        while !thread.is_finished() && began.elapsed() < patience {
            std::thread::sleep(GLANCE);
        }
        thread.is_finished()
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Looks at the registry once, and from then on every [`WatchOptions::poll`] on a thread of its own.
///
/// A registry that is not there, or not yet, is waited for. One that cannot be used as it is configured is an error.
pub fn watch(
    options: WatchOptions,
    models: Models,
    load: Box<LoadModel>,
    tell: Box<dyn Fn(Event<'_>) + Send>,
) -> io::Result<Watcher> {
    let registry = match Registry::open(&options.registry) {
        Ok(registry) => Some(registry),
        // What is in the place of the folder now may make way for it.
        Err(_) if matches!(options.registry, RegistryUrl::File(_)) => None,
        Err(error) => return Err(io::Error::other(error)),
    };
    let (stop, stopped) = bounded::<()>(0);
    let poll = options.poll;
    let mut follower = Follower::new(options, registry, models, load, tell);
    let thread = std::thread::Builder::new().name("registry".into()).spawn(move || {
        look(&mut follower);
        // Until something serves, nothing is more urgent than the first look.
        yield_to_serving();
        while stopped.recv_timeout(jittered(poll)) == Err(RecvTimeoutError::Timeout) {
            look(&mut follower);
        }
    })?;
    Ok(Watcher { stop: Some(stop), thread: Some(thread) })
}

/// One look, after which there is another whatever happens in it: without this thread no promotion and no rollback would be seen.
fn look(follower: &mut Follower) {
    // A set is replaced as a whole, so a look that breaks off leaves what serves as it was.
    if catch_unwind(AssertUnwindSafe(|| follower.look())).is_err() {
        let _ = catch_unwind(AssertUnwindSafe(|| follower.broke_off()));
    }
}

/// Lowers the priority of this thread: loading and trying a version takes a processor for a while, and requests that are served meanwhile come first.
fn yield_to_serving() {
    // Elsewhere than on Linux this would lower the priority of all threads. Without it, requests are slower for the second of a swap; nothing else is lost.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::nice(NICER);
}

/// Four to five fifths of it.
fn jittered(poll: Duration) -> Duration {
    let part = getrandom::u32().unwrap_or_default();
    poll.mul_f64(1.0 - f64::from(part) / f64::from(u32::MAX) / 5.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn the_thread_that_follows_yields_and_no_other_does() {
        let priority = || rustix::process::getpriority_process(None).unwrap();
        let before = priority();
        let lowered = std::thread::spawn(move || {
            yield_to_serving();
            priority()
        });
        assert_eq!(lowered.join().unwrap(), (before + NICER).min(19));
        assert_eq!(priority(), before);
    }

    #[test]
    fn a_pause_is_never_longer_than_the_poll_and_not_much_shorter() {
        let poll = Duration::from_secs(2);
        for _ in 0..1_000 {
            let pause = jittered(poll);
            assert!(pause <= poll && pause >= poll * 4 / 5, "{pause:?}");
        }
    }
}
