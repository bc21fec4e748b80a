//! How the values that words announce are written, and how far one reaches.

use super::{date, password_form, spelled_date};
use crate::neighbours;

/// The way a value is written.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form {
    /// At least and at most so many digits, in groups or not.
    Digits(usize, usize),
    /// At least and at most so many letters and digits, four of them digits; in a row of capitals, two.
    Code(usize, usize),
    /// `L` a letter, `N` a digit, `A` either, `C` a capital, `D` a capital or a digit; signs and single spaces may stand in between.
    Shape(&'static str),
    /// Two letters, two digits, and groups of four or none.
    Iban,
    /// A day, month and year in any usual order, with figures or the name of the month.
    Date,
    /// The same, perhaps behind a place or a person: `né à Lyon le …`.
    BirthDate,
    /// A day behind somebody's child or wife: with a year in which one is born.
    OfKin,
    /// What a keypad takes: digits and capitals with a `#` or a star.
    Keypad,
    /// A month and a year.
    Expiry,
    /// What somebody chose as a password.
    Password,
    /// A password behind its user: letters and digits mixed.
    Login,
    /// An e-mail address without its signs: `jane 88 examplecom`.
    Unsigned,
    /// At least so many characters of a key, letters and digits mixed.
    Key(usize),
}

/// No value reaches further, so that reading costs the same in any text.
pub(super) const LONGEST: usize = 160;

/// From so many digits on, a group is a number of its own: what follows a space belongs to something else.
const WHOLE_GROUP: usize = 7;

/// Numbers of so many digits or more are grouped in any way.
const LONG_NUMBER: usize = 10;

impl Form {
    /// The end of the value that begins `text`, in bytes.
    pub(super) fn end(self, text: &str) -> Option<usize> {
        let text = &text[..text.floor_char_boundary(LONGEST)];
        let end = match self {
            Self::Digits(least, most) => {
                digits(text, least, most).filter(|end| !is_whole_date(text, *end))
            }
            Self::Code(least, most) => code(text, least, most),
            Self::Shape(shape) => self::shape(text, shape.as_bytes()),
            Self::Iban => iban(text),
            Self::Date => date::day(text),
            Self::BirthDate if !date::may_begin(text) => None,
            Self::BirthDate => date::day(text)
                .or_else(|| date::islamic_day(text).map(|end| end + date::era(&text[end..])))
                .or_else(|| spelled_date::day(text))
                .or_else(|| date::short(text)),
            Self::OfKin => date::day(text).filter(|end| date::is_of_birth(&text[..*end], 2021)),
            Self::Keypad => keypad(text),
            Self::Expiry => date::month(text),
            Self::Password => return password_form::password(text),
            Self::Login => return password_form::login(text),
            Self::Unsigned => unsigned(text),
            Self::Key(least) => key(text, least),
        }?;
        is_free_behind(&text[end..]).then_some(end)
    }
}

/// Whether a value may end before `rest`: no letter, digit or sign goes on with it.
fn is_free_behind(rest: &str) -> bool {
    let mut behind = rest.chars();
    match behind.next() {
        Some('@' | '_' | '%' | '€' | '$' | '£' | '\\') => false,
        Some('.' | ',' | ':' | '/' | '-') => !behind.next().is_some_and(|c| c.is_ascii_digit()),
        next => !next.is_some_and(neighbours::continues_token),
    }
}

/// `12/03/2024` is no number.
pub(super) fn is_whole_date(text: &str, end: usize) -> bool {
    // A day and a year have so many digits.
    let has_digits = || text[..end].bytes().filter(u8::is_ascii_digit).count() >= 3;
    end == "12/03/2024".len() && has_digits() && date::day(text) == Some(end)
}

fn digits(text: &str, least: usize, most: usize) -> Option<usize> {
    let (mut at, mut count, mut best) = (0, 0, None);
    loop {
        let group = text[at..].bytes().take_while(u8::is_ascii_digit).count();
        if group == 0 || count + group > most {
            return best;
        }
        (at, count) = (at + group, count + group);
        if count >= least {
            best = Some(at);
        }
        // A line may end inside a number that is not whole yet.
        let signs: &[u8] = if count < least { b" -./\n" } else { b" -./" };
        let sign = text[at..].bytes().take_while(|byte| signs.contains(byte)).count();
        let spaced = text[at..].starts_with(' ');
        // A long number of a person is not whole yet, however it is grouped.
        let is_whole = group >= WHOLE_GROUP && (count >= least || least < LONG_NUMBER);
        if sign != 1 || (spaced && (is_whole || starts_amount(&text[at + 1..]))) {
            return best;
        }
        at += sign;
    }
}

/// `12.50`, `1,000`: what follows a number is an amount, not more of it.
fn starts_amount(text: &str) -> bool {
    let figures = text.bytes().take_while(u8::is_ascii_digit).count();
    matches!(text.as_bytes().get(figures), Some(b'.' | b',' | b'/' | b':'))
        && text.as_bytes().get(figures + 1).is_some_and(u8::is_ascii_digit)
}

