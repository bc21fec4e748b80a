//! What stands before a number: the words that name it, lead to it, or say that it is another.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::words::with_folded;
use crate::Kind;
use crate::named;
use crate::neighbours;

/// A name is looked for in so many bytes and words before a number.
const NEAR: usize = 128;
const MOST_WORDS: usize = 12;

/// So many words that say something may stand between a name and its number.
const MOST_OWNER_WORDS: usize = 3;

/// A word for another thing says so with so many of them in between.
const MOST_WORDS_FROM_OTHER: usize = 4;

/// A number stands in one of so many lines behind its name.
const MOST_LINES: usize = 2;

/// No telephone number has fewer digits, and no code has more.
const FEWEST_OF_PHONE: usize = 9;

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

/// Written as [`with_folded`] writes them.
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
    name(
        Kind::CardExpiry,
        2,
        6,
        "exp expiry expires expiring expiration valid expire expirant validité validite valable valide gültig gueltig gültigkeit \
        ablauf ablaufdatum abgelaufen läuft verfällt vence vencimiento vto caduca caducidad válida valida expira الانتهاء انتهاء \
        انتهايها تنتهي بتنتهي صالحه الصلاحيه صلاحيه صلاحيتها",
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

/// What a word before a number says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// It is one of [`NAMES`].
    Name,
    /// A code of any kind: what it opens may stand before the word.
    Code,
    /// A telephone number is spoken of.
    Phone,
    /// A number is, and no word before says which.
    Number,
    /// The number is that of another thing.
    Other,
    /// It leads from a name to its number.
    Lead,
}

/// Written as [`with_folded`] writes them.
const ROLES: [(Role, &str); 5] = [
    (Role::Code, "code codes zugangscode türcode código codigo clave كود الكود رمز الرمز"),
    (
        Role::Phone,
        "phone telephone tel call called calling ring reach reached mobile cell cellphone landline whatsapp text contact callback \
    téléphone portable appelle appeler appelez rappelle rappeler rappelez joindre joignable gsm fixe contacter \
    telefon handy rufnummer handynummer mobilnummer telefonnummer rückruf anrufen erreichbar erreichen festnetz \
    teléfono telefono móvil movil celular llamar llámame llame llamarme número numéros \
    هاتف الهاتف هاتفي جوال الجوال جوالي موبايل الموبايل موبايلي تلفون التلفون تليفون التليفون اتصل اتصلوا كلموني كلمني واتساب نمرتي",
    ),
    (Role::Number, "number numéro numero nummer número رقم رقمي الرقم"),
    (
        Role::Other,
        "error errors version build port order orders ticket tickets invoice case reference ref request incident serial model part \
    asset promo discount exit status http area room floor page channel purchase po meeting webinar \
    erreur erreurs commande facture dossier référence demande série modèle bureau étage bon lot \
    fehler fehlercode fehlermeldung bestellung bestellnummer auftrag auftragsnummer rechnung rechnungsnummer vorgang vorgangsnummer \
    ticketnummer seriennummer gerät inventarnummer kundennummer raum artikel artikelnummer \
    pedido factura caso referencia serie modelo versión \
    خطا الخطا طلب الطلب فاتوره الفاتوره تذكره التذكره بلاغ البلاغ الاصدار الطلبيه المرجع",
    ),
    (
        Role::Lead,
        "is was are its it s says reads pone dice marque est était c sont ist war lautet lautete wäre sind es era son هو هي وهو وهي كان كانت \
    yes yeah sure well so ok okay oui alors voilà ja also sí bueno نعم ايوه à bis until till thru through fin ende end au hasta thats حتي month mois monat mes شهر le",
    ),
];

static BY_WORD: LazyLock<FxHashMap<&str, (Role, Names)>> = LazyLock::new(|| {
    let mut by_word: FxHashMap<&str, (Role, Names)> = FxHashMap::default();
    for (role, words) in ROLES {
        by_word.extend(words.split_whitespace().map(|word| (word, (role, Names::new()))));
    }
    for name in &NAMES {
        for word in name.words.split_whitespace() {
            let (role, names) = by_word.entry(word).or_insert((Role::Name, Names::new()));
            *role = Role::Name;
            names.push(name);
        }
    }
    by_word
});

