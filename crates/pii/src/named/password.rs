//! The way from the name of a password, a code or a user to what is told.

use super::gap::{MOST_OWNER_WORDS, skip, to_value};
use super::words::{is_small, is_verb};
use crate::neighbours;
use crate::shadow::FILLER;

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
        let is_told = TOLD_BEHIND.iter().any(|told| text[at..].starts_with(told));
        let signs = if from == at && !is_told { PASSWORD_SIGNS } else { OWNER_SIGNS };
        let is_sign = |c: char| signs.contains(c);
        let start = skip(text, from, is_sign)?;
        let between = &text[at..start];
        let leads = between.contains([':', '=', '>', '"', '“', '«'])
            || between.split(|c| !neighbours::is_alphabetic(c)).any(is_verb)
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
        let is_owner = |word| is_of(word) || is_access(word) || is_lost(word) || is_speaker(word);
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
        && text.trim_start_matches(neighbours::is_alphabetic).starts_with(" و")
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

/// Where a password begins that is set off from its name at `at`, or from whose it is: `the password, hunter2, fails`, `password
/// (hunter2)`, `the password on the wall, hunter2, fails`.
fn set_off(text: &str, at: usize) -> Option<usize> {
    let near = &text[at..text.floor_char_boundary((at + NEAR).min(text.len()))];
    let near = near.split(['.', '\n', ':', ';', '?']).next().unwrap_or_default();
    let mut places = [(", ", ','), (" (", ')')].into_iter().filter_map(|(sign, close)| {
        let place = near.find(sign)?;
        Some((at + place + sign.len(), place == 0, close))
    });
    places.find_map(|(start, is_first, close)| {
        let word = text[start..].split(char::is_whitespace).next().unwrap_or_default();
        let behind = text[start + word.len()..].chars().next();
        let is_last = is_first && close == ',' && matches!(behind, None | Some('\n'));
        let word = word.strip_suffix(close).or(is_last.then_some(word))?;
        is_mixed(word.trim_end_matches('.')).then_some(start)
    })
}

/// A password is set off so near its name.
const NEAR: usize = 32;

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
    let words = || text[at..start].split(|c| !neighbours::is_alphabetic(c));
    let has_age = words().any(|word| AGES.iter().any(|age| age.eq_ignore_ascii_case(word)));
    (has_age && words().any(is_verb)).then_some(start)
}

/// What leads to a password behind a comma: `my password, it's …`.
const TOLD_BEHIND: [&str; 12] = [
    ", c'est ",
    ", c’est ",
    ", it's ",
    ", it’s ",
    ", its ",
    ", it is ",
    ", that's ",
    ", das ist ",
    ", es ist ",
    "، هي ",
    "، هو ",
    "، وهي ",
];

const PASSWORD_SIGNS: &str = " \t:=\"'“”«»>،";
const OWNER_SIGNS: &str = " \t:=\"'’“”«»>،,";

/// The byte behind the name of a code where its digits begin: `PIN for the alarm is …`.
pub(super) fn to_code(text: &str, at: usize) -> Option<usize> {
    let near = to_value(text, at);
    let is_code = |start: &usize| text[*start..].starts_with(|c: char| c.is_ascii_alphanumeric());
    match near.filter(|start| text.as_bytes().get(*start).is_some_and(u8::is_ascii_digit)) {
        Some(start) => Some(start),
        None if opens_in_arabic(text, near) => {
            to_value(text, near? + neighbours::word_after(&text[near?..]).len())
        }
        None => to_password(text, at).filter(is_code).or(near),
    }
}

/// Whether a word for what the code opens stands at `near`: `الرمز السري للبطاقة`, `الرقم السري حق الصراف`.
fn opens_in_arabic(text: &str, near: Option<usize>) -> bool {
    near.is_some_and(|start| OPENED.contains(&neighbours::word_after(&text[start..])))
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

/// `new password I want is …`
fn is_speaker(word: &str) -> bool {
    matches!(word, "i" | "I" | "je" | "ich" | "yo" | "we" | "wir" | "أريد" | "ابي" | "عايز")
}

/// The byte where the password behind a user may begin: `credentials: max / …`. The user may be known by now.
pub(super) fn to_login(text: &str, at: usize) -> Option<usize> {
    let start =
        at + text[at..].len() - text[at..].trim_start_matches([' ', ':', '=', '(', '"']).len();
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
    word.is_empty() || is_small(word) || OPENED.contains(&word)
}

const OPENED: [&str; 19] = [
    "البطاقة",
    "بطاقتي",
    "الصراف",
    "الفيزا",
    "الكرت",
    "الخزنة",
    "التطبيق",
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

/// Small letters and digits in one word of six characters or more: right behind `password`, it is one.
pub(super) fn is_mixed(text: &str) -> bool {
    let word = text.split(|c: char| c.is_whitespace() || c == ',').next().unwrap_or_default();
    let has = |test: fn(&u8) -> bool| word.bytes().any(|byte| test(&byte));
    let is_error = word.starts_with("0x");
    word.len() >= 6 && !is_error && has(u8::is_ascii_digit) && has(u8::is_ascii_lowercase)
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
