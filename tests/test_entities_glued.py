"""Words that a line break has glued together: parted where a name needs it, and nowhere else."""

from __future__ import annotations

import pytest

from nlp.document import Block
from nlp.entities import EntityTagger
from nlp.entities.words import GLUED, Words
from nlp.knowledge import load_knowledge, pieces


@pytest.fixture(scope="module")
def tagger():
    return EntityTagger(load_knowledge())


@pytest.fixture(scope="module")
def known(tagger):
    return tagger.pipeline("en").tokenizer.lexicon.vocabulary


def found(tagger, text):
    (entities,) = tagger.tag([Block("b", "paragraph", text)])
    return [(entity.text, entity.id) for entity in entities]


# --- small words before a name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Adopted byOIE today", [("OIE", "woah")]),
        ("Adopted byOIE andIPPC", [("OIE", "woah"), ("IPPC", "ippc")]),
        ("The offer ofKenya", [("Kenya", "member:KEN")]),
        ("The offer ofthe WTO", [("WTO", "wto")]),
        ("Rules fromtheWTO", []),
        ("Rules of theWTO", [("WTO", "wto")]),
        (
            "Talks withJapan, inIndia orChina",
            [("Japan", "member:JPN"), ("India", "member:IND"), ("China", "member:CHN")],
        ),
        ("underAI", [("AI", "tech:ai")]),
        ("Committee onSafeguards", [("Committee onSafeguards", "wto:sg")]),
        ("Committee on Technical Barriers toTrade", [("Committee on Technical Barriers toTrade", "wto:tbt")]),
    ],
)
def test_small_words_before_a_name(tagger, text, expected):
    assert found(tagger, text) == expected


SMALL = [
    "and", "at", "between", "by", "for", "from", "in", "into", "of", "on", "or", "the", "to", "under", "with",
]  # fmt: skip


@pytest.mark.parametrize("small", SMALL)
def test_every_small_word_is_parted_from_a_capital(tagger, small):
    assert pieces(f"x {small}Kenya y") == [("x", " "), (small, ""), ("Kenya", " "), ("y", "")]
    assert found(tagger, f"x {small}Kenya y") == [("Kenya", "member:KEN")]
    # After another letter it is the end of a word.
    assert pieces(f"x{small}Kenya") == [(f"x{small}Kenya", "")]


# --- small words after a word of a name


@pytest.mark.parametrize(
    ("text", "ident"),
    [
        ("General Agreement on Tariffsand Trade", "wto:gatt"),
        ("General Agreementon Tariffsand Trade", "wto:gatt"),
        ("GENERAL AGREEMENT ON TARIFFS AND TRADE", "wto:gatt"),
        ("Committee on Technical Barriersto Trade", "wto:tbt"),
        ("Committeeon Safeguards", "wto:sg"),
        ("Tradeand Development Report", "unctad:tdr"),
        ("Work Programmeon Electronic Commerce", "wto:wpec"),
    ],
)
def test_small_words_after_a_known_one(tagger, text, ident):
    assert found(tagger, f"see the {text} , twice") == [(text, ident)]


def test_glued_words_keep_their_places(tagger, known):
    words = Words.of("  on Tariffsand\r\n Trade", known)
    assert words.raw == ["on", "Tariffs", "and", "Trade"]
    assert [words.text[start:end] for start, end in zip(words.starts, words.ends, strict=True)] == words.raw
    assert words.adjacent(1)
    assert not words.adjacent(2)
    doc = tagger.pipeline("en").make_doc("on Tariffsand Trade")
    assert [(token.text, token.whitespace_) for token in doc] == [
        ("on", " "),
        ("Tariffs", ""),
        ("and", " "),
        ("Trade", ""),
    ]


@pytest.mark.parametrize("small", GLUED)
def test_every_small_word_is_parted_from_a_known_one(known, small):
    assert "barriers" in known
    assert Words.of(f"Barriers{small} x", known).raw == ["Barriers", small, "x"]
    assert Words.of(f"Barriers{small} x").raw == [f"Barriers{small}", "x"]
    assert Words.of(f"Zzyzx{small} x", known).raw == [f"Zzyzx{small}", "x"]
    assert Words.of(f"Barriers{small.upper()}", known).raw == [f"Barriers{small.upper()}"]


# --- a blank that stands inside a symbol


@pytest.mark.parametrize("text", ["G/TBT/1/Rev. 12", "G/TBT/1/Rev.12", "G/TBT/1/Rev 12", "G/TBT/1 Rev. 12"])
def test_a_blank_inside_a_symbol(tagger, text):
    assert found(tagger, f"see {text} on it") == [(text, "G/TBT/1/Rev.12")]
    assert found(tagger, f"see {text}") == [(text, "G/TBT/1/Rev.12")]


# --- what is not glued


WHOLE = [
    "Thailand", "thailand", "island", "Island", "Poland", "demand", "Demand", "iPhone", "eCommerce", "into",
    "Into", "onto", "England", "Ireland", "Finland", "Switzerland", "Netherlands", "Holland", "Greenland",
    "Maryland", "understand", "mainland", "standard", "brand", "command", "thousand", "expand", "android",
    "Orlando", "therein", "thereof", "Therefor", "Heretofore", "Nation", "Union", "Region", "Information",
    "Commission", "Common", "Person", "Carbon", "Cotton", "London", "Lebanon", "Gabon", "Cameroon",
    "Jordan", "Berlin", "Benin", "Latin", "Begin", "Origin", "Main", "Bitcoin", "Protein", "Toronto",
    "Porto", "Photo", "Proto", "Veto", "Proof", "Roof", "Clothe", "Bathe", "Breathe", "Afor", "therefor",
    "Theory", "Forum", "Internet", "Android", "Ontario", "Oriental", "Andorra", "Fortune", "Tokyo",
    "Atlantic", "Bypass", "Official", "Inland", "Intel", "forum", "internet", "international", "ordinary",
    "often",
]  # fmt: skip


@pytest.mark.parametrize("word", WHOLE)
def test_words_that_only_look_glued_stay_whole(known, word):
    assert Words.of(f"the {word} of", known).raw == ["the", word, "of"]


@pytest.mark.parametrize("word", ["within", "Within", "season", "lagoon"])
def test_english_words_that_begin_with_a_known_one_stay_whole(known, word):
    assert Words.of(word, known).raw == [word]


def test_words_of_forms_are_never_cut(tagger, known):
    knowledge = tagger.knowledge
    cut = {
        word
        for entry in knowledge.entries
        for form in entry.forms
        if Words.of(form.text, known).raw != Words.of(form.text).raw
        for word in form.text.split()
    }
    assert cut == set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Thailand and Poland", [("Thailand", "member:THA"), ("Poland", "member:POL")]),
        ("the island and its demand, put into words", []),
        ("an iPhone for eCommerce", []),
        ("Trinidad, an island in demand", []),
        ("LDCand", []),
        ("WTOand the USof", []),
    ],
)
def test_names_around_words_that_only_look_glued(tagger, text, expected):
    assert found(tagger, text) == expected
