//! A routing model of the registry, and whether it fits what serves.

use std::collections::BTreeMap;

use switchboard_artifact::Artifact;
use switchboard_cascade::OperatingPoint;
use switchboard_routing::Family;

/// A routing model.
pub(crate) struct RoutingModel {
    pub(crate) point: OperatingPoint,
}

impl RoutingModel {
    /// Reads the routing model of a version.
    pub(crate) fn read(artifact: &Artifact) -> anyhow::Result<Self> {
        Ok(Self { point: OperatingPoint::load(artifact)? })
    }

    /// Why it does not fit what serves (a name and version a family); `None` when it does.
    pub(crate) fn misfit(&self, serving: &BTreeMap<Family, (&str, u32)>) -> Option<String> {
        let fits = self.point.fits();
        let other =
            serving.iter().find(|(family, (name, version))| !fits.is(**family, name, *version))?;
        let (family, (name, version)) = other;
        let fitted = match fits.of(*family) {
            Some(fitted) => format!("fits {} {}", fitted.name, fitted.version),
            None => format!("was fitted without a {}", family.name()),
        };
        Some(format!("{fitted}, and {name} {version} serves: run calibrate-routing"))
    }
}
