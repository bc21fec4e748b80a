//! What the agent reads of the registry, on a thread of its own: nothing else waits for it, and a process that ends does not either.

mod library;
mod versions;

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use switchboard_telemetry::metrics::IntGauge;
use tokio::sync::watch;

use self::library::Library;
use crate::heldout::HeldOutRows;
use crate::routing_models::RoutingModel;
use crate::vouched::Vouched;

/// The pause between two looks, unless something else is wanted meanwhile.
const PAUSE: Duration = Duration::from_secs(2);

/// What is to be known of the registry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// The tasks whose routing models are.
    pub(crate) tasks: BTreeSet<String>,
    /// The versions, by name and number, whose held-out rows are.
    pub(crate) versions: BTreeSet<(String, u32)>,
}

/// What is known of the registry.
#[derive(Default)]
pub(crate) struct Known {
    /// By version, unless it was refused or could not be read yet.
    pub(crate) rows: BTreeMap<(String, u32), Arc<HeldOutRows>>,
    /// By task, the routing model and its version.
    pub(crate) routing: BTreeMap<String, (u32, Arc<RoutingModel>)>,
    /// Why the registry could not be read at the last look.
    pub(crate) trouble: Option<String>,
}

/// What was last known of the registry, shared.
pub(crate) type SharedKnown = watch::Receiver<Arc<Known>>;

/// The thread that reads. It ends when this is dropped, once what is under way is done.
pub(crate) struct Reader {
    wishes: SyncSender<Wanted>,
    /// The last wish that the thread has, or will have.
    asked: Wanted,
    known: SharedKnown,
}

impl Reader {
    /// Starts to read, as soon as anything is wanted. `up` is kept saying whether that is possible.
    pub(crate) fn start(vouched: Vouched, up: IntGauge) -> std::io::Result<Self> {
        let (wishes, wanted) = sync_channel(1);
        let (tell, known) = watch::channel(Arc::default());
        let library = Library::new(vouched, up, tell);
        std::thread::Builder::new().name("registry".into()).spawn(move || run(library, &wanted))?;
        Ok(Self { wishes, asked: Wanted::default(), known })
    }

    /// What it knows, as it comes to know it.
    pub(crate) fn known(&self) -> SharedKnown {
        self.known.clone()
    }

    /// Has it read what is wanted. While it is busy and has its next wish already, this does nothing: ask again.
    pub(crate) fn want(&mut self, wanted: Wanted) {
        if self.asked != wanted && self.wishes.try_send(wanted.clone()).is_ok() {
            self.asked = wanted;
        }
    }

    /// Waits until something else is known.
    pub(crate) async fn news(&mut self) {
        if self.known.changed().await.is_err() {
            // The thread is gone, so there never is.
            std::future::pending::<()>().await;
        }
    }
}

/// Looks at what is wanted again and again, and at once when something else is, until nobody is there to want anything.
fn run(mut library: Library, wishes: &Receiver<Wanted>) {
    let mut wanted = Wanted::default();
    loop {
        match wishes.recv_timeout(PAUSE) {
            Ok(wish) => wanted = wish,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        // What was read stays as it was when a look breaks off.
        if catch_unwind(AssertUnwindSafe(|| library.look(&wanted))).is_err() {
            library.broke_off();
        }
    }
}
