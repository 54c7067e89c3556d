"""The process that reads one PDF and may die of it; `nlp.pdf.guard` starts it and listens.

It holds itself to the limits before it touches the file, reads, sends the document or the error,
and ends. Whatever is raised while reading is told as an error with a code: a PDF must never look
like a fault of the program, and a fault of ours must stay visible in the detail.
"""

from __future__ import annotations

import contextlib
import errno
import json
import logging
import math
import os
import select
import signal
import sys
import threading
import traceback
import warnings
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from nlp.errors import Damaged, Encrypted, MemoryLimit, TooLarge, TooManyPages, WsisError
from nlp.settings import MIB, Limits, ReadOptions

try:
    import fcntl
    import resource
except ImportError:  # Windows, where importing this must still work
    pass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nlp.document import Document

#: The exit code that tells the guard of too much memory when nothing else can be sent.
EXIT_MEMORY = 77
#: How much later than the guard the child ends itself: it is the second line, for a guard that
#: is dead, stopped, or busy with something else.
GRACE_SECONDS = 5
_WATCH_SECONDS = 0.25


def main() -> int:
    """Read the job from standard input, do it and answer on the pipe it names."""
    job = _read_job()
    options = _options(job["options"])
    pipe = int(job["pipe"])
    os.set_inheritable(pipe, False)
    # Made while there is memory to make it with.
    no_memory = _error(_no_memory(options.limits))
    _cap(options.limits)
    _end_with_parent(options.limits)
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    try:
        answer = _answer(Path(job["path"]), options, pipe)
    except MemoryError:
        answer = no_memory
    signal.alarm(0)
    _send(pipe, answer)
    return 0


def _answer(path: Path, options: ReadOptions, pipe: int) -> bytes:
    # Here, under the cap, for the PDF libraries come with it; what fails here is no PDF's fault.
    try:
        from nlp.pdf.extract import extract_document
        from nlp.schema import block_to_dict, document_to_dict, dumps
    except ImportError as error:
        if _is_memory(error):
            raise MemoryError from error
        raise

    def announce(pages: int) -> None:
        check_pages(pages, options.limits)
        _alarm(options.limits.deadline(pages))
        _send(pipe, b"pages %d\n" % pages)

    try:
        document = extract_document(path, options, announce)
        check_document(document, options.limits)
        # Block by block: as one value of dicts it would take more memory than reading did.
        lines = [dumps(document_to_dict(replace(document, blocks=()))).encode()]
        lines += [dumps(block_to_dict(block)).encode() for block in document.blocks]
        return _message("document", b"\n".join(lines))
    except BaseException as error:  # noqa: BLE001 - the libraries raise anything, Rust ones a BaseException
        told = as_told(error, options.limits)
    # Outside of `except`, so that what the traceback holds is free again.
    return _error(told)


def check_pages(pages: int, limits: Limits) -> None:
    """Refuse more pages than the limit.

    Raises
    ------
    TooManyPages
        If there are more.
    """
    if pages > limits.pages:
        raise TooManyPages(f"{pages} pages to read; {limits.pages} are allowed")


def check_document(document: Document, limits: Limits) -> None:
    """Refuse a document without pages, or with more text than the limits.

    Raises
    ------
    Damaged
        If there is no page: pdfplumber says nothing when the page tree leads nowhere.
    TooLarge
        If there are too many blocks or characters.
    """
    if document.pages < 1:
        raise Damaged("no page can be found in it")
    if len(document.blocks) > limits.blocks:
        raise TooLarge(f"{len(document.blocks)} blocks of text; {limits.blocks} are allowed")
    characters = sum(len(block.text) for block in document.blocks)
    if characters > limits.characters:
        raise TooLarge(f"{characters} characters of text; {limits.characters} are allowed")


