//! A secret key, from a file.

use std::fmt;

use zeroize::Zeroizing;

/// The length of a key, in bytes.
const LENGTH: usize = 32;

/// 256 bits that nobody else knows. Its `Debug` shows none of them, and its memory is wiped when it is dropped.
#[derive(Clone)]
pub struct Key(Zeroizing<[u8; LENGTH]>);

/// The error of reading a [`Key`]; it does not repeat what was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a key is one line of 64 hexadecimal digits; make one with: openssl rand -hex 32")]
pub struct NotAKey;

impl Key {
    /// Reads a key from the text of its file: 64 hexadecimal digits, with or without white space around them.
    pub fn parse(text: &str) -> Result<Self, NotAKey> {
        let digits = text.trim().as_bytes();
        if digits.len() != 2 * LENGTH {
            return Err(NotAKey);
        }
        let mut key = Zeroizing::new([0; LENGTH]);
        for (byte, pair) in key.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Ok(Self(key))
    }

    pub(crate) fn of(bytes: [u8; LENGTH]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    pub(crate) fn bytes(&self) -> &[u8; LENGTH] {
        &self.0
    }
}

fn digit(byte: u8) -> Result<u8, NotAKey> {
    let digit = char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    digit.ok_or(NotAKey)
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Key(secret)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_64_hexadecimal_digits_and_tells_none_of_them() {
        let text = format!(" {}\n", "0aF7".repeat(16));
        let key = Key::parse(&text).unwrap();
        assert_eq!(key.bytes()[..4], [0x0a, 0xf7, 0x0a, 0xf7]);
        assert_eq!(format!("{key:?}"), "Key(secret)");
        for wrong in ["", "0aF7", &"0aF7".repeat(17), &"0aG7".repeat(16), &"é".repeat(32)] {
            assert_eq!(Key::parse(wrong).unwrap_err(), NotAKey);
        }
    }
}
