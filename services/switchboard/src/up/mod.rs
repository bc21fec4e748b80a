//! `switchboard up`: the mesh as child processes of this one.

mod backoff;
mod calibration;
mod checks;
mod child;
mod plan;
mod ports;
mod ready;
mod report;
mod table;

use std::io::{self, IsTerminal};
use std::net::IpAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, bail};
use clap::Args;
use switchboard_registry::RegistryUrl;
use tokio::signal::unix::{Signal, SignalKind, signal};

use self::child::{Failure, Running};
use self::plan::{Plan, reachable};
use self::ports::Ports;
use self::report::Ready;
use self::table::Family;
use crate::mesh;
use crate::output::{self, say};
use crate::values::AgentUrl;

/// Starts the mesh, and keeps it running until it is told to stop.
///
/// The programs of the mesh stand beside this one. A model that has no champion in the registry is first trained on the
/// bundled corpus. When the mesh is ready, its addresses and one sample ticket with its reply are printed on stdout.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct UpArgs {
    /// The registry: `file:DIR`, or `http(s)://HOST:PORT` of an MLflow server. Without it, the folder `registry` in the data folder.
    #[arg(long, value_name = "URL")]
    registry: Option<RegistryUrl>,
    /// The folder for what the mesh keeps.
    #[arg(long, value_name = "DIR", default_value = "data")]
    data_dir: PathBuf,
    /// The address all services listen on: 127.0.0.1 for this machine alone, 0.0.0.0 for all.
    #[arg(long, value_name = "IP", default_value = "127.0.0.1")]
    listen_host: IpAddr,
    /// Leave the transformer out: the linear model answers every ticket.
    #[arg(long)]
    linear_only: bool,
    /// Keep no decisions. Otherwise they are kept in the file `decisions.db` in the data folder, or where `AGENT_DECISIONS` says.
    #[arg(long)]
    no_decisions: bool,
    #[command(flatten)]
    ports: Ports,
}

const EXAMPLES: &str = "\
Ctrl-C or SIGTERM stops the mesh: the agent drains first, then the model services. A second one stops it at once.
A service that ends by itself is started again.

Examples:
  switchboard up
  switchboard up --data-dir /var/lib/switchboard --listen-host 0.0.0.0
  switchboard up --agent-port 8080 --agent-admin-port 9080";

pub(crate) fn run(args: UpArgs) -> anyhow::Result<ExitCode> {
    let started = Instant::now();
    let plan = Plan::new(&args)?;
    let missing = checks::check(&plan)?;
    for family in &plan.left_out {
        say(format_args!(
            "`{}` is not beside `switchboard`: the mesh runs without it (`make build` makes it)",
            family.program
        ));
    }
    mesh::runtime()?.block_on(supervise(&plan, &missing, started))
}

