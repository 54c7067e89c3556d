"""The guard and its child: every way a reader can end, with a stand-in for the reading itself."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

import nlp.pdf
from nlp.document import Block, Document
from nlp.errors import (
    Damaged,
    Encrypted,
    InternalError,
    MemoryLimit,
    NoText,
    Timeout,
    TooLarge,
    TooManyPages,
    WsisError,
)
from nlp.pdf import child, guard
from nlp.settings import MIB, Limits, ReadOptions

ROOT = Path(guard.__file__).parents[2]
SHORT = ReadOptions(limits=Limits(seconds=1.0, seconds_per_page=0.0))
#: A child whose `extract_document` is the test's; everything else in it is the product's.
FAKE = """
import os, sys, types
from pathlib import Path
fake = types.ModuleType("nlp.pdf.extract")
exec(Path(__file__).with_suffix(".body").read_text(), fake.__dict__)
sys.modules["nlp.pdf.extract"] = fake
from nlp.pdf import child
if __name__ == "__main__":
    os._exit(child.main())
"""
PREAMBLE = """
import ctypes, os, signal, subprocess, sys, time
from nlp.document import Block, Document
from nlp import errors
def extract_document(path, options, announce=None):
    name = path.name
    here = path.parent
    document = Document(id="0", source=name, pages=1, blocks=(Block("p1", "paragraph", "Text."),))
"""


@pytest.fixture
def pdf(tmp_path):
    path = tmp_path / "paper.pdf"
    path.write_bytes(b"%PDF-1.7\n")
    return path


@pytest.fixture
def body(tmp_path, monkeypatch):
    """Give the child another body; the guard under test starts it like the real one."""

    def use(code: str) -> list[str]:
        script = tmp_path / "reader.py"
        script.write_text(FAKE)
        script.with_suffix(".body").write_text(PREAMBLE + textwrap.indent(textwrap.dedent(code), "    "))
        command = [sys.executable, "-P", str(script)]
        monkeypatch.setattr(guard, "child_command", lambda: command)
        return command

    return use


def alive(pid: int) -> bool:
    """Whether a process runs; one that is dead and not yet waited for does not."""
    with contextlib.suppress(OSError):
        if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX":
            return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def gone(pid: int, seconds: float = 3.0) -> bool:
    end = time.monotonic() + seconds
    while alive(pid):
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def pids(folder: Path, count: int) -> list[int]:
    """Wait until the child and those it started have written their numbers down."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        found = [int(path.read_text()) for path in folder.glob("*.pid") if path.read_text()]
        if len(found) >= count:
            return found
        time.sleep(0.02)
    raise AssertionError("the child did not start")


NOTE_PID = 'here.joinpath("child.pid").write_text(str(os.getpid()))\n'


# What comes through


def test_document_crosses_the_border_whole(pdf, body):
    body("announce(1); return document")
    expected = Document(id="0", source="paper.pdf", pages=1, blocks=(Block("p1", "paragraph", "Text."),))
    assert nlp.pdf.read_pdf(pdf) == expected


def test_source_is_told_instead_of_the_file_name(pdf, body):
    body("return document")
    assert nlp.pdf.read_pdf(pdf, source="upload.pdf").source == "upload.pdf"


def test_options_reach_the_reader(pdf, body):
    body("""
    assert options.pages == ((1, 3), (7, 7)), options
    assert options.ocr == "auto" and options.limits.blocks == 77 and path.is_file()
    return document""")
    options = ReadOptions(pages=((1, 3), (7, 7)), ocr="auto", limits=Limits(blocks=77))
    assert nlp.pdf.read_pdf(pdf, options).pages == 1


def test_name_that_is_no_utf8_is_read_and_told_readably(tmp_path, body):
    path = tmp_path / os.fsdecode(b"caf\xe9.pdf")
    try:
        path.write_bytes(b"%PDF-1.7\n")
    except OSError:
        pytest.skip("this file system takes only UTF-8 names")
    body("assert path.is_file(); return document")
    assert nlp.pdf.read_pdf(path).source == "caf\ufffd.pdf"


def test_what_libraries_print_does_not_disturb(pdf, body):
    body("""
    for _ in range(2000):
        print("noise on stdout " * 20)
        os.write(2, b"noise on stderr\\n" * 20)
    return document""")
    assert nlp.pdf.read_pdf(pdf).pages == 1


