//! A text with its groups of digits: what every recogniser of numbers looks at.

use std::cell::{Cell, OnceCell, RefCell};
use std::ops::{Deref, Range};
use std::rc::Rc;

use smallvec::{SmallVec, smallvec};

use crate::context::{Before, Context, Words};
use crate::groups::{self, Group, Groups, Joint};
use crate::{neighbours, work};

/// So many groups are looked at on either side of a slash.
const MOST_GROUPS: usize = 6;

/// No telephone or card number has fewer digits when two of them stand around a slash.
const WHOLE_NUMBER: usize = 9;

/// So many groups of a list are looked over for the words before it.
const LONGEST_LIST: usize = 64;

/// The words of fewer groups are read for each.
const FEW_GROUPS: usize = 24;

/// What stands before so many groups needs no memory of its own.
const FEW: usize = 16;

/// Of more groups what stands before so many is kept: recognisers go from left to right, and back by a list at most.
const KEPT: usize = LONGEST_LIST;

/// A group, and what stands before it.
type Read<'t> = (usize, Rc<Before<'t>>);

/// What stands before a group.
pub(crate) enum Kept<'d, 't> {
    Here(&'d Before<'t>),
    Shared(Rc<Before<'t>>),
}

impl<'t> Deref for Kept<'_, 't> {
    type Target = Before<'t>;

    fn deref(&self) -> &Before<'t> {
        match self {
            Self::Here(before) => before,
            Self::Shared(before) => before,
        }
    }
}

/// A text, its groups, and the words around them.
pub(crate) struct Digits<'t> {
    pub(crate) text: &'t str,
    pub(crate) groups: Groups,
    pub(crate) context: &'t Context,
    /// The digits of all groups.
    joined: SmallVec<[u8; 128]>,
    /// Where in `joined` each group begins, and where the last one ends.
    places: SmallVec<[usize; 24]>,
    /// The first group of the list each group stands in.
    list_heads: OnceCell<SmallVec<[usize; 24]>>,
    /// What stands before each group, read at most once and only for groups somebody asks about, when there are few.
    before_few: OnceCell<[OnceCell<Before<'t>>; FEW]>,
    /// The same of those that were asked about last, when there are many.
    before_last: RefCell<Vec<Option<Read<'t>>>>,
    /// The words that many numbers share.
    words: OnceCell<Rc<Words>>,
    /// About how long it took so far to judge numbers.
    judging: Cell<usize>,
}

impl<'t> Digits<'t> {
    #[inline]
    pub(crate) fn of(text: &'t str, context: &'t Context) -> Self {
        // Filled where it stands, for it is large.
        let mut digits = Self {
            text,
            groups: Groups::new(),
            context,
            joined: SmallVec::new(),
            places: smallvec![0],
            list_heads: OnceCell::new(),
            before_few: OnceCell::new(),
            before_last: RefCell::default(),
            words: OnceCell::new(),
            judging: Cell::new(0),
        };
        groups::find(text, &mut digits.groups);
        for group in &digits.groups {
            digits.joined.extend_from_slice(&text.as_bytes()[group.range.clone()]);
            digits.places.push(digits.joined.len());
        }
        digits
    }

    /// The bytes from the first to the last group of `window`.
    pub(crate) fn bytes(&self, window: &Range<usize>) -> Range<usize> {
        self.groups[window.start].range.start..self.groups[window.end - 1].range.end
    }

    /// The digits of `window`, joined.
    pub(crate) fn digits(&self, window: &Range<usize>) -> &str {
        let digits = &self.joined[self.places[window.start]..self.places[window.end]];
        str::from_utf8(digits).expect("digits are ASCII")
    }

    /// How many digits `window` has.
    pub(crate) fn count(&self, window: &Range<usize>) -> usize {
        self.places[window.end] - self.places[window.start]
    }

    /// Whether the digits from group `first` on begin with `lead`, in one group or more.
    pub(crate) fn begin_with(&self, lead: &str, first: usize) -> bool {
        let digits = &self.joined[self.places[first]..];
        // A lead is too short for a comparison of strings.
        lead.len() <= digits.len() && lead.bytes().zip(digits).all(|(one, other)| one == *other)
    }

