//! What small words join to a name that was found: `von der Lancken`, `bin Salim`.

use crate::word_set::WordSet;

use super::lists::{COMMON, CUE, FAMILY, FREQUENT, GIVEN, ORGANIZATION, STREET, TERM, TITLE};
use super::particles;
use super::parts::{Name, PEOPLE, Parts, is_place, is_word};
use super::token::{Shape, Token};

/// Given names that are ordinary words, or too rare for the lists, in front of a name that was found.
static GIVEN_NAMES: WordSet =
    WordSet::new("pape mame baye serigne sokhna hansa ndeye thierno khady");

impl<'t> Parts<'t> {
    /// The last token of the family name that particles lead to behind a person's `name`.
    pub(super) fn behind_particles(self, name: &Name) -> Option<usize> {
        let mut words = self.particles_behind(name.end);
        let family = name.end + 1 + words.len();
        if words.is_empty() {
            words = self.particles_of(name);
        }
        let token = *self.tokens.get(family)?;
        let fits = name.is_person
            && token.lines_before == 0
            && token.end as usize <= name.ceiling
            && particles::join(&words);
        let is_listed = |lists: u16| token.flags & lists != 0;
        if !fits || is_listed(TERM | ORGANIZATION | STREET | CUE | TITLE) {
            return None;
        }
        let is_ordinary = !is_listed(GIVEN | FAMILY)
            && (is_listed(FREQUENT) || is_listed(COMMON) && !is_listed(PEOPLE));
        let is_family = match token.shape {
            Shape::Capital | Shape::Mixed => {
                !(is_ordinary || particles::tell_an_origin(&words) && is_place(token))
            }
            Shape::Upper => self.tokens[name.end].shape == Shape::Upper && !is_ordinary,
            Shape::Lower => {
                let is_sure = particles::are_sure(&words)
                    || particles::is_arabic_article(words[0]) && is_listed(PEOPLE)
                    || is_listed(FAMILY) && !is_listed(COMMON);
                self.tokens[name.end].shape == Shape::Lower && is_sure && !is_ordinary
            }
            Shape::Caseless | Shape::Nisba => {
                particles::are_sure(&words) && (!is_listed(FREQUENT) || is_listed(GIVEN))
            }
            _ => false,
        };
        is_family.then_some(family)
    }

    /// The particles that end `name`.
    fn particles_of(self, name: &Name) -> Vec<&'t str> {
        let last = (name.start + 1..=name.end).rev().take(particles::MOST);
        let words = last.map(|at| self.text(at));
        let mut words: Vec<_> = words.take_while(|word| particles::is_particle(word)).collect();
        words.reverse();
        words
    }

    /// The particles behind token `at`, in its line.
    pub(super) fn particles_behind(self, at: usize) -> Vec<&'t str> {
        let behind = self.tokens.iter().enumerate().skip(at + 1).take(particles::MOST);
        let words = behind.take_while(|(_, token)| token.lines_before == 0 && is_word(token));
        let words = words.map(|(at, _)| self.text(at));
        words.take_while(|word| particles::is_particle(word)).collect()
    }

    /// The first of the particles before `name` that belong to it: behind a title, or with a capital inside a line.
    pub(super) fn before_particles(self, name: &Name) -> Option<usize> {
        let first = name.start;
        let is_free = |at: usize| {
            self.tokens[at].start as usize >= name.floor && self.tokens[at + 1].lines_before == 0
        };
        let before = (first.saturating_sub(particles::MOST)..first).rev();
        let start = before
            .take_while(|at| is_free(*at) && is_word(&self.tokens[*at]))
            .take_while(|at| particles::is_particle(self.text(*at)))
            .last();
        let previous = first.checked_sub(1)?;
        let Some(start) = start else {
            let is_given = is_free(previous)
                && !self.touches(previous)
                && self.tokens[previous].shape == self.tokens[first].shape
                && GIVEN_NAMES.holds(self.text(previous));
            return is_given.then_some(previous);
        };
        let before = start.checked_sub(1).filter(|at| is_free(*at))?;
        let is_titled = self.tokens[before].flags & TITLE != 0 && is_capital(self.tokens[before]);
        if is_titled {
            return Some(before);
        }
        let opens = self.tokens[before].shape == Shape::Sign
            && [".", "!", "?", ":"].contains(&self.text(before));
        let is_part = is_capital(self.tokens[start])
            && particles::begins_a_name(self.text(start))
            && is_capital(self.tokens[first])
            && !opens;
        is_part.then_some(start)
    }
}

fn is_capital(token: Token) -> bool {
    matches!(token.shape, Shape::Capital | Shape::Upper | Shape::Mixed)
}