def test_large_result_comes_whole(pdf, body):
    body("""
    import dataclasses
    blocks = tuple(Block(f"p{i}", "paragraph", "Ünïcödé " * 25) for i in range(5000))
    return dataclasses.replace(document, blocks=blocks)""")
    document = nlp.pdf.read_pdf(pdf)
    assert len(document.blocks) == 5000
    assert document.blocks[-1].text.endswith("Ünïcödé ")


def test_user_folder_is_not_imported_from(pdf, body, tmp_path, monkeypatch):
    (tmp_path / "json.py").write_text("raise SystemExit('imported from the current folder')")
    monkeypatch.chdir(tmp_path)
    command = guard.child_command()
    code = "import json, sys; sys.exit('loads' not in vars(json))"
    assert subprocess.run([*command[:2], "-c", code], check=False).returncode == 0


# What is raised, and as what

RAISED = {
    "raise TypeError('a bare one')": Damaged,
    "raise KeyError('Kids')": Damaged,
    "def f(): f()\nf()": Damaged,
    "raise BaseException('as Rust libraries do')": Damaged,
    "raise MemoryError": MemoryLimit,
    "bytearray(1 << 40)": MemoryLimit,
    "raise OSError(12, 'Cannot allocate memory')": MemoryLimit,
    "from pdfplumber.utils.exceptions import PdfminerException as E\n"
    "try: raise MemoryError\nexcept Exception as e: raise E(e)": MemoryLimit,
    "from pdfplumber.utils.exceptions import PdfminerException as E\n"
    "try: raise MemoryError\nexcept Exception as e: raise errors.Damaged('?') from e": MemoryLimit,
    "from pdfplumber.utils.exceptions import PdfminerException as E\n"
    "from pdfminer.pdfdocument import PDFPasswordIncorrect as P\nraise E(P())": Encrypted,
    "from pdfminer.pdfdocument import PDFEncryptionError as P\nraise P('Unknown filter')": Encrypted,
    "raise errors.NoText('no page has text')": NoText,
    "os.abort()": Damaged,
    "os.kill(os.getpid(), signal.SIGSEGV)": Damaged,
    "os.kill(os.getpid(), signal.SIGKILL)": MemoryLimit,
    "os.kill(os.getpid(), signal.SIGTERM)": InternalError,
    "os._exit(3)": InternalError,
    "return None": Damaged,
    "import dataclasses\nreturn dataclasses.replace(document, pages=0, blocks=())": Damaged,
    "announce(5001)": TooManyPages,
    "import dataclasses\nblock = Block('p', 'paragraph', 'x' * 2_000_001)\n"
    "return dataclasses.replace(document, blocks=(block,))": TooLarge,
    "import dataclasses\nblocks = tuple(Block(str(i), 'paragraph', '') for i in range(10_001))\n"
    "return dataclasses.replace(document, blocks=blocks)": TooLarge,
}


@pytest.mark.parametrize(("code", "kind"), RAISED.items(), ids=range(len(RAISED)))
def test_each_end_has_its_code(pdf, body, code, kind):
    body(code)
    with pytest.raises(WsisError) as caught:
        nlp.pdf.read_pdf(pdf)
    assert type(caught.value) is kind, caught.value
    assert caught.value.input == "paper.pdf"
    assert str(pdf.parent) not in str(caught.value)
    assert str(ROOT) not in str(caught.value)


def test_detail_tells_kind_and_place_of_a_bare_exception(pdf, body):
    body("import pdfminer.pdftypes as t\nt.PDFStream(None, b'')")
    with pytest.raises(Damaged, match=r"AssertionError: .*NoneType.* in pdfminer/pdftypes.py:\d+ __init__"):
        nlp.pdf.read_pdf(pdf)


def test_fault_in_our_own_code_asks_for_a_report():
    limits = Limits()
    with pytest.raises(ValueError, match="not a box") as caught:
        nlp.document.Region(0, 0.0, 0.0, 1.0, 1.0)
    told = child.as_told(caught.value, limits)
    assert "nlp/document.py:" in told.detail
    assert "report" in told.hint
    with pytest.raises(ValueError, match="invalid literal") as caught:
        int("x")
    assert "report" not in child.as_told(caught.value, limits).hint


