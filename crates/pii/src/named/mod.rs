//! Values that the words before them name: `passport number X1234567`, `né le 12 mars 1985`, `mot de passe : …`.
//!
//! One pass finds the words of every table; only behind a word is anything read. Such a value is
//! believed whatever its check digits say, and for certain when they agree.

mod abroad;
mod account_gap;
mod alike;
mod answer;
mod bank;
mod card;
mod chosen;
mod code;
mod column;
mod date;
mod date_gap;
mod document;
mod form;
mod gap;
mod identity;
mod index;
mod leads;
mod letters;
mod month;
mod network;
mod password;
mod password_form;
mod person;
mod row;
mod said;
mod search;
mod secret;
mod spelled_date;
mod spellings;
mod words;

use std::collections::BTreeMap;
use std::ops::Range;

use crate::bytes::{Block, places};
use crate::candidate::Candidate;
use crate::contact::{arabic_street, hamlet, labelled, unsigned, worded};
use crate::{spoken, work};
use form::Form;
use index::Index;
use row::{Proof, Row};
use search::Near;
use spellings::{keys, shortened, spellings};

pub(crate) use card::is_near as is_near_card;
pub(crate) use date::{day, is_of_birth, month as expiry};
pub(crate) use identity::{is_aadhaar, is_belgian};
pub(crate) use index::Mentions;
pub(crate) use month::is_month;
pub(crate) use words::says_nothing;

const TABLES: [&[Row]; 7] = [
    identity::ROWS,
    abroad::ROWS,
    bank::ROWS,
    card::ROWS,
    network::ROWS,
    person::ROWS,
    secret::ROWS,
];

/// Longer names that hold one of the tables and mean another thing: what stands behind is theirs.
const NO_NAMES: &[&str] = &[
    "pass on|pass it on|pass this on|pass that on|pass them on|pass along|error code|status code|exit code|http code|return code|response code|decline code|reason code|promo code|discount code|country code|gl account|g/l account|ledger account|cost account|user account|service account|account code|account manager|accounts payable|\
    accounts receivable|card reader|card printer|access card|visa application|password policy|password reset|password hint|\
    password length|zip file|zip archive|pin code entry|passport photo|passport photos|swift response|swift transport",
    "ticket id number|order id number|product id number|transaction id number|employee id number|user id number|customer id number|case id number|\
    asset id number|device id number|client id number|tracking id number|order id no|ticket id no|user id no|device id no",
    "code erreur|code d'erreur|code retour|code promo|code pays|compte comptable|compte utilisateur|compte de charges|carte réseau|carte mère|carte graphique|politique de mot de passe",
    "error-code|statuscode|fehler-code|sachkonto|benutzerkonto|netzwerkkarte|grafikkarte|passwortrichtlinie|kontenplan",
    "código de error|código postal de|cuenta contable|cuenta de usuario|tarjeta de red|tarjeta gráfica|punto de venta",
    "رمز الخطأ|كود الخطأ|حساب المستخدم|بطاقة الشبكة",
];

/// Where a row has its English names, which keys of files and forms are made of.
const ENGLISH: usize = 0;

/// A value's first digit stands at most so many bytes from its name.
const NEAR: usize = 96;

/// The recogniser of values that words name.
pub(crate) struct Named {
    index: Index,
    /// For each name of the index.
    names: Vec<Name>,
}

#[derive(Default)]
struct Name {
    rows: Vec<&'static Row>,
    /// A compound may end with it.
    is_ending: bool,
    /// Its values need no digit.
    has_words: bool,
    /// Reads an address or a number around it; then it is no name.
    address: Option<Address>,
}

/// Adds the e-mail address, the street or the number around one of its words or at its end.
type Address = fn(&str, Range<usize>, &mut Vec<Candidate>);

/// The words of addresses, of such whose signs are not there, and of numbers whose digits are words.
const ADDRESSES: [(Address, &[&str]); 6] = [
    (labelled::find, labelled::LABELS),
    (arabic_street::find, arabic_street::STREETS),
    (hamlet::find, hamlet::PLACES),
    (worded::find, worded::AT),
    (unsigned::find, unsigned::PROVIDERS),
    (spoken::find, spoken::BEGINNINGS),
];

