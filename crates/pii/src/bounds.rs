//! How a text that goes on showing something new, look after look, is brought to an end.

use std::ops::Range;

use crate::candidate::Candidate;

/// No ticket has more bytes.
pub(crate) const LONG: usize = 128 * 1024;

/// So many bytes of a long text that takes too much work are looked at to the end.
const HEAD: usize = 32 * 1024;

/// Where the part of a long text begins that goes when looking at all of it takes too much work: at a line, if one ends near.
pub(crate) fn tail(text: &str) -> usize {
    let near = text.floor_char_boundary(HEAD);
    text[..near].rfind('\n').map(|at| at + 1).filter(|line| *line > HEAD / 2).unwrap_or(near)
}

/// What of `found` (sorted, one or more) stands before byte `from`, and all behind it but what is `known` (sorted) already;
/// sorted and disjoint.
pub(crate) fn with_tail(
    found: Vec<Candidate>,
    text: &str,
    known: &[Range<usize>],
    from: usize,
) -> Vec<Candidate> {
    let before = found.partition_point(|candidate| candidate.range.end <= from);
    let from = found.get(before).map_or(from, |next| next.range.start.min(from));
    let inside = known[known.partition_point(|place| place.end <= from)..].iter();
    let tail: Vec<_> = gaps(from..text.len(), inside, text, &found[0]).collect();
    found.into_iter().take(before).chain(tail).collect()
}

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
    gaps(0..text.len(), known.iter(), text, one).collect()
}

/// What of `part` is none of the `known` places that touch it, nor white space, taken for the same as `one`.
fn gaps<'a>(
    part: Range<usize>,
    known: impl Iterator<Item = &'a Range<usize>> + Clone,
    text: &str,
    one: &Candidate,
) -> impl Iterator<Item = Candidate> {
    let starts = [part.start].into_iter().chain(known.clone().map(|place| place.end));
    let ends = known.map(|place| place.start).chain([part.end]);
    let gaps = starts.zip(ends).filter(|(start, end)| start < end);
    let gaps = gaps.map(|(start, end)| trimmed(text, start..end));
    gaps.filter(|gap| !gap.is_empty()).map(|range| Candidate { range, ..one.clone() })
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
    fn a_tail_goes_whole_with_what_begins_before_it() {
        let known = [found("[X_1]").range];
        let all = || vec![found("one"), found("two\n a"), found("d")];
        let tail = |from: &str| with_tail(all(), TEXT, &known, TEXT.find(from).unwrap());
        assert_eq!(texts(&tail(" a [")), ["one", "two\n a", "b c d \nlast"]);
        assert_eq!(texts(&tail("last")), ["one", "two\n a", "d", "last"]);
        assert_eq!(texts(&tail("_1]")), ["one", "two\n a", "b c d \nlast"]);
    }

    #[test]
    fn a_tail_begins_with_a_line() {
        let lines = "line of the text\n".repeat(LONG / 16);
        assert!(lines[..tail(&lines)].ends_with('\n') && tail(&lines) > HEAD / 2);
        assert_eq!(tail(&"é".repeat(LONG)), HEAD);
    }

    #[test]
    fn all_is_all_but_white_space() {
        let known = [found("one").range, found("[X_1]").range];
        let all = all_but(&known, TEXT, &found("last"));
        assert_eq!(texts(&all), ["two\n a", "b c d \nlast"]);
    }
}
