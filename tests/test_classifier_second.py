from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.classifier.second import MOST_KEYWORDS, SecondLook, cell_features, family_decision, feature_names
from nlp.taxonomy import CODES, NOTHING, SUBLINES, TARGETS

N = len(CODES)
BOTH = ("lexical", "encoder")


def odds(n=3, seed=0):
    return np.random.default_rng(seed).normal(-3, 2, (n, len(TARGETS)))


def both(n=3):
    rng = np.random.default_rng(9)
    first = {head: odds(n, seed) for seed, head in enumerate(BOTH)}
    return first, rng.integers(0, 7, (n, N)).astype(float), rng.random((n, N))


def seen(features, name, heads=("lexical",)):
    return features[:, :, feature_names(heads).index(name)]


def test_each_feature_has_a_name():
    first, keywords, shares = both()
    assert cell_features(first, keywords, shares).shape == (3, N, len(feature_names(BOTH)))
    lexical = {"lexical": first["lexical"]}
    assert cell_features(lexical, keywords, None).shape == (3, N, len(feature_names(("lexical",))))
    assert len(set(feature_names(BOTH))) == len(feature_names(BOTH)) == 11


def test_what_one_head_says_of_a_text():
    row = np.full(len(TARGETS), -5.0)
    row[[2, 7, 11]] = [3.0, 1.0, -1.0]
    row[TARGETS.index(NOTHING)] = -2.5
    # C7 itself is no label: it leads nothing.
    row[N] = 9.0
    keywords = np.zeros((1, N))
    keywords[0, [2, 7]] = [2, MOST_KEYWORDS + 3]
    features = cell_features({"lexical": row[None]}, keywords, None)
    assert (seen(features, "log-odds") == row[:N]).all()
    lead = row[:N] - 3.0
    lead[2] = 3.0 - 1.0
    assert (seen(features, "lead") == lead).all()
    assert (seen(features, "over the third") == row[:N] + 1.0).all()
    np.testing.assert_allclose(seen(features, "all together"), np.log(np.exp(row[:N]).sum()))
    assert (seen(features, "nothing") == -2.5).all()
    assert seen(features, "keywords")[0, [2, 7, 0]].tolist() == [2, MOST_KEYWORDS, 0]


def test_of_two_labels_that_are_first_together_none_leads():
    row = np.full((1, len(TARGETS)), -5.0)
    row[0, [3, 4]] = 2.0
    lead = seen(cell_features({"lexical": row}, np.zeros((1, N)), None), "lead")[0]
    assert lead[[3, 4]].tolist() == [0.0, 0.0]
    assert lead[0] == -7.0


def test_two_heads_are_seen_as_their_mean_and_each_by_itself():
    first, keywords, shares = both()
    features = cell_features(first, keywords, shares)
    mean = (first["lexical"] + first["encoder"])[:, :N] / 2
    np.testing.assert_allclose(seen(features, "log-odds", BOTH), mean)
    assert (seen(features, "neighbours", BOTH) == shares).all()
    for head in BOTH:
        alone = first[head][:, :N]
        assert (seen(features, head, BOTH) == alone).all()
        behind = alone - alone.max(axis=1, keepdims=True)
        assert (seen(features, f"{head} behind its first", BOTH) == behind).all()


def test_two_heads_need_the_nearest_rows():
    first, keywords, _ = both()
    with pytest.raises(
        ValueError, match=r"^with more than one head the shares of the nearest rows are needed$"
    ):
        cell_features(first, keywords, None)


def test_a_text_is_seen_alone():
    first, keywords, shares = both(5)
    together = cell_features(first, keywords, shares)
    for i in range(5):
        row = slice(i, i + 1)
        alone = cell_features({head: one[row] for head, one in first.items()}, keywords[row], shares[row])
        assert (alone[0] == together[i]).all()


@settings(max_examples=30)
@given(st.permutations(range(N)))
def test_all_labels_are_seen_the_same_way(order):
    first, keywords, shares = both(2)
    columns = [*order, N, N + 1]
    turned = cell_features(
        {head: one[:, columns] for head, one in first.items()}, keywords[:, order], shares[:, order]
    )
    np.testing.assert_allclose(turned, cell_features(first, keywords, shares)[:, order], atol=1e-12)


LOOK = SecondLook(
    knots=np.array([[0.0, 1.0, 3.0], [-1.0, 0.0, 1.0]]),
    values=np.array([[1.0, 2.0, -2.0], [0.0, 10.0, 30.0]]),
    intercept=0.5,
)


@pytest.mark.parametrize(
    ("cell", "decision"),
    [
        ((0.0, -1.0), 1.5),
        ((1.0, 0.0), 12.5),
        ((2.0, 0.5), 20.5),
        ((-99.0, -99.0), 1.5),
        ((99.0, 99.0), 28.5),
    ],
)
def test_curves_are_straight_between_knots_and_constant_beyond(cell, decision):
    assert LOOK.decide(np.array([[cell]])).tolist() == [[decision]]


def test_every_cell_is_decided_by_the_same_curves():
    features = np.random.default_rng(3).normal(0, 2, (4, N, 2))
    decided = LOOK.decide(features)
    assert decided.shape == (4, N)
    for i, k in ((0, 0), (3, 17), (2, 5)):
        assert decided[i, k] == LOOK.decide(features[i : i + 1, k : k + 1])[0, 0]


def test_c7_is_judged_half_by_the_heads_and_half_by_any_subline():
    first = {"lexical": np.zeros((3, 20))}
    first["lexical"][:, 18] = (2.0, 2.0, -30.0)
    looked = np.full((3, 18), -40.0)
    looked[0, SUBLINES[0]] = 3.0
    looked[1, [SUBLINES[0], SUBLINES[1]]] = 0.0
    found = family_decision(first, looked)
    assert found.shape == (3, 1)
    # Two sublines at even odds: one of them applies three times in four.
    np.testing.assert_allclose(found[:2, 0], [(2 + 3) / 2, (2 + np.log(3)) / 2], atol=1e-9)
    assert np.isfinite(found[2, 0])
    assert found[2, 0] < -20
