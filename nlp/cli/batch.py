"""`wsis batch`: many inputs into a run folder, on all cores or on a cluster."""

from __future__ import annotations

import secrets
import sys
from collections import Counter
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING

import click

from nlp.cli.batch_plan import kinds, print_plan, tell_plan
from nlp.cli.console import Reporter, Stdout, is_terminal, stdin
from nlp.cli.meter import meter
from nlp.cli.options import limit_options, limits_from, model_options, reading_options, talk_options
from nlp.display import file_name
from nlp.errors import Empty, Exit, from_dict
from nlp.files import cannot_write
from nlp.settings import ReadOptions
from nlp.storage import local_path, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from nlp.batch import Batch, Found, Order, Plan, Workers
    from nlp.cli.meter import Meter
    from nlp.errors import WsisError
    from nlp.runs import Row, RunFolder
    from nlp.settings import Ocr

#: Inputs that are read for their hash at a time; they wait for disks and networks.
_READERS = 8


@click.command()
@click.argument("inputs", metavar="INPUT...", nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="RUN",
    help="The run folder: a path, or a URL such as s3://bucket/run.",
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    metavar="N",
    help="Documents that are worked on at a time, each on a core. As many as there are cores otherwise.",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Spread the work over the workers of a Dask scheduler, tcp://HOST:PORT or tls://HOST:PORT.",
)
@click.option(
    "--dask-insecure",
    is_flag=True,
    help="Use a scheduler on another machine without TLS: whoever reaches it can run code on both.",
)
@click.option("--fail-fast", is_flag=True, help="Stop at the first input that fails.")
@click.option(
    "--retry-failed",
    is_flag=True,
    help="Try again what failed before with the same settings.",
)
@click.option("--prune", is_flag=True, help="Forget results of inputs that are not named this time.")
@click.option("--dry-run", is_flag=True, help="Only tell what would be done.")
@click.option("--break-lock", is_flag=True, help="Take a run folder at a URL from a batch that is dead.")
@reading_options
@model_options
@limit_options
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How progress, documents and errors are told on standard error.",
)
@talk_options
def batch(
    *,
    inputs: tuple[str, ...],
    output: str,
    workers: int | None,
    scheduler: str | None,
    dask_insecure: bool,
    fail_fast: bool,
    retry_failed: bool,
    prune: bool,
    dry_run: bool,
    break_lock: bool,
    pages: tuple[tuple[int, int], ...],
    ocr: Ocr,
    model: Path | None,
    knowledge: Path | None,
    log_format: str,
    error_format: str,
    quiet: bool,
    **limits: float,
) -> int:
    """Tag many submissions into a run folder.

    INPUT is a file, a folder (all PDF and .txt below it), a glob, a .zip archive, a URL, or - for a list
    of these on standard input. A run that was cut off goes on where it was; what is done is not done again
    while input, settings, model and knowledge are the same.

    \b
    Examples:
      wsis batch submissions/ -o run
      find . -name '*.pdf' -print0 | wsis batch - -o run --workers 2
      wsis batch s3://bucket/2026/ -o s3://bucket/run --scheduler tls://head:8786
    """
    as_json = log_format == "json"
    reporter = Reporter(as_json=as_json or error_format == "json", quiet=quiet)
    _check(output, scheduler, workers, insecure=dask_insecure)
    # Here, so that help and wrong usage are told at once.
    from nlp.batch import Batch, find, words_of
    from nlp.runs import RunFolder

    words = [word for given in inputs for word in (words_of(stdin().read()) if given == "-" else [given])]
    folder = RunFolder(output)
    with ExitStack() as stack:
        gauge = stack.enter_context(meter(reporter, as_json=as_json))
        gauge.phase("loading")
        order = _order(
            folder,
            ReadOptions(pages=pages, ocr=ocr, limits=limits_from(limits)),
            model and model.resolve(),
            knowledge and knowledge.resolve(),
            session=secrets.token_hex(8) if scheduler else None,
        )
        gauge.phase("looking for inputs")
        found = find(words, but=output)
        _check_found(found, prune=prune)
        if not dry_run:
            stack.enter_context(_writable(folder, output, break_lock=break_lock))
        many, readers = stack.enter_context(_workers(scheduler, workers))
        job = Batch(order, folder, many, readers)
        gauge.phase("reading inputs", total=len(found.sources))
        plan = job.plan(found, retry_failed=retry_failed, prune=prune, looked=gauge.looked)
        with gauge.paused():
            tell_plan(plan, reporter, gauge)
        if dry_run:
            gauge.hide()
            print_plan(plan)
            return Exit.DONE
        _run(job, plan, gauge, reporter, fail_fast=fail_fast)
        gauge.hide()
        if not quiet:
            _print_summary(job.rows)
            documents = "documents/, " if job.states["done"] else ""
            reporter.note(f"Written to {shown(output)}: {documents}manifest.jsonl, run.json")
    return _exit_code(job.named)


