"""Each sample PDF is read as the JSON beside it says, and is what the script builds today."""

from __future__ import annotations

import difflib
import functools
import re
import subprocess
import sys
import textwrap
import unicodedata
from typing import TYPE_CHECKING, Any

import pytest
from sample_pdfs import SAMPLES, SCRIPT, expected, sample_names, sample_pdf, unpacked

from nlp.errors import WsisError
from nlp.pdf.extract import extract_document
from nlp.settings import ReadOptions

if TYPE_CHECKING:
    from pathlib import Path

    from nlp.document import Document

NAMES = sample_names()
READABLE = [name for name in NAMES if "error" not in expected(name)]
REFUSED = [name for name in NAMES if "error" in expected(name)]

#: Kinds that may come as one block or as several: what counts is their text, in order.
LOOSE = {"cover", "contents", "table"}
FURNITURE = {"header", "footer"}
#: What stands beside the text; it may be told, or be left out.
BESIDE = {"margin"}

Row = dict[str, Any]


@functools.cache
def read_sample(name: str) -> Document:
    """Read a sample in this process: the guarded child gives the same, more slowly."""
    return extract_document(sample_pdf(name), ReadOptions())


def rows_of(document) -> list[Row]:
    """The document's body blocks in the form of the expectation."""
    return [
        {
            "kind": block.kind,
            "number": block.number,
            # French sets no-break spaces before ":" and ";"; whether they are kept is free.
            "text": block.text.replace("\u00a0", " "),
            "pages": list(dict.fromkeys(region.page_number for region in block.regions)),
            "section": list(block.section),
            "note_marks": [call.mark for call in block.note_calls],
            "notes": len(block.notes),
        }
        for block in document.blocks
        if block.kind not in FURNITURE
    ]


def flat(text: str) -> str:
    """Text of a loose block without leaders and cell borders."""
    return re.sub(r"\s+", " ", re.sub(r"(?:\s*[.…]){3,}|\s…\s|\s[|;]\s|[\t\n]", " ", text)).strip()


def merged(rows: list[Row]) -> list[Row]:
    """Rows with neighbouring blocks of one loose kind made one."""
    out: list[Row] = []
    for row in rows:
        if row["kind"] not in LOOSE:
            out.append(row)
            continue
        text = flat(" ".join(filter(None, (row.get("number"), row["text"]))))
        if out and out[-1]["kind"] == row["kind"]:
            out[-1]["text"] += " " + text
            out[-1]["pages"] = list(dict.fromkeys(out[-1]["pages"] + row["pages"]))
        else:
            out.append(row | {"text": text, "number": None})
    return out


def whole_headings(rows: list[Row]) -> list[Row]:
    """Rows whose headings, and the sections that name them, have the number in the text.

    A heading's number may come apart from its text or in it.
    """
    numbered = [row for row in rows if row["kind"] == "heading" and row.get("number")]
    names = {row["text"]: f"{row['number']} {row['text']}" for row in numbered}
    out = []
    for row in rows:
        whole = {"text": names[row["text"]], "number": None} if row in numbered else {}
        out.append(row | whole | {"section": [names.get(text, text) for text in row.get("section", [])]})
    return out


def told(row: Row, titles: list[str]) -> list[str]:
    """A row as lines that a diff shows well."""
    section = list(row.get("section") or [])
    while section and section[0] in titles:
        section.pop(0)
    head = f"{row['kind']} {row.get('number') or '-'} p{','.join(map(str, row['pages']))}"
    if row["kind"] not in LOOSE | {"footnote"}:
        head += f" in {section}"
        head += f" calls {row.get('note_marks') or []} resolved {row.get('notes', 0)}"
    return [head, *("    " + line for line in textwrap.wrap(row["text"], 100, break_on_hyphens=False))]


def settle(want: list[Row], got: list[Row]) -> tuple[list[Row], list[Row]]:
    """Take out what has no place in the order, and take over kinds that are as right."""
    want, got = list(want), list(got)
    for row in [row for row in want if row.get("anywhere") or row.get("optional")]:
        at = next((i for i, other in enumerate(got) if alike(other["text"], row["text"])), None)
        if at is not None:
            got.pop(at)
            want.remove(row)
        elif row.get("optional"):
            want.remove(row)
    also = {row["text"]: row for row in want if row.get("also")}
    for row in got:
        if row["text"] in also and row["kind"] in also[row["text"]]["also"]:
            row["kind"] = also[row["text"]]["kind"]
    return settle_cover(want, [row for row in got if row["kind"] not in BESIDE])


