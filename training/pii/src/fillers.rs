//! People, places, organisations and addresses to put into sentences.

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

const SYLLABLES: [&str; 40] = [
    "ka", "lo", "mi", "ran", "vel", "dor", "sha", "tin", "bro", "zel", "qua", "fen", "gar", "hul",
    "jin", "kor", "lam", "mer", "nov", "oss", "pra", "rik", "sol", "tam", "ul", "vor", "wen",
    "yas", "zin", "ber", "cal", "dra", "el", "fi", "go", "hey", "ist", "jo", "ku", "li",
];

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
                3 => format!("{given} عبد {family}"),
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

    fn organization(&self, arabic: bool, language: &str, random: &mut Random) -> String {
        let family = self.family(random);
        if arabic {
            let kind = random.pick(&["شركة", "مؤسسة", "مجموعة", "بنك", "جامعة", "مستشفى"]);
            let name = if random.percent(50) { random.pick(&self.places).clone() } else { family };
            return match random.below(3) {
                0 => format!("{kind} {name} للتجارة"),
                _ => format!("{kind} {name}"),
            };
        }
        let suffixes: &[&str] = match language {
            "de" => {
                &["GmbH", "AG", "GmbH & Co. KG", "KG", "e.K.", "SE", "Logistik", "Bau", "Technik"]
            }
            "fr" => &["SARL", "SA", "SAS", "et Fils", "Conseil", "Transports", "Groupe"],
            "es" => &["S.L.", "S.A.", "e Hijos", "Consultores", "Grupo"],
            _ => &[
                "Ltd", "Ltd.", "Inc", "Inc.", "LLC", "PLC", "Group", "Corp", "and Sons", "Holdings",
            ],
        };
        let words = [
            "Data", "Solar", "Blue", "Open", "Health", "Capital", "Green", "Earth", "Market",
            "Energy", "Media", "Cloud",
        ];
        let kinds = [
            "Networks",
            "Systems",
            "Census",
            "Robotics",
            "Labs",
            "Solutions",
            "Nation",
            "Partners",
            "Analytics",
            "Services",
            "Technology",
            "Works",
        ];
        match random.below(12) {
            0..4 => format!("{family} {}", random.pick(suffixes)),
            4 => format!("{family}-{}", self.family(random)),
            5 => format!("{family}, {} and {}", self.family(random), self.family(random)),
            6 => format!("{} {}", random.pick(&words), random.pick(&kinds)),
            7 => format!("{} {}", coined(random), random.pick(&kinds)),
            8 => format!("{} {}", coined(random), random.pick(suffixes)),
            9 => format!("University of {}", random.pick(&self.places)),
            _ => coined(random),
        }
    }

    fn street(&self, language: &str, arabic: bool, random: &mut Random) -> String {
        let name = match random.below(4) {
            0 => random.pick(&self.places).clone(),
            1 => format!("{} {}", self.given(random), self.family(random)),
            _ => self.family(random),
        };
        if arabic {
            return format!("{} {name}", random.pick(&["شارع", "حي", "طريق", "زنقة", "نهج"]));
        }
        // In letters of any language streets of any country are named.
        let language = if random.percent(25) {
            *random.pick(&["en", "fr", "de", "es", "xx"])
        } else {
            language
        };
        match language {
            "fr" => format!(
                "{} {name}",
                random.pick(&[
                    "rue",
                    "rue de",
                    "avenue",
                    "boulevard",
                    "place",
                    "chemin de",
                    "quai",
                    "Rue",
                    "allée",
                    "impasse",
                    "av."
                ])
            ),
            "de" => match random.below(4) {
                0 => {
                    format!("{name} {}", random.pick(&["Straße", "Str.", "Weg", "Allee", "Platz"]))
                }
                1 => format!("{}-Straße", name.replace(' ', "-")),
                2 => format!("Am {name}"),
                _ => format!(
                    "{}{}",
                    name.replace(' ', ""),
                    random.pick(&[
                        "straße", "str.", "weg", "gasse", "platz", "allee", "strasse", "ring"
                    ])
                ),
            },
            "es" => format!(
                "{} {name}",
                random.pick(&[
                    "calle",
                    "Calle",
                    "C/",
                    "avenida",
                    "Avenida",
                    "plaza",
                    "paseo de",
                    "camino",
                    "Carretera"
                ])
            ),
            "xx" => match random.below(4) {
                0 => format!(
                    "{name}{}",
                    random
                        .pick(&["straat", "weg", "laan", "vej", "gatan", "gata", "veien", "katu"])
                ),
                1 => format!(
                    "{} {name}",
                    random.pick(&[
                        "Via", "Viale", "Piazza", "Rua", "Travessa", "ul.", "Trg", "P.O. Box"
                    ])
                ),
                2 => format!(
                    "{name} {}",
                    random.pick(&["utca", "út", "Sokak", "Street", "Högabo", "vägen"])
                ),
                _ => name,
            },
            _ => format!(
                "{name} {}",
                random.pick(&[
                    "Street",
                    "Road",
                    "Avenue",
                    "Lane",
                    "Drive",
                    "St",
                    "St.",
                    "Rd",
                    "Ave",
                    "Blvd",
                    "Court",
                    "Way",
                    "Close",
                    "Boulevard",
                    "Circle",
                    "Parkway"
                ])
            ),
        }
    }

    fn address(&self, language: &str, arabic: bool, random: &mut Random) -> String {
        let (street, town) = (self.street(language, arabic, random), self.place(random));
        let most = if random.percent(70) { 120 } else { 5_000 };
        let number = random.below(most) + 1;
        let postcode = postcode(language, random);
        if arabic {
            return match random.below(5) {
                0 => street,
                1 => format!("{street}، {town}"),
                2 => format!("{number} {street}، {town}"),
                3 => format!("{street} عمارة {number} شقة {}، {town}", random.below(40) + 1),
                _ => format!("{street} رقم {number}"),
            };
        }
        let unit = format!(
            "{} {}",
            random.pick(&["Suite", "Apt.", "Apt", "Unit", "Flat", "Floor"]),
            random.below(999) + 1
        );
        let country = random.pick(&self.countries);
        match (language, random.below(10)) {
            (_, 0) => format!("{number} {street}\n {unit}\n {town}\n {country} {postcode}"),
            (_, 1) => format!("{number} {street} {} {unit} {town} {country}", random.below(900)),
            ("de" | "es", 2..4) => format!("{street} {number}"),
            ("de", 4..7) | ("es", _) => format!("{street} {number}, {postcode} {town}"),
            ("de", 7) => format!("{street} {number}\n{postcode} {town}"),
            ("de", _) => format!("{street} {number} {town}"),
            ("fr", 2..4) => format!("{number} {street}"),
            ("fr", 4) => format!("{number} bis {street}, {town}"),
            ("fr", 5) => format!("{number} {street}\n{postcode} {town}"),
            ("fr", _) => format!("{number} {street}, {postcode} {town}"),
            (_, 2) => format!("{number} {street}"),
            (_, 3) => format!("{number} {street}, {unit}, {town}, {postcode}"),
            (_, 4) => format!("{unit}, {number} {street}, {town} {postcode}"),
            (_, 5) => format!(
                "{number} {street}\n{town}, {} {postcode}",
                random.pick(&["CA", "NY", "TX", "WA", "LA", "QC"])
            ),
            (_, 6) => format!("{number} {street} {town} {postcode}"),
            (_, 7) => format!("{street} {number}"),
            (_, 8) => format!(
                "{number} {street} {} {unit}\n{town}\n, {}\n {postcode}",
                random.below(900),
                random.pick(&["CA", "NY", "SH", "WA", "LA", "BZ"])
            ),
            _ => format!("{number} {street}, {town}"),
        }
    }
}

/// A company name that is no word.
fn coined(random: &mut Random) -> String {
    let count = 2 + random.below(2);
    let mut name: String = (0..count).map(|_| *random.pick(&SYLLABLES)).collect();
    if random.percent(30) {
        name.push_str(
            random.pick::<&str>(&[
                "ify", "tech", "soft", "ware", "net", "list", "guard", "ly", "data",
            ]),
        );
    }
    capitalised(&name)
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

fn postcode(language: &str, random: &mut Random) -> String {
    let digits = format!("{:05}", random.below(99_999));
    if language == "en" && random.percent(30) {
        let letters = ["SW", "EC", "LS", "M", "B", "G"];
        return format!(
            "{}{} {}AB",
            random.pick(&letters),
            random.below(20) + 1,
            random.below(9) + 1
        );
    }
    digits
}

fn is_arabic(word: &str) -> bool {
    word.chars().any(|character| matches!(character, '\u{600}'..='\u{6ff}'))
}
