"""The command line: parse, call, print. Each command is a module of its own, loaded when it is run.

Owns the group, the mapping of every way to end onto an exit code, and nothing of the work.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
from typing import TYPE_CHECKING, Any, NoReturn

import click

from nlp.cli.console import Reporter, StdoutClosed, wants_json
from nlp.errors import Exit, InternalError, WsisError
from nlp.files import cannot_write

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

#: Command -> where it is and its line in the overview, so that `wsis --help` imports none of them.
COMMANDS: dict[str, tuple[str, str]] = {
    "batch": ("nlp.cli.batch:batch", "Tag many submissions into a run folder."),
    "completion": (
        "nlp.cli.completion:completion",
        "Print a script that makes SHELL complete commands, options and file names.",
    ),
    "evaluate": ("nlp.cli.evaluate:evaluate", "Judge labels against annotated rows."),
    "export": ("nlp.cli.export:export", "Write the blocks, entities and labels of a run as tables."),
    "knowledge": (
        "nlp.cli.knowledge:knowledge",
        "Look at the names that `wsis tag` knows, and check those of your own.",
    ),
    "schema": ("nlp.cli.schema:schema", "Print the JSON Schema (draft 2020-12) of what `wsis tag` writes."),
    "tag": ("nlp.cli.tag:tag", "Mark entities and action lines in submissions."),
    "train": ("nlp.cli.train:train", "Train a model on annotated rows, judge it, and write its folder."),
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are run or completed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in order."""
        return sorted({*super().list_commands(ctx), *COMMANDS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import one command."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that was typed, or name the nearest ones."""
        if args[0] not in COMMANDS and not args[0].startswith("-") and not ctx.resilient_parsing:
            raise click.UsageError(_no_such_command(args[0]), ctx=ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(ctx)])


def _no_such_command(name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, COMMANDS)
    return f"No such command {name!r}. " + (
        f"Did you mean {' or '.join(near)}?" if near else f"Commands: {', '.join(sorted(COMMANDS))}."
    )


def _print_version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from nlp.cli.version import version_text

        text, usable = version_text()
        click.echo(text)
        ctx.exit(Exit.DONE if usable else Exit.MODEL)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Each command has its own help: wsis tag --help",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the versions of program, model and knowledge files.",
)
def cli() -> None:
    """Read WTO and WSIS submissions, and mark what they say.

    \b
    Example:
      wsis tag submission.pdf --format text
      wsis tag submission.pdf -o submission.json
    """


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and end the process."""
    sys.exit(run(args))


def run(args: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    args : sequence of str, optional
        The words after `wsis`; those of this process otherwise.

    Returns
    -------
    int
        One of `nlp.errors.Exit`. No way to end shows a traceback, unless `WSIS_DEBUG` is set.
    """
    _fill_standard_descriptors()
    arguments = list(sys.argv[1:] if args is None else args)
    previous = signal.signal(signal.SIGTERM, _terminate)
    try:
        code = _run(arguments, Reporter(as_json=wants_json(arguments)))
        return _flush_stdout(code)
    finally:
        signal.signal(signal.SIGTERM, previous)


def _run(args: list[str], reporter: Reporter) -> int:
    try:
        code: Any = cli.main(args, prog_name="wsis", standalone_mode=False)
        return int(code or Exit.DONE)
    except click.Abort:
        return Exit.INTERRUPTED
    except click.ClickException as error:
        reporter.usage(error)
        return Exit.USAGE
    except StdoutClosed:
        # Whoever read it has seen enough, as `| head -1` does; that is no failure.
        return Exit.DONE
    except WsisError as error:
        reporter.error(error)
        return error.exit_code
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else Exit.INTERNAL
    except Exception as error:
        if os.environ.get("WSIS_DEBUG"):
            raise
        if isinstance(error, OSError) and error.filename is None:
            # No file is at fault, but a stream: help or versions were printed to a full disk.
            reporter.error(cannot_write("standard output", error))
        else:
            reporter.error(InternalError(f"{type(error).__name__}: {error}"))
        return Exit.INTERNAL


def _fill_standard_descriptors() -> None:
    # A closed one would be given to the next file or pipe, which a child then takes for its own stream.
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(descriptor, True)
    os.close(descriptor)


def _terminate(_number: int, _frame: FrameType | None) -> NoReturn:
    # As an exception it runs every `finally`: children are ended, temporary files removed.
    raise SystemExit(int(Exit.TERMINATED))


def _flush_stdout(code: int) -> int:
    """Flush here, where a failure can be told; the interpreter's own flush would only complain."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError as error:
        # What is left in the buffer must go somewhere when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        if not isinstance(error, BrokenPipeError) and code == Exit.DONE:
            return Exit.INTERNAL
    return code
