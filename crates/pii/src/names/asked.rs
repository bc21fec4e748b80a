//! Names that answer a question in a conversation: `agent: your name?`, and in the next line `caller: bo`.

use crate::Kind;
use crate::candidate::Candidate;

use super::lists::{CUE, FREQUENT, GIVEN, TERM};
use super::particles;
use super::token::{Shape, Token};
use crate::word_set::WordSet;

/// What is asked for.
static NAMES: WordSet = WordSet::new(
    "name names surname forename nom prénom prenom vorname nachname familienname nombre apellido apellidos \
     الاسم اسم اسمك إسمك اسمكم",
);

/// What the question may be made of before that; another word asks for the name of something.
static ASKING: WordSet = WordSet::new(
    "your ur the a full first last middle sur family given legal complete and or what whats s is was it in may can \
     could i we you have get take need give tell me us please pls ok okay thanks thank sure hi hello customer caller \
     account holder cardholder , ' ’ - \
     votre ton quel est le et de famille complet c merci bonjour \
     ihr ihren dein deinen den der wie ist und vollständiger voller danke \
     su tu cuál cual es el completo y \
     ، ما هو شو وش ممكن",
);

/// What may follow it.
static BEHIND: WordSet = WordSet::new(
    "sir madam maam again s complet completo por الكامل الكريم من لو سمحت . , : ! ' ’ ،",
);

/// What may follow it and makes a question of a line.
static REQUESTS: WordSet = WordSet::new("? ؟ please pls plz svp stp bitte favor فضلك");

/// What ends the thought before a question.
static ENDS: WordSet = WordSet::new(". ! ? ؟ : > ¿ ]");

/// What an answer may begin with.
static LEADS: WordSet = WordSet::new(
    ", ' ’ ، yes yeah sure hi hello it its s is my name i m im am this oui bonjour c est je suis mon nom \
     ja ich bin heiße mein es sí si me llamo soy mi نعم اسمي أنا انا",
);

/// What is said in the place of a name.
static OTHERS: WordSet = WordSet::new(
    "no not nope none why what which whose who wait ok okay later sorry thanks one the a as same above \
     pourquoi quoi non pas lequel attendez nein warum wieso was welcher moment gleich keine wozu \
     por qué porque cuál لا ليش لماذا ليه",
);

/// What stands before the colon behind a speaker, beside words: `[10:02] caller (2):`.
static AROUND_SPEAKER: WordSet = WordSet::new("[ ] ( ) : . - _");

/// A question has at most so many words and signs before what it asks for, and so many behind.
const LONGEST_BEFORE: usize = 12;
const LONGEST_BEHIND: usize = 5;

/// No time and speaker have more words and signs.
const LONGEST_SPEAKER: usize = 10;

/// So many words and signs may lead to the answer.
const LONGEST_LEAD: usize = 6;

/// No name in an answer has more words.
const MOST_WORDS: usize = 4;

/// How sure it is that the answer is a name.
const SCORE: f32 = 0.7;

/// The names among `tokens` of `source` that answer a question.
pub(super) fn names<'t>(
    source: &'t str,
    tokens: &'t [Token],
) -> impl Iterator<Item = Candidate> + 't {
    let talk = Talk { source, tokens };
    let asked = tokens.iter().enumerate().filter(|(_, token)| token.flags & CUE != 0);
    asked.filter_map(move |(at, _)| talk.answer(at))
}

/// A conversation.
#[derive(Clone, Copy)]
struct Talk<'t> {
    source: &'t str,
    tokens: &'t [Token],
}

impl<'t> Talk<'t> {
    /// The answer to the question that token `at` may ask.
    fn answer(self, at: usize) -> Option<Candidate> {
        if !NAMES.holds(self.text(at)) {
            return None;
        }
        let line = self.end_of_question(at)?;
        if !self.asks_for_a_person(at) {
            return None;
        }
        let start = self.behind_lead(self.behind_speaker(line)?);
        let end = self.end_of_name(start)?;
        let range = self.tokens[start].start as usize..self.tokens[end - 1].end as usize;
        Some(Candidate { kind: Kind::Person, range, score: SCORE })
    }

    /// The first token of the line behind the question for the name at `at`.
    fn end_of_question(self, at: usize) -> Option<usize> {
        let mut asks = false;
        for next in at + 1..(at + 2 + LONGEST_BEHIND).min(self.tokens.len()) {
            if self.tokens[next].lines_before > 0 {
                return asks.then_some(next);
            }
            let word = self.text(next);
            asks |= REQUESTS.holds(word);
            if !REQUESTS.holds(word) && !BEHIND.holds(word) {
                return None;
            }
        }
        None
    }

