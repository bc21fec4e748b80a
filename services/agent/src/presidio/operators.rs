//! What a request asks to be done with a kind of value, as Presidio's JSON writes it.

use std::collections::HashMap;

use serde::Deserialize;
use sha2::{Digest, Sha256, Sha512};
use switchboard_pii::Encryption;
use switchboard_server::{ApiError, ErrorKind};
use zeroize::Zeroizing;

use super::invalid;
use crate::gateway::Gateway;

pub(super) const ANONYMIZERS: [&str; 6] = ["encrypt", "hash", "keep", "mask", "redact", "replace"];
pub(super) const DEANONYMIZERS: [&str; 2] = ["decrypt", "deanonymize_keep"];

/// Of what holds for a kind that a request does not name.
const DEFAULT: &str = "DEFAULT";
/// In bytes: so much cannot be asked to stand in thousands of places.
const MAX_NEW_VALUE: usize = 1024;
const MIN_SALT: usize = 16;
/// In bytes, as AES has them. The key is derived from these bytes.
const KEY_LENGTHS: [usize; 3] = [16, 24, 32];

/// The fields of every operator. It has no `Debug`: `key` and `salt` are secrets, `new_value` is the caller's.
#[derive(Deserialize)]
pub(super) struct Fields {
    #[serde(rename = "type")]
    name: String,
    new_value: Option<String>,
    masking_char: Option<String>,
    chars_to_mask: Option<i64>,
    from_end: Option<bool>,
    hash_type: Option<String>,
    salt: Option<Zeroizing<String>>,
    key: Option<Zeroizing<String>>,
}

pub(super) enum Operator {
    /// With the type in angle brackets when it has no value.
    Replace(Option<String>),
    Redact,
    Keep,
    Mask {
        sign: char,
        characters: usize,
        from_end: bool,
    },
    Hash {
        long: bool,
        salt: Option<Zeroizing<String>>,
    },
    Encrypt(Encryption),
    Decrypt(Encryption),
    DeanonymizeKeep,
}

impl Operator {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Replace(_) => "replace",
            Self::Redact => "redact",
            Self::Keep => "keep",
            Self::Mask { .. } => "mask",
            Self::Hash { .. } => "hash",
            Self::Encrypt(_) => "encrypt",
            Self::Decrypt(_) => "decrypt",
            Self::DeanonymizeKeep => "deanonymize_keep",
        }
    }

    /// What stands for `value`.
    pub(super) fn apply(&self, entity_type: &str, value: &str) -> Result<String, ApiError> {
        let no_randomness = || {
            ApiError::new(ErrorKind::Internal, "the system gave no random bytes; try again later")
        };
        match self {
            Self::Replace(Some(new)) => Ok(new.clone()),
            Self::Replace(None) => Ok(format!("<{entity_type}>")),
            Self::Redact => Ok(String::new()),
            Self::Keep | Self::DeanonymizeKeep => Ok(value.to_owned()),
            Self::Mask { sign, characters, from_end } => {
                Ok(mask(value, *sign, *characters, *from_end))
            }
            Self::Hash { long, salt: Some(salt) } => Ok(hash(*long, value, salt.as_bytes())),
            Self::Hash { long, salt: None } => {
                let mut salt = [0; 32];
                getrandom::fill(&mut salt).map_err(|_| no_randomness())?;
                Ok(hash(*long, value, &salt))
            }
            Self::Encrypt(encryption) => {
                encryption.encrypt(entity_type, value).map_err(|_| no_randomness())
            }
            Self::Decrypt(encryption) => {
                let value = encryption.decrypt(entity_type, value.trim_end_matches('='));
                value.map(|value| value.to_string()).ok_or_else(|| {
                    invalid("anonymizer_results has a place that cannot be decrypted; send the text, types and key it was encrypted with")
                })
            }
        }
    }
}

/// The operators of a request, by type.
pub(super) struct Operators {
    by_type: HashMap<String, Operator>,
    default: Operator,
}

impl Operators {
    /// Of `/anonymize`: what is not named is replaced by its type.
    pub(super) fn to_anonymize(
        fields: HashMap<String, Fields>,
        gateway: &Gateway,
    ) -> Result<Self, ApiError> {
        let operators =
            fields.into_iter().map(|(kind, fields)| Ok((kind, anonymizer(fields, gateway)?)));
        Self::of(operators, || Ok(Operator::Replace(None)))
    }

