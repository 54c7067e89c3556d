"""From the words people type to the inputs of a batch: files, folders, globs, zip archives, URLs.

Nothing is left out in silence: what is no submission by its name is counted as passed over, and a
word that leads nowhere comes as an input that will fail. Reads folders and archives' tables of
contents, and no document.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from glob import glob
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, Literal

from nlp.batch import archives
from nlp.display import file_name
from nlp.errors import DocumentError, TooLarge, Unsupported
from nlp.files import spooled
from nlp.inputs import cannot_read, kind_of
from nlp.storage import RemoteFiles, local_path, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nlp.files import Readable
    from nlp.settings import Limits

#: Endings of names that are documents, or hold some.
_DOCUMENTS = (".pdf", ".txt")
_ARCHIVE = ".zip"
_CHUNK = 1024 * 1024
#: Folders of systems and tools, not of people; names that begin with a dot are passed over, too.
_NOBODYS = {"__MACOSX"}


@dataclass(frozen=True, slots=True)
class Source:
    """One input.

    `place` is the path or URL of the file, or of the archive that holds it as `member`. `label` is how it
    is told: it names no folder above the one that was given. `trouble` is why it cannot be read, if that
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
        kind = kind_of(PurePosixPath(self.member or self.place))
        if kind == "jsonl":
            raise Unsupported("rows are no document", hint="Give them to `wsis tag`.")
        return kind

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
        with self._stream() as stream, spooled(stream, limit=limits.file_bytes, source=self.label) as copy:
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
        with _open(self.place) as stream:
            if self.member is None:
                yield stream
                return
            with archives.opened(stream) as archive, archives.member(archive, self.member) as member:
                yield member


@dataclass(slots=True)
class Found:
    """What the words lead to: inputs in the order of their labels, and how many files were passed over."""

    sources: list[Source] = field(default_factory=list)
    #: Ending (`(hidden)` for names that begin with a dot) -> number of files.
    passed_over: Counter[str] = field(default_factory=Counter)


def find(words: Iterable[str]) -> Found:
    """Find the inputs that words name.

    Parameters
    ----------
    words : iterable of str
        Files, folders (with all below them), globs (`2025/**/*.pdf`), zip archives, or URLs of these.
    """
    found = Found()
    for word in words:
        _find(word, found)
    seen: dict[tuple[str, str | None], Source] = {}
    for source in found.sources:
        seen.setdefault((source.place, source.member), source)
    found.sources = sorted(seen.values(), key=lambda source: (source.label, source.place))
    return found


def words_of(data: bytes) -> list[str]:
    """Part a list of inputs as it comes on standard input: at NUL bytes if there are any, else at lines."""
    parts = data.split(b"\0") if b"\0" in data else data.splitlines()
    return [os.fsdecode(part.strip(b"\r\n")) for part in parts if part.strip()]


def _find(word: str, found: Found) -> None:
    path = local_path(word)
    if path is None:
        _find_remote(word, found)
    elif path.is_dir():
        _walk(path, path.resolve().name, found)
    elif path.exists():
        _add(str(path.absolute()), _label(path), path.stat().st_size, found, asked=True)
    else:
        globbed = any(sign in word for sign in "*?[")
        # `Path.glob` takes no absolute patterns.
        matches = sorted(glob(str(path), recursive=True)) if globbed else []  # noqa: PTH207
        if not matches:
            what = "no file matches it" if globbed else "there is no such file"
            trouble = Unsupported(what, hint="Check the path.")
            found.sources.append(Source(word, file_name(word), trouble=trouble))
        for match in matches:
            if Path(match).is_file():
                _add(str(Path(match).absolute()), _label(Path(match)), Path(match).stat().st_size, found)


def _label(path: Path) -> str:
    """Tell a file with its folder: many folders hold a `submission.pdf`."""
    path = path.absolute()
    return "/".join(filter(None, (path.parent.name, path.name)))


def _walk(folder: Path, label: str, found: Found) -> None:
    """Add all files below a folder; links to folders are not followed, for they may lead around."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        found.sources.append(Source(str(folder), file_name(label), trouble=cannot_read(error)))
        return
    for entry in entries:
        told = f"{label}/{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            if entry.name in _NOBODYS or entry.name.startswith("."):
                continue
            _walk(Path(entry.path), told, found)
        elif entry.is_file():
            _add(os.path.abspath(entry.path), told, entry.stat().st_size, found)  # noqa: PTH100 - links stay


def _find_remote(url: str, found: Found) -> None:
    files = RemoteFiles.find(url)
    if not files:
        trouble = Unsupported("there is nothing at this place", hint="Check the URL.")
        found.sources.append(Source(url, file_name(shown(url)), trouble=trouble))
    for place, size in files:
        _add(place, shown(place), size, found, asked=place == url)


def _add(place: str, label: str, size: int, found: Found, *, asked: bool = False) -> None:
    """Add a file; one that was `asked` for by its own name is an input whatever its ending."""
    name = PurePosixPath(place).name
    ending = PurePosixPath(name.lower()).suffix
    if ending == _ARCHIVE:
        _add_members(place, label, size, found)
    elif asked or (ending in _DOCUMENTS and not name.startswith(".")):
        found.sources.append(Source(place, file_name(label), size))
    else:
        found.passed_over["(hidden)" if name.startswith(".") else ending or "(no ending)"] += 1


def _add_members(place: str, label: str, size: int, found: Found) -> None:
    try:
        with _open(place) as stream, archives.opened(stream) as archive:
            members = archive.infolist()
    except (DocumentError, OSError) as error:
        trouble = error if isinstance(error, DocumentError) else cannot_read(error)
        found.sources.append(Source(place, file_name(label), size, trouble=trouble))
        return
    for member in sorted(members, key=lambda member: member.filename):
        parts = PurePosixPath(member.filename).parts
        ending = PurePosixPath(member.filename.lower()).suffix
        if member.is_dir():
            continue
        if any(part.startswith(".") or part in _NOBODYS for part in parts):
            found.passed_over["(hidden)"] += 1
        elif ending in _DOCUMENTS:
            told = file_name(f"{label}/{member.filename}")
            found.sources.append(Source(place, told, member.file_size, member.filename))
        else:
            found.passed_over[ending or "(no ending)"] += 1


@contextmanager
def _open(place: str) -> Iterator[BinaryIO]:
    path = local_path(place)
    if path is None:
        with RemoteFiles.open(place) as stream:
            yield stream
    else:
        with path.open("rb") as stream:
            yield stream
