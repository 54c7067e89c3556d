"""How far a batch is: the words, the lines every ten seconds, the events in JSON, the bar on a terminal."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nlp.cli import meter as meters
from nlp.cli.console import Reporter
from nlp.cli.meter import Meter, meter
from nlp.runs import Counts, Row

#: `wsis` with the stand-ins of a small batch, as a process of its own.
FAKE = """
import sys, small_batch
from nlp.cli import main

small_batch.stand_in()
main(sys.argv[1:])
"""


class Clock:
    now = 100.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(meters, "time", clock)
    return clock


@pytest.fixture
def gauge(clock):
    return Meter(Reporter(), as_json=False, bar=None)


def row(status="done", *, size=10, pages=4):
    return Row("in/a.pdf", "a.pdf", size, status, sha256="0" * 64, counts=Counts(pages=pages))


# Words --------------------------------------------------------------------------------------


def test_what_is_done_and_what_is_left(gauge, clock):
    gauge.phase("tagging", total=40, size=400)
    assert gauge._words() == "0 of 40"
    clock.now += 10
    gauge.finished(row())
    assert gauge._words() == "1 of 40 · 0.4 pages/s · 6 min left"
    gauge.finished(row("failed", size=190, pages=0))
    assert gauge._words() == "2 of 40 · 1 failed · 0.4 pages/s · 10 s left"


def test_time_left_is_by_bytes(gauge, clock):
    gauge.phase("tagging", total=3, size=1000)
    clock.now += 9
    gauge.finished(row(size=900))
    assert gauge._words().endswith(" · 1 s left")


def test_a_new_phase_begins_anew(gauge, clock):
    gauge.phase("reading inputs", total=2)
    gauge.looked()
    assert gauge._words() == "1 of 2"
    clock.now += 50
    gauge.phase("tagging", total=3, size=30)
    clock.now += 1
    gauge.finished(row())
    assert gauge._words() == "1 of 3 · 4.0 pages/s · 2 s left"


@pytest.mark.parametrize(
    ("seconds", "told"), [(0, "0 s"), (89, "89 s"), (120, "2 min"), (5000, "83 min"), (9000, "2.5 h")]
)
def test_durations(seconds, told):
    assert meters._duration(seconds) == told


def test_inputs_without_bytes_or_pages_divide_nothing(gauge, clock):
    gauge.phase("tagging", total=2, size=0)
    gauge.finished(row("failed", size=0, pages=0))
    clock.now += 1
    assert gauge._words() == "1 of 2 · 1 failed"
    gauge.finished(row(size=5))
    assert gauge._words() == "2 of 2 · 1 failed · 4.0 pages/s"


def test_no_time_spent_divides_nothing(gauge):
    gauge.phase("tagging", total=2, size=20)
    gauge.finished(row())
    assert gauge._words().startswith("1 of 2")


# Lines --------------------------------------------------------------------------------------


def lines_of(capsys, monkeypatch, *, as_json=False, quiet=False, error_json=False):
    """Finish one of two, and wait for a line of the meter's own."""
    monkeypatch.setattr(meters, "EVERY", 0.02)
    reporter = Reporter(as_json=as_json or error_json, quiet=quiet)
    with meter(reporter, as_json=as_json) as gauge:
        gauge.phase("loading")
        time.sleep(0.1)
        gauge.phase("tagging", total=2, size=20)
        gauge.finished(row())
        time.sleep(0.2)
    told = capsys.readouterr().err.splitlines()
    time.sleep(0.1)
    assert capsys.readouterr().err == "", "nothing is told after the end"
    return told


def test_a_line_now_and_then_where_there_is_no_terminal(capsys, monkeypatch):
    told = lines_of(capsys, monkeypatch)
    assert len(told) > 1
    pattern = r"tagging: 1 of 2 · [0-9.]+ pages/s · 0 s left"
    assert all(re.fullmatch(pattern, line) for line in told), told


def test_progress_as_json(capsys, monkeypatch):
    document, *progress = map(json.loads, lines_of(capsys, monkeypatch, as_json=True))
    assert (document["event"], document["input"], document["result"]) == ("document", "in/a.pdf", None)
    assert progress
    for line in progress:
        assert line.pop("seconds") < 2
        assert line.pop("seconds_left") < 2
        assert (line["level"], line["event"], line["phase"]) == ("info", "progress", "tagging")
        assert (line["done"], line["total"], line["failed"], line["pages"]) == (1, 2, 0, 4)


