"""JSON in and out: round trips (T13), stable bytes, and the published schema."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from util import a_document, fake_tagger

import nlp.schema
from nlp import taxonomy
from nlp.document import (
    ENTITY_LABELS,
    KINDS,
    ActionLine,
    Because,
    Block,
    Document,
    Entity,
    Family,
    Neighbour,
    NoteCall,
    Region,
    Word,
)
from nlp.schema import (
    block_from_dict,
    block_to_dict,
    document_from_dict,
    document_to_dict,
    dumps,
    json_schema,
)

SCHEMA_FILE = Path(nlp.schema.__file__).with_name("document.schema.json")

# Letters of every width, combining marks, ligatures, line ends, and what JSON must escape.
texts = st.text(
    st.one_of(
        st.sampled_from('aé\u0301ﬁ\u2028\r\n\t"\\\0🌍𝔸👩\u200d'),
        st.characters(exclude_categories=("Cs",)),
    ),
    max_size=40,
)
words = texts.filter(bool)
pages = st.integers(1, 5000)
points = st.integers(-100_000, 100_000).map(lambda n: n / 100)
probabilities = st.integers(0, 10_000).map(lambda n: n / 10_000)
codes = st.sampled_from(taxonomy.CODES)
families = st.builds(Family, st.just("C7"), probabilities, st.booleans())


@st.composite
def regions(draw):
    x0, x1 = sorted((draw(points), draw(points)))
    top, bottom = sorted((draw(points), draw(points)))
    return Region(draw(pages), x0, top, x1, bottom)


@st.composite
def spans(draw, text):
    start = draw(st.integers(0, len(text) - 1))
    end = draw(st.integers(start + 1, len(text)))
    return start, end, text[start:end]


@st.composite
def entities(draw, text):
    label = draw(st.sampled_from(ENTITY_LABELS))
    return Entity(*draw(spans(text)), label, draw(words), draw(texts), draw(texts))


@st.composite
def lines(draw, text):
    weights = st.integers(-50_000, 50_000).map(lambda n: n / 10_000)
    spoken = [Word(*draw(spans(text)), draw(weights)) for _ in range(draw(st.integers(0, 2)))]
    nearest = st.builds(Neighbour, words, probabilities, st.lists(codes, max_size=2).map(tuple))
    return ActionLine(
        code=draw(codes),
        title=draw(texts),
        probability=draw(probabilities),
        threshold=draw(probabilities),
        status=draw(st.sampled_from(["assigned", "review"])),
        because=Because(
            tuple(spoken),
            draw(st.none() | texts),
            draw(st.none() | texts),
            tuple(draw(st.lists(nearest, max_size=2))),
            draw(st.none() | families),
        ),
    )


@st.composite
def blocks(draw):
    text = draw(words)
    calls = st.builds(NoteCall, st.integers(0, len(text)), texts, st.none() | words)
    return Block(
        id=draw(words),
        kind=draw(st.sampled_from(KINDS)),
        text=text,
        number=draw(st.none() | texts),
        level=draw(st.none() | st.integers(1, 9)),
        regions=tuple(draw(st.lists(regions(), max_size=2))),
        section=tuple(draw(st.lists(texts, max_size=2))),
        notes=tuple(draw(st.lists(words, max_size=2))),
        rows=tuple(draw(st.lists(st.lists(texts, max_size=2).map(tuple), max_size=2))),
        note_calls=tuple(draw(st.lists(calls, max_size=2))),
        entities=tuple(draw(st.lists(entities(text), max_size=2))),
        scores=dict.fromkeys(taxonomy.CODES, 0.0) | draw(st.dictionaries(codes, probabilities)),
        action_lines=tuple(draw(st.lists(lines(text), max_size=2))),
    )


documents = st.builds(
    Document,
    id=words,
    source=texts,
    title=st.none() | texts,
    submitter=st.none() | texts,
    symbols=st.lists(texts, max_size=2).map(tuple),
    language=st.sampled_from(["en", "fr", "und"]),
    pages=st.integers(0, 5000),
    pages_without_text=st.lists(pages, max_size=2).map(tuple),
    poor_pages=st.lists(pages, max_size=2).map(tuple),
    extractor=st.dictionaries(words, texts, max_size=2),
    produced_by=st.just(fake_tagger().produced_by),
    blocks=st.lists(blocks(), max_size=2, unique_by=lambda block: block.id).map(tuple),
    warnings=st.lists(texts, max_size=2).map(tuple),
)


@given(documents)
def test_a_document_comes_back_as_it_was_and_fits_the_schema(document):
    told = document_to_dict(document)
    for indent in (None, 2):
        read = json.loads(dumps(told, indent=indent).encode("utf-8"))
        assert document_from_dict(read) == document
    jsonschema.Draft202012Validator(json_schema()).validate(told)


@given(blocks())
def test_offsets_hold_after_the_way_through_json(block):
    read = block_from_dict(json.loads(dumps(block_to_dict(block))))
    assert read == block
    for entity in read.entities:
        assert read.text[entity.start : entity.end] == entity.text


@given(st.text(st.characters(), max_size=20))
def test_any_string_can_be_written(text):
    line = dumps(text)
    assert "\n" not in line
    # A high and a low surrogate side by side are one character to every reader of JSON.
    assert json.loads(line.encode("utf-8")) == text.encode("utf-16", "surrogatepass").decode(
        "utf-16", "surrogatepass"
    )


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_no_number_that_json_lacks(number):
    with pytest.raises(ValueError, match="not JSON compliant"):
        dumps({"x": number})


def test_the_committed_schema_is_that_of_the_code():
    written = dumps(json_schema(), indent=2) + "\n"
    assert SCHEMA_FILE.read_text(encoding="utf-8") == written, (
        "run: wsis schema > nlp/schema/document.schema.json"
    )


def test_the_schema_is_a_good_one_and_names_every_field():
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    document = fake_tagger().tag(a_document())
    told = document_to_dict(document)
    assert list(schema["properties"]) == list(told)
    assert list(schema["properties"]["document"]["properties"]) == list(told["document"])
    assert list(schema["$defs"]["block"]["properties"]) == list(told["blocks"][0])
    line = told["blocks"][1]["action_lines"][0]
    assert list(schema["$defs"]["action_line"]["properties"]) == list(line)
    assert list(schema["$defs"]["because"]["properties"]) == list(line["because"])
    assert schema["$defs"]["entity"]["required"] == list(told["blocks"][1]["entities"][0])


def health(**family):
    """A block up for review of e-health, where C7 is sure."""
    told = Family(**{"code": "C7", "probability": 0.91234, "sure": True} | family)
    line = ActionLine(
        "C7-ehealth", "ICT applications: e-health", 0.4, 0.5, "review", because=Because(family=told)
    )
    return Block("b", "paragraph", "Clinics", action_lines=(line,))


def because_of(told):
    return told["action_lines"][0]["because"]


def test_the_family_is_told_with_its_probability_rounded():
    told = block_to_dict(health())
    assert because_of(told)["family"] == {"code": "C7", "probability": 0.9123, "sure": True}
    assert list(because_of(told)["family"]) == list(json_schema()["$defs"]["family"]["properties"])
    assert block_from_dict(told) == health(probability=0.9123)


def test_what_was_written_before_families_were_told_is_read():
    told = block_to_dict(health())
    del because_of(told)["family"]
    assert block_from_dict(told).action_lines[0].because.family is None


def test_a_family_of_a_later_version_is_read():
    told = block_to_dict(health())
    because_of(told)["family"]["later"] = 1
    assert block_from_dict(told) == health(probability=0.9123)


@pytest.mark.parametrize(
    ("family", "message"),
    [
        ({"code": "C7", "probability": 0.9}, "block 'b': field 'sure' is missing"),
        ({}, "block 'b': field 'code' is missing"),
        ("C7", "wrong type"),
    ],
)
def test_half_a_family_is_refused(family, message):
    told = block_to_dict(health())
    because_of(told)["family"] = family
    with pytest.raises(ValueError, match=message):
        block_from_dict(told)


@pytest.mark.parametrize(
    ("family", "fits"),
    [
        (None, True),
        ({"code": "C7", "probability": 1.0, "sure": False}, True),
        ({"code": "C8", "probability": 1.0, "sure": False}, False),
        ({"code": "C7", "probability": 1.2, "sure": False}, False),
        ({"code": "C7", "probability": 1.0, "sure": 1}, False),
        ({"code": "C7", "probability": 1.0}, False),
        ([], False),
    ],
)
def test_the_schema_tells_what_a_family_is(family, fits):
    schema = json_schema()
    validator = jsonschema.Draft202012Validator({**schema["$defs"]["block"], "$defs": schema["$defs"]})
    told = block_to_dict(health()) | {"scores": dict.fromkeys(taxonomy.CODES, 0.0)}
    because_of(told)["family"] = family
    assert validator.is_valid(told) is fits


def test_numbers_are_rounded_and_zero_has_no_sign():
    block = Block(
        "b", "paragraph", "x", regions=(Region(1, -0.001, 1.23456, 2, 3.999),), scores={"C1": 0.123456}
    )
    told = block_to_dict(block)
    assert dumps(told["regions"]) == '[{"page_number":1,"x0":0.0,"top":1.23,"x1":2.0,"bottom":4.0}]'
    assert told["scores"] == {"C1": 0.1235}


def test_scores_stand_in_the_order_of_the_taxonomy():
    scores = dict.fromkeys(reversed(taxonomy.CODES), 0.5)
    assert list(block_to_dict(Block("b", "paragraph", "x", scores=scores))["scores"]) == list(taxonomy.CODES)
    with pytest.raises(ValueError, match="C99"):
        block_to_dict(Block("b", "paragraph", "x", scores={"C99": 0.5}))


def test_the_summary_counts_joined_ids_one_by_one():
    text = "the TBT and SPS Committees, and the TBT Committee"
    name = "Committee on Technical Barriers to Trade"
    block = Block(
        "b",
        "paragraph",
        text,
        entities=(
            Entity(0, 26, text[0:26], "COMMITTEE", "wto:tbt+wto:sps", "both", "joined"),
            Entity(36, 49, text[36:49], "COMMITTEE", "wto:tbt", name, "alias"),
        ),
    )
    summary = nlp.schema.summarise([block])
    assert summary["entities"] == {"COMMITTEE": {"wto:tbt": 2, "wto:sps": 1}}


def test_the_summary_parts_assigned_lines_from_those_for_review():
    summary = document_to_dict(fake_tagger().tag(a_document(warnings=("w",))))["summary"]
    assert summary["action_lines"] == {"C2": ["p1"]}
    assert summary["review"] == ["p2"]
    assert summary["warnings"] == ["w"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d.update(schema_version="2.0"), "schema_version is '2.0'; this program reads 1.0"),
        (lambda d: d.pop("schema_version"), "schema_version is None"),
        (lambda d: d["document"].pop("source"), "field 'source' is missing"),
        (lambda d: d["blocks"][1].pop("text"), "block 'p1': field 'text' is missing"),
        (lambda d: d["blocks"][1].update(section=3), "wrong type"),
        (lambda d: d["blocks"].append(3), "wrong type"),
        (lambda d: d["blocks"].append(d["blocks"][0]), "block ids must differ"),
        (lambda d: d["blocks"][1]["entities"][0].update(start=5, end=18), "entity at"),
        (lambda d: d["blocks"][1].update(kind="poem"), "unknown block kind"),
    ],
)
def test_what_is_no_document_is_refused_with_the_place(change, message):
    told = json.loads(dumps(document_to_dict(fake_tagger().tag(a_document()))))
    change(told)
    with pytest.raises(ValueError, match=message):
        document_from_dict(told)


def test_fields_of_a_later_version_are_passed_over():
    document = fake_tagger().tag(a_document())
    told = document_to_dict(document) | {"schema_version": "1.7", "later": 1}
    told["blocks"][0]["later"] = 1
    assert document_from_dict(told) == document
