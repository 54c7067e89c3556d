"""From texts to log-odds with a stored model; numpy only, no scikit-learn.

Each text is scored alone: its log-odds are the same whatever else is scored with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from nlp.classifier import neighbours
from nlp.classifier.features import HEADING_WEIGHT
from nlp.classifier.keywords import keyword_hits

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
    """Return the columns of the encoder's head: centred text vector, centred heading vector.

    All vectors share a large part that tells nothing of the topic; the corpus mean is taken off
    (+0.035 mean average precision). Without a heading its columns are 0.
    """
    text = text_vectors.astype(np.float64) - text_mean
    heading = (heading_vectors.astype(np.float64) - heading_mean) * has_heading[:, None]
    return np.hstack([text, HEADING_WEIGHT * heading])


@dataclass(frozen=True)
class Scored:
    """What the scorer knows of one text, for explaining it.

    Attributes
    ----------
    columns, weights : ndarray
        The lexical columns and their weights.
    extra : ndarray of shape (768,) or None
        The encoder's columns.
    near : Near or None
        The nearest corpus rows.
    logit : ndarray of shape (19,)
        Calibrated log-odds of the 18 labels and of C7 itself.
    """

    columns: NDArray[np.intp]
    weights: NDArray[np.float64]
    extra: NDArray[np.float64] | None
    near: neighbours.Near | None
    logit: NDArray[np.float64]


class Scorer:
    """A stored model at work in one of its modes.

    Parameters
    ----------
    model : StoredModel
    mode : str
        One of `store.MODES`.
    encoder : Encoder, optional
        Needed by the mode "full" alone.
    """

    def __init__(self, model: StoredModel, mode: str, encoder: Encoder | None = None) -> None:
        self.model = model
        self.mode = model.modes[mode]
        self.encoder = encoder if "encoder" in self.mode.slope else None

    @cached_property
    def coef(self) -> dict[str, NDArray[np.float64]]:
        """Weights of each head in calibrated log-odds, shape (n_columns, 20)."""
        return {
            head: self.model.heads[head].coef.astype(np.float64) * slope
            for head, slope in self.mode.slope.items()
        }

    def score(self, texts: Sequence[str], headings: Sequence[str]) -> list[Scored]:
        """Score texts under their headings ("" for none)."""
        extra = self._vectors(texts, headings)
        keywords = keyword_hits(texts)
        if extra is None:
            return [
                self._score(text, heading, keywords[i], None, None)
                for i, (text, heading) in enumerate(zip(texts, headings, strict=True))
            ]
        vectors = extra[:, : extra.shape[1] // 2]
        found = neighbours.search(vectors, self.model.neighbours.vectors)
        return [
            self._score(text, heading, keywords[i], extra[i], near)
            for i, (text, heading, near) in enumerate(zip(texts, headings, found, strict=True))
        ]

    def _score(
        self,
        text: str,
        heading: str,
        keywords: NDArray[np.float64],
        extra: NDArray[np.float64] | None,
        near: neighbours.Near | None,
    ) -> Scored:
        columns, weights = self.model.lexicon.weigh(text, heading)
        first = {"lexical": (weights @ self.coef["lexical"][columns] + self._bias["lexical"])[None, :]}
        shares = None
        # Row by row: a product of matrices may add up in another order for more rows.
        if extra is not None and near is not None:
            first["encoder"] = (extra @ self.coef["encoder"] + self._bias["encoder"])[None, :]
            shares = near.shares(self.model.neighbours.labels)[None, :]
        decision = self.mode.second.decide_all(first, keywords[None, :], shares)[0]
        curves = self.mode.curves
        return Scored(columns, weights, extra, near, curves.slope * decision + curves.offset)

    @cached_property
    def _bias(self) -> dict[str, NDArray[np.float64]]:
        return {
            head: self.model.heads[head].intercept * slope + self.mode.offset[head]
            for head, slope in self.mode.slope.items()
        }

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
