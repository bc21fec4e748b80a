//! The network against an independent implementation of the published one.
//!
//! `testdata/distilbert/make.py` made the weights, in Hugging Face's layout, and the logits, in NumPy.

use std::path::{Path, PathBuf};

use safetensors::SafeTensors;
use serde::Deserialize;
use tch::Tensor;

use crate::Base;
use crate::head;
use crate::network::{Network, Pooling};
use crate::weights::{size_of, to_floats};

const LABELS: i64 = 5;

#[derive(Deserialize)]
struct Case {
    ids: Vec<Vec<i64>>,
    mask: Vec<Vec<i64>>,
    logits: Expected,
}

#[derive(Deserialize)]
struct Expected {
    first_token: Vec<Vec<f32>>,
    mean: Vec<Vec<f32>>,
}

pub(crate) fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/distilbert").join(name)
}

fn network(name: &str, pooling: Pooling) -> Network {
    let Base { shape, mut weights, .. } = Base::load(&folder(name)).unwrap();
    let bytes = std::fs::read(folder(name).join("model.safetensors")).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    head::read_into(&mut weights, &file, &shape, LABELS).unwrap();
    Network::around(&weights, &shape, pooling, 0.0)
}

fn cases(name: &str) -> Vec<Case> {
    serde_json::from_slice(&std::fs::read(folder(name).join("cases.json")).unwrap()).unwrap()
}

fn matrix(rows: &[Vec<i64>]) -> Tensor {
    Tensor::from_slice(&rows.concat()).view([size_of(rows.len()), -1])
}

fn check(name: &str, pooling: Pooling, expected: impl Fn(&Case) -> &[Vec<f32>]) {
    let network = network(name, pooling);
    for case in cases(name) {
        let mask = matrix(&case.mask);
        let together = network.logits(&matrix(&case.ids), Some(&mask), None).unwrap();
        assert_rows(&to_floats(&together), expected(&case), name);
        // And each sequence alone, without padding, as a served text comes.
        for ((ids, mask), expected) in case.ids.iter().zip(&case.mask).zip(expected(&case)) {
            let length = mask.iter().filter(|token| **token == 1).count();
            let alone = network.logits(&matrix(&[ids[..length].to_vec()]), None, None).unwrap();
            assert_rows(&to_floats(&alone), std::slice::from_ref(expected), name);
        }
    }
}

fn assert_rows(found: &[f32], expected: &[Vec<f32>], name: &str) {
    for (found, expected) in found.chunks(LABELS as usize).zip(expected) {
        let close =
            found.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-4);
        assert!(close, "{name}: {found:?} is not {expected:?}");
        assert_eq!(top(found), top(expected), "{name}");
    }
}

fn top(row: &[f32]) -> Option<usize> {
    (0..row.len()).max_by(|a, b| row[*a].total_cmp(&row[*b]))
}

#[test]
fn distilbert_answers_as_published() {
    check("distilbert", Pooling::FirstToken, |case| &case.logits.first_token);
    check("distilbert", Pooling::Mean, |case| &case.logits.mean);
}

#[test]
fn a_bert_folded_into_distilberts_shape_answers_as_published() {
    check("bert", Pooling::FirstToken, |case| &case.logits.first_token);
    check("bert", Pooling::Mean, |case| &case.logits.mean);
}

#[test]
fn two_networks_around_the_same_weights_share_them() {
    let first = network("distilbert", Pooling::Mean);
    let weights = first.parameters();
    let second = Network::around(
        &weights,
        &Base::load(&folder("distilbert")).unwrap().shape,
        Pooling::Mean,
        0.0,
    );
    for (name, tensor) in second.parameters() {
        assert_eq!(tensor.data_ptr(), weights[&name].data_ptr(), "{name}");
    }
}
