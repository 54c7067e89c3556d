"""Which units are headings, how deep they stand, and the section path of every other unit."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlp.pdf.marks import heading_number, opening, scheme
from nlp.pdf.paragraphs import TERMINAL, Unit

#: A heading is at most this long, characters and lines.
MAX_CHARS, MAX_LINES = 320, 6
#: Type this much larger than the body's speaks for a heading by itself.
LARGER, MUCH_LARGER = 1.12, 1.3

#: A short line of capitalised words with a colon: "WTO Secretariat:".
_LABEL = re.compile(
    r"(?!The\b)(?:[A-Z][\w'’-]*|of|the|and|for|de|du|la)(?:\s(?:[A-Z][\w'’-]*|of|the|and|for|de|du|la))+:"
)
_CODE = re.compile(r"[_@{}=<>|\\]|\(\)")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+")
_RUN_ON = re.compile(r"[,;]$")


def tell_heading(unit: Unit, body_size: float, left: float, right: float | None) -> bool:
    """Decide whether a unit is a heading.

    Parameters
    ----------
    unit : Unit
        A unit of one flow.
    body_size : float
        Type size of the document's running text, points.
    left, right : float
        Edges of the flow's text, points; without `right`, centring does not count.
    """
    text = " ".join(line.text for line in unit.lines)
    if len(text) > MAX_CHARS or len(unit.lines) > MAX_LINES or not any(c.isalpha() for c in text):
        return False
    mark = opening(text)
    if (mark and mark.kind == "bullet") or _RUN_ON.search(text) or _ADDRESS.fullmatch(text):
        return False
    numbered = heading_number(text)
    body = text[numbered.end :] if numbered else text[mark.end :] if mark else text
    sentence = bool(re.search(r"[.!?]['\"”]?$", body)) and len(body.split()) > 3
    letters = [c for c in body if c.isalpha()]
    caps = len(letters) >= 4 and sum(c.isupper() for c in letters) > 0.9 * len(letters)
    bold = unit.share("bold") > 0.85
    if sentence and not mark and not numbered and len(unit.lines) > 1 and len(text) > 80:
        # A stand-first or a pull quote, however large.
        return False
    if unit.size >= LARGER * body_size:
        return not (sentence and len(text) > 120 and unit.size < MUCH_LARGER * body_size)
    if (mark or numbered) and text.endswith(":"):
        return False
    if caps and not sentence:
        return (len(text) > 5 or bold) and not _CODE.search(text)
    if bold:
        return not sentence and (len(text) <= 220 or not TERMINAL.search(text))
    if len(unit.lines) == 1 and _LABEL.fullmatch(text) and len(text) < 40:
        return True
    if mark and mark.kind == "letter" and text[mark.end : mark.end + 1].islower():
        return False
    if re.search(r"\b(?:and|or)$", text) or (body[:1].islower() and not unit.share("italic") > 0.85):
        return False
    styled = unit.share("italic") > 0.85 or unit.share("underlined") > 0.85
    if (styled or _centred(unit, left, right)) and not TERMINAL.search(body) and len(text) <= 240:
        inner = re.search(r"\S:\s+\S", body)
        return not (inner and not styled) and not (mark and mark.kind == "number" and not styled)
    stem = numbered.printed.rstrip(".") if numbered else ""
    return (
        bool(stem)
        and stem.isalpha()
        and not TERMINAL.search(body)
        and len(text) <= 160
        and body[:1].isupper()
    )


def _centred(unit: Unit, left: float, right: float | None) -> bool:
    if right is None:
        return False
    width = right - left
    for line in unit.lines:
        before, after = line.x0 - left, right - line.x1
        if before < 0.06 * width or abs(before - after) > 0.08 * width + 4:
            return False
    return width > 0


class Outline:
    """The stack of open headings, read from top to bottom of a document."""

    def __init__(self) -> None:
        self._open: list[tuple[_Style, str]] = []
        self._outside: list[tuple[_Style, str]] | None = None

    def enter_panel(self, *, inside: bool) -> None:
        """Note that what follows stands inside or outside a panel.

        Headings of a panel hold within it, and within panels that follow it directly.
        """
        if inside and self._outside is None:
            self._outside = list(self._open)
        elif not inside and self._outside is not None:
            self._open, self._outside = self._outside, None

    @property
    def path(self) -> tuple[str, ...]:
        """Texts of the open headings, outermost first."""
        return tuple(text for _, text in self._open)

    def clear(self) -> None:
        """Forget all open headings (after a title page)."""
        self._open.clear()

    def enter(self, unit: Unit, text: str) -> int:
        """Place a heading and return its depth, from 1.

        A heading of a style that is open closes it and what lies under it; one of a new style
        goes below the last heading that outweighs it.
        """
        mark = heading_number(text) or opening(text)
        style = _Style(
            scheme(mark.printed) if mark else "",
            unit.size,
            unit.share("bold") > 0.5,
            unit.share("italic") > 0.5,
            text.isupper(),
        )
        # A panel's headings stand within the section that holds the panel.
        floor = len(self._outside) if self._outside is not None else 0
        for i, (other, _) in enumerate(self._open[floor:], floor):
            if style.same(other):
                del self._open[i:]
                break
        else:
            while len(self._open) > floor and self._open[-1][0].weight < style.weight:
                self._open.pop()
        self._open.append((style, text))
        return len(self._open)


_NUMBER_RANK = {"roman": 5, "capital": 4, "decimal1": 3, "decimal2": 2, "decimal3": 1, "small": 0}


@dataclass(frozen=True, slots=True)
class _Style:
    """How a heading is set; `scheme` names its numbering."""

    scheme: str
    size: float
    bold: bool
    italic: bool
    caps: bool

    @property
    def weight(self) -> float:
        """How much it outweighs others: size first, then number, capitals, bold."""
        rank = _NUMBER_RANK.get(self.scheme, 0)
        return round(self.size) * 10 + rank + 2.0 * self.caps + 1.5 * self.bold - 0.5 * self.italic

    def same(self, other: _Style) -> bool:
        """Whether two headings are set alike, or numbered alike."""
        if self.scheme or other.scheme:
            return self.scheme == other.scheme
        alike = (self.bold, self.italic, self.caps) == (other.bold, other.italic, other.caps)
        return alike and abs(self.size - other.size) <= 0.09 * max(self.size, other.size)
