"""Entities as users meet them: sentences in, spans with ids out. All sentences are our own."""

from __future__ import annotations

import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.document import Block
from nlp.entities import EntityTagger, build_language
from nlp.knowledge import load_knowledge


@pytest.fixture(scope="module")
def knowledge():
    return load_knowledge()


@pytest.fixture(scope="module")
def tagger(knowledge):
    return EntityTagger(knowledge)


def block(text, section=(), number=0):
    return Block(f"b{number}", "paragraph", text, section=tuple(section))


def spans(tagger, text, label=None):
    """What is found in one text: (text, id) in order."""
    (entities,) = tagger.tag([block(text)])
    return [(entity.text, entity.id) for entity in entities if label in (None, entity.label)]


# --- the knowledge, through the pipeline


def test_every_form_finds_its_own_id(tagger, knowledge):
    wrong = []
    pairs = [(form.text, entry) for entry in knowledge.entries for form in entry.forms]
    for (form, entry), entities in zip(
        pairs,
        tagger.tag([block(f"we saw {form} , there") for form, _ in pairs], independent=True),
        strict=True,
    ):
        if [(e.text, e.id, e.label, e.name) for e in entities] != [(form, entry.id, entry.label, entry.name)]:
            wrong.append((form, entry.id, [(e.text, e.id) for e in entities]))
    assert wrong == []


def test_every_exclusion_hides_its_own_id(tagger, knowledge):
    pairs = [(phrase, entry) for entry in knowledge.entries for phrase in entry.exclusions]
    tagged = tagger.tag([block(f"we saw {phrase} , there") for phrase, _ in pairs], independent=True)
    shown = [
        (phrase, entry.id)
        for (phrase, entry), entities in zip(pairs, tagged, strict=True)
        if entry.id in {entity.id for entity in entities}
    ]
    assert shown == []


# --- near misses


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Guinea", ["member:GIN"]),
        ("Guinea-Bissau", ["member:GNB"]),
        ("Guinea Bissau", ["member:GNB"]),
        ("Papua New Guinea", ["member:PNG"]),
        ("Equatorial Guinea", ["member:GNQ"]),
        ("the Gulf of Guinea", []),
        ("Niger", ["member:NER"]),
        ("Nigeria", ["member:NGA"]),
        ("the Niger Delta", []),
        ("Dominica", ["member:DMA"]),
        ("the Dominican Republic", ["member:DOM"]),
        ("Georgia", ["member:GEO"]),
        ("Georgia Tech", []),
        ("the University of Georgia", []),
        ("South Korea", ["member:KOR"]),
        ("North Korea", ["member:PRK"]),
        ("Democratic People's Republic of Korea", ["member:PRK"]),
        ("Korea, Republic of", ["member:KOR"]),
        ("Congo", ["member:COG"]),
        ("Democratic Republic of the Congo", ["member:COD"]),
        ("Sudan", ["member:SDN"]),
        ("South Sudan", ["member:SSD"]),
        ("Samoa", ["member:WSM"]),
        ("American Samoa", []),
        ("Ireland", ["member:IRL"]),
        ("Northern Ireland", []),
        ("United Kingdom of Great Britain and Northern Ireland", ["member:GBR"]),
        ("Mexico", ["member:MEX"]),
        ("New Mexico", []),
        ("China", ["member:CHN"]),
        ("Hong Kong, China", ["member:HKG"]),
        ("Macao, China", ["member:MAC"]),
        ("Taiwan, Province of China", ["member:TWN"]),
        ("the South China Sea", []),
        ("Mali", ["member:MLI"]),
        ("Malawi", ["member:MWI"]),
        ("Mauritius", ["member:MUS"]),
        ("Mauritania", ["member:MRT"]),
        ("Saint Lucia", ["member:LCA"]),
        ("St. Vincent and the Grenadines", ["member:VCT"]),
        ("Iran", ["member:IRN"]),
        ("Iraq", ["member:IRQ"]),
        ("Austria and Australia", ["member:AUT", "member:AUS"]),
        ("Slovenia and Slovakia", ["member:SVN", "member:SVK"]),
        ("the EU27 and the EU", ["member:EU", "member:EU"]),
    ],
)
def test_member_near_misses(tagger, text, expected):
    assert [
        found_id for _, found_id in spans(tagger, f"It was said by {text} , twice.", "MEMBER")
    ] == expected


@pytest.mark.parametrize("word", ["Brazilian", "turkey", "chad", "us", "guinea pigs", "Members", "Nigerien"])
def test_member_is_nobody(tagger, word):
    assert spans(tagger, f"there came {word} in numbers", "MEMBER") == []


