"""One input of a batch: a file here or elsewhere, or a member of an archive; how its bytes are had."""

from __future__ import annotations

import hashlib
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, Literal

from nlp.batch import archives
from nlp.display import file_name
from nlp.errors import DocumentError, TooLarge, Unsupported
from nlp.files import spooled
from nlp.storage import RemoteFiles, local_path, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nlp.files import Readable
    from nlp.settings import Limits

_CHUNK = 1024 * 1024
#: Endings of names, and what they mean.
KINDS: dict[str, Literal["pdf", "text"]] = {".pdf": "pdf", ".txt": "text"}


@dataclass(frozen=True, slots=True)
class Source:
    """One input.

    `place` is the path or URL of the file, or of the archive that holds it as `member`. `label` is how it
    is told, by as few folders as tell it from the others. `trouble` is why it cannot be read, if that
    is known already.
    """

    place: str
    label: str
    bytes: int = 0
    member: str | None = None
    trouble: DocumentError | None = None

    @property
    def name(self) -> str:
        """The file's own name, as the document tells it."""
        return file_name(PurePosixPath(self.member or self.place).name)

    @property
    def kind(self) -> Literal["pdf", "text"]:
        """What it is, by its name's ending.

        Raises
        ------
        Unsupported
            When no document has such an ending.
        """
        ending = PurePosixPath(self.member or self.place).suffix.lower()
        if ending in KINDS:
            return KINDS[ending]
        if ending == ".jsonl":
            raise Unsupported("rows are no document", hint="Give them to `wsis tag`.")
        met = f"the ending {ending!r}" if ending else "no ending"
        raise Unsupported(
            f"the name has {met}; known are {', '.join(KINDS)}", hint="Save it as PDF, and give that."
        )

    @property
    def place_sha256(self) -> str:
        """A hash of where it is, by which the next batch knows it again; it tells nobody the folder."""
        where = f"{shown(self.place)}\0{self.member or ''}"
        return hashlib.sha256(where.encode("utf-8", "surrogateescape")).hexdigest()

    @contextmanager
    def opened(self, limits: Limits) -> Iterator[Path]:
        """Give a path to read the input from: its own, or a temporary copy.

        Raises
        ------
        DocumentError
            When it cannot be opened, or has more bytes than the limit.
        """
        if self.trouble is not None:
            raise self.trouble
        path = None if self.member is not None else local_path(self.place)
        if path is not None:
            yield path
            return
        with ExitStack() as stack:
            with self._stream() as stream:
                copy = stack.enter_context(spooled(stream, limit=limits.file_bytes, source=self.label))
            # The place is closed by now: what is raised over the copy is not its doing.
            yield copy

    def sha256(self, limits: Limits) -> tuple[str, int]:
        """Read all of it once; return its hash and its size in bytes.

        Raises
        ------
        DocumentError, OSError
            When it cannot be read, or has more bytes than the limit.
        """
        if self.trouble is not None:
            raise self.trouble
        digest, size = hashlib.sha256(), 0
        with self._stream() as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
                if size > limits.file_bytes:
                    raise TooLarge(f"more than {limits.file_bytes:,} bytes", hint="Raise --max-size.")
        return digest.hexdigest(), size

    @contextmanager
    def _stream(self) -> Iterator[Readable]:
        with opened(self.place) as stream:
            if self.member is None:
                yield stream
                return
            with archives.opened(stream) as archive, archives.member(archive, self.member) as member:
                yield member


@contextmanager
def opened(place: str) -> Iterator[BinaryIO]:
    """Open a path or URL for reading."""
    path = local_path(place)
    if path is None:
        with RemoteFiles.open(place) as stream:
            yield stream
    else:
        with path.open("rb") as stream:
            yield stream
