//! Streets and addresses as they are written in five languages.

use super::Names;
use crate::random::Random;

impl Names {
    pub(super) fn street(&self, language: &str, arabic: bool, random: &mut Random) -> String {
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

    /// A street and the number of a house.
    pub(super) fn house(&self, language: &str, arabic: bool, random: &mut Random) -> String {
        let (street, number) = (self.street(language, arabic, random), random.below(200) + 1);
        match language {
            "en" | "fr" => format!("{number} {street}"),
            _ => format!("{street} {number}"),
        }
    }

    pub(super) fn address(&self, language: &str, arabic: bool, random: &mut Random) -> String {
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
