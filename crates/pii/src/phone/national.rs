//! Numbers as they are written inside a country.

use std::ops::Range;

use super::Found;
use super::edges::{Edges, Verdict};
use super::forms::Trust::{Sure, Unsure};
use super::forms::{FORMS, Form, Trust};
use super::maghreb::Maghreb;
use crate::digits::{Digits, one_sign};

/// The forms by the length and the first digit of their first group: nearly all are ruled out by that.
pub(super) struct Forms {
    by_length: Vec<[Vec<&'static Form>; 10]>,
    maghreb: Maghreb,
}

/// No number with its area code has more digits.
const LONGEST: usize = 12;

/// No form has a longer group.
const LONGEST_GROUP: usize = 13;

impl Forms {
    pub(super) fn new() -> Self {
        let begin = |length, digit| {
            let leads = |lead: &&str| lead.bytes().next().is_none_or(|first| first == digit);
            let fits = |form: &&Form| form.groups[0] == length && form.leads.iter().any(leads);
            FORMS.iter().filter(fits).collect()
        };
        let by_digit = |length| std::array::from_fn(|digit| begin(length, b'0' + digit as u8));
        let by_length = (0..=LONGEST_GROUP).map(by_digit).collect();
        Self { by_length, maghreb: Maghreb::new() }
    }

