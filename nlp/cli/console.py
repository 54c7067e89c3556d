"""Both ends of the terminal: results as bytes to standard output, talk to standard error.

Results are UTF-8 whatever the locale. Standard error gets one line a message, or one JSON
object with `--error-format json`.
"""

from __future__ import annotations

import sys
from itertools import pairwise
from typing import TYPE_CHECKING, BinaryIO

import click

from nlp.display import printable
from nlp.files import cannot_write
from nlp.schema import dumps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nlp.errors import WsisError


_JSON_WORDS = {"--error-format=json", "--log-format=json"}


class StdoutClosed(Exception):
    """Nobody reads standard output any more."""


class Reporter:
    """Tells errors and warnings on standard error.

    Parameters
    ----------
    as_json : bool
        One JSON object a line instead of words.
    quiet : bool
        Only errors.
    """

    def __init__(self, *, as_json: bool = False, quiet: bool = False) -> None:
        self.as_json = as_json
        self.quiet = quiet

    def error(self, error: WsisError) -> None:
        """Tell an error that keeps its place on the closed list of codes."""
        self._say(dumps(error.to_dict()) if self.as_json else f"Error: {error}")

    def usage(self, error: click.ClickException) -> None:
        """Tell wrong usage; as JSON it has the code `unsupported`."""
        context = error.ctx if isinstance(error, click.UsageError) else None
        command = context.command_path if context else "wsis"
        if not self.as_json:
            if isinstance(error, click.exceptions.NoArgsIsHelpError):
                # Its message is the help already.
                self._say(error.format_message())
                return
            if context:
                self._say(context.get_usage())
            self._say(f"Error: {error.format_message()}")
            self._say(f"Try '{command} --help'.")
            return
        self._say(
            dumps(
                {
                    "type": "urn:wsis-tagger:error:usage",
                    "code": "unsupported",
                    "title": "Wrong usage",
                    "detail": error.format_message(),
                    "input": None,
                    "page": None,
                    "hint": f"See {command} --help.",
                }
            )
        )

    def warn(self, source: str, message: str) -> None:
        """Tell what a reader of the result must know."""
        if self.quiet:
            return
        told = {"level": "warning", "detail": message, "input": source}
        self._say(dumps(told) if self.as_json else f"Warning: {source}: {message}")

    def note(self, message: str) -> None:
        """Tell where something was put."""
        if not self.quiet and not self.as_json:
            self._say(message)

    @staticmethod
    def _say(message: str) -> None:
        # Standard error may be closed, or a pipe whose reader is gone: nobody is left to tell.
        try:
            for line in message.split("\n"):
                click.echo(printable(line), err=True)
        except OSError:
            pass


class Stdout:
    """Standard output as a stream of bytes whose troubles have names of their own."""

    def __init__(self) -> None:
        if sys.stdout is None:
            raise cannot_write("standard output", OSError(0, "it is closed"))
        self._stream: BinaryIO = sys.stdout.buffer

    def write(self, data: bytes) -> None:
        """Write all of it, and let the reader have it now."""
        try:
            self._stream.write(data)
            self._stream.flush()
        except BrokenPipeError as error:
            raise StdoutClosed from error
        except OSError as error:
            raise cannot_write("standard output", error) from error


def stdin() -> BinaryIO:
    """Give standard input as bytes."""
    if sys.stdin is None:
        raise click.UsageError("standard input is closed; give a file, or pipe something in.")
    return sys.stdin.buffer


def is_terminal(stream: object) -> bool:
    """Whether people look at this stream."""
    isatty = getattr(stream, "isatty", None)
    return bool(isatty and isatty())


def wants_json(args: Sequence[str]) -> bool:
    """Whether errors are wanted as JSON, told from the bare words: parsing them may be what fails."""
    return any(
        f"{word}={following}" in _JSON_WORDS or word in _JSON_WORDS
        for word, following in pairwise([*args, ""])
    )
