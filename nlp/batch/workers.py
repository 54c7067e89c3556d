"""Workers: one function over many tasks, in this process, in joblib's, or on a cluster.

Owns what happens when a worker dies. Results come as they are ready, in no order, and a task
handed out early starts early.
"""

from __future__ import annotations

import multiprocessing.resource_tracker
import os
import re
import signal
import sys
import threading
import time
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from joblib import Parallel, cpu_count, delayed
from joblib.externals.loky.backend import resource_tracker as loky_tracker
from joblib.externals.loky.process_executor import TerminatedWorkerError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

T = TypeVar("T")
R = TypeVar("R")

_WATCH_SECONDS = 0.5


class Died:
    """Stands for the result of a task that took its worker with it, though it ran alone."""

    def __init__(self, how: str) -> None:
        self.how = how


class Workers(Protocol):
    """What spreads tasks."""

    def each(self, function: Callable[[T], R], tasks: Iterable[T]) -> Generator[tuple[T, R | Died]]:
        """Call the function with each task; give each task with its result.

        What the function raises is raised here, and ends all others.
        """


class Local:
    """Workers on this machine.

    Parameters
    ----------
    count : int
        Processes; with one, the work is done in this one.
    """

    def __init__(self, count: int) -> None:
        self.count = count

    def each(self, function: Callable[[T], R], tasks: Iterable[T]) -> Generator[tuple[T, R | Died]]:
        """See `Workers`."""
        if self.count == 1:
            for task in tasks:
                yield task, function(task)
            return
        waiting = dict(enumerate(tasks))
        suspects: list[int] = []
        while waiting:
            # After a death, those that were being worked on run each by itself: so the guilty is found.
            numbers = [suspects.pop(0)] if suspects else list(waiting)
            begun: set[int] = set()
            try:
                for number, result in self._spread(function, waiting, numbers, begun):
                    yield waiting.pop(number), result
            except TerminatedWorkerError as error:
                left = sorted(begun & waiting.keys())
                if len(numbers) == 1:
                    yield waiting.pop(numbers[0]), Died(_how(error))
                else:
                    suspects = left

    def _spread(
        self, function: Callable[[T], R], tasks: dict[int, T], numbers: list[int], begun: set[int]
    ) -> Iterator[tuple[int, R]]:
        """Give results with their task's number, noting which tasks are begun."""

        def calls() -> Iterator[Any]:
            for number in numbers:
                begun.add(number)
                yield delayed(_work)(function, number, tasks[number])

        with _fit_for_spawning():
            results = Parallel(
                # Two at least: joblib does the work of one in this very process.
                n_jobs=max(2, min(self.count, len(numbers))),
                backend="loky",
                batch_size=1,
                # No task waits behind a long one in a worker's own queue.
                pre_dispatch=self.count,
                return_as="generator_unordered",
                # Tasks are small, and results too: nothing is shared through files.
                max_nbytes=None,
                # Not with the first task, which a worker may never get.
                initializer=_attend,
                initargs=(os.getpid(),),
            )(calls())
        try:
            # Not `yield from`, which would close them before the warning below is off.
            for got in results:  # noqa: UP028
                yield got
        finally:
            # Left early, as on Ctrl-C: this ends the workers, which is no news.
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)
                results.close()


def cores() -> int:
    """Count the cores that this process may use."""
    found: int = cpu_count()
    return found


class Threads:
    """Threads of this process, for work that waits for disks and networks.

    Parameters
    ----------
    count : int
        Threads.
    """

    def __init__(self, count: int) -> None:
        self.count = count

    def each(self, function: Callable[[T], R], tasks: Iterable[T]) -> Generator[tuple[T, R | Died]]:
        """See `Workers`."""
        calls = (delayed(_paired)(function, task) for task in tasks)
        yield from Parallel(self.count, backend="threading", return_as="generator_unordered")(calls)


def _paired(function: Callable[[T], R], task: T) -> tuple[T, R]:
    return task, function(task)


def _how(error: Exception) -> str:
    """Tell how a worker ended, by the names of signals or the codes that joblib tells."""
    found = re.findall(r"(SIG[A-Z]+|EXIT)\((-?\d+)\)", str(error))
    # joblib ends the other workers itself.
    names = sorted({name for name, _ in found} - {"SIGTERM"}) or ["unknown"]
    return ", ".join(names)


def _work(function: Callable[[T], R], number: int, task: T) -> tuple[int, R]:
    """Do one task in a worker process."""
    return number, function(task)


@contextmanager
def _fit_for_spawning() -> Iterator[None]:
    """Let workers inherit that Ctrl-C is their parent's alone; and give loky the streams that it flushes."""
    # The trackers come first, for starting them would unblock the signal.
    multiprocessing.resource_tracker.ensure_running()
    loky_tracker.ensure_running()
    streams = sys.stdout, sys.stderr
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        with Path(os.devnull).open("w") as nowhere:
            sys.stdout, sys.stderr = sys.stdout or nowhere, sys.stderr or nowhere
            yield
    finally:
        sys.stdout, sys.stderr = streams
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _attend(parent: int) -> None:
    """Make this worker end when the parent is gone.

    Left alone, workers of a killed batch would go on with what they have, beside the batch that is
    started next, and stay for minutes.
    """
    threading.Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_WATCH_SECONDS)
    os._exit(1)
