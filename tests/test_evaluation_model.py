from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nlp.document import Example
from nlp.evaluation import evaluate, judged_figures
from nlp.taxonomy import CODES, DECIDED

ENGLISH = "The office reported on broadband and fibre during the year, and on nothing else."
FRENCH = "Le bureau a rendu compte du haut débit et de la fibre pendant toute cette année."


def example(number, text=ENGLISH, labels=("C2",), also=(), doc="d1"):
    return Example(
        id=f"a-{number}", doc=doc, batch="a", text=text, labels=labels, also=also, section=("Networks",)
    )


def borders(language):
    """Borders of the 18 labels and C7 itself, lower in French."""
    low = language == "fr"
    return [0.2 if low else 0.5] * len(DECIDED), [0.1 if low else 0.4] * len(DECIDED), 0.05 if low else 0.25


def tag(blocks):
    """Say C2 with 0.3 of every block."""
    for block in blocks:
        yield replace(block, scores={code: 0.3 if code == "C2" else 0.0 for code in CODES})


def test_probabilities_stand_beside_what_people_said():
    rows = evaluate(
        tag, [example(1, labels=("C5",), also=("C6",)), example(2, labels=(), doc="d2")], borders=borders
    )
    assert rows.probability[:, CODES.index("C2")].tolist() == [0.3, 0.3]
    assert rows.probability.sum() == pytest.approx(0.6)
    assert [[CODES[k] for k in np.flatnonzero(row)] for row in rows.Y] == [["C5"], []]
    assert [[CODES[k] for k in np.flatnonzero(row)] for row in rows.also] == [["C6"], []]
    assert rows.documents.tolist() == ["a/d1", "a/d2"]


def test_rows_are_tagged_as_paragraphs_under_their_headings_and_by_nothing_else():
    seen = []

    def look(blocks):
        seen.extend(blocks := list(blocks))
        return tag(blocks)

    evaluate(look, [example(1), example(2, text=FRENCH)], borders=borders)
    assert [(block.kind, block.text, block.section) for block in seen] == [
        ("paragraph", ENGLISH, ("Networks",)),
        ("paragraph", FRENCH, ("Networks",)),
    ]
    # Ids of the corpus must not reach the model: it knows rows by them.
    assert not {block.id for block in seen} & {"a-1", "a-2"}


def test_a_language_has_its_own_borders():
    rows = evaluate(tag, [example(1), example(2, text=FRENCH)], borders=borders)
    assert rows.thresholds.shape == (2, len(CODES))
    assert rows.assigned[:, CODES.index("C2")].tolist() == [False, True]
    assert rows.grey[:, 0].tolist() == [0.4, 0.1]
    assert rows.doubt.tolist() == [0.25, 0.05]


def test_the_language_is_told_from_the_text_as_in_tagging():
    row = replace(example(1, text=FRENCH), language="en")
    assert evaluate(tag, [row], borders=borders).assigned.any()


def test_progress_is_told_after_each_row():
    told = []
    evaluate(tag, [example(1), example(2)], borders=borders, progress=lambda: told.append("row"))
    assert told == ["row", "row"]


def test_figures_come_with_intervals_and_curves():
    rows = evaluate(tag, [example(1, text=FRENCH), example(2, doc="d2")], borders=borders)
    found = judged_figures(rows)
    assert {"intervals", "reliability", "coverage", "confusion"} < found.keys()
    assert found["micro"] == {"precision": 1.0, "recall": 0.5, "f1": 0.6667}
    assert found["confusion"]["table"][1][1] == 1
