//! The network against an independent implementation of the published one.
//!
//! `testdata/distilbert/make.py` made the weights, in Hugging Face's layout, and the logits, in NumPy. rust-bert's network is held against them too.

use std::path::{Path, PathBuf};

use safetensors::SafeTensors;
use serde::Deserialize;
use tch::Device;

use crate::Base;
use crate::batch::Batch;
use crate::head;
use crate::network::{Network, Pooling};
use crate::reference::Reference;
use crate::shape::Shape;
use crate::weights::{Weights, to_floats};

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

impl Case {
    /// The sequences without their padding.
    fn sequences(&self) -> Vec<&[i64]> {
        let real = |mask: &Vec<i64>| mask.iter().filter(|token| **token == 1).count();
        self.ids.iter().zip(&self.mask).map(|(ids, mask)| &ids[..real(mask)]).collect()
    }
}

pub(crate) fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/distilbert").join(name)
}

fn weights(name: &str) -> (Weights, Shape) {
    let Base { shape, mut weights, .. } = Base::load(&folder(name)).unwrap();
    let bytes = std::fs::read(folder(name).join("model.safetensors")).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    head::read_into(&mut weights, &file, &shape, LABELS).unwrap();
    (weights, shape)
}

fn cases(name: &str) -> Vec<Case> {
    serde_json::from_slice(&std::fs::read(folder(name).join("cases.json")).unwrap()).unwrap()
}

fn check(name: &str, pooling: Pooling, expected: impl Fn(&Case) -> &[Vec<f32>]) {
    let (weights, shape) = weights(name);
    let network = Network::around(&weights, &shape, pooling);
    let reference = Reference::around(&weights, &shape, pooling);
    let logits =
        |sequences: &[&[i64]]| to_floats(&network.logits(&Batch::of(sequences, Device::Cpu), None));
    for case in cases(name) {
        let sequences = case.sequences();
        assert_rows(&logits(&sequences), expected(&case), name);
        for (sequence, expected) in sequences.iter().zip(expected(&case)) {
            let expected = std::slice::from_ref(expected);
            assert_rows(&logits(&[sequence]), expected, name);
            assert_rows(&reference.logits(sequence).unwrap(), expected, name);
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
