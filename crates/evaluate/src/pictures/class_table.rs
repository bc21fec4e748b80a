//! One line per label.

use svg::Document;
use svg::node::element::{Group, SVG, Title};

use super::page::{BLUE, GREY, MARGIN, PALE, SKY, TOP, WIDTH, cut, metric, page, rectangle, text};
use crate::report::{ClassReport, Report};

/// Height of a line, in pixels.
pub(super) const LINE: f64 = 22.0;
/// Where the texts of a line stand, from its top.
pub(super) const BASE: f64 = 15.5;
/// The width a label may take, in pixels, and what fits into it of most fonts, in columns.
const LABEL_WIDTH: f64 = 262.0;
const LABEL_COLUMNS: usize = 36;
/// What pointing at a label shows of it, in columns.
const TIP_COLUMNS: usize = 200;
/// The right side of the numbers of rows.
pub(super) const SUPPORT: f64 = 352.0;
/// Where the three metrics begin, the room each has, and the length of a bar that is full.
pub(super) const METRICS: [f64; 3] = [384.0, 520.0, 656.0];
const BAR: f64 = 74.0;

/// The labels of `report` as SVG, 800 pixels wide: support, precision, recall and F1 of each, those with the most rows first. A ratio over
/// nothing is a dash.
///
/// Equal reports and titles give equal bytes. Labels and `title` may hold anything: they are escaped, and cut when they are too long.
pub fn class_table(report: &Report, title: &str) -> String {
    let summary = format!(
        "n {} · accuracy {} · macro F1 {} · weighted F1 {}",
        report.n,
        metric(report.accuracy),
        metric(report.macro_f1),
        metric(report.weighted_f1)
    );
    let mut classes: Vec<(&String, &ClassReport)> = report.per_class.iter().collect();
    // The sort is stable, and the labels are in the order of the alphabet.
    classes.sort_by_key(|(_, class)| std::cmp::Reverse(class.support));
    let height = TOP + LINE * (classes.len() + 1) as f64 + MARGIN;
    let page = page(height, (title, "labels"), &summary).add(header());
    let lines = classes.into_iter().enumerate();
    lines.fold(page, |page, (place, class)| with_line(page, place, class)).to_string()
}

fn header() -> Group {
    let heads = ["precision", "recall", "F1"].into_iter().zip(METRICS);
    let header = Group::new()
        .set("font-weight", "bold")
        .add(text("label", MARGIN, TOP + BASE))
        .add(text("rows", SUPPORT, TOP + BASE).set("text-anchor", "end"));
    heads.fold(header, |header, (name, x)| header.add(text(name, x, TOP + BASE)))
}

fn with_line(page: Document, place: usize, (label, class): (&String, &ClassReport)) -> Document {
    let top = TOP + LINE * (place + 1) as f64;
    let [predicted, support] = [class.predicted, class.support].map(|rows| rows > 0);
    let line = Group::new()
        .add(Title::new(cut(label, TIP_COLUMNS)))
        .add(stripe(top, place))
        .add(name(label, top))
        .add(text(class.support.to_string(), SUPPORT, top + BASE).set("text-anchor", "end"))
        .add(bar(METRICS[0], top, predicted.then_some(class.precision), SKY))
        .add(bar(METRICS[1], top, support.then_some(class.recall), SKY))
        .add(bar(METRICS[2], top, (predicted || support).then_some(class.f1), BLUE));
    page.add(line)
}

pub(super) fn stripe(top: f64, place: usize) -> impl Into<Box<dyn svg::Node>> {
    let fill = if place.is_multiple_of(2) { "#f4f6f8" } else { "#ffffff" };
    rectangle(MARGIN - 8.0, top, WIDTH - 2.0 * MARGIN + 16.0, LINE).set("fill", fill)
}

/// A nested image clips what is too wide for its place after all, whatever the font.
pub(super) fn name(label: &str, top: f64) -> SVG {
    SVG::new()
        .set("x", MARGIN)
        .set("y", top)
        .set("width", LABEL_WIDTH)
        .set("height", LINE)
        .add(text(cut(label, LABEL_COLUMNS), 0.0, BASE).set("unicode-bidi", "plaintext"))
}

pub(super) fn bar(x: f64, top: f64, share: Option<f64>, fill: &str) -> Group {
    let track = |width: f64| rectangle(x, top + 6.0, width, 10.0);
    let number = share.map_or_else(|| "–".to_owned(), |share| format!("{share:.2}"));
    Group::new()
        .add(track(BAR).set("fill", PALE))
        .add(track(BAR * share.unwrap_or_default()).set("fill", fill))
        .add(text(number, x + BAR + 8.0, top + BASE).set("fill", GREY))
}