    /// Whether a number from group `first` on may have as many as `least` digits.
    pub(crate) fn has_number_of(&self, least: usize, first: usize) -> bool {
        let mut count = 0;
        for group in &self.groups[first..] {
            count += group.len();
            if count >= least || group.joint.is_none() && !group.wraps {
                break;
            }
        }
        count >= least
    }

    /// The first group of the list `first` stands in: numbers with no word and no blank line in between.
    pub(crate) fn list_head(&self, first: usize) -> usize {
        let heads = self.list_heads.get_or_init(|| self.find_list_heads());
        heads[first].max(first.saturating_sub(LONGEST_LIST))
    }

    fn find_list_heads(&self) -> SmallVec<[usize; 24]> {
        let mut head = 0;
        let heads = (0..self.groups.len()).map(|index| {
            let gap = index.checked_sub(1).and_then(|before| self.gap(before)).unwrap_or_default();
            let is_list =
                gap.len() <= 5 && !gap.contains(char::is_alphabetic) && !gap.contains("\n\n");
            if !is_list {
                head = index;
            }
            head
        });
        heads.collect()
    }

    /// What joins the groups of `window` with each other.
    pub(crate) fn joints(&self, window: &Range<usize>) -> impl Iterator<Item = Joint> {
        self.groups[window.start..window.end - 1].iter().filter_map(|group| group.joint)
    }

    /// The groups from `first` on that may be one number, at most `limit`.
    pub(crate) fn chain(&self, first: usize, limit: usize) -> Range<usize> {
        self.chain_wrapped(first, limit, 0)
    }

    /// The same, with at most so many line ends inside the number.
    pub(crate) fn chain_wrapped(
        &self,
        first: usize,
        limit: usize,
        mut wraps: usize,
    ) -> Range<usize> {
        let mut end = first + 1;
        while end < self.groups.len() && end - first < limit && !self.groups[end].is_date {
            let last = &self.groups[end - 1];
            if last.joint.is_none() {
                if wraps == 0 || !last.wraps {
                    break;
                }
                wraps -= 1;
            }
            end += 1;
        }
        first..end
    }

    /// The window from `first` on whose groups have just these lengths.
    #[inline]
    pub(crate) fn shaped(&self, first: usize, lengths: &[usize]) -> Option<Range<usize>> {
        self.shaped_wrapped(first, lengths, 0)
    }

    /// The same, with at most so many line ends inside the number.
    #[inline]
    pub(crate) fn shaped_wrapped(
        &self,
        first: usize,
        lengths: &[usize],
        wraps: usize,
    ) -> Option<Range<usize>> {
        // Nearly every shape fails at its first group, so lengths are compared before anything is joined.
        let fits = self.groups[first].len() == lengths[0];
        if fits { self.shaped_on(first, lengths, wraps) } else { None }
    }

    fn shaped_on(&self, first: usize, lengths: &[usize], wraps: usize) -> Option<Range<usize>> {
        let window = first..first + lengths.len();
        let groups = self.groups.get(window.clone())?;
        let fits = groups.iter().zip(lengths).all(|(group, length)| group.len() == *length);
        (fits && self.chain_wrapped(first, lengths.len(), wraps) == window).then_some(window)
    }

    /// The words before group `index`.
    pub(crate) fn before(&self, index: usize) -> Kept<'_, 't> {
        let read = || self.before_byte(self.groups[index].range.start);
        if self.groups.len() <= FEW {
            let all = self.before_few.get_or_init(Default::default);
            return Kept::Here(all[index].get_or_init(read));
        }
        let mut last = self.before_last.borrow_mut();
        if last.is_empty() {
            last.resize(KEPT, None);
        }
        let kept = match &last[index % KEPT] {
            Some((at, before)) if *at == index => Rc::clone(before),
            _ => Rc::new(read()),
        };
        last[index % KEPT] = Some((index, Rc::clone(&kept)));
        Kept::Shared(kept)
    }

