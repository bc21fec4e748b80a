//! WordPiece: text to token numbers.

use std::collections::HashMap;
use std::ops::Range;
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
/// Beside an older folder's vocabulary, tells what is done to letters before they are looked up.
pub(crate) const TOKENISER_CONFIG_FILE: &str = "tokenizer_config.json";

/// Turns text into token numbers.
#[derive(Debug, Clone)]
pub(crate) struct Tokeniser {
    inner: Tokenizer,
    first: u32,
    last: u32,
    unknown: u32,
}

/// The tokens of a text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tokens {
    /// Token numbers, without the marks of beginning and end.
    pub(crate) ids: Vec<i64>,
    /// Tokens among them that are not in the vocabulary.
    pub(crate) unknown: u32,
}

/// A word of a text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Word {
    /// As the model knows it.
    pub(crate) text: String,
    /// Where it starts in the text, in code points.
    pub(crate) start: u32,
    /// Where it ends.
    pub(crate) end: u32,
    /// Its tokens.
    pub(crate) tokens: Range<usize>,
}

#[derive(Default, Deserialize)]
struct TokeniserConfig {
    do_lower_case: Option<bool>,
    /// As `do_lower_case` when left out.
    strip_accents: Option<bool>,
    tokenize_chinese_chars: Option<bool>,
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
        let config: TokeniserConfig = config
            .map(serde_json::from_slice)
            .transpose()
            .map_err(|source| LoadError::Json { file: TOKENISER_CONFIG_FILE, source })?
            .unwrap_or_default();
        let lower_case = config.do_lower_case.unwrap_or_else(|| !has_capitals(&model));
        let characters = config.tokenize_chinese_chars.unwrap_or(true);
        let normaliser = BertNormalizer::new(true, characters, config.strip_accents, lower_case);
        let mut inner = Tokenizer::new(model);
        inner.with_normalizer(Some(normaliser));
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

    /// The tokens of `text`.
    pub(crate) fn tokens(&self, text: &str) -> tokenizers::Result<Tokens> {
        let encoding = self.inner.encode_fast(text, false)?;
        let all = encoding.get_ids();
        Ok(Tokens {
            ids: all.iter().copied().map(i64::from).collect(),
            unknown: all.iter().filter(|id| **id == self.unknown).count() as u32,
        })
    }

    /// Tokens between the marks of beginning and end: a sequence.
    pub(crate) fn mark(&self, ids: &[i64]) -> Vec<i64> {
        let mut sequence = Vec::with_capacity(ids.len() + 2);
        sequence.push(i64::from(self.first));
        sequence.extend_from_slice(ids);
        sequence.push(i64::from(self.last));
        sequence
    }

    /// The tokens of `text` and the words they are of, up to `most` tokens.
    pub(crate) fn words(
        &self,
        text: &str,
        most: usize,
    ) -> tokenizers::Result<(Vec<i64>, Vec<Word>)> {
        let encoding = self.inner.encode_char_offsets(text, false)?;
        let used = encoding.len().min(most);
        let ids = encoding.get_ids()[..used].iter().copied().map(i64::from).collect();
        let numbers = &encoding.get_word_ids()[..used];
        let mut words: Vec<Word> = Vec::new();
        for (token, number) in numbers.iter().enumerate() {
            let (start, end) = encoding.get_offsets()[token];
            let text = encoding.get_tokens()[token].trim_start_matches("##");
            match words.last_mut() {
                Some(word) if number.is_some() && numbers[token - 1] == *number => {
                    word.text.push_str(text);
                    word.end = end as u32;
                    word.tokens.end = token + 1;
                }
                _ => words.push(Word {
                    text: text.to_owned(),
                    start: start as u32,
                    end: end as u32,
                    tokens: token..token + 1,
                }),
            }
        }
        Ok((ids, words))
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
