//! Names that answer a question in a conversation: `agent: your name?`, and in the next line `caller: bo`.

use crate::Kind;
use crate::candidate::Candidate;

use super::lists::{FAMILY, FAMILY_RARE, FREQUENT, GIVEN, GIVEN_RARE, TERM};
use super::particles;
use super::token::{Shape, Token};
use crate::word_set::WordSet;

/// What is asked for, and what somebody does who is asked who they are.
static NAMES: WordSet = WordSet::new(
    "name names surname forename nom prénom prenom vorname nachname familienname nombre apellido apellidos \
     الاسم اسم اسمك إسمك اسمكم speaking talking spreche honneur hablo أتكلم أتحدث اتكلم اتحدث",
);

/// What a question for a name may be made of beside that; another word asks for the name of something.
static AROUND: WordSet = WordSet::new(
    "your ur the a full first last middle sur family given legal complete and or what whats s is was it in on of may \
     can could i we you have get take need give tell confirm me us ok okay thanks thank sure hi hello who whom am to \
     with customer caller account card policy holder cardholder sir madam maam again date birth dob postcode address \
     , . : ! ' ’ - ، \
     votre ton quel est le la l et de du à a qui ai je famille complet c merci bonjour titulaire compte carte contrat \
     naissance postal code adresse \
     ihr ihren dein deinen den der des wie ist und mit wem ich vor vollständiger voller danke kontoinhabers \
     karteninhabers versicherten geburtsdatum \
     su tu con quién quien cuál cual es el del completo y por titular cuenta fecha nacimiento \
     ما هو شو وش ممكن مع من مين الكامل الكريم لو سمحت",
);

/// What makes a question of a line without its mark.
static REQUESTS: WordSet = WordSet::new("please pls plz svp stp bitte favor فضلك سمحت");

/// What ends the thought before a question.
static ENDS: WordSet = WordSet::new(". ! ? ؟ : > ¿ ]");

/// What an answer may begin with.
static LEADS: WordSet = WordSet::new(
    ", ' ’ ، yes yeah sure hi hello it its s is my name i m im am this oui bonjour c est je suis mon nom \
     ja ich bin heiße mein es sí si me llamo soy mi نعم اسمي أنا انا",
);

/// What is said in the place of a name.
static OTHERS: WordSet = WordSet::new(
    "no not nope none null na why what which whose who wait ok okay later sorry thanks one the a as same above again \
     really seriously already um uh customer refund cancel help stop agent human skip anonymous \
     pourquoi quoi non pas lequel attendez nein warum wieso was welcher moment gleich keine wozu \
     por qué porque cuál لا ليش لماذا ليه",
);

/// What stands before the colon behind a speaker, beside words: `[10:02] caller (2):`.
static AROUND_SPEAKER: WordSet = WordSet::new("[ ] ( ) : . - _");

/// A question has at most so many words and signs.
const LONGEST_QUESTION: usize = 16;

/// So many signs may end it.
const MOST_ENDS: usize = 3;

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
    let lines = tokens.iter().enumerate().filter(|(_, token)| token.lines_before > 0);
    lines.filter_map(move |(line, _)| talk.answer(line))
}

/// A conversation.
#[derive(Clone, Copy)]
struct Talk<'t> {
    source: &'t str,
    tokens: &'t [Token],
}

impl<'t> Talk<'t> {
    /// The name that the line from token `line` on gives, if the one before asks for it.
    fn answer(self, line: usize) -> Option<Candidate> {
        let end_of_question = self.end_of_question(line)?;
        let speech = self.behind_speaker(line)?;
        if !self.is_for_a_person(end_of_question) {
            return None;
        }
        let start = self.behind_lead(speech);
        let end = self.end_of_name(start)?;
        let range = self.tokens[start].start as usize..self.tokens[end - 1].end as usize;
        Some(Candidate { kind: Kind::Person, range, score: SCORE })
    }

