"""Furniture, numbering, notes, and paragraphs that run over the page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pdfs.flow import Note
from pdfs.layouts import plain, un, wto
from pdfs.prose import LIST, LONG, SHORT
from pdfs.sample import Sample, Writer


def headers_footers(w: Writer) -> None:
    """UN furniture on three pages."""
    w.h(1, "I.", "Introduction")
    w.run(
        1, SHORT["scope"], LONG["spectrum"], LONG["trust"], LONG["skills"], LONG["commerce"], LONG["access"]
    )
    w.h(1, "II.", "Follow-up by the regional commissions")
    w.run(7, LONG["statistics"], LONG["agriculture"], LONG["cooperation"], LONG["standards"], SHORT["budget"])
    w.run(
        12,
        SHORT["thanks"],
        SHORT["request"],
        LONG["media"],
        LONG["payments"],
        LONG["identity"],
        LONG["schools"],
    )
    w.h(1, "III.", "Outlook")
    w.run(
        18,
        SHORT["review"],
        LONG["climate"],
        SHORT["ethics"],
        LONG["language"],
        LONG["health"],
        LONG["monitoring"],
    )


def header_two_lines(w: Writer) -> None:
    """WTO furniture: symbol and page in two centred lines."""
    w.first = 36.0
    at: dict[str, Any] = {"number_x": 0.0, "first": 36.0, "rest": 36.0}
    w.h(1, "1", "INTRODUCTION", **at)
    w.run(
        1,
        SHORT["scope"],
        LONG["standards"],
        LONG["trust"],
        LONG["statistics"],
        LONG["payments"],
        form="1.{}.",
    )
    w.h(1, "2", "TECHNICAL ASSISTANCE", **at)
    w.run(
        1,
        LONG["skills"],
        LONG["commerce"],
        SHORT["paperless"],
        LONG["cooperation"],
        LONG["monitoring"],
        form="2.{}.",
    )
    w.h(1, "3", "NEXT STEPS", **at)
    w.run(1, SHORT["review"], LONG["governance"], LONG["employment"], SHORT["budget"], form="3.{}.")


def numbered_hanging(w: Writer) -> None:
    """Numbers out in the margin, one to three digits."""
    hanging: dict[str, Any] = {"left": 30.0, "mark_x": -30.0, "first": 0.0, "rest": 0.0}
    w.h(1, None, "Access and infrastructure")
    w.run(8, SHORT["cable"], LONG["spectrum"], SHORT["health"], LONG["access"], SHORT["waste"], **hanging)
    w.run(13, LONG["agriculture"], LONG["health"], **hanging)
    w.h(1, None, "Next steps")
    w.run(99, SHORT["review"], SHORT["request"], LONG["monitoring"], **hanging)


def numbered_inline(w: Writer) -> None:
    """Numbers of several levels in the first line, the other lines flush left below them."""
    w.first = 36.0
    at: dict[str, Any] = {"number_x": 0.0, "first": 36.0, "rest": 36.0}
    w.h(1, "1", "ELECTRONIC COMMERCE", **at)
    w.h(2, "1.1", "Work in the regular bodies", **at)
    w.run(16, LONG["standards"], SHORT["paperless"], LONG["commerce"], form="1.{}.")
    w.h(2, "1.2", "Assistance to least developed countries", **at)
    w.p("1.19.", "In 2025, 17.5 per cent of the courses were held online. " + SHORT["thanks"])
    w.h(1, "13", "GOVERNMENT SERVICES", **at)
    w.run(4, SHORT["jobs"] + " " + SHORT["ethics"], LONG["skills"], form="13.{}")
    w.p("13.6.1", SHORT["archive"])
    w.p("13.6.2", LONG["identity"])


def list_items(w: Writer) -> None:
    """Lettered, roman, bulleted and dashed items, nested, with turnovers."""
    w.h(1, "III.", "Recommendations")
    w.p("21.", "The Commission may wish to invite Governments, in cooperation with other stakeholders:")
    w.item("(a)", "to " + LIST["prices"].removeprefix("to "))
    w.item("(b)", LIST["sharing"])
    w.item("(c)", "to take up, in the next review of universal service, in particular:")
    w.item("(i)", LIST["law"], depth=1)
    w.item("(ii)", LIST["tariff"], depth=1)
    w.item("(iii)", LIST["emergency"], depth=1)
    w.item("(d)", LIST["schools"])
    w.item("(e)", LIST["report"])
    w.p("22.", "The secretariat, for its part, intends to prepare:")
    w.item("•", LIST["crops"])
    w.item(
        "•",
        "a guide for regulators that brings together three strands of work which have so far been "
        "reported on separately, namely:",
    )
    w.item("–", "the measurement of coverage and of quality of service, including at night;", depth=1)
    w.item("–", LIST["open"], depth=1)
    w.item("•", LIST["study"])
    w.p(
        None,
        "These activities are subject to the availability of funds. Interested delegations are invited "
        "to contact the secretariat before the end of June.",
    )


def paragraph_over_page(w: Writer) -> None:
    """Paragraphs that break over the page in mid sentence, with furniture in between."""
    w.run(
        31,
        LONG["trust"],
        LONG["schools"],
        LONG["payments"],
        LONG["language"],
        LONG["climate"],
        SHORT["thanks"],
    )
    w.run(
        37,
        LONG["media"],
        LONG["identity"],
        LONG["governance"],
        LONG["employment"],
        LONG["spectrum"],
        SHORT["health"],
    )
    w.run(
        43,
        LONG["access"],
        LONG["monitoring"],
        LONG["health"],
        LONG["skills"],
        SHORT["jobs"],
        LONG["agriculture"],
    )
    w.run(49, LONG["commerce"], SHORT["archive"], LONG["statistics"], LONG["cooperation"], SHORT["request"])


def over_page_with_notes(w: Writer) -> None:
    """Do the same with footnotes between the two halves."""
    w.notes(
        n4="See the summary of the workshop, available from the secretariat on request.",
        n5="In economies where no such fund exists, the obligation is met from general taxation; for an "
        "overview of the arrangements in place, see the annex to the previous submission.",
        n6="Resolution 60/252 of the General Assembly, paragraph 7.",
    )
    w.h(1, "II.", "Infrastructure")
    w.run(10, LONG["climate"], LONG["governance"], LONG["employment"], LONG["identity"], LONG["payments"])
    w.run(15, LONG["schools"], LONG["skills"], SHORT["cable"] + "<n>4</n>")
    text = LONG["spectrum"].replace("new licences.", "new licences.<n>5</n>")
    w.p("18.", text + " " + LONG["cooperation"].replace("another body.", "another body.<n>6</n>"))
    w.run(19, SHORT["budget"], LONG["language"])


def footnotes(w: Writer) -> None:
    """Many notes: after a full stop, a comma, inside a word's quotes; one runs to the next page."""
    w.notes(
        n9="For the purposes of this report the terms “electronic commerce” and “digital trade” are used "
        "interchangeably.",
        n10="Communication of 3 March 2025.",
        n11=Note(
            "The questionnaire was sent to all focal points in January. Replies were received from 41 "
            "administrations, of which 17 belong to least developed countries; nine replies arrived after "
            "the closing date and could be taken into account only in the annex. Where an administration "
            "gave several figures for one indicator, the most recent one was used. Percentages may not add "
            "up to one hundred because of rounding.",
            split=2,
        ),
        n12="Ibid., p. 14.",
        n13="See https://www.example.org/reports/2025/connectivity-review.html.",
    )
    w.note("*", "Issued without formal editing.")
    w.note("†", "Including associated territories.")
    w.h(1, "IV.", "Measurement<n>*</n>")
    text = LONG["commerce"].replace("online:", "online<n>9</n>:").replace("way and", "way,<n>10</n> and")
    w.run(41, text, LONG["statistics"].replace("offices have", "offices<n>†</n> have"), LONG["monitoring"])
    w.run(
        44,
        LONG["identity"],
        LONG["payments"],
        SHORT["jobs"],
        LONG["agriculture"],
        SHORT["thanks"] + "<n>11</n>",
    )
    w.run(49, LONG["skills"] + "<n>12</n>", LONG["media"])
    w.p(
        "51.",
        "The results were published as a “living review”<n>13</n> and will be updated every six months.",
    )


