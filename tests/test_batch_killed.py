"""`wsis batch` killed, interrupted, and bereft of its workers (T6, T7): nothing is lost or done twice."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import time
from functools import partial
from pathlib import Path

import pytest
from test_batch_hostile import READER, WORKER, Run, contents, documents, folder_of, rows, seal, states, wsis

from nlp.batch.workers import Died, Local

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/environ").exists(), reason="processes are found in /proc"
)


def good(place: Path) -> dict[str, tuple[int, int]]:
    """Give the finished documents of a run folder, each with its inode and the time it was written."""
    told = [path.read_bytes() for path in place.glob(".wsis/rows/[!.]*")]
    if (place / "manifest.jsonl").exists():
        told += (place / "manifest.jsonl").read_bytes().splitlines()
    found = {}
    for row in map(json.loads, told):
        path = place / (row["result"] or "none")
        if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == row["result_sha256"]:
            found[path.name] = (path.stat().st_ino, path.stat().st_mtime_ns)
    return found


def results(place: Path) -> int:
    return sum(1 for _ in place.glob("documents/[!.]*"))


def has(place: Path, count: int):
    return lambda: results(place) >= count


def killed(run: Run, *, group: bool) -> list[int]:
    """Kill a run as `kill -9` does, or with all that belongs to it; give the processes that stay."""
    if group:
        os.killpg(run.process.pid, signal.SIGKILL)
    else:
        run.process.kill()
    # Not `communicate`: a process that stays holds the pipes.
    run.process.wait()
    left = run.left(5)
    run.process.communicate()
    return left


# T6 -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sixty(tmp_path_factory):
    """Sixty PDFs, and what an unbroken run makes of them."""
    base = tmp_path_factory.mktemp("sixty")
    folder = folder_of(base / "in", 60)
    assert wsis(folder, "-o", base / "unbroken", "--workers", "2")[0] == 0
    assert states(base / "unbroken") == {"done": 60}
    return folder, base / "unbroken"


@pytest.mark.slow
def test_t6_killed_at_ten_moments_and_resumed(tmp_path, sixty):
    folder, unbroken = sixty
    place = tmp_path / "run"
    chance = random.Random(20250707)  # noqa: S311 - the same moments each time
    before: dict[str, tuple[int, int]] = {}
    for turn in range(10):
        run = Run(folder, "-o", place, "--workers", "2")
        if turn:
            run.wait_for(has(place, len(before) + chance.randrange(4)))
        else:
            run.wait_for(partial(run.processes, WORKER))
        time.sleep(chance.random() * 0.4)
        assert run.process.poll() is None, "it was done too early to be killed"
        assert not killed(run, group=turn % 2 == 1)
        documents(place)  # each is whole
        now = good(place)
        assert now.items() >= before.items()
        before = now
    assert 0 < len(before) < 60
    code, out, err = wsis(folder, "-o", place, "--workers", "2")
    assert code == 0
    assert f"{len(before)} done before" in err
    assert "60 inputs: 60 done" in out
    assert good(place).items() >= before.items()
    assert contents(place) == contents(unbroken)
    assert seal(place) == seal(unbroken)


@pytest.mark.parametrize("missing", ["run.json", "manifest.jsonl"])
def test_t6_cut_off_while_it_was_sealed(tmp_path, sixty, missing):
    """What has no manifest has its rows; with the manifest, the rows may be gone or not."""
    folder, unbroken = sixty
    place = tmp_path / "run"
    shutil.copytree(unbroken, place)
    (place / ".wsis" / "rows").mkdir()
    for name, row in rows(place).items():
        if missing == "manifest.jsonl" or name > "p30.pdf":
            (place / ".wsis" / "rows" / Path(row["result"]).name).write_text(json.dumps(row))
    (place / missing).unlink()
    (place / "run.json").unlink(missing_ok=True)
    before = good(place)
    assert len(before) == 60
    code, _, err = wsis(folder, "-o", place, "--workers", "2")
    assert code == 0
    assert "60 done before" in err
    assert good(place) == before
    assert contents(place) == contents(unbroken)


def test_t6_what_a_killed_writer_left_half_written_is_cleared_away(tmp_path, sixty):
    folder, unbroken = sixty
    place = tmp_path / "run"
    shutil.copytree(unbroken, place)
    (place / "documents" / ".wsis-0123456789ab.tmp").write_bytes(b'{"half')
    (place / ".wsis-0123456789ab.tmp").write_bytes(b'{"half')
    assert wsis(folder, "-o", place, "--workers", "2")[0] == 0
    assert contents(place) == contents(unbroken)


ORPHANS = "an idle worker learns of its parent only with its first task: make `_attend` loky's initializer"


@pytest.mark.parametrize(
    "group",
    [
        pytest.param(
            False,
        ),
        True,
    ],
)
def test_workers_without_a_document_end_with_a_killed_run(tmp_path, group):
    """One document for two workers, one of which never gets any."""
    place = tmp_path / "run"
    run = Run(folder_of(tmp_path / "in", 1), "-o", place, "--workers", "2")
    run.wait_for(lambda: len(run.processes(WORKER)) == 2)
    assert not killed(run, group=group)


# T7 -----------------------------------------------------------------------------------------


def test_t7_a_worker_killed_from_outside_costs_nothing(tmp_path):
    folder, place = folder_of(tmp_path / "in", 6), tmp_path / "run"
    run = Run(folder, "-o", place, "--workers", "2")
    run.wait_for(has(place, 1))
    os.kill(run.processes(WORKER)[0], signal.SIGKILL)
    code, out, err = run.ends()
    assert (code, states(place)) == (0, {"done": 6})
    assert "6 inputs: 6 done" in out
    assert "Error" not in err
    assert len(documents(place)) == 6
    assert not run.left(2)


def twice(task: int) -> int:
    return 2 * task


def twice_or_die(task: int) -> int:
    if task % 10 == 4:
        os.kill(os.getpid(), signal.SIGKILL)
    return 2 * task


def twice_or_exit(task: int) -> int:
    if task == 4:
        os._exit(7)
    return 2 * task


def twice_or_raise(task: int) -> int:
    if task == 4:
        raise LookupError("a fault of task 4")
    return 2 * task


@pytest.fixture
def local():
    from joblib.externals.loky import get_reusable_executor

    yield Local(2)
    get_reusable_executor().shutdown(wait=True, kill_workers=True)


def worker_processes() -> list[int]:
    """Number the workers of this process."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((place / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == os.getpid() and WORKER in (place / "cmdline").read_text():
                found.append(int(place.name))
        except OSError:
            continue
    return found


