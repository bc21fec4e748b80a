//! Names of fields that read like names of people: `<tckn>`, `usr=`, `"wan":`, `BDAY:`; and what is said to anybody.

use std::ops::Range;

use crate::Kind;
use crate::candidate::Candidate;
use crate::word_set::WordSet;

use super::lists::{FAMILY, FREQUENT, GIVEN};
use super::token::{self, Shape, Token};

/// An element is closed so many words and signs behind its beginning at most.
const LONGEST_ELEMENT: usize = 24;

/// So many signs may stand between a field and its value.
const LONGEST_SIGN: usize = 4;

/// Lists of names hold most words of so few bytes.
const SHORTEST_NAME: u32 = 4;

/// What a German word for a number ends with.
const NUMBERS: [&str; 2] = ["nr", "nummer"];

/// Words for anybody, for an account and for what is asked in forms.
static ANYBODY: WordSet = WordSet::new(
    "fella fellas urself huhu holi hla khoya khouya sahbi آيبان الآيبان \
     ddn dob gebdat plz msisdn tckn fname lname vname nname nachn",
);

/// What is said to anybody before such a word.
static GREETINGS: WordSet = WordSet::new("salam salem slm salut wesh hi hey thanks cheers");

/// Fields whose values are names.
static PEOPLE: WordSet = WordSet::new("usr fname lname vname nname nachn");

/// Properties of cards and calendars.
static PROPERTIES: WordSet = WordSet::new("bday adr vcard vcalendar vevent prodid pid rev tzid");

/// What is a name inside a sentence, and an answer alone.
static ANSWERS: WordSet = WordSet::new("lovely");

/// What is a name, and a field before a colon.
static FIELDS: WordSet = WordSet::new("mailer jeton usr pwd");

/// A good morning and a good evening of the Maghreb, in Latin letters.
static MORNING: WordSet = WordSet::new("sbah sabah msa masa masaa mse");
static GOOD: WordSet = WordSet::new("khir kheir khayr kher 5ir nour noor nur");

/// Takes out of `found` from `first` on what is nobody's name, for what stands around it.
///
/// Returns the values of fields of people among that.
pub(super) fn without(
    source: &str,
    tokens: &[Token],
    found: &mut Vec<Candidate>,
    first: usize,
) -> Vec<Candidate> {
    let fields = Fields { source, tokens };
    let (mut at, mut values) = (0, Vec::new());
    found.retain(|name| {
        at += 1;
        let is_nobody = at > first && name.kind != Kind::StreetAddress && fields.is_nobody(name);
        if is_nobody {
            values.extend(fields.value(name));
        }
        !is_nobody
    });
    values
}

/// A text and its tokens.
#[derive(Clone, Copy)]
struct Fields<'t> {
    source: &'t str,
    tokens: &'t [Token],
}

impl<'t> Fields<'t> {
    fn is_nobody(self, name: &Candidate) -> bool {
        let (start, end) = self.ends(name);
        self.is_greeting(start, end)
            || end == start + 1
                && (self.is_element(start)
                    || self.is_key(start)
                    || self.is_property(start)
                    || self.is_word(start))
    }

    /// The first token of `name` and the one behind it.
    fn ends(self, name: &Candidate) -> (usize, usize) {
        let Range { start, end } = token::within(self.tokens, &name.range);
        (start, end)
    }

    /// The word behind the signs behind `name`, when that is a field of people: `usr=cokoye`.
    fn value(self, name: &Candidate) -> Option<Candidate> {
        let (start, end) = self.ends(name);
        let is_sign = |at: &usize| self.is(*at, &["=", ":", "\"", "'", ">"]);
        let value = (end..end + LONGEST_SIGN).find(|at| !is_sign(at)).filter(|at| *at > end)?;
        let token = self.tokens.get(value)?;
        let is_word = !matches!(token.shape, Shape::Sign | Shape::Blank | Shape::Digits);
        let fits = is_word && token.lines_before == 0 && token.flags & FREQUENT == 0;
        let range = token.start as usize..token.end as usize;
        (fits && self.is_in(start, &PEOPLE)).then(|| Candidate { range, ..name.clone() })
    }

