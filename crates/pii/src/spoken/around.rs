//! What stands before a number: the words that name it, lead to it, or say that it is another.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::words::folded;
use crate::Kind;
use crate::named;
use crate::neighbours;
use crate::word_set::WordSet;

/// A name is looked for in so many bytes and words before a number.
const NEAR: usize = 128;
const MOST_WORDS: usize = 12;

/// So many words that say something may stand between a name and its number.
const MOST_OWNER_WORDS: usize = 3;

/// A number stands in one of so many lines behind its name.
const MOST_LINES: usize = 2;

/// What a word calls the number behind it.
#[derive(Debug)]
pub(super) struct Name {
    pub(super) kind: Kind,
    /// It has so many digits.
    pub(super) least: usize,
    pub(super) most: usize,
    /// A word for a card stands near, or what may be its number.
    pub(super) is_on_card: bool,
    words: &'static str,
}

const fn name(kind: Kind, least: usize, most: usize, words: &'static str) -> Name {
    Name { kind, least, most, is_on_card: false, words }
}

const fn on_card(kind: Kind, least: usize, most: usize, words: &'static str) -> Name {
    Name { kind, least, most, is_on_card: true, words }
}

/// Arabic words are written as [`folded`] writes them.
static NAMES: [Name; 9] = [
    name(Kind::Secret, 3, 8, "pin pins pincode passcode puk geheimzahl geheimnummer السري بن البن"),
    name(
        Kind::CardCvv,
        3,
        4,
        "cvv cvc csc cid cryptogramme crypto prüfnummer pruefnummer kartenprüfnummer prüfziffer kartenprüfziffer sicherheitscode \
        security sécurité securite seguridad الامان التحقق",
    ),
    on_card(
        Kind::CardCvv,
        3,
        4,
        "back front behind verso dos derrière derriere hinten rückseite rueckseite vorderseite vorne atrás atras detrás detras \
        reverso ورا وراء وري خلف الخلف الخلفي الخلفيه الضهر الظهر",
    ),
    on_card(
        Kind::CreditCard,
        4,
        4,
        "ending ends last endet endend endziffern letzten letzte finit finissant termine terminant derniers terminada termina acaba \
        últimos ultimos المنتهيه تنتهي اخر",
    ),
    name(Kind::PostalCode, 4, 6, "zip zipcode postcode postal plz postleitzahl البريدي"),
    name(
        Kind::CardExpiry,
        2,
        6,
        "exp expiry expires expiring expiration valid expire expirant validité validite valable valide gültig gueltig gültigkeit \
        ablauf ablaufdatum abgelaufen läuft verfällt vence vencimiento vto caduca caducidad válida valida expira الانتهاء انتهاء \
        انتهايها تنتهي بتنتهي صالحه الصلاحيه صلاحيه صلاحيتها",
    ),
    name(
        Kind::BankAccount,
        6,
        14,
        "account compte konto kontonummer cuenta الحساب حسابي blz rib sort",
    ),
    name(Kind::UsSsn, 9, 9, "ssn social"),
    name(
        Kind::CreditCard,
        12,
        19,
        "card carte karte kreditkarte kartennummer tarjeta visa mastercard بطاقه البطاقه بطاقتي الفيزا فيزا",
    ),
];

/// A code of any kind: what it opens may stand before the word.
static CODES: WordSet =
    WordSet::new(" code codes zugangscode türcode código codigo clave كود الكود رمز الرمز ");

/// A telephone number is spoken of.
static CUES: WordSet = WordSet::new(
    " phone telephone tel call called calling ring reach reached mobile cell cellphone landline whatsapp text contact callback \
    téléphone portable appelle appeler appelez rappelle rappeler rappelez joindre joignable gsm fixe contacter \
    telefon handy rufnummer handynummer mobilnummer telefonnummer rückruf anrufen erreichbar erreichen festnetz \
    teléfono telefono móvil movil celular llamar llámame llame llamarme número numéros \
    هاتف الهاتف هاتفي جوال الجوال جوالي موبايل الموبايل موبايلي تلفون التلفون تليفون التليفون اتصل اتصلوا كلموني كلمني واتساب نمرتي ",
);

/// A number is, and no word before says which.
static NUMBERS: WordSet =
    WordSet::new(" number numéro numero nummer número numero رقم رقمي الرقم ");

/// Numbers of other things are.
static OTHERS: WordSet = WordSet::new(
    " error errors version build port order orders ticket tickets invoice case reference ref request incident serial model part \
    asset promo discount exit status http area room floor page channel purchase po \
    erreur erreurs commande facture dossier référence demande série modèle bureau étage version bon lot \
    fehler fehlercode fehlermeldung bestellung bestellnummer auftrag auftragsnummer rechnung rechnungsnummer vorgang vorgangsnummer \
    ticketnummer seriennummer gerät inventarnummer kundennummer raum artikel artikelnummer \
    pedido factura caso referencia serie modelo versión \
    خطا الخطا طلب الطلب فاتوره الفاتوره تذكره التذكره بلاغ البلاغ الاصدار الطلبيه فاتورة الفاتورة تذكرة التذكرة الخطأ خطأ الطلبية الإصدار المرجع ",
);

