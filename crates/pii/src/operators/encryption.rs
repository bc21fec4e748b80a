//! Values that the holder of the key can have back.

use std::fmt;
use std::sync::Arc;

use aes_gcm_siv::aead::{Aead, KeyInit, Payload};
use aes_gcm_siv::{Aes256GcmSiv, Nonce};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use switchboard_text::offsets::CodePoints;
use switchboard_text::placeholder::{self, Form};
use zeroize::Zeroizing;

use super::{Key, keyed};

const NONCE_LENGTH: usize = 12;

/// Encrypts values and decrypts them: AES-256-GCM-SIV (RFC 8452), a random nonce each, bound to the type of the value.
///
/// What was changed, was made with another key, or stands behind another type is not decrypted. The length of a
/// value can be told from outside.
#[derive(Clone)]
pub struct Encryption(Arc<Aes256GcmSiv>);

/// The system gave no random bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the system gave no random bytes to encrypt with")]
pub struct NoRandomness;

/// A text whose encrypted placeholders were decrypted.
///
/// It holds personal data: its `Debug` shows sizes only.
pub struct Deanonymized {
    /// The text, with values where encrypted placeholders stood.
    pub text: String,
    /// The values' types and places in that text, in code points.
    pub places: Vec<(String, usize, usize)>,
    /// Encrypted placeholders that were left as they stood: made with another key, changed, or no such thing at all.
    pub unreadable: usize,
}

impl Encryption {
    /// Encrypts with `key`.
    pub fn new(key: &Key) -> Self {
        Self(Arc::new(Aes256GcmSiv::new(key.bytes().into())))
    }

    /// Encrypts with a key derived from `secret`, bytes of any length that nobody can guess.
    pub fn derived(secret: &[u8]) -> Self {
        let key = keyed::digest(secret, &["switchboard value encryption"]);
        Self::new(&Key::of(key))
    }

    /// `value`, encrypted; base 64 in the alphabet for URLs, unpadded. Encrypting it again gives something else.
    pub fn encrypt(&self, kind: &str, value: &str) -> Result<String, NoRandomness> {
        let mut nonce = [0; NONCE_LENGTH];
        getrandom::fill(&mut nonce).map_err(|_| NoRandomness)?;
        let payload = Payload { msg: value.as_bytes(), aad: kind.as_bytes() };
        // It refuses texts of 64 GiB and more.
        let sealed = self.0.encrypt(&Nonce::from(nonce), payload).map_err(|_| NoRandomness)?;
        Ok(BASE64.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// The value that [`encrypt`](Self::encrypt) made `token` of, if it was this key, this type, and nothing changed.
    pub fn decrypt(&self, kind: &str, token: &str) -> Option<Zeroizing<String>> {
        let bytes = BASE64.decode(token).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE_LENGTH>()?;
        let payload = Payload { msg: sealed, aad: kind.as_bytes() };
        let value = self.0.decrypt(&Nonce::from(*nonce), payload).ok()?;
        String::from_utf8(value).ok().map(Zeroizing::new)
    }

    /// Decrypts every encrypted placeholder of `text`.
    pub fn deanonymize(&self, text: &str) -> Deanonymized {
        let mut clear = String::with_capacity(text.len());
        let (mut places, mut unreadable, mut from) = (Vec::new(), 0, 0);
        for found in placeholder::find(text) {
            let Form::Encrypted(token) = found.form else { continue };
            let Some(value) = self.decrypt(found.kind, token) else {
                unreadable += 1;
                continue;
            };
            clear.push_str(&text[from..found.range.start]);
            let start = clear.len();
            clear.push_str(&value);
            places.push((found.kind.to_owned(), start, clear.len()));
            from = found.range.end;
        }
        clear.push_str(&text[from..]);
        let mut points = CodePoints::new(&clear);
        for (_, start, end) in &mut places {
            (*start, *end) = (points.at(*start), points.at(*end));
        }
        Deanonymized { text: clear, places, unreadable }
    }
}

impl fmt::Debug for Encryption {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Encryption(secret)")
    }
}

impl fmt::Debug for Deanonymized {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Deanonymized({} values)", self.places.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_key_and_type_decrypt_and_only_what_is_unchanged() {
        let encryption = Encryption::new(&Key::of([7; 32]));
        let token = encryption.encrypt("PERSON", "Zoë ‏محمد").unwrap();
        let clear = |encryption: &Encryption, kind, token: &str| {
            encryption.decrypt(kind, token).map(|value| value.to_string())
        };
        assert_eq!(clear(&encryption, "PERSON", &token).as_deref(), Some("Zoë ‏محمد"));
        assert_ne!(encryption.encrypt("PERSON", "Zoë ‏محمد").unwrap(), token);
        assert_eq!(clear(&encryption, "LOCATION", &token), None);
        assert_eq!(clear(&Encryption::derived(&[7; 32]), "PERSON", &token), None);
        for at in 0..token.len() {
            let other = if &token[at..=at] == "A" { "B" } else { "A" };
            let changed = [&token[..at], other, &token[at + 1..]].concat();
            assert_eq!(clear(&encryption, "PERSON", &changed), None, "{at}");
        }
        assert_eq!(clear(&encryption, "PERSON", "AAAA"), None);
    }

    #[test]
    fn what_is_not_ours_is_left_as_it_stands() {
        let encryption = Encryption::new(&Key::of([7; 32]));
        let token = encryption.encrypt("PERSON", "Zoë").unwrap();
        let foreign = format!("[PERSON!{}]", "A".repeat(43));
        let text = format!("é {foreign} [URL_1] [PERSON!{token}]!");
        let clear = encryption.deanonymize(&text);
        assert_eq!(clear.text, format!("é {foreign} [URL_1] Zoë!"));
        let start = format!("é {foreign} [URL_1] ").chars().count();
        assert_eq!(clear.places, [("PERSON".to_owned(), start, start + 3)]);
        assert_eq!(clear.unreadable, 1);
        assert_eq!(
            format!("{encryption:?} {clear:?}"),
            "Encryption(secret) Deanonymized(1 values)"
        );
    }
}
