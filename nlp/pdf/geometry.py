"""The small records that layout works on: lines of text, rules and boxes of one page.

Coordinates are points from the visible page's top-left corner (`x0, top, x1, bottom`).
A page's glyphs live only while its lines are made; what stays is this, so that memory
grows by a few hundred bytes a line and not by a page's whole content.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nlp.pdf.turning import Turn


@dataclass(slots=True)
class Line:
    """A stretch of text on one baseline, without wide gaps in it.

    `calls` are superscript marks that were lifted out of the text: `(offset, mark)`.
    `word_x0` holds where each word begins, for hanging indents and cells; packed, because as
    objects these numbers would be more than half of a long document's memory.
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    bold: bool = False
    italic: bool = False
    underlined: bool = False
    page: int = 0
    calls: tuple[tuple[int, str], ...] = ()
    word_x0: array[float] = field(default_factory=lambda: array("f"))
    #: A superscript mark stood before the first word: the line opens a note.
    lead: str | None = None
    #: The line stands for a table, or for a panel with lines of its own.
    table: Table | None = None
    panel: list[Line] | None = None

    @property
    def starts(self) -> list[tuple[int, float]]:
        """`(offset, x0)` of each word; words are parted by one space."""
        offsets = [0, *(i + 1 for i, c in enumerate(self.text) if c == " ")]
        return list(zip(offsets, self.word_x0, strict=False))

    @property
    def width(self) -> float:
        """Width in points."""
        return self.x1 - self.x0

    @property
    def middle(self) -> float:
        """Vertical middle in points from the top."""
        return (self.top + self.bottom) / 2


@dataclass(slots=True)
class Table:
    """Cells as rows; each cell is one text, empty where nothing is printed."""

    rows: list[list[str]]
    calls: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Rule:
    """A thin straight line or bar; `vertical` ones run down the page."""

    x0: float
    top: float
    x1: float
    bottom: float
    vertical: bool = False

    @property
    def length(self) -> float:
        """Length in points along its direction."""
        return self.bottom - self.top if self.vertical else self.x1 - self.x0


@dataclass(slots=True)
class Box:
    """A rectangle: a filled panel, a frame or a picture."""

    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def area(self) -> float:
        """Area in square points."""
        return max(0.0, self.x1 - self.x0) * max(0.0, self.bottom - self.top)

    def holds(self, line: Line, slack: float = 2.0) -> bool:
        """Whether the line's middle lies within the box."""
        x = (line.x0 + line.x1) / 2
        return (
            self.x0 - slack <= x <= self.x1 + slack and self.top - slack <= line.middle <= self.bottom + slack
        )


@dataclass(slots=True)
class Page:
    """What layout needs of one page: upright lines, turned lines, rules, boxes, pictures."""

    number: int
    width: float
    height: float
    lines: list[Line] = field(default_factory=list)
    turned: list[Line] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    #: The whole page is printed sideways and was turned: places are those of the turned page.
    turn: Turn | None = None
    #: Share of the page that pictures cover, 0 to 1.
    pictured: float = 0.0
    glyphs: int = 0
    #: Glyphs without a character (no way from the font to Unicode).
    unmapped: int = 0

    def sort(self) -> None:
        """Bring the lines into the order of top, then x0."""
        self.lines.sort(key=lambda line: (round(line.top, 1), line.x0))

    def stand_in(
        self, inside: list[Line], table: Table | None = None, panel: list[Line] | None = None
    ) -> None:
        """Put one item, a table or a panel, in the place of the lines it stands for."""
        gone = {id(line) for line in inside}
        self.lines = [line for line in self.lines if id(line) not in gone]
        self.lines.append(item_for(inside, table=table, panel=panel))


def item_for(inside: list[Line], *, table: Table | None = None, panel: list[Line] | None = None) -> Line:
    """Make the item that stands for the lines of a table or a panel."""
    return Line(
        "",
        min(line.x0 for line in inside),
        min(line.top for line in inside),
        max(line.x1 for line in inside),
        max(line.bottom for line in inside),
        inside[0].size,
        page=inside[0].page,
        table=table,
        panel=panel,
    )


def overlap(a0: float, a1: float, b0: float, b1: float) -> float:
    """Length that two intervals share; negative when they are apart."""
    return min(a1, b1) - max(a0, b0)
