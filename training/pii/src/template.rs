//! Sentences with places to fill: `{one|another}`, `{name}`, `{=a literal person}`.

use std::collections::BTreeMap;

use switchboard_pii::names::Label;

use crate::example::{Example, Mark, group};
use crate::fillers::Fillers;
use crate::random::Random;
use crate::words::Words;

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

    fn fill_into(&self, example: &mut Example, voice: &Voice<'_>, random: &mut Random) {
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

/// What fills the places of one language's templates.
pub(crate) struct Voice<'f> {
    pub(crate) language: &'static str,
    pub(crate) source: &'static str,
    pub(crate) fillers: &'f Fillers,
    /// Words for other slots, by slot.
    pub(crate) words: BTreeMap<String, Vec<String>>,
}

impl Voice<'_> {
    fn fill(&self, slot: &str, example: &mut Example, random: &mut Random) {
        if let Some(literal) = slot.strip_prefix('=') {
            example.push(literal, Some(Mark::Named(Label::Person)));
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

const PRODUCTS: [&str; 44] = [
    "Dell XPS",
    "HP EliteBook",
    "HP DeskJet",
    "Canon PIXMA",
    "Epson EcoTank",
    "Brother HL",
    "Lenovo ThinkPad",
    "Surface Pro",
    "MacBook Air",
    "MacBook Pro",
    "iPhone",
    "Galaxy",
    "Google Drive",
    "Google Workspace",
    "Jira Software",
    "SQL Server",
    "Windows Server",
    "Norton",
    "Zoom",
    "Microsoft Teams",
    "Microsoft Office",
    "Outlook",
    "Visual Studio",
    "Adobe Photoshop",
    "QuickBooks",
    "Salesforce",
    "SAP",
    "AWS",
    "Azure",
    "VMware",
    "Cisco Router",
    "Netgear Nighthawk",
    "Kubernetes",
    "PostgreSQL",
    "MySQL",
    "Cassandra",
    "Terraform",
    "Magento",
    "Shopware",
    "Asana",
    "Xero",
    "Zoho",
    "Mailchimp",
    "Figma",
];

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

/// Things that look like names or addresses and are none.
fn invented(slot: &str, language: &str, random: &mut Random) -> Option<String> {
    let product = *random.pick::<&str>(&PRODUCTS);
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
        "code" => match random.below(8) {
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

/// A value other recognisers find, or a number that stays; whether it is found.
fn value(slot: &str, random: &mut Random) -> (String, bool) {
    let mut digits = |count: usize| -> String {
        (0..count).map(|_| char::from(b'0' + random.below(10) as u8)).collect()
    };
    match slot {
        "email" => (format!("x{}@example.com", digits(2)), true),
        "phone" => (format!("+{} {} {}", digits(2), digits(3), digits(4)), true),
        "card" | "iban" => (digits(16), true),
        "ip" | "url" => (format!("10.{}.{}.7", digits(2), digits(1)), true),
        "date" => (format!("{}/0{}/20{}", digits(2), digits(1), digits(2)), false),
        "time" => (format!("1{}:{}", digits(1), digits(2)), false),
        "price" => (format!("{},{} €", digits(3), digits(2)), false),
        "ticket" => (format!("INC{}", digits(6)), false),
        "po" => (format!("45000{}", digits(5)), false),
        "error" => (format!("0x80{}", digits(6)), false),
        "version" => (format!("{}.{}.{}", digits(1), digits(1), digits(2)), false),
        "room" => (format!("B-{}", digits(3)), false),
        _ => (digits(5), false),
    }
}
