"""Rows and plain text: what is taken, unchanged, and what is refused, with its line."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.document import Block
from nlp.errors import DocumentError, Empty, TooLarge, Unsupported
from nlp.inputs import iter_rows, kind_of, read_text, sniff
from nlp.settings import Limits

LIMITS = Limits()


def rows(data: bytes, limits: Limits = LIMITS):
    return list(iter_rows(io.BytesIO(data), "rows.jsonl", limits))


@given(st.lists(st.tuples(st.text(st.characters(exclude_categories=("Cs",))), st.booleans()), max_size=5))
def test_ids_order_and_text_stay(items):
    told = [{"id": f"r{n}", "text": text} for n, (text, _) in enumerate(items)]
    data = "".join(
        json.dumps(row, ensure_ascii=ascii_only) + "\n"
        for row, (_, ascii_only) in zip(told, items, strict=True)
    )
    assert rows(data.encode()) == [Block(row["id"], "paragraph", row["text"]) for row in told]


def test_section_blank_lines_bom_crlf_and_a_missing_last_line_end():
    data = b'\xef\xbb\xbf{"id":"a","text":"x","section":["S","T"],"more":1}\r\n\n  \n{"id":"b","text":""}'
    first, second = rows(data)
    assert first == Block("a", "paragraph", "x", section=("S", "T"))
    assert second == Block("b", "paragraph", "")


def test_a_section_of_null_is_none():
    assert rows(b'{"id":"a","text":"x","section":null}') == [Block("a", "paragraph", "x")]


def test_only_line_feeds_part_rows():
    (block,) = rows('{"id":"a","text":"one\u2028two\x85three"}\n'.encode())
    assert block.text == "one\u2028two\x85three"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b'{"id":"a"', "not JSON: .* at column"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[1]", "a list, not an object"),
        (b'{"text":"x"}', "the field 'id' is missing"),
        (b'{"id":"a"}', "the field 'text' is missing"),
        (b'{"id":7,"text":"x"}', "'id' holds 7, not a string"),
        (b'{"id":"a","text":null}', "'text' holds None, not a string"),
        (b'{"id":"a","text":"x","section":"S"}', "'section' is 'S', not a list"),
        (b'{"id":"a","text":"x","section":""}', "'section' is '', not a list"),
        (b'{"id":"a","text":"x","section":0}', "'section' is 0, not a list"),
        (b'{"id":"a","text":"x","section":false}', "'section' is False, not a list"),
        (b'{"id":"a","text":"x","section":[1]}', "'section' holds 1, not a string"),
        (b'{"id":"a","text":"caf\xe9"}', "not UTF-8: byte 0xe9 at offset 21"),
        (b'{"id":"a","text":"x","n":' + b"9" * 5000 + b"}", "not JSON: Exceeds the limit"),
        (b'{"id":"a","text":"x \\ud83d y"}', r"half a character \(\\ud83d\) at 2"),
    ],
)
def test_a_bad_row_is_told_with_its_line_and_the_others_come(line, message):
    good = b'{"id":"g","text":"fine"}\n'
    first, bad, last = rows(good + line + b"\n" + good)
    assert isinstance(first, Block)
    assert isinstance(last, Block)
    assert isinstance(bad, Unsupported)
    assert bad.input == "rows.jsonl line 2"
    with pytest.raises(Unsupported, match=message):
        raise bad


def test_lines_are_counted_with_the_blank_ones():
    (bad,) = rows(b"\n\nx\n")
    assert bad.input == "rows.jsonl line 3"


def test_a_row_over_the_limit_is_refused_and_a_huge_line_is_never_held():
    small = Limits(characters=10)
    row = b'{"id":"a","text":"' + b"x" * 11 + b'"}\n'
    huge = b'{"id":"a","text":"' + b"x" * 5_000_000 + b'"}\n'
    first, second, third = rows(row + huge + b'{"id":"b","text":"x"}\n', small)
    assert isinstance(first, TooLarge)
    assert isinstance(second, TooLarge)
    assert second.input == "rows.jsonl line 2"
    assert third == Block("b", "paragraph", "x")


def test_rows_come_as_they_are_read():
    class Endless(io.RawIOBase):
        def readline(self, size=-1):
            return b'{"id":"a","text":"x"}\n'

    stream = iter_rows(Endless(), "rows", LIMITS)
    assert [next(stream).id for _ in range(3)] == ["a", "a", "a"]


@pytest.mark.parametrize(
    ("name", "kind"), [("a.pdf", "pdf"), ("A.PDF", "pdf"), ("b.jsonl", "jsonl"), ("x.y.txt", "text")]
)
def test_kinds_by_ending(name, kind):
    assert kind_of(Path(name)) == kind


@pytest.mark.parametrize("name", ["a.docx", "a", ".pdf", "pdf", "a.json"])
def test_other_endings_are_refused(name):
    with pytest.raises(Unsupported, match=r"known are \.pdf, \.jsonl, \.txt"):
        kind_of(Path(name))


@pytest.mark.parametrize(
    ("head", "kind"),
    [(b"%PDF-1.7\n", "pdf"), (b"junk\n%PDF-1.4", "pdf"), (b'{"id"', "jsonl"), (b"\xef\xbb\xbf \n{", "jsonl")],
)
def test_kinds_by_first_bytes(head, kind):
    assert sniff(head) == kind


@pytest.mark.parametrize(("head", "error"), [(b"", Empty), (b" \n", Empty), (b"Dear Sir", Unsupported)])
def test_what_cannot_be_told_is_refused(head, error):
    with pytest.raises(error):
        sniff(head)


def test_text_is_parted_at_blank_lines():
    data = b"\xef\xbb\xbfOne\r\nline.\r\n \t\r\nTwo\x0c\n\n\n\nThree\tof  it\n"
    document = read_text(data, "x.txt", LIMITS)
    assert [block.text for block in document.blocks] == ["One line.", "Two", "Three of it"]
    assert [block.id for block in document.blocks] == ["b0001", "b0002", "b0003"]
    assert document.source == "x.txt"
    assert len(document.id) == 64


@pytest.mark.parametrize(
    ("data", "limits", "error"),
    [
        (b"", LIMITS, Empty),
        (b" \n\n ", LIMITS, Empty),
        (b"caf\xe9", LIMITS, Unsupported),
        (b"abcd", Limits(characters=3), TooLarge),
        (b"a\n\nb\n\nc", Limits(blocks=2), TooLarge),
    ],
)
def test_text_that_is_refused(data, limits, error):
    with pytest.raises(error) as caught:
        read_text(data, "x.txt", limits)
    assert isinstance(caught.value, DocumentError)
    assert caught.value.input in ("x.txt", None)
