"""Turned pages and text, margins, typescript, scans, and files that are locked or empty."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reportlab.lib.pdfencrypt import StandardEncryption

from pdfs import moves, scan
from pdfs.flow import Frame, Layout
from pdfs.layouts import UN_BODY, UN_NOTES, nothing, plain, typed
from pdfs.press import A4, put
from pdfs.prose import LIST, LONG, SHORT
from pdfs.sample import Sample, Writer
from pdfs.typeset import HELVETICA, TIMES, Piece, Style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pdfs.press import Press
    from pdfs.sample import Write

SYMBOL, JOB = "MODC/2026/INF.5", "GE.26-05561"
SMALL = Style(TIMES, 8.8, 10.4, align="left")
CREDIT = "© Meridian archive / photograph 118"


def rotated_text(w: Writer) -> None:
    """Margin text that runs upwards, and a chart's axis whose label does."""
    w.h(1, "I.", "Use of the Internet")
    w.run(1, LONG["access"], LONG["statistics"])
    top = w.flow.y + 6
    for i, height in enumerate((22, 35, 51, 64, 78)):
        x = 190 + 48 * i
        w.press.box(x, top + 100 - height, x + 26, top + 100, 0.6)
        w.press.text(x + 13, top + 111, str(2021 + i), "Helvetica", 7, "center")
    w.press.rule(180, 440, top + 100)
    w.press.turned(172, top + 96, "Per cent of the population", "Helvetica", 7)
    w.press.turned(500, top + 110, CREDIT, "Helvetica", 5.5)
    labels = w.seen("table", "2021 2022 2023 2024 2025", optional=True, anywhere=True)
    labels.also = ["paragraph", "heading", "footer"]
    w.flow.y = top + 126
    w.run(3, LONG["agriculture"], LONG["payments"], LONG["trust"], LONG["skills"], LONG["media"])
    w.run(8, LONG["climate"], LONG["governance"], SHORT["archive"], LONG["cooperation"])


def sideways(symbol: str) -> Layout:
    """Give pages that carry the symbol upwards in the outer margin."""

    def furniture(press: Press, page: int, total: int) -> None:
        press.turned(36 if page % 2 == 0 else 568, 190, symbol, TIMES.regular, 8)
        press.text(A4[0] / 2, 812, f"{page}/{total}", TIMES.regular, 8.5, "center")

    return Layout(lambda _page: [Frame(85, 72, 510, 770)], furniture, UN_BODY, UN_NOTES)


def landscape() -> Layout:
    """Give pages of which the second is turned by /Rotate 90 and set across."""

    def frames(page: int) -> list[Frame]:
        return [Frame(72, 72, 770, 530)] if page == 2 else [Frame(85, 72, 510, 760)]

    def furniture(press: Press, page: int, total: int) -> None:
        press.size = A4
        press.canvas.setPageRotation(90 if page == 2 else 0)
        # reportlab is told the size as it is seen; the page itself stays upright.
        press.canvas.setPageSize((A4[1], A4[0]) if page == 2 else A4)
        if page == 2:
            press.canvas.translate(A4[0], 0)
            press.canvas.rotate(90)
            press.size = (A4[1], A4[0])
        press.text(press.size[0] / 2, 46, SYMBOL, TIMES.bold, 8.5, "center")
        press.text(press.size[0] / 2, press.size[1] - 30, f"{page}/{total}", TIMES.bold, 8.5, "center")

    return Layout(frames, furniture, UN_BODY, UN_NOTES)


def rotated_page(w: Writer) -> None:
    """Set a page across, with a wide table, between two upright ones."""
    w.h(1, "II.", "Figures by region")
    w.run(7, LONG["statistics"], LONG["monitoring"], SHORT["thanks"])
    w.flow.next_page()
    w.run(
        10,
        "The table below shows, for each group of Members, how many answered each part of the questionnaire.",
    )
    moves.table(
        w,
        (
            ("Group", "Access", "Skills", "Trust", "Content", "Remarks"),
            (
                "Least developed countries",
                "17",
                "16",
                "14",
                "9",
                "Three replies arrived after the closing date",
            ),
            ("Landlocked developing countries", "12", "12", "11", "7", ""),
            ("Small island developing States", "15", "13", "15", "11", "Including associated members"),
            ("Other Members", "31", "30", "28", "25", ""),
        ),
        (190, 70, 70, 70, 70, 220),
        SMALL,
        right=(1, 2, 3, 4),
    )
    w.run(11, LONG["cooperation"])
    w.flow.next_page()
    w.h(1, "III.", "Next steps")
    w.run(12, SHORT["review"], LONG["climate"])


PULL = Style(HELVETICA, 9.0, 11.5, bold=True, align="left", color=0.25)
QUOTES = (
    "Where devices read aloud, use rises even when prices do not fall",
    "Unspent contributions belong in connectivity projects, not in reserves",
)


