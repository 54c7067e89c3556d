"""Options that commands share, as decorators; each default comes from `nlp.settings`."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from nlp.settings import MIB, Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

F = TypeVar("F", bound="Callable[..., Any]")

_DEFAULTS = Limits()
#: Eleven days, or a tebibyte; the system's timers take no more than the double.
_MOST = 1_000_000


def _page_ranges(
    _ctx: click.Context, _param: click.Parameter, value: str | None
) -> tuple[tuple[int, int], ...]:
    """`1-3,7` as inclusive ranges."""
    ranges = []
    for part in value.split(",") if value is not None else ():
        match = re.fullmatch(r"\s*([0-9]{1,9})(?:\s*-\s*([0-9]{1,9}))?\s*", part)
        first = int(match[1]) if match else 0
        last = int(match[2] or match[1]) if match else 0
        if not 1 <= first <= last:
            raise click.BadParameter(f"{part!r} is no page or range; write 1-3,7 (pages count from 1).")
        ranges.append((first, last))
    return tuple(ranges)


class _Amount(click.FloatRange):
    """Seconds or MiB: a number that can be counted with."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:  # noqa: ANN401
        """Refuse what is no number, or more than anybody has."""
        number: float = super().convert(value, param, ctx)
        if math.isnan(number) or number > _MOST:
            self.fail(f"{value} is not a number up to {_MOST:,}.", param, ctx)
        return number


def _bundle(*options: Callable[[F], F]) -> Callable[[F], F]:
    def decorate(command: F) -> F:
        # Decorators apply from the inside out; help lists options in the order given here.
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


reading_options = _bundle(
    click.option(
        "--pages", callback=_page_ranges, metavar="RANGES", help="Only these pages of a PDF: 1-3,7."
    ),
    click.option(
        "--ocr",
        type=click.Choice(["never", "auto"]),
        default="never",
        show_default=True,
        help="Whether to read pictures of text with tesseract, if that is installed.",
    ),
)

limit_options = _bundle(
    click.option(
        "--timeout",
        type=_Amount(min=0, min_open=True),
        default=_DEFAULTS.seconds,
        show_default=True,
        metavar="SECONDS",
        help=f"Time for reading a PDF of up to {_DEFAULTS.pages_in_seconds} pages.",
    ),
    click.option(
        "--timeout-per-page",
        type=_Amount(min=0),
        default=_DEFAULTS.seconds_per_page,
        show_default=True,
        metavar="SECONDS",
        help="Time added for each further page.",
    ),
    click.option(
        "--max-pages",
        type=click.IntRange(min=1),
        default=_DEFAULTS.pages,
        show_default=True,
        metavar="N",
        help="Pages a PDF may have.",
    ),
    click.option(
        "--max-size",
        type=_Amount(min=0, min_open=True),
        default=_DEFAULTS.file_bytes / MIB,
        show_default=True,
        metavar="MIB",
        help="Size a file may have.",
    ),
    click.option(
        "--memory-limit",
        type=_Amount(min=0, min_open=True),
        default=_DEFAULTS.memory_bytes / MIB,
        show_default=True,
        metavar="MIB",
        help="Memory that reading a PDF may take.",
    ),
    click.option(
        "--max-blocks",
        type=click.IntRange(min=1),
        default=_DEFAULTS.blocks,
        show_default=True,
        metavar="N",
        help="Blocks a document may have.",
    ),
    click.option(
        "--max-characters",
        type=click.IntRange(min=1),
        default=_DEFAULTS.characters,
        show_default=True,
        metavar="N",
        help="Characters that a document, or a row, may have.",
    ),
)

knowledge_option = click.option(
    "--knowledge",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Entries of your own (TOML) besides those of the package, or in their place.",
)

model_options = _bundle(
    click.option(
        "--model",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        metavar="FOLDER",
        help="A model folder instead of the one that comes with the package.",
    ),
    knowledge_option,
)

talk_options = _bundle(
    click.option(
        "--error-format",
        type=click.Choice(["text", "json"]),
        default="text",
        show_default=True,
        help="How errors are told on standard error.",
    ),
    click.option("-q", "--quiet", is_flag=True, help="Tell errors only: no progress, notes or warnings."),
)


def limits_from(values: Mapping[str, float]) -> Limits:
    """Make the limits of what `limit_options` parsed."""
    return Limits(
        file_bytes=int(values["max_size"] * MIB),
        pages=int(values["max_pages"]),
        seconds=values["timeout"],
        seconds_per_page=values["timeout_per_page"],
        memory_bytes=int(values["memory_limit"] * MIB),
        blocks=int(values["max_blocks"]),
        characters=int(values["max_characters"]),
    )
