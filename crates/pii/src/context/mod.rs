//! What the words around a number say about it.

mod vocabulary;

use std::collections::HashMap;

use switchboard_text::for_each_word;
use vocabulary::VOCABULARY;

/// What a word near a number makes of the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// A telephone number follows: `tel`, `rappelez`, `جوال`.
    Phone,
    /// Some other number follows: `ticket`, `commande`, `فاتورة`.
    Other,
    /// A software version follows.
    Version,
    /// A network address follows.
    Network,
    /// A payment card number follows.
    Card,
    /// A United States social security number follows.
    SocialSecurity,
    /// A national identity document's number follows.
    Identity,
    /// A tax number follows.
    Tax,
    /// `number` itself, and small words between a cue and its number; they say nothing.
    Number,
    /// `office`, `home`: where a telephone stands; it says nothing before a number, but announces one behind it.
    Place,
    /// `my`: my number is a telephone number.
    Possessive,
    /// An amount of money or another measure stands next to it.
    Unit,
}

/// Words are looked up this many bytes around a number, so that the cost stays linear in the text.
const WINDOW: usize = 96;

/// No stem of the vocabulary has fewer bytes.
const SHORTEST_STEM: usize = 3;

/// The words recognisers know, in the folded form of `switchboard_text`.
pub(crate) struct Context {
    roles: HashMap<String, (Role, bool)>,
}

/// What stands before a number, nearest word first.
pub(crate) struct Before {
    steps: Vec<Step>,
}

struct Step {
    role: Option<Role>,
    /// A sentence or a line ends between this word and the next.
    ends: bool,
}

impl Context {
    pub(crate) fn new() -> Self {
        let mut roles = HashMap::new();
        for (role, words) in VOCABULARY {
            for word in words.split_whitespace() {
                let stem = word.strip_suffix('*');
                for_each_word(stem.unwrap_or(word), |folded| {
                    // A word of two languages keeps the role it was given first.
                    roles.entry(folded.text.to_owned()).or_insert((*role, stem.is_some()));
                });
            }
        }
        Self { roles }
    }

    /// Reads the words before byte `at` of `text`.
    pub(crate) fn before(&self, text: &str, at: usize) -> Before {
        let from = floor_boundary(text, at.saturating_sub(WINDOW));
        let window = &text[from..at];
        let mut words = Vec::new();
        for_each_word(window, |word| words.push((self.role(word.text), word.start, word.end)));
        // The window may have cut its first word in two.
        if from > 0 && words.first().is_some_and(|(_, start, _)| *start == 0) {
            words.remove(0);
        }
        let mut next = window.len();
        let mut steps = Vec::with_capacity(words.len());
        for (role, start, end) in words.into_iter().rev() {
            steps.push(Step { role, ends: ends_sentence(&window[end..next], end - start) });
            next = start;
        }
        Before { steps }
    }

    /// The roles of the first words behind byte `at`, up to the end of the line.
    pub(crate) fn after(&self, text: &str, at: usize) -> Vec<Option<Role>> {
        let to = floor_boundary(text, (at + WINDOW / 2).min(text.len())).max(at);
        let line = text[at..to].split(['\n', '\r']).next().unwrap_or_default();
        let mut roles = Vec::new();
        for_each_word(line, |word| roles.push(self.role(word.text)));
        roles
    }

    /// The role of one word, given in any form.
    pub(crate) fn role_of(&self, word: &str) -> Option<Role> {
        let mut role = None;
        for_each_word(word, |word| role = self.role(word.text));
        role
    }

    fn role(&self, word: &str) -> Option<Role> {
        self.longest(word)
            .or_else(|| if word.is_ascii() { None } else { self.without_clitics(word) })
    }

    /// Arabic glues conjunctions, prepositions and the article to the word.
    fn without_clitics(&self, word: &str) -> Option<Role> {
        let bare = ["و", "ف", "ب", "ل", "ك"].iter().find_map(|clitic| word.strip_prefix(clitic));
        let article = |word: &str| {
            ["ال", "ل"].iter().find_map(|article| self.longest(word.strip_prefix(article)?))
        };
        article(word).or_else(|| bare.and_then(|bare| self.longest(bare).or_else(|| article(bare))))
    }

    /// The role of the word itself, or of its longest stem.
    fn longest(&self, word: &str) -> Option<Role> {
        if let Some((role, _)) = self.roles.get(word) {
            return Some(*role);
        }
        let ends = word.char_indices().map(|(end, _)| end).skip_while(|end| *end < SHORTEST_STEM);
        let stems = ends.filter_map(|end| self.roles.get(&word[..end]));
        stems.filter(|(_, is_stem)| *is_stem).last().map(|(role, _)| *role)
    }
}

impl Before {
    /// The nearest word of one of `roles`, as the number of unknown words in between, if at most `limit`.
    pub(crate) fn distance(&self, roles: &[Role], limit: usize) -> Option<usize> {
        let mut distance = 0;
        for step in &self.steps {
            if step.ends {
                distance += 1;
            }
            match step.role {
                Some(role) if roles.contains(&role) => {
                    return (distance <= limit).then_some(distance);
                }
                Some(Role::Number | Role::Place | Role::Possessive) => {}
                _ => distance += 1,
            }
        }
        None
    }

    /// Whether `my number` or the like stands directly before.
    pub(crate) fn is_my_number(&self) -> bool {
        let mut number = false;
        for step in &self.steps {
            match step.role {
                Some(Role::Number | Role::Place) => number = true,
                Some(Role::Possessive) => return number,
                _ => return false,
            }
        }
        false
    }
}

/// Abbreviations end with a full stop too, so only a longer word before it ends a sentence.
fn ends_sentence(between: &str, word_bytes: usize) -> bool {
    let between = between.trim_start_matches(['"', ')', '\'']);
    between.contains('\n')
        || between.starts_with(['!', '?', '؟'])
        || (word_bytes > 6 && between.starts_with(". "))
}

fn floor_boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_known_in_every_spelling() {
        for cue in [
            "Tel.: ",
            "TÉLÉPHONE ",
            "rappelez-moi au ",
            "Móvil: ",
            "رقم الجوال: ",
            "وهاتفي ",
            "Rückruf: ",
        ] {
            let before = Context::new();
            let before = before.before(cue, cue.len());
            assert_eq!(before.distance(&[Role::Phone], 2), Some(0), "{cue}");
        }
        assert_eq!(Context::new().role_of("والطلب"), Some(Role::Other));
        assert_eq!(Context::new().role_of("Bestellungen"), Some(Role::Other));
    }

    #[test]
    fn my_number_is_a_telephone_number() {
        let context = Context::new();
        let is_mine = |text: &str| context.before(text, text.len()).is_my_number();
        assert!(
            is_mine("my number is ")
                && is_mine("mon numéro : ")
                && is_mine("meine Nummer ist die ")
        );
        assert!(!is_mine("my ticket number is "));
    }
}
