"""Annotated rows as the columns and label indicators that a fit takes."""

# ruff: noqa: N806 - X and Y are scikit-learn's names

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp
from sklearn.feature_extraction.text import TfidfVectorizer

from nlp.classifier import encoder, features
from nlp.classifier.estimator import ActionLineClassifier
from nlp.classifier.evidence import mentions
from nlp.classifier.features import Lexicon, Terms, heading_of
from nlp.classifier.keywords import keyword_hits
from nlp.classifier.scorer import vector_columns
from nlp.corpus import check_trainable
from nlp.document import Block
from nlp.errors import CorpusInvalid
from nlp.evaluation.judged import indicators
from nlp.taxonomy import CODES, DECIDED, SUBLINES
from nlp.training.modes import Truth

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from nlp.document import Entity, Example

    #: A sparse matrix; scipy's have no types.
    Matrix = Any
    #: Texts to unit vectors (n_texts, 384).
    Encode = Callable[[Sequence[str]], NDArray[np.float32]]
    #: Blocks to the entities of each.
    Mark = Callable[[Sequence[Block]], Sequence[tuple[Entity, ...]]]

#: The language that the encoder reads.
ENGLISH = "en"
#: Rows with and without each label that a fit needs.
LEAST_ROWS = 2


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
    review_share: float = 0.12
    n_jobs: int = 2

    def classifier(self) -> ActionLineClassifier:
        """Return an unfitted classifier."""
        return ActionLineClassifier(
            C=self.C,
            n_folds=self.n_folds,
            shrink=self.shrink,
            review_share=self.review_share,
            n_jobs=self.n_jobs,
        )


class Rows:
    """Rows of a corpus, in one order, as arrays.

    Parameters
    ----------
    examples : sequence of Example
    options : TrainOptions
    mark : callable, optional
        Finds the entities of a text, of which named action lines count as evidence.

    Attributes
    ----------
    targets, also : ndarray of bool, shape (n_rows, 20)
        The 18 labels; C7 itself, which a row with a subline is about; and having no label. A row
        that only touches sublines, or labels at all, is neither right nor wrong there.
    documents, batches, languages : ndarray of str, shape (n_rows,)
    english : ndarray of bool, shape (n_rows,)
        The rows that the encoder can read.

    Raises
    ------
    CorpusInvalid
        There are too few rows, labels or documents.
    """

    def __init__(
        self, examples: Sequence[Example], options: TrainOptions, *, mark: Mark | None = None
    ) -> None:
        _check(examples)
        # Whatever order the files were read in, the bytes are the same.
        self.examples = sorted(examples, key=lambda example: example.id)
        self.options = options
        self.texts = [example.text for example in self.examples]
        # Half of the rows are learned without their heading: a model that never missed one
        # would lean on it, and rows from JSONL often have none.
        self.headings = [
            heading_of(example.section) if _keeps_heading(example.id) else "" for example in self.examples
        ]
        labels = indicators([example.labels for example in self.examples])
        also = indicators([example.also for example in self.examples]) & ~labels
        about = labels[:, SUBLINES].any(axis=1)
        touches = also[:, SUBLINES].any(axis=1) & ~about
        nothing = ~labels.any(axis=1)
        self.targets = np.column_stack([labels, about, nothing])
        self.also = np.column_stack([also, touches, nothing & also.any(axis=1)])
        self.documents = np.array([f"{example.batch}/{example.doc}" for example in self.examples])
        self.batches = np.array([example.batch for example in self.examples])
        self.languages = np.array([example.language for example in self.examples])
        self.english = self.languages == ENGLISH
        self._mark = mark

    @cached_property
    def voices(self) -> NDArray[Any]:
        """What the folds of the fit leave out whole, shape (n_rows,).

        Numbers of folds that batches were dealt to, or documents where there is one batch only.
        """
        names = np.unique(self.batches)
        if len(names) == 1:
            return self.documents
        return deal(self.batches, self.languages, min(self.options.n_folds, len(names)))

    @cached_property
    def foreign(self) -> NDArray[np.bool_]:
        """The rows of other languages, where they are enough to learn their curves from; else none."""
        others = ~self.english
        Y, also = self.targets[others], self.also[others]
        enough = all(
            min(Y[~also[:, k], k].sum(), (~Y[~also[:, k], k]).sum()) >= LEAST_ROWS for k in range(Y.shape[1])
        )
        return others if enough and len(np.unique(self.voices[others])) > 1 else np.zeros_like(others)

    @cached_property
    def named(self) -> NDArray[np.bool_]:
        """Cells of the action lines that a text names, shape (n_rows, 19)."""
        named = np.zeros((len(self.examples), len(DECIDED)), dtype=bool)
        if self._mark is None:
            return named
        blocks = [Block(id=f"{i}", kind="paragraph", text=text) for i, text in enumerate(self.texts)]
        for i, entities in enumerate(self._mark(blocks)):
            named[i, list(mentions(entities))] = True
        return named

    @cached_property
    def keywords(self) -> NDArray[np.float64]:
        """Different keywords of each label in each text, shape (n_rows, 18)."""
        return keyword_hits(self.texts)

    def truth(self, groups: NDArray[Any]) -> Truth:
        """Return what is true of the rows, held together by these groups."""
        return Truth(self.targets, self.also, self.named, groups)

    @cached_property
    def _lexical(self) -> tuple[Lexicon, Matrix]:
        least, heading_least = self.options.min_df, self.options.heading_min_df
        words, in_words = _terms("word", self.texts, least)
        characters, in_characters = _terms("char_wb", self.texts, least)
        heading, in_heading = _terms("word", self.headings, heading_least)
        columns = [in_words, in_characters, in_heading * features.HEADING_WEIGHT]
        return Lexicon(words, characters, heading), sp.hstack(columns).tocsr()

    @property
    def lexicon(self) -> Lexicon:
        """The terms of the rows."""
        return self._lexical[0]

    @property
    def lexical_columns(self) -> Matrix:
        """The rows in the columns of the terms."""
        return self._lexical[1]

    @cached_property
    def plain(self) -> Learner:
        """All rows as scikit-learn's vectorizer weighs their words by itself."""
        return Learner("plain", TfidfVectorizer().fit_transform(self.texts), np.ones_like(self.english))


