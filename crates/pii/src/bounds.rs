//! How a text that goes on showing something new, look after look, is brought to an end.

use std::ops::Range;

use crate::candidate::Candidate;

/// Each of `found` (sorted) with the rest of its line, up to what is `known` (sorted) already; sorted and disjoint.
pub(crate) fn whole_lines(
    found: Vec<Candidate>,
    text: &str,
    known: &[Range<usize>],
) -> Vec<Candidate> {
    let mut lines: Vec<Candidate> = Vec::new();
    for candidate in found {
        let Range { start, end } = candidate.range;
        if lines.last().is_some_and(|line| start < line.range.end) {
            continue;
        }
        let behind = known.partition_point(|place| place.end <= start);
        let from = known[..behind].last().map_or(0, |place| place.end);
        let to = known.get(behind).map_or(text.len(), |place| place.start);
        let from = text[from..start].rfind('\n').map_or(from, |at| from + at + 1);
        let to = text[end..to].find('\n').map_or(to, |at| end + at);
        lines.push(Candidate { range: trimmed(text, from..to), ..candidate });
    }
    lines
}

/// All of `text` but what is `known` (sorted, disjoint) already and white space, taken for the same as `one`.
pub(crate) fn all_but(known: &[Range<usize>], text: &str, one: &Candidate) -> Vec<Candidate> {
    let starts = [0].into_iter().chain(known.iter().map(|place| place.end));
    let ends = known.iter().map(|place| place.start).chain([text.len()]);
    let gaps = starts.zip(ends).map(|(start, end)| trimmed(text, start..end));
    gaps.filter(|gap| !gap.is_empty()).map(|range| Candidate { range, ..one.clone() }).collect()
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let start = range.end - text[range.clone()].trim_start().len();
    start..start + text[start..range.end].trim_end().len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;

    const TEXT: &str = "one two\n a [X_1] b c d \nlast";

    fn found(part: &str) -> Candidate {
        let start = TEXT.find(part).unwrap();
        Candidate { kind: Kind::Person, range: start..start + part.len(), score: 0.5 }
    }

    fn texts(found: &[Candidate]) -> Vec<&str> {
        found.iter().map(|candidate| &TEXT[candidate.range.clone()]).collect()
    }

    #[test]
    fn a_line_ends_at_its_ends_and_at_what_is_known() {
        let known = [found("[X_1]").range];
        let lines = whole_lines(vec![found("two"), found("b"), found("d")], TEXT, &known);
        assert_eq!(texts(&lines), ["one two", "b c d"]);
        assert_eq!(texts(&whole_lines(vec![found("a ")], TEXT, &known)), ["a"]);
    }

    #[test]
    fn all_is_all_but_white_space() {
        let known = [found("one").range, found("[X_1]").range];
        let all = all_but(&known, TEXT, &found("last"));
        assert_eq!(texts(&all), ["two\n a", "b c d \nlast"]);
    }
}
