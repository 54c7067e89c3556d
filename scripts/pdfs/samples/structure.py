"""Headings, columns, boxes, tables, covers and contents lists."""

from __future__ import annotations

from dataclasses import replace

from pdfs import moves
from pdfs.flow import Frame
from pdfs.layouts import UN_BODY, plain, report, un
from pdfs.press import put_words
from pdfs.prose import LIST, LONG, SHORT
from pdfs.sample import Sample, Writer
from pdfs.typeset import HELVETICA, TIMES, Style

REPORT = "Digital links report 2026"
SYMBOL, JOB = "MODC/WG.2/2026/7", "GE.26-02318"
SMALL = Style(TIMES, 8.8, 10.4, align="left")

#: A designer's headings in a column: no number, hardly larger than the text.
IN_COLUMN = {"size": 11.0, "leading": 13.5, "before": 4.0, "after": 5.0}
WIDE = {"size": 17.0, "leading": 21.0, "before": 8.0, "after": 8.0}


def headings_depth(w: Writer) -> None:
    """Roman, letter, number and bracketed letter, each deeper; one heading of two lines."""
    w.h(1, "I.", "Infrastructure")
    w.run(11, SHORT["scope"])
    w.h(2, "A.", "Networks")
    w.h(3, "1.", "Backbone")
    w.run(12, SHORT["cable"])
    w.h(3, "2.", "The last mile")
    w.run(13, LONG["spectrum"])
    w.h(4, "(a)", "Community networks")
    w.run(14, SHORT["review"])
    w.h(4, "(b)", "Satellite links")
    w.run(15, SHORT["health"])
    w.h(
        2,
        "B.",
        "Measures to reduce the cost of access in landlocked developing countries and in small island "
        "developing States",
    )
    w.run(16, LONG["access"])
    w.h(1, "II.", "Skills")
    w.run(17, LONG["skills"], SHORT["thanks"])
    w.h(
        1,
        "III.",
        "Conclusions and recommendations of the expert group on the measurement of access, use and skills",
    )
    w.run(19, SHORT["request"])


def headings_unnumbered(w: Writer) -> None:
    """Parts in capitals, bold and italic headings without numbers, and bold words that are no heading."""
    parts = {"size": 11.0, "before": 8.0}
    bold, italic = {"size": 10.2, "before": 4.0}, {"size": 10.2, "before": 2.0, "italic": True}
    w.h(1, None, "PART ONE: EXECUTIVE SUMMARY", style=parts)
    w.p(None, SHORT["scope"])
    w.h(
        1,
        None,
        "PART TWO: OVERVIEW OF TRENDS AND EXPERIENCES IN THE IMPLEMENTATION OF THE OUTCOMES OF THE SUMMIT AT "
        "THE REGIONAL LEVEL",
        style=parts,
    )
    w.h(2, None, "Networks and services", style=bold)
    w.p(None, "<b>Coverage:</b> " + LONG["spectrum"])
    w.p(None, "<b>Trade in services:</b> " + SHORT["paperless"])
    w.h(2, None, "Trust", style=bold)
    w.h(3, None, "Incidents that cross borders", style=italic)
    w.p(None, LONG["trust"])
    w.h(3, None, "Automated decisions", style=italic)
    w.p(None, SHORT["ethics"])
    w.h(1, None, "PART THREE: NEXT STEPS", style=parts)
    w.p(None, SHORT["review"])


def two_columns(w: Writer) -> None:
    """Two columns on two pages; words at their own places, without space glyphs."""
    words = {"draw": put_words}
    w.h(1, None, "Online markets for small firms", style=IN_COLUMN, **words)
    w.p(None, LONG["commerce"], **words)
    w.p(None, LONG["payments"], **words)
    w.h(1, None, "Who is still offline, and what the figures do not show", style=IN_COLUMN, **words)
    for name in ("access", "schools", "language", "statistics", "monitoring"):
        w.p(None, LONG[name], **words)
    w.h(1, None, "Trust", style=IN_COLUMN, **words)
    for name in ("trust", "identity", "employment", "governance", "climate", "agriculture", "health"):
        w.p(None, LONG[name], **words)
    w.h(1, None, "Working together", style=IN_COLUMN, **words)
    for name in ("cooperation", "skills", "standards", "media"):
        w.p(None, LONG[name], **words)


