"""From the heads' out-of-fold decision values to a mode of the model: calibration, second look, borders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np
from sklearn.model_selection import GroupKFold

from nlp.classifier.calibration import fit_curves, fit_sigmoid
from nlp.classifier.neighbours import quantise, search
from nlp.classifier.second import cell_features, with_family
from nlp.classifier.store import Mode
from nlp.taxonomy import CODES, DECIDED
from nlp.training.second import fit_second_look

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from nlp.classifier.curves import Curves
    from nlp.classifier.second import SecondLook
    from nlp.training.rows import TrainOptions

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]
    CurvesOf = Callable[[NDArray[Any], NDArray[Any]], tuple[Curves, Floats]]

_N, _M = len(CODES), len(DECIDED)


class Truth(NamedTuple):
    """What is true of some rows, and how they belong together.

    `targets` and `also` have shape (n_rows, 20), `named` (n_rows, 19), `groups` (n_rows,).
    """

    targets: Bools
    also: Bools
    named: Bools
    groups: NDArray[Any]

    def of(self, rows: NDArray[Any]) -> Truth:
        """Return these rows alone."""
        return Truth(*(part[rows] for part in self))


@dataclass(frozen=True)
class Evidence:
    """What models that had not seen some rows say of them.

    Attributes
    ----------
    first : dict of str to ndarray of shape (n_rows, 20)
        Decision values of each head.
    keywords : ndarray of shape (n_rows, 18)
    shares : ndarray of shape (n_rows, 18) or None
        What the nearest of the other rows are about.
    """

    first: dict[str, Floats]
    keywords: Floats
    shares: Floats | None

    def of(self, rows: NDArray[Any]) -> Self:
        """Return these rows alone."""
        shares = None if self.shares is None else self.shares[rows]
        return type(self)({head: one[rows] for head, one in self.first.items()}, self.keywords[rows], shares)

    def calibrated(self, slope: dict[str, Floats], offset: dict[str, Floats]) -> dict[str, Floats]:
        """Return the heads' log-odds."""
        return {head: slope[head] * one + offset[head] for head, one in self.first.items()}

    def alone(self, head: str) -> Self:
        """Return what one head says, as where there is no other."""
        return type(self)({head: self.first[head]}, self.keywords, None)


def fit_mode(
    evidence: Evidence, truth: Truth, options: TrainOptions, *, second: SecondLook | None = None
) -> Mode:
    """Learn calibration, second look and borders.

    Parameters
    ----------
    evidence : Evidence
    truth : Truth
    options : TrainOptions
    second : SecondLook, optional
        One that other rows taught; it is learned from these otherwise.
    """
    lines = {head: fit_sigmoid(one, truth.targets, truth.also) for head, one in evidence.first.items()}
    slope = {head: line[0] for head, line in lines.items()}
    offset = {head: line[1] for head, line in lines.items()}
    first = evidence.calibrated(slope, offset)
    features = cell_features(first, evidence.keywords, evidence.shares)
    labels, also = truth.targets[:, :_N], truth.also[:, :_N]
    if second is None:
        second = fit_second_look(features, labels, also)
        looked = np.zeros(labels.shape)
        for others, fold in _folds(truth.groups, options.n_folds):
            judge = fit_second_look(features[others], labels[others], also[others])
            looked[fold] = judge.decide(features[fold])
    else:
        looked = second.decide(features)
    curves = _curves(with_family(first, looked), truth, options)
    return Mode(slope=slope, offset=offset, second=second, curves=curves)


def probabilities(mode: Mode, evidence: Evidence, named: Bools) -> Floats:
    """Return the probabilities of the 18 labels and C7 itself, shape (n_rows, 19)."""
    first = evidence.calibrated(mode.slope, mode.offset)
    return mode.curves.probability(mode.second.decide_all(first, evidence.keywords, evidence.shares), named)


class Cut(NamedTuple):
    """Probabilities of rows, and the borders they are cut at: (n_rows, 19), `doubt` (n_rows,)."""

    probability: Floats
    thresholds: Floats
    grey: Floats
    doubt: Floats


def cross_fitted(truth: Truth, options: TrainOptions, judge: CurvesOf) -> Cut:
    """Cut rows as the rows of other folds tell.

    Parameters
    ----------
    truth : Truth
    options : TrainOptions
    judge : callable
        Takes the numbers of the rows to learn from and of those to judge; returns the curves,
        and the probabilities of the latter.
    """
    n = len(truth.targets)
    cut = Cut(np.zeros((n, _M)), np.zeros((n, _M)), np.zeros((n, _M)), np.zeros(n))
    for others, fold in _folds(truth.groups, options.n_folds):
        curves, cut.probability[fold] = judge(others, fold)
        cut.thresholds[fold], cut.grey[fold], cut.doubt[fold] = curves.thresholds, curves.grey, curves.doubt
    return cut


def mode_judge(
    evidence: Evidence, truth: Truth, options: TrainOptions, *, second: SecondLook | None = None
) -> CurvesOf:
    """Return a judge for `cross_fitted` that fits a mode."""

    def judge(others: NDArray[Any], fold: NDArray[Any]) -> tuple[Curves, Floats]:
        mode = fit_mode(evidence.of(others), truth.of(others), options, second=second)
        return mode.curves, probabilities(mode, evidence.of(fold), truth.named[fold])

    return judge


def plain_judge(decision: Floats, truth: Truth, options: TrainOptions) -> CurvesOf:
    """Return a judge for `cross_fitted` that calibrates decision values by themselves."""

    def judge(others: NDArray[Any], fold: NDArray[Any]) -> tuple[Curves, Floats]:
        curves = _curves(decision[others, :_M], truth.of(others), options)
        return curves, curves.probability(decision[fold, :_M], truth.named[fold])

    return judge


def shares_out_of_fold(vectors: Floats, labels: Bools, groups: NDArray[Any], n_folds: int) -> Floats:
    """Return what the nearest rows of other folds are about, shape (n_rows, 18)."""
    shares = np.zeros(labels.shape)
    for others, fold in _folds(groups, n_folds):
        shares[fold] = shares_among(vectors[fold], vectors[others], labels[others])
    return shares


def shares_among(vectors: Floats, rows: Floats, labels: Bools) -> Floats:
    """Return what the nearest of the rows are about, for each vector."""
    told = labels.astype(np.uint8)
    return np.array([near.shares(told) for near in search(vectors, quantise(rows))])


def _curves(decision: Floats, truth: Truth, options: TrainOptions) -> Curves:
    return fit_curves(
        decision,
        truth.named,
        truth.targets[:, :_M],
        truth.also[:, :_M],
        shrink=options.shrink,
        review_share=options.review_share,
        n_reviewed=_N,
    )


def _folds(groups: NDArray[Any], n_folds: int) -> list[tuple[NDArray[Any], NDArray[Any]]]:
    if len(np.unique(groups)) < 2:
        # The rows of one group, which a corpus of two groups comes to, can only be held apart one by one.
        groups = np.arange(len(groups))
    n_folds = min(n_folds, len(np.unique(groups)))
    return list(GroupKFold(n_folds).split(groups, groups=groups))
