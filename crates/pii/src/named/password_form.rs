//! How passwords are written.

use super::form::{LONGEST, is_whole_date};
use crate::word_set::WordSet;

/// A password stands in quotes, or is one word with a digit, a sign or a capital inside: `expired` is none.
pub(super) fn password(text: &str) -> Option<usize> {
    let end = text.find(|c: char| c.is_whitespace() || c.is_control()).unwrap_or(text.len());
    let value = text[..end].trim_end_matches(['.', ',', ';', ')', '"', '\'', '»', '”', '?', '،']);
    let value = if value.len() < 4 && end <= 12 { &text[..end] } else { value };
    // What stands in brackets is no password for that.
    let inside = value.trim_end_matches('!').trim_start_matches('(');
    let odd = |c: char| {
        !c.is_alphabetic() && !matches!(c, '-' | '\'' | '’' | '/' | '!' | '.' | ',' | ':' | '…')
    };
    let mixed =
        inside.chars().skip(1).any(char::is_uppercase) && inside.chars().any(char::is_lowercase);
    let odd = inside.chars().any(odd) || mixed;
    let is_masked = !value.contains(char::is_alphanumeric) || is_whole_date(value, value.len());
    (value.chars().count() >= 4 && odd && !is_masked).then_some(value.len())
}

/// The end of the words in quotes whose opening quote ends `head` and which begin `text`: any may be a password.
pub(super) fn quoted(head: &str, text: &str) -> Option<usize> {
    let close = match head.chars().next_back()? {
        '"' => '"',
        '“' => '”',
        '«' => '»',
        _ => return None,
    };
    let text = &text[..text.floor_char_boundary(LONGEST)];
    let end = text.find(|c: char| c == close || c.is_control())?;
    let inside = text[..end].trim_end();
    (inside.chars().count() >= 4 && text[end..].starts_with(close)).then_some(inside.len())
}

/// A password that nothing but its place shows.
pub(super) fn login(text: &str) -> Option<usize> {
    let end = password(text)?;
    let value = &text[..end];
    let is_mixed =
        value.contains(|c: char| c.is_ascii_digit()) && value.contains(char::is_alphabetic);
    (is_mixed && end >= SHORTEST_IN_PAIR && !value.contains('/')).then_some(end)
}

/// No password behind a user has fewer bytes.
const SHORTEST_IN_PAIR: usize = 6;

/// What is said of a password behind a colon: `Password: expired`.
static STATES: WordSet = WordSet::new(
    " expired forgotten forgot lost wrong invalid incorrect unknown reset changed same none required optional missing \
    empty yes weak strong blocked locked denied accepted correct working unchanged abgelaufen vergessen falsch ungültig unbekannt \
    gesperrt geändert keine kein leer oublié expiré perdu erroné incorrect invalide inconnu bloqué changé refusé aucun olvidada \
    caducada incorrecta bloqueada perdida ninguna منسية خاطئة منتهية مرفوضة غير خطأ ",
);

/// The end of the one word of letters behind the sign that ends `head`, if its line ends with it: `Password: sunshine`.
pub(super) fn alone(head: &str, text: &str) -> Option<usize> {
    let head = head.trim_end_matches(' ');
    let text = &text[..text.floor_char_boundary(LONGEST)];
    let end = text.find(|c: char| !c.is_alphabetic() && c != '-').unwrap_or(text.len());
    let word = &text[..end];
    let behind = text[end..].trim_start_matches([',', '.', ';', ' ']);
    let is_alone = behind.is_empty() || behind.starts_with(['\n', '\r']);
    if !head.ends_with([':', '=']) || !is_alone || end < 4 {
        return None;
    }
    (!STATES.holds(word)).then_some(end)
}
