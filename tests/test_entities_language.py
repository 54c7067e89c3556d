"""The entity pipeline as spaCy's users meet it: added by name, saved, loaded, shown, next to others."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from nlp.document import ENTITY_LABELS
from nlp.entities import build_language
from nlp.entities.language import COLORS, COMPONENTS, TOKENIZER, WordTokenizer
from nlp.knowledge import Entry, Knowledge

TEXT = (
    "Kenya told the WTO TBT Committee on AI (G/TBT/N/KEN/1234/Add.1). The LDCs spoke of the TRIPS Agreement, "
    "Aid for Trade and the World Trade Report 2025 under WSIS Action Line C5. Later the TBT Committee rose."
)
#: Text, label, id, official name, rule, body, Member.
EXPECTED = [
    ("Kenya", "MEMBER", "member:KEN", "Kenya", "name", None, None),
    (
        "WTO TBT Committee",
        "COMMITTEE",
        "wto:tbt",
        "Committee on Technical Barriers to Trade",
        "name",
        None,
        None,
    ),
    ("AI", "TECHNOLOGY", "tech:ai", "Artificial intelligence", "acronym", None, None),
    (
        "G/TBT/N/KEN/1234/Add.1",
        "DOCUMENT_SYMBOL",
        "G/TBT/N/KEN/1234/Add.1",
        "G/TBT/N/KEN/1234/Add.1",
        "symbol",
        "wto:tbt",
        "member:KEN",
    ),
]

#: What somebody writes who has this package installed and imports spaCy alone.
STRANGER = """
import json, sys
import spacy
from spacy import displacy

text, folder = sys.argv[1:]
before = "nlp" in sys.modules
nlp = spacy.blank("en")
for name in ("wsis_phrases", "wsis_symbols", "wsis_forms", "wsis_context"):
    nlp.add_pipe(name)

def told(doc):
    return [
        [e.text, e.label_, e.kb_id_, e.ent_id_, e._.official_name, e._.rule, e._.body, e._.member]
        for e in doc.ents
    ]

doc = nlp(text)
nlp.to_disk(folder)
loaded = spacy.load(folder)
print(json.dumps({
    "before": before,
    "problems": nlp.analyze_pipes()["problems"],
    "told": told(doc),
    "tokens": [[t.ent_type_, t.ent_iob_, t.ent_kb_id_, t.ent_id_] for t in doc[:6]],
    "loaded": told(loaded(text)),
    "names": loaded.pipe_names,
    "html": displacy.render(doc, style="ent", page=True, jupyter=False),
}))
"""


def told(doc):
    return [(ent.text, ent.label_, ent.kb_id_) for ent in doc.ents]


def blank(**config):
    """Add the components to spaCy's own English, as a stranger would."""
    import spacy

    nlp = spacy.blank("en")
    for name in COMPONENTS:
        nlp.add_pipe(name, config=config)
    return nlp


@pytest.fixture(scope="module")
def stranger(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stranger") / "pipeline"
    done = subprocess.run(
        [sys.executable, "-W", "error::UserWarning", "-c", STRANGER, TEXT, str(folder)],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder.parent,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def english():
    return build_language()


@pytest.fixture(scope="module")
def plain():
    return blank()


# --- by entry points, with nothing of ours imported


def test_spacy_knows_the_components_by_name(stranger):
    assert stranger["before"] is False
    assert [(*found[:3], *found[4:]) for found in stranger["told"][:4]] == EXPECTED
    assert {label for _, label, *_ in stranger["told"]} == set(ENTITY_LABELS) - {"ORGANISATION"}


def test_ids_stand_on_spans_and_on_tokens(stranger):
    assert all(kb == ident != "" for _, _, kb, ident, *_ in stranger["told"])
    assert stranger["tokens"] == [
        ["MEMBER", "B", "member:KEN", "member:KEN"],
        ["", "O", "", ""],
        ["", "O", "", ""],
        ["COMMITTEE", "B", "wto:tbt", "wto:tbt"],
        ["COMMITTEE", "I", "wto:tbt", "wto:tbt"],
        ["COMMITTEE", "I", "wto:tbt", "wto:tbt"],
    ]


def test_components_fit_each_other(stranger):
    assert stranger["problems"] == {name: [] for name in COMPONENTS}


def test_a_component_without_the_first_is_a_problem():
    import spacy

    nlp = spacy.blank("en")
    nlp.add_pipe("wsis_context")
    assert nlp.analyze_pipes()["problems"] == {"wsis_context": ["doc._.found"]}


def test_saved_and_loaded_it_finds_the_same(stranger):
    assert stranger["names"] == list(COMPONENTS)
    assert stranger["loaded"] == stranger["told"]
    assert len(stranger["loaded"]) == 10


def test_displacy_shows_our_colours(stranger):
    shown = set(re.findall(r"background: (#\w+).*?</?span[^>]*>\s*([A-Z_]+)", stranger["html"], re.DOTALL))
    assert shown == {(COLORS[label], label) for _, label, *_ in stranger["told"]}
    assert "member:KEN" in stranger["html"]


def test_every_label_has_a_colour_of_its_own():
    assert set(COLORS) == set(ENTITY_LABELS)
    assert len(set(COLORS.values())) == len(COLORS)


# --- with a tokenizer that is not ours


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "India-Japan talks, non-EU goods and Côte d’Ivoire’s reply to the U.S. and the EU's offer.",
        "The TBT and SPS Committees met; the Committees on Safeguards and on Rules of Origin too.",
        "A Committee on Masts and Towers (CMT) met.\r\n\r\nThe CMT and Tu\u0308rkiye \U0001f30d Kenya.",
        "\n  the World\n Trade  Organization\tand 3-D printing, WT/MIN(05)/DEC and S/RES/1325 (2000).  ",
        "The Committee on Safeguards met. In May the Committee rose.",
        "",
        " ",
    ],
)
def test_spacys_own_tokenizer_finds_the_same_names(plain, english, text):
    found = told(plain(text))
    assert found == told(english(text))
    assert bool(found) == bool(text.strip())


