"""The parts of the entity rules, each by itself: symbols, overlaps, words, runs, hostile lengths."""

from __future__ import annotations

import time

import pytest

from nlp.document import Block
from nlp.entities import EntityTagger, symbols
from nlp.entities.action_lines import talks_of_action_lines
from nlp.entities.found import Found, Stretches, longest, slug
from nlp.entities.lexicon import Lexicon
from nlp.entities.words import Words
from nlp.knowledge import Entry, Knowledge, load_knowledge


def found(start, end, label="MEMBER", ident="x", rule="name", *, weak=False):
    return Found(start, end, label, ident, ident, rule, weak)


# --- symbols


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        ("G/TBT/N/KEN/1234/Add.1", None),
        ("G/TBT/1/Rev. 12", "G/TBT/1/Rev.12"),
        ("G/TBT/1/Rev12", "G/TBT/1/Rev.12"),
        ("G/TBT/1/REV.12", "G/TBT/1/Rev.12"),
        ("A/C.2/79/L.10/Rev. 1", "A/C.2/79/L.10/Rev.1"),
        ("G/TBT/N/ UGA/7", "G/TBT/N/UGA/7"),
        ("G/SPS/N/EU/9/Add.1/Corr.2", None),
        ("WT/COMTD/W/289", None),
        ("WT/MIN(05)/DEC", None),
        ("WT/L/579", None),
        ("WT/TPR/S/400/Rev.1", None),
        ("JOB/GC/281", None),
        ("JOB(06)/12", None),
        ("ICN/TBT/38", None),
        ("INF/ECOM/87", None),
        ("IP/C/W/7/Add.3", None),
        ("S/C/W/338", None),
        ("S/L/92", None),
        ("TN/RL/W/254", None),
        ("GPA/113", None),
        ("A/RES/79/1", None),
        ("A/C.2/79/L.10/Rev.1", None),
        ("A/HRC/RES/32/13", None),
        ("E/CN.16/2025/2", None),
        ("E/2013/100", None),
        ("TD/B/C.I/CLP/55", None),
        ("S/RES/1325 (2000)", "S/RES/1325(2000)"),
        ("A/80/6 (Sect. 12)", "A/80/6(Sect.12)"),
        ("S/2015/44", None),
        ("FCCC/CP/2015/10/Add.1", None),
        ("WSIS-03/GENEVA/DOC/5", None),
        ("WSIS-05/TUNIS/DOC/6(Rev.1)-E", None),
    ],
)
@pytest.mark.parametrize("frame", ["{}", "see {}.", "({})", "{}, paragraph 3", "cf. {};"])
def test_symbol_is_found_whole(text, symbol, frame):
    (hit,) = longest(symbols.match(frame.format(text)))
    assert frame.format(text)[hit.start : hit.end] == text
    assert hit.id == (symbol or text)


@pytest.mark.parametrize(
    "text",
    [
        "A/4 paper",
        "and/or",
        "G/TBT",
        "TCP/IP",
        "s/he",
        "N/A",
        "24/7",
        "A/B test",
        "I/O 2",
        "S/he came",
        "km/h",
    ],
)
def test_symbol_look_alikes(text):
    assert symbols.match(text) == []


def test_symbol_keeps_a_year_out_unless_it_is_its_own():
    (hit,) = longest(symbols.match("A/RES/79/1 (2024)"))
    assert hit.id == "A/RES/79/1"


# --- choosing among findings


def test_longest_wins_then_the_surer_rule_then_the_first():
    assert longest([found(0, 3), found(0, 9, ident="long"), found(5, 12)]) == [found(0, 9, ident="long")]
    assert longest([found(0, 3, rule="form"), found(0, 3, rule="symbol")]) == [found(0, 3, rule="symbol")]
    assert longest([found(2, 5), found(0, 3)]) == [found(0, 3)]


