//! Whether the numbers of an operating point make sense, which those of a file need not.

use std::collections::HashSet;

use switchboard_artifact::is_model_name;
use switchboard_routing::{Fusion, Thresholds};

use crate::point::{FORMAT, OperatingPoint, Targets};
use crate::{Fits, PointError};

/// A threshold above every confidence.
pub(crate) const ABOVE_ALL: f32 = 1.0 + f32::EPSILON;
/// Exponents and offsets beyond this are no fit's.
const GREATEST_WEIGHT: f32 = 1e4;
const MOST_QUANTILES: usize = 10_001;

pub(crate) fn point(point: &OperatingPoint) -> Result<(), PointError> {
    let labels = point.labels.len();
    require(point.format == FORMAT, "its format is none that was ever written")?;
    require(labels > 0 && distinct(&point.labels), "its labels are not distinct")?;
    fits(&point.fits)?;
    targets(point.targets)?;
    thresholds(&point.thresholds)?;
    let [linear, transformer] = [&point.fits.linear, &point.fits.transformer].map(Option::is_some);
    let both = linear && transformer;
    require(point.fusion.is_none() || both, "it combines answers of one model")?;
    require(point.gate.is_none() || linear, "its gate is of no model")?;
    let there = [
        (point.sets.linear.is_some(), point.out_of_scope.linear.is_some(), linear),
        (point.sets.transformer.is_some(), point.out_of_scope.transformer.is_some(), transformer),
    ];
    let complete = there.iter().all(|(sets, tail, model)| sets == model && tail == model);
    require(complete, "sets and out-of-scope scores are not those of the models it names")?;
    point.fusion.iter().try_for_each(|fusion| weights(fusion, labels))?;
    point.gate.iter().try_for_each(|gate| gate.check(labels))?;
    point.sets.check(labels)?;
    let tails = [&point.out_of_scope.linear, &point.out_of_scope.transformer];
    tails.into_iter().flatten().try_for_each(|tail| Ok(tail.check()?))
}

fn require(holds: bool, what: &'static str) -> Result<(), PointError> {
    if holds { Ok(()) } else { Err(PointError::Damaged { what }) }
}

fn distinct(labels: &[String]) -> bool {
    let mut seen = HashSet::new();
    labels.iter().all(|label| seen.insert(label))
}

fn fits(fits: &Fits) -> Result<(), PointError> {
    let mut versions = [&fits.linear, &fits.transformer].into_iter().flatten().peekable();
    require(versions.peek().is_some(), "it names no model")?;
    require(
        versions.all(|fitted| is_model_name(&fitted.name) && fitted.version > 0),
        "it names a version that cannot be",
    )
}

fn targets(targets: Targets) -> Result<(), PointError> {
    let all = [targets.accuracy, targets.transformer_share];
    let shares = all.into_iter().flatten().all(|share| (0.0..=1.0).contains(&share));
    require(shares, "its targets are not shares")
}

fn thresholds(thresholds: &Thresholds) -> Result<(), PointError> {
    let Thresholds { escalate_below, gate_below, quantiles, review, .. } = thresholds;
    let single = [gate_below, &review.mesh, &review.linear, &review.transformer];
    let by_language = thresholds.escalate_below_by_language.values();
    let all = single.into_iter().flatten().chain(by_language).chain([escalate_below]);
    let in_range = |value: &f32| (0.0..=ABOVE_ALL).contains(value);
    require(all.into_iter().all(in_range), "its thresholds are not within 0 and 1")?;
    require(
        quantiles.len() <= MOST_QUANTILES
            && quantiles.iter().all(in_range)
            && quantiles.is_sorted(),
        "its quantiles do not ascend from 0 to 1",
    )
}

fn weights(fusion: &Fusion, labels: usize) -> Result<(), PointError> {
    let exponents = [fusion.linear, fusion.transformer];
    let positive = exponents.iter().all(|weight| (0.0..=GREATEST_WEIGHT).contains(weight));
    let mut others = fusion.offsets.iter().chain(fusion.weights.iter().flatten());
    let bounded = others.all(|weight| weight.abs() <= GREATEST_WEIGHT);
    let complete = fusion.fits(labels);
    require(
        positive && exponents.iter().sum::<f32>() > 0.0 && bounded && complete,
        "its fusion weights are no fit's",
    )
}
