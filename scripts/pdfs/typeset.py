"""Break marked-up text into lines of pieces with known widths; draws nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from reportlab.pdfbase.pdfmetrics import stringWidth

from pdfs.inline import BREAK, SOFT, Run, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Where a line may end inside a word: after a hyphen or dash that joins two parts, or at a
#: soft break or forced break mark.
BREAKS = re.compile(rf"(?<=\w[-–/])(?=\w)|(?<=[{SOFT}{BREAK}\u00ad])")


@dataclass(frozen=True, slots=True)
class Face:
    """Four cuts of a typeface, by the name reportlab knows them by."""

    regular: str
    bold: str
    italic: str
    bold_italic: str

    def cut(self, run: Run) -> str:
        """Name the font that a run is set in."""
        if run.bold:
            return self.bold_italic if run.italic else self.bold
        return self.italic if run.italic else self.regular


TIMES = Face("Times-Roman", "Times-Bold", "Times-Italic", "Times-BoldItalic")
HELVETICA = Face("Helvetica", "Helvetica-Bold", "Helvetica-Oblique", "Helvetica-BoldOblique")
COURIER = Face("Courier", "Courier-Bold", "Courier-Oblique", "Courier-BoldOblique")


@dataclass(frozen=True, slots=True)
class Style:
    """How text is set: sizes and distances in points."""

    face: Face = TIMES
    size: float = 10.0
    leading: float = 12.0
    bold: bool = False
    italic: bool = False
    align: str = "justify"  # or left, right, center
    before: float = 0.0
    after: float = 6.0
    at_hyphens: bool = True
    color: float = 0.0  # grey: 0 black, 1 white
    keep: int = 0  # lines that must stand together with it below a heading


@dataclass(frozen=True, slots=True)
class Piece:
    """Text in one font; `rise` lifts it, `call` is the note mark it calls."""

    text: str
    font: str
    size: float
    rise: float = 0.0
    underline: bool = False
    call: str = ""

    @property
    def width(self) -> float:
        """Width in points."""
        return float(stringWidth(self.text, self.font, self.size))


@dataclass(slots=True)
class Line:
    """Pieces of one line; `spaces` of them can be stretched when it is not the last."""

    pieces: list[Piece] = field(default_factory=list)
    indent: float = 0.0
    last: bool = False

    def __str__(self) -> str:
        """Give the text."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def width(self) -> float:
        """Natural width in points."""
        return sum(piece.width for piece in self.pieces)

    @property
    def spaces(self) -> int:
        """How many spaces a justified line can stretch."""
        return sum(piece.text.count(" ") for piece in self.pieces)

    @property
    def calls(self) -> list[str]:
        """Marks of the notes called in the line."""
        return [piece.call for piece in self.pieces if piece.call]


def pieces(markup: str, style: Style) -> Iterator[Piece]:
    """Give the fonted pieces of marked-up text, unbroken."""
    for run in parse(markup):
        set_run = replace(run, bold=run.bold or style.bold, italic=run.italic != style.italic)
        font = style.face.cut(set_run)
        match run.shift:
            case "n" | "sup":
                small = style.size * 0.62
                call = run.text if run.shift == "n" else ""
                yield Piece(run.text, font, small, style.size * 0.36, call=call)
            case "sub":
                yield Piece(run.text, font, style.size * 0.62, -style.size * 0.12)
            case _:
                yield Piece(run.text, font, style.size, underline=run.underline)


def break_lines(markup: str, style: Style, width: float, first: float = 0.0, rest: float = 0.0) -> list[Line]:
    """Fill lines greedily.

    Parameters
    ----------
    markup : str
        The text, in the markup of `inline`.
    style : Style
        How it is set.
    width : float
        Points from the left edge of the block to the right edge.
    first, rest : float
        Indent of the first line and of the others.
    """
    lines = [Line(indent=first)]
    for word in _words(markup, style):
        forced = word[-1].text.endswith(BREAK)
        word = _without_marks(word)
        gap = " " if lines[-1].pieces and word[0].text.startswith(" ") else ""
        stripped = [replace(word[0], text=word[0].text.lstrip(" ")), *word[1:]]
        room = width - lines[-1].indent - lines[-1].width
        shown = _shown(word if gap else stripped)
        if lines[-1].pieces and sum(piece.width for piece in shown) > room + 0.01:
            _end(lines[-1])
            lines.append(Line(indent=rest))
            lines[-1].pieces.extend(stripped)
        else:
            _join(lines[-1], word if gap else stripped)
        if forced:
            _end(lines[-1])
            lines.append(Line(indent=rest))
    if not lines[-1].pieces:
        lines.pop()
    for piece_line in lines:
        piece_line.pieces = [replace(piece, text=piece.text.replace(SOFT, "")) for piece in piece_line.pieces]
    lines[-1].last = True
    return lines


def _words(markup: str, style: Style) -> Iterator[list[Piece]]:
    """Cut pieces into the smallest groups that stay on one line; a space leads its word."""
    word: list[Piece] = []
    for piece in pieces(markup, style):
        for chunk in re.findall(r" +[^ ]*|[^ ]+", piece.text) or [""]:
            parts = (
                BREAKS.split(chunk) if style.at_hyphens else re.split(f"(?<=[{SOFT}{BREAK}\u00ad])", chunk)
            )
            for part in filter(None, parts):
                if word and (part.startswith(" ") or _ends_word(word[-1].text, style)):
                    yield word
                    word = []
                word.append(replace(piece, text=part))
    if word:
        yield word


def _ends_word(text: str, style: Style) -> bool:
    if text.endswith((SOFT, BREAK, "\u00ad")):
        return True
    return style.at_hyphens and bool(re.search(r"\w[-–/]$", text))


def _without_marks(word: list[Piece]) -> list[Piece]:
    return [replace(piece, text=piece.text.replace(BREAK, "")) for piece in word]


def _shown(word: list[Piece]) -> list[Piece]:
    """Show a word as at a line's end, where its soft break costs a hyphen."""
    return [replace(piece, text=piece.text.replace(SOFT, "-")) for piece in word]


def _join(line: Line, word: list[Piece]) -> None:
    """Add a word, dropping the soft break that turned out to be inside the line."""
    if line.pieces:
        last = line.pieces[-1]
        line.pieces[-1] = replace(last, text=last.text.replace(SOFT, "").removesuffix("\u00ad"))
    line.pieces.extend(word)


def _end(line: Line) -> None:
    """End a line: a soft break at its end becomes a hyphen."""
    last = line.pieces[-1]
    if last.text.endswith(SOFT):
        line.pieces[-1] = replace(last, text=last.text[: -len(SOFT)] + "-")
