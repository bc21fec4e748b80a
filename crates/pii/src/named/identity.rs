//! National numbers that have kinds of their own, passports and driving licences; the others are in `abroad`. A new one
//! is an entry here; one that shows itself without a word has a rule in `crate::identity` too.

use super::{Form, Proof, Row};
use crate::Kind;
use crate::checksum::{digits, ean_13, luhn, mod_11_10, verhoeff, weighted};
use crate::identity::{is_fiscal_code, is_nie, is_nif, is_nino, is_nir};

const NAMED: f32 = 0.75;
/// Also of whatever has no checks here.
pub(super) const WEAK: f32 = 0.6;

const fn row(
    kind: Kind,
    forms: &'static [Form],
    proof: Proof,
    words: &'static [&'static str],
) -> Row {
    Row { kind, forms, proof, score: NAMED, words }
}

pub(super) const ROWS: &[Row] = &[
    row(
        Kind::Passport,
        &[Form::Code(6, 12)],
        Proof::None,
        &[
            "pasport|passprt|pass port|passports|passport details|passport book|passport|passport has number|passport has the number|passport number|passport no|pp no|pp number|travel document|travel doc|travel doc no",
            "passeports|n° passeport|num passeport|passeport biométrique|passeport|passeport porte le numéro|passeport a le numéro|numéro de passeport|n° de passeport|passeport n°",
            "reisepässe|pässe|pass-nummer|reisepass nummer|reisepass|reisepass hat die nummer|pass hat die nummer|*reisepassnummer|mein pass|meinen pass|meines passes|der pass|pass meiner|pass meines|ihr pass|sein pass|unsere pässe|passnummer|*passnummern|*ausweisnummern|pass-nr|pass nr|passnr|reisepass-nr|reisepassnr",
            "pasaportes|nº de pasaporte|nº pasaporte|pasaporte|pasaporte tiene el número|número de pasaporte|pasaporte n.º",
            "جوازات|جوازات السفر|الجواز|جواز|جوازه|جوازها|البسبور|بسبور|لباسبور|باسپور|البسبورت|جواز السفر|جواز سفر|جواز سفري|رقم الجواز|رقم جوازي|رقم جوازك|جوازي|الباسبور|باسبور|باسبوري|الباسبورت",
        ],
    ),
    // `JP-Pass`; what is no document's number behind `Pass` is another thing.
    row(
        Kind::Passport,
        &[Form::Shape("CCNNNNNNN"), Form::Shape("CNNNNNNNN"), Form::Shape("CDDDDDDDD")],
        Proof::None,
        &["pass|*-pass|*pass"],
    ),
    row(
        Kind::DriverLicense,
        &[Form::Code(5, 18)],
        Proof::None,
        &[
            "driver's license|driver’s license|drivers license|driver license|driver's licence|drivers licence|driver licence|\
            driving licence|driving license|driver's lic|drivers lic|dl|dl number|dl no|dl #|dl#|my dl",
            "permi|permi de conduire|permis de conduite|permis suisse|permis de conduire|numéro de permis|n° de permis|n° permis|permis de conduire n°|permis n°|permis no|permis b|permis b n°",
            "lenkberechtigung|lenkberechtigung nr|fs-nr|fs-nr.|fsnr|führerausweis|fahrausweis|lenkerberechtigung|fahrerlaubnis|führerscheine|führerschein|*führerscheinnummer|führerschein-nr|führerscheinnr",
            "carnet|brevete|registro de conducir|licencia de conducir|licencia de manejo|permiso de conducir|carnet de conducir|carné de conducir|licencia de conducción",
            "بطاقة السياقة|بطاقة سياقة|بطاقة سياقتي|رخصة سياقتي|رخصة الكويت|رخصة الإمارات|رخصة السعودية|رخصة قطر|رخصة القيادة|رخصة قيادة|رخصة قيادتي|رخصة السياقة|رخصة سياقة|رخصة السواقة|رخصة سواقة|رخصتي|رخصته|رخصتها|رخصتك|رقم الرخصة|رقم رخصة|رقم رخصتي|رخصة القياده|رخصة السوق|رخصة سوق|دفتر السواقة|دفتر السوق|إجازة السوق|اجازة السوق|رخصة السير|شهادة السياقة|شهادة السواقة|شهادة سياقة|البيرمي|بيرمي|لبيرمي|الليسن|ليسن",
        ],
    ),
    // The British form and those of some American states, which `licence` alone may name.
    row(
        Kind::DriverLicense,
        &[
            Form::Shape("AAAAANNNNNNAAAAA"),
            Form::Shape("LNNNNNNNNNNNNNN"),
            Form::Shape("LNNNNNNNN"),
        ],
        Proof::None,
        &["licence number|licence no|licence|license number|license|licences|licenses|lic no"],
    ),
    // The French forms since 2013 and before, and those of Québec and Ontario, which `permis` alone may name.
    row(
        Kind::DriverLicense,
        &[
            Form::Shape("NNLLNNNNN"),
            Form::Shape("LNNNNNNNNNNNNNN"),
            Form::Shape("LNNNNNNNNNNNN"),
            Form::Digits(12, 12),
            Form::Digits(10, 10),
        ],
        Proof::None,
        &["permis"],
    ),
    row(
        Kind::UsSsn,
        &[Form::Digits(9, 9), Form::Digits(4, 4)],
        Proof::None,
        &[
            "ssn|social security number|social security no|social security|social security #|ss number|ssn#|ss#|soc sec|soc. sec.|soc sec #|last 4 of your social|last four of your social|last 4 of the social|last 4 of ssn|last 4 of my ssn|last 4 of your ssn|last four of ssn|last four of my ssn|last four of your ssn|ssn last 4|last 4 of social|last four of social|last 4 of my social|last four of my social",
        ],
    ),
    row(Kind::UsSsn, &[Form::Digits(9, 9)], Proof::None, &["my social|social"]),
    row(
        Kind::UsItin,
        &[Form::Digits(9, 9)],
        Proof::Raises(is_itin),
        &[
            "itin|individual taxpayer identification number|taxpayer id|taxpayer identification number",
        ],
    ),
    row(
        Kind::UkNino,
        &[Form::Shape("LLNNNNNNL"), Form::Shape("LLNNNNNN")],
        Proof::Needs(is_plausible_nino),
        &[
            "ni number|ni no|nino|national insurance|national insurance number|national insurance no|n.i. number",
        ],
    ),
    row(
        Kind::UkNhs,
        &[Form::Digits(10, 10)],
        Proof::Raises(is_nhs),
        &["nhs|nhs number|nhs no|health service number"],
    ),
    row(
        Kind::FrNir,
        &[Form::Shape("NNNNNNANNNNNNNN"), Form::Shape("NNNNNNANNNNNN")],
        Proof::Raises(is_nir),
        &[
            "numéro de sécurité sociale|sécurité sociale|n° de sécurité sociale|n° sécurité sociale|numéro de sécu|n° de sécu|sécu|nir|n° ss|insee|n° insee|numéro insee|carte vitale|numéro de carte vitale|numéro vitale",
            "french social security number|رقم الضمان الاجتماعي|رقم الضمان",
        ],
    ),
    row(
        Kind::DeTaxId,
        &[Form::Digits(11, 11)],
        Proof::Raises(is_steuer_id),
        &[
            "steuer-id|steuerid|steuer-identifikationsnummer|steueridentifikationsnummer|steuer-idnr|steuer id|idnr|tax id|tin|identifikationsnummer",
        ],
    ),
    row(
        Kind::EsNif,
        &[Form::Shape("NNNNNNNNL")],
        Proof::Raises(is_nif_value),
        &["spanish id|spanish id number|dni|nif|número de dni|dni/nif|nif/dni"],
    ),
    row(
        Kind::EsNie,
        &[Form::Shape("LNNNNNNNL")],
        Proof::Raises(is_nie_value),
        &["nie|número de nie|nie/dni|dni/nie|n.i.e."],
    ),
    row(
        Kind::ItFiscalCode,
        &[Form::Shape("LLLLLLAALAALAAAL")],
        Proof::Raises(is_fiscal_value),
        &["codice fiscale|code fiscal|fiscal code|cod. fisc|cod fiscale|código fiscal|c.f."],
    ),
    row(Kind::PlPesel, &[Form::Digits(11, 11)], Proof::Raises(is_pesel), &["pesel"]),
    row(
        Kind::PtNif,
        &[Form::Digits(9, 9)],
        Proof::Raises(is_portuguese_nif),
        &[
            "nif|contribuinte|número de contribuinte|nif português|portuguese nif|nif portugais|portugiesische nif",
        ],
    ),
    row(
        Kind::NlBsn,
        &[Form::Digits(9, 9), Form::Digits(8, 8)],
        Proof::Raises(is_bsn),
        &["bsn|burgerservicenummer|sofinummer|citizen service number"],
    ),
    row(
        Kind::BeNationalNumber,
        &[Form::Digits(11, 11)],
        Proof::Raises(is_belgian),
        &[
            "rijksregisternummer|registre national|numéro national|numéro de registre national|niss|insz|belgian national number|nationaal nummer",
            "nationalregisternummer|numéro niss|n° national|national register number",
        ],
    ),
    row(
        Kind::InAadhaar,
        &[Form::Digits(12, 12)],
        Proof::Raises(is_aadhaar),
        &["aadhaar|aadhar|adhaar|adhar|uidai|uid number|aadhaar card"],
    ),
    // `uid` names users too, so only check digits make it one of India's.
    row(Kind::InAadhaar, &[Form::Digits(12, 12)], Proof::Needs(is_aadhaar), &["uid|uid no"]),
    row(
        Kind::InPan,
        &[Form::Shape("LLLLLNNNNL")],
        Proof::None,
        &["pan|pan card|pan no|permanent account number"],
    ),
    row(
        Kind::AeEmiratesId,
        &[Form::Digits(15, 15)],
        Proof::Raises(|value| luhn(&digits(value))),
        &[
            "emirates id|eid|الهوية الإماراتية|هوية إماراتية|رقم الهوية الإماراتية|الهوية الاماراتية|identité émirienne",
        ],
    ),
    row(
        Kind::SaNationalId,
        &[Form::Digits(10, 10)],
        Proof::Needs(|value| value.starts_with(['1', '2'])),
        &[
            "iqama|national id|saudi id|resident id|الإقامة|إقامة|إقامتي|رقم الإقامة|الهوية الوطنية|هوية وطنية|رقم الهوية|رقم هويتي|رقم هويتك|رقم هويته|رقم هويتها|هويتي|الهوية|بطاقة الأحوال|السجل المدني|رقم السجل المدني|سجلي المدني",
        ],
    ),
    row(
        Kind::EgNationalId,
        &[Form::Digits(14, 14)],
        Proof::Needs(|value| value.starts_with(['2', '3'])),
        &[
            "national id|بطاقة رقم قومي|بطاقتي رقم قومي|بطاقة رقمها القومي|بطاقة الرقم القومي|الرقم القومي|رقم قومي|رقمي القومي|رقمك القومي|رقم البطاقة الشخصية|رقم الهوية|egyptian id",
        ],
    ),
    row(
        Kind::MaCin,
        &[
            Form::Shape("LLNNNNNN"),
            Form::Shape("LNNNNNN"),
            Form::Shape("LLNNNNN"),
            Form::Shape("LNNNNN"),
        ],
        Proof::None,
        &[
            "البطاقة|بطاقتي|لكارط ناسيونال|cin|cnie|cine|carte nationale|carte d'identité nationale|البطاقة الوطنية|رقم البطاقة الوطنية|البطاقة الوطنية للتعريف|رقم البطاقة الوطنية للتعريف|بطاقة التعريف الوطنية|لاكارط|لاكارت|لكارط|لاكارط ناسيونال|لاكارت ناسيونال",
        ],
    ),
    row(
        Kind::TnCin,
        &[Form::Digits(8, 8)],
        Proof::None,
        &[
            "cin|carte d'identité nationale|carte nationale|بطاقة تعريف|ب.ت.و|ب ت و|رقم ب.ت.و|رقم ب ت و|بطاقة التعريف|بطاقة التعريف الوطنية|رقم بطاقة التعريف",
        ],
    ),
    row(
        Kind::ChAhv,
        &[Form::Digits(13, 13)],
        Proof::Raises(|value| ean_13(&digits(value))),
        &[
            "ahv|*ahv-nummer|ahvn13|ahv-nr|ahv nr|avs|numéro avs|n° avs|avs nr|sozialversicherungsnummer|numero avs|swiss social security number",
        ],
    ),
    Row {
        kind: Kind::ChAhv,
        forms: &[Form::Shape("NNNNNNNNNNNNN")],
        proof: Proof::Needs(|value| value.starts_with("756")),
        score: WEAK,
        words: &["social security number|numéro de sécurité sociale"],
    },
];

