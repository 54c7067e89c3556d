"""Which inputs there are, and where each result goes: settled before anything is read.

Whatever makes a run senseless is wrong usage and told here; what is wrong with one input is
told when its turn comes.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal, Protocol, get_args

import click

from nlp.cli.console import CannotWrite, Stdout, stdin
from nlp.display import file_name
from nlp.errors import DocumentError, Unsupported
from nlp.files import writing
from nlp.inputs import InputKind, kind_of, sniff

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
        """Whether it can be read but once: standard input, a pipe or a device."""
        return self.is_stdin or not self.path.is_file()

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
            raise CannotWrite(file_name(self.target), error) from error

    def kind_now(self, stream: BinaryIO | None = None) -> InputKind:
        """Tell the kind: as said, by the name's ending, or by a stream's first bytes.

        Raises
        ------
        Unsupported, Empty
            When it cannot be told.
        """
        if self.kind:
            return self.kind
        if self.is_stdin and stream is not None:
            return sniff(_peek(stream))
        return kind_of(self.path)


def cannot_read(error: OSError) -> DocumentError:
    """Tell that the system does not give the input's bytes."""
    return Unsupported(
        f"it cannot be read: {error.strerror or error}", hint="Check that it exists and may be read."
    )


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
    if output is None or output == "-":
        if len(paths) > 1:
            _check_one_stream(kinds, chosen)
        return [Job(path, known, chosen) for path, known in zip(paths, kinds, strict=True)]
    targets = _targets(paths, kinds, chosen, output)
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
    if path == Path("-") and not kind and not chosen:
        raise click.UsageError("say with --input-format what standard input is, to name its result.")
    stem = "stdin" if path == Path("-") else path.stem
    return stem + _ENDINGS[chosen or ("jsonl" if kind == "jsonl" else "json")]


def _check_targets(paths: Sequence[Path], targets: Sequence[Path]) -> None:
    seen: dict[Path, Path] = {}
    inputs = {path.resolve() for path in paths if path != Path("-") and path.is_file()}
    for path, target in zip(paths, targets, strict=True):
        place = target.resolve()
        if place in inputs:
            raise click.UsageError(f"{file_name(target)} is an input; its result must go elsewhere.")
        if place in seen:
            raise click.UsageError(
                f"{file_name(seen[place])} and {file_name(path)} would both become {file_name(target)}."
            )
        seen[place] = path


def _peek(stream: BinaryIO) -> bytes:
    # `sys.stdin.buffer` can look ahead without taking anything.
    peek = getattr(stream, "peek", None)
    return bytes(peek(1024)) if peek else b""
