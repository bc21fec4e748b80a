//! The shape of a network, read from a Hugging Face `config.json`.

use rust_bert::Activation;
use rust_bert::distilbert::DistilBertConfig;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::LoadError;

/// Name of the file in a Hugging Face folder and in an artifact.
pub(crate) const CONFIG_FILE: &str = "config.json";

/// Larger numbers than any BERT has: a damaged configuration must not ask for all memory.
const MAX_DIM: i64 = 8_192;
const MAX_LAYERS: i64 = 128;
const MAX_ROWS: i64 = 4_000_000;
/// rust-bert's layer norms have this epsilon, as the published networks do.
pub(crate) const LAYER_NORM_EPSILON: f64 = 1e-12;

/// How tensors are named and arranged in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// As DistilBERT (Sanh et al. 2019).
    DistilBert,
    /// As BERT (Devlin et al. 2018), whose token types are folded into the positions.
    Bert,
}

/// What kind of curve bends the feed-forward layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bend {
    Gelu,
    Relu,
}

/// The sizes of a network in DistilBERT's shape.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shape {
    /// Tokens that have an embedding.
    pub(crate) vocabulary: i64,
    /// The longest sequence, in tokens.
    pub(crate) positions: i64,
    /// Width of a hidden state.
    pub(crate) dim: i64,
    /// Width inside a feed-forward layer.
    pub(crate) hidden_dim: i64,
    pub(crate) layers: i64,
    pub(crate) heads: i64,
    pub(crate) bend: Bend,
}

#[derive(Deserialize)]
struct Kind {
    model_type: String,
}

/// The fields of a DistilBERT's configuration that matter here.
#[derive(Deserialize)]
struct DistilBertFields {
    vocab_size: i64,
    max_position_embeddings: i64,
    dim: i64,
    hidden_dim: i64,
    n_layers: i64,
    n_heads: i64,
    activation: String,
}

/// The fields of a BERT's configuration that matter here.
#[derive(Deserialize)]
struct BertFields {
    vocab_size: i64,
    max_position_embeddings: i64,
    hidden_size: i64,
    intermediate_size: i64,
    num_hidden_layers: i64,
    num_attention_heads: i64,
    hidden_act: String,
    #[serde(default)]
    layer_norm_eps: Option<f64>,
    #[serde(default)]
    position_embedding_type: Option<String>,
}

impl Shape {
    /// Reads a `config.json`.
    pub(crate) fn parse(bytes: &[u8]) -> Result<(Layout, Self), LoadError> {
        let kind: Kind = from_json(bytes)?;
        let (layout, shape) = match kind.model_type.as_str() {
            "distilbert" => (Layout::DistilBert, Self::of_distilbert(from_json(bytes)?)?),
            "bert" => (Layout::Bert, Self::of_bert(from_json(bytes)?)?),
            other => {
                return Err(unsupported("model_type", other, "distilbert and bert can be served"));
            }
        };
        shape.check()?;
        Ok((layout, shape))
    }

    fn of_distilbert(fields: DistilBertFields) -> Result<Self, LoadError> {
        Ok(Self {
            vocabulary: fields.vocab_size,
            positions: fields.max_position_embeddings,
            dim: fields.dim,
            hidden_dim: fields.hidden_dim,
            layers: fields.n_layers,
            heads: fields.n_heads,
            bend: bend("activation", &fields.activation)?,
        })
    }

    fn of_bert(fields: BertFields) -> Result<Self, LoadError> {
        if let Some(epsilon) = fields.layer_norm_eps
            && (epsilon - LAYER_NORM_EPSILON).abs() > f64::EPSILON * LAYER_NORM_EPSILON
        {
            return Err(unsupported("layer_norm_eps", epsilon, "1e-12 can be served"));
        }
        if let Some(positions) = &fields.position_embedding_type
            && positions != "absolute"
        {
            return Err(unsupported(
                "position_embedding_type",
                positions,
                "absolute can be served",
            ));
        }
        Ok(Self {
            vocabulary: fields.vocab_size,
            positions: fields.max_position_embeddings,
            dim: fields.hidden_size,
            hidden_dim: fields.intermediate_size,
            layers: fields.num_hidden_layers,
            heads: fields.num_attention_heads,
            bend: bend("hidden_act", &fields.hidden_act)?,
        })
    }

