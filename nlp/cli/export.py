"""`wsis export`: a run folder as tables for pandas, DuckDB and Excel."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import click

from nlp.cli.console import Reporter, Stdout
from nlp.cli.options import talk_options
from nlp.cli.progress import progress_line
from nlp.display import file_name
from nlp.exchange import FORMATS, TABLES, files, write_tables
from nlp.storage import local_path, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from nlp.cli.progress import Line
    from nlp.document import Document
    from nlp.exchange import Form
    from nlp.runs import Row, RunFolder

#: Where tables go if nobody says: a folder in that of the run.
_DEFAULT = "export"


@click.command()
@click.argument("run", metavar="RUN", type=click.Path(file_okay=False))
@click.option(
    "--format", "form", type=click.Choice(list(FORMATS)), default="parquet", show_default=True,
    help="Parquet for DuckDB and pandas, CSV for Excel, or one JSON object a line.",
)  # fmt: skip
@click.option(
    "-o", "--output", type=click.Path(file_okay=False, allow_dash=True), metavar="FOLDER",
    help="Where to put the tables, or - to print one of them.  [default: RUN/export]",
)  # fmt: skip
@click.option(
    "--table", "tables", multiple=True, type=click.Choice(list(TABLES)),
    help="Only this table; can be given again.  [default: all]",
)  # fmt: skip
@talk_options
def export(
    *, run: str, form: Form, output: str | None, tables: tuple[str, ...], error_format: str, quiet: bool
) -> None:
    """Write the blocks, entities and labels of a run as tables.

    RUN is a folder made by `wsis batch`, or its URL. A table `documents` tells what became of
    each input. Files of that name are replaced. docs/export.md explains each column.

    \b
    Examples:
      wsis export run
      wsis export run --format csv -o for-excel/
      wsis export run --format jsonl --table labels -o - | jq .code
    """
    from nlp.runs import RunFolder

    reporter = Reporter(as_json=error_format == "json", quiet=quiet)
    wanted = [name for name in TABLES if name in tables or not tables]
    if not run:
        raise click.UsageError("RUN needs the name of a folder; it is empty.")
    folder = None if output == "-" else _folder(run, output)
    if folder is None and (form == "parquet" or len(wanted) > 1):
        raise click.UsageError("-o - prints one table: choose it with --table, and --format csv or jsonl.")
    source = RunFolder(run)
    rows = source.rows()
    with progress_line(len(rows), quiet=quiet) as line:
        documents = _documents(source, rows, line)
        if folder is None:
            counts = write_tables(documents, {wanted[0]: Stdout()}, form)
        else:
            with _made(folder), files(folder, [f"{name}.{form}" for name in wanted]) as streams:
                counts = write_tables(documents, dict(zip(wanted, streams, strict=True)), form)
    for name, count in counts.items():
        place = file_name(folder / f"{name}.{form}") if folder else "standard output"
        reporter.note(f"{count:,} {name} -> {place}")
    _tell_missing(rows, shown(run), reporter)


def _folder(run: str, output: str | None) -> Path:
    """Tell where the tables go."""
    if output == "":
        raise click.UsageError("-o needs the name of a folder; it is empty.")
    path = local_path(run if output is None else output)
    if path is None:
        place = shown(run if output is None else output)
        raise click.UsageError(f"{place} is not on this machine, where tables are written: give -o FOLDER.")
    return path / _DEFAULT if output is None else path


@contextmanager
def _made(folder: Path) -> Iterator[None]:
    """Make the folder; one that was not there goes again if the block fails."""
    there = folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.UsageError(f"the folder {file_name(folder)} cannot be made: {error.strerror}.") from error
    try:
        yield
    except BaseException:
        if not there:
            with suppress(OSError):
                folder.rmdir()
        raise


def _documents(source: RunFolder, rows: Sequence[Row], line: Line) -> Iterator[tuple[Row, Document | None]]:
    """Give each row of the manifest, with its document where it has one."""
    for row in rows:
        line.begin(row.source)
        yield row, source.document(row) if row.status == "done" else None
        line.advance()


def _tell_missing(rows: Sequence[Row], run: str, reporter: Reporter) -> None:
    """Warn that the tables do not hold every input."""
    states = [row.status for row in rows]
    told = [f"{states.count(state)} {state}" for state in ("failed", "waiting") if state in states]
    if told:
        reporter.warn(
            file_name(run), f"of {len(rows)} inputs {' and '.join(told)}: the table documents names them"
        )
