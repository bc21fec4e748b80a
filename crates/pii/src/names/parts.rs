//! Names that were found in parts, or only in part: `Delacroix-` before `Hobbs`, `von der` before `Lancken`.
//!
//! The tagger looks at stretches; here all tokens are at hand. What is known already is one token that is part of nothing.

use std::ops::Range;

use crate::Kind;
use crate::candidate::Candidate;

use super::lists::{FAMILY, FAMILY_RARE, GIVEN, GIVEN_RARE, PLACE};
use super::particles;
use super::token::{self, Shape, Token};

/// A name takes in at most so many parts on either side.
const MOST_PARTS: usize = 4;

/// What names of people are listed as.
pub(super) const PEOPLE: u16 = GIVEN | GIVEN_RARE | FAMILY | FAMILY_RARE;

/// Makes whole what of `found` from `first` on is a part of a person's or a place's name.
pub(super) fn join(source: &str, tokens: &[Token], found: &mut Vec<Candidate>, first: usize) {
    let parts = Parts { source, tokens };
    let mut names = found.split_off(first).into_iter().peekable();
    while let Some(mut name) = names.next() {
        if is_name(&name) {
            let floor = found.get(first..).and_then(<[_]>::last).map_or(0, |last| last.range.end);
            let ceiling = names.peek().map_or(source.len(), |next| next.range.start);
            parts.widen(&mut name, floor, ceiling);
            let last = found.get_mut(first..).and_then(<[_]>::last_mut);
            if let Some(last) = last.filter(|last| parts.are_one(last, &name)) {
                last.range.end = name.range.end;
                last.score = last.score.max(name.score);
                if name.kind == Kind::Person {
                    last.kind = Kind::Person;
                }
                continue;
            }
        }
        found.push(name);
    }
}

fn is_name(name: &Candidate) -> bool {
    matches!(name.kind, Kind::Person | Kind::Location)
}

/// A text and its tokens.
#[derive(Clone, Copy)]
pub(super) struct Parts<'t> {
    pub(super) source: &'t str,
    pub(super) tokens: &'t [Token],
}

/// A name as tokens, the last one included.
pub(super) struct Name {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) is_person: bool,
    /// Where what else was found before it ends, and where what was found behind it begins.
    pub(super) floor: usize,
    pub(super) ceiling: usize,
}

impl<'t> Parts<'t> {
    pub(super) fn text(self, at: usize) -> &'t str {
        self.tokens[at].text(self.source)
    }

    /// The first and the last token of `name`.
    fn ends(self, name: &Candidate) -> Option<(usize, usize)> {
        let Range { start, end } = token::within(self.tokens, &name.range);
        (start < end).then(|| (start, end - 1))
    }

    /// Adds to `candidate` what belongs to it between the bytes `floor` and `ceiling`.
    fn widen(self, candidate: &mut Candidate, floor: usize, ceiling: usize) {
        let Some((start, end)) = self.ends(candidate) else { return };
        let is_person = candidate.kind == Kind::Person;
        let mut name = Name { start, end, is_person, floor, ceiling };
        for _ in 0..MOST_PARTS {
            let Some(end) = self.half_behind(&name).or_else(|| self.behind_particles(&name)) else {
                break;
            };
            name.end = end;
        }
        for _ in 0..MOST_PARTS {
            let Some(start) = self.half_before(&name).or_else(|| self.before_particles(&name))
            else {
                break;
            };
            name.start = start;
        }
        candidate.range.start = self.tokens[name.start].start as usize;
        candidate.range.end = self.tokens[name.end].end as usize;
    }

    /// Whether a hyphen joins token `at` to the one behind it, no space between.
    pub(super) fn is_hyphen(self, at: usize) -> bool {
        self.touches(at) && self.touches(at + 1) && self.tokens[at + 1].word == u32::from('-')
    }

    /// Whether nothing stands between token `at` and the one behind it.
    pub(super) fn touches(self, at: usize) -> bool {
        self.tokens.get(at + 1).is_some_and(|next| next.start == self.tokens[at].end)
    }

    /// Whether `last` and `name` right behind it are one name.
    fn are_one(self, last: &Candidate, name: &Candidate) -> bool {
        let (Some((_, end)), Some((start, _))) = (self.ends(last), self.ends(name)) else {
            return false;
        };
        let Some(between) = self.tokens.get(end + 1..start) else { return false };
        let are_people = last.kind == Kind::Person && name.kind == Kind::Person;
        let is_here = |token: &Token| token.lines_before == 0 && token.shape != Shape::Blank;
        if !is_name(last)
            || between.len() > particles::MOST
            || !between.iter().chain([&self.tokens[start]]).all(is_here)
        {
            return false;
        }
        if between.is_empty() {
            let is_space = self.source.get(last.range.end..name.range.start) == Some(" ");
            return is_space
                && (are_people || last.kind == Kind::Person && self.is_family(end, start));
        }
        if self.is_hyphen(end) {
            let is_inside = between.len() == 3 && self.is_hyphen(end + 2) && self.is_small(end + 2);
            return between.len() == 1 || is_inside;
        }
        if self.text(end + 1) == "." {
            let is_initial = self.tokens[end].shape == Shape::Initial && self.touches(end);
            return are_people && is_initial && between.len() == 1;
        }
        self.are_joined(last, end, start)
    }

    /// Whether a place from token `start` on is a family name, for particles that begin it or end the given name at `end`.
    fn is_family(self, end: usize, start: usize) -> bool {
        let words = self.particles_behind(start - 1);
        let is_town = |at: usize| self.tokens.get(at).is_some_and(|token| is_place(*token));
        let begins = particles::join(&words)
            && !(particles::tell_an_origin(&words) && is_town(start + words.len()));
        begins
            || end > 0 && is_word(&self.tokens[end - 1]) && particles::is_particle(self.text(end))
    }

    /// Whether particles join `last`, which ends with token `end`, and the name from token `start` on.
    fn are_joined(self, last: &Candidate, end: usize, start: usize) -> bool {
        let words: Vec<&str> = (end + 1..start).map(|at| self.text(at)).collect();
        let words = match words.as_slice() {
            [words @ .., "-"] if self.is_hyphen(start - 2) => words,
            [words @ .., "'" | "’"] | words => words,
        };
        last.kind == Kind::Person
            && particles::join(words)
            && !(particles::tell_an_origin(words) && is_place(self.tokens[start]))
    }
}

