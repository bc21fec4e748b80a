//! What sets of labels are worth: how often the truth is in them, and how small they are.

use std::collections::BTreeMap;

use serde::Serialize;

/// What was answered to one row: the labels it may be, by their places.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelSet {
    /// The place of the right label; one that is none of the labels is in no set.
    pub truth: usize,
    /// The places of the labels answered, each once.
    pub labels: Vec<usize>,
}

/// How good sets of labels are. Every share is `None` when there was nothing to judge.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CoverageReport {
    /// How many sets were judged.
    pub n: u64,
    /// The share of them that holds the truth, 0 to 1.
    pub coverage: Option<f64>,
    /// How many labels a set has on average.
    pub mean_size: Option<f64>,
    /// The share of sets of each size; `None` when there are none.
    pub sizes: Option<SetSizes>,
    /// Every label.
    pub per_class: BTreeMap<String, ClassCoverage>,
}

/// Shares of sets by how many labels they have, which sum to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct SetSizes {
    /// No label: like nothing seen.
    pub none: f64,
    /// One label: it can be taken as it is.
    pub one: f64,
    /// Two or three: they can be offered to choose from.
    pub two_or_three: f64,
    /// More.
    pub more: f64,
}

/// How often sets hold one label when it is the truth.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct ClassCoverage {
    /// How many rows are it.
    pub n: u64,
    /// How many of their sets hold it.
    pub covered: u64,
    /// The share of their sets that holds it; `None` when there are none.
    pub coverage: Option<f64>,
}

/// Judges `sets` of places in `labels`.
pub fn coverage(labels: &[String], sets: &[LabelSet]) -> CoverageReport {
    let mut classes = vec![ClassCoverage::default(); labels.len()];
    let mut sizes = SetSizes::default();
    let (mut covered, mut size) = (0, 0);
    for set in sets {
        let hit = u64::from(set.truth < labels.len() && set.labels.contains(&set.truth));
        if let Some(class) = classes.get_mut(set.truth) {
            class.n += 1;
            class.covered += hit;
        }
        covered += hit;
        size += set.labels.len() as u64;
        *sizes.of(set.labels.len()) += 1.0 / sets.len() as f64;
    }
    let n = sets.len() as u64;
    CoverageReport {
        n,
        coverage: ratio(covered, n),
        mean_size: ratio(size, n),
        sizes: (n > 0).then_some(sizes),
        per_class: labels
            .iter()
            .cloned()
            .zip(classes.into_iter().map(ClassCoverage::judged))
            .collect(),
    }
}

impl SetSizes {
    fn of(&mut self, size: usize) -> &mut f64 {
        match size {
            0 => &mut self.none,
            1 => &mut self.one,
            2 | 3 => &mut self.two_or_three,
            _ => &mut self.more,
        }
    }
}

impl ClassCoverage {
    fn judged(self) -> Self {
        Self { coverage: ratio(self.covered, self.n), ..self }
    }
}

fn ratio(part: u64, of: u64) -> Option<f64> {
    (of > 0).then(|| part as f64 / of as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(sets: &[(usize, &[usize])]) -> CoverageReport {
        let labels = ["Access", "Storage", "Network"].map(str::to_owned);
        let set = |(truth, labels): &(usize, &[usize])| LabelSet {
            truth: *truth,
            labels: labels.to_vec(),
        };
        coverage(&labels, &sets.iter().map(set).collect::<Vec<_>>())
    }

    #[test]
    fn a_set_is_right_when_it_holds_the_truth() {
        let report = judge(&[(0, &[0]), (0, &[1, 0]), (0, &[1]), (1, &[1, 2]), (1, &[])]);
        assert_eq!((report.n, report.coverage, report.mean_size), (5, Some(0.6), Some(1.2)));
        assert_eq!(
            serde_json::to_value(&report.per_class).unwrap(),
            serde_json::json!({
                "Access": { "n": 3, "covered": 2, "coverage": 2.0 / 3.0 },
                "Network": { "n": 0, "covered": 0, "coverage": null },
                "Storage": { "n": 2, "covered": 1, "coverage": 0.5 },
            })
        );
    }

    #[test]
    fn sizes_say_what_a_person_has_to_do() {
        let report = judge(&[(0, &[]), (0, &[0]), (0, &[1, 0]), (1, &[0, 1, 2])]);
        let sizes = SetSizes { none: 0.25, one: 0.25, two_or_three: 0.5, more: 0.0 };
        assert_eq!(report.sizes, Some(sizes));
    }

    #[test]
    fn a_truth_that_is_no_label_is_in_no_set() {
        let report = judge(&[(7, &[0, 1, 2]), (7, &[7])]);
        assert_eq!((report.coverage, report.per_class["Access"].n), (Some(0.0), 0));
    }

    #[test]
    fn no_sets_have_no_coverage() {
        let report = judge(&[]);
        assert_eq!((report.coverage, report.mean_size, report.sizes), (None, None, None));
    }
}