def deal(batches: NDArray[Any], languages: NDArray[Any], n_folds: int) -> NDArray[np.intp]:
    """Deal batches out to folds of like size, those of one language to different folds.

    Left to chance, all rows of a rare language can fall into one fold: then they are labelled
    by models that have never read it, and their scores spoil calibration and thresholds.

    Parameters
    ----------
    batches, languages : ndarray of str, shape (n_rows,)

    Returns
    -------
    ndarray of shape (n_rows,)
        Fold numbers from 0.
    """
    fold_of: dict[str, int] = {}
    total = np.zeros(n_folds)
    by_language: dict[str, np.ndarray[Any, Any]] = {}
    names, first, sizes = np.unique(batches, return_index=True, return_counts=True)
    for i in sorted(range(len(names)), key=lambda i: (-sizes[i], names[i])):
        load = by_language.setdefault(str(languages[first[i]]), np.zeros(n_folds))
        fold = min(range(n_folds), key=lambda f: (load[f], total[f], f))
        fold_of[names[i]] = fold
        load[fold] += sizes[i]
        total[fold] += sizes[i]
    return np.array([fold_of[batch] for batch in batches])


@dataclass(frozen=True)
class Learner:
    """Columns that a head learns from, and the rows they are of.

    Attributes
    ----------
    name : str
        "lexical" or "encoder".
    columns : sparse matrix of shape (rows.sum(), n_columns)
    rows : ndarray of bool, shape (n_rows,)
    """

    name: str
    columns: Matrix
    rows: NDArray[np.bool_]


@dataclass(frozen=True)
class Encoded:
    """The encoder's columns (n_english, 768), and the means that were taken off texts and headings."""

    columns: NDArray[np.float64]
    text_mean: NDArray[np.float32]
    heading_mean: NDArray[np.float32]

    @property
    def text_vectors(self) -> NDArray[np.float64]:
        """The centred vectors of the texts, (n_english, 384)."""
        return self.columns[:, : encoder.DIMENSION]


def encode_rows(rows: Rows, encode: Encode) -> Encoded:
    """Encode texts and headings of the English rows.

    Raises
    ------
    ValueError
        `encode` returns another shape than (n_texts, 384).
    """
    chosen = np.flatnonzero(rows.english).tolist()
    headings = [rows.headings[i] for i in chosen]
    vectors = encode([*(rows.texts[i] for i in chosen), *headings])
    n = len(chosen)
    if vectors.shape != (2 * n, encoder.DIMENSION):
        raise ValueError(
            f"'encode' must return {encoder.DIMENSION} numbers a text. Got shape {vectors.shape} instead."
        )
    has_heading = np.array([bool(heading) for heading in headings], dtype=bool)
    text_mean, heading_mean = _mean(vectors[:n]), _mean(vectors[n:][has_heading])
    columns = vector_columns(vectors[:n], vectors[n:], has_heading, text_mean, heading_mean)
    return Encoded(columns, text_mean, heading_mean)


def _check(examples: Sequence[Example]) -> None:
    check_trainable(examples)
    examples = [example for example in examples if example.language == ENGLISH]
    for code in CODES:
        with_it = sum(code in example.labels for example in examples)
        if with_it < LEAST_ROWS or len(examples) - with_it < LEAST_ROWS:
            raise CorpusInvalid(
                f"{with_it} of {len(examples)} English rows have label {code!r}; at least {LEAST_ROWS} "
                f"must have it and {LEAST_ROWS} must not",
                hint=f"Add rows on {code}.",
            )
    if len({(example.batch, example.doc) for example in examples}) < 2:
        raise CorpusInvalid(
            "all rows come from one document; thresholds need two or more", hint="Add other documents."
        )


def _keeps_heading(row_id: str) -> bool:
    return hashlib.sha256(row_id.encode()).digest()[0] % 2 == 0


def _terms(analyzer: features.Analyzer, texts: Sequence[str], min_df: int) -> tuple[Terms, Matrix]:
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
