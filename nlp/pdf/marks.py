"""The printed signs that open a unit: paragraph numbers, list letters, bullets, note marks."""

from __future__ import annotations

import re
from typing import NamedTuple

#: The last one is a bullet of a font that says nothing of its characters.
BULLETS = "•·●▪■◦○►▶❖➢➤✓✔⁃∙◆◊▫□‣\ufffd"
_ROMAN = r"[ivxlc]{1,6}"
_BULLET = re.compile(rf"[{BULLETS}]\s*|(?:[–—-]|o)\s+(?=\S)")
_LETTER = re.compile(
    rf"\[\d{{1,3}}\]\s*|\((?:[a-z]{{1,2}}|{_ROMAN}|\d{{1,2}})\)\s*|(?:[a-z]|{_ROMAN})[.)]\s+(?=\S)"
    r"|[A-Z]\.\s+(?=[a-z])"
)
_NUMBER = re.compile(
    r"(?:\d{1,3}\.—(?:\(\d{1,2}\))?|\d{1,3}(?:\.\d{1,3}){1,4}\.?|\d{1,3}[.)])(?:\s+|(?=[A-Z“\"])|(?<=[—)]))(?=\S)"
)
_HEADING_NUMBER = re.compile(
    r"(?:[IVXLC]{1,7}|[A-Z])\.\s+(?=\S)|\d{1,2}(?:\.\d{1,2}){0,4}\.?\s+(?=[A-ZÀ-ÖØ-Þ])", re.ASCII
)
_NOTE = re.compile(r"(?P<mark>\d{1,3}|[*†‡§¶#]{1,3})(?P<tail>[./)]|(?=\s)|(?<=[*†‡§]))\s*(?=\S)")
_ROMAN_FULL = re.compile(r"M{0,3}(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})")


class Mark(NamedTuple):
    """A sign at a line's start: `kind` "number", "letter" or "bullet"; `end` where the text goes on."""

    kind: str
    printed: str
    end: int


def opening(text: str) -> Mark | None:
    """Return the number, list letter or bullet that opens a line, if one does."""
    for kind, pattern in (("bullet", _BULLET), ("letter", _LETTER), ("number", _NUMBER)):
        found = pattern.match(text)
        if found and (found.end() < len(text) or kind == "bullet"):
            return Mark(kind, found.group().strip(), found.end())
    return None


def bare(text: str) -> bool:
    """Whether a stretch is nothing but an opening sign, as printed apart in the margin."""
    mark = opening(text + " x")
    return mark is not None and mark.end >= len(text)


def heading_number(text: str) -> Mark | None:
    """Return the roman, capital or decimal number of a heading."""
    found = _HEADING_NUMBER.match(text)
    if not found or found.end() >= len(text):
        return None
    printed = found.group().strip()
    stem = printed.rstrip(".")
    if stem.isalpha() and len(stem) > 1 and not _ROMAN_FULL.fullmatch(stem):
        return None
    return Mark("heading", printed, found.end())


def scheme(number: str | None) -> str:
    """Name the numbering a printed number belongs to, which tells a heading's depth."""
    stem = (number or "").strip("().")
    if not stem:
        return ""
    if stem[0].isdigit():
        return f"decimal{stem.count('.') + 1}"
    if stem.isupper():
        return "roman" if _ROMAN_FULL.fullmatch(stem) and (len(stem) > 1 or stem in "IVX") else "capital"
    return "small"


def stem(printed: str | None) -> str:
    """Return a printed mark without its signs: "2/", "2." and "(2)" are all called as "2"."""
    return (printed or "").strip("(./)")


def note_mark(text: str, expected: int | None) -> Mark | None:
    """Return the mark that opens a note printed on the line, not raised.

    A number counts only if it is the `expected` one or there is no expectation, so that a
    year or page at a line's start opens nothing.
    """
    found = _NOTE.match(text)
    if not found:
        return None
    mark = found["mark"]
    if mark.isdigit() and expected is not None and int(mark) != expected:
        return None
    return Mark("note", mark + found["tail"], found.end())
