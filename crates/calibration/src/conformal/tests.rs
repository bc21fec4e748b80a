use proptest::prelude::*;

use super::*;

const LABELS: usize = 4;

/// Steele, Lea and Flood 2014.
struct SplitMix64(u64);

impl SplitMix64 {
    /// The next number of 0 to 1.
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) as f64 / u64::MAX as f64
    }

    /// A model that is too sure of itself: probabilities, and a truth drawn from less extreme ones. The last label is rare.
    fn row(&mut self) -> (Vec<f32>, usize) {
        let logits: [f64; LABELS] = std::array::from_fn(|label| {
            4.0 * self.next() - if label == LABELS - 1 { 2.0 } else { 0.0 }
        });
        let softmax = |sureness: f64| {
            let exponentials = logits.map(|logit| (logit * sureness).exp());
            exponentials.map(|value| value / exponentials.iter().sum::<f64>())
        };
        let mut draw = self.next();
        let truth = softmax(1.0).into_iter().take_while(|p| {
            draw -= *p;
            draw > 0.0
        });
        let truth = truth.count().min(LABELS - 1);
        (softmax(2.0).map(|p| p as f32).to_vec(), truth)
    }

    fn rows(&mut self, count: usize) -> Vec<(Vec<f32>, usize)> {
        (0..count).map(|_| self.row()).collect()
    }
}

fn fit(rows: &[(Vec<f32>, usize)]) -> ConformalSets {
    let sets = ConformalSets::fit(
        rows.iter().map(|(probabilities, truth)| (probabilities.as_slice(), *truth)),
        LABELS,
    );
    assert_eq!(sets.check(LABELS), Ok(()));
    sets
}

/// Sets for one label, fitted to `scores` of it.
fn of_one(probabilities: &[f32]) -> ConformalSets {
    ConformalSets::fit(probabilities.chunks(1).map(|one| (one, 0)), 1)
}

/// By label: how many of `rows` carry it, and how many of these have it in their set.
fn covered(thresholds: &Thresholds, rows: &[(Vec<f32>, usize)]) -> [(f64, f64); LABELS] {
    let mut counts = [(0.0, 0.0); LABELS];
    for (probabilities, truth) in rows {
        counts[*truth].0 += 1.0;
        counts[*truth].1 += f64::from(u8::from(thresholds.set(probabilities).contains(truth)));
    }
    counts
}

/// What coverage may differ by for chance alone, both of calibration and of test rows: three standard errors.
fn chance(coverage: f64, fitted: f64, tested: f64) -> f64 {
    3.0 * (coverage * (1.0 - coverage) * (1.0 / fitted + 1.0 / tested)).sqrt()
}

#[test]
fn every_label_is_covered_as_often_as_asked_for() {
    let mut random = SplitMix64(1);
    let (seen, unseen) = (random.rows(4_000), random.rows(20_000));
    let sets = fit(&seen);
    for coverage in [0.5, 0.8, 0.9, 0.95, 0.99] {
        let fitted = covered(&sets.at(0.0), &seen);
        let tested = covered(&sets.at(coverage as f32), &unseen);
        for ((of_fit, _), (rows, hits)) in fitted.iter().zip(tested) {
            let difference = hits / rows - coverage;
            let allowed = chance(coverage, *of_fit, rows) + 1.0 / (of_fit + 1.0);
            assert!(difference.abs() < allowed, "{coverage}: {difference} in {rows} rows");
        }
    }
}

#[test]
fn with_nineteen_rows_a_coverage_of_nine_tenths_is_exact() {
    let mut random = SplitMix64(2);
    let mut hit = || {
        let drawn: [f32; 20] = std::array::from_fn(|_| random.next() as f32);
        !of_one(&drawn[..19]).set(&drawn[19..], 0.9).is_empty()
    };
    let share = (0..20_000).filter(|_| hit()).count() as f64 / 20_000.0;
    assert!((share - 0.9).abs() < chance(0.9, f64::INFINITY, 20_000.0), "{share}");
}

#[test]
fn ties_cover_more_and_never_less() {
    let mut random = SplitMix64(3);
    let coarse = |rows: Vec<(Vec<f32>, usize)>| -> Vec<(Vec<f32>, usize)> {
        let round = |p: &f32| (p * 4.0).round() / 4.0;
        rows.iter().map(|(row, truth)| (row.iter().map(round).collect(), *truth)).collect()
    };
    let (seen, unseen) = (coarse(random.rows(4_000)), coarse(random.rows(20_000)));
    let fitted = covered(&fit(&seen).at(0.0), &seen);
    for coverage in [0.5, 0.9] {
        let tested = covered(&fit(&seen).at(coverage as f32), &unseen);
        for ((of_fit, _), (rows, hits)) in fitted.iter().zip(tested) {
            assert!(hits / rows > coverage - chance(coverage, *of_fit, rows), "{coverage}");
        }
    }
    assert_eq!(of_one(&[0.5; 30]).set(&[0.5], 0.5), [0], "all alike, and all covered");
}

#[test]
fn a_label_with_too_few_rows_is_in_every_set() {
    let eighteen = of_one(&[0.9; 18]);
    assert_eq!(eighteen.set(&[0.0], 0.95), [0], "19 rows are the fewest for 95 %");
    assert_eq!(of_one(&[0.9; 19]).set(&[0.8], 0.95), [0usize; 0]);
    assert_eq!(of_one(&[]).set(&[0.0], 0.01), [0]);
}

