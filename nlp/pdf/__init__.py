"""From a PDF to blocks. `read_pdf` reads in a guarded child; importing this loads no PDF library."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nlp.pdf.guard import PendingDocument, read_pdf, start_reading

__all__ = ["PendingDocument", "read_pdf", "start_reading"]


def __getattr__(name: str) -> object:
    """Load the guard when it is first asked for: the child imports this package, too, and needs none."""
    if name in __all__:
        from nlp.pdf import guard

        return getattr(guard, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
