"""The command line as a process of its own: signals, pipes, locales, terminals (T21)."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

FAKE = [sys.executable, str(Path(__file__).with_name("fake_wsis.py"))]
ROW = '{{"id":"r{}","text":"Türkiye and the TBT Committee on broadband 🌍"}}\n'

MEASURE = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def wsis(*args, **options):
    """Run it with the stand-ins; give what came of it."""
    options = {"capture_output": True, "timeout": 60, "check": False, **options}
    return subprocess.run([*FAKE, *map(os.fspath, args)], **options)


@pytest.fixture
def folder(tmp_path):
    for word in ("good", "hang", "damaged"):
        (tmp_path / f"{word}.pdf").write_bytes(b"%PDF-1.7 " + word.encode())
    return tmp_path


def rows(count):
    return "".join(map(ROW.format, range(count))).encode()


def start(*args, **options):
    # Unbuffered, so that reading a line here takes no more than the line.
    return subprocess.Popen([*FAKE, *map(os.fspath, args)], stderr=subprocess.PIPE, bufsize=0, **options)


def wait_for(sign):
    deadline = time.monotonic() + 20
    while not sign():
        assert time.monotonic() < deadline, "it did not come so far"
        time.sleep(0.02)


# Interruptions ------------------------------------------------------------------------------


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("piped", [False, True])
def test_an_interrupted_run_ends_at_once_and_leaves_nothing(folder, number, code, piped):
    temporary = folder / "temporary"
    temporary.mkdir()
    mark = folder / "it-hangs"
    environment = {**os.environ, "TMPDIR": str(temporary), "WSIS_TEST_MARK": str(mark)}
    source = "-" if piped else folder / "hang.pdf"
    with (folder / "hang.pdf").open("rb") as stdin:
        process = start("tag", source, "-o", folder / "out.json", stdin=stdin, env=environment)
        wait_for(mark.exists)
        process.send_signal(number)
        _, err = process.communicate(timeout=10)
    assert process.returncode == code
    assert b"Traceback" not in err
    assert not (folder / "out.json").exists()
    assert not list(temporary.iterdir())


def test_an_interrupted_stream_of_rows_leaves_no_half_file(folder):
    process = start("tag", "--input-format", "jsonl", "-", "-o", folder / "out.jsonl", stdin=subprocess.PIPE)
    process.stdin.write(rows(200))
    process.stdin.flush()
    wait_for(lambda: list(folder.glob(".wsis-*.tmp")))
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=10)
    assert process.returncode == 130
    assert b"Traceback" not in err
    assert not list(folder.glob("*out*")) + list(folder.glob(".wsis-*"))


# Pipes --------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["tag --input-format jsonl -", "tag --input-format text -", "schema"])
def test_a_reader_that_has_seen_enough_is_no_failure(folder, command):
    (folder / "rows").write_bytes(rows(5000))
    line = f"{' '.join(FAKE)} {command} < rows | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", line], cwd=folder, capture_output=True, check=False)
    assert done.returncode == 0
    assert done.stderr == b""
    assert len(done.stdout.splitlines()) == 1


def test_output_comes_as_it_goes():
    process = start("tag", "--input-format", "jsonl", "-", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    process.stdin.write(rows(64))
    process.stdin.flush()
    assert select.select([process.stdout], [], [], 20)[0], "64 rows went in, none came out"
    assert json.loads(process.stdout.readline())["id"] == "r0"
    process.stdin.write(rows(1))
    process.stdin.close()
    process.stdin = None
    out, _ = process.communicate(timeout=20)
    assert len(out.splitlines()) == 64


@pytest.mark.slow
def test_memory_is_flat_over_rows(folder):
    def peak(count):
        (folder / "rows.jsonl").write_bytes(rows(count))
        command = [*FAKE, "tag", str(folder / "rows.jsonl"), "-q", "-o", str(folder / "out.jsonl")]
        measured = [sys.executable, "-c", MEASURE, *command]
        return int(subprocess.run(measured, capture_output=True, check=True).stdout)

    assert peak(20_000) < 1.1 * peak(500)


@pytest.mark.parametrize(
    ("redirect", "code", "message"),
    [
        (">&-", 1, "standard output: Cannot write: it is closed"),
        (">/dev/full", 1, "standard output: Cannot write: No space left on device. Free some space"),
        ("2>&-", 0, ""),
        (">&- 2>&-", 1, ""),
        ("2>/dev/full", 0, ""),
    ],
)
def test_standard_streams_that_take_nothing(folder, redirect, code, message):
    line = f"{' '.join(FAKE)} tag good.pdf {redirect}"
    done = subprocess.run(["bash", "-c", line], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_closed_standard_input_is_told(folder):
    line = f"{' '.join(FAKE)} tag - <&-"
    done = subprocess.run(["bash", "-c", line], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "standard input is closed" in done.stderr


@pytest.mark.parametrize("option", ["", "--input-format pdf"])
def test_a_pipe_can_be_named_like_a_file(folder, option):
    line = f"{' '.join(FAKE)} tag {option} <(cat good.pdf)"
    done = subprocess.run(["bash", "-c", line], cwd=folder, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["blocks"]


def test_a_pipe_of_rows_is_told_by_its_first_bytes(folder):
    (folder / "rows").write_bytes(rows(100))
    line = f"{' '.join(FAKE)} tag <(cat rows)"
    done = subprocess.run(["bash", "-c", line], cwd=folder, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [f"r{n}" for n in range(100)]


def test_a_pipe_for_a_folder_must_be_named(folder):
    line = f"{' '.join(FAKE)} tag <(cat good.pdf) -o out/"
    done = subprocess.run(["bash", "-c", line], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "say with --input-format what /dev/fd/" in done.stderr


@pytest.mark.parametrize(
    ("parts", "block"),
    [((b"%P", b"DF-1.7 good"), "h1"), ((b" \n", b'{"id":', b'"r0","text":"x"}'), "r0")],
)
def test_standard_input_may_come_slowly(parts, block):
    options = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    process = start("tag", "-", "--format", "text" if block == "r0" else "json", **options)
    for part in parts:
        process.stdin.write(part)
        time.sleep(0.5)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (0, b"")
    assert block in out.decode()


@pytest.mark.parametrize("args", ["--help", "tag --help", "--version"])
def test_help_on_a_full_disk_is_no_fault_of_ours(args):
    line = f"{' '.join(FAKE)} {args} >/dev/full"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("Error: standard output: Cannot write: No space left on device. Free")
    assert len(done.stderr.splitlines()) == 1


# Surroundings -------------------------------------------------------------------------------

LOCALES = [
    {"LANG": "C"},
    {"LC_ALL": "C"},
    {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    {"PYTHONIOENCODING": "ascii"},
]


@pytest.mark.parametrize("locale", LOCALES, ids=lambda value: ",".join(value))
@pytest.mark.parametrize("form", ["jsonl", "text"])
def test_output_is_utf_8_in_every_locale(locale, form):
    bare = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG"))}
    done = wsis("tag", "-", "--format", form, input=rows(1), env={**bare, **locale})
    assert (done.returncode, done.stderr) == (0, b"")
    assert "Türkiye and the TBT Committee on broadband 🌍" in done.stdout.decode("utf-8")


@pytest.mark.parametrize("locale", LOCALES, ids=lambda value: ",".join(value))
def test_errors_can_be_told_in_every_locale(folder, locale):
    bare = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG"))}
    (folder / "Türkiye.pdf").write_bytes(b"%PDF-1.7 damaged")
    done = wsis("tag", folder / "Türkiye.pdf", env={**bare, **locale})
    assert done.returncode == 4
    assert b"Damaged PDF: no pages can be found" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("word", ["good", "damaged"])
def test_file_names_that_are_not_utf_8(folder, word):
    path = folder / os.fsdecode(b"caf\xe9\x1b[2J.pdf")
    path.write_bytes(b"%PDF-1.7 " + word.encode())
    done = wsis("tag", path, "--error-format", "json")
    assert b"Traceback" not in done.stderr
    if word == "good":
        assert json.loads(done.stdout)["document"]["source"] == "caf\ufffd\ufffd[2J.pdf"
    else:
        assert json.loads(done.stderr)["input"].endswith("caf\ufffd\ufffd[2J.pdf")


def test_a_folder_of_results_keeps_names_that_are_not_utf_8(folder):
    path = folder / os.fsdecode(b"caf\xe9.pdf")
    path.write_bytes(b"%PDF-1.7 good")
    done = wsis("tag", path, "-o", f"{folder}/out/")
    assert done.returncode == 0, done.stderr
    assert [os.fsencode(result.name) for result in (folder / "out").iterdir()] == [b"caf\xe9.json"]


def test_no_home_is_needed(folder):
    done = wsis("tag", folder / "good.pdf", env={**os.environ, "HOME": "/proc/nowhere"})
    assert done.returncode == 0, done.stderr


# Terminals ----------------------------------------------------------------------------------


def on_terminal(*args, env=None, err_only=False):
    """Run it on a terminal; give what stands on it, and what came through the pipe, if any."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*FAKE, *map(os.fspath, args)],
        stdout=subprocess.PIPE if err_only else theirs,
        stderr=theirs,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "TERM": "xterm-256color", **(env or {})},
    )
    os.close(theirs)
    seen = b""
    while True:
        try:
            chunk = os.read(ours, 65536)
        except OSError:
            break
        if not chunk:
            break
        seen += chunk
    os.close(ours)
    out, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    return seen.decode(), (out or b"").decode()


