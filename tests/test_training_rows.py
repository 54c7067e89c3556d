from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.classifier.encoder import DIMENSION
from nlp.document import Entity
from nlp.errors import CorpusInvalid
from nlp.taxonomy import CODES, DECIDED, TARGETS
from nlp.training.rows import Rows, TrainOptions, deal, encode_rows
from tests.tiny_corpus import encode, french, rows

OPTIONS = TrainOptions(min_df=1, heading_min_df=1, n_folds=2)
FAMILY, NOTHING = TARGETS.index("C7"), TARGETS.index("none")


@pytest.fixture(scope="module")
def tiny():
    return Rows(rows(), OPTIONS)


def changed(*changes):
    """Rows of which the first ones have other fields."""
    examples = rows()
    for i, fields in enumerate(changes):
        examples[i] = replace(examples[i], **fields)
    return Rows(examples, OPTIONS)


def cells(table, row):
    return {TARGETS[k] for k in np.flatnonzero(table[row])}


# Targets ------------------------------------------------------------------------------------


def test_rows_have_one_order_however_they_came(tiny):
    again = Rows(rows()[::-1], OPTIONS)
    assert [example.id for example in again.examples] == sorted(example.id for example in rows())
    assert (again.targets == tiny.targets).all()
    assert again.lexicon.words.terms == tiny.lexicon.words.terms
    assert (again.lexical_columns != tiny.lexical_columns).nnz == 0


@pytest.mark.parametrize(
    ("labels", "also", "targets", "neither"),
    [
        (("C2",), (), {"C2"}, set()),
        (("C2",), ("C6",), {"C2"}, {"C6"}),
        (("C7-egov",), (), {"C7-egov", "C7"}, set()),
        # About C7 by one subline: that it touches another does not matter to C7.
        (("C7-egov",), ("C7-ehealth",), {"C7-egov", "C7"}, {"C7-ehealth"}),
        (("C2",), ("C7-ehealth",), {"C2"}, {"C7-ehealth", "C7"}),
        ((), (), {"none"}, set()),
        ((), ("C6",), {"none"}, {"C6", "none"}),
        ((), ("C7-ehealth",), {"none"}, {"C7-ehealth", "C7", "none"}),
    ],
)
def test_targets_are_the_labels_and_c7_and_having_none(labels, also, targets, neither):
    found = changed({"labels": labels, "also": also})
    assert found.examples[0].labels == labels
    assert cells(found.targets, 0) == targets
    assert cells(found.also, 0) == neither


def test_half_of_the_rows_are_learned_without_their_heading(tiny):
    kept = np.array([bool(heading) for heading in tiny.headings])
    assert 0.4 < kept.mean() < 0.6
    assert {tiny.headings[i] for i in np.flatnonzero(kept)} >= {"Report / Broadband", "Report / Schools"}
    # It depends on the row alone, not on the others.
    part = Rows([row for row in rows() if row.batch != "cc"], OPTIONS)
    of_all = dict(zip((example.id for example in tiny.examples), tiny.headings, strict=True))
    assert all(of_all[row.id] == heading for row, heading in zip(part.examples, part.headings, strict=True))


def test_documents_of_two_batches_are_two(tiny):
    assert len(np.unique(tiny.documents)) == 9
    assert tiny.documents[0] == "aa/aa-d0"


# Too little ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("examples", "message"),
    [
        ([], "there are no rows in it"),
        ([row for row in rows() if row.labels in ((), ("C2",))], "1 different label(s) in 24 rows"),
        (
            [row for row in rows() if "C9" not in row.labels],
            "0 of 216 English rows have label 'C9'; at least 2 must have it and 2 must not",
        ),
        (
            [row for row in rows() if "C9" not in row.labels or row.id.startswith("aa-150")],
            "1 of 217 English rows have label 'C9'",
        ),
        (
            [replace(row, language="fr") if "C9" in row.labels else row for row in rows()],
            "0 of 216 English rows have label 'C9'",
        ),
        (
            [replace(row, batch="a", doc="d") for row in rows()],
            "all rows come from one document; thresholds need two or more",
        ),
        (
            [replace(row, batch="a", doc="d") for row in rows()] + french(),
            "all rows come from one document",
        ),
    ],
)
def test_too_little_is_refused(examples, message):
    with pytest.raises(CorpusInvalid, match=re.escape(message)) as caught:
        Rows(examples, OPTIONS)
    assert caught.value.hint != CorpusInvalid.default_hint