    /// Where the words of the question end that stands before token `line`.
    fn end_of_question(self, line: usize) -> Option<usize> {
        let (mut end, mut asks) = (line, false);
        for at in (line.saturating_sub(MOST_ENDS)..line).rev() {
            let token = self.tokens[at];
            let is = |signs: &[char]| signs.iter().any(|sign| token.word == u32::from(*sign));
            // Most lines end with a sign, which is told without looking it up.
            match token.shape {
                Shape::Sign if is(&['?', '؟']) => asks = true,
                Shape::Sign if is(&['.', '!', ':']) => {}
                Shape::Lower | Shape::Capital | Shape::Upper | Shape::Caseless
                    if REQUESTS.holds(self.text(at)) =>
                {
                    asks = true;
                }
                _ => break,
            }
            end = at;
        }
        asks.then_some(end)
    }

    /// Whether the words before token `end`, back to the beginning of a thought, ask who somebody is and nothing else.
    fn is_for_a_person(self, end: usize) -> bool {
        let mut is_for_a_name = false;
        for at in (end.saturating_sub(LONGEST_QUESTION)..end).rev() {
            let word = self.text(at);
            if self.tokens[at + 1].lines_before > 0 && at + 1 < end || ENDS.holds(word) {
                return is_for_a_name;
            }
            let is_name = NAMES.holds(word);
            if !is_name && !AROUND.holds(word) && !REQUESTS.holds(word) {
                return false;
            }
            is_for_a_name |= is_name;
        }
        is_for_a_name && end <= LONGEST_QUESTION
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
        let (mut words, mut ordinary, mut end) = (0, 0, start);
        for at in start..self.tokens.len().min(start + 2 * MOST_WORDS + 2) {
            let token = self.tokens[at];
            if token.lines_before > 0 || matches!(token.shape, Shape::Blank) {
                break;
            }
            match token.shape {
                Shape::Sign if ["-", "'", "’", "."].contains(&self.text(at)) => {}
                Shape::Sign if [",", ";", "!", "،"].contains(&self.text(at)) => break,
                Shape::Sign | Shape::Digits | Shape::Alphanumeric => return None,
                _ if OTHERS.holds(self.text(at)) => return None,
                _ => {
                    ordinary += usize::from(self.is_ordinary(at));
                    (words, end) = (words + 1, at + 1);
                }
            }
        }
        // Many family names are ordinary words; more words than one are a sentence.
        let is_name = ordinary == 0 || words == 1;
        (is_name && (1..=MOST_WORDS).contains(&words)).then_some(end)
    }

    /// Whether token `at` is a frequent word and on no list of names.
    fn is_ordinary(self, at: usize) -> bool {
        let flags = self.tokens[at].flags;
        let is_listed = flags & (GIVEN | GIVEN_RARE | FAMILY | FAMILY_RARE) != 0;
        flags & (FREQUENT | TERM) != 0 && !is_listed && !particles::is_particle(self.text(at))
    }

    fn text(self, at: usize) -> &'t str {
        self.tokens[at].text(self.source)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Lists;
    use super::super::lists::COMMON;
    use super::super::{hash, token::Tokens};
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        let words = ["told", "wing"].map(|word| (hash(word), COMMON | FREQUENT));
        let mut tokens = Tokens::default();
        tokens.read(text, &[], &Lists::new(&words));
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
            ("A: Who am I speaking to?\nB: wing", "wing"),
            ("A: Name des Kontoinhabers bitte.\nB: bibo", "bibo"),
            ("A: your name and date of birth?\nB: bo, 4 May", "bo"),
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
            "A: your name?\nB: told them",
            "A: your name?\nB: five words are too many here",
            "A: your name?\nB: room 5",
            "A: your name?",
            "A: your name\nB: bo",
            "A: name\nB: it?\nC: bo",
            "A: who?\nB: bo",
            "A: speaking of the printer?\nB: bo",
            "your name?\nbo",
            "A: your name? B: bo",
        ] {
            assert_eq!(found(text), Vec::<&str>::new(), "{text}");
        }
    }
}
