//! Postal codes whose town stands behind them: `1209 Genève`, `75011 Paris`. Of towns large enough for it the codes are known.

use crate::Kind;
use crate::candidate::Candidate;
use crate::context::Role;
use crate::digits::Digits;
use crate::groups::Group;
use crate::neighbours;

const SCORE: f32 = 0.6;

/// The first and the last code of a town, as they are written, and its names.
const TOWNS: &[(&str, &str, &str)] = &[
    // Switzerland
    ("1200", "1299", "Genève Geneve Genf Geneva"),
    ("1000", "1018", "Lausanne"),
    ("1227", "1227", "Carouge"),
    ("1260", "1260", "Nyon"),
    ("1700", "1708", "Fribourg Freiburg"),
    ("1800", "1800", "Vevey"),
    ("1820", "1820", "Montreux"),
    ("2500", "2505", "Biel Bienne"),
    ("3000", "3030", "Bern Berne"),
    ("3600", "3614", "Thun"),
    ("4000", "4059", "Basel Bâle"),
    ("5000", "5004", "Aarau"),
    ("6000", "6020", "Luzern Lucerne"),
    ("6900", "6918", "Lugano"),
    ("7000", "7000", "Chur"),
    ("8000", "8099", "Zürich Zurich Zuerich"),
    ("8400", "8411", "Winterthur"),
    // Austria
    ("1010", "1239", "Wien Vienna"),
    ("4020", "4040", "Linz"),
    ("5020", "5026", "Salzburg"),
    ("6020", "6080", "Innsbruck"),
    ("8010", "8055", "Graz"),
    ("9020", "9073", "Klagenfurt"),
    // Belgium, Luxembourg
    ("1000", "1210", "Bruxelles Brussel Brussels"),
    ("4000", "4032", "Liège Liege"),
    ("5000", "5024", "Namur"),
    ("6000", "6044", "Charleroi"),
    ("9000", "9052", "Gent Gand"),
    ("3000", "3018", "Leuven Louvain"),
    ("1110", "1899", "Luxembourg Luxemburg"),
    ("2100", "2999", "Luxembourg Luxemburg"),
    // France
    ("75001", "75020", "Paris"),
    ("75116", "75116", "Paris"),
    ("69001", "69009", "Lyon"),
    ("13001", "13016", "Marseille"),
    ("31000", "31500", "Toulouse"),
    ("06000", "06300", "Nice"),
    ("44000", "44300", "Nantes"),
    ("34000", "34090", "Montpellier"),
    ("67000", "67200", "Strasbourg"),
    ("33000", "33800", "Bordeaux"),
    ("59000", "59800", "Lille"),
    ("35000", "35700", "Rennes"),
    ("51100", "51100", "Reims"),
    ("38000", "38100", "Grenoble"),
    ("21000", "21000", "Dijon"),
    ("49000", "49100", "Angers"),
    ("30000", "30900", "Nîmes Nimes"),
    ("63000", "63100", "Clermont"),
    ("37000", "37200", "Tours"),
    ("57000", "57070", "Metz"),
    ("76000", "76100", "Rouen"),
    ("54000", "54100", "Nancy"),
    ("14000", "14000", "Caen"),
    ("29200", "29200", "Brest"),
    // Germany
    ("10115", "14199", "Berlin"),
    ("20095", "22769", "Hamburg"),
    ("80331", "81929", "München Muenchen Munich"),
    ("50667", "51149", "Köln Koeln Cologne"),
    ("60306", "60599", "Frankfurt"),
    ("70173", "70629", "Stuttgart"),
    ("40210", "40629", "Düsseldorf Duesseldorf"),
    ("04103", "04357", "Leipzig"),
    ("44135", "44388", "Dortmund"),
    ("45127", "45359", "Essen"),
    ("28195", "28779", "Bremen"),
    ("01067", "01328", "Dresden"),
    ("30159", "30659", "Hannover"),
    ("90402", "90491", "Nürnberg Nuernberg"),
    ("47051", "47279", "Duisburg"),
    ("44787", "44894", "Bochum"),
    ("53111", "53229", "Bonn"),
    ("68159", "68309", "Mannheim"),
    ("76131", "76229", "Karlsruhe"),
    ("86150", "86199", "Augsburg"),
    ("65183", "65207", "Wiesbaden"),
    ("48143", "48167", "Münster Muenster"),
    ("24103", "24159", "Kiel"),
    ("18055", "18147", "Rostock"),
    ("79098", "79117", "Freiburg"),
    ("55116", "55131", "Mainz"),
    ("99084", "99099", "Erfurt"),
    ("52062", "52080", "Aachen"),
    ("23552", "23570", "Lübeck"),
    // The Maghreb
    ("20000", "20999", "Casablanca"),
    ("10000", "10220", "Rabat"),
    ("40000", "40170", "Marrakech"),
    ("80000", "80020", "Agadir"),
    ("3000", "3099", "Sfax"),
    ("4000", "4099", "Sousse"),
];

/// Adds every code, and the town behind it.
pub(crate) fn find(digits: &Digits<'_>, found: &mut Vec<Candidate>) {
    let text = digits.text;
    for group in &digits.groups {
        if !matches!(group.len(), 4 | 5) {
            continue;
        }
        let Some(rest) = text[group.range.end..].strip_prefix(' ') else { continue };
        if !rest.starts_with(char::is_uppercase) {
            continue;
        }
        // Behind a street, code and town are parts of the address, which the tagger of names reads as a whole.
        let head = &text[..group.range.start];
        let is_free = head.is_empty() || head.ends_with(|c: char| c.is_whitespace() || c == '(');
        let is_in_address =
            head.trim_end().ends_with(|c: char| c.is_ascii_digit() || matches!(c, ',' | '،'));
        let is_free = is_free && !is_in_address;
        if is_free && is_code_of(&text[group.range.clone()], rest) && !is_named(digits, group) {
            let town =
                group.range.end + 1..group.range.end + 1 + neighbours::word_after(rest).len();
            let add = |(kind, range)| Candidate { kind, range, score: SCORE };
            found
                .extend([(Kind::PostalCode, group.range.clone()), (Kind::Location, town)].map(add));
        }
    }
}

/// Whether `code` is one of the town that `rest` begins with.
fn is_code_of(code: &str, rest: &str) -> bool {
    let mut towns = TOWNS
        .iter()
        .filter(|(first, last, _)| first.len() == code.len() && (*first..=*last).contains(&code));
    towns.any(|(.., names)| names.split(' ').any(|name| name == neighbours::word_after(rest)))
}

/// `order 1209 Genève`
fn is_named(digits: &Digits<'_>, code: &Group) -> bool {
    let head = digits.text[..code.range.start].trim_end_matches(' ');
    digits.context.role_of(neighbours::word_before(head, head.len())) == Some(Role::Other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Context;

    fn codes(text: &str) -> Vec<&str> {
        let context = Context::new();
        let mut found = Vec::new();
        find(&Digits::of(text, &context), &mut found);
        found.into_iter().map(|candidate| &text[candidate.range]).collect()
    }

    #[test]
    fn a_town_shows_its_code() {
        assert_eq!(codes("livraison à 1209 Genève"), ["1209", "Genève"]);
        assert_eq!(codes("Wohnhaft in (80331 München)"), ["80331", "München"]);
    }

    #[test]
    fn a_town_with_another_number_shows_none() {
        for text in ["99999 Berlin", "commande 1209 Genève", "4500 Paris", "Teil A-1010 Wien"] {
            assert!(codes(text).is_empty(), "{text}");
        }
    }
}