def test_colour_on_a_terminal(folder):
    seen, _ = on_terminal("tag", folder / "good.pdf", "--format", "text")
    assert "\x1b[1;32mC2 0.90" in seen


def test_no_color_is_honoured(folder):
    seen, _ = on_terminal("tag", folder / "good.pdf", "--format", "text", env={"NO_COLOR": "1"})
    assert "C2 0.90" in seen
    assert "32m" not in seen


def test_progress_on_a_terminal_only(folder):
    seen, out = on_terminal("tag", folder / "good.pdf", folder / "good.pdf", err_only=True)
    assert "good.pdf" in seen
    assert "\x1b" not in out
    assert len(out.splitlines()) == 2
    seen, _ = on_terminal("tag", folder / "good.pdf", "-q", err_only=True)
    assert seen == ""


# Full disks ---------------------------------------------------------------------------------


def test_a_result_that_does_not_fit_leaves_the_old_one(folder):
    (folder / "out.json").write_text("old")
    line = f"ulimit -f 1; {' '.join(FAKE)} tag good.pdf -o out.json"
    done = subprocess.run(["bash", "-c", line], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "out.json: Cannot write: File too large" in done.stderr
    assert (folder / "out.json").read_text() == "old"
    assert not list(folder.glob(".wsis-*"))
