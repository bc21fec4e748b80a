//! Bank accounts by their national numbers, and the codes of banks.

use super::{Form, Proof, Row};
use crate::Kind;
use crate::checksum::{digits, weighted};
use crate::payment::countries;
use crate::payment::rib::is_rib;

const NAMED: f32 = 0.75;
/// The word alone could mean the account of a user or of a ledger.
const WEAK: f32 = 0.55;

pub(super) const ROWS: &[Row] = &[
    Row {
        kind: Kind::BankAccount,
        // A French, a Moroccan, an Algerian, and any other number.
        forms: &[
            Form::Shape("NNNNNNNNNNAAAAAAAAAAANN"),
            Form::Shape("NNNNNNNNNNNNNNNNNNNNNNNN"),
            Form::Shape("CCNNNNNNNNNNNNNNNNNNNNNN"),
            Form::Shape("NNNNNNNNNNNNNNNNNNNN"),
            Form::Digits(4, 20),
        ],
        proof: Proof::Raises(is_account),
        score: NAMED,
        words: &[
            "account number|account numbers|account no|account num|account nr|account #|account#|accountnumber|acct number|acct no|acct #|acct|\
            acc number|acc no|acc num|ac no|ac number|a/c no|a/c number|a/c|bank account|my account|account ending|account ends|\
            checking account|savings account|current account|account to debit|account to credit|beneficiary account|receiving account|destination account|destination ac|account is|account id|acct.",
            "numéro de compte|numéros de compte|compte bancaire|n° de compte|nº de compte|no de compte|n° compte|compte n°|compte courant|rib|rib marocain|rib tunisien|rib algérien|rib français|mon compte|compte à débiter|compte à créditer|compte débité|compte crédité|compte bénéficiaire|compte destinataire",
            "kontoverbindung|*kontonummer|kontonummern|konto-nr|kontonr|konto-nummer|konto nr|bankkonto|girokonto|kto|kto-nr|mein konto|empfängerkonto|zielkonto|gehaltskonto|sparkonto",
            "número da conta|número de conta|números de conta|nº da conta|nº de conta|conta bancária|conta corrente|n.º da conta|conta n.º|conta nº|minha conta|número de cuenta|cuenta bancaria|n.º de cuenta|nº de cuenta|cuenta corriente|cuenta de ahorros|cuenta n.º|ccc|mi cuenta|cuenta de cargo|cuenta de abono|cuenta destino",
            "رقم الحساب|رقم حسابي|رقم حسابك|رقم حساب|حساب رقم|الحساب البنكي|حسابي البنكي|حساب بنكي|الحساب المصرفي|حسابي|الحساب الجاري|رقم الحساب الجاري|رقم الحساب البنكي|الحساب الجاري رقم|الريب",
        ],
    },
    Row {
        kind: Kind::BankAccount,
        forms: &[Form::Code(5, 18)],
        proof: Proof::None,
        score: WEAK,
        words: &[
            "account number|account no|acc no|acct no|kontonummer|número de cuenta|numéro de compte|n° de compte|compte n°|n° compte",
            "my account|acct",
        ],
    },
    Row {
        kind: Kind::BankAccount,
        forms: &[Form::Digits(8, 20), Form::Shape("NNNNNNNNNNNNNNNNNNNNNNNN")],
        proof: Proof::None,
        score: WEAK,
        words: &[
            "account|accounts|acc|compte|konto|cuenta|conta|حساب|الحساب|حسابه|حسابها|حسابك|الكونط|الكونت|لكونط|كونط|كونت|cte",
        ],
    },
    // Algeria, Mexico, Argentina: what is shorter is no account.
    Row {
        kind: Kind::BankAccount,
        forms: &[Form::Digits(18, 18), Form::Digits(20, 20), Form::Digits(22, 22)],
        proof: Proof::None,
        score: NAMED,
        words: &["rip|numéro rip", "clabe|cuenta clabe|clabe interbancaria|cbu|cvu"],
    },
    Row {
        kind: Kind::BankAccount,
        forms: &[Form::Digits(6, 12)],
        proof: Proof::None,
        score: NAMED,
        words: &[
            "ccp|compte ccp|numéro ccp|n° ccp|ccp postal|compte postal|postkonto|postcheckkonto|pc-konto|conto postale",
            "الحساب البريدي|حساب بريدي|الحساب الجاري البريدي|الكونط بوسطال|حساب ccp",
        ],
    },
    Row {
        kind: Kind::BankAccount,
        forms: &[Form::Digits(6, 6)],
        proof: Proof::None,
        score: NAMED,
        words: &["bsb|bsb number"],
    },
    Row {
        kind: Kind::BankAccount,
        forms: &[Form::Digits(6, 6)],
        proof: Proof::None,
        score: NAMED,
        words: &["sort|sort code|sortcode|sort-code|s/c"],
    },
    Row {
        kind: Kind::BankAccount,
        forms: &[Form::Digits(9, 9)],
        proof: Proof::Raises(is_routing),
        score: NAMED,
        words: &[
            "routing number|routing no|routing|aba|aba number|aba routing number|routing transit number|rtn",
        ],
    },
    // An American account behind its routing number; Indian branches.
    Row {
        kind: Kind::BankAccount,
        forms: &[Form::Digits(6, 17), Form::Code(8, 18)],
        proof: Proof::Beside,
        score: WEAK,
        words: &["checking|savings|chequing|acct|account|acc|a/c|cuenta|compte|konto"],
    },
    Row {
        kind: Kind::BankAccount,
        forms: &[Form::Digits(5, 9)],
        proof: Proof::None,
        score: NAMED,
        words: &[
            "bank code|bank number|bank no",
            "code de banque",
            "bankcode|clearing-nr|bankclearing",
            "bank_code|sort_code|routing_number",
        ],
    },
    Row {
        kind: Kind::BankAccount,
        forms: &[Form::Shape("LLLLNAAAAAA")],
        proof: Proof::None,
        score: NAMED,
        words: &["ifsc|ifsc code|ifsc no"],
    },
    Row {
        kind: Kind::BankAccount,
        forms: &[Form::Digits(8, 8)],
        proof: Proof::None,
        score: NAMED,
        words: &["blz|bankleitzahl"],
    },
    Row {
        kind: Kind::BankAccount,
        forms: &[Form::Digits(5, 5)],
        proof: Proof::None,
        score: NAMED,
        words: &["code banque|code guichet|code établissement|banque|guichet"],
    },
    // The key of a French or Algerian account, which stands behind the rest of it.
    Row {
        kind: Kind::BankAccount,
        forms: &[Form::Digits(2, 2)],
        proof: Proof::Beside,
        score: NAMED,
        words: &["clé|clé rib|clef|clef rib|المفتاح|مفتاح|مفتاحه|cle"],
    },
    Row {
        kind: Kind::Bic,
        forms: &[Form::Shape("LLLLLLAAAAA"), Form::Shape("LLLLLLAA")],
        proof: Proof::Needs(is_bic),
        score: 0.85,
        words: &[
            "bic|bic/swift|swift/bic|swift code|swift-code|bic code|code bic|code swift|código swift|código bic|swift bic|bic-code|رمز السويفت|رمز سويفت|السويفت|سويفت|سويفت كود|كود السويفت|رمز swift",
        ],
    },
    // Canada: the bank and the branch before an account.
    Row {
        kind: Kind::BankAccount,
        forms: &[Form::Digits(5, 5)],
        proof: Proof::None,
        score: WEAK,
        words: &["transit|transit number|transit no|numéro de transit|n° de transit|no de transit"],
    },
    Row {
        kind: Kind::BankAccount,
        forms: &[Form::Digits(8, 9)],
        proof: Proof::None,
        score: WEAK,
        words: &[
            "transit and institution|transit and institution number|transit/institution|transit-institution",
            "transit et institution|transit institution|transit et l'institution|succursale et institution",
        ],
    },
    Row {
        kind: Kind::BankAccount,
        forms: &[Form::Digits(3, 3)],
        proof: Proof::None,
        score: WEAK,
        words: &[
            "institution|institution number|institution no|numéro d'institution|no d'institution",
        ],
    },
    Row {
        kind: Kind::BankAccount,
        forms: &[Form::Digits(7, 12)],
        proof: Proof::None,
        score: WEAK,
        words: &["folio|numéro de folio|no de folio"],
    },
    Row {
        kind: Kind::BankAccount,
        forms: &[Form::Digits(3, 5)],
        proof: Proof::None,
        score: WEAK,
        words: &["clearing"],
    },
    // The code of a bank that words for a transfer lead to: only in capitals.
    Row {
        kind: Kind::Bic,
        forms: &[Form::Shape("CCCCCCDDDDD"), Form::Shape("CCCCCCDD")],
        proof: Proof::Needs(is_bic),
        score: 0.7,
        words: &[
            "bank code|intermediary bank|beneficiary bank|correspondent bank|receiving bank|sending bank|wire|wires|wire transfer|bicfi|mt103|bank is|bank code is",
            "banque|banque correspondante|banque bénéficiaire|virement",
            "bank|hausbank|empfängerbank|überweisung|auslandsüberweisung|bankcode",
            "banco|banco intermediario|transferencia",
            "البنك|بنك|البنك المراسل|حوالة|الحوالة|الرمز",
        ],
    },
    // A swift answer is no code, so the word alone needs capitals behind it.
    Row {
        kind: Kind::Bic,
        forms: &[Form::Shape("CCCCCCDDDDD"), Form::Shape("CCCCCCDD")],
        proof: Proof::Needs(is_bic),
        score: 0.85,
        words: &["swift"],
    },
    Row {
        kind: Kind::Crypto,
        forms: &[Form::Key(26)],
        proof: Proof::None,
        score: 0.7,
        words: &[
            "bitcoin|btc|bitcoin address|btc address|ethereum|eth|litecoin|monero|wallet|wallet address|crypto wallet|crypto address",
            "portefeuille|adresse bitcoin|bitcoin-adresse|cartera|محفظة|المحفظة|محفظتي",
        ],
    },
    Row {
        kind: Kind::IbanCode,
        forms: &[Form::Iban],
        proof: Proof::Needs(looks_like_iban),
        score: 0.7,
        words: &["iban|iban number|n° iban|iban-nr|آيبان|الآيبان|ايبان|رقم الآيبان|رقم الايبان"],
    },
];

/// A French number with its key, or a Moroccan one.
fn is_account(value: &str) -> bool {
    // Nothing else that is named an account is as long, so a card's number inside it is none.
    let is_moroccan = || value.len() == 24 && value.bytes().all(|byte| byte.is_ascii_digit());
    is_rib(value) || is_moroccan()
}

/// American Bankers Association: weights 3, 7, 1.
fn is_routing(value: &str) -> bool {
    weighted(&digits(value), &[3, 7, 1, 3, 7, 1, 3, 7, 1], 10) == Some(0)
}

/// ISO 9362: four letters of the bank, the country, the place, and perhaps the branch.
fn is_bic(value: &str) -> bool {
    value.get(4..6).is_some_and(countries::is_country)
}

/// A country and two digits; the check digits may be wrong.
fn looks_like_iban(value: &str) -> bool {
    value.get(..2).is_some_and(countries::is_country)
        && value.get(2..4).is_some_and(|check| check.bytes().all(|b| b.is_ascii_digit()))
}