def superscripts(w: Writer) -> None:
    """Show raised and lowered characters that belong to the text, beside one that is a note call."""
    w.notes(n1="Measured at the ground station nearest to the site.")
    w.h(1, "V.", "Environment")
    w.p(
        "51.",
        "A data hall of 4,200 m<sup>2</sup> needs as much water in a dry month as a small town. At the "
        "1<sup>st</sup> and 2<sup>nd</sup> meetings of the group, and again at the 13<sup>th</sup>, "
        "speakers asked for figures on CO<sub>2</sub> per unit of traffic and on the use of water in m³.",
    )
    w.p(
        "52.",
        "Emissions of CO<sub>2</sub> fell by 3 per cent between the 1<sup>st</sup> and the 3<sup>rd</sup> "
        "quarter,<n>1</n> while traffic grew by a factor of 10<sup>3</sup> over two decades. Stations cover "
        "about 30 km² each, or 12 to the 100 km<sup>2</sup> in cities.",
    )
    w.run(53, SHORT["waste"], LONG["climate"])


def spacing_only(w: Writer) -> None:
    """Neither number nor indent: only the space between them parts the paragraphs."""
    w.h(1, None, "Overview of trends", style={"align": "left"}, number_x=0)
    for name in ("access", "trust"):
        w.p(None, LONG[name])
    w.p(None, SHORT["ethics"])
    w.p(None, SHORT["cable"])
    for name in ("agriculture", "cooperation"):
        w.p(None, LONG[name])


