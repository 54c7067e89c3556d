"""Which inputs there are, and where each result goes: settled before anything is read.

Whatever makes a run senseless is wrong usage and told here; what is wrong with one input is
told when its turn comes.
"""

from __future__ import annotations

import io
import os
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, Protocol, get_args

import click

from nlp.cli.console import Stdout, stdin
from nlp.display import file_name
from nlp.errors import Unsupported
from nlp.files import cannot_write, writing
from nlp.inputs import HEAD_BYTES, InputKind, cannot_read, kind_of, sniff

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Format = Literal["json", "jsonl", "text"]
FORMATS: tuple[Format, ...] = get_args(Format)
_ENDINGS: dict[Format, str] = {"json": ".json", "jsonl": ".jsonl", "text": ".txt"}


class Out(Protocol):
    """Where a result's bytes go."""

    def write(self, data: bytes, /) -> object:
        """Write all of it."""


@dataclass(frozen=True, slots=True)
class Job:
    """One input, and the file its result goes to; no file means standard output."""

    path: Path
    kind: InputKind | None
    format: Format | None
    target: Path | None = None

    @property
    def streamed(self) -> bool:
        """Whether it is no file to be opened again: standard input, a pipe, or nothing that can be read."""
        return not _is_file(self.path)

    @property
    def is_stdin(self) -> bool:
        """Whether it is standard input."""
        return self.path == Path("-")

    @property
    def shown(self) -> str:
        """The input as the user named it."""
        return "stdin" if self.is_stdin else file_name(self.path)

    @property
    def source(self) -> str:
        """The name told in the document: no folder of this machine is in it."""
        return "stdin" if self.is_stdin else file_name(self.path.name)

    @contextmanager
    def stream(self) -> Iterator[BinaryIO]:
        """Open the input.

        Raises
        ------
        Unsupported
            When the system does not let it be opened.
        """
        if self.is_stdin:
            yield stdin()
            return
        try:
            stream = self.path.open("rb")
        except OSError as error:
            raise cannot_read(error) from error
        with stream:
            yield stream

    @contextmanager
    def out(self) -> Iterator[Out]:
        """Open the place for the result: a file is there whole afterwards, or not at all.

        Raises
        ------
        CannotWrite
            When the place takes no more bytes; `StdoutClosed` when nobody reads them.
        """
        if self.target is None:
            yield Stdout()
            return
        try:
            with writing(self.target) as stream:
                yield stream
        except OSError as error:
            raise cannot_write(file_name(self.target), error) from error

    def kind_now(self, stream: BinaryIO | None) -> tuple[InputKind, BinaryIO | None]:
        """Tell the kind: as said, by the name's ending, or by a stream's first bytes.

        Gives the stream to go on with, too, which has these bytes again.

        Raises
        ------
        Unsupported, Empty
            When it cannot be told.
        """
        if self.kind or stream is None:
            return self.kind or kind_of(self.path), stream
        try:
            head = stream.read(HEAD_BYTES)
        except OSError as error:
            raise cannot_read(error) from error
        return sniff(head), io.BufferedReader(_Chained(head, stream))