    /// Of `/deanonymize`: what is not named is decrypted with the policy's key; when there is none, and the request names anything, it
    /// is left as it stands.
    pub(super) fn to_deanonymize(
        fields: HashMap<String, Fields>,
        gateway: &Gateway,
    ) -> Result<Self, ApiError> {
        let names_any = !fields.is_empty();
        let operators =
            fields.into_iter().map(|(kind, fields)| Ok((kind, deanonymizer(fields, gateway)?)));
        Self::of(operators, || match gateway.encryption() {
            Ok(encryption) => Ok(Operator::Decrypt(encryption.clone())),
            Err(_) if names_any => Ok(Operator::DeanonymizeKeep),
            Err(no_key) => Err(no_key),
        })
    }

    fn of(
        operators: impl Iterator<Item = Result<(String, Operator), ApiError>>,
        otherwise: impl FnOnce() -> Result<Operator, ApiError>,
    ) -> Result<Self, ApiError> {
        let mut by_type: HashMap<String, Operator> = operators.collect::<Result<_, _>>()?;
        let default = by_type.remove(DEFAULT).map_or_else(otherwise, Ok)?;
        Ok(Self { by_type, default })
    }

    pub(super) fn of_type(&self, entity_type: &str) -> &Operator {
        self.by_type.get(entity_type).unwrap_or(&self.default)
    }
}

fn anonymizer(fields: Fields, gateway: &Gateway) -> Result<Operator, ApiError> {
    match fields.name.as_str() {
        "replace" => replace(fields.new_value),
        "redact" => Ok(Operator::Redact),
        "keep" => Ok(Operator::Keep),
        "mask" => masking(&fields),
        "hash" => hashing(fields),
        "encrypt" => Ok(Operator::Encrypt(encryption(fields.key, gateway)?)),
        _ => Err(invalid(format!(
            "anonymizers has a type that is not one of {}",
            ANONYMIZERS.join(", ")
        ))),
    }
}

fn deanonymizer(fields: Fields, gateway: &Gateway) -> Result<Operator, ApiError> {
    match fields.name.as_str() {
        "decrypt" => Ok(Operator::Decrypt(encryption(fields.key, gateway)?)),
        "deanonymize_keep" => Ok(Operator::DeanonymizeKeep),
        _ => Err(invalid(format!(
            "deanonymizers has a type that is not one of {}",
            DEANONYMIZERS.join(", ")
        ))),
    }
}

fn replace(new_value: Option<String>) -> Result<Operator, ApiError> {
    let new_value = new_value.filter(|new| !new.is_empty());
    if new_value.as_ref().is_some_and(|new| new.len() > MAX_NEW_VALUE) {
        return Err(invalid(format!("new_value is longer than {MAX_NEW_VALUE} bytes; shorten it")));
    }
    Ok(Operator::Replace(new_value))
}

fn masking(fields: &Fields) -> Result<Operator, ApiError> {
    let mut signs = fields.masking_char.as_deref().unwrap_or_default().chars();
    let (Some(sign), None) = (signs.next(), signs.next()) else {
        return Err(invalid("mask needs masking_char, a single character"));
    };
    let Some(characters) = fields.chars_to_mask else {
        return Err(invalid("mask needs chars_to_mask, a number"));
    };
    let from_end = fields.from_end.unwrap_or_default();
    Ok(Operator::Mask { sign, characters: usize::try_from(characters).unwrap_or(0), from_end })
}

fn hashing(fields: Fields) -> Result<Operator, ApiError> {
    let long = match fields.hash_type.as_deref() {
        None | Some("sha256") => false,
        Some("sha512") => true,
        Some(_) => return Err(invalid("hash_type is not one of sha256, sha512")),
    };
    if fields.salt.as_ref().is_some_and(|salt| salt.len() < MIN_SALT) {
        return Err(invalid(format!(
            "salt is shorter than {MIN_SALT} bytes; lengthen it, or leave it out for a random one"
        )));
    }
    Ok(Operator::Hash { long, salt: fields.salt })
}

/// With the key of the request, or else the policy's.
fn encryption(key: Option<Zeroizing<String>>, gateway: &Gateway) -> Result<Encryption, ApiError> {
    match key {
        Some(key) if KEY_LENGTHS.contains(&key.len()) => Ok(Encryption::derived(key.as_bytes())),
        Some(_) => Err(invalid("key is not of 16, 24 or 32 bytes")),
        None => gateway.encryption().cloned(),
    }
}

fn mask(value: &str, sign: char, characters: usize, from_end: bool) -> String {
    let length = value.chars().count();
    let masked = characters.min(length);
    let covered = if from_end { length - masked..length } else { 0..masked };
    let shown = |(at, c)| if covered.contains(&at) { sign } else { c };
    value.chars().enumerate().map(shown).collect()
}

fn hash(long: bool, value: &str, salt: &[u8]) -> String {
    let salted = Zeroizing::new([value.as_bytes(), salt].concat());
    if long { hexadecimal(&Sha512::digest(&salted)) } else { hexadecimal(&Sha256::digest(&salted)) }
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect()
}
