"""The 18 action-line labels: fixed order, append-only, so that a model's columns never shift.

Titles and facilitators: Geneva Plan of Action (WSIS-03/GENEVA/DOC/5, 2003) and Tunis Agenda,
annex (WSIS-05/TUNIS/DOC/6(Rev.1), 2005), as updated by the facilitators' own lists.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

#: Goes up when a label is added or retired; models say which one they were trained on.
TAXONOMY_VERSION = "1"


@dataclass(frozen=True, slots=True)
class Line:
    """An action line, or a subline of C7."""

    code: str
    title: str
    facilitators: tuple[str, ...]

    @property
    def parent(self) -> str | None:
        """`"C7"` for a subline, None otherwise."""
        return self.code.split("-")[0] if "-" in self.code else None


LINES: tuple[Line, ...] = (
    Line(
        "C1",
        "The role of public governance authorities and all stakeholders in the promotion of ICTs"
        " for development",
        ("UN DESA", "ITU"),
    ),
    Line("C2", "Information and communication infrastructure", ("ITU",)),
    Line("C3", "Access to information and knowledge", ("UNESCO",)),
    Line("C4", "Capacity building", ("ITU", "UNDP", "UNESCO", "UNCTAD")),
    Line("C5", "Building confidence and security in the use of ICTs", ("ITU",)),
    Line("C6", "Enabling environment", ("ITU", "UNDP", "regional commissions", "UNCTAD")),
    Line("C7-egov", "ICT applications: e-government", ("UN DESA",)),
    Line("C7-ebusiness", "ICT applications: e-business", ("UNCTAD", "ITC", "UPU", "WTO")),
    Line("C7-elearning", "ICT applications: e-learning", ("UNESCO",)),
    Line("C7-ehealth", "ICT applications: e-health", ("WHO",)),
    Line("C7-eemployment", "ICT applications: e-employment", ("ILO",)),
    Line("C7-eenvironment", "ICT applications: e-environment", ("WMO", "UNEP")),
    Line("C7-eagriculture", "ICT applications: e-agriculture", ("FAO",)),
    Line("C7-escience", "ICT applications: e-science", ("UNESCO",)),
    Line("C8", "Cultural diversity and identity, linguistic diversity and local content", ("UNESCO",)),
    Line("C9", "Media", ("UNESCO",)),
    Line("C10", "Ethical dimensions of the Information Society", ("UNESCO",)),
    Line("C11", "International and regional cooperation", ("UN DESA", "regional commissions")),
)
CODES: tuple[str, ...] = tuple(line.code for line in LINES)
#: C7 is given through its sublines only; but whether a text is about any of them can be sure
#: where the subline is not.
FAMILY = "C7"
#: Columns of the sublines among the 18.
SUBLINES: tuple[int, ...] = tuple(k for k, line in enumerate(LINES) if line.parent == FAMILY)
#: What is decided of a text, and what the linear heads judge: also whether it has no label.
DECIDED: tuple[str, ...] = (*CODES, FAMILY)
NOTHING = "none"
TARGETS: tuple[str, ...] = (*DECIDED, NOTHING)
_BY_CODE = {line.code: line for line in LINES}


def line(code: str) -> Line:
    """Return the action line with this code.

    Raises
    ------
    KeyError
        For a code that is not one of the 18, with the nearest ones named.
    """
    try:
        return _BY_CODE[code]
    except KeyError:
        near = get_close_matches(code, CODES, n=3)
        guess = f"; did you mean {', '.join(near)}?" if near else f"; allowed: {', '.join(CODES)}"
        raise KeyError(f"unknown action line {code!r}{guess}") from None
