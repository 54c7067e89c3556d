"""Glyphs to lines: words by the gaps that a reader sees, note calls lifted out, print tricks undone.

What a PDF says about spaces is not trusted alone: letter-spaced lines carry false ones, many
files carry none. A line is a stretch without wide gaps, so that columns and cells stay apart.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from dataclasses import replace
from functools import lru_cache
from statistics import median

from nlp.pdf.geometry import Line, Page, Rule, overlap
from nlp.pdf.spacing import WORD_GAP, Glyph, Run, in_reading_order, word_gap

#: A drawn space with less room than this is none (kerned or letter-spaced print).
MIN_SPACE = 0.05
#: A gap this wide, in type sizes, ends a line: a column, a cell or a hanging number.
LINE_GAP = 1.4
#: Pieces drawn apart are one line only if a usual space is between: gutters may be narrow.
SPLIT_GAP = 0.6
#: A superscript is smaller than this share of the line's size, and raised by this share of it.
SUPER_SIZE, SUPER_RAISE = 0.82, 0.12

#: From this size on, points, a small figure beside the print is a chapter's number, not a note's.
DISPLAY = 14.5

CALL = re.compile(r"\(?(?:\d{1,3}(?:[,;–-]\s?\d{1,3})*|[*†‡§¶#]{1,3}|[a-z])\)?")
UNIT = re.compile(r"(?:^|[\s\d(/])(?:[cdkm]?m|ft|in|km|s|R|x|10)$")
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")

_CLEAN = {
    **{0xFB00 + i: s for i, s in enumerate(("ff", "fi", "fl", "ffi", "ffl", "ft", "st"))},
    **dict.fromkeys((0x200B, 0x200C, 0xFEFF, 0x2060), None),
    # Symbol and Wingdings bullets as their fonts place them.
    **dict.fromkeys((0xF0B7, 0xF0A7, 0xF0D8, 0xF076, 0xF0FC, 0xF06E, 0xF02D, 0xF0E8), "•"),
    0x2028: " ",
    0x2029: " ",
}
_BOLD = re.compile(r"bold|black|heavy|semib|demi|-bd|,bd|-medi(?:ital)?$", re.IGNORECASE)
_ITALIC = re.compile(r"italic|oblique|kursiv|-it$|-it[,+]", re.IGNORECASE)


@lru_cache(maxsize=512)
def _face(font: str | bytes) -> tuple[bool, bool]:
    """Whether a font's name says bold, and italic."""
    name = font.decode("latin-1") if isinstance(font, bytes) else str(font)
    return bool(_BOLD.search(name)), bool(_ITALIC.search(name))


def build_lines(glyphs: list[Glyph], page: Page) -> list[Line]:
    """Make a page's lines from its glyphs, in the order of top, then x0.

    Parameters
    ----------
    glyphs : list of Glyph
        Upright glyphs in the order they are drawn, spaces included.
    page : Page
        Gives the page number and the rules that underline text.

    Returns
    -------
    list of Line
        Each without wide gaps; texts are clean: no ligatures, no doubled print.
    """
    lines = [line for run in _runs(glyphs) if (line := _line(run, page.number))]
    lines = _join_split(_drop_doubles(lines))
    rules = [rule for rule in page.rules if not rule.vertical]
    for line in lines:
        # An underline may be drawn word by word.
        line.underlined = sum(_underline(rule, line) for rule in rules) > 0.7 * line.width
    lines.sort(key=lambda line: (round(line.top, 1), line.x0))
    return lines


def _runs(glyphs: list[Glyph]) -> list[Run]:
    """Cut the drawn order into stretches on one baseline; each glyph with "a space came before"."""
    runs: list[Run] = []
    run: Run = []
    spaced = False
    last_x0 = last_x1 = last_top = last_bottom = last_size = 0.0
    last_text = ""
    for glyph in glyphs:
        text, x0, top, x1, bottom, size, _ = glyph
        if text.isspace() or text in ("", "\u200b"):
            spaced = True
            continue
        if run:
            low = min(bottom - top, last_bottom - last_top)
            share = min(bottom, last_bottom) - max(top, last_top)
            em = max(size, last_size)
            if share > 0.5 * low and x0 - last_x1 < LINE_GAP * em:
                # Doubled print: the glyph again with a hair's offset.
                if text == last_text and abs(x0 - last_x0) < 0.15 * em and abs(top - last_top) < 0.15 * em:
                    continue
                if x0 > last_x0 - 0.3 * em:
                    run.append((glyph, spaced))
                    spaced = False
                    last_x0, last_x1, last_top, last_bottom = x0, x1, top, bottom
                    last_size, last_text = size, text
                    continue
            runs.append(run)
        run = [(glyph, False)]
        spaced = False
        last_x0, last_x1, last_top, last_bottom, last_size, last_text = x0, x1, top, bottom, size, text
    if run:
        runs.append(run)
    return runs


