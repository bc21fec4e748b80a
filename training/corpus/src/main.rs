//! `make-corpus`: writes the bundled corpus, expanded into tickets, as a CSV file.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Parser;
use switchboard_train_corpus::{Corpus, write};

/// Expands the bundled multilingual corpus into labelled tickets.
#[derive(Debug, Parser)]
#[command(name = "make-corpus", version)]
struct Config {
    /// CSV file to write, with the columns text, label, language and phrasing.
    #[arg(long, env = "MAKE_CORPUS_OUT")]
    out: PathBuf,

    /// How many tickets to write.
    #[arg(long, env = "MAKE_CORPUS_TICKETS", default_value_t = 8000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    tickets: u32,

    /// The same seed gives the same file, everywhere.
    #[arg(long, env = "MAKE_CORPUS_SEED", default_value_t = 1)]
    seed: u64,

    /// Leave when stdin ends, as a supervisor's child does.
    #[arg(long)]
    stop_with_stdin: bool,
}

fn main() -> ExitCode {
    switchboard_telemetry::exit_code("make-corpus", run(&Config::parse()))
}

fn run(config: &Config) -> anyhow::Result<()> {
    if config.stop_with_stdin {
        std::thread::spawn(|| {
            let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
            // The file appears whole or not at all, so leaving here leaves nothing half-done.
            std::process::exit(130);
        });
    }
    let corpus = Corpus::bundled().context("read the bundled corpus")?;
    let tickets = corpus.tickets(config.tickets as usize, config.seed);
    let summary =
        write(&config.out, &tickets).with_context(|| format!("write {}", config.out.display()))?;
    let summary = serde_json::to_string(&summary).context("write the summary")?;
    writeln!(io::stdout(), "{summary}").context("print the summary")
}
