"""Kinds of pages: as the UN, the WTO, a 1990s typing pool and a report's designer set them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pdfs.flow import Frame, Layout, NoteStyle
from pdfs.press import A4, Press
from pdfs.typeset import COURIER, HELVETICA, TIMES, Style

if TYPE_CHECKING:
    from collections.abc import Callable

UN_BODY = Style(TIMES, 10.2, 12.0)
UN_NOTES = NoteStyle(Style(TIMES, 8.4, 9.8, after=0), mark_x=-10, first=0, rest=0, rule=66)
PLAIN_FRAME = Frame(85, 72, 510, 760)


def nothing(_press: Press, _page: int, _total: int) -> None:
    """Draw no furniture."""


def plain(frame: Frame = PLAIN_FRAME, body: Style = UN_BODY, notes: NoteStyle = UN_NOTES) -> Layout:
    """Give a page with text only, as a word processor makes it."""
    return Layout(lambda _page: [frame], nothing, body, notes)


def un(
    symbol: str,
    job: str,
    language: str = "(E)",
    frame: Frame = Frame(114, 80, 482, 770),  # noqa: B008 - frozen
    body: Style = UN_BODY,
    first_page: bool = False,
) -> Layout:
    """Give a UN page: symbol left on even and right on odd pages, job number and page at the foot.

    With `first_page` page 1 has a masthead instead of a header, and no page number.
    """

    def furniture(press: Press, page: int, total: int) -> None:
        bold, size = body.face.bold, 8.5
        side = "left" if page % 2 == 0 else "right"
        other = "right" if side == "left" else "left"
        at = {"left": 57.0, "right": 538.0}
        if page == 1 and first_page:
            press.text(57, 812, f"{job} {language}".strip(), body.face.regular, size)
            return
        press.text(at[side], 51, symbol, bold, size, side)
        press.rule(57, 538, 56)
        press.text(at[side], 812, f"{page}/{total}", bold, size, side)
        press.text(at[other], 812, job, body.face.regular, 7.5, other)

    return Layout(lambda _page: [frame], furniture, body, UN_NOTES)


def wto(symbol: str, frame: Frame = Frame(72, 96, 523, 770), size: float = 9.0) -> Layout:  # noqa: B008
    """Give a WTO page: symbol and "- 2 -" centred in two lines over a rule."""

    def furniture(press: Press, page: int, _total: int) -> None:
        press.text(A4[0] / 2, 48, symbol, HELVETICA.regular, size, "center")
        press.text(A4[0] / 2, 66, f"- {page} -", HELVETICA.regular, size, "center")
        press.rule(72, 523, 72, 0.6)

    notes = NoteStyle(Style(HELVETICA, 7.2, 9.0, after=0), mark_x=0, first=8, rest=0, rule=144)
    return Layout(lambda _page: [frame], furniture, Style(HELVETICA, size, 11.2, after=8), notes)


def typed(symbol: str, leading: float = 11.6, frame: Frame = Frame(72, 110, 530, 740)) -> Layout:  # noqa: B008
    """Give a page of the 1990s: symbol, language and page in three lines, "/..." at the foot."""

    def furniture(press: Press, page: int, _total: int) -> None:
        # Odd pages carry the three lines at the right, flush left among themselves.
        x = 72.0 if page % 2 == 0 else 470.0
        for i, text in enumerate((symbol, "English", f"Page {page}")):
            press.text(x, 48 + 11.6 * i, text, COURIER.regular, 9.6)
        press.text(530, 790, "/...", COURIER.regular, 9.6, "right")

    body = Style(COURIER, 9.6, leading, align="left", after=11.6)
    notes = NoteStyle(Style(COURIER, 9.6, 11.6, align="left", after=0), first=32, raised=False, rule=130)
    return Layout(lambda _page: [frame], furniture, body, notes)


def report(frames: Callable[[int], list[Frame]] | list[Frame], title: str, size: float = 8.8) -> Layout:
    """Give a designed report's page: its title, left on even and right on odd pages, beside a tab."""

    def furniture(press: Press, page: int, _total: int) -> None:
        left = page % 2 == 0
        press.box(*((57, 0, 79, 40) if left else (516, 0, 538, 40)), fill=0.35)
        press.canvas.setFillGray(1)
        press.text(68 if left else 527, 33, str(page), HELVETICA.bold, 7, "center")
        press.canvas.setFillGray(0)
        if left:
            press.text(96, 33, title.upper(), HELVETICA.regular, 7)
        else:
            press.text(500, 33, title.upper(), HELVETICA.regular, 7, "right")

    body = Style(HELVETICA, size, size * 1.32, align="left", after=size * 1.1)
    notes = NoteStyle(Style(HELVETICA, 7, 8.6, align="left", after=0), rule=80)
    return Layout(frames if callable(frames) else lambda _page: frames, furniture, body, notes)
