"""Makes the networks and the expected logits of this folder: python3 make.py (needs NumPy).

Two small random networks in Hugging Face's layout, and what they answer according to the published descriptions, written out in NumPy without
any deep-learning library:

    distilbert/   Sanh et al. 2019, DistilBERT, a distilled version of BERT
    bert/         Devlin et al. 2018, BERT: Pre-training of Deep Bidirectional Transformers

Both classify by the head of DistilBertForSequenceClassification, over the first token (`first_token`) and over the mean (`mean`).
"""

import json
import math
import struct
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
DIM, HIDDEN, LAYERS, HEADS, POSITIONS, LABELS = 32, 64, 2, 4, 40, 5
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789.,!?-'"
WORDS = "the my is not an to password printer screen reset please order laptop invoice".split()
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
VOCABULARY = SPECIAL + WORDS + list(LETTERS) + ["##" + letter for letter in LETTERS[:36]]


def main():
    rng = np.random.default_rng(20)
    make_distilbert(rng)
    make_bert(rng)


def make_distilbert(rng):
    config = {
        "model_type": "distilbert", "activation": "gelu", "attention_dropout": 0.1, "dim": DIM, "dropout": 0.1,
        "hidden_dim": HIDDEN, "initializer_range": 0.02, "max_position_embeddings": POSITIONS, "n_heads": HEADS,
        "n_layers": LAYERS, "pad_token_id": 0, "sinusoidal_pos_embds": False, "tie_weights_": True,
        "vocab_size": len(VOCABULARY),
    }
    weights = {}
    embeddings(rng, weights, "distilbert.embeddings.")
    for layer in range(LAYERS):
        prefix = f"distilbert.transformer.layer.{layer}."
        for name in ("q_lin", "k_lin", "v_lin", "out_lin"):
            linear(rng, weights, f"{prefix}attention.{name}", DIM, DIM)
        norm(rng, weights, prefix + "sa_layer_norm")
        linear(rng, weights, prefix + "ffn.lin1", DIM, HIDDEN)
        linear(rng, weights, prefix + "ffn.lin2", HIDDEN, DIM)
        norm(rng, weights, prefix + "output_layer_norm")
    head(rng, weights)
    write("distilbert", config, weights, rng, lambda ids, mask: distilbert(weights, ids, mask))


def make_bert(rng):
    config = {
        "model_type": "bert", "hidden_act": "gelu", "hidden_size": DIM, "intermediate_size": HIDDEN, "layer_norm_eps": 1e-12,
        "max_position_embeddings": POSITIONS, "num_attention_heads": HEADS, "num_hidden_layers": LAYERS,
        "pad_token_id": 0, "position_embedding_type": "absolute", "type_vocab_size": 2, "vocab_size": len(VOCABULARY),
    }
    weights = {}
    embeddings(rng, weights, "embeddings.")
    weights["embeddings.token_type_embeddings.weight"] = random(rng, 2, DIM)
    for layer in range(LAYERS):
        prefix = f"encoder.layer.{layer}."
        for name in ("self.query", "self.key", "self.value", "output.dense"):
            linear(rng, weights, f"{prefix}attention.{name}", DIM, DIM)
        norm(rng, weights, prefix + "attention.output.LayerNorm")
        linear(rng, weights, prefix + "intermediate.dense", DIM, HIDDEN)
        linear(rng, weights, prefix + "output.dense", HIDDEN, DIM)
        norm(rng, weights, prefix + "output.LayerNorm")
    linear(rng, weights, "pooler.dense", DIM, DIM)  # there in every BERT, and not used
    head(rng, weights)
    write("bert", config, weights, rng, lambda ids, mask: bert(weights, ids, mask))


# --- weights -----------------------------------------------------------------------------------------------------------------


def random(rng, *shape):
    return rng.normal(0.0, 0.25, shape).astype(np.float32)


def embeddings(rng, weights, prefix):
    weights[prefix + "word_embeddings.weight"] = random(rng, len(VOCABULARY), DIM)
    weights[prefix + "position_embeddings.weight"] = random(rng, POSITIONS, DIM)
    norm(rng, weights, prefix + "LayerNorm")


def linear(rng, weights, name, inputs, outputs):
    weights[name + ".weight"] = random(rng, outputs, inputs)
    weights[name + ".bias"] = random(rng, outputs)


def norm(rng, weights, name):
    weights[name + ".weight"] = 1 + random(rng, DIM)
    weights[name + ".bias"] = random(rng, DIM)


def head(rng, weights):
    linear(rng, weights, "pre_classifier", DIM, DIM)
    linear(rng, weights, "classifier", DIM, LABELS)


