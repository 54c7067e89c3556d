"""Where words begin: gaps between glyphs, letter-spaced print, right-to-left print.

A drawn space is believed only where there is room for it, and a gap is measured against the
other gaps of its own line: no one width fits tight, justified and letter-spaced lines.
"""

from __future__ import annotations

import itertools
import unicodedata
from functools import lru_cache
from statistics import median

#: text, x0, top, x1, bottom, size, font name; sizes and places in points.
Glyph = tuple[str, float, float, float, float, float, str]
#: Glyphs of one baseline, each with "a drawn space came before".
Run = list[tuple[Glyph, bool]]

#: Gap between two words, as a share of the type size, where the line itself does not tell;
#: bounds of what a line may tell.
WORD_GAP, LEAST_GAP, WIDE = 0.15, 0.1, 0.5
#: A usual gap over this share of the size is letter-spacing; fewest gaps to speak of it.
OPEN, FEWEST = 0.12, 4
#: Share of gaps with a drawn space from which the spaces part letters and not words.
SPACED_SHARE = 0.6


def word_gap(run: Run, size: float) -> tuple[float, bool]:
    """Return the gap from which a new word begins, points, and whether drawn spaces count."""
    inner = [
        (_gap(a, b), spaced)
        for (a, _), (b, spaced) in itertools.pairwise(run)
        # Leaders say nothing about words.
        if not (a[0] == b[0] and a[0] in "._…")
    ]
    gaps = sorted(gap for gap, _ in inner)
    if len(gaps) < FEWEST or sum(len(glyph[0]) > 1 for glyph, _ in run) * 2 > len(run):
        # Whole words as glyphs, as text recognition gives them, are parted by their spaces.
        return WORD_GAP * size, True
    all_spaced = sum(spaced for _, spaced in inner) > SPACED_SHARE * len(gaps)
    usual = median(gaps)
    lettered = sum(glyph[0].isalpha() for glyph, _ in run) > 0.6 * len(run)
    if usual > OPEN * size and lettered:
        steps = [(b - a, a, b) for a, b in itertools.pairwise(gaps) if a >= usual and b > 1.3 * a]
        if not steps:
            return max(gaps) + 1, False
        _, low, high = max(steps)
        return (low + high) / 2, not all_spaced
    steps = [
        (min(b, WIDE * size) - max(a, 0.0), max(a, 0.0), min(b, WIDE * size))
        for a, b in itertools.pairwise(gaps)
        if a < 0.2 * size
    ]
    step, low, high = max(steps, default=(0.0, 0.0, 0.0))
    if step < 0.06 * size:
        return WORD_GAP * size, True
    return max(LEAST_GAP * size, (low + high) / 2), True


def _gap(a: Glyph, b: Glyph) -> float:
    """Room between two glyphs, whichever stands left."""
    return max(b[1] - a[3], a[1] - b[3])


@lru_cache(maxsize=4096)
def _direction(text: str) -> str:
    """Return "R" for right-to-left letters, "L" for others that have a direction, "" for neither."""
    kind = unicodedata.bidirectional(text[0])
    if kind in ("R", "AL"):
        return "R"
    return "L" if kind in ("L", "EN", "AN") else ""


def in_reading_order(run: Run) -> Run:
    """Turn a run that is mostly right-to-left, as drawn from left to right, into reading order.

    Figures and Latin words within it keep their own direction.
    """
    right = sum(_direction(glyph[0]) == "R" for glyph, _ in run)
    left = sum(glyph[0].isalpha() and _direction(glyph[0]) == "L" for glyph, _ in run)
    if right <= left:
        return run
    ordered = sorted(run, key=lambda item: -item[0][3])
    out: Run = []
    turned: Run = []
    for item in ordered:
        kind = _direction(item[0][0])
        if kind == "L" or (turned and not kind and item[0][0] in ".,:/-"):
            turned.insert(0, item)
            continue
        out += turned
        turned = []
        out.append(item)
    out += turned
    # A drawn space stood before a glyph in drawing order; here it stands after it.
    spaced = [False, *(item[1] for item in out[:-1])]
    return [
        ((unicodedata.normalize("NFKC", glyph[0]), *glyph[1:]), flag)
        for (glyph, _), flag in zip(out, spaced, strict=True)
    ]
