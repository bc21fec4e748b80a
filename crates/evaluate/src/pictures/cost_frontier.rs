//! What asking the transformer buys.

use serde::Serialize;
use svg::node::element::{Group, Title};

use super::area::Area;
use super::chart::{Axis, Chart, share};
use super::page::{BLUE, GREEN, TOP, VERMILION, page, text};

const ACCURACY: Area = Area { left: 76.0, top: TOP, width: 700.0, height: 300.0 };
const AUTOMATIC: Area = Area {
    left: ACCURACY.left,
    top: ACCURACY.top + ACCURACY.height + 32.0,
    width: ACCURACY.width,
    height: 180.0,
};
const HEIGHT: f64 = AUTOMATIC.top + AUTOMATIC.height + 64.0;

/// What a mesh is like when it asks the transformer about some of the tickets.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct FrontierPoint {
    /// The share of tickets the transformer is asked about, 0 to 1.
    pub transformer_share: f64,
    /// The share of all tickets that is labelled right, 0 to 1.
    pub accuracy: f64,
    /// The share of tickets that no person need look at, 0 to 1.
    pub automatic_share: f64,
}

/// The frontier of cost and accuracy as SVG, 800 pixels wide: accuracy and automatic share by the share of tickets the transformer is asked
/// about, and the point `chosen` of `points`, if it is one. What is not a share of 0 to 1 is drawn as the nearest.
///
/// Equal points and titles give equal bytes. `title` may hold anything: it is escaped, and cut when it is too long.
pub fn cost_frontier(title: &str, points: &[FrontierPoint], chosen: usize) -> String {
    let chosen = points.get(chosen);
    let summary = chosen.map_or_else(
        || "no point is chosen".to_owned(),
        |point| format!("chosen: {}", words(point)),
    );
    let mut sorted: Vec<&FrontierPoint> = points.iter().collect();
    sorted.sort_by(|one, next| one.transformer_share.total_cmp(&next.transformer_share));
    page(HEIGHT, (title, "cost and accuracy"), &summary)
        .add(panel(ACCURACY, "accuracy", BLUE, (&sorted, chosen), |point| point.accuracy))
        .add(panel(AUTOMATIC, "automatic", GREEN, (&sorted, chosen), |point| point.automatic_share))
        .add(AUTOMATIC.columns())
        .add(
            text("share the transformer is asked about", AUTOMATIC.x(0.5), HEIGHT - 20.0)
                .set("text-anchor", "middle"),
        )
        .to_string()
}

/// One measure of all points.
fn panel(
    area: Area,
    name: &str,
    colour: &str,
    (points, chosen): (&[&FrontierPoint], Option<&FrontierPoint>),
    measure: impl Fn(&FrontierPoint) -> f64,
) -> Group {
    let chart = Chart { area, axis: Axis::over(points.iter().map(|point| measure(point))) };
    let place = |point: &FrontierPoint| (point.transformer_share, measure(point));
    let curve = chart.curve(points.iter().map(|point| place(point))).set("stroke", colour);
    let dots = points.iter().fold(Group::new().set("fill", colour), |dots, point| {
        let tip = Title::new(words(point));
        dots.add(Group::new().add(tip).add(chart.dot(place(point), 3.0)))
    });
    let panel = Group::new().add(chart.grid(name)).add(curve).add(dots);
    match chosen {
        Some(point) => panel
            .add(chart.mark(point.transformer_share))
            .add(chart.dot(place(point), 7.0).set("fill", VERMILION).set("stroke", "#ffffff")),
        None => panel,
    }
}

fn words(point: &FrontierPoint) -> String {
    format!(
        "{:.3} to the transformer · accuracy {:.3} · automatic {:.3}",
        share(point.transformer_share),
        share(point.accuracy),
        share(point.automatic_share)
    )
}
