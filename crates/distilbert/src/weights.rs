//! Tensors by name: read from safetensors, folded into DistilBERT's shape, written back.

use std::collections::BTreeMap;

use safetensors::tensor::{Dtype, SafeTensors, TensorView, serialize};
use tch::{Device, Kind, Tensor};

use crate::LoadError;
use crate::shape::{Layout, Shape};

/// Name of the file in a Hugging Face folder and in an artifact.
pub(crate) const WEIGHTS_FILE: &str = "model.safetensors";

/// What published files put before every name of the encoder, or do not.
const PREFIXES: [&str; 3] = ["", "distilbert.", "bert."];

/// Tensors (f32) by their name in DistilBERT's layout, without a prefix; queries, keys and values of a layer are one tensor, `attention.qkv`.
pub(crate) type Weights = BTreeMap<String, Tensor>;

/// Reads the tensors of an encoder of this shape; token types of a BERT are folded into its positions.
pub(crate) fn read_encoder(
    file: &SafeTensors<'_>,
    layout: Layout,
    shape: &Shape,
) -> Result<Weights, LoadError> {
    let mut weights = Weights::new();
    for (name, size) in shape.encoder_tensors() {
        let tensor = match layout {
            Layout::DistilBert => read(file, &name, &size)?,
            Layout::Bert => read(file, &bert_name(&name), &size)?,
        };
        weights.insert(name, tensor);
    }
    if layout == Layout::Bert {
        fold_token_types(file, shape, &mut weights)?;
    }
    Ok(fuse(weights))
}

/// Reads one tensor of this size.
pub(crate) fn read(file: &SafeTensors<'_>, name: &str, size: &[i64]) -> Result<Tensor, LoadError> {
    let view =
        find(file, name).ok_or_else(|| LoadError::MissingTensor { name: name.to_owned() })?;
    let found = sizes(&view);
    if found != size {
        return Err(LoadError::WrongShape {
            name: name.to_owned(),
            expected: size.to_vec(),
            found,
        });
    }
    to_tensor(&view, name)
}

/// What the fused tensor of a layer's attention is made of, top to bottom.
const QKV: [&str; 3] = ["attention.q_lin", "attention.k_lin", "attention.v_lin"];
const FUSED: &str = "attention.qkv";

/// Puts queries, keys and values of every layer into one tensor: one product instead of three.
fn fuse(mut weights: Weights) -> Weights {
    let queries: Vec<String> =
        weights.keys().filter(|name| name.contains(QKV[0])).cloned().collect();
    for query in queries {
        let parts = QKV.map(|part| weights.remove(&query.replace(QKV[0], part)));
        let parts: Vec<Tensor> = parts.into_iter().flatten().collect();
        weights.insert(query.replace(QKV[0], FUSED), Tensor::cat(&parts, 0));
    }
    weights
}

/// The weights by the names they are published under, without a prefix.
pub(crate) fn published(weights: &Weights) -> Weights {
    let mut published = Weights::new();
    for (name, tensor) in weights {
        if name.contains(FUSED) {
            let parts = tensor.chunk(3, 0).into_iter().zip(QKV);
            published.extend(parts.map(|(part, own)| (name.replace(FUSED, own), part)));
        } else {
            published.insert(name.clone(), tensor.shallow_clone());
        }
    }
    published
}

/// The file that [`read_encoder`] reads, every tensor of the encoder with DistilBERT's prefix.
pub(crate) fn write(weights: &Weights) -> Result<Vec<u8>, LoadError> {
    let bytes: Vec<(String, Vec<usize>, Vec<u8>)> = published(weights)
        .iter()
        .map(|(name, tensor)| (published_name(name), extent(tensor), to_bytes(tensor)))
        .collect();
    let views = bytes
        .iter()
        .map(|(name, size, bytes)| Ok((name, TensorView::new(Dtype::F32, size.clone(), bytes)?)))
        .collect::<Result<Vec<_>, LoadError>>()?;
    Ok(serialize(views, None)?)
}

