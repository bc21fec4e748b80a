//! Whether the champions of both families are fitted to each other, and what fits them.

use serde_json::{Value, json};
use switchboard_registry::{CHAMPION, Registry, RegistryError, Selector};

use super::plan::{Plan, Program};
use super::table::{FAMILIES, OPERATING_POINT};

/// The program that fits the champions to each other; none when one family lacks, or when the operating point that serves is of these champions.
pub(crate) fn due(plan: &Plan) -> Result<Option<Program>, RegistryError> {
    let registry = Registry::open(&plan.registry)?;
    let champion = |name| registry.resolve(name, &Selector::Alias(CHAMPION.to_owned()));
    let mut fits = Vec::new();
    for family in &plan.families {
        if let Some(version) = champion(family.model)? {
            fits.push((family.fits, json!({"name": family.model, "version": version})));
        }
    }
    if fits.len() < FAMILIES.len() {
        return Ok(None);
    }
    let Some(version) = champion(OPERATING_POINT)? else { return Ok(Some(plan.calibrator(&[]))) };
    let settings = registry.load(OPERATING_POINT, version)?.manifest().settings.clone();
    let fitted = settings.get("fits");
    if fits.iter().all(|(side, version)| fitted.and_then(|fits| fits.get(side)) == Some(version)) {
        return Ok(None);
    }
    Ok(Some(plan.calibrator(&targets(settings.get("targets")))))
}

/// What was asked for when the last one was fitted is asked for again.
fn targets(of: Option<&Value>) -> Vec<(&'static str, String)> {
    let flags = [("accuracy", "--target-accuracy"), ("transformer_share", "--transformer-share")];
    let asked = |(name, flag)| Some((flag, of?.get(name)?.as_f64()?.to_string()));
    flags.into_iter().filter_map(asked).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_for_is_asked_for_again() {
        let asked = json!({"accuracy": 0.95, "transformer_share": null});
        assert_eq!(targets(Some(&asked)), [("--target-accuracy", "0.95".to_owned())]);
        assert_eq!(targets(None), []);
    }
}
