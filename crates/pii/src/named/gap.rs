//! The way from a name to its value: signs and small words that say nothing.

use std::collections::HashSet;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::neighbours;
use crate::shadow::FILLER;

/// So many small words may stand between a name and its value.
const MOST_WORDS: usize = 7;

/// So many signs and spaces.
const MOST_SIGNS: usize = 24;

/// Between `password for` and its verb stand at most so many words that are not small.
const MOST_OWNER_WORDS: usize = 3;

/// A full stop behind a word of more letters ends a sentence.
const LONGEST_ABBREVIATION: usize = 5;

/// Only ASCII letters are made small before they are looked up, so words in capitals with others stand here too.
const SMALL: &str = "number numbers no nos nr num numb nbr is was are were it its the my your his her our their this that of on in \
    as ending ends end with under for details be for dd mm yyyy yy jj aaaa tt jjjj to currently still new old current correct full complete here below following \
    follows should reads says actually now s to changed set updated digits digit last one four just yes code card id date bank back \
    n numero numéro numéros est sont le la les de du des mon ma mes votre notre son sa c ce voici suivant suivante pour \
    était étaient etait sera nouveau nouvelle nouvel ancien bien bancaire sous fini finissant par se termine l d carte actuel actuelle \
    nummer nummern ist sind war waren wäre lautet lautete lauten die der das den meine mein meiner unsere ihre seine neue neues neuer alte altes alter \
    folgende also jetzt endet auf mit für fuer karte am \
    número números nº nª º del es son el los mi mis su nuestra nuestro nueva nuevo actual era termina en que para bancaria bancario tarjeta \
    copy copie kopie copia renewed reissued renouvelé renouvele verlängert renovado \
    français française marocain marocaine tunisien tunisienne algérien algérienne belge español española deutsche deutscher \
    nÚmero nÚmeros numÉro numÉros fÜr \
    é è o a meu minha il mio sono het mijn is jest mój moje to numer \
    رقم رقمه هو هي هذا هذه الخاص الخاصة بي الجديد الجديدة القديم القديمة السابقة المؤقتة مؤقتة مؤقت الحالي التالي كان ينتهي ب في بتاريخ يوم حقي حقتي مالي مالتي تبعي تبعتي بتاعي بتاعتي ديالي نتاعي متاعي \
    السعودي السعودية القطري القطرية الكويتي الكويتية العماني العمانية البحريني البحرينية المصري المصرية المغربي المغربية الجزائري الجزائرية التونسي التونسية الأردني الأردنية اللبناني اللبنانية الليبي الليبية";

/// Words that lead from a value to the name behind it.
const BACK: &str = "as als comme como is my the our his her as are for s est mon ma mes le la c ist mein meine unsere die es mi su el هو هي";

/// The byte behind a name that ends at `at` where its value may begin.
pub(super) fn to_value(text: &str, at: usize) -> Option<usize> {
    skip(text, at, |c| " \t:=#\"'“”«»()[]-–—,?>*;°ºª&/،؟".contains(c))
}

/// The same for an account, whose bank may stand in between: `my account with First Bank 12345678`.
pub(super) fn to_account(text: &str, at: usize) -> Option<usize> {
    let start = to_value(text, at)?;
    behind_bank(text, at, start).or(Some(start))
}

/// The byte behind the name of the bank that begins at `start`, a word such as `with` between the account at `at` and it.
fn behind_bank(text: &str, at: usize, mut start: usize) -> Option<usize> {
    let mut is_led = text[at..start].split(' ').any(is_bank_lead);
    let mut is_named = false;
    for _ in 0..=MOST_OWNER_WORDS {
        let word = neighbours::word_after(&text[start..]);
        if word.is_empty() {
            return (is_led && is_named).then_some(start);
        }
        let is_name = !word.starts_with(char::is_lowercase) || word == "bank";
        if !is_name && !is_bank_lead(word) {
            return None;
        }
        (is_led, is_named) = (is_led || !is_name || is_bank_lead(word), is_named || is_name);
        start = to_value(text, start + word.len())?;
    }
    None
}

