//! What a policy looks at.

/// What is known of a ticket before a model has seen it.
#[derive(Debug, Clone, PartialEq)]
pub struct Signals {
    /// ISO 639-1 code, or `und`.
    pub language: String,
    /// How sure that is, 0 to 1.
    pub language_confidence: f32,
    /// How complex the ticket is, 0 to 1; see [`complexity`].
    pub complexity: f32,
}

/// Words at which a ticket counts as fully long: nine in ten tickets of internal help desks are shorter.
const LONG_WORDS: f32 = 150.0;

/// The complexity of a ticket's text (personal data cut out), 0 to 1.
///
/// `0.6 · length + 0.2 · script mix + 0.2 · code`, each from 0 to 1: words against 150; letters outside the main script (Latin
/// or not), doubled so that half and half is 1; white-space separated pieces that hold a symbol of code or a log.
pub fn complexity(text: &str) -> f32 {
    let mut pieces = 0u32;
    let mut code = 0u32;
    let (mut latin, mut other) = (0u32, 0u32);
    for piece in text.split_whitespace() {
        pieces += 1;
        code += u32::from(piece.contains(['{', '}', '<', '>', '=', '\\', '_', ';', '|']));
        for letter in piece.chars().filter(|character| character.is_alphabetic()) {
            if is_latin(letter) { latin += 1 } else { other += 1 }
        }
    }
    let length = (pieces as f32 / LONG_WORDS).min(1.0);
    let mix = 2.0 * share(latin.min(other), latin + other);
    0.6 * length + 0.2 * mix + 0.2 * share(code, pieces)
}

fn is_latin(letter: char) -> bool {
    matches!(letter, 'A'..='Z' | 'a'..='z' | '\u{aa}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' | '\u{ff21}'..='\u{ff5a}')
}

fn share(part: u32, whole: u32) -> f32 {
    if whole == 0 { 0.0 } else { part as f32 / whole as f32 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn length_script_mix_and_code_add_up() {
        assert!(complexity("") == 0.0);
        let plain = complexity("my printer is broken");
        let log = complexity("my printer is {status=0} broken");
        let mixed = complexity("طابعتي printer معطلة");
        assert!(plain < 0.02 && log > plain && mixed > plain, "{plain} {log} {mixed}");
        assert!((complexity(&"word ".repeat(500)) - 0.6).abs() < 1e-6);
    }

    proptest! {
        #[test]
        fn stays_between_zero_and_one(text in "\\PC{0,200}") {
            let complexity = complexity(&text);
            prop_assert!((0.0..=1.0).contains(&complexity));
        }
    }
}