def test_a_name_that_ends_inside_a_token_takes_the_token(plain, english):
    (wide,), (own,) = plain("ofKenya spoke").ents, english("ofKenya spoke").ents
    assert (wide.text, wide.kb_id_) == ("ofKenya", "member:KEN")
    assert (own.text, own.kb_id_) == ("Kenya", "member:KEN")


@pytest.mark.parametrize("text", ["AI/5G", "Kenya(WTO)", "Kenya+India", "Kenya&India", "Kenya•India"])
def test_two_names_in_one_token_are_no_error(plain, text):
    assert plain(text).ents


@pytest.mark.parametrize("text", ["AI/5G", "Kenya(WTO)", "Kenya+India", "Kenya&India", "Kenya•India"])
def test_our_tokenizer_parts_two_names(english, text):
    assert len(english(text).ents) == 2


@pytest.mark.parametrize("text", ["", " \n", "\r\n Kenya\t(WTO)  \u00a0x\u3000", "e\u0301\U0001f600-a_b c\n"])
def test_our_tokenizer_keeps_the_text_to_the_last_blank(english, text):
    assert isinstance(english.tokenizer, WordTokenizer)
    assert english.make_doc(text).text == text
    assert english(text).text == text


# --- next to other components


@pytest.mark.parametrize("first", [True, False])
def test_entities_of_others_stay_where_ours_leave_room(first):
    import spacy

    nlp = spacy.blank("en")
    if first:
        ruler = nlp.add_pipe("entity_ruler")
    for name in COMPONENTS:
        nlp.add_pipe(name)
    if not first:
        ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns(
        [
            {"label": "WEATHER", "pattern": "rain"},
            {"label": "PLACE", "pattern": "Kenya"},
            {"label": "MEETING", "pattern": "the TBT Committee met"},
        ]
    )
    doc = nlp("No rain in Kenya when the TBT Committee met in rain.")
    assert told(doc) == [
        ("rain", "WEATHER", ""),
        ("Kenya", "MEMBER", "member:KEN"),
        ("TBT Committee", "COMMITTEE", "wto:tbt"),
        ("rain", "WEATHER", ""),
    ]
    assert [ent._.rule for ent in doc.ents] == [None, "name", "name", None]


# --- many texts


def test_a_stream_gives_the_same_as_single_calls(english):
    texts = [TEXT, "", "The Committee rose.", "The CTD and the Committee on Trade and Development", TEXT] * 3
    single = [told(english(text)) for text in texts]
    assert [told(doc) for doc in english.pipe(texts, batch_size=2)] == single
    numbered = [(text, number) for number, text in enumerate(texts)]
    pairs = [(told(doc), number) for doc, number in english.pipe(numbered, as_tuples=True)]
    assert pairs == [(found, number) for number, found in enumerate(single)]
    assert len(single[0]) == 10


def test_texts_teach_each_other_nothing(english):
    texts = ["A Committee on Rural Masts and Towers (CRMT) met.", "The CRMT rose."]
    first, second = english.pipe(texts)
    assert [ent.text for ent in first.ents] == ["Committee on Rural Masts and Towers", "CRMT"]
    assert second.ents == ()


# --- configuration


