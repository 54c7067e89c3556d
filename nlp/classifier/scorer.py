"""From texts to probabilities with a stored model; numpy only, no scikit-learn.

Each text is scored alone: its probabilities are the same whatever else is scored with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from nlp.classifier.features import HEADING_WEIGHT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nlp.classifier.encoder import Encoder
    from nlp.classifier.store import StoredModel


def vector_columns(
    text_vectors: NDArray[np.float32],
    heading_vectors: NDArray[np.float32],
    has_heading: NDArray[np.bool_],
    text_mean: NDArray[np.float32],
    heading_mean: NDArray[np.float32],
) -> NDArray[np.float64]:
    """Return the columns that the encoder adds: centred text vector, centred heading vector.

    All vectors share a large part that tells nothing of the topic; the corpus mean is taken off
    (+0.035 mean average precision). Without a heading its columns are 0.
    """
    text = text_vectors.astype(np.float64) - text_mean
    heading = (heading_vectors.astype(np.float64) - heading_mean) * has_heading[:, None]
    return np.hstack([text, HEADING_WEIGHT * heading])


def sigmoid(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return 1 / (1 + exp(-x)) without overflow."""
    return np.exp(-np.logaddexp(0.0, -x))


@dataclass(frozen=True)
class Scored:
    """What the scorer knows of one text, for explaining it.

    Attributes
    ----------
    columns, weights : ndarray
        The lexical columns and their weights.
    vector : ndarray of shape (384,) or None
        The centred text vector.
    extra : ndarray of shape (768,) or None
        The encoder's columns.
    logit : ndarray of shape (n_labels,)
        Calibrated log-odds.
    """

    columns: NDArray[np.intp]
    weights: NDArray[np.float64]
    vector: NDArray[np.float64] | None
    extra: NDArray[np.float64] | None
    logit: NDArray[np.float64]


class Scorer:
    """A stored model, ready to score.

    Parameters
    ----------
    model : StoredModel
    encoder : Encoder or None
        None scores with the lexical head.
    """

    def __init__(self, model: StoredModel, encoder: Encoder | None) -> None:
        self.model = model
        self.encoder = encoder if "full" in model.heads else None
        self.head = model.heads["full" if self.encoder else "lexical"]

    @cached_property
    def coef(self) -> NDArray[np.float64]:
        """Weights in calibrated log-odds, shape (n_columns, n_labels)."""
        return self.head.coef.astype(np.float64) * self.head.slope

    def score(self, texts: Sequence[str], headings: Sequence[str]) -> list[Scored]:
        """Score texts under their headings ("" for none)."""
        lexicon, coef = self.model.lexicon, self.coef
        extra = self._vectors(texts, headings)
        bias = self.head.intercept * self.head.slope + self.head.offset
        scored = []
        for i, (text, heading) in enumerate(zip(texts, headings, strict=True)):
            columns, weights = lexicon.weigh(text, heading)
            logit = weights @ coef[columns] + bias
            row = None if extra is None else extra[i]
            if row is not None:
                # Row by row: a product of matrices may add up in another order for more rows.
                logit = logit + row @ coef[len(lexicon) :]
            vector = None if row is None else row[: len(row) // 2]
            scored.append(Scored(columns, weights, vector, row, logit))
        return scored

    def _vectors(self, texts: Sequence[str], headings: Sequence[str]) -> NDArray[np.float64] | None:
        if self.encoder is None:
            return None
        # One call, so that long and short texts share the threads evenly.
        vectors = self.encoder.encode([*texts, *headings])
        has_heading = np.array([bool(heading) for heading in headings], dtype=bool)
        return vector_columns(
            vectors[: len(texts)],
            vectors[len(texts) :],
            has_heading,
            self.model.text_mean,
            self.model.heading_mean,
        )
