"""`wsis batch` among hostile files, full disks, other batches and odd surroundings (T3, T8, T9, T21).

All with the real command and real models, in processes of their own.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import uuid
import zlib
from collections import Counter
from pathlib import Path

import pytest
from test_pdf_hostile import PARAGRAPH, page_of, stream, zeros

from nlp.settings import MIB

WSIS = [sys.executable, "-c", "from nlp.cli import main; main()"]
MARK = "WSIS_TEST_RUN"
WORKER, READER = "popen_loky", "nlp.pdf.child"

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/environ").exists(), reason="processes are found in /proc"
)


class Run:
    """A batch at work, with all processes that it starts: they have its mark in their environment."""

    def __init__(self, *args, env=None) -> None:
        self.mark = uuid.uuid4().hex
        self.process = subprocess.Popen(
            [*WSIS, "batch", *map(os.fspath, args)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, MARK: self.mark, **(env or {})},
            start_new_session=True,
        )

    def processes(self, *kinds: str) -> list[int]:
        """Number all processes of the run, or those whose command line has one of these words."""
        found = []
        for place in Path("/proc").glob("[0-9]*"):
            try:
                if self.mark.encode() not in (place / "environ").read_bytes():
                    continue
                command = (place / "cmdline").read_bytes().decode("utf-8", "replace")
            except OSError:
                continue
            if not kinds or any(kind in command for kind in kinds):
                found.append(int(place.name))
        return found

    def wait_for(self, sign, seconds=40.0):
        """Wait for a sign as long as the run lives."""
        end = time.monotonic() + seconds
        while not (seen := sign()):
            assert self.process.poll() is None, self.process.communicate()[1].decode()
            assert time.monotonic() < end, "it did not come so far"
            time.sleep(0.005)
        return seen

    def ends(self, timeout=60.0) -> tuple[int, str, str]:
        """Wait for its end; give the exit code, what came out and what was told, without a traceback."""
        out, err = (told.decode() for told in self.process.communicate(timeout=timeout))
        assert "Traceback" not in err
        assert "Exception ignored" not in err
        return self.process.returncode, out, err

    def left(self, seconds: float) -> list[int]:
        """Give the processes that are still there after so long a time; end them."""
        end = time.monotonic() + seconds
        while (found := self.processes()) and time.monotonic() < end:
            time.sleep(0.02)
        for number in found:
            os.kill(number, signal.SIGKILL)
        return found


def wsis(*args, env=None):
    run = Run(*args, env=env)
    ended = run.ends()
    assert not run.left(2)
    return ended


def rows(run: Path) -> dict[str, dict]:
    """Give the rows of a manifest by the names of their files."""
    return {
        Path(row["input"]).name: row
        for row in map(json.loads, (run / "manifest.jsonl").read_bytes().splitlines())
    }


def states(run: Path) -> Counter[str]:
    return Counter(row["status"] for row in rows(run).values())


def seal(run: Path) -> str:
    return json.loads((run / "run.json").read_bytes())["rows_sha256"]


def contents(run: Path) -> dict[str, bytes]:
    """Give all files of a run but for what differs from run to run, and the lock."""
    files = {str(path.relative_to(run)): path for path in run.rglob("*") if path.is_file()}
    return {
        name: re.sub(rb'"(seconds|manifest_sha256)": ?"?[0-9a-f.]+"?', b"", path.read_bytes())
        for name, path in files.items()
        if name != ".wsis/lock"
    }


def documents(run: Path) -> list[Path]:
    """Give the results that stand under a final name, each of which must be whole."""
    found = list((run / "documents").glob("[!.]*"))
    for path in found:
        json.loads(path.read_bytes())
    return found


def small_pdf(number: int) -> bytes:
    """Write a PDF of one page; the first numbers are the longest."""
    return page_of(stream(PARAGRAPH)) + b"%% %03d %b\n" % (number, b"-" * 2 * (999 - number))


def folder_of(place: Path, count: int) -> Path:
    place.mkdir()
    for number in range(count):
        (place / f"p{number:02}.pdf").write_bytes(small_pdf(number))
    return place


@pytest.fixture(scope="module")
def eight(tmp_path_factory):
    """Eight PDFs, and what an unbroken run makes of them."""
    base = tmp_path_factory.mktemp("eight")
    folder_of(base / "in", 8)
    assert wsis(base / "in", "-o", base / "unbroken", "--workers", "2")[0] == 0
    assert len(documents(base / "unbroken")) == 8
    return base


# T3 -----------------------------------------------------------------------------------------


def peak(number: int) -> int:
    """Give the most memory that a process has had so far, in bytes."""
    try:
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{number}/status").read_text())
    except OSError:
        return 0
    return int(found[1]) * 1024 if found else 0


def parent(number: int) -> int:
    try:
        return int(Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def test_t3_bombs_among_sound_pdfs(tmp_path):
    folder = folder_of(tmp_path / "in", 4)
    once = zeros(600 * MIB)
    (folder / "flate.pdf").write_bytes(page_of(stream(once, b"/Filter/FlateDecode")))
    nested = page_of(stream(zlib.compress(once, 9), b"/Filter[/FlateDecode/FlateDecode]"))
    # Between the others by its length, too: documents before and after it.
    (folder / "nested.pdf").write_bytes(nested + b"%" * (1500 - len(nested) % 1500))
    run = Run(folder, "-o", tmp_path / "run", "--workers", "2", "--memory-limit", "512", "--timeout", "25")
    most: Counter[int] = Counter()
    while run.process.poll() is None:
        # A reader looks like its worker until it is a program of its own.
        workers = [number for number in run.processes(WORKER) if parent(number) == run.process.pid]
        for number in [run.process.pid, *workers]:
            most[number] = max(most[number], peak(number))
        time.sleep(0.05)
    code, out, err = run.ends()
    assert code == 3
    assert not run.left(2)
    assert len(most) == 3, "a worker died"
    assert max(most.values()) < 400_000_000
    told = rows(tmp_path / "run")
    for name in ("flate.pdf", "nested.pdf"):
        assert told[name]["error"]["code"] in ("memory_limit", "timeout")
        assert told[name]["seconds"] < 30
        assert f"in/{name}" in err
        assert name in out
    assert states(tmp_path / "run") == {"done": 4, "failed": 2}


# T8 -----------------------------------------------------------------------------------------

#: A tmpfs in a mount namespace of its own, so that nothing of it is left whatever happens.
FULL_DISK = """
set -u; mount -t tmpfs -o size=5m wsis-full full || exit 99
head -c $((5 * 1024 * 1024 - 50000)) /dev/zero > full/filler
"$@" -o full/run --workers 2 2> first.err; echo $? > first.code
cp -a full/run first; rm full/filler
"$@" -o full/run --workers 2 2> second.err; echo $? > second.code
cp -a full/run second
"""
ALONE = ["unshare", "--map-root-user", "--mount"]


def can_mount(place: Path) -> bool:
    try:
        tried = subprocess.run(
            [*ALONE, "mount", "-t", "tmpfs", "-o", "size=5m", "none", place], capture_output=True, check=False
        )
    except FileNotFoundError:
        return False
    return tried.returncode == 0


def test_t8_full_disk(tmp_path, eight):
    (tmp_path / "full").mkdir()
    if not can_mount(tmp_path / "full"):
        pytest.skip("no file system can be mounted here")
    command = [*WSIS, "batch", eight / "in"]
    ended = subprocess.run(
        [*ALONE, "bash", "-c", FULL_DISK, "bash", *command], cwd=tmp_path, check=False, timeout=90
    )
    assert ended.returncode == 0
    first, second = ((tmp_path / f"{name}.err").read_text() for name in ("first", "second"))
    assert "full/run: Cannot write: No space left on device. Free some space" in first
    assert [(tmp_path / f"{name}.code").read_text() for name in ("first", "second")] == ["1\n", "0\n"]
    assert "Traceback" not in first + second
    assert 0 < len(documents(tmp_path / "first")) < 8
    assert not list((tmp_path / "first").rglob("*.tmp"))
    assert " done before" in second
    assert contents(tmp_path / "second") == contents(eight / "unbroken")


# T9 -----------------------------------------------------------------------------------------


def test_t9_two_batches_on_one_run_folder(tmp_path, eight):
    folder, place = eight / "in", tmp_path / "run"
    first = Run(folder, "-o", place, "--workers", "2")
    first.wait_for(lambda: list(place.glob("documents/*.json")))
    os.kill(first.process.pid, signal.SIGSTOP)
    before = time.monotonic()
    code, _, err = wsis(folder, "-o", place)
    assert code == 2
    assert time.monotonic() - before < 5
    assert f"another batch is at work in it (process {first.process.pid} on " in err
    os.kill(first.process.pid, signal.SIGCONT)
    assert first.ends()[0] == 0
    assert contents(place) == contents(eight / "unbroken")


def test_t9_a_dead_batch_holds_nothing(tmp_path):
    folder, place = folder_of(tmp_path / "in", 4), tmp_path / "run"
    holder = Run(folder, "-o", place, "--workers", "1")
    holder.wait_for(lambda: list(place.glob(".wsis/rows/*.json")))
    holder.process.kill()
    holder.process.communicate()
    code, _, err = wsis(folder, "-o", place, "--workers", "1")
    assert (code, states(place)) == (0, {"done": 4})
    assert " done before" in err


# T21 ----------------------------------------------------------------------------------------

NO_HOME = {"HOME": "/proc/nowhere", "XDG_CACHE_HOME": "/proc/nowhere/cache"}
ASCII = {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def odd_names(place: Path) -> Path:
    place.mkdir()
    for number, name in enumerate((b"caf\xe9\x1b[2J.pdf", "Türkiye 🌍.pdf".encode(), b"line\nbreak.txt")):
        data = small_pdf(number) if name.endswith(b"pdf") else b"Members spoke of broadband networks."
        (place / os.fsdecode(name)).write_bytes(data)
    return place


@pytest.fixture(scope="module")
def odd(tmp_path_factory):
    base = tmp_path_factory.mktemp("odd")
    assert wsis(odd_names(base / "in"), "-o", base / "run", "--workers", "2")[0] == 0
    assert set(rows(base / "run")) == {"caf\ufffd\ufffd[2J.pdf", "Türkiye 🌍.pdf", "line break.txt"}
    return base


@pytest.mark.parametrize(
    "locale",
    [
        {"LANG": "C"},
        ASCII,
    ],
    ids=str,
)
def test_t21_locales_homes_and_names_change_nothing(tmp_path, odd, locale):
    bare = {key: "" for key in os.environ if key.startswith(("LC_", "LANG"))}
    code, out, _ = wsis(
        odd / "in", "-o", tmp_path / "run", "--workers", "2", env={**bare, **NO_HOME, **locale}
    )
    assert code == 0
    assert "3 inputs: 3 done" in out
    assert contents(tmp_path / "run") == contents(odd / "run")


def test_t21_nothing_is_left_at_home(tmp_path, odd):
    (tmp_path / "home").mkdir()
    home = {"HOME": os.fspath(tmp_path / "home"), "XDG_CACHE_HOME": "", "XDG_CONFIG_HOME": ""}
    assert wsis(odd / "in", "-o", tmp_path / "run", "--workers", "1", env=home)[0] == 0
    assert not list((tmp_path / "home").rglob("*"))


@pytest.mark.parametrize(
    ("redirect", "code", "message"),
    [
        pytest.param(">&-", 1, "standard output: Cannot write: it is closed"),
        (">/dev/full", 1, "standard output: Cannot write: No space left on device"),
        ("| head -1; exit ${PIPESTATUS[0]}", 0, "manifest.jsonl"),
        pytest.param("2>&-", 0, ""),
        pytest.param("<&- >&- 2>&-", 1, ""),
    ],
)
def test_t21_standard_streams_that_take_nothing(tmp_path, redirect, code, message):
    folder_of(tmp_path / "in", 2)
    line = f'"$@" batch in -o run --workers 2 {redirect}'
    done = subprocess.run(
        ["bash", "-c", line, "bash", *WSIS], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    assert states(tmp_path / "run") == {"done": 2}
    assert len(documents(tmp_path / "run")) == 2


# Inputs that move ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def moved(tmp_path_factory):
    """A run in whose midst one input was changed, one replaced by a web page, and one removed."""
    base = tmp_path_factory.mktemp("moved")
    folder, place = folder_of(base / "in", 8), base / "run"
    run = Run(folder, "-o", place, "--workers", "2")
    run.wait_for(lambda: list(place.glob("documents/*.json")))
    workers = run.processes(WORKER)
    for worker in workers:
        os.kill(worker, signal.SIGSTOP)
    # The shortest come last: no worker has seen them.
    assert len(documents(place)) <= 3
    (folder / "p05.pdf").write_bytes(small_pdf(500))
    (folder / "p06.pdf").write_text("<!DOCTYPE html><title>Gone</title>")
    (folder / "p07.pdf").rename(base / "p07.pdf")
    for worker in workers:
        os.kill(worker, signal.SIGCONT)
    ended = run.ends()
    assert not run.left(2)
    return base, ended


def test_inputs_that_change_or_vanish_while_the_batch_runs(moved):
    base, (code, _, err) = moved
    told = rows(base / "run")
    assert code == 3
    assert states(base / "run") == {"done": 5, "failed": 3}
    assert told["p05.pdf"]["error"]["detail"] == "it was changed while the batch ran"
    assert told["p06.pdf"]["error"]["detail"] == "it was changed while the batch ran"
    assert "no such file" in told["p07.pdf"]["error"]["detail"]
    assert "p07.pdf" in err
    assert len(documents(base / "run")) == 5


def test_inputs_that_moved_are_read_when_they_are_there_again(moved):
    base, _ = moved
    shutil.copytree(base / "in", base / "again")
    shutil.copytree(base / "run", base / "run-again")
    (base / "p07.pdf").rename(base / "again" / "p07.pdf")
    (base / "again" / "p06.pdf").write_bytes(small_pdf(6))
    code, _, _ = wsis(base / "again", "-o", base / "run-again", "--workers", "1", "--prune")
    assert (code, states(base / "run-again")) == (0, {"done": 8})


@pytest.mark.parametrize("inside", ["run", "."])
def test_a_run_folder_inside_the_input_folder(tmp_path, inside):
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(2):
        (folder / f"{number}.txt").write_text(f"Member {number} spoke of broadband networks.")
    place = folder / inside
    assert wsis(folder, "-o", place, "--workers", "1")[0] == 0
    before = contents(place)
    code, _, err = wsis(folder, "-o", place, "--workers", "1")
    assert (code, states(place)) == (0, {"done": 2})
    assert contents(place) == before
    assert "2 inputs: 2 done before" in err
    assert "passed over" not in err, "its own results are nobody's input"


@pytest.mark.parametrize("how", ["no right", "broken disk"])
def test_a_file_that_cannot_be_read(tmp_path, how):
    folder = folder_of(tmp_path / "in", 1)
    if how == "no right":
        if os.geteuid() == 0:
            pytest.skip("root reads everything")
        (folder / "bad.pdf").write_bytes(small_pdf(7))
        (folder / "bad.pdf").chmod(0)
    else:
        # Opens, and fails with an error of input and output when it is read.
        (folder / "bad.pdf").symlink_to("/proc/self/mem")
    code, _, err = wsis(folder, "-o", tmp_path / "run", "--workers", "1")
    told = rows(tmp_path / "run")
    assert (code, told["p00.pdf"]["status"], told["bad.pdf"]["status"]) == (3, "done", "failed")
    assert ("Permission denied" if how == "no right" else "Input/output error") in err
