//! Initials before a name: `A.-L. Morvan`, `J. R. R. Ashdown`, `J-P Kerven`, `O'Dea`.

use super::open::Open;

/// Where the name that goes on at byte `start` begins, its initials included.
pub(super) fn before(open: Open<'_>, start: usize) -> usize {
    let before = open.before(start);
    let mut rest = before;
    while let Some(shorter) = without_initial(rest) {
        rest = shorter;
    }
    start - (before.len() - rest.len())
}

/// `text` without the capital that ends it and the sign behind that: a full stop, or an apostrophe that touches the name;
/// or without two capitals and the hyphen between them.
fn without_initial(text: &str) -> Option<&str> {
    let two = text.strip_suffix(' ').and_then(without_capital);
    if let Some(first) = two.and_then(|text| text.strip_suffix('-')).and_then(without_capital) {
        return is_start(first).then_some(first);
    }
    let signed = text.strip_suffix([' ', '-']).unwrap_or(text);
    let signed = signed.strip_suffix('.').or_else(|| text.strip_suffix(['\'', '’']))?;
    without_capital(signed).filter(|rest| is_start(rest))
}

fn without_capital(text: &str) -> Option<&str> {
    text.strip_suffix(char::is_uppercase)
}

/// Whether a word may begin behind `text`.
fn is_start(text: &str) -> bool {
    !text.ends_with(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The initials before the name that ends `text`.
    fn initials<'t>(text: &'t str, name: &str) -> &'t str {
        let start = text.len() - name.len();
        &text[before(Open::new(text, &[]), start)..start]
    }

    #[test]
    fn initials_belong_to_the_name() {
        assert_eq!(initials("thanks, A.-L. Morvan", "Morvan"), "A.-L. ");
        assert_eq!(initials("J. R. R. Ashdown", "Ashdown"), "J. R. R. ");
        assert_eq!(initials("ask D.Lorimer", "Lorimer"), "D.");
        assert_eq!(initials("merci, J-P Kerven", "Kerven"), "J-P ");
        assert_eq!(initials("printed as O'Dea", "Dea"), "O'");
    }

    #[test]
    fn words_and_numbers_before_a_name_are_no_initials() {
        assert_eq!(initials("the VPN. Morvan", "Morvan"), "");
        assert_eq!(initials("room 4B. Morvan", "Morvan"), "");
        assert_eq!(initials("l'accès d'Anna", "Anna"), "");
        assert_eq!(initials("gate A - Morvan", "Morvan"), "");
        assert_eq!(initials("USB-C Morvan", "Morvan"), "");
    }

    #[test]
    fn what_is_known_is_not_read_through() {
        let (text, blank) = ("A. Morvan", 0..2);
        assert_eq!(before(Open::new(text, std::slice::from_ref(&blank)), 3), 3);
    }
}
