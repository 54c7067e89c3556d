"""What two writings of one name share: words without accents, hyphens and large letters."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

HYPHENS = frozenset("-\u2010\u2011")
_APOSTROPHES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'", "`": "'", "\u00b4": "'"})
#: A word with the accents that stand apart from their letters, or one other sign, and the white space
#: after it. Small words that a line break has glued to a name are words of their own: "byOIE".
_PIECE = re.compile(
    r"((?<![^\W_])(?:and|at|between|by|for|from|in|into|of|on|or|the|to|under|with)(?=[A-Z])"
    r"|[^\W_](?:[^\W_]|[\u0300-\u036f])*|\S)(\s*)"
)

#: The same, in half the time, where nothing is glued and no sign needs care.
_PLAIN_PIECE = re.compile(r"(\w+|\S)(\s*)")
_INNER_CAPITAL = re.compile(r"[a-z][A-Z]")


@lru_cache(maxsize=32_768)
def plain(word: str) -> str:
    """Return the word without accents, ligatures and typographic apostrophes, case kept."""
    if word.isascii():
        return word
    parts = unicodedata.normalize("NFKD", word.translate(_APOSTROPHES))
    return "".join(c for c in parts if not unicodedata.combining(c)) or word


def pieces(text: str) -> list[tuple[str, str]]:
    """Cut a text into words and signs, each with the white space after it; drop what is before the first."""
    plain_text = text.isascii() and "_" not in text and not _INNER_CAPITAL.search(text)
    return (_PLAIN_PIECE if plain_text else _PIECE).findall(text)


def hyphen_inside(found: list[tuple[str, str]], at: int) -> bool:
    """Whether the piece is a hyphen inside a compound."""
    return (
        found[at][0] in HYPHENS
        and 0 < at < len(found) - 1
        and not found[at - 1][1]
        and not found[at][1]
        and found[at - 1][0][-1].isalnum()
        and found[at + 1][0][0].isalnum()
    )


def plain_words(text: str) -> tuple[str, ...]:
    """Return the plain words and signs of a text, case kept, without hyphens inside compounds."""
    found = pieces(text)
    if HYPHENS.isdisjoint(text):
        return tuple(plain(piece) for piece, _ in found)
    return tuple(plain(piece) for at, (piece, _) in enumerate(found) if not hyphen_inside(found, at))


def holds(words: tuple[str, ...], part: tuple[str, ...]) -> bool:
    """Whether the words of one name stand in another, side by side."""
    return any(words[at : at + len(part)] == part for at in range(len(words) - len(part) + 1))


def fold(text: str) -> tuple[str, ...]:
    """Return what two writings of one name share: its plain words in lower case."""
    return tuple(word.casefold() for word in plain_words(text))