    /// Whether it is part of `Sbah el khir`, or said to anybody: `Salam khouya`.
    fn is_greeting(self, start: usize, end: usize) -> bool {
        let are = |first: usize| self.is_in(first, &MORNING) && self.is_in(first + 2, &GOOD);
        let is_anybody = |at: usize| self.is_in(at, &ANYBODY);
        let is_said = |at: usize| is_anybody(at) || self.is_in(at, &GREETINGS);
        are(start)
            || end.checked_sub(3).is_some_and(are)
            || (start..end).any(is_anybody) && (start..end).all(is_said)
    }

    /// Whether it names an element: `<tckn>…</tckn>`.
    fn is_element(self, at: usize) -> bool {
        let sign = |at: usize, sign: &str| self.is(at, &[sign]);
        let Some(before) = at.checked_sub(1) else { return false };
        if before > 0 && sign(before, "/") && sign(before - 1, "<") && sign(at + 1, ">") {
            return true;
        }
        let closes = |close: usize| {
            self.tokens[close].word == self.tokens[at].word
                && sign(close - 1, "/")
                && sign(close - 2, "<")
        };
        sign(before, "<") && (at + 3..(at + LONGEST_ELEMENT).min(self.tokens.len())).any(closes)
    }

    /// Whether it is the key of a setting: `usr=`, `"usr":`, `[wan]` alone in its line.
    fn is_key(self, at: usize) -> bool {
        if self.may_be_name(at) {
            return false;
        }
        let is_quote = |at: usize| self.is(at, &["\"", "'"]);
        let before = at.checked_sub(1);
        let touches = self.touches(at);
        let is_quoted = before.is_some_and(|before| is_quote(before) && self.touches(before));
        if is_quoted && touches && is_quote(at + 1) {
            return self.is(at + 2, &[":"]);
        }
        let is_section = before
            .is_some_and(|before| self.is(before, &["["]) && self.tokens[before].lines_before > 0);
        let ends = self.tokens.get(at + 2).is_none_or(|next| next.lines_before > 0);
        touches && (self.is(at + 1, &["="]) || is_section && ends && self.is(at + 1, &["]"]))
    }

    /// Whether it is a property of a card or a letter's head: `BDAY:`, `BEGIN:VCARD`, `X-Mailer:`.
    fn is_property(self, at: usize) -> bool {
        let token = self.tokens[at];
        let is_colon = |at: usize| self.is(at, &[":", ";"]) && self.touches(at - 1);
        let begins = at >= 2 && is_colon(at - 1) && self.is(at - 2, &["BEGIN", "END"]);
        let is_head = at >= 2 && self.is(at - 1, &["-"]) && self.is(at - 2, &["X"]);
        let is_property = token.shape == Shape::Upper && self.is_in(at, &PROPERTIES);
        begins
            || is_head && is_colon(at + 1)
            || is_property
            || is_colon(at + 1) && self.is_in(at, &FIELDS)
    }

    /// Whether it is a word for a number, for anybody, or an answer.
    fn is_word(self, at: usize) -> bool {
        let token = self.tokens[at];
        let word = token.text(self.source);
        let is_number = |end: &&str| word.len() > end.len() + 3 && word.ends_with(*end);
        let ends = self
            .tokens
            .get(at + 1)
            .is_none_or(|next| next.lines_before > 0 || self.is(at + 1, &[",", ".", "!"]));
        NUMBERS.iter().any(is_number)
            || token.lines_before > 0 && ends && self.is_in(at, &ANSWERS)
            || is_participle(word) && token.flags == 0
    }

