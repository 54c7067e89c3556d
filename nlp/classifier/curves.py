"""Calibration curves and borders, as a model stores them; numpy only."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]


def sigmoid(x: Floats) -> Floats:
    """Return 1 / (1 + exp(-x)) without overflow."""
    p: Floats = np.exp(-np.logaddexp(0.0, -x))
    return p


class Curves(NamedTuple):
    """From decision values to probabilities and borders; arrays of shape (n_labels,).

    The log-odds are ``slope * decision + offset``, and `mention` more where the text names the
    action line. At or above its threshold a label is assigned. Below it and from `grey` up a
    person should look, in texts where `doubt` errors or more are to be expected.
    """

    slope: Floats
    offset: Floats
    mention: float
    thresholds: Floats
    grey: Floats
    doubt: float

    def probability(self, decision: Floats, named: Bools) -> Floats:
        """Return probabilities of the shape of `decision`."""
        logit = self.slope * decision + self.offset + self.mention * named
        return sigmoid(logit)


def expected_errors(probability: Floats, thresholds: Floats) -> Floats:
    """Return how many labels of each text are to be expected wrong or missed, shape (n,).

    That is what the probabilities themselves say: an assigned label is wrong with 1 - p, any
    other is missed with p.
    """
    errors: Floats = np.where(probability >= thresholds, 1 - probability, probability).sum(axis=1)
    return errors
