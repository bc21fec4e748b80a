//! One child process: started so that it leaves with us, stopped by closing its stdin.

use std::io;
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use tokio::process::{ChildStdin, Command};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::backoff::Backoff;
use super::plan::Program;
use crate::output::say;
use crate::values::seconds;

/// How long a child may take to drain.
const PATIENCE: Duration = Duration::from_secs(15);

/// A program that runs.
struct Child {
    name: &'static str,
    process: tokio::process::Child,
    /// While this is open the program runs. The system closes it when we end, in whatever way.
    stdin: Option<ChildStdin>,
}

impl Child {
    fn start(program: &Program) -> io::Result<Self> {
        let mut process = Command::new(&program.path)
            .args(&program.args)
            .stdin(Stdio::piped())
            // A trainer's summary is for programs; what people should see it writes on stderr.
            .stdout(Stdio::null())
            // A group of its own: Ctrl-C reaches us alone, and we stop children in their order.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        // Waiting for a process closes its stdin unless it was taken.
        let stdin = process.stdin.take();
        Ok(Self { name: program.name, process, stdin })
    }

    /// Waits for it to end by itself.
    async fn ended(&mut self) -> io::Result<ExitStatus> {
        self.process.wait().await
    }

    /// Asks it to end, waits for it to drain, and kills it when that takes too long.
    async fn stop(mut self, patience: Duration) {
        drop(self.stdin.take());
        if tokio::time::timeout(patience, self.process.wait()).await.is_err() {
            let name = self.name;
            say(format_args!("`{name}` did not stop within {}: killing it", seconds(patience)));
            // It may have ended just now, which is as good.
            let _ = self.process.kill().await;
        }
    }
}

/// A task that runs a program, and the way to stop both.
pub(crate) struct Running<T> {
    stop: oneshot::Sender<()>,
    task: JoinHandle<T>,
}

impl<T> Running<T> {
    /// Waits for the task to end by itself.
    pub(crate) async fn ended(&mut self) -> io::Result<T> {
        (&mut self.task).await.map_err(io::Error::other)
    }

    /// Stops the program, and waits until it is gone.
    pub(crate) async fn stop(self) {
        // When the task has ended there is nothing to stop, and when it failed nothing more to learn.
        let _ = self.stop.send(());
        if !self.task.is_finished() {
            let _ = self.task.await;
        }
    }
}

/// Keeps a program running until it is stopped, starting it again whenever it ends.
pub(crate) fn keep(program: Program) -> Running<()> {
    let (stop, mut stopped) = oneshot::channel();
    let task = tokio::spawn(async move {
        let mut backoff = Backoff::new();
        loop {
            let started = Instant::now();
            let Some(end) = run(&program, &mut stopped).await else { return };
            let wait = backoff.after(started.elapsed());
            let (name, end) = (program.name, describe(&end));
            say(format_args!("`{name}` {end}; starting it again in {}", seconds(wait)));
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                _ = &mut stopped => return,
            }
        }
    });
    Running { stop, task }
}

/// Runs programs one after the other until one fails, and returns what became of that one, if any did.
pub(crate) fn run_in_turn(programs: Vec<Program>) -> Running<Result<(), Failure>> {
    let (stop, mut stopped) = oneshot::channel();
    let task = tokio::spawn(async move {
        for program in programs {
            match run(&program, &mut stopped).await {
                Some(Ok(status)) if status.success() => {}
                Some(end) => return Err(Failure { name: program.name, end: describe(&end) }),
                None => return Ok(()),
            }
        }
        Ok(())
    });
    Running { stop, task }
}

/// A program that did not do its work.
#[derive(Debug, thiserror::Error)]
#[error("`{name}` {end}")]
pub(crate) struct Failure {
    name: &'static str,
    end: String,
}

/// Runs a program once; nothing is returned when it was stopped.
async fn run(
    program: &Program,
    stopped: &mut oneshot::Receiver<()>,
) -> Option<io::Result<ExitStatus>> {
    let mut child = match Child::start(program) {
        Ok(child) => child,
        Err(error) => return Some(Err(error)),
    };
    tokio::select! {
        end = child.ended() => Some(end),
        _ = stopped => {
            child.stop(PATIENCE).await;
            None
        }
    }
}

fn describe(end: &io::Result<ExitStatus>) -> String {
    match end {
        Ok(status) => format!("ended with {status}"),
        Err(error) => format!("could not be run ({error})"),
    }
}

#[cfg(test)]
mod tests;