def settle_cover(want: list[Row], got: list[Row]) -> tuple[list[Row], list[Row]]:
    """Take out the cover's pieces that stand unbroken in some block of the cover.

    How they are grouped, and in which order blocks side by side come, is free; that their
    lines are not mixed, and that nothing else stands among them, is not.
    """
    pieces = [row for row in want if row["kind"] == "cover"]
    kinds = {"cover"}.union(*(row.get("also", []) for row in pieces))
    for row in pieces:
        for block in got:
            if block["kind"] in kinds and row["text"] in block["text"] and block["pages"] == [1]:
                block["text"] = block["text"].replace(row["text"], "", 1).strip()
                want = [other for other in want if other is not row]
                break
    return want, [row for row in got if row["text"]]


def alike(left: str, right: str) -> bool:
    """Whether two texts hold the same characters, in whichever order they were written."""
    sides = [unicodedata.normalize("NFKC", text).replace(" ", "") for text in (left, right)]
    return sorted(sides[0]) == sorted(sides[1])


def diff(name: str, want: list[Row], got: list[Row], titles: list[str]) -> str:
    """Differences as a unified diff, empty when there are none."""
    sides = [[line for row in rows for line in told(row, titles)] for rows in (want, got)]
    return "\n".join(difflib.unified_diff(*sides, f"{name}: expected", f"{name}: read", lineterm="", n=2))


@pytest.mark.parametrize("name", READABLE)
def test_blocks(name: str) -> None:
    """Kind, number, text, pages, section and notes of every block, in reading order."""
    told_of = expected(name)
    titles = told_of.get("titles", [])
    document = read_sample(name)
    want, got = settle(told_of["blocks"], rows_of(document))
    is_note = [[row["kind"] == "footnote" for row in rows] for rows in (want, got)]
    bodies = [
        merged(whole_headings([row for row, note in zip(rows, notes, strict=True) if not note]))
        for rows, notes in zip((want, got), is_note, strict=True)
    ]
    # Where the reading order puts a page's notes is free; their own order is not.
    feet = [[row for row in rows if row["kind"] == "footnote"] for rows in (want, got)]
    found = "\n".join(filter(None, (diff(name, *bodies, titles), diff(name + " (notes)", *feet, titles))))
    assert not found, f"{told_of['about']}\n{found}"


@pytest.mark.parametrize("name", READABLE)
def test_no_furniture_in_the_body(name: str) -> None:
    """No string of a header or footer stands in a body block."""
    rows = [row for row in rows_of(read_sample(name)) if row["kind"] not in BESIDE]
    leaks = [
        (text, row["text"])
        for text in expected(name).get("furniture", [])
        for row in rows
        if text in row["text"]
    ]
    assert not leaks


@pytest.mark.parametrize("name", READABLE)
def test_document(name: str) -> None:
    """Pages, language, and the pages that gave no text."""
    want, document = expected(name), read_sample(name)
    assert document.pages == want["pages"]
    assert list(document.pages_without_text) == want.get("pages_without_text", [])
    assert list(document.poor_pages) == want.get("poor_pages", [])
    assert document.language == want["language"]


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    """A document that cannot be read fails with its own code."""
    with pytest.raises(WsisError) as raised:
        read_sample(name)
    assert raised.value.code == expected(name)["error"]


def test_samples_are_up_to_date(tmp_path: Path) -> None:
    """The committed samples are what the script builds."""
    subprocess.run([sys.executable, SCRIPT, "--out", tmp_path], check=True, capture_output=True)
    built = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert sorted(built) == sorted(path.name for path in SAMPLES.iterdir())
    stale = [name for name, content in built.items() if not same(content, (SAMPLES / name).read_bytes())]
    assert not stale, "run scripts/build_pdfs.py and read the diff"


def same(left: bytes, right: bytes) -> bool:
    """Whether two files say the same, packed by whichever zlib."""
    return left == right or unpacked(left) == unpacked(right)


@pytest.mark.parametrize("name", NAMES)
def test_samples_are_small(name: str) -> None:
    """A sample is a small file."""
    assert sample_pdf(name).stat().st_size < 40_000
