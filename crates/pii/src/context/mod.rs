//! What the words around a number say about it.

mod before;
mod vocabulary;

use std::collections::HashMap;

use switchboard_text::for_each_word;
use vocabulary::VOCABULARY;

pub(crate) use before::Before;
use before::Step;

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
    /// `number` itself; it says nothing alone.
    Number,
    /// Small words between a cue and its number; they say nothing.
    Small,
    /// `to`, `au`: small too, but leads to a number rather than naming it: `send the code to`.
    Toward,
    /// `customer`, `part`: what has numbers of all kinds; `part number` is another number, `part` alone hardly.
    Party,
    /// `manager`, `colleague`: whose number is a telephone number.
    Relation,
    /// `office`, `home`: where a telephone stands; it says nothing before a number, but announces one behind it.
    Place,
    /// `my`: my number is a telephone number.
    Possessive,
    /// An amount of money or another measure stands next to it.
    Unit,
}

/// Words are looked up this many bytes around a number, so that the cost stays linear in the text.
const WINDOW: usize = 96;

/// What stands for the word `number`: `n°`, `n.º`, `№`, `#`.
const NUMBER_SIGNS: [char; 4] = ['°', 'º', '№', '#'];

/// No stem of the vocabulary has fewer bytes.
const SHORTEST_STEM: usize = 3;

/// A compound has at least so many bytes before its ending.
const SHORTEST_REST: usize = 2;

/// The words recognisers know, in the folded form of `switchboard_text`.
pub(crate) struct Context {
    /// Whole words, and whether they are stems of others too.
    roles: HashMap<String, (Role, bool)>,
    /// What compounds end with.
    endings: HashMap<String, Role>,
}

impl Context {
    pub(crate) fn new() -> Self {
        let (mut roles, mut endings) = (HashMap::new(), HashMap::new());
        for (role, words) in VOCABULARY {
            for word in words.split_whitespace() {
                for_each_word(word, |folded| {
                    let text = folded.text.to_owned();
                    // A word of two languages keeps the role it was given first.
                    if word.starts_with('*') {
                        endings.entry(text).or_insert(*role);
                    } else {
                        roles.entry(text).or_insert((*role, word.ends_with('*')));
                    }
                });
            }
        }
        Self { roles, endings }
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
        let mut steps: Vec<Step> = Vec::with_capacity(words.len());
        for (role, start, end) in words.into_iter().rev() {
            let gap = &window[end..next];
            if gap.contains(NUMBER_SIGNS) {
                steps.push(Step { role: Some(Role::Number), ends: false });
            }
            // `Abo-Nr.`, `Mat.-Nr.`: whatever the word, it is the name of the number.
            let is_name = role.is_none()
                && matches!(gap, "-" | ".-")
                && steps.last().is_some_and(|step| step.role == Some(Role::Number));
            let role = if is_name { Some(Role::Other) } else { role };
            steps.push(Step { role, ends: ends_sentence(gap, &window[start..end]) });
            next = start;
        }
        if window[..next].contains(NUMBER_SIGNS) {
            steps.push(Step { role: Some(Role::Number), ends: false });
        }
        Before::new(steps)
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
        let stem = ends
            .filter_map(|end| self.roles.get(&word[..end]))
            .filter(|(_, is_stem)| *is_stem)
            .last();
        stem.map(|(role, _)| *role).or_else(|| self.ending(word))
    }

    /// The longest known ending of a compound.
    fn ending(&self, word: &str) -> Option<Role> {
        let starts = word.char_indices().map(|(start, _)| start);
        starts
            .skip_while(|start| *start < SHORTEST_REST)
            .find_map(|start| self.endings.get(&word[start..]))
            .copied()
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
    fn what_has_many_numbers_is_no_name_of_one_by_itself() {
        let context = Context::new();
        let others = [Role::Other, Role::Party];
        let distance = |text: &str| context.before(text, text.len()).distance(&others, 4);
        for name in ["customer number ", "N° client : ", "Cliente n.º ", "delivery note "] {
            assert_eq!(distance(name), Some(0), "{name}");
        }
        assert_eq!(distance("the customer "), Some(1));
    }

    #[test]
    fn german_compounds_are_known_by_their_end() {
        let context = Context::new();
        for (compound, role) in [
            ("Zugangsnummer", Role::Other),
            ("Teilenr", Role::Other),
            ("Diensthandy", Role::Phone),
            ("Privathandynummer", Role::Phone),
            ("Nummer", Role::Number),
        ] {
            assert_eq!(context.role_of(compound), Some(role), "{compound}");
        }
        let before = context.before("Abo-Nr. ", 8);
        assert_eq!(before.distance(&[Role::Other], 0), Some(0));
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
        assert!(is_mine("my manager's number is ") && is_mine("mon n° : "));
        assert!(!is_mine("my ticket number is "));
    }
}
