"""Writing files whole or not at all, and putting a stream on disk; refuses nothing else.

A file appears under its final name only when all of it is on disk. Until then it has a
temporary name in the same folder, and any failure removes it.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from nlp.errors import CannotWrite, TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHUNK = 1024 * 1024

_SPACE = "Free some space, or choose another place with -o; nothing half-written was left there."
_RIGHTS = "Get the right to write there, or choose another place with -o."
_FOLDER = "Make the folder first, or choose another place with -o."
_HINTS = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), _SPACE),
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), _RIGHTS),
    **dict.fromkeys((errno.ENOENT, errno.ENOTDIR), _FOLDER),
}


class Readable(Protocol):
    """A stream of bytes that can be read on."""

    def read(self, size: int = -1, /) -> bytes:
        """Read on; no bytes mean its end."""


@contextmanager
def writing(path: Path, *, durable: bool = True) -> Iterator[BinaryIO]:
    """Give a stream whose bytes stand under `path` if, and only if, the block ends well.

    What is `durable` survives a power cut from then on, which takes the disk some milliseconds.

    A symbolic link is followed, so that the link stays. Pipes and devices, which cannot be
    replaced, are written to directly.

    Raises
    ------
    OSError
        When the folder is missing, not writable or full, or the file is read-only.
    """
    path = Path(os.path.realpath(path))
    if path.exists() and not path.is_file():
        with path.open("wb") as device:
            yield device
        return
    # Replacing needs rights on the folder only; whoever protects a file means its bytes. Root, too.
    if path.exists() and not (path.stat().st_mode & 0o222 and os.access(path, os.W_OK)):
        raise PermissionError(errno.EACCES, "it is read-only", str(path))
    # A short name of its own: the final one may already be as long as a name can be.
    temporary = path.parent / f".wsis-{secrets.token_hex(6)}.tmp"
    try:
        with temporary.open("xb") as stream:
            yield stream
            stream.flush()
            if durable:
                os.fsync(stream.fileno())
        if path.exists():
            temporary.chmod(stat.S_IMODE(path.stat().st_mode))
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    if durable:
        _sync_folder(path.parent)


def cannot_write(target: str, error: OSError) -> CannotWrite:
    """Tell that the system does not take a result's bytes, and what to do about it."""
    return CannotWrite(error.strerror or str(error), input=target, hint=_HINTS.get(error.errno or 0))


@contextmanager
def spooled(stream: Readable, *, limit: int, source: str) -> Iterator[Path]:
    """Put a stream into a temporary file, gone when the block ends.

    Raises
    ------
    TooLarge
        When it holds more than `limit` bytes.
    """
    with tempfile.NamedTemporaryFile(prefix="wsis-") as file:
        for chunk in _chunks(stream, limit=limit, source=source):
            file.write(chunk)
        file.flush()
        yield Path(file.name)


def read_all(stream: Readable, *, limit: int, source: str) -> bytes:
    """Read a stream to its end.

    Raises
    ------
    TooLarge
        When it holds more than `limit` bytes.
    """
    return b"".join(_chunks(stream, limit=limit, source=source))


def _chunks(stream: Readable, *, limit: int, source: str) -> Iterator[bytes]:
    size = 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > limit:
            raise TooLarge(
                f"more than {limit:,} bytes",
                input=source,
                hint="Raise --max-size, or split the file.",
            )
        yield chunk


def _sync_folder(folder: Path) -> None:
    # Makes the new name itself survive a power cut, where the system can do that.
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    except OSError:
        pass
    finally:
        os.close(descriptor)
