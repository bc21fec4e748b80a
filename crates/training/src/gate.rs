//! When a trained version may take the champion's place.

use std::path::PathBuf;

use anyhow::Context;
use switchboard_promotion::Limits;

/// What trainers say of their exit codes.
pub const EXIT_CODES: &str = "\
The exit code is 0 on success, 1 on failure, 2 on bad usage, 3 when --promote was refused: the version is then published as the challenger.";

/// How strict `--promote` is.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct GateOptions {
    /// Promote even what is not good enough; say why with --reason.
    #[arg(long, requires_all = ["promote", "reason"])]
    pub force: bool,
    /// Why, for the registry's history; "trained" when left out.
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    pub reason: Option<String>,
    /// The thresholds of --promote: the section `promotion` of a YAML file like training/params.yaml.
    #[arg(long, value_name = "FILE", requires = "promote")]
    pub params: Option<PathBuf>,
}

/// When a version may become the champion.
#[derive(Debug, Clone, Default)]
pub struct Gate {
    /// What it is held to.
    pub limits: Limits,
    /// Whether it becomes the champion all the same.
    pub force: bool,
}

impl GateOptions {
    /// Reads the thresholds.
    pub(crate) fn gate(&self) -> anyhow::Result<Gate> {
        let Some(path) = &self.params else {
            return Ok(Gate { limits: Limits::default(), force: self.force });
        };
        let shown = path.display();
        let text = std::fs::read_to_string(path).with_context(|| format!("read {shown}"))?;
        let limits = Limits::from_yaml(&text).with_context(|| format!("read {shown}"))?;
        Ok(Gate { limits, force: self.force })
    }
}

fn reason(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() { Err("say why, in a few words".to_owned()) } else { Ok(text.to_owned()) }
}
