//! How a name of a table may be written.

use switchboard_text::for_each_word;

/// `word` and what people shorten it to: `account no`, `Versicherungsnr`, `n° de permis`.
pub(super) fn shortened(word: &str) -> Vec<String> {
    let mut all = vec![word.to_owned()];
    if let Some(head) = word.strip_suffix(" number") {
        all.extend(["no", "num", "nr", "#"].map(|short| format!("{head} {short}")));
    }
    if let Some(head) = word.strip_suffix("nummer").filter(|head| !head.is_empty()) {
        all.extend(["nr", "-nr", " nr"].map(|short| format!("{head}{short}")));
    }
    if let Some(tail) = word.strip_prefix("numéro de ") {
        all.extend(
            ["n° de", "n°", "num de", "num", "no de"].map(|short| format!("{short} {tail}")),
        );
    }
    // Cards have numbers too, and a longer name must not end before the document's.
    for (article, begins) in DOCUMENTS {
        if begins.iter().any(|begin| word.starts_with(begin)) {
            all.extend(article.iter().map(|article| format!("{article}{word}")));
        }
    }
    if let Some((head, tail)) = word.split_once('-').filter(|(head, _)| head.len() > 2) {
        all.push(format!("{head} {tail}"));
    }
    all.extend(possessives(word));
    all.extend(owners_of_number(word));
    // The article and what is glued before it: `للحساب`.
    all.extend(word.strip_prefix("ال").map(|rest| format!("لل{rest}")));
    all
}

/// What may stand before the names of documents that begin so.
const DOCUMENTS: [(&[&str], &[&str]); 3] = [
    (&["numéro de ", "n° de ", "num "], &["carte ", "titre ", "pièce ", "permis "]),
    (&["رقم "], &["بطاقة", "البطاقة", "بطاقتي", "رخصة", "جواز", "الهوية", "هوية"]),
    (&["número de ", "n.º de "], &["cédula", "carnet", "tarjeta", "licencia", "permiso"]),
];

/// An Arabic name with whose it is behind its last word: `بطاقة تعريفه`, `رخصتها`.
fn possessives(word: &str) -> Vec<String> {
    let last = word.rsplit(' ').next().unwrap_or_default();
    let is_open = last.chars().all(|c| matches!(c, '\u{621}'..='\u{64a}'))
        && last.chars().count() > if last == word { 3 } else { 2 }
        && !last.starts_with("ال")
        && !last.ends_with(['ي', 'ك', 'ه', 'ا']);
    if !is_open {
        return Vec::new();
    }
    let stem = word.strip_suffix('ة').map_or_else(|| word.to_owned(), |stem| format!("{stem}ت"));
    ["ي", "ه", "ها", "ك", "نا", "هم"].map(|owner| format!("{stem}{owner}")).to_vec()
}

/// `الرقم الشخصي` with whose it is: `رقمه الشخصي`.
fn owners_of_number(word: &str) -> Vec<String> {
    let Some(which) = word.strip_prefix("الرقم ") else { return Vec::new() };
    ["ي", "ه", "ها", "ك", "هم", "و"].map(|owner| format!("رقم{owner} {which}")).to_vec()
}

/// The keys of files and forms that are made of `word`: `card_number`, `cardNumber`.
pub(super) fn keys(word: &str) -> Vec<String> {
    let mut parts = word.split(' ');
    let is_long = parts.all(|part| part.len() > 1 && !matches!(part, "no" | "nr"));
    if !word.is_ascii() || !is_long || !(1..=2).contains(&word.matches(' ').count()) {
        return Vec::new();
    }
    vec![word.replace(' ', "_"), word.replace(' ', "")]
}

/// `word` as written, with its accented letters in capitals, and without accents.
pub(super) fn spellings(word: &str) -> Vec<String> {
    let capitals =
        word.chars().flat_map(|c| if c.is_ascii() { vec![c] } else { c.to_uppercase().collect() });
    let mut folded = Vec::new();
    for_each_word(word, |part| folded.push(part.text.to_owned()));
    let bare: String = word.chars().map(without_accent).collect();
    let mut spellings = vec![word.to_owned(), capitals.collect(), bare];
    // Many write one of these letters carelessly and not the others.
    for careless in ["أإآ", "ة", "ى"] {
        let simple = |c: char| if careless.contains(c) { without_accent(c) } else { c };
        if word.contains(|c| careless.contains(c)) {
            spellings.push(word.chars().map(simple).collect());
        }
    }
    // Folding drops what is no word, such as a single letter.
    if !word.is_ascii() && !word.starts_with(' ') && folded.len() == word.split(' ').count() {
        spellings.push(folded.join(" "));
    }
    spellings
}

fn without_accent(letter: char) -> char {
    match letter {
        'á' | 'à' | 'â' | 'ä' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'î' | 'ï' => 'i',
        'ó' | 'ô' | 'ö' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        'ñ' => 'n',
        'أ' | 'إ' | 'آ' => 'ا',
        'ة' => 'ه',
        'ى' => 'ي',
        '’' => '\'',
        letter => letter,
    }
}
