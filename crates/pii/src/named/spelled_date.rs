//! Days whose numbers are words: `the fourth of May nineteen sixty-one`, `zwölfter März neunzehnhundertachtzig`, and days of which only
//! the month or the year is one.

use super::month::is_month;
use crate::neighbours;
use crate::word_set::WordSet;

/// No such day has more words.
const MOST_WORDS: usize = 14;

/// And fewer: the day, the month, and one for the year.
const FEWEST_WORDS: usize = 3;

/// What numbers of days and years are made of, in English, French, Spanish and Arabic.
static NUMBERS: WordSet = WordSet::new(
    " one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen \
    eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand oh \
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth \
    seventeenth eighteenth nineteenth twentieth thirtieth \
    un deux trois quatre cinq sept huit neuf dix onze douze treize quatorze quinze seize vingt vingts trente quarante cinquante \
    soixante septante huitante octante nonante cent cents mille mil premier \
    uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis dieciseis diecisiete dieciocho \
    diecinueve veinte veintiuno veintidós veintidos veintitrés veintitres veinticuatro veinticinco veintiséis veintiseis \
    veintisiete veintiocho veintinueve treinta cuarenta cincuenta sesenta setenta ochenta noventa ciento novecientos primero \
    واحد اثنين ثلاثة ثلاثه أربعة اربعة خمسة خمسه ستة سته سبعة سبعه ثمانية ثمانيه تسعة تسعه عشرة عشره عشر عشرين وعشرين عشرون وعشرون \
    ثلاثين وثلاثين أربعين وأربعين اربعين واربعين خمسين وخمسين ستين وستين سبعين وسبعين ثمانين وثمانين تسعين وتسعين \
    مية مئة مائة وتسعمية تسعمية وتسعمائة تسعمائة تسعمئة وتسعمئة ألف الف ألفين الفين الأول الثاني الثالث الرابع الخامس السادس السابع الثامن التاسع العاشر ",
);

/// What German numbers are made of; they are written as one word.
const GERMAN: [&str; 44] = [
    "zwanzig", "dreißig", "dreissig", "vierzig", "fünfzig", "fuenfzig", "sechzig", "siebzig",
    "achtzig", "neunzig", "hundert", "tausend", "zehn", "elf", "zwölf", "zwoelf", "sech", "sechs",
    "sieben", "siebt", "sieb", "eins", "ein", "zwei", "zwo", "drei", "dritt", "vier", "fünf",
    "fuenf", "acht", "neun", "erst", "und", "sten", "ster", "ste", "ten", "ter", "te", "en", "er",
    "e", "t",
];

/// Words inside a day that are no numbers.
static SMALL: WordSet = WordSet::new(" of the and de del et y du le la und من و ");

/// The end of the day that begins `text`, of whose numbers at least one is a word.
pub(super) fn day(text: &str) -> Option<usize> {
    let (mut at, mut count, mut end) = (0, 0, 0);
    let (mut months, mut words) = (0, 0);
    while count < MOST_WORDS {
        let rest = &text[at..];
        let figures = rest.bytes().take_while(u8::is_ascii_digit).count();
        let length = if figures > 0 {
            let suffix = ["st", "nd", "rd", "th", "er", "."]
                .into_iter()
                .find(|suffix| rest[figures..].starts_with(suffix) && figures < 3);
            figures + suffix.map_or(0, str::len)
        } else {
            rest.find(|c| !neighbours::is_alphabetic(c)).unwrap_or(rest.len())
        };
        let word = &rest[..length];
        let is_number = figures == 0 && is_number(word);
        let is_month = months == 0 && !is_number && is_month(word);
        if word.is_empty() || figures > 4 {
            break;
        }
        if is_month || is_number || figures > 0 {
            count += 1;
            months += usize::from(is_month);
            words += usize::from(is_number);
            end = at + length;
        } else if end == 0 || !SMALL.holds(word) {
            break;
        }
        at += length;
        let signs = text[at..].bytes().take(2).take_while(|byte| b" -,".contains(byte)).count();
        if signs == 0 {
            break;
        }
        at += signs;
    }
    // `dritten vierten neunzehnhundertfünfzig`
    let last = text[..end].rsplit(' ').next().unwrap_or_default().to_lowercase();
    let is_numbered = months == 0
        && words == FEWEST_WORDS
        && ["neunzehnhundert", "zweitausend"].iter().any(|century| last.starts_with(century));
    ((months == 1 || is_numbered) && words > 0 && count >= FEWEST_WORDS).then_some(end)
}

/// Whether `word` is part of a number.
pub(super) fn is_number(word: &str) -> bool {
    NUMBERS.holds(word) || is_german(&word.to_lowercase())
}

/// Whether `word`, in small letters, is a German number or part of one.
pub(crate) fn is_german(word: &str) -> bool {
    let mut rest = word;
    while !rest.is_empty() {
        let part =
            GERMAN.iter().filter(|part| rest.starts_with(**part)).max_by_key(|part| part.len());
        let Some(part) = part else { return false };
        // No number begins with an ending.
        if rest.len() == word.len() && part.len() < 3 {
            return false;
        }
        rest = &rest[part.len()..];
    }
    word.len() >= 3 && !matches!(word, "und" | "ten" | "ter" | "ste")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_a_day_may_be_words() {
        for text in [
            "fourth of May nineteen sixty-one",
            "twenty-third March 1958",
            "4th of May nineteen sixty-one",
            "douze mars mille neuf cent quatre-vingt-deux",
            "premier août soixante-dix",
            "zwölfter März neunzehnhundertachtzig",
            "dritten vierten neunzehnhundertfünfzig",
            "einundzwanzigsten Mai neunzehnhundertzweiundsechzig",
            "tres de marzo de mil novecientos ochenta",
            "خمسة مارس ألف وتسعمية وتسعين",
        ] {
            assert_eq!(day(text), Some(text.len()), "{text}");
        }
    }

    #[test]
    fn counts_and_months_alone_are_none() {
        for text in
            ["two of March", "first name", "4 May 1961", "eine Woche", "three people in May"]
        {
            assert_eq!(day(text), None, "{text}");
        }
    }
}
