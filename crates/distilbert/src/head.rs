//! The head: two linear layers between the encoder and the logits.

use safetensors::SafeTensors;
use tch::Tensor;

use crate::LoadError;
use crate::network::{CLASSIFIER, PRE_CLASSIFIER};
use crate::random::SplitMix64;
use crate::shape::Shape;
use crate::weights::{Weights, read};

/// Names and shapes of the head's tensors.
fn tensors(shape: &Shape, labels: i64) -> [(String, Vec<i64>); 4] {
    [
        (format!("{PRE_CLASSIFIER}.weight"), vec![shape.dim, shape.dim]),
        (format!("{PRE_CLASSIFIER}.bias"), vec![shape.dim]),
        (format!("{CLASSIFIER}.weight"), vec![labels, shape.dim]),
        (format!("{CLASSIFIER}.bias"), vec![labels]),
    ]
}

/// Adds a head of small random weights (Devlin et al. 2018: normal, 0.02) to `weights`.
pub(crate) fn initialise(
    weights: &mut Weights,
    shape: &Shape,
    labels: i64,
    random: &mut SplitMix64,
) {
    for (name, size) in tensors(shape, labels) {
        let deviation = if size.len() > 1 { 0.02 } else { 0.0 };
        let count = size.iter().product::<i64>();
        let numbers: Vec<f32> = (0..count).map(|_| (deviation * random.normal()) as f32).collect();
        weights.insert(name, Tensor::from_slice(&numbers).view(&size[..]));
    }
}

/// Adds the head stored in `file` to `weights`.
pub(crate) fn read_into(
    weights: &mut Weights,
    file: &SafeTensors<'_>,
    shape: &Shape,
    labels: i64,
) -> Result<(), LoadError> {
    for (name, size) in tensors(shape, labels) {
        let tensor = read(file, &name, &size)?;
        weights.insert(name, tensor);
    }
    Ok(())
}
