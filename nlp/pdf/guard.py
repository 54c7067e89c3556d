"""Read a PDF in a child process that can be ended at any moment; owns the enforcement of the limits.

A PDF can ask for any amount of time and memory, and the libraries that read it raise anything.
So no PDF is opened in this process: it looks at the file's first bytes, starts `nlp.pdf.child`,
and ends the child's whole process group when the time is up, when the result is too big or when
the caller is interrupted. What comes back is a `Document`, or a `DocumentError` with a code of
the closed list in `nlp.errors`; `InternalError` means that the child itself could not work.

The child answers on a pipe of its own, for libraries may print: one line `pages N`, then one line
`document N` or `error N` followed by N bytes of JSON; a document's blocks follow it one a line.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import selectors
import signal
import subprocess
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, NoReturn, Self

import nlp
from nlp.errors import (
    Damaged,
    InternalError,
    MemoryLimit,
    Timeout,
    TooLarge,
    WsisError,
    from_dict,
)
from nlp.pdf.child import EXIT_MEMORY
from nlp.pdf.intake import check_file
from nlp.schema import block_from_dict, document_from_dict
from nlp.settings import MIB, ReadOptions

if TYPE_CHECKING:
    from types import TracebackType

    from nlp.document import Document

#: A result over this is refused unread; the limits on blocks and characters allow about 40 MiB.
RESULT_BYTES = 256 * MIB
#: What a finished child may take to hand over its result, which has no part in the reading time.
TRANSFER_SECONDS = 30.0
_HEADER_BYTES = 1024
_STDERR_BYTES = 4096
#: Signals by which a process ends itself; by name, for not every system has all of them.
_CRASHES = frozenset({"SIGSEGV", "SIGBUS", "SIGABRT", "SIGFPE", "SIGILL", "SIGSYS", "SIGTRAP"})
_DEFAULT_OPTIONS = ReadOptions()


def read_pdf(path: Path, options: ReadOptions = _DEFAULT_OPTIONS, *, source: str | None = None) -> Document:
    """Read one PDF in a guarded child and wait for it.

    Parameters
    ----------
    path : Path
        The file.
    options : ReadOptions
        Pages to read, OCR, and the limits that the child is held to.
    source : str, optional
        The name to tell in the document and in errors; the file's own name otherwise.

    Raises
    ------
    DocumentError
        The file cannot be read, or not within the limits.
    InternalError
        The child could not be started or broke in code of ours.
    """
    return start_reading(path, options, source=source).result()


def start_reading(
    path: Path, options: ReadOptions = _DEFAULT_OPTIONS, *, source: str | None = None
) -> PendingDocument:
    """Check the file and start its child, so that other work can be done while it reads.

    Parameters and errors are those of `read_pdf`; what the file's first bytes tell is raised here,
    the rest by `PendingDocument.result`.
    """
    shown = _printable(source if source is not None else path.name)
    try:
        check_file(path, options.limits)
        return PendingDocument(path, options, shown)
    except WsisError as error:
        error.input = shown
        raise


class PendingDocument:
    """A PDF that a child is reading; as a context manager it ends the child when it is left.

    It belongs to one thread at a time. If the process dies, the kernel closes the child's standard
    input, and that ends the child.
    """

    def __init__(self, path: Path, options: ReadOptions, shown: str) -> None:
        self._limits = options.limits
        self._shown = shown
        self._outcome: Document | WsisError | None = None
        self._pages = 0
        self._stderr = b""
        self._started = time.monotonic()
        self._pipe, theirs = os.pipe()
        try:
            self._process = _spawn(theirs)
        except BaseException as error:
            os.close(self._pipe)
            self._pipe = -1
            if isinstance(error, OSError):
                raise InternalError(f"the reader cannot be started: {error.strerror}") from error
            raise
        finally:
            os.close(theirs)
        job = {"path": os.fspath(path), "pipe": theirs, "options": asdict(options)}
        # A child that died at once is told by how it ended, not by our broken pipe. The pipe stays
        # open: its closing is what ends the child when this process dies.
        with contextlib.suppress(BrokenPipeError):
            _stream(self._process.stdin).write(json.dumps(job).encode() + b"\n")

    def __del__(self) -> None:
        """End a child that nobody will ask for."""
        if getattr(self, "_pipe", -1) >= 0:
            self.cancel()

    def __enter__(self) -> Self:
        """Give the pending document itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the child if it still reads."""
        self.cancel()

    def result(self) -> Document:
        """Wait for the document; a second call gives the same again.

        Raises
        ------
        WsisError
            See `read_pdf`.
        """
        if self._outcome is None:
            try:
                self._outcome = replace(self._collect(), source=self._shown)
            except WsisError as error:
                error.input = self._shown
                self._outcome = error
            finally:
                # Also on KeyboardInterrupt, and after success: the child has nothing left to say.
                self.cancel()
        if isinstance(self._outcome, WsisError):
            raise self._outcome
        return self._outcome

    def cancel(self) -> None:
        """End the child and all it has started, at once; do nothing if that is done."""
        if self._pipe < 0:
            return
        # Nobody has waited for the child yet, so its number cannot have passed to another.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        os.close(self._pipe)
        self._pipe = -1
        with contextlib.suppress(BrokenPipeError):
            _stream(self._process.stdin).close()
        _stream(self._process.stderr).close()
        self._process.wait()

    def _collect(self) -> Document:
        kind, payload = self._receive()
        try:
            if kind == "document":
                first, *blocks = payload.split(b"\n")
                document = document_from_dict(json.loads(first))
                return replace(document, blocks=tuple(block_from_dict(json.loads(line)) for line in blocks))
            error = from_dict(json.loads(payload))
        except (ValueError, AttributeError) as cause:
            raise InternalError(f"the reader's answer cannot be understood: {cause}") from cause
        raise error

    def _receive(self) -> tuple[str, bytearray]:
        """Wait for the answer, with more time once the number of pages is told."""
        answer = _Answer()
        errors = _stream(self._process.stderr).fileno()
        deadline = self._started + self._limits.deadline(0)
        with selectors.DefaultSelector() as selector:
            selector.register(self._pipe, selectors.EVENT_READ)
            selector.register(errors, selectors.EVENT_READ)
            while not answer.complete:
                ready = [key.fd for key, _ in selector.select(max(0.0, deadline - time.monotonic()))]
                if errors in ready and not self._read_stderr(errors):
                    selector.unregister(errors)
                if self._pipe in ready:
                    chunk = os.read(self._pipe, MIB)
                    if not chunk:
                        self._tell_death(errors)
                    if answer.feed(chunk):
                        deadline = time.monotonic() + TRANSFER_SECONDS
                    elif answer.pages != self._pages:
                        self._pages = answer.pages
                        deadline = self._started + self._limits.deadline(self._pages)
                elif time.monotonic() >= deadline:
                    # Asked only when nothing lies ready: the caller may come late for its result.
                    raise Timeout(self._out_of_time())
        return answer.kind, answer.payload

    def _read_stderr(self, errors: int) -> bool:
        said = os.read(errors, 16 * _STDERR_BYTES)
        self._stderr = (self._stderr + said)[-_STDERR_BYTES:]
        return bool(said)

    def _out_of_time(self) -> str:
        pages = f" for {self._pages} pages" if self._pages else ""
        return f"not read after {self._limits.deadline(self._pages):g} s, the time allowed{pages}"

    def _tell_death(self, errors: int) -> NoReturn:
        """Raise what it means that the child ended without an answer."""
        os.set_blocking(errors, False)
        with contextlib.suppress(BlockingIOError):
            while self._read_stderr(errors):
                pass
        # The system closes a process's files when its exit code is settled: ours comes too late.
        self.cancel()
        code = self._process.returncode
        if code == EXIT_MEMORY or (code != 0 and b"MemoryError" in self._stderr):
            raise MemoryLimit(f"more than the {self._limits.memory_bytes // MIB} MiB allowed")
        if code >= 0:
            last = _last_line(self._stderr)
            raise InternalError(f"the reader ended without an answer (exit code {code}): {last}")
        if -code == signal.SIGALRM:
            raise Timeout(self._out_of_time())
        if -code == signal.SIGKILL:
            raise MemoryLimit("the system ended the reader (SIGKILL), as it does when memory runs out")
        name = next((known.name for known in signal.Signals if known == -code), f"signal {-code}")
        if name in _CRASHES:
            raise Damaged(f"the PDF library crashed on it ({name})")
        raise InternalError(f"the reader was ended from outside ({name})")


class _Answer:
    """What has come from the child so far."""

    def __init__(self) -> None:
        self.pages = 0
        self.kind = ""
        self.payload = bytearray()
        self._size = 0

    @property
    def complete(self) -> bool:
        return bool(self.kind) and len(self.payload) >= self._size

    def feed(self, chunk: bytes) -> bool:
        """Take a chunk; tell whether the result itself has begun with it."""
        begun = bool(self.kind)
        self.payload += chunk
        while not self.kind and (end := self.payload.find(b"\n", 0, _HEADER_BYTES)) >= 0:
            line = bytes(self.payload[:end])
            del self.payload[: end + 1]
            self._header(line)
        if not self.kind and len(self.payload) >= _HEADER_BYTES:
            raise InternalError("the reader's answer does not begin as agreed")
        return bool(self.kind) and not begun

    def _header(self, line: bytes) -> None:
        match = re.fullmatch(rb"(pages|document|error) (\d{1,12})", line)
        if match is None or (match[1] == b"pages" and self.pages):
            raise InternalError("the reader's answer does not begin as agreed")
        number = int(match[2])
        if match[1] == b"pages":
            self.pages = number
        elif number > RESULT_BYTES:
            raise TooLarge(f"the result takes {number // MIB} MiB; {RESULT_BYTES // MIB} are allowed")
        else:
            self.kind, self._size = match[1].decode(), number


def child_command() -> list[str]:
    """Give the command that reads one PDF; `-P` keeps the user's folder out of the import path."""
    return [sys.executable, "-P", "-m", "nlp.pdf.child"]


def _spawn(pipe: int) -> subprocess.Popen[bytes]:
    # The same `nlp` as here, be it installed or a source tree.
    root = str(Path(nlp.__file__).resolve().parent.parent)
    path = os.pathsep.join(part for part in (root, os.environ.get("PYTHONPATH")) if part)
    # Each further malloc arena takes 64 MiB of address space, which is what the limit counts.
    environment = {**os.environ, "PYTHONPATH": path, "MALLOC_ARENA_MAX": "1"}
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        child_command(),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        bufsize=0,
        pass_fds=(pipe,),
        env=environment,
        start_new_session=True,
    )


def _stream(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None  # noqa: S101 - all of them were asked for
    return pipe


def _last_line(text: bytes) -> str:
    lines = text.decode("utf-8", "replace").split("\n")
    last = next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")
    # File names of this machine have no place in a message.
    return re.sub(r"(?:/[^/\s'\":]+)+/", "", last)[:200]


def _printable(name: str) -> str:
    # A name that is no UTF-8 has lone surrogates, which no output can hold.
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
