"""A run folder: results put there one by one, so that any moment is a good one to be cut off at.

A finished input leaves two files: first its row under `.wsis/rows/`, then its document. Both are
written whole or not at all, so a document is finished if, and only if, its row is there and says
the hash of the document that is there. `seal` gathers the rows into the manifest.
"""

from __future__ import annotations

import hashlib
import json
import os
import socket
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Any

from nlp.errors import RunInvalid
from nlp.runs.record import DOCUMENTS, Row, manifest_line, result_name, rows_hash
from nlp.schema import document_from_dict, dumps
from nlp.storage import Folder, Locked, open_folder, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from nlp.document import Document
    from nlp.runs.record import Recipe

MANIFEST = "manifest.jsonl"
RUN = "run.json"
ROWS = ".wsis/rows"
TRIES = ".wsis/tries"
SESSION = ".wsis/session"
#: What a batch writes right into its folder.
OWN = (DOCUMENTS, MANIFEST, RUN, ".wsis")
#: The number before the dot says what a reader can rely on.
RUN_VERSION = "1.0"


class RunFolder:
    """The folder of one run.

    Parameters
    ----------
    place : str
        A path, or a URL that fsspec reads.

    Raises
    ------
    Unsupported
        For a URL of a kind that is not known here.
    """

    def __init__(self, place: str) -> None:
        self.folder: Folder = open_folder(place)

    @property
    def place(self) -> str:
        """The folder as another process can open it."""
        return self.folder.place

    @contextmanager
    def locked(self, *, force: bool = False) -> Iterator[None]:
        """Keep other batches out while the block runs.

        Raises
        ------
        RunInvalid
            When another batch is at work in it.
        """
        holder = f"process {os.getpid()} on {socket.gethostname()}"
        with ExitStack() as stack:
            try:
                stack.enter_context(self.folder.locked(holder, force=force))
            except Locked as error:
                raise RunInvalid(
                    f"another batch is at work in it ({error.strerror or 'it does not say which'})",
                    input=shown(self.place),
                    hint="Wait for it, or choose another folder with -o"
                    + ("." if self.folder.frees_itself else "; if it is dead, use --break-lock."),
                ) from error
            yield

    # Writing --------------------------------------------------------------------------------

    def put(self, row: Row, document: bytes | None = None) -> None:
        """Record what became of an input; its document, if there is one, stands there after its row."""
        self.folder.write(_row_name(row), manifest_line(row).encode())
        if document is not None and row.result is not None:
            self.folder.write(row.result, document)

    def begin(self, session: str) -> None:
        """Say which batch is at work, for workers that the end of a batch does not end."""
        self.folder.write(SESSION, session.encode(), durable=False)

    def is_at_work(self, session: str) -> bool:
        """Whether a batch is still at work; a late worker must not write over what another has made."""
        try:
            return self.folder.read(SESSION) == session.encode()
        except FileNotFoundError:
            return False

    def count_try(self, result: str, session: str) -> int:
        """Count that work on a result is begun in this session; return how often it was, now included."""
        name = f"{TRIES}/{result.removeprefix(f'{DOCUMENTS}/')}"
        try:
            begun, _, count = self.folder.read(name).decode().partition(" ")
        except FileNotFoundError:
            begun, count = session, "0"
        tries = int(count) + 1 if begun == session else 1
        self.folder.write(name, f"{session} {tries}".encode(), durable=False)
        return tries

    def seal(self, rows: Sequence[Row], recipe: Recipe, stale: Iterable[str] = ()) -> None:
        """Write the manifest and the record of the run, and clear away what only a batch at work needs.

        `stale` are results of earlier batches that no row names any more; they are removed.
        """
        manifest = "".join(map(manifest_line, rows)).encode()
        self.folder.write(MANIFEST, manifest)
        self.folder.write(RUN, (dumps(_record(rows, recipe, manifest), indent=2) + "\n").encode())
        for name in stale:
            self.folder.remove(name)
        self.folder.remove(ROWS)
        self.folder.remove(TRIES)
        self.folder.remove(SESSION)
        for folder in (DOCUMENTS, ""):
            for name in self.folder.names(folder):
                if name.startswith(".wsis-") and name.endswith(".tmp"):
                    self.folder.remove(f"{folder}/{name}".lstrip("/"))

    # Reading --------------------------------------------------------------------------------

    def record(self) -> dict[str, Any] | None:
        """Return what `run.json` says, or None where no batch has come to its end yet.

        Raises
        ------
        RunInvalid
            When it is there and cannot be read.
        """
        try:
            with self._reading():
                data = json.loads(self.folder.read(RUN))
            version = str(data["run_version"])
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise RunInvalid(f"{RUN} cannot be read: {error}", input=shown(self.place)) from error
        if version.split(".")[0] != RUN_VERSION.split(".")[0]:
            raise RunInvalid(
                f"run_version is {version!r}; this program reads {RUN_VERSION}", input=shown(self.place)
            )
        found: dict[str, Any] = data
        return found

    def rows(self) -> list[Row]:
        """Return the rows of the manifest, in its order.

        Raises
        ------
        RunInvalid
            When there is none, it is not the one that was sealed, or a line is no row: with its number.
        """
        record = self.record()
        manifest = self._manifest()
        if manifest is None or record is None:
            raise RunInvalid(
                f"there is no {MANIFEST if manifest is None else RUN} in it",
                input=shown(self.place),
                hint="Name a folder made by `wsis batch`.",
            )
        if hashlib.sha256(manifest).hexdigest() != record.get("manifest_sha256"):
            raise RunInvalid(f"{MANIFEST} was changed after the run", input=shown(self.place))
        return self._rows(manifest)

    def _manifest(self) -> bytes | None:
        try:
            with self._reading():
                return self.folder.read(MANIFEST)
        except FileNotFoundError:
            return None

    def _rows(self, manifest: bytes) -> list[Row]:
        lines = manifest.splitlines()
        return [self._row(line, f"{MANIFEST} line {number}") for number, line in enumerate(lines, start=1)]

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Tell that the place does not give what is there."""
        try:
            yield
        except FileNotFoundError:
            raise
        except OSError as error:
            raise RunInvalid(
                f"it cannot be read: {error.strerror or error}",
                input=shown(self.place),
                hint="Check that it is there and may be read.",
            ) from error

    def finished(self) -> list[Row]:
        """Return every row that is there: of the manifest, then of a batch that was cut off.

        Raises
        ------
        RunInvalid
            When a manifest or record is there that is none: it may be somebody's own file.
        """
        self.record()
        rows = self._rows(self._manifest() or b"")
        loose = []
        for name in self.folder.names(ROWS):
            # One that is being renamed, or is spoilt, is one that is not there.
            with suppress(RunInvalid, FileNotFoundError):
                if not name.startswith("."):
                    loose.append(self._row(self.folder.read(f"{ROWS}/{name}"), name))
        return [*rows, *loose]

    def loose(self, row: Row) -> Row | None:
        """Return the row that a batch at work has put there of the same input and recipe, and its result."""
        try:
            with self._reading():
                there = self._row(self.folder.read(_row_name(row)), row.input)
            good = there.status == "failed" or self.holds(there)
        except (RunInvalid, FileNotFoundError):
            return None
        return there if good and there.recipe == row.recipe else None

    def holds(self, row: Row) -> bool:
        """Whether the document of a row is there with the bytes it had."""
        if row.result is None:
            return False
        try:
            with self._reading():
                data = self.folder.read(row.result)
        except FileNotFoundError:
            return False
        return hashlib.sha256(data).hexdigest() == row.result_sha256

    def document(self, row: Row) -> Document:
        """Read the document of a row.

        Raises
        ------
        RunInvalid
            When it is missing, or not the one that the run has made.
        """
        name = row.result or ""
        try:
            with self._reading():
                data = self.folder.read(name)
        except FileNotFoundError as error:
            raise RunInvalid("it is missing", input=name) from error
        if hashlib.sha256(data).hexdigest() != row.result_sha256:
            raise RunInvalid("it was changed after the run", input=name)
        try:
            return document_from_dict(json.loads(data))
        except ValueError as error:
            raise RunInvalid(str(error), input=name) from error

    def documents(self) -> Iterator[tuple[Row, Document]]:
        """Read all documents in the manifest's order, one at a time."""
        for row in self.rows():
            if row.status == "done":
                yield row, self.document(row)

    def _row(self, line: bytes, where: str) -> Row:
        try:
            return Row.from_dict(json.loads(line))
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            raise RunInvalid(
                f"{where}: {error}",
                input=shown(self.place),
                hint="If it is no file of yours, remove it and run `wsis batch` again: all is made anew.",
            ) from error


def _row_name(row: Row) -> str:
    """Name the file of a row: as its document; of an input that could not be read, by how it is told."""
    sha256 = row.sha256 or hashlib.sha256(row.input.encode("utf-8", "replace")).hexdigest()
    return f"{ROWS}/{result_name(row.source, sha256).removeprefix(f'{DOCUMENTS}/')}"


def _record(rows: Sequence[Row], recipe: Recipe, manifest: bytes) -> dict[str, Any]:
    states = [row.status for row in rows]
    return {
        "run_version": RUN_VERSION,
        "complete": "waiting" not in states,
        **recipe.to_dict(),
        "recipe_sha256": recipe.sha256,
        "inputs": {"total": len(rows), **{state: states.count(state) for state in sorted(set(states))}},
        "rows_sha256": rows_hash(list(rows)),
        "manifest_sha256": hashlib.sha256(manifest).hexdigest(),
    }