/// Runs the mesh until a signal, or until it cannot be of use.
async fn supervise(
    plan: &Plan,
    missing: &[&'static Family],
    started: Instant,
) -> anyhow::Result<ExitCode> {
    let mut signals = Signals::listen()?;
    let models: Vec<Running<()>> =
        plan.models.iter().map(|service| child::keep(service.program.clone())).collect();
    let agent = child::keep(plan.agent.program.clone());
    let mut training = first_models(plan, missing);
    let mut was_ready = false;
    let outcome = tokio::select! {
        outcome = serve(plan, &mut training, started, &mut was_ready) => outcome,
        () = signals.next() => Ok(()),
    };
    if outcome.is_ok() {
        say("stopping");
    }
    tokio::select! {
        () = stop(agent, training, models) => {}
        // Dropped children are killed.
        () = signals.next() => bail!("stopped at once, without waiting for tickets under way"),
    }
    outcome?;
    if !was_ready {
        bail!("stopped before the mesh was ready");
    }
    Ok(ExitCode::SUCCESS)
}

/// Announces the mesh when it is ready. Comes back only when it can be of no use.
async fn serve(
    plan: &Plan,
    training: &mut Option<Running<Result<(), Failure>>>,
    started: Instant,
    was_ready: &mut bool,
) -> anyhow::Result<()> {
    let agent = AgentUrl::of(reachable(plan.agent.api));
    let announce = async {
        ready::serving(&agent).await?;
        announce(&Ready::of(plan, started.elapsed()).await);
        *was_ready = true;
        std::future::pending().await
    };
    let train = async {
        if let Some(running) = training
            && let Err(failure) = running.ended().await.context("train")?
        {
            if !checks::something_serves(plan) {
                bail!("{failure}, so there is no model to serve: see its messages above");
            }
            say(format_args!("{failure}; the mesh goes on without what it was to make"));
        }
        *training = calibration(plan);
        if let Some(running) = training
            && let Err(failure) = running.ended().await.context("calibrate")?
        {
            say(format_args!("{failure}; the mesh goes on, with each model's own thresholds"));
        }
        std::future::pending().await
    };
    tokio::select! {
        outcome = announce => outcome,
        outcome = train => outcome,
    }
}

/// Trains what has no champion, on the bundled corpus.
fn first_models(plan: &Plan, missing: &[&'static Family]) -> Option<Running<Result<(), Failure>>> {
    if missing.is_empty() {
        return None;
    }
    let names: Vec<&str> = missing.iter().map(|family| family.model).collect();
    say(format_args!("training {} on the bundled corpus", names.join(" and ")));
    let trainers = missing.iter().map(|family| plan.trainer(family));
    Some(child::run_in_turn([plan.corpus_maker()].into_iter().chain(trainers).collect()))
}

/// Fits the champions to each other, if they are not; whatever keeps it from that is told, and no reason to stop.
fn calibration(plan: &Plan) -> Option<Running<Result<(), Failure>>> {
    match calibration::due(plan) {
        Ok(Some(program)) if program.path.is_file() => {
            say("fitting the champions to each other");
            return Some(child::run_in_turn(vec![program]));
        }
        Ok(Some(program)) => say(format_args!(
            "`{}` is not beside `switchboard`: the champions stay unfitted to each other (`make build` makes it)",
            program.name
        )),
        Ok(None) => {}
        Err(error) => say(format_args!(
            "the champions stay as fitted to each other as they are: {:#}",
            anyhow::Error::new(error)
        )),
    }
    None
}

/// The agent and any trainer first, so that no ticket meets a model service that is gone.
async fn stop(
    agent: Running<()>,
    training: Option<Running<Result<(), Failure>>>,
    models: Vec<Running<()>>,
) {
    let training = async {
        if let Some(training) = training {
            training.stop().await;
        }
    };
    tokio::join!(agent.stop(), training);
    let models: Vec<_> = models.into_iter().map(|model| tokio::spawn(model.stop())).collect();
    for model in models {
        // A task that panicked has dropped its child, which kills it.
        let _ = model.await;
    }
}

fn announce(ready: &Ready) {
    let mut stdout = io::stdout();
    let outcome = if stdout.is_terminal() {
        ready.write_for_people(&mut stdout).map_err(Into::into)
    } else {
        output::summary(ready)
    };
    // The mesh serves whether or not somebody reads this.
    if let Err(error) = outcome {
        say(format_args!("the mesh is ready, but that could not be printed: {error:#}"));
    }
}

/// The signals that mean stop.
struct Signals([Signal; 3]);

impl Signals {
    fn listen() -> anyhow::Result<Self> {
        let on = |kind| signal(kind).context("listen for signals");
        let (interrupt, terminate) = (SignalKind::interrupt(), SignalKind::terminate());
        Ok(Self([on(interrupt)?, on(terminate)?, on(SignalKind::hangup())?]))
    }

    async fn next(&mut self) {
        let [interrupt, terminate, hangup] = &mut self.0;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
    }
}
