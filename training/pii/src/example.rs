//! One text to learn from, its marks, and the forms it may take.

use std::ops::Range;

use switchboard_pii::names::Label;

use crate::random::Random;

/// What a stretch of a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Something the tagger is to find.
    Named(Label),
    /// Something that other recognisers find: the tagger sees a blank.
    Pattern,
}

/// A text with marks: sorted, disjoint, in bytes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Example {
    pub(crate) text: String,
    pub(crate) marks: Vec<(Range<usize>, Mark)>,
    /// Language and source: what figures are kept apart by.
    pub(crate) language: &'static str,
    pub(crate) source: &'static str,
    /// Texts of one group are near-duplicates and belong on one side when some are held out.
    pub(crate) group: u64,
}

impl Example {
    pub(crate) fn push(&mut self, part: &str, mark: Option<Mark>) {
        let start = self.text.len();
        self.text.push_str(part);
        if let Some(mark) = mark
            && !part.is_empty()
        {
            self.marks.push((start..self.text.len(), mark));
        }
    }

    /// Whether it is held out when the trainer judges itself.
    pub(crate) fn is_held_out(&self) -> bool {
        self.group.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32 & 0xff < 51
    }

    /// What the tagger is to find.
    pub(crate) fn wanted(&self) -> impl Iterator<Item = (Range<usize>, Label)> {
        self.marks.iter().filter_map(|(range, mark)| match mark {
            Mark::Named(label) => Some((range.clone(), *label)),
            Mark::Pattern => None,
        })
    }

    /// The places that the tagger sees as blanks.
    pub(crate) fn blanks(&self) -> Vec<Range<usize>> {
        let blank =
            |(range, mark): &(Range<usize>, Mark)| (*mark == Mark::Pattern).then(|| range.clone());
        self.marks.iter().filter_map(blank).collect()
    }

    /// The same text as somebody else would type it, or as it looks once a part of it was found.
    pub(crate) fn varied(&self, random: &mut Random) -> Self {
        if self.is_small() && random.percent(55) {
            return self.recased(str::to_lowercase);
        }
        match random.below(100) {
            0..14 => self.recased(str::to_lowercase),
            14..18 => self.typed(),
            34..40 => self.misspelt(random),
            18..21 => self.recased(str::to_uppercase),
            21..27 => self.changed(random, |part, _| (part.to_owned(), Some(Mark::Pattern))),
            27..31 => self.changed(random, |_, _| (String::new(), None)),
            31..34 => self.on_one_line(),
            _ => self.clone(),
        }
    }

    /// Whether all around the names is in small letters: who writes so writes names so too.
    fn is_small(&self) -> bool {
        let mut around = String::new();
        self.rebuilt(|part, mark| {
            if mark.is_none() {
                around.push_str(part);
            }
            (String::new(), None)
        });
        around.contains(char::is_lowercase) && !around.contains(char::is_uppercase)
    }

    /// As thumbs type it: small letters, and hardly a sign.
    fn typed(&self) -> Self {
        self.rebuilt(|part, mark| match mark {
            Some(Mark::Pattern) => (part.to_owned(), mark),
            _ => (part.to_lowercase().replace(['.', ',', '!', '\''], ""), mark),
        })
    }

    /// Ordinary words without one of their letters: what is on no list is not a name for that.
    fn misspelt(&self, random: &mut Random) -> Self {
        self.rebuilt(|part, mark| {
            let words = part.split_inclusive(|letter: char| !letter.is_alphabetic());
            let is_text = mark.is_none();
            (
                words
                    .map(|word| if is_text { slip(word, random) } else { word.to_owned() })
                    .collect(),
                mark,
            )
        })
    }

    fn recased(&self, case: fn(&str) -> String) -> Self {
        self.rebuilt(|part, mark| (case(part), mark))
    }

    /// Some of what is to be found, changed; about half of it.
    fn changed(
        &self,
        random: &mut Random,
        change: impl Fn(&str, Mark) -> (String, Option<Mark>),
    ) -> Self {
        self.rebuilt(|part, mark| match mark {
            Some(mark @ Mark::Named(_)) if random.percent(60) => change(part, mark),
            mark => (part.to_owned(), mark),
        })
    }

    fn on_one_line(&self) -> Self {
        self.rebuilt(|part, mark| {
            let mut one = String::new();
            for character in part.chars() {
                let space = character.is_whitespace();
                if !(space && one.ends_with(' ')) {
                    one.push(if space { ' ' } else { character });
                }
            }
            (one, mark)
        })
    }

    /// The same parts in order, each as `change` gives it.
    pub(crate) fn rebuilt(
        &self,
        mut change: impl FnMut(&str, Option<Mark>) -> (String, Option<Mark>),
    ) -> Self {
        let mut built = Self { text: String::new(), marks: Vec::new(), ..self.clone() };
        let mut from = 0;
        for (range, mark) in &self.marks {
            let (part, unmarked) = change(&self.text[from..range.start], None);
            built.push(&part, unmarked);
            let (part, mark) = change(&self.text[range.clone()], Some(*mark));
            built.push(&part, mark);
            from = range.end;
        }
        let (part, unmarked) = change(&self.text[from..], None);
        built.push(&part, unmarked);
        built
    }
}

/// `word` as it is typed in haste, sometimes: longer words lose a letter that is not their first.
fn slip(word: &str, random: &mut Random) -> String {
    let letters = word.chars().filter(|letter| letter.is_alphabetic()).count();
    if letters < 5 || random.percent(70) {
        return word.to_owned();
    }
    let lost = 1 + random.below(letters - 1);
    word.chars().enumerate().filter(|(at, _)| *at != lost).map(|(_, letter)| letter).collect()
}

/// A group from what a text came from.
pub(crate) fn group(parts: &[&str]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in parts.join("\u{1f}").bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter() -> Example {
        let mut example = Example::default();
        example.push("Grüße, ", None);
        example.push("İrem  Groß", Some(Mark::Named(Label::Person)));
        example.push("\nTel. ", None);
        example.push("0123", Some(Mark::Pattern));
        example
    }

    #[test]
    fn marks_follow_their_text_when_letters_change_their_length() {
        for changed in [letter().recased(str::to_lowercase), letter().recased(str::to_uppercase)] {
            let (name, number) = (&changed.marks[0].0, &changed.marks[1].0);
            let name = changed.text[name.clone()].to_lowercase();
            assert!(name.ends_with("groß") || name.ends_with("gross"), "{name}");
            assert_eq!(&changed.text[number.clone()], "0123");
        }
        let line = letter().on_one_line();
        assert_eq!(&line.text[line.marks[0].0.clone()], "İrem Groß");
        assert!(!line.text.contains('\n'));
    }

    #[test]
    fn marks_of_every_form_are_in_order_and_on_letters() {
        let mut random = Random::new(3);
        for _ in 0..300 {
            let varied = letter().varied(&mut random);
            let mut from = 0;
            for (range, _) in &varied.marks {
                assert!(from <= range.start && varied.text.get(range.clone()).is_some());
                from = range.end;
            }
        }
    }
}
