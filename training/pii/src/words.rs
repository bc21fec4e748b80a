//! The lists that go into the model, from the files they come from.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Context;
use serde::Deserialize;
use switchboard_pii::names::lists::{
    CLOSING, COMMON, COUNTRY, CUE, FAMILY, FAMILY_RARE, FREQUENT, GIVEN, GIVEN_RARE, GREETING,
    ORGANIZATION, PLACE, PLACE_PART, STREET, TERM, TITLE,
};
use switchboard_pii::names::{Lists, WordHash, hash};

use crate::random::Random;

/// Ordinary words up to this rank are frequent ones.
const FREQUENT_WORDS: usize = 3_000;

/// So many frequent words stand around names where nothing tells them.
const PLAIN_WORDS: usize = 8_000;

/// Ordinary words up to this rank are ordinary even when somebody or something is called so.
const ORDINARY_NAMES: [(u16, usize); 4] =
    [(GIVEN, 150), (COUNTRY, 150), (FAMILY, 600), (PLACE, 1_500)];

const COMMON_WORDS: [&str; 6] = [
    include_str!("../lists/common.en.txt"),
    include_str!("../lists/common.fr.txt"),
    include_str!("../lists/common.de.txt"),
    include_str!("../lists/common.es.txt"),
    include_str!("../lists/common.ar.txt"),
    include_str!("../lists/common.other.txt"),
];

/// Words by what they say of the words beside them.
#[derive(Deserialize)]
struct Spoken {
    street: String,
    title: String,
    cue: String,
    greeting: String,
    closing: String,
    organization: String,
    term: String,
    town: String,
    given: String,
    ordinary: String,
}

/// Names and places as they are written, for filling sentences, and all words with their flags.
#[derive(Debug, Default)]
pub(crate) struct Words {
    pub(crate) given: Vec<String>,
    /// Short forms of given names, and others that the lists lack.
    pub(crate) short: Vec<String>,
    pub(crate) family: Vec<String>,
    pub(crate) rare_family: Vec<String>,
    pub(crate) places: Vec<String>,
    pub(crate) countries: Vec<String>,
    /// Given names that are ordinary words too.
    pub(crate) ordinary: Vec<String>,
    flags: BTreeMap<WordHash, u16>,
}

impl Words {
    /// Reads the files below `data` and those this program carries.
    pub(crate) fn read(data: &Path) -> anyhow::Result<Self> {
        let mut words = Self::default();
        let file = |name: &str| {
            let path = data.join(name);
            std::fs::read_to_string(&path).with_context(|| {
                format!("read {}: --data names the folder that has {name}", path.display())
            })
        };
        words.given.extend(lines(include_str!("../lists/given.txt")));
        words.family.extend(lines(include_str!("../lists/family.txt")));
        words.short = lines(include_str!("../lists/given.short.txt")).collect();
        words.given.extend(lines(include_str!("../lists/given.ar.txt")));
        words.family.extend(lines(include_str!("../lists/family.ar.txt")));
        words.given.extend(columns(&file("names/sigpwned/common-forenames-by-country.csv")?, 2));
        let surnames = file("names/sigpwned/common-surnames-by-country.csv")?;
        words.family.extend(surnames.lines().skip(1).flat_map(|line| {
            line.split(',').skip(4).take(2).map(str::to_owned).collect::<Vec<_>>()
        }));
        for profiles in ["pii/profiles.en.csv", "pii/profiles.fr.csv"] {
            for line in file(profiles)?.lines().skip(1) {
                let fields: Vec<&str> = line.split(',').collect();
                if let [_, _, _, _, given, family, ..] = fields[..] {
                    words.given.push(given.to_owned());
                    words.family.push(family.to_owned());
                }
            }
        }
        words.rare_family = lines(&file("names/smashew/surnames/all.txt")?).collect();
        let rare_given = file("names/smashew/first_names/all.txt")?;
        words.places = lines(include_str!("../lists/places.txt")).collect();
        words.countries = lines(include_str!("../lists/countries.txt")).collect();
        for list in [&mut words.given, &mut words.family, &mut words.rare_family] {
            list.retain(|name| name.chars().count() > 1 && !name.contains(['"', '(', '/']));
            list.sort();
            list.dedup();
        }
        words.flag(&rare_given)?;
        Ok(words)
    }

    fn flag(&mut self, rare_given: &str) -> anyhow::Result<()> {
        let spoken: Spoken = toml::from_str(include_str!("../lists/words.toml"))
            .context("read training/pii/lists/words.toml")?;
        let mut flags = Flags::default();
        self.ordinary = spoken.given.split_whitespace().map(str::to_owned).collect();
        self.ordinary.iter().for_each(|name| flags.add(name, GIVEN));
        self.given.iter().chain(&self.short).for_each(|name| flags.add_parts(name, GIVEN));
        self.family.iter().for_each(|name| flags.add_parts(name, FAMILY));
        for place in &self.places {
            flags.add_place(place, PLACE);
        }
        for country in &self.countries {
            flags.add_place(country, COUNTRY);
        }
        flags.add_common(&format!("{} {}", spoken.given, spoken.ordinary), &spoken.town);
        // The longer lists hold ordinary words too; those are left out.
        self.rare_family.iter().for_each(|name| flags.add_rare(name, FAMILY_RARE));
        lines(rare_given).for_each(|name| flags.add_rare(&name, GIVEN_RARE));
        for (text, flag) in [
            (&spoken.street, STREET),
            (&spoken.title, TITLE),
            (&spoken.cue, CUE),
            (&spoken.greeting, GREETING),
            (&spoken.closing, CLOSING),
            (&spoken.organization, ORGANIZATION),
            (&spoken.term, TERM),
        ] {
            text.split_whitespace().for_each(|word| flags.add(word, flag));
        }
        self.flags = flags.0;
        Ok(())
    }

