from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nlp.classifier.calibration import fit_curves
from nlp.classifier.neighbours import N_NEAREST
from nlp.classifier.second import cell_features
from nlp.taxonomy import CODES, DECIDED, SUBLINES, TARGETS
from nlp.training import TrainOptions, modes
from nlp.training.modes import (
    Evidence,
    Truth,
    cross_fitted,
    fit_mode,
    mode_judge,
    plain_judge,
    probabilities,
    shares_among,
    shares_out_of_fold,
)

N = 120
OPTIONS = TrainOptions(n_folds=3)


def some_truth(seed=0, n_groups=3):
    """Labels by chance, C7 and having none with them, in groups of like size."""
    rng = np.random.default_rng(seed)
    labels = rng.random((N, len(CODES))) < 0.15
    labels[::9] = False
    about = labels[:, SUBLINES].any(axis=1)
    targets = np.column_stack([labels, about, ~labels.any(axis=1)])
    groups = np.arange(N) * n_groups // N
    return Truth(targets, np.zeros_like(targets), np.zeros((N, len(DECIDED)), dtype=bool), groups)


def some_evidence(truth, signal=2.0, heads=("lexical",), seed=1):
    """Decision values that know the truth so well."""
    rng = np.random.default_rng(seed)
    first = {
        head: signal * (2 * truth.targets - 1) + rng.standard_normal(truth.targets.shape) for head in heads
    }
    labels = truth.targets[:, : len(CODES)]
    shares = labels * 0.5 + rng.random(labels.shape) * 0.5 if len(heads) > 1 else None
    return Evidence(first, np.zeros(labels.shape), shares)


BOTH = ("lexical", "encoder")


def micro_f1(cut, targets):
    given, true = (part[:, : len(CODES)] for part in (cut.probability >= cut.thresholds, targets))
    return 2 * (given & true).sum() / (given.sum() + true.sum())


# Evidence -----------------------------------------------------------------------------------


def test_evidence_of_some_rows_and_of_one_head():
    evidence = some_evidence(some_truth(), heads=BOTH)
    part = evidence.of(np.array([4, 2]))
    assert (part.first["encoder"] == evidence.first["encoder"][[4, 2]]).all()
    assert (part.shares == evidence.shares[[4, 2]]).all()
    alone = evidence.alone("lexical")
    assert alone.first.keys() == {"lexical"}
    assert alone.shares is None
    assert alone.of(np.array([1])).shares is None


# A mode -------------------------------------------------------------------------------------


@pytest.mark.parametrize("heads", [("lexical",), BOTH])
def test_a_mode_tells_true_labels_from_others(heads):
    truth = some_truth()
    evidence = some_evidence(truth, heads=heads)
    mode = fit_mode(evidence, truth, OPTIONS)
    assert tuple(mode.slope) == tuple(mode.offset) == heads
    assert all(slope.shape == (len(TARGETS),) for slope in mode.slope.values())
    assert mode.curves.thresholds.shape == (len(DECIDED),)
    told = probabilities(mode, evidence, truth.named)
    assert told.shape == (N, len(DECIDED))
    right = truth.targets[:, : len(DECIDED)]
    assert told[right].mean() > 0.75
    assert told[~right].mean() < 0.1


def test_c7_itself_is_judged_by_the_heads_and_by_its_sublines_and_has_no_grey_zone():
    truth = some_truth()
    evidence = some_evidence(truth, heads=BOTH)
    mode = fit_mode(evidence, truth, OPTIONS)
    k = DECIDED.index("C7")
    first = {head: mode.slope[head] * evidence.first[head] + mode.offset[head] for head in BOTH}
    looked = mode.second.decide(cell_features(first, evidence.keywords, evidence.shares))
    some = 1 - np.prod(1 - 1 / (1 + np.exp(-looked[:, SUBLINES])), axis=1)
    odds = (np.mean([one[:, k] for one in first.values()], axis=0) + np.log(some / (1 - some))) / 2
    logit = mode.curves.slope[k] * odds + mode.curves.offset[k]
    np.testing.assert_allclose(probabilities(mode, evidence, truth.named)[:, k], 1 / (1 + np.exp(-logit)))
    assert mode.curves.grey[k] == mode.curves.thresholds[k]
    assert (mode.curves.grey[:k] < mode.curves.thresholds[:k]).all()


def test_a_line_that_the_text_names_gains():
    truth = some_truth()
    evidence = some_evidence(truth)
    mode = fit_mode(evidence, truth, OPTIONS)
    named = truth.named.copy()
    named[7, 3] = True
    without, told = (probabilities(mode, evidence, cells) for cells in (truth.named, named))
    gained = np.log(told / (1 - told)) - np.log(without / (1 - without))
    assert gained[7, 3] == pytest.approx(mode.curves.mention)
    assert mode.curves.mention > 1
    assert np.count_nonzero(np.abs(gained) > 1e-9) == 1


def test_a_second_look_that_others_taught_is_kept():
    truth = some_truth()
    second = fit_mode(some_evidence(truth, seed=5), truth, OPTIONS).second
    assert fit_mode(some_evidence(truth), truth, OPTIONS, second=second).second is second


