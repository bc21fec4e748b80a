//! The text as recognisers see it, with a way back to the caller's text.
//!
//! People write the same number with Arabic, full-width or ASCII digits, with plain or non-breaking spaces, and with
//! invisible direction marks in between. The shadow writes all of that one way, so that recognisers need to know ASCII
//! only. Places that are already known (literal placeholders, values found before) become one [`FILLER`] each: a value
//! and its placeholder therefore have the same shadow.

use std::ops::Range;

/// Stands for a place that is already known; no recogniser reads across it.
pub(crate) const FILLER: char = '\u{1}';

/// A text in recognisable form.
pub(crate) struct Shadow {
    text: String,
    /// Where a stretch of the shadow starts in the source; inside a stretch, both advance byte for byte.
    stretches: Vec<Stretch>,
}

struct Stretch {
    shadow: usize,
    source: usize,
    source_end: usize,
    /// One ASCII character here stands for all of the source stretch.
    replaced: bool,
}

impl Stretch {
    fn source_of(&self, at: usize) -> usize {
        self.source + (at - self.shadow)
    }
}

impl Shadow {
    /// Builds the shadow of `source`; `blanks` are sorted, disjoint byte ranges of it that are already known.
    pub(crate) fn of(source: &str, blanks: &[Range<usize>]) -> Self {
        let mut shadow = Self { text: String::with_capacity(source.len()), stretches: Vec::new() };
        let mut from = 0;
        for blank in blanks {
            shadow.push_folded(source, from..blank.start);
            shadow.push_replaced(FILLER, blank.clone());
            from = blank.end;
        }
        shadow.push_folded(source, from..source.len());
        shadow
    }

    /// The text to recognise in.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The byte range of the source that a non-empty byte range of the shadow stands for.
    pub(crate) fn source(&self, range: Range<usize>) -> Range<usize> {
        let last = self.text[..range.end].char_indices().next_back().map_or(0, |(at, _)| at);
        let start = self.stretch(range.start).map_or(0, |stretch| stretch.source_of(range.start));
        let end = self.stretch(last).map_or(0, |stretch| {
            if stretch.replaced {
                stretch.source_end
            } else {
                stretch.source_of(last) + (range.end - last)
            }
        });
        start..end.max(start)
    }

    fn stretch(&self, at: usize) -> Option<&Stretch> {
        let behind = self.stretches.partition_point(|stretch| stretch.shadow <= at);
        self.stretches.get(behind.checked_sub(1)?)
    }

    fn push_folded(&mut self, source: &str, range: Range<usize>) {
        let mut plain_from = range.start;
        let part = &source[range.clone()];
        if !part.is_ascii() {
            for (at, character) in part.char_indices() {
                let form = if character.is_ascii() { Form::Same } else { form(character) };
                if form != Form::Same {
                    self.push_plain(source, plain_from..range.start + at);
                    plain_from = range.start + at + character.len_utf8();
                }
                if let Form::Ascii(ascii) = form {
                    self.push_replaced(ascii, range.start + at..plain_from);
                }
            }
        }
        self.push_plain(source, plain_from..range.end);
    }

    fn push_plain(&mut self, source: &str, range: Range<usize>) {
        if !range.is_empty() {
            let (shadow, text) = (self.text.len(), &source[range.clone()]);
            self.stretches.push(Stretch {
                shadow,
                source: range.start,
                source_end: range.end,
                replaced: false,
            });
            self.text.push_str(text);
        }
    }

    fn push_replaced(&mut self, ascii: char, range: Range<usize>) {
        let shadow = self.text.len();
        self.stretches.push(Stretch {
            shadow,
            source: range.start,
            source_end: range.end,
            replaced: true,
        });
        self.text.push(ascii);
    }
}

/// How a character appears in the shadow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Same,
    Invisible,
    Ascii(char),
}

/// Whether a recogniser sees a digit or an ASCII sign in `character`: neither letter nor white space.
pub(crate) fn is_digit_or_sign(character: char) -> bool {
    let seen = match form(character) {
        Form::Ascii(ascii) => ascii,
        Form::Same | Form::Invisible => character,
    };
    seen.is_ascii() && !seen.is_ascii_alphabetic() && !seen.is_ascii_whitespace()
}

/// The first digit of every block of ten decimal digits people type tickets with.
const ZEROS: [char; 12] = ['٠', '۰', '߀', '०', '০', '੦', '૦', '௦', '౦', '೦', '๐', '０'];

fn form(character: char) -> Form {
    match character {
        '\u{ad}'
        | '\u{61c}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'
        | '\u{2066}'..='\u{2069}'
        | '\u{feff}' => Form::Invisible,
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => {
            Form::Ascii(' ')
        }
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' => Form::Ascii('-'),
        '\u{66b}' | '\u{b7}' | '\u{2022}' | '\u{2219}' => Form::Ascii('.'),
        '\u{66c}' => Form::Ascii(','),
        _ => digit(character).or_else(|| full_width(character)).map_or(Form::Same, Form::Ascii),
    }
}

fn digit(character: char) -> Option<char> {
    let zero = ZEROS.iter().rev().find(|&&zero| zero <= character)?;
    char::from_digit(u32::from(character) - u32::from(*zero), 10)
}

fn full_width(character: char) -> Option<char> {
    let wide = matches!(character, '\u{ff01}'..='\u{ff5e}');
    wide.then(|| char::from_u32(u32::from(character) - 0xff01 + 0x21)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn digits_spaces_and_dashes_become_ascii() {
        let shadow = Shadow::of("رقم ٠٥٠\u{a0}۱۲\u{2011}３\u{200f}4＠", &[]);
        assert_eq!(shadow.text(), "رقم 050 12-34@");
    }

    #[test]
    fn leads_back_to_the_source() {
        let source = "رقم \u{200f}٠٥٠\u{200f}!";
        let shadow = Shadow::of(source, &[]);
        let at = shadow.text().find("050").unwrap();
        assert_eq!(&source[shadow.source(at..at + 3)], "٠٥٠");
    }

    #[test]
    fn blanks_become_one_filler() {
        let source = "a [X_1] b";
        let blanks: Vec<_> =
            switchboard_text::placeholder::find(source).map(|found| found.range).collect();
        let shadow = Shadow::of(source, &blanks);
        assert_eq!(shadow.text(), "a \u{1} b");
        assert_eq!(shadow.source(2..3), 2..7);
        assert_eq!(shadow.source(4..5), 8..9);
    }

    proptest! {
        #[test]
        fn every_character_leads_back_to_its_own_source(source in "[a٠é\u{200f}\u{a0}🙂 ]{0,20}") {
            let shadow = Shadow::of(&source, &[]);
            for (at, character) in shadow.text().char_indices() {
                let back = &source[shadow.source(at..at + character.len_utf8())];
                let folded = Shadow::of(back, &[]).text().to_owned();
                prop_assert_eq!(folded, character.to_string());
            }
        }
    }
}