def as_told(error: BaseException, limits: Limits) -> WsisError:
    """Find the product's own error for whatever was raised while reading a PDF."""
    from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect

    # pdfplumber wraps what pdfminer raises, even a MemoryError.
    if any(_is_memory(link) for link in _chain(error)):
        return _no_memory(limits)
    while error.args and isinstance(error.args[0], BaseException):
        error = error.args[0]
    if isinstance(error, WsisError):
        return error
    if isinstance(error, PDFPasswordIncorrect):
        return Encrypted("it cannot be opened without its password")
    if isinstance(error, PDFEncryptionError):
        return Encrypted(f"its kind of encryption is not known ({_brief(error)})")
    places, ours = _places(error)
    hint = "Please report this with the file and the program's version." if ours else None
    return Damaged(f"the reader broke on it: {_brief(error)} in {places}", hint=hint)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _is_memory(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno == errno.ENOMEM
    if isinstance(error, ImportError):
        return "map segment" in str(error) or "allocate memory" in str(error)
    return isinstance(error, MemoryError)


def _no_memory(limits: Limits) -> MemoryLimit:
    return MemoryLimit(f"reading needs more than the {limits.memory_bytes // MIB} MiB allowed")


def _brief(error: BaseException) -> str:
    words = " ".join(str(error).split())
    return f"{type(error).__name__}: {words[:160]}" if words else type(error).__name__


def _places(error: BaseException) -> tuple[str, bool]:
    """Where it was raised, and from where in our code; and whether that is one and the same place."""
    package = Path(__file__).parent.parent
    inner = ours = ""
    for frame, line in traceback.walk_tb(error.__traceback__):
        file = Path(frame.f_code.co_filename)
        mine = package in file.parents
        parts = file.relative_to(package.parent).parts if mine else file.parts[-2:]
        inner = f"{'/'.join(parts)}:{line} {frame.f_code.co_name}"
        if mine:
            ours = inner
    if not ours or inner == ours:
        return inner or "an unknown place", bool(ours)
    return f"{inner}, called from {ours}", False


def _read_job() -> dict[str, Any]:
    job = b""
    while not job.endswith(b"\n"):
        part = os.read(0, 65536)
        if not part:
            sys.exit("the job on standard input is cut off")
        job += part
    data: dict[str, Any] = json.loads(job)
    return data


def _options(data: dict[str, Any]) -> ReadOptions:
    pages = tuple((int(first), int(last)) for first, last in data.pop("pages"))
    limits = Limits(**data.pop("limits"))
    return ReadOptions(pages=pages, limits=limits, **data)


def _error(error: WsisError) -> bytes:
    return _message("error", json.dumps(error.to_dict()).encode())


def _message(kind: str, payload: bytes) -> bytes:
    return b"%b %d\n%b" % (kind.encode(), len(payload), payload)


def _send(pipe: int, data: bytes) -> None:
    rest = memoryview(data)
    try:
        while rest:
            rest = rest[os.write(pipe, rest) :]
    except BrokenPipeError:
        _end_all(1)


def _cap(limits: Limits) -> None:
    """Set the kernel's own limits on this process and on what it starts."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = limits.memory_bytes if hard == resource.RLIM_INFINITY else min(hard, limits.memory_bytes)
    # macOS knows the limit and does not keep it, or refuses it: `_watch` stands in there.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _alarm(seconds: float) -> None:
    # The kernel's own clock: no library can hold it up, as it could a Python thread.
    signal.alarm(math.ceil(min(seconds, 1e9)) + GRACE_SECONDS)


def _end_with_parent(limits: Limits) -> None:
    """Make sure that this process does not outlive the guard, nor its deadline by much.

    Linux sends a signal of our choice when the guard's end of standard input closes, whichever way
    the guard dies. (`PR_SET_PDEATHSIG` would fire when the *thread* that started us ends, which
    is no sign of anything.) Elsewhere a thread watches.
    """
    for number in (signal.SIGALRM, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    _alarm(limits.deadline(0))
    try:
        leads = os.getpgrp() == os.getpid()
        fcntl.fcntl(0, fcntl.F_SETOWN, -os.getpid() if leads else os.getpid())
        fcntl.fcntl(0, fcntl.F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(0, fcntl.F_SETFL, fcntl.fcntl(0, fcntl.F_GETFL) | os.O_ASYNC)
    except (AttributeError, OSError):
        threading.Thread(target=_watch, args=(limits.memory_bytes,), daemon=True).start()
    else:
        if select.select([0], [], [], 0)[0]:
            _end_all(1)  # the guard died before it was watched


def _watch(memory_bytes: int) -> None:
    """Look for the guard's death and for too much memory, where the kernel does not."""
    while True:
        readable, _, _ = select.select([0], [], [], _WATCH_SECONDS)
        if readable and not os.read(0, 1):
            _end_all(1)
        if _memory_in_use() > memory_bytes:
            _end_all(EXIT_MEMORY)


def _memory_in_use() -> int:
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    except OSError:
        # macOS counts in bytes; other systems in KiB, where this stays below any limit.
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _end_all(code: int) -> NoReturn:
    """End this process; what it has started dies by the guard's hand, or here if there is none."""
    if code != EXIT_MEMORY and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(code)


if __name__ == "__main__":
    # Not sys.exit: taking everything apart again takes longer than starting did.
    os._exit(main())