fn is_bank_lead(word: &str) -> bool {
    matches!(word, "at" | "with" | "chez" | "à" | "au" | "bei" | "en" | "في" | "لدى")
}

/// The same for a password, which may begin with a sign; a verb or a sign must lead to it: `password for the portal is …`.
pub(super) fn to_password(text: &str, at: usize) -> Option<usize> {
    // Arabic names the owner without a word in between.
    let is_arabic = !text.as_bytes()[at - 1].is_ascii();
    if let Some(start) = set_off(text, at).or_else(|| told_later(text, at)) {
        return Some(start);
    }
    let mut from = at;
    for _ in 0..=MOST_OWNER_WORDS {
        // `password forgotten, the old one was …`
        let signs = if from == at { PASSWORD_SIGNS } else { OWNER_SIGNS };
        let is_sign = |c: char| signs.contains(c);
        let start = skip(text, from, is_sign)?;
        let between = &text[at..start];
        let leads = between.contains([':', '=', '>', '"', '“', '«'])
            || between.split(|c: char| !c.is_alphabetic()).any(is_verb)
            || is_arabic && is_said_of_mine(between, &text[start..]);
        if leads {
            let dash = text[start..].starts_with("- ") || text[start..].starts_with("-> ");
            return Some(if dash { skip(text, start + 2, is_sign)? } else { start });
        }
        let is_near = between == " " || is_arabic && between.split(' ').all(is_arabic_owner);
        if is_near && is_mixed(&text[start..]) {
            return Some(start);
        }
        let word = neighbours::word_after(&text[start..]);
        let is_owner = |word| is_of(word) || is_access(word) || is_lost(word);
        if word.is_empty() || !is_arabic && !is_owner(word) && !between.split(' ').any(is_of) {
            return None;
        }
        from = start + word.len() + behind_hyphen(&text[start + word.len()..]);
    }
    None
}

/// The length of what a hyphen joins to a word: `-pc` of `beamer-pc`.
fn behind_hyphen(rest: &str) -> usize {
    let word = rest.strip_prefix('-').map(neighbours::word_after).filter(|word| !word.is_empty());
    word.map_or(0, |word| 1 + word.len())
}

/// Whether `text` begins with what a password is, behind whose it is and without a verb: `كلمة المرور حقتي ياسمين وما تعمل`.
///
/// A word that nothing goes on behind is a judgement: `كلمة السر تبعتي مقفلة.`
pub(super) fn is_said_of_mine(head: &str, text: &str) -> bool {
    let word = head.trim_end_matches(' ');
    is_mine(neighbours::word_before(word, word.len()))
        && text.trim_start_matches(char::is_alphabetic).starts_with(" و")
}

fn is_mine(word: &str) -> bool {
    matches!(
        word,
        "حقي"
            | "حقتي"
            | "مالي"
            | "مالتي"
            | "تبعي"
            | "تبعتي"
            | "بتاعي"
            | "بتاعتي"
            | "ديالي"
            | "نتاعي"
            | "متاعي"
    )
}

/// Where a password begins that is set off from its name at `at`: `the password, hunter2, fails`, `password (hunter2)`.
fn set_off(text: &str, at: usize) -> Option<usize> {
    let (sign, close) =
        [(", ", ','), (" (", ')')].into_iter().find(|(sign, _)| text[at..].starts_with(sign))?;
    let start = at + sign.len();
    let word = text[start..].split(char::is_whitespace).next().unwrap_or_default();
    (word.ends_with(close) && is_mixed(word.trim_end_matches(close))).then_some(start)
}

/// Where a password begins that is told a few words on: `reset my password, the old one was …`.
fn told_later(text: &str, at: usize) -> Option<usize> {
    const AGES: [&str; 17] = [
        "old",
        "new",
        "current",
        "previous",
        "ancien",
        "nouveau",
        "actuel",
        "alte",
        "alter",
        "altes",
        "neue",
        "neues",
        "nueva",
        "antigua",
        "anterior",
        "القديمة",
        "الجديدة",
    ];
    text[at..].starts_with([',', '.', ';', '،']).then_some(())?;
    let start = skip(text, at, |c| OWNER_SIGNS.contains(c) || c == ';')?;
    let words = || text[at..start].split(|c: char| !c.is_alphabetic());
    let has_age = words().any(|word| AGES.iter().any(|age| age.eq_ignore_ascii_case(word)));
    (has_age && words().any(is_verb)).then_some(start)
}

