"""Document symbols of the WTO, the UN and WSIS: found by their grammar, told in one spelling."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nlp.entities.found import Found

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nlp.knowledge import Entry

# All repetitions are bounded and the parts begin with different signs: linear time.
_BEFORE = r"(?<![\w/.\-])"
_AFTER = r"(?![\w])"
_NO_SUFFIX = r"(?!(?i:Add|Corr|Rev|Suppl|Amend)[. ]{0,2}\d)"
_PART = rf"(?:/ ?{_NO_SUFFIX}[A-Z0-9]{{1,12}}(?:\(\d{{2,4}}\))?)"
_SUFFIX = r"(?:(?: ?/ ?| )(?i:Add|Corr|Rev|Suppl|Amend)\.? ?\d{1,3})"

WTO = re.compile(
    rf"{_BEFORE}(?:(?:G|IP|S|TN|INF|RD|ICN|WTO|WT)(?:/ ?[A-Z][A-Z0-9]{{0,11}}(?:\(\d{{2,4}}\))?)"
    rf"|JOBS?(?:\(\d{{2,4}}\))?|OFFICE(?:\(\d{{2,4}}\))?|GPA|TCA|GATT/[A-Z]{{1,6}}|MTN(?:\.[A-Z]{{2,4}})?)"
    rf"{_PART}{{0,8}}{_SUFFIX}{{0,3}}{_AFTER}"
)
#: What a part of a long document is called: "A/80/6 (Sect. 12)".
_DIVISION = r"(?: ?\((?:(?:Sect|Part|Vol|Supp|Suppl)\.? ?[IVXLC\d]{1,5}(?:[A-Z])?|Overview|SUPP)\))"
_UN_PART = (
    rf"(?:/ ?{_NO_SUFFIX}[A-Z0-9][A-Za-z0-9]{{0,11}}(?:\.[A-Z0-9][A-Za-z0-9]{{0,5}}){{0,2}}"
    r"(?:\([A-Z0-9]{1,8}\))?)"
)
UN = re.compile(
    # One document may have two: "A/80/62-E/2025/7".
    rf"(?:{_BEFORE}|(?<=\d-))(?:A|E|S|T|ST|TD|DP|LC|CD|ID|HRI|HSP|PBC|NPT|BWC|CRC|CCPR|CEDAW|CERD|CAT|CMW|CRPD|CTOC|CAC"
    r"|FCCC|CEB|UNEP|UNCTAD|ECE|ESCAP|TRADE|TRANS|ISBA|SPLOS)"
    rf"{_UN_PART}{{1,8}}{_SUFFIX}{{0,3}}(?: \(\d{{4}}\)|{_DIVISION}){{0,1}}{_AFTER}"
)
WSIS = re.compile(
    rf"{_BEFORE}WSIS-[IVX\d]{{1,3}}(?:/[A-Z0-9\-]{{1,15}}){{1,5}}"
    rf"(?:\(Rev\.? ?\d{{1,2}}\))?(?:-[EFSRAC])?{_AFTER}"
)

_SPACED_SUFFIX = re.compile(r"(?: ?/ ?| )(Add|Corr|Rev|Suppl|Amend)\.? ?(?=\d)", re.IGNORECASE)
#: Security Council resolutions alone carry their year.
_YEAR = re.compile(r" \(\d{4}\)$")
_TO_RESOLUTION = re.compile(r"^(?:A|S|E)/(?:RES|PV|PRST|DEC)/")
#: The parts of the UN and of WTO services documents that share "S/" and "E/".
_WTO_SERVICES = re.compile(r"S/(?:C|L|CSC|FIN|WPDR|WPGR|WPPS|ENQ|DCS|GBT|SPEC|NGBT|IGFS|MIS|GATS|DCN)/?")


#: Web and mail addresses, whose words are nobody. Mail names are bounded: no search runs twice.
_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s<>\"]{1,2000}|(?<![\w.+\-])[\w.+\-]{1,64}@[\w.\-]{1,255}"
    r"|(?<![\w\-])[\w\-]{1,40}\.(?:com|edu|gov|int|net|org)\b"
)
#: A text without any of these has no address.
_MARKS = ("://", "www.", "@", ".com", ".edu", ".gov", ".int", ".net", ".org")


def addresses(text: str) -> list[Found]:
    """Find web and mail addresses, as phrases that are nothing."""
    if not any(mark in text for mark in _MARKS):
        return []
    return [Found(hit.start(), hit.end(), None, "", "", "exclusion") for hit in _ADDRESS.finditer(text)]


def match(text: str) -> list[Found]:
    """Find the document symbols of a text."""
    if "/" not in text:
        return []
    return [*_matches(WTO, text), *_matches(UN, text), *_matches(WSIS, text)]


def normalise(symbol: str) -> str:
    """Return the one spelling of a symbol: no spaces, `Rev.12` for `Rev 12`, `REV.12` and `Rev12`."""
    spaced = _SPACED_SUFFIX.sub(lambda part: f"/{part[1].capitalize()}.", symbol)
    return spaced.replace("/ ", "/").replace(" /", "/").replace(" (", "(").replace(". ", ".")


class Series:
    """What a symbol tells by its parts: the body whose series it is in, and the Member that notified."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._bodies: dict[tuple[str, ...], str] = {}
        self._members: dict[str, str] = {}
        for entry in entries:
            for series in entry.symbols:
                self._bodies[tuple(series.split("/"))] = entry.id
            for code in entry.codes:
                self._members[code] = entry.id

    def tell(self, symbol: str) -> tuple[str | None, str | None]:
        """Return the id of the body and that of the Member, None where the symbol tells nothing of it."""
        parts = tuple(_OF_YEAR.sub("", part) for part in symbol.split("/"))
        known = (self._bodies.get(parts[:size]) for size in range(len(parts), 0, -1))
        body = next((ident for ident in known if ident), None)
        return body, self._member(parts)

    def _member(self, parts: tuple[str, ...]) -> str | None:
        """Return the Member of a notification, G/TBT/N/KEN/12, or an accession, WT/ACC/UZB/3."""
        marks = [place for place, part in enumerate(parts) if part in _NAMES_MEMBER]
        if not marks or parts[0] not in _WTO_COLLECTIONS:
            return None
        named = (self._members.get(part) for part in parts[marks[0] + 1 :])
        return next((ident for ident in named if ident), None)


#: Parts after which a Member's code may stand: notifications and accessions.
_NAMES_MEMBER = frozenset({"N", "ACC"})
_WTO_COLLECTIONS = frozenset({"G", "IP", "S", "WT", "TN", "GPA"})
_OF_YEAR = re.compile(r"\(\d{2,4}\)$")


def _matches(pattern: re.Pattern[str], text: str) -> Iterator[Found]:
    for hit in pattern.finditer(text):
        symbol = hit[0]
        if not symbol.startswith("S/RES/"):
            symbol = _YEAR.sub("", symbol)
        if _is_symbol(pattern, symbol):
            name = normalise(symbol)
            yield Found(hit.start(), hit.start() + len(symbol), "DOCUMENT_SYMBOL", name, name, "symbol")


def _is_symbol(pattern: re.Pattern[str], symbol: str) -> bool:
    if not any(sign.isdigit() for sign in symbol):
        return False
    if pattern is UN:
        if _WTO_SERVICES.match(symbol):
            return False
        # "A/4" is paper; a short first part needs a series and a number after it.
        return symbol.count("/") >= 2 or bool(_TO_RESOLUTION.match(symbol)) or symbol.startswith("ISBA")
    return True