def three_columns(w: Writer) -> None:
    """Three narrow columns, ragged, with headings and bullets."""
    small = {"size": 9.0, "leading": 11.0, "before": 2.0, "after": 3.0}
    w.h(1, None, "Key points", style=small)
    for name in ("agriculture", "climate"):
        w.p(None, LONG[name])
    w.h(1, None, "What was asked for", style=small)
    for name in ("women", "open", "law", "tariff", "emergency", "schools"):
        w.item("•", LIST[name], left=0.0, first=9.0, rest=9.0)
    w.h(1, None, "What was done", style=small)
    for name in ("skills", "health", "language", "cooperation", "spectrum", "trust", "media", "governance"):
        w.p(None, LONG[name])
    w.h(1, None, "What comes next", style=small)
    w.p(None, SHORT["review"])
    for name in ("identity", "payments", "employment", "monitoring", "statistics", "access"):
        w.p(None, LONG[name])
    w.p(None, SHORT["archive"])


def full_width_headings(w: Writer) -> None:
    """Stretches of two columns, parted by headings and an introduction over the whole width."""
    w.h(1, None, "Connecting the last village", style=WIDE)
    w.p(None, SHORT["cable"] + " " + SHORT["health"], style=Style(HELVETICA, 11, 15, align="left", after=8))
    w.flow.columns(2, 16, 206)
    w.h(2, None, "Sharing what is built", style=IN_COLUMN)
    for name in ("spectrum", "schools"):
        w.p(None, LONG[name])
    w.p(None, LONG["climate"])
    w.flow.single(14)
    w.h(1, None, "Learning to use it", style=WIDE)
    w.flow.columns(2, 16, 224)
    w.p(None, LONG["skills"])
    w.h(2, None, "In the language spoken at home", style=IN_COLUMN)
    w.p(None, LONG["language"])
    w.p(None, LONG["access"])
    w.flow.single(14)
    w.p(None, LONG["media"])
    w.p(None, SHORT["archive"])
    w.flow.next_page()
    w.h(1, None, "Trusting what is sent", style=WIDE)
    w.flow.columns(2, 16, 300)
    for name in ("trust", "identity", "payments"):
        w.p(None, LONG[name])
    w.h(2, None, "Automated decisions", style=IN_COLUMN)
    w.p(None, SHORT["ethics"])
    w.p(None, LONG["governance"])
    w.flow.single(14)
    w.h(1, None, "Measuring what has changed since the first report was published", style=WIDE)
    w.flow.columns(2, 16, 190)
    for name in ("statistics", "monitoring", "cooperation"):
        w.p(None, LONG[name])
    w.flow.single()


def box_in_paragraph(w: Writer) -> None:
    """Set a grey box in the middle of a paragraph, an outlined one between two."""

    def grey(w: Writer) -> None:
        w.h(2, None, "Box 1. How the figures were gathered", style={"size": 9.4, "before": 0.0, "after": 4.0})
        w.p(None, LONG["monitoring"], style=SMALL)
        w.p(None, SHORT["thanks"], style=SMALL)
        w.record.leave(2)

    def outlined(w: Writer) -> None:
        w.h(2, None, "Box 2. Good practice", style={"size": 9.4, "before": 0.0, "after": 4.0})
        for name in ("prices", "sharing"):
            w.item(
                "•", LIST[name].rstrip(";").capitalize() + ".", style=SMALL, left=0.0, first=12.0, rest=12.0
            )
        w.record.leave(2)

    w.h(1, "II.", "Measurement")
    w.run(21, LONG["statistics"])
    w.p("22.", LONG["access"] + " " + LONG["language"], between={6: lambda: moves.box(w, 126, grey)})
    w.run(23, LONG["cooperation"])
    moves.box(w, 88, outlined, None, 0.8)
    w.flow.y += 4
    w.run(24, LONG["payments"], SHORT["review"])


