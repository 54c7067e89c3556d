"""`wsis evaluate`: what labels are worth, printed and saved."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nlp.cli.console import Reporter, Stdout
from nlp.cli.options import talk_options
from nlp.cli.progress import phases
from nlp.cli.train import load_encoder, load_marker
from nlp.files import cannot_write, writing
from nlp.schema import dumps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nlp.document import Example

#: Stands for the model that comes with the package.
_DEFAULT = "default"


@click.command()
@click.argument("rows", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--model",
    metavar="FOLDER",
    help=f"Judge this model on rows it has not seen ({_DEFAULT!r}: the one that comes with the package). "
    "Otherwise the method is judged, in folds of the rows themselves.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default="evaluation",
    show_default=True,
    metavar="FOLDER",
    help="Where report.md, evaluation.json and the pictures go.",
)
@click.option("--without-encoder", is_flag=True, help="Judge what words alone can do.")
@talk_options
def evaluate(
    *, rows: Path, model: str | None, output: Path, without_encoder: bool, error_format: str, quiet: bool
) -> None:
    """Judge labels against annotated rows.

    ROWS is a .jsonl file, or a folder of such files (see corpus/README.md). Without --model, each
    row is labelled by models that have not seen its batch, its document, or its year, beside two
    simpler methods on the same folds: what training on these rows is worth.

    \b
    Examples:
      wsis evaluate corpus
      wsis evaluate reviewed.jsonl --model models/actionlines-0.3.0 -o reviewed/
    """
    from nlp.corpus import read_corpus
    from nlp.evaluation.report import cross_validation_report, model_report

    reporter = Reporter(as_json=error_format == "json", quiet=quiet)
    examples = read_corpus(rows, trainable=model is None)
    if model is None:
        figures, title = _in_folds(examples, output, reporter, without_encoder=without_encoder), "In folds"
        text = cross_validation_report(figures)
    else:
        figures, title = _of_model(model, examples, output, reporter, without_encoder=without_encoder)
        text = model_report(figures)
    text = f"# {title}: {len(examples):,} rows of {rows.name or rows}\n\n{text}\n"
    try:
        _save(output, text, figures, reporter)
    finally:
        # Minutes of work are told even where the disk does not take them.
        Stdout().write(text.encode())


def _in_folds(
    examples: Sequence[Example], output: Path, reporter: Reporter, *, without_encoder: bool
) -> dict[str, Any]:
    from nlp.training import count_steps, cross_validate

    encode = None if without_encoder else load_encoder()
    _make(output)
    total = count_steps(heads=1 if encode is None else 2, fit=False)
    with phases(total, reporter) as steps:
        return cross_validate(examples, encode=encode, mark=load_marker(), steps=steps)


def _of_model(
    name: str, examples: Sequence[Example], output: Path, reporter: Reporter, *, without_encoder: bool
) -> tuple[dict[str, Any], str]:
    from nlp.classifier import Model, default_path, read_model
    from nlp.entities import EntityTagger
    from nlp.evaluation import evaluate as judge
    from nlp.evaluation import judged_figures
    from nlp.knowledge import load_knowledge
    from nlp.pipeline import Tagger

    path = default_path() if name == _DEFAULT else Path(name)
    model = Model(read_model(path), use_encoder=not without_encoder)
    _make(output)
    for warning in model.warnings:
        reporter.warn(path.name, warning)
    known = model.knows_rows({example.id for example in examples})
    if known:
        reporter.warn(
            path.name,
            f"{known} of these rows were in its corpus: it knows their labels, so the figures flatter",
        )
    lists = load_knowledge(None)
    tagger = Tagger(model=model, knowledge=lists, entities=EntityTagger(lists))
    with phases(len(examples), reporter) as steps:
        steps.begin(f"labelling {len(examples):,} rows with {path.name}")
        judged = judge(
            tagger.pipe,
            examples,
            borders=model.borders,
            progress=steps.advance,
        )
    return judged_figures(judged), f"{model.name} {model.version}"


def _make(folder: Path) -> None:
    """Make the folder before the work, not after it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise cannot_write(str(folder), error) from error


def _save(folder: Path, text: str, figures: dict[str, Any], reporter: Reporter) -> None:
    from nlp.evaluation.pictures import draw

    try:
        for name, content in (("report.md", text), ("evaluation.json", dumps(figures, indent=1) + "\n")):
            with writing(folder / name) as stream:
                stream.write(content.encode())
        drawn = draw(figures, folder)
    except OSError as error:
        raise cannot_write(str(folder), error) from error
    if not drawn:
        reporter.warn(str(folder), "no pictures: they need matplotlib; pip install 'wsis-tagger[pictures]'")
    reporter.note(f"Saved in {folder}: report.md, evaluation.json" + "".join(f", {p.name}" for p in drawn))
