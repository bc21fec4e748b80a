//! The signal to stop, from wherever it comes.

use tokio_util::sync::CancellationToken;

/// Tells every part of a process to stop. Clones are the same signal.
pub type Stop = CancellationToken;

/// A signal that is given on SIGINT or SIGTERM and, with `with_stdin`, when stdin ends.
///
/// A supervisor holds the other end of stdin: when it dies, however it dies, the pipe closes and its children leave too.
pub fn stopped(with_stdin: bool) -> std::io::Result<Stop> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let stop = Stop::new();
    let by_signal = stop.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => tracing::info!("stopping: SIGTERM"),
            _ = interrupt.recv() => tracing::info!("stopping: SIGINT"),
        }
        by_signal.cancel();
    });
    if with_stdin {
        let by_stdin = stop.clone();
        // A thread of its own: a read of stdin cannot be cancelled, and the runtime would wait for it when it ends.
        std::thread::Builder::new().name("stdin".into()).spawn(move || {
            let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
            tracing::info!("stopping: stdin ended");
            by_stdin.cancel();
        })?;
    }
    Ok(stop)
}
