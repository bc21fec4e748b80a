//! What touches a value on its left and right. Cheaper than `\b`, and right for scripts without spaces.

/// The character just before byte `at`.
pub(crate) fn before(text: &str, at: usize) -> Option<char> {
    text[..at].chars().next_back()
}

/// The character at byte `at`.
pub(crate) fn after(text: &str, at: usize) -> Option<char> {
    text[at..].chars().next()
}

/// A letter of the Latin script or an ASCII digit: what makes one token together with an ASCII value.
///
/// Arabic glues its prepositions to what follows, so letters of other scripts touch without belonging.
pub(crate) fn continues_token(character: char) -> bool {
    character.is_ascii_alphanumeric() || is_latin(character)
}

/// A non-ASCII letter of the Latin script.
pub(crate) fn is_latin(character: char) -> bool {
    matches!(character, 'À'..='ʯ' | '\u{300}'..='\u{36f}' | 'Ḁ'..='ỿ')
        && !matches!(character, '×' | '÷')
}

/// Whether `character` is a letter of any script; those that tickets are written in are not looked up in the tables of all.
pub(crate) fn is_alphabetic(character: char) -> bool {
    match character {
        '\0'..='\x7f' => character.is_ascii_alphabetic(),
        'À'..='ʯ' => !matches!(character, '×' | '÷'),
        'А'..='я' | '\u{620}'..='\u{64a}' => true,
        '\u{660}'..='\u{66d}' | '\u{6f0}'..='\u{6f9}' => false,
        _ => character.is_alphabetic(),
    }
}

/// The same with the digits of any script.
pub(crate) fn is_alphanumeric(character: char) -> bool {
    is_alphabetic(character)
        || match character {
            '\u{660}'..='\u{669}' | '\u{6f0}'..='\u{6f9}' => true,
            _ => character.is_numeric(),
        }
}

/// Whether `start..end` stands free of token characters and underscores on both sides.
pub(crate) fn stands_free(text: &str, start: usize, end: usize) -> bool {
    let touches =
        |character: Option<char>| character.is_some_and(|c| continues_token(c) || c == '_');
    !touches(before(text, start)) && !touches(after(text, end))
}

/// The word of letters that ends at byte `at`, at most 24 characters of it.
pub(crate) fn word_before(text: &str, at: usize) -> &str {
    let start = text[..at]
        .char_indices()
        .rev()
        .take(24)
        .take_while(|(_, character)| is_alphabetic(*character))
        .last()
        .map_or(at, |(start, _)| start);
    &text[start..at]
}

/// The word of letters that `text` begins with, at most 24 characters of it.
pub(crate) fn word_after(text: &str) -> &str {
    let end = text.char_indices().take(24).find(|(_, character)| !is_alphabetic(*character));
    let end = end.or_else(|| text.char_indices().nth(24)).map_or(text.len(), |(end, _)| end);
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_those_of_unicode() {
        for character in '\0'..=char::MAX {
            assert_eq!(is_alphabetic(character), character.is_alphabetic(), "{character:?}");
            assert_eq!(is_alphanumeric(character), character.is_alphanumeric(), "{character:?}");
        }
    }
}
