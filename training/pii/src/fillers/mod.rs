//! People, places, organisations and addresses to put into sentences.

mod addresses;
mod organizations;

use std::collections::BTreeSet;

use switchboard_pii::names::Label;

use crate::example::{Example, Mark};
use crate::random::Random;
use crate::words::Words;

/// What sentences are filled with.
#[derive(Debug)]
pub(crate) struct Fillers {
    latin: Names,
    arabic: Names,
    places: BTreeSet<String>,
}

/// Names in one script.
#[derive(Debug, Default)]
struct Names {
    given: Vec<String>,
    family: Vec<String>,
    rare_family: Vec<String>,
    places: Vec<String>,
    countries: Vec<String>,
    ordinary: Vec<String>,
}

impl Fillers {
    pub(crate) fn new(words: &Words) -> Self {
        let of = |arabic: bool| {
            let only = |list: &[String]| -> Vec<String> {
                list.iter().filter(|word| is_arabic(word) == arabic).cloned().collect()
            };
            Names {
                given: only(&words.given),
                family: only(&words.family),
                rare_family: only(&words.rare_family),
                places: only(&words.places),
                countries: only(&words.countries),
                ordinary: only(&words.ordinary).iter().map(|name| capitalised(name)).collect(),
            }
        };
        let places = words.places.iter().chain(&words.countries).cloned().collect();
        Self { latin: of(false), arabic: of(true), places }
    }

    /// Whether `place` is on the list of places.
    pub(crate) fn is_place(&self, place: &str) -> bool {
        self.places.contains(place)
    }

    /// A value for `slot`, and what it is; none for slots that hold nothing the tagger is to find.
    pub(crate) fn value(
        &self,
        slot: &str,
        language: &str,
        random: &mut Random,
    ) -> Option<(String, Label)> {
        let arabic = language == "ar" && random.percent(93);
        let names = if arabic { &self.arabic } else { &self.latin };
        Some(match slot {
            "name" => (names.person(arabic, random), Label::Person),
            "first" => (names.given(random), Label::Person),
            "last" => (names.family(random), Label::Person),
            "title" => (title(language, random).to_owned(), Label::Person),
            "city" => (names.place(random), Label::Location),
            "country" => (random.pick(&names.countries).clone(), Label::Location),
            "org" => (names.organization(arabic, language, random), Label::Organization),
            "street" => (names.street(language, arabic, random), Label::Address),
            "address" => (names.address(language, arabic, random), Label::Address),
            _ => return None,
        })
    }
}

impl Fillers {
    /// `example` with other people, places and organisations.
    pub(crate) fn refilled(&self, example: &Example, random: &mut Random) -> Example {
        example.rebuilt(|part, mark| {
            let slot = match mark {
                Some(Mark::Named(Label::Person)) if part.contains(' ') => "name",
                Some(Mark::Named(Label::Person)) if part.ends_with('.') => {
                    return (part.to_owned(), mark);
                }
                Some(Mark::Named(Label::Person)) if random.percent(50) => "first",
                Some(Mark::Named(Label::Person)) => "last",
                Some(Mark::Named(Label::Location)) if random.percent(40) => "country",
                Some(Mark::Named(Label::Location)) => "city",
                Some(Mark::Named(Label::Organization)) => "org",
                _ => return (part.to_owned(), mark),
            };
            let value = self.value(slot, example.language, random);
            (value.map_or_else(|| part.to_owned(), |(value, _)| value), mark)
        })
    }
}

impl Names {
    fn given(&self, random: &mut Random) -> String {
        if random.percent(6) {
            return random.pick::<String>(&self.ordinary).clone();
        }
        let name = random.pick(&self.given).clone();
        if random.percent(15) { self.mutated(&name, random) } else { name }
    }

    fn family(&self, random: &mut Random) -> String {
        if random.percent(20) && !self.rare_family.is_empty() {
            return random.pick(&self.rare_family).clone();
        }
        let name = random.pick(&self.family).clone();
        if random.percent(15) { self.mutated(&name, random) } else { name }
    }

    /// A name nobody has: the beginning of one and the end of another.
    fn mutated(&self, name: &str, random: &mut Random) -> String {
        let other: Vec<char> = random.pick(&self.given).to_lowercase().chars().collect();
        let kept = name.chars().count().div_ceil(2).max(2);
        name.chars().take(kept).chain(other[other.len() / 2..].iter().copied()).collect()
    }

    fn person(&self, arabic: bool, random: &mut Random) -> String {
        let (given, family) = (self.given(random), self.family(random));
        let initial = given.chars().next().unwrap_or('A');
        if arabic {
            return match random.below(10) {
                0 => format!("{given} بن {} {family}", self.given(random)),
                1 | 2 => format!("{given} {} {family}", self.given(random)),
                3 => {
                    format!("{given} {} {family}", random.pick(&["أبو", "آل", "بن", "ابن", "عبد"]))
                }
                4 => given,
                _ => format!("{given} {family}"),
            };
        }
        match random.below(40) {
            0 | 1 => format!("{given} {initial}. {family}"),
            2 => format!("{initial}. {family}"),
            3 => format!("{family}, {given}"),
            4 => format!("{given} {family}-{}", self.family(random)),
            5 => format!("{given}-{} {family}", self.given(random)),
            6 => format!("{given} {} {family}", self.given(random)),
            7 => {
                let particle = [
                    "von", "van der", "de", "de la", "van", "du", "bin", "al", "El", "Le", "Mc",
                    "O'",
                ];
                let particle = random.pick(&particle);
                let space = if matches!(*particle, "Mc" | "O'") { "" } else { " " };
                format!("{given} {particle}{space}{family}")
            }
            8 => format!("{} {given}", family.to_uppercase()),
            9 => format!("{given} {}", family.to_uppercase()),
            10..14 => given,
            14 => format!("{given} {}.", family.chars().next().unwrap_or('B')),
            _ => format!("{given} {family}"),
        }
    }

    fn place(&self, random: &mut Random) -> String {
        match random.below(100) {
            0..10 => {
                let place = random.pick::<String>(&self.places).clone();
                self.mutated(&place, random)
            }
            10..14 => random.pick(&self.places).to_uppercase(),
            _ => random.pick(&self.places).clone(),
        }
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    first + letters.as_str()
}

fn title(language: &str, random: &mut Random) -> &'static str {
    let titles: &[&str] = match language {
        "fr" => &["M.", "Mme", "Monsieur", "Madame", "Mlle", "Dr"],
        "de" => &["Herr", "Frau", "Herrn", "Dr.", "Herr Dr.", "Frau Dr."],
        "es" => &["Sr.", "Sra.", "Señor", "Señora", "Don", "Doña", "D."],
        "ar" => &["السيد", "السيدة", "الأستاذ", "الدكتور", "المهندس", "د."],
        _ => &["Mr", "Mr.", "Mrs", "Mrs.", "Ms", "Ms.", "Dr.", "Miss", "Prof."],
    };
    random.pick::<&str>(titles)
}

fn is_arabic(word: &str) -> bool {
    word.chars().any(|character| matches!(character, '\u{600}'..='\u{6ff}'))
}
