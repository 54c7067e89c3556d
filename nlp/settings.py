"""Every option of reading and tagging with its one default; nothing here reads a file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

MIB = 1024 * 1024

Ocr = Literal["never", "auto"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may cost; over it the document fails with a code of its own."""

    file_bytes: int = 100 * MIB
    pages: int = 5_000
    seconds: float = 120.0
    #: Pages that are covered by `seconds`; each further page adds `seconds_per_page`.
    pages_in_seconds: int = 60
    seconds_per_page: float = 2.0
    memory_bytes: int = 2048 * MIB
    blocks: int = 10_000
    characters: int = 2_000_000

    def deadline(self, pages: int) -> float:
        """Seconds allowed for a document of so many pages."""
        wanted = self.seconds + self.seconds_per_page * max(0, pages - self.pages_in_seconds)
        # A million seconds are eleven days: longer waits overflow the system's timers.
        return min(wanted, 1_000_000.0)


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How a PDF is read.

    `pages` are inclusive ranges from 1, as typed (`((1, 3), (7, 7))`); empty means all.
    """

    pages: tuple[tuple[int, int], ...] = ()
    ocr: Ocr = "never"
    limits: Limits = field(default_factory=Limits)

    def wants(self, page_number: int) -> bool:
        """Whether this page was asked for."""
        return not self.pages or any(first <= page_number <= last for first, last in self.pages)
