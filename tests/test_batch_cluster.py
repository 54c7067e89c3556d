"""A batch over a real Dask scheduler and workers: the same bytes, whoever dies on the way (T12)."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from dask_processes import processes, wait_for

from nlp.batch import cluster
from nlp.batch.workers import Died
from nlp.errors import ClusterLost
from nlp.runs import RunFolder

pytest.importorskip("distributed")

PDFS = Path(__file__).with_name("pdfs")
ON = "Nothing is lost: run the same command again to go on."


@pytest.fixture(scope="module")
def dask():
    with processes(workers=2) as started:
        yield started


@pytest.fixture
def inputs(tmp_path):
    """Twelve texts."""
    return texts(tmp_path / "in", 12)


def texts(folder, count, word="spoke"):
    folder.mkdir(exist_ok=True)
    for number in range(count):
        text = f"Paper {number}.\n\nThe TBT Committee {word} of broadband in rural areas."
        (folder / f"text-{number:02}.txt").write_text(text)
    return folder


def command(*args):
    return [sys.executable, "-c", "from nlp.cli import main; main()", "batch", *map(os.fspath, args)]


def batch(*args, **options):
    return subprocess.run(command(*args), capture_output=True, text=True, check=False, timeout=90, **options)


def start(*args):
    return subprocess.Popen(command(*args), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def documents(run):
    return {path.name: path.read_bytes() for path in (run / "documents").iterdir()}


def rows(run):
    return [row.sealed for row in RunFolder(str(run)).rows()]


def same(run, other):
    assert documents(run) == documents(other)
    assert rows(run) == rows(other)
    assert record(run) == record(other)
    return True


def record(run):
    """What the run says of itself, but for how long it took."""
    told = json.loads((run / "run.json").read_text())
    del told["manifest_sha256"]
    return told


def locally(wsis, inputs, run):
    code, _, err = wsis("batch", inputs, "-o", run, "--workers", "1", "-q")
    assert err == ""
    assert code == 0
    return run


# The same bytes -----------------------------------------------------------------------------


def test_one_worker_two_workers_and_dask_give_the_same(dask, wsis, tmp_path):
    folder = texts(tmp_path / "in", 3)
    for name in ("table-ruled", "french"):
        shutil.copy(PDFS / f"{name}.pdf", folder)
    shutil.copy(PDFS / "french.pdf", folder / "again.pdf")
    (folder / "damaged.pdf").write_bytes(b"%PDF-1.7 of no use")
    code, out, err = wsis("batch", folder, "-o", tmp_path / "one", "--workers", "1")
    assert code == 3
    spread = {"two": ["--workers", "2"], "dask": ["--scheduler", dask.address]}
    for name, how in spread.items():
        done = batch(folder, "-o", tmp_path / name, *how)
        assert same(tmp_path / name, tmp_path / "one")
        # No word of Dask's or joblib's, and the same words otherwise.
        assert (done.returncode, done.stdout.split()) == (code, out.split())
        assert sorted(done.stderr.replace(f"/{name}:", "/one:").splitlines()) == sorted(err.splitlines())
    assert [row["status"] for row in rows(tmp_path / "dask")].count("done") == 5
    _, _, err = wsis("batch", folder, "-o", tmp_path / "dask", "--scheduler", dask.address)
    assert "7 inputs: 5 done before, 1 failed before" in err
    assert same(tmp_path / "dask", tmp_path / "one")


# Deaths -------------------------------------------------------------------------------------


def test_a_killed_worker_costs_nothing(dask, wsis, tmp_path):
    folder = texts(tmp_path / "in", 8, "SLOW")
    running = start(folder, "-o", tmp_path / "run", "--scheduler", dask.address, "-q")
    wait_for(lambda: len(list(tmp_path.glob("run/documents/*"))) > 1)
    victim = dask.started.pop()
    victim.kill()
    victim.wait(10)
    _, err = running.communicate(timeout=60)
    dask.worker()
    assert (running.returncode, err) == (0, "")
    assert same(tmp_path / "run", locally(wsis, folder, tmp_path / "local"))


def test_a_document_that_kills_worker_after_worker_fails_alone(wsis, inputs, tmp_path):
    deadly = inputs / "text-06.txt"
    deadly.write_text("DEADLY")
    with processes(workers=2, nanny=True) as dask:
        done = batch(inputs, "-o", tmp_path / "run", "--scheduler", dask.address, "-q")
        deaths = dask.mark.with_suffix(".deaths").read_text()
    assert done.returncode == 3
    assert done.stderr == (
        "Error: in/text-06.txt: Needs too much memory: 3 workers died of it one after the other. "
        "Raise --memory-limit, or choose a part with --pages.\n"
    )
    assert len(deaths) == 3
    failed = [row for row in rows(tmp_path / "run") if row["status"] == "failed"]
    assert [(row["input"], row["error"]["code"]) for row in failed] == [("in/text-06.txt", "memory_limit")]
    deadly.unlink()
    assert documents(tmp_path / "run") == documents(locally(wsis, inputs, tmp_path / "local"))
    assert not list((tmp_path / "run/.wsis").glob("*/*"))


def test_a_killed_scheduler_ends_the_batch_and_loses_nothing(wsis, tmp_path):
    folder = texts(tmp_path / "in", 12, "SLOW")
    with processes(workers=2) as dask:
        running = start(folder, "-o", tmp_path / "run", "--scheduler", dask.address, "-q")
        wait_for(lambda: len(list(tmp_path.glob("run/documents/*"))) > 3)
        dask.scheduler.kill()
        killed = time.monotonic()
        _, err = running.communicate(timeout=45)
        assert time.monotonic() - killed < 20
    assert err == f"Error: {dask.address}: Cluster lost: the scheduler is gone. {ON}\n"
    assert running.returncode == 1
    told = record(tmp_path / "run")
    assert not told["complete"]
    assert told["inputs"]["done"] > 0
    code, _, err = wsis("batch", folder, "-o", tmp_path / "run", "--workers", "1")
    assert code == 0
    # What a worker finished after that counts, too.
    assert int(err.split(" done before")[0].rpartition(" ")[2]) >= told["inputs"]["done"]
    assert same(tmp_path / "run", locally(wsis, folder, tmp_path / "local"))


def test_a_cluster_without_workers_is_waited_for_only_so_long(wsis, monkeypatch, tmp_path):
    folder = texts(tmp_path / "in", 1, "DEADLY")
    monkeypatch.setattr(cluster, "_CONNECT_SECONDS", 1)
    monkeypatch.setattr(cluster, "_PATIENCE_SECONDS", 1)
    with processes() as dask:
        args = ("batch", folder, "-o", tmp_path / "run", "--scheduler", dask.address, "-q")
        code, _, err = wsis(*args)
        assert err.endswith(f"the scheduler has no workers. Start some: dask worker {dask.address}\n")
        assert code == 2
        monkeypatch.setattr(cluster, "_CONNECT_SECONDS", 20)
        dask.worker()
        code, _, err = wsis(*args)
        assert err == f"Error: {dask.address}: Cluster lost: the scheduler has no workers left. {ON}\n"
        assert code == 1


class Doomed:
    """A client whose workers die of some tasks, as often as is told."""

    def __init__(self, deaths):
        self.deaths = deaths

    def wait_for_workers(self, *args, **options):
        pass

    def run(self, function, *args, **options):
        return {"tcp://127.0.0.1:1": function(*args)}

    def nthreads(self):
        return {"tcp://127.0.0.1:1": 1}

    def submit(self, function, call, **options):
        from distributed import KilledWorker

        class Future:
            def add_done_callback(self, call):
                call(self)

            def result(future, timeout):  # noqa: N805
                if self.deaths.get(call, 0) > 0:
                    self.deaths[call] -= 1
                    raise KilledWorker("key", "tcp://127.0.0.1:1", 3)
                return function(call)

        return Future()


def test_who_only_waited_behind_the_guilty_is_handed_out_again():
    workers = cluster.Cluster(Doomed({1: 2, 2: 99}), "tcp://127.0.0.1:8786")
    got = dict(workers.each(str, range(5)))
    died = got.pop(2)
    assert isinstance(died, Died)
    assert got == {0: "0", 1: "1", 3: "3", 4: "4"}


# What does not fit --------------------------------------------------------------------------


def test_nobody_answers(wsis, monkeypatch, inputs, tmp_path):
    assert cluster._CONNECT_SECONDS < 20
    monkeypatch.setattr(cluster, "_CONNECT_SECONDS", 1)
    code, out, err = wsis("batch", inputs, "-o", tmp_path / "run", "--scheduler", "tcp://127.0.0.1:9")
    assert (code, out) == (2, "")
    assert "tcp://127.0.0.1:9: Cluster unusable: no scheduler answers: " in err
    assert err.endswith("Start it with `dask scheduler`, and look at the address.\n")
    assert len(err.splitlines()) == 1


def test_dask_is_not_installed(wsis, monkeypatch, inputs, tmp_path):
    monkeypatch.setitem(sys.modules, "distributed", None)
    code, _, err = wsis("batch", inputs, "-o", tmp_path / "run", "--scheduler", "tcp://127.0.0.1:9")
    assert code == 2
    assert err == (
        "Error: Cluster unusable: a scheduler needs Dask, which is not installed. "
        "pip install 'wsis-tagger[dask]'.\n"
    )


def test_workers_with_other_versions_are_refused(dask, wsis, monkeypatch, inputs, tmp_path):
    from nlp.batch import recipe

    others = {**recipe.libraries(), "spacy": "2.0"}
    monkeypatch.setattr(recipe, "libraries", lambda: others)
    args = ("batch", inputs, "-o", tmp_path / "run", "--scheduler", dask.address)
    code, _, err = wsis(*args, "-q")
    assert code == 5
    assert err == (
        "Error: Model or knowledge files unusable: not the same here as where the batch was started: "
        "libraries. Install the same versions everywhere.\n"
    )
    assert not list(tmp_path.glob("run/documents/*"))


def test_what_a_worker_does_not_know_is_told(dask):
    with cluster.connected(dask.address) as workers:
        # This module is not on the workers' path.
        with pytest.raises(ClusterLost, match="the cluster cannot do the work") as caught:
            list(workers.each(texts, [1]))
        assert caught.value.hint == "Install the same versions here, at the scheduler and at its workers."
        with pytest.raises(ClusterLost, match="JSONDecodeError"):
            list(workers.each(json.loads, ["1", "{"]))
        assert sorted(workers.each(abs, range(-50, 1))) == [(n, -n) for n in range(-50, 1)]
        assert list(workers.each(abs, [])) == []


def test_ctrl_c_seals_what_there_is(dask, tmp_path):
    folder = texts(tmp_path / "in", 20, "SLOW")
    running = start(folder, "-o", tmp_path / "run", "--scheduler", dask.address)
    wait_for(lambda: len(list(tmp_path.glob("run/documents/*"))) > 2)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=20)
    assert (running.returncode, out) == (130, "")
    told = record(tmp_path / "run")
    assert not told["complete"]
    assert told["inputs"]["waiting"] > 0
    first, *others = err.strip().splitlines()
    assert first == "20 inputs: 20 to do"
    assert len(others) == 1
    assert others[0].endswith("the same command goes on from here")
    # What was waiting was taken back from the workers.
    done = batch(folder, "-o", tmp_path / "run", "--scheduler", dask.address, "-q")
    assert (done.returncode, done.stderr) == (0, "")
    assert record(tmp_path / "run")["inputs"] == {"total": 20, "done": 20}