    /// The forms a number may have whose first group is `digits`, in the order of [`FORMS`].
    fn beginning(&self, digits: &str) -> &[&'static Form] {
        let forms = self.by_length.get(digits.len()).zip(digits.bytes().next());
        forms.map_or(&[], |(forms, first)| &forms[usize::from(first - b'0')])
    }
}

const SURE: f32 = 0.75;
const ANNOUNCED: f32 = 0.85;
const SIGNATURE: f32 = 0.5;

/// The national number that begins at group `first`.
pub(super) fn at(edges: &Edges<'_, '_>, first: usize) -> Option<Found> {
    let bracketed = edges.digits.text[..edges.digits.groups[first].range.start].ends_with('(');
    let forms = edges.forms.beginning(edges.digits.digits(&(first..first + 1)));
    let mut formed =
        forms.iter().filter_map(|form| Some((window_of(edges, first, form, 0)?, form.trust)));
    let by_form = formed.find_map(|(window, trust)| accept(edges, window, trust));
    let behind_trunk =
        |wraps| trunk_windows(edges, first, wraps).find_map(|window| accept(edges, window, Sure));
    by_form
        .or_else(|| behind_trunk(0))
        .or_else(|| bracketed.then(|| bracketed_window(edges, first)).flatten())
        .or_else(|| wrapped(edges, first, forms).or_else(|| behind_trunk(1)))
}

/// The number behind a trunk zero that a line ends inside of.
fn wrapped(edges: &Edges<'_, '_>, first: usize, forms: &[&Form]) -> Option<Found> {
    let sure = forms.iter().filter(|form| form.trust == Sure && form.leads[0].starts_with('0'));
    let mut windows = sure.filter_map(|form| window_of(edges, first, form, 1));
    windows.find_map(|window| accept(edges, window, Sure))
}

/// The first group behind a national number at `first` that words call another number.
///
/// Its end may look like a number too: `licence 0 800 12 34 56` is no telephone number 800 12 34 56.
pub(super) fn end_of_other(edges: &Edges<'_, '_>, first: usize) -> Option<usize> {
    if edges.digits.groups[first].len() > 2 {
        return None;
    }
    let forms = edges.forms.beginning(edges.digits.digits(&(first..first + 1)));
    let window = forms.iter().find_map(|form| window_of(edges, first, form, 0))?;
    (edges.verdict(&window) == Verdict::Other(0)).then_some(window.end)
}

/// The groups of a number in `form` from `first` on, with at most so many line ends inside.
fn window_of(
    edges: &Edges<'_, '_>,
    first: usize,
    form: &Form,
    wraps: usize,
) -> Option<Range<usize>> {
    let digits = edges.digits;
    if !form.leads.iter().any(|lead| digits.begin_with(lead, first)) {
        return None;
    }
    let window = digits.shaped_wrapped(first, form.groups, wraps)?;
    let signs_fit = digits.joints(&window).all(|joint| form.signs.contains(&joint.separator));
    let fits = signs_fit && is_consistent(digits, &window) && !digits.begin_with("000", first);
    fits.then_some(window)
}

/// Behind an area code of three to six digits with its zero, people group as they like; longest window first.
fn trunk_windows(
    edges: &Edges<'_, '_>,
    first: usize,
    wraps: usize,
) -> impl Iterator<Item = Range<usize>> {
    let groups = &edges.digits.groups;
    let area = &edges.digits.text[groups[first].range.clone()];
    let is_area = (3..=6).contains(&area.len()) && area.starts_with('0') && !area.starts_with("00");
    // `0 89 / 12 34 56`
    let is_zero = area == "0"
        && groups[first].joint.is_some_and(|joint| joint.separator == b' ')
        && groups
            .get(first + 1)
            .is_some_and(|area| area.joint.is_some_and(|joint| joint.separator == b'/'));
    let chain = if is_area || is_zero {
        edges.digits.chain_wrapped(first, 6, wraps)
    } else {
        first..first + 1
    };
    (chain.start + 2..=chain.end).rev().map(move |end| first..end).filter(move |window| {
        let digits = edges.digits.digits(window);
        let dotted = edges.digits.joints(window).any(|joint| joint.separator == b'.');
        if dotted && groups[first + 1..window.end].iter().any(|group| group.len() > 4) {
            return false;
        }
        let is_direct_dial = digits.len() <= 13 && groups[window.end - 1].len() <= 3;
        (9..=LONGEST).contains(&digits.len()) && is_consistent(edges.digits, window)
            || is_direct_dial && has_direct_dial(edges, window)
    })
}

/// `0341 123456-78`: the last group is an extension, set off by a dash.
fn has_direct_dial(edges: &Edges<'_, '_>, window: &Range<usize>) -> bool {
    let last = edges.digits.groups[window.end - 2].joint;
    let number = window.start..window.end - 1;
    last.is_some_and(|joint| joint.separator == b'-' && !joint.opens)
        && (8..=11).contains(&edges.digits.count(&number))
        && number.len() > 1
        && is_consistent(edges.digits, &number)
}

/// Brackets around the area code: `(978) 645-9740`, `(55) 1234-5678`, `(0341) 12 34 56`.
fn bracketed_window(edges: &Edges<'_, '_>, first: usize) -> Option<Found> {
    let area = &edges.digits.groups[first];
    let text = edges.digits.text;
    if !(2..=6).contains(&area.len()) || !area.joint.is_some_and(|joint| joint.closes) {
        return None;
    }
    let starts_with_zero = text[area.range.clone()].starts_with('0');
    let chain = edges.digits.chain(first, 6);
    (chain.start + 2..=chain.end).rev().find_map(|end| {
        let window = first..end;
        let total = edges.digits.count(&window);
        let dashed = edges.digits.joints(&window).any(|joint| joint.separator == b'-');
        let likely = if starts_with_zero {
            (8..=12).contains(&total)
        } else {
            total == 10 || dashed && (8..=11).contains(&total)
        };
        let rest = &edges.digits.groups[first + 1..end];
        let plausible = likely && area.len() < 6 && rest.iter().all(|group| group.len() >= 2);
        plausible.then(|| accept(edges, window, Sure)).flatten()
    })
}

/// One sign throughout; the sign around the area code may differ, and brackets may stand around it.
fn is_consistent(digits: &Digits<'_>, window: &Range<usize>) -> bool {
    let behind_trunk_digit = digits.groups[window.start].len() == 1 && window.len() > 2;
    // `1 (415) 555-0132`: the brackets open behind the trunk digit.
    let opens_well = digits
        .joints(window)
        .enumerate()
        .all(|(at, joint)| !joint.opens || at == 0 && behind_trunk_digit);
    // `1 800 555-0126`: the area code is the second group.
    let area = usize::from(behind_trunk_digit);
    let area = digits.joints(window).position(|joint| joint.closes).unwrap_or(area);
    opens_well && area <= 1 && one_sign(digits.joints(window).skip(area + 1))
}

/// `98 123 456`
fn is_grouped_as_in_tunisia(edges: &Edges<'_, '_>, window: &Range<usize>) -> bool {
    edges.digits.groups[window.clone()].iter().map(crate::groups::Group::len).eq([2, 3, 3])
}

fn accept(edges: &Edges<'_, '_>, window: Range<usize>, trust: Trust) -> Option<Found> {
    let bytes = edges.digits.bytes(&window);
    let longer = edges.digits.is_part_of_longer(&window);
    if longer || !edges.is_open_left(bytes.start) || !edges.is_open_right(bytes.end) {
        return None;
    }
    let score = match (edges.verdict(&window), trust) {
        (Verdict::Phone, _) => ANNOUNCED,
        (Verdict::Other(0), _) | (Verdict::Other(_), Unsure) => return None,
        (Verdict::Other(_) | Verdict::Silent, Sure) => SURE,
        (Verdict::Silent, Unsure) if edges.is_announced_behind(bytes.end) => SURE,
        (Verdict::Silent, Unsure) if edges.is_signature(&bytes) => SIGNATURE,
        (Verdict::Silent, Unsure) if window.len() > 1 && edges.is_behind_somebody(&bytes) => {
            SIGNATURE
        }
        (Verdict::Silent, Unsure) if window.len() > 1 && edges.is_answer(&bytes) => SIGNATURE,
        (Verdict::Silent, Unsure)
            if is_grouped_as_in_tunisia(edges, &window)
                && edges.forms.maghreb.is_near(edges.digits.text, &bytes) =>
        {
            SIGNATURE
        }
        (Verdict::Silent, Unsure) => return None,
    };
    Some(Found { bytes, next: window.end, score })
}
