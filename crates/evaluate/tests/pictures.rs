//! Pictures are well formed whatever a report holds, and show what it says.

#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic, too")]

use proptest::prelude::*;
use roxmltree::{Document, Node};
use switchboard_evaluate::{
    FrontierPoint, Outcome, Report, class_table, cost_frontier, evaluate, reliability_diagram,
    risk_coverage, risk_coverage_curve,
};

/// Row by row the truth, the confidence in the first label, and the confidence in the second.
fn report(labels: &[&str], rows: &[(&str, f32, f32)]) -> Report {
    let labels: Vec<String> = labels.iter().map(|label| (*label).to_owned()).collect();
    let outcomes = rows.iter().map(|(truth, first, second)| Outcome {
        truth: (*truth).to_owned(),
        probabilities: vec![*first, *second],
        language: None,
    });
    evaluate(&labels, &outcomes.collect::<Vec<_>>())
}

fn texts(picture: &str) -> Vec<String> {
    let document = Document::parse(picture).unwrap();
    let texts = document.descendants().filter(|node| node.has_tag_name("text"));
    texts.map(|node| node.text().unwrap_or_default().trim().to_owned()).collect()
}

fn title<'a>(node: Node<'a, '_>) -> &'a str {
    node.children().find(|node| node.has_tag_name("title")).unwrap().text().unwrap()
}

#[test]
fn a_screen_reader_hears_title_and_figures() {
    let report = report(&["A", "B"], &[("A", 0.9, 0.1), ("B", 0.7, 0.3)]);
    let picture = reliability_diagram(&report, "category 3");
    let document = Document::parse(&picture).unwrap();
    let root = document.root_element();
    assert_eq!(
        (root.attribute("role"), title(root)),
        (Some("img"), "category 3: reliability diagram")
    );
    let description = root.children().find(|node| node.has_tag_name("desc")).unwrap();
    assert_eq!(
        description.text().unwrap().trim(),
        "n 2 · accuracy 0.500 · expected calibration error 0.400 · maximum calibration error 0.700"
    );
}

#[test]
fn every_bin_with_rows_is_drawn_and_no_other() {
    let report = report(&["A", "B"], &[("A", 0.9, 0.1), ("B", 0.89, 0.11), ("B", 0.7, 0.3)]);
    let picture = reliability_diagram(&report, "");
    let document = Document::parse(&picture).unwrap();
    let titled = document.descendants().filter(|node| node.has_tag_name("g"));
    let titles = titled.filter(|node| node.children().any(|child| child.has_tag_name("title")));
    assert_eq!(
        titles.map(title).collect::<Vec<_>>(),
        [
            "0.67 to 0.73: 1 rows, confidence 0.700, accuracy 0.000",
            "0.87 to 0.93: 2 rows, confidence 0.895, accuracy 0.500",
        ]
    );
}

#[test]
fn labels_stand_by_their_rows_and_a_ratio_over_nothing_is_a_dash() {
    let report = report(&["A", "B", "C"], &[("B", 0.1, 0.9), ("B", 0.9, 0.1), ("A", 0.9, 0.1)]);
    let lines = [
        "B", "2", "1.00", "0.50", "0.67", "A", "1", "0.50", "1.00", "0.67", "C", "0", "–", "–", "–",
    ];
    let texts = texts(&class_table(&report, "title"));
    assert_eq!(texts[texts.len() - lines.len()..], lines);
}

#[test]
fn a_label_is_text_and_never_markup() {
    let script = "<script>\"&'</script>";
    let picture = class_table(&report(&[script, "طلب استرداد"], &[(script, 0.9, 0.1)]), script);
    let document = Document::parse(&picture).unwrap();
    assert!(!document.descendants().any(|node| node.has_tag_name("script")));
    let texts = texts(&picture);
    assert_eq!(
        texts.iter().filter(|text| *text == script).count(),
        2,
        "as the headline and as a label"
    );
    assert!(texts.contains(&"طلب استرداد".to_owned()));
}

#[test]
fn a_long_label_is_cut_and_a_pointer_shows_more_of_it() {
    let long = "refund ".repeat(1000);
    let picture = class_table(&report(&[&long], &[]), &long);
    let document = Document::parse(&picture).unwrap();
    assert!(texts(&picture).contains(&"refund refund refund refund refund …".to_owned()));
    let row = document
        .descendants()
        .filter(|node| node.has_tag_name("g"))
        .find(|node| node.children().any(|child| child.has_tag_name("title")));
    assert_eq!(title(row.unwrap()).chars().count(), 200);
}

fn attributes(picture: &str, tag: &str, name: &str) -> Vec<String> {
    let document = Document::parse(picture).unwrap();
    let nodes = document.descendants().filter(|node| node.has_tag_name(tag));
    nodes.map(|node| node.attribute(name).unwrap_or_default().to_owned()).collect()
}

