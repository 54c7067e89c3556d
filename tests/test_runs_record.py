"""Rows, counts, names of results and recipes: pure values that come back as they went."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import fields, replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nlp import taxonomy
from nlp.document import Block
from nlp.runs import Counts, Recipe, Row, count, result_name
from nlp.runs.record import STATES, manifest_line, rows_hash
from tests.util import a_document, fake_tagger

SHA = "0123456789ab" + "c" * 52
ROW = Row(input="2025/a.pdf", source="a.pdf", bytes=9, status="done", sha256=SHA)

small = st.integers(0, 10**9)
maybe = st.none() | st.text(max_size=20)
sha256 = st.none() | st.text("0123456789abcdef", min_size=64, max_size=64)
counts = st.builds(
    Counts,
    **dict.fromkeys(("pages", "blocks", "paragraphs", "assigned", "open", "review", "entities"), small),
    lines=st.dictionaries(
        st.sampled_from(taxonomy.CODES), st.fixed_dictionaries({"assigned": small, "review": small})
    ),
)
rows = st.builds(
    Row,
    input=st.text(),
    source=st.text(),
    bytes=small,
    status=st.sampled_from(STATES),
    error=st.none() | st.dictionaries(st.text(max_size=9), st.none() | st.integers() | st.text(max_size=9)),
    counts=counts,
    warnings=st.lists(st.text(max_size=20), max_size=3).map(tuple),
    seconds=st.integers(0, 10**7).map(lambda milli: milli / 1000),
    recipe=st.text(max_size=9),
    versions=st.dictionaries(st.text(max_size=9), st.text(max_size=9), max_size=3),
    result=st.none() | st.builds(result_name, st.text(max_size=20), st.just(SHA)),
    **dict.fromkeys(("sha256", "result_sha256", "place_sha256"), sha256),
    **dict.fromkeys(("duplicate_of", "language", "title", "submitter"), maybe),
)


@given(rows)
def test_a_row_comes_back_from_its_line_as_it_went(row):
    line = manifest_line(row)
    assert line.endswith("\n")
    assert len(line.encode().splitlines()) == 1
    assert Row.from_dict(json.loads(line)) == row


def test_a_row_has_its_counts_beside_the_rest():
    told = replace(ROW, counts=Counts(pages=3, lines={"C2": {"assigned": 1, "review": 0}})).to_dict()
    assert told["pages"] == 3
    assert told["lines"] == {"C2": {"assigned": 1, "review": 0}}
    assert "counts" not in told
    assert told["warnings"] == []
    assert told.keys() == {field.name for kind in (Row, Counts) for field in fields(kind)} - {"counts"}


def test_seconds_are_told_in_milliseconds():
    assert replace(ROW, seconds=1.23456).to_dict()["seconds"] == 1.235


@pytest.mark.parametrize("name", sorted(ROW.to_dict()))
def test_a_missing_field_is_named(name):
    told = ROW.to_dict()
    del told[name]
    with pytest.raises(ValueError, match=f"the field '{name}' is missing"):
        Row.from_dict(told)


@pytest.mark.parametrize("status", ["finished", "", None, 1, ["done"], {"done": 1}])
def test_an_unknown_status_is_told_with_those_allowed(status):
    with pytest.raises(ValueError, match="allowed: done, failed, duplicate, waiting") as met:
        Row.from_dict({**ROW.to_dict(), "status": status})
    assert repr(status) in str(met.value)


@pytest.mark.parametrize("data", [None, 1, "a row", [], ["status"], {}])
def test_what_is_no_row_is_refused(data):
    with pytest.raises(ValueError, match=r"wrong type|is missing"):
        Row.from_dict(data)


def test_fields_of_a_later_version_are_passed_over():
    assert Row.from_dict({**ROW.to_dict(), "colour": "red"}) == ROW


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(
            ("result", 5),
            ("result", "documents/../x.json"),
            ("result", "/etc/passwd"),
            ("result", "run.json"),
        ),
        *(("source", None), ("bytes", "9"), ("sha256", 1), ("sha256", "a" * 63), ("error", "x")),
        *(("lines", []), ("lines", {"C2": 1}), ("warnings", "w"), ("versions", None), ("seconds", "1")),
    ],
)
def test_a_value_that_no_row_has_is_refused_by_the_fields_name(name, value):
    with pytest.raises(ValueError, match=f"^{name} (is|of C2 are) "):
        Row.from_dict({**ROW.to_dict(), name: value})


def paragraphs(*texts):
    return tuple(
        Block(id=f"b{number}", kind="paragraph", text=text, section=()) for number, text in enumerate(texts)
    )


@given(st.lists(st.sampled_from(["broadband", "security", "broadband, security", "weather"]), max_size=8))
def test_counts_close(texts):
    found = count(fake_tagger().tag(a_document(blocks=paragraphs(*texts))))
    none = texts.count("weather")
    assert found.assigned + found.open + none == found.paragraphs == found.blocks == len(texts)
    assert found.open == texts.count("security")
    assert found.review == sum("security" in text for text in texts)
    lines = {code: sum(told.values()) for code, told in found.lines.items()}
    assert lines.get("C2", 0) == found.assigned
    assert lines.get("C5", 0) == found.review
    assert 0 not in lines.values()


def test_a_heading_and_a_note_are_blocks_and_no_paragraphs():
    document = fake_tagger().tag(a_document())
    found = count(document)
    labelled = [block for block in document.blocks if block.action_lines]
    assert (found.pages, found.blocks, found.entities) == (2, 5, 1)
    assert found.paragraphs == found.assigned + found.open + (found.paragraphs - len(labelled))
    assert found.lines == {
        "C2": {"assigned": found.assigned, "review": 0},
        "C5": {"assigned": 0, "review": found.review},
    }
    assert found.assigned < found.blocks


def test_a_document_without_blocks_counts_nothing():
    assert count(a_document(blocks=(), pages=0)) == Counts()


@given(st.text(max_size=300))
@example("../../x")
@example("..")
@example("....pdf")
@example("/etc/passwd")
@example("a\0b.pdf")
@example("")
@example("\udcff.pdf")
@example("x" * 5_000)
@example("𝔄" * 5_000)
@example("-" * 99 + "é.pdf")
@example("CON\n:?*|<>\\.pdf")
def test_the_name_of_a_result_is_safe(source):
    folder, _, name = result_name(source, SHA).partition("/")
    stem = name.removesuffix("-0123456789ab.json")
    assert folder == "documents"
    assert stem
    assert stem != name
    assert not name.startswith((".", "-"))
    assert re.fullmatch(r"[\w.-]+", name) or all(
        unicodedata.category(character)[0] in "LNM" or character in "_.-" for character in name
    )
    assert len(name.encode()) <= 255


@given(st.text(max_size=50), st.text("0123456789abcdef", min_size=64, max_size=64))
def test_two_contents_never_share_a_name(source, sha256):
    same = sha256[:12] == SHA[:12]
    assert (result_name(source, sha256) == result_name(source, SHA)) is same


@pytest.mark.parametrize(
    ("source", "stem"),
    [
        ("Suisse – réponse (v2).pdf", "Suisse-réponse-v2"),
        ("Re\u0301ponse.pdf", "R\u00e9ponse"),
        ("提交_2025.pdf", "提交_2025"),
        ("تقرير.pdf", "تقرير"),
        ("Отчёт.v1.2.PDF", "Отчёт.v1.2"),
        ("../../x", "x"),
        ("a/b/c.pdf", "c"),
        ("....", "document"),
        ("\0", "document"),
        ("?.pdf", "document"),
        pytest.param(
            "रिपोर्ट.pdf",
            "रिपोर्ट",
        ),
    ],
)
def test_letters_of_any_script_stay_and_the_rest_becomes_a_dash(source, stem):
    assert result_name(source, SHA) == f"documents/{stem}-0123456789ab.json"


def recipe(**changes):
    settings = {"pages": [[1, 3]], "ocr": "never", "limits": {"pages": 5, "seconds": 1.0}}
    versions = {"version": "1", "model": {"name": "m", "sha256": SHA}, "libraries": {"spacy": "3"}}
    return Recipe({**settings, **changes.pop("settings", {})}, {**versions, **changes.pop("versions", {})})


@pytest.mark.parametrize(
    "change",
    [
        {"settings": {"ocr": "auto"}},
        {"settings": {"pages": []}},
        {"settings": {"pages": [[1, 4]]}},
        {"settings": {"limits": {"pages": 6, "seconds": 1.0}}},
        {"settings": {"new": None}},
        {"versions": {"version": "2"}},
        {"versions": {"model": {"name": "m", "sha256": "0" * 64}}},
        {"versions": {"libraries": {"spacy": "3", "numpy": "2"}}},
    ],
)
def test_each_setting_and_version_changes_a_recipe(change):
    assert recipe(**change).sha256 != recipe().sha256


@given(st.randoms())
def test_the_order_of_a_recipe_does_not_matter(random):
    def mixed(value):
        if not isinstance(value, dict):
            return value
        keys = list(value)
        random.shuffle(keys)
        return {key: mixed(value[key]) for key in keys}

    told = recipe().to_dict()
    assert Recipe(**mixed(told)).sha256 == recipe().sha256 == Recipe(**json.loads(json.dumps(told))).sha256


@given(rows, st.floats(0, 1e6))
def test_the_hash_of_rows_passes_over_time_and_place(row, seconds):
    assert rows_hash([replace(row, seconds=seconds, place_sha256=SHA)]) == rows_hash([row])


@pytest.mark.parametrize("field", [f.name for f in fields(Row) if f.name not in ("seconds", "place_sha256")])
def test_the_hash_of_rows_sees_every_other_field(field):
    changed = {"bytes": 10, "status": "failed", "warnings": ("w",), "counts": Counts(pages=1)}
    other = replace(ROW, **{field: changed.get(field, "other")})
    assert rows_hash([other]) != rows_hash([ROW])


def test_the_hash_of_rows_sees_their_order_and_number():
    other = replace(ROW, input="b.pdf")
    assert len({rows_hash(told) for told in ([], [ROW], [ROW, ROW], [ROW, other], [other, ROW])}) == 5