#[test]
fn a_coverage_is_meant_as_it_is_written() {
    // The nearest number to 0.6 is above it, and would ask for the seventh of ten.
    let tenths: Vec<f32> = (1..=9).map(|tenth| tenth as f32 / 10.0).collect();
    assert_eq!(of_one(&tenths).at(0.6), Thresholds { least: vec![0.4] });
}

#[test]
fn the_most_probable_label_is_first_and_of_equals_the_first() {
    let everything = fit(&[]);
    assert_eq!(everything.set(&[0.1, 0.3, 0.3, 0.3], 0.9), [1, 2, 3, 0]);
}

#[test]
fn odd_probabilities_count_as_nothing() {
    let sets = of_one(&[0.5; 30]);
    for odd in [&[f32::NAN][..], &[f32::INFINITY], &[-1.0], &[]] {
        assert_eq!(sets.set(odd, 0.9), [0usize; 0]);
        assert_eq!(sets.set(odd, f32::NAN), [0], "a coverage that is none asks for everything");
    }
    let odd = [(&[][..], 0), (&[f32::NAN][..], 0), (&[1.0][..], 7)];
    assert_eq!(ConformalSets::fit(odd, 1), of_one(&[0.0, 0.0]));
}

#[test]
fn of_many_rows_some_are_kept_and_cover_one_in_two_thousand_more_at_most() {
    let mut random = SplitMix64(4);
    for rows in [2_001usize, 3_999, 4_000, 50_021] {
        let drawn: Vec<f32> = (0..rows).map(|_| random.next() as f32).collect();
        let sets = of_one(&drawn);
        assert_eq!((sets.check(1), sets.labels[0].probabilities.len()), (Ok(()), KEPT));
        for thousandth in 1..1_000 {
            let asked = (rows + 1) * thousandth;
            let thresholds = sets.at(thousandth as f32 / 1_000.0);
            let covered = drawn.iter().filter(|p| **p >= thresholds.least[0]).count();
            assert!(
                (asked.div_ceil(1_000)..=asked.div_ceil(1_000) + rows.div_ceil(KEPT))
                    .contains(&covered)
            );
        }
    }
}

#[test]
fn damaged_scores_are_refused_and_do_no_harm() {
    let scores =
        |rows, probabilities| ConformalSets { labels: vec![LabelScores { rows, probabilities }] };
    assert_eq!(scores(0, vec![]).check(2), Err(ConformalError::Labels { expected: 2, found: 1 }));
    for damaged in [
        scores(2, vec![0.5]),
        scores(1, vec![]),
        scores(0, vec![0.5]),
        scores(u64::MAX, vec![0.5]),
        scores(2, vec![0.1, 0.2]),
        scores(2, vec![0.2, f32::NAN]),
        scores(1, vec![1.5]),
        scores(2_001, vec![0.5; 2_001]),
    ] {
        assert_eq!(damaged.check(1), Err(ConformalError::Scores { label: 0 }), "{damaged:?}");
        for coverage in [0.0, 0.5, 1.0, f32::NAN, f32::INFINITY] {
            damaged.set(&[0.5], coverage);
        }
    }
}

fn any_rows() -> impl Strategy<Value = Vec<(Vec<f32>, usize)>> {
    let tenths =
        prop::collection::vec((0u8..=10).prop_map(|tenth| f32::from(tenth) / 10.0), LABELS);
    prop::collection::vec((tenths, 0..LABELS), 0..80)
}

proptest! {
    #[test]
    fn greater_coverage_takes_no_label_away(
        rows in any_rows(),
        probabilities in prop::collection::vec(0f32..=1.0, LABELS),
        one in 0f32..=1.0,
        other in 0f32..=1.0,
    ) {
        let sets = fit(&rows);
        let small = sets.set(&probabilities, one.min(other));
        let large = sets.set(&probabilities, one.max(other));
        prop_assert!(small.iter().all(|label| large.contains(label)));
        prop_assert_eq!(sets.set(&probabilities, 1.0).len(), LABELS);
        prop_assert!(sets.set(&probabilities, 0.0).is_empty());
    }

    #[test]
    fn of_the_fitted_rows_themselves_every_label_has_its_share(rows in any_rows(), coverage in 0f32..=1.0) {
        for (of_label, hits) in covered(&fit(&rows).at(coverage), &rows) {
            prop_assert!(hits >= (of_label * f64::from(coverage) - 1e-4).floor());
        }
    }

    #[test]
    fn sets_descend_in_probability(rows in any_rows(), probabilities in prop::collection::vec(any::<f32>(), 0..9)) {
        let set = fit(&rows).set(&probabilities, 0.9);
        let p: Vec<f32> = set.iter().map(|label| probability(&probabilities, *label)).collect();
        prop_assert!(p.is_sorted_by(|one, next| one >= next));
    }

    #[test]
    fn saved_and_loaded_it_is_the_same(rows in any_rows()) {
        let sets = fit(&rows);
        let saved = serde_json::to_string(&sets).unwrap();
        prop_assert_eq!(serde_json::from_str::<ConformalSets>(&saved).unwrap(), sets);
    }
}
