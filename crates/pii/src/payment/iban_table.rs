//! The structure of account numbers by country (SWIFT IBAN registry, and countries that use the form unregistered).

/// The character classes behind the two check digits: `n` digit, `a` letter, `c` either.
pub(super) fn structure(country: &[u8]) -> Option<impl Iterator<Item = u8>> {
    let &[first, second] = country else { return None };
    let country = [first.to_ascii_uppercase(), second.to_ascii_uppercase()];
    let found = TABLE.binary_search_by(|(code, _)| code.as_bytes().cmp(&country)).ok()?;
    let (_, structure) = TABLE[found];
    Some(structure.split(' ').flat_map(|run| {
        let (count, class) = run.split_at(run.len() - 1);
        let count = count.parse().unwrap_or(0);
        std::iter::repeat_n(class.as_bytes()[0], count)
    }))
}

/// Sorted by country.
const TABLE: &[(&str, &str)] = &[
    ("AD", "8n 12c"),
    ("AE", "19n"),
    ("AL", "8n 16c"),
    ("AO", "21n"),
    ("AT", "16n"),
    ("AZ", "4a 20c"),
    ("BA", "16n"),
    ("BE", "12n"),
    ("BF", "2c 22n"),
    ("BG", "4a 6n 8c"),
    ("BH", "4a 14c"),
    ("BI", "23n"),
    ("BJ", "2c 22n"),
    ("BR", "23n 1a 1c"),
    ("BY", "4c 4n 16c"),
    ("CF", "23n"),
    ("CG", "23n"),
    ("CH", "5n 12c"),
    ("CI", "2c 22n"),
    ("CM", "23n"),
    ("CR", "18n"),
    ("CV", "21n"),
    ("CY", "8n 16c"),
    ("CZ", "20n"),
    ("DE", "18n"),
    ("DJ", "23n"),
    ("DK", "14n"),
    ("DO", "4c 20n"),
    ("DZ", "22n"),
    ("EE", "16n"),
    ("EG", "25n"),
    ("ES", "20n"),
    ("FI", "14n"),
    ("FK", "2a 12n"),
    ("FO", "14n"),
    ("FR", "10n 11c 2n"),
    ("GA", "23n"),
    ("GB", "4a 14n"),
    ("GE", "2a 16n"),
    ("GI", "4a 15c"),
    ("GL", "14n"),
    ("GQ", "23n"),
    ("GR", "7n 16c"),
    ("GT", "20c"),
    ("GW", "2c 19n"),
    ("HN", "4a 20n"),
    ("HR", "17n"),
    ("HU", "24n"),
    ("IE", "4a 14n"),
    ("IL", "19n"),
    ("IQ", "4a 15n"),
    ("IR", "22n"),
    ("IS", "22n"),
    ("IT", "1a 10n 12c"),
    ("JO", "4a 4n 18c"),
    ("KM", "23n"),
    ("KW", "4a 22c"),
    ("KZ", "3n 13c"),
    ("LB", "4n 20c"),
    ("LC", "4a 24c"),
    ("LI", "5n 12c"),
    ("LT", "16n"),
    ("LU", "3n 13c"),
    ("LV", "4a 13c"),
    ("LY", "21n"),
    ("MA", "24n"),
    ("MC", "10n 11c 2n"),
    ("MD", "20c"),
    ("ME", "18n"),
    ("MG", "23n"),
    ("MK", "3n 10c 2n"),
    ("ML", "2c 22n"),
    ("MN", "16n"),
    ("MR", "23n"),
    ("MT", "4a 5n 18c"),
    ("MU", "4a 19n 3a"),
    ("MZ", "21n"),
    ("NE", "2c 22n"),
    ("NI", "4a 20n"),
    ("NL", "4a 10n"),
    ("NO", "11n"),
    ("OM", "3n 16c"),
    ("PK", "4a 16c"),
    ("PL", "24n"),
    ("PS", "4a 21c"),
    ("PT", "21n"),
    ("QA", "4a 21c"),
    ("RO", "4a 16c"),
    ("RS", "18n"),
    ("RU", "14n 15c"),
    ("SA", "2n 18c"),
    ("SC", "4a 20n 3a"),
    ("SD", "14n"),
    ("SE", "20n"),
    ("SI", "15n"),
    ("SK", "20n"),
    ("SM", "1a 10n 12c"),
    ("SN", "2c 22n"),
    ("SO", "19n"),
    ("ST", "21n"),
    ("SV", "4a 20n"),
    ("TD", "23n"),
    ("TG", "2c 22n"),
    ("TL", "19n"),
    ("TN", "20n"),
    ("TR", "5n 1n 16c"),
    ("UA", "6n 19c"),
    ("VA", "18n"),
    ("VG", "4a 16n"),
    ("XK", "16n"),
    ("YE", "4a 4n 18c"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_is_found() {
        assert!(TABLE.iter().all(|(code, _)| structure(code.to_lowercase().as_bytes()).is_some()));
    }
}
