"""What a worker does with one input: read it once for its hash, then tag it and put the result in place.

Runs in this process, in a worker of joblib's or on another machine; so it is told everything by
values that travel, and loads the models itself, once. Whatever is wrong with an input is an
outcome. Only what would spoil every other input as well is raised.
"""

from __future__ import annotations

import hashlib
import os
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TYPE_CHECKING

from nlp import pipeline
from nlp.batch.recipe import differences
from nlp.errors import DocumentError, InternalError, MemoryLimit, ModelInvalid, Unsupported, WsisError
from nlp.files import cannot_write, read_all
from nlp.inputs import cannot_read
from nlp.runs import Row, RunFolder, count, result_name
from nlp.schema import document_to_dict, dumps
from nlp.storage import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from nlp.batch.sources import Source
    from nlp.document import Document
    from nlp.pipeline import Tagger
    from nlp.runs import Recipe
    from nlp.settings import Limits, ReadOptions

#: How often an input may take its worker with it before it is no longer tried.
TRIES = 3


@dataclass(frozen=True, slots=True)
class Order:
    """What all inputs of a batch have in common.

    `session` is set where workers may outlive the batch, and a scheduler tries again what a dead one has
    left: it keeps this batch's tries and results apart from those of another.
    """

    place: str
    options: ReadOptions
    recipe: Recipe
    model: Path | None = None
    knowledge: Path | None = None
    session: str | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """An input to be tagged, with the hash that it had when the batch was planned."""

    source: Source
    sha256: str
    bytes: int


def look(source: Source, limits: Limits) -> tuple[str, int] | DocumentError:
    """Read an input once: its hash and size in bytes, or why it cannot be read."""
    try:
        return source.sha256(limits)
    except DocumentError as error:
        return error
    except OSError as error:
        return cannot_read(error)


def holds(row: Row, place: str) -> bool:
    """Whether the result of a row is in the run folder as it was put there."""
    return _folder(place).holds(row)


def tag(task: Task, order: Order) -> Row:
    """Tag one input, and put its row and its result into the run folder.

    Raises
    ------
    ModelInvalid
        When the model or the versions here are not those that the batch was started with.
    CannotWrite
        When the run folder takes no more.
    """
    started = time.monotonic()
    row, data = waiting(task, order), None
    tries = _count_try(task, order)
    if tries > 1 and (there := _folder(order.place).loose(row)) is not None:
        # It was finished, and its worker died before that was heard.
        return there
    if tries > TRIES:
        return lost(task, order, MemoryLimit(f"{TRIES} workers died of it one after the other"))
    try:
        document = _tagged(task, order)
        row, data = _done(row, task, document) if document.id == task.sha256 else (_moved(row), None)
    except (DocumentError, InternalError) as error:
        row = _failed_as_planned(row, error, look(task.source, order.options.limits))
    except WsisError:
        raise
    except MemoryError:
        row = failed(row, MemoryLimit("tagging it needs more memory than there is"))
    except OSError as error:
        row = failed(replace(row, sha256=None), cannot_read(error))
    except Exception as error:
        if os.environ.get("WSIS_DEBUG"):
            raise
        row = failed(row, InternalError(f"{type(error).__name__}: {error}"))
    row = replace(row, seconds=time.monotonic() - started)
    put(row, order, data)
    return row


def lost(task: Task, order: Order, error: WsisError) -> Row:
    """Record an input whose worker died of it."""
    row = failed(waiting(task, order), error)
    put(row, order)
    return row


def unread(source: Source, order: Order, error: WsisError) -> Row:
    """Return the row of an input that cannot be opened."""
    row = Row(source.label, source.name, source.bytes, "waiting", place_sha256=source.place_sha256)
    return failed(replace(row, recipe=order.recipe.sha256, versions=_versions(order.recipe)), error)


def begin(order: Order) -> None:
    """Say in the run folder which batch is at work, where workers may outlive it.

    Raises
    ------
    CannotWrite
        When the folder takes no more.
    """
    if order.session is not None:
        with _writing(order.place):
            _folder(order.place).begin(order.session)


def put(row: Row, order: Order, data: bytes | None = None) -> None:
    """Put a row, and the result that goes with it, into the run folder.

    Not those of a batch that has ended meanwhile: the folder may be another's by now.

    Raises
    ------
    CannotWrite
        When the folder takes no more.
    """
    with _writing(order.place):
        folder = _folder(order.place)
        if order.session is None or folder.is_at_work(order.session):
            folder.put(row, data)


