"""Workers on other machines, through a Dask scheduler that is there already.

Whoever reaches a scheduler can run code on its workers and in its clients. So none is trusted that
others on the network could reach without a certificate, unless the user says so.

Tasks are handed to Dask's own client. joblib's Dask backend waits for ever for a task that the scheduler
gives up on, as it does after four dead workers: it hears of a result by a callback that is not called then.
"""

from __future__ import annotations

import ipaddress
import logging
import os
import queue
import re
import time
from collections import Counter, deque
from contextlib import contextmanager, suppress
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, TypeVar

from nlp.batch.workers import Died
from nlp.errors import ClusterLost, ClusterUnusable, WsisError
from nlp.storage import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

T = TypeVar("T")
R = TypeVar("R")

#: How long a scheduler, and then its first worker, may take to answer.
_CONNECT_SECONDS = 10
#: How long a cluster may be without any worker, and a result that is there may take to come.
_PATIENCE_SECONDS = 30
_LOOK_SECONDS = 1.0
#: Tasks that each thread of a worker has before it. The more there are, the more are suspected when it dies.
_AHEAD = 2
#: How often a task is handed out. The scheduler itself gives it to four workers each time.
_HANDED_OUT = 3
_NOISY = ("distributed", "distributed.client", "tornado", "tornado.application", "asyncio")
_SAME = "Install the same versions here, at the scheduler and at its workers."
_ADDRESS = re.compile(r"(tcp|tls)://(\[[0-9a-f:.]+\]|[^][:/@\s]+):([0-9]{1,5})", re.IGNORECASE)


def parts_of(address: str) -> tuple[str, str]:
    """Return scheme and host of a scheduler's address.

    Raises
    ------
    ValueError
        When it is none.
    """
    match = _ADDRESS.fullmatch(address)
    if match is None or not 0 < int(match[3]) < 65536:
        raise ValueError(
            f"{shown(address)!r} is no scheduler's address; write tcp://HOST:PORT or tls://HOST:PORT"
        )
    return match[1].lower(), match[2].strip("[]").lower()


def is_guarded(address: str) -> bool:
    """Whether only this machine, or who has a certificate, can reach the scheduler."""
    scheme, host = parts_of(address)
    if scheme == "tls" or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@contextmanager
def connected(address: str) -> Iterator[Cluster]:
    """Give the workers of a scheduler while the block runs.

    Certificates of a `tls://` scheduler are taken from Dask's own configuration
    (`distributed.comm.tls`).

    Raises
    ------
    ClusterUnusable
        When Dask is not installed, or no scheduler answers.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise ClusterUnusable(
            "a scheduler needs Dask, which is not installed", hint="pip install 'wsis-tagger[dask]'."
        ) from error
    _hush()
    _check_certificates(address)
    try:
        client = Client(address, timeout=_CONNECT_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]
    except OSError as error:
        raise ClusterUnusable(
            f"no scheduler answers: {_brief(error)}",
            input=address,
            hint="Start it with `dask scheduler`, and look at the address.",
        ) from error
    try:
        yield Cluster(client, address)
    finally:
        with suppress(Exception):
            client.close(timeout=5)  # type: ignore[no-untyped-call]


def _check_certificates(address: str) -> None:
    """Refuse what a client would break on halfway, and then be long in closing."""
    from distributed.security import Security

    try:
        given = Security().get_connection_args("client")  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        what = f"the certificates cannot be used: {_brief(error)}"
    else:
        if parts_of(address)[0] == "tls":
            what = "" if given["ssl_context"] else "there are no certificates for tls://"
        else:
            what = "Dask's configuration asks for tls://" if given["require_encryption"] else ""
    if what:
        raise ClusterUnusable(
            what, input=address, hint="Look at distributed.comm.tls in Dask's configuration."
        )


def _hush() -> None:
    """Silence what Dask logs to standard error: what matters is told as an error of ours."""
    if not os.environ.get("WSIS_DEBUG"):
        for name in _NOISY:
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)


class Cluster:
    """The workers of a connected scheduler."""

    def __init__(self, client: Any, address: str) -> None:  # noqa: ANN401 - the library has no types
        self._client = client
        self._address = address

    def each(self, function: Callable[[T], R], tasks: Iterable[T]) -> Generator[tuple[T, R | Died]]:
        """See `Workers`. A dead worker's tasks go to the others by the scheduler's own doing.

        Left early, nothing more is begun; what a worker has begun it finishes, for the next batch to find.
        """
        todo = deque(enumerate(tasks))
        if not todo:
            return
        ahead = _AHEAD * self._threads()
        tries: Counter[int] = Counter()
        # Futures that are dropped are taken back from the scheduler.
        running: dict[Any, tuple[int, T]] = {}
        finished: queue.Queue[Any] = queue.Queue()
        while todo or running:
            while todo and len(running) < ahead:
                number, task = todo.popleft()
                tries[number] += 1
                future = self._client.submit(function, task, pure=False)
                running[future] = number, task
                future.add_done_callback(finished.put)
            future = self._next(finished)
            number, task = running.pop(future)
            result = self._result(future)
            if isinstance(result, Died) and tries[number] < _HANDED_OUT:
                # It may only have waited behind the guilty ones.
                todo.append((number, task))
            else:
                yield task, result

    def _threads(self) -> int:
        """Count the workers' threads, once there are any."""
        try:
            self._client.wait_for_workers(1, timeout=_CONNECT_SECONDS)
            threads: int = sum(self._client.nthreads().values())
            there = self._client.run(find_spec, "nlp", on_error="return")
        except TimeoutError as error:
            raise ClusterUnusable(
                "the scheduler has no workers",
                input=self._address,
                hint=f"Start some: dask worker {self._address}",
            ) from error
        except OSError as error:
            raise self._lost("the scheduler is gone") from error
        # Who lacks the program breaks its connection when it meets it in a message, and cannot say why.
        lacking = [worker for worker, spec in there.items() if not isinstance(spec, ModuleSpec)]
        if lacking:
            raise ClusterUnusable(
                f"the worker {lacking[0]} lacks wsis-tagger", input=self._address, hint=_SAME
            )
        return max(1, threads)

    def _next(self, finished: queue.Queue[Any]) -> Any:  # noqa: ANN401
        """Wait for a future as long as there are workers. A lost scheduler finishes all of them."""
        idle_since: float | None = None
        while True:
            with suppress(queue.Empty):
                return finished.get(timeout=_LOOK_SECONDS)
            with suppress(OSError):
                if self._client.nthreads():
                    idle_since = None
                    continue
            idle_since = idle_since or time.monotonic()
            if time.monotonic() - idle_since > _PATIENCE_SECONDS:
                raise self._lost("the scheduler has no workers left")

    def _result(self, future: Any) -> Any:  # noqa: ANN401
        from distributed import CancelledError, KilledWorker

        try:
            return future.result(timeout=_PATIENCE_SECONDS)
        except KilledWorker:
            return Died("one after the other")
        except WsisError:
            raise
        except (CancelledError, OSError) as error:
            # Also when the scheduler is there again: it has forgotten what it had.
            raise self._lost("the scheduler is gone") from error
        except Exception as error:
            raise ClusterLost(
                f"the cluster cannot do the work: {type(error).__name__}: {_brief(error)}",
                input=self._address,
                hint=_SAME,
            ) from error

    def _lost(self, what: str) -> ClusterLost:
        return ClusterLost(what, input=self._address)


def _brief(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