@pytest.mark.parametrize(
    "text",
    ["Türkiye", "Tu\u0308rkiye", "Turkiye", "TÜRKİYE", "Turkey", "TURKEY", "Republic of Türkiye"],
)
def test_member_in_all_its_writings(tagger, text):
    assert spans(tagger, f"so did {text}, too") == [(text, "member:TUR")]


def test_member_borders_with_hyphens_stops_and_possessives(tagger):
    text = "U.S.-based firms, the US's offer, India-Japan talks, non-EU goods and Côte d’Ivoire’s reply"
    assert spans(tagger, text, "MEMBER") == [
        ("U.S.", "member:USA"),
        ("US", "member:USA"),
        ("India", "member:IND"),
        ("Japan", "member:JPN"),
        ("EU", "member:EU"),
        ("Côte d’Ivoire", "member:CIV"),
    ]


# --- case


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The WHO wrote to us, who read it.", [("WHO", "who")]),
        ("WHO WOULD ANSWER FOR SUCH HARM?", []),
        ("WHAT SHALL BECOME OF US AFTERWARDS TODAY", []),
        ("It cost US$ 5 million, or 4 million US dollars.", []),
        ("Il a pris part ; ai-je raison ?", []),
        ("An ITA schedule, not ita.", [("ITA", "wto:ita")]),
        ("They use it for IT systems.", []),
        ("AI, or artificial intelligence, or Artificial Intelligence", ["tech:ai"] * 3),
        ("THE WORLD TRADE ORGANIZATION AND KENYA", ["wto", "member:KEN"]),
        ("A committee on agriculture was formed in the village.", []),
        ("The Committee on technical barriers to trade met.", ["wto:tbt"]),
    ],
)
def test_case_decides(tagger, text, expected):
    found = spans(tagger, text)
    assert found == expected or [found_id for _, found_id in found] == expected


# --- bodies


@pytest.mark.parametrize(
    ("text", "span", "wanted"),
    [
        ("Reports went to the WTO TBT Committee on Monday.", "WTO TBT Committee", "wto:tbt"),
        ("See the WTO/SPS Committee page.", "WTO/SPS Committee", "wto:sps"),
        ("The WTO's Committee on Agriculture met.", "Committee on Agriculture", "wto:coa"),
        ("The FAO Committee on Agriculture met.", "FAO Committee on Agriculture", None),
        ("The TBT and SPS Committees met.", "TBT and SPS Committees", "wto:tbt+wto:sps"),
        (
            "The Committees on Safeguards and on Rules of Origin met.",
            "Committees on Safeguards and on Rules of Origin",
            "wto:sg+wto:ro",
        ),
        (
            "The Councils for Trade in Goods and for Trade in Services met.",
            "Councils for Trade in Goods and for Trade in Services",
            "wto:ctg+wto:cts",
        ),
        (
            "a Committee on Spectrum and Orbits of high rank",
            "Committee on Spectrum and Orbits",
            "name:committee-on-spectrum-and-orbits",
        ),
        (
            "the High-level Working Group on Cables, Masts and Towers resumed",
            "High-level Working Group on Cables, Masts and Towers",
            "name:high-level-working-group-on-cables-masts-and-towers",
        ),
        ("a Joint Committee on Agriculture under that treaty", "Joint Committee on Agriculture", None),
        ("the Working Group on Radio and Kenya agreed", "Working Group on Radio", None),
        ("the Working Group on 5G Masts met", "Working Group on 5G Masts", None),
        ("the SPS Committee on 4 May and in June", "SPS Committee", "wto:sps"),
    ],
)
def test_committee_borders_and_ids(tagger, text, span, wanted):
    ((found, found_id),) = spans(tagger, text, "COMMITTEE")
    assert found == span
    assert found_id == wanted if wanted else found_id.startswith("name:")


@pytest.mark.parametrize("text", ["The Joint Committee shall meet.", "A National Committee", "The Committee"])
def test_committee_of_no_name_is_nobody(tagger, text):
    assert spans(tagger, text) == []


def test_groups_told_together(tagger):
    assert spans(tagger, "the needs of developing and least-developed country Members") == [
        ("developing and least-developed country Members", "group:developing+group:ldc")
    ]


# --- other labels