def seal(folder: RunFolder, rows: Sequence[Row], recipe: Recipe, stale: Iterable[str]) -> None:
    """Seal the run folder.

    Raises
    ------
    CannotWrite
        When the folder takes no more.
    """
    with _writing(folder.place):
        folder.seal(rows, recipe, stale)


@contextmanager
def _writing(place: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise cannot_write(shown(place), error) from error


def failed(row: Row, error: WsisError) -> Row:
    """Return the row of an input that failed."""
    told = {name: value for name, value in error.to_dict().items() if name != "input"}
    return replace(row, status="failed", error=told)


def waiting(task: Task, order: Order) -> Row:
    """Return the row of an input whose turn has not come."""
    return Row(
        input=task.source.label,
        source=task.source.name,
        bytes=task.bytes,
        status="waiting",
        sha256=task.sha256,
        place_sha256=task.source.place_sha256,
        recipe=order.recipe.sha256,
        versions=_versions(order.recipe),
    )


def _versions(recipe: Recipe) -> dict[str, str]:
    """Tell the versions in short; the run's record has them with hashes."""
    told = recipe.versions
    return {
        "program": told["version"],
        "model": f"{told['model']['name']} {told['model']['version']}",
        "knowledge": told["knowledge"]["version"],
    }


def _failed_as_planned(row: Row, error: WsisError, now: tuple[str, int] | DocumentError) -> Row:
    """Return the row of a failure; one of an input that is not what was planned has no hash to be kept by."""
    if isinstance(now, DocumentError):
        return failed(replace(row, sha256=None), error)
    return failed(row, error) if now[0] == row.sha256 else _moved(row)


def _moved(row: Row) -> Row:
    error = Unsupported("it was changed while the batch ran", hint="Run the batch again.")
    return failed(replace(row, sha256=None), error)


def _done(row: Row, task: Task, document: Document) -> tuple[Row, bytes]:
    data = (dumps(document_to_dict(document), indent=2) + "\n").encode()
    done = replace(
        row,
        status="done",
        result=result_name(task.source.name, task.sha256),
        result_sha256=hashlib.sha256(data).hexdigest(),
        counts=count(document),
        language=document.language,
        title=document.title,
        submitter=document.submitter,
        warnings=document.warnings,
    )
    return done, data


def _tagged(task: Task, order: Order) -> Document:
    source, options = task.source, order.options
    tagger = partial(_tagger, order)
    kind = source.kind
    with source.opened(options.limits) as path:
        if kind == "pdf":
            document = pipeline.tag_pdf(path, options, tagger, source=source.name)
        else:
            with path.open("rb") as stream:
                data = read_all(stream, limit=options.limits.file_bytes, source=source.label)
            document = pipeline.tag_text(data, options.limits, tagger, source=source.name)
    return document


class _InTurn:
    """A tagger that the threads of a worker take in turns; reading goes on beside it."""

    def __init__(self, tagger: Tagger) -> None:
        self._tagger = tagger
        self._turn = threading.Lock()

    def tag(self, document: Document) -> Document:
        """Tag a document that was read."""
        with self._turn:
            return self._tagger.tag(document)


@cache
def _folder(place: str) -> RunFolder:
    return RunFolder(place)


@cache
def _in_turn(model: Path | None, knowledge: Path | None) -> _InTurn:
    return _InTurn(load(model, knowledge))


@cache
def load(model: Path | None, knowledge: Path | None) -> Tagger:
    """Load the tagger once a process, on one thread: a batch spreads over cores by its workers."""
    return pipeline.load_for_good(model, knowledge, threads=1)


def _tagger(order: Order) -> _InTurn:
    """Give this process's tagger, if it is the one that the batch was started with."""
    different = differences(order.recipe, load(order.model, order.knowledge))
    if different:
        raise ModelInvalid(
            f"not the same here as where the batch was started: {', '.join(different)}",
            hint="Install the same versions everywhere.",
        )
    return _in_turn(order.model, order.knowledge)


def _count_try(task: Task, order: Order) -> int:
    """Count in the run folder how often this input was begun, where a scheduler tries again."""
    if order.session is None:
        return 1
    with _writing(order.place):
        return _folder(order.place).count_try(result_name(task.source.name, task.sha256), order.session)