@pytest.mark.parametrize("as_json", [True, False])
def test_quiet_tells_nothing(capsys, monkeypatch, as_json):
    assert lines_of(capsys, monkeypatch, quiet=True, as_json=as_json) == []


def test_plain_lines_are_left_out_where_errors_are_json(capsys, monkeypatch):
    assert lines_of(capsys, monkeypatch, error_json=True) == []


def test_a_standard_error_that_takes_nothing_ends_nothing(monkeypatch):
    class Full(io.StringIO):
        def write(self, text):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(sys, "stderr", Full())
    for as_json in (True, False):
        with meter(Reporter(as_json=as_json), as_json=as_json) as gauge:
            gauge.phase("tagging", total=1, size=10)
            gauge.finished(row())
            gauge.event("summary", done=1)


# The whole command --------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "in").mkdir()
    for name in ("good", "damaged", "scan"):
        (tmp_path / "in" / f"{name}.pdf").write_bytes(b"%PDF-1.7 " + name.encode())
    return tmp_path


def command(*args):
    return [sys.executable, "-c", FAKE, "batch", "in", "-o", "run", "--workers", "1", *args]


def surroundings(**more):
    path = os.pathsep.join(filter(None, [str(Path(__file__).parent), os.environ.get("PYTHONPATH")]))
    return {**os.environ, "PYTHONPATH": path, "TERM": "xterm-256color", "COLUMNS": "100", **more}


def on_terminal(folder, *args):
    """Run it with standard error on a terminal; give all that was sent there, and standard output."""
    ours, theirs = pty.openpty()
    places = {"cwd": folder, "env": surroundings(), "stdin": subprocess.DEVNULL}
    process = subprocess.Popen(command(*args), stdout=subprocess.PIPE, stderr=theirs, **places)
    os.close(theirs)
    sent = b""
    try:
        while chunk := os.read(ours, 65536):
            sent += chunk
    except OSError:
        pass
    os.close(ours)
    out, _ = process.communicate(timeout=30)
    assert process.returncode == 3
    return sent.decode(), out.decode()


def run(words, folder):
    options = {"capture_output": True, "text": True, "check": False}
    return subprocess.run(words, cwd=folder, env=surroundings(), **options)


def screen(sent):
    """What stands on the screen in the end: lines, with those that were erased left out."""
    lines, at = [""], 0
    for code, kind, text in re.findall(r"\x1b\[([?0-9;]*)([A-Za-z])|([^\x1b]+)", sent):
        if kind == "A":
            at = max(0, at - int(code or 1))
        elif kind == "K":
            lines[at] = ""
        for part in re.findall(r"\r\n|\r|\n|[^\r\n]+", text):
            if part.endswith("\n"):
                at += 1
                lines += [""] * (at + 1 - len(lines))
            elif part != "\r":
                lines[at] += part
    return [line for line in lines if line]


def test_a_bar_on_a_terminal_and_nothing_of_it_afterwards(folder):
    sent, out = on_terminal(folder)
    assert "━" in sent
    assert "tagging" in sent
    assert sent.count("\x1b[?25l") == sent.count("\x1b[?25h") > 0, "the cursor is shown again"
    assert [line.split(".pdf")[0] for line in screen(sent)] == [
        "3 inputs: 3 to do",
        "Error: in/damaged",
        "Written to run: documents/, manifest.jsonl, run.json",
    ]
    assert "\x1b" not in out


@pytest.mark.parametrize("args", [["-q"], ["--log-format", "json"]])
def test_no_bar_where_none_is_wanted(folder, args):
    sent, _ = on_terminal(folder, *args)
    assert "\x1b" not in sent
    assert "━" not in sent


@pytest.mark.parametrize("redirect", ["2>&-", "2>/dev/full"])
def test_standard_error_that_takes_nothing(folder, redirect):
    line = f'exec "$@" {redirect}'
    done = run(["bash", "-c", line, "x", *command()], folder)
    assert done.returncode == 3, done.stderr
    assert done.stdout.startswith("3 inputs: 2 done, 1 failed\n")
    assert "Traceback" not in done.stderr


def test_what_is_done_is_never_more_than_all(folder):
    words = [*command(), "gone.pdf", "away.pdf"]
    told = (
        "from nlp.cli.meter import Meter\nMeter._show = lambda self, _: self._reporter.note(self._words())\n"
    )
    words[2] = told + FAKE
    counts = re.findall(r"^([0-9]+) of ([0-9]+)", run(words, folder).stderr, re.MULTILINE)
    assert counts
    assert [done for done, total in counts if int(done) > int(total)] == []
