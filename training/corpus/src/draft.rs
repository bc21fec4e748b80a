//! A text in the making: it remembers which characters somebody typed and which are values.

/// A character and where it came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Letter {
    pub(crate) character: char,
    /// Typed by hand, so that it may be mistyped; values and signatures are not.
    pub(crate) typed: bool,
}

/// A text in the making.
#[derive(Debug, Clone, Default)]
pub(crate) struct Draft {
    pub(crate) letters: Vec<Letter>,
}

impl Draft {
    pub(crate) fn push(&mut self, text: &str, typed: bool) {
        self.letters.extend(text.chars().map(|character| Letter { character, typed }));
    }

    pub(crate) fn append(&mut self, other: Self) {
        self.letters.extend(other.letters);
    }

    pub(crate) fn text(&self) -> String {
        self.letters.iter().map(|letter| letter.character).collect()
    }

    pub(crate) fn has_lines(&self) -> bool {
        self.letters.iter().any(|letter| letter.character == '\n')
    }

    /// Replaces every letter by what `spell` makes of its character.
    pub(crate) fn respell<I: IntoIterator<Item = char>>(&mut self, spell: impl Fn(char) -> I) {
        let respelt = self.letters.iter().flat_map(|letter| {
            spell(letter.character)
                .into_iter()
                .map(|character| Letter { character, typed: letter.typed })
        });
        self.letters = respelt.collect();
    }

    /// Removes what an empty choice leaves behind: doubled spaces, spaces at the ends of lines and before a comma or a
    /// full stop. A value that ends with a full stop, as `24.12.` does, ends its sentence too.
    pub(crate) fn tidy(&mut self) {
        let mut kept: Vec<Letter> = Vec::with_capacity(self.letters.len());
        for (index, letter) in self.letters.iter().enumerate() {
            let next = self.letters.get(index + 1).map_or('\n', |letter| letter.character);
            let after_space = kept.last().is_none_or(|last| last.character.is_whitespace());
            let ends_a_clause = matches!(letter.character, ',' | '.' | '،') && next.is_whitespace();
            let repeats_stop = letter.character == '.'
                && letter.typed
                && kept.last().is_some_and(|last| last.character == '.' && !last.typed);
            if (letter.character == ' ' && after_space) || repeats_stop {
                continue;
            }
            if letter.character == '\n' || ends_a_clause {
                while kept.last().is_some_and(|last| last.character == ' ') {
                    kept.pop();
                }
            }
            kept.push(*letter);
        }
        while kept.last().is_some_and(|last| last.character.is_whitespace()) {
            kept.pop();
        }
        self.letters = kept;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_choices_leave_no_trace() {
        for (text, tidied) in [
            (" VPN  from home ", "VPN from home"),
            ("broken , again .", "broken, again."),
            ("one  \n two", "one\ntwo"),
            ("cassé ! (.pst)", "cassé ! (.pst)"),
        ] {
            let mut draft = Draft::default();
            draft.push(text, true);
            draft.tidy();
            assert_eq!(draft.text(), tidied, "{text}");
        }
    }
}
