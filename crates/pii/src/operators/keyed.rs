//! What only the holder of a key can make: hashes and pseudonyms.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use switchboard_text::placeholder::{HASH_LENGTH, PSEUDONYM_ALPHABET, PSEUDONYM_LENGTH};

use super::Key;

/// HMAC-SHA-256 (RFC 2104) of `parts`, each but the last ended by a zero byte.
pub(super) fn digest(key: &[u8], parts: &[&str]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            mac.update(&[0]);
        }
        mac.update(part.as_bytes());
    }
    mac.finalize().into_bytes().into()
}

/// The first half of the HMAC of type and value, in hexadecimal: 128 bits, so that no two values meet.
pub(super) fn hash(key: &Key, kind: &str, value: &str) -> String {
    let digest = digest(key.bytes(), &[kind, value]);
    let half = digest.first_chunk().copied().map_or(0, u128::from_be_bytes);
    format!("{half:0HASH_LENGTH$x}")
}

/// 50 bits of another HMAC: a million values of a type share one with a chance of 1 in 2,000.
pub(super) fn pseudonym(key: &Key, kind: &str, value: &str) -> String {
    let digest = digest(key.bytes(), &["pseudonym", kind, value]);
    let bits = digest[..8].iter().fold(0_u64, |bits, &byte| bits << 8 | u64::from(byte));
    let sign = |at: usize| char::from(PSEUDONYM_ALPHABET[(bits >> (59 - 5 * at)) as usize % 32]);
    (0..PSEUDONYM_LENGTH).map(sign).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test case 2.
    #[test]
    fn digests_are_those_of_the_standard() {
        let digest = digest(b"Jefe", &["what do ya want for nothing?"]);
        assert_eq!(digest[..4], [0x5b, 0xdc, 0xc1, 0x46]);
        assert_eq!(digest[28..], [0x64, 0xec, 0x38, 0x43]);
    }

    #[test]
    fn key_type_and_value_all_count() {
        let (one, other) = (Key::of([1; 32]), Key::of([2; 32]));
        for make in [hash, pseudonym] {
            let token = make(&one, "PERSON", "jane");
            assert_eq!(make(&one, "PERSON", "jane"), token);
            assert_ne!(make(&other, "PERSON", "jane"), token);
            assert_ne!(make(&one, "LOCATION", "jane"), token);
            assert_ne!(make(&one, "PERSON", "john"), token);
        }
    }
}
