"""Rows and plain text to blocks: what `wsis tag` takes besides PDFs.

Owns which kind an input is, and what a good row is. A row's text is kept as it came; plain
text is parted at blank lines. Tags nothing.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from typing import TYPE_CHECKING, BinaryIO, Literal, get_args

from nlp.display import SURROGATE
from nlp.document import Block, Document
from nlp.errors import DocumentError, Empty, TooLarge, Unsupported

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePath

    from nlp.settings import Limits

InputKind = Literal["pdf", "jsonl", "text"]
INPUT_KINDS: tuple[InputKind, ...] = get_args(InputKind)

_BY_ENDING: dict[str, InputKind] = {".pdf": "pdf", ".jsonl": "jsonl", ".txt": "text"}
#: Bytes of a stream that tell its kind.
HEAD_BYTES = 1024
_BOM = b"\xef\xbb\xbf"
_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*\n)+")
_ROW = 'a row is {"id": "...", "text": "...", "section": ["...", "..."]}, section being optional'

#: Longest line read at once, per character allowed in its text (`\\uXXXX` is six bytes).
_BYTES_PER_CHARACTER = 8


def kind_of(path: PurePath) -> InputKind:
    """Tell the kind of a file by the ending of its name, in any case.

    Raises
    ------
    Unsupported
        For an ending that is not .pdf, .jsonl or .txt.
    """
    try:
        return _BY_ENDING[path.suffix.lower()]
    except KeyError:
        met = f"the ending {path.suffix!r}" if path.suffix else "no ending"
        raise Unsupported(f"the name has {met}; known are {', '.join(_BY_ENDING)}") from None


def sniff(head: bytes) -> InputKind:
    """Tell the kind of a stream by its first bytes; plain text cannot be told so.

    Raises
    ------
    Empty, Unsupported
        When there are no bytes, or when they begin neither a PDF nor a row.
    """
    if not head.strip():
        raise Empty("no bytes came")
    if b"%PDF-" in head[:HEAD_BYTES]:
        return "pdf"
    start = head.removeprefix(_BOM).lstrip()
    if start.startswith(b"{"):
        return "jsonl"
    raise Unsupported(
        f"cannot tell what it is from its beginning {head[:20]!r}",
        hint=f"Say it with --input-format: {', '.join(INPUT_KINDS)}.",
    )


def cannot_read(error: OSError) -> DocumentError:
    """Tell that the system does not give the input's bytes."""
    if isinstance(error, FileNotFoundError):
        return Unsupported("there is no such file", hint="Check the path.")
    if isinstance(error, IsADirectoryError):
        return Unsupported("it is a folder", hint="Name the files in it.")
    return Unsupported(
        f"it cannot be read: {error.strerror or error}", hint="Check that it exists and may be read."
    )


def iter_rows(stream: BinaryIO, source: str, limits: Limits) -> Iterator[Block | DocumentError]:
    """Read rows one by one, in order; a bad one comes as the error that names its line.

    Parameters
    ----------
    stream : BinaryIO
        UTF-8, one JSON object a line; blank lines are passed over.
    source : str
        What to call the stream in errors.
    limits : Limits
        `characters` holds for each row.

    Yields
    ------
    Block or DocumentError
        A paragraph with the row's id, text and section; or what is wrong with the row.
    """
    longest = min(limits.characters * _BYTES_PER_CHARACTER, sys.maxsize // 2)
    for number, line in enumerate(_lines(stream, longest), start=1):
        where = f"{source} line {number}"
        if len(line) > longest:
            yield TooLarge(f"the line has more than {longest:,} bytes", input=where)
        elif line.strip():
            try:
                yield _row(line, limits)
            except DocumentError as error:
                error.input = where
                yield error


def read_text(data: bytes, source: str, limits: Limits) -> Document:
    """Make a document of plain text: paragraphs parted by blank lines, lines joined by one space.

    Raises
    ------
    Empty, TooLarge, Unsupported
        When it holds no text, too much, or bytes that are not UTF-8.
    """
    text = _decode(data).replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    if len(text) > limits.characters:
        raise TooLarge(f"{len(text):,} characters; the limit is {limits.characters:,}", input=source)
    paragraphs = [" ".join(part.split()) for part in _BLANK_LINES.split(text)]
    paragraphs = [paragraph for paragraph in paragraphs if paragraph]
    if not paragraphs:
        raise Empty("the text has no words", input=source)
    if len(paragraphs) > limits.blocks:
        raise TooLarge(f"{len(paragraphs):,} paragraphs; the limit is {limits.blocks:,}", input=source)
    return Document(
        id=hashlib.sha256(data).hexdigest(),
        source=source,
        extractor={"name": "text"},
        blocks=tuple(
            Block(id=f"b{number:04d}", kind="paragraph", text=paragraph)
            for number, paragraph in enumerate(paragraphs, start=1)
        ),
    )


def _lines(stream: BinaryIO, longest: int) -> Iterator[bytes]:
    """Split at line feeds only, and never hold more of a line than is allowed."""
    line = stream.readline(longest + 1).removeprefix(_BOM)
    while line:
        cut_off = len(line) > longest and not line.endswith(b"\n")
        yield line
        while cut_off:
            rest = stream.readline(longest)
            cut_off = bool(rest) and not rest.endswith(b"\n")
        line = stream.readline(longest + 1)


def _row(line: bytes, limits: Limits) -> Block:
    try:
        row = json.loads(_decode(line))
    except json.JSONDecodeError as error:
        raise _bad(f"not JSON: {error.msg} at column {error.colno}") from error
    except ValueError as error:  # a number of thousands of digits
        raise _bad(f"not JSON: {error}") from error
    except RecursionError as error:
        raise _bad("nested too deeply") from error
    if not isinstance(row, dict):
        raise _bad(f"a {type(row).__name__}, not an object")
    for name in ("id", "text"):
        if name not in row:
            raise _bad(f"the field {name!r} is missing")
        _check_string(name, row[name])
    section = row.get("section")
    if section is None:
        section = []
    if not isinstance(section, list):
        raise _bad(f"'section' is {_short(section)}, not a list")
    for heading in section:
        _check_string("section", heading)
    if len(row["text"]) > limits.characters:
        raise TooLarge(f"{len(row['text']):,} characters; the limit is {limits.characters:,}")
    return Block(id=row["id"], kind="paragraph", text=row["text"], section=tuple(section))


def _bad(detail: str) -> Unsupported:
    return Unsupported(detail, hint=f"Mend the line; {_ROW}.")


def _short(value: object) -> str:
    return repr(value)[:60]


def _check_string(name: str, value: object) -> None:
    if not isinstance(value, str):
        raise _bad(f"{name!r} holds {_short(value)}, not a string")
    if found := SURROGATE.search(value):
        raise Unsupported(
            f"{name!r} holds half a character (\\u{ord(found[0]):04x}) at {found.start()}",
            hint="Write the text as UTF-8 again from its source.",
        )


def _decode(data: bytes) -> str:
    try:
        return data.removeprefix(_BOM).decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unsupported(
            f"not UTF-8: byte 0x{data[error.start]:02x} at offset {error.start}",
            hint="Save the file as UTF-8.",
        ) from error