/// What leads from a name to its number.
static LEADS: WordSet = WordSet::new(
    " is was are its it s says reads est était c sont ist war lautet lautete wäre sind es era son هو هي وهو وهي كان كانت \
    yes yeah sure well so ok okay oui alors voilà ja also sí bueno نعم ايوه à bis until till thru through fin ende end au hasta thats حتى month mois monat mes شهر le ",
);

static BY_WORD: LazyLock<FxHashMap<&str, SmallVec<[&Name; 2]>>> = LazyLock::new(|| {
    let mut by_word: FxHashMap<&str, SmallVec<[&Name; 2]>> = FxHashMap::default();
    for name in &NAMES {
        name.words.split_whitespace().for_each(|word| by_word.entry(word).or_default().push(name));
    }
    by_word
});

/// What the words before a number say.
#[derive(Debug, Default)]
pub(super) struct Before {
    /// The nearest first.
    pub(super) names: SmallVec<[&'static Name; 4]>,
    /// A code of no special kind is spoken of, and a word leads to it.
    pub(super) is_code: bool,
    pub(super) is_of_phone: bool,
    pub(super) is_of_other: bool,
}

/// Reads the words before byte `at`.
pub(super) fn before(text: &str, at: usize) -> Before {
    let (mut before, mut is_led) = (Before::default(), false);
    let (mut owner_words, mut lines, mut has_code, mut has_number) = (0, 0, false, false);
    for (place, (word, behind)) in words(text, at).enumerate().take(MOST_WORDS) {
        let breaks = behind.matches('\n').count();
        // Somebody speaks: `CALLER three three …`
        is_led |= breaks > 0 && lines == 0 && place <= MOST_OWNER_WORDS;
        lines += breaks;
        let is_stop =
            place > 0 && breaks == 0 && behind.starts_with(['.', '!']) && !behind.starts_with("..");
        if lines > MOST_LINES || is_stop || behind.contains(|c: char| c.is_ascii_digit()) {
            break;
        }
        is_led |= place == 0
            && (LEADS.holds(word) || named::is_month(word) || behind.contains([':', '?', '=']));
        if OTHERS.holds(word) {
            before.is_of_other |= !before.is_of_phone;
            break;
        }
        before.is_of_phone |= CUES.holds(word);
        has_number |= NUMBERS.holds(word);
        let is_near = owner_words == 0 || is_led && owner_words <= MOST_OWNER_WORDS;
        let is_near = is_near && !before.is_of_phone;
        if let Some(names) = BY_WORD.get(folded(word).as_str()).filter(|_| is_near) {
            before.names.extend(names.iter().copied());
        } else if CODES.holds(word) {
            has_code |= is_near && is_led;
        } else if !LEADS.holds(word) && !named::says_nothing(word) && !named::is_month(word) {
            owner_words += 1;
        }
    }
    before.is_of_phone |= has_number && !before.is_of_other;
    before.is_code = has_code && !before.is_of_other;
    if before.is_of_other {
        before.names.clear();
    }
    before
}

/// The names that the words behind byte `at` have for the number before it: `… is my PIN`.
pub(super) fn behind(text: &str, at: usize) -> &'static [&'static Name] {
    let near = &text[at..text.floor_char_boundary((at + NEAR / 2).min(text.len()))];
    let near = near.split(['\n', '.', '?']).next().unwrap_or_default();
    let mut words =
        near.split(|c: char| !neighbours::is_alphabetic(c)).filter(|word| !word.is_empty());
    if !words.next().is_some_and(|word| LEADS.holds(word)) {
        return &[];
    }
    let named = words.take(MOST_OWNER_WORDS).find_map(|word| BY_WORD.get(folded(word).as_str()));
    named.map_or(&[], |names| names.as_slice())
}

/// The words before byte `at`, the nearest first, and what stands behind each.
pub(super) fn words(text: &str, at: usize) -> impl Iterator<Item = (&str, &str)> {
    let from = text.floor_char_boundary(at.saturating_sub(NEAR));
    let mut end = at;
    std::iter::from_fn(move || {
        let head = &text[from..end];
        let word_end = head.trim_end_matches(|c| !neighbours::is_alphabetic(c)).len();
        let word_start = head[..word_end].trim_end_matches(neighbours::is_alphabetic).len();
        end = from + word_start;
        (word_start < word_end).then(|| (&head[word_start..word_end], &head[word_end..]))
    })
}
