"""Makes ONNX graphs of a published transformer, of standard operators: in 32 bits, and with its matrix products in 8.

    network.py VERSION FOLDER      (writes f32.onnx and int8.onnx)

ONNX Runtime fuses the graph when it loads it. Attention fused by hand (com.microsoft.Attention, MultiHeadAttention) took as long.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.numpy import load_file

EPSILON = 1e-12
# Added to the attention that padding gets: nothing is left of it.
FAR_BELOW = -1e9


def main(version, folder):
    exact, small = (str(Path(folder) / f"{precision}.onnx") for precision in ("f32", "int8"))
    onnx.save(Network(Path(version)).model(), exact)
    # A scale for each output moves the logits half as far as one for the whole matrix, and costs about as much.
    quantize_dynamic(exact, small, weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=["MatMul"])


class Network:
    """DistilBERT (Sanh et al. 2019) with its head; ids and mask are batch × length, logits batch × labels."""

    def __init__(self, version):
        self.config = json.loads((version / "config.json").read_text(encoding="utf-8"))
        self.pooling = json.loads((version / "distilbert.json").read_text(encoding="utf-8"))["pooling"]
        weights = load_file(version / "model.safetensors")
        self.weights = {name.removeprefix("distilbert."): weight for name, weight in weights.items()}
        self.nodes, self.constants = [], {}

    def model(self):
        mask = self.op("Cast", "mask", to=TensorProto.FLOAT)
        padding = self.op("Unsqueeze", self.op("Sub", self.number("one", 1), mask), self.integers("heads_and_queries", 1, 2))
        far_below = self.op("Mul", padding, self.number("far_below", FAR_BELOW))
        states = self.embed()
        for number in range(self.config["n_layers"]):
            states = self.layer(f"transformer.layer.{number}", states, far_below)
        inner = self.op("Relu", self.linear("pre_classifier", self.pool(states, mask)))
        self.op("Identity", self.linear("classifier", inner), output="logits")
        return self.finished()

    def embed(self):
        words = self.op("Gather", self.weight("embeddings.word_embeddings.weight"), "ids")
        length = self.op("Shape", "ids", start=1, end=2)
        start = self.integers("start", 0)
        positions = self.op("Slice", self.weight("embeddings.position_embeddings.weight"), start, length, start)
        return self.norm("embeddings.LayerNorm", self.op("Add", words, positions))

    def layer(self, name, states, far_below):
        context = self.attend(f"{name}.attention", states, far_below)
        states = self.norm(f"{name}.sa_layer_norm", self.op("Add", self.linear(f"{name}.attention.out_lin", context), states))
        curve = {"gelu": "Gelu", "relu": "Relu"}[self.config["activation"]]
        wide = self.op(curve, self.linear(f"{name}.ffn.lin1", states))
        return self.norm(f"{name}.output_layer_norm", self.op("Add", self.linear(f"{name}.ffn.lin2", wide), states))

    def attend(self, name, states, far_below):
        heads = self.config["n_heads"]
        width = self.config["dim"] // heads
        apart, together = self.integers("apart", 0, 0, heads, width), self.integers("together", 0, 0, heads * width)

        def part(letter, order):
            return self.op("Transpose", self.op("Reshape", self.linear(f"{name}.{letter}_lin", states), apart), perm=order)

        query, key, value = part("q", [0, 2, 1, 3]), part("k", [0, 2, 3, 1]), part("v", [0, 2, 1, 3])
        scores = self.op("Div", self.op("MatMul", query, key), self.number("root", width**0.5))
        shares = self.op("Softmax", self.op("Add", scores, far_below), axis=-1)
        return self.op("Reshape", self.op("Transpose", self.op("MatMul", shares, value), perm=[0, 2, 1, 3]), together)

    def pool(self, states, mask):
        if self.pooling == "first_token":
            return self.op("Gather", states, self.constant("first", np.array(0)), axis=1)
        read, length = self.op("Unsqueeze", mask, self.integers("width", 2)), self.integers("length", 1)
        total = self.op("ReduceSum", self.op("Mul", states, read), length, keepdims=0)
        return self.op("Div", total, self.op("ReduceSum", read, length, keepdims=0))

    def linear(self, name, rows):
        weight = self.constant(f"{name}.transposed", self.weights[f"{name}.weight"].T)
        return self.op("Add", self.op("MatMul", rows, weight), self.weight(f"{name}.bias"))

    def norm(self, name, rows):
        return self.op("LayerNormalization", rows, self.weight(f"{name}.weight"), self.weight(f"{name}.bias"), axis=-1, epsilon=EPSILON)

    def weight(self, name):
        return self.constant(name, self.weights[name])

    def integers(self, name, *values):
        return self.constant(name, np.array(values, np.int64))

    def number(self, name, value):
        return self.constant(name, np.array(value, np.float32))

    def constant(self, name, values):
        self.constants.setdefault(name, numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def op(self, kind, *inputs, output=None, **attributes):
        output = output or f"{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def finished(self):
        size = ["batch", "length"]
        inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, size) for name in ("ids", "mask")]
        outputs = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", "labels"])]
        graph = helper.make_graph(self.nodes, "distilbert", inputs, outputs, list(self.constants.values()))
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
        onnx.checker.check_model(model)
        return model


if __name__ == "__main__":
    main(*sys.argv[1:])
