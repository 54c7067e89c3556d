"""Parts to text, in colour where a terminal shows it; the words that all summaries share."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

from rich.console import Console

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import RenderableType

#: Columns where no terminal says how many it has.
WIDTH = 100


def width(*, terminal: bool) -> int:
    """Tell how many columns there are: those of the terminal, `COLUMNS`, or 100."""
    return _console(io.StringIO(), terminal=terminal).width


def _console(file: io.StringIO, *, terminal: bool) -> Console:
    columns = os.environ.get("COLUMNS", "")
    return Console(
        file=file,
        force_terminal=terminal,
        width=None if terminal else int(columns) if columns.isdecimal() and int(columns) else WIDTH,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )


def render(parts: Iterable[RenderableType], *, terminal: bool) -> str:
    """Render parts one below the other; a `terminal` gets its width, and colour."""
    file = io.StringIO()
    console = _console(file, terminal=terminal)
    for part in parts:
        console.print(part)
    # Cells are padded to the full width, which only a terminal needs.
    lines = file.getvalue().split("\n")
    return "\n".join(lines if terminal else (line.rstrip() for line in lines))


def counted(number: int, noun: str) -> str:
    """Write a number with its noun."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
