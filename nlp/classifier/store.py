"""A model as a directory: writes it whole or not at all, and reads it without trusting it.

    models/actionlines-0.1.0/
        meta.json        what it is: taxonomy, corpus, thresholds, figures, SHA-256 of the rest
        weights.npz      weights, document frequencies, means of the encoder's vectors
        vocabulary.json  the terms of the lexical columns, in order
        neighbours.npz   vectors, ids and labels of the corpus rows
        CARD.md          the same for people

Nothing is pickled: arrays are read with ``allow_pickle=False``, the rest is JSON. Every file is
checked by its hash before it is parsed, and `meta.json` must be, byte for byte, what its own
hash and the one way of writing it say. The hashes tell damage and mix-ups; they are no
signature, so shapes, types and values are checked as well.

`FORMAT` goes up when the meaning of a field or array changes. A reader takes its own format
only: the model is shipped with the code, and an old one is trained again from the corpus.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nlp.classifier.directory import dump, pack, read_directory, sha256, unpack, write_directory
from nlp.classifier.encoder import DIMENSION, IDENTITY
from nlp.classifier.features import Lexicon, Terms
from nlp.errors import ModelInvalid
from nlp.taxonomy import CODES, TAXONOMY_VERSION

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

FORMAT = 1
META, WEIGHTS, VOCABULARY, NEIGHBOURS, CARD = (
    "meta.json",
    "weights.npz",
    "vocabulary.json",
    "neighbours.npz",
    "CARD.md",
)
FILES = frozenset({META, WEIGHTS, VOCABULARY, NEIGHBOURS, CARD})
#: The heads: with the encoder's vectors, and without them where it is not installed.
HEADS = ("full", "lexical")
#: What a head holds for each label besides its weights.
CURVES = ("intercept", "slope", "offset", "thresholds", "grey")
#: One step of a neighbour's vector. Products of whole numbers of one byte add up exactly in
#: single precision, so that similarities do not depend on how many blocks are compared.
NEIGHBOUR_STEPS = 127


@dataclass(frozen=True)
class Head:
    """A linear classifier: weights (n_columns, n_labels), and arrays of shape (n_labels,)."""

    coef: NDArray[np.float16]
    intercept: NDArray[np.float64]
    slope: NDArray[np.float64]
    offset: NDArray[np.float64]
    thresholds: NDArray[np.float64]
    grey: NDArray[np.float64]


@dataclass(frozen=True)
class Neighbours:
    """Corpus rows as whole-number vectors (n_rows, 384), with ids and label indicators."""

    vectors: NDArray[np.int8]
    ids: tuple[str, ...]
    labels: NDArray[np.uint8]


@dataclass(frozen=True)
class StoredModel:
    """All that a model directory holds; `heads` has "lexical", and "full" if it was trained.

    `text_mean` and `heading_mean` (384,) are taken off the encoder's vectors.
    """

    name: str
    version: str
    lexicon: Lexicon
    heads: dict[str, Head]
    text_mean: NDArray[np.float32]
    heading_mean: NDArray[np.float32]
    neighbours: Neighbours
    about: dict[str, Any]
    sha256: str = ""


def quantise(vectors: NDArray[np.floating[Any]]) -> NDArray[np.int8]:
    """Return vectors at their direction in whole numbers of one byte."""
    largest = np.abs(vectors).max(axis=1, keepdims=True)
    steps = np.rint(vectors * (NEIGHBOUR_STEPS / np.where(largest > 0, largest, 1)))
    return steps.astype(np.int8)


def save_model(model: StoredModel, path: Path, *, card: str, overwrite: bool = False) -> str:
    """Write a model directory whole or not at all, and return its hash.

    The same model gives the same bytes.

    Parameters
    ----------
    model : StoredModel
    path : Path
        The directory to be; its parent must exist.
    card : str
        Text of `CARD.md`.
    overwrite : bool, default=False
        Replace a directory that is there.

    Raises
    ------
    FileExistsError
        The directory is there and may not be replaced.
    """
    if path.exists() and not overwrite:
        raise FileExistsError(f"{path} is there already; remove it or allow overwriting")
    contents = {
        WEIGHTS: pack(_weights_to_arrays(model)),
        VOCABULARY: dump({kind: list(part.terms) for kind, part in _parts(model.lexicon)}),
        NEIGHBOURS: pack(
            {
                "vectors": model.neighbours.vectors,
                "ids": np.array(model.neighbours.ids, dtype=np.str_),
                "labels": model.neighbours.labels,
            }
        ),
        CARD: card.encode(),
    }
    meta = {
        "format": FORMAT,
        "name": model.name,
        "version": model.version,
        "taxonomy": {"version": TAXONOMY_VERSION, "codes": list(CODES)},
        "rows": model.lexicon.words.n_rows,
        "heads": {
            name: {curve: dict(zip(CODES, getattr(head, curve).tolist(), strict=True)) for curve in CURVES}
            for name, head in model.heads.items()
        },
        "about": model.about,
        "files": {name: sha256(content) for name, content in sorted(contents.items())},
    }
    meta["sha256"] = sha256(dump(meta))
    contents[META] = dump(meta)
    write_directory(path, contents)
    return str(meta["sha256"])


def read_model(path: Path) -> StoredModel:
    """Read a model directory.

    Raises
    ------
    ModelInvalid
        A file is missing, unknown, a link, changed, or does not hold what it should; or the
        model is of another format or taxonomy.
    """
    contents = read_directory(path, FILES)
    try:
        return _parse(contents)
    except ModelInvalid as error:
        error.input = str(path)
        raise
    except Exception as error:
        # Hashes were right, so somebody made these files; whatever is wrong in them, and
        # however the parsers below tell it, the model is not to be used.
        raise ModelInvalid(f"a file does not hold what it should: {error!r}", input=str(path)) from error


def _parse(contents: dict[str, bytes]) -> StoredModel:
    meta = _checked_meta(contents)
    arrays = unpack(contents[WEIGHTS], WEIGHTS)
    vocabulary = json.loads(contents[VOCABULARY])
    n_rows = _whole(meta["rows"])
    parts = {}
    for kind, analyzer in _KINDS.items():
        terms = tuple(vocabulary.pop(kind))
        if not all(isinstance(term, str) for term in terms) or len(set(terms)) != len(terms):
            raise ModelInvalid(f"{VOCABULARY}: the terms of {kind!r} must be different strings")
        frequency = _take(arrays, f"df_{kind}", "int32", (len(terms),))
        if len(frequency) and not 0 <= frequency.min() <= frequency.max() <= n_rows:
            raise ModelInvalid(f"{WEIGHTS}: document frequencies of {kind!r} must lie in [0, {n_rows}]")
        parts[kind] = Terms(analyzer, terms, frequency, n_rows)  # type: ignore[arg-type]
    lexicon = Lexicon(**parts)
    if vocabulary:
        raise ModelInvalid(f"{VOCABULARY}: unknown part(s) {', '.join(sorted(vocabulary))}")
    heads = _heads(meta["heads"], arrays, lexicon)
    if "full" in heads and meta["about"]["encoder"] != IDENTITY:
        raise ModelInvalid(f"its encoder is {meta['about']['encoder']}, this version has {IDENTITY}")
    text_mean = _take(arrays, "text_mean", "float32", (DIMENSION,))
    heading_mean = _take(arrays, "heading_mean", "float32", (DIMENSION,))
    if arrays:
        raise ModelInvalid(f"{WEIGHTS}: unknown array(s) {', '.join(sorted(arrays))}")
    return StoredModel(
        name=str(meta["name"]),
        version=str(meta["version"]),
        lexicon=lexicon,
        heads=heads,
        text_mean=text_mean,
        heading_mean=heading_mean,
        neighbours=_neighbours(contents[NEIGHBOURS]),
        about=dict(meta["about"]),
        sha256=str(meta["sha256"]),
    )


_KINDS = {"words": "word", "characters": "char_wb", "heading": "word"}


def _parts(lexicon: Lexicon) -> list[tuple[str, Terms]]:
    return [(kind, getattr(lexicon, kind)) for kind in _KINDS]


def _weights_to_arrays(model: StoredModel) -> dict[str, NDArray[Any]]:
    arrays: dict[str, NDArray[Any]] = {
        f"df_{kind}": part.document_frequency for kind, part in _parts(model.lexicon)
    }
    arrays |= {f"coef_{name}": head.coef for name, head in model.heads.items()}
    return arrays | {"text_mean": model.text_mean, "heading_mean": model.heading_mean}


def _checked_meta(contents: dict[str, bytes]) -> dict[str, Any]:
    meta = json.loads(contents[META])
    if dump(meta) != contents[META]:
        raise ModelInvalid(f"{META} is not written the way this program writes it")
    unhashed = {key: value for key, value in meta.items() if key != "sha256"}
    if meta.get("sha256") != sha256(dump(unhashed)):
        raise ModelInvalid(f"{META} does not match its own SHA-256")
    if meta["format"] != FORMAT:
        raise ModelInvalid(f"its format is {meta['format']!r}, this version reads {FORMAT}")
    for name in sorted(FILES - {META}):
        digest = sha256(contents[name])
        if digest != meta["files"].get(name):
            raise ModelInvalid(f"{name} has SHA-256 {digest}, {META} says {meta['files'].get(name)}")
    taxonomy = {"version": TAXONOMY_VERSION, "codes": list(CODES)}
    if meta["taxonomy"] != taxonomy:
        raise ModelInvalid(
            f"it was trained on taxonomy {meta['taxonomy'].get('version')!r} with "
            f"{len(meta['taxonomy'].get('codes', []))} labels; this version has "
            f"{TAXONOMY_VERSION!r} with {len(CODES)}"
        )
    return meta  # type: ignore[no-any-return]


def _heads(told: dict[str, Any], arrays: dict[str, NDArray[Any]], lexicon: Lexicon) -> dict[str, Head]:
    if "lexical" not in told or not set(told) <= set(HEADS):
        raise ModelInvalid(f"{META}: heads must be 'lexical' and perhaps 'full', not {', '.join(told)}")
    heads = {}
    for name, curves in told.items():
        columns = len(lexicon) + (2 * DIMENSION if name == "full" else 0)
        if set(curves) != set(CURVES) or any(set(curves[curve]) != set(CODES) for curve in CURVES):
            raise ModelInvalid(f"{META}: head {name!r} must have {', '.join(CURVES)} for each label")
        lines = {curve: np.array([float(curves[curve][code]) for code in CODES]) for curve in CURVES}
        if not all(np.isfinite(line).all() for line in lines.values()):
            raise ModelInvalid(f"{META}: head {name!r} holds a value that is no number")
        if not (lines["grey"] >= 0).all() or not (lines["grey"] <= lines["thresholds"]).all():
            raise ModelInvalid(f"{META}: grey zones of head {name!r} must lie below the thresholds")
        coef = _take(arrays, f"coef_{name}", "float16", (columns, len(CODES)))
        heads[name] = Head(coef=coef, **lines)
    return heads


def _neighbours(content: bytes) -> Neighbours:
    arrays = unpack(content, NEIGHBOURS)
    if arrays.keys() != {"vectors", "ids", "labels"} or arrays["ids"].dtype.kind != "U":
        raise ModelInvalid(f"{NEIGHBOURS} must hold vectors, ids and labels, not {', '.join(arrays)}")
    ids = tuple(arrays["ids"].tolist())
    vectors = _take(arrays, "vectors", "int8", (len(ids), DIMENSION))
    labels = _take(arrays, "labels", "uint8", (len(ids), len(CODES)))
    if labels.size and labels.max() > 1:
        raise ModelInvalid(f"{NEIGHBOURS}: labels must be 0 or 1")
    return Neighbours(vectors=vectors, ids=ids, labels=labels)


def _take(arrays: dict[str, NDArray[Any]], name: str, dtype: str, shape: tuple[int, ...]) -> NDArray[Any]:
    if name not in arrays:
        raise ModelInvalid(f"array {name!r} is missing")
    array = arrays.pop(name)
    if array.dtype != np.dtype(dtype) or array.shape != shape:
        raise ModelInvalid(f"array {name!r} must be {dtype} {shape}, not {array.dtype} {array.shape}")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise ModelInvalid(f"array {name!r} holds a value that is no number")
    return array


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ModelInvalid(f"{META}: 'rows' must be a whole number from 1, not {value!r}")
    return value
