//! Payment cards: a brand's prefix and length, a real grouping, and Luhn's check digit.

use std::ops::Range;

use smallvec::SmallVec;

use crate::Kind;
use crate::candidate::{Candidate, VERIFIED};
use crate::checksum;
use crate::context::Role;
use crate::digits::{Digits, first_lengths, has_length, one_sign};
use crate::neighbours;

/// How cards are grouped when read aloud or printed; the first group alone means no grouping.
const GROUPINGS: &[&[usize]] = &[
    &[4, 4, 4, 4, 3],
    &[4, 4, 4, 4, 1],
    &[4, 4, 4, 4],
    &[4, 4, 4, 3],
    &[4, 4, 4, 2],
    &[4, 4, 5],
    &[4, 6, 5],
    &[4, 6, 4],
    &[4, 4, 4],
    &[4, 3, 3, 3],
    &[6, 13],
    &[6, 10],
    &[8, 8],
    &[19],
    &[18],
    &[17],
    &[16],
    &[15],
    &[14],
    &[13],
    &[12],
];

/// No card number has fewer digits.
const FEWEST_DIGITS: usize = 12;

/// Adds every payment card number.
pub(crate) fn find(digits: &Digits<'_>, found: &mut Vec<Candidate>) {
    const LENGTHS: u32 = first_lengths(GROUPINGS);
    let before = found.len();
    let groups = digits.groups.iter().enumerate().filter(|(_, group)| has_length(group, LENGTHS));
    let long =
        groups.map(|(first, _)| first).filter(|&first| digits.has_number_of(FEWEST_DIGITS, first));
    let windows = long.flat_map(|first| {
        GROUPINGS.iter().filter_map(move |lengths| digits.shaped_wrapped(first, lengths, 1))
    });
    let cards = windows.filter(|window| is_card(digits, window));
    let underscored = (0..digits.groups.len()).filter_map(|first| underscored(digits, first));
    found.extend(cards.chain(underscored).map(|window| Candidate {
        kind: Kind::CreditCard,
        range: digits.bytes(&window),
        score: VERIFIED,
    }));
    let mut begins: SmallVec<[&[u8]; 4]> = SmallVec::new();
    for card in &found[before..] {
        let begin = &digits.text.as_bytes()[card.range.start..][..4];
        if begins.len() < MOST_BEGINNINGS && !begins.contains(&begin) {
            begins.push(begin);
        }
    }
    let mistyped = (0..digits.groups.len()).filter_map(|first| mistyped(digits, first, &begins));
    let mistyped: SmallVec<[Range<usize>; 2]> = mistyped.collect();
    found.extend(mistyped.into_iter().map(|range| Candidate {
        kind: Kind::CreditCard,
        range,
        score: MISTYPED,
    }));
}

/// Numbers like so many cards are looked for.
const MOST_BEGINNINGS: usize = 16;

/// The score of a number whose check digit is wrong.
const MISTYPED: f32 = 0.5;

/// A number from group `first` on that is grouped as on a card and begins like one, behind a word for a card or like one of those
/// that begin with `begins`, though its check digit is wrong.
fn mistyped(digits: &Digits<'_>, first: usize, begins: &[&[u8]]) -> Option<Range<usize>> {
    if digits.groups[first].len() != 4 {
        return None;
    }
    let lengths = [&[4, 4, 4, 4][..], &[4, 6, 5]];
    let window = lengths.into_iter().find_map(|lengths| digits.shaped(first, lengths))?;
    let number = digits.digits(&window);
    let is_row = number.bytes().all(|byte| byte == number.as_bytes()[0]);
    let fits = has_brand(number)
        && !is_row
        && one_sign(digits.joints(&window))
        && digits.joints(&window).all(|joint| matches!(joint.separator, b' ' | b'-'))
        && digits.stands_free(&window)
        && (begins.contains(&&number.as_bytes()[..4])
            || digits.before(first).distance(&[Role::Card], 4).is_some())
        && digits.before(first).distance(&[Role::Other, Role::Party], 0).is_none();
    fits.then(|| digits.bytes(&window))
}

/// `4111_1111_1111_1111` from group `first` on.
fn underscored(digits: &Digits<'_>, first: usize) -> Option<Range<usize>> {
    let group = &digits.groups[first];
    if group.len() != 4 || !digits.text[group.range.end..].starts_with('_') {
        return None;
    }
    let window = [&[4, 4, 4, 4][..], &[4, 6, 5]].into_iter().find_map(|lengths| {
        let window = first..first + lengths.len();
        let groups = digits.groups.get(window.clone())?;
        let fits = groups.iter().zip(lengths).all(|(group, length)| group.len() == *length);
        let joined = (first..window.end - 1).all(|index| digits.gap(index) == Some("_"));
        (fits && joined).then_some(window)
    })?;
    let (number, bytes) = (digits.digits(&window), digits.bytes(&window));
    let checked = has_brand(number) && checksum::luhn(&checksum::digits(number));
    (checked && neighbours::stands_free(digits.text, bytes.start, bytes.end)).then_some(window)
}

