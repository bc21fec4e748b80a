//! Addresses of cryptocurrency wallets, by their checksums.

use sha2::{Digest, Sha256};

use crate::Kind;
use crate::candidate::{Candidate, VERIFIED};
use crate::digits::Digits;
use crate::neighbours;

/// Forty hexadecimal digits behind `0x` are an Ethereum address, whose checksum is optional.
const ETHEREUM: f32 = 0.8;

/// The characters of an address of Monero.
const MONERO: usize = 95;

/// No address has more characters before its first digit.
const FARTHEST_DIGIT: usize = 34;

/// Adds every address of Bitcoin and those that are written like it (`Base58Check`, Bech32), of Ethereum and Monero.
pub(crate) fn find(digits: &Digits<'_>, found: &mut Vec<Candidate>) {
    let text = digits.text;
    let mut behind = 0;
    for group in &digits.groups {
        let before = text[..group.range.start].bytes().rev().take(FARTHEST_DIGIT);
        let start = group.range.start - before.take_while(u8::is_ascii_alphanumeric).count();
        if start < behind {
            continue;
        }
        let length = text[start..].bytes().take(100).take_while(u8::is_ascii_alphanumeric).count();
        behind = start + length;
        let address = &text[start..behind];
        let score = match address.as_bytes() {
            // Bitcoin, Litecoin, Dogecoin, Tron.
            [b'1' | b'3' | b'L' | b'M' | b'D' | b'T', ..]
                if (26..=35).contains(&length) && is_base58_check(address) =>
            {
                VERIFIED
            }
            [b'b' | b'B', b'c' | b'C', b'1', ..] if is_bech32(address) => VERIFIED,
            [b'4' | b'8', ..]
                if length == MONERO && address.bytes().all(|byte| BASE_58.contains(&byte)) =>
            {
                ETHEREUM
            }
            [b'0', b'x', hexadecimal @ ..]
                if length == 42 && hexadecimal.iter().all(u8::is_ascii_hexdigit) =>
            {
                ETHEREUM
            }
            _ => continue,
        };
        if neighbours::stands_free(text, start, behind) {
            found.push(Candidate { kind: Kind::Crypto, range: start..behind, score });
        }
    }
}

const BASE_58: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// A version, twenty bytes, and the first four bytes of their twofold SHA-256 (Bitcoin's `Base58Check`).
fn is_base58_check(address: &str) -> bool {
    let mut bytes = [0_u8; 25];
    for character in address.bytes() {
        let Some(value) = BASE_58.iter().position(|&letter| letter == character) else {
            return false;
        };
        let mut carry = value as u32;
        for byte in bytes.iter_mut().rev() {
            carry += u32::from(*byte) * 58;
            *byte = (carry & 0xff) as u8;
            carry >>= 8;
        }
        if carry > 0 {
            return false;
        }
    }
    let (body, check) = bytes.split_at(21);
    Sha256::digest(Sha256::digest(body))[..4] == *check
}

const BECH_32: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/// The checksum of BIP 173, or of BIP 350 for later versions, with the prefix `bc`.
fn is_bech32(address: &str) -> bool {
    let mixed = address.bytes().any(|b| b.is_ascii_lowercase())
        && address.bytes().any(|b| b.is_ascii_uppercase());
    let data: Option<Vec<u8>> = address[3..]
        .bytes()
        .map(|byte| BECH_32.iter().position(|letter| *letter == byte.to_ascii_lowercase()))
        .map(|value| value.map(|value| value as u8))
        .collect();
    let Some(data) = data.filter(|_| !mixed && (14..=90).contains(&address.len())) else {
        return false;
    };
    // The prefix `bc`, spread over high and low bits as the standard asks.
    let checked = [3, 3, 0, 2, 3].into_iter().chain(data).fold(1_u32, |sum, value| {
        let top = sum >> 25;
        let sum = (sum & 0x1ff_ffff) << 5 ^ u32::from(value);
        GENERATOR.iter().enumerate().fold(sum, |sum, (bit, generator)| {
            sum ^ if top >> bit & 1 == 1 { *generator } else { 0 }
        })
    });
    matches!(checked, 1 | 0x2bc8_30a3)
}

const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_addresses_pass_and_a_slip_fails() {
        assert!(is_base58_check("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"));
        assert!(!is_base58_check("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb"));
        assert!(is_base58_check("3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"));
        assert!(is_base58_check("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"));
        assert!(is_bech32("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"));
        assert!(is_bech32("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"));
        assert!(!is_bech32("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5"));
    }
}
