"""Probabilities and decisions beside the truth; what every figure is counted from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from nlp.classifier.curves import expected_errors
from nlp.taxonomy import CODES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]


def indicators(labels: Sequence[Sequence[str]]) -> NDArray[np.bool_]:
    """Return label codes as indicators of shape (len(labels), 18)."""
    table = np.zeros((len(labels), len(CODES)), dtype=bool)
    for row, codes in enumerate(labels):
        for code in codes:
            table[row, CODES.index(code)] = True
    return table


@dataclass(frozen=True)
class Judged:
    """Rows with their probabilities, their true labels and the borders they were cut at.

    Attributes
    ----------
    probability, Y, also : ndarray of shape (n_rows, 18)
        A cell in `also` is neither right nor wrong and counts nowhere.
    thresholds, grey : ndarray of shape (n_rows, 18)
        A fold has its own.
    doubt : ndarray of shape (n_rows,)
        Expected errors of a row from which a person should look.
    documents : ndarray of shape (n_rows,)
        The document of each row.
    """

    probability: Floats
    Y: Bools
    also: Bools
    thresholds: Floats
    grey: Floats
    doubt: Floats
    documents: NDArray[Any]

    def __post_init__(self) -> None:
        """Give each row its borders."""
        for name in ("thresholds", "grey"):
            borders = np.broadcast_to(getattr(self, name), self.Y.shape)
            object.__setattr__(self, name, borders)
        object.__setattr__(self, "doubt", np.broadcast_to(self.doubt, len(self.Y)))

    @property
    def known(self) -> Bools:
        """Cells that are right or wrong."""
        return ~self.also

    @property
    def assigned(self) -> Bools:
        """Cells that got the label."""
        assigned: Bools = (self.probability >= self.thresholds) & self.known
        return assigned

    @property
    def review(self) -> Bools:
        """Rows, shape (n_rows,), with a label that a person should look at."""
        grey: Bools = (self.probability >= self.grey) & (self.probability < self.thresholds)
        return grey.any(axis=1) & (expected_errors(self.probability, self.thresholds) >= self.doubt)

    @property
    def blank(self) -> Bools:
        """Rows, shape (n_rows,), that nobody gave any label."""
        return np.asarray(~(self.Y | self.also).any(axis=1))

    def of(self, rows: NDArray[Any]) -> Self:
        """Return these rows alone."""
        names = ("probability", "Y", "also", "thresholds", "grey", "doubt", "documents")
        return replace(self, **{name: getattr(self, name)[rows] for name in names})