impl Named {
    pub(crate) fn new() -> Self {
        let mut names: BTreeMap<String, Name> = BTreeMap::new();
        for row in TABLES.into_iter().flatten() {
            let words = row.words.iter().enumerate();
            for (language, word) in
                words.flat_map(|(at, words)| words.split('|').map(move |word| (at, word)))
            {
                let shortened = shortened(word.trim_start_matches('*'));
                let keys = if language == ENGLISH { keys(word) } else { Vec::new() };
                let spellings = shortened.iter().flat_map(|word| spellings(word));
                for spelling in spellings.chain(keys) {
                    let name = names.entry(spelling).or_default();
                    name.is_ending |= word.starts_with('*');
                    name.has_words |= row.is_of_words();
                    if !name.rows.iter().any(|other| std::ptr::eq(*other, row)) {
                        name.rows.push(row);
                    }
                }
            }
        }
        for word in NO_NAMES.iter().flat_map(|words| words.split('|')) {
            for spelling in spellings(word) {
                names.insert(spelling, Name::default());
            }
        }
        for (address, words) in ADDRESSES {
            for spelling in words.iter().flat_map(|word| spellings(word)) {
                let is_ending = !spelling.starts_with(' ');
                names.insert(
                    spelling.trim_start().to_owned(),
                    Name { address: Some(address), is_ending, ..Name::default() },
                );
            }
        }
        let index =
            Index::new(names.iter().map(|(word, name)| (word.clone(), name.is_ending)).collect());
        Self { index, names: names.into_values().collect() }
    }

    /// The words of the tables that stand in `text`.
    pub(crate) fn mentions(&self, text: &str) -> Mentions {
        self.index.mentions(text)
    }

    /// About how long [`Self::find`] takes for `mentions`.
    pub(crate) fn work(&self, mentions: &Mentions) -> usize {
        let rows = mentions.iter().map(|(name, _)| self.names[*name].rows.len());
        rows.map(|rows| work::MENTION + rows * work::ROW).sum()
    }

    /// Adds every value of `text` that one of its `mentions` names.
    pub(crate) fn find(&self, text: &str, mentions: &Mentions, found: &mut Vec<Candidate>) {
        for (place, (name, mention)) in mentions.iter().enumerate() {
            let until = until(text, mentions, place);
            let (name, mention) = (&self.names[*name], mention.clone());
            if let Some(address) = name.address {
                address(text, mention, found);
                continue;
            }
            // Most values hold a digit, so most names need no further look.
            let has_digit = |near: &[u8]| places(near, Block::digits).next().is_some();
            let bytes = text.as_bytes();
            let digit_behind = has_digit(&bytes[mention.end..bytes.len().min(mention.end + NEAR)]);
            let digit_before = has_digit(&bytes[mention.start.saturating_sub(NEAR)..mention.start]);
            let cells = column::cells(&text[..until], &mention);
            if !digit_behind && !digit_before && cells.is_empty() && !name.has_words {
                continue;
            }
            let value_in_front =
                digit_before.then(|| gap::back_to_value(text, mention.start)).flatten();
            let near = Near { until, digit_behind, digit_before, value_in_front, cells: &cells };
            for row in &name.rows {
                row.find(text, &mention, near, found);
            }
        }
    }
}

/// Where the same name stands again behind the mention at `place`, which then has what is behind it; or where the text ends.
fn until(text: &str, mentions: &Mentions, place: usize) -> usize {
    let (name, mention) = &mentions[place];
    let mut next = mentions[place + 1..].iter().take(MOST_NAMES_BETWEEN);
    let again = next.find(|(other, range)| other == name && range.start >= mention.end);
    again.map_or(text.len(), |(_, range)| range.start)
}

/// So many mentions of names are looked over for the same one.
const MOST_NAMES_BETWEEN: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;

    fn named(text: &str) -> Vec<(Kind, &str)> {
        let mut found = Vec::new();
        let named = Named::new();
        named.find(text, &named.mentions(text), &mut found);
        let found = crate::candidate::resolve(found);
        found.into_iter().map(|candidate| (candidate.kind, &text[candidate.range])).collect()
    }

    #[test]
    fn a_word_names_the_value_behind_it_or_in_front() {
        assert_eq!(named("Passport no. is X1234567"), [(Kind::Passport, "X1234567")]);
        assert_eq!(named("RÉFÉRENCE, MOT DE PASSE : Tulipe#12"), [(Kind::Secret, "Tulipe#12")]);
        assert_eq!(named("78901234 is my account number"), [(Kind::BankAccount, "78901234")]);
        assert_eq!(named("والرقم القومي: 29805120101234").len(), 1);
    }

    #[test]
    fn a_list_shares_its_name() {
        let found = named("account numbers 12345678, 23456789 and 34567890, 12 in all");
        assert_eq!(found.len(), 3);
    }

    #[test]
    fn a_word_inside_another_names_nothing() {
        assert!(named("Sachkonto 47600012, trumpassport X1234567").is_empty());
    }
}
