"""Blocks in, entities out: languages, independent blocks, tables, symbols, and offsets in any text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.document import Block
from nlp.entities import EntityTagger
from nlp.knowledge import fold, load_knowledge


@pytest.fixture(scope="module")
def knowledge():
    return load_knowledge()


@pytest.fixture(scope="module")
def tagger(knowledge):
    return EntityTagger(knowledge)


def block(text, kind="paragraph", section=(), number=0):
    return Block(f"b{number}", kind, text, section=tuple(section))


def found(tagger, text, language="en", kind="paragraph"):
    (entities,) = tagger.tag([block(text, kind)], [language])
    return [(entity.text, entity.id) for entity in entities]


# --- languages

NAMES = {
    "fr": [
        ("Allemagne", "member:DEU"),
        ("Organisation mondiale du commerce", "wto"),
        ("Comité des obstacles techniques au commerce", "wto:tbt"),
        ("intelligence artificielle", "tech:ai"),
    ],
    "es": [
        ("Alemania", "member:DEU"),
        ("Organización Mundial del Comercio", "wto"),
        ("Comité de Obstáculos Técnicos al Comercio", "wto:tbt"),
        ("inteligencia artificial", "tech:ai"),
    ],
}


@pytest.mark.parametrize("named", ["fr", "es"])
@pytest.mark.parametrize("spoken", ["en", "fr", "es", "und"])
def test_names_are_found_in_documents_of_their_language(tagger, named, spoken):
    text = " ; ".join(name for name, _ in NAMES[named])
    assert found(tagger, text, spoken) == (NAMES[named] if named == spoken else [])


@pytest.mark.parametrize("language", ["fr", "es"])
def test_every_name_finds_its_own_id_in_its_language_only(tagger, knowledge, language):
    pairs = [(name, entry) for entry in knowledge.entries for name in entry.names.get(language, ())]
    assert len(pairs) > 3000
    blocks = [block(f"xyzzy {name} , xyzzy", number=n) for n, (name, _) in enumerate(pairs)]
    own = tagger.tag(blocks, [language] * len(blocks), independent=True)
    wrong = [
        (name, entry.id, entities)
        for (name, entry), entities in zip(pairs, own, strict=True)
        if [(e.text, e.id, e.label, e.name) for e in entities] != [(name, entry.id, entry.label, entry.name)]
    ]
    assert wrong == []
    english = {fold(form.text) for entry in knowledge.entries for form in entry.forms}
    foreign = tagger.tag(blocks, ["en"] * len(blocks), independent=True)
    assert [
        name
        for (name, _), entities in zip(pairs, foreign, strict=True)
        if fold(name) not in english and any(entity.text == name for entity in entities)
    ] == []


@pytest.mark.parametrize("language", ["en", "fr", "es", "und"])
def test_international_names_are_found_in_every_language(tagger, language):
    assert found(tagger, "Kenya ; WTO ; G/TBT/1/Rev. 9 ; Committee on Safeguards", language) == [
        ("Kenya", "member:KEN"),
        ("WTO", "wto"),
        ("G/TBT/1/Rev. 9", "G/TBT/1/Rev.9"),
        ("Committee on Safeguards", "wto:sg"),
    ]


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", ["tech:ai"]), ("und", ["tech:ai"]), ("fr", []), ("es", ["tech:ai"])],
)
def test_an_acronym_that_is_a_word_of_the_language(tagger, language, expected):
    assert [ident for _, ident in found(tagger, "Xyz AI xyz.", language)] == expected
    assert [ident for _, ident in found(tagger, "AI-JE RAISON", "fr")] == []


@pytest.mark.parametrize("language", ["und", "de", "pt", "zh", "", "EN", "french"])
def test_a_language_without_names_is_read_as_english(tagger, language):
    assert tagger.pipeline(language) is tagger.pipeline("en")
    assert found(tagger, "Germany and AI, Allemagne, Alemania", language) == [
        ("Germany", "member:DEU"),
        ("AI", "tech:ai"),
    ]


def test_each_block_is_read_in_its_own_language(tagger):
    text = "Germany, Allemagne, Alemania"
    tagged = tagger.tag([block(text, number=n) for n in range(4)], ["es", "en", "fr", "und"])
    assert [[entity.text for entity in entities] for entities in tagged] == [
        ["Germany", "Alemania"],
        ["Germany"],
        ["Germany", "Allemagne"],
        ["Germany"],
    ]


def test_no_languages_are_english(tagger):
    blocks = [block("Germany, Allemagne and AI")]
    assert tagger.tag(blocks) == tagger.tag(blocks, ["en"])
    assert [entity.id for entity in tagger.tag(blocks)[0]] == ["member:DEU", "tech:ai"]


def test_as_many_languages_as_blocks(tagger):
    with pytest.raises(ValueError, match="zip"):
        tagger.tag([block("Kenya"), block("Kenya")], ["en"])


def test_a_document_of_several_languages_is_one_document(tagger):
    blocks = [
        block("The Committee on Rural Masts and Towers (CRMT) met.", number=1),
        block("Le CRMT s'est réuni.", number=2),
    ]
    assert [e.id for e in tagger.tag(blocks, ["en", "fr"])[1]] == ["name:committee-on-rural-masts-and-towers"]


# --- independent blocks


def test_independent_blocks_remember_nothing(tagger):
    texts = [
        "The Committee on Safeguards met on WSIS. The Committee on Rural Masts (CRM) too.",
        "The Committee on Safeguards met on WSIS. Then the Committee rose.",
        "The Committee rose. The CRM rose. On (C6) more is due.",
    ]
    blocks = [block(text, number=n) for n, text in enumerate(texts)]
    alone = [tagger.tag([one])[0] for one in blocks]
    assert tagger.tag(blocks, independent=True) == alone
    assert [entity.id for entity in alone[1]] == ["wto:sg", "wsis", "wto:sg"]
    assert alone[2] == ()
    together = tagger.tag(blocks)[2]
    assert [entity.id for entity in together] == ["name:committee-on-rural-masts", "C6"]


def test_order_of_independent_blocks_does_not_matter(tagger):
    texts = ["A Committee on Rural Masts (CRM) met.", "The CRM rose.", "Kenya", "AI", "Allemagne"]
    blocks = [block(text, number=n) for n, text in enumerate(texts)]
    languages = ["en", "en", "fr", "fr", "fr"]
    there = tagger.tag(blocks, languages, independent=True)
    assert tagger.tag(blocks[::-1], languages[::-1], independent=True) == there[::-1]
    assert [[entity.text for entity in entities] for entities in there] == [
        ["Committee on Rural Masts", "CRM"],
        [],
        ["Kenya"],
        [],
        ["Allemagne"],
    ]


# --- kinds of blocks


CELLS = "Zenda Radio Academy Committee on Rural Masts Kenya WTO G/TBT/1"
LISTED = [("Kenya", "member:KEN"), ("WTO", "wto"), ("G/TBT/1", "G/TBT/1")]


def test_cells_in_a_row_make_no_unlisted_names(tagger):
    assert found(tagger, CELLS, kind="table") == LISTED
    for kind in ("paragraph", "list_item", "footnote", "heading", "cover"):
        assert next(ident for _, ident in found(tagger, CELLS, kind=kind)).startswith("name:"), kind


def test_prose_after_a_table_has_unlisted_names(tagger):
    texts = [("paragraph", "x"), ("table", "Zenda Radio Academy"), ("paragraph", "Zenda Radio Academy")]
    tagged = tagger.tag([block(text, kind, number=n) for n, (kind, text) in enumerate(texts)])
    assert [[entity.id for entity in entities] for entities in tagged] == [
        [],
        [],
        ["name:zenda-radio-academy"],
    ]


def test_headings_over_a_table_are_prose(tagger):
    heading = "Committee on Rural Masts"
    table = block("Zenda Radio Academy and the Committee", "table", [heading])
    assert [(e.text, e.id, e.rule) for e in tagger.tag([table])[0]] == [
        ("Committee", "name:committee-on-rural-masts", "short")
    ]


# --- what a symbol tells


@pytest.mark.parametrize(
    ("symbol", "body", "member"),
    [
        ("G/TBT/N/KEN/1234/Add.1", "wto:tbt", "member:KEN"),
        ("G/TBT/N/ UGA/7", "wto:tbt", "member:UGA"),
        ("G/SPS/N/EU/9", "wto:sps", "member:EU"),
        ("G/TBT/N/ZZZ/1", "wto:tbt", None),
        ("G/TBT/1/Rev. 12", "wto:tbt", None),
        ("WT/ACC/UZB/3", None, "member:UZB"),
        ("WT/COMTD/W/289", "wto:ctd", None),
        ("A/RES/79/1", "un:ga", None),
        ("FCCC/CP/2015/10/Add.1", None, None),
    ],
)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_symbol_tells_its_body_and_member(tagger, knowledge, symbol, body, member, language):
    ((entity,),) = tagger.tag([block(f"xyz {symbol}.")], [language])
    assert (entity.text, entity.label) == (symbol, "DOCUMENT_SYMBOL")
    assert (entity.body, entity.member) == (body, member)
    assert {entity.body, entity.member} - {None} <= knowledge.by_id.keys()


def test_only_symbols_tell_a_body(tagger):
    (entities,) = tagger.tag([block("Kenya told the TBT Committee of AI and the TRIPS Agreement.")])
    assert len(entities) == 4
    assert {(entity.body, entity.member) for entity in entities} == {(None, None)}


# --- offsets


#: Names as written, and what they are; none changes with what stands around it here.
WRITTEN = [
    ("Kenya", "member:KEN"),
    ("Tu\u0308rkiye", "member:TUR"),
    ("Co\u0302te d\u2019Ivoire", "member:CIV"),
    ("World\r\nTrade \u00a0Organization", "wto"),
    ("Committee\r\non\tSafeguards", "wto:sg"),
    ("General Agreement on Tariffsand Trade", "wto:gatt"),
    ("G/TBT/1/Rev. 9", "G/TBT/1/Rev.9"),
]
BETWEEN = [
    "\r\n",
    "\r\n\r\n",
    "\t",
    " \U0001f30d ",
    "\U0001d538\U0001f468\u200d\U0001f469 ",
    "e\u0301 ",
    " ",
    "\u2003",
    "\n\u0301 ",
]


@settings(max_examples=120, deadline=None)
@given(
    parts=st.lists(
        st.tuples(st.lists(st.sampled_from(BETWEEN), max_size=4), st.sampled_from(WRITTEN)), max_size=6
    ),
    glue=st.sampled_from(["", "of", "by", "and"]),
    language=st.sampled_from(["en", "fr", "es", "und"]),
)
def test_offsets_are_where_the_names_were_put(tagger, parts, glue, language):
    text, expected = "", []
    for between, (name, ident) in parts:
        text += " ; " + "".join(between) + ("" if name.startswith("G/") else glue)
        expected.append((len(text), len(text) + len(name), name, ident))
        text += name
    (entities,) = tagger.tag([block(text)], [language])
    assert [(e.start, e.end, e.text, e.id) for e in entities] == expected


PARTS = st.sampled_from(
    [
        "Kenya", "ofKenya", "Tariffsand Trade", "\r\n", "\r", "\u0301", "\u0308", "\U0001f600", "\U00020000",
        "\ud83d", "Committee on ", "Comité du commerce", "byOIE", "G/TBT/N/KEN/1", "/", "-", "\u2010",
        "(WTO)", "AI", "IA", " ", "\u2028", "the Committee", "Accord sur ", "and", "U.S.", "C5",
        "action line ",
    ]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    texts=st.lists(st.lists(PARTS | st.text(max_size=3), max_size=12).map("".join), max_size=3),
    data=st.data(),
)
def test_offsets_hold_in_any_text(tagger, texts, data):
    languages = data.draw(
        st.lists(st.sampled_from(["en", "fr", "es", "und"]), min_size=len(texts), max_size=len(texts))
    )
    blocks = [block(text, number=n) for n, text in enumerate(texts)]
    tagged = tagger.tag(blocks, languages)
    assert len(tagged) == len(texts)
    for text, entities in zip(texts, tagged, strict=True):
        end = 0
        for entity in entities:
            assert end <= entity.start < entity.end <= len(text)
            assert text[entity.start : entity.end] == entity.text == entity.text.strip()
            assert entity.id
            assert entity.name
            end = entity.end
    assert tagger.tag(blocks, languages) == tagged
