"""The sample submission: four pages of an organization that does not exist, with every trouble."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pdfs import moves
from pdfs.layouts import UN_BODY, un
from pdfs.press import VERA, put_glyphs, put_spaced
from pdfs.sample import Sample, Writer
from pdfs.typeset import HELVETICA, TIMES, Style

SYMBOL, JOB = "MODC/CSTD/2026/3", "GE.26-01234"
SANS = Style(VERA, 8.0, 11.0, after=4, align="left")

CONTENTS = (
    (0, "I.", "Introduction", "2"),
    (0, "II.", "Activities in 2025", "2"),
    (1, "A.", "Information and communication infrastructure", "2"),
    (1, "B.", "Capacity-building", "2"),
    (1, "C.", "Confidence and security in the use of information and communications technologies", "3"),
    (1, "D.", "Enabling environment", "3"),
    (1, "E.", "Electronic commerce", "4"),
    (0, "III.", "International and regional cooperation", "4"),
    (0, "IV.", "Next steps", "4"),
)

SUMMARY = (
    "The Meridian Organization for Digital Cooperation reports on the fourth year of its programme for "
    "landlocked and least developed countries. Work on backbone networks, on training and on the legal "
    "framework for electronic transactions was continued; a facility for incident response was opened "
    "to all Members."
)


def cover_page(w: Writer) -> None:
    """Draw the masthead with its blocks side by side, the title, the summary and the contents."""
    press, flow = w.press, w.flow
    moves.cover(w, 100, 34, [("Meridian Organization", TIMES.regular, 13)])
    moves.cover(w, 538, 36, [(SYMBOL, TIMES.regular, 11)], "right")
    press.rule(57, 538, 56, 0.8)
    press.box(60, 64, 92, 96, None, 1.2)
    press.canvas.circle(76, press.size[1] - 80, 12)
    moves.cover(
        w,
        100,
        60,
        [("Meridian Organization", TIMES.bold, 17), ("for Digital Cooperation", TIMES.bold, 17)],
        lead=1.1,
    )
    moves.cover(
        w,
        392,
        62,
        [
            ("Distr.: General", TIMES.regular, 9.5),
            ("9 February 2026", TIMES.regular, 9.5),
            ("", TIMES.regular, 9.5),
            ("Original: English", TIMES.regular, 9.5),
        ],
    )
    press.rule(57, 538, 150, 1.8)
    moves.cover(
        w,
        57,
        154,
        [
            ("Commission on Science and Technology for Development", TIMES.bold, 10.5),
            ("Twenty-ninth session", TIMES.bold, 9.5),
            ("Geneva, 20–24 April 2026", TIMES.regular, 9.5),
            ("Item 2 of the provisional agenda", TIMES.regular, 9.5),
        ],
    ).also = ["paragraph", "heading"]
    press.turned(34, 500, "26-01234 — printed on recycled paper", TIMES.regular, 7)
    flow.y = 232
    large = {"size": 14.0, "leading": 16.0, "before": 0.0, "after": 6.0}
    w.h(0, None, "Follow-up to the outcomes of the World Summit on the Information Society", style=large)
    w.h(
        0,
        None,
        "Submission by the Meridian Organization for Digital Cooperation",
        style=large | {"size": 12.0},
    )
    moves.box(w, 102, summary, None, 0.8, inset=12)
    w.h(1, None, "Contents", style={"italic": True, "bold": False})
    press.text(482, flow.y - 2, "Page", TIMES.italic, 8, "right")
    w.seen("contents", "Page")
    moves.contents(w, CONTENTS, replace(UN_BODY, after=2))


def summary(w: Writer) -> None:
    """Set the summary under a letter-spaced heading."""
    spaced = {"size": 11.0, "leading": 14.0, "before": 0.0, "italic": False}
    w.h(1, None, "SUMMARY", style=spaced, draw=put_spaced)
    w.p(None, SUMMARY)


def write(w: Writer) -> None:
    """Write the four pages."""
    w.notes(
        n1="General Assembly resolution 60/252, paragraph 7.",
        n2="The list of stations is kept at https://www.example.org/modc/stations.html.",
        n3="Landlocked developing countries and small island developing States are counted once, under "
        "the group in which they applied; figures for 2024 were corrected in the meantime and differ "
        "from those in the previous submission.",
        n4="MODC/WG.2/2025/11, paras. 14–19.",
        n5="Ibid., annex II.",
        n6="In the present document, “electronic commerce” covers goods that are ordered online and "
        "services that are delivered online.",
    )
    w.note("*", "Late submission, owing to the need to include figures for December.")
    cover_page(w)
    w.flow.next_page()
    introduction(w)
    infrastructure(w)
    capacity(w)
    confidence(w)
    environment(w)
    commerce(w)
    cooperation(w)


def introduction(w: Writer) -> None:
    """Section I."""
    w.h(1, "I.", "Introduction<n>*</n>")
    w.p(
        "1.",
        "The present submission was prepared in response to the request of the Secretary-General for "
        "contributions to the report on progress made in the implementation of the outcomes of the "
        "World Summit on the Information Society.<n>1</n> It covers the calendar year 2025 and relates "
        "mainly to action lines C2, C4, C5, C6 and C11 and, under C7, to e-business.",
        ends=("Secretary-",),
    )
    w.p(
        "2.",
        "Membership now stands at 58, of which 21 are least developed countries. The secretariat wishes "
        "to thank the focal points who replied to the questionnaire, as well as the observers from "
        "business, the technical community and civil society who took part in the five regional "
        "meetings.",
    )


def infrastructure(w: Writer) -> None:
    """Section II.A: hanging numbers, notes, and a paragraph that runs over the page."""
    w.h(1, "II.", "Activities in 2025")
    w.h(2, "A.", "Information and communication infrastructure")
    w.p(
        "3.",
        "Broadband networks were extended to 140 further districts. In most of them the backbone "
        "follows power lines or railways, and the operators concerned share ducts, towers and the "
        "supply of electricity; where traffic does not pay for the last kilometres, the universal "
        "service fund meets the difference. Internet exchange points in four subregions keep local "
        "traffic local, and the average price of an entry-level subscription fell to 2.4 per cent of "
        "monthly income.<n>2</n>",
    )
    w.p(
        "4.",
        "Members exchanged experience on satellite constellations, on the refarming of spectrum and on "
        "fifth-generation (5G) networks. It was pointed out that licences for low-Earth-orbit services "
        "are granted under rules written for another technology, and that small administrations would "
        "welcome a model text. Ground stations occupy less than 400 m<sup>2</sup> each and can be "
        "powered by the sun.",
    )


def capacity(w: Writer) -> None:
    """Section II.B: list items, nested."""
    w.h(2, "B.", "Capacity-building")
    w.p(
        "5.",
        "Training was again the form of assistance in greatest demand, and 3,140 officials, teachers "
        "and librarians completed a course, 46 per cent of them women. Following the evaluation of "
        "2024, the curriculum was built around tasks that participants meet in their own offices. Three "
        "formats are offered:",
    )
    w.item(
        "(a)",
        "Short courses on digital literacy and on media and information literacy, held in local languages by "
        "trainers from the region;",
    )
    w.item(
        "(b)",
        "Six-month fellowships for regulators and statisticians, with a mentor in another administration, "
        "which are open to candidates from:",
    )
    w.item("(i)", "Least developed countries;", depth=1)
    w.item("(ii)", "Landlocked developing countries and small island developing States;<n>3</n>", depth=1)
    w.item(
        "(c)", "An online academy whose lessons may be copied, translated and adapted under an open licence."
    )
    w.p(
        "6.",
        "In schools, the programme trains two teachers in each building and pays for a technician "
        "during five years. Learners are taught to program, to check a source and to protect their "
        "privacy; persons with disabilities and older persons are reached through libraries and "
        "community centres. Demand exceeds supply by a wide margin, and the waiting list for the rural "
        "districts has been closed until additional contributions have been received. The secretariat "
        "has therefore proposed to train trainers first, to lend equipment between neighbouring "
        "schools, and to publish every lesson so that it can be used without a connection.",
    )
    w.p(
        "7.",
        "An independent review found that skills were retained where participants had used them within "
        "a month. Courses will in future be timed accordingly, and the infra¬structure needed for "
        "practice will be checked before an invitation is sent.",
        ends=("infra-",),
    )


def confidence(w: Writer) -> None:
    """Section II.C: bullets, and a grey box in the middle of a paragraph."""
    w.h(2, "C.", "Confidence and security in the use of information and communications technologies")
    w.p(
        "8.",
        "Under action line C5, a facility for incident response was opened to all Members on 1 July. It "
        "is staffed around the clock and assists national computer emergency response teams with "
        "analysis, with the notification of victims and with the preservation of evidence. The main "
        "threats reported were:",
    )
    w.item(
        "•",
        "Ransomware in hospitals and municipal services, often through software that was no longer "
        "maintained;",
    )
    w.item("•", "Fraud by telephone and by forged payment requests, which strikes older persons above all;")
    w.item("•", "Leaks of personal data held by contractors.")
    w.p(
        "9.",
        "Trust also depends on law. Eleven Members adopted or revised legislation on the protection of "
        "personal data, and six acceded to an agreement on mutual assistance in the investigation of "
        "cybercrime. The working group on online safety reviewed measures that shield children from "
        "harm and yet leave them free to learn, to play and to speak.<n>4</n> Its handbook for parents "
        "and teachers is available in nine languages, and a version for persons who do not read easily "
        "is being tested with the help of community radio stations in two subregions.",
        between={4: lambda: moves.box(w, 75, incident_box, inset=9)},
    )


def incident_box(w: Writer) -> None:
    """Set the grey box, in a sans serif with ligatures."""
    w.h(
        3,
        None,
        "Box 1. Half a year of incident response",
        style={"face": HELVETICA, "size": 9.0, "before": 0.0, "after": 3.0},
    )
    w.p(
        None,
        "From July to December the facility handled 214 requests from 37 Members. The ﬂow of reports "
        "was heaviest after ofﬁce hours; in nine cases out of ten a ﬁrst reply was given within an hour.",
        style=SANS,
    )
    w.record.leave(3)


def environment(w: Writer) -> None:
    """Section II.D: references to committees, a ruled table."""
    w.h(2, "D.", "Enabling environment")
    w.p(
        "10.",
        "The secretariat follows the work of the Committee on Technical Barriers to Trade and of the "
        "Council for Trade in Services, in which Members continued to discuss regulation that bears on "
        "connected devices, on cloud services and on artificial intelligence (AI). At their request it "
        "prepared a comparison of licensing regimes, competition rules and spectrum fees in 30 "
        "jurisdictions.<n>5</n> Independent regulators, open consultations and rules that do not favour "
        "one technology were found to go together with higher investment.",
    )
    moves.table(
        w,
        (
            ("Instrument", "Members with a law in force", "Draft under discussion"),
            ("Electronic signatures and documents", "41", "9"),
            ("Protection of personal data", "37", "12"),
            ("Consumer protection online, including the settlement of disputes over small sums", "22", "17"),
        ),
        (188, 90, 90),
        Style(TIMES, 8.8, 10.4, align="left"),
        right=(1, 2),
    )


def commerce(w: Writer) -> None:
    """Section II.E: a letter-spaced line, e-business."""
    w.h(2, "E.", "Electronic commerce<n>6</n>")
    w.p(
        "11.",
        "Micro, small and medium-sized enterprises were helped to sell online. The programme combines "
        "advice on e-commerce strategy with practical steps: a merchant account, a return policy, a "
        "customs code and a listing on a marketplace. In 2025 some 2,600 enterprises took part, half of "
        "them owned by women, and digital trade in handicrafts and in software services grew by a third.",
    )
    w.p(
        "12.",
        "Electronic certificates and single windows spare traders a journey, and payment systems that "
        "work across borders spare them a fee. Both are matters that the Members concerned also follow "
        "in the Committee on Trade and Development.",
        draw=put_glyphs,
        fill=0.86,
    )


def cooperation(w: Writer) -> None:
    """Sections III and IV: C11, then a stretch of two columns."""
    w.h(1, "III.", "International and regional cooperation")
    w.p(
        "13.",
        "The Organization took part in the WSIS Forum and in the meetings of the action line "
        "facilitators, and shares its calendar with the regional commissions. North–South, South–South "
        "and triangular cooperation were financed from a common fund, to which 19 partners contributed "
        "in 2025. A joint work plan with three regional development banks was signed for 2026–2028; it "
        "includes technology transfer on agreed terms and the exchange of staff.",
    )
    w.p(
        "14.",
        "Governments, business, civil society and the technical community are represented in the "
        "advisory board, which met twice. The board recommended that small delegations be supported in "
        "taking part in the meetings of other bodies, including those on Internet governance, and that "
        "invitations be sent out at least eight weeks in advance. A fund for travel, to which four "
        "Members and two observers have contributed, was opened in September.",
    )
    w.p(
        "15.",
        "With regional partners, the Organization collects indicators on access, use and affordability. "
        "Where no survey has been held for five years, it lends questionnaires, software and staff; the "
        "figures remain the property of the statistical office and are published by it. The first seven "
        "surveys follow the core list of ICT indicators, so that results can be compared.",
    )
    w.h(1, "IV.", "Next steps")
    w.p("16.", "Subject to the availability of resources, the following activities are planned for 2026:")
    w.flow.columns(2, 18, 98)
    narrow: dict[str, Any] = {
        "style": replace(UN_BODY, size=9.4, leading=11.0, align="left", after=5),
        "left": 0.0,
        "first": 14.0,
        "rest": 14.0,
    }
    for text in (
        "A second facility for incident response, to be hosted by a Member in the southern hemisphere.",
        "A model licence for satellite services and for community networks.",
        "Grants for teachers who publish lessons in languages that are spoken by few.",
        "A survey of small exporters, and a handbook on the measurement of digital trade.",
        "A round table on the footprint of data centres, in tonnes of CO<sub>2</sub> and in litres of water.",
    ):
        w.item("–", text, **narrow)
    w.flow.single()
    w.p(
        "17.",
        "The Organization stands ready to provide any further information that the Commission may require.",
    )


SAMPLES = [
    Sample(
        "sample-submission",
        "A whole submission of four pages with most of what makes such documents hard to read.",
        un(SYMBOL, JOB, first_page=True),
        write,
        furniture=("GE.26-01234", "2/4", "3/4", "4/4", "printed on recycled paper"),
    )
]