@pytest.mark.parametrize(("count", "poison"), [(8, {4}), (20, {4, 14}), (5, {4})])
def test_t7_only_what_kills_its_worker_is_lost(local, count, poison):
    got = dict(local.each(twice_or_die, range(count)))
    assert set(got) == set(range(count))
    assert {task for task, result in got.items() if isinstance(result, Died)} == poison
    assert {got[task].how for task in poison} == {"SIGKILL"}
    assert all(got[task] == 2 * task for task in set(got) - poison)


def test_t7_how_a_worker_ended_is_told(local):
    got = dict(local.each(twice_or_exit, range(6)))
    assert got[4].how == "EXIT"
    assert [got[task] for task in (0, 1, 2, 3, 5)] == [0, 2, 4, 6, 10]


def test_an_exception_in_a_worker_ends_all(local):
    with pytest.raises(LookupError, match="a fault of task 4"):
        list(local.each(twice_or_raise, range(50)))
    # The workers are still of use.
    assert dict(local.each(twice, range(4))) == {0: 0, 1: 2, 2: 4, 3: 6}


def slowly(task: int) -> int:
    time.sleep(60 if task else 0)
    return task


@pytest.mark.filterwarnings("ignore:.*tasks which were still being processed:UserWarning")
def test_leaving_early_ends_the_workers(local):
    results = local.each(slowly, range(10))
    assert next(results) == (0, 0)
    assert worker_processes()
    closed = time.monotonic()
    results.close()
    while worker_processes():
        assert time.monotonic() - closed < 3
        time.sleep(0.02)


