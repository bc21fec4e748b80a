//! What kinds of personal data there are, and where one was found.

use std::fmt;
use std::str::FromStr;

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)+) => {
        /// A kind of personal data; its name is also the type in a placeholder.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $($(#[$doc])* $variant,)+
        }

        impl Kind {
            /// Every kind, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Returns the name used in placeholders and replies: `EMAIL_ADDRESS`.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }
    };
}

kinds! {
    /// An e-mail address.
    EmailAddress = "EMAIL_ADDRESS",
    /// A telephone or fax number, with its extension.
    PhoneNumber = "PHONE_NUMBER",
    /// The number of a payment card.
    CreditCard = "CREDIT_CARD",
    /// The verification code on a payment card (CVV, CVC).
    CardCvv = "CARD_CVV",
    /// When a payment card expires.
    CardExpiry = "CARD_EXPIRY",
    /// An international bank account number.
    IbanCode = "IBAN_CODE",
    /// A bank's identifier (BIC, SWIFT code).
    Bic = "BIC",
    /// A bank account by its national number.
    BankAccount = "BANK_ACCOUNT",
    /// The address of a cryptocurrency wallet.
    Crypto = "CRYPTO",
    /// An IPv4 or IPv6 address, with its port or prefix length.
    IpAddress = "IP_ADDRESS",
    /// The hardware address of a network interface.
    MacAddress = "MAC_ADDRESS",
    /// A web address.
    Url = "URL",
    /// A password, an API key, a token or a private key.
    Secret = "SECRET",
    /// A person's name.
    Person = "PERSON",
    /// The day a person was born.
    DateOfBirth = "DATE_OF_BIRTH",
    /// Street and house, with what is written along with them.
    StreetAddress = "STREET_ADDRESS",
    /// A postal code.
    PostalCode = "POSTAL_CODE",
    /// A town, a region or a country.
    Location = "LOCATION",
    /// A company or another organisation.
    Organization = "ORGANIZATION",
    /// A passport number.
    Passport = "PASSPORT",
    /// A driving licence number.
    DriverLicense = "DRIVER_LICENSE",
    /// United States social security number.
    UsSsn = "US_SSN",
    /// United States taxpayer number of those without a social security number.
    UsItin = "US_ITIN",
    /// United Kingdom national insurance number.
    UkNino = "UK_NINO",
    /// United Kingdom health service number.
    UkNhs = "UK_NHS",
    /// French social security number (numéro de sécurité sociale).
    FrNir = "FR_NIR",
    /// German tax number of a person (Steuer-ID).
    DeTaxId = "DE_TAX_ID",
    /// Spanish tax number of a national (DNI, NIF).
    EsNif = "ES_NIF",
    /// Spanish tax number of a foreigner (NIE).
    EsNie = "ES_NIE",
    /// Italian fiscal code of a person.
    ItFiscalCode = "IT_FISCAL_CODE",
    /// Polish personal number.
    PlPesel = "PL_PESEL",
    /// Portuguese tax number.
    PtNif = "PT_NIF",
    /// Dutch citizen service number.
    NlBsn = "NL_BSN",
    /// Belgian national register number.
    BeNationalNumber = "BE_NATIONAL_NUMBER",
    /// Indian identity number.
    InAadhaar = "IN_AADHAAR",
    /// Indian tax number (permanent account number).
    InPan = "IN_PAN",
    /// Emirates identity card number.
    AeEmiratesId = "AE_EMIRATES_ID",
    /// Saudi national identity or residence number.
    SaNationalId = "SA_NATIONAL_ID",
    /// Egyptian national identity number.
    EgNationalId = "EG_NATIONAL_ID",
    /// Moroccan identity card number.
    MaCin = "MA_CIN",
    /// Tunisian identity card number.
    TnCin = "TN_CIN",
    /// Swiss social security number (AHV, AVS).
    ChAhv = "CH_AHV",
    /// Another number of a person: identity card, social or health insurance, tax.
    NationalId = "NATIONAL_ID",
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// The error of reading a [`Kind`] from a name that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownKind;

impl fmt::Display for UnknownKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("no kind of personal data has this name")
    }
}

impl std::error::Error for UnknownKind {}

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(name: &str) -> Result<Self, UnknownKind> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name).ok_or(UnknownKind)
    }
}

/// One piece of personal data and its place in the caller's text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    /// What it is.
    pub kind: Kind,
    /// Its first code point.
    pub start: usize,
    /// The code point just behind it.
    pub end: usize,
    /// How sure the recogniser is, 0 to 1; 1 when a checksum was verified.
    pub score: f32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for &kind in Kind::ALL {
            assert_eq!(kind.to_string().parse(), Ok(kind));
        }
        assert_eq!("E-MAIL".parse::<Kind>(), Err(UnknownKind));
    }
}