fn is_itin(value: &str) -> bool {
    value.starts_with('9')
}

fn is_plausible_nino(value: &str) -> bool {
    value.len() == 8 || is_nino(value.as_bytes())
}

/// The weights are 10 to 2; the check digit fills the sum up to a multiple of 11.
pub(crate) fn is_nhs(value: &str) -> bool {
    weighted(&digits(value), &[10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 11) == Some(0)
}

fn is_steuer_id(value: &str) -> bool {
    mod_11_10(&digits(value))
}

fn is_nif_value(value: &str) -> bool {
    is_nif(value.as_bytes())
}

fn is_nie_value(value: &str) -> bool {
    is_nie(value.as_bytes())
}

fn is_fiscal_value(value: &str) -> bool {
    is_fiscal_code(value.as_bytes())
}

fn is_pesel(value: &str) -> bool {
    weighted(&digits(value), &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1], 10) == Some(0)
}

/// Modulo 11 over the first eight digits; a remainder of 0 or 1 gives the check digit 0.
fn is_portuguese_nif(value: &str) -> bool {
    let digits = digits(value);
    let Some((&check, body)) = digits.split_last() else { return false };
    let rest = weighted(body, &[9, 8, 7, 6, 5, 4, 3, 2], 11);
    rest.is_some_and(|rest| u32::from(check) == if rest < 2 { 0 } else { 11 - rest })
}

/// The Dutch eleven test: the last weight is minus one, here ten.
fn is_bsn(value: &str) -> bool {
    let padded = digits(&format!("{value:0>9}"));
    weighted(&padded, &[9, 8, 7, 6, 5, 4, 3, 2, 10], 11) == Some(0)
}

/// 97 minus the first nine digits modulo 97; for people born from 2000 on a 2 stands before them.
pub(crate) fn is_belgian(value: &str) -> bool {
    let (Some(body), Some(check)) = (value.get(..9), value.get(9..)) else { return false };
    let number = |digits: &str| digits.parse::<u64>().unwrap_or(0);
    [number(body), number(body) + 2_000_000_000].iter().any(|body| 97 - body % 97 == number(check))
}

pub(crate) fn is_aadhaar(value: &str) -> bool {
    !value.starts_with(['0', '1']) && verhoeff(&digits(value))
}
