"""`wsis schema`."""

from __future__ import annotations

import click

from nlp.cli.console import Stdout
from nlp.schema import dumps, json_schema


@click.command()
def schema() -> None:
    """Print the JSON Schema (draft 2020-12) of what `wsis tag` writes.

    A line of JSONL output is described by its `$defs/block`.

    \b
    Example:
      wsis schema > document.schema.json
    """
    Stdout().write((dumps(json_schema(), indent=2) + "\n").encode())
