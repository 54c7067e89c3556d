"""Mentions of WSIS action lines: by code, by title, or both together."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nlp.entities.found import Found

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nlp.knowledge import Entry

_CODE = r"C(?:1[01]|[1-9])"
BEFORE_CODE = re.compile(rf"\baction\s{{1,3}}lines?\s{{1,3}}\(?({_CODE})(?!\w)", re.IGNORECASE)
AFTER_CODE = re.compile(rf"(?<![\w.\-])({_CODE})\s{{1,3}}action\s{{1,3}}lines?\b", re.IGNORECASE)
_LIKE_CODE = re.compile(r"[Cc]\d")
CODE = re.compile(rf"(?<![\w.\-/])({_CODE})(?![\w\-/])")
#: What stands between a code and the title after it: "C7: e-business", "C7 (e-business".
_CODE_THEN = re.compile(
    rf"(?:\baction\s{{1,3}}lines?\s{{1,3}})?(?<![\w.\-/])({_CODE})(?:\s?[.:–—\-)]\s{{0,2}}|\s\(?)$"
)
_THEN_CODE = re.compile(rf"\s?\(({_CODE})\)")
_NAMED = re.compile(r"\baction\s{1,3}lines?(?:\s{1,3}on)?(?:\s{1,3}the)?\s{1,3}[\"“]?$", re.IGNORECASE)
#: How far before a title its code can begin.
_REACH = 30

TALKS_OF_THEM = re.compile(r"\baction\s{1,3}lines?\b|\bWSIS\b", re.IGNORECASE)


def talks_of_action_lines(text: str) -> bool:
    """Whether a text speaks of WSIS or of action lines, so that "C5" is likely to be one."""
    return bool(TALKS_OF_THEM.search(text))


def match(text: str, found: Sequence[Found], entries: dict[str, Entry], *, known: bool) -> list[Found]:
    """Find action lines.

    Parameters
    ----------
    found : sequence of Found
        Findings of the phrases; titles among them are weighed again.
    entries : dict of str to Entry
        The action lines under their codes.
    known : bool
        Whether the document has spoken of action lines before.
    """
    findings: list[Found] = []

    def add(start: int, end: int, code: str) -> None:
        entry = entries.get(code)
        if entry is not None:
            findings.append(Found(start, end, "ACTION_LINE", entry.id, entry.name, "action line"))

    for start, end, code in _told_by_code(text, known=known or talks_of_action_lines(text)):
        add(start, end, code)
    for title in found:
        if title.label == "ACTION_LINE":
            for start, end, code in _told_by_title(text, title):
                add(start, end, code)
    return findings


def _told_by_code(text: str, *, known: bool) -> Iterator[tuple[int, int, str]]:
    if not _LIKE_CODE.search(text):
        return
    for pattern in (BEFORE_CODE, AFTER_CODE):
        for hit in pattern.finditer(text):
            opened = "(" in hit[0]
            yield hit.start(1) if opened else hit.start(), hit.end(), hit[1].upper()
    if known:
        for hit in CODE.finditer(text):
            yield hit.start(), hit.end(), hit[1]


def _told_by_title(text: str, title: Found) -> Iterator[tuple[int, int, str]]:
    before = text[max(0, title.start - _REACH) : title.start]
    line = title.id.split("-")[0]
    if (after := _THEN_CODE.match(text, title.end)) and after[1] == title.id:
        yield title.start, after.end(), title.id
    if (first := _CODE_THEN.search(before)) and first[1] == line:
        opened = text[title.end : title.end + 1] == ")" and "(" in first[0]
        yield title.start - len(first[0]), title.end + opened, title.id
    elif _NAMED.search(before):
        yield title.start, title.end, title.id
