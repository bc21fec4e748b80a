//! Codes of banks that show themselves: eleven capitals of which the last three mean the head office (ISO 9362), `AIBKIE2DXXX`.

use crate::Kind;
use crate::bytes::{Block, places_of_runs};
use crate::candidate::Candidate;
use crate::neighbours;
use crate::payment::countries;

const SCORE: f32 = 0.8;

/// The bytes of a code before the office.
const BANK: usize = 8;

/// Adds every such code.
pub(crate) fn find(text: &str, found: &mut Vec<Candidate>) {
    let office = |block: Block| {
        let is_x = block.are(b'X');
        is_x & is_x >> 1 & is_x >> 2
    };
    for at in places_of_runs(text.as_bytes(), 2, office) {
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

    #[test]
    fn only_banks_of_a_country() {
        let text = "AIBKIE2DXXX, DEUTDEFFXXX. ABCDEFGHXXX PREDEUTDEFFXXX XXXXXXXXXXX aibkie2dXXX éIBKIE2DXXX PAFR“PXXX";
        let mut found = Vec::new();
        find(text, &mut found);
        let codes: Vec<&str> = found.into_iter().map(|found| &text[found.range]).collect();
        assert_eq!(codes, ["AIBKIE2DXXX", "DEUTDEFFXXX"]);
    }
}
