//! Letters without accents, and Arabic names in Latin letters, as e-mail addresses have them.

/// Accented letters and what is left without the accent.
const ACCENTS: [(&str, &str); 18] = [
    ("àâäáãå", "a"),
    ("ÀÂÄÁÃÅ", "A"),
    ("èéêë", "e"),
    ("ÈÉÊË", "E"),
    ("ìíîïı", "i"),
    ("ÌÍÎÏ", "I"),
    ("òóôöõ", "o"),
    ("ÒÓÔÖÕ", "O"),
    ("ùúûü", "u"),
    ("ÙÚÛÜ", "U"),
    ("ç", "c"),
    ("Ç", "C"),
    ("ñ", "n"),
    ("Ñ", "N"),
    ("ß", "ss"),
    ("œ", "oe"),
    ("æ", "ae"),
    ("ÿ", "y"),
];

/// The letter without its accent.
pub(crate) fn unaccented(character: char) -> Vec<char> {
    let plain = ACCENTS.iter().find(|(accented, _)| accented.contains(character));
    plain.map_or_else(|| vec![character], |(_, plain)| plain.chars().collect())
}

/// The letter without its accent, German umlauts written out: ü = ue.
pub(crate) fn spelled_out(character: char) -> Vec<char> {
    let mut letters = unaccented(character);
    if matches!(character, 'ä' | 'ö' | 'ü' | 'Ä' | 'Ö' | 'Ü') {
        letters.push('e');
    }
    letters
}

/// A name in lower-case letters `a` to `z`.
pub(crate) fn latin(name: &str) -> String {
    let known = ARABIC_NAMES.iter().find(|(arabic, _)| *arabic == name);
    if let Some((_, latin)) = known {
        return (*latin).to_owned();
    }
    let letters = name.chars().flat_map(|character| match arabic_letter(character) {
        Some(latin) => latin.chars().collect(),
        None => spelled_out(character),
    });
    letters.filter(char::is_ascii_alphabetic).map(|letter| letter.to_ascii_lowercase()).collect()
}

/// For a name that is not in the table; short vowels are not written in Arabic, so the result is only readable.
fn arabic_letter(character: char) -> Option<&'static str> {
    Some(match character {
        'ا' | 'أ' | 'إ' | 'آ' | 'ع' | 'ة' | 'ى' => "a",
        'ب' => "b",
        'ت' | 'ط' => "t",
        'ث' => "th",
        'ج' => "j",
        'ح' | 'ه' => "h",
        'خ' => "kh",
        'د' | 'ض' => "d",
        'ذ' => "dh",
        'ر' => "r",
        'ز' | 'ظ' => "z",
        'س' | 'ص' => "s",
        'ش' => "sh",
        'غ' => "gh",
        'ف' => "f",
        'ق' => "q",
        'ك' => "k",
        'ل' => "l",
        'م' => "m",
        'ن' => "n",
        'و' | 'ؤ' => "ou",
        'ي' | 'ئ' => "i",
        _ => return None,
    })
}

/// Names as their bearers spell them.
const ARABIC_NAMES: [(&str, &str); 88] = [
    ("محمد", "mohammed"),
    ("أحمد", "ahmed"),
    ("خالد", "khaled"),
    ("عبدالله", "abdullah"),
    ("فهد", "fahad"),
    ("سعود", "saud"),
    ("ناصر", "nasser"),
    ("سلطان", "sultan"),
    ("يوسف", "youssef"),
    ("عمر", "omar"),
    ("حسن", "hassan"),
    ("حسين", "hussein"),
    ("كريم", "karim"),
    ("مصطفى", "mustafa"),
    ("طارق", "tarek"),
    ("ياسر", "yasser"),
    ("هشام", "hisham"),
    ("رامي", "rami"),
    ("وليد", "walid"),
    ("أنس", "anas"),
    ("إبراهيم", "ibrahim"),
    ("ماجد", "majed"),
    ("زياد", "ziad"),
    ("المهدي", "elmahdi"),
    ("فاطمة", "fatima"),
    ("عائشة", "aisha"),
    ("نورة", "noura"),
    ("سارة", "sara"),
    ("مريم", "mariam"),
    ("ريم", "reem"),
    ("هند", "hind"),
    ("منى", "mona"),
    ("دينا", "dina"),
    ("هبة", "heba"),
    ("لينا", "lina"),
    ("رانيا", "rania"),
    ("أمل", "amal"),
    ("خديجة", "khadija"),
    ("سلمى", "salma"),
    ("شيماء", "shaimaa"),
    ("إيمان", "iman"),
    ("بسمة", "basma"),
    ("لطيفة", "latifa"),
    ("نادية", "nadia"),
    ("العتيبي", "alotaibi"),
    ("القحطاني", "alqahtani"),
    ("الشمري", "alshammari"),
    ("الحربي", "alharbi"),
    ("الغامدي", "alghamdi"),
    ("الدوسري", "aldosari"),
    ("المطيري", "almutairi"),
    ("الزهراني", "alzahrani"),
    ("الهاشمي", "alhashimi"),
    ("المنصوري", "almansouri"),
    ("البلوشي", "albalushi"),
    ("الكندري", "alkandari"),
    ("العنزي", "alanazi"),
    ("الشهري", "alshehri"),
    ("حسنين", "hassanein"),
    ("عبدالرحمن", "abdelrahman"),
    ("عبدالعزيز", "abdulaziz"),
    ("السيد", "elsayed"),
    ("منصور", "mansour"),
    ("الشافعي", "alshafei"),
    ("فاروق", "farouk"),
    ("البنا", "elbanna"),
    ("رمضان", "ramadan"),
    ("شاهين", "shahin"),
    ("عوض", "awad"),
    ("حداد", "haddad"),
    ("خوري", "khoury"),
    ("النجار", "alnajjar"),
    ("الخطيب", "alkhatib"),
    ("درويش", "darwish"),
    ("بنعلي", "benali"),
    ("العلوي", "alaoui"),
    ("الفاسي", "elfassi"),
    ("بنجلون", "benjelloun"),
    ("الإدريسي", "elidrissi"),
    ("بوعزيز", "bouaziz"),
    ("التازي", "tazi"),
    ("المرزوقي", "marzouki"),
    ("الطرابلسي", "trabelsi"),
    ("بن صالح", "bensalah"),
    ("زروقي", "zerrouki"),
    ("بلقاسم", "belkacem"),
    ("الحسيني", "alhusseini"),
    ("قاسم", "kassem"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_plain_letters() {
        for (name, expected) in [
            ("Müller", "mueller"),
            ("O'Brien", "obrien"),
            ("Élodie", "elodie"),
            ("Marc-Antoine", "marcantoine"),
            ("Muñoz", "munoz"),
            ("محمد", "mohammed"),
            ("سمير", "smir"),
        ] {
            assert_eq!(latin(name), expected);
        }
    }
}