def test_borders_come_from_rows_that_the_second_look_had_not_seen(monkeypatch):
    class ByHeart:
        """Knows the cells that it was taught, and says nothing of others."""

        def __init__(self, features, labels, also):
            self.cells = dict(
                zip(map(bytes, features.reshape(-1, features.shape[2])), labels.flat, strict=True)
            )

        def decide(self, features):
            flat = map(bytes, features.reshape(-1, features.shape[2]))
            told = [{True: 9.0, False: -9.0, None: 0.0}[self.cells.get(cell)] for cell in flat]
            return np.reshape(told, features.shape[:2])

    def keep(decision, *args, **how):
        kept.append(decision)
        return fit_curves(decision, *args, **how)

    kept = []
    monkeypatch.setattr(modes, "fit_second_look", ByHeart)
    monkeypatch.setattr(modes, "fit_curves", keep)
    truth = some_truth()
    evidence = some_evidence(truth)
    mode = fit_mode(evidence, truth, OPTIONS)
    assert not kept[0][:, : len(CODES)].any()
    # The one that is kept has seen them all.
    assert len(mode.second.cells) == N * len(CODES)


def test_rows_of_one_group_can_be_learned_from():
    # As where a corpus has two groups, and one is judged.
    truth = some_truth(n_groups=1)
    mode = fit_mode(some_evidence(truth), truth, OPTIONS)
    assert np.isfinite(mode.curves.thresholds).all()


def test_the_same_rows_give_the_same_mode():
    one, two = (fit_mode(some_evidence(some_truth()), some_truth(), OPTIONS) for _ in range(2))
    assert one.second.values.tobytes() == two.second.values.tobytes()
    assert all(np.array_equal(a, b) for a, b in zip(one.curves, two.curves, strict=True))


# Judging in folds ---------------------------------------------------------------------------


def judges(evidence, truth):
    return {
        "mode": mode_judge(evidence, truth, OPTIONS),
        "plain": plain_judge(evidence.first["lexical"], truth, OPTIONS),
    }


@pytest.mark.parametrize("kind", ["mode", "plain"])
def test_rows_are_cut_well_by_what_other_folds_tell(kind):
    truth = some_truth()
    cut = cross_fitted(truth, OPTIONS, judges(some_evidence(truth), truth)[kind])
    assert micro_f1(cut, truth.targets) > 0.85
    assert (cut.grey <= cut.thresholds).all()
    # One fold's rows have one and the same borders.
    for group in range(3):
        mine = truth.groups == group
        assert len(np.unique(cut.thresholds[mine], axis=0)) == len(np.unique(cut.doubt[mine])) == 1
    assert len(np.unique(cut.thresholds, axis=0)) == 3


@pytest.mark.parametrize("kind", ["mode", "plain"])
def test_no_row_helps_to_judge_itself(kind):
    truth = some_truth()
    evidence = some_evidence(truth)
    mine = truth.groups == 1
    turned = truth._replace(targets=np.where(mine[:, None], ~truth.targets, truth.targets))
    before, after = (cross_fitted(one, OPTIONS, judges(evidence, one)[kind]) for one in (truth, turned))
    for one, two in zip(before, after, strict=True):
        assert (one[mine] == two[mine]).all()
    assert (before.probability[~mine] != after.probability[~mine]).any()


@pytest.mark.parametrize("kind", ["mode", "plain"])
def test_values_that_say_nothing_are_not_made_good(kind):
    truth = some_truth()
    cut = cross_fitted(truth, OPTIONS, judges(some_evidence(truth, signal=0.0), truth)[kind])
    assert micro_f1(cut, truth.targets) < 0.45


def test_more_folds_than_groups_are_as_many_as_groups():
    truth = some_truth(n_groups=2)
    cut = cross_fitted(truth, replace(OPTIONS, n_folds=5), judges(some_evidence(truth), truth)["plain"])
    assert len(np.unique(cut.doubt)) <= 2
    assert micro_f1(cut, truth.targets) > 0.85


# Nearest rows -------------------------------------------------------------------------------


def test_shares_are_what_the_nearest_rows_are_about():
    vectors = np.eye(384)[:3]
    rows = np.repeat(vectors, N_NEAREST, axis=0)
    labels = np.zeros((len(rows), len(CODES)), dtype=bool)
    labels[:N_NEAREST, 0] = True
    labels[N_NEAREST : 2 * N_NEAREST : 2, 1] = True
    shares = shares_among(vectors, rows, labels)
    assert shares[0].tolist() == [1.0] + [0.0] * 17
    assert shares[1, 1] == pytest.approx(0.5)
    assert not shares[2].any()


def test_a_row_is_not_its_own_neighbour_nor_those_of_its_group():
    # Each row has twins in its own group, of its own label, and none elsewhere.
    groups = np.repeat(np.arange(3), 10)
    vectors = np.eye(384)[groups]
    labels = np.eye(len(CODES), dtype=bool)[groups]
    shares = shares_out_of_fold(vectors, labels, groups, 3)
    assert shares.shape == labels.shape
    assert (shares[labels] == 0).all()
    # Rows that are not like it at all have no say.
    assert not shares.any()
    near = shares_out_of_fold(np.ones((30, 384)), labels, groups, 3)
    np.testing.assert_allclose(near[0, :3], [0, 0.5, 0.5])
