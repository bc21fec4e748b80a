//! Codes of banks that show themselves: eleven capitals of which the last three mean the head office, or are the digits of a branch
//! (ISO 9362): `AIBKIE2DXXX`, `AGRIFRPP882`.

use crate::Kind;
use crate::bytes::{Block, places_of_runs};
use crate::candidate::Candidate;
use crate::digits::Digits;
use crate::neighbours;
use crate::payment::countries;

const SCORE: f32 = 0.8;

/// The bytes of a code before the office.
const BANK: usize = 8;

/// Adds every such code.
pub(crate) fn find(digits: &Digits<'_>, found: &mut Vec<Candidate>) {
    let text = digits.text;
    let office = |block: Block| {
        let is_x = block.are(b'X');
        is_x & is_x >> 1 & is_x >> 2
    };
    let branches =
        digits.groups.iter().filter(|group| group.len() == 3).map(|group| group.range.start);
    for at in places_of_runs(text.as_bytes(), 2, office).chain(branches) {
        let Some(start) = at.checked_sub(BANK) else { continue };
        let Some(bank) = text.get(start..at).filter(|bank| bank.is_ascii()) else { continue };
        let (letters, place) = bank.split_at(6);
        let is_bank = letters.bytes().all(|byte| byte.is_ascii_uppercase())
            && place.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
            && countries::is_country(&letters[4..])
            && !letters.starts_with("XXXX");
        let range = start..at + 3;
        if is_bank && neighbours::stands_free(text, range.start, range.end) {
            found.push(Candidate { kind: Kind::Bic, range, score: SCORE });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Context;

    #[test]
    fn only_banks_of_a_country() {
        let context = Context::new();
        let text = "AGRIFRPP882 AIBKIE2DXXX, DEUTDEFFXXX. ABCDEFGHXXX PREDEUTDEFFXXX XXXXXXXXXXX aibkie2dXXX éIBKIE2DXXX PAFR“PXXX";
        let mut found = Vec::new();
        find(&Digits::of(text, &context), &mut found);
        let mut codes: Vec<&str> = found.into_iter().map(|found| &text[found.range]).collect();
        codes.sort_unstable();
        assert_eq!(codes, ["AGRIFRPP882", "AIBKIE2DXXX", "DEUTDEFFXXX"]);
    }
}
