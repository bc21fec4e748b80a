//! Values that the words before them name: `passport number X1234567`, `né le 12 mars 1985`, `mot de passe : …`.
//!
//! One pass finds the words of every table; only behind a word is anything read. Such a value is
//! believed whatever its check digits say, and for certain when they agree.

mod abroad;
mod answer;
mod bank;
mod card;
mod date;
mod form;
mod gap;
mod identity;
mod index;
mod letters;
mod network;
mod password;
mod person;
mod said;
mod secret;
mod words;

use std::collections::BTreeMap;
use std::ops::Range;

use switchboard_text::for_each_word;

use crate::Kind;
use crate::candidate::{Candidate, VERIFIED};
use crate::contact::{unsigned, worded};
use crate::shadow::FILLER;
use crate::spoken;
use form::Form;
use index::Index;

pub(crate) use date::day;
pub(crate) use identity::{is_aadhaar, is_belgian};
pub(crate) use index::Mentions;
pub(crate) use words::says_nothing;

/// A kind of value and the words that name it: one entry makes one recogniser.
struct Row {
    kind: Kind,
    /// Tried in this order.
    forms: &'static [Form],
    proof: Proof,
    /// The score of a value that is named but not proven.
    score: f32,
    /// Per language, names apart by `|`; a star before a name means that a compound may end with it.
    words: &'static [&'static str],
}

/// What more than its name a value may show for itself.
enum Proof {
    None,
    /// Check digits, which may be wrong.
    Raises(fn(&str) -> bool),
    /// Without which the value is another.
    Needs(fn(&str) -> bool),
    /// A word for a card, or a number of a card's length, stands near.
    Card,
    /// The same, and a number that may be a card's, or something known by now, stands before its name.
    CardNumber,
    /// Something known by now stands right before its name.
    Beside,
    /// An address, or something known by now, stands before it.
    Address,
}

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
    "error code|status code|exit code|http code|return code|response code|decline code|reason code|promo code|discount code|country code|gl account|g/l account|ledger account|cost account|user account|service account|account code|account manager|accounts payable|\
    accounts receivable|card reader|card printer|access card|visa application|password policy|password reset|password hint|\
    password length|zip file|zip archive|pin code entry|passport photo|passport photos|swift response|swift transport",
    "ticket id number|order id number|product id number|transaction id number|employee id number|user id number|customer id number|case id number|\
    asset id number|device id number|client id number|tracking id number|order id no|ticket id no|user id no|device id no",
    "code erreur|code d'erreur|code retour|code promo|code pays|compte comptable|compte utilisateur|compte de charges|carte réseau|carte mère|carte graphique|politique de mot de passe",
    "error-code|statuscode|fehler-code|sachkonto|benutzerkonto|netzwerkkarte|grafikkarte|passwortrichtlinie|kontenplan",
    "código de error|código postal de|cuenta contable|cuenta de usuario|tarjeta de red|tarjeta gráfica|punto de venta",
    "رمز الخطأ|كود الخطأ|حساب المستخدم|بطاقة الشبكة",
];

/// So many values of a list share the words before it.
const LONGEST_LIST: usize = 16;

/// So many passwords do.
const MOST_PASSWORDS: usize = 3;

/// A value in front of its name is looked for in so many bytes.
const LONGEST_IN_FRONT: usize = 48;

/// `12 de marzo de 1985`: no date has more words.
const MOST_WORDS_OF_A_DATE: usize = 5;

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
    /// Reads an address or a number around it; then it is no name.
    address: Option<Address>,
}

/// Adds the e-mail address, or the number, around one of its words or at its end.
type Address = fn(&str, Range<usize>, &mut Vec<Candidate>);

/// The words of addresses whose signs are not there, and of numbers whose digits are words.
const ADDRESSES: [(Address, &[&str]); 3] = [
    (worded::find, worded::AT),
    (unsigned::find, unsigned::PROVIDERS),
    (spoken::find, spoken::BEGINNINGS),
];