fn code(text: &str, least: usize, most: usize) -> Option<usize> {
    let (mut at, mut count, mut figures, mut best) = (0, 0, 0, None);
    loop {
        let part = text[at..].bytes().take_while(u8::is_ascii_alphanumeric).count();
        let part_figures = text[at..at + part].bytes().filter(u8::is_ascii_digit).count();
        // Behind a space a word goes on with the sentence; digits, or capitals with digits, with the value.
        let goes_on = at == 0
            || !text[..at].ends_with(' ')
            || (part_figures > 0 && !text[at..at + part].bytes().any(|b| b.is_ascii_lowercase()))
            || part_figures == part;
        if part == 0 || !goes_on || count + part > most {
            return best;
        }
        (at, count, figures) = (at + part, count + part, figures + part_figures);
        // Few digits are enough in one row of capitals.
        let row = &text[..at];
        let is_row = row.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        if count >= least && (figures >= 4 || figures >= 2 && is_row) {
            best = Some(at);
        }
        let sign = text[at..].bytes().take_while(|byte| b" -./".contains(byte)).count();
        let whole = text[at..].starts_with(' ') && figures >= WHOLE_GROUP;
        // `has 12345678`
        let word = figures == 0 && text[at..].starts_with(' ') && is_word(row);
        if sign != 1 || whole || word {
            return best;
        }
        at += sign;
    }
}

fn keypad(text: &str) -> Option<usize> {
    let is_key =
        |byte: &u8| byte.is_ascii_digit() || byte.is_ascii_uppercase() || b"#*".contains(byte);
    let length = text.bytes().take_while(is_key).count();
    let figures = text[..length].bytes().filter(u8::is_ascii_digit).count();
    let starts = text.starts_with(|c: char| c.is_ascii_alphanumeric());
    (starts && (4..=9).contains(&length) && figures >= 3).then_some(length)
}

fn is_word(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_lowercase())
}

fn shape(text: &str, shape: &[u8]) -> Option<usize> {
    let mut at = 0;
    for (place, class) in shape.iter().enumerate() {
        let signs = text[at..].bytes().take(2).take_while(|byte| b" -./\n".contains(byte)).count();
        if place > 0 {
            at += signs;
        }
        let byte = *text.as_bytes().get(at)?;
        let fits = match class {
            b'L' => byte.is_ascii_alphabetic(),
            b'N' => byte.is_ascii_digit(),
            b'C' => byte.is_ascii_uppercase(),
            b'D' => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
            _ => byte.is_ascii_alphanumeric(),
        };
        if !fits {
            return None;
        }
        at += 1;
    }
    Some(at)
}

fn unsigned(text: &str) -> Option<usize> {
    let mut end = 0;
    for (place, word) in text.split(' ').take(3).enumerate() {
        let length = word.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let is_whole = length == word.len();
        let word = &word[..length];
        let begins = end + usize::from(place > 0);
        end = begins + length;
        let is_domain = ["com", "net", "org", "edu", "gov"].iter().any(|top| word.ends_with(top));
        if is_domain && (word.len() > 6 || place > 0) {
            return Some(end);
        }
        if word.is_empty()
            || !is_whole
            || place == 1 && !word.bytes().all(|byte| byte.is_ascii_digit())
        {
            return None;
        }
    }
    None
}

fn iban(text: &str) -> Option<usize> {
    let (mut at, mut count) = (0, 0);
    loop {
        let group = text[at..].bytes().take_while(u8::is_ascii_alphanumeric).count();
        let part = &text[at..at + group];
        let goes_on = at == 0 || !part.bytes().all(|byte| byte.is_ascii_lowercase());
        if group == 0 || !goes_on {
            at = text[..at].trim_end_matches([' ', '-']).len();
            break;
        }
        (at, count) = (at + group, count + group);
        if group != 4 || !text[at..].starts_with([' ', '-']) {
            break;
        }
        at += 1;
    }
    (15..=34).contains(&count).then_some(at)
}

fn key(text: &str, least: usize) -> Option<usize> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "+/_=-.~".contains(c);
    let end = text.find(|c| !is_part(c)).unwrap_or(text.len());
    let value = text[..end].trim_end_matches('.');
    let has = |test: fn(&u8) -> bool| value.bytes().any(|byte| test(&byte));
    (value.len() >= least && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic))
        .then_some(value.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(form: Form, text: &str) -> Option<&str> {
        form.end(text).map(|end| &text[..end])
    }

    #[test]
    fn an_address_without_its_signs_reads_whole_words() {
        assert_eq!(read(Form::Unsigned, "jane 88 examplecom, x"), Some("jane 88 examplecom"));
        assert_eq!(read(Form::Unsigned, "so\u{1}. com"), None);
    }

    #[test]
    fn a_number_ends_where_another_begins() {
        let account = Form::Digits(4, 17);
        assert_eq!(read(account, "12-34-56 78901234"), Some("12-34-56 78901234"));
        assert_eq!(read(account, "9887 4577 3567 and"), Some("9887 4577 3567"));
        assert_eq!(read(account, "12345678 1000 dollars"), Some("12345678"));
        assert_eq!(read(account, "4821 12.50 left"), Some("4821"));
        assert_eq!(read(account, "12.50"), Some("12.50"));
        assert_eq!(read(account, "4821%"), None);
    }

    #[test]
    fn a_code_has_digits_and_ends_before_a_word() {
        let code = Form::Code(6, 12);
        assert_eq!(read(code, "C01X00T47 expired"), Some("C01X00T47"));
        assert_eq!(read(code, "AB 123456 is"), Some("AB 123456"));
        assert_eq!(read(code, "renewal2"), None);
    }

    #[test]
    fn words_are_no_passwords() {
        for (text, password) in [
            ("hunter2, thanks", Some("hunter2")),
            ("Sommer-2024! bitte", Some("Sommer-2024!")),
            ("correctHorse.", Some("correctHorse")),
            ("expired", None),
            ("abgelaufen!", None),
            ("reset/unlock", None),
        ] {
            assert_eq!(read(Form::Password, text), password, "{text}");
        }
    }
}
