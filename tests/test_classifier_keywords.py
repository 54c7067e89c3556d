from __future__ import annotations

import json
from collections import Counter
from importlib.resources import files

import numpy as np
import pytest

from nlp.classifier import keywords
from nlp.classifier.keywords import keyword_hits, read_keywords
from nlp.taxonomy import CODES

ENTRIES = [
    json.loads(line)
    for line in (files("nlp") / "data" / "keywords.jsonl").read_text(encoding="utf-8").splitlines()
]


def hits(text, code):
    return keyword_hits([text])[0, CODES.index(code)]


@pytest.fixture
def few(monkeypatch):
    """Keywords that the data cannot take away."""
    words = {code: (f"word of {code.lower()}",) for code in CODES}
    words |= {"C6": ("regulat", "regulatory framework"), "C9": ("droit d'informer", "press", "c++")}
    monkeypatch.setattr(keywords, "read_keywords", lambda: words)
    keywords._patterns.cache_clear()
    yield
    keywords._patterns.cache_clear()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Regulation is new.", 1),
        ("The REGULATOR", 1),
        ("self-regulation", 1),
        ("Deregulation and unregulated prices", 0),
        ("regulation, regulators and regulated", 1),
        ("A regulatory framework", 1),
        ("The regulator's regulatory framework", 2),
        ("", 0),
    ],
)
def test_keywords_are_counted_once_each_at_the_beginning_of_a_word(few, text, found):
    assert hits(text, "C6") == found


@pytest.mark.parametrize("text", ["le droit d'informer", "le droit d\u2019informer", "Droit D\u2019INFORMER"])
def test_an_apostrophe_is_found_in_both_its_forms(few, text):
    assert hits(text, "C9") == 1


def test_signs_of_a_keyword_are_only_signs(few):
    assert hits("C++ and the press", "C9") == 2
    assert hits("ccc", "C9") == 0


def test_a_row_for_each_text_and_a_column_for_each_label(few):
    texts = ["Press", "", "word of c1, word of c11"]
    found = keyword_hits(texts)
    assert found.shape == (3, len(CODES))
    assert {CODES[k] for k in np.flatnonzero(found[2])} == {"C1", "C11"}
    assert {CODES[k] for k in np.flatnonzero(found[0])} == {"C9"}
    assert (found == [keyword_hits([text])[0] for text in texts]).all()
    assert keyword_hits([]).shape == (0, len(CODES))


def test_each_label_has_keywords_in_each_language():
    assert Counter((entry["code"], entry["language"]) for entry in ENTRIES) == Counter(
        (code, language) for code in CODES for language in ("en", "es", "fr")
    )
    assert all(entry["keywords"] for entry in ENTRIES)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{entry['code']}-{entry['language']}")
def test_keywords_are_sorted_and_written_as_they_are_looked_for(entry):
    words = entry["keywords"]
    assert words == sorted(set(words))
    # The text is read in lower case, with straight apostrophes.
    assert [word for word in words if word != word.lower().strip() or "\u2019" in word] == []
    assert [word for word in words if not word[0].isalnum()] == []


@pytest.mark.parametrize("code", CODES)
def test_every_keyword_finds_its_own_label(code):
    words = read_keywords()[code]
    found = keyword_hits([f"«{word.upper()}»" for word in words])[:, CODES.index(code)]
    assert [word for word, n in zip(words, found, strict=True) if n < 1] == []
