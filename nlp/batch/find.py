"""From the words people type to the inputs of a batch: files, folders, globs, zip archives, URLs.

Nothing is left out in silence: what is no submission by its name is counted as passed over, and a
word that leads nowhere comes as an input that will fail. Reads folders and archives' tables of
contents, and no document.
"""

from __future__ import annotations

import codecs
import os
import stat
from collections import Counter
from dataclasses import dataclass, field, replace
from glob import glob
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from nlp.batch import archives
from nlp.batch.sources import KINDS, Source, opened
from nlp.display import file_name
from nlp.errors import DocumentError, Unsupported
from nlp.inputs import cannot_read
from nlp.runs import OWN
from nlp.storage import RemoteFiles, local_path, shown

if TYPE_CHECKING:
    from collections.abc import Iterable

_ARCHIVE = ".zip"
#: Folders of systems and tools, not of people; names that begin with a dot are passed over, too.
_NOBODYS = {"__MACOSX"}
_HIDDEN = "(hidden)"


@dataclass(slots=True)
class Found:
    """What the words lead to: inputs in the order of their labels, and how many files were passed over."""

    sources: list[Source] = field(default_factory=list)
    #: Ending, or `(hidden)` for names that begin with a dot -> number of files.
    passed_over: Counter[str] = field(default_factory=Counter)


def find(words: Iterable[str], *, but: str | None = None) -> Found:
    """Find the inputs that words name.

    Parameters
    ----------
    words : iterable of str
        Files, folders (with all below them), globs (`2025/**/*.pdf`), zip archives, or URLs of these.
    but : str, optional
        The run folder, which is not looked into; of one that is named itself, what a batch writes there.
    """
    finder = _Finder(local_path(but) if but is not None else None)
    for word in words:
        finder.word(word)
    sources = list({(source.place, source.member): source for source in reversed(finder.sources)}.values())
    told = _labelled(sources, finder.depths)
    return Found(sorted(told, key=lambda source: (source.label, source.place)), finder.passed_over)


def words_of(data: bytes) -> list[str]:
    """Part a list of inputs as it comes on standard input: at NUL bytes if there are any, else at lines."""
    data = data.removeprefix(codecs.BOM_UTF8)
    parts = data.split(b"\0") if b"\0" in data else data.splitlines()
    return [os.fsdecode(part) for part in parts if part.strip()]


