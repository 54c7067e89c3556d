"""Progress on standard error: a line that moves on a terminal, else a plain line for each phase."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from nlp.cli.console import is_terminal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import Progress, TaskID

    from nlp.cli.console import Reporter


class Line:
    """The progress line; without a terminal every method does nothing."""

    def __init__(self, progress: Progress | None = None, task: TaskID | None = None) -> None:
        self._progress = progress
        self._task = task

    @property
    def shown(self) -> bool:
        """Whether there is a terminal to show it."""
        return self._progress is not None

    def begin(self, name: str) -> None:
        """Say what is being done."""
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, name=name)
            self._progress.start()

    def hide(self) -> None:
        """Take the line off the screen, so that something else can be written there."""
        if self._progress is not None:
            self._progress.stop()

    def advance(self) -> None:
        """Say that one more is done."""
        if self._progress is not None and self._task is not None:
            self._progress.advance(self._task)


@contextmanager
def progress_line(total: int, *, quiet: bool) -> Iterator[Line]:
    """Give a progress line over so many inputs."""
    if quiet or not is_terminal(sys.stderr):
        yield Line()
        return
    # Loaded for a terminal only: a script that calls us a thousand times does not pay for it.
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
    from rich.progress import TimeElapsedColumn as Elapsed

    many = (BarColumn(), MofNCompleteColumn()) if total > 1 else ()
    # `markup=False`: a file name may hold square brackets.
    columns = (SpinnerColumn(), TextColumn("{task.fields[name]}", markup=False), *many, Elapsed())
    progress = Progress(*columns, console=Console(stderr=True), transient=True)
    task = progress.add_task("", total=total, name="")
    try:
        yield Line(progress, task)
    finally:
        progress.stop()


class Phases:
    """Phases of a long command: a bar on a terminal, else a plain line as each begins."""

    def __init__(self, line: Line, reporter: Reporter) -> None:
        self._line = line
        self._reporter = reporter
        self._start = time.monotonic()

    def begin(self, name: str) -> None:
        """Say what is being done now."""
        self._line.begin(name)
        if not self._line.shown:
            self._reporter.note(f"{time.monotonic() - self._start:6.1f} s  {name}")

    def advance(self) -> None:
        """Say that one more step is done."""
        self._line.advance()


@contextmanager
def phases(total: int, reporter: Reporter) -> Iterator[Phases]:
    """Give phases of so many steps in all."""
    with progress_line(total, quiet=reporter.quiet) as line:
        yield Phases(line, reporter)