@pytest.mark.parametrize(
    ("text", "label", "expected"),
    [
        (
            "the 2023 Human Development Report",
            "PUBLICATION",
            [("2023 Human Development Report", "undp:hdr2023")],
        ),
        ("World Trade Report 2019: a title", "PUBLICATION", [("World Trade Report 2019", "wto:wtr2019")]),
        ("the World Trade Report", "PUBLICATION", [("World Trade Report", "wto:wtr")]),
        ("AI/ML, 5G and 3-D printing", "TECHNOLOGY", ["tech:ai", "tech:5g", "tech:3d-printing"]),
        ("the Internet, ICT and e-commerce, digital technologies", "TECHNOLOGY", []),
        ("the EU–Chile Data Flows Agreement", "AGREEMENT", [("EU–Chile Data Flows Agreement", None)]),
        ("the WTO Agreement on Agriculture", "AGREEMENT", [("Agreement on Agriculture", None)]),
        ("a Free Trade Agreement and this Agreement", "AGREEMENT", []),
        ("MC12 and the Twelfth Ministerial Conference", "PROGRAMME", ["wto:mc12", "wto:mc12"]),
        ("the University of Strelsau and the Zenda Institute", "ORGANISATION", ["University of Strelsau"]),
        ("Write to info@WTO.org or https://itu.int/WHO/AI", "ORGANISATION", []),
    ],
)
def test_labels(tagger, text, label, expected):
    found = spans(tagger, text, label)
    if not expected:
        assert found == []
    for (span, found_id), wanted in zip(found, expected, strict=len(expected) != 1):
        assert wanted in (found_id, span, (span, found_id), (span, None))


def test_secretary_general_is_a_person(tagger):
    assert spans(tagger, "It was asked of the UN Secretary-General.") == []


# --- the document's own words


def test_defined_acronym_is_known_from_there_on(tagger):
    texts = [
        "The CRMT had not met before.",
        "The Committee on Rural Masts and Towers (CRMT) met. The CRMT agreed.",
        "Later the CRMT rose.",
    ]
    first, second, third = tagger.tag([block(text, number=n) for n, text in enumerate(texts)])
    assert first == ()
    assert [(e.text, e.rule) for e in second] == [
        ("Committee on Rural Masts and Towers", "form"),
        ("CRMT", "defined"),
        ("CRMT", "defined"),
    ]
    assert [e.id for e in third] == ["name:committee-on-rural-masts-and-towers"]


def test_defined_acronym_dies_with_its_document(tagger):
    texts = ["The Committee on Rural Masts and Towers (CRMT) met.", "The CRMT rose."]
    assert tagger.tag([block(text, number=n) for n, text in enumerate(texts)], independent=True)[1] == ()
    assert tagger.tag([block("The CRMT rose.")]) == [()]


@pytest.mark.parametrize(
    "text",
    [
        "The Committee on Rural Masts (2024) met. In 2024 it rose.",
        "The Committee on Rural Masts (see below) met.",
        "The Committee on Rural Masts (XYZ) met.",
    ],
)
def test_brackets_that_define_nothing(tagger, text):
    assert len(spans(tagger, text)) == 1


def test_short_mention_takes_the_only_name_of_its_section(tagger):
    texts = [
        "The Committee on Safeguards met.",
        "In May the Committee rose.",
        "The Committee on Masts slept.",
    ]
    blocks = [block(text, ["One"], n) for n, text in enumerate(texts[:2])]
    (mention,) = tagger.tag(blocks)[1]
    assert (mention.text, mention.id, mention.rule) == ("Committee", "wto:sg", "short")
    assert mention.name == "Committee on Safeguards"
    elsewhere = [blocks[0], block(texts[1], ["Two"], 1)]
    assert tagger.tag(elsewhere)[1] == ()
    two = [blocks[0], block(texts[2], ["One"], 2), block(texts[1], ["One"], 1)]
    assert tagger.tag(two)[2] == ()


def test_short_mention_before_a_date(tagger):
    text = "The Committee on Safeguards met. The Committee on 4 May and the Committee on Monday agreed."
    assert [found_id for _, found_id in spans(tagger, text)] == ["wto:sg"] * 3


def test_short_mention_takes_the_name_in_the_heading(tagger):
    heading = "Work Programme on Small Economies"
    (entities,) = tagger.tag([block("Under the Work Programme, talks went on.", ["B.", heading])])
    assert [(e.text, e.id, e.rule) for e in entities] == [("Work Programme", "wto:wpse", "short")]


def test_shared_form_needs_a_word_near_it(tagger):
    assert spans(tagger, "The Work Programme and a Joint Statement Initiative.") == []
    assert spans(tagger, "On e-commerce, the Work Programme goes on.") == [("Work Programme", "wto:wpec")]