class _Finder:
    """Gathers inputs. `depths` tells how many parts of a place its label has: from the named folder on."""

    def __init__(self, but: Path | None) -> None:
        self.sources: list[Source] = []
        self.depths: dict[str, int] = {}
        self.passed_over: Counter[str] = Counter()
        self._passed: set[str] = set()
        self._but = but and _absolute(but)

    def word(self, word: str) -> None:
        """Add what a word names, or the word itself as an input that cannot be read."""
        path = local_path(word)
        try:
            if path is None:
                self._remote(word)
            else:
                self._local(word, path)
        except DocumentError as error:
            self._cannot(word, error)
        except OSError as error:
            self._cannot(word, cannot_read(error))

    def _local(self, word: str, path: Path) -> None:
        if path.is_dir():
            self._folder(Path(_absolute(path)), 1)
        elif path.exists() and not path.is_file():
            self._cannot(word, Unsupported("it is no regular file", hint="Copy it to a file, and give that."))
        elif path.exists():
            self._file(_absolute(path), 2, path.stat().st_size, asked=True)
        elif not any(sign in word for sign in "*?["):
            self._cannot(word, Unsupported("there is no such file", hint="Check the path."))
        else:
            # `Path.glob` takes no absolute patterns.
            matches = [Path(match) for match in sorted(glob(str(path), recursive=True))]  # noqa: PTH207
            if not matches:
                self._cannot(word, Unsupported("no file matches it", hint="Check the pattern."))
            for match in matches:
                if match.is_dir() and "**" not in word:
                    self._folder(Path(_absolute(match)), 1)
                elif match.is_file():
                    self._file(_absolute(match), 2, match.stat().st_size)

    def _cannot(self, word: str, trouble: DocumentError) -> None:
        path = local_path(word)
        place = word if path is None else _absolute(path)
        self._add(Source(place, shown(place), trouble=trouble), 2)

    def _folder(self, folder: Path, depth: int) -> None:
        """Add all files below a folder; links to folders are not followed, for they may lead around."""
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            self._add(Source(str(folder), "", trouble=cannot_read(error)), depth)
            return
        for entry in entries:
            if entry.path == self._but or (str(folder) == self._but and entry.name in OWN):
                continue
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in _NOBODYS and not entry.name.startswith("."):
                    self._folder(Path(entry.path), depth + 1)
                continue
            try:
                about = entry.stat()
            except OSError as error:  # a link that leads nowhere, or to itself
                self._add(Source(entry.path, "", trouble=cannot_read(error)), depth + 1)
                continue
            if stat.S_ISREG(about.st_mode):
                self._file(entry.path, depth + 1, about.st_size)
            else:
                self._pass_over(entry.path, "(no file)")

    def _remote(self, url: str) -> None:
        files = RemoteFiles.find(url)
        if not files:
            self._cannot(url, Unsupported("there is nothing at this place", hint="Check the URL."))
        for place, size in files:
            if _is_hidden(place.removeprefix(url.rstrip("/")).rpartition("/")[0]):
                continue
            self._file(place, 0, size, asked=place == url)

    def _file(self, place: str, depth: int, size: int, *, asked: bool = False) -> None:
        """Add a file; one that was `asked` for by its own name is an input whatever its ending."""
        name = PurePosixPath(place).name
        ending = PurePosixPath(name.lower()).suffix
        if name.startswith(".") and not asked:
            self._pass_over(place, _HIDDEN)
        elif ending == _ARCHIVE:
            self._members(place, depth, size)
        elif asked or ending in KINDS:
            self._add(Source(place, shown(place), size), depth)
        else:
            self._pass_over(place, ending)

    def _members(self, place: str, depth: int, size: int) -> None:
        try:
            with opened(place) as stream, archives.opened(stream) as archive:
                members = archive.infolist()
        except (DocumentError, OSError) as error:
            trouble = error if isinstance(error, DocumentError) else cannot_read(error)
            self._add(Source(place, shown(place), size, trouble=trouble), depth)
            return
        # Of members with one name the last is the one that the archive gives.
        for name, member in sorted({member.filename: member for member in members}.items()):
            ending = PurePosixPath(name.lower()).suffix
            if name.endswith("/"):
                continue
            if _is_hidden(name):
                self._pass_over(f"{place}/{name}", _HIDDEN)
            elif ending in KINDS:
                self._add(Source(place, shown(place), member.file_size, name), depth)
            else:
                self._pass_over(f"{place}/{name}", ending)
        names = Counter(member.filename for member in members)
        for name in sorted(name for name, number in names.items() if number > 1):
            self._pass_over(f"{place}/{name} again", "(same name in an archive)")

    def _pass_over(self, place: str, kind: str) -> None:
        """Count a file that is no input, once however often it is met."""
        if place not in self._passed:
            self._passed.add(place)
            self.passed_over[file_name(kind) or "(no ending)"] += 1

    def _add(self, source: Source, depth: int) -> None:
        self.sources.append(source)
        self.depths.setdefault(source.place, depth)


def _is_hidden(member: str) -> bool:
    parts = PurePosixPath(member).parts
    return any(part in _NOBODYS or (part.startswith(".") and part != "..") for part in parts)


def _labelled(sources: list[Source], depths: dict[str, int]) -> list[Source]:
    """Tell each input by as few folders as tell it from all others; by its whole URL on other machines."""
    depths = dict(depths)
    while True:
        labels = [_label(source, depths[source.place]) for source in sources]
        count = Counter(labels)
        alike = {
            source.place
            for source, label in zip(sources, labels, strict=True)
            if count[label] > 1 and 0 < depths[source.place] < len(Path(source.place).parts) - 1
        }
        if len(alike) < 2:
            return [replace(source, label=label) for source, label in zip(sources, labels, strict=True)]
        for place in alike:
            depths[place] += 1


def _label(source: Source, depth: int) -> str:
    place = (
        shown(source.place)
        if local_path(source.place) is None
        else "/".join(Path(source.place).parts[-depth:])
    )
    return file_name(place if source.member is None else f"{place}/{source.member}")


def _absolute(path: Path) -> str:
    # Links stay links: they are named as people know them.
    return os.path.abspath(path)  # noqa: PTH100