TABLE = (
    ("Indicator", "2023", "2024", "2025"),
    ("Population covered by a mobile broadband network (per cent)", "88.4", "90.1", "92.6"),
    ("Individuals using the Internet (per cent)", "54.0", "58.7", "61.9"),
    ("Price of an entry-level basket (per cent of income)", "3.3", "2.9", "2.4"),
    ("Schools with a connection", "4 120", "5 035", "6 214"),
)


def table_ruled(w: Writer) -> None:
    """Tables with all rules and with horizontal rules only, between paragraphs."""
    w.h(1, "III.", "Results")
    w.run(31, LONG["monitoring"])
    moves.table(w, TABLE, (218, 50, 50, 50), SMALL, right=(1, 2, 3))
    w.run(32, LONG["schools"])
    moves.table(
        w,
        (
            ("Category of participants", "Percentage"),
            ("Governments", "38"),
            ("Civil society, including associations of persons with disabilities", "27"),
            (
                (
                    "Business entities (operators, manufacturers, providers of services, associations of "
                    "small enterprises)"
                ),
                "21",
            ),
            ("International organizations", "14"),
        ),
        (288, 80),
        SMALL,
        "horizontal",
        right=(1,),
    )
    w.run(33, LONG["skills"], SHORT["budget"])


def table_across_text(w: Writer) -> None:
    """Set a table in the middle of a paragraph, at the head of the next page."""
    w.h(1, "IV.", "Use")
    w.run(
        41,
        LONG["access"],
        LONG["identity"],
        LONG["language"],
        LONG["payments"],
        LONG["health"],
        LONG["schools"],
    )
    w.run(47, LONG["governance"], LONG["employment"], SHORT["jobs"], SHORT["archive"])
    text = LONG["agriculture"] + " " + LONG["climate"]

    def turn_and_table() -> None:
        w.flow.next_page()
        moves.table(w, TABLE, (218, 50, 50, 50), SMALL, right=(1, 2, 3))

    w.p("51.", text, between={3: turn_and_table})
    w.run(52, LONG["cooperation"])


def cover_side_by_side(w: Writer) -> None:
    """Set a masthead with two blocks side by side, then a title and the first paragraphs."""
    press = w.press
    moves.cover(w, 57, 30, [("UNITED", HELVETICA.bold, 12), ("NATIONS", HELVETICA.bold, 12)], lead=1.15)
    moves.cover(w, 538, 34, [("WG", HELVETICA.bold, 22)], "right")
    press.rule(57, 538, 66, 0.8)
    press.canvas.circle(80, press.size[1] - 96, 20)
    moves.cover(
        w,
        130,
        76,
        [("Working Group on Digital", HELVETICA.bold, 15), ("Infrastructure", HELVETICA.bold, 15)],
        lead=1.2,
    )
    right = ("Distr.", "GENERAL", "", "WG/INFRA/2026/2", "14 January 2026", "", "Original: ENGLISH")
    moves.cover(w, 400, 72, [(text, TIMES.regular, 9.5) for text in right], lead=1.15)
    press.rule(57, 538, 176, 2.2)
    left = (
        "COMMISSION ON SCIENCE AND TECHNOLOGY",
        "FOR DEVELOPMENT",
        "Third meeting",
        "Geneva, 2–4 March 2026",
        "Item 4 of the provisional agenda",
    )
    moves.cover(w, 57, 182, [(text, TIMES.regular, 9.5) for text in left], lead=1.2).also = [
        "paragraph",
        "heading",
    ]
    w.flow.y = 290
    title = {"align": "center", "size": 12.0, "leading": 15.0}
    w.h(0, None, "SHARING OF PASSIVE INFRASTRUCTURE IN SPARSELY POPULATED AREAS", style=title)
    w.h(0, None, "Note by the secretariat", style=title | {"bold": False, "italic": True})
    w.h(1, "I.", "Background")
    w.run(1, LONG["spectrum"], SHORT["cable"], LONG["cooperation"])


