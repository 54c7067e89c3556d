"""What holds for every test: no connection leaves this machine, from here or from a child (T22)."""

from __future__ import annotations

import io
import os
import runpy
import signal
import sys
from pathlib import Path

import pytest

OFFLINE = Path(__file__).parent / "offline"

runpy.run_path(str(OFFLINE / "sitecustomize.py"))
# Children that are Python take the hook from here.
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(OFFLINE), os.environ.get("PYTHONPATH")]))

# A shell's background job has Ctrl-C ignored, and so would have all that the tests start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def wsis(capsysbinary, monkeypatch):
    """Run it; give the exit code, what came out and what was told."""

    def call(*args, stdin=b""):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(stdin))))
        from nlp.cli import run

        code = run([str(arg) for arg in args])
        out, err = capsysbinary.readouterr()
        return code, out.decode("utf-8"), err.decode("utf-8")

    return call