def _main_size(run: Run) -> tuple[float, float]:
    """Return the size that most glyphs have, and the bottom of those."""
    counts: dict[float, int] = {}
    for glyph, _ in run:
        key = round(glyph[5], 1)
        counts[key] = counts.get(key, 0) + 1
    size = max(counts, key=lambda key: (counts[key], key))
    bottoms = [glyph[4] for glyph, _ in run if round(glyph[5], 1) == size]
    return size or 1.0, median(bottoms)


def _line(run: Run, page_number: int) -> Line | None:
    size, base = _main_size(run)
    gap, honour_spaces = word_gap(run, size)
    run = in_reading_order(run)
    parts: list[str] = []
    calls: list[tuple[int, str]] = []
    word_x0 = array("f")
    lead: str | None = None
    length = 0
    bold = italic = count = 0
    mark = ""
    last: Glyph | None = None
    for glyph, spaced in run:
        text, x0, _, x1, bottom, glyph_size, font = glyph
        room = 0.0 if last is None else max(x0 - last[3], last[1] - x1)
        new_word = room > gap or (honour_spaces and spaced and room > MIN_SPACE * size)
        raised = glyph_size < SUPER_SIZE * size and bottom < base - SUPER_RAISE * size
        if text[0] in "⁰¹²³⁴⁵⁶⁷⁸⁹":
            raised, text = True, text.translate(PLAIN)
        last = glyph
        if raised:
            mark += text
            continue
        if mark and mark.isdigit() and text[0] in "/⁄":
            # The numerator of a fraction, after a whole number or alone.
            gap_before = " " if length and parts[-1][-1:].isdigit() else ""
            parts.append(gap_before + mark)
            length += len(gap_before) + len(mark)
            if gap_before or length == len(mark):
                word_x0.append(x0)
            mark = ""
        if mark:
            length, lead = _settle(mark, parts, calls, length, lead)
            mark = ""
        text = text.translate(_CLEAN)
        if not text or (text < " " and text != "\t"):
            continue
        if length == 0 or new_word:
            if length:
                parts.append(" ")
                length += 1
            word_x0.append(x0)
        parts.append(text)
        length += len(text)
        is_bold, is_italic = _face(font)
        bold += is_bold
        italic += is_italic
        count += 1
    if mark:
        length, lead = _settle(mark, parts, calls, length, lead)
    text = "".join(parts)
    if not text:
        return _bare_mark(run, lead, page_number)
    x0, x1 = min(g[1] for g, _ in run), max(g[3] for g, _ in run)
    full = [g for g, _ in run if g[5] >= SUPER_SIZE * size] or [g for g, _ in run]
    top, bottom = min(g[2] for g in full), max(g[4] for g in full)
    line = Line(
        text,
        _shared(round(x0, 3)),
        _shared(round(top, 3)),
        _shared(round(max(x0, x1), 3)),
        _shared(round(bottom, 3)),
        _shared(size),
        bold * 2 > count,
        italic * 2 > count,
        page=page_number,
        calls=tuple(calls),
        word_x0=word_x0,
        lead=lead,
    )
    return _compose(line)


@lru_cache(maxsize=4096)
def _shared(value: float) -> float:
    """Return one object for equal numbers: pages repeat their places, and each object costs memory."""
    return value


def _settle(
    mark: str, parts: list[str], calls: list[tuple[int, str]], length: int, lead: str | None
) -> tuple[int, str | None]:
    """Decide what a raised stretch is: a note call, an exponent, or letters of the text."""
    if CALL.fullmatch(mark):
        if not length:
            return length, mark.strip("()")
        if not (mark.isdigit() and UNIT.search("".join(parts[-6:]))):
            calls.append((length, mark.strip("()")))
            return length, lead
        mark = mark.translate(SUPERSCRIPTS)
    parts.append(mark)
    return length + len(mark), lead


def _bare_mark(run: Run, lead: str | None, page_number: int) -> Line | None:
    """Make a mark that stands alone a line to be joined to the line on its right or left."""
    if lead is None:
        return None
    glyphs = [glyph for glyph, _ in run]
    return Line(
        "",
        min(g[1] for g in glyphs),
        min(g[2] for g in glyphs),
        max(g[3] for g in glyphs),
        max(g[4] for g in glyphs),
        glyphs[0][5],
        page=page_number,
        lead=lead,
    )


def _compose(line: Line) -> Line:
    """Bring the text into composed form (NFC), without soft hyphens but the last one's."""
    text = line.text
    if unicodedata.is_normalized("NFC", text) and "\u00ad" not in text[:-1]:
        return line

    def composed(part: str) -> str:
        return unicodedata.normalize("NFC", part[:-1].replace("\u00ad", "") + part[-1:])

    def moved(offset: int) -> int:
        return len(composed(text[:offset].rstrip("\u00ad")))

    line.calls = tuple((moved(offset), mark) for offset, mark in line.calls)
    line.text = composed(text)
    return line


