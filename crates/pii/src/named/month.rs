//! The names of the months in five languages, and in the dialects of Arabic.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

/// The beginning of a Latin one, three letters or more, is one too.
const MONTHS: &str = "january janvier januar jänner jaenner enero يناير جانفي february février fevrier februar feber febrero \
    فبراير فيفري فبرير شباط févr fév march mars märz maerz mär mrz marzo مارس آذار اذار april avril abril \
    أبريل ابريل إبريل أفريل نيسان may mai mayo مايو ماي أيار ايار june juin juni junio يونيو جوان حزيران july \
    juillet juli julio يوليو جويلية يوليوز تموز august août aout aoû agosto أغسطس اغسطس أوت اوت غشت آب \
    september septembre septiembre setiembre سبتمبر شتنبر أيلول ايلول october octobre oktober octubre تشرين \
    أكتوبر اكتوبر november novembre noviembre نوفمبر نونبر december décembre decembre dezember diciembre déc \
    ديسمبر دجنبر كانون";

/// The names, and of those in ASCII every beginning of three letters or more.
static NAMES: LazyLock<FxHashSet<&str>> = LazyLock::new(|| {
    let beginnings = |name: &'static str| {
        let ascii = name.bytes().take_while(u8::is_ascii).count();
        (SHORTEST..=ascii).map(move |end| &name[..end]).chain([name])
    };
    MONTHS.split_whitespace().flat_map(beginnings).collect()
});

const SHORTEST: usize = 3;

/// No name has more bytes.
const LONGEST: usize = 16;

/// Whether `word` is the name of a month, or the beginning of one.
pub(crate) fn is_month(word: &str) -> bool {
    if !(SHORTEST..=LONGEST).contains(&word.len()) {
        return false;
    }
    if !word.is_ascii() {
        return NAMES.contains(word) || NAMES.contains(word.to_lowercase().as_str());
    }
    let mut small = [0; LONGEST];
    let small = &mut small[..word.len()];
    small.copy_from_slice(word.as_bytes());
    small.make_ascii_lowercase();
    str::from_utf8(small).is_ok_and(|small| NAMES.contains(small))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings_and_names_in_any_case() {
        for word in ["Mar", "SEPT", "juillet", "Août", "février", "شباط", "jan"] {
            assert!(is_month(word), "{word}");
        }
        for word in ["Ma", "Marble", "أب", "Juliette", ""] {
            assert!(!is_month(word), "{word}");
        }
        assert!(MONTHS.split_whitespace().all(|name| name.len() <= LONGEST));
    }
}
