from __future__ import annotations

import numpy as np
import pytest

from nlp.classifier.evidence import LEAST, N_WORDS, Explainer, _words, mentions
from nlp.classifier.features import Lexicon, Terms, heading_of, take_apart
from nlp.classifier.scorer import Scorer
from nlp.classifier.store import read_model
from nlp.document import Block, Entity, Word
from nlp.taxonomy import CODES, DECIDED
from tests import tiny_corpus


class FakeEncoder:
    encode = staticmethod(tiny_corpus.encode)


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    return read_model(tiny_corpus.train_tiny(tmp_path_factory.mktemp("models") / "actionlines-0.1.0"))


@pytest.fixture(scope="module", params=["full", "lexical"])
def scorer(request, stored):
    return Scorer(stored, request.param, FakeEncoder() if request.param == "full" else None)


def scored(scorer, text, section=()):
    block = Block(id="b", kind="paragraph", text=text, section=section)
    (one,) = scorer.score([text], [heading_of(section)])
    return block, one


def entity(text, label, name, start=0):
    return Entity(start, start + len(text), text, label, name, name, "code")


def test_named_lines_are_told_by_the_first_words_that_name_them():
    found = mentions(
        [
            entity("C9", "ACTION_LINE", "C9"),
            entity("Action Line C9", "ACTION_LINE", "C9", 9),
            entity("C2 and C7", "ACTION_LINE", "C2+C7", 40),
            entity("e-health", "ACTION_LINE", "C7-ehealth", 60),
        ]
    )
    assert {DECIDED[column]: text for column, text in found.items()} == {
        "C9": "C9",
        "C2": "C2 and C7",
        "C7": "C2 and C7",
        "C7-ehealth": "e-health",
    }


@pytest.mark.parametrize(
    "other",
    [
        entity("C5", "COMMITTEE", "C5"),
        entity("C99", "ACTION_LINE", "C99"),
        entity("none", "ACTION_LINE", "none"),
    ],
)
def test_what_names_no_line_is_no_mention(other):
    assert mentions([other]) == {}


TEXT = "Broadband, fibre and spectrum; and again broadband: clinics and patients (nurses)."


def test_words_share_out_just_what_the_lexical_head_says_of_the_text(scorer):
    _, one = scored(scorer, TEXT, ("Report", "Broadband"))
    labels = [1, 9, 17]
    _, weights = Explainer(scorer)._word_weights(TEXT, one, labels)
    of_text = one.columns < len(scorer.model.lexicon) - len(scorer.model.lexicon.heading)
    assert not of_text.all()
    said = one.weights[of_text] @ scorer.coef["lexical"][one.columns[of_text]]
    np.testing.assert_allclose(weights.sum(axis=0), said[labels], atol=1e-9)


def test_each_label_has_evidence_of_its_own_in_the_order_asked_for(scorer):
    block, one = scored(scorer, TEXT)
    explain = Explainer(scorer).explain
    ehealth, fibre = CODES.index("C7-ehealth"), CODES.index("C2")
    health, broadband = explain(block, one, [ehealth, fibre])
    assert explain(block, one, [fibre, ehealth]) == [broadband, health]
    assert "clinics" in " ".join(word.text for word in health.words)
    assert "fibre" in " ".join(word.text for word in broadband.words)
    assert explain(block, one, []) == []


def test_the_heading_is_told_from_the_least_weight_on(scorer):
    block, one = scored(scorer, TEXT, ("Report", "Broadband"))
    weights = Explainer(scorer)._heading_weights(one)
    told = Explainer(scorer).explain(block, one, list(range(len(CODES))))
    assert [because.heading for because in told] == [
        "Report / Broadband" if weight >= LEAST else None for weight in weights[: len(CODES)]
    ]
    assert {because.heading for because in told} == {"Report / Broadband", None}


def test_a_heading_weighs_what_the_heads_gain_by_it_on_average(scorer):
    _, under = scored(scorer, TEXT, ("Report", "Broadband"))
    _, without = scored(scorer, TEXT)
    gains = []
    for head, coef in scorer.coef.items():
        odds = [
            one.weights @ coef[one.columns] if head == "lexical" else one.extra @ coef
            for one in (under, without)
        ]
        gains.append(odds[0] - odds[1])
    assert len(gains) == len(scorer.mode.slope)
    np.testing.assert_allclose(Explainer(scorer)._heading_weights(under), np.mean(gains, axis=0), atol=1e-9)


def test_without_a_heading_none_speaks(scorer):
    _, one = scored(scorer, TEXT)
    assert not Explainer(scorer)._heading_weights(one).any()


def test_nearest_rows_carry_their_labels(stored):
    scorer = Scorer(stored, "full", FakeEncoder())
    row = next(row for row in tiny_corpus.rows() if row.labels == ("C9",))
    _, one = scored(scorer, row.text)
    first = Explainer(scorer).nearest(one)[0]
    assert (first.id, first.labels) == (row.id, ("C9",))
    assert first.similarity == 1.0


def pieces(text):
    nothing = np.zeros(0, dtype=np.int32)
    empty = Terms("word", (), nothing, 1)
    return take_apart(text, Lexicon(empty, Terms("char_wb", (), nothing, 1), empty))[0]


@pytest.mark.parametrize(
    ("text", "weights", "told"),
    [
        # Neighbours are one, unless a sign stands between them.
        ("wide band here", [1.0, 2.0, 0.0], [("wide band", 3.0)]),
        ("wide, band here", [1.0, 2.0, 0.0], [("band", 2.0), ("wide", 1.0)]),
        ("wide\n band", [1.0, 2.0], [("wide\n band", 3.0)]),
        # What comes back counts where it comes first.
        ("Fibre or fibre", [1.0, 0.0, 0.5], [("Fibre", 1.5)]),
        # Too little to tell, and what speaks against the label.
        ("a b c", [LEAST, -3.0, LEAST - 1e-9], [("a", LEAST)]),
        # Equal ones stand as in the text.
        ("b, a, c", [1.0, 1.0, 2.0], [("c", 2.0), ("b", 1.0), ("a", 1.0)]),
        ("", [], []),
    ],
)
def test_words_become_stretches(text, weights, told):
    words = _words(text, pieces(text), np.array(weights))
    assert [(word.text, word.weight) for word in words] == told
    assert all(isinstance(word, Word) and text[word.start : word.end] == word.text for word in words)


def test_only_the_weightiest_words_are_told():
    text = ", ".join(f"w{n:02}" for n in range(20))
    words = _words(text, pieces(text), np.arange(1.0, 21.0))
    assert [word.text for word in words] == [f"w{n}" for n in range(19, 19 - N_WORDS, -1)]