pub(super) fn is_word(token: &Token) -> bool {
    !matches!(token.shape, Shape::Sign | Shape::Blank | Shape::Digits | Shape::Alphanumeric)
}

/// Whether a word is a town, and no name that many people have.
pub(super) fn is_place(token: Token) -> bool {
    token.flags & PLACE != 0 && token.flags & FAMILY == 0
}

#[cfg(test)]
mod tests {
    use super::super::lists::{COMMON, FREQUENT, TITLE};
    use super::super::token::Tokens;
    use super::super::{Lists, hash};
    use super::*;

    /// What `parts` of `text`, people but for those in angle brackets, which are places, are made.
    fn whole<'t>(text: &'t str, parts: &[&str]) -> Vec<&'t str> {
        let lists = [
            ("cloud", COMMON),
            ("voss", COMMON),
            ("team", COMMON | FREQUENT),
            ("frau", TITLE),
            ("sevilla", PLACE),
            ("farouq", GIVEN),
        ];
        let lists = lists.map(|(word, flags)| (hash(word), flags));
        let mut tokens = Tokens::default();
        tokens.read(text, &[], &Lists::new(&lists));
        let mut from = 0;
        let mut found: Vec<Candidate> = parts
            .iter()
            .map(|part| {
                let name = part.trim_matches(['<', '>']);
                let start = from + text[from..].find(name).unwrap();
                from = start + name.len();
                let kind = if name == *part { Kind::Person } else { Kind::Location };
                Candidate { kind, range: start..from, score: 0.5 }
            })
            .collect();
        join(text, &tokens.all, &mut found, 0);
        found.into_iter().map(|name| &text[name.range]).collect()
    }

    #[test]
    fn hyphens_join_halves() {
        for (text, part) in [
            ("Lena Mori-Voss", "Lena Mori"),
            ("Delacroix-Hobbs", "Hobbs"),
            ("lena mori-hobbs", "lena mori"),
            ("LENA-HOBBS", "HOBBS"),
            ("al-Rashid", "Rashid"),
        ] {
            assert_eq!(whole(&format!("the {text} here"), &[part]), [text]);
        }
        assert_eq!(whole("in Esch-sur-Alzette", &["<Esch>", "<Alzette>"]), ["Esch-sur-Alzette"]);
        assert_eq!(whole("in Esch-sur-Alzette", &["<Esch>"]), ["Esch-sur-Alzette"]);
        assert_eq!(whole("M. T. Hobbs-Mori", &["M. T", "Hobbs"]), ["M. T. Hobbs-Mori"]);
    }

    #[test]
    fn hyphens_join_no_ordinary_words() {
        for text in
            ["Mori-Team", "Mori-Cloud", "Mori-based", "Mori-Meldung", "Mori - Hobbs", "Mori-4"]
        {
            assert_eq!(whole(text, &["Mori"]), ["Mori"], "{text}");
        }
        assert_eq!(whole("PC-Mori", &["Mori"]), ["Mori"]);
    }

    #[test]
    fn particles_join_a_name() {
        for (text, parts) in [
            ("Thilo von der Lancken", &["Thilo"][..]),
            ("Thilo von Hagenow", &["Thilo", "<Hagenow>"]),
            ("thilo van den lancken", &["thilo"]),
            ("omar el farouq", &["omar"]),
            ("omar al-farouq", &["omar", "<farouq>"]),
            ("Luc d'Estaing", &["Luc", "Estaing"]),
            ("سالم بن ناصر", &["سالم"]),
            ("Frau von Hagenow", &["<Hagenow>"]),
            ("El Amrani", &["Amrani"]),
            ("Pape Diouf", &["Diouf"]),
        ] {
            assert_eq!(whole(&format!("mit {text} da"), parts), [text]);
        }
    }

    #[test]
    fn other_words_and_towns_stay_apart() {
        for (text, parts) in [
            ("Ana de Sevilla", &["Ana", "<Sevilla>"][..]),
            ("Ana von Team", &["Ana"]),
            ("ana de la tarde", &["ana"]),
            ("ana el lunes", &["ana"]),
            ("Ana\nde Hobbs", &["Ana", "Hobbs"]),
            ("Ana, Hobbs", &["Ana", "Hobbs"]),
            ("Anruf von Hobbs", &["Hobbs"]),
            ("<Sevilla> von Hobbs", &["<Sevilla>", "Hobbs"]),
        ] {
            let text = text.replace(['<', '>'], "");
            let apart: Vec<&str> = parts.iter().map(|part| part.trim_matches(['<', '>'])).collect();
            assert_eq!(whole(&text, parts), apart, "{text}");
        }
    }
}
