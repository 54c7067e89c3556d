"""What can be told of a file without reading a PDF: that it is one, and how big; owns no PDF library."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from nlp.errors import Empty, NotAPdf, TooLarge, Unsupported
from nlp.settings import MIB

if TYPE_CHECKING:
    from pathlib import Path

    from nlp.settings import Limits

_HEAD_BYTES = 1024
_TAIL_BYTES = 64 * 1024
_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
_MAGIC = (
    (b"PK", "a ZIP archive"),
    (b"\xd0\xcf\x11\xe0", "an old Office document (.doc, .xls) or a protected new one"),
    (b"{\\rtf", "an RTF document"),
    (b"%!PS", "PostScript"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"\x1f\x8b", "a gzip file"),
    (b"7z\xbc\xaf", "a 7z archive"),
)
_INSIDE_ZIP = (
    (b"word/", "a Word document (.docx)"),
    (b"xl/", "an Excel workbook (.xlsx)"),
    (b"ppt/", "a PowerPoint file (.pptx)"),
    (b"opendocument", "an OpenDocument file"),
    (b"application/epub", "an e-book (EPUB)"),
)


def check_file(path: Path, limits: Limits) -> None:
    """Refuse what can be told without reading a PDF."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            kind = next((name for test, name in _KINDS if test(status.st_mode)), "not a regular file")
            raise Unsupported(f"it is {kind}", hint="Give a PDF file.")
        if status.st_size == 0:
            raise Empty("the file has no bytes")
        if status.st_size > limits.file_bytes:
            raise TooLarge(_sizes(status.st_size, limits.file_bytes))
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
            if b"%PDF-" in head:
                return
            file.seek(max(0, status.st_size - _TAIL_BYTES))
            tail = file.read(_TAIL_BYTES)
    except FileNotFoundError as error:
        raise Unsupported("there is no such file", hint="Check the path.") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise Unsupported(f"the file cannot be opened: {reason}", hint="Check the path.") from error
    raise NotAPdf(f"no %PDF- in the first {_HEAD_BYTES} bytes; it looks like {_likeness(head, tail)}")


def _sizes(size: int, allowed: int) -> str:
    if size - allowed < 0.05 * MIB:  # both could round to the same
        return f"the file has {size:,} bytes; {allowed:,} are allowed"
    return f"the file has {size / MIB:.1f} MiB; {allowed / MIB:.1f} MiB are allowed"


def _likeness(head: bytes, tail: bytes) -> str:
    """Guess what a file without a PDF header is, for the message only."""
    for magic, name in _MAGIC:
        if head.startswith(magic):
            if name == "a ZIP archive":
                # The names of a ZIP archive's files stand uncompressed at its end.
                return next((what for part, what in _INSIDE_ZIP if part in head or part in tail), name)
            return name
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return "a web page (HTML)"
    if start.startswith(b"<"):
        return "an XML or HTML file"
    if not head.strip(b"\0"):
        return "a file of zeros"
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        # A letter cut in two by the end of `head` is no sign of a binary file.
        if error.start < len(head) - 3:
            return "another binary format"
    return "plain text" if b"\0" not in head else "another binary format"
