"""Document symbols of the WTO, the UN and WSIS: found by their grammar, told in one spelling."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nlp.entities.found import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

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
_UN_PART = (
    rf"(?:/ ?{_NO_SUFFIX}[A-Z0-9][A-Za-z0-9]{{0,11}}(?:\.[A-Z0-9][A-Za-z0-9]{{0,5}}){{0,2}}"
    r"(?:\([A-Z0-9]{1,8}\))?)"
)
UN = re.compile(
    rf"{_BEFORE}(?:A|E|S|T|ST|TD|DP|LC|CD|ID|HRI|HSP|PBC|NPT|BWC|CRC|CCPR|CEDAW|CERD|CAT|CMW|CRPD|CTOC|CAC"
    r"|FCCC|UNEP|UNCTAD|ECE|ESCAP|TRADE|TRANS|ISBA|SPLOS)"
    rf"{_UN_PART}{{1,8}}{_SUFFIX}{{0,3}}(?: \(\d{{4}}\))?{_AFTER}"
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
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"]{1,2000}|(?<![\w.+\-])[\w.+\-]{1,64}@[\w.\-]{1,255}")


def addresses(text: str) -> list[Found]:
    """Find web and mail addresses, as phrases that are nothing."""
    return [Found(hit.start(), hit.end(), None, "", "", "exclusion") for hit in _ADDRESS.finditer(text)]


def match(text: str) -> list[Found]:
    """Find the document symbols of a text."""
    return [*_matches(WTO, text), *_matches(UN, text), *_matches(WSIS, text)]


def normalise(symbol: str) -> str:
    """Return the one spelling of a symbol: no spaces, `Rev.12` for `Rev 12`, `REV.12` and `Rev12`."""
    spaced = _SPACED_SUFFIX.sub(lambda part: f"/{part[1].capitalize()}.", symbol)
    return spaced.replace("/ ", "/").replace(" /", "/")


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