def _drop_doubles(lines: list[Line]) -> list[Line]:
    """Drop what was drawn twice in one place: fake bold, shadows, hidden copies.

    A copy may be the whole line or some words of it.
    """
    rows: dict[int, list[Line]] = {}
    gone: set[int] = set()
    for line in sorted(lines, key=lambda line: -len(line.text)):
        place = round(line.bottom / 4)
        if any(
            _copies(line, other) for near in (place - 1, place, place + 1) for other in rows.get(near, ())
        ):
            gone.add(id(line))
        else:
            rows.setdefault(place, []).append(line)
    return [line for line in lines if id(line) not in gone]


def _copies(line: Line, other: Line) -> bool:
    """Whether a line repeats words of another at the place where these stand."""
    slack = 0.3 * line.size
    if abs(line.bottom - other.bottom) > slack or line.text not in other.text:
        return False
    return any(abs(x0 - line.x0) < slack and other.text.startswith(line.text, at) for at, x0 in other.starts)


def _join_split(lines: list[Line]) -> list[Line]:
    """Join stretches of one printed line that were drawn out of order or with a change of font."""
    lines = sorted(lines, key=lambda line: (line.page, round(line.bottom), line.x0))
    out: list[Line] = []
    for line in lines:
        for left in reversed(out[-6:]):
            em = max(left.size, line.size)
            low = min(left.bottom - left.top, line.bottom - line.top)
            shared = overlap(left.top, left.bottom, line.top, line.bottom)
            if shared > 0.5 * low and -0.3 * em < line.x0 - left.x1 < SPLIT_GAP * em:
                join_right(left, line)
                break
            if shared > 0.5 * low and -0.3 * em < left.x0 - line.x1 < SPLIT_GAP * em:
                join_right(line, left)
                out[out.index(left)] = line
                break
        else:
            out.append(line)
    return [line for line in out if line.text]


def join_right(left: Line, right: Line, *, space: bool | None = None) -> None:
    """Add `right` to the end of `left`, on the same baseline.

    `space` forces or forbids a space between; by default the gap decides.
    """
    em = max(left.size, right.size)
    room = right.x0 - left.x1
    if _raised_mark(left, right):
        left.lead, left.text, left.word_x0 = left.text, "", array("f")
    elif _raised_mark(right, left):
        left.calls += ((len(left.text), right.text.strip("()")),)
        left.x1 = max(left.x1, right.x1)
        return
    if space is None:
        space = room > WORD_GAP * em
    glue = " " if left.text and right.text and space else ""
    base = len(left.text) + len(glue)
    calls = list(left.calls)
    if right.lead is not None:
        if left.text:
            calls.append((len(left.text), right.lead))
        else:
            left.lead = left.lead or right.lead
    if not left.text or len(right.text) > len(left.text):
        left.size, left.bold, left.italic = right.size, right.bold, right.italic
        left.underlined = right.underlined
    calls += [(offset + base, mark) for offset, mark in right.calls]
    left.calls = tuple(calls)
    left.word_x0 = left.word_x0 + (right.word_x0 if glue or not left.text else right.word_x0[1:])
    left.text += glue + right.text
    if right.text:
        left.top, left.bottom = min(left.top, right.top), max(left.bottom, right.bottom)
    left.x0, left.x1 = min(left.x0, right.x0), max(left.x1, right.x1)


def _raised_mark(small: Line, large: Line) -> bool:
    """Whether one piece is a note mark, set small and high beside the other."""
    return (
        0.5 * large.size < small.size < SUPER_SIZE * large.size
        and large.size < DISPLAY
        and small.bottom < large.bottom - SUPER_RAISE * large.size
        and small.top < large.middle
        and bool(re.fullmatch(r"\d{1,3}|[*†‡§]{1,3}", small.text))
    )


def split_at(line: Line, word: int) -> Line:
    """Cut a line before its word number `word` (from 0) and return the part cut off.

    Where the left part ends is not known exactly; it is set one type size before the cut.
    """
    offset, x0 = line.starts[word]
    right = replace(
        line,
        text=line.text[offset:],
        x0=x0,
        calls=tuple((at - offset, mark) for at, mark in line.calls if at > offset),
        word_x0=line.word_x0[word:],
        lead=None,
    )
    line.text = line.text[:offset].rstrip()
    line.x1 = max(line.x0, min(line.x1, x0 - line.size))
    line.calls = tuple((at, mark) for at, mark in line.calls if at <= offset)
    line.word_x0 = line.word_x0[:word]
    return right


def _underline(rule: Rule, line: Line) -> float:
    """How much of a line a rule underlines, points."""
    close = -0.15 * line.size <= line.bottom - rule.top <= 0.35 * line.size
    return max(0.0, overlap(rule.x0, rule.x1, line.x0, line.x1)) if close else 0.0