# Interruptions ------------------------------------------------------------------------------

INTERRUPTIONS = [
    # As a terminal sends it, then as `kill` does, then as `timeout` and service managers do.
    (signal.SIGINT, "group", 130),
    (signal.SIGTERM, "one", 143),
    (signal.SIGTERM, "group", 143),
]


def interrupted(run: Run, number: signal.Signals, whom: str) -> tuple[int, str, str]:
    """Interrupt a run; give how it ended, which must be soon and without a process that stays."""
    sent = time.monotonic()
    if whom == "group":
        os.killpg(run.process.pid, number)
    else:
        run.process.send_signal(number)
    ended = run.ends()
    assert time.monotonic() - sent < 3
    assert not run.left(1)
    return ended


def begun(place: Path, count: int):
    """Tell when so many inputs are finished in this very run."""
    return lambda: sum(1 for _ in place.glob(".wsis/rows/[!.]*")) >= count


def test_interrupted_runs_are_sealed_and_go_on(tmp_path):
    folder, place = folder_of(tmp_path / "in", 18), tmp_path / "run"
    before: dict[str, tuple[int, int]] = {}
    for number, whom, expected in INTERRUPTIONS:
        run = Run(folder, "-o", place, "--workers", "2")
        run.wait_for(begun(place, 3))
        code, out, err = interrupted(run, number, whom)
        assert (code, out) == (expected, "")
        told = states(place)
        assert set(told) == {"done", "waiting"}
        assert told.total() == 18
        assert f"{told['waiting']} left; the same command goes on from here" in err
        assert "Error" not in err
        assert not json.loads((place / "run.json").read_bytes())["complete"]
        assert [path.name for path in (place / ".wsis").iterdir()] == ["lock"]
        documents(place)
        assert good(place).items() > before.items()
        before = good(place)
        assert len(before) == told["done"]
    assert wsis(folder, "-o", place, "--workers", "2")[0] == 0
    assert states(place) == {"done": 18}
    assert good(place).items() >= before.items()


def test_what_is_finished_at_an_interruption_is_kept(tmp_path):
    folder, place = folder_of(tmp_path / "in", 6), tmp_path / "run"
    run = Run(folder, "-o", place, "--workers", "2")
    run.wait_for(partial(run.processes, READER))
    # So that it does not hear of what the workers finish.
    os.kill(run.process.pid, signal.SIGSTOP)
    run.wait_for(has(place, 1))
    finished = good(place)
    run.process.send_signal(signal.SIGTERM)
    os.kill(run.process.pid, signal.SIGCONT)
    assert run.ends()[0] == 143
    assert finished
    assert good(place).items() >= finished.items()


def test_ctrl_c_while_workers_start(tmp_path):
    place = tmp_path / "run"
    run = Run(folder_of(tmp_path / "in", 6), "-o", place, "--workers", "2")
    worker = run.wait_for(partial(run.processes, WORKER))[0]
    # In the midst of its imports.
    run.wait_for(lambda: "_bz2" in Path(f"/proc/{worker}/maps").read_text())
    code, _, _ = interrupted(run, signal.SIGINT, "group")
    assert code == 130


def test_an_early_end_is_no_warning(tmp_path):
    folder = folder_of(tmp_path / "in", 4)
    # The longest, and so the first; the worker beside it is still at work.
    (folder / "bad.pdf").write_bytes(b"x" * 5000)
    code, _, err = wsis(folder, "-o", tmp_path / "run", "--workers", "2", "--fail-fast")
    assert code == 3
    assert "Not a PDF" in err
    assert "Warning" not in err


def test_ctrl_c_while_one_process_works(tmp_path):
    place = tmp_path / "run"
    run = Run(folder_of(tmp_path / "in", 6), "-o", place, "--workers", "1")
    run.wait_for(begun(place, 2))
    code, _, _ = interrupted(run, signal.SIGINT, "group")
    assert code == 130
    assert set(states(place)) == {"done", "waiting"}
