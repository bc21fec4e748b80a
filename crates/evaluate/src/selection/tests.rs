use proptest::prelude::*;

use super::*;

/// The definition, row by row: the mean of the share that is wrong among rows at least as confident.
fn defined(rows: &[(f32, bool)]) -> f64 {
    let risk = |confidence: f32| {
        let answered = rows.iter().filter(|row| row.0 >= confidence);
        let wrong = answered.clone().filter(|row| !row.1).count();
        wrong as f64 / answered.count() as f64
    };
    rows.iter().map(|row| risk(row.0)).sum::<f64>() / rows.len().max(1) as f64
}

#[test]
fn the_curve_descends_from_the_most_confident_to_all() {
    let curve = risk_coverage(&[(0.5, false), (0.9, true), (0.7, true), (0.6, false)]);
    let points = curve.points.iter().map(|point| (point.coverage, point.accuracy, point.threshold));
    let expected = [(0.25, 1.0, 0.9), (0.5, 1.0, 0.7), (0.75, 2.0 / 3.0, 0.6), (1.0, 0.5, 0.5)];
    assert_eq!(points.collect::<Vec<_>>(), expected);
    assert!((curve.aurc - (0.0 + 0.0 + 1.0 / 3.0 + 0.5) / 4.0).abs() < 1e-12);
}

#[test]
fn rows_of_one_confidence_are_answered_together() {
    let curve = risk_coverage(&[(0.5, false), (0.5, true), (0.5, true), (0.5, false)]);
    let [point] = curve.points[..] else { panic!("{curve:?}") };
    assert_eq!((point.coverage, point.accuracy, curve.aurc), (1.0, 0.5, 0.5));
}

#[test]
fn a_curve_of_many_rows_has_a_point_a_percent_at_most() {
    let rows: Vec<_> = (0..54_321u16).map(|row| (f32::from(row), row % 7 != 0)).collect();
    let curve = risk_coverage(&rows);
    assert_eq!((curve.n, curve.points.len()), (54_321, 101));
    assert!(curve.points.is_sorted_by(|one, next| one.coverage < next.coverage));
}

#[test]
fn no_rows_have_no_curve() {
    assert_eq!(risk_coverage(&[]), RiskCoverage { n: 0, points: vec![], aurc: 0.0 });
    let nothing = AurcDifference { difference: 0.0, standard_error: 0.0 };
    assert_eq!(aurc_difference(&[], &[(0.5, true)]), nothing);
    assert_eq!(aurc_difference(&[(0.5, true)], &[(0.5, true)]), nothing);
}

#[test]
fn a_confidence_that_is_none_is_answered_last() {
    let curve = risk_coverage(&[(f32::NAN, false), (-1.0, true)]);
    assert_eq!(curve, risk_coverage(&[(f32::MIN, false), (-1.0, true)]));
}

/// Steele, Lea and Flood 2014.
struct SplitMix64(u64);

impl SplitMix64 {
    /// The next number of 0 to 1.
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) as f32 / u64::MAX as f32
    }
}

#[test]
fn the_error_is_how_far_differences_scatter_when_rows_are_drawn_again() {
    let mut random = SplitMix64(1);
    let mut drawn = || {
        let mut pair = || {
            let sure = random.next();
            let right = random.next() < 0.6 + 0.4 * sure;
            // The second confidence knows less, and only in tenths.
            ((sure, right), (((sure + random.next()) * 5.0).floor(), right))
        };
        let (one, other): (Vec<_>, Vec<_>) = (0..400).map(|_| pair()).unzip();
        aurc_difference(&one, &other)
    };
    let trials: Vec<AurcDifference> = (0..1_000).map(|_| drawn()).collect();
    let mean = |of: &dyn Fn(&AurcDifference) -> f64| trials.iter().map(of).sum::<f64>() / 1_000.0;
    let difference = mean(&|trial| trial.difference);
    let scatter = mean(&|trial| (trial.difference - difference).powi(2)).sqrt();
    let claimed = mean(&|trial| trial.standard_error);
    assert!(difference < 0.0, "the first is better: {difference}");
    assert!((claimed / scatter - 1.0).abs() < 0.1, "{claimed} claimed, {scatter} found");
}

fn any_rows() -> impl Strategy<Value = Vec<(f32, bool)>> {
    let few = (0u8..6).prop_map(f32::from);
    prop::collection::vec((prop_oneof![few, -2f32..2.0], any::<bool>()), 0..40)
}

proptest! {
    #[test]
    fn the_area_is_as_defined_whatever_the_order(rows in any_rows()) {
        let area = risk_coverage(&rows).aurc;
        let backwards: Vec<_> = rows.iter().rev().copied().collect();
        prop_assert!((area - defined(&rows)).abs() < 1e-12);
        prop_assert!((area - risk_coverage(&backwards).aurc).abs() < 1e-12);
    }

    #[test]
    fn leaving_a_row_out_gives_the_area_of_the_others(rows in any_rows()) {
        for (row, area) in Ranking::of(&rows).areas_without_each().into_iter().enumerate() {
            let others = [&rows[..row], &rows[row + 1..]].concat();
            prop_assert!((area - defined(&others)).abs() < 1e-12, "{area} without {row}");
        }
    }

    #[test]
    fn each_point_says_what_its_threshold_answers(rows in any_rows()) {
        let curve = risk_coverage(&rows);
        prop_assert_eq!(curve.points.last().map(|point| point.coverage), (!rows.is_empty()).then_some(1.0));
        for point in curve.points {
            let answered = rows.iter().filter(|row| row.0 >= point.threshold);
            let right = answered.clone().filter(|row| row.1).count() as f64;
            let answered = answered.count() as f64;
            prop_assert!((point.coverage - answered / rows.len() as f64).abs() < 1e-12);
            prop_assert!((point.accuracy - right / answered).abs() < 1e-12);
        }
    }

    #[test]
    fn a_confidence_is_as_good_as_itself(rows in any_rows()) {
        let same = aurc_difference(&rows, &rows);
        prop_assert_eq!(same, AurcDifference { difference: 0.0, standard_error: 0.0 });
    }
}
