"""How far a batch is: a bar with rate and time left on a terminal, else a line every ten seconds.

With `--log-format json` each event is one object a line: `plan`, `document`, `progress`, `summary`,
and the error objects between them.
"""

from __future__ import annotations

import sys
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import click

from nlp.cli.console import is_terminal
from nlp.schema import dumps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import Progress, TaskID

    from nlp.cli.console import Reporter
    from nlp.runs import Row

#: Seconds between two plain lines.
EVERY = 10.0


class Meter:
    """Counts what is done and tells it. All of it may be called from one thread only."""

    def __init__(self, reporter: Reporter, *, as_json: bool, bar: Progress | None) -> None:
        self._reporter = reporter
        self._as_json = as_json
        self._bar = bar
        self._task: TaskID | None = None
        self._name = ""
        self._started = time.monotonic()
        self._total = self._done = self._failed = self._pages = 0
        self._bytes = self._bytes_done = 0
        # The lines every ten seconds come from a thread of their own.
        self._turn = threading.Lock()
        self._ended = threading.Event()

    # What happens ----------------------------------------------------------------------------

    def phase(self, name: str, *, total: int = 0, size: int = 0) -> None:
        """Begin a phase of so many inputs with so many bytes together."""
        with self._turn:
            self._name, self._total, self._bytes = name, total, size
            self._done = self._failed = self._pages = self._bytes_done = 0
            self._started = time.monotonic()
        if self._bar is not None:
            if self._task is not None:
                self._bar.remove_task(self._task)
            self._task = self._bar.add_task(name, total=size or total or None, told="")
            self._bar.start()

    def looked(self) -> None:
        """Count an input that was read for its hash."""
        with self._turn:
            self._done += 1
        self._show(self._done)

    def finished(self, row: Row) -> None:
        """Count an input that is finished, and tell it where that is wanted."""
        with self._turn:
            self._done += 1
            self._failed += row.status == "failed"
            self._pages += row.counts.pages
            self._bytes_done += row.bytes
        self._show(self._bytes_done)
        if row.status == "done":
            told = row.to_dict()
            self.event("document", **{name: told[name] for name in _TOLD})

    def event(self, name: str, **told: Any) -> None:  # noqa: ANN401 - any JSON value
        """Tell an event in JSON, if that is the format."""
        if self._as_json and not self._reporter.quiet:
            _say(dumps({"level": "info", "event": name, **told}))

    # How it is told --------------------------------------------------------------------------

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Take the bar off the screen while something else is written there."""
        if self._bar is None or not self._bar.live.is_started:
            yield
            return
        self._bar.stop()
        yield
        self._bar.start()

    def hide(self) -> None:
        """Take the bar off the screen for good."""
        self._ended.set()
        if self._bar is not None:
            self._bar.stop()

    def _show(self, completed: int) -> None:
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=completed, told=self._words())

    def _words(self) -> str:
        """`12 of 40 · 1 failed · 3.1 pages/s · 2 min left`."""
        spent = time.monotonic() - self._started
        parts = [f"{self._done} of {self._total}"]
        if self._failed:
            parts.append(f"{self._failed} failed")
        if self._pages and spent:
            parts.append(f"{self._pages / spent:.1f} pages/s")
        if (left := self._seconds_left(spent)) is not None:
            parts.append(f"{_duration(left)} left")
        return " · ".join(parts)

    def _seconds_left(self, spent: float) -> float | None:
        """Tell by bytes, for inputs differ much in length."""
        if not self._bytes_done or not self._bytes:
            return None
        return spent * max(0, self._bytes - self._bytes_done) / self._bytes_done

    def tick(self) -> None:
        """Tell how far it is every ten seconds, until the meter is hidden."""
        while not self._ended.wait(EVERY):
            with self._turn:
                if not self._total:
                    continue
                words, spent = self._words(), time.monotonic() - self._started
                left = self._seconds_left(spent)
            if self._as_json:
                self.event(
                    "progress",
                    phase=self._name,
                    done=self._done,
                    total=self._total,
                    failed=self._failed,
                    pages=self._pages,
                    seconds=round(spent, 1),
                    seconds_left=None if left is None else round(left, 1),
                )
            else:
                self._reporter.note(f"{self._name}: {words}")


_TOLD = ("input", "sha256", "result", "pages", "paragraphs", "review", "seconds")


@contextmanager
def meter(reporter: Reporter, *, as_json: bool) -> Iterator[Meter]:
    """Give a meter; nothing of it is left on the screen afterwards."""
    bar = None
    if not reporter.quiet and not as_json and is_terminal(sys.stderr):
        from rich.console import Console
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn
        from rich.table import Column

        bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=20),
            TextColumn("{task.fields[told]}", markup=False, table_column=Column(no_wrap=True)),
            console=Console(stderr=True),
            transient=True,
        )
    gauge = Meter(reporter, as_json=as_json, bar=bar)
    if bar is None and not reporter.quiet:
        threading.Thread(target=gauge.tick, daemon=True).start()
    try:
        yield gauge
    finally:
        gauge.hide()


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = seconds / 60
    return f"{minutes:.0f} min" if minutes < 90 else f"{minutes / 60:.1f} h"


def _say(line: str) -> None:
    # Standard error may be closed: nobody is left to tell.
    with suppress(OSError):
        click.echo(line, err=True)
