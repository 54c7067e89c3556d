"""A text as words with their places; what spaCy's tokens and every rule here count in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nlp.knowledge import HYPHENS, pieces, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

#: An acronym is rarely longer.
LONG_WORD = 6
HYPHENS_ALONE = frozenset(HYPHENS)
#: A line is one of capitals, or a list one of names, when more than this share of its words are.
CAPITALS = 0.8
#: A heading has fewer words than a list.
LIST = 15


@dataclass(frozen=True, slots=True)
class Words:
    """The words and signs of a text, without white space and hyphens inside compounds.

    Attributes
    ----------
    starts, ends : list of int
        Offsets of each word in the text, in code points, half-open.
    raw : list of str
        Each word as written, accents and typographic signs made plain.
    low : list of str
        The same in lower case: what phrases are compared by.
    """

    text: str
    starts: list[int]
    ends: list[int]
    raw: list[str]
    low: list[str]

    @classmethod
    def of(cls, text: str) -> Words:
        """Cut the text into words."""
        starts, ends, raw = [], [], []
        for match in pieces(text):
            starts.append(match.start())
            ends.append(match.end())
            raw.append(plain(match[0]))
        return cls(text, starts, ends, raw, [word.casefold() for word in raw])

    def __len__(self) -> int:
        """Return the number of words."""
        return len(self.raw)

    def adjacent(self, index: int) -> bool:
        """Whether nothing stands between this word and the next one."""
        return index + 1 < len(self) and self.ends[index] == self.starts[index + 1]

    def hyphenated(self, index: int) -> bool:
        """Whether only a hyphen stands between this word and the next one."""
        return index + 1 < len(self) and self.text[self.ends[index] : self.starts[index + 1]] in HYPHENS_ALONE

    def in_capitals(self, start: int, end: int) -> bool:
        """Whether the two words before or after `[start, end)` are common words in capitals."""
        sides = self.raw[max(0, start - 2) : start], self.raw[end : end + 2]
        return any(
            len(side) == 2
            and all(word.isupper() and word.isalpha() for word in side)
            and any(len(word) >= LONG_WORD for word in side)
            for side in sides
        )

    def tells_names(self) -> bool:
        """Whether capitals mark names here: not in a line of capitals, nor in a list of people."""
        letters = [word for word in self.raw if word.isalpha() and len(word) > 1]
        large = sum(word.isupper() for word in letters)
        first_large = sum(not word.islower() for word in letters)
        return large <= CAPITALS * len(letters) and (
            len(letters) < LIST or first_large <= CAPITALS * len(letters)
        )

    def matches(self, at: int, phrase: Sequence[str]) -> bool:
        """Whether the words from `at` are those of `phrase`, letter by letter."""
        return self.raw[at : at + len(phrase)] == list(phrase)