const PASSWORD_SIGNS: &str = " \t:=\"'“”«»>،";
const OWNER_SIGNS: &str = " \t:=\"'’“”«»>،,";

/// The byte behind the name of a code where its digits begin: `PIN for the alarm is …`.
pub(super) fn to_code(text: &str, at: usize) -> Option<usize> {
    let near = to_value(text, at);
    let is_code = |start: &usize| text[*start..].starts_with(|c: char| c.is_ascii_alphanumeric());
    match near.filter(|start| text.as_bytes().get(*start).is_some_and(u8::is_ascii_digit)) {
        Some(start) => Some(start),
        None => to_password(text, at).filter(is_code).or(near),
    }
}

/// What happened to a password before it is told.
fn is_lost(word: &str) -> bool {
    const LOST: [&str; 10] = [
        "forgotten",
        "expired",
        "reset",
        "oublié",
        "oublie",
        "perdu",
        "expiré",
        "vergessen",
        "abgelaufen",
        "olvidada",
    ];
    LOST.iter().any(|lost| lost.eq_ignore_ascii_case(word))
}

/// The byte where the password behind a user may begin: `credentials: max / …`. The user may be known by now.
pub(super) fn to_login(text: &str, at: usize) -> Option<usize> {
    let start = at + text[at..].len() - text[at..].trim_start_matches([' ', ':', '=', '(']).len();
    let user = text[start..].find([' ', '/', ':', '|', '\n'])?;
    let is_user = text[start..start + user].contains(|c: char| c.is_alphabetic() || c == FILLER);
    let sign = text[start + user..].trim_start_matches(' ');
    let rest = sign.strip_prefix(['/', ':', '|'])?;
    let is_path = rest.starts_with('/') || user > LONGEST_USER;
    (is_user && !is_path).then(|| text.len() - rest.trim_start_matches(' ').len())
}

/// Whether the user before the password at `at` is an address, or known by now.
pub(super) fn follows_address(text: &str, at: usize) -> bool {
    let head = text[..at].trim_end_matches([' ', '/', ':', '|']);
    let user = head.rsplit([' ', '\n', ':', '/']).next().unwrap_or_default();
    user.ends_with(FILLER) || user.len() <= LONGEST_USER && user.contains('@')
}

/// The name of a user has no more bytes.
const LONGEST_USER: usize = 64;

/// Whose the password is or what it opens: `كلمة المرور حقي`, `باسورد الواي فاي`.
fn is_arabic_owner(word: &str) -> bool {
    const OPENED: [&str; 12] = [
        "الواي",
        "واي",
        "فاي",
        "النت",
        "الشبكة",
        "الايميل",
        "الإيميل",
        "البريد",
        "الحساب",
        "حسابي",
        "الجهاز",
        "الراوتر",
    ];
    word.is_empty() || is_small(word) || OPENED.contains(&word)
}

/// Small letters and digits in one word of six characters or more: right behind `password`, it is one.
pub(super) fn is_mixed(text: &str) -> bool {
    let word = text.split(|c: char| c.is_whitespace() || c == ',').next().unwrap_or_default();
    let has = |test: fn(&u8) -> bool| word.bytes().any(|byte| test(&byte));
    let is_error = word.starts_with("0x");
    word.len() >= 6 && !is_error && has(u8::is_ascii_digit) && has(u8::is_ascii_lowercase)
}

/// The byte behind a name where a date may begin: `née à Lyon le …`, `Geburtsdatum meiner Tochter: …`.
pub(super) fn to_date(text: &str, at: usize) -> Option<usize> {
    let mut from = at;
    for place in 0..=MOST_OWNER_WORDS {
        let start = if place == 0 {
            to_value(text, from)?
        } else {
            skip(text, from, |c| " :(,'’".contains(c))?
        };
        let word = neighbours::word_after(&text[start..]);
        if word.is_empty() || super::date::is_month(word) {
            return Some(start);
        }
        from = start + word.len();
    }
    None
}