ENTRIES = (
    (0, "", "Abbreviations", "iv"),
    (0, "I.", "Introduction", "1–3"),
    (0, "II.", "Trends in access and use", "4–17"),
    (1, "A.", "Fixed and mobile networks", "4–9"),
    (
        1,
        "B.",
        (
            "Affordability of devices and of services in least developed countries, landlocked developing "
            "countries and small island developing States"
        ),
        "10–17",
    ),
    (0, "III.", "Recommendations", "18–23"),
    (0, "", "Annex. List of participating institutions", "24"),
)


def contents_leaders(w: Writer) -> None:
    """Set a contents list with dot leaders, one entry of two lines; its headings come again below."""
    w.h(1, None, "Contents", style={"align": "center"})
    w.press.text(510, w.flow.y, "Paragraphs", TIMES.italic, 9, "right")
    w.seen("contents", "Paragraphs")
    w.flow.y += 12
    moves.contents(w, ENTRIES, replace(UN_BODY, after=5))
    w.flow.next_page()
    w.h(1, "I.", "Introduction")
    w.run(1, SHORT["scope"], SHORT["thanks"], LONG["cooperation"])
    w.h(1, "II.", "Trends in access and use")
    w.h(2, "A.", "Fixed and mobile networks")
    w.run(
        4,
        LONG["spectrum"],
        "Prices fell further ... but not everywhere, as the figures for landlocked countries show.",
    )


COLUMNS = Frame(57, 76, 538, 764)

SAMPLES = [
    Sample(
        "headings-depth",
        "Headings of four depths, numbered in roman, letters and figures, two of them over two lines.",
        un(SYMBOL, JOB),
        headings_depth,
        furniture=(SYMBOL, JOB),
    ),
    Sample(
        "headings-unnumbered",
        "Headings in capitals, bold and italic without numbers; bold lead-ins that are no headings.",
        plain(),
        headings_unnumbered,
    ),
    Sample(
        "two-columns",
        "Two columns on each page, no space glyphs; paragraphs run over columns and pages.",
        report(COLUMNS.columns(2, 18), REPORT, 9.6),
        two_columns,
        furniture=(REPORT.upper(),),
    ),
    Sample(
        "three-columns",
        "Three narrow columns with headings and bullets.",
        report(COLUMNS.columns(3, 14), REPORT, 8.2),
        three_columns,
        furniture=(REPORT.upper(),),
    ),
    Sample(
        "columns-with-full-width-heading",
        "Headings over the whole width part stretches of two columns.",
        report([COLUMNS], REPORT),
        full_width_headings,
        furniture=(REPORT.upper(),),
    ),
    Sample(
        "box",
        "A grey box interrupts a paragraph, an outlined box stands between two.",
        un(SYMBOL, JOB),
        box_in_paragraph,
        furniture=(SYMBOL, JOB),
    ),
    Sample(
        "table-ruled",
        "A table with all its rules and one with horizontal rules only.",
        un(SYMBOL, JOB),
        table_ruled,
        furniture=(SYMBOL, JOB),
    ),
    Sample(
        "table-across-text",
        "A table and a page break interrupt a paragraph.",
        un(SYMBOL, JOB),
        table_across_text,
        furniture=(SYMBOL, JOB),
    ),
    Sample(
        "cover",
        "A masthead with blocks side by side, above a centred title.",
        plain(Frame(85, 72, 510, 770)),
        cover_side_by_side,
    ),
    Sample(
        "contents",
        "A contents list with dot leaders, and text with three dots that is none.",
        plain(),
        contents_leaders,
    ),
]
