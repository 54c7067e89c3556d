"""Sentences in which every entity is marked: what the entity lists promise, kept beside them.

In a sample `[Guinea-Bissau](member:GNB)` marks an entity; everything outside such marks must stay
unmarked. A near miss is a sample that holds one of two names that are easily taken for each other.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from nlp.errors import ModelInvalid
from nlp.knowledge.entry import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE = "samples.jsonl"
_MARK = re.compile(r"\[([^\[\]]+)\]\(([^()\s]+(?:\(\d+\)[^()\s]*)*)\)")
_FIELDS = {"text", "language"}


@dataclass(frozen=True, slots=True)
class Sample:
    """A sentence with its entities: `(start, end, id)` in code points of the text."""

    text: str
    spans: tuple[tuple[int, int, str], ...] = ()
    language: str = "en"

    @classmethod
    def of(cls, marked: str, language: str = "en") -> Sample:
        """Read a marked sentence."""
        text, done = "", 0
        spans: list[tuple[int, int, str]] = []
        for mark in _MARK.finditer(marked):
            text += marked[done : mark.start()]
            spans.append((len(text), len(text) + len(mark[1]), mark[2]))
            text += mark[1]
            done = mark.end()
        return cls(text + marked[done:], tuple(spans), language)

    def __str__(self) -> str:
        """Write the sentence with its marks."""
        out, done = "", 0
        for start, end, ident in self.spans:
            out += f"{self.text[done:start]}[{self.text[start:end]}]({ident})"
            done = end
        return out + self.text[done:]


def load_samples() -> tuple[Sample, ...]:
    """Read the samples of the package.

    Raises
    ------
    ModelInvalid
        With the file and the line.
    """
    try:
        text = files("nlp").joinpath("data", FILE).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ModelInvalid(f"cannot be read: {error}", input=FILE) from error
    return tuple(_samples(text))


def _samples(text: str) -> Iterator[Sample]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            yield to_sample(json.loads(line))
        except (ValueError, TypeError) as error:
            raise ModelInvalid(f"line {number}: {error}", input=FILE) from error


def to_sample(record: object) -> Sample:
    """Make a sample of what a file holds of it.

    Raises
    ------
    ValueError, TypeError
        With the field and its value.
    """
    if not isinstance(record, dict) or not isinstance(record.get("text"), str):
        raise TypeError(
            f"not a sample: {record!r:.60}; a sample has `text`, and `language` if it is not English"
        )
    if unknown := sorted(set(record) - _FIELDS):
        raise ValueError(f"unknown field {unknown[0]!r}; allowed: {', '.join(sorted(_FIELDS))}")
    language = record.get("language", "en")
    if language not in ("en", *LANGUAGES):
        allowed = ", ".join(("en", *LANGUAGES))
        raise ValueError(f"field 'language' cannot be {language!r:.60}; allowed: {allowed}")
    return Sample.of(record["text"], language)