def test_reader_that_cannot_start_is_told_with_its_last_words(pdf, monkeypatch):
    monkeypatch.setattr(guard, "child_command", lambda: [sys.executable, "-c", "import no_such_module"])
    with pytest.raises(InternalError, match="No module named 'no_such_module'"):
        nlp.pdf.read_pdf(pdf)
    monkeypatch.setattr(guard, "child_command", lambda: ["/no/such/python"])
    with pytest.raises(InternalError, match="cannot be started: No such file"):
        nlp.pdf.read_pdf(pdf)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("x" * 5000, InternalError),
        ("pages 3\npages 4\n", InternalError),
        ("document 2\n{]", InternalError),
        ("document 2\n[]", InternalError),
        ("document 2\n{}", InternalError),
        ("pages 3\ndocument 99\n{}", InternalError),
        (f"document {300 * MIB}\n", TooLarge),
    ],
)
def test_answer_that_is_not_as_agreed(pdf, body, answer, kind):
    body(f"os.write(job_pipe(), {answer.encode()!r}); os._exit(0)\n")
    script = Path(guard.child_command()[2])
    # The pipe is the only descriptor above the standard ones.
    helper = "def job_pipe():\n    return max(int(fd) for fd in os.listdir('/dev/fd') if is_pipe(int(fd)))\n"
    helper += "def is_pipe(fd):\n    import stat\n    try: return stat.S_ISFIFO(os.fstat(fd).st_mode)\n"
    helper += "    except OSError: return False\n"
    text = script.with_suffix(".body").read_text()
    script.with_suffix(".body").write_text(helper + text)
    with pytest.raises(kind):
        nlp.pdf.read_pdf(pdf)


# T5: time is up, and nobody is left over


IGNORES = """
signal.signal(signal.SIGTERM, signal.SIG_IGN)
signal.signal(signal.SIGINT, signal.SIG_IGN)
while True: time.sleep(1)
"""
#: Starts a process that ignores being asked to end, and notes its number.
GRANDCHILD = """
program = "import os, pathlib, signal, sys, time; signal.signal(15, signal.SIG_IGN);"
program += "pathlib.Path(sys.argv[1]).write_text(str(os.getpid())); time.sleep(600)"
subprocess.Popen([sys.executable, "-c", program, str(here / "grandchild.pid")])
"""
#: One call into C that never lets another thread of Python run.
HOLDS_GIL = "import re; re.match('(a*)*$', 'a' * 60 + 'b')\n"
STUBBORN = {
    "loops": "while True: pass",
    "sleeps": "time.sleep(600)",
    "ignores SIGTERM": IGNORES,
    "holds the GIL": HOLDS_GIL,
    "talks": "while True: os.write(2, b'noise ' * 1000)",
    "has children": GRANDCHILD + "time.sleep(600)",
}


@pytest.mark.parametrize("stubborn", STUBBORN)
def test_t5_child_over_time_is_ended_with_all_it_started(pdf, body, stubborn):
    body(NOTE_PID + STUBBORN[stubborn])
    begin = time.monotonic()
    with pytest.raises(Timeout, match="after 1 s"):
        nlp.pdf.read_pdf(pdf, SHORT)
    assert time.monotonic() - begin < 1.0 + 2.0
    assert all(gone(pid) for pid in pids(pdf.parent, 2 if stubborn == "has children" else 1))


def test_number_of_pages_extends_the_time(pdf, body):
    body("announce(12); time.sleep(1.5); return document")
    limits = Limits(seconds=1.0, pages_in_seconds=10, seconds_per_page=5.0)
    assert nlp.pdf.read_pdf(pdf, ReadOptions(limits=limits)).pages == 1


def test_late_caller_still_gets_what_was_ready(pdf, body):
    body("""
    import dataclasses
    blocks = tuple(Block(f"p{i}", "paragraph", "x" * 150) for i in range(9000))
    return dataclasses.replace(document, blocks=blocks)""")
    with nlp.pdf.start_reading(pdf, SHORT) as pending:
        time.sleep(2.5)
        document = pending.result()
        assert len(document.blocks) == 9000
        assert pending.result() is document


def test_error_is_the_same_when_asked_again(pdf, body):
    body("raise TypeError")
    pending = nlp.pdf.start_reading(pdf)
    for _ in range(2):
        with pytest.raises(Damaged):
            pending.result()


def test_pending_document_ends_its_child_when_left(pdf, body):
    body(NOTE_PID + "time.sleep(600)")
    with nlp.pdf.start_reading(pdf):
        (pid,) = pids(pdf.parent, 1)
    assert not alive(pid)
    (pdf.parent / "child.pid").unlink()
    pending = nlp.pdf.start_reading(pdf)
    (pid,) = pids(pdf.parent, 1)
    del pending
    assert gone(pid)


def test_interrupt_ends_the_child(pdf, body):
    body(NOTE_PID + "time.sleep(600)")
    numbers: list[int] = []

    def interrupt() -> None:
        numbers.extend(pids(pdf.parent, 1))
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        nlp.pdf.read_pdf(pdf)
    thread.join()
    assert gone(numbers[0])


