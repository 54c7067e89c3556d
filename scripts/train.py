"""Train the action-line model from the corpus: `python scripts/train.py`."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import click

from nlp.classifier.encoder import Encoder
from nlp.corpus import read_corpus
from nlp.errors import WsisError
from nlp.training import train

ROOT = Path(__file__).resolve().parent.parent


@click.command()
@click.option("--corpus", type=click.Path(path_type=Path), default=ROOT / "corpus", help="File or folder.")
@click.option("--models", type=click.Path(path_type=Path), default=ROOT / "models", help="Where it goes.")
@click.option("--version", default="0.1.0", show_default=True)
@click.option("--without-encoder", is_flag=True, help="Learn from words alone.")
@click.option("--default/--no-default", default=True, help="Make it the one that is used.")
def main(*, corpus: Path, models: Path, version: str, without_encoder: bool, default: bool) -> None:
    """Train a model and write MODELS/actionlines-VERSION, replacing it if it is there."""
    start = time.monotonic()

    def tell(step: str) -> None:
        click.echo(f"{time.monotonic() - start:6.1f} s  {step}", err=True)

    path = models / f"actionlines-{version}"
    try:
        digest = train(
            read_corpus(corpus),
            path,
            version=version,
            encode=None if without_encoder else Encoder().encode,
            progress=tell,
            overwrite=True,
        )
    except WsisError as error:
        click.echo(str(error), err=True)
        sys.exit(error.exit_code)
    if default:
        (models / "registry.json").write_text(json.dumps({"default": path.name}) + "\n", encoding="utf-8")
    tell(f"{path.name} {digest}")


if __name__ == "__main__":
    main()
