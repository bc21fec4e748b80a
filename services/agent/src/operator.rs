//! Who may see again what was taken out: whoever has the operator's token.

use std::fmt;
use std::path::Path;

use anyhow::{Context, ensure};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use switchboard_server::{ApiError, ErrorKind};
use zeroize::Zeroizing;

use crate::http::Api;

/// A token that is shorter can be guessed.
const MIN_TOKEN_BYTES: usize = 16;

/// The operator's token, as its SHA-256: the token itself is not kept.
pub(crate) struct OperatorToken([u8; 32]);

impl OperatorToken {
    /// Reads the token from its file; white space around it does not count.
    pub(crate) fn load(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path).map(Zeroizing::new).context("read the token")?;
        let token = text.trim();
        ensure!(
            token.len() >= MIN_TOKEN_BYTES && token.bytes().all(|byte| byte.is_ascii_graphic()),
            "a token is one line of at least {MIN_TOKEN_BYTES} visible ASCII characters; make one with: openssl rand -hex 32"
        );
        Ok(Self(digest(token)))
    }

    /// Whether `headers` hold it. Digests of one length are compared, in a time that does not depend on them.
    fn admits(&self, headers: &HeaderMap) -> bool {
        let sent = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let sent = sent.and_then(|value| value.split_once(' '));
        let Some((scheme, token)) = sent else { return false };
        scheme.eq_ignore_ascii_case("bearer") && digest(token.trim()).ct_eq(&self.0).into()
    }
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

impl fmt::Debug for OperatorToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("OperatorToken(secret)")
    }
}

/// The proof that a request came from the operator. Taken before the body, so that nobody else's is read.
pub(crate) struct Operator;

impl FromRequestParts<Api> for Operator {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, ApiError> {
        let Some(token) = &api.operator else {
            return Err(ApiError::new(
                ErrorKind::NotFound,
                "the operator's endpoints are off; start the agent with --operator-token-file FILE",
            ));
        };
        if token.admits(&parts.headers) {
            return Ok(Self);
        }
        Err(ApiError::new(
            ErrorKind::Unauthenticated,
            "send the operator's token as authorization: Bearer TOKEN",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_token_is_admitted() {
        let token = OperatorToken(digest("a-token-of-somebody"));
        let admits = |value: &str| {
            let headers = HeaderMap::from_iter([(header::AUTHORIZATION, value.parse().unwrap())]);
            token.admits(&headers)
        };
        assert!(admits("Bearer a-token-of-somebody") && admits("bearer  a-token-of-somebody "));
        for wrong in ["", "Bearer", "Bearer ", "Bearer a-token-of-somebod", "a-token-of-somebody"] {
            assert!(!admits(wrong), "{wrong}");
        }
        assert!(!admits("Basic a-token-of-somebody") && !admits("Bearer a-token-of-somebody2"));
        assert!(!token.admits(&HeaderMap::new()));
        assert_eq!(format!("{token:?}"), "OperatorToken(secret)");
    }

    #[test]
    fn a_token_that_can_be_guessed_or_sent_wrong_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        let load = |text: &str| {
            std::fs::write(&path, text).unwrap();
            OperatorToken::load(&path).map(|_| ()).map_err(|error| format!("{error:#}"))
        };
        assert_eq!(load("0123456789abcdef\n"), Ok(()));
        for wrong in ["", "short", "two words of some length", "übermäßig-langes-wort"] {
            let refusal = load(wrong).unwrap_err();
            assert!(refusal.contains("openssl rand -hex 32"), "{refusal}");
        }
        assert!(OperatorToken::load(&folder.path().join("gone")).is_err());
    }
}
