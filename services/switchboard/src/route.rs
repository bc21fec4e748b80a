//! `switchboard route`: tickets in, replies out.

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::Args;
use indicatif::ProgressBar;
use tokio::sync::mpsc::{self, Sender};

use crate::lines;
use crate::mesh::{self, Answer, Job, Pace, Sink};
use crate::output::{self, say};
use crate::progress;
use crate::reply::{LineError, Reply};
use crate::ticket::{self, Defaults};
use crate::values::AgentUrl;

/// Sends tickets to the mesh: JSON lines on stdin, replies in the same order on stdout.
///
/// A line is `{"text", "id"?, "task"?, "explain"?, "metadata"?, "conversation_id"?}`. A line that cannot be read or is
/// refused is answered in its place with `{"error": {"type", "message", "request_id"}}`, and the exit code is then 1.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct RouteArgs {
    /// The mesh's agent, as `switchboard up` prints it.
    #[arg(long, value_name = "URL")]
    agent: AgentUrl,
    /// The label set of tickets that name none.
    #[arg(long, default_value = "category")]
    task: String,
    /// Ask for the terms behind each label.
    #[arg(long)]
    explain: bool,
    #[command(flatten)]
    pace: Pace,
}

const EXAMPLES: &str = "\
Examples:
  echo '{\"text\": \"I forgot my password\"}' | switchboard route --agent http://127.0.0.1:8000
  switchboard route --agent http://127.0.0.1:8000 --explain < tickets.jsonl > replies.jsonl
  switchboard route --agent http://127.0.0.1:8000 < tickets.jsonl | jq -r .label | sort | uniq -c";

/// The exit code of a program that was told to stop by Ctrl-C.
const INTERRUPTED: u8 = 130;

pub(crate) fn run(args: &RouteArgs) -> anyhow::Result<ExitCode> {
    let runtime = mesh::runtime()?;
    let (sender, jobs) = mpsc::channel(32);
    // Not joined: it may be waiting for a line that never comes.
    let (task, explain) = (args.task.clone(), args.explain);
    std::thread::spawn(move || read(&sender, &Defaults { task: &task, explain }));
    let mut writer = Writer::new();
    let stop = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    let all = runtime.block_on(mesh::route_all((&args.agent, &args.pace), jobs, &mut writer, stop));
    writer.bar.finish_and_clear();
    if !all? {
        say(format_args!("stopped after {} tickets", writer.done));
        return Ok(ExitCode::from(INTERRUPTED));
    }
    Ok(writer.verdict())
}

/// Reads stdin for as long as there is demand, so that memory does not grow with the input.
fn read(jobs: &Sender<Job<()>>, defaults: &Defaults<'_>) {
    let mut lines = lines::of_stdin();
    loop {
        let line = match lines.next_line() {
            Ok(Some(line)) => line,
            Ok(None) => return,
            Err(error) => {
                let error = LineError::unreadable(&error);
                let _ = jobs.blocking_send((Err(error), ()));
                return;
            }
        };
        let ticket = line.and_then(|line| ticket::parse(&line, defaults));
        if jobs.blocking_send((ticket, ())).is_err() {
            return;
        }
    }
}

struct Writer {
    lines: output::Lines,
    bar: ProgressBar,
    done: u64,
    failed: u64,
    /// Whether replies and bar would be written over each other.
    shares_a_terminal: bool,
}

impl Writer {
    fn new() -> Self {
        let shares_a_terminal = std::io::stdout().is_terminal();
        let (lines, bar) = (output::Lines::new(), progress::tickets(None));
        Self { lines, bar, done: 0, failed: 0, shares_a_terminal }
    }

    fn verdict(&self) -> ExitCode {
        if self.failed == 0 {
            return ExitCode::SUCCESS;
        }
        say(format_args!(
            "{} of {} lines failed: see their errors on stdout",
            self.failed, self.done
        ));
        ExitCode::FAILURE
    }
}

impl Sink for Writer {
    type Note = ();

    fn answered(&mut self, (): (), answer: Answer) -> anyhow::Result<()> {
        self.done += 1;
        self.bar.inc(1);
        match answer {
            Ok(ticket) => self.lines.push(&Reply::from(ticket)),
            Err(error) => {
                self.failed += 1;
                self.lines.push(&error)
            }
        }
    }

    fn idle(&mut self) -> anyhow::Result<()> {
        if self.lines.is_flushed() {
            Ok(())
        } else if self.shares_a_terminal {
            self.bar.suspend(|| self.lines.flush())
        } else {
            self.lines.flush()
        }
    }
}
