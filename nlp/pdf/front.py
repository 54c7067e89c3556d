"""What the first pages tell of a document: title, submitter, symbols, date."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

from nlp.pdf.furniture import SYMBOL

if TYPE_CHECKING:
    from nlp.document import Block

_SUBMITTER = re.compile(
    r"(?:submission|submitted|contribution|communication|statement|note|paper)\s+(?:by|from|of)\b\s*(?:the\s+)?(.*)",
    re.IGNORECASE | re.DOTALL,
)
#: Title and submitter stand on the first pages or nowhere.
FRONT_PAGES = 3
#: Month names of the languages that papers come in, by their number.
_MONTHS = {
    name: number
    for names in (
        "january february march april may june july august september october november december",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    )
    for number, name in enumerate(names.split(), 1)
}
#: One day, not the last of several: "8-12 April 2024" is when a meeting was.
_DAY = re.compile(
    rf"(?<![\w\-–/])(\d{{1,2}})(?:er|st|nd|rd|th)?\s+(?:de\s+)?({'|'.join(_MONTHS)})\s+(?:de\s+)?((?:19|20)\d\d)(?!\d)",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    rf"(?<!\w)({'|'.join(list(_MONTHS)[:12])})\s+(\d{{1,2}}),\s+((?:19|20)\d\d)(?!\d)", re.IGNORECASE
)
#: What stands before the last day of several: "30 June to 2 July 2024", "du 8 au 12 avril 2024".
_FROM = re.compile(rf"(?:\d|{'|'.join(_MONTHS)})\s*(?:[-–—]|to|and|au|et|al|a|y)\s*$", re.IGNORECASE)
_MASTHEAD = ("cover", "header", "heading", "footer")
_REACH = 20
#: A line as long as that is a sentence, which may tell any date.
_LONG_LINE = 200


def title(blocks: tuple[Block, ...], metadata: dict[str, object]) -> str | None:
    """Return the main heading of the first page with headings; else the file's own title if it is one."""
    headings = [b for b in blocks if b.kind == "heading" and b.regions[0].page_number <= FRONT_PAGES]
    if headings:
        first_page = headings[0].regions[0].page_number
        heads = [b for b in headings if b.regions[0].page_number == first_page]
        best = max(heads[:6], key=lambda b: (_height(b), -heads.index(b)))
        return best.text
    title = metadata.get("Title")
    if (
        isinstance(title, str)
        and len(title.split()) > 2
        and not title.lower().endswith((".doc", ".docx", ".pdf"))
    ):
        return " ".join(title.split())
    return None


def _height(block: Block) -> float:
    """Rough type size: region height over the lines that fit its text."""
    region = block.regions[0]
    lines = max(1, round(len(block.text) * 5.5 / max(1.0, region.x1 - region.x0)))
    return round((region.bottom - region.top) / lines)


def submitter(blocks: tuple[Block, ...]) -> str | None:
    """Who submits: what follows "Submission by" on the first two pages, short as a name is."""
    front = [
        b for b in blocks if b.regions[0].page_number <= 2 and b.kind in ("heading", "paragraph", "cover")
    ][:25]
    for block, following in zip(front, [*front[1:], None], strict=False):
        if len(block.text) > 160:
            continue
        found = _SUBMITTER.match(block.text)
        if not found:
            continue
        name = found.group(1).strip(" :.")
        if not name and following is not None and len(following.text) <= 120:
            name = following.text.strip(" :.")
        if name and len(name) <= 120:
            return name
    return None


def symbols(blocks: tuple[Block, ...]) -> tuple[str, ...]:
    """Return the document's own symbols: what its masthead and running headers print."""
    seen: Counter[str] = Counter()
    for block in blocks:
        if block.kind in ("header", "cover", "footer"):
            for found in SYMBOL.finditer(block.text):
                symbol = found.group().strip()
                if any(c.isdigit() for c in symbol) and len(symbol) >= 5:
                    seen[symbol] += 1
    return tuple(symbol for symbol, _ in seen.most_common(4))


def date_of(blocks: tuple[Block, ...]) -> str | None:
    """Return the day that the first page's masthead prints, as YYYY-MM-DD."""
    for block in blocks:
        if block.kind not in _MASTHEAD or block.regions[0].page_number > 1 or len(block.text) > _LONG_LINE:
            continue
        days = [
            (hit.start(), hit[3], hit[2], hit[1])
            for hit in _DAY.finditer(block.text)
            if not _FROM.search(block.text, max(0, hit.start() - _REACH), hit.start())
        ]
        days += [(hit.start(), hit[3], hit[1], hit[2]) for hit in _MONTH_FIRST.finditer(block.text)]
        for _, year, month, day in sorted(days):
            try:
                return date(int(year), _MONTHS[month.lower()], int(day)).isoformat()
            except ValueError:
                continue
    return None
