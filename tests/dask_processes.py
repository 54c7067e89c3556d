"""A Dask scheduler and its workers, as processes that a test starts, kills and is sure to end."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path

#: What every worker loads first: words in a text decide what happens to it.
STAND_INS = """
import os, signal, time
from pathlib import Path
from nlp import pipeline

# It is loaded twice.
real = pipeline.__dict__.setdefault("_tag_text", pipeline.tag_text)

def tag_text(data, *args, **options):
    mark = Path(os.environ["WSIS_TEST_MARK"])
    if b"SLOW" in data:
        mark.touch()
        time.sleep(0.3)
    if b"DEADLY" in data:
        with mark.with_suffix(".deaths").open("a") as deaths:
            deaths.write("x")
        os.kill(os.getpid(), signal.SIGKILL)
    return real(data, *args, **options)

pipeline.tag_text = tag_text
"""


def wait_for(sign, seconds=30):
    deadline = time.monotonic() + seconds
    while not (found := sign()):
        assert time.monotonic() < deadline, "it did not come so far"
        time.sleep(0.05)
    return found


class Processes:
    """A scheduler, and workers as they are asked for."""

    def __init__(self, folder: Path, protocol: str = "tcp", **environment: str) -> None:
        self.folder = folder
        self.mark = folder / "mark"
        self.started: list[subprocess.Popen] = []
        self._environment = environment
        told = folder / "scheduler.json"
        self.scheduler = self._start(
            *("scheduler", "--host", f"{protocol}://127.0.0.1", "--port", "0", "--scheduler-file", told),
            # Should the tests be killed, nothing stays behind.
            *("--idle-timeout", "5 minutes"),
        )
        self.address = wait_for(lambda: _address(told))

    def worker(self, *, nanny: bool = False) -> subprocess.Popen:
        preload = self.folder / "stand_ins.py"
        preload.write_text(STAND_INS)
        return self._start(
            *("worker", self.address, "--nthreads", "1", "--memory-limit", "0"),
            *("--nanny" if nanny else "--no-nanny", "--preload", preload, "--death-timeout", "20"),
            *("--host", self.address.rpartition(":")[0]),
        )

    def _start(self, *args: object) -> subprocess.Popen:
        with (self.folder / f"{len(self.started)}-{args[0]}.log").open("w") as log:
            process = subprocess.Popen(
                # Even without a dashboard it would listen on all addresses.
                [sys.executable, "-m", "dask", *map(str, args), "--dashboard-address", "127.0.0.1:0"],
                stdout=log,
                stderr=log,
                env={
                    **os.environ,
                    "DASK_TEMPORARY_DIRECTORY": str(self.folder),
                    "WSIS_TEST_MARK": str(self.mark),
                    **self._environment,
                },
                start_new_session=True,
            )
        self.started.append(process)
        return process

    def end(self) -> None:
        """End all of them with their children."""
        for process in self.started:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        for process in self.started:
            process.wait(10)


def _address(path: Path) -> str | None:
    try:
        return str(json.loads(path.read_text())["address"])
    except (FileNotFoundError, ValueError):
        return None


@contextmanager
def processes(*, workers: int = 0, nanny: bool = False, protocol: str = "tcp", **environment: str):
    """Give a running scheduler with workers that are on their way."""
    folder = Path(tempfile.mkdtemp(prefix="wsis-dask-"))
    cluster = None
    try:
        cluster = Processes(folder, protocol, **environment)
        for _ in range(workers):
            cluster.worker(nanny=nanny)
        yield cluster
    finally:
        if cluster is not None:
            cluster.end()
        shutil.rmtree(folder, ignore_errors=True)
