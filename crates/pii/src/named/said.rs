//! Passwords that are a word: `the password is sunflower`, `mon mot de passe c'est soleil`. A verb leads to them, nothing but
//! another sentence goes on behind, and the word says nothing about passwords.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use super::{password, words};
use crate::neighbours;
use crate::word_set::WordSet;

/// No such word has fewer or more bytes.
const SHORTEST: usize = 4;
const LONGEST: usize = 40;

/// What is said of passwords.
const ORDINARY: &str = " wrong incorrect invalid expired correct right fine okay good weak strong short long same different blank empty missing \
    required needed mandatory optional unknown known lost gone forgotten changed reset locked blocked valid broken visible hidden \
    secure insecure safe unsafe temporary permanent personal confidential secret here there below above attached following still \
    also never always then that this what down back done public private common default simple easy difficult hard impossible \
    possible important necessary urgent unique identical similar useless unusable compromised outdated current mine yours hers theirs \
    something nothing everything anything pending ready sent null none true false them your their ours older newer longer shorter stronger weaker \
    okey alright perfect another only really just more less too expire reset unset bad down dead obsolete case sensitive shown \
    faux fausse mauvais mauvaise incorrecte invalide juste bonne bien faible fort forte vide manquant manquante requis requise obligatoire \
    facultatif inconnu inconnue perdu perdue temporaire pareil pareille nouveau nouvelle ancien ancienne toujours plus encore aussi \
    visible personnel confidentiel celui cela même meme tout erroné périmé différent identique nécessaire impossible trop court courte long longue simple \
    falsch richtig korrekt ungültig gültig abgelaufen vergessen gesperrt geändert leer schwach stark sicher unsicher kurz lang gleich \
    anders nötig erforderlich notwendig unbekannt bekannt verloren zurückgesetzt blockiert abgelehnt temporär geheim nicht immer noch \
    auch hier dort gut schlecht kaputt sichtbar dasselbe identisch fehlerhaft inkorrekt hinterlegt fällig okay verschwunden weg zurück \
    unverändert wieder jetzt schon einfach wichtig gelöscht \
    incorrecta incorrecto errónea erronea erróneo equivocada correcta correcto válida inválida caducada expirada vencida olvidada perdida bloqueada cambiada débil fuerte \
    vacía corta larga nueva vieja antigua misma igual diferente necesaria obligatoria opcional desconocida segura insegura temporal secreta \
    rechazada aceptada mala buena siempre aquí esta esa simple única \
    خاطئة خاطئه خاطئ خطأ خطا غير صحيحة صحيحه صحيح منتهية منتهيه مرفوضة مرفوضه ضعيفة قوية قصيرة طويلة قديمة جديدة نفسها مطلوبة مفقودة منسية مغلقة \
    مقفلة محظورة مؤقتة سرية صالحة فارغة مجهولة معروفة ليست التي الذي المشكلة السبب مختلفة سهلة صعبة آمنة موقوفة معطلة ناقصة مطابقة \
    انتهت تغيرت ضاعت نسيتها نسيت تعطلت انقفلت راحت رفضت توقفت اتغيرت اتقفلت مش مو ما لم لن لا خلصت انحذفت ";

static ORDINARY_WORDS: LazyLock<FxHashSet<&str>> =
    LazyLock::new(|| ORDINARY.split_whitespace().collect());

/// How words end that say what something is or what was done to it.
const ENDINGS: &[&str] = &[
    "ed", "ing", "ly", "able", "ible", "ive", "é", "ée", "és", "ées", "ment", "lich", "bar",
    "iert", "ado", "ada", "ido", "ida",
];

/// What another thought begins with.
static CONJUNCTIONS: WordSet = WordSet::new(
    " but and or however though please thanks thank thx if when mais et ou merci svp stp aber und oder bitte danke geht \
    pero y o gracias بس عشان لكن أو او شكرا ولا لا ",
);

/// The end of the word that begins `text`, if a verb that ends `head` says that it is the password.
pub(super) fn end(head: &str, text: &str) -> Option<usize> {
    let verb = head.trim_end_matches([' ', ':', '"', '\'']);
    let verb = neighbours::word_before(verb, verb.len());
    let is_said = words::is_verb(verb) && !matches!(verb, "to" | "as" | "be" | "s")
        || password::is_said_of_mine(head, text);
    let end = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
    if !is_said || !(SHORTEST..=LONGEST).contains(&end) || !stops(&text[end..]) {
        return None;
    }
    let word = text[..end].to_lowercase();
    let is_ordinary = ORDINARY_WORDS.contains(word.as_str())
        || ENDINGS.iter().any(|ending| word.ends_with(ending));
    (!is_ordinary).then_some(end)
}

/// Whether nothing that belongs to a word before it begins `rest`.
fn stops(rest: &str) -> bool {
    let next = rest.trim_start_matches(' ');
    if next.is_empty() || next.starts_with(['\n', '\r', '.', ',', ';', ')', '"', '»', '!', '،']) {
        return !rest.starts_with('.') || !rest[1..].starts_with(char::is_alphanumeric);
    }
    let word = neighbours::word_after(next);
    let is_glued = word.starts_with('و') && word.len() > 'و'.len_utf8();
    next.len() < rest.len() && (is_glued || CONJUNCTIONS.holds(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_behind_a_verb_is_the_password() {
        for (head, text, word) in [
            ("the password is ", "sunflower but it fails", "sunflower"),
            ("mot de passe c'est ", "soleil", "soleil"),
            ("das Passwort lautet ", "Gartenzaun, bitte", "Gartenzaun"),
            ("la contraseña era ", "girasol y no entra", "girasol"),
            ("كلمة المرور هي ", "زيتون ولا تعمل", "زيتون"),
            ("كلمة المرور حقتي ", "ياسمين وما تشتغل", "ياسمين"),
        ] {
            assert_eq!(end(head, text), Some(word.len()), "{text}");
        }
    }

    #[test]
    fn what_is_said_of_a_password_is_none() {
        for (head, text) in [
            ("the password is ", "wrong"),
            ("the password is ", "rejected, why"),
            ("the password is ", "case sensitive"),
            ("mon mot de passe est ", "expiré"),
            ("das Passwort ist ", "abgelaufen und"),
            ("la contraseña es ", "incorrecta."),
            ("كلمة المرور هي ", "خاطئة"),
            ("كلمة المرور حقتي ", "انتهت وما أقدر أدخل"),
            ("the password ", "sunflower"),
        ] {
            assert_eq!(end(head, text), None, "{text}");
        }
    }
}