#[test]
fn every_curve_has_its_line_and_its_numbers() {
    let good = risk_coverage(&[(0.9, true), (0.8, true), (0.7, true), (0.6, false)]);
    let bad = risk_coverage(&[(0.9, false), (0.8, true), (0.7, true), (0.6, true)]);
    let picture = risk_coverage_curve("held out", &[("gate", &good), ("<confidence>", &bad)]);
    let lines =
        ["gate", "0.2500", "0.0000", "0.0625", "<confidence>", "0.2500", "0.5000", "0.5208"];
    let texts = texts(&picture);
    assert_eq!(texts[texts.len() - lines.len()..], lines);
    let corners = attributes(&picture, "polyline", "points");
    assert_eq!(
        corners[0], "251,488 426,488 601,488 776,388",
        "four rows, of which the last is wrong"
    );
}

#[test]
fn curves_beyond_the_colours_are_told_apart_by_dashes() {
    let curve = risk_coverage(&[(0.5, true)]);
    let picture = risk_coverage_curve("", &[("curve", &curve); 8]);
    let document = Document::parse(&picture).unwrap();
    let lines = document.descendants().filter(|node| node.has_tag_name("polyline"));
    let strokes = lines.map(|line| {
        let group = line.parent().unwrap();
        (group.attribute("stroke").unwrap(), group.attribute("stroke-dasharray").unwrap())
    });
    assert_eq!(strokes.collect::<std::collections::BTreeSet<_>>().len(), 8);
}

fn point(transformer_share: f64, accuracy: f64, automatic_share: f64) -> FrontierPoint {
    FrontierPoint { transformer_share, accuracy, automatic_share }
}

#[test]
fn the_chosen_point_is_marked_and_said() {
    let points = [point(0.35, 0.894, 0.74), point(0.0, 0.868, 0.66), point(1.0, 0.896, 0.75)];
    let picture = cost_frontier("category", &points, 0);
    let said = "chosen: 0.350 to the transformer · accuracy 0.894 · automatic 0.740";
    assert!(texts(&picture).contains(&said.to_owned()));
    let marked = attributes(&picture, "circle", "cx").into_iter().filter(|x| x == "321").count();
    assert_eq!(marked, 4, "a dot and a mark in both panels");
    let none = cost_frontier("category", &points, 3);
    assert!(texts(&none).contains(&"no point is chosen".to_owned()));
    assert_eq!(attributes(&none, "circle", "cx").len(), 6);
}

proptest! {
    #[test]
    fn any_report_makes_well_formed_pictures_and_always_the_same(
        labels in prop::collection::btree_set(any::<String>(), 0..6),
        rows in prop::collection::vec((any::<prop::sample::Index>(), any::<f32>(), any::<f32>()), 0..30),
        title in any::<String>(),
    ) {
        let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
        let truth = |index: prop::sample::Index| if labels.is_empty() { "" } else { index.get(&labels) };
        let rows: Vec<_> = rows.iter().map(|(index, first, second)| (truth(*index), *first, *second)).collect();
        let report = report(&labels, &rows);
        for draw in [reliability_diagram, class_table] {
            let picture = draw(&report, &title);
            prop_assert!(Document::parse(&picture).is_ok(), "{picture}");
            prop_assert_eq!(&picture, &draw(&report, &title));
            prop_assert!(!picture.contains("NaN") && !picture.contains("inf"));
        }
    }

    #[test]
    fn any_curves_make_well_formed_pictures_and_always_the_same(
        curves in prop::collection::vec((any::<String>(), prop::collection::vec((any::<f32>(), any::<bool>()), 0..20)), 0..9),
        title in any::<String>(),
    ) {
        let curves: Vec<_> = curves.iter().map(|(name, rows)| (name.as_str(), risk_coverage(rows))).collect();
        let curves: Vec<_> = curves.iter().map(|(name, curve)| (*name, curve)).collect();
        let picture = risk_coverage_curve(&title, &curves);
        prop_assert!(Document::parse(&picture).is_ok(), "{picture}");
        prop_assert_eq!(&picture, &risk_coverage_curve(&title, &curves));
        prop_assert!(attributes(&picture, "polyline", "points").iter().all(|points| !points.contains('N')));
    }

    #[test]
    fn any_frontier_makes_a_well_formed_picture_and_always_the_same(
        points in prop::collection::vec((any::<f64>(), any::<f64>(), any::<f64>()), 0..9),
        title in any::<String>(),
        chosen in 0usize..10,
    ) {
        let points: Vec<_> = points.into_iter().map(|(share, accuracy, automatic)| point(share, accuracy, automatic)).collect();
        let picture = cost_frontier(&title, &points, chosen);
        prop_assert!(Document::parse(&picture).is_ok(), "{picture}");
        prop_assert_eq!(&picture, &cost_frontier(&title, &points, chosen));
        let places = ["cx", "cy"].into_iter().flat_map(|name| attributes(&picture, "circle", name));
        prop_assert!(places.map(|place| place.parse::<f64>().unwrap()).all(|place| (0.0..=800.0).contains(&place)));
    }
}
