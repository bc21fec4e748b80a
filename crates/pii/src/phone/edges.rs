//! What stands around a number, and whether it leaves room for a telephone number.

use std::cell::OnceCell;
use std::ops::Range;

use super::extension::Extension;
use super::national::Forms;
use crate::context::Role;
use crate::digits::Digits;
use crate::groups::Group;
use crate::neighbours;
use crate::shadow::FILLER;

/// A text's digits with all that judges their surroundings.
pub(super) struct Edges<'a, 't> {
    pub(super) digits: &'a Digits<'t>,
    pub(super) extension: &'a Extension,
    pub(super) forms: &'a Forms,
    /// The group all its windows begin with.
    first: usize,
    /// What the words say of a number that begins there.
    words: OnceCell<Verdict>,
}

/// What the words before a number say of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Phone,
    /// Another kind of number, this many unknown words before.
    Other(usize),
    Silent,
}

/// Roles of words that announce a number which is no telephone number.
const OTHERS: [Role; 7] = [
    Role::Other,
    Role::Version,
    Role::Card,
    Role::SocialSecurity,
    Role::Identity,
    Role::Tax,
    Role::Party,
];

/// A cue this many unknown words before a number still announces it.
const CUE_WORDS: usize = 4;

/// The line above a telephone number in a signature has fewer characters.
const MOST_OF_A_NAME: usize = 48;

/// What a telephone number is given for, and what has numbers itself.
const WHAT_FOR: [&str; 8] = [
    "code",
    "codes",
    "verification",
    "vérification",
    "validation",
    "activation",
    "Verifizierung",
    "verificación",
];

impl<'a, 't> Edges<'a, 't> {
    pub(super) fn new(
        digits: &'a Digits<'t>,
        extension: &'a Extension,
        forms: &'a Forms,
        first: usize,
    ) -> Self {
        Self { digits, extension, forms, first, words: OnceCell::new() }
    }

    /// What the words before `window` say; numbers of one list share the words before the list.
    pub(super) fn verdict(&self, window: &Range<usize>) -> Verdict {
        match self.words() {
            // `ticket 4821, 06 12 34 56 78`: the word named the number before, which looks different.
            Verdict::Other(0)
                if self.names_the_number_before(window) && !self.is_like_the_one_before(window) =>
            {
                Verdict::Other(1)
            }
            own => own,
        }
    }

    /// The same, whatever numbers stand in between.
    pub(super) fn words(&self) -> Verdict {
        *self.words.get_or_init(|| match self.verdict_at(self.first) {
            Verdict::Silent => match self.digits.list_head(self.first) {
                head if head != self.first => self.verdict_at(head),
                _ => Verdict::Silent,
            },
            own => own,
        })
    }

    /// Whether another number stands between the last word and `window`.
    fn names_the_number_before(&self, window: &Range<usize>) -> bool {
        let Some(gap) = window.start.checked_sub(1).and_then(|before| self.digits.gap(before))
        else {
            return false;
        };
        let is_conjunction = |word: &str| {
            let role = self.digits.context.role_of(word);
            role.is_none_or(|role| matches!(role, Role::Number | Role::Small | Role::Toward))
        };
        gap.len() <= 12
            && gap
                .split(|c: char| !c.is_alphabetic())
                .filter(|word| !word.is_empty())
                .all(is_conjunction)
    }

    /// Whether the number before `window` has groups of the same lengths, as the numbers of a list do.
    fn is_like_the_one_before(&self, window: &Range<usize>) -> bool {
        let groups = &self.digits.groups;
        let Some(before) = window.start.checked_sub(window.len()) else { return false };
        let lengths = |range: Range<usize>| groups[range].iter().map(Group::len);
        let glued = neighbours::before(self.digits.text, groups[before].range.start)
            .is_some_and(neighbours::continues_token);
        let joined = self.digits.joints(&(before..window.start)).count() + 1 == window.len();
        lengths(before..window.start).eq(lengths(window.clone())) && !glued && joined
    }

    fn verdict_at(&self, index: usize) -> Verdict {
        let before = self.digits.before(index);
        let phone = before.distance(&[Role::Phone], CUE_WORDS);
        let other = before.distance(&OTHERS, CUE_WORDS);
        let head = self.digits.text[..self.digits.groups[index].range.start].trim_end_matches(' ');
        let hash = head.ends_with(['#', '№']);
        // `my ticket, 06 12 34 56 78`: the word is not the number's name.
        let word = head.trim_end_matches([',', ';', '،', '؛', '!', '?', '(', ' ']);
        let apart = word.len() < head.len() && word.ends_with(char::is_alphabetic)
            || before.leads_to_number();
        // `the call for your verification: 06 …`, `to send the code 0033 …`
        let named = head.trim_end_matches([':', ' ']);
        let is_what_for = WHAT_FOR.contains(&neighbours::word_before(named, named.len()));
        let other = other.map(|other| other + usize::from(apart || is_what_for));
        match (phone, other) {
            (Some(phone), other) if other.is_none_or(|other| phone < other) => Verdict::Phone,
            _ if has_label(head) || before.is_my_number() => Verdict::Phone,
            _ if hash || has_short_label(head) => Verdict::Other(0),
            (_, Some(other)) => Verdict::Other(other),
            _ => Verdict::Silent,
        }
    }

