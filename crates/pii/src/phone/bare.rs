//! Numbers in no national form, which only the words around them show to be telephone numbers.

use super::Found;
use super::edges::{Edges, Verdict};

/// A number in groups below a name needs so many digits to be one without a word.
const LEAST_IN_SIGNATURE: usize = 9;

const BARE: f32 = 0.6;

/// The number at group `first`, when words announce a telephone number.
pub(super) fn at(edges: &Edges<'_, '_>, first: usize) -> Option<Found> {
    let chain = edges.digits.chain(first, 7);
    let (window, length) = (chain.start + 1..=chain.end).rev().find_map(|end| {
        let window = first..end;
        let length = edges.digits.count(&window);
        let in_pairs = length == 6
            && window.len() == 3
            && (first..end).all(|index| edges.digits.groups[index].len() == 2);
        ((7..=12).contains(&length) || in_pairs).then_some((window, length))
    })?;
    if 2 * length < 3 * window.len() {
        // Nobody sets nearly every digit apart by a bracket or a slash; digits set apart by one sign are closed up by now.
        return None;
    }
    let bytes = edges.digits.bytes(&window);
    let digits = edges.digits.digits(&window);
    let is_compact_date = window.len() == 1 && length == 8 && is_date(digits);
    let free = edges.is_open_left(bytes.start)
        && edges.is_open_right(bytes.end)
        && !edges.digits.is_part_of_longer(&window)
        && !is_compact_date
        && !digits.starts_with("00");
    let announced = || match edges.verdict(&window) {
        Verdict::Phone => true,
        Verdict::Other(_) => false,
        Verdict::Silent => {
            edges.is_announced_behind(bytes.end)
                || window.len() > 1 && length >= LEAST_IN_SIGNATURE && edges.is_signature(&bytes)
        }
    };
    (free && announced()).then_some(Found { bytes, next: window.end, score: BARE })
}

/// `20240312`, `12032024`.
fn is_date(digits: &str) -> bool {
    let part = |from: usize, to: usize| digits[from..to].parse::<u32>().unwrap_or(0);
    let is_year = |year: u32| (1900..2100).contains(&year);
    let are_day_and_month =
        |a: u32, b: u32| (1..=31).contains(&a.max(b)) && (1..=12).contains(&a.min(b));
    is_year(part(0, 4)) && are_day_and_month(part(4, 6), part(6, 8))
        || is_year(part(4, 8)) && are_day_and_month(part(0, 2), part(2, 4))
}
