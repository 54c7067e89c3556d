"""The corpus rows nearest to a text, by cosine of their sentence vectors; exact and repeatable."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

#: Rows that have a say in what a text is about.
N_NEAREST = 20
#: A row's say is this power of its cosine: the nearest count most.
_POWER = 3
#: One step of a stored vector. Products of whole numbers of one byte add up exactly in single
#: precision, so that similarities do not depend on how many texts are compared at once.
STEPS = 127
#: Texts that are compared at a time; all at once could fill the memory.
_CHUNK = 64


def quantise(vectors: NDArray[np.floating]) -> NDArray[np.int8]:
    """Return vectors at their direction in whole numbers of one byte."""
    largest = np.abs(vectors).max(axis=1, keepdims=True)
    steps = np.rint(vectors * (STEPS / np.where(largest > 0, largest, 1)))
    return steps.astype(np.int8)


class Near(NamedTuple):
    """The nearest rows of a text, nearest first: their numbers and cosines."""

    rows: NDArray[np.intp]
    similarity: NDArray[np.float64]

    def shares(self, labels: NDArray[np.uint8]) -> NDArray[np.float64]:
        """Return, for each label, how much of the rows' say is for it, (n_labels,)."""
        say = np.maximum(self.similarity, 0.0) ** _POWER
        total = say.sum()
        shares: NDArray[np.float64] = say @ labels[self.rows] / total if total else np.zeros(labels.shape[1])
        return shares


def search(
    vectors: NDArray[np.floating], rows: NDArray[np.int8], *, count: int = N_NEAREST
) -> Iterator[Near]:
    """Yield the nearest rows of each vector.

    Parameters
    ----------
    vectors : ndarray of shape (n, 384)
        Centred vectors.
    rows : ndarray of shape (n_rows, 384)
        Quantised ones.
    """
    theirs = rows.astype(np.float32)
    lengths = np.sqrt((theirs.astype(np.float64) ** 2).sum(axis=1))
    for start in range(0, len(vectors), _CHUNK):
        mine = quantise(vectors[start : start + _CHUNK]).astype(np.float32)
        products = (mine @ theirs.T).astype(np.float64)
        my_lengths = np.sqrt((mine.astype(np.float64) ** 2).sum(axis=1, keepdims=True))
        yield from map(_nearest, products / np.maximum(my_lengths * lengths, 1e-9), [count] * len(mine))


def _nearest(similarity: NDArray[np.float64], count: int) -> Near:
    if not len(similarity):
        return Near(np.zeros(0, dtype=np.intp), similarity)
    # The last value that belongs to them first: sorting thousands of rows for a few costs more.
    place = max(len(similarity) - count, 0)
    near = np.flatnonzero(similarity >= np.partition(similarity, place)[place])
    best = near[np.argsort(-similarity[near], kind="stable")][:count]
    return Near(best, similarity[best])
