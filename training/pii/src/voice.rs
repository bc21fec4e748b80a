//! What stands in the places of a sentence: names, words of the corpus, invented things, numbers.

use std::collections::BTreeMap;

use switchboard_pii::names::Label;

use crate::example::{Example, Mark};
use crate::fillers::Fillers;
use crate::invented::invented;
use crate::random::Random;
use crate::template::Template;

/// What fills the places of one language's templates.
pub(crate) struct Voice<'f> {
    pub(crate) language: &'static str,
    pub(crate) source: &'static str,
    pub(crate) fillers: &'f Fillers,
    /// Words for other slots, by slot.
    pub(crate) words: BTreeMap<String, Vec<String>>,
}

impl Voice<'_> {
    pub(crate) fn fill(&self, slot: &str, example: &mut Example, random: &mut Random) {
        if let Some(literal) = slot.strip_prefix('=') {
            example.push(literal, Some(Mark::Named(Label::Person)));
        } else if let Some(word) =
            self.fillers.word(self.language, random).filter(|_| slot == "word")
        {
            example.push(&word, None);
        } else if let Some((text, label)) = self.fillers.value(slot, self.language, random) {
            example.push(&text, Some(Mark::Named(label)));
        } else if let Some(values) = self.words.get(slot).filter(|values| !values.is_empty()) {
            let value = random.pick(values).clone();
            match slot {
                "site" => self.push_site(&value, example),
                "greetings" | "closings" | "closing" | "signatures" | "noise" => {
                    Template::parse(&value).fill_into(example, self, random);
                }
                _ => example.push(&value, None),
            }
        } else if let Some(value) = invented(slot, self.language, random) {
            example.push(&value, None);
        } else {
            let (value, is_pattern) = value(slot, random);
            example.push(&value, is_pattern.then_some(Mark::Pattern));
        }
    }

    /// Sites are towns, branches and buildings; only towns are on the list of places.
    fn push_site(&self, value: &str, example: &mut Example) {
        let mark = self.fillers.is_place(value).then_some(Mark::Named(Label::Location));
        example.push(value, mark);
    }
}

/// A value other recognisers find, or a number that stays; whether it is found.
fn value(slot: &str, random: &mut Random) -> (String, bool) {
    let (is_short, day) = (random.percent(50), 1 + random.below(31));
    if slot == "hex" {
        let digits: Vec<char> = "abcdefabcdef0123456789".chars().collect();
        let pair = || format!("{}{}", random.pick(&digits), random.pick(&digits));
        return (
            std::iter::repeat_with(pair).take(day % 4 + 2).collect::<Vec<_>>().join(":"),
            false,
        );
    }
    let mut digits = |count: usize| -> String {
        (0..count).map(|_| char::from(b'0' + random.below(10) as u8)).collect()
    };
    match slot {
        "email" => (format!("x{}@example.com", digits(2)), true),
        "phone" => (format!("+{} {} {}", digits(2), digits(3), digits(4)), true),
        "card" | "iban" => (digits(16), true),
        "id" => (digits(11), true),
        "zip" => (digits(if is_short { 4 } else { 5 }), true),
        "ip" | "url" => (format!("10.{}.{}.7", digits(2), digits(1)), true),
        "date" => (format!("{}/0{}/20{}", digits(2), digits(1), digits(2)), false),
        "time" => (format!("1{}:{}", digits(1), digits(2)), false),
        "price" => (format!("{},{} €", digits(3), digits(2)), false),
        "ticket" => (format!("INC{}", digits(6)), false),
        "day" => (day.to_string(), false),
        "po" => (format!("45000{}", digits(5)), false),
        "error" => (format!("0x80{}", digits(6)), false),
        "version" => (format!("{}.{}.{}", digits(1), digits(1), digits(2)), false),
        "room" => (format!("B-{}", digits(3)), false),
        _ => (digits(5), false),
    }
}
