//! One look at a text: every recogniser, in order, and what stands.

use std::mem;
use std::ops::Range;

use crate::Kind;
use crate::candidate::{Candidate, resolve};
use crate::contact::spelled::SpelledEmails;
use crate::contact::{email, lane, postcode, road, town, url, zip};
use crate::context::Context;
use crate::digits::Digits;
use crate::groups::Group;
use crate::identity::{Letters, machine_readable};
use crate::named::{Mentions, Named};
use crate::names::Names;
use crate::network::mac;
use crate::numbers::Numbers;
use crate::payment::{beside, branch, card, crypto, domestic, iban, rib, sort_code};
use crate::phone::Phones;
use crate::secret::Keys;
use crate::shadow::{FILLER, Shadow};
use crate::signs::Signs;
use crate::{birth_mark, born, identity, long_ago, network, reply, signature, work};

/// Every recogniser, its patterns compiled.
pub(crate) struct Recognisers {
    context: Context,
    spelled: SpelledEmails,
    letters: Letters,
    phones: Phones,
    named: Named,
    keys: Keys,
    /// Nobody, when only what has a form of its own is looked for.
    names: Option<Names>,
    /// Nobody, likewise.
    numbers: Option<Numbers>,
}

/// What one look found.
pub(crate) struct Look {
    pub(crate) found: Vec<Candidate>,
    pub(crate) settled: Settled,
    /// About how long it took.
    pub(crate) work: usize,
}

/// What a further look need not look for: it was looked for with all that is known by now blanked out, and not found.
#[derive(Clone, Copy, Default)]
pub(crate) struct Settled {
    /// There is no telephone number.
    phones: bool,
    /// There is no name.
    names: bool,
    /// There is no number that what stands around it tells.
    numbers: bool,
}

/// What patterns find in one look.
struct Patterns {
    found: Vec<Candidate>,
    /// Whether there is no telephone number left.
    phones_settled: bool,
    /// Beginnings of addresses, which the tagger of names may know to go on.
    streets: Vec<Candidate>,
    /// About how long it took.
    work: usize,
}

impl Recognisers {
    pub(crate) fn new() -> Self {
        let names = Names::bundled().expect("the model was read when this crate was tested");
        let numbers = Numbers::bundled().expect("the model was read when this crate was tested");
        Self { names: Some(names), numbers: Some(numbers), ..Self::without_names() }
    }

    /// All but the models that were learnt.
    pub(crate) fn without_names() -> Self {
        Self {
            context: Context::new(),
            spelled: SpelledEmails::new(),
            letters: Letters::new(),
            phones: Phones::new(),
            named: Named::new(),
            keys: Keys::new(),
            names: None,
            numbers: None,
        }
    }

    /// Finds personal data in `source` outside `blanks`, the sorted places that are already known.
    ///
    /// The result is sorted and disjoint, in bytes of `source`. What the patterns find is as good as known to the tagger of names.
    pub(crate) fn scan(&self, source: &str, blanks: &[Range<usize>]) -> Vec<Candidate> {
        self.look(source, blanks, Settled::default()).found
    }

    /// The same; what is `settled` is looked for only if something else is found first.
    pub(crate) fn look(&self, source: &str, blanks: &[Range<usize>], settled: Settled) -> Look {
        let Patterns { mut found, phones_settled, streets, work } =
            self.patterns(source, blanks, settled.phones);
        let by_pattern = found.len();
        let weighed = match &self.names {
            Some(tagger) if by_pattern > 0 => {
                tagger.find(source, &with(blanks, &found), &mut found)
            }
            Some(tagger) if !settled.names => tagger.find(source, blanks, &mut found),
            _ => 0,
        };
        if found.len() > by_pattern {
            found.sort_by_key(|candidate| candidate.range.start);
            found.extend(born::find(source, blanks, &found));
            found.sort_by_key(|candidate| candidate.range.start);
        }
        let mut work = work + weighed * work::TOKEN + found.len() * work::FOUND;
        // A street may take in what was found, and then it is another place that is known.
        let names = found.len() == by_pattern && streets.is_empty();
        add_streets(streets, &mut found);
        let before = found.len();
        if let Some(numbers) = self.numbers.as_ref().filter(|_| before > 0 || !settled.numbers) {
            let weighed = numbers.find(source, &with(blanks, &found), &mut found);
            work += weighed * work::WEIGHED;
        }
        if found.len() > before {
            found.sort_by_key(|candidate| candidate.range.start);
            return Look { found, settled: Settled::default(), work };
        }
        let settled = Settled { phones: phones_settled && names, names, numbers: true };
        Look { found, settled, work }
    }

    /// What has a form of its own.
    fn patterns(&self, source: &str, blanks: &[Range<usize>], phones_settled: bool) -> Patterns {
        let shadow = Shadow::of(source, blanks);
        let signs = Signs::of(shadow.text());
        let mentions = self.named.mentions(shadow.text());
        let mut work = shadow.text().len() + self.named.work(&mentions);
        if mentions.is_empty() && !may_hold_any(shadow.text(), signs) {
            return Patterns { found: Vec::new(), phones_settled: true, streets: Vec::new(), work };
        }
        let digits = Digits::of(shadow.text(), &self.context);
        let found = self.unmistakable(&digits, signs, &mentions);
        if found.is_empty() {
            let found = if phones_settled { Vec::new() } else { self.phones(&shadow, &digits) };
            let streets = streets(&shadow, &digits);
            work += digits.work();
            return Patterns { phones_settled: found.is_empty(), found, streets, work };
        }
        work += digits.work();
        let is_all = hold_all(&found, &digits.groups);
        let mut found = in_source(found, &shadow);
        if is_all {
            // Telephone numbers and houses have digits.
            return Patterns { found, phones_settled: true, streets: Vec::new(), work };
        }
        // Telephone numbers are judged by the words around them, so what is known by now must not count as words.
        let shadow = Shadow::of(source, &with(blanks, &found));
        let digits = Digits::of(shadow.text(), &self.context);
        let phones = self.phones(&shadow, &digits);
        let phones_settled = phones.is_empty();
        found.extend(phones);
        found.sort_by_key(|candidate| candidate.range.start);
        let streets = streets(&shadow, &digits);
        work += digits.work();
        Patterns { found, phones_settled, streets, work }
    }

