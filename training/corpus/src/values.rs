//! Made-up values, by pattern.

use crate::formats::{CommonFormats, LanguageFormats};
use crate::random::Random;

/// Fills a pattern: `_` is a digit, `^` a digit from 1, `~` a capital letter, `%` a hexadecimal digit.
pub(crate) fn pattern(pattern: &str, random: &mut Random) -> String {
    let fill = |symbol| match symbol {
        '_' => digit(random.below(10)),
        '^' => digit(random.between(1, 9)),
        '~' => char::from(b'A' + random.below(26) as u8),
        '%' => char::from_digit(random.below(16) as u32, 16).unwrap_or('0'),
        other => other,
    };
    pattern.chars().map(fill).collect()
}

fn digit(value: usize) -> char {
    char::from_digit(value as u32, 10).unwrap_or('0')
}

/// Fills one of several patterns.
pub(crate) fn one_of(patterns: &[String], random: &mut Random) -> String {
    let chosen = random.pick(patterns);
    pattern(chosen, random)
}

/// An address of the person called `first` `last`, both in plain lower-case letters.
pub(crate) fn email(
    first: &str,
    last: &str,
    common: &CommonFormats,
    random: &mut Random,
) -> String {
    let initial: String = first.chars().take(1).collect();
    let local = match random.below(10) {
        0..5 => format!("{first}.{last}"),
        5 => format!("{initial}{last}"),
        6 => format!("{initial}.{last}"),
        7 => format!("{first}_{last}"),
        8 => format!("{last}.{first}"),
        _ => format!("{first}{}", random.between(1, 99)),
    };
    format!("{local}@{}", random.pick(&common.mail_domains))
}

/// A web address, with or without `https://`.
pub(crate) fn url(common: &CommonFormats, random: &mut Random) -> String {
    let scheme = random.pick(&["https://", "https://", "http://", ""]);
    format!("{scheme}{}{}", random.pick(&common.hosts), one_of(&common.paths, random))
}

/// An IPv4 address of a private network or of one reserved for documentation (RFC 1918, RFC 5737).
pub(crate) fn ip(common: &CommonFormats, random: &mut Random) -> String {
    let mut address = random.pick(&common.addresses).clone();
    while address.split('.').count() < 4 {
        address = format!("{address}.{}", random.between(1, 254));
    }
    address
}

/// A card number that passes the Luhn check (ISO/IEC 7812-1), from a range processors use for tests.
pub(crate) fn card(common: &CommonFormats, random: &mut Random) -> String {
    let mut digits = format!("{}{}", random.pick(&common.test_cards), pattern("___", random));
    digits.push(luhn_digit(&digits));
    let separator = *random.pick(&["", " ", "-"]);
    in_fours(&digits, separator)
}

fn luhn_digit(digits: &str) -> char {
    let sum: u32 = digits
        .chars()
        .rev()
        .filter_map(|character| character.to_digit(10))
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit) {
            (0, 5..) => digit * 2 - 9,
            (0, _) => digit * 2,
            _ => digit,
        })
        .sum();
    digit((10 - sum as usize % 10) % 10)
}

/// An account number with right check digits (ISO 13616).
pub(crate) fn iban(formats: &LanguageFormats, random: &mut Random) -> String {
    let [country, account] = random.pick(&formats.accounts);
    let account = pattern(account, random);
    let whole = format!("{country}{:02}{account}", iban_check(country, &account));
    in_fours(&whole, if random.chance(60) { " " } else { "" })
}

fn iban_check(country: &str, account: &str) -> u32 {
    let remainder = format!("{account}{country}00").chars().fold(0, |remainder, character| {
        let value = character.to_digit(36).unwrap_or(0);
        let shift = if value > 9 { 100 } else { 10 };
        (remainder * shift + value) % 97
    });
    98 - remainder
}

fn in_fours(text: &str, separator: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let groups: Vec<String> = characters.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join(separator)
}

/// A telephone number.
pub(crate) fn phone(formats: &LanguageFormats, random: &mut Random) -> String {
    let number = one_of(&formats.phones, random);
    in_digits_of(formats, number, random)
}

/// An amount of money with its currency.
pub(crate) fn price(formats: &LanguageFormats, random: &mut Random) -> String {
    let [shape, thousands, decimal] = random.pick(&formats.prices);
    let whole = match random.below(3) {
        0 => random.between(9, 99),
        1 => random.between(10, 99) * 10,
        _ => random.between(20, 999) * 50,
    };
    let mut amount = match whole {
        1000.. => format!("{}{thousands}{:03}", whole / 1000, whole % 1000),
        _ => whole.to_string(),
    };
    if random.chance(40) {
        amount = format!("{amount}{decimal}{:02}", random.pick(&[0, 0, 50, 90, 95, 99]));
    }
    in_digits_of(formats, shape.replace('A', &amount), random)
}

