"""`wsis tag`: inputs one after the other through the pipeline, each result to its place."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from nlp import pipeline
from nlp.cli.console import Reporter, StdoutClosed, is_terminal
from nlp.cli.options import limit_options, limits_from, model_options, reading_options, talk_options
from nlp.cli.plan import FORMATS, Job, plan
from nlp.cli.progress import Line, progress_line
from nlp.display import file_name
from nlp.errors import DocumentError, Empty, Exit, InternalError, WsisError
from nlp.files import read_all, spooled
from nlp.inputs import INPUT_KINDS, cannot_read, iter_rows
from nlp.schema import block_to_dict, document_to_dict, dumps
from nlp.settings import ReadOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nlp.cli.plan import Format
    from nlp.document import Block, Document
    from nlp.inputs import InputKind
    from nlp.pipeline import Tagger
    from nlp.settings import Ocr


@click.command()
@click.argument(
    "inputs",
    metavar="FILE...",
    nargs=-1,
    required=True,
    type=click.Path(allow_dash=True, path_type=Path),
)
@click.option(
    "-o",
    "--output",
    type=click.Path(),
    metavar="PATH",
    help="Where to write: a file for one input, a folder for several. Standard output otherwise.",
)
@click.option(
    "--format",
    "chosen",
    type=click.Choice(FORMATS),
    help="json: one document (the default for PDF and text). jsonl: one block a line (for rows). "
    "text: a summary to read.",
)
@click.option(
    "--input-format",
    "kind",
    type=click.Choice(INPUT_KINDS),
    help="What the inputs are, where .pdf, .jsonl or .txt does not tell it.",
)
@reading_options
@model_options
@limit_options
@talk_options
def tag(
    *,
    inputs: tuple[Path, ...],
    output: str | None,
    chosen: Format | None,
    kind: InputKind | None,
    pages: tuple[tuple[int, int], ...],
    ocr: Ocr,
    model: Path | None,
    knowledge: Path | None,
    error_format: str,
    quiet: bool,
    **limits: float,
) -> int:
    """Mark entities and action lines in submissions.

    FILE is a PDF, rows (.jsonl: id, text and perhaps section) or plain text (.txt, paragraphs
    parted by blank lines); - is standard input. Several documents on standard output come as
    one compact JSON document a line.

    \b
    Examples:
      wsis tag submission.pdf | jq .summary
      wsis tag submission.pdf --format text --pages 1-3,7
      wsis tag *.pdf -o tagged/
      wsis tag --input-format jsonl - < rows.jsonl > tagged.jsonl
    """
    jobs = plan(inputs, kind=kind, chosen=chosen, output=output, pages=bool(pages))
    reporter = Reporter(as_json=error_format == "json", quiet=quiet)
    run = _Run(
        options=ReadOptions(pages=pages, ocr=ocr, limits=limits_from(limits)),
        # Once, and as late as can be: the first PDF is being read meanwhile.
        tagger=cache(lambda: pipeline.load_for_good(model, knowledge)),
        reporter=reporter,
        compact=len(jobs) > 1 and jobs[0].target is None,
    )
    with progress_line(len(jobs), quiet=quiet) as run.line:
        for job in jobs:
            run.line.begin(job.shown)
            run.do(job)
            run.line.advance()
    return run.exit_code()


@dataclass(slots=True)
class _Run:
    """All jobs of one command: what they share, and how they went."""

    options: ReadOptions
    tagger: Callable[[], Tagger]
    reporter: Reporter
    compact: bool
    line: Line = field(default_factory=Line)
    done: int = 0
    failed: int = 0
    faults: int = 0

    def do(self, job: Job) -> None:
        """Do one job; what is wrong with its input is told and counted, and the others go on."""
        try:
            self._do(job)
        except (DocumentError, InternalError) as error:
            self._fail(job, error)
        except (WsisError, StdoutClosed, click.ClickException):
            # The model, the place for results or the command is at fault: no other job would do.
            raise
        except Exception as error:
            if os.environ.get("WSIS_DEBUG"):
                raise
            self._fail(job, InternalError(f"{type(error).__name__}: {error}"))

    def exit_code(self) -> int:
        """Sum up the jobs."""
        if not self.failed:
            return Exit.DONE
        if self.done:
            return Exit.SOME_FAILED
        return Exit.INTERNAL if self.faults == self.failed else Exit.ALL_FAILED

    def _fail(self, job: Job, error: WsisError) -> None:
        if error.input is None or error.input == job.source:
            error.input = job.shown
        self.failed += 1
        self.faults += error.exit_code == Exit.INTERNAL
        self.line.hide()
        self.reporter.error(error)

    def _do(self, job: Job) -> None:
        with ExitStack() as stack:
            stream = stack.enter_context(job.stream()) if job.streamed else None
            kind, stream = job.kind_now(stream)
            if kind == "jsonl":
                if job.format == "json":
                    raise click.UsageError("rows are written a line each: use --format jsonl or text.")
                self._tag_rows(job, stream or stack.enter_context(job.stream()))
                return
            if kind == "text":
                document = self._read_text(job, stream or stack.enter_context(job.stream()))
            else:
                document = self._read_pdf(job, stream)
        self.line.hide()
        with job.out() as out:
            for part in self._rendered(document, job):
                out.write(part)
        self.done += 1
        for warning in document.warnings:
            self.reporter.warn(job.shown, warning)
        self._tell_place(job)

    def _read_pdf(self, job: Job, stream: BinaryIO | None) -> Document:
        if stream is None:
            return pipeline.tag_pdf(job.path, self.options, self.tagger, source=job.source)
        with spooled(stream, limit=self.options.limits.file_bytes, source=job.shown) as path:
            return pipeline.tag_pdf(path, self.options, self.tagger, source=job.source)

    def _read_text(self, job: Job, stream: BinaryIO) -> Document:
        limits = self.options.limits
        try:
            data = read_all(stream, limit=limits.file_bytes, source=job.shown)
        except OSError as error:
            raise cannot_read(error) from error
        return pipeline.tag_text(data, limits, self.tagger, source=job.source)

    def _rendered(self, document: Document, job: Job) -> Iterator[bytes]:
        if job.format == "jsonl":
            for block in document.blocks:
                yield _line(block)
        elif job.format == "text":
            from nlp.summary import document_to_text

            yield document_to_text(document, terminal=_on_terminal(job)).encode("utf-8", "replace")
        else:
            text = dumps(document_to_dict(document), indent=None if self.compact else 2)
            yield text.encode() + b"\n"

    def _tag_rows(self, job: Job, stream: BinaryIO) -> None:
        """Tag rows as they come; each bad one is told, and the good ones go on."""
        tagger = self.tagger()
        for warning in tagger.model.warnings:
            self.reporter.warn(job.shown, warning)
        failed_before = self.failed
        blocks = tagger.pipe(self._good_rows(job, stream))
        part = list(islice(blocks, pipeline.CHUNK))
        if not part:
            if self.failed == failed_before:
                raise Empty("there are no rows")
            return
        with job.out() as out:
            while part:
                self.line.hide()
                out.write(self._rendered_rows(part, job))
                part = list(islice(blocks, pipeline.CHUNK))
        self.done += 1
        self._tell_place(job)

    def _good_rows(self, job: Job, stream: BinaryIO) -> Iterator[Block]:
        try:
            for row in iter_rows(stream, job.shown, self.options.limits):
                if isinstance(row, DocumentError):
                    self._fail(job, row)
                else:
                    yield row
        except OSError as error:
            raise cannot_read(error) from error

    def _rendered_rows(self, blocks: list[Block], job: Job) -> bytes:
        if job.format == "text":
            from nlp.summary import blocks_to_text

            return blocks_to_text(blocks, terminal=_on_terminal(job)).encode("utf-8", "replace")
        return b"".join(map(_line, blocks))

    def _tell_place(self, job: Job) -> None:
        if job.target is not None:
            self.reporter.note(f"{job.shown} -> {file_name(job.target)}")


def _line(block: Block) -> bytes:
    return dumps(block_to_dict(block)).encode() + b"\n"


def _on_terminal(job: Job) -> bool:
    return job.target is None and is_terminal(sys.stdout)
