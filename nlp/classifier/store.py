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

from nlp.classifier.curves import Curves
from nlp.classifier.directory import dump, pack, read_directory, sha256, unpack, write_directory
from nlp.classifier.encoder import DIMENSION, IDENTITY
from nlp.classifier.features import Lexicon, Terms
from nlp.classifier.keywords import keywords_hash
from nlp.classifier.second import SecondLook, feature_names
from nlp.errors import ModelInvalid
from nlp.taxonomy import CODES, DECIDED, TARGETS, TAXONOMY_VERSION

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

FORMAT = 2
META, WEIGHTS, VOCABULARY, NEIGHBOURS, CARD = (
    "meta.json",
    "weights.npz",
    "vocabulary.json",
    "neighbours.npz",
    "CARD.md",
)
FILES = frozenset({META, WEIGHTS, VOCABULARY, NEIGHBOURS, CARD})
#: The linear heads: over words, character n-grams and heading words; and over the encoder's vectors.
HEADS = ("lexical", "encoder")
#: How the heads are used together: both; words alone, where the encoder is not installed; and
#: words alone for texts in other languages than English, which the encoder does not read.
MODES = {"full": ("lexical", "encoder"), "lexical": ("lexical",), "foreign": ("lexical",)}


@dataclass(frozen=True)
class Head:
    """A linear classifier: weights (n_columns, 20) and intercepts (20,), columns as `taxonomy.TARGETS`."""

    coef: NDArray[np.float16]
    intercept: NDArray[np.float64]


@dataclass(frozen=True)
class Mode:
    """How heads are used together.

    Attributes
    ----------
    slope, offset : dict of str to ndarray of shape (20,)
        Calibration of each head: its log-odds are ``slope * decision + offset``.
    second : SecondLook
        Judges each label beside the others.
    curves : Curves
        Calibration of that, and the borders; arrays of shape (19,), as `taxonomy.DECIDED`.
    """

    slope: dict[str, NDArray[np.float64]]
    offset: dict[str, NDArray[np.float64]]
    second: SecondLook
    curves: Curves


@dataclass(frozen=True)
class Neighbours:
    """Corpus rows as whole-number vectors (n_rows, 384), with ids and label indicators."""

    vectors: NDArray[np.int8]
    ids: tuple[str, ...]
    labels: NDArray[np.uint8]


@dataclass(frozen=True)
class StoredModel:
    """All that a model directory holds.

    `heads` has "lexical", and "encoder" if it was trained; `modes` those that the heads allow,
    "foreign" when rows of other languages than English were trained on. `text_mean` and
    `heading_mean` (384,) are taken off the encoder's vectors.
    """

    name: str
    version: str
    lexicon: Lexicon
    heads: dict[str, Head]
    modes: dict[str, Mode]
    text_mean: NDArray[np.float32]
    heading_mean: NDArray[np.float32]
    neighbours: Neighbours
    about: dict[str, Any]
    sha256: str = ""


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
        "keywords": keywords_hash(),
        "rows": model.lexicon.words.n_rows,
        "heads": {name: _named(head.intercept, TARGETS) for name, head in sorted(model.heads.items())},
        "modes": {name: _mode_to_dict(mode) for name, mode in sorted(model.modes.items())},
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
    modes = _modes(meta["modes"], heads)
    if "encoder" in heads and meta["about"]["encoder"] != IDENTITY:
        raise ModelInvalid(f"its encoder is {meta['about']['encoder']}, this version has {IDENTITY}")
    if not isinstance(meta["about"]["corpus"]["languages"], dict):
        raise ModelInvalid(f"{META}: 'languages' must tell the rows of each language")
    text_mean = _take(arrays, "text_mean", "float32", (DIMENSION,))
    heading_mean = _take(arrays, "heading_mean", "float32", (DIMENSION,))
    if arrays:
        raise ModelInvalid(f"{WEIGHTS}: unknown array(s) {', '.join(sorted(arrays))}")
    return StoredModel(
        name=str(meta["name"]),
        version=str(meta["version"]),
        lexicon=lexicon,
        heads=heads,
        modes=modes,
        text_mean=text_mean,
        heading_mean=heading_mean,
        neighbours=_neighbours(contents[NEIGHBOURS]),
        about=dict(meta["about"]),
        sha256=str(meta["sha256"]),
    )


_CURVES = ("slope", "offset", "thresholds", "grey")
_KINDS = {"words": "word", "characters": "char_wb", "heading": "word"}


def _parts(lexicon: Lexicon) -> list[tuple[str, Terms]]:
    return [(kind, getattr(lexicon, kind)) for kind in _KINDS]


def _weights_to_arrays(model: StoredModel) -> dict[str, NDArray[Any]]:
    arrays: dict[str, NDArray[Any]] = {
        f"df_{kind}": part.document_frequency for kind, part in _parts(model.lexicon)
    }
    # In one order, however the heads came: an archive keeps it.
    arrays |= {f"coef_{name}": model.heads[name].coef for name in HEADS if name in model.heads}
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
    if meta["keywords"] != keywords_hash():
        raise ModelInvalid(
            f"it was trained with other keywords: their SHA-256 is {meta['keywords']}, of nlp/data "
            f"{keywords_hash()}"
        )
    return meta  # type: ignore[no-any-return]


