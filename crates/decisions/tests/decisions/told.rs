//! What is logged while a test runs on this thread.

use std::cell::RefCell;
use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex, Once};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

thread_local! {
    static LISTENING: RefCell<Option<Told>> = const { RefCell::new(None) };
}

/// Collects log lines of every level.
#[derive(Clone, Default)]
pub(crate) struct Told(Arc<Mutex<Vec<(Level, String)>>>);

/// Ends the listening.
pub(crate) struct Guard;

impl Drop for Guard {
    fn drop(&mut self) {
        LISTENING.set(None);
    }
}

impl Told {
    pub(crate) fn listen() -> (Self, Guard) {
        static INSTALLED: Once = Once::new();
        // One for the process: a subscriber of one thread can miss what another thread was the first to say.
        INSTALLED.call_once(|| tracing::subscriber::set_global_default(ByThread).unwrap());
        let told = Self::default();
        LISTENING.set(Some(told.clone()));
        (told, Guard)
    }

    /// Everything, with all fields.
    pub(crate) fn all(&self) -> String {
        self.0.lock().unwrap().iter().map(|(_, line)| line.as_str()).collect()
    }

    /// The lines that a person should see.
    pub(crate) fn warnings(&self) -> Vec<String> {
        let told = self.0.lock().unwrap();
        let seen = told.iter().filter(|(level, _)| *level <= Level::WARN);
        seen.map(|(_, line)| line.clone()).collect()
    }
}

/// Gives each thread what it logs itself.
struct ByThread;

impl Subscriber for ByThread {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let Some(told) = LISTENING.with_borrow(Clone::clone) else { return };
        let mut line = Line(String::new());
        event.record(&mut line);
        told.0.lock().unwrap().push((*event.metadata().level(), line.0));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = write!(self.0, "{}={value:?} ", field.name());
    }
}
