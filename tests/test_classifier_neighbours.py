from __future__ import annotations

import numpy as np
import pytest

from nlp.classifier.neighbours import N_NEAREST, STEPS, Near, quantise, search


@pytest.fixture(scope="module")
def rows():
    return quantise(np.random.default_rng(0).standard_normal((300, 384)))


@pytest.fixture(scope="module")
def vectors():
    # More than are compared at a time.
    return np.random.default_rng(1).standard_normal((130, 384))


def told(found):
    return [(near.rows.tolist(), near.similarity.tolist()) for near in found]


def test_whole_number_vectors_keep_their_direction():
    vectors = np.random.default_rng(0).standard_normal((50, 384))
    steps = quantise(vectors).astype(float)
    cosine = (steps * vectors).sum(axis=1) / np.linalg.norm(steps, axis=1) / np.linalg.norm(vectors, axis=1)
    assert (cosine > 0.999).all()
    assert (quantise(np.zeros((1, 384))) == 0).all()


def test_the_largest_number_takes_all_steps_whatever_its_length(vectors):
    steps = quantise(vectors)
    assert steps.dtype == np.int8
    assert (np.abs(steps.astype(int)).max(axis=1) == STEPS).all()
    assert (quantise(vectors * 1024) == steps).all()


def test_the_nearest_rows_are_those_of_highest_cosine(rows, vectors):
    mine, theirs = quantise(vectors).astype(float), rows.astype(float)
    cosine = mine @ theirs.T
    cosine /= np.linalg.norm(mine, axis=1)[:, None] * np.linalg.norm(theirs, axis=1)
    for near, expected in zip(search(vectors, rows), cosine, strict=True):
        best = np.argsort(-expected, kind="stable")[:N_NEAREST]
        assert near.rows.tolist() == best.tolist()
        np.testing.assert_allclose(near.similarity, expected[best], rtol=1e-12)


def test_a_vectors_rows_do_not_depend_on_the_other_vectors(rows, vectors):
    together = told(search(vectors, rows))
    assert together == [told(search(vector[None], rows))[0] for vector in vectors]
    assert together == told(search(vectors[::-1], rows))[::-1]


def test_a_row_is_nearest_to_itself(rows):
    (near,) = search(rows[17:18].astype(float), rows)
    assert near.rows[0] == 17
    assert near.similarity[0] == pytest.approx(1)


def test_of_equal_rows_the_first_come_first(rows):
    turned = np.tile(rows[[9, 4]], (40, 1))
    (near,) = search(rows[9:10].astype(float), turned, count=60)
    assert near.rows.tolist() == [*range(0, 80, 2), *range(1, 40, 2)]


@pytest.mark.parametrize(("count", "found"), [(1, 1), (7, 7), (300, 300), (999, 300)])
def test_as_many_as_are_asked_for_and_there_are(rows, vectors, count, found):
    (near,) = search(vectors[:1], rows, count=count)
    assert len(near.rows) == len(near.similarity) == found
    assert (np.diff(near.similarity) <= 0).all()


def test_without_rows_nothing_is_near(rows, vectors):
    (near,) = search(vectors[:1], rows[:0])
    assert len(near.rows) == len(near.similarity) == 0
    assert near.shares(np.zeros((0, 3), dtype=np.uint8)).tolist() == [0, 0, 0]
    assert list(search(vectors[:0], rows)) == []


def test_a_vector_of_zeros_is_like_nothing(rows):
    (near,) = search(np.zeros((1, 384)), rows)
    assert not near.similarity.any()


LABELS = np.array([[1, 0, 0], [0, 1, 0], [1, 1, 0], [0, 0, 1]], dtype=np.uint8)


def test_the_say_of_a_row_is_the_cube_of_its_cosine():
    near = Near(np.array([2, 0, 1]), np.array([1.0, 0.5, 0.2]))
    total = 1 + 0.125 + 0.008
    assert near.shares(LABELS) == pytest.approx([(1 + 0.125) / total, (1 + 0.008) / total, 0])


@pytest.mark.parametrize("least", [0.0, -0.9])
def test_a_row_that_is_not_alike_has_no_say(least):
    near = Near(np.array([0, 3]), np.array([0.5, least]))
    assert near.shares(LABELS).tolist() == [1, 0, 0]
    assert Near(np.array([3]), np.array([least])).shares(LABELS).tolist() == [0, 0, 0]