def test_child_outlives_the_thread_that_started_it(pdf, body):
    body("time.sleep(0.5); return document")
    started: list[nlp.pdf.PendingDocument] = []
    thread = threading.Thread(target=lambda: started.append(nlp.pdf.start_reading(pdf)))
    thread.start()
    thread.join()
    assert started[0].result().pages == 1


PARENT = """
import sys
from pathlib import Path
from nlp.pdf import guard
guard.child_command = lambda: sys.argv[2:]
guard.read_pdf(Path(sys.argv[1]))
"""
NO_SIGNAL = "import fcntl\ndel fcntl.F_SETSIG\n"


@pytest.mark.parametrize("fallback", [False, True], ids=["kernel", "thread"])
def test_t5_no_orphan_when_the_parent_is_killed(pdf, body, fallback):
    # A thread can only watch while Python runs.
    command = body(NOTE_PID + GRANDCHILD + ("while True: time.sleep(0.05)" if fallback else HOLDS_GIL))
    if fallback:
        script = Path(command[2])
        script.write_text(NO_SIGNAL + script.read_text())
    elif not hasattr(__import__("fcntl"), "F_SETSIG"):
        pytest.skip("only Linux sends a signal of our choice")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(pdf), *command], env=environment)
    numbers = pids(pdf.parent, 2)
    parent.kill()
    parent.wait()
    assert all(gone(pid) for pid in numbers)


def test_t5_child_ends_itself_when_the_parent_hangs(pdf, body, monkeypatch):
    monkeypatch.setattr(child, "GRACE_SECONDS", 0)
    body(NOTE_PID + "time.sleep(600)")
    script = Path(guard.child_command()[2])
    script.write_text(script.read_text().replace("if __name__", "child.GRACE_SECONDS = 0\nif __name__"))
    with nlp.pdf.start_reading(pdf, SHORT) as pending:
        (pid,) = pids(pdf.parent, 1)
        assert gone(pid, 4.0)
        with pytest.raises(Timeout):
            pending.result()


# Memory


def test_memory_cap_holds_and_the_next_document_is_read(pdf, body):
    body("hoard = []\nwhile True: hoard.append(bytearray(10_000_000))")
    small = ReadOptions(limits=replace(SHORT.limits, seconds=30.0, memory_bytes=256 * MIB))
    with pytest.raises(MemoryLimit, match="256 MiB"):
        nlp.pdf.read_pdf(pdf, small)
    body("return document")
    assert nlp.pdf.read_pdf(pdf, small).pages == 1


def test_watch_stands_in_where_the_kernel_has_no_cap(pdf, body):
    body("hoard = []\nwhile True: hoard.append(b'x' * 10_000_000); time.sleep(0.01)")
    script = Path(guard.child_command()[2])
    no_cap = "import resource\nresource.setrlimit = lambda *_: None\n"
    script.write_text(NO_SIGNAL + no_cap + script.read_text())
    small = ReadOptions(limits=Limits(seconds=30.0, memory_bytes=256 * MIB))
    with pytest.raises(MemoryLimit, match="256 MiB"):
        nlp.pdf.read_pdf(pdf, small)


def test_cap_too_small_to_start_is_memory_limit(pdf):
    with pytest.raises(MemoryLimit):
        nlp.pdf.read_pdf(pdf, ReadOptions(limits=Limits(memory_bytes=30 * MIB)))


def test_no_descriptor_is_left_open(pdf, body):
    folder = Path("/dev/fd")
    body("return document")
    nlp.pdf.read_pdf(pdf)
    before = len(list(folder.iterdir()))
    for code in ("return document", "raise TypeError", "os.abort()"):
        body(code)
        with contextlib.suppress(WsisError):
            nlp.pdf.read_pdf(pdf)
    assert len(list(folder.iterdir())) == before


# What it loads


def test_import_and_child_stay_lean(tmp_path):
    heavy = ("numpy", "spacy", "sklearn", "scipy", "onnxruntime", "joblib", "click")
    code = (
        "import sys, nlp.pdf; assert 'pdfplumber' not in sys.modules and 'subprocess' not in sys.modules\n"
        "nlp.pdf.read_pdf; assert 'pdfplumber' not in sys.modules and 'pdfminer' not in sys.modules\n"
        f"import nlp.pdf.extract; print([name for name in {heavy!r} if name in sys.modules])\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == "[]"


def test_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = nlp.pdf.no_such_name
