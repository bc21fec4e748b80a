//! What the words before a number add up to.

use std::cell::RefCell;
use std::ops::Range;

use smallvec::SmallVec;
use switchboard_text::words::{for_each_word, is_word_part};

use super::{Context, Role};
use crate::bytes::last_place;

/// What stands before a number, nearest word first.
pub(crate) struct Before<'t> {
    context: &'t Context,
    /// The bytes before the number that are looked at.
    window: &'t str,
    /// The window may have cut its first word in two.
    is_cut: bool,
    read: RefCell<Read>,
}

/// What was read so far.
struct Read {
    steps: SmallVec<[Step; 16]>,
    /// Where in the window the last word that was read begins.
    from: usize,
    done: bool,
}

/// One word.
#[derive(Clone, Copy)]
struct Step {
    role: Option<Role>,
    /// A sentence or a line ends between this word and the next.
    ends: bool,
}

impl<'t> Before<'t> {
    pub(super) fn new(context: &'t Context, window: &'t str, is_cut: bool) -> Self {
        let read = Read { steps: SmallVec::new(), from: window.len(), done: false };
        Self { context, window, is_cut, read: RefCell::new(read) }
    }

    /// The word `at` words away from the number.
    fn step(&self, at: usize) -> Option<Step> {
        let mut read = self.read.borrow_mut();
        while read.steps.len() <= at && !read.done {
            self.read_on(&mut read);
        }
        read.steps.get(at).copied()
    }

    /// Reads one more word.
    fn read_on(&self, read: &mut Read) {
        const NUMBER: Step = Step { role: Some(Role::Number), ends: false };
        let word = last_word(self.context, &self.window[..read.from]);
        let Some((role, start, end)) = word.filter(|(_, start, _)| !(self.is_cut && *start == 0))
        else {
            read.done = true;
            if has_number_sign(&self.window[..read.from]) {
                read.steps.push(NUMBER);
            }
            return;
        };
        let gap = &self.window[end..read.from];
        if has_number_sign(gap) {
            read.steps.push(NUMBER);
        }
        // `Abo-Nr.`, `Mat.-Nr.`: whatever the word, it is the name of the number.
        let is_name = role.is_none()
            && matches!(gap, "-" | ".-")
            && read.steps.last().is_some_and(|step| step.role == Some(Role::Number));
        let role = if is_name { Some(Role::Other) } else { role };
        read.steps.push(Step { role, ends: ends_sentence(gap, &self.window[start..end]) });
        read.from = start;
    }

    /// The nearest word of one of `roles`, as the number of unknown words in between, if at most `limit`.
    pub(crate) fn distance(&self, roles: &[Role], limit: usize) -> Option<usize> {
        let (mut distance, mut ended, mut at) = (0, false, 0);
        // One unknown word may turn out to belong to the name.
        while distance <= limit.max(1) {
            let step = self.step(at)?;
            if step.ends {
                distance += 1;
                ended = true;
            }
            match step.role {
                Some(role) if roles.contains(&role) => {
                    if role == Role::Party && !self.names_a_number(at) {
                        distance = distance.max(1);
                    }
                    // `factura electrónica n.º`: the word in between belongs to the name.
                    let named = distance == 1 && !ended && self.nearest() == Some(Role::Number);
                    let distance = if named { 0 } else { distance };
                    return (distance <= limit).then_some(distance);
                }
                Some(
                    Role::Number | Role::Small | Role::Toward | Role::Place | Role::Possessive,
                ) => {}
                _ => distance += 1,
            }
            at += 1;
        }
        None
    }

    fn nearest(&self) -> Option<Role> {
        self.step(0)?.role
    }

    /// Whether a word such as `to` leads to the number.
    pub(crate) fn leads_to_number(&self) -> bool {
        self.nearest() == Some(Role::Toward)
    }

    /// Whether the word at `at` is part of a name: `customer number`, `numéro de client`, `delivery note`.
    fn names_a_number(&self, at: usize) -> bool {
        let is_small = |step: &Step| matches!(step.role, Some(Role::Small | Role::Toward));
        let mut nearer = (0..at).rev().filter_map(|index| self.step(index)).skip_while(is_small);
        let mut farther = (at + 1..).map_while(|index| self.step(index)).skip_while(is_small);
        [nearer.next(), farther.next()]
            .into_iter()
            .flatten()
            .any(|step| matches!(step.role, Some(Role::Number | Role::Other)))
    }

    /// Whether `my number`, `my manager's number` or the like stands directly before.
    pub(crate) fn is_my_number(&self) -> bool {
        let (mut is_number, mut is_mine) = (false, false);
        for step in (0..).map_while(|index| self.step(index)) {
            match step.role {
                Some(Role::Number) => is_number = true,
                Some(Role::Possessive | Role::Relation) => is_mine = true,
                Some(Role::Small | Role::Toward | Role::Place) => {}
                _ => return false,
            }
            if is_number && is_mine {
                return true;
            }
        }
        false
    }
}

/// The last word of `text`: its role, and where it begins and ends.
fn last_word(context: &Context, text: &str) -> Option<(Option<Role>, usize, usize)> {
    let mut rest = text;
    loop {
        let run = last_run(rest)?;
        let start = run.start;
        let letters = &rest[run.clone()];
        let mut word = None;
        if letters.is_ascii() {
            word = (run.len() > 1).then(|| (context.role_of_ascii(letters), start, run.end));
        } else {
            for_each_word(letters, |found| {
                let role = context.vocabulary.role(found.text);
                word = Some((role, start + found.start, start + found.end));
            });
        }
        if word.is_some() {
            return word;
        }
        rest = &rest[..start];
    }
}

/// The last run of letters in `text`.
fn last_run(text: &str) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let end = last_place(bytes, |block| block.letters() | block.others())? + 1;
    let start = bytes[..end].iter().rposition(|byte| !byte.is_ascii_alphabetic());
    let start = start.map_or(0, |before| before + 1);
    if start < end && (start == 0 || bytes[start - 1].is_ascii()) {
        return Some(start..end);
    }
    let last = text[..end].rfind(is_word_part)?;
    let end = text.ceil_char_boundary(last + 1);
    let start = text[..end].rfind(|c: char| !is_word_part(c));
    Some(start.map_or(0, |before| text.ceil_char_boundary(before + 1))..end)
}

/// Whether a sign for the word `number` stands in `text`: `n°`, `n.º`, `№`, `#`.
fn has_number_sign(text: &str) -> bool {
    if text.is_ascii() {
        text.as_bytes().contains(&b'#')
    } else {
        text.contains(['°', 'º', '№', '#'])
    }
}

/// Abbreviations end with a full stop too, so only a longer word before it ends a sentence.
fn ends_sentence(between: &str, word: &str) -> bool {
    let is_abbreviation = word.len() <= 6 || word.ends_with("nr");
    let between = between.trim_start_matches(['"', ')', '\'']);
    between.contains('\n')
        || between.starts_with(['!', '?', '؟'])
        || (!is_abbreviation && between.starts_with(". "))
}