def margin_notes(w: Writer) -> None:
    """Pull quotes in the outer margin, on the height of the text they are taken from."""
    w.h(1, None, "Access", number_x=0)
    moves.margin_note(w, QUOTES[0], 428, 530, 132, PULL)
    for name in ("access", "schools", "statistics"):
        w.p(None, LONG[name])
    moves.margin_note(w, QUOTES[1], 428, 530, 400, PULL)
    for name in ("spectrum", "climate", "language"):
        w.p(None, LONG[name])


def quoted_block(w: Writer) -> None:
    """Quoted paragraphs, indented on both sides, inside a numbered one's course."""
    quoted = {"style": replace(UN_BODY, size=9.4, leading=11.2), "left": 40.0, "right": 24.0}
    w.h(1, "V.", "Decisions")
    w.run(31, LONG["governance"])
    w.p("32.", "In its decision on the matter, the group of experts stated:")
    w.p(None, "“" + SHORT["ethics"].rstrip(".") + ", and give its reasons in writing.", **quoted)
    w.p(None, "“" + SHORT["review"].rstrip(".") + ".”", **quoted)
    w.p(None, "The secretariat has since asked the focal points to report on the steps taken.")
    w.run(33, LONG["identity"], SHORT["request"])


def numbered_lines() -> tuple[Layout, Write]:
    """Draft text with a number before each line, beginning anew on each page."""
    body = Style(TIMES, 11.0, 20.0, align="left", after=0.0)
    state = {"page": 0, "line": 0}

    def draw(press: Press, pieces: Sequence[Piece], x: float, baseline: float, stretch: float) -> None:
        if state["page"] != press.page:
            state.update(page=press.page, line=0)
        state["line"] += 1
        press.text(74, baseline, str(state["line"]), TIMES.regular, 8, "right")
        put(press, pieces, x, baseline, stretch)

    def write(w: Writer) -> None:
        state.update(page=0, line=0)
        w.h(
            1,
            None,
            "Draft conclusions",
            style={"size": 12.0, "leading": 20.0, "before": 0.0, "after": 0.0},
            draw=draw,
        )
        for number, name in enumerate(("access", "trust", "payments", "climate", "employment"), 1):
            w.p(f"{number}.", LONG[name], draw=draw)

    return Layout(lambda _page: [Frame(96, 72, 510, 760)], nothing, body, UN_NOTES), write


def two_spaces(text: str) -> str:
    """Set two spaces after a full stop, as typists were taught."""
    return text.replace(". ", ".  ")


def typewriter(w: Writer) -> None:
    """Single-spaced typescript: capitals and underlining for headings, quotations set in."""
    w.first, w.rest = 29.0, 0.0
    centred = {"size": 9.6, "leading": 11.6, "bold": False, "align": "center", "before": 11.6, "after": 11.6}
    w.h(
        1,
        "II.",
        "CONSIDERATION OF PROPOSALS",
        style=centred | {"align": "left"},
        number_x=150,
        first=190,
        rest=190,
    )
    w.run(4, *(two_spaces(LONG[name]) for name in ("standards", "trust", "cooperation")))
    w.p("7.", "The group decided to include in its report the following paragraph:")
    w.p(None, '"' + two_spaces(SHORT["ethics"] + " " + SHORT["review"]) + '"', left=58, right=29, first=29)
    w.h(
        2,
        None,
        "<u>Amendments to the draft programme of work</u>",
        style=centred | {"align": "left", "before": 0.0},
        number_x=0,
    )
    w.p("8.", "Amendments were submitted to the following parts of the draft:")
    for label, name in (("(a)", "sharing"), ("(b)", "schools"), ("(c)", "emergency")):
        w.item(label, LIST[name], left=29.0, first=29.0, rest=0.0)
    w.run(9, *(two_spaces(LONG[name]) for name in ("statistics", "agriculture", "media")))
    w.h(1, "III.", "RECOMMENDATIONS", style=centred | {"align": "left"}, number_x=180, first=225, rest=225)
    w.run(12, *(two_spaces(LONG[name]) for name in ("access", "skills", "climate")))


def typewriter_double(w: Writer) -> None:
    """Set the same with the lines far apart, so that the space between paragraphs hardly differs."""
    w.first, w.rest = 46.0, 0.0
    wide = {"size": 9.6, "leading": 23.2, "bold": False, "align": "center", "before": 0.0, "after": 0.0}
    w.h(1, None, "INTRODUCTION", style=wide)
    w.run(1, *(two_spaces(LONG[name]) for name in ("schools", "health", "spectrum", "language", "payments")))


SCANNED = (LONG["spectrum"], LONG["skills"], LONG["cooperation"], LONG["language"], LONG["statistics"])


