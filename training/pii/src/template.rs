//! Sentences with places to fill: `{one|another}`, `{name}`, `{=a literal person}`.

use crate::example::{Example, group};
use crate::random::Random;
use crate::voice::Voice;

/// A sentence with places to fill.
#[derive(Debug, Clone)]
pub(crate) struct Template {
    parts: Vec<Part>,
    group: u64,
}

#[derive(Debug, Clone)]
enum Part {
    Text(String),
    Choice(Vec<Vec<Self>>),
    Slot(String),
}

impl Template {
    /// Parses `source`; a brace that is never closed is text.
    pub(crate) fn parse(source: &str) -> Self {
        let source = source.replace("\\n", "\n");
        Self { parts: parts(&source), group: group(&[&source]) }
    }

    /// The templates of a file: a line each, lines that start with `#` left out.
    pub(crate) fn lines(file: &str) -> Vec<Self> {
        let lines = file.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        lines.map(Self::parse).collect()
    }

    /// The templates of a file of the corpus: a block between blank lines each.
    pub(crate) fn blocks(file: &str) -> Vec<Self> {
        let is_text = |line: &&str| !line.starts_with("# ");
        let text: Vec<&str> = file.lines().filter(is_text).collect();
        let text = text.join("\n");
        text.split("\n\n").map(str::trim).filter(|t| !t.is_empty()).map(Self::parse).collect()
    }

    /// The sentence with everything filled.
    pub(crate) fn fill(&self, voice: &Voice<'_>, random: &mut Random) -> Example {
        let mut example = Example {
            language: voice.language,
            source: voice.source,
            group: self.group,
            ..Example::default()
        };
        self.fill_into(&mut example, voice, random);
        example
    }

    pub(crate) fn fill_into(&self, example: &mut Example, voice: &Voice<'_>, random: &mut Random) {
        fill(&self.parts, example, voice, random);
    }
}

fn fill(parts: &[Part], example: &mut Example, voice: &Voice<'_>, random: &mut Random) {
    for part in parts {
        match part {
            Part::Text(text) => example.push(text, None),
            Part::Choice(choices) => {
                fill(random.pick::<Vec<Part>>(choices), example, voice, random);
            }
            Part::Slot(slot) => voice.fill(slot, example, random),
        }
    }
}

fn parts(source: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = source;
    while let Some((before, behind)) = rest.split_once('{')
        && let Some(close) = closing(behind)
    {
        parts.push(Part::Text(before.to_owned()));
        let choices = choices(&behind[..close]);
        parts.push(match choices.as_slice() {
            [slot] => Part::Slot((*slot).to_owned()),
            _ => Part::Choice(choices.into_iter().map(self::parts).collect()),
        });
        rest = &behind[close + 1..];
    }
    parts.push(Part::Text(rest.to_owned()));
    parts
}

/// Where the brace that was open before `text` is closed.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 1;
    text.char_indices().find_map(|(at, character)| {
        depth += i32::from(character == '{') - i32::from(character == '}');
        (depth == 0).then_some(at)
    })
}

/// What stands between the bars that are in no inner brace.
fn choices(text: &str) -> Vec<&str> {
    let (mut depth, mut from, mut choices) = (0, 0, Vec::new());
    for (at, character) in text.char_indices() {
        depth += i32::from(character == '{') - i32::from(character == '}');
        if character == '|' && depth == 0 {
            choices.push(&text[from..at]);
            from = at + 1;
        }
    }
    choices.push(&text[from..]);
    choices
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fillers::Fillers;
    use crate::words::Words;

    /// `source` filled without lists, and the parts that are marked.
    fn filled(source: &str, language: &'static str) -> (String, Vec<String>) {
        let fillers = Fillers::new(&Words::default());
        let voice = Voice { language, source: "test", fillers: &fillers, words: [].into() };
        let example = Template::parse(source).fill(&voice, &mut Random::new(7));
        let parts = example.marks.iter().map(|(range, _)| example.text[range.clone()].to_owned());
        let parts = parts.collect();
        (example.text, parts)
    }

    #[test]
    fn marks_hold_what_was_filled_in_and_nothing_else() {
        let (text, parts) = filled("Größe: {=Zoé}, ré{ü|ü}nion\\n{=أمل} ok", "fr");
        assert_eq!(text, "Größe: Zoé, réünion\nأمل ok");
        assert_eq!(parts, ["Zoé", "أمل"]);
    }

    #[test]
    fn what_other_recognisers_find_is_marked_and_a_number_that_stays_is_not() {
        let (text, parts) = filled("{email} {ticket}", "en");
        assert_eq!(parts, [text.split(' ').next().unwrap()]);
        assert!(text.contains("@example.com INC"));
    }

    #[test]
    fn choices_may_hold_choices_and_slots() {
        let (text, parts) = filled("{a {=Bo}|a {=Bo}} {b{c|c}|bc}", "en");
        assert_eq!((text.as_str(), parts.as_slice()), ("a Bo bc", &["Bo".to_owned()][..]));
    }

    #[test]
    fn a_brace_that_is_never_closed_is_text() {
        assert_eq!(filled("a {b", "en"), ("a {b".to_owned(), vec![]));
    }

    #[test]
    fn lines_that_start_with_a_hash_are_left_out() {
        assert_eq!(Template::lines("# a\n\nb\n").len(), 1);
        assert_eq!(Template::blocks("# a\nb\nc\n\nd\n").len(), 2);
    }
}
