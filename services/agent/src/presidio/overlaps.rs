//! What is done with findings that overlap, as Presidio's anonymizer does it by default.

use std::collections::HashMap;

/// A finding of a request: a place in its text, in code points.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    pub(super) entity_type: String,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) score: Option<f64>,
}

/// Sorted, and without those that other ones make superfluous: overlapping ones of one type become one, with the best score; of what
/// is left, one inside another goes, and of those at one place the best stays; neighbours of one type with only spaces between them
/// (`is_space` of the places between) become one. Two types may still overlap in part.
pub(super) fn resolve(
    mut found: Vec<Found>,
    is_space: impl Fn(usize, usize) -> bool,
) -> Vec<Found> {
    found.sort_by_key(|one| (one.start, one.end));
    let mut found = without_contained(merged(found));
    found.dedup_by(|next, last| {
        let one = last.entity_type == next.entity_type
            && last.end < next.start
            && is_space(last.end, next.start);
        if one {
            last.end = next.end;
            last.score = next.score;
        }
        one
    });
    found
}

/// `found`, sorted, with those of one type that share characters made one.
fn merged(found: Vec<Found>) -> Vec<Found> {
    let mut kept: Vec<Found> = Vec::with_capacity(found.len());
    let mut last: HashMap<String, usize> = HashMap::new();
    for one in found {
        match last.get(&one.entity_type).map(|&at| &mut kept[at]) {
            Some(before) if one.start < before.end => {
                before.end = before.end.max(one.end);
                before.score = best(before.score, one.score);
            }
            _ => {
                last.insert(one.entity_type.clone(), kept.len());
                kept.push(one);
            }
        }
    }
    kept
}

fn without_contained(mut found: Vec<Found>) -> Vec<Found> {
    // The longest of those that begin together comes first, and of those at one place the best.
    found.sort_by(|a, b| {
        (a.start, b.end).cmp(&(b.start, a.end)).then(rank(b.score).total_cmp(&rank(a.score)))
    });
    let mut reached = None;
    found.retain(|one| {
        let contained = reached.is_some_and(|reached| one.end <= reached);
        reached = reached.max(Some(one.end));
        !contained
    });
    found
}

fn best(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    if rank(one) >= rank(other) { one } else { other }
}

fn rank(score: Option<f64>) -> f64 {
    score.unwrap_or(f64::NEG_INFINITY)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is left of `found`, in a text of which the place 8 to 9 is a space.
    fn left(found: &[(&str, usize, usize, f64)]) -> Vec<(String, usize, usize, f64)> {
        let found = found.iter().map(|&(kind, start, end, score)| Found {
            entity_type: kind.to_owned(),
            start,
            end,
            score: Some(score),
        });
        let left = resolve(found.collect(), |start, end| (start, end) == (8, 9));
        left.into_iter().map(|one| (one.entity_type, one.start, one.end, rank(one.score))).collect()
    }

    fn one(kind: &str, start: usize, end: usize, score: f64) -> (String, usize, usize, f64) {
        (kind.to_owned(), start, end, score)
    }

    #[test]
    fn overlaps_are_resolved_as_presidio_does() {
        assert_eq!(left(&[("A", 2, 6, 0.5), ("A", 4, 9, 0.7)]), [one("A", 2, 9, 0.7)]);
        assert_eq!(left(&[("A", 2, 6, 0.5), ("B", 3, 5, 0.9)]), [one("A", 2, 6, 0.5)]);
        assert_eq!(left(&[("A", 2, 6, 0.5), ("B", 2, 6, 0.9)]), [one("B", 2, 6, 0.9)]);
        assert_eq!(left(&[("A", 2, 8, 0.5), ("A", 9, 12, 0.7)]), [one("A", 2, 12, 0.7)]);
        assert_eq!(
            left(&[("B", 4, 9, 0.7), ("A", 2, 6, 0.5)]),
            [one("A", 2, 6, 0.5), one("B", 4, 9, 0.7)]
        );
        assert_eq!(
            left(&[("A", 2, 8, 0.5), ("B", 9, 12, 0.7)]),
            [one("A", 2, 8, 0.5), one("B", 9, 12, 0.7)]
        );
        assert_eq!(
            left(&[("A", 2, 8, 0.5), ("A", 8, 12, 0.7)]),
            [one("A", 2, 8, 0.5), one("A", 8, 12, 0.7)]
        );
    }
}
