#![doc = include_str!("../README.md")]

mod deanonymize;
mod each_line;
mod evaluate;
mod feedback;
mod keys;
mod lines;
mod mesh;
mod models;
mod output;
mod pii_evaluate;
mod policy;
mod progress;
mod replay;
mod reply;
mod route;
mod scrub;
mod ticket;
mod up;
mod values;

use std::process::ExitCode;

use clap::Parser;

/// Starts the mesh, and talks to it.
#[derive(Debug, Parser)]
#[command(name = "switchboard", version, arg_required_else_help = true, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Up(up::UpArgs),
    Route(route::RouteArgs),
    Scrub(scrub::ScrubArgs),
    PiiEvaluate(pii_evaluate::PiiEvaluateArgs),
    Deanonymize(deanonymize::DeanonymizeArgs),
    Evaluate(evaluate::EvaluateArgs),
    Models(models::ModelsArgs),
    Keys(keys::KeysArgs),
    Policy(policy::PolicyArgs),
    Replay(replay::ReplayArgs),
    Feedback(feedback::FeedbackArgs),
}

const EXAMPLES: &str = "\
Answers are JSON on stdout; progress and messages go to stderr.
The exit code is 0 on success, 1 on failure, 2 on bad usage, 3 when a version is not good enough to be promoted.

Examples:
  switchboard up
  echo '{\"text\": \"I forgot my password\"}' | switchboard route --agent http://127.0.0.1:8000
  switchboard models list --registry file:data/registry";

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Up(args) => up::run(args),
        Command::Route(args) => route::run(&args),
        Command::Scrub(args) => scrub::run(&args),
        Command::PiiEvaluate(args) => pii_evaluate::run(&args),
        Command::Deanonymize(args) => deanonymize::run(&args),
        Command::Evaluate(args) => evaluate::run(&args),
        Command::Models(args) => models::run(args),
        Command::Keys(args) => keys::run(&args),
        Command::Policy(args) => policy::run(&args),
        Command::Replay(args) => replay::run(&args),
        Command::Feedback(args) => feedback::run(args),
    };
    output::exit_code(outcome)
}