# --- the networks, in double precision ------------------------------------------------------------------------------------------


def distilbert(w, ids, mask):
    positions = np.arange(ids.shape[1])
    x = w["distilbert.embeddings.word_embeddings.weight"][ids] + w["distilbert.embeddings.position_embeddings.weight"][positions]
    x = layer_norm(w, "distilbert.embeddings.LayerNorm", x)
    for layer in range(LAYERS):
        prefix = f"distilbert.transformer.layer.{layer}."
        names = [prefix + "attention." + name for name in ("q_lin", "k_lin", "v_lin", "out_lin")]
        x = layer_norm(w, prefix + "sa_layer_norm", x + attention(w, names, x, mask))
        inner = gelu(dense(w, prefix + "ffn.lin1", x))
        x = layer_norm(w, prefix + "output_layer_norm", x + dense(w, prefix + "ffn.lin2", inner))
    return classify(w, x, mask)


def bert(w, ids, mask):
    positions = np.arange(ids.shape[1])
    x = w["embeddings.word_embeddings.weight"][ids] + w["embeddings.position_embeddings.weight"][positions]
    x = layer_norm(w, "embeddings.LayerNorm", x + w["embeddings.token_type_embeddings.weight"][np.zeros_like(ids)])
    for layer in range(LAYERS):
        prefix = f"encoder.layer.{layer}."
        names = [prefix + "attention." + name for name in ("self.query", "self.key", "self.value", "output.dense")]
        x = layer_norm(w, prefix + "attention.output.LayerNorm", x + attention(w, names, x, mask))
        inner = gelu(dense(w, prefix + "intermediate.dense", x))
        x = layer_norm(w, prefix + "output.LayerNorm", x + dense(w, prefix + "output.dense", inner))
    return classify(w, x, mask)


def attention(w, names, x, mask):
    batch, length, _ = x.shape
    query, key, value = (
        dense(w, name, x).reshape(batch, length, HEADS, DIM // HEADS).transpose(0, 2, 1, 3) for name in names[:3]
    )
    scores = query @ key.transpose(0, 1, 3, 2) / math.sqrt(DIM // HEADS)
    scores = np.where(mask[:, None, None, :] == 1, scores, -np.inf)
    scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
    context = (scores / scores.sum(axis=-1, keepdims=True)) @ value
    return dense(w, names[3], context.transpose(0, 2, 1, 3).reshape(batch, length, DIM))


def classify(w, x, mask):
    weight = mask[:, :, None] / mask.sum(axis=1)[:, None, None]
    answers = {}
    for pooling, pooled in (("first_token", x[:, 0]), ("mean", (x * weight).sum(axis=1))):
        answers[pooling] = dense(w, "classifier", np.maximum(dense(w, "pre_classifier", pooled), 0.0))
    return answers


def dense(w, name, x):
    return x @ w[name + ".weight"].astype(np.float64).T + w[name + ".bias"]


def layer_norm(w, name, x):
    mean = x.mean(axis=-1, keepdims=True)
    variance = ((x - mean) ** 2).mean(axis=-1, keepdims=True)
    return (x - mean) / np.sqrt(variance + 1e-12) * w[name + ".weight"] + w[name + ".bias"]


def gelu(x):
    return 0.5 * x * (1.0 + np.vectorize(math.erf)(x / math.sqrt(2.0)))


# --- files ------------------------------------------------------------------------------------------------------------------------


def write(name, config, weights, rng, answer):
    folder = HERE / name
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n")
    (folder / "vocab.txt").write_text("\n".join(VOCABULARY) + "\n")
    (folder / "model.safetensors").write_bytes(safetensors(weights))
    cases = [case(rng, lengths, answer) for lengths in ([1], [2], [7], [POSITIONS], [3, 9, 5], [POSITIONS, 2, 11, POSITIONS], [6, 6])]
    (folder / "cases.json").write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")


def case(rng, lengths, answer):
    """Sequences of these lengths, padded to the longest; the padding holds any token, for it must not matter."""
    longest = max(lengths)
    ids = rng.integers(0, len(VOCABULARY), (len(lengths), longest))
    mask = np.array([[int(at < length) for at in range(longest)] for length in lengths])
    logits = {pooling: np.round(values, 7).tolist() for pooling, values in answer(ids, mask).items()}
    return {"ids": ids.tolist(), "mask": mask.tolist(), "logits": logits}


def safetensors(weights):
    header, data = {}, b""
    for name, values in weights.items():
        bytes_ = np.ascontiguousarray(values, dtype="<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(values.shape), "data_offsets": [len(data), len(data) + len(bytes_)]}
        data += bytes_
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


if __name__ == "__main__":
    main()
