//! British streets that no word shows, between the number of a house and a postal code: `27 Station Approach BN43 5WD`, `4 the old
//! brewery, bs1 6xn`.

use std::ops::Range;

use crate::Kind;
use crate::candidate::Candidate;
use crate::neighbours;
use crate::word_set::WordSet;

const SCORE: f32 = 0.5;

/// No name has more words.
const MOST_WORDS: usize = 4;

/// No house has a number of more digits.
const HOUSE: usize = 3;

/// What is no part of a name, or ends none.
static OTHERS: WordSet = WordSet::new(
    " at in to from near for of on by with is was are and or my our your his her their i we you he she they it postcode zip code \
      days day weeks week hours hour minutes months years times people items parcels boxes pieces units of mg ml kg km miles pounds euros am pm ",
);

/// Adds the street before each of the `codes`, postal codes of `text`.
pub(crate) fn find(text: &str, codes: &[Range<usize>], found: &mut Vec<Candidate>) {
    let streets = codes.iter().filter_map(|code| before(text, code.start));
    found.extend(streets.map(|range| Candidate { kind: Kind::StreetAddress, range, score: SCORE }));
}

/// The street that ends before byte `at`.
fn before(text: &str, at: usize) -> Option<Range<usize>> {
    let head = text[..at].trim_end_matches([' ', ',']);
    let mut rest = head;
    for words in 0..=MOST_WORDS {
        let word = neighbours::word_before(rest, rest.len());
        if word.is_empty() && words > 0 {
            let figures = rest.bytes().rev().take_while(u8::is_ascii_digit).count();
            let start = rest.len() - figures;
            let is_free =
                !rest[..start].ends_with(|c: char| c.is_alphanumeric() || "-/.,:£$€_#".contains(c));
            return ((1..=HOUSE).contains(&figures) && is_free).then_some(start..head.len());
        }
        if word.len() < 2 || OTHERS.holds(word) {
            return None;
        }
        rest = rest[..rest.len() - word.len()].strip_suffix(' ')?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_names_before_a_code_are_a_street() {
        for (head, street) in [
            ("now at 27 Station Approach ", Some("27 Station Approach")),
            ("to 4 the old brewery, ", Some("4 the old brewery")),
            ("12 parcels for ", None),
            ("there are 3 people near ", None),
            ("order 45 ", None),
            ("order-45 Elm ", None),
            ("in Hove ", None),
            ("", None),
        ] {
            assert_eq!(before(head, head.len()).map(|range| &head[range]), street, "{head}");
        }
    }
}
