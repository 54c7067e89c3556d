"""Words and character n-grams of a paragraph and its heading, weighed; numpy only.

Training chooses the terms with scikit-learn's vectorizers; here the same terms are found and
weighed without importing it, which would cost `wsis tag` a second. A test holds the two equal.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

Analyzer = Literal["word", "char_wb"]
ANALYZERS: tuple[Analyzer, ...] = get_args(Analyzer)

#: Lengths of the n-grams, as the vectorizers of training take them.
NGRAM_RANGE: dict[Analyzer, tuple[int, int]] = {"word": (1, 2), "char_wb": (3, 5)}
TOKEN_PATTERN = r"(?u)\b\w\w+\b"  # noqa: S105 - of words
#: Heading columns count half: a heading is context, not the thing said.
HEADING_WEIGHT = 0.5
#: Headings that count, from the paragraph upwards.
HEADING_LEVELS = 2

_TOKEN = re.compile(TOKEN_PATTERN)
_PIECE = re.compile(r"\S+")
#: Words whose n-grams are kept at hand.
_WORDS_KEPT = 20_000


def heading_of(section: Sequence[str]) -> str:
    """Return the headings that count as context of a block, outermost first."""
    return " / ".join(section[-HEADING_LEVELS:])


def word_ngrams(text: str) -> list[str]:
    """Return the words of two letters or more in lower case, and each pair of neighbours."""
    words = _TOKEN.findall(text.lower())
    return words + [f"{left} {right}" for left, right in pairwise(words)]


def char_ngrams(word: str) -> list[str]:
    """Return the n-grams of characters of a word in lower case, with a blank at both its ends."""
    shortest, longest = NGRAM_RANGE["char_wb"]
    padded = f" {word} "
    ngrams = []
    for n in range(shortest, longest + 1):
        if n >= len(padded):
            # A short word counts once, not once for each length.
            ngrams.append(padded)
            break
        ngrams += [padded[i : i + n] for i in range(len(padded) - n + 1)]
    return ngrams


@dataclass(frozen=True)
class Terms:
    """The terms of one kind that a model knows, with what weighs them.

    Parameters
    ----------
    analyzer : "word" or "char_wb"
    terms : tuple of str
        In column order.
    document_frequency : ndarray of shape (n_terms,)
        Training rows that hold the term.
    n_rows : int
        Training rows in all.
    """

    analyzer: Analyzer
    terms: tuple[str, ...]
    document_frequency: NDArray[np.int32]
    n_rows: int

    @cached_property
    def column(self) -> dict[str, int]:
        """The column of each term."""
        return {term: column for column, term in enumerate(self.terms)}

    @cached_property
    def columns_of_word(self) -> Callable[[str], tuple[int, ...]]:
        """The columns of a lower-case word's character n-grams, one for each time they occur."""

        # Words come back all the time; taking them apart is most of the work.
        @lru_cache(maxsize=_WORDS_KEPT)
        def columns(word: str) -> tuple[int, ...]:
            known = self.column
            return tuple(known[ngram] for ngram in char_ngrams(word) if ngram in known)

        return columns

    @cached_property
    def _idf(self) -> list[float]:
        # Smoothed as if one more row held every term.
        return [math.log((1 + self.n_rows) / (1 + df)) + 1 for df in self.document_frequency.tolist()]

    def weigh(self, text: str) -> dict[int, float]:
        """Return the text's columns with sublinear TF-IDF weights of length 1 together."""
        idf = self._idf
        counts = Counter(self._occurrences(text))
        weights = {column: (1 + math.log(count)) * idf[column] for column, count in counts.items()}
        length = math.sqrt(sum(weight * weight for weight in weights.values()))
        return {column: weight / length for column, weight in weights.items()}

    def _occurrences(self, text: str) -> Iterable[int]:
        if self.analyzer == "char_wb":
            return chain.from_iterable(map(self.columns_of_word, text.lower().split()))
        known = self.column
        return (known[term] for term in word_ngrams(text) if term in known)

    def __len__(self) -> int:
        """Return the number of columns."""
        return len(self.terms)


@dataclass(frozen=True)
class Lexicon:
    """The lexical columns of a model, in order: words, character n-grams, heading words."""

    words: Terms
    characters: Terms
    heading: Terms

    @property
    def parts(self) -> tuple[Terms, Terms, Terms]:
        """Words, character n-grams and heading words."""
        return self.words, self.characters, self.heading

    def __len__(self) -> int:
        """Return the number of columns."""
        return sum(len(part) for part in self.parts)

    def weigh(self, text: str, heading: str) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """Return the columns and weights of a paragraph under its heading."""
        columns: list[int] = []
        weights: list[float] = []
        start = 0
        for part, source, scale in (
            (self.words, text, 1.0),
            (self.characters, text, 1.0),
            (self.heading, heading, HEADING_WEIGHT),
        ):
            found = part.weigh(source)
            columns += [start + column for column in found]
            weights += [scale * weight for weight in found.values()]
            start += len(part)
        return np.array(columns, dtype=np.intp), np.array(weights)


class Piece(NamedTuple):
    """A stretch `[start, end)` of a text between blanks, without the signs around it."""

    start: int
    end: int


class Voices(NamedTuple):
    """Which piece of a text speaks through which lexical column, and for what share of it.

    All of shape (n_voices,); the shares of a column add up to 1.
    """

    piece: NDArray[np.intp]
    column: NDArray[np.intp]
    share: NDArray[np.float64]


def take_apart(text: str, lexicon: Lexicon) -> tuple[list[Piece], Voices]:
    """Take a text apart into pieces, and share its columns out to them; see `Voices`."""
    spans = [match.span() for match in _PIECE.finditer(text)]
    lower = [text[start:end].lower() for start, end in spans]
    found = [*_word_voices(lower, lexicon.words), *_char_voices(lower, lexicon)]
    pieces, columns, voices = zip(*found, strict=True) if found else ((), (), ())
    column, voice = np.array(columns, dtype=np.intp), np.array(voices, dtype=np.float64)
    total = np.bincount(column, weights=voice, minlength=1)
    share = voice / total[column]
    return [_trim(text, *span) for span in spans], Voices(np.array(pieces, dtype=np.intp), column, share)


def _word_voices(lower: list[str], terms: Terms) -> Iterable[tuple[int, int, float]]:
    known = terms.column
    words = [(word, piece) for piece, part in enumerate(lower) for word in _TOKEN.findall(part)]
    for word, piece in words:
        if word in known:
            yield piece, known[word], 1.0
    for (left, i), (right, j) in pairwise(words):
        pair = f"{left} {right}"
        if pair in known:
            yield i, known[pair], 0.5
            yield j, known[pair], 0.5


def _char_voices(lower: list[str], lexicon: Lexicon) -> Iterable[tuple[int, int, float]]:
    start = len(lexicon.words)
    for piece, part in enumerate(lower):
        for column in lexicon.characters.columns_of_word(part):
            yield piece, start + column, 1.0


def _trim(text: str, start: int, end: int) -> Piece:
    first = next((i for i in range(start, end) if text[i].isalnum()), start)
    last = next((i for i in range(end - 1, first - 1, -1) if text[i].isalnum()), end - 1)
    return Piece(first, last + 1)
