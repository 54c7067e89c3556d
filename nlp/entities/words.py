"""A text as words with their places; what spaCy's tokens and every rule here count in."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from operator import add
from typing import TYPE_CHECKING

from nlp.knowledge import HYPHENS, hyphen_inside, pieces, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

#: An acronym is rarely longer.
LONG_WORD = 6
#: A word that others are glued to is not shorter.
SHORT_GLUED = 5
#: Small words that stand glued to the end of another one.
GLUED = ("and", "for", "of", "on", "the", "to", "in")
#: A line is one of capitals, or a list one of names, when more than this share of its words are.
CAPITALS = 0.8
#: Words that tell a line of capitals from a list of acronyms.
COMMON = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "by",
        "can",
        "do",
        "for",
        "from",
        "has",
        "have",
        "how",
        "in",
        "into",
        "is",
        "it",
        "let",
        "may",
        "must",
        "not",
        "of",
        "on",
        "or",
        "our",
        "so",
        "that",
        "the",
        "their",
        "this",
        "to",
        "up",
        "us",
        "was",
        "we",
        "what",
        "when",
        "who",
        "why",
        "will",
        "with",
        "you",
        "your",
    ]
)
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
    tokens, gaps : tuple of str
        All that the text is made of after its first white space: words and signs as written, hyphens
        too, and the white space after each.
    shouted : bool
        Whether the text is a line of capitals with a common small word in it: "WHO WE ARE".
    """

    text: str
    starts: list[int]
    ends: list[int]
    raw: list[str]
    low: list[str]
    tokens: tuple[str, ...]
    gaps: tuple[str, ...]
    shouted: bool

    @classmethod
    def of(cls, text: str, known: frozenset[str] = frozenset()) -> Words:
        """Cut the text into words, and words of `known` from the small ones glued to them."""
        found = pieces(text)
        if known and (glued := _glued({piece for piece, _ in found}, known)):
            found = _unglued(found, glued)
        tokens, gaps = zip(*found, strict=True) if found else ((), ())
        before = len(text) - len(text.lstrip())
        lengths = list(map(len, tokens))
        starts = list(accumulate(map(add, lengths, map(len, gaps)), initial=before))[:-1]
        ends = list(map(add, starts, lengths))
        raw = list(tokens)
        if not HYPHENS.isdisjoint(text):
            kept = [at for at in range(len(found)) if not hyphen_inside(found, at)]
            starts, ends = [starts[at] for at in kept], [ends[at] for at in kept]
            raw = [raw[at] for at in kept]
        if not text.isascii():
            raw = list(map(plain, raw))
        low = list(map(str.casefold, raw))
        shouted = text.isupper() and not COMMON.isdisjoint(low)
        return cls(text, starts, ends, raw, low, tokens, gaps, shouted)

    def __len__(self) -> int:
        """Return the number of words."""
        return len(self.raw)

    def adjacent(self, index: int) -> bool:
        """Whether nothing stands between this word and the next one."""
        return index + 1 < len(self) and self.ends[index] == self.starts[index + 1]

    def hyphenated(self, index: int) -> bool:
        """Whether only a hyphen stands between this word and the next one."""
        return index + 1 < len(self) and self.text[self.ends[index] : self.starts[index + 1]] in HYPHENS

    def accented(self, start: int, end: int) -> bool:
        """Whether a letter of the words `[start, end)` has an accent: "CITÉS" are towns."""
        shown = self.text[self.starts[start] : self.ends[end - 1]]
        return not shown.isascii() and any(sign.isalpha() and not sign.isascii() for sign in shown)

    def in_capitals(self, start: int, end: int) -> bool:
        """Whether `[start, end)` stands among common words in capitals: beside one, or in a line of them."""
        if self.shouted:
            return True
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


def _glued(words: set[str], known: frozenset[str]) -> dict[str, str]:
    """Return which words end in a small one that a line break has glued to a known one: "Tariffsand"."""
    glued: dict[str, str] = {}
    for word in words:
        if len(word) > SHORT_GLUED and word.endswith(GLUED) and word.casefold() not in known:
            small = next(small for small in GLUED if word.endswith(small))
            first = word[: -len(small)]
            if len(first) >= SHORT_GLUED and first.casefold() in known:
                glued[word] = small
    return glued


def _unglued(found: list[tuple[str, str]], glued: dict[str, str]) -> list[tuple[str, str]]:
    """Part the glued words."""
    apart: list[tuple[str, str]] = []
    for word, gap in found:
        small = glued.get(word)
        apart += [(word[: -len(small)], ""), (small, gap)] if small else [(word, gap)]
    return apart
