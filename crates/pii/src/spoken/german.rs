//! German numbers, which are one word however long.

use super::words::Part;

/// What `word`, in small letters, stands for: `achtundvierzig`, `siebenhundertzwölf`, `neunzehnhundertvierzig`.
pub(super) fn number(word: &str) -> Option<Part> {
    // Other words are told by their first letter.
    if !word.starts_with(['z', 'e', 'd', 'v', 'f', 's', 'a', 'n', 'h', 't']) {
        return None;
    }
    let value = value(word).filter(|value| *value >= 10)?;
    Some(
        u8::try_from(value)
            .ok()
            .filter(|value| *value < 100)
            .map_or(Part::Hundreds(value), Part::Below),
    )
}

/// The day or the month that `word`, in small letters, tells: `neunter`, `zwanzigsten`.
pub(super) fn ordinal(word: &str) -> Option<u32> {
    let stem = ["en", "er", "es", "e"].iter().find_map(|end| word.strip_suffix(end))?;
    match stem {
        "erst" => Some(1),
        "dritt" => Some(3),
        "siebt" => Some(7),
        "acht" => Some(8),
        _ => value(
            stem.strip_suffix("st").filter(|ten| ten.ends_with("ig")).or(stem.strip_suffix('t'))?,
        ),
    }
}

fn value(word: &str) -> Option<u32> {
    let (thousands, rest) = multiple(word, "tausend", 99)?;
    let (hundreds, rest) = multiple(rest, "hundert", 20)?;
    let is_whole = thousands + hundreds > 0;
    let rest = rest.strip_prefix("und").filter(|_| is_whole).unwrap_or(rest);
    let rest = if rest.is_empty() && is_whole { 0 } else { below_hundred(rest)? };
    Some(thousands * 1000 + hundreds * 100 + rest)
}

/// How often `unit` is counted in `word`, and what stands behind it.
fn multiple<'w>(word: &'w str, unit: &str, most: u32) -> Option<(u32, &'w str)> {
    let Some((head, rest)) = word.split_once(unit) else { return Some((0, word)) };
    let times = if head.is_empty() { 1 } else { below_hundred(head)? };
    (times <= most).then_some((times, rest))
}

fn below_hundred(word: &str) -> Option<u32> {
    if let Some(value) = unit(word).or_else(|| ten(word)) {
        return Some(value);
    }
    if let Some(stem) = word.strip_suffix("zehn") {
        let value = match stem {
            "sech" => 6,
            "sieb" => 7,
            stem => unit(stem).filter(|value| matches!(value, 3..=5 | 8 | 9))?,
        };
        return Some(10 + value);
    }
    let (one, ten_word) = word.split_once("und")?;
    Some(unit(one).filter(|value| *value < 10)? + ten(ten_word)?)
}

fn unit(word: &str) -> Option<u32> {
    Some(match word {
        "ein" | "eins" => 1,
        "zwei" | "zwo" => 2,
        "drei" => 3,
        "vier" => 4,
        "fünf" | "fuenf" => 5,
        "sechs" => 6,
        "sieben" => 7,
        "acht" => 8,
        "neun" => 9,
        "zehn" => 10,
        "elf" => 11,
        "zwölf" | "zwoelf" => 12,
        _ => return None,
    })
}

fn ten(word: &str) -> Option<u32> {
    Some(match word {
        "zwanzig" => 20,
        "dreißig" | "dreissig" => 30,
        "vierzig" => 40,
        "fünfzig" | "fuenfzig" => 50,
        "sechzig" => 60,
        "siebzig" => 70,
        "achtzig" => 80,
        "neunzig" => 90,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_one_word() {
        for (word, expected) in [
            ("elf", Some(11)),
            ("sechzehn", Some(16)),
            ("achtundvierzig", Some(48)),
            ("hundert", Some(100)),
            ("siebenhundertzwölf", Some(712)),
            ("neunzehnhundertsiebenundvierzig", Some(1947)),
            ("zweitausendacht", Some(2008)),
            ("achtzigtausenddrei", Some(80003)),
            ("hund", None),
            ("und", None),
            ("tausendundein", Some(1001)),
            ("", None),
            ("hunderthundert", None),
        ] {
            assert_eq!(value(word), expected, "{word}");
        }
        assert_eq!(number("sieben"), None);
    }

    #[test]
    fn days_and_months_have_endings() {
        for (word, expected) in [
            ("ersten", Some(1)),
            ("vierter", Some(4)),
            ("siebte", Some(7)),
            ("sechzehnten", Some(16)),
            ("einundzwanzigsten", Some(21)),
            ("letzten", None),
            ("nächste", None),
            ("weiter", None),
        ] {
            assert_eq!(ordinal(word), expected, "{word}");
        }
    }
}
