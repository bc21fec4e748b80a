//! Folders that cannot be loaded, and what is said of them.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::fidelity::folder;
use crate::{Base, LoadError};

/// A copy of a folder of `testdata/distilbert` that a test may spoil.
pub(crate) fn copy(name: &str) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for file in ["config.json", "vocab.txt", "model.safetensors"] {
        fs::copy(folder(name).join(file), directory.path().join(file)).unwrap();
    }
    directory
}

pub(crate) fn set(folder: &Path, field: &str, value: Value) {
    let file = folder.join("config.json");
    let mut config: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    config[field] = value;
    fs::write(file, config.to_string()).unwrap();
}

/// Replaces text in the header of the weights by text as long.
fn patch_weights(folder: &Path, from: &str, to: &str) {
    assert_eq!(from.len(), to.len());
    let file = folder.join("model.safetensors");
    let mut bytes = fs::read(&file).unwrap();
    let at = bytes.windows(from.len()).position(|window| window == from.as_bytes()).unwrap();
    bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
    fs::write(file, bytes).unwrap();
}

pub(crate) fn sentence(folder: &Path) -> String {
    Base::load(folder).map(|_| ()).unwrap_err().to_string()
}

#[test]
fn a_missing_tensor_is_named_as_its_file_names_it() {
    let (distilbert, bert) = (copy("distilbert"), copy("bert"));
    patch_weights(
        distilbert.path(),
        "layer.1.attention.k_lin.bias",
        "layer.1.attention.x_lin.bias",
    );
    assert_eq!(
        sentence(distilbert.path()),
        "model.safetensors has no tensor transformer.layer.1.attention.k_lin.bias"
    );
    patch_weights(bert.path(), "token_type_embeddings", "taken_type_embeddings");
    assert_eq!(
        sentence(bert.path()),
        "model.safetensors has no tensor embeddings.token_type_embeddings.weight"
    );
}

#[test]
fn a_tensor_of_another_shape_is_named() {
    let directory = copy("bert");
    set(directory.path(), "intermediate_size", json!(65));
    assert_eq!(
        sentence(directory.path()),
        "model.safetensors: encoder.layer.0.intermediate.dense.weight has shape [64, 32], and config.json makes it [65, 32]"
    );
}

#[test]
fn an_embedding_of_another_vocabulary_is_named_with_both_sizes() {
    let directory = copy("distilbert");
    set(directory.path(), "vocab_size", json!(500));
    assert_eq!(
        sentence(directory.path()),
        "model.safetensors: embeddings.word_embeddings.weight has shape [97, 32], and config.json makes it [500, 32]"
    );
}

#[test]
fn layers_that_are_not_in_the_file_are_named_by_their_first_tensor() {
    for (name, field, tensor) in [
        ("distilbert", "n_layers", "transformer.layer.2.attention.q_lin.weight"),
        ("bert", "num_hidden_layers", "encoder.layer.2.attention.self.query.weight"),
    ] {
        let directory = copy(name);
        set(directory.path(), field, json!(6));
        assert_eq!(sentence(directory.path()), format!("model.safetensors has no tensor {tensor}"));
    }
}

#[test]
fn configurations_that_cannot_be_served_say_which_field() {
    let cases = [
        (
            "distilbert",
            "model_type",
            json!("roberta"),
            "config.json: model_type is roberta; distilbert and bert can be served",
        ),
        (
            "distilbert",
            "activation",
            json!("silu"),
            "config.json: activation is silu; gelu and relu can be served",
        ),
        (
            "distilbert",
            "n_heads",
            json!(5),
            "config.json: n_heads is 5; it must divide the width of the network",
        ),
        (
            "distilbert",
            "dim",
            json!(1_i64 << 60),
            "config.json: dim is 1152921504606846976; that is no size of a BERT",
        ),
        (
            "bert",
            "layer_norm_eps",
            json!(1e-5),
            "config.json: layer_norm_eps is 0.00001; 1e-12 can be served",
        ),
        (
            "bert",
            "position_embedding_type",
            json!("relative_key"),
            "config.json: position_embedding_type is relative_key; absolute can be served",
        ),
    ];
    for (name, field, value, expected) in cases {
        let directory = copy(name);
        set(directory.path(), field, value);
        assert_eq!(sentence(directory.path()), expected);
    }
}

#[test]
fn a_value_that_is_not_finite_is_refused() {
    let directory = copy("distilbert");
    let file = directory.path().join("model.safetensors");
    let mut bytes = fs::read(&file).unwrap();
    let header = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    bytes[8 + header..][..4].copy_from_slice(&f32::NAN.to_le_bytes());
    fs::write(&file, bytes).unwrap();
    assert_eq!(
        sentence(directory.path()),
        "model.safetensors: embeddings.word_embeddings.weight holds a value that is not finite"
    );
}

#[test]
fn a_missing_file_is_named() {
    for file in ["config.json", "vocab.txt", "model.safetensors"] {
        let directory = copy("distilbert");
        fs::remove_file(directory.path().join(file)).unwrap();
        assert_eq!(
            sentence(directory.path()),
            format!("read {}", directory.path().join(file).display())
        );
    }
}

#[test]
fn old_names_of_layer_norms_are_read() {
    let directory = copy("bert");
    // Six letters and seven: padded with a space that JSON allows outside of the name.
    patch_weights(
        directory.path(),
        "\"embeddings.LayerNorm.weight\":",
        "\"embeddings.LayerNorm.gamma\" :",
    );
    assert!(Base::load(directory.path()).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_bytes_make_loading_panic(at in 0usize..100_000, bit in 0u8..8, cut in any::<bool>(), file in 0usize..3) {
        let directory = copy("distilbert");
        let path = directory.path().join(["config.json", "vocab.txt", "model.safetensors"][file]);
        let mut bytes = fs::read(&path).unwrap();
        let at = at % bytes.len();
        if cut { bytes.truncate(at) } else { bytes[at] ^= 1 << bit }
        fs::write(&path, bytes).unwrap();
        let _: Result<Base, LoadError> = Base::load(directory.path());
    }
}
