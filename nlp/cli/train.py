"""`wsis train`: annotated rows to a model folder."""

from __future__ import annotations

import json
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from nlp.cli.console import Reporter, Stdout
from nlp.cli.options import talk_options
from nlp.cli.progress import phases
from nlp.files import cannot_write, writing

if TYPE_CHECKING:
    from nlp.training.rows import Encode, Mark

_REGISTRY = "registry.json"
_FOLDER = re.compile(r"([a-z][a-z0-9-]*)-([0-9]+(?:\.[0-9]+)*)")


def _model_folder(_ctx: click.Context, _param: click.Parameter, value: Path) -> Path:
    if not _FOLDER.fullmatch(value.name):
        raise click.BadParameter(f"{value.name!r} must be NAME-VERSION, as actionlines-0.3.0.")
    if not value.absolute().parent.is_dir():
        raise click.BadParameter(f"there is no folder {value.parent}; make it first.")
    return value


@click.command()
@click.argument("corpus", type=click.Path(exists=True, path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    callback=_model_folder,
    metavar="FOLDER",
    help="The model folder to be; its name tells name and version: models/actionlines-0.3.0.",
)
@click.option("--overwrite", is_flag=True, help="Replace the folder if it is there.")
@click.option("--without-encoder", is_flag=True, help="Learn from words alone.")
@click.option(
    "--default",
    "make_default",
    is_flag=True,
    help="Make it the model that is used: name it in registry.json beside it.",
)
@talk_options
def train(
    *,
    corpus: Path,
    output: Path,
    overwrite: bool,
    without_encoder: bool,
    make_default: bool,
    error_format: str,
    quiet: bool,
) -> None:
    """Train a model on annotated rows, judge it, and write its folder.

    CORPUS is a .jsonl file of rows, or a folder of such files (see corpus/README.md). The
    figures come from rows that the weights had not seen, and stand in FOLDER/CARD.md. The same
    rows give the same bytes.

    \b
    Examples:
      wsis train corpus -o models/actionlines-0.3.0
      wsis tag submission.pdf --model models/actionlines-0.3.0
    """
    from nlp.corpus import read_corpus
    from nlp.evaluation.report import headline
    from nlp.training import count_steps
    from nlp.training import train as fit

    reporter = Reporter(as_json=error_format == "json", quiet=quiet)
    if output.exists() and not overwrite:
        raise click.UsageError(f"{output} is there already; give another version, or --overwrite.")
    examples = read_corpus(corpus)
    encode = None if without_encoder else load_encoder()
    name, version = _FOLDER.fullmatch(output.name).groups()  # type: ignore[union-attr]
    total = count_steps(heads=1 if encode is None else 2)
    try:
        # Training takes minutes: a place that takes no folder must be told before.
        with TemporaryDirectory(prefix=".wsis-", dir=output.absolute().parent):
            pass
        with phases(total, reporter) as steps:
            figures = fit(
                examples,
                output,
                name=name,
                version=version,
                encode=encode,
                mark=load_marker(),
                steps=steps,
                overwrite=overwrite,
            )
    except OSError as error:
        raise cannot_write(str(output), error) from error
    if make_default:
        _make_default(output)
    Stdout().write(
        f"{output}\nOn writers left out: {headline(figures)}.\nMore in {output / 'CARD.md'}.\n".encode()
    )


def _make_default(folder: Path) -> None:
    registry = folder.parent / _REGISTRY
    try:
        with writing(registry) as stream:
            stream.write(json.dumps({"default": folder.name}).encode() + b"\n")
    except OSError as error:
        raise cannot_write(str(registry), error) from error


def load_encoder() -> Encode:
    """Load the sentence encoder.

    Raises
    ------
    UsageError
        It cannot be used here.
    """
    from nlp.classifier import encoder

    if reason := encoder.missing():
        raise click.UsageError(
            f"the sentence encoder cannot be used ({reason}); install what is missing, "
            "or give --without-encoder."
        )
    return encoder.Encoder().encode


def load_marker() -> Mark:
    """Load what finds the action lines that a text names, as `wsis tag` does."""
    from nlp.entities import EntityTagger
    from nlp.knowledge import load_knowledge

    tagger = EntityTagger(load_knowledge(None))
    return lambda blocks: tagger.tag(blocks, independent=True)