impl Named {
    pub(crate) fn new() -> Self {
        let mut names: BTreeMap<String, Name> = BTreeMap::new();
        for row in TABLES.into_iter().flatten() {
            for word in row.words.iter().flat_map(|words| words.split('|')) {
                let shortened = shortened(word.trim_start_matches('*'));
                for spelling in shortened.iter().flat_map(|word| spellings(word)) {
                    let name = names.entry(spelling).or_default();
                    name.is_ending |= word.starts_with('*');
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

    /// Adds every value of `text` that one of its `mentions` names.
    pub(crate) fn find(&self, text: &str, mentions: &Mentions, found: &mut Vec<Candidate>) {
        for (name, mention) in mentions {
            let (name, mention) = (&self.names[*name], mention.clone());
            if let Some(address) = name.address {
                address(text, mention, found);
                continue;
            }
            // Most values hold a digit, so most names need no further look.
            let has_digit = |near: &[u8]| near.iter().any(u8::is_ascii_digit);
            let bytes = text.as_bytes();
            let digit_behind = has_digit(&bytes[mention.end..bytes.len().min(mention.end + NEAR)]);
            let digit_before = has_digit(&bytes[mention.start.saturating_sub(NEAR)..mention.start]);
            let in_front = digit_before.then(|| gap::back_to_value(text, mention.start)).flatten();
            for row in &name.rows {
                let before = found.len();
                let start = match row.forms {
                    [Form::Password, ..] => password::to_password(text, mention.end),
                    [Form::Login] => password::to_login(text, mention.end),
                    _ if row.kind == Kind::BankAccount && digit_behind => {
                        gap::to_account(text, mention.end)
                    }
                    [Form::Digits(..), ..] if row.kind == Kind::Secret && digit_behind => {
                        password::to_code(text, mention.end)
                    }
                    [Form::BirthDate, ..] if digit_behind => gap::to_date(text, mention.end),
                    _ if digit_behind || row.is_of_letters() => gap::to_value(text, mention.end),
                    _ => None,
                };
                row.behind(text, start, found);
                if digit_behind && found.len() == before {
                    found.extend(row.answered(text, mention.end));
                }
                if let Some(end) = in_front.filter(|_| found.len() == before) {
                    found.extend(row.in_front(text, end));
                }
                if matches!(row.forms, [Form::BirthDate]) && digit_before && found.len() == before {
                    found.extend(row.on_the_day(text, mention.start));
                }
            }
        }
    }
}

impl Row {
    /// Whether its values may have no digit.
    fn is_of_letters(&self) -> bool {
        matches!(self.kind, Kind::Bic | Kind::EmailAddress)
    }

    /// Adds the value that begins at byte `start`, and those of a list it begins.
    fn behind(&self, text: &str, start: Option<usize>, found: &mut Vec<Candidate>) {
        let Some(mut start) = start else { return };
        let Some(mut end) = self.end(text, start) else { return };
        let most =
            if matches!(self.forms, [Form::Password, ..]) { MOST_PASSWORDS } else { LONGEST_LIST };
        for _ in 0..most {
            let Some(score) = self.score(text, start..end) else { return };
            found.push(Candidate { kind: self.kind, range: start..end, score });
            let next = gap::to_next(text, end).and_then(|next| Some((next, self.end(text, next)?)));
            // What it should be need not be as long as what it is.
            let corrected = || {
                let right = gap::to_correction(text, end)?;
                Some((right, self.end(text, right)?))
            };
            match next {
                Some((next, next_end)) if next_end - next != end - start => return,
                Some(next) => (start, end) = next,
                None => match corrected() {
                    Some(right) => (start, end) = right,
                    None => return,
                },
            }
        }
    }

    /// The value in the answer to a question that asks for what the name before byte `at` names; nothing else is told there.
    fn answered(&self, text: &str, at: usize) -> Option<Candidate> {
        let first = answer::start(text, at)?;
        let line = text[first..].split('\n').next().unwrap_or_default();
        // Two questions have two answers: `the postcode and your date of birth?`
        let mut starts = answer::parts(line).map(|part| first + part);
        let range = starts.find_map(|start| Some(start..self.end(text, start)?))?;
        let is_chosen = matches!(self.forms, [Form::Password | Form::Login, ..]);
        if is_chosen && !password::is_mixed(&text[range.clone()]) {
            return None;
        }
        let rest = &line[range.end.min(first + line.len()) - first..];
        let is_whole = !rest.contains(|c: char| c.is_ascii_digit());
        let score = is_whole.then(|| self.score(text, range.clone())).flatten()?;
        Some(Candidate { kind: self.kind, range, score })
    }

    /// The value that ends at byte `end`, before its name: `4821 is my PIN`.
    fn in_front(&self, text: &str, end: usize) -> Option<Candidate> {
        let from = text.floor_char_boundary(end.saturating_sub(LONGEST_IN_FRONT));
        let value = text[from..end].rsplit(|c: char| c.is_whitespace() || c == FILLER).next();
        let start = end - value.map_or(0, str::len);
        let range = start..end;
        let whole = self.end(text, start) == Some(end);
        let score = whole.then(|| self.score(text, range.clone())).flatten()?;
        Some(Candidate { kind: self.kind, range, score })
    }

    /// The date right before its name at `at`: `am 7. Mai 1949 geboren`, `12/03/1985 (DOB)`.
    fn on_the_day(&self, text: &str, at: usize) -> Option<Candidate> {
        let from = text.floor_char_boundary(at.saturating_sub(LONGEST_IN_FRONT));
        let head = text[from..at].trim_end_matches([' ', ',', '(']);
        if !head.ends_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let end = from + head.len();
        let words = head.rmatch_indices([' ', '(']).map(|(space, _)| from + space + 1);
        let starts: Vec<usize> = words.chain([from]).take(MOST_WORDS_OF_A_DATE).collect();
        let start = starts.into_iter().rev().find(|start| self.end(text, *start) == Some(end))?;
        Some(Candidate { kind: self.kind, range: start..end, score: self.score })
    }

    fn end(&self, text: &str, start: usize) -> Option<usize> {
        let (head, rest) = text.split_at(start);
        let is_password = matches!(self.forms, [Form::Password]);
        let shown = || form::quoted(head, rest).or_else(|| form::alone(head, rest));
        let said = || is_password.then(|| said::end(head, rest)).flatten();
        let end = is_password
            .then(shown)
            .flatten()
            .or_else(|| self.forms.iter().find_map(|form| form.end(rest)))
            .or_else(said)?;
        Some(start + end)
    }

    fn score(&self, text: &str, range: Range<usize>) -> Option<f32> {
        let characters = || {
            let value = text[range.clone()].chars().filter(char::is_ascii_alphanumeric);
            value.collect::<String>().to_ascii_uppercase()
        };
        match self.proof {
            Proof::Raises(proof) if proof(&characters()) => Some(VERIFIED),
            Proof::None | Proof::Raises(_) => Some(self.score),
            Proof::Needs(proof) => proof(&characters()).then_some(self.score),
            Proof::Beside => card::is_beside(text, &range).then_some(self.score),
            Proof::Address => password::follows_address(text, range.start).then_some(self.score),
            Proof::Card => card::is_near(text, &range).then_some(self.score),
            Proof::CardNumber => card::is_behind_number(text, &range).then_some(self.score),
        }
    }
}

/// `word` and what people shorten it to: `account no`, `Versicherungsnr`, `n° de permis`.
fn shortened(word: &str) -> Vec<String> {
    let mut all = vec![word.to_owned()];
    if let Some(head) = word.strip_suffix(" number") {
        all.extend(["no", "num", "nr", "#"].map(|short| format!("{head} {short}")));
    }
    if let Some(head) = word.strip_suffix("nummer").filter(|head| !head.is_empty()) {
        all.extend(["nr", "-nr", " nr"].map(|short| format!("{head}{short}")));
    }
    if let Some(tail) = word.strip_prefix("numéro de ") {
        all.extend(
            ["n° de", "n°", "num de", "num", "no de"].map(|short| format!("{short} {tail}")),
        );
    }
    all
}

/// `word` as written, with its accented letters in capitals, and without accents.
fn spellings(word: &str) -> Vec<String> {
    let capitals =
        word.chars().flat_map(|c| if c.is_ascii() { vec![c] } else { c.to_uppercase().collect() });
    let mut folded = Vec::new();
    for_each_word(word, |part| folded.push(part.text.to_owned()));
    let bare: String = word.chars().map(without_accent).collect();
    let mut spellings = vec![word.to_owned(), capitals.collect(), bare];
    // Folding drops what is no word, such as a single letter.
    if !word.is_ascii() && !word.starts_with(' ') && folded.len() == word.split(' ').count() {
        spellings.push(folded.join(" "));
    }
    spellings
}

fn without_accent(letter: char) -> char {
    match letter {
        'á' | 'à' | 'â' | 'ä' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'î' | 'ï' => 'i',
        'ó' | 'ô' | 'ö' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        'ñ' => 'n',
        'أ' | 'إ' | 'آ' => 'ا',
        'ة' => 'ه',
        'ى' => 'ي',
        '’' => '\'',
        letter => letter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
