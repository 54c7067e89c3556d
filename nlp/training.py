"""Corpus to model directory: features, fit, figures, files. The same rows give the same bytes."""

# ruff: noqa: N803, N806 - X and Y are scikit-learn's names

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp
from sklearn.feature_extraction.text import TfidfVectorizer

from nlp.classifier import encoder, features
from nlp.classifier.card import to_card
from nlp.classifier.estimator import ActionLineClassifier
from nlp.classifier.features import Lexicon, Terms, heading_of
from nlp.classifier.figures import indicators, out_of_fold_figures
from nlp.classifier.scorer import vector_columns
from nlp.classifier.store import Head, Neighbours, StoredModel, quantise, save_model
from nlp.corpus import check_trainable, corpus_hash
from nlp.errors import CorpusInvalid
from nlp.taxonomy import CODES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from nlp.document import Example

    #: Texts to unit vectors (n_texts, 384).
    Encode = Callable[[Sequence[str]], NDArray[np.float32]]

#: Rows with and without each label that a fit needs.
LEAST_ROWS = 2
_LIBRARIES = ("numpy", "scipy", "scikit-learn", "onnxruntime", "tokenizers")


@dataclass(frozen=True, slots=True)
class TrainOptions:
    """What decides a model besides its rows.

    Attributes
    ----------
    min_df, heading_min_df : int
        Rows that must hold a term, in the text and in the heading. 5 gives half the columns
        of 2 and the same average precision.
    C, n_folds, shrink, review_share
        See `ActionLineClassifier`.
    n_jobs : int
        Threads; does not change the result.
    """

    min_df: int = 5
    heading_min_df: int = 3
    C: float = 4.0
    n_folds: int = 5
    shrink: float = 0.5
    review_share: float = 0.2
    n_jobs: int = 2


def train(
    examples: Sequence[Example],
    path: Path,
    *,
    name: str = "actionlines",
    version: str = "0.1.0",
    options: TrainOptions | None = None,
    encode: Encode | None = None,
    progress: Callable[[str], None] = lambda _: None,
    overwrite: bool = False,
) -> str:
    """Train on annotated rows and write the model directory.

    Parameters
    ----------
    examples : sequence of Example
    path : Path
        The directory to be.
    name, version : str
        What the model calls itself.
    options : TrainOptions, optional
    encode : callable, optional
        Texts to vectors. Without one the model knows words alone.
    progress : callable
        Is told each step, as a line.
    overwrite : bool, default=False
        Replace a directory that is there.

    Returns
    -------
    str
        Hash of the model.

    Raises
    ------
    CorpusInvalid
        There are too few rows, labels or documents.
    FileExistsError
        The directory is there and may not be replaced.
    """
    options = options or TrainOptions()
    _check(examples)
    if path.exists() and not overwrite:
        raise FileExistsError(f"{path} is there already; remove it or allow overwriting")
    # Whatever order the files were read in, the bytes are the same.
    examples = sorted(examples, key=lambda example: example.id)
    trainer = _Trainer(examples, options, progress)
    model = trainer.fit(name, version, encode)
    progress(f"writing {path.name}")
    return save_model(model, path, card=to_card(model), overwrite=overwrite)


