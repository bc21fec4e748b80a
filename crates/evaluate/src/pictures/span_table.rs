//! One line per type of what was looked for.

use svg::Document;
use svg::node::element::{Group, Title};

use super::class_table::{BASE, LINE, METRICS, SUPPORT, bar, name, stripe};
use super::page::{BLUE, MARGIN, SKY, TOP, metric, page, text};
use crate::spans::{Measures, SpanReport};

/// The types of `report` as SVG, 800 pixels wide: how many there are, precision, recall and F2 of each, those that occur most first. What
/// overlaps is right. A ratio over nothing is a dash.
///
/// Equal reports and titles give equal bytes. Types and `title` may hold anything: they are escaped, and cut when they are too long.
pub fn span_table(report: &SpanReport, title: &str) -> String {
    let any = &report.all.any_type;
    let summary = format!(
        "any type, {} texts · precision {} · recall {} · F2 {} · F2 by word {}",
        report.all.texts,
        metric(any.overlap.precision),
        metric(any.overlap.recall),
        metric(any.overlap.f2),
        metric(any.word.f2)
    );
    let mut types: Vec<(&String, &Measures)> = report.types.iter().collect();
    // The sort is stable, and the types are in the order of the alphabet.
    types.sort_by_key(|(_, measures)| std::cmp::Reverse(measures.overlap.truth));
    let height = TOP + LINE * (types.len() + 1) as f64 + MARGIN;
    let page = page(height, (title, "personal data found"), &summary).add(header());
    let lines = types.into_iter().enumerate();
    lines.fold(page, |page, (place, line)| with_line(page, place, line)).to_string()
}

fn header() -> Group {
    let heads = ["precision", "recall", "F2"].into_iter().zip(METRICS);
    let header = Group::new()
        .set("font-weight", "bold")
        .add(text("type", MARGIN, TOP + BASE))
        .add(text("spans", SUPPORT, TOP + BASE).set("text-anchor", "end"));
    heads.fold(header, |header, (name, x)| header.add(text(name, x, TOP + BASE)))
}

fn with_line(page: Document, place: usize, (label, measures): (&String, &Measures)) -> Document {
    let top = TOP + LINE * (place + 1) as f64;
    let ratios = &measures.overlap;
    let line = Group::new()
        .add(Title::new(super::page::cut(label, 200)))
        .add(stripe(top, place))
        .add(name(label, top))
        .add(text(ratios.truth.to_string(), SUPPORT, top + BASE).set("text-anchor", "end"))
        .add(bar(METRICS[0], top, ratios.precision, SKY))
        .add(bar(METRICS[1], top, ratios.recall, SKY))
        .add(bar(METRICS[2], top, ratios.f2, BLUE));
    page.add(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spans::{LabelledSpan, SpanCounter};

    #[test]
    fn every_type_has_a_line_and_is_escaped() {
        let mut counter = SpanCounter::default();
        let span = |label: &str| LabelledSpan { label: label.to_owned(), range: 0..2 };
        counter.add("ab cd", "en", &[span("<A&B>")], &[span("EMAIL_ADDRESS")]);
        let picture = span_table(&counter.report(), "held out");
        let picture = roxmltree::Document::parse(&picture).unwrap();
        let texts: Vec<_> =
            picture.descendants().filter_map(|node| node.text()).map(str::trim).collect();
        assert!(["<A&B>", "EMAIL_ADDRESS", "held out"].iter().all(|text| texts.contains(text)));
        assert!(texts.iter().any(|text| text.contains("F2 1.000")));
    }
}