    /// Whether it is on the lists of names that many people have, and not just because it is short.
    fn may_be_name(self, at: usize) -> bool {
        let token = self.tokens[at];
        let is_listed = token.flags & (GIVEN | FAMILY) != 0;
        let is_capital = matches!(token.shape, Shape::Capital | Shape::Mixed | Shape::Caseless);
        is_capital || is_listed && token.end - token.start >= SHORTEST_NAME
    }

    fn text(self, at: usize) -> Option<&'t str> {
        self.tokens.get(at).map(|token| token.text(self.source))
    }

    fn is(self, at: usize, words: &[&str]) -> bool {
        self.text(at).is_some_and(|word| words.contains(&word))
    }

    fn is_in(self, at: usize, words: &WordSet) -> bool {
        self.text(at).is_some_and(|word| words.holds(word))
    }

    /// Whether nothing stands between token `at` and the one behind it.
    fn touches(self, at: usize) -> bool {
        self.tokens.get(at + 1).is_some_and(|next| next.start == self.tokens[at].end)
    }
}

/// Whether an Arabic word says how somebody is or what is asked of them: `متضايق`, `مستعجلة`.
fn is_participle(word: &str) -> bool {
    ["مت", "مست"].iter().any(|start| word.starts_with(start)) && word.chars().count() >= 5
}

#[cfg(test)]
mod tests {
    use super::super::token::Tokens;
    use super::super::{Lists, hash};
    use super::*;

    /// Whether the last place of `word` in `text` is nobody's name.
    fn is_nobody(text: &str, word: &str) -> bool {
        let start = text.rfind(word).unwrap();
        let mut tokens = Tokens::default();
        tokens.read(text, &[], &Lists::new(&[(hash("jane"), GIVEN), (hash("wan"), GIVEN)]));
        let name = Candidate { kind: Kind::Person, range: start..start + word.len(), score: 0.5 };
        let mut found = vec![name];
        without(text, &tokens.all, &mut found, 0);
        found.is_empty()
    }

    #[test]
    fn fields_are_nobody() {
        for (text, word) in [
            ("<ddn>4 May</ddn>", "ddn"),
            ("usr=7", "usr"),
            ("{\"wan\": 7}", "wan"),
            ("[wan]\nproto=dhcp", "wan"),
            ("BDAY:1985", "BDAY"),
            ("END:VCARD", "VCARD"),
            ("X-Mailer: 7", "Mailer"),
            ("Beraternr 7", "Beraternr"),
            ("Sbah el khir, oui", "Sbah el khir"),
            ("Sbah el khir, oui", "khir"),
            ("Lovely, thanks", "Lovely"),
            ("Salam khouya, oui", "Salam khouya"),
            ("nom,ddn,tel", "ddn"),
            ("أنا متضايق منكم", "متضايق"),
        ] {
            assert!(is_nobody(text, word), "{text}");
        }
    }

    #[test]
    fn the_value_of_a_field_of_people_is_one() {
        let text = "usr=cokoye ddn=7";
        let mut tokens = Tokens::default();
        tokens.read(text, &[], &Lists::new(&[]));
        let name = |range| Candidate { kind: Kind::Person, range, score: 0.5 };
        let mut found = vec![name(0..3), name(11..14)];
        let values = without(text, &tokens.all, &mut found, 0);
        assert_eq!((found, values), (Vec::new(), vec![name(4..10)]));
    }

    #[test]
    fn people_are_somebody() {
        for (text, word) in [
            ("<zorba> it is broken", "zorba"),
            ("jane=7", "jane"),
            ("Zorba: hello", "Zorba"),
            ("{\"jane\": 7}", "jane"),
            ("[zorba] hello", "zorba"),
            ("ask Lovely, please", "Lovely"),
            ("ZORBA:bonjour", "ZORBA"),
            ("OKOYE;CHIDI", "OKOYE"),
            ("Salam Khaled", "Salam"),
            ("khir el Sbah", "khir"),
        ] {
            assert!(!is_nobody(text, word), "{text}");
        }
    }
}
