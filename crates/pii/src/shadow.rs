//! The text as recognisers see it, with a way back to the caller's text.
//!
//! People write the same number with Arabic, full-width or ASCII digits, with plain or non-breaking spaces, and with
//! invisible direction marks in between. The shadow writes all of that one way, so that recognisers need to know ASCII
//! only. Places that are already known (literal placeholders, values found before) become one [`FILLER`] each: a value
//! and its placeholder therefore have the same shadow.

use std::borrow::Cow;
use std::mem;
use std::ops::Range;

use crate::bytes::{Block, places_of_runs};
use crate::{look_alike, mistaken, spaced};

/// Stands for a place that is already known; no recogniser reads across it.
pub(crate) const FILLER: char = '\u{1}';

/// A text in recognisable form; a text that is in that form already is borrowed.
pub(crate) struct Shadow<'s> {
    text: Cow<'s, str>,
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

impl<'s> Shadow<'s> {
    /// Builds the shadow of `source`; `blanks` are sorted, disjoint byte ranges of it that are already known.
    pub(crate) fn of(source: &'s str, blanks: &[Range<usize>]) -> Self {
        let is_plain = || {
            !holds(source, begins_unusual)
                || folded(source).next().is_none()
                    && spaced::signs(source).is_empty()
                    && mistaken::places(source).is_empty()
        };
        if blanks.is_empty() && is_plain() {
            return Self { text: Cow::Borrowed(source), stretches: Vec::new() };
        }
        let mut writer =
            Writer { source, text: String::with_capacity(source.len()), stretches: Vec::new() };
        let mut from = 0;
        for blank in blanks {
            writer.push_folded(from..blank.start);
            writer.push_replaced(FILLER, blank.clone());
            from = blank.end;
        }
        writer.push_folded(from..source.len());
        if holds(&writer.text, begins_unusual_number) {
            writer.read_letters_as_digits();
            writer.close_spaced_digits();
        }
        Self { text: Cow::Owned(writer.text), stretches: writer.stretches }
    }

    /// The text to recognise in.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The byte range of the source that a non-empty byte range of the shadow stands for.
    pub(crate) fn source(&self, range: Range<usize>) -> Range<usize> {
        if let Cow::Borrowed(_) = self.text {
            return range;
        }
        let last = self.text.floor_char_boundary(range.end.saturating_sub(1));
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
}

/// Writes a shadow from left to right.
struct Writer<'s> {
    source: &'s str,
    text: String,
    stretches: Vec<Stretch>,
}

impl Writer<'_> {
    fn push_folded(&mut self, range: Range<usize>) {
        let mut plain_from = range.start;
        // What stands beside a blank must not be read together with what the blank stands for.
        let part = &self.source[range.clone()];
        for (at, length, form) in folded(part) {
            let at = range.start + at;
            self.push_plain(plain_from..at);
            plain_from = at + length;
            if let Form::Ascii(ascii) = form {
                self.push_replaced(ascii, at..plain_from);
            }
        }
        self.push_plain(plain_from..range.end);
    }

    /// Writes digits for the letters that were typed for them.
    fn read_letters_as_digits(&mut self) {
        for (at, digit) in mistaken::places(&self.text) {
            self.text.replace_range(at..=at, char::from(digit).encode_utf8(&mut [0]));
        }
    }

    /// Closes up numbers whose digits all stand alone.
    fn close_spaced_digits(&mut self) {
        let signs = spaced::signs(&self.text);
        if signs.is_empty() {
            return;
        }
        let (text, stretches) = (mem::take(&mut self.text), mem::take(&mut self.stretches));
        let mut signs = signs.into_iter().peekable();
        for (index, stretch) in stretches.iter().enumerate() {
            let end = stretches.get(index + 1).map_or(text.len(), |next| next.shadow);
            let mut from = stretch.shadow;
            while let Some(sign) = signs.next_if(|sign| *sign < end) {
                self.push_part(&text, stretch, from..sign);
                from = sign + 1;
            }
            self.push_part(&text, stretch, from..end);
        }
    }

    /// Pushes the part `range` of the former shadow `text`, which lies in `stretch`.
    fn push_part(&mut self, text: &str, stretch: &Stretch, range: Range<usize>) {
        if !range.is_empty() {
            let source = stretch.source_of(range.start);
            let shadow = self.text.len();
            self.stretches.push(Stretch { shadow, source, ..*stretch });
            self.text.push_str(&text[range]);
        }
    }

    fn push_plain(&mut self, range: Range<usize>) {
        if !range.is_empty() {
            self.push_stretch(&range, false);
            self.text.push_str(&self.source[range]);
        }
    }

    fn push_replaced(&mut self, ascii: char, range: Range<usize>) {
        self.push_stretch(&range, true);
        self.text.push(ascii);
    }

    fn push_stretch(&mut self, range: &Range<usize>, replaced: bool) {
        self.stretches.push(Stretch {
            shadow: self.text.len(),
            source: range.start,
            source_end: range.end,
            replaced,
        });
    }
}

