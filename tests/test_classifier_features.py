# ruff: noqa: N806 - X and Y are scikit-learn's names

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from nlp.classifier.features import (
    NGRAM_RANGE,
    Lexicon,
    Terms,
    char_ngrams,
    heading_of,
    take_apart,
    word_ngrams,
)

TEXTS = st.text() | st.text(alphabet="aΣσİßÅ \n\x1c\u00a0\u0301.,-_A19", max_size=40)
LESSONS = [
    "Rural clinics were connected by satellite, and nurses were trained.",
    "The regulator awarded spectrum; the regulator's plan builds coverage.",
    "E-commerce: payments, invoices & the de minimis threshold (C7)",
]


def vectorizer(analyzer):
    return TfidfVectorizer(analyzer=analyzer, ngram_range=NGRAM_RANGE[analyzer], sublinear_tf=True)


def terms(analyzer):
    fitted = vectorizer(analyzer)
    X = fitted.fit_transform(LESSONS)
    frequency = np.diff(X.tocsc().indptr).astype(np.int32)
    return fitted, Terms(analyzer, tuple(fitted.get_feature_names_out()), frequency, len(LESSONS))


@pytest.fixture(scope="module")
def lexicon():
    return Lexicon(terms("word")[1], terms("char_wb")[1], terms("word")[1])


@given(TEXTS)
def test_the_terms_are_those_of_scikit_learn(text):
    assert Counter(word_ngrams(text)) == Counter(vectorizer("word").build_analyzer()(text))
    assert Counter(ngram for word in text.lower().split() for ngram in char_ngrams(word)) == Counter(
        vectorizer("char_wb").build_analyzer()(text)
    )


@pytest.mark.parametrize("analyzer", ["word", "char_wb"])
@given(words=st.lists(st.sampled_from(" ".join(LESSONS).split()) | st.text(max_size=5), max_size=30))
def test_the_weights_are_those_of_scikit_learn(analyzer, words):
    fitted, mine = terms(analyzer)
    text = " ".join(words)
    row = np.zeros(len(mine))
    for column, weight in mine.weigh(text).items():
        row[column] = weight
    np.testing.assert_allclose(row, fitted.transform([text]).toarray()[0], atol=1e-12)


def test_a_text_of_unknown_words_weighs_nothing(lexicon):
    columns, weights = lexicon.weigh("", "")
    assert len(columns) == len(weights) == 0


def test_a_heading_has_columns_of_its_own_and_counts_half(lexicon):
    columns, weights = lexicon.weigh("", "satellite")
    assert (columns >= len(lexicon) - len(lexicon.heading)).all()
    assert np.sqrt((weights**2).sum()) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("word", "ngrams"),
    [
        ("a", [" a "]),
        ("ab", [" ab", "ab ", " ab "]),
        ("abc", [" ab", "abc", "bc ", " abc", "abc ", " abc "]),
    ],
)
def test_a_short_word_is_not_counted_for_each_length(word, ngrams):
    assert char_ngrams(word) == ngrams


def test_only_the_nearest_headings_count():
    assert heading_of(("Part One", "Networks", "Rural")) == "Networks / Rural"
    assert heading_of(()) == ""


@given(text=TEXTS | st.lists(st.sampled_from(" ".join(LESSONS).split())).map(" ".join))
def test_each_column_is_shared_out_whole_to_pieces_of_the_text(text):
    lexicon = Lexicon(terms("word")[1], terms("char_wb")[1], terms("word")[1])
    found, voices = take_apart(text, lexicon)
    assert ((voices.piece >= 0) & (voices.piece < len(found))).all()
    columns, _ = lexicon.weigh(text, "")
    total = np.bincount(voices.column, weights=voices.share, minlength=len(lexicon))
    assert set(np.flatnonzero(total).tolist()) == set(columns.tolist())
    np.testing.assert_allclose(total[columns], 1.0)


@given(TEXTS)
def test_a_piece_is_a_stretch_of_the_text_without_signs_around_it(text):
    lexicon = Lexicon(terms("word")[1], terms("char_wb")[1], terms("word")[1])
    last = 0
    for piece in take_apart(text, lexicon)[0]:
        assert last <= piece.start < piece.end <= len(text)
        said = text[piece.start : piece.end]
        assert not any(character.isspace() for character in said)
        assert (said[0].isalnum() and said[-1].isalnum()) or not any(c.isalnum() for c in said)
        last = piece.end
