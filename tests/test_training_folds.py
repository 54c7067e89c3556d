from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nlp.evaluation.judged import indicators
from nlp.taxonomy import CODES
from nlp.training import TrainOptions, count_steps, cross_validate
from nlp.training.folds import NEWER, Judge, out_of_fold
from nlp.training.rows import Learner, Rows, encode_rows
from tests.tiny_corpus import CountedSteps, encode, french, rows

OPTIONS = TrainOptions(min_df=1, heading_min_df=1, n_folds=2)
FIGURES = {
    "by_batch", "by_document", "by_year", "languages", "family",
    "intervals", "reliability", "coverage", "confusion",
}  # fmt: skip


def with_years(examples=None):
    """Every fourth row is of 2020, the others are of 2010 to 2012."""
    return [
        replace(row, year=2020 if row.id.endswith("3") else 2010 + int(row.id[-1]))
        for row in examples or rows()
    ]


@pytest.fixture(scope="module")
def both():
    """Figures of English and French rows, with the encoder, and the steps that were told."""
    steps = CountedSteps()
    examples = with_years() + french()
    return cross_validate(examples, options=OPTIONS, encode=encode, steps=steps), steps


# What is told -------------------------------------------------------------------------------


def test_all_methods_are_judged_on_the_same_english_rows(both):
    figures, _ = both
    assert figures.keys() == FIGURES
    for way in ("by_batch", "by_document"):
        assert list(figures[way]) == ["full", "lexical", "plain", "keywords"]
        assert {one["rows"] for one in figures[way].values()} == {len(rows())}
        assert {one["labels"]["C9"]["rows"] for one in figures[way].values()} == {12}
    assert figures["by_batch"]["full"]["micro"]["f1"] > 0.95
    # Two labels in three have a keyword among their words, whatever the fold.
    assert figures["by_batch"]["keywords"] == figures["by_document"]["keywords"]
    assert 0.5 < figures["by_batch"]["keywords"]["micro"]["f1"] < 1


def test_the_curves_are_of_the_first_method_by_batch(both):
    figures, _ = both
    main = figures["by_batch"]["full"]
    assert figures["coverage"][0]["f1"] == main["micro"]["f1"]
    low, high = figures["intervals"]["macro_f1"]
    assert low <= main["macro_f1"] <= high
    assert sum(bin_["cells"] for bin_ in figures["reliability"]) == 18 * len(rows()) - 3
    assert figures["family"]["rows"] == 8 * 12


def test_without_an_encoder_words_alone_are_judged():
    steps, few = CountedSteps(), [row for row in french() if row.labels == ("C2",)]
    figures = cross_validate(rows() + few, options=OPTIONS, steps=steps)
    assert list(figures["by_batch"]) == ["lexical", "plain", "keywords"]
    # So few French rows are learned from, but cannot be judged.
    assert figures["languages"] == {}
    assert figures["by_batch"]["lexical"]["rows"] == len(rows())
    # Without years there are fewer steps than were foretold at most.
    assert steps.count == count_steps(OPTIONS, heads=1, fit=False) - (OPTIONS.n_folds + 1)


def test_two_batches_are_enough():
    two = [row for row in rows() if row.batch != "cc"]
    figures = cross_validate(two, options=TrainOptions(min_df=1, heading_min_df=1, n_folds=3))
    assert figures["by_batch"]["lexical"]["rows"] == len(two)


# Languages ----------------------------------------------------------------------------------


def test_french_rows_are_judged_by_themselves(both):
    languages = both[0]["languages"]
    assert languages.keys() == {"fr"}
    assert list(languages["fr"]) == ["lexical", "plain", "keywords"]
    assert {one["rows"] for one in languages["fr"].values()} == {len(french())}
    assert languages["fr"]["lexical"]["labels"]["C9"]["rows"] == 8
    assert languages["fr"]["lexical"]["micro"]["f1"] > 0.8


# Years --------------------------------------------------------------------------------------


def by_year_of(examples):
    """The figures by year, of words alone."""
    found = Rows(examples, OPTIONS)
    learner = Learner("lexical", found.lexical_columns, np.ones_like(found.english))
    return Judge(found, [learner], None, print, lambda: None)._by_year("lexical")


def test_the_newest_rows_are_judged_by_the_older(both):
    by_year = both[0]["by_year"]
    assert by_year.keys() == {"older", "newer", "full"}
    assert (by_year["older"], by_year["newer"]) == ([2010, 2012], [2020, 2020])
    assert by_year["full"]["rows"] == len(rows()) / 4
    # A word of each label is new.
    assert 0.5 < by_year["full"]["micro"]["f1"] <= 1