/// The places of `text`, in order, that the shadow shows in another form, with their bytes.
fn folded(text: &str) -> impl Iterator<Item = (usize, usize, Form)> {
    places_of_runs(text.as_bytes(), ENCODED - 1, leads_folded).filter_map(|at| {
        let character = text[at..].chars().next()?;
        if character == '&' {
            let is_space = text[at..].starts_with(SPACE);
            return is_space.then_some((at, SPACE.len(), Form::Ascii(' ')));
        }
        if character == '%' {
            return Some((
                at,
                ENCODED,
                Form::Ascii(encoded(text.as_bytes().get(at + 1..at + ENCODED)?)?),
            ));
        }
        let form = form_at(text, at, character);
        (form != Form::Same).then_some((at, character.len_utf8(), form))
    })
}

/// A space of a web page that ends no line.
const SPACE: &str = "&nbsp;";

/// A sign that the address of a web page cannot hold takes so many bytes there: `%40`.
const ENCODED: usize = 3;

/// The sign of addresses and telephone numbers that `code` stands for (RFC 3986).
fn encoded(code: &[u8]) -> Option<char> {
    match code {
        b"40" => Some('@'),
        b"2B" | b"2b" => Some('+'),
        _ => None,
    }
}

/// Which bytes may lead what is shown in another form, in UTF-8: accented letters and nearly all of Arabic do not.
#[inline]
fn leads_folded(block: Block) -> u64 {
    let encoded = block.are(b'%') | block.are(b'&');
    if block.others() == 0 {
        return encoded;
    }
    let next = |range| block.within(range) >> 1;
    // Letters and signs of U+0600 to U+06FF are shown as they are, but for a mark and digits.
    let arabic = block.are(0xd8) & next(0x9c..=0x9c)
        | block.are(0xd9) & next(0xa0..=0xac)
        | block.are(0xdb) & next(0xb0..=0xbf);
    let greek_and_cyrillic = block.within(0xcd..=0xd4);
    let others = [0xc2, 0xdf, 0xe0, 0xe2, 0xe3, 0xef].map(|lead| block.are(lead));
    others.into_iter().fold(encoded | arabic | greek_and_cyrillic, |all, lead| all | lead)
}

/// Which bytes may begin something the shadow writes otherwise, known by [`FURTHER`] bytes behind each.
#[inline]
fn begins_unusual(block: Block) -> u64 {
    leads_folded(block) | begins_unusual_number(block)
}

/// The same for numbers alone.
#[inline]
fn begins_unusual_number(block: Block) -> u64 {
    spaced::begins(block) | mistaken::begins(block)
}

/// The most bytes any of them needs.
const FURTHER: usize =
    if spaced::FURTHER > mistaken::FURTHER { spaced::FURTHER } else { mistaken::FURTHER };

/// Whether `text` holds one that `begins` marks.
fn holds(text: &str, begins: impl Fn(Block) -> u64) -> bool {
    places_of_runs(text.as_bytes(), FURTHER, begins).next().is_some()
}

/// How a character appears in the shadow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Same,
    Invisible,
    Ascii(char),
}

/// The same, where the letters around it decide.
fn form_at(text: &str, at: usize, character: char) -> Form {
    match look_alike::latin(character) {
        Some(latin) if look_alike::is_disguise(text, at, character) => Form::Ascii(latin),
        _ => form(character),
    }
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
        // Most letters there are, before the marks among and behind them are looked for.
        ..'\u{a0}' | '\u{c0}'..='\u{61b}' | '\u{61d}'..='\u{65f}' | '\u{66d}'..='\u{6ef}' => {
            Form::Same
        }
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
    fn every_character_with_another_form_is_noticed() {
        for character in '\u{80}'..=char::MAX {
            let text = character.to_string();
            assert_eq!(folded(&text).next().is_none(), form(character) == Form::Same, "{text:?}");
            // Whatever stands before it, and at the end of one block of bytes or the next.
            let long = format!("{}{text}", "é".repeat(31));
            assert_eq!(folded(&long).next().is_none(), form(character) == Form::Same, "{text:?}");
        }
    }

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
