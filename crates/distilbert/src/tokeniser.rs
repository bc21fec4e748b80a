//! WordPiece: text to token numbers.

use std::collections::HashMap;
use std::path::Path;

use serde::Deserialize;
use tokenizers::models::wordpiece::WordPiece;
use tokenizers::normalizers::BertNormalizer;
use tokenizers::pre_tokenizers::bert::BertPreTokenizer;
use tokenizers::{ModelWrapper, Tokenizer};

use crate::LoadError;

/// Name of the file in a Hugging Face folder and in an artifact.
pub(crate) const TOKENISER_FILE: &str = "tokenizer.json";
/// The vocabulary alone, in older folders.
pub(crate) const VOCABULARY_FILE: &str = "vocab.txt";
/// Beside an older folder's vocabulary, tells whether letters are lower-cased.
pub(crate) const TOKENISER_CONFIG_FILE: &str = "tokenizer_config.json";

/// The tokens that begin and end every sequence.
const MARKS: usize = 2;

/// Turns text into token numbers.
#[derive(Debug, Clone)]
pub(crate) struct Tokeniser {
    inner: Tokenizer,
    first: u32,
    last: u32,
    unknown: u32,
}

/// A text as the network reads it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tokens {
    /// Token numbers, the marks of beginning and end included.
    pub(crate) ids: Vec<i64>,
    /// Tokens of the whole text, without the marks.
    pub(crate) total: u32,
    /// Tokens among them that are in `ids`.
    pub(crate) used: u32,
    /// Tokens among all of them that are not in the vocabulary.
    pub(crate) unknown: u32,
}

#[derive(Deserialize)]
struct TokeniserConfig {
    do_lower_case: Option<bool>,
}

impl Tokeniser {
    /// Reads a `tokenizer.json`.
    pub(crate) fn from_json(bytes: &[u8]) -> Result<Self, LoadError> {
        let broken = |source| LoadError::Tokeniser { file: TOKENISER_FILE, source };
        let inner = Tokenizer::from_bytes(bytes).map_err(broken)?;
        if !matches!(inner.get_model(), ModelWrapper::WordPiece(_)) {
            return Err(LoadError::Unsupported {
                file: TOKENISER_FILE,
                field: "model.type",
                found: "another".to_owned(),
                needed: "WordPiece can be served",
            });
        }
        Self::of(inner)
    }

    /// Builds BERT's own tokeniser around the vocabulary at `path`.
    ///
    /// `config` is the folder's `tokenizer_config.json`; without it, a vocabulary with capital letters is one that keeps them.
    pub(crate) fn from_vocabulary(path: &Path, config: Option<&[u8]>) -> Result<Self, LoadError> {
        let broken = |source| LoadError::Tokeniser { file: VOCABULARY_FILE, source };
        check_distinct(path).map_err(|reason| broken(reason.into()))?;
        let name =
            path.to_str().ok_or("its path is not UTF-8").map_err(|reason| broken(reason.into()))?;
        let model =
            WordPiece::from_file(name).unk_token("[UNK]".to_owned()).build().map_err(broken)?;
        let config: Option<TokeniserConfig> = config
            .map(serde_json::from_slice)
            .transpose()
            .map_err(|source| LoadError::Json { file: TOKENISER_CONFIG_FILE, source })?;
        let lower_case =
            config.and_then(|config| config.do_lower_case).unwrap_or_else(|| !has_capitals(&model));
        let mut inner = Tokenizer::new(model);
        inner.with_normalizer(Some(BertNormalizer::new(true, true, None, lower_case)));
        inner.with_pre_tokenizer(Some(BertPreTokenizer));
        Self::of(inner)
    }

    fn of(mut inner: Tokenizer) -> Result<Self, LoadError> {
        inner.with_padding(None);
        inner
            .with_truncation(None)
            .map_err(|source| LoadError::Tokeniser { file: TOKENISER_FILE, source })?;
        // A customer who writes "[SEP]" means the five characters.
        inner.set_encode_special_tokens(true);
        let id = |token| inner.token_to_id(token).ok_or(LoadError::MissingToken { token });
        let (first, last, unknown) = (id("[CLS]")?, id("[SEP]")?, id("[UNK]")?);
        Ok(Self { inner, first, last, unknown })
    }

    /// Refuses a vocabulary with tokens beyond the `embedded` ones.
    pub(crate) fn check_fits(&self, embedded: i64) -> Result<(), LoadError> {
        let largest = self.inner.get_vocab(true).into_values().max().map_or(0, u64::from);
        let tokens = largest + 1;
        if i64::try_from(tokens).is_ok_and(|tokens| tokens <= embedded) {
            Ok(())
        } else {
            Err(LoadError::VocabularyTooLarge { tokens, embedded })
        }
    }

    /// The tokens of `text`, at most `max_tokens` of them with the marks.
    pub(crate) fn encode(&self, text: &str, max_tokens: usize) -> tokenizers::Result<Tokens> {
        let encoding = self.inner.encode_fast(text, false)?;
        let all = encoding.get_ids();
        let used = &all[..all.len().min(max_tokens.saturating_sub(MARKS))];
        let mut ids = Vec::with_capacity(used.len() + MARKS);
        ids.push(i64::from(self.first));
        ids.extend(used.iter().copied().map(i64::from));
        ids.push(i64::from(self.last));
        Ok(Tokens {
            ids,
            total: all.len() as u32,
            used: used.len() as u32,
            unknown: all.iter().filter(|id| **id == self.unknown).count() as u32,
        })
    }

    /// The tokeniser as a `tokenizer.json`.
    pub(crate) fn to_json(&self) -> tokenizers::Result<String> {
        self.inner.to_string(false)
    }
}

/// A token on two lines leaves one of its numbers without a token, which the tokenizers crate would complain of on stdout.
fn check_distinct(vocabulary: &Path) -> Result<(), String> {
    let text = std::fs::read_to_string(vocabulary).map_err(|error| error.to_string())?;
    let mut lines: HashMap<&str, usize> = HashMap::new();
    for (index, token) in text.lines().enumerate() {
        if let Some(first) = lines.insert(token, index) {
            return Err(format!(
                "lines {} and {} hold the same token: remove one",
                first + 1,
                index + 1
            ));
        }
    }
    Ok(())
}

/// Whether a token other than the special ones, which are in brackets, has a capital letter.
fn has_capitals(model: &WordPiece) -> bool {
    use tokenizers::Model as _;
    let vocabulary = model.get_vocab();
    vocabulary
        .keys()
        .any(|token| !token.starts_with('[') && token.chars().any(|c| c.is_ascii_uppercase()))
}