/// A BERT of one token type adds that type's row to every position, so the sum can be stored instead.
fn fold_token_types(
    file: &SafeTensors<'_>,
    shape: &Shape,
    weights: &mut Weights,
) -> Result<(), LoadError> {
    const TYPES: &str = "embeddings.token_type_embeddings.weight";
    const POSITIONS: &str = "embeddings.position_embeddings.weight";
    let view =
        find(file, TYPES).ok_or_else(|| LoadError::MissingTensor { name: TYPES.to_owned() })?;
    let found = sizes(&view);
    if found.len() != 2 || found[0] < 1 || found[1] != shape.dim {
        return Err(LoadError::WrongShape {
            name: TYPES.to_owned(),
            expected: vec![2, shape.dim],
            found,
        });
    }
    let first_type = to_tensor(&view, TYPES)?.select(0, 0);
    if let Some(positions) = weights.get_mut(POSITIONS) {
        *positions = &*positions + first_type;
    }
    Ok(())
}

/// The name in BERT's layout of a tensor in DistilBERT's.
fn bert_name(name: &str) -> String {
    const PARTS: [(&str, &str); 9] = [
        ("transformer.layer.", "encoder.layer."),
        ("attention.q_lin", "attention.self.query"),
        ("attention.k_lin", "attention.self.key"),
        ("attention.v_lin", "attention.self.value"),
        ("attention.out_lin", "attention.output.dense"),
        ("sa_layer_norm", "attention.output.LayerNorm"),
        ("ffn.lin1", "intermediate.dense"),
        ("ffn.lin2", "output.dense"),
        ("output_layer_norm", "output.LayerNorm"),
    ];
    PARTS
        .iter()
        .fold(name.to_owned(), |name, (distilbert, bert)| name.replacen(distilbert, bert, 1))
}

/// The name Hugging Face gives it in `DistilBertForSequenceClassification`.
fn published_name(name: &str) -> String {
    let in_encoder = name.starts_with("embeddings.") || name.starts_with("transformer.");
    if in_encoder { format!("distilbert.{name}") } else { name.to_owned() }
}

/// Finds a tensor under any prefix; files converted from TensorFlow call the parts of a layer norm gamma and beta.
fn find<'f>(file: &SafeTensors<'f>, name: &str) -> Option<TensorView<'f>> {
    let old = name
        .replace("LayerNorm.weight", "LayerNorm.gamma")
        .replace("LayerNorm.bias", "LayerNorm.beta");
    [name, &old].iter().find_map(|name| {
        PREFIXES.iter().find_map(|prefix| file.tensor(&format!("{prefix}{name}")).ok())
    })
}

fn sizes(view: &TensorView<'_>) -> Vec<i64> {
    view.shape().iter().map(|size| size_of(*size)).collect()
}

fn to_tensor(view: &TensorView<'_>, name: &str) -> Result<Tensor, LoadError> {
    let kind = match view.dtype() {
        Dtype::F32 => Kind::Float,
        Dtype::F16 => Kind::Half,
        Dtype::BF16 => Kind::BFloat16,
        Dtype::F64 => Kind::Double,
        other => {
            return Err(LoadError::WrongKind {
                name: name.to_owned(),
                found: format!("{other:?}"),
            });
        }
    };
    let tensor = Tensor::from_data_size(view.data(), &sizes(view), kind).to_kind(Kind::Float);
    let finite = bool::try_from(tensor.isfinite().all()).unwrap_or(false);
    if finite { Ok(tensor) } else { Err(LoadError::NotFinite { name: name.to_owned() }) }
}

pub(crate) fn extent(tensor: &Tensor) -> Vec<usize> {
    tensor.size().iter().map(|size| usize::try_from(*size).unwrap_or(0)).collect()
}

pub(crate) fn to_bytes(tensor: &Tensor) -> Vec<u8> {
    to_floats(tensor).into_iter().flat_map(f32::to_le_bytes).collect()
}

/// A count as libtorch takes it.
pub(crate) fn size_of(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// The numbers of a tensor, row by row.
pub(crate) fn to_floats(tensor: &Tensor) -> Vec<f32> {
    let flat = tensor.detach().to_device(Device::Cpu).to_kind(Kind::Float).contiguous().view(-1);
    let mut floats = vec![0f32; flat.numel()];
    let count = floats.len();
    flat.copy_data(&mut floats, count);
    floats
}
