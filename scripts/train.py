"""Train the action-line model from the corpus: `python scripts/train.py --help`."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from pathlib import Path

import click

from nlp.classifier.encoder import Encoder
from nlp.corpus import read_corpus
from nlp.errors import WsisError
from nlp.files import writing
from nlp.training import train

ROOT = Path(__file__).resolve().parent.parent


def _version(_ctx: click.Context, _param: click.Parameter, value: str) -> str:
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)*", value):
        raise click.BadParameter(f"{value!r} is no version; write digits and dots, as 0.2.0.")
    return value


def _models(_ctx: click.Context, _param: click.Parameter, value: Path) -> Path:
    if not (value.is_dir() and os.access(value, os.W_OK)):
        raise click.BadParameter(f"{value} is no folder that can be written to; make it first.")
    return value


@click.command()
@click.option("--corpus", type=click.Path(path_type=Path), default=ROOT / "corpus", help="File or folder.")
@click.option(
    "--models",
    type=click.Path(path_type=Path),
    default=ROOT / "models",
    callback=_models,
    help="Where it goes.",
)
@click.option("--version", default="0.1.0", show_default=True, callback=_version, help="Digits and dots.")
@click.option("--without-encoder", is_flag=True, help="Learn from words alone.")
@click.option(
    "--default/--no-default", default=False, show_default=True, help="Make it the one that is used."
)
def main(*, corpus: Path, models: Path, version: str, without_encoder: bool, default: bool) -> None:
    """Train a model and write MODELS/actionlines-VERSION, replacing it if it is there.

    The model that is used is replaced with --default only.
    """
    start = time.monotonic()

    def tell(step: str) -> None:
        click.echo(f"{time.monotonic() - start:6.1f} s  {step}", err=True)

    path = models / f"actionlines-{version}"
    registry = models / "registry.json"
    if not default and path.exists() and _used(registry) == path.name:
        raise click.UsageError(
            f"{path.name} is the model that is used: give another --version, or --default."
        )
    try:
        digest = train(
            read_corpus(corpus),
            path,
            version=version,
            encode=None if without_encoder else Encoder().encode,
            progress=tell,
            overwrite=True,
        )
        if default:
            with writing(registry) as stream:
                stream.write(json.dumps({"default": path.name}).encode() + b"\n")
    except WsisError as error:
        click.echo(str(error), err=True)
        sys.exit(error.exit_code)
    except OSError as error:
        raise click.ClickException(f"{error.filename or models}: {error.strerror}") from error
    tell(f"{path.name} {digest}")


def _used(registry: Path) -> object:
    try:
        return json.loads(registry.read_bytes())["default"]
    except (OSError, ValueError, KeyError, TypeError):
        return None


if __name__ == "__main__":
    main()
