//! Names of organisations.

use super::{Names, capitalised};
use crate::random::Random;

const SYLLABLES: [&str; 40] = [
    "ka", "lo", "mi", "ran", "vel", "dor", "sha", "tin", "bro", "zel", "qua", "fen", "gar", "hul",
    "jin", "kor", "lam", "mer", "nov", "oss", "pra", "rik", "sol", "tam", "ul", "vor", "wen",
    "yas", "zin", "ber", "cal", "dra", "el", "fi", "go", "hey", "ist", "jo", "ku", "li",
];

impl Names {
    pub(super) fn organization(&self, arabic: bool, language: &str, random: &mut Random) -> String {
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
