//! Pictures are well formed whatever a report holds, and show what it says.

#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic, too")]

use proptest::prelude::*;
use roxmltree::{Document, Node};
use switchboard_evaluate::{Outcome, Report, class_table, evaluate, reliability_diagram};

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
}