@pytest.fixture
def own(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(
        '[[entry]]\nid = "ruritania:bureau"\nlabel = "ORGANISATION"\nname = "Zenda Radio Bureau"\n'
        'acronyms = ["ZRBX"]\nsource = "a test"\n',
        encoding="utf-8",
    )
    return path


def test_knowledge_of_the_users_own_is_read(own, tmp_path):
    import spacy

    nlp = blank(knowledge=str(own))
    text = "The ZRBX of Kenya, or Zenda Radio Bureau"
    expected = [
        ("ZRBX", "ORGANISATION", "ruritania:bureau"),
        ("Kenya", "MEMBER", "member:KEN"),
        ("Zenda Radio Bureau", "ORGANISATION", "ruritania:bureau"),
    ]
    doc = nlp(text)
    assert told(doc) == expected
    assert doc.ents[0]._.official_name == "Zenda Radio Bureau"
    nlp.to_disk(tmp_path / "saved")
    assert told(spacy.load(tmp_path / "saved")(text)) == expected


def test_a_knowledge_file_that_is_not_there_is_named(tmp_path):
    from nlp.errors import ModelInvalid

    nlp = blank(knowledge=str(tmp_path / "gone.toml"))
    with pytest.raises(ModelInvalid, match="cannot be read") as caught:
        nlp("Kenya")
    assert "gone.toml" in str(caught.value.input)


def test_lists_that_are_given_are_used_alone():
    entry = Entry("bureau", "ORGANISATION", "Zenda Radio Bureau", source="a test")
    nlp = build_language(Knowledge("1", "", (entry,)))
    assert told(nlp("Zenda Radio Bureau in Kenya")) == [("Zenda Radio Bureau", "ORGANISATION", "bureau")]


FRENCH = "Le Kenya et l'Allemagne ont saisi l'Organisation mondiale du commerce, Alemania aussi ; AI et IA."
IN_FRENCH = [
    ("Kenya", "MEMBER", "member:KEN"),
    ("Allemagne", "MEMBER", "member:DEU"),
    ("Organisation mondiale du commerce", "ORGANISATION", "wto"),
    ("IA", "TECHNOLOGY", "tech:ai"),
]


def test_language_of_the_documents(tmp_path):
    import spacy

    nlp = build_language(language="fr")
    assert nlp.lang == "fr"
    assert told(nlp(FRENCH)) == IN_FRENCH
    assert nlp.analyze_pipes()["problems"] == {name: [] for name in COMPONENTS}
    nlp.to_disk(tmp_path / "fr")
    loaded = spacy.load(tmp_path / "fr")
    assert loaded.lang == "fr"
    assert told(loaded(FRENCH)) == IN_FRENCH


def test_language_is_of_the_components_not_of_spacy():
    # The widest token holds a name: with English rules "l'Allemagne" is one.
    found = told(blank(language="fr")(FRENCH))
    assert [ident for *_, ident in found] == [ident for *_, ident in IN_FRENCH]
    assert [text for text, *_ in found] == [
        "Kenya",
        "l'Allemagne",
        "l'Organisation mondiale du commerce",
        "IA",
    ]


def test_a_language_without_names_is_read_as_english(english):
    nlp = build_language(language="de")
    assert nlp.lang == "en"
    assert told(nlp(TEXT)) == told(english(TEXT))


# --- what is saved of the pipeline that `build_language` makes


def test_a_built_pipeline_saved_and_loaded_finds_the_same(english, tmp_path):
    import spacy

    english.to_disk(tmp_path / "saved")
    loaded = spacy.load(tmp_path / "saved")
    tokenizer = {"@tokenizers": TOKENIZER, "knowledge": None, "language": "en"}
    assert loaded.config["nlp"]["tokenizer"] == tokenizer
    assert isinstance(loaded.tokenizer, WordTokenizer)
    assert told(loaded(TEXT)) == told(english(TEXT))
    assert len(told(loaded(TEXT))) == 10
    again = build_language().from_bytes(english.to_bytes())
    assert told(again(TEXT)) == told(english(TEXT))


def test_a_loaded_pipeline_parts_glued_words(english, tmp_path):
    import spacy

    text = "the General Agreement on Tariffsand Trade"
    assert told(english(text)) == [("General Agreement on Tariffsand Trade", "AGREEMENT", "wto:gatt")]
    english.to_disk(tmp_path / "saved")
    assert told(spacy.load(tmp_path / "saved")(text)) == told(english(text))


def test_spacys_own_tokenizer_parts_glued_words(plain):
    assert [ent.kb_id_ for ent in plain("the General Agreement on Tariffsand Trade").ents] == ["wto:gatt"]


def test_lists_given_as_an_object_are_not_saved_with_the_pipeline(tmp_path):
    import spacy

    entry = Entry("bureau", "ORGANISATION", "Zenda Radio Bureau", source="a test")
    build_language(Knowledge("1", "", (entry,))).to_disk(tmp_path / "saved")
    loaded = spacy.load(tmp_path / "saved")
    assert told(loaded("the WTO")) == [("WTO", "ORGANISATION", "wto")]
