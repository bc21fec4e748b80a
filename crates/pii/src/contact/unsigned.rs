//! E-mail addresses that lost their signs on the way, as chat transcripts have them: `janedoe 88 gmailcom`.

use std::ops::Range;

use crate::Kind;
use crate::candidate::Candidate;
use crate::neighbours;

const SCORE: f32 = 0.6;

/// What such an address ends with: providers without the dot. Anything may stand before them in the same word.
pub(crate) const PROVIDERS: &[&str] = &[
    "gmailcom",
    "gmail com",
    "gmailcon",
    "gmalcom",
    "gmaicom",
    "gmialcom",
    "mailcom",
    "mail com",
    "yahoocom",
    "yahoo com",
    "yahoocouk",
    "outlookcom",
    "outlookfr",
    "icloudcom",
    "livecom",
    "msncom",
    "aolcom",
    "comcastnet",
    "protonmailcom",
    "gmxde",
    "gmxnet",
    "webde",
    "orangefr",
    "wanadoofr",
    "hotmailfr",
    "hotmailes",
    "yahoofr",
    "freefr",
    "lapostenet",
    "gailcom",
    "gamilcom",
    "yohoocom",
    "gmailorg",
    "googlecom",
    "attnet",
    "optonlinenet",
    "verizonnet",
    "gmailxom",
    "rediffmailcom",
];

/// Words before a bare provider that are no part of an address.
const SMALL: &[&str] = &[
    "is", "id", "email", "mail", "address", "my", "its", "it", "at", "and", "to", "on", "with",
    "the", "use", "a", "est", "ist", "es", "adresse", "correo", "in", "of", "your", "from", "via",
];

/// Adds the address that ends with the provider at `provider`.
pub(crate) fn find(text: &str, provider: Range<usize>, found: &mut Vec<Candidate>) {
    if neighbours::after(text, provider.end)
        .is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '/' | '@'))
    {
        return;
    }
    let word = |at: usize| {
        let part = text[..at].chars().rev().take(64).take_while(char::is_ascii_alphanumeric);
        at - part.count()
    };
    let mut start = word(provider.start);
    let is_bare = start == provider.start;
    if text[..start].ends_with(['@', '.', '/', '-', '_']) {
        return;
    }
    // `jane 88 gmailcom`: the digits and the word before them belong to it.
    let before = text[..start].strip_suffix(' ').map(|head| (word(head.len()), head.len()));
    if let Some((from, to)) = before.filter(|(from, to)| from < to) {
        let number = &text[from..to];
        if number.len() <= 6 && number.bytes().all(|byte| byte.is_ascii_digit()) {
            let name = text[..from].strip_suffix(' ').map_or(from, |head| word(head.len()));
            let is_name = !SMALL.contains(&text[name..from].trim())
                && text[name..from].starts_with(|c: char| c.is_ascii_alphabetic());
            start = if is_name { name } else { from };
        } else if is_bare && !SMALL.contains(&number) {
            start = from;
        }
    }
    if start < provider.start {
        found.push(Candidate {
            kind: Kind::EmailAddress,
            range: start..provider.end,
            score: SCORE,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn emails(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        let longest =
            PROVIDERS.iter().filter_map(|name| text.find(name).map(|at| at..at + name.len()));
        longest
            .max_by_key(ExactSizeIterator::len)
            .into_iter()
            .for_each(|at| find(text, at, &mut found));
        found.into_iter().map(|candidate| &text[candidate.range]).collect()
    }

    #[test]
    fn a_provider_shows_what_was_an_address() {
        for (text, email) in [
            ("my email is janedoegmailcom", "janedoegmailcom"),
            ("yes jane 88 hotmailcom is right", "jane 88 hotmailcom"),
            ("my email id is jane yahoocom", "jane yahoocom"),
            ("its 54 gmailcom", "54 gmailcom"),
        ] {
            assert_eq!(emails(text), [email], "{text}");
        }
        assert!(
            emails("the mail comes late").is_empty() && emails("my email is gmailcom").is_empty()
        );
    }
}