/// What a word may be the name of.
type Names = SmallVec<[&'static Name; 2]>;

fn role(word: &str) -> Option<&'static (Role, Names)> {
    with_folded(word, |word| BY_WORD.get(word))
}

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

/// Reads the words before byte `at`, those of a telephone number only if it may be one.
pub(super) fn before(text: &str, at: usize, may_be_phone: bool) -> Before {
    let (mut before, mut is_led) = (Before::default(), false);
    let (mut owner_words, mut lines, mut has_code, mut number_at) = (0, 0, false, None);
    for (place, (word, behind)) in words(text, at).enumerate().take(MOST_WORDS) {
        let breaks = behind.matches('\n').count();
        // Somebody speaks: `CALLER three three …`
        is_led |= breaks > 0 && lines == 0 && place <= MOST_OWNER_WORDS;
        lines += breaks;
        if lines > MOST_LINES || place > 0 && ends_sentence(behind) {
            break;
        }
        let known = role(word);
        let role = known.map(|(role, _)| *role);
        let is_lead = place == 0 && role.is_none() && named::is_month(word);
        let leads = || role == Some(Role::Lead) || behind.contains([':', '?', '=']);
        is_led |= is_lead || place == 0 && leads();
        let is_near = owner_words == 0 || is_led && owner_words <= MOST_OWNER_WORDS;
        if !may_be_phone && !is_near && place > MOST_OWNER_WORDS {
            break;
        }
        match known {
            Some((Role::Name, names)) if is_near => {
                // `my account is locked, call me at …`
                let fits = |name: &&&Name| !before.is_of_phone || name.most < FEWEST_OF_PHONE;
                before.names.extend(names.iter().filter(fits).copied());
            }
            Some((Role::Other, _)) => {
                // `the ticket is open, my number is …`
                let is_far = number_at.is_some_and(|words| words < owner_words);
                before.is_of_other =
                    !before.is_of_phone && !is_far && owner_words <= MOST_WORDS_FROM_OTHER;
                break;
            }
            Some((Role::Phone, _)) => before.is_of_phone = true,
            Some((Role::Number, _)) => number_at = number_at.or(Some(owner_words)),
            Some((Role::Code, _)) => has_code |= is_near && is_led,
            Some((Role::Lead, _)) => {}
            _ => owner_words += usize::from(!is_lead && !named::says_nothing(word)),
        }
    }
    if before.is_of_other {
        before.names.clear();
    }
    before.is_of_phone |= number_at.is_some() && !before.is_of_other;
    before.is_code = has_code && !before.is_of_other;
    before
}

/// Whether what stands behind a word ends a sentence, or is a number.
fn ends_sentence(behind: &str) -> bool {
    let is_stop = behind.starts_with(['.', '!']) && !behind.starts_with("..");
    is_stop && !behind.contains('\n') || behind.contains(|c: char| c.is_ascii_digit())
}

/// The names that the words behind byte `at` have for the number before it: `… is my PIN`.
pub(super) fn behind(text: &str, at: usize) -> &'static [&'static Name] {
    let near = &text[at..text.floor_char_boundary((at + NEAR / 2).min(text.len()))];
    let near = near.split(['\n', '.', '?']).next().unwrap_or_default();
    let words = near.split(|c: char| !neighbours::is_alphabetic(c));
    let mut words = words.filter(|word| !word.is_empty()).map(role);
    if !matches!(words.next(), Some(Some((Role::Lead, _)))) {
        return &[];
    }
    let mut names = words.take(MOST_OWNER_WORDS).flatten().map(|(_, names)| names);
    names.find(|names| !names.is_empty()).map_or(&[], |names| names.as_slice())
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
