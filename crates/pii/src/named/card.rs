//! Payment cards whose number proves nothing, and what else is printed on a card.

use std::ops::Range;

use super::{Form, Proof, Row};
use crate::Kind;
use crate::neighbours;
use crate::shadow::FILLER;

/// Words for a card are looked for so many bytes before a date, and half as many behind.
const NEAR: usize = 120;

/// No number of fewer digits right before a date is a card's.
const CARD: usize = 12;

const CARD_WORDS: &[&str] = &[
    "كرت",
    "كارط",
    "card",
    "cb ",
    "carte",
    "karte",
    "tarjeta",
    "security code",
    "sicherheitscode",
    "code de sécurité",
    "cryptogramme",
    "visa",
    "mastercard",
    "amex",
    "cvv",
    "cvc",
    "maestro",
    "carta",
    "بطاقة",
    "بطاقه",
    "بطاقتي",
    "فيزا",
];

pub(super) const ROWS: &[Row] = &[
    Row {
        kind: Kind::CreditCard,
        forms: &[Form::Digits(8, 19), Form::Digits(4, 4)],
        proof: Proof::None,
        score: 0.65,
        words: &[
            "card number|card numbers|card no|card num|card nr|card #|card#|cardnumber|credit card number|credit card no|debit card number|\
            cc number|cc no|cc #|card ending|card ends|card on file ends|card on file ending|visa ending|mastercard ending|amex ending|visa ends|complete card number|full card number|credit card|debit card|pan number",
            "carte finit par|carte se termine par|numéro de carte|n° de carte|nº de carte|carte n°|numéro de ma carte|carte bancaire|carte bleue|numéro de cb|n° de cb",
            "karte endet auf|karte endet|karte mit endung|karte mit den endziffern|endziffern|*kartennummer|*kartennr|karten-nr|kartennummer|*kreditkarte",
            "número de tarjeta|n.º de tarjeta|nº de tarjeta|tarjeta n.º|número de mi tarjeta|tarjeta de crédito|tarjeta de débito",
            "بطاقة تنتهي ب|بطاقتي تنتهي ب|البطاقة المنتهية ب|رقم البطاقة|رقم بطاقتي|رقم بطاقتك|رقم بطاقة|بطاقة رقم|بطاقة الائتمان|بطاقة ائتمان|رقم الفيزا|رقم الكرت|رقم كرتي|رقم الكارت|رقم الكارطة",
        ],
    },
    Row {
        kind: Kind::CreditCard,
        forms: &[Form::Digits(14, 19)],
        proof: Proof::None,
        score: 0.6,
        words: &[
            "card|my card|visa|mastercard|amex|carte|ma carte|karte|meine karte|tarjeta|mi tarjeta|بطاقة|بطاقتي|فيزا|كرت|الكرت|كرتي|الكارت|كارت|الكارطة|الكارط|لاكارط بنكير",
        ],
    },
    Row {
        kind: Kind::CreditCard,
        forms: &[Form::Digits(4, 4)],
        proof: Proof::Card,
        score: 0.6,
        words: &[
            "last four digits|last 4 digits|last four|last 4",
            "quatre derniers chiffres|4 derniers chiffres",
            "letzten vier ziffern|letzten 4 ziffern|letzte vier ziffern|letzten vier stellen",
            "últimos cuatro dígitos|últimos 4 dígitos|últimos cuatro|últimos 4",
            "آخر أربع أرقام|آخر 4 أرقام|اخر 4 ارقام|آخر أربعة أرقام|آخرها",
        ],
    },
    Row {
        kind: Kind::CardCvv,
        forms: &[Form::Digits(3, 4)],
        proof: Proof::None,
        score: 0.8,
        words: &[
            "cvv|cvc|cvv2|cvc2|csc|cvv code|cvc code|security code|card security code|card verification code|card verification value",
            "cryptogramme|cryptogramme visuel|code de sécurité|code cvv|code cvc",
            "prüfnummer|*kartenprüfnummer|prüfziffer|sicherheitscode|cvv-code|kartenprüfziffer",
            "código de seguridad|código cvv|código cvc|clave cvv",
            "رمز الأمان|رمز التحقق|الرمز الأمني|رمز cvv",
        ],
    },
    Row {
        kind: Kind::CardCvv,
        forms: &[Form::Digits(3, 3)],
        proof: Proof::Card,
        score: 0.6,
        words: &["الرمز"],
    },
    Row {
        kind: Kind::CardCvv,
        forms: &[Form::Digits(3, 4)],
        proof: Proof::Card,
        score: 0.7,
        words: &[
            "crypto|crypto.|the back says|back of it says|it says on the back|on the back it says|on the back is|four digits on front|four digits on the front|4 digits on the front|4 digits on front|front code|digit code|digit security code|digits on the back|code on the back|number on the back",
            "derrière c'est|derrière il y a|au dos c'est|au dos il y a|au dos|au verso|quatre chiffres devant|4 chiffres devant|quatre chiffres sur le devant|quatre chiffres au recto|4 chiffres au recto|chiffres au dos|chiffres derrière|code au dos|numéro au dos",
            "hinten steht|hinten drauf|hinten drauf steht|auf der rückseite steht|vorne vier ziffern|vorne 4 ziffern|vier ziffern vorne|4 ziffern vorne|vierstelliger code vorne|stellige code|stelliger code|ziffern auf der rückseite|nummer auf der rückseite|code auf der rückseite",
            "dígitos de atrás|dígitos del reverso|código de atrás|código del reverso",
            "خلفها|خلفه|خلف الكرت|ورا البطاقة|ورا الكرت|من ورا|الثلاث ارقام اللي ورا|الثلاث أرقام اللي ورا|الثلاثة أرقام اللي ورا|اللي ورا|الرمز الخلفي|الخلفي|الكود الخلفي|رمز الخلف|الأرقام الخلفية|رقم التحقق|الرقم السري خلف البطاقة|الرقم خلف البطاقة|الرقم الخلفي|الارقام خلف البطاقة|سي في في",
        ],
    },
    // Nothing else has three digits on its back.
    Row {
        kind: Kind::CardCvv,
        forms: &[Form::Digits(3, 3)],
        proof: Proof::None,
        score: 0.6,
        words: &[
            "three on the back|the three on the back|3 on the back|three digits on the back|3 digits on the back|last three digits on the back",
            "les trois au dos|les trois derrière|les 3 au dos|trois chiffres au dos|3 chiffres au dos|trois derniers chiffres au dos|trois chiffres derrière",
            "die drei hinten|die drei auf der rückseite|die 3 hinten|drei ziffern auf der rückseite|drei ziffern hinten",
            "los tres de atrás|tres dígitos de atrás|tres dígitos del reverso|tres números de atrás",
            "ثلاث أرقام خلف البطاقة|الأرقام الثلاثة خلف بطاقتي|الثلاث ارقام خلف البطاقة|الثلاث أرقام ورا|الأرقام الثلاثة خلف البطاقة|ثلاث ارقام من الخلف|ثلاث أرقام من الخلف|الثلاث ارقام من الخلف|الثلاث أرقام من الخلف|الارقام من الخلف|الأرقام من الخلف",
        ],
    },
    Row {
        kind: Kind::CardCvv,
        forms: &[Form::Digits(3, 3)],
        proof: Proof::Card,
        score: 0.6,
        words: &[
            "three digits|3 digits|last three digits|three numbers|3 numbers|three-digit code|3-digit code",
            "trois chiffres|3 chiffres|trois derniers chiffres|3 derniers chiffres|code à trois chiffres|code à 3 chiffres",
            "drei ziffern|3 ziffern|dreistelliger code|dreistellige nummer|dreistellige prüfnummer",
            "tres dígitos|3 dígitos|tres cifras|tres números",
            "ثلاث أرقام|3 أرقام|الثلاث أرقام|الأرقام الثلاثة|الارقام الثلاثة|ثلاثة أرقام",
        ],
    },
    Row {
        kind: Kind::CardCvv,
        forms: &[Form::Digits(3, 4)],
        proof: Proof::CardNumber,
        score: 0.6,
        words: &["code", "código|codigo", "رمز|كود"],
    },
    Row {
        kind: Kind::CardCvv,
        forms: &[Form::Digits(3, 3)],
        proof: Proof::CardNumber,
        score: 0.6,
        words: &[
            "digits|on the back",
            "chiffres|au dos|derrière",
            "ziffern|hinten|rückseite",
            "dígitos|digitos|de atrás|atrás|reverso",
            "الأرقام|الارقام|أرقام",
        ],
    },
    Row {
        kind: Kind::CardExpiry,
        forms: &[Form::Expiry],
        proof: Proof::Card,
        score: 0.75,
        words: &[
            "good through|valid through|validthru|valid_thru|expdate|exp|exp date|exp.|expiry|expiry date|expires|expires on|expiring|expiration|expiration date|valid thru|valid till|valid until|valid to|good thru|\
            card expiry|card expiration",
            "date d'expiration|expire|expire le|expire en|expire fin|expirant|date de validité|valable jusqu'au|valable jusqu'en|valable jusqu'à|valide jusqu'au|fin de validité|validité",
            "gültig bis|gültig|gueltig bis|ablaufdatum|ablauf|läuft ab|läuft|abgelaufen|verfällt|gültigkeit",
            "cad|cad.|venc|venc.|vto|vto.|vence|vence el|vence en|vencimiento|fecha de vencimiento|caduca|caduca en|caduca el|caducidad|fecha de caducidad|válida hasta|expira|fecha de expiración",
            "تاريخ الانتهاء|تاريخ انتهاء|تنتهي|صالحة حتى|تاريخ الصلاحية|الصلاحية|صلاحيتها|انتهاء|تاريخ",
        ],
    },
    Row {
        kind: Kind::CardExpiry,
        forms: &[Form::Expiry],
        proof: Proof::CardNumber,
        score: 0.6,
        words: &[
            "date|until|till|thru",
            "fin|jusqu'à|jusqu'au|jusqu'en|val",
            "datum|bis|bis ende",
            "fecha|hasta",
            "حتى|لغاية|تاريخها",
        ],
    },
];

