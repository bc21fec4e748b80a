//! What leads to a password or a code some words behind its name: a verb, a sign.

use super::words::is_verb;
use crate::neighbours;
use crate::word_set::WordSet;

/// So far behind its name a password or a code is looked for.
pub(super) const FAR: usize = 96;

/// And so far before it.
pub(super) const BEFORE: usize = 80;

/// Words that one tells a password or a code with, besides verbs of being.
static TOLD: WordSet = WordSet::new(
    " value valeur wert valor have had hab habe reads read says shows set tried try typed type entered enter used use using with saying stays remains became changed received got sent \
    indique affiche reçu recu reçois dit essayé essaye essayer tapé tape saisi saisis utilisé mis mets reste avec \
    bekommen erhalten kam lautet steht sagt eingegeben probiert versucht getippt nehme benutze bleibt mit verwendet \
    probado probé puse uso usé marqué metí escribí sigue con \
    جاني جاتني وصلني وصلتني جربت جرب كتبت كتب دخلت ادخلت أدخلت استخدمت استعملت حطيت اكتب وهي وهو وكان وكانت صارت صار أصبحت اصبحت بقت بقى فاكراه فاكرها فاكره كاتباه كاتبه ",
);

/// Names of numbers of other things.
static THINGS: WordSet = WordSet::new(
    " ticket order case ref reference invoice error room version user username host server port build asset serial \
    commande dossier facture erreur salle poste numéro hôte serveur utilisateur code \
    bestellung auftrag rechnung fehler fehlercode raum zimmer benutzer gerät \
    pedido factura error sala usuario servidor caso incidencia \
    تذكرة التذكرة طلب الطلب خطأ الخطأ فاتورة الفاتورة غرفة الغرفة المستخدم السيرفر ",
);

/// What else has long numbers with letters.
pub(super) static OTHER_IDS: WordSet = WordSet::new(
    " id ids correlation trace request session commit hash checksum sha md5 guid uuid digest fingerprint ",
);

/// Whether one tells a password or a code with `word`.
pub(super) fn is_told(word: &str) -> bool {
    TOLD.holds(word)
}

/// Whether `word` has numbers of its own.
pub(super) fn is_thing(word: &str) -> bool {
    THINGS.holds(word)
}

/// The places behind each verb and each sign that leads to a value, so far behind byte `at`.
pub(super) fn leads(text: &str, at: usize, far: usize) -> impl Iterator<Item = usize> {
    let end = text.floor_char_boundary((at + far).min(text.len()));
    let near = text[at..end].split("\n\n").next().unwrap_or_default();
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = &near[from..];
            let next = rest.chars().next()?;
            if neighbours::is_alphabetic(next) {
                let word = neighbours::word_after(rest);
                let is_part = near[..from].ends_with(|c: char| c.is_ascii_digit())
                    || rest[word.len()..].starts_with(|c: char| c.is_ascii_digit());
                from += word.len();
                if !is_part && is_lead(word) {
                    return Some(at + from);
                }
            } else {
                from += next.len_utf8();
                if matches!(next, ':' | '=' | '(' | ',' | '"' | '«' | '„' | '“') {
                    return Some(at + from);
                }
            }
        }
    })
}

/// Whether a value may stand behind `word`: a verb, or in Arabic what the code is for (`للخزنة`).
fn is_lead(word: &str) -> bool {
    let stems = ["دخل", "كتب", "استخدم", "استعمل", "جرب"];
    let is_arabic = !word.is_ascii() && stems.iter().any(|stem| word.contains(stem));
    word.starts_with("لل")
        || is_arabic
        || word.strip_prefix('و').is_some_and(is_told)
        || is_told(word)
        || is_verb(word) && !is_small_preposition(word)
}

fn is_small_preposition(word: &str) -> bool {
    ["to", "as", "be", "s"].iter().any(|small| small.eq_ignore_ascii_case(word))
}
