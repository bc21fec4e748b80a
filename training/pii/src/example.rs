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
        match random.below(100) {
            0..18 => self.recased(str::to_lowercase),
            18..21 => self.recased(str::to_uppercase),
            21..27 => self.changed(random, |part, _| (part.to_owned(), Some(Mark::Pattern))),
            27..31 => self.changed(random, |_, _| (String::new(), None)),
            31..34 => self.on_one_line(),
            _ => self.clone(),
        }
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

/// A group from what a text came from.
pub(crate) fn group(parts: &[&str]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in parts.join("\u{1f}").bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash
}
