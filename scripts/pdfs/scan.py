"""Pages as a scanner leaves them: a picture of text, with or without a text layer over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth

from pdfs.press import VERA, font_file
from pdfs.typeset import Style, break_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pdfs.press import Press

DPI = 76
SCALE = DPI / 72
LEFT, RIGHT = 80.0, 515.0
STYLE = Style(VERA, 10.0, 15.0, align="left")

#: A line of the picture: its text, and where its baseline stands, in points.
Placed = tuple[str, float]


def place(paragraphs: Sequence[str], top: float = 90.0) -> list[Placed]:
    """Break paragraphs into the lines of a scanned page."""
    out: list[Placed] = []
    y = top
    for text in paragraphs:
        for line in break_lines(text, STYLE, RIGHT - LEFT):
            out.append((str(line), y))
            y += STYLE.leading
        y += 8
    return out


def picture(press: Press, lines: Sequence[Placed]) -> None:
    """Put the picture of a page on the page, a little askew and with the dirt of the glass."""
    width, height = (round(side * SCALE) for side in press.size)
    sheet = Image.new("L", (width, height), 255)
    pen = ImageDraw.Draw(sheet)
    font = ImageFont.truetype(font_file(VERA.regular), round(STYLE.size * SCALE))
    for text, baseline in lines:
        pen.text((LEFT * SCALE, baseline * SCALE), text, 0, font, "ls")
    for i in range(60):
        pen.point(((i * 7919) % width, (i * 6007) % height), 0)
    sheet = sheet.rotate(0.4, fillcolor=255).point(lambda value: 255 if value > 150 else 0)
    press.canvas.drawImage(ImageReader(sheet), 0, 0, press.size[0], press.size[1])


def layer(press: Press, lines: Sequence[Placed], shown: Sequence[str]) -> None:
    """Lay unseen text over the picture, each line as wide as the line it stands for."""
    for (seen, baseline), text in zip(lines, shown, strict=True):
        width = stringWidth(seen, VERA.regular, STYLE.size)
        own = stringWidth(text, "Helvetica", STYLE.size)
        out = press.canvas.beginText(LEFT, press.size[1] - baseline)
        out.setFont("Helvetica", STYLE.size)
        out.setTextRenderMode(3)
        out.setHorizScale(100 * width / own)
        out.textOut(text)
        out.setHorizScale(100)
        press.canvas.drawText(out)


def rubbish(lines: Sequence[Placed]) -> list[str]:
    """Give what bad recognition makes of the lines: no word is left whole.

    A fixed exchange of letters by place, so that every build makes the same.
    """
    looks = {
        "a": "«",
        "e": "c",
        "i": "!",
        "o": "0",
        "t": "+",
        "n": "ii",
        "s": "§",
        "r": "r'",
        "h": "|i",
        "l": "|",
    }
    out = []
    for number, (text, _) in enumerate(lines):
        made = []
        for i, letter in enumerate(text):
            turn = (i * 5 + number * 3) % 7
            if turn == 0 and letter != " ":
                made.append("^~.;}{"[(i + number) % 6])
            elif turn == 4 and letter == " ":
                made.append("_")
            else:
                made.append(looks.get(letter, letter) if turn != 2 else letter.swapcase())
        out.append("".join(made))
    return out