def _heads(told: dict[str, Any], arrays: dict[str, NDArray[Any]], lexicon: Lexicon) -> dict[str, Head]:
    if "lexical" not in told or not set(told) <= set(HEADS):
        raise ModelInvalid(f"{META}: heads must be 'lexical' and perhaps 'encoder', not {', '.join(told)}")
    heads = {}
    for name, intercept in told.items():
        columns = len(lexicon) if name == "lexical" else 2 * DIMENSION
        coef = _take(arrays, f"coef_{name}", "float16", (columns, len(TARGETS)))
        heads[name] = Head(coef=coef, intercept=_line(intercept, TARGETS, f"intercepts of head {name!r}"))
    return heads


def _mode_to_dict(mode: Mode) -> dict[str, Any]:
    curves = mode.curves
    return {
        "first": {
            head: {"slope": _named(slope, TARGETS), "offset": _named(mode.offset[head], TARGETS)}
            for head, slope in mode.slope.items()
        },
        "second": {
            "intercept": mode.second.intercept,
            "features": {
                name: {"knots": knots.tolist(), "values": values.tolist()}
                for name, knots, values in zip(
                    feature_names(tuple(mode.slope)), mode.second.knots, mode.second.values, strict=True
                )
            },
        },
        "mention": curves.mention,
        "doubt": curves.doubt,
        **{name: _named(getattr(curves, name), DECIDED) for name in _CURVES},
    }


def _modes(told: dict[str, Any], heads: dict[str, Head]) -> dict[str, Mode]:
    needed = {"lexical", *(["full"] if "encoder" in heads else [])}
    if not needed <= set(told) <= {*needed, "foreign"}:
        raise ModelInvalid(f"{META}: modes must be {', '.join(sorted(needed))} and perhaps foreign")
    return {name: _mode(name, mode) for name, mode in told.items()}


def _mode(name: str, told: dict[str, Any]) -> Mode:
    what = f"of mode {name!r}"
    if set(told["first"]) != set(MODES[name]):
        raise ModelInvalid(f"{META}: mode {name!r} must use the heads {', '.join(MODES[name])}")
    # The order of the heads is part of the meaning; JSON's keys are sorted.
    first = {head: told["first"][head] for head in MODES[name]}
    curves = Curves(
        mention=_number(told["mention"], f"mention {what}"),
        doubt=_number(told["doubt"], f"doubt {what}"),
        **{curve: _line(told[curve], DECIDED, f"{curve} {what}") for curve in _CURVES},
    )
    if not (curves.grey >= 0).all() or not (curves.grey <= curves.thresholds).all():
        raise ModelInvalid(f"{META}: grey zones {what} must lie below the thresholds")
    if not (curves.thresholds <= 1).all():
        raise ModelInvalid(f"{META}: thresholds {what} must lie in [0, 1]")
    return Mode(
        slope={head: _line(line["slope"], TARGETS, f"slopes {what}") for head, line in first.items()},
        offset={head: _line(line["offset"], TARGETS, f"offsets {what}") for head, line in first.items()},
        second=_second(told["second"], feature_names(MODES[name]), what),
        curves=curves,
    )


def _second(told: dict[str, Any], names: tuple[str, ...], what: str) -> SecondLook:
    if set(told["features"]) != set(names):
        raise ModelInvalid(f"{META}: the second look {what} must have the features {', '.join(names)}")
    knots, values = (
        np.array([told["features"][name][part] for name in names], dtype=np.float64)
        for part in ("knots", "values")
    )
    if knots.ndim != 2 or knots.shape != values.shape or not knots.shape[1]:
        raise ModelInvalid(f"{META}: the second look {what} must have as many values as knots")
    if not (np.isfinite(knots).all() and np.isfinite(values).all() and (np.diff(knots) > 0).all()):
        raise ModelInvalid(
            f"{META}: the second look {what} holds a value that is no number, or knots that fall"
        )
    return SecondLook(knots, values, _number(told["intercept"], f"second look {what}"))


def _named(values: NDArray[np.float64], names: tuple[str, ...]) -> dict[str, float]:
    return dict(zip(names, values.tolist(), strict=True))


def _line(told: dict[str, Any], names: tuple[str, ...], what: str) -> NDArray[np.float64]:
    if set(told) != set(names):
        raise ModelInvalid(f"{META}: the {what} must be told for each label")
    return np.array([_number(told[name], what) for name in names])


def _number(told: object, what: str) -> float:
    if not isinstance(told, int | float) or isinstance(told, bool) or not np.isfinite(told):
        raise ModelInvalid(f"{META}: the {what} hold a value that is no number: {told!r}")
    return float(told)


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
