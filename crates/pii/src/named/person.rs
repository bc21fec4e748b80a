//! When somebody was born, and where their post and mail go.

use super::{Form, Proof, Row};
use crate::Kind;

pub(super) const ROWS: &[Row] = &[
    Row {
        kind: Kind::DateOfBirth,
        forms: &[Form::BirthDate],
        proof: Proof::None,
        score: 0.85,
        words: &[
            "born|born on|date of birth|dates of birth|dob|dobs|d.o.b.|d.o.b|birth date|birthdate|date-of-birth|date_of_birth|bday|bdate|b-day|birth day is|day of birth",
            "nait le|naît le|nee le|nés|nées|dates de naissance|datenaissance|jour de naissance|né le|née le|né(e) le|nés le|né|née|date de naissance|naissance|ddn|date de naiss.|date naiss.|date naiss|d. naiss|date de naiss|date d'anniv|date d'anniversaire|date anniv",
            "gebore|gebore am|geboore|bore am|jahrgang|geburtstag ist|geburtsdaten|geburi|gebdatum|geb-datum|gebdat|gebdat.|geborn|geborene|geboren|geboren am|geb|geb.|geburtsdatum|geb.-datum|geb. am|geb.-dat.|geb.datum|geb.dat.|geburtsdat.|geb.-tag",
            "fecha de nacimiento|nacimiento|nacido|nacida|nacido el|nacida el|nací|nací el|nació el|f. nac.|fec. nac.|fecha nac.|nata il|nato il|fecha nac|fecha de nac.|f.n.",
            "اتولدت|اتولد|انولدت|انولد|تولدت|خلقت|ميلاد|الميلاد|ميلاده|ميلادها|ميلادك|متولد|زاد نهار|مزيود|مزيودة|خلقان|خلقانة|مخلوق|مخلوقة|تزاد|تزادت|تزاديت|تاريخ ولادتي|تاريخ ولادته|تاريخ ولادتها|ولادتي|ولادته|ولادتها|من مواليد|مواليدي|مولده|تاريخ الولاده|تاريخ الميلاد|تاريخ ميلادي|تاريخ ميلادك|تاريخ ميلادها|تاريخ ميلاده|تاريخ الولادة|ميلادي|مواليد|ولدت|ولدت في|ولد في|ولد|ولد ابني|ولدت ابنتي|المولود|المولودة|مولود|مولودة|تاريخ ميلاد|تاريخ الازدياد|تاريخ ازديادي|الازدياد|مزداد|مزدادة|ازددت",
        ],
    },
    Row {
        kind: Kind::DateOfBirth,
        forms: &[Form::Date],
        proof: Proof::None,
        score: 0.8,
        words: &["birthday|birth day", "anniversaire", "geburtstag", "cumpleaños", "عيد ميلادي"],
    },
    Row {
        kind: Kind::DateOfBirth,
        forms: &[Form::BirthDate],
        proof: Proof::None,
        score: 0.8,
        words: &[
            "your birthday|my birthday|his birthday|her birthday",
            "votre anniversaire|mon anniversaire|son anniversaire",
            "ihr geburtstag|mein geburtstag|sein geburtstag|ihren geburtstag",
            "su cumpleaños|mi cumpleaños",
            "عيد ميلادك|عيد ميلادي|عيد ميلاده",
        ],
    },
    // `my son Leo (4/5/2016)`
    Row {
        kind: Kind::DateOfBirth,
        forms: &[Form::OfKin],
        proof: Proof::None,
        score: 0.65,
        words: &[
            "patient|passenger|guest|traveller|insured|kids|children|twins|daughters|sons|stepson|stepdaughter|nephew|niece|newborn|daughter|son|my wife|my husband|my mother|my father|mother|father|my mum|my mom|my dad|mum|my baby|baby|my child|child|sister|brother|grandson|granddaughter|spouse|dependant|dependent",
            "patient|patiente|passager|passagère|assuré|assurée|mes enfants|enfants|jumeaux|jumelles|filles|nièce|neveu|petit-fils|petite-fille|ma fille|mon fils|fille|fils|ma femme|mon mari|ma mère|mon père|mère|père|maman|papa|mon bébé|bébé|mon enfant|sa fille|son fils|ma sœur|ma soeur|mon frère|conjoint|conjointe|épouse|époux",
            "patient|patientin|gast|fahrgast|reisende|kinder|zwillinge|töchter|söhne|neffe|nichte|tochter|sohn|meine frau|mein mann|ehefrau|ehemann|mutter|vater|mein kind|kind|schwester|bruder|enkel|enkelin",
            "hijos|hijas|niños|mellizos|gemelos|nieto|nieta|sobrino|sobrina|hija|hijo|mi esposa|mi marido|esposa|marido|mi madre|mi padre|madre|padre|mi bebé|bebé|hermana|hermano",
            "المريض|المريضة|المسافر|الراكب|المؤمن عليه|اولادي|أولادي|عيالي|أطفالي|بناتي|وليدي|بنيتي|بنتي الصغيرة|راجلي|ابني|بنتي|ابنتي|زوجتي|زوجي|أمي|امي|والدتي|والدي|أبي|ابويا|ولدي|طفلي|طفلتي|اختي|أختي|أخي|اخويا|مراتي|جوزي",
        ],
    },
    Row {
        kind: Kind::PostalCode,
        forms: &[
            Form::Shape("LLNNNLL"),
            Form::Shape("LLNLNLL"),
            Form::Shape("LLNNLL"),
            Form::Shape("LNNNLL"),
            Form::Shape("LNLNLL"),
            Form::Shape("LNNLL"),
            Form::Shape("LNLNLN"),
            Form::Shape("NNNNLL"),
            Form::Digits(9, 9),
            Form::Digits(4, 6),
        ],
        proof: Proof::None,
        score: 0.75,
        words: &[
            "zip code|zipcode|zip-code|postal code|post code|postcode|billing zip|shipping zip|zip on file|my zip|new zip|old zip|correct zip|pin code|pincode|zip codes|zip+4|zip",
            "code postal|codepostal|c.p.",
            "npa|plz|postleitzahl|postleitzahlen",
            "código postal|cód. postal|c. postal",
            "الكود البريدي|كود بريدي|كودي البريدي|الكود البريدى|الرمز البريدى|الرمز البريدي|رمز بريدي|رمزي البريدي|الرقم البريدي",
        ],
    },
    Row {
        kind: Kind::EmailAddress,
        forms: &[Form::Unsigned],
        proof: Proof::None,
        score: 0.6,
        words: &[
            "email|e-mail|email address|email id|mail id|mail address|email adress|e-mail address",
        ],
    },
    Row {
        kind: Kind::PostalCode,
        forms: &[Form::Shape("LNAAAAA")],
        proof: Proof::None,
        score: 0.7,
        words: &["eircode|eir code"],
    },
    Row {
        kind: Kind::PostalCode,
        forms: &[Form::Digits(5, 5)],
        proof: Proof::None,
        score: 0.6,
        words: &["cp"],
    },
    // Some words behind its name: `la mia Postleitzahl stimmt nicht, …`.
    Row {
        kind: Kind::PostalCode,
        forms: &[Form::Digits(4, 5)],
        proof: Proof::None,
        score: 0.6,
        words: &[
            "zip code|postal code|post code|postcode|code postal|plz|postleitzahl|código postal|الرمز البريدي",
        ],
    },
    Row {
        kind: Kind::PostalCode,
        forms: &[Form::Digits(4, 6)],
        proof: Proof::None,
        score: 0.6,
        words: &["bp"],
    },
    // A Saudi house: its region, and its number.
    Row {
        kind: Kind::StreetAddress,
        forms: &[Form::Shape("CCCCNNNN")],
        proof: Proof::None,
        score: 0.7,
        words: &[
            "short address|short national address|national address|العنوان المختصر|عنوان مختصر|العنوان الوطني|العنوان الوطني المختصر|عنواني الوطني|عنواني المختصر",
        ],
    },
    Row {
        kind: Kind::StreetAddress,
        forms: &[Form::Digits(2, 6)],
        proof: Proof::None,
        score: 0.6,
        words: &[
            "po box|p.o. box|p.o.box|p o box|boîte postale|b.p.|postfach|apartado de correos|apdo.|صندوق بريد|صندوق البريد|ص.ب|ص. ب|ص ب",
        ],
    },
];
