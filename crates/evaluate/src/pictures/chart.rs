//! Lines over a part of the page whose horizontal axis runs from 0 to 1, and whose vertical axis shows only where the lines are.

use svg::node::element::{Circle, Group, Line, Polyline, Text};

use super::area::Area;
use super::page::{GREY, INK, MARGIN, PALE, pixels, text};

/// An axis has at most this many steps, each one of [`STEPS`].
const MOST_STEPS: f64 = 6.0;
const STEPS: [f64; 9] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5];

/// A vertical axis of shares.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Axis {
    low: f64,
    high: f64,
    step: f64,
}

impl Axis {
    /// The shortest axis of whole steps that shows all `shares`, of 0 to 1; all of it when there are none.
    pub(crate) fn over(shares: impl IntoIterator<Item = f64>) -> Self {
        let ends = shares.into_iter().map(share).fold(None, |ends, share| match ends {
            None => Some((share, share)),
            Some((low, high)) => Some((share.min(low), share.max(high))),
        });
        let (low, high) = ends.unwrap_or((0.0, 1.0));
        let axes = STEPS.map(|step| Self::of_steps(low, high, step));
        let short = |axis: &&Self| axis.steps() <= MOST_STEPS;
        *axes.iter().find(short).unwrap_or(&Self { low: 0.0, high: 1.0, step: 0.2 })
    }

    fn of_steps(low: f64, high: f64, step: f64) -> Self {
        // A share that is a whole number of steps, but for rounding, needs none more.
        let whole = |share: f64| (share / step * 1e6).round() / 1e6;
        let first = whole(low).floor().min((1.0 / step).round() - 1.0);
        let last = whole(high).ceil().max(first + 1.0);
        Self { low: first * step, high: (last * step).min(1.0), step }
    }

    fn steps(&self) -> f64 {
        ((self.high - self.low) / self.step).round()
    }

    /// The shares that have a line across.
    fn values(&self) -> impl Iterator<Item = f64> {
        let steps = 0..=u8::MAX;
        steps
            .map(f64::from)
            .take_while(|step| *step <= self.steps())
            .map(|step| self.low + step * self.step)
    }

    fn places(&self) -> usize {
        if self.step < 0.01 {
            3
        } else if self.step < 0.1 {
            2
        } else {
            1
        }
    }
}

/// An area with its vertical axis.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chart {
    pub(crate) area: Area,
    pub(crate) axis: Axis,
}

impl Chart {
    /// Where a share of the vertical axis is; what is beyond the axis is at its end.
    fn y(&self, value: f64) -> f64 {
        let part = (share(value) - self.axis.low) / (self.axis.high - self.axis.low);
        self.area.y(part.clamp(0.0, 1.0))
    }

    fn x(&self, value: f64) -> f64 {
        self.area.x(share(value))
    }

    /// Lines across with their values, and the `name` of the vertical axis.
    pub(crate) fn grid(&self, name: &str) -> Group {
        let mut lines = Group::new().set("stroke", PALE);
        let mut values = Group::new().set("text-anchor", "end").set("font-size", 12);
        for value in self.axis.values() {
            let y = self.y(value);
            lines = lines.add(horizontal(self.area.left, self.area.left + self.area.width, y));
            let number = format!("{value:.*}", self.axis.places());
            values = values.add(text(number, self.area.left - 8.0, y + 4.5).set("fill", GREY));
        }
        Group::new().add(lines).add(values).add(upwards(name, self.area.y(0.5)))
    }

    /// A line through `points`.
    pub(crate) fn curve(&self, points: impl IntoIterator<Item = (f64, f64)>) -> Polyline {
        let corners = points.into_iter().map(|(x, y)| format!("{},{}", self.x(x), self.y(y)));
        Polyline::new()
            .set("points", corners.collect::<Vec<_>>().join(" "))
            .set("fill", "none")
            .set("stroke-width", 2)
            .set("stroke-linejoin", "round")
    }

    /// A point.
    pub(crate) fn dot(&self, (x, y): (f64, f64), radius: f64) -> Circle {
        Circle::new().set("cx", self.x(x)).set("cy", self.y(y)).set("r", radius)
    }

    /// A dashed line from the bottom to the top.
    pub(crate) fn mark(&self, x: f64) -> Line {
        let (x, top, bottom) = (self.x(x), self.area.y(1.0), self.area.y(0.0));
        let line = Line::new().set("x1", x).set("x2", x).set("y1", top).set("y2", bottom);
        line.set("stroke", INK).set("stroke-dasharray", "6 4")
    }
}

/// A line across.
pub(crate) fn horizontal(from: f64, to: f64, y: f64) -> Line {
    let y = pixels(y);
    Line::new().set("x1", pixels(from)).set("x2", pixels(to)).set("y1", y).set("y2", y)
}

/// The name of a vertical axis, with its middle at `y`.
pub(crate) fn upwards(name: &str, y: f64) -> Text {
    let x = MARGIN + 8.0;
    text(name, x, y).set("text-anchor", "middle").set("transform", format!("rotate(-90 {x} {y})"))
}

/// What is not a share is drawn as the nearest.
pub(crate) fn share(value: f64) -> f64 {
    if value.is_nan() { 0.0 } else { value.clamp(0.0, 1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_is_as_short_as_whole_steps_allow() {
        for (shares, expected) in [
            (&[0.871, 0.896][..], "0.870 0.875 0.880 0.885 0.890 0.895 0.900"),
            (&[0.0, 0.13], "0.00 0.05 0.10 0.15"),
            (&[0.0, 1.0], "0.0 0.2 0.4 0.6 0.8 1.0"),
            (&[0.9], "0.900 0.901"),
            (&[1.0], "0.999 1.000"),
            (&[0.0], "0.000 0.001"),
            (&[f64::NAN, 7.0], "0.0 0.2 0.4 0.6 0.8 1.0"),
            (&[], "0.0 0.2 0.4 0.6 0.8 1.0"),
        ] {
            let axis = Axis::over(shares.iter().copied());
            let values = axis.values().map(|value| format!("{value:.*}", axis.places()));
            assert_eq!(values.collect::<Vec<_>>().join(" "), expected, "{shares:?}");
        }
    }
}
