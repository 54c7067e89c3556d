"""One PDF to a `Document` without marks, in this very process; `guard` runs it in a child."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nlp.document import Document
from nlp.errors import Empty, NoText
from nlp.language import language_of
from nlp.pdf import front, ocr, quality
from nlp.pdf.layout import lay_out
from nlp.pdf.reader import EXTRACTOR, PdfFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nlp.pdf.geometry import Page
    from nlp.settings import ReadOptions

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
    found = _read(path, options, announce)
    warnings: list[str] = []
    extractor = dict(EXTRACTOR)
    if options.ocr == "auto" and (found.without or found.poor):
        recognised, note = ocr.recognise(path, sorted((*found.without, *found.poor)))
        warnings += [note] if note else []
        if recognised:
            extractor |= ocr.engine()
            found.add(recognised)
    if not any(page.number not in found.without for page in found.pages):
        raise NoText(_no_text(found))
    blocks = lay_out(found.pages)
    body = " ".join(b.text for b in blocks if b.kind in _LABELLED) or " ".join(b.text for b in blocks)
    language = language_of(body)
    return Document(
        id=_sha256(path),
        source=path.name,
        title=front.title(blocks, found.metadata),
        submitter=front.submitter(blocks),
        symbols=front.symbols(blocks),
        date=front.date_of(blocks),
        language=language,
        pages=found.count,
        pages_without_text=tuple(found.without),
        poor_pages=tuple(found.poor),
        extractor=extractor,
        blocks=blocks,
        warnings=(*warnings, *_warnings(found, language)),
    )


@dataclass(slots=True)
class _Reading:
    """The pages of a file: read, without text, with rubbish for text, scanned."""

    count: int
    read: int
    metadata: dict[str, object]
    pages: list[Page] = field(default_factory=list)
    without: list[int] = field(default_factory=list)
    poor: list[int] = field(default_factory=list)
    #: Pages with an OCR layer: shares of broken and of unknown words in it.
    scanned: dict[int, tuple[float, float]] = field(default_factory=dict)

    def doubtful(self, language: str) -> list[int]:
        """Return the scanned pages whose text has many errors; unknown words tell it of English."""
        return [
            number
            for number, (broken, unknown) in self.scanned.items()
            if broken >= quality.DOUBTFUL or (language == "en" and unknown >= quality.UNKNOWN)
        ]

    def add(self, recognised: list[Page]) -> None:
        """Take in pages whose text was recognised."""
        done = {page.number for page in recognised}
        kept = [page for page in self.pages if page.number not in done]
        self.pages = sorted((*kept, *recognised), key=lambda page: page.number)
        self.without = [number for number in self.without if number not in done]
        self.poor = [number for number in self.poor if number not in done]


def _read(path: Path, options: ReadOptions, announce: Callable[[int], None] | None) -> _Reading:
    with PdfFile(path, options) as pdf:
        if announce:
            announce(len(pdf.wanted))
        if not pdf.wanted:
            raise _nothing(pdf.page_count, options)
        found = _Reading(pdf.page_count, len(pdf.wanted), pdf.metadata)
        for page in pdf.pages():
            share = quality.broken_share(page)
            if not quality.has_text(page):
                found.without.append(page.number)
                # The few letters of a cover or a stamp are kept, though the page counts as a picture.
                if page.lines:
                    found.pages.append(page)
            elif share >= quality.RUBBISH:
                found.poor.append(page.number)
            else:
                if page.pictured > 0.5:
                    found.scanned[page.number] = (share, quality.unknown_share(page))
                found.pages.append(page)
    return found


def _nothing(count: int, options: ReadOptions) -> Empty:
    if count == 0:
        return Empty("the file holds no pages")
    asked = ", ".join(f"{a}-{b}" if a != b else str(a) for a, b in options.pages)
    return Empty(f"pages {asked} were asked for; the file has pages 1 to {count}", hint="Mend --pages.")


def _no_text(found: _Reading) -> str:
    parts = []
    if found.without:
        parts.append(f"{len(found.without)} of {found.read} pages have no text layer")
    if found.poor:
        parts.append(f"{len(found.poor)} of {found.read} pages have a text layer that is no readable text")
    return " and ".join(parts) or f"none of {found.read} pages holds text"


def _warnings(found: _Reading, language: str) -> list[str]:
    out = []
    if found.read < found.count:
        out.append(f"only {found.read} of {found.count} pages were read, as asked for")
    if found.without:
        out.append(f"pages without text, not read: {ranges(found.without)}")
    if found.poor:
        out.append(f"pages whose text layer is unreadable, not read: {ranges(found.poor)}")
    doubtful = found.doubtful(language)
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