/// Whether a word for a card, or a card's number, stands near the date at `range`.
pub(crate) fn is_near(text: &str, range: &Range<usize>) -> bool {
    let from = text.floor_char_boundary(range.start.saturating_sub(NEAR));
    let to = text.floor_char_boundary((range.end + NEAR / 2).min(text.len()));
    let near = text[from..to].to_lowercase();
    let digits = |part: &str| part.bytes().filter(u8::is_ascii_digit).count();
    CARD_WORDS.iter().any(|word| near.contains(word))
        || digits(&text[from..range.start]) >= CARD
        || digits(&text[range.end..to]) >= CARD
        || follows_known(&text[from..range.start])
}

/// Whether a word for a card stands near the code at `range`, and a number as long as a card's, or something known by now, shortly before.
pub(super) fn is_behind_number(text: &str, range: &Range<usize>) -> bool {
    let from = text.floor_char_boundary(range.start.saturating_sub(NEAR / 2));
    let head = &text[from..range.start];
    let has_number = || head.bytes().filter(u8::is_ascii_digit).count() >= CARD;
    (head.contains(FILLER) || has_number()) && {
        let from = text.floor_char_boundary(range.start.saturating_sub(NEAR));
        let near = text[from..range.start].to_lowercase();
        CARD_WORDS.iter().any(|word| near.contains(word))
    }
}

/// Whether something known by now stands before the name of the value at `range`.
pub(super) fn is_beside(text: &str, range: &Range<usize>) -> bool {
    let from = text.floor_char_boundary(range.start.saturating_sub(NEAR));
    follows_known(&text[from..range.start])
}

/// Whether something known by now stands before the name of the date, and no word in between.
fn follows_known(head: &str) -> bool {
    let Some(known) = head.rfind(FILLER) else { return false };
    let words = head[known..].split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    words.count() <= 2 && neighbours::before(head, head.len()) != Some('\n')
}