def test_documents_of_one_name_in_two_batches_are_enough():
    examples = [replace(row, batch="a" if row.batch == "aa" else "b", doc="d") for row in rows()]
    assert len(np.unique(Rows(examples, OPTIONS).documents)) == 2


# Folds --------------------------------------------------------------------------------------

BATCHES = st.lists(
    st.tuples(st.sampled_from(["en", "fr", "es"]), st.integers(1, 30)), min_size=1, max_size=12
)


def dealt(batches, n_folds, order=None):
    """Batch numbers with their folds."""
    names = np.concatenate([np.full(size, f"b{i:02}") for i, (_, size) in enumerate(batches)])
    languages = np.concatenate([np.full(size, language) for language, size in batches])
    order = np.arange(len(names)) if order is None else order(len(names))
    folds = deal(names[order], languages[order], n_folds)
    return names[order], folds


@given(batches=BATCHES, n_folds=st.integers(2, 5))
def test_batches_stay_whole_and_those_of_a_language_go_to_different_folds(batches, n_folds):
    names, folds = dealt(batches, n_folds)
    of_batch = {name: set(folds[names == name].tolist()) for name in names.tolist()}
    assert all(len(found) == 1 for found in of_batch.values())
    assert set(folds.tolist()) <= set(range(n_folds))
    for language in {language for language, _ in batches}:
        mine = [f"b{i:02}" for i, (told, _) in enumerate(batches) if told == language]
        used = {fold for name in mine for fold in of_batch[name]}
        assert len(used) == min(len(mine), n_folds)


@given(batches=BATCHES, n_folds=st.integers(2, 5), seed=st.integers(0, 99))
def test_the_order_of_the_rows_does_not_matter_to_the_dealing(batches, n_folds, seed):
    straight = dict(zip(*dealt(batches, n_folds), strict=True))
    mixed = dict(zip(*dealt(batches, n_folds, np.random.default_rng(seed).permutation), strict=True))
    assert straight == mixed


def test_folds_are_of_like_size():
    _, folds = dealt([("en", size) for size in (90, 60, 50, 40, 30, 30)], 3)
    assert sorted(np.bincount(folds).tolist()) == [90, 90, 120]


def test_a_rare_language_is_not_left_to_one_fold(tiny):
    _, folds = dealt([("en", 50), ("en", 50), ("fr", 3), ("fr", 3)], 2)
    assert sorted(np.bincount(folds).tolist()) == [53, 53]


def test_voices_are_folds_of_batches_or_documents_where_there_is_one_batch(tiny):
    assert len(np.unique(tiny.voices)) == 2
    for batch in ("aa", "bb", "cc"):
        assert len(np.unique(tiny.voices[tiny.batches == batch])) == 1
    one = Rows([replace(row, batch="a") for row in rows()], OPTIONS)
    assert (one.voices == one.documents).all()


def test_no_more_folds_than_batches():
    found = Rows(rows(), replace(OPTIONS, n_folds=5))
    assert sorted(np.unique(found.voices).tolist()) == [0, 1, 2]


# Languages ----------------------------------------------------------------------------------


def test_rows_of_other_languages_have_curves_where_they_are_enough(tiny):
    assert not tiny.foreign.any()
    both = Rows(rows() + french(), OPTIONS)
    assert both.foreign.sum() == len(french())
    assert (both.foreign == (both.languages == "fr")).all()


@pytest.mark.parametrize(
    "few",
    [
        # One row only has C9, one batch only is French, and none is without a label.
        lambda row: "C9" not in row.labels or row.id == "fa-150",
        lambda row: row.batch == "fa",
        lambda row: bool(row.labels),
    ],
)
def test_too_few_rows_of_other_languages_have_none(few):
    both = Rows(rows() + [row for row in french() if few(row)], OPTIONS)
    assert (both.languages == "fr").any()
    assert not both.foreign.any()


