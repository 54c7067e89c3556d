"""One PDF to a `Document` without marks, in this very process; `guard` runs it in a child."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import TYPE_CHECKING

from nlp.document import Block, Document
from nlp.errors import Empty, NoText
from nlp.pdf import ocr, quality
from nlp.pdf.furniture import SYMBOL
from nlp.pdf.layout import lay_out
from nlp.pdf.reader import EXTRACTOR, PdfFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nlp.pdf.geometry import Page
    from nlp.settings import ReadOptions

_SUBMITTER = re.compile(
    r"(?:submission|submitted|contribution|communication|statement|note|paper)\s+(?:by|from|of)\s+(?:the\s+)?(.*)",
    re.IGNORECASE | re.DOTALL,
)
_LABELLED = ("paragraph", "list_item", "heading")


def extract_document(
    path: Path, options: ReadOptions, announce: Callable[[int], None] | None = None
) -> Document:
    """Read a PDF to blocks with final texts, sections and notes.

    Parameters
    ----------
    path : Path
        The file.
    options : ReadOptions
        Pages, limits, OCR.
    announce : callable, optional
        Called once with the number of pages to be read, before the first is.

    Raises
    ------
    DocumentError
        Encrypted, Damaged, TooManyPages, Empty, NoText; and what pdfminer raises on
        broken files, which the guard turns into Damaged.
    """
    warnings: list[str] = []
    with PdfFile(path, options) as pdf:
        if announce:
            announce(len(pdf.wanted))
        if not pdf.wanted:
            raise _nothing(pdf.page_count, options)
        count = pdf.page_count
        metadata = pdf.metadata
        pages: list[Page] = []
        without: list[int] = []
        poor: list[int] = []
        doubtful: list[int] = []
        for page in pdf.pages():
            share = quality.broken_share(page)
            if not quality.has_text(page):
                if page.pictured > 0.05 or page.unmapped or page.glyphs == 0:
                    without.append(page.number)
            elif share >= quality.RUBBISH:
                poor.append(page.number)
            else:
                if share >= quality.DOUBTFUL and page.pictured > 0.5:
                    doubtful.append(page.number)
                pages.append(page)
        read = len(pdf.wanted)
    extractor = dict(EXTRACTOR)
    if options.ocr == "auto" and (without or poor):
        recognised, note = ocr.recognise(path, sorted((*without, *poor)))
        warnings += [note] if note else []
        if recognised:
            extractor |= ocr.engine()
            done = {page.number for page in recognised}
            pages = sorted((*pages, *recognised), key=lambda page: page.number)
            without = [n for n in without if n not in done]
            poor = [n for n in poor if n not in done]
    if not pages or not any(page.lines or page.turned for page in pages):
        raise NoText(_no_text(read, without, poor))
    blocks = lay_out(pages)
    body = " ".join(b.text for b in blocks if b.kind in _LABELLED) or " ".join(b.text for b in blocks)
    warnings += _warnings(without, poor, doubtful)
    return Document(
        id=_sha256(path),
        source=path.name,
        title=_title(blocks, metadata),
        submitter=_submitter(blocks),
        symbols=_symbols(blocks),
        language=quality.language_of(body),
        pages=count,
        pages_without_text=tuple(without),
        poor_pages=tuple(poor),
        extractor=extractor,
        blocks=blocks,
        warnings=tuple(warnings),
    )


def _nothing(count: int, options: ReadOptions) -> Empty:
    if count == 0:
        return Empty("the file holds no pages")
    asked = ", ".join(f"{a}-{b}" if a != b else str(a) for a, b in options.pages)
    return Empty(f"pages {asked} were asked for; the file has pages 1 to {count}", hint="Mend --pages.")


def _no_text(read: int, without: list[int], poor: list[int]) -> str:
    parts = []
    if without:
        parts.append(f"{len(without)} of {read} pages have no text layer")
    if poor:
        parts.append(f"{len(poor)} of {read} pages have a text layer that is no readable text")
    return " and ".join(parts) or f"none of {read} pages holds text"


def _warnings(without: list[int], poor: list[int], doubtful: list[int]) -> list[str]:
    out = []
    if without:
        out.append(f"pages without text, not read: {ranges(without)}")
    if poor:
        out.append(f"pages whose text layer is unreadable, not read: {ranges(poor)}")
    if doubtful:
        out.append(f"pages with a doubtful OCR text layer, read with its errors: {ranges(doubtful)}")
    return out


def ranges(numbers: list[int]) -> str:
    """Tell page numbers shortly: "1-3, 7"."""
    out: list[list[int]] = []
    for number in sorted(numbers):
        if out and number == out[-1][1] + 1:
            out[-1][1] = number
        else:
            out.append([number, number])
    return ", ".join(f"{a}-{b}" if a != b else str(a) for a, b in out)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _title(blocks: tuple[Block, ...], metadata: dict[str, object]) -> str | None:
    """Return the main heading of the first page with headings; else the file's own title if it is one."""
    headings = [b for b in blocks if b.kind == "heading"]
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


def _submitter(blocks: tuple[Block, ...]) -> str | None:
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


def _symbols(blocks: tuple[Block, ...]) -> tuple[str, ...]:
    """Return the document's own symbols: what its masthead and running headers print."""
    seen: Counter[str] = Counter()
    for block in blocks:
        if block.kind in ("header", "cover", "footer"):
            for found in SYMBOL.finditer(block.text):
                symbol = found.group().strip()
                if any(c.isdigit() for c in symbol) and len(symbol) >= 5:
                    seen[symbol] += 1
    return tuple(symbol for symbol, _ in seen.most_common(4))