/// A day of the years 2022 to 2026.
pub(crate) fn date(formats: &LanguageFormats, random: &mut Random) -> String {
    let (day, month) = (random.between(1, 28), random.between(1, 12));
    let year = random.between(2022, 2026);
    let written = spell(random.pick::<String>(&formats.dates), |symbol| match symbol {
        'D' => Some(day.to_string()),
        'T' => Some(format!("{day:02}")),
        'M' => Some(month.to_string()),
        'Z' => Some(format!("{month:02}")),
        'N' => formats.months.get(month - 1).cloned(),
        'Y' => Some(year.to_string()),
        _ => None,
    });
    in_digits_of(formats, written, random)
}

/// A time of a working day.
pub(crate) fn time(formats: &LanguageFormats, random: &mut Random) -> String {
    let hour = random.between(7, 18);
    let minute = random.pick(&[0, 0, 15, 30, 30, 45, 10, 20, 40, 5]);
    let [before_noon, after_noon] = &formats.noon;
    let written = spell(random.pick::<String>(&formats.times), |symbol| match symbol {
        'H' => Some(hour.to_string()),
        'K' => Some(((hour + 11) % 12 + 1).to_string()),
        'M' => Some(format!("{minute:02}")),
        'P' => Some(if hour < 12 { before_noon } else { after_noon }.clone()),
        _ => None,
    });
    in_digits_of(formats, written, random)
}

/// Writes a pattern whose symbols stand for words; what `word` does not know stays as it is.
fn spell(pattern: &str, word: impl Fn(char) -> Option<String>) -> String {
    pattern.chars().map(|symbol| word(symbol).unwrap_or_else(|| symbol.to_string())).collect()
}

/// One in six people who could writes Arabic-Indic digits.
fn in_digits_of(formats: &LanguageFormats, text: String, random: &mut Random) -> String {
    if !formats.indic_digits || !random.chance(16) {
        return text;
    }
    let indic = |character: char| {
        character.to_digit(10).and_then(|digit| char::from_u32(0x660 + digit)).unwrap_or(character)
    };
    text.chars().map(indic).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::files::{FORMATS, Language};
    use crate::formats::Formats;

    const LANGUAGES: [Language; 5] = [
        Language::English,
        Language::French,
        Language::Arabic,
        Language::German,
        Language::Spanish,
    ];

    fn formats() -> Formats {
        toml::from_str(FORMATS).unwrap()
    }

    #[test]
    fn check_digits_are_those_of_known_numbers() {
        for (digits, check) in
            [("424242424242424", '2'), ("411111111111111", '1'), ("555555555555444", '4')]
        {
            assert_eq!(luhn_digit(digits), check, "{digits}");
        }
        for (country, account, check) in [
            ("GB", "WEST12345698765432", 82),
            ("DE", "370400440532013000", 89),
            ("SA", "80000000608010167519", 3),
        ] {
            assert_eq!(iban_check(country, account), check, "{country}");
        }
    }

    #[test]
    fn patterns_keep_what_is_no_symbol() {
        let filled = pattern("A-^_~%", &mut Random::named(&[b"seed"]));
        let characters: Vec<char> = filled.chars().collect();
        assert!(filled.starts_with("A-") && characters.len() == 6, "{filled}");
        assert!(characters[2] != '0' && characters[4].is_ascii_uppercase(), "{filled}");
    }

    #[test]
    fn dates_and_times_spell_every_symbol() {
        let formats = formats();
        let mut random = Random::named(&[b"dates"]);
        for language in LANGUAGES {
            let formats = formats.of(language);
            for _ in 0..200 {
                let (date, time) = (date(formats, &mut random), time(formats, &mut random));
                for word in date.split(|character: char| !character.is_alphabetic()) {
                    let known = ["", "de"].contains(&word)
                        || formats.months.iter().any(|month| month == word);
                    assert!(known, "{date}");
                }
                for word in time.split(|character: char| !character.is_alphabetic()) {
                    let known =
                        ["", "Uhr"].contains(&word) || formats.noon.iter().any(|noon| noon == word);
                    assert!(known || language == Language::Spanish && word == "h", "{time}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn cards_and_accounts_pass_their_checks(seed in any::<[u8; 8]>()) {
            let formats = formats();
            let mut random = Random::named(&[&seed]);
            let card: String = card(&formats.common, &mut random).chars().filter(char::is_ascii_digit).collect();
            prop_assert_eq!(card.len(), 16);
            prop_assert!(card.ends_with(luhn_digit(&card[..15])));
            for language in LANGUAGES {
                let iban = iban(formats.of(language), &mut random).replace(' ', "");
                let rearranged = format!("{}{}", &iban[4..], &iban[..4]);
                let remainder = rearranged.chars().fold(0, |remainder, character| {
                    let value = character.to_digit(36).unwrap();
                    (remainder * if value > 9 { 100 } else { 10 } + value) % 97
                });
                prop_assert_eq!(remainder, 1, "{}", iban);
            }
        }
    }
}