    /// Whether the left side of a national number is free.
    pub(super) fn is_open_left(&self, start: usize) -> bool {
        let text = self.digits.text;
        let Some(before) = neighbours::before(text, start) else { return true };
        if neighbours::continues_token(before) {
            return self.digits.context.role_of(neighbours::word_before(text, start))
                == Some(Role::Phone);
        }
        let glue = start - before.len_utf8();
        match before {
            '=' => self.is_named_by(neighbours::word_before(text, glue)),
            '_' | '\\' | '@' | '&' | '%' | '+' | '$' | '€' | '£' | '¥' => false,
            '/' if self.digits.slash_separates(glue, self.first) => true,
            '-' | '/' => self.is_loose_sign(glue, before),
            '.' | ',' => !neighbours::before(text, glue).is_some_and(|c| c.is_ascii_digit()),
            ' ' => !self.is_amount_before(start),
            _ => true,
        }
    }

    /// Whether `word` may stand before the equals sign of a telephone number: `tel=`, `number=`.
    fn is_named_by(&self, word: &str) -> bool {
        matches!(self.digits.context.role_of(word), Some(Role::Phone | Role::Number | Role::Place))
    }

    /// A dash or slash right before a number belongs to it only behind a space or a word such as `tel`.
    fn is_loose_sign(&self, at: usize, sign: char) -> bool {
        let text = self.digits.text;
        let Some(before) = neighbours::before(text, at) else { return true };
        if !neighbours::continues_token(before) && !matches!(before, '-' | '/' | '\\' | '_' | '.') {
            return true;
        }
        let word = neighbours::word_before(text, at);
        match self.digits.context.role_of(word) {
            Some(role) => role == Role::Phone,
            None => {
                sign == '/'
                    && word.chars().count() >= 3
                    && !text[..at - word.len()].ends_with(['/', '\\'])
            }
        }
    }

    fn is_amount_before(&self, start: usize) -> bool {
        let text = self.digits.text[..start].trim_end_matches(' ');
        text.ends_with(['$', '€', '£', '¥'])
            || self.digits.context.role_of(neighbours::word_before(text, text.len()))
                == Some(Role::Unit)
    }

    /// Whether the right side of a national number is free; an extension may follow.
    pub(super) fn is_open_right(&self, end: usize) -> bool {
        let text = self.digits.text;
        if self.extension.end(text, end).is_some() {
            return true;
        }
        let mut rest = text[end..].chars();
        let (Some(next), second) = (rest.next(), rest.next()) else { return true };
        let second_glues = second.is_some_and(neighbours::continues_token);
        match next {
            '_' | '@' | '\\' | '%' | '=' | '€' | '$' | '£' | '°' => false,
            '/' if self.digits.slash_separates(end, self.first) => true,
            '-' if second_glues => self.is_announced_behind(end),
            '-' | '/' | ':' | ',' => !second.is_some_and(|c| c.is_ascii_digit()),
            '.' => !second_glues || self.is_sentence(end + 1),
            ' ' => !self.is_amount_behind(end),
            next if neighbours::continues_token(next) => self.is_sentence(end),
            _ => true,
        }
    }

    /// Whether a capitalised word begins at byte `at`: the sentence behind a number, its space forgotten.
    fn is_sentence(&self, at: usize) -> bool {
        let mut letters = self.digits.text[at..].chars();
        letters.next().is_some_and(char::is_uppercase)
            && letters.take(2).filter(|c| c.is_lowercase()).count() == 2
    }

    fn is_amount_behind(&self, end: usize) -> bool {
        let rest = self.digits.text[end..].trim_start_matches(' ');
        rest.starts_with(['€', '$', '£', '¥', '%', '°'])
            || self.digits.context.role_of(neighbours::word_after(rest)) == Some(Role::Unit)
    }

    /// Whether the words right behind a number say that it is one: `(mobile)`, `-Fax`, `is my number`.
    pub(super) fn is_announced_behind(&self, end: usize) -> bool {
        let (text, context) = (self.digits.text, self.digits.context);
        let rest = text[end..].trim_start_matches([' ', '-', '(', '[']);
        let word = neighbours::word_after(rest);
        let alone = !rest[word.len()..].trim_start_matches(' ').starts_with(char::is_alphanumeric);
        if alone && matches!(context.role_of(word), Some(Role::Phone | Role::Place)) {
            return true;
        }
        let mut roles = context.after(text, end);
        let mut next = || roles.next().flatten();
        next() == Some(Role::Small)
            && match next() {
                Some(Role::Phone) => true,
                Some(Role::Possessive) => matches!(next(), Some(Role::Number | Role::Phone)),
                _ => false,
            }
    }

