//! British accounts without a word: a sort code of three pairs and an account of eight digits.

use crate::Kind;
use crate::candidate::Candidate;
use crate::digits::Digits;
use crate::neighbours;

const SCORE: f32 = 0.65;

/// What stands before an account whose sort code could be a date; it is looked for so many bytes before.
const BANKING: [&str; 21] = [
    "£",
    "land in",
    "owed",
    "wages",
    "salary",
    "payout",
    "funds",
    "account",
    "acct",
    "a/c",
    "sort",
    "bank",
    "pay",
    "paid",
    "transfer",
    "refund",
    "savings",
    "iban",
    "deposit",
    "direct debit",
    "money",
];
const NEAR: usize = 80;

/// What may stand between the two.
const ACCOUNT: [&str; 8] = ["account", "acc", "acct", "a", "c", "ac", "no", "number"];

/// At most so many bytes stand between the two.
const MOST_BETWEEN: usize = 12;

/// Adds every sort code with an account behind it: `60-83-71 41120977`.
pub(crate) fn find(digits: &Digits<'_>, found: &mut Vec<Candidate>) {
    let text = digits.text;
    for (at, window) in digits.groups.windows(4).enumerate() {
        let [one, two, three, account] = window else { continue };
        if account.len() != 8 || [one, two, three].iter().any(|pair| pair.len() != 2) {
            continue;
        }
        let gap = |one: usize, other: usize| {
            &text[digits.groups[at + one].range.end..digits.groups[at + other].range.start]
        };
        let is_code = gap(0, 1) == "-" && gap(1, 2) == "-";
        let between = gap(2, 3);
        let is_joined = (2..=MOST_BETWEEN).contains(&between.len())
            || matches!(between, " " | "/" | "," | "\n");
        let words = between.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
        let is_account = |word: &str| ACCOUNT.iter().any(|name| name.eq_ignore_ascii_case(word));
        let is_near = !between.contains('-') && is_joined && words.into_iter().all(is_account);
        let is_free = neighbours::stands_free(text, one.range.start, three.range.end)
            && neighbours::stands_free(text, account.range.start, account.range.end)
            && !text[..one.range.start].ends_with(['-', '/', '.'])
            && !text[account.range.end..].starts_with(['-', '/']);
        if is_code && is_near && is_free && (!one.is_date || is_banking(text, one.range.start)) {
            let ranges = [one.range.start..three.range.end, account.range.clone()];
            let kind = Kind::BankAccount;
            found.extend(ranges.map(|range| Candidate { kind, range, score: SCORE }));
        }
    }
}

fn is_banking(text: &str, at: usize) -> bool {
    let from = text.floor_char_boundary(at.saturating_sub(NEAR));
    let near = text[from..at].to_lowercase();
    BANKING.iter().any(|word| near.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Context;

    fn accounts(text: &str) -> Vec<&str> {
        let context = Context::new();
        let mut found = Vec::new();
        find(&Digits::of(text, &context), &mut found);
        found.into_iter().map(|candidate| &text[candidate.range]).collect()
    }

    #[test]
    fn three_pairs_and_eight_digits_are_an_account() {
        assert_eq!(accounts("my details: 60-83-71 / 41120977"), ["60-83-71", "41120977"]);
        assert_eq!(accounts("please pay into 20-04-17 41120977."), ["20-04-17", "41120977"]);
    }

    #[test]
    fn dates_and_longer_numbers_are_none() {
        for text in [
            "seen 20-04-17 41120977",
            "account posted on 20-04-17 by batch 41120977",
            "60-83-71-41120977",
            "x60-83-71 41120977",
            "60-83-71 4112097",
        ] {
            assert!(accounts(text).is_empty(), "{text}");
        }
    }
}