def first_line_indent(w: Writer) -> None:
    """Only the indent of the first line parts the paragraphs: there is no space between."""
    w.h(1, None, "Experience in the regions", number_x=0)
    style = {"style": replace(w.flow.layout.body, after=0, leading=12.4), "first": 18.0}
    for text in (
        LONG["agriculture"],
        SHORT["jobs"],
        LONG["media"],
        SHORT["archive"],
        LONG["skills"],
        SHORT["review"],
    ):
        w.p(None, text, **style)


def three_pages(w: Writer) -> None:
    """One paragraph that fills the whole of page 2."""
    w.p("61.", SHORT["scope"])
    w.p("62.", " ".join(LONG[name] for name in sorted(LONG)))
    w.p("63.", SHORT["thanks"])


MODC, JOB = "MODC/CSTD/2026/3", "GE.26-01234"

SAMPLES = [
    Sample(
        "headers-footers",
        "Running headers with the symbol alternating left and right, job number and page number at the foot.",
        un(MODC, JOB),
        headers_footers,
        furniture=(MODC, JOB, "2/3", "3/3"),
    ),
    Sample(
        "header-two-lines",
        "A two-line centred header as in WTO documents, symbol above and page number between dashes below.",
        wto("JOB/DEV/999"),
        header_two_lines,
        furniture=("JOB/DEV/999", "- 2 -"),
    ),
    Sample(
        "numbered-hanging",
        "Paragraph numbers hang in the margin, one to three digits.",
        plain(),
        numbered_hanging,
    ),
    Sample(
        "numbered-inline",
        "Paragraph numbers of several levels stand in the first line.",
        plain(),
        numbered_inline,
    ),
    Sample(
        "list-items",
        "Lettered, roman, bulleted and dashed items, nested, with turnover lines.",
        un(MODC, JOB),
        list_items,
        furniture=(MODC, JOB),
    ),
    Sample(
        "paragraph-over-page",
        "Paragraphs run on over the page; footer and header stand in between.",
        un(MODC, JOB),
        paragraph_over_page,
        furniture=(MODC, JOB),
    ),
    Sample(
        "paragraph-over-page-with-footnotes",
        "Footnotes, footer and header stand inside a paragraph that runs on.",
        un(MODC, JOB),
        over_page_with_notes,
        furniture=(MODC, JOB),
    ),
    Sample(
        "footnotes",
        "Note calls of one and two digits and symbols; one note continues on the next page.",
        un(MODC, JOB),
        footnotes,
        furniture=(MODC, JOB),
    ),
    Sample(
        "superscripts-not-notes",
        "Raised and lowered characters that belong to the text, beside a note call.",
        plain(),
        superscripts,
    ),
    Sample("spacing-only", "Paragraphs parted only by the space between them.", plain(), spacing_only),
    Sample(
        "first-line-indent",
        "Paragraphs parted only by the indent of their first line.",
        plain(),
        first_line_indent,
    ),
    Sample(
        "paragraph-over-three-pages",
        "One paragraph begins on page 1, fills page 2 and ends on page 3.",
        un(MODC, JOB),
        three_pages,
        furniture=(MODC, JOB),
    ),
]