def scan_among_text(w: Writer) -> None:
    """Put a picture of a page between two pages of text."""
    w.h(1, "I.", "Background")
    w.run(1, LONG["trust"], LONG["media"], SHORT["scope"])
    w.flow.next_page()
    scan.picture(w.press, scan.place(SCANNED[:3]))
    w.flow.next_page()
    w.h(1, "II.", "Results")
    w.run(4, LONG["payments"], LONG["climate"], SHORT["budget"])
    w.record.pages_without_text = [2]


def bad_ocr(w: Writer) -> None:
    """Do the same with a text layer over the picture that says nothing."""
    w.h(1, "I.", "Background")
    w.run(1, LONG["identity"], LONG["schools"], SHORT["thanks"])
    w.flow.next_page()
    lines = scan.place(SCANNED[:3])
    scan.picture(w.press, lines)
    scan.layer(w.press, lines, scan.rubbish(lines))
    w.flow.next_page()
    w.h(1, "II.", "Results")
    w.run(4, LONG["health"], LONG["employment"], SHORT["review"])
    w.record.poor_pages = [2]


def good_ocr(w: Writer) -> None:
    """Show a picture of a page whose unseen text layer is right."""
    texts = (LONG["governance"], LONG["access"], SHORT["archive"])
    lines = scan.place(texts)
    scan.picture(w.press, lines)
    scan.layer(w.press, lines, [text for text, _ in lines])
    for text in texts:
        w.seen("paragraph", text)


def only_pictures(w: Writer) -> None:
    """Two pictures of pages and no text at all."""
    scan.picture(w.press, scan.place(SCANNED[:2]))
    w.flow.next_page()
    scan.picture(w.press, scan.place(SCANNED[2:4]))


def empty_page(w: Writer) -> None:
    """Leave a page blank on purpose, with nothing on it."""
    w.h(1, "I.", "Introduction")
    w.run(1, LONG["media"], SHORT["scope"])
    w.flow.next_page()
    w.flow.next_page()
    w.h(1, "II.", "Activities")
    w.run(3, LONG["health"], SHORT["jobs"])
    w.record.pages_without_text = [2]


def blank(_w: Writer) -> None:
    """Nothing."""


def locked(w: Writer) -> None:
    """Two paragraphs, in a file that is encrypted."""
    w.h(1, "I.", "Access to documents")
    w.run(1, LONG["identity"], SHORT["request"])


def user_password() -> StandardEncryption:
    """Encrypt so that a password is needed to open the file."""
    return StandardEncryption("reader", "owner", canPrint=0, strength=128)


def owner_password() -> StandardEncryption:
    """Encrypt so that anyone can open the file, and printing is barred."""
    return StandardEncryption("", "owner", canPrint=0, strength=128)


LINES, write_lines = numbered_lines()
OUTER_MARGIN = plain(Frame(85, 72, 410, 760))

SAMPLES = [
    Sample(
        "rotated-text",
        "Margin text, an axis label and a photograph's credit run upwards.",
        sideways(SYMBOL),
        rotated_text,
        furniture=(SYMBOL, CREDIT, "Per cent of the population"),
    ),
    Sample(
        "rotated-page",
        "The second of three pages is turned by /Rotate 90.",
        landscape(),
        rotated_page,
        furniture=(SYMBOL, "2/3"),
    ),
    Sample(
        "margin-notes", "Pull quotes stand in the outer margin beside the text.", OUTER_MARGIN, margin_notes
    ),
    Sample("quoted-block", "Quoted paragraphs are indented on both sides.", plain(), quoted_block),
    Sample("line-numbers", "Each line has a number in the margin, as drafts have.", LINES, write_lines),
    Sample(
        "typewriter",
        "Typescript of the 1990s: three-line header, underlined headings, continuation marks.",
        typed("MODC/46/118"),
        typewriter,
        furniture=("MODC/46/118", "Page 2", "/..."),
    ),
    Sample(
        "typewriter-double-spaced",
        "Typescript with double spacing, where paragraphs differ by indent and number only.",
        typed("MODC/46/119", 23.2),
        typewriter_double,
        furniture=("MODC/46/119", "Page 2", "/..."),
    ),
    Sample(
        "scan-among-text",
        "A scanned page without text stands between pages of text.",
        plain(),
        scan_among_text,
    ),
    Sample("ocr-rubbish", "A scanned page has a text layer that is no text.", plain(), bad_ocr),
    Sample("ocr-good", "A scanned page has an unseen text layer that is right.", plain(), good_ocr),
    Sample("only-pictures", "Every page is a picture.", plain(), only_pictures, error="no_text"),
    Sample("empty-page", "A page with nothing on it stands between pages of text.", plain(), empty_page),
    Sample("blank", "One page with nothing on it.", plain(), blank, error="no_text"),
    Sample(
        "encrypted",
        "A password is needed to open the file.",
        plain(),
        locked,
        error="encrypted",
        encrypt=user_password,
    ),
    Sample(
        "encrypted-owner",
        "Only an owner's password is set: anyone can open the file.",
        plain(),
        locked,
        encrypt=owner_password,
    ),
]
