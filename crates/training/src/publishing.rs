//! What every program that publishes a version does around it.

use std::time::SystemTime;

use anyhow::Context;
use switchboard_registry::{AliasChange, CHALLENGER, CHAMPION, Expected, Registry};

/// The revision of the code this was built from.
pub const CODE_REVISION: &str = env!("CODE_REVISION");

/// Who publishes, and what their version becomes.
#[derive(Debug, Clone, Copy)]
pub struct Publisher<'p> {
    /// Who, for the registry's history.
    pub by: &'p str,
    /// Why, for the same.
    pub why: &'p str,
    /// Whether the version becomes the champion; the challenger otherwise.
    pub promote: bool,
}

impl Publisher<'_> {
    /// Points the alias to a version of model `name`, and says which alias that is.
    pub fn point_alias(
        &self,
        registry: &Registry,
        name: &str,
        version: u32,
    ) -> anyhow::Result<&'static str> {
        let alias = if self.promote { CHAMPION } else { CHALLENGER };
        let change = AliasChange {
            version,
            expected: Expected::Anything,
            who: self.by.to_owned(),
            why: self.why.to_owned(),
            at: now(),
            evidence: None,
        };
        registry
            .set_alias(name, alias, change)
            .with_context(|| format!("point {alias} to version {version}"))?;
        Ok(alias)
    }
}

/// Ends this program when stdin ends: whoever started it is gone.
pub fn leave_with_stdin() -> anyhow::Result<()> {
    let watch = || {
        let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
        // Nothing is visible in the registry before it is complete, so leaving here leaves nothing half-done.
        std::process::exit(130);
    };
    let thread = std::thread::Builder::new().name("stdin".into()).spawn(watch);
    thread.map(|_| ()).context("watch stdin")
}

/// The present, as RFC 3339.
pub fn now() -> String {
    humantime::format_rfc3339_seconds(SystemTime::now()).to_string()
}
