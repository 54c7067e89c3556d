"""Zip archives as a batch reads them: members by name, each trouble with a code; nothing is unpacked."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from nlp.errors import Damaged, Encrypted, Unsupported

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nlp.files import Readable

_AGAIN = "Make the archive again."


@contextmanager
def opened(stream: BinaryIO) -> Iterator[zipfile.ZipFile]:
    """Open an archive.

    Raises
    ------
    Damaged
        When it has no table of contents that can be read.
    """
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise Damaged(f"the zip archive cannot be opened: {error}", hint=_AGAIN) from error
    with archive:
        yield archive


@contextmanager
def member(archive: zipfile.ZipFile, name: str) -> Iterator[Readable]:
    """Open a member for reading.

    Raises
    ------
    Damaged, Encrypted, Unsupported
        When it is not there, spoilt, locked by a password, or packed in a way that is not known.
    """
    try:
        stream = archive.open(name)
    except KeyError as error:
        raise Damaged("it is no longer in the archive", hint="Run the batch again.") from error
    except NotImplementedError as error:
        raise Unsupported(f"the archive packs it in a way not known here: {error}", hint=_AGAIN) from error
    except RuntimeError as error:
        raise Encrypted("the archive asks for a password", hint="Unpack it, and give the folder.") from error
    except (zipfile.BadZipFile, ValueError) as error:
        raise Damaged(f"the archive does not give it: {error}", hint=_AGAIN) from error
    with stream:
        yield _Member(stream)


class _Member:
    """A member's bytes; damage shows itself on the way."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream

    def read(self, size: int = -1, /) -> bytes:
        """Read on."""
        try:
            return self._stream.read(size)
        except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError) as error:
            raise Damaged(f"its place in the archive is spoilt: {error}", hint=_AGAIN) from error