def test_longest_drops_weak_ones_and_what_lies_in_a_known_nothing():
    nothing = found(0, 9, None, rule="exclusion")
    assert longest([found(0, 3), found(4, 9), nothing]) == []
    assert longest([found(0, 3), found(5, 14, ident="beyond"), nothing]) == [found(5, 14, ident="beyond")]
    assert longest([found(0, 3, weak=True)]) == []


def test_stretches_hold():
    stretches = Stretches([(10, 20), (0, 30), (40, 50)])
    assert stretches.hold(12, 25)
    assert stretches.hold(40, 50)
    assert not stretches.hold(35, 45)
    assert not Stretches([]).hold(0, 1)


def test_slug():
    assert slug("Working Group on “X & Y”") == "working-group-on-x-y"


# --- words and the lexicon


def test_words_know_their_places():
    words = Words.of("Ré-using  U.S. aid")
    assert words.raw == ["Re", "using", "U", ".", "S", ".", "aid"]
    assert words.text[words.starts[0] : words.ends[0]] == "Ré"
    assert words.hyphenated(0)
    assert words.adjacent(2)
    assert not words.adjacent(5)


def test_words_in_capitals():
    assert Words.of("THE WHO SHOULD ANSWER").in_capitals(1, 2)
    assert not Words.of("The WHO and UNESCO say").in_capitals(1, 2)


def test_words_where_capitals_tell_nothing():
    assert not Words.of("ANNUAL REPORT").tells_names()
    assert not Words.of(
        "Ministry of Rain Ann Oak Bob Elm Office of Snow " + "Cy Ash Di Fir " * 5
    ).tells_names()
    assert Words.of("Annual Report").tells_names()
    assert Words.of("The Ministry of Rain and the Office of Snow have met").tells_names()


def test_lexicon_prefers_the_form_whose_case_fits():
    cat = Entry("cat", "ORGANISATION", "Cat", source="test")
    acronym = Entry("catalogue", "PROGRAMME", "Catalogue", acronyms=("CAT",), source="test")
    lexicon = Lexicon(Knowledge("1", "", (cat, acronym)))
    ids = [[f.id for f in lexicon.findings(Words.of(text), 0, 1)] for text in ("Cat", "CAT", "cat")]
    assert ids == [["cat"], ["catalogue"], []]
    assert lexicon.entry(("cat",), "PROGRAMME") == acronym
    assert lexicon.entry(("dog",)) is None


@pytest.mark.parametrize(
    ("text", "talks"), [("the action\nline", True), ("WSIS", True), ("in action", False)]
)
def test_talks_of_action_lines(text, talks):
    assert talks_of_action_lines(text) is talks


# --- hostile lengths


@pytest.fixture(scope="module")
def tagger():
    return EntityTagger(load_knowledge())


LENGTH = 100_000
#: Far above what linear time takes (under a second), far below what anything worse would.
SECONDS = 10


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "G/",
            "A/1",
            "G/TBT/",
            "WT/GC/W/1/Add.1",
            "a@",
            "x.",
            "https://",
            "(",
            ".",
            "-",
            " ",
            "\n",
            "\u0301",
        ),
        *(
            "Committee on ",
            "TBT and ",
            "TBT, SPS Committees ",
            "Committees on Agriculture and ",
            "action line ",
        ),
        *(
            "the Committee ",
            "C7 ",
            "World Trade Report ",
            "JSI ",
            "AI",
            "AI ",
            "Agreement ",
            "A, ",
            "A and ",
            "of ",
        ),
        *(
            "Kenya-",
            "University of ",
            "Working Group on X (ABC) ",
            "ABC (",
            "Korea, Republic ",
            "Xa Yb Agreement ",
        ),
    ],
)
def test_time_is_linear(tagger, unit):
    text = (unit * (LENGTH // len(unit) + 1))[:LENGTH]
    started = time.process_time()
    (entities,) = tagger.tag([Block("b", "paragraph", text)])
    assert time.process_time() - started < SECONDS
    assert all(text[entity.start : entity.end] == entity.text for entity in entities)