# Columns ------------------------------------------------------------------------------------


def test_a_term_must_be_in_so_many_rows():
    all_terms, frequent = (Rows(rows(), replace(OPTIONS, min_df=least)).lexicon for least in (1, 12))
    assert set(frequent.words.terms) < set(all_terms.words.terms)
    assert frequent.words.document_frequency.min() >= 12
    assert frequent.heading.terms == all_terms.heading.terms


def test_headings_without_a_frequent_term_have_no_columns():
    bare = Rows([replace(row, section=()) for row in rows()], OPTIONS)
    assert bare.lexicon.heading.terms == ()
    assert bare.lexical_columns.shape == (len(rows()), len(bare.lexicon))


def test_plain_words_are_of_all_rows():
    both = Rows(rows() + french(), OPTIONS)
    assert both.plain.columns.shape[0] == len(both.examples) == both.plain.rows.sum()
    np.testing.assert_allclose(both.plain.columns.multiply(both.plain.columns).sum(axis=1), 1.0)


def test_only_english_rows_are_encoded():
    seen = []

    def remember(texts):
        seen.extend(texts)
        return encode(texts)

    both = Rows(rows() + french(), OPTIONS)
    encoded = encode_rows(both, remember)
    english = [row for row in both.examples if row.language == "en"]
    assert seen[: len(english)] == [row.text for row in english]
    assert len(seen) == 2 * len(english)
    assert encoded.columns.shape == (len(english), 2 * DIMENSION)
    assert encoded.text_vectors.shape == (len(english), DIMENSION)


def test_means_are_taken_off_and_rows_without_a_heading_have_zeros(tiny):
    encoded = encode_rows(tiny, encode)
    has_heading = np.array([bool(heading) for heading in tiny.headings])
    of_heading = encoded.columns[:, DIMENSION:]
    np.testing.assert_allclose(encoded.text_vectors.mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(of_heading[has_heading].mean(axis=0), 0, atol=1e-6)
    assert (of_heading[~has_heading] == 0).all()
    np.testing.assert_allclose(
        encoded.text_vectors[3] + encoded.text_mean, encode([tiny.texts[3]])[0], atol=1e-6
    )


def test_without_any_heading_their_mean_is_nothing():
    encoded = encode_rows(Rows([replace(row, section=()) for row in rows()], OPTIONS), encode)
    assert not encoded.heading_mean.any()


def test_vectors_of_another_length_are_refused(tiny):
    with pytest.raises(ValueError, match=f"'encode' must return {DIMENSION} numbers a text. Got shape"):
        encode_rows(tiny, lambda texts: np.ones((len(texts), 3), dtype=np.float32))


# Evidence -----------------------------------------------------------------------------------


def test_action_lines_that_a_text_names_are_marked():
    def mark(blocks):
        assert all(block.kind == "paragraph" for block in blocks)
        return [
            (Entity(0, 3, block.text[:3], "ACTION_LINE", "C9", "Media", "code"),)
            if "journalists" in block.text
            else ()
            for block in blocks
        ]

    found = Rows(rows(), OPTIONS, mark=mark)
    assert found.named.shape == (len(rows()), len(DECIDED))
    assert found.named[:, CODES.index("C9")].tolist() == ["journalists" in text for text in found.texts]
    assert found.named.sum() == sum("journalists" in text for text in found.texts) > 0


def test_without_a_marker_nothing_is_named(tiny):
    assert not tiny.named.any()


def test_keywords_are_counted_for_every_row(tiny):
    assert tiny.keywords.shape == (len(rows()), len(CODES))
    telework = [i for i, text in enumerate(tiny.texts) if "telework" in text.lower()]
    assert (tiny.keywords[telework, CODES.index("C7-eemployment")] > 0).all()


def test_truth_of_some_rows_is_theirs(tiny):
    part = tiny.truth(tiny.documents).of(np.array([5, 7]))
    assert (part.targets == tiny.targets[[5, 7]]).all()
    assert part.groups.tolist() == tiny.documents[[5, 7]].tolist()
    assert part.named.shape == (2, len(DECIDED))