def _check(output: str, scheduler: str | None, workers: int | None, *, insecure: bool) -> None:
    """Refuse what makes no sense before anything is read."""
    if not output:
        raise click.UsageError("-o names the run folder; it is empty.")
    path = local_path(output)
    if path is not None and _is_other(path):
        raise click.UsageError(f"-o names the run folder, but {file_name(output)} is no folder.")
    if scheduler is None:
        return
    if workers is not None:
        raise click.UsageError("--workers is for this machine; a scheduler has workers of its own.")
    from nlp.batch.cluster import is_guarded

    try:
        guarded = is_guarded(scheduler)
    except ValueError as error:
        raise click.UsageError(f"--scheduler: {error}.") from error
    if not guarded and not insecure:
        raise click.UsageError(
            f"whoever reaches the scheduler {scheduler} can run code on its workers and on this machine: "
            "use tls:// with certificates, or say --dask-insecure if nobody else is on that network."
        )


def _is_other(path: Path) -> bool:
    try:
        return path.exists() and not path.is_dir()
    except OSError as error:
        raise cannot_write(file_name(path), error) from error


def _check_found(found: Found, *, prune: bool) -> None:
    """Refuse to go on with nothing: most likely a path was mistyped."""
    if not found.sources:
        over = f"; {kinds(found.passed_over)} passed over" if found.passed_over else ""
        raise Empty(f"no PDF or .txt was found in what was named{over}", hint="Check the paths.")
    if prune and all(source.trouble is not None for source in found.sources):
        raise click.UsageError(
            "--prune would drop every result, for none of the inputs can be read; check the paths."
        )


@contextmanager
def _writable(folder: RunFolder, output: str, *, break_lock: bool) -> Iterator[None]:
    """Make and lock the run folder."""
    with ExitStack() as stack:
        try:
            folder.folder.make()
            stack.enter_context(folder.locked(force=break_lock))
        except OSError as error:
            raise cannot_write(file_name(shown(output)), error) from error
        yield


def _order(
    folder: RunFolder,
    options: ReadOptions,
    model: Path | None,
    knowledge: Path | None,
    *,
    session: str | None,
) -> Order:
    from nlp.batch import Order, make_recipe

    recipe = make_recipe(options, model, knowledge)
    return Order(folder.place, options, recipe, model=model, knowledge=knowledge, session=session)


@contextmanager
def _workers(scheduler: str | None, count: int | None) -> Iterator[tuple[Workers, Workers]]:
    """Give what spreads the tagging, and what spreads the reading for hashes."""
    from nlp.batch import Local, Threads, cores

    if scheduler is None:
        yield Local(count or cores()), Threads(_READERS)
        return
    from nlp.batch.cluster import connected

    with connected(scheduler) as cluster:
        yield cluster, cluster


def _run(job: Batch, plan: Plan, gauge: Meter, reporter: Reporter, *, fail_fast: bool) -> None:
    """Do what is planned, telling each failure as it happens."""
    gauge.phase(
        "tagging",
        total=len(plan.todo) + len(plan.unread),
        size=sum(task.bytes for task in plan.todo) + sum(row.bytes for row in plan.unread),
    )
    with closing(job.run(plan, fail_fast=fail_fast)) as rows:
        try:
            for row in rows:
                gauge.finished(row)
                if row.status == "failed":
                    with gauge.paused():
                        reporter.error(_error(row))
        except (KeyboardInterrupt, SystemExit):
            gauge.hide()
            # As sealed: workers may have finished what was not told here.
            left = job.states["waiting"]
            reporter.note(f"Ended early: {left} left; the same command goes on from here")
            raise
        finally:
            gauge.event("summary", inputs=len(job.rows), **job.states)


def _print_summary(rows: Sequence[Row]) -> None:
    from nlp.summary import run_to_text

    Stdout().write(run_to_text(rows, terminal=is_terminal(sys.stdout)).encode("utf-8", "replace"))


def _error(row: Row) -> WsisError:
    error = from_dict(row.error or {})
    error.input = row.input
    return error


def _exit_code(rows: Sequence[Row]) -> int:
    """Sum up; a duplicate is what its first is."""
    states = Counter(row.status for row in rows if row.status != "duplicate")
    if not states["failed"]:
        return Exit.DONE if states["done"] else Exit.ALL_FAILED
    if states["done"] or states["waiting"]:
        return Exit.SOME_FAILED
    ours = all((row.error or {}).get("code") == "internal" for row in rows if row.status == "failed")
    return Exit.INTERNAL if ours else Exit.ALL_FAILED
