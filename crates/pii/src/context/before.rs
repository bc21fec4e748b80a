//! What the words before a number add up to.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use smallvec::SmallVec;
use switchboard_text::words::{for_each_word, is_word_part};

use super::{Context, Role};
use crate::bytes::{Block, last_place, places};

/// What stands before a number, nearest word first.
pub(crate) struct Before<'t> {
    context: &'t Context,
    /// The bytes before the number that are looked at, and where they begin.
    window: &'t str,
    start: usize,
    read: RefCell<Read>,
    /// Words that were read for other numbers of the text.
    words: Option<Rc<Words>>,
}

/// The words before the numbers of a text that were read last: numbers close to each other have the same words before them.
pub(crate) struct Words {
    known: RefCell<[Known; PLACES]>,
    /// How many were read so far, known or not.
    read: Cell<usize>,
}

/// Words in one window have places of their own.
const PLACES: usize = super::WINDOW.next_power_of_two();

/// What stands before a byte.
#[derive(Clone, Copy, Default)]
struct Known {
    /// The byte, behind a letter.
    behind: usize,
    /// Where the letters and marks begin that the last word stands in, or so far back as there is none.
    run: usize,
    word: Option<Word>,
}

/// A word: its role, and where it begins and ends.
#[derive(Clone, Copy)]
struct Word {
    role: Option<Role>,
    start: usize,
    end: usize,
}

impl Default for Words {
    fn default() -> Self {
        Self { known: RefCell::new([Known::default(); PLACES]), read: Cell::new(0) }
    }
}

impl Words {
    /// What stands before byte `behind`, if all of it stands behind byte `start`.
    fn get(&self, behind: usize, start: usize) -> Option<Known> {
        self.read.set(self.read.get() + 1);
        let known = self.known.borrow()[behind % PLACES];
        (known.behind == behind && known.run > start).then_some(known)
    }

    fn put(&self, known: Known) {
        self.known.borrow_mut()[known.behind % PLACES] = known;
    }

    /// How many were read so far.
    pub(crate) fn count(&self) -> usize {
        self.read.get()
    }
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
    /// What stands in `window`, which begins at byte `start` of a text.
    pub(super) fn new(context: &'t Context, start: usize, window: &'t str) -> Self {
        let read = Read { steps: SmallVec::new(), from: window.len(), done: false };
        Self { context, window, start, read: RefCell::new(read), words: None }
    }

    /// The same, with the words that are shared by all numbers of the text.
    pub(crate) fn sharing(self, words: &Rc<Words>) -> Self {
        Self { words: Some(Rc::clone(words)), ..self }
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
        // The window may have cut its first word in two.
        let is_cut = self.start > 0;
        let word = self.last_word(read.from).filter(|word| !(is_cut && word.start == 0));
        let Some(Word { role, start, end, .. }) = word else {
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

    /// The last word before byte `from` of the window.
    fn last_word(&self, from: usize) -> Option<Word> {
        let mut end = last_letter(&self.window[..from])? + 1;
        let mut known = Known { behind: self.start + end, run: 0, word: None };
        loop {
            let Known { run, word, .. } = self.known_before(end);
            // What the window cuts is another word for another number.
            if run > self.start {
                (known.run, known.word) = (run, word);
            }
            let next = last_letter(&self.window[..run - self.start]);
            if word.is_some() || next.is_none() {
                self.words.iter().for_each(|words| words.put(known));
                return word.map(|word| Word {
                    start: word.start - self.start,
                    end: word.end - self.start,
                    ..word
                });
            }
            end = next? + 1;
        }
    }

    /// The run of letters that ends at byte `end` of the window, and its word; in bytes of the text.
    fn known_before(&self, end: usize) -> Known {
        let behind = self.start + end;
        let known = self.words.as_ref().and_then(|words| words.get(behind, self.start));
        known.unwrap_or_else(|| {
            let run = last_run(&self.window[..end]);
            let word = word_of(self.context, &self.window[run..end]);
            let start = self.start + run;
            let moved =
                |word: Word| Word { start: word.start + start, end: word.end + start, ..word };
            Known { behind, run: start, word: word.map(moved) }
        })
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

/// The last word of a run of letters and marks.
fn word_of(context: &Context, letters: &str) -> Option<Word> {
    if letters.is_ascii() {
        let role = || context.role_of_ascii(letters);
        return (letters.len() > 1).then(|| Word { role: role(), start: 0, end: letters.len() });
    }
    let mut word = None;
    for_each_word(letters, |found| {
        let role = context.vocabulary.role(found.text);
        word = Some(Word { role, start: found.start, end: found.end });
    });
    word
}

/// The place of the last byte of `text` that is a letter or of no ASCII character.
fn last_letter(text: &str) -> Option<usize> {
    last_place(text.as_bytes(), |block| block.letters() | block.others())
}

/// Where the run of letters and marks begins that `text` ends with; or the one character there that is of no word.
fn last_run(text: &str) -> usize {
    let bytes = text.as_bytes();
    let start = bytes.iter().rposition(|byte| !byte.is_ascii_alphabetic());
    let start = start.map_or(0, |before| before + 1);
    if start < bytes.len() && (start == 0 || bytes[start - 1].is_ascii()) {
        return start;
    }
    let mut others = text.char_indices().rev().skip_while(|(_, c)| is_word_part(*c));
    let start = others.next().map_or(0, |(at, other)| at + other.len_utf8());
    if start < text.len() { start } else { text.floor_char_boundary(start.saturating_sub(1)) }
}

/// Whether a sign for the word `number` stands in `text`: `n°`, `n.º`, `№`, `#`.
fn has_number_sign(text: &str) -> bool {
    // The first bytes of these.
    let may_begin = |block: Block| block.are(b'#') | block.are(0xc2) | block.are(0xe2);
    places(text.as_bytes(), may_begin).next().is_some() && text.contains(['°', 'º', '№', '#'])
}

/// Abbreviations end with a full stop too, so only a longer word before it ends a sentence.
fn ends_sentence(between: &str, word: &str) -> bool {
    let is_abbreviation = word.len() <= 6 || word.ends_with("nr");
    let between = between.trim_start_matches(['"', ')', '\'']);
    between.contains('\n')
        || between.starts_with(['!', '?', '؟'])
        || (!is_abbreviation && between.starts_with(". "))
}