    /// Counts words of texts without names as ordinary ones.
    pub(crate) fn add_ordinary(&mut self, words: &BTreeSet<WordHash>) {
        for word in words {
            let flags = self.flags.entry(*word).or_default();
            *flags = (*flags | COMMON) & !(FAMILY_RARE | GIVEN_RARE);
        }
    }

    /// The table for the model.
    pub(crate) fn lists(&self) -> Lists {
        let words: Vec<(WordHash, u16)> =
            self.flags.iter().map(|(word, flags)| (*word, *flags)).collect();
        Lists::new(&words)
    }

    /// The table without some of the words: whoever learns with it learns what to make of words that are on no list.
    pub(crate) fn sparse_lists(&self, random: &mut Random) -> Lists {
        let known = self.flags.iter().map(|(word, flags)| (*word, *flags));
        let spoken = STREET | TITLE | CUE | GREETING | CLOSING | ORGANIZATION;
        let kept =
            known.filter(|(_, flags)| flags & (spoken | FREQUENT) != 0 || random.percent(75));
        Lists::new(&kept.collect::<Vec<_>>())
    }

    /// The frequent words of `language` that are no names.
    pub(crate) fn plain(&self, language: &str) -> Vec<String> {
        let list = match language {
            "fr" => COMMON_WORDS[1],
            "de" => COMMON_WORDS[2],
            "es" => COMMON_WORDS[3],
            "ar" => COMMON_WORDS[4],
            _ => COMMON_WORDS[0],
        };
        let names = GIVEN | GIVEN_RARE | FAMILY | FAMILY_RARE | PLACE | COUNTRY | TITLE | CUE;
        let is_plain =
            |word: &&str| self.flags.get(&hash(word)).is_some_and(|flags| flags & names == 0);
        list.lines().take(PLAIN_WORDS).filter(is_plain).map(str::to_owned).collect()
    }

    /// Ordinary German words, for making compounds of.
    pub(crate) fn german_words() -> Vec<&'static str> {
        let long = |word: &&str| (4..9).contains(&word.chars().count());
        COMMON_WORDS[2].lines().skip(300).take(8_000).filter(long).collect()
    }

    /// Ordinary Arabic words with the article; names of families and towns that end otherwise are few among them.
    pub(crate) fn arabic_words() -> Vec<&'static str> {
        let is_noun = |word: &&str| {
            word.starts_with("ال") && !word.ends_with('ي') && word.chars().count() > 5
        };
        COMMON_WORDS[4].lines().skip(300).take(8_000).filter(is_noun).collect()
    }

    pub(crate) fn len(&self) -> usize {
        self.flags.len()
    }
}

#[derive(Default)]
struct Flags(BTreeMap<WordHash, u16>);

impl Flags {
    fn add(&mut self, word: &str, flag: u16) {
        *self.0.entry(hash(word)).or_default() |= flag;
    }

    fn has(&self, word: &str, flag: u16) -> bool {
        self.0.get(&hash(word)).is_some_and(|flags| flags & flag != 0)
    }

    fn add_parts(&mut self, name: &str, flag: u16) {
        parts(name).filter(|part| part.chars().count() > 1).for_each(|part| self.add(part, flag));
    }

    fn add_place(&mut self, place: &str, flag: u16) {
        let parts: Vec<&str> = parts(place).collect();
        if let [word] = parts[..] {
            self.add(word, flag);
            return;
        }
        let part_of = if flag == PLACE { PLACE_PART } else { flag };
        for part in parts.into_iter().filter(|part| part.chars().count() > 2) {
            self.add(part, part_of);
        }
    }

    /// Counts frequent words as ordinary ones, and all of `ordinary`; of the places, those that are not of `towns`.
    fn add_common(&mut self, ordinary: &str, towns: &str) {
        let words =
            |text: &str| -> BTreeSet<WordHash> { text.split_whitespace().map(hash).collect() };
        let (ordinary, towns) = (words(ordinary), words(towns));
        for list in COMMON_WORDS {
            for (rank, word) in list.lines().enumerate() {
                let is_name = towns.contains(&hash(word))
                    || ORDINARY_NAMES
                        .iter()
                        .any(|(list, least_rank)| rank >= *least_rank && self.has(word, *list));
                if is_name && !ordinary.contains(&hash(word)) {
                    continue;
                }
                if ["straße", "strasse", "gasse", "allee"].iter().any(|end| word.ends_with(end)) {
                    self.add(word, STREET);
                    continue;
                }
                self.add(word, if rank < FREQUENT_WORDS { COMMON | FREQUENT } else { COMMON });
            }
        }
        for word in ordinary {
            *self.0.entry(word).or_default() |= COMMON;
        }
    }

    fn add_rare(&mut self, name: &str, flag: u16) {
        let rare = parts(name).filter(|part| part.chars().count() > 2);
        let rare: Vec<&str> = rare.filter(|part| !self.has(part, COMMON)).collect();
        for part in rare {
            self.add(part, flag);
        }
    }
}

fn parts(name: &str) -> impl Iterator<Item = &str> {
    name.split(|character: char| !character.is_alphanumeric()).filter(|part| !part.is_empty())
}

fn lines(file: &str) -> impl Iterator<Item = String> {
    file.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned)
}

/// The last `count` columns of a table.
fn columns(file: &str, count: usize) -> Vec<String> {
    let last = |line: &str| -> Vec<String> {
        line.rsplit(',').take(count).map(|field| field.trim().to_owned()).collect()
    };
    file.lines().skip(1).flat_map(last).collect()
}
