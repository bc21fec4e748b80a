//! Numbers of people that have no kind and no checks of their own: only their names tell. By country; a new one is an entry.

use std::ops::Range;

use super::identity::WEAK;
use super::{Form, Proof, Row};
use crate::Kind;
use crate::checksum::{digits, luhn};

const fn other(forms: &'static [Form], words: &'static [&'static str]) -> Row {
    Row { kind: Kind::NationalId, forms, proof: Proof::None, score: WEAK, words }
}

pub(super) const ROWS: &[Row] = &[
    // Whatever the country. `id number` alone has numbers of everything, so `NO_NAMES` lists those of things.
    other(
        &[Form::Digits(7, 18)],
        &[
            "national id|national id number|national id no|national identity number|national identity card|national identification number|\
            identity number|identity no|personal identification number|personal id number|citizen id|citizenship number",
            "numéro d'identité|numéro d'identification nationale|n° d'identité|identifiant national",
            "personenkennzahl|personenkennziffer",
            "número de identidad|número de identificación personal",
            "رقم الهوية|رقم هوية|رقم هويتي|رقم هويته|رقم هويتها|رقم البطاقة الشخصية|البطاقة الشخصية|بطاقتي الشخصية|بطاقة شخصية",
        ],
    ),
    other(&[Form::Digits(9, 18)], &["id number|id no|id card|id card number|id card no"]),
    // Identity cards of Germany and of France.
    other(
        &[Form::Code(8, 14)],
        &[
            "pa-nr|pa-nr.|pa nr|carta d'identità|carta di identità|personalausweis|ausweis hat die nummer|personalausweis hat die nummer|*ausweisnummer|ausweisnr|ausweis-nr|personalausweisnr|ausweis|perso-nr|perso nr|identity card|identity card number",
            "carte d'identité|carte nationale d'identité|cni|n° cni|numéro de cni|carte d'identité n°|pièce d'identité|pièce d'identité n°",
        ],
    ),
    other(&[Form::Shape("CDDDDDDDD"), Form::Shape("CDDDDDDDDN")], &["perso"]),
    // The German number of a pension, with a letter in the middle, and the Austrian of a social insurance.
    other(
        &[Form::Shape("NNNNNNNNLNNN"), Form::Digits(10, 10)],
        &[
            "*rentenversicherungsnummer|*sozialversicherungsnummer|sv-nummer|sv-nr|svnr|sv nummer|rv-nummer|rvnr",
        ],
    ),
    other(
        &[Form::Shape("NNNNNNNNLNNN")],
        &[
            "sozialversicherung|rentenversicherung|vers.-nr.|vers.-nr|versnr|vsnr|*versicherungsnummer|versicherungs-nr|versicherungs-nr.|rv-nr|rv-nr.",
        ],
    ),
    other(&[Form::Digits(10, 10)], &["sv|sozialversicherung"]),
    other(
        &[Form::Shape("LNNNNNNNNN")],
        &[
            "*versichertennummer|versichertennr|krankenversichertennr|kvnr|kv-nummer|egk-nummer|krankenkasse|vers.-nr.|vers.-nr|versnr",
        ],
    ),
    other(
        &[Form::Digits(9, 13)],
        &[
            "steuernummer|steuer-nr|steuernr|st.-nr|tax number|tax no|unique taxpayer reference|utr",
            "numéro fiscal|n° fiscal|numéro fiscal de référence|référence fiscale|identifiant impôts|identifiant impots|identifiant fiscal|spi|numéro spi",
        ],
    ),
    // Social insurance of Spain and Mexico; Mexican codes; identity cards of South America.
    other(
        &[Form::Shape("NNNNNNNNNNNN"), Form::Digits(11, 12)],
        &[
            "nº seg. social|n.º seg. social|núm. seg. social|seg. social|número de la seguridad social|nº de la seguridad social|n.º de la seguridad social|seguridad social|nss|naf|número de afiliación|núm. afiliación|núm. de afiliación",
        ],
    ),
    Row {
        kind: Kind::NationalId,
        forms: &[Form::Digits(9, 9)],
        proof: Proof::Needs(|value| luhn(&digits(value))),
        score: WEAK,
        words: &["nas|sin|s.i.n.|n.a.s."],
    },
    other(
        &[Form::Code(9, 13)],
        &["green card|green card number|uscis number|alien number|alien registration number"],
    ),
    other(&[Form::Shape("NLANLANLLNN")], &["medicare|medicare id|mbi"]),
    other(&[Form::Shape("LLLLNNNNNNLLLLLLAN")], &["curp"]),
    other(&[Form::Shape("LLLLNNNNNNAAA")], &["rfc"]),
    other(
        &[Form::Digits(6, 10)],
        &["cédula|cédula de ciudadanía|cédula de identidad|número de cédula"],
    ),
    // Kuwait; Jordan and its neighbours; Bahrain and Qatar; Moroccan social insurance.
    other(
        &[Form::Digits(12, 12)],
        &[
            "civil id|civil id number",
            "البطاقة الوطنية|رقم البطاقة الوطنية|البطاقة الوطنية الموحدة|رقم البطاقة الوطنية الموحدة|البطاقة الموحدة|رقم البطاقة الموحدة|الرقم المدني|رقمي المدني|رقمك المدني|رقم مدني|البطاقة المدنية|بطاقتي المدنية",
        ],
    ),
    other(
        &[Form::Digits(9, 12)],
        &["الرقم الوطني|رقمي الوطني|رقمك الوطني|الرقم الشخصي|رقمي الشخصي"],
    ),
    other(
        &[Form::Digits(8, 12)],
        &[
            "رقم الضمان|رقم الضمان الاجتماعي|الضمان الاجتماعي|رقم التأمينات الاجتماعية|رقم التأمينات|التأمينات الاجتماعية|رقم التأمين الاجتماعي|الرقم التأميني|رقمي التأميني",
            "cnss|n° cnss|numéro cnss|matricule cnss|cnas|n° cnas|numéro cnas",
        ],
    ),
    // Luxembourg: the day of birth and five digits.
    Row {
        kind: Kind::NationalId,
        forms: &[Form::Digits(13, 13)],
        proof: Proof::Needs(begins_with_day),
        score: WEAK,
        words: &[
            "matricule|numéro de matricule|*matrikel|*matrikelnummer|matrikel-nr|n° matricule|matricule national",
        ],
    },
    other(&[Form::Digits(11, 11)], &["dp number|dp no|driver's permit|driver's permit no"]),
    // Ireland, Canada, Australia.
    other(&[Form::Shape("NNNNNNNLL"), Form::Shape("NNNNNNNL")], &["pps number|ppsn|pps no|pps"]),
    other(
        &[Form::Digits(9, 9)],
        &["social insurance number|sin number", "numéro d'assurance sociale"],
    ),
    other(
        &[Form::Digits(8, 11)],
        &["medicare|tfn|tax file number|medicare number|medicare card|medicare no"],
    ),
    // Residence permits of France and Germany.
    other(
        &[Form::Shape("LNNNNNNL"), Form::Digits(10, 10)],
        &[
            "بطاقة الإقامة|بطاقة الاقامة|كارط سيجور|كارت سيجور|titre de séjour|carte de séjour|numéro étranger|n° étranger",
        ],
    ),
    other(&[Form::Code(9, 9)], &["aufenthaltstitel|residence permit|residence permit number"]),
    // Canada, France: health insurance.
    other(
        &[Form::Shape("NNNNNNNNNNLL"), Form::Shape("LLLLNNNNNNNN"), Form::Digits(10, 10)],
        &[
            "health card|health card number|health card no|ohip|ramq|nam|carte d'assurance maladie|numéro d'assurance maladie|assurance maladie|carte soleil",
        ],
    ),
    other(&[Form::Digits(6, 15)], &["mutuelle|numéro de mutuelle|numéro d'adhérent mutuelle"]),
    // Algeria and Nigeria; South Africa needs no name of its own.
    other(
        &[Form::Digits(18, 18), Form::Digits(11, 11)],
        &["nin|bvn|رقم التعريف الوطني|رقم التعريف|رقم التعريف الوطني الموحد"],
    ),
    other(&[Form::Digits(13, 13)], &["rsa id|sa id|south african id|south african id number"]),
    other(
        &[Form::Digits(10, 10)],
        &["vsnr|sv-nummer|sv nummer|e-card|ecard|e-card nummer|e-card-nummer"],
    ),
    // Pakistan, Singapore, Hong Kong, Korea.
    other(&[Form::Digits(13, 13)], &["cnic|cnic number|cnic no|resident registration number|rrn"]),
    other(&[Form::Shape("LNNNNNNNL")], &["nric|nric no|fin|fin number|fin no"]),
    other(&[Form::Shape("LNNNNNNA"), Form::Shape("LNNNNNN")], &["hkid|hkid number|hkid no"]),
    // Turkey.
    other(
        &[Form::Digits(11, 11)],
        &["tc kimlik|tc kimlik no|t.c. kimlik no|kimlik no|tckn|turkish id|turkish id number"],
    ),
    // Qatar; Bahrain and Denmark.
    other(&[Form::Digits(11, 11)], &["qid|qatar id|qatari id"]),
    other(&[Form::Digits(9, 10)], &["cpr|cpr number|cpr no|cpr-nummer|cpr-nr"]),
    // Brazil, Chile, Argentina.
    other(&[Form::Digits(11, 11)], &["cpf|cuil|cuit"]),
    other(&[Form::Shape("NNNNNNNNA"), Form::Shape("NNNNNNNA")], &["rut"]),
    other(&[Form::Digits(7, 8)], &["dni|número de dni"]),
    // Scandinavia, the Czech and Slovak Republics, Romania, Bulgaria, Greece, Russia.
    other(
        &[Form::Digits(10, 12)],
        &["personnummer|fødselsnummer|fodselsnummer|swedish personal number|kennitala"],
    ),
    other(&[Form::Shape("NNNNNNNNNA")], &["henkilötunnus|hetu"]),
    other(&[Form::Digits(9, 10)], &["rodné číslo|rodne cislo|rodné čislo"]),
    other(&[Form::Digits(13, 13)], &["cnp|jmbg"]),
    other(&[Form::Digits(10, 12)], &["egn|егн|amka|αμκα|снилс|snils|инн"]),
];

/// A day of the twentieth or this century, year first.
fn begins_with_day(value: &str) -> bool {
    let part = |range: Range<usize>| value.get(range).and_then(|part| part.parse::<u32>().ok());
    part(0..4).is_some_and(|year| (1900..2100).contains(&year))
        && part(4..6).is_some_and(|month| (1..=12).contains(&month))
        && part(6..8).is_some_and(|day| (1..=31).contains(&day))
}
