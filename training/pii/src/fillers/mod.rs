//! People, places, organisations and addresses to put into sentences.

mod addresses;
mod organizations;

use std::collections::{BTreeMap, BTreeSet};

use switchboard_pii::names::{Label, WordHash, hash};

use crate::example::{Example, Mark};
use crate::random::Random;
use crate::words::Words;

/// What sentences are filled with.
#[derive(Debug)]
pub(crate) struct Fillers {
    latin: Names,
    arabic: Names,
    places: BTreeSet<WordHash>,
    /// Frequent words that are no names, by language.
    plain: BTreeMap<&'static str, Vec<String>>,
}

/// Names in one script.
#[derive(Debug, Default)]
struct Names {
    given: Vec<String>,
    short: Vec<String>,
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
                short: only(&words.short),
                family: only(&words.family),
                rare_family: only(&words.rare_family),
                places: only(&words.places),
                countries: only(&words.countries),
                ordinary: only(&words.ordinary).iter().map(|name| capitalised(name)).collect(),
            }
        };
        let places = words.places.iter().chain(&words.countries).map(|place| hash(place)).collect();
        let languages = ["en", "fr", "de", "es", "ar"];
        let plain = languages.map(|language| (language, words.plain(language))).into();
        Self { latin: of(false), arabic: of(true), places, plain }
    }

    /// A frequent word of `language` that is no name, if there is any.
    pub(crate) fn word(&self, language: &str, random: &mut Random) -> Option<String> {
        let words = self.plain.get(language).filter(|words| !words.is_empty())?;
        let word = random.pick::<String>(words);
        let is_capital = random.percent(if language == "de" { 40 } else { 8 });
        Some(if is_capital { capitalised(word) } else { word.clone() })
    }

    /// Whether `place` is on the list of places, however it is spelt.
    pub(crate) fn is_place(&self, place: &str) -> bool {
        self.places.contains(&hash(place))
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
            "plain" => (random.pick(&names.given).clone(), Label::Person),
            "town" => (random.pick(&names.places).clone(), Label::Location),
            "last" => (names.family(random), Label::Person),
            "reversed" => (names.reversed(random), Label::Person),
            "couple" => (couple(language, &names.family(random), random), Label::Person),
            "family" => (format!("{} {}", household(random), names.family(random)), Label::Person),
            "spelled" => (spelled(&names.family(random), random), Label::Person),
            "kunya" => (names.kunya(arabic, random), Label::Person),
            "title" => (title(language, random).to_owned(), Label::Person),
            "city" => (names.place(random), Label::Location),
            "country" => (random.pick(&names.countries).clone(), Label::Location),
            "org" => (names.organization(arabic, language, random), Label::Organization),
            "street" => (names.street(language, arabic, random), Label::Address),
            "house" => (names.house(language, arabic, random), Label::Address),
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
        if random.percent(15) && !self.short.is_empty() {
            return random.pick(&self.short).clone();
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
        match random.below(47) {
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
            15 => format!("{given} {}", family.chars().next().unwrap_or('B')),
            16 => format!("{given} d'{family}"),
            17 => format!("{initial}.-{}. {family}", family.chars().next().unwrap_or('B')),
            18 => format!("{initial}. {family}-{}", self.family(random)),
            19 => format!("{given} {} {family} {}", self.given(random), self.family(random)),
            20 => format!("{given}-{}", self.given(random)),
            21 => self.reversed(random),
            _ => format!("{given} {family}"),
        }
    }

    /// The family name first.
    fn reversed(&self, random: &mut Random) -> String {
        let (given, family) = (self.given(random), self.family(random));
        match random.below(6) {
            0 => format!("{family}, {given}"),
            1 => format!("{} {given}", family.to_uppercase()),
            2 => format!("{} {}", family.to_uppercase(), given.to_uppercase()),
            _ => format!("{family} {given}"),
        }
    }

    /// What a parent is called by the name of a child: `أبو فهد`.
    fn kunya(&self, arabic: bool, random: &mut Random) -> String {
        let parent: &[&str] = if arabic {
            &["أبو", "ابو", "أم", "ام", "بو"]
        } else {
            &["Abu", "Abou", "Um", "Umm"]
        };
        format!("{} {}", random.pick::<&str>(parent), self.given(random))
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
        "fr" => &[
            "M.", "Mme", "Monsieur", "Madame", "Mlle", "Dr", "monsieur", "madame", "mme", "mr",
            "Mr", "Me", "Maître", "docteur",
        ],
        "de" => &[
            "Herr", "Frau", "Herrn", "Dr.", "Herr Dr.", "Frau Dr.", "Fr.", "Hr.", "herr", "frau",
            "Prof.", "Hrn.",
        ],
        "es" => &["Sr.", "Sra.", "Señor", "Señora", "Don", "Doña", "D.", "don", "doña", "señora"],
        "ar" => &[
            "السيد",
            "السيدة",
            "الأستاذ",
            "الأستاذة",
            "الدكتور",
            "الدكتورة",
            "المهندس",
            "المهندسة",
            "د.",
            "م.",
            "أ.",
            "الأخ",
            "الأخت",
            "الحاج",
            "الحاجة",
            "الشيخ",
            "أستاذ",
            "أستاذة",
            "دكتور",
            "دكتورة",
            "مهندس",
            "باشمهندس",
            "سي",
            "لالة",
            "السي",
            "الآنسة",
            "مدام",
        ],
        _ => &[
            "Mr", "Mr.", "Mrs", "Mrs.", "Ms", "Ms.", "Dr.", "Miss", "Prof.", "Dr", "mr", "mrs",
            "Mx", "Sir", "Rev.", "Sister",
        ],
    };
    random.pick::<&str>(titles)
}

/// What a household is called in German.
fn household(random: &mut Random) -> &'static str {
    random.pick::<&str>(&["Familie", "Fam.", "Eheleute", "familie"])
}

/// A name letter by letter: `B-A-U-E-R`.
fn spelled(name: &str, random: &mut Random) -> String {
    let between = *random.pick::<&str>(&["-", "-", " ", ". ", " - "]);
    let letters: Vec<String> =
        name.chars().filter(|c| c.is_alphabetic()).map(|c| c.to_uppercase().to_string()).collect();
    letters.join(between)
}

/// Two people of one family name.
fn couple(language: &str, family: &str, random: &mut Random) -> String {
    let both: &[&str] = match language {
        "fr" => &["M. et Mme", "Mr et Mme", "Monsieur et Madame", "monsieur et madame"],
        "de" => &["Herr und Frau", "Frau und Herr", "Herrn und Frau", "Hr. u. Fr."],
        "es" => &["Sr. y Sra.", "los señores", "Señor y Señora", "don y doña"],
        "ar" => &["السيد والسيدة", "الأستاذ والأستاذة"],
        _ => &["Mr and Mrs", "Mr & Mrs", "Mr. and Mrs.", "mr and mrs", "Dr and Mrs"],
    };
    format!("{} {family}", random.pick::<&str>(both))
}

fn is_arabic(word: &str) -> bool {
    word.chars().any(|character| matches!(character, '\u{600}'..='\u{6ff}'))
}
