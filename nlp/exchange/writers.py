"""How tables become files: CSV, JSONL and Parquet, as a stream, with the types that are declared.

Owns bytes only. Memory stays flat however many documents come; the same rows give the same bytes.
"""

from __future__ import annotations

import csv
import io
from abc import ABC, abstractmethod
from contextlib import ExitStack, contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, Protocol

from nlp.display import file_name
from nlp.errors import Unsupported
from nlp.exchange.spreadsheet import defuse
from nlp.exchange.tables import TABLES
from nlp.files import cannot_write, writing
from nlp.schema import dumps

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path
    from typing import BinaryIO

    from nlp.document import Document
    from nlp.exchange.tables import Record, Table, Value
    from nlp.runs import Row

Form = Literal["parquet", "csv", "jsonl"]

#: A row group of Parquet is written when it has so many rows, or so many characters.
GROUP_ROWS = 20_000
GROUP_CHARACTERS = 8_000_000


class Out(Protocol):
    """What bytes are written to."""

    def write(self, data: bytes, /) -> Any:  # noqa: ANN401 - how many is not asked
        """Take all of them."""


class Writer(ABC):
    """Writes the rows of one table, and counts them."""

    def __init__(self, table: Table, out: Out) -> None:
        self.table = table
        self.count = 0
        self._out = out
        self._names = [column.name for column in table.columns]

    def add(self, rows: Iterable[Record]) -> None:
        """Write rows."""
        for row in rows:
            self._put([row[name] for name in self._names])
            self.count += 1
        self._flush()

    @abstractmethod
    def _put(self, values: list[Value]) -> None:
        """Take a row, its values in the order of the columns."""

    @abstractmethod
    def _flush(self) -> None:
        """Write what has been taken, if it is enough."""

    def close(self) -> None:
        """Write what is left; the stream stays open."""
        self._flush()


class CsvWriter(Writer):
    """Writes CSV (RFC 4180) that Excel opens right: UTF-8 with its mark, CRLF, every text in quotes."""

    def __init__(self, table: Table, out: Out) -> None:
        super().__init__(table, out)
        self._lines = io.StringIO("\ufeff", newline="")
        self._lines.seek(0, io.SEEK_END)
        # In quotes no text is parted by LibreOffice, which offers to part at `;` and tabs as well.
        self._csv = csv.writer(self._lines, quoting=csv.QUOTE_NONNUMERIC)
        self._csv.writerow(self._names)

    def _put(self, values: list[Value]) -> None:
        self._csv.writerow([defuse(value) if isinstance(value, str) else value for value in values])

    def _flush(self) -> None:
        if text := self._lines.getvalue():
            self._out.write(text.encode())
            self._lines.seek(0)
            self._lines.truncate()


class JsonlWriter(Writer):
    """Writes one JSON object a line, every column in it; what is empty is null."""

    def __init__(self, table: Table, out: Out) -> None:
        super().__init__(table, out)
        self._lines: list[str] = []

    def _put(self, values: list[Value]) -> None:
        plain = (value.isoformat() if isinstance(value, date) else value for value in values)
        self._lines.append(dumps(dict(zip(self._names, plain, strict=True))) + "\n")

    def _flush(self) -> None:
        if self._lines:
            self._out.write("".join(self._lines).encode())
            self._lines.clear()


class ParquetWriter(Writer):
    """Writes Parquet in row groups, its schema as declared.

    Raises
    ------
    Unsupported
        When pyarrow is not installed.
    """

    def __init__(self, table: Table, out: Out) -> None:
        super().__init__(table, out)
        try:
            import pyarrow as pa
            import pyarrow.parquet as pq
        except ImportError as error:
            raise Unsupported(
                f"Parquet needs pyarrow, which cannot be loaded ({error})",
                hint="pip install 'wsis-tagger[parquet]', or choose --format csv or jsonl.",
            ) from error
        types = {"text": pa.string(), "integer": pa.int64(), "number": pa.float64(), "date": pa.date32()}
        self._pa: Any = pa
        self._schema = pa.schema([(column.name, types[column.type]) for column in table.columns])
        self._file: Any = pq.ParquetWriter(out, self._schema)
        self._rows: list[list[Value]] = []
        self._characters = 0

    def _put(self, values: list[Value]) -> None:
        self._rows.append(values)
        self._characters += sum(len(value) for value in values if isinstance(value, str))
        self._flush()

    def _flush(self, *, all_of_it: bool = False) -> None:
        enough = len(self._rows) >= GROUP_ROWS or self._characters >= GROUP_CHARACTERS
        if not self._rows or not (enough or all_of_it):
            return
        columns = [
            self._pa.array(values, type=field.type)
            for values, field in zip(zip(*self._rows, strict=True), self._schema, strict=True)
        ]
        self._file.write_table(self._pa.Table.from_arrays(columns, schema=self._schema))
        self._rows.clear()
        self._characters = 0

    def close(self) -> None:
        """Write the last row group and the index of all; the stream stays open."""
        try:
            self._flush(all_of_it=True)
        finally:
            self._file.close()


FORMATS: dict[Form, type[Writer]] = {"parquet": ParquetWriter, "csv": CsvWriter, "jsonl": JsonlWriter}


@contextmanager
def files(folder: Path, names: Sequence[str]) -> Iterator[list[BinaryIO]]:
    """Give a stream for each file: all are there whole when the block ends well, and else none.

    Raises
    ------
    CannotWrite
        When the folder takes no more.
    """
    try:
        with ExitStack() as stack:
            streams = []
            for name in names:
                try:
                    streams.append(stack.enter_context(writing(folder / name)))
                except OSError as error:
                    raise cannot_write(file_name(folder / name), error) from error
            yield streams
            # A disk that is full shall say so before the first file has its name.
            for stream in streams:
                stream.flush()
    except OSError as error:
        raise cannot_write(file_name(folder), error) from error


def write_tables(
    documents: Iterable[tuple[Row, Document | None]], outs: dict[str, Out], form: Form
) -> dict[str, int]:
    """Write tables in one go through the documents.

    Parameters
    ----------
    documents : iterable of (Row, Document or None)
        The inputs of a run; one is held at a time.
    outs : dict
        For each table that is wanted the stream to write it to.
    form : {"parquet", "csv", "jsonl"}
        The format.

    Returns
    -------
    dict
        For each table how many rows were written.

    Raises
    ------
    Unsupported
        When the format needs a library that is not installed.
    """
    with ExitStack() as stack:
        writers = {}
        for name, out in outs.items():
            writers[name] = FORMATS[form](TABLES[name], out)
            stack.callback(writers[name].close)
        for row, document in documents:
            for name, writer in writers.items():
                writer.add(TABLES[name].rows(row, document))
    return {name: writer.count for name, writer in writers.items()}
