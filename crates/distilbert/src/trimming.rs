//! A base without the tokens its texts do not use (Abdaoui et al. 2020, "Load What You Need: Smaller Versions of Multilingual BERT").
//!
//! WordPiece takes the longest match first, so a token that is gone never changes a match that stays.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tch::Tensor;

use crate::tokeniser::{TOKENISER_FILE, Tokeniser};
use crate::weights::size_of;
use crate::{Base, LoadError};

/// What BERT's own code looks for by name.
const SPECIAL: [&str; 5] = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

/// The parts of a `tokenizer.json` that hold token numbers; the rest stays as it is.
#[derive(Serialize, Deserialize)]
struct File {
    added_tokens: Vec<Added>,
    post_processor: Value,
    model: Model,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

#[derive(Serialize, Deserialize)]
struct Added {
    id: usize,
    content: String,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

#[derive(Serialize, Deserialize)]
struct Model {
    unk_token: String,
    continuing_subword_prefix: String,
    vocab: BTreeMap<String, usize>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

impl Base {
    /// Keeps the tokens that `texts` use, the special ones, and every piece of one character, so that any word can still be spelt.
    ///
    /// A text all of whose tokens are kept gets the tokens, and the answer, it got before. Numbers keep their order.
    pub fn trimmed(mut self, texts: &[&str]) -> Result<Self, LoadError> {
        let used = used(&self.tokeniser, texts).map_err(broken)?;
        let bytes = self.tokeniser.to_json().map_err(broken)?;
        let mut file: File = serde_json::from_str(&bytes).map_err(not_json)?;
        let kept = file.trim(&used);
        self.tokeniser = Tokeniser::from_json(&serde_json::to_vec(&file).map_err(not_json)?)?;
        if let Some(embedding) = self.weights.get_mut("embeddings.word_embeddings.weight") {
            *embedding = embedding.index_select(0, &Tensor::from_slice(&kept));
        }
        self.shape.vocabulary = size_of(kept.len());
        Ok(self)
    }
}

impl File {
    /// Drops and renumbers tokens; returns the old numbers of those that stay, in their new order.
    fn trim(&mut self, used: &BTreeSet<i64>) -> Vec<i64> {
        let kept = self.kept(used);
        let numbers: HashMap<&str, usize> =
            kept.iter().enumerate().map(|(number, (token, _))| (token.as_str(), number)).collect();
        let known = std::mem::take(&mut self.model.vocab);
        self.model.vocab = known
            .into_keys()
            .filter_map(|token| numbers.get(token.as_str()).map(|number| (token, *number)))
            .collect();
        for token in &mut self.added_tokens {
            token.id = numbers[token.content.as_str()];
        }
        renumber(&mut self.post_processor, &numbers);
        kept.iter().map(|(_, id)| size_of(*id)).collect()
    }

    /// The tokens that stay, with their old numbers, in their new order.
    fn kept(&self, used: &BTreeSet<i64>) -> Vec<(String, usize)> {
        let model = &self.model;
        let stays = |token: &str, id: usize| {
            used.contains(&size_of(id))
                || token == model.unk_token
                || SPECIAL.contains(&token)
                || is_character(token, &model.continuing_subword_prefix)
        };
        let known = model.vocab.iter().filter(|(token, id)| stays(token, **id));
        let added = self.added_tokens.iter().map(|token| (&token.content, &token.id));
        let kept: BTreeMap<&String, &usize> = known.chain(added).collect();
        let mut kept: Vec<_> = kept.into_iter().map(|(token, id)| (token.clone(), *id)).collect();
        // A reader of the file numbers the added tokens that the model does not know after those that it knows.
        kept.sort_by_key(|(token, id)| (!model.vocab.contains_key(token), *id));
        kept
    }
}

fn used(tokeniser: &Tokeniser, texts: &[&str]) -> tokenizers::Result<BTreeSet<i64>> {
    let mut used = BTreeSet::new();
    for text in texts {
        used.extend(tokeniser.tokens(text)?.ids);
    }
    Ok(used)
}

fn is_character(token: &str, prefix: &str) -> bool {
    token.strip_prefix(prefix).unwrap_or(token).chars().count() == 1 || token.chars().count() == 1
}

/// Puts the new numbers into a post-processor: `ids` beside `tokens` in a template, `[token, number]` in BERT's own.
fn renumber(value: &mut Value, numbers: &HashMap<&str, usize>) {
    let number = |token: &Value| token.as_str().and_then(|token| numbers.get(token)).copied();
    match value {
        Value::Array(items) => {
            if let [token, id @ Value::Number(_)] = items.as_mut_slice()
                && let Some(new) = number(token)
            {
                *id = json!(new);
            }
            for item in items {
                renumber(item, numbers);
            }
        }
        Value::Object(fields) => {
            let new = fields.get("tokens").and_then(Value::as_array);
            if let Some(new) =
                new.and_then(|tokens| tokens.iter().map(number).collect::<Option<Vec<_>>>())
                && let Some(ids) = fields.get_mut("ids")
            {
                *ids = json!(new);
            }
            for field in fields.values_mut() {
                renumber(field, numbers);
            }
        }
        _ => {}
    }
}

fn broken(source: tokenizers::Error) -> LoadError {
    LoadError::Tokeniser { file: TOKENISER_FILE, source }
}

fn not_json(source: serde_json::Error) -> LoadError {
    LoadError::Json { file: TOKENISER_FILE, source }
}
