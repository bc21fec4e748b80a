//! How much is wrong by how much is answered.

use svg::node::element::{Group, Title};

use super::area::Area;
use super::chart::{Axis, Chart, horizontal};
use super::class_table::{BASE, LINE};
use super::page::{
    BLUE, GREEN, GREY, MARGIN, ORANGE, PURPLE, SKY, TOP, VERMILION, cut, page, text,
};
use crate::selection::RiskCoverage;

const AREA: Area = Area { left: 76.0, top: TOP, width: 700.0, height: 400.0 };
/// Where the legend begins, below the area and the names of its axis.
const LEGEND: f64 = TOP + AREA.height + 62.0;
/// The right sides of the legend's numbers.
const NUMBERS: [f64; 3] = [600.0, 690.0, AREA.left + AREA.width];
/// Of the most confident few rows the risk is one or nothing by chance: the vertical axis need not show it.
const FEW: f64 = 0.05;
/// What fits into the room of a name, in columns.
const NAME_COLUMNS: usize = 52;

const COLOURS: [&str; 6] = [BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY];
/// Where there are more curves than colours.
const DASHES: [&str; 3] = ["none", "8 4", "2 4"];

/// The risk–coverage curves of `curves`, each with its name, as SVG, 800 pixels wide (El-Yaniv and Wiener 2010): how many of the rows answered
/// are wrong, when only the most confident share of them is answered. What is wrong among the first few rows may lie above the picture, and is
/// drawn at its upper end.
///
/// Equal reports, names and titles give equal bytes. Names and `title` may hold anything: they are escaped, and cut when they are too long.
pub fn risk_coverage_curve(title: &str, curves: &[(&str, &RiskCoverage)]) -> String {
    let many = curves.iter().flat_map(|(_, curve)| points(curve)).filter(|point| point.0 >= FEW);
    let chart = Chart { area: AREA, axis: Axis::over(many.map(|point| point.1).chain([0.0])) };
    let rows = curves.iter().map(|(_, curve)| curve.n).max().unwrap_or_default();
    let summary = format!(
        "n {rows} · the less is wrong, and the smaller the area under the curve, the better"
    );
    let height = LEGEND + LINE * (curves.len() + 1) as f64 + MARGIN;
    let page = page(height, (title, "risk–coverage curve"), &summary)
        .add(chart.grid("share wrong of those answered"))
        .add(AREA.columns())
        .add(text("share answered", AREA.x(0.5), AREA.y(0.0) + 40.0).set("text-anchor", "middle"))
        .add(header());
    let drawn = curves.iter().enumerate();
    drawn
        .fold(page, |page, (place, curve)| page.add(with_legend(&chart, place, *curve)))
        .to_string()
}

/// Coverage and risk.
fn points(curve: &RiskCoverage) -> impl Iterator<Item = (f64, f64)> {
    curve.points.iter().map(|point| (point.coverage, 1.0 - point.accuracy))
}

fn header() -> Group {
    let heads = ["wrong of all", "of half", "area"].into_iter().zip(NUMBERS);
    let header = Group::new().set("text-anchor", "end").set("font-weight", "bold");
    heads.fold(header, |header, (name, x)| header.add(text(name, x, LEGEND + BASE)))
}

/// A curve, and its line of the legend.
fn with_legend(chart: &Chart, place: usize, (name, curve): (&str, &RiskCoverage)) -> Group {
    let y = LEGEND + LINE * (place + 1) as f64 + BASE;
    let swatch = horizontal(AREA.left, AREA.left + 28.0, y - 4.5).set("stroke-width", 2);
    let strokes = Group::new()
        .set("stroke", COLOURS[place % COLOURS.len()])
        .set("stroke-dasharray", DASHES[place / COLOURS.len() % DASHES.len()])
        .add(chart.curve(points(curve)))
        .add(swatch);
    let name = cut(name, NAME_COLUMNS);
    let numbers = [risk_at(curve, 1.0), risk_at(curve, 0.5), number(curve, curve.aurc)];
    let line = Group::new()
        .add(Title::new(name.as_str()))
        .add(strokes)
        .add(text(name, AREA.left + 40.0, y).set("unicode-bidi", "plaintext"));
    numbers.into_iter().zip(NUMBERS).fold(line, |line, (number, x)| {
        line.add(text(number, x, y).set("text-anchor", "end").set("fill", GREY))
    })
}

/// The share wrong where at least `coverage` is answered.
fn risk_at(curve: &RiskCoverage, coverage: f64) -> String {
    let risk = points(curve).find(|point| point.0 >= coverage).map_or(0.0, |point| point.1);
    number(curve, risk)
}

/// A dash when there was nothing to judge.
fn number(curve: &RiskCoverage, value: f64) -> String {
    if curve.n > 0 { format!("{value:.4}") } else { "–".to_owned() }
}