    /// Whether every word from the beginning of the question to token `at` may stand in a question for somebody's name.
    fn asks_for_a_person(self, at: usize) -> bool {
        for before in (at.saturating_sub(LONGEST_BEFORE)..at).rev() {
            let word = self.text(before);
            if self.tokens[before + 1].lines_before > 0 || ENDS.holds(word) {
                return true;
            }
            if !ASKING.holds(word) && !NAMES.holds(word) {
                return false;
            }
        }
        at <= LONGEST_BEFORE
    }

    /// The first token behind the speaker that token `line` begins to name: `[10:02] caller:`.
    fn behind_speaker(self, line: usize) -> Option<usize> {
        let mut is_named = false;
        for at in line..(line + LONGEST_SPEAKER).min(self.tokens.len()) {
            let token = self.tokens[at];
            if at > line && token.lines_before > 0 {
                return None;
            }
            match token.shape {
                Shape::Sign if is_named && [":", ">"].contains(&self.text(at)) => {
                    return Some(at + 1);
                }
                Shape::Sign if !AROUND_SPEAKER.holds(self.text(at)) => return None,
                Shape::Sign | Shape::Digits | Shape::Alphanumeric => {}
                _ => is_named = true,
            }
        }
        None
    }

    fn behind_lead(self, start: usize) -> usize {
        let near = start..(start + LONGEST_LEAD).min(self.tokens.len());
        let leads =
            near.take_while(|at| self.tokens[*at].lines_before == 0 && LEADS.holds(self.text(*at)));
        leads.last().map_or(start, |last| last + 1)
    }

    /// The end of the name of one to four words that begins at token `start`, when nothing else is said.
    fn end_of_name(self, start: usize) -> Option<usize> {
        let (mut words, mut end) = (0, start);
        for at in start..self.tokens.len().min(start + 2 * MOST_WORDS + 2) {
            let token = self.tokens[at];
            if token.lines_before > 0 || matches!(token.shape, Shape::Blank) {
                break;
            }
            match token.shape {
                Shape::Sign if ["-", "'", "’", "."].contains(&self.text(at)) => {}
                Shape::Sign if [",", ";", "!", "،"].contains(&self.text(at)) => break,
                Shape::Sign | Shape::Digits | Shape::Alphanumeric => return None,
                _ if self.is_part(at) => (words, end) = (words + 1, at + 1),
                _ => return None,
            }
        }
        (1..=MOST_WORDS).contains(&words).then_some(end)
    }

    /// Whether token `at` may be a word of a name.
    fn is_part(self, at: usize) -> bool {
        let token = self.tokens[at];
        let is_frequent = token.flags & (FREQUENT | TERM) != 0 && token.flags & GIVEN == 0;
        !OTHERS.holds(self.text(at)) && (!is_frequent || particles::is_particle(self.text(at)))
    }

    fn text(self, at: usize) -> &'t str {
        let Token { start, end, .. } = self.tokens[at];
        &self.source[start as usize..end as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::super::Lists;
    use super::super::lists::COMMON;
    use super::super::{hash, token::Tokens};
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        let lists: Vec<_> = ["name", "nom", "nombre", "الاسم"].map(|word| (hash(word), CUE)).into();
        let words = [(hash("later"), COMMON | FREQUENT), (hash("monday"), FREQUENT | TERM)];
        let mut tokens = Tokens::default();
        tokens.read(text, &[], &Lists::new(&[lists, words.to_vec()].concat()));
        names(text, &tokens.all).map(|name| &text[name.range]).collect()
    }

    #[test]
    fn an_answer_to_the_question_for_a_name_is_one() {
        for (text, name) in [
            ("A: name?\nB: bo", "bo"),
            (
                "[10:02] agent: may I have your full name please\n[10:03] jo: it's zed okoro.",
                "zed okoro",
            ),
            ("Agent > votre nom ?\nVous > bé, merci", "bé"),
            ("Agente: ¿su nombre?\nCliente: quim de la o\n", "quim de la o"),
            ("س: الاسم؟\nج: رهف", "رهف"),
        ] {
            assert_eq!(found(text), [name], "{text}");
        }
    }

    #[test]
    fn names_of_things_other_answers_and_forms_are_none() {
        for text in [
            "A: file name?\nB: budget",
            "A: name of the printer?\nB: canon",
            "A: your name?\nB: why",
            "A: your name?\nB: later",
            "A: your name?\nB: five words are too many here",
            "A: your name?\nB: room 5",
            "A: your name?",
            "A: your name\nB: bo",
            "your name?\nbo",
            "A: your name? B: bo",
        ] {
            assert_eq!(found(text), Vec::<&str>::new(), "{text}");
        }
    }
}
