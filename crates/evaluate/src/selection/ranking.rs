//! Rows in groups of one confidence, the most confident first.

use std::ops::Range;

use super::CoveragePoint;

/// The rows, sorted.
pub(super) struct Ranking<'r> {
    rows: &'r [(f32, bool)],
    /// Places of the rows, the most confident first.
    order: Vec<usize>,
    groups: Vec<Group>,
}

/// Rows of one confidence, which are answered together.
struct Group {
    /// Where they are in the order.
    places: Range<usize>,
    /// How many of these and of the more confident rows are wrong.
    wrong: usize,
}

impl Group {
    /// The selective risks of its rows, summed.
    fn risks(&self) -> f64 {
        share(self.places.len() * self.wrong, self.places.end)
    }

    /// The same, had one of the more confident rows, which is `wrong` or not, not been there.
    fn risks_without_earlier(&self, wrong: bool) -> f64 {
        let wrong = self.wrong.saturating_sub(usize::from(wrong));
        share(self.places.len() * wrong, self.places.end - 1)
    }

    /// The same, had one of its own rows not been there.
    fn risks_without_own(&self, wrong: bool) -> f64 {
        share((self.places.len() - 1) * (self.wrong - usize::from(wrong)), self.places.end - 1)
    }
}

impl<'r> Ranking<'r> {
    pub(super) fn of(rows: &'r [(f32, bool)]) -> Self {
        let confidence = |row: &usize| finite(rows[*row].0);
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_by(|one, next| confidence(next).total_cmp(&confidence(one)));
        let mut groups = Vec::new();
        let (mut start, mut wrong) = (0, 0);
        // They descend, so what is not less is equal.
        for alike in order.chunk_by(|one, next| confidence(next) >= confidence(one)) {
            let places = start..start + alike.len();
            start = places.end;
            wrong += alike.iter().filter(|row| !rows[**row].1).count();
            groups.push(Group { places, wrong });
        }
        Self { rows, order, groups }
    }

    /// The first group, and those that reach another percent of the rows.
    pub(super) fn points(&self) -> Vec<CoveragePoint> {
        let percent = |group: &Group| group.places.end * 100 / self.rows.len();
        let mut reached = None;
        let mut points = Vec::new();
        for group in &self.groups {
            if reached < Some(percent(group)) {
                reached = Some(percent(group));
                points.push(self.point(group));
            }
        }
        points
    }

    fn point(&self, group: &Group) -> CoveragePoint {
        CoveragePoint {
            coverage: share(group.places.end, self.rows.len()),
            accuracy: share(group.places.end - group.wrong, group.places.end),
            threshold: finite(self.rows[self.order[group.places.start]].0),
        }
    }

    /// The mean of the selective risks of all rows (Geifman, Uziel and El-Yaniv 2019).
    pub(super) fn area(&self) -> f64 {
        self.groups.iter().map(Group::risks).sum::<f64>() / self.rows.len().max(1) as f64
    }

    /// For each row, in the order they were given, the area of all others.
    pub(super) fn areas_without_each(&self) -> Vec<f64> {
        let mut areas = vec![0.0; self.rows.len()];
        for wrong in [false, true] {
            let (mut before, mut after) = (0.0, self.risks_after_each(wrong));
            for group in &self.groups {
                let later = after.pop().unwrap_or_default();
                let members = self.order[group.places.clone()].iter();
                for row in members.filter(|row| self.rows[**row].1 != wrong) {
                    let risks = before + group.risks_without_own(wrong) + later;
                    areas[*row] = risks / (self.rows.len() - 1).max(1) as f64;
                }
                before += group.risks();
            }
        }
        areas
    }

    /// For each group, the last first, the risks of all less confident rows, had one of its own, `wrong` or not, not been there.
    fn risks_after_each(&self, wrong: bool) -> Vec<f64> {
        let mut sum = 0.0;
        let mut after = Vec::with_capacity(self.groups.len());
        for group in self.groups.iter().rev() {
            after.push(sum);
            sum += group.risks_without_earlier(wrong);
        }
        after
    }
}

/// A share of nothing is 0.
fn share(part: usize, of: usize) -> f64 {
    part as f64 / of.max(1) as f64
}

fn finite(confidence: f32) -> f32 {
    if confidence.is_nan() { f32::MIN } else { confidence.clamp(f32::MIN, f32::MAX) }
}
