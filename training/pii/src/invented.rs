//! Things that look like names or addresses and are none.

use std::sync::LazyLock;

use crate::random::Random;
use crate::words::Words;

/// Products and what goes by names like theirs, a line each.
static PRODUCTS: LazyLock<Vec<&str>> =
    LazyLock::new(|| include_str!("../lists/products.txt").lines().collect());

const MONTHS: [(&str, &str); 5] = [
    ("en", "January February March April May June July August September October November December"),
    ("fr", "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
    ("de", "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"),
    (
        "es",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    ),
    ("ar", "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر"),
];

/// A value for `slot`, when it is one for such things.
pub(crate) fn invented(slot: &str, language: &str, random: &mut Random) -> Option<String> {
    let product = *random.pick(&PRODUCTS);
    let (one, two) = (random.below(20) + 1, random.below(9_900) + 10);
    Some(match slot {
        "product" => product.to_owned(),
        "model" => match random.below(7) {
            0 => format!("{product} {one}"),
            1 => format!("{product} {one} {two}"),
            2 => format!("{product} {two}"),
            3 => format!("{product} MG{two}"),
            4 => format!("{product} {one}.{}", two % 50),
            5 => format!("{product} TS-{two}D"),
            _ => format!("{} {two}", product.to_lowercase()),
        },
        "number" => match random.below(7) {
            0 => two.to_string(),
            1 => format!("{one} {:03} {:03}", two % 1_000, random.below(1_000)),
            2 => format!("{:08}", random.below(99_999_999)),
            3 => format!("{two}-{one}"),
            4 => format!("{one}.{:03},{:02}", two % 1_000, one),
            5 => format!("AB{two}{one}"),
            _ => format!("{:02} {:02} {:02} {:02}", one, two % 100, one, two % 97),
        },
        "code" => match random.below(9) {
            8 => format!("{:x}-{:x}", two * 977, two % 4_096),
            0 => format!("{one:02}-MAR-{}", 1990 + two % 40),
            1 => format!("XKQ{one}-{two:05}-ABRDE-{one:03}F"),
            2 => format!("P.{two:04}.{one:02}.04"),
            3 => format!("ES B{two}{one}"),
            4 => format!("DE {one:03} {:03} {:03}", two % 1_000, two % 997),
            5 => format!("CHG{two:07}"),
            6 => format!(
                "{}::{}::{}",
                random.pick::<&str>(&["Foo", "Bar", "Core", "Util"]),
                random.pick::<&str>(&["Main", "Node", "Baz", "Item"]),
                random.pick::<&str>(&["run", "baz", "get", "load"])
            ),
            _ => format!("QX-{one}/{two} RT"),
        },
        "acronym" => {
            (0..random.below(3) + 3).map(|_| char::from(b'A' + random.below(26) as u8)).collect()
        }
        "compound" if language == "ar" => (*random.pick::<&str>(&Words::arabic_words())).to_owned(),
        "compound" => {
            let words = Words::german_words();
            let (head, tail) = (random.pick::<&str>(&words), random.pick::<&str>(&words));
            let mut letters = head.chars();
            let first = letters.next().map(|first| first.to_uppercase().to_string());
            format!("{}{}{tail}", first.unwrap_or_default(), letters.as_str())
        }
        "longdate" => {
            let (_, months) = MONTHS.iter().find(|(code, _)| *code == language)?;
            let month = *random.pick(&months.split(' ').collect::<Vec<_>>());
            let year = 1950 + two % 80;
            match (language, random.below(3)) {
                ("en", 0) => format!("Tuesday, {month} {one}, {year}"),
                ("en", 1) => format!("{month} {one}, {year}"),
                ("de", 0) => format!("Montag, {one}. {month} {year}"),
                ("de", _) => format!("{one}. {month} {year}"),
                ("es", _) => format!("{one} de {month} de {year}"),
                (_, 0) => format!("{one} {month}"),
                _ => format!("{one:02} {month} {year}"),
            }
        }
        _ => return None,
    })
}
