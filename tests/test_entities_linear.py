"""Time grows with the length of a text and no faster, whatever stands in it (T14).

Ten times the text may take three times ten times the time: linear code stays far below that, and
what grows with the square of the length needs a hundred times. A floor keeps the clock's own noise out.
"""

from __future__ import annotations

import random
import time

import pytest

from nlp.document import Block, Region
from nlp.entities import EntityTagger
from nlp.knowledge import load_knowledge
from nlp.pdf import front

LENGTH = 100_000
TIMES = 10
SLACK = 3
#: The least time that a short text is held to take, in seconds.
FLOOR = 0.015

KNOWLEDGE = load_knowledge()
LABELS = sorted({entry.label for entry in KNOWLEDGE.entries})


@pytest.fixture(scope="module")
def tagger():
    tagger = EntityTagger(KNOWLEDGE)
    for language in ("en", "fr", "es"):
        tagger.tag([Block("b", "paragraph", "Kenya met the TBT Committee")], [language])
    return tagger


def seconds(work, text):
    started = time.process_time()
    work(text)
    return time.process_time() - started


def repeated(unit):
    return (unit * (LENGTH // len(unit) + 1))[:LENGTH]


def shuffled(texts):
    """Mix the texts, the same each time, so that a tenth of them is like the whole."""
    return random.Random(7).sample(texts, len(texts))  # noqa: S311 - no secret


def assert_linear(work, text):
    """Hold the time of a text against that of its first tenth; measure again before failing."""
    allowed, taken = 0.0, 0.0
    for _ in range(3):
        allowed = max(FLOOR, seconds(work, text[: len(text) // TIMES])) * TIMES * SLACK
        taken = seconds(work, text)
        if taken <= allowed:
            return
    pytest.fail(f"{len(text)} characters took {taken:.2f} s, allowed were {allowed:.2f} s")


def marks(tagger, language="en", kind="paragraph"):
    def work(text):
        (entities,) = tagger.tag([Block("b", kind, text)], [language])
        assert all(text[entity.start : entity.end] == entity.text for entity in entities)
        return entities

    return work


# --- the yardstick itself


def test_the_yardstick_tells_a_square_from_a_line():
    def line(text):
        return sum(1 for _ in range(len(text) * 20))

    def square(text):
        return sum(1 for _ in range(len(text) ** 2 // 400))

    assert_linear(line, repeated("a"))
    with pytest.raises(pytest.fail.Exception, match="100000 characters took"):
        assert_linear(square, repeated("a"))


# --- the knowledge


@pytest.mark.parametrize("label", LABELS)
def test_all_forms_of_a_label(tagger, label):
    entries = [entry for entry in KNOWLEDGE.entries if entry.label == label]
    texts = [text for entry in entries for text in (*(form.text for form in entry.forms), *entry.short)]
    text = repeated(" and ".join(shuffled(texts)) + " ")
    assert label in {entity.label for entity in marks(tagger)(text[:1000])}
    assert_linear(marks(tagger), text)


@pytest.mark.parametrize("sign", [" ", ", ", "/", "\n"])
def test_all_forms_together(tagger, sign):
    text = sign.join(shuffled([form.text for entry in KNOWLEDGE.entries for form in entry.forms]))
    assert len(text) > LENGTH
    assert_linear(marks(tagger), text)


@pytest.mark.parametrize("language", ["fr", "es"])
def test_all_names_of_a_language(tagger, language):
    names = [text for entry in KNOWLEDGE.entries for text in entry.names.get(language, ())]
    text = ", ".join(shuffled(names))
    assert len(text) > LENGTH
    assert_linear(marks(tagger, language), text)


def test_all_exclusions(tagger):
    texts = [text for entry in KNOWLEDGE.entries for text in entry.exclusions]
    assert_linear(marks(tagger), repeated(" , ".join(shuffled(texts)) + " "))


# --- hostile units


@pytest.mark.parametrize(
    "unit",
    [
        # Symbols that begin and do not end.
        "A/", "A/1", "A/ ", "G/TBT/N/", "G/TBT/1/Rev.", "WSIS-", "WSIS-03/", "WSIS-03/A-", "Rev. ",
        "JOB(06)/", "A/80/6 (Sect. ",
        "S/RES/1325 (", "A/80/62-E/2025/7-", "/Add.1",
        # Addresses.
        "@", "a@", "a.b@c.", ".com ", "x-", "https://", "www.", "a.com",
        # Heads, links and lists.
        "Committee on ", "the Committee and ", "Committee on the ", "Committee on Trade, ", "and the ",
        "Aa and ", "Aa, ", "Aa ",
        "Committees on Agriculture and on ", "TBT and SPS ", "TBT, SPS Committees ", "Aa-bb ", "Aa–",
        "of Kenya ",
        "Aa with regard to the ", "World Trade Report 2025", "Ministry of Aa Institute ", "Kenya Agreement ",
        # Definitions and action lines.
        "(", "(C7) ", "C7 ", "C7: ", "action line ", "action  lines  on the “",
        "Committee on Aa (CA) the CA ", "the Committee (the ",
        # Signs, glue, capitals, and what no word holds.
        "–", "-", "\u0301", "e\u0301", "\U0001f600", "\r\n", " ", "ofKenya", "Tariffsand ", "AND ",
        "Tradeof", "of", "US ", "the ",
        # Mixed.
        "A/ (C7 @ Committee on Aa, ", "the Work Programme and the Agreement on ", "G/TBT/N/KEN/1 Kenya (",
        "Kenya/WTO-",
        "Committee on Aa (", "WTO's Aa and Bb Committee, ", "action line C7 and Committee on .com ",
    ],
)  # fmt: skip
def test_hostile_units(tagger, unit):
    assert_linear(marks(tagger), repeated(unit))


@pytest.mark.parametrize("unit", ["Committee on Aa ", "Kenya WTO 1 ", "G/TBT/"])
def test_hostile_tables(tagger, unit):
    assert_linear(marks(tagger, kind="table"), repeated(unit))


def test_many_definitions_in_many_blocks(tagger):
    def work(text):
        units = [text[place : place + 50] for place in range(0, len(text), 50)]
        tagger.tag(
            [
                Block(f"b{n}", "paragraph", f"{unit} (CA{n}B)", section=(f"Part {n}",))
                for n, unit in enumerate(units)
            ]
        )

    assert_linear(work, repeated("The Committee on Aa Bb and the CA of it, a Council "))


# --- the front page


@pytest.mark.parametrize(
    "unit",
    ["A/", "A", "A/B (", "A/1(", "Ab/", "A/B.-", "/Part A", "12 April ", "8-", "note by the ", "1 de "],
)
@pytest.mark.parametrize("read", [front.symbols, front.date_of, front.submitter])
def test_front_page(read, unit):
    def work(text):
        read((Block("b", "cover", text, regions=(Region(1, 0, 0, 1, 1),)),))

    assert_linear(work, repeated(unit))
