"""Whether a page's text can be read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nlp.pdf.text import word_list

if TYPE_CHECKING:
    from nlp.pdf.geometry import Page

#: Fewer letters than this say nothing about a page; a page has text from this many glyphs on.
ENOUGH_LETTERS, MIN_GLYPHS = 60, 12
#: Share of broken words from which a text layer is rubbish, and from which it is doubtful.
RUBBISH, DOUBTFUL = 0.45, 0.12
#: Share of unknown words from which an English OCR layer is doubtful, and the fewest words to tell.
UNKNOWN, ENOUGH_WORDS = 0.18, 30
#: From here on scripts stand that part no words and have signs of their own.
FIRST_IDEOGRAPH = 0x2E80

_SMALL_WORD = re.compile(r"\b[a-z]{4,}\b")
_TOKEN = re.compile(r"\S+")
_PLAIN = re.compile(
    r"[(\[“‘\"'«]*(?:[^\W\d_]+(?:['’.&/‐–—-][^\W\d_]+)*\.?|[\d.,:/%$€£()-]+)[)\]”’\"'».,;:!?…*]*"
)
#: Tokens without letters or figures that print has: leaders, dashes, bullets, rules.
_SIGNS = re.compile(r"[.…·•∙_–—*()-]+")
_CAMEL = re.compile(r"[^\W\d_]*[a-zß-ÿ][A-Z][^\W\d_]*")
_NO_VOWEL = re.compile(r"[bcdfghjklmnpqrstvwxz]{4,}", re.IGNORECASE)


def has_text(page: Page) -> bool:
    """Whether a page has a text layer at all."""
    glyphs = page.glyphs + sum(len(line.text) for line in page.turned)
    return glyphs - page.unmapped >= MIN_GLYPHS or (glyphs > 0 and page.pictured < 0.5)


def broken_share(page: Page) -> float:
    """Share of a page's words that no language writes so, 0 to 1.

    Counted are words that mix letters with digits or signs, single stray letters and signs,
    consonants without a vowel, capitals inside words, and glyphs without a character.
    """
    text = " ".join(line.text for line in page.lines)
    tokens = _TOKEN.findall(text)
    letters = sum(c.isalpha() for c in text)
    if page.unmapped > 0.5 * max(1, page.glyphs):
        return 1.0
    if letters < ENOUGH_LETTERS:
        return 0.0
    return sum(_broken(token) for token in tokens) / len(tokens)


def unknown_share(page: Page) -> float:
    """Share of a page's small-letter words that the English word list lacks, 0 to 1.

    Clean English print has up to an eighth of them (names, rare words); an OCR layer that reads
    "Secretary" as "SecEetaly" a quarter and more. It says nothing about other languages.
    """
    found = _SMALL_WORD.findall(" ".join(line.text for line in page.lines))
    known = word_list()
    return sum(word not in known for word in found) / len(found) if len(found) >= ENOUGH_WORDS else 0.0


def _broken(token: str) -> bool:
    core = token.strip("()[]“”‘’\"'«».,;:!?…*–—-•")
    if not core:
        return _SIGNS.fullmatch(token) is None
    if "\ufffd" in core:
        return True
    if any(ord(c) >= FIRST_IDEOGRAPH for c in core):
        return False
    if core.isalpha():
        if len(core) == 1:
            return core.lower() not in "aàioyeuwсвкоуиа" and not core.isupper()
        latin = core.isascii()
        return latin and (
            (
                _NO_VOWEL.search(core) is not None
                and not core.isupper()
                and not re.search("[aeiouy]", core.lower())
            )
            or (_CAMEL.fullmatch(core) is not None and len(core) > 3 and not core[0].isupper())
        )
    return _PLAIN.fullmatch(core) is None and not re.search(r"https?:|www\.|@|/[A-Z]|\d{2,}|[A-Z]{2,}", core)