def test_action_lines(tagger):
    text = "Under action lines C2, C5 and C7: e-health, as well as (C11) and the C4 action line"
    assert spans(tagger, text) == [
        ("action lines C2", "C2"),
        ("C5", "C5"),
        ("C7: e-health", "C7-ehealth"),
        ("C11", "C11"),
        ("C4 action line", "C4"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Vitamin C3 and column (C2)", []),
        ("For WSIS: capacity building (C4)", [("capacity building (C4)", "C4")]),
        ("Capacity building and the media matter.", []),
        ("Building confidence and security in the use of ICTs", ["C5"]),
        ("WSIS Action Line C5", [("Action Line C5", "C5")]),
        ("C9. Media", [("C9. Media", "C9")]),
    ],
)
def test_action_line_needs_a_reason(tagger, text, expected):
    found = spans(tagger, text, "ACTION_LINE")
    assert found == expected or [found_id for _, found_id in found] == expected


def test_action_lines_are_known_from_their_first_mention(tagger):
    blocks = [block("Progress on the action lines", number=1), block("On (C6) more is due.", number=2)]
    assert [e.id for e in tagger.tag(blocks)[1]] == ["C6"]


# --- offsets


PARTS = st.sampled_from(
    [
        *(
            "Kenya",
            "the Committee",
            "TBT and SPS Committees",
            "Tu\u0308rkiye",
            "G/TBT/1/Rev. 9",
            "U.S.",
            "AI",
        ),
        *(
            "Côte d’Ivoire",
            "(WTO)",
            "(ABC)",
            "WSIS",
            "Committee on ",
            "Agreement on ",
            "action line C5",
            "C7",
        ),
        *(
            "\U0001f600",
            "\u0301",
            "\u200b",
            "\u00a0",
            "\n",
            " ",
            "  ",
            "-",
            ",",
            "\ud800",
            "\x00",
            "ﬁ",
            "İ",
            "ß",
        ),
        *("World Trade Report 2025", "developing and least-developed Members", "University of ", "x@WTO.org"),
    ]
)


@settings(max_examples=150, deadline=None)
@given(texts=st.lists(st.lists(PARTS | st.text(max_size=4), max_size=14).map("".join), max_size=3))
def test_offsets_are_those_of_the_text(tagger, texts):
    blocks = [block(text, number=n) for n, text in enumerate(texts)]
    for text, entities in zip(texts, tagger.tag(blocks), strict=True):
        end = 0
        for entity in entities:
            assert entity.start >= end
            assert text[entity.start : entity.end] == entity.text
            assert entity.id
            assert entity.name
            end = entity.end


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_offsets_count_code_points(tagger, form):
    text = unicodedata.normalize(form, "\U0001f30d\U0001f30d São Tomé and Príncipe — Türkiye\u2009/ Kenya")
    found = spans(tagger, text)
    assert [found_id for _, found_id in found] == ["member:STP", "member:TUR", "member:KEN"]
    assert all(span in text for span, _ in found)


def test_white_space_inside_a_name(tagger):
    assert spans(tagger, "the World\n Trade  Organization") == [("World\n Trade  Organization", "wto")]


def test_same_input_same_output(tagger):
    blocks = [block("The CTG and the Council for Trade in Goods; the Council", number=1)]
    assert tagger.tag(blocks) == tagger.tag(blocks)
    assert tagger.tag([]) == []


# --- the pipeline as spaCy sees it


def test_language_alone(knowledge):
    nlp = build_language(knowledge)
    doc = nlp("Kenya told the\tTBT Committee.")
    assert [(e.text, e.label_, e.kb_id_, e.ent_id_) for e in doc.ents] == [
        ("Kenya", "MEMBER", "member:KEN", "member:KEN"),
        ("TBT Committee", "COMMITTEE", "wto:tbt", "wto:tbt"),
    ]
    assert doc.ents[1]._.official_name == "Committee on Technical Barriers to Trade"
    assert doc.ents[1]._.rule == "name"
    assert doc.text == "Kenya told the\tTBT Committee."
    assert not nlp.analyze_pipes()["problems"]["wsis_context"]


def test_match_leaves_the_doc_alone(knowledge):
    nlp = build_language(knowledge)
    doc = nlp.make_doc("Kenya told the TBT Committee.")
    assert len(nlp.get_pipe("wsis_phrases").match(doc)) == 2
    assert not doc.ents
    assert doc._.found == []


def test_import_loads_no_spacy():
    code = "import sys, nlp.entities, nlp.knowledge; print('spacy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_vocabulary_forgets_the_document(tagger):
    tagger.tag([block("Kenya met")])
    before = len(tagger.pipeline("en").vocab.strings)
    tagger.tag([block(" ".join(f"neverheard{n}" for n in range(500)))])
    assert len(tagger.pipeline("en").vocab.strings) == before
