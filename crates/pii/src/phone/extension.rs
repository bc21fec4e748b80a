//! `ext. 4521`, `poste 123`, `x11`: the extension directly behind a telephone number.

use regex::Regex;

pub(super) struct Extension(Regex);

/// The bytes of the signs before it, of which the Arabic comma has two.
const MOST_SIGNS: usize = 8;

/// An extension takes no more bytes than this, its digits in any script folded before.
const LONGEST: usize = 40;

impl Extension {
    pub(super) fn new() -> Self {
        let pattern = r"^[ ,;/]{0,3}(?:\(|- ?)?(?i-u:extension|extn|ext|x|poste|durchwahl|dw|interno|int|anexo|apparat|app)[ .:#-]{0,3}[0-9]{1,6}\)?";
        let arabic = r"^[ ,;،/-]{0,4}(?:تحويل[ةه]|داخلي)[ .:#-]{0,3}[0-9]{1,6}";
        Self(Regex::new(&format!("{pattern}|{arabic}")).expect("the pattern is constant"))
    }

    /// The end of the extension that begins at byte `at`, if one does.
    pub(super) fn end(&self, text: &str, at: usize) -> Option<usize> {
        if !may_begin(&text[at..]) {
            return None;
        }
        let limit = text.floor_char_boundary((at + LONGEST).min(text.len()));
        let found = self.0.find(&text[at..limit])?;
        let closes = found.as_str().ends_with(')') && !found.as_str().contains('(');
        let end = at + found.end() - usize::from(closes);
        let continues = text[end..].starts_with(|c: char| c.is_ascii_alphanumeric());
        (!continues).then_some(end)
    }
}

/// Whether what [`Extension`]'s patterns begin with stands at the start of `rest`: cheaper than asking them.
fn may_begin(rest: &str) -> bool {
    let sign = rest.trim_start_matches([' ', ',', ';', '/', '،', '-']);
    let signs = rest.len() - sign.len();
    signs <= MOST_SIGNS
        && sign.starts_with([
            '(', 'e', 'E', 'x', 'X', 'p', 'P', 'd', 'D', 'i', 'I', 'a', 'A', 'ت', 'د',
        ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stands_directly_behind_the_number() {
        let extension = Extension::new();
        for text in
            ["x818", " ext. 4521", ", poste 123", " - Durchwahl -12", " (ext 12)", " تحويلة 12"]
        {
            assert_eq!(extension.end(text, 0), Some(text.len()), "{text}");
        }
        assert_eq!(extension.end(" x12)", 0), Some(4));
        for text in [" text 12", " and ext 4", " ext four", " x64bit", " x1234567"] {
            assert_eq!(extension.end(text, 0), None, "{text}");
        }
    }
}