class _Trainer:
    """The rows as arrays, and the steps from them to a model."""

    def __init__(
        self, examples: Sequence[Example], options: TrainOptions, progress: Callable[[str], None]
    ) -> None:
        self.examples = examples
        self.options = options
        self.progress = progress
        self.texts = [example.text for example in examples]
        # Half of the rows are learned without their heading: a model that never missed one
        # would lean on it, and rows from JSONL often have none.
        self.headings = [
            heading_of(example.section) if _keeps_heading(example.id) else "" for example in examples
        ]
        self.Y = indicators([example.labels for example in examples])
        self.also = indicators([example.also for example in examples])
        self.documents = np.array([f"{example.batch}/{example.doc}" for example in examples])
        batches = np.array([example.batch for example in examples])
        self.groups = batches if len(np.unique(batches)) > 1 else self.documents

    def fit(self, name: str, version: str, encode: Encode | None) -> StoredModel:
        """Return the model."""
        self.progress(f"{len(self.examples)} rows; finding terms")
        lexicon, X = self.lexical_columns()
        mean = np.zeros(encoder.DIMENSION, dtype=np.float32)
        text_mean, heading_mean, rows = mean, mean, _no_neighbours()
        heads, figures = {}, {}
        if encode is not None:
            self.progress("encoding paragraphs and headings")
            extra, text_mean, heading_mean = self.encoder_columns(encode)
            rows = self._neighbours(extra[:, : encoder.DIMENSION])
            both = sp.hstack([X, sp.csr_matrix(extra)]).tocsr()
            heads["full"], figures["full"] = self._head(both, "full", by_document=True)
        heads["lexical"], figures["lexical"] = self._head(X, "lexical", by_document=False)
        return StoredModel(
            name=name,
            version=version,
            lexicon=lexicon,
            heads=heads,
            text_mean=text_mean,
            heading_mean=heading_mean,
            neighbours=rows,
            about=self._about(figures, with_encoder=encode is not None),
        )

    def lexical_columns(self) -> tuple[Lexicon, sp.csr_matrix]:
        """Return the terms of the rows, and the rows in their columns."""
        least, heading_least = self.options.min_df, self.options.heading_min_df
        words, in_words = _terms("word", self.texts, least)
        characters, in_characters = _terms("char_wb", self.texts, least)
        heading, in_heading = _terms("word", self.headings, heading_least)
        columns = [in_words, in_characters, in_heading * features.HEADING_WEIGHT]
        return Lexicon(words, characters, heading), sp.hstack(columns).tocsr()

    def encoder_columns(
        self, encode: Encode
    ) -> tuple[NDArray[np.float64], NDArray[np.float32], NDArray[np.float32]]:
        """Return the encoder's columns, and the means that were taken off texts and headings."""
        vectors = encode([*self.texts, *self.headings])
        n = len(self.texts)
        if vectors.shape != (2 * n, encoder.DIMENSION):
            raise ValueError(
                f"'encode' must return {encoder.DIMENSION} numbers a text. Got shape {vectors.shape} instead."
            )
        has_heading = np.array([bool(heading) for heading in self.headings], dtype=bool)
        text_mean, heading_mean = _mean(vectors[:n]), _mean(vectors[n:][has_heading])
        columns = vector_columns(vectors[:n], vectors[n:], has_heading, text_mean, heading_mean)
        return columns, text_mean, heading_mean

    def _neighbours(self, vectors: NDArray[np.float64]) -> Neighbours:
        ids = tuple(example.id for example in self.examples)
        return Neighbours(vectors=quantise(vectors), ids=ids, labels=self.Y.astype(np.uint8))

    def _head(
        self,
        X: sp.csr_matrix,
        name: str,
        *,
        by_document: bool,
    ) -> tuple[Head, dict[str, Any]]:
        self.progress(f"fitting {X.shape[1]} columns of the {name} head")
        classifier = self.fit_head(X)
        found = {"by_batch": self._figures(classifier.oof_decision_, self.groups)}
        if by_document:
            self.progress(f"judging the {name} head in folds of documents")
            decision = classifier.cross_val_decision(X, self.Y, groups=self.documents, also=self.also)
            found["by_document"] = self._figures(decision, self.documents)
        head = Head(
            coef=classifier.coef_.astype(np.float16),
            intercept=classifier.intercept_,
            slope=classifier.slope_,
            offset=classifier.offset_,
            thresholds=classifier.thresholds_,
            grey=classifier.grey_,
        )
        return head, found

    def fit_head(self, X: sp.csr_matrix) -> ActionLineClassifier:
        """Return the classifier over these columns."""
        o = self.options
        classifier = ActionLineClassifier(
            C=o.C, n_folds=o.n_folds, shrink=o.shrink, review_share=o.review_share, n_jobs=o.n_jobs
        )
        return classifier.fit(X, self.Y, groups=self.groups, also=self.also)

    def _figures(self, decision: NDArray[np.float64], groups: NDArray[Any]) -> dict[str, Any]:
        o = self.options
        return out_of_fold_figures(
            decision,
            self.Y,
            self.also,
            groups,
            n_folds=o.n_folds,
            shrink=o.shrink,
            review_share=o.review_share,
        )

    def _about(self, figures: dict[str, Any], *, with_encoder: bool) -> dict[str, Any]:
        examples = self.examples
        counts = Counter(label for example in examples for label in example.labels)
        return {
            "corpus": {
                "sha256": corpus_hash(examples),
                "rows": len(examples),
                "documents": len(np.unique(self.documents)),
                "batches": sorted({example.batch for example in examples}),
                "labels": {code: counts[code] for code in CODES},
                "without_label": sum(not example.labels for example in examples),
                "status": dict(sorted(Counter(example.status for example in examples).items())),
            },
            "options": {key: value for key, value in asdict(self.options).items() if key != "n_jobs"},
            "encoder": dict(encoder.IDENTITY) if with_encoder else None,
            "libraries": {library: _version(library) for library in _LIBRARIES},
            "figures": figures,
        }


def _check(examples: Sequence[Example]) -> None:
    check_trainable(examples)
    for code in CODES:
        with_it = sum(code in example.labels for example in examples)
        if with_it < LEAST_ROWS or len(examples) - with_it < LEAST_ROWS:
            raise CorpusInvalid(
                f"{with_it} of {len(examples)} rows have label {code!r}; at least {LEAST_ROWS} must have "
                f"it and {LEAST_ROWS} must not",
                hint=f"Add rows on {code}.",
            )
    if len({(example.batch, example.doc) for example in examples}) < 2:
        raise CorpusInvalid(
            "all rows come from one document; thresholds need two or more", hint="Add other documents."
        )


def _keeps_heading(row_id: str) -> bool:
    return hashlib.sha256(row_id.encode()).digest()[0] % 2 == 0


def _terms(analyzer: features.Analyzer, texts: Sequence[str], min_df: int) -> tuple[Terms, sp.csr_matrix]:
    vectorizer = TfidfVectorizer(
        analyzer=analyzer,
        ngram_range=features.NGRAM_RANGE[analyzer],
        token_pattern=features.TOKEN_PATTERN if analyzer == "word" else None,
        min_df=min_df,
        sublinear_tf=True,
    )
    try:
        X = vectorizer.fit_transform(texts)
    except ValueError:
        # No term is in so many rows, which headings of few rows can come to.
        empty = np.zeros(0, dtype=np.int32)
        return Terms(analyzer, (), empty, len(texts)), sp.csr_matrix((len(texts), 0))
    frequency = np.diff(X.tocsc().indptr).astype(np.int32)
    return Terms(analyzer, tuple(vectorizer.get_feature_names_out().tolist()), frequency, len(texts)), X


def _mean(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    if not len(vectors):
        return np.zeros(encoder.DIMENSION, dtype=np.float32)
    mean: NDArray[np.float32] = vectors.mean(axis=0, dtype=np.float64).astype(np.float32)
    return mean


def _no_neighbours() -> Neighbours:
    return Neighbours(
        vectors=np.zeros((0, encoder.DIMENSION), dtype=np.int8),
        ids=(),
        labels=np.zeros((0, len(CODES)), dtype=np.uint8),
    )


def _version(library: str) -> str | None:
    try:
        return version(library)
    except PackageNotFoundError:
        return None
