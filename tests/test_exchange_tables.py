"""Rows of tables: what an analyst finds in them, and that docs/export.md says the same."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import nlp
from nlp.exchange import TABLES
from nlp.exchange.columns import OF_BLOCK, OF_DOCUMENT, score_column
from nlp.taxonomy import CODES
from tests.small_run import LAW, SCORES, TRADE, done, entity, formula, law, not_done
from tests.util import a_document, fake_tagger

DOCS = Path(nlp.__file__).parents[1] / "docs" / "export.md"
PYTHON = {"text": str, "integer": int, "number": float, "date": date}


def rows_of(name, document=None, row=None):
    row = row or done(document)[0]
    return list(TABLES[name].rows(row, document))


@pytest.mark.parametrize("name", TABLES)
def test_every_row_has_the_columns_in_order_with_their_types(name):
    types = {column.name: PYTHON[column.type] for column in TABLES[name].columns}
    found = [row for document in (law(), formula()) for row in rows_of(name, document)]
    assert found or name == "labels"
    for row in found:
        assert list(row) == list(types)
        for column, value in row.items():
            assert value is None or type(value) is types[column], column


@pytest.mark.parametrize("name", TABLES)
def test_no_column_is_there_twice_also_not_in_another_case(name):
    names = [column.name.lower() for column in TABLES[name].columns]
    assert len(set(names)) == len(names)
    assert all(word.isidentifier() for word in names)


def test_what_each_row_says_of_its_document():
    for name in TABLES:
        row = rows_of(name, law())[0]
        assert row["document"] == law().id
        assert (row["input"], row["source"]) == ("in/law.pdf", "law.pdf")
        assert (row["title"], row["submitter"]) == ("Laws", "Kenya")
        assert (row["date"], row["language"]) == (date(2026, 3, 1), "en")


def test_blocks():
    heading, first, second = rows_of("blocks", law())
    assert first["text"] == LAW
    assert (first["block"], first["position"], first["kind"], first["number"]) == (
        "p1.2", 2, "paragraph", "1.",
    )  # fmt: skip
    assert (first["page"], first["last_page"], first["section"]) == (2, 3, "Laws / Of trade")
    assert (first["words"], first["status"]) == (12, "assigned")
    assert (first["assigned"], first["review"]) == ("C6", "C7-ebusiness")
    assert [first[score_column(code)] for code in CODES] == list(SCORES.values())
    assert (second["status"], second["assigned"], second["page"]) == ("review", None, None)
    assert (heading["status"], heading["section"], heading["score_C1"]) == (None, None, None)


def test_a_paragraph_without_a_line_is_told_from_what_is_never_given_one():
    tagged = fake_tagger().tag(a_document())
    assert [row["status"] for row in rows_of("blocks", tagged)] == [
        None, "assigned", "review", "none", None,
    ]  # fmt: skip


def test_a_name_told_together_with_others_has_a_row_for_each():
    tbt, sps, cloud, symbol = rows_of("entities", law())
    assert (tbt["id"], tbt["name"], tbt["part"]) == (
        "wto:tbt", "Committee on Technical Barriers to Trade", 1,
    )  # fmt: skip
    assert (sps["id"], sps["name"], sps["part"]) == (
        "wto:sps", "Committee on Sanitary and Phytosanitary Measures", 2,
    )  # fmt: skip
    assert tbt["span"] == sps["span"] == "wto:tbt+wto:sps"
    assert (cloud["id"], cloud["span"], cloud["part"]) == ("tech:cloud", "tech:cloud", 1)
    assert (symbol["body"], symbol["member"], symbol["block"]) == ("wto:tbt", "member:ken", "p3.1")
    # Stretches are counted by their first part.
    assert sum(row["part"] == 1 for row in (tbt, sps, cloud, symbol)) == done(law())[0].counts.entities


def test_offsets_count_code_points_also_after_astral_letters():
    texts = {row["block"]: row["text"] for row in rows_of("blocks", law())}
    assert texts["p3.1"] == TRADE
    for row in rows_of("entities", law()):
        assert texts[row["block"]][row["start"] : row["end"]] == row["text"]


@pytest.mark.parametrize(
    ("ident", "name", "names"),
    [
        ("a:x", "Law; and order", ["Law; and order"]),
        ("a:x+a:y", "Shared", ["Shared", "Shared"]),
        ("a:x+a:y", "One; and two; Three", ["One; and two; Three"] * 2),
    ],
)
def test_names_that_cannot_be_parted_stay_whole(ident, name, names):
    first = law().blocks[2]
    block = replace(first, entities=(entity(TRADE, "Kenya", "MEMBER", ident, name),))
    found = rows_of("entities", replace(law(), blocks=(block,)))
    assert [row["name"] for row in found] == names


def test_labels():
    first, second, third = rows_of("labels", law())
    assert (first["code"], first["line"], first["status"]) == ("C6", "Enabling environment", "assigned")
    assert (first["probability"], first["threshold"], first["text"]) == (0.91, 0.5, LAW)
    assert (first["because"], first["heading"], first["mention"]) == ("laws;spoke", "Laws / Of trade", None)
    assert (second["code"], second["status"], second["nearest"]) == ("C7-ebusiness", "review", "r1;r2")
    assert (third["block"], third["mention"]) == ("p3.1", "C6")


def test_documents():
    (row,) = rows_of("documents", law())
    assert (row["status"], row["error"], row["pages"], row["blocks"], row["paragraphs"]) == (
        "done", None, 3, 3, 2,
    )  # fmt: skip
    assert (row["assigned"], row["open"], row["review"], row["entities"]) == (1, 1, 2, 3)
    assert (row["symbols"], row["lines"], row["warnings"]) == (
        "JOB/1;JOB/2", "C6", "page 2 has no text layer",
    )  # fmt: skip


def test_inputs_without_a_document_are_told_and_counted_nowhere():
    failed, twice, waiting = (rows_of("documents", row=row)[0] for row in not_done())
    assert (failed["status"], failed["error"], failed["detail"]) == (
        "failed", "encrypted", "a password is asked for",
    )  # fmt: skip
    assert (twice["duplicate_of"], twice["sha256"], twice["title"]) == ("in/law.pdf", law().id, "Laws")
    assert waiting["status"] == "waiting"
    for row in (failed, twice, waiting):
        assert row["document"] is row["pages"] is row["entities"] is row["lines"] is None
    for name in ("blocks", "entities", "labels"):
        assert not [row for other in not_done() for row in rows_of(name, row=other)]


def test_half_a_surrogate_pair_becomes_one_character():
    block = replace(law().blocks[0], text="a\ud800b")
    document = replace(law(), title="\udfff", blocks=(block,))
    (row,) = rows_of("blocks", document)
    assert (row["title"], row["text"]) == ("\ufffd", "a\ufffdb")


def columns_in_docs(text):
    """Under each heading the lines that describe a column, scores aside."""
    found = {}
    for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        lines = part.splitlines()
        found[lines[0]] = [line for line in lines if line.startswith("| `") and "`score_" not in line]
    return {heading: lines for heading, lines in found.items() if lines}


def test_the_docs_tell_every_column():
    sections = {
        "In every table": OF_DOCUMENT,
        "In blocks, entities and labels": OF_BLOCK[len(OF_DOCUMENT) :],
    }
    for name, table in TABLES.items():
        shared = OF_DOCUMENT if name == "documents" else OF_BLOCK
        assert table.columns[: len(shared)] == shared
        sections[f"`{name}`: {table.about}"] = table.columns[len(shared) :]
    assert columns_in_docs(DOCS.read_text("utf-8")) == {
        heading: [
            f"| `{column.name}` | {column.type} | {column.about} |"
            for column in columns
            if not column.name.startswith("score_")
        ]
        for heading, columns in sections.items()
    }


def test_the_docs_name_columns_of_scores_that_are_there():
    names = {column.name for column in TABLES["blocks"].columns}
    told = set(re.findall(r"`(score_\w+)`", DOCS.read_text("utf-8")))
    assert told
    assert told <= names
    assert len([name for name in names if name.startswith("score_")]) == len(CODES)
