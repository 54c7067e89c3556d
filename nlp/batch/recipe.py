"""What a batch's results are made with: the recipe that decides whether a result is still good."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from nlp import pipeline
from nlp.classifier import load_model
from nlp.knowledge import load_knowledge
from nlp.runs import Recipe
from nlp.schema import SCHEMA_VERSION

if TYPE_CHECKING:
    from pathlib import Path

    from nlp.pipeline import Tagger
    from nlp.settings import ReadOptions

#: The libraries whose version can change a result.
_LIBRARIES = (
    "lingua-language-detector",
    "numpy",
    "onnxruntime",
    "pdfminer.six",
    "pdfplumber",
    "spacy",
    "tokenizers",
)


def make_recipe(options: ReadOptions, model: Path | None, knowledge: Path | None) -> Recipe:
    """Tell what results are made with.

    Parameters
    ----------
    options : ReadOptions
        Pages, OCR and limits; all of them, for each can turn a result into an error or back.
    model, knowledge : Path, optional
        As for `nlp.pipeline.load_tagger`.

    Raises
    ------
    ModelInvalid
        When the model or the lists are missing, changed, or of another version.
    """
    settings: dict[str, Any] = {**asdict(options), "pages": [list(span) for span in options.pages]}
    # Not the whole tagger, which a process that leaves the work to others has no use for.
    produced_by = pipeline.produced_by(load_model(model), load_knowledge(knowledge))
    return Recipe(settings, {"schema": SCHEMA_VERSION, **produced_by, "libraries": libraries()})


@cache
def libraries() -> dict[str, str]:
    """Name the versions of the libraries that read and judge, as they are installed here."""
    found = {}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def differences(recipe: Recipe, tagger: Tagger) -> list[str]:
    """Name what this machine has otherwise than a batch's recipe says."""
    here = {"schema": SCHEMA_VERSION, **tagger.produced_by, "libraries": libraries()}
    return [name for name in here if here[name] != recipe.versions.get(name)]