    /// What its own form shows.
    fn unmistakable(
        &self,
        digits: &Digits<'_>,
        signs: Signs,
        mentions: &Mentions,
    ) -> Vec<Candidate> {
        let text = digits.text;
        let mut found = Vec::new();
        if signs.any(Signs::AT) {
            email::find(text, &mut found);
        }
        if signs.any(Signs::SLASH) || signs.all(Signs::DOT | Signs::W) {
            url::find(text, &mut found);
        }
        if signs.any(Signs::BRACKET) {
            machine_readable::find(text, &mut found);
            self.spelled.find(text, &mut found);
        }
        if !digits.groups.is_empty() {
            iban::find(digits, &mut found);
            self.letters.find(digits, &mut found);
            card::find(digits, &mut found);
            identity::find(digits, &mut found);
            network::find(digits, &mut found);
            if signs.any(Signs::COLON | Signs::DASH | Signs::DOT) {
                mac::find(text, &mut found);
            }
            postcode::find(digits, &mut found);
            zip::find(digits, &mut found);
            town::find(digits, &mut found);
            birth_mark::find(digits, &mut found);
            long_ago::find(digits, &mut found);
            rib::find(digits, &mut found);
            domestic::find(digits, &mut found);
            sort_code::find(digits, &mut found);
            crypto::find(digits, &mut found);
        }
        self.named.find(text, mentions, &mut found);
        if signs.any(Signs::DIGIT | Signs::DASH) {
            self.keys.find(digits, &mut found);
        }
        branch::find(digits, &mut found);
        beside::find(text, &mut found);
        beside::find_bank(text, &mut found);
        beside::find_account(digits, &mut found);
        resolve(apart(found, text))
    }

    fn phones(&self, shadow: &Shadow<'_>, digits: &Digits<'_>) -> Vec<Candidate> {
        let mut found = Vec::new();
        self.phones.find(digits, &mut found);
        reply::find(digits, &mut found);
        signature::find(digits, &mut found);
        in_source(resolve(apart(found, digits.text)), shadow)
    }
}

/// Adds `streets` to what else is `found`; each takes in what it overlaps, such as the town behind it.
fn add_streets(streets: Vec<Candidate>, found: &mut Vec<Candidate>) {
    if streets.is_empty() {
        return;
    }
    let mut all: Vec<_> = mem::take(found);
    all.extend(streets);
    all.sort_by_key(|candidate| candidate.range.start);
    for candidate in all {
        match found.last_mut().filter(|last| candidate.range.start < last.range.end) {
            // Only a street overlaps anything.
            Some(last) => {
                last.kind = Kind::StreetAddress;
                last.range.end = last.range.end.max(candidate.range.end);
            }
            None => found.push(candidate),
        }
    }
}

fn streets(shadow: &Shadow<'_>, digits: &Digits<'_>) -> Vec<Candidate> {
    let mut found = Vec::new();
    lane::find(digits, &mut found);
    road::find(digits, &mut found);
    in_source(resolve(apart(found, digits.text)), shadow)
}

/// Those of `found` that no place that is known already lies in: what was read across one is no value.
fn apart(mut found: Vec<Candidate>, text: &str) -> Vec<Candidate> {
    found.retain(|candidate| !text[candidate.range.clone()].contains(FILLER));
    found
}

/// Whether each of `groups` lies in one of `found`; both are sorted.
fn hold_all(found: &[Candidate], groups: &[Group]) -> bool {
    let mut found = found.iter().peekable();
    groups.iter().all(|group| {
        while found.next_if(|candidate| candidate.range.end < group.range.end).is_some() {}
        found.peek().is_some_and(|candidate| candidate.range.start <= group.range.start)
    })
}

/// The places of `found` among `blanks`, sorted.
fn with(blanks: &[Range<usize>], found: &[Candidate]) -> Vec<Range<usize>> {
    let found = found.iter().map(|candidate| candidate.range.clone());
    let mut known: Vec<_> = blanks.iter().cloned().chain(found).collect();
    known.sort_by_key(|range| range.start);
    known
}

fn in_source(mut found: Vec<Candidate>, shadow: &Shadow<'_>) -> Vec<Candidate> {
    for candidate in &mut found {
        candidate.range = shadow.source(candidate.range.clone());
    }
    found
}

/// Whether there is anything a recogniser could start from: a digit, an `@` or the bracket of a written-out one, a slash,
/// or `www.`.
fn may_hold_any(text: &str, signs: Signs) -> bool {
    signs.any(Signs::DIGIT | Signs::AT | Signs::BRACKET | Signs::SLASH)
        || signs.all(Signs::DOT | Signs::W) && url::has_www(text)
}