@pytest.mark.parametrize(
    "examples",
    [
        rows(),
        [replace(row, year=2020) for row in rows()],
        # The newer year has more than a quarter of the rows.
        [replace(row, year=2020 if row.id[-1] in "23" else 2019) for row in rows()],
        # C9 is new.
        [replace(row, year=2020 if "C9" in row.labels else 2019) for row in rows()],
        # All older rows come from one writer.
        [
            replace(row, year=(2019 if row.batch == "aa" else None))
            for row in with_years()
            if row.id[-1] != "3"
        ]
        + [row for row in with_years() if row.id[-1] == "3"],
        # Years are told of French rows alone.
        rows() + with_years(french()),
    ],
    ids=["none", "one", "too new", "new label", "one writer", "French"],
)
def test_without_older_and_newer_rows_there_is_no_figure_by_year(examples):
    assert by_year_of(examples) is None


def test_years_that_are_missing_are_neither_old_nor_new():
    examples = [row if row.batch != "cc" else replace(row, year=None) for row in with_years()]
    by_year = by_year_of(examples)
    assert by_year["newer"] == [2020, 2020]
    assert by_year["lexical"]["rows"] == sum(row.year == 2020 for row in examples)
    assert by_year["lexical"]["rows"] < NEWER * len(examples)


# No row helps to judge itself ---------------------------------------------------------------


def turned(group):
    """The rows, and the same with the labels of one of their voices dealt out anew."""
    before = Rows(rows(), OPTIONS)
    mine = before.voices == group
    others = {code: CODES[(k + 5) % len(CODES)] for k, code in enumerate(CODES)}
    examples = [
        replace(row, labels=tuple(others[code] for code in row.labels), also=()) if changed else row
        for row, changed in zip(before.examples, mine, strict=True)
    ]
    after = Rows(examples, OPTIONS)
    assert (after.voices == before.voices).all()
    return before, after, mine


@pytest.mark.parametrize("group", [0, 1])
def test_a_voice_is_judged_by_models_that_have_not_seen_it(group):
    before, after, mine = turned(group)
    one, two = (
        out_of_fold(
            OPTIONS.classifier(),
            Learner("lexical", rows.lexical_columns, np.ones_like(rows.english)),
            rows,
            rows.voices,
            lambda: None,
        )
        for rows in (before, after)
    )
    assert (one[mine] == two[mine]).all()
    assert (one[~mine] != two[~mine]).any(axis=1).mean() > 0.9


def test_the_nearest_rows_of_a_voice_are_of_others():
    before, after, mine = turned(0)
    shares = []
    for rows_ in (before, after):
        vectors = encode_rows(rows_, encode).text_vectors
        judge = Judge(rows_, [], vectors, print, lambda: None)
        shares.append(judge.evidence({}, rows_.voices).shares)
    assert (shares[0][mine] == shares[1][mine]).all()
    assert (shares[0][~mine] != shares[1][~mine]).any()


def test_labels_that_the_text_does_not_tell_are_not_found():
    # Dealt out by chance: whatever is found was known from the row itself.
    examples, rng = rows(), np.random.default_rng(0)
    labels = [examples[i].labels for i in rng.permutation(len(examples))]
    examples = [replace(row, labels=told, also=()) for row, told in zip(examples, labels, strict=True)]
    figures = cross_validate(examples, options=OPTIONS, encode=encode)
    chance = indicators(labels).mean()
    for way in ("by_batch", "by_document"):
        for name in ("full", "lexical", "plain"):
            assert figures[way][name]["micro"]["f1"] < 0.2
            assert figures[way][name]["mean_average_precision"] < 4 * chance


def test_rows_that_a_learner_cannot_read_have_zeros():
    both = Rows(rows() + french(), OPTIONS)
    learner = Learner("encoder", encode_rows(both, encode).columns, both.english)
    decision = out_of_fold(OPTIONS.classifier(), learner, both, both.voices, lambda: None)
    assert decision.shape == both.targets.shape
    assert not decision[~both.english].any()
    assert decision[both.english].all()


# Progress -----------------------------------------------------------------------------------


def test_so_many_steps_are_told_as_were_foretold(both):
    _, steps = both
    assert steps.count == count_steps(OPTIONS, fit=False)
    assert steps.names == [
        f"{len(rows()) + len(french())} rows; finding terms",
        "encoding paragraphs and headings",
        "judging the lexical head in folds of batches",
        "judging the encoder head in folds of batches",
        "judging in folds of documents",
        "judging plain word counts in the same folds",
        "judging on the newest rows",
        "counting",
    ]