/// `password for the …`: whose or what for.
fn is_of(word: &str) -> bool {
    matches!(
        word.to_lowercase().as_str(),
        "for"
            | "of"
            | "to"
            | "on"
            | "pour"
            | "de"
            | "du"
            | "für"
            | "fuer"
            | "vom"
            | "von"
            | "zum"
            | "zur"
            | "para"
            | "del"
    )
}

/// `password wifi is …`: what a password opens may stand behind it as it is.
fn is_access(word: &str) -> bool {
    const ACCESS: [&str; 12] = [
        "wifi", "wlan", "vpn", "windows", "outlook", "email", "mail", "session", "admin", "portal",
        "internet", "router",
    ];
    ACCESS.iter().any(|access| access.eq_ignore_ascii_case(word))
}

pub(super) fn is_verb(word: &str) -> bool {
    matches!(
        word.to_lowercase().as_str(),
        "is" | "was"
            | "to"
            | "as"
            | "s"
            | "est"
            | "are"
            | "be"
            | "lautet"
            | "heißt"
            | "heisst"
            | "lautete"
            | "ist"
            | "war"
            | "était"
            | "etait"
            | "es"
            | "era"
            | "هي"
            | "هو"
            | "كان"
            | "كانت"
    )
}

/// Where the next value of a list begins behind one that ends at `at`.
pub(super) fn to_next(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at..text.floor_char_boundary(at + 12)];
    let sign = rest.trim_start_matches([' ', ',', ';', '/', '&', '،', '+', '\n']);
    let word = neighbours::word_after(sign);
    let is_conjunction =
        matches!(word, "and" | "or" | "et" | "ou" | "und" | "oder" | "y" | "o" | "و" | "أو");
    let next = if is_conjunction { sign[word.len()..].trim_start() } else { sign };
    (sign.len() < rest.len() && next.starts_with(|c: char| c.is_ascii_alphanumeric()))
        .then(|| at + (rest.len() - next.len()))
}

/// What leads from a wrong value to the right one.
const CORRECTIONS: &[&str] = &[
    "should be",
    "should read",
    "should have been",
    "instead of",
    "rather than",
    "and not",
    "not",
    "au lieu de",
    "au lieu du",
    "et non",
    "statt",
    "sondern",
    "anstatt",
    "en vez de",
    "sino",
    "بدلا من",
    "وليس",
    "والجديدة",
    "والجديد",
    "and the new one is",
    "and the new one",
    "et le nouveau",
    "und das neue",
    "y la nueva",
    "the old one was",
    "the previous one was",
    "the one before was",
    "celui d'avant était",
    "l'ancien était",
    "das alte war",
    "die alte war",
    "la anterior era",
];

static CORRECTION_WORDS: LazyLock<AhoCorasick> =
    LazyLock::new(|| AhoCorasick::new(CORRECTIONS).expect("the words are constant"));

/// A correction is looked for in so many bytes.
const NEAR_CORRECTION: usize = 48;

/// Where the value begins that the one before byte `at` is corrected by: `12/03/1985 is wrong, should be …`.
pub(super) fn to_correction(text: &str, at: usize) -> Option<usize> {
    let near = &text[at..text.floor_char_boundary(at + NEAR_CORRECTION)];
    let near = near.split('\n').next().unwrap_or_default();
    // Of those that stand there the first of the list leads.
    let places = CORRECTION_WORDS.find_overlapping_iter(near).filter(|place| {
        let (head, tail) = (&near[..place.start()], &near[place.end()..]);
        let apart = head.ends_with(' ') && tail.starts_with(' ');
        apart && !head.contains(|c: char| c.is_ascii_digit())
    });
    let start = places.min_by_key(|place| (place.pattern(), place.start()))?.end();
    to_value(text, at + start)
}