fn is_card(digits: &Digits<'_>, window: &Range<usize>) -> bool {
    let number = digits.digits(window);
    let joints_fit = one_sign(digits.joints(window))
        && (window.len() == 4 || digits.joints(window).all(|joint| joint.separator != b'/'));
    joints_fit
        && (has_brand(number) || is_grouped_as_printed(digits, window))
        && checksum::luhn(&checksum::digits(number))
        && stands_free(digits, window)
        && (number.len() > 13 || digits.before(window.start).distance(&[Role::Card], 4).is_some())
        && (window.len() > 1 || !is_named_otherwise(digits, window))
}

/// Four times four digits behind a word for a card: whatever its brand.
fn is_grouped_as_printed(digits: &Digits<'_>, window: &Range<usize>) -> bool {
    digits.groups[window.clone()].iter().map(crate::groups::Group::len).eq([4; 4])
        && digits.before(window.start).distance(&[Role::Card], 8).is_some()
}

/// `order 4111111111111111`: one in ten numbers of a card's length passes Luhn's check by chance. Grouped as on a card, none is taken for
/// anything else, whatever word stands before it.
fn is_named_otherwise(digits: &Digits<'_>, window: &Range<usize>) -> bool {
    digits.before(window.start).distance(&[Role::Other], 0).is_some()
}

/// Free of digits and signs; letters may touch a number this well checked when they are a word.
fn stands_free(digits: &Digits<'_>, window: &Range<usize>) -> bool {
    let bytes = digits.bytes(window);
    let word = neighbours::word_before(digits.text, bytes.start);
    let glued_to_word = digits.context.role_of(word) == Some(Role::Card);
    let behind = neighbours::after(digits.text, bytes.end);
    if glued_to_word && !behind.is_some_and(neighbours::continues_token) {
        return true;
    }
    let sign = neighbours::before(digits.text, bytes.start);
    let in_token = sign.is_some_and(|sign| matches!(sign, '-' | '/' | '.' | '=' | '@'))
        && digits.text[..bytes.start - 1].ends_with(|c: char| c.is_ascii_alphanumeric())
        && !matches!(
            digits.context.role_of(neighbours::word_before(digits.text, bytes.start - 1)),
            Some(Role::Card | Role::Number)
        );
    let free = digits.stands_free(window)
        || digits.stands_free_left(window) && is_before_expiry(digits, window);
    free && !in_token && behind != Some('@')
}

/// `4111111111111111,123` or `…/04/27`: the date or the code of the card follows without a space.
fn is_before_expiry(digits: &Digits<'_>, window: &Range<usize>) -> bool {
    let gap = digits.gap(window.end - 1);
    let is_short = digits.groups.get(window.end).is_some_and(|next| next.len() <= 4);
    matches!(gap, Some("," | "/")) && is_short
}

/// Issuer prefixes and the lengths they use (ISO/IEC 7812 registry, as published by the brands).
fn has_brand(number: &str) -> bool {
    let Some(four) = number.get(..4).and_then(|digits| digits.parse::<u32>().ok()) else {
        return false;
    };
    let (one, two, three) = (four / 1000, four / 100, four / 10);
    let length = number.len();
    let visa = one == 4 && matches!(length, 13 | 16 | 19);
    let mastercard = (matches!(two, 51..=55) || matches!(four, 2221..=2720)) && length == 16;
    let amex = matches!(two, 34 | 37) && length == 15;
    let discover =
        (four == 6011 || two == 65 || matches!(three, 644..=649)) && matches!(length, 16 | 19);
    let diners = (matches!(three, 300..=305 | 309) || matches!(two, 36 | 38 | 39))
        && matches!(length, 14 | 16);
    let jcb = (matches!(four, 3528..=3589) && matches!(length, 16 | 19))
        || (matches!(four, 1800 | 2131) && length == 15);
    let union_pay = matches!(two, 62 | 81) && matches!(length, 16..=19);
    let maestro = matches!(four, 5018 | 5020 | 5038 | 5893 | 6304 | 6703 | 6759 | 6761..=6763)
        && matches!(length, 12..=19);
    let verve = matches!(four, 5060 | 5061) && matches!(length, 16..=19);
    let hipercard = four == 6062 && length == 16;
    let rupay = (two == 60 || matches!(three, 508 | 353 | 356)) && length == 16;
    let mir = matches!(four, 2200..=2204) && matches!(length, 16..=19);
    let national = verve || hipercard || rupay || mir;
    visa || mastercard || amex || discover || diners || jcb || union_pay || maestro || national
}