    /// The words before byte `at`.
    pub(crate) fn before_byte(&self, at: usize) -> Before<'t> {
        self.judged(work::WORDS);
        let before = self.context.before(self.text, at);
        let is_worth_it = self.groups.len() > FEW_GROUPS;
        if is_worth_it { before.sharing(self.words.get_or_init(Rc::default)) } else { before }
    }

    /// Notes that judging a number took about so long.
    pub(crate) fn judged(&self, work: usize) {
        self.judging.set(self.judging.get() + work);
    }

    /// About how long all of it took so far.
    pub(crate) fn work(&self) -> usize {
        let words = self.words.get().map_or(0, |words| words.count());
        self.groups.len() * work::GROUP + words * work::WORD + self.judging.get()
    }

    /// Whether another group is joined to `window` without a space, as in `12-34-56`, or continues a decimal number.
    pub(crate) fn is_part_of_longer(&self, window: &Range<usize>) -> bool {
        self.continues_before(window) || self.joins_next(window.end - 1)
    }

    /// Whether the group before `window` is joined to it so.
    pub(crate) fn continues_before(&self, window: &Range<usize>) -> bool {
        window.start.checked_sub(1).is_some_and(|before| self.joins_next(before))
    }

    fn joins_next(&self, index: usize) -> bool {
        let group = &self.groups[index];
        let tight = group.joint.is_some_and(|joint| {
            joint.separator != b' ' && !joint.spaced && !joint.opens && !joint.closes
        });
        tight && !self.slash_separates_behind(index) || self.gap(index) == Some(",")
    }

    /// Whether a slash at byte `at` stands between two whole numbers, as in `0612345678/0142685300`.
    ///
    /// It is looked for right before group `first`, or behind the groups of one number from there on.
    pub(crate) fn slash_separates(&self, at: usize, first: usize) -> bool {
        let mut groups = first.saturating_sub(1)..self.groups.len().min(first + 2 * MOST_GROUPS);
        groups.any(|index| self.groups[index].range.end == at && self.slash_separates_behind(index))
    }

    /// The same for what stands behind group `left`.
    fn slash_separates_behind(&self, left: usize) -> bool {
        if self.gap(left) != Some("/") {
            return false;
        }
        let right = left + 1;
        let is_inside =
            |index: usize| self.groups[index].joint.is_some_and(|joint| joint.separator != b'/');
        let mut ends = right + 1;
        while ends < self.groups.len() && ends - right < MOST_GROUPS && is_inside(ends - 1) {
            ends += 1;
        }
        let mut starts = left;
        while starts > 0 && left - starts < MOST_GROUPS && is_inside(starts - 1) {
            starts -= 1;
        }
        let length =
            |groups: Range<usize>| self.groups[groups].iter().map(Group::len).sum::<usize>();
        length(starts..right) >= WHOLE_NUMBER && length(right..ends) >= WHOLE_NUMBER
    }

    /// The text between a group and the next.
    pub(crate) fn gap(&self, index: usize) -> Option<&str> {
        let next = self.groups.get(index + 1)?;
        self.text.get(self.groups[index].range.end..next.range.start)
    }

    /// Whether `window` stands free of letters and of the signs that glue it into a longer token.
    pub(crate) fn stands_free(&self, window: &Range<usize>) -> bool {
        self.stands_free_left(window) && !self.joins_next(window.end - 1)
    }

    /// The same, whatever digits come behind.
    pub(crate) fn stands_free_left(&self, window: &Range<usize>) -> bool {
        let bytes = self.bytes(window);
        let signed = self.text[..bytes.start].ends_with('+');
        neighbours::stands_free(self.text, bytes.start, bytes.end)
            && !signed
            && !self.continues_before(window)
    }
}

/// The lengths of the first groups of `groupings`, one bit for each: nearly every group is told apart by its own.
pub(crate) const fn first_lengths(groupings: &[&[usize]]) -> u32 {
    let (mut lengths, mut place) = (0, 0);
    while place < groupings.len() {
        lengths |= 1 << groupings[place][0];
        place += 1;
    }
    lengths
}

/// Whether `group` has one of `lengths`, a bit for each.
pub(crate) fn has_length(group: &Group, lengths: u32) -> bool {
    group.len() < 32 && lengths >> group.len() & 1 == 1
}

/// Whether the joints are the same sign throughout, spaces or not.
pub(crate) fn one_sign(mut joints: impl Iterator<Item = Joint>) -> bool {
    let Some(first) = joints.next() else { return true };
    !first.opens && !first.closes && joints.all(|joint| joint == first)
}
