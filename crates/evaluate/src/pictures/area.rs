//! A part of the page where both axes run from 0 to 1.

use std::ops::Range;

use svg::node::element::{Group, Line, Rectangle};

use super::page::{GREY, PALE, pixels, rectangle, text};

/// Grid lines are this many steps of an axis apart.
const STEPS: u8 = 5;

/// A part of the page, in pixels.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Area {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

impl Area {
    /// Where `share` of the horizontal axis is.
    pub(crate) fn x(&self, share: f64) -> f64 {
        pixels(self.left + share * self.width)
    }

    /// Where `share` of the vertical axis is; it runs upwards.
    pub(crate) fn y(&self, share: f64) -> f64 {
        pixels(self.top + (1.0 - share) * self.height)
    }

    /// The rectangle over two parts of the axes.
    pub(crate) fn block(&self, across: &Range<f64>, up: &Range<f64>) -> Rectangle {
        let (x, y) = (self.x(across.start), self.y(up.end));
        rectangle(x, y, self.x(across.end) - x, self.y(up.start) - y)
    }

    /// A straight line between two points.
    pub(crate) fn line(&self, from: (f64, f64), to: (f64, f64)) -> Line {
        Line::new()
            .set("x1", self.x(from.0))
            .set("y1", self.y(from.1))
            .set("x2", self.x(to.0))
            .set("y2", self.y(to.1))
    }

    /// Lines across the area, with their values along the left side.
    pub(crate) fn rows(&self) -> Group {
        let mut rows = Group::new().set("stroke", PALE);
        let mut values = Group::new().set("text-anchor", "end").set("stroke", "none");
        for share in steps() {
            rows = rows.add(self.line((0.0, share), (1.0, share)));
            values = values.add(value(share, self.left - 8.0, self.y(share) + 4.5));
        }
        rows.add(values)
    }

    /// The values of the horizontal axis, along the bottom.
    pub(crate) fn columns(&self) -> Group {
        let below = self.y(0.0) + 18.0;
        steps().fold(Group::new().set("text-anchor", "middle"), |columns, share| {
            columns.add(value(share, self.x(share), below))
        })
    }
}

fn steps() -> impl Iterator<Item = f64> {
    (0..=STEPS).map(|step| f64::from(step) / f64::from(STEPS))
}

fn value(share: f64, x: f64, y: f64) -> svg::node::element::Text {
    text(format!("{share:.1}"), x, y).set("fill", GREY).set("font-size", 12)
}