/// The byte where a value before the name at `at` may end: `4821 is my`.
pub(super) fn back_to_value(text: &str, at: usize) -> Option<usize> {
    let mut head = text[..at].trim_end_matches(' ');
    let mut is_led = false;
    for _ in 0..4 {
        let word = neighbours::word_before(text, head.len());
        if word.is_empty() || !BACK.split(' ').any(|back| back.eq_ignore_ascii_case(word)) {
            break;
        }
        is_led = is_verb(word) && word != "to" || matches!(word, "als" | "comme" | "como");
        head = head[..head.len() - word.len()].trim_end_matches([' ', '\'', '’', '=', ',']);
    }
    // A password may end with a sign.
    let is_value = head.ends_with(|c: char| c.is_ascii_alphanumeric() || "!$#%&*+".contains(c));
    (is_led && is_value).then_some(head.len())
}

fn skip(text: &str, mut at: usize, is_sign: impl Fn(char) -> bool) -> Option<usize> {
    let (mut words, mut signs, mut lines, mut last_word) = (0, 0, 0, 0);
    while words <= MOST_WORDS && signs <= MOST_SIGNS {
        let next = neighbours::after(text, at)?;
        let is_stop = next == '.' && last_word <= LONGEST_ABBREVIATION;
        if is_sign(next) || is_stop {
            signs += 1;
            at += next.len_utf8();
        } else if matches!(next, '\n' | '\r') && lines <= 1 {
            lines += usize::from(next == '\n');
            signs += 1;
            at += 1;
        } else if neighbours::is_alphabetic(next) {
            let word = neighbours::word_after(&text[at..]);
            let alone = !goes_on(&text[at + word.len()..]);
            if !alone || !is_small(word) {
                return Some(at);
            }
            (words, last_word) = (words + 1, word.len());
            at += word.len();
        } else if is_count(&text[at..]) {
            at += 1;
        } else {
            return (lines <= 1).then_some(at);
        }
    }
    None
}

/// Whether what stands behind a word makes it the beginning of a value: `Correct-Horse-9`, `new_Key`.
pub(super) fn goes_on(rest: &str) -> bool {
    let mut next = rest.chars();
    match next.next() {
        Some('-') => next.next().is_some_and(char::is_alphabetic),
        Some('_' | '#' | '@' | '$' | '!' | '&' | '%' | '+') => {
            next.next().is_some_and(char::is_alphanumeric)
        }
        next => next.is_some_and(|c| c.is_ascii_digit()),
    }
}

/// `last 4 digits are`: a count of digits is no value.
fn is_count(text: &str) -> bool {
    let word = text.get(1..).and_then(|rest| rest.strip_prefix(' ')).map(neighbours::word_after);
    word.is_some_and(|word| COUNTED.iter().any(|counted| word.eq_ignore_ascii_case(counted)))
}

/// What is counted, or what follows the count.
const COUNTED: [&str; 13] = [
    "digit", "digits", "numbers", "is", "are", "of", "chiffres", "sont", "ziffern", "stellen",
    "dígitos", "digitos", "son",
];

/// Small talk around a value; none of it leads from a name to its value.
const TALK: &str = "yes yeah yup ya sure ok okay hi hello hey sorry please thanks thank you sir madam mam me we and can so oh well right wrong one an at \
    oui non ok merci bonjour et voici voila voilà désolé ja nein danke bitte hallo und hier sí si gracias hola y aquí claro por favor \
    نعم لا شكرا مرحبا و تفضل name phone mobile contact called am social account acc ac ssn social security an";

/// Whether `word` says nothing by itself.
pub(crate) fn says_nothing(word: &str) -> bool {
    is_small(word) || TALK.split(' ').any(|talk| talk.eq_ignore_ascii_case(word))
}

static SMALL_WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| SMALL.split(' ').collect());

/// The longest small word has fewer bytes.
const LONGEST_SMALL: usize = 20;

fn is_small(word: &str) -> bool {
    if word.len() >= LONGEST_SMALL {
        return false;
    }
    let mut small = [0; LONGEST_SMALL];
    small[..word.len()].copy_from_slice(word.as_bytes());
    small.make_ascii_lowercase();
    std::str::from_utf8(&small[..word.len()]).is_ok_and(|word| SMALL_WORDS.contains(word))
}
