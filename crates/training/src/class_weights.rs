//! How much a mistake on each label costs, from the command line.

use std::str::FromStr;

use anyhow::{Context, ensure};

/// One `--class-weight`.
#[derive(Debug, Clone, PartialEq)]
pub enum ClassWeight {
    /// Labels with few rows weigh more: rows / (labels · rows of the label), as in scikit-learn.
    Balanced,
    /// A label's own weight.
    Label(String, f64),
}

impl FromStr for ClassWeight {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "balanced" {
            return Ok(Self::Balanced);
        }
        // A label may hold an equals sign; a number does not.
        let (label, weight) =
            text.rsplit_once('=').ok_or("give `balanced`, or LABEL=WEIGHT, such as Access=2")?;
        Ok(Self::Label(label.to_owned(), positive(weight)?))
    }
}

/// What `--class-weight` asks for: a weight a label; none when every label weighs the same.
pub fn class_weights(
    wanted: &[ClassWeight],
    labels: &[String],
    targets: &[usize],
) -> anyhow::Result<Vec<f64>> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let mut weights = vec![1.0; labels.len()];
    if wanted.contains(&ClassWeight::Balanced) {
        weights = balanced(labels.len(), targets);
    }
    for one in wanted {
        let ClassWeight::Label(label, weight) = one else { continue };
        let place = labels.iter().position(|known| known == label);
        let known = || labels.join(", ");
        weights[place.with_context(|| {
            format!(
                "--class-weight names {label:?}, which no row carries; the labels are {}",
                known()
            )
        })?] = *weight;
    }
    let [least, most] =
        [f64::min, f64::max].map(|of| weights.iter().copied().reduce(of).unwrap_or(1.0));
    ensure!(
        most / least <= 1e6 && most <= 1e6,
        "--class-weight: the largest weight is over a million, or a million times the smallest; choose weights nearer to 1"
    );
    Ok(weights)
}

/// A flag's value that must be a positive number.
pub fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() && number > 0.0 => Ok(number),
        _ => Err("give a positive number".to_owned()),
    }
}

fn balanced(labels: usize, targets: &[usize]) -> Vec<f64> {
    let mut rows = vec![0.0f64; labels];
    for target in targets {
        rows[*target] += 1.0;
    }
    rows.into_iter().map(|own| targets.len() as f64 / (labels as f64 * own.max(1.0))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weights(wanted: &[&str]) -> anyhow::Result<Vec<f64>> {
        let wanted: Vec<ClassWeight> = wanted.iter().map(|text| text.parse().unwrap()).collect();
        class_weights(&wanted, &["A".to_owned(), "B=C".to_owned()], &[0, 0, 0, 1])
    }

    #[test]
    fn labels_weigh_what_was_asked_for() {
        assert_eq!(weights(&[]).unwrap(), Vec::<f64>::new());
        assert_eq!(weights(&["B=C=2.5"]).unwrap(), [1.0, 2.5]);
        assert_eq!(weights(&["balanced"]).unwrap(), [4.0 / 6.0, 2.0]);
        assert_eq!(weights(&["A=3", "balanced"]).unwrap(), [3.0, 2.0]);
    }

    #[test]
    fn a_label_nobody_carries_and_a_weight_that_is_none_are_named() {
        let unknown = weights(&["D=2"]).unwrap_err().to_string();
        assert!(unknown.contains("\"D\"") && unknown.contains("A, B=C"), "{unknown}");
        assert!(weights(&["A=1e-9"]).unwrap_err().to_string().contains("nearer to 1"));
        for text in ["Access", "Access=0", "Access=-1", "Access=nan", "Access=x"] {
            assert!(text.parse::<ClassWeight>().is_err(), "{text}");
        }
    }
}