    /// Whether the number ends its line right behind what is known, such as a name: `…, 5541 8093`.
    pub(super) fn is_behind_somebody(&self, bytes: &Range<usize>) -> bool {
        let head = &self.digits.text[..bytes.start];
        let known = head.trim_end_matches([' ', ',', '،', ':', '-', '–', '|', '/']);
        known.len() < head.len() && known.ends_with(FILLER) && self.ends_line(bytes.end)
    }

    /// Whether the number is all that its line says, below a question for a number: `- أو رقم؟`.
    pub(super) fn is_answer(&self, bytes: &Range<usize>) -> bool {
        let head = &self.digits.text[..bytes.start];
        let from = head.ceil_char_boundary(head.len().saturating_sub(MOST_OF_A_NAME));
        let line = head[from..].rfind('\n').map(|end| from + end);
        let Some(line) = line.filter(|line| !head[*line..].contains(['?', '؟', '.'])) else {
            return false;
        };
        let above = &head[..line];
        let above = above.trim_end_matches([' ', '\r']);
        let Some(question) = above.strip_suffix(['?', '؟']) else { return false };
        let before = self.digits.context.before(question, question.len());
        self.ends_line(bytes.end)
            && before.distance(&[Role::Phone, Role::Number], 1).is_some()
            && before.distance(&[Role::Other], 2).is_none()
    }

    fn ends_line(&self, end: usize) -> bool {
        let rest = self.digits.text[end..].trim_start_matches([' ', '.', ')', '\r']);
        rest.is_empty() || rest.starts_with('\n')
    }

    /// Whether the number is a line of its own below a short line of words, as in a signature.
    pub(super) fn is_signature(&self, bytes: &Range<usize>) -> bool {
        let text = self.digits.text;
        let tail = text[bytes.end..].trim_start_matches([' ', '\t']);
        let Some(above) = text[..bytes.start].trim_end_matches([' ', '\t']).strip_suffix('\n')
        else {
            return false;
        };
        let ends_line = tail.is_empty() || tail.starts_with(['\n', '\r', '|']);
        ends_line && is_name_line(above.trim_end())
    }
}

/// Whether `text` ends with a line like a name or a post: few words, no digits, and nothing that announces a list.
fn is_name_line(text: &str) -> bool {
    let from =
        text.char_indices().rev().take(MOST_OF_A_NAME).take_while(|(_, c)| *c != '\n').last();
    let line = from.map_or("", |(from, _)| &text[from..]);
    line.chars().count() < MOST_OF_A_NAME
        && line.split_whitespace().count() <= 5
        && line.contains(char::is_alphabetic)
        && !line.contains(|c: char| c.is_ascii_digit())
        && !line.ends_with([':', '.', '?', '!'])
}

/// `T:`, `M.`, `☎`: what stands before a number in a signature.
fn has_label(head: &str) -> bool {
    // Nearly always the last sign tells.
    if head.ends_with(|c: char| c.is_ascii() && !matches!(c, ':' | '.' | ' ')) {
        return false;
    }
    let head = head.trim_end_matches(['\u{fe0e}', '\u{fe0f}']);
    if head.ends_with(['☎', '✆', '📞', '📱', '📲']) {
        return true;
    }
    let label = head.trim_end_matches([':', '.', ' ']);
    if label.len() == head.len() {
        return false;
    }
    // French shortens `portable` like a network port; behind the stop it is a telephone.
    let word = label.strip_suffix("Port").or_else(|| label.strip_suffix("port"));
    let letter = label.strip_suffix(['T', 'M', 'P', 'F', 't', 'm', 'p', 'f', 'ت', 'ج', 'ف']);
    let place = head.ends_with(':').then(|| label.strip_suffix(['C', 'c', 'D', 'H', 'O', 'W']));
    let Some(head) = word.or(letter).or(place.flatten()) else { return false };
    !head.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '/' | '\\'))
}

/// `P/N`, `S/N`, `N/S`: a short name of another number, of single letters.
fn has_short_label(head: &str) -> bool {
    let label = head.trim_end_matches([':', '.', ' ']).as_bytes();
    let [.., before, letter, b'/', other] = label else {
        return matches!(label, [letter, b'/', other] if is_pair_with_number(*letter, *other));
    };
    !before.is_ascii_alphanumeric() && is_pair_with_number(*letter, *other)
}

fn is_pair_with_number(letter: u8, other: u8) -> bool {
    letter.is_ascii_alphabetic()
        && other.is_ascii_alphabetic()
        && [letter, other].iter().any(|letter| letter.eq_ignore_ascii_case(&b'n'))
}

/// Takes in the opening bracket of `(+33) 6` or `(0341) 12`.
pub(super) fn with_open_bracket(text: &str, range: Range<usize>) -> Range<usize> {
    let inside = &text[range.clone()];
    let opens = inside.matches('(').count() < inside.matches(')').count();
    let start =
        if opens && text[..range.start].ends_with('(') { range.start - 1 } else { range.start };
    start..range.end
}
