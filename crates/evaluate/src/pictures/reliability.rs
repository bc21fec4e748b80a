//! Accuracy by confidence.

use std::ops::Range;

use svg::node::element::{Group, Line, Rectangle, Title};

use super::area::Area;
use super::chart::upwards;
use super::page::{BLUE, GREY, INK, SKY, TOP, VERMILION, metric, page, rectangle, text};
use crate::report::{ReliabilityBin, Report};

const HEIGHT: f64 = 772.0;
const ACCURACY: Area = Area { left: 76.0, top: TOP, width: 500.0, height: 500.0 };
const COUNTS: Area =
    Area { left: ACCURACY.left, top: TOP + 536.0, width: ACCURACY.width, height: 80.0 };
/// Where the legend begins, right of the areas.
const LEGEND: f64 = ACCURACY.left + ACCURACY.width + 24.0;

/// The reliability diagram of `report` as SVG, 800 pixels wide (Guo et al. 2017, figure 1): for every bin of
/// the confidence the accuracy as a bar, its gap to the bin's mean confidence, and below it how many outcomes the bin has.
///
/// Equal reports and titles give equal bytes. `title` is the headline; whatever it holds is escaped, and cut when it is too long.
pub fn reliability_diagram(report: &Report, title: &str) -> String {
    let summary = format!(
        "n {} · accuracy {} · expected calibration error {} · maximum calibration error {}",
        report.n,
        metric(report.accuracy),
        metric(report.ece),
        metric(report.mce)
    );
    page(HEIGHT, (title, "reliability diagram"), &summary)
        .add(ACCURACY.rows())
        .add(axes())
        .add(bins(&report.reliability))
        .add(COUNTS.line((0.0, 0.0), (1.0, 0.0)).set("stroke", GREY))
        .add(dashed(ACCURACY.line((0.0, 0.0), (1.0, 1.0))))
        .add(legend())
        .to_string()
}

fn axes() -> Group {
    let middle = ACCURACY.left + ACCURACY.width / 2.0;
    Group::new()
        .set("text-anchor", "middle")
        .add(COUNTS.columns())
        .add(upwards("accuracy", ACCURACY.y(0.5)))
        .add(upwards("rows", COUNTS.y(0.5)))
        .add(text("confidence", middle, HEIGHT - 20.0))
}

fn dashed(line: Line) -> Line {
    line.set("stroke", INK).set("stroke-width", 1.5).set("stroke-dasharray", "6 4")
}

fn bins(bins: &[ReliabilityBin]) -> Group {
    let most = bins.iter().map(|bin| bin.n).max().unwrap_or_default();
    bins.iter().fold(Group::new(), |group, bin| match (bin.confidence, bin.accuracy) {
        (Some(confidence), Some(accuracy)) => group.add(column(bin, confidence, accuracy, most)),
        _ => group,
    })
}

fn column(bin: &ReliabilityBin, confidence: f64, accuracy: f64, most: u64) -> Group {
    let across = bin.lower..bin.upper;
    let share = bin.n as f64 / most as f64;
    let middle = COUNTS.x(f64::midpoint(bin.lower, bin.upper));
    let tip = format!(
        "{:.2} to {:.2}: {} rows, confidence {confidence:.3}, accuracy {accuracy:.3}",
        bin.lower, bin.upper, bin.n
    );
    Group::new()
        .add(Title::new(tip))
        .add(bar(ACCURACY.block(&across, &(0.0..accuracy))))
        .add(gap(&across, confidence, accuracy))
        .add(cap(ACCURACY.line((bin.lower, accuracy), (bin.upper, accuracy))))
        .add(COUNTS.block(&across, &(0.0..share)).set("fill", BLUE).set("stroke", "#ffffff"))
        .add(
            text(short(bin.n), middle, COUNTS.y(share) - 4.0)
                .set("text-anchor", "middle")
                .set("font-size", 10)
                .set("fill", GREY),
        )
}

fn bar(block: Rectangle) -> Rectangle {
    block.set("fill", SKY).set("stroke", "#ffffff")
}

/// The upper end of a bar.
fn cap(line: Line) -> Line {
    line.set("stroke", BLUE).set("stroke-width", 3)
}

/// What lies between the accuracy and the mean confidence of a bin.
fn gap(across: &Range<f64>, confidence: f64, accuracy: f64) -> Rectangle {
    if confidence > accuracy {
        too_sure(ACCURACY.block(across, &(accuracy..confidence)))
    } else {
        too_unsure(ACCURACY.block(across, &(confidence..accuracy)))
    }
}

fn too_sure(block: Rectangle) -> Rectangle {
    block.set("fill", "#f6cfb2").set("stroke", VERMILION)
}

fn too_unsure(block: Rectangle) -> Rectangle {
    block.set("fill", "#fbf3a6").set("stroke", GREY)
}

fn legend() -> Group {
    let top = |place: u8| TOP + 28.0 * f64::from(place);
    let swatch = |place: u8| rectangle(LEGEND, top(place), 20.0, 14.0);
    let line =
        |y: f64| Line::new().set("x1", LEGEND).set("x2", LEGEND + 20.0).set("y1", y).set("y2", y);
    let note = |place: u8, words: &str| text(words, LEGEND + 30.0, top(place) + 12.0);
    Group::new()
        .add(bar(swatch(0)))
        .add(cap(line(top(0))))
        .add(note(0, "accuracy"))
        .add(too_sure(swatch(1)))
        .add(note(1, "more sure than right"))
        .add(too_unsure(swatch(2)))
        .add(note(2, "more right than sure"))
        .add(dashed(line(top(3) + 7.0)))
        .add(note(3, "as sure as right"))
}

/// A count in at most five characters, which is the room a bin has.
fn short(count: u64) -> String {
    match count {
        0..100_000 => count.to_string(),
        100_000..10_000_000 => format!("{}k", count / 1_000),
        _ => format!("{}M", count / 1_000_000),
    }
}
