//! German streets, whose names say that they are some: `Lindenstraße 14a`.

use super::open::Open;
use crate::neighbours;

/// What the name of a street ends with.
const ENDINGS: [&str; 10] =
    ["straße", "strasse", "str", "gasse", "allee", "chaussee", "platz", "weg", "damm", "ufer"];

/// What is made, moved or washed on a line that is called a street too, and what other places and ways are for.
const OTHERS: [&str; 51] = [
    "fertigung",
    "montage",
    "produktion",
    "lackier",
    "wasch",
    "daten",
    "walz",
    "transport",
    "verpackung",
    "prüf",
    "misch",
    "einbahn",
    "paket",
    "transfer",
    "lager",
    "regal",
    "press",
    "schweiß",
    "stanz",
    "förder",
    "sortier",
    "pack",
    "füll",
    "abfüll",
    "bearbeitung",
    "taktstr",
    "arbeits",
    "park",
    "speicher",
    "stell",
    "sitz",
    "steh",
    "steck",
    "liege",
    "lade",
    "studien",
    "ausbildungs",
    "tabellen",
    "spiel",
    "dienst",
    "flucht",
    "vertriebs",
    "liefer",
    "lösungs",
    "rechts",
    "melde",
    "rück",
    "um",
    "hin",
    "heim",
    "bildungs",
];

/// No name of a street is read further back.
const LONGEST: usize = 64;

/// Where the name of a street that ends before byte `at`, the number of a house, begins.
pub(super) fn before(open: Open<'_>, at: usize) -> Option<usize> {
    let head = open.before(at);
    street(head.strip_suffix(' ')?).map(|start| at - head.len() + start)
}

/// Where the name of a street that `head` ends with begins.
fn street(head: &str) -> Option<usize> {
    let name = head.strip_suffix('.').unwrap_or(head);
    let last = neighbours::word_before(name, name.len());
    // Most numbers stand behind other words.
    let ending = ENDINGS.iter().find(|ending| ends_with(last, ending))?;
    if *ending == "str" && name.len() == head.len() {
        return None;
    }
    let from = name.floor_char_boundary(name.len().saturating_sub(LONGEST));
    let is_part = |c: char| c.is_alphabetic() || c == '-';
    let word = name[from..].rsplit(|c: char| !is_part(c)).next()?;
    let small = word.to_lowercase();
    let start = name.len() - word.len();
    if OTHERS.iter().any(|other| small.starts_with(other)) || !word.starts_with(char::is_uppercase)
    {
        return None;
    }
    if small.len() > ending.len() {
        return Some(start);
    }
    // `Lange Str. 5`, `Berliner Straße 12`
    let before = name[..start].strip_suffix(' ')?;
    let adjective = neighbours::word_before(before, before.len());
    let fits = adjective.len() > 4
        && adjective.starts_with(char::is_uppercase)
        && (adjective.ends_with('e') || adjective.ends_with("er") || adjective.ends_with("en"));
    fits.then(|| before.len() - adjective.len())
}

fn ends_with(word: &str, ending: &str) -> bool {
    let tail = word.len().checked_sub(ending.len()).and_then(|at| word.get(at..));
    tail.is_some_and(|tail| tail.eq_ignore_ascii_case(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_begins_before_hyphens_and_adjectives() {
        for (head, name) in [
            ("wohne Lindenstraße", "Lindenstraße"),
            ("in Karl-Marx-Str.", "Karl-Marx-Str."),
            ("HAUPTSTRASSE", "HAUPTSTRASSE"),
            ("an der Berliner Straße", "Berliner Straße"),
        ] {
            assert_eq!(street(head).map(|start| &head[start..]), Some(name));
        }
    }

    #[test]
    fn lines_of_a_factory_are_none() {
        for head in ["Montagestraße", "die Straße", "substr", "Registr", "Lange", ""] {
            assert_eq!(street(head), None, "{head}");
        }
    }
}