class _Chained(io.RawIOBase):
    """The first bytes of a stream, then the rest of it as it comes."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = io.BytesIO(head)
        self._rest = rest

    def readable(self) -> bool:
        """Say so: `BufferedReader` asks."""
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any that can be written to
        """Fill the buffer with what is there."""
        # One read of the system only: rows must not wait for later ones.
        read = getattr(self._rest, "read1", self._rest.read)
        data = self._head.read(len(buffer)) or read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def plan(
    paths: Sequence[Path], *, kind: InputKind | None, chosen: Format | None, output: str | None, pages: bool
) -> list[Job]:
    """Settle the jobs.

    Parameters
    ----------
    paths : sequence of Path
        Inputs in order; `-` is standard input.
    kind : {"pdf", "jsonl", "text"}, optional
        What all of them are; told by ending otherwise.
    chosen : {"json", "jsonl", "text"}, optional
        The output format; rows give jsonl and documents json otherwise.
    output : str, optional
        A file for one input; a folder for several, or where it ends in a slash. Standard output
        otherwise.
    pages : bool
        Whether pages were asked for, which only PDFs have.

    Raises
    ------
    click.UsageError
        When the options do not go together, or a result would overwrite something it must not.
    """
    kinds = [kind or _kind_or_none(path) for path in paths]
    _check_kinds(kinds, chosen=chosen, pages=pages)
    if list(paths).count(Path("-")) > 1:
        raise click.UsageError("standard input (-) can be read only once.")
    if output == "":
        raise click.UsageError("-o needs the name of a file or folder; it is empty.")
    if output is None or output == "-":
        if len(paths) > 1:
            _check_one_stream(kinds, chosen)
        return [Job(path, known, chosen) for path, known in zip(paths, kinds, strict=True)]
    try:
        targets = _targets(paths, kinds, chosen, output)
    except OSError as error:
        raise click.UsageError(f"results cannot go to {file_name(output)}: {error.strerror}.") from error
    return [
        Job(path, known, chosen, target) for path, known, target in zip(paths, kinds, targets, strict=True)
    ]


def _kind_or_none(path: Path) -> InputKind | None:
    try:
        return None if path == Path("-") else kind_of(path)
    except Unsupported:
        return None


def _check_kinds(kinds: Sequence[InputKind | None], *, chosen: Format | None, pages: bool) -> None:
    if pages and any(kind in ("jsonl", "text") for kind in kinds):
        raise click.UsageError("--pages is for PDFs; rows and plain text have no pages.")
    if chosen == "json" and "jsonl" in kinds:
        raise click.UsageError("rows are written a line each: use --format jsonl or text.")


def _check_one_stream(kinds: Sequence[InputKind | None], chosen: Format | None) -> None:
    if chosen == "text" or set(kinds) == {"jsonl"}:
        return
    if chosen == "jsonl":
        raise click.UsageError(
            "blocks of several documents could not be told apart on one stream: "
            "use -o FOLDER, or --format json for one document a line."
        )
    if "jsonl" in kinds:
        raise click.UsageError("rows and documents do not go on one stream: use -o FOLDER.")


def _targets(
    paths: Sequence[Path], kinds: Sequence[InputKind | None], chosen: Format | None, output: str
) -> list[Path]:
    place = Path(output)
    if len(paths) == 1 and not place.is_dir() and not output.endswith(os.sep):
        _check_targets(paths, [place])
        if not place.parent.is_dir():
            raise click.UsageError(f"the folder of {file_name(place)} does not exist; make it first.")
        return [place]
    targets = [place / _name(path, known, chosen) for path, known in zip(paths, kinds, strict=True)]
    _check_targets(paths, targets)
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.UsageError(f"the folder {file_name(place)} cannot be made: {error.strerror}.") from error
    return targets


def _name(path: Path, kind: InputKind | None, chosen: Format | None) -> str:
    if _is_pipe(path) and not kind and not chosen:
        shown = "standard input" if path == Path("-") else file_name(path)
        raise click.UsageError(f"say with --input-format what {shown} is, to name its result.")
    stem = "stdin" if path == Path("-") else path.stem
    return stem + _ENDINGS[chosen or ("jsonl" if kind == "jsonl" else "json")]


def _check_targets(paths: Sequence[Path], targets: Sequence[Path]) -> None:
    seen: dict[str, Path] = {}
    inputs = {os.path.realpath(path) for path in paths if _is_file(path)}
    for path, target in zip(paths, targets, strict=True):
        place = os.path.realpath(target)
        if place in inputs:
            raise click.UsageError(f"{file_name(target)} is an input; its result must go elsewhere.")
        if place in seen:
            raise click.UsageError(
                f"{file_name(seen[place])} and {file_name(path)} would both become {file_name(target)}."
            )
        seen[place] = path


def _is_file(path: Path) -> bool:
    try:
        return path != Path("-") and path.is_file()
    except OSError:  # a folder on the way may not be entered, or the name is too long
        return False


def _is_pipe(path: Path) -> bool:
    try:
        return path == Path("-") or (path.exists() and not path.is_file() and not path.is_dir())
    except OSError:
        return False
