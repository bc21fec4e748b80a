//! What the words around a number say about it.

mod before;
mod lookup;
mod vocabulary;

use switchboard_text::for_each_word;
use switchboard_text::words::is_word_part;

use crate::bytes::{Block, places};
pub(crate) use before::{Before, Words};
use lookup::Lookup;
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

/// The words recognisers know, in the folded form of `switchboard_text`.
pub(crate) struct Context {
    vocabulary: Lookup,
}

impl Context {
    pub(crate) fn new() -> Self {
        Self { vocabulary: Lookup::new(VOCABULARY) }
    }

    /// What the words before byte `at` of `text` say; they are read when they are asked for, the nearest first.
    pub(crate) fn before<'t>(&'t self, text: &'t str, at: usize) -> Before<'t> {
        let from = text.floor_char_boundary(at.saturating_sub(WINDOW));
        Before::new(self, from, &text[from..at])
    }

    /// The roles of the words behind byte `at`, up to the end of the line; each is read when it is asked for.
    pub(crate) fn after(&self, text: &str, at: usize) -> impl Iterator<Item = Option<Role>> {
        let to = text.floor_char_boundary((at + WINDOW / 2).min(text.len())).max(at);
        let letters = |block: Block| block.letters() | block.others();
        let has_letter = places(&text.as_bytes()[at..to], letters).next().is_some();
        let near = if has_letter { &text[at..to] } else { "" };
        let line = near.split(['\n', '\r']).next().unwrap_or_default();
        let runs = line.split(|c| !is_word_part(c)).filter(|run| !run.is_empty());
        runs.filter_map(|run| {
            if run.is_ascii() {
                return (run.len() > 1).then(|| self.role_of_ascii(run));
            }
            let mut role = None;
            for_each_word(run, |word| role = Some(self.vocabulary.role(word.text)));
            role
        })
    }

    /// The role of one word, given in any form.
    pub(crate) fn role_of(&self, word: &str) -> Option<Role> {
        if word.is_empty() {
            return None;
        }
        if word.bytes().all(|byte| byte.is_ascii_alphabetic()) && word.len() <= WINDOW {
            return self.role_of_ascii(word);
        }
        let mut role = None;
        for_each_word(word, |word| role = self.vocabulary.role(word.text));
        role
    }

    /// The same for at most [`WINDOW`] ASCII letters, which need no memory to be folded.
    fn role_of_ascii(&self, letters: &str) -> Option<Role> {
        if letters.len() < 2 {
            return None;
        }
        let mut folded = [0; WINDOW];
        let folded = &mut folded[..letters.len()];
        folded.copy_from_slice(letters.as_bytes());
        folded.make_ascii_lowercase();
        self.vocabulary.role(str::from_utf8(folded).ok()?)
    }
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
