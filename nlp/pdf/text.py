"""Lines to final text: spaces, hyphens at line ends, offsets of note calls.

A hyphen at a line's end is part of the word in UN and WTO print far more often than not
("Secretary-/General"), so it is dropped only where the joined word is known: from the
document itself or from the word list.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nlp.pdf.geometry import Line

_TAIL = re.compile(r"([A-Za-zÀ-ÖØ-öø-ÿ]+)[-\u2010\u00ad]$")
_HEAD = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ]+")
#: First parts that make compounds and never stand for half a word.
_PREFIXES = frozenset(
    re.findall(
        r"\w+",
        "non self co multi inter intra cross post pre sub e m anti pan semi quasi ex all well long short "
        "high low mid half full part one two three four",
    )
)
_WORD = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ]+(?:-[A-Za-zÀ-ÖØ-öø-ÿ]+)*")


@cache
def word_list() -> frozenset[str]:
    """Return the known words, lower case: `nlp/data/words.txt`, one a line.

    Source: the words of the project's own corpus, counted once; rare ones may be misprints.
    """
    text = files("nlp").joinpath("data", "words.txt").read_text(encoding="utf-8")
    return frozenset(text.split())


class Hyphens:
    """Decides about hyphens at line ends with the words of one document.

    Parameters
    ----------
    texts : iterable of str
        All lines of the document.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._seen: set[str] = set()
        for text in texts:
            # The last word of a line may be a half; what counts is what stands within lines.
            self._seen.update(word.lower() for word in _WORD.findall(text)[1:-1])

    def glue(self, text: str, following: str) -> tuple[int, str]:
        """Say how a line's text meets the next line.

        Returns
        -------
        drop : int
            Characters to drop from the end of `text`: 1 for a hyphen of the line break, else 0.
        between : str
            A space, or nothing after a hyphen.
        """
        if text.endswith("\u00ad"):
            return 1, ""
        tail, head = _TAIL.search(text), _HEAD.match(following)
        if not tail or not head:
            after_mark = bool(re.search(r"[\w/][-/\u2010]$", text)) and bool(re.match(r"[\w(]", following))
            url = bool(re.search(r"(?:https?://|www\.)\S*[-/._=?&]$", text))
            return 0, "" if after_mark or url else " "
        if head.group()[0].isupper() and not tail.group(1).isupper():
            return 0, ""
        first, second = tail.group(1).lower(), head.group().lower()
        return (1, "") if self._is_break(first, second) else (0, "")

    def _is_break(self, first: str, second: str) -> bool:
        joined, compound = first + second, f"{first}-{second}"
        if compound in self._seen:
            return False
        if joined in self._seen:
            return True
        words = word_list()
        if first in _PREFIXES:
            return joined in words and first not in {"e", "non", "self"}
        if joined in words:
            return True
        # Neither form is known: two whole words make a compound, half a word does not stand alone.
        return first not in words and second not in words


def join_lines(lines: list[Line], hyphens: Hyphens) -> tuple[str, list[tuple[int, str]]]:
    """Join lines to one text.

    Returns
    -------
    text : str
        Lines joined by one space, or by none after a hyphen.
    calls : list of (offset, mark)
        Note calls, offsets in code points of `text`.
    """
    text = ""
    calls: list[tuple[int, str]] = []
    for line in lines:
        if text:
            drop, between = hyphens.glue(text, line.text)
            text = text[: len(text) - drop] + between
        base = len(text)
        calls.extend((base + offset, mark) for offset, mark in line.calls)
        if line.lead and base:
            # A raised mark before a line that opens no note is a call after the word before.
            calls.append((len(text.rstrip()), line.lead))
        text += line.text
    if text.endswith("\u00ad"):
        text = text[:-1] + "-"
    size = len(text)
    return text, sorted((min(offset, size), mark) for offset, mark in calls)