    fn check(&self) -> Result<(), LoadError> {
        let within = |field, value: i64, least: i64, most: i64| {
            let fits = (least..=most).contains(&value);
            if fits { Ok(()) } else { Err(unsupported(field, value, "that is no size of a BERT")) }
        };
        within("vocab_size", self.vocabulary, 4, MAX_ROWS)?;
        // A sequence is at least its two marks and a token.
        within("max_position_embeddings", self.positions, 3, MAX_ROWS)?;
        within("dim", self.dim, 1, MAX_DIM)?;
        within("hidden_dim", self.hidden_dim, 1, 8 * MAX_DIM)?;
        within("n_layers", self.layers, 1, MAX_LAYERS)?;
        within("n_heads", self.heads, 1, self.dim)?;
        if self.dim % self.heads != 0 {
            return Err(unsupported(
                "n_heads",
                self.heads,
                "it must divide the width of the network",
            ));
        }
        Ok(())
    }

    /// The `config.json` of a fitted network, as Hugging Face's `DistilBertForSequenceClassification` reads it.
    pub(crate) fn to_json(&self, labels: &[String]) -> Value {
        let by_index =
            labels.iter().enumerate().map(|(index, label)| (index.to_string(), json!(label)));
        let by_label =
            labels.iter().enumerate().map(|(index, label)| (label.clone(), json!(index)));
        json!({
            "model_type": "distilbert",
            "architectures": ["DistilBertForSequenceClassification"],
            "activation": match self.bend { Bend::Gelu => "gelu", Bend::Relu => "relu" },
            "attention_dropout": DROPOUT,
            "dim": self.dim,
            "dropout": DROPOUT,
            "hidden_dim": self.hidden_dim,
            "id2label": by_index.collect::<serde_json::Map<_, _>>(),
            "initializer_range": 0.02,
            "label2id": by_label.collect::<serde_json::Map<_, _>>(),
            "max_position_embeddings": self.positions,
            "n_heads": self.heads,
            "n_layers": self.layers,
            "pad_token_id": 0,
            "qa_dropout": DROPOUT,
            "seq_classif_dropout": HEAD_DROPOUT,
            "sinusoidal_pos_embds": false,
            "tie_weights_": true,
            "vocab_size": self.vocabulary,
        })
    }

    /// Names and shapes of the encoder's tensors, in DistilBERT's layout.
    pub(crate) fn encoder_tensors(&self) -> Vec<(String, Vec<i64>)> {
        let (dim, hidden) = (self.dim, self.hidden_dim);
        let mut tensors = vec![
            ("embeddings.word_embeddings.weight".to_owned(), vec![self.vocabulary, dim]),
            ("embeddings.position_embeddings.weight".to_owned(), vec![self.positions, dim]),
        ];
        let mut pair = |name: String, weight: Vec<i64>| {
            let bias = vec![weight[0]];
            tensors.push((format!("{name}.weight"), weight));
            tensors.push((format!("{name}.bias"), bias));
        };
        pair("embeddings.LayerNorm".to_owned(), vec![dim]);
        for layer in 0..self.layers {
            let layer = format!("transformer.layer.{layer}");
            for part in ["q_lin", "k_lin", "v_lin", "out_lin"] {
                pair(format!("{layer}.attention.{part}"), vec![dim, dim]);
            }
            pair(format!("{layer}.sa_layer_norm"), vec![dim]);
            pair(format!("{layer}.ffn.lin1"), vec![hidden, dim]);
            pair(format!("{layer}.ffn.lin2"), vec![dim, hidden]);
            pair(format!("{layer}.output_layer_norm"), vec![dim]);
        }
        tensors
    }

    /// What rust-bert needs to know to build the encoder around tensors that exist already: it makes a random one of each first,
    /// so those whose size it does not use otherwise are made tiny.
    pub(crate) fn scaffold(&self) -> DistilBertConfig {
        DistilBertConfig {
            activation: match self.bend {
                Bend::Gelu => Activation::gelu,
                Bend::Relu => Activation::relu,
            },
            dim: self.dim,
            hidden_dim: 1,
            max_position_embeddings: 1,
            n_heads: self.heads,
            n_layers: self.layers,
            vocab_size: 1,
            ..DistilBertConfig::default()
        }
    }
}

/// Share of values dropped while training, as published, inside the encoder and before the classifier.
const DROPOUT: f64 = 0.1;
pub(crate) const HEAD_DROPOUT: f64 = 0.2;

fn bend(field: &'static str, name: &str) -> Result<Bend, LoadError> {
    match name {
        "gelu" => Ok(Bend::Gelu),
        "relu" => Ok(Bend::Relu),
        other => Err(unsupported(field, other, "gelu and relu can be served")),
    }
}

fn unsupported(field: &'static str, found: impl ToString, needed: &'static str) -> LoadError {
    LoadError::Unsupported { file: CONFIG_FILE, field, found: found.to_string(), needed }
}

fn from_json<'b, T: Deserialize<'b>>(bytes: &'b [u8]) -> Result<T, LoadError> {
    serde_json::from_slice(bytes).map_err(|source| LoadError::Json { file: CONFIG_FILE, source })
}
