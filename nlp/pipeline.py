"""The stages composed: a PDF, a text or rows in; the same with entities and action lines out.

Owns the order of the stages and what a document says of its making. The stages themselves
are given to it; `load_tagger` builds them from disk, and only that imports the heavy libraries.
"""

from __future__ import annotations

import gc
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Protocol

import nlp
from nlp.inputs import read_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from nlp.document import ActionLine, Block, Document, Entity
    from nlp.settings import Limits, ReadOptions

#: Rows that are tagged at a time: enough to keep the encoder busy, few enough to see output.
CHUNK = 64


class Model(Protocol):
    """What the pipeline needs of a classifier."""

    @property
    def name(self) -> str:
        """Name of the model's directory, without the version."""

    @property
    def version(self) -> str:
        """Version of the model."""

    @property
    def sha256(self) -> str:
        """Hash over the model's files."""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that it reads, the one that it reads best first."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader of its results must know."""

    def classify(
        self, blocks: Sequence[Block], languages: Sequence[str] | None = None
    ) -> list[tuple[dict[str, float], tuple[ActionLine, ...]]]:
        """Give each block its scores, and the lines it is assigned to or up for review."""


class EntityMarker(Protocol):
    """What the pipeline needs of the entity stage."""

    def tag(
        self, blocks: Sequence[Block], languages: Sequence[str] | None = None, *, independent: bool = False
    ) -> list[tuple[Entity, ...]]:
        """Mark each block's entities; `independent` blocks teach each other no short names."""


class EntityLists(Protocol):
    """What the pipeline needs of the knowledge files."""

    @property
    def version(self) -> str:
        """Version of the knowledge files."""

    @property
    def sha256(self) -> str:
        """Hash over the knowledge files."""

    def members_of(self, group: str, day: date) -> tuple[str, ...]:
        """Name those who belonged to a group on a day; nobody where that is not known."""


def produced_by(model: Model, knowledge: EntityLists) -> dict[str, object]:
    """Tell versions and hashes of all that decides the output."""
    return {
        "version": nlp.__version__,
        "model": {"name": model.name, "version": model.version, "sha256": model.sha256},
        "knowledge": {"version": knowledge.version, "sha256": knowledge.sha256},
    }


class DocumentTagger(Protocol):
    """What tags a document that was read."""

    def tag(self, document: Document) -> Document:
        """Tag a document; its text, ids and regions stay as they are."""


@dataclass(frozen=True, slots=True)
class Tagger:
    """The stages after reading: entities, then action lines."""

    model: Model
    knowledge: EntityLists
    entities: EntityMarker

    @property
    def produced_by(self) -> dict[str, object]:
        """Versions and hashes of all that decides the output."""
        return produced_by(self.model, self.knowledge)

    def tag(self, document: Document) -> Document:
        """Tag a document that was read; its text, ids and regions stay as they are."""
        blocks = tuple(self.tag_blocks(document.blocks, [document.language] * len(document.blocks)))
        return replace(
            document,
            produced_by=self.produced_by,
            blocks=blocks,
            groups=self._groups(blocks, document.date),
            warnings=(
                *document.warnings,
                *_language_warnings(document.language, self.model.languages),
                *self.model.warnings,
            ),
        )

    def _groups(self, blocks: Iterable[Block], day: str | None) -> dict[str, tuple[str, ...]]:
        """Return who belonged to each marked group when the document was written."""
        if day is None:
            return {}
        named = {
            ident
            for block in blocks
            for entity in block.entities
            if entity.label == "MEMBER_GROUP"
            for ident in entity.id.split("+")
        }
        groups = {ident: self.knowledge.members_of(ident, date.fromisoformat(day)) for ident in sorted(named)}
        return {ident: members for ident, members in groups.items() if members}

    def tag_blocks(
        self, blocks: Sequence[Block], languages: Sequence[str], *, independent: bool = False
    ) -> list[Block]:
        """Tag blocks of one document, or `independent` ones that have nothing to do with each other."""
        entities = self.entities.tag(blocks, languages, independent=independent)
        tagged = [replace(block, entities=found) for block, found in zip(blocks, entities, strict=True)]
        judged = self.model.classify(tagged, languages)
        return [
            replace(block, scores=scores, action_lines=lines)
            for block, (scores, lines) in zip(tagged, judged, strict=True)
        ]

    def pipe(self, blocks: Iterable[Block], *, chunk: int = CHUNK) -> Iterator[Block]:
        """Tag a stream of independent blocks in order, never holding more than `chunk` of them."""
        from nlp.language import language_of

        stream = iter(blocks)
        while part := list(islice(stream, chunk)):
            yield from self.tag_blocks(part, [language_of(block.text) for block in part], independent=True)


def load_tagger(
    model: Path | None = None, knowledge: Path | None = None, *, threads: int | None = None
) -> Tagger:
    """Build the stages from disk.

    Parameters
    ----------
    model : Path, optional
        A model directory; the one that comes with the package otherwise.
    knowledge : Path, optional
        A file of further entries, besides those of the package.
    threads : int, optional
        Texts that the classifier reads at a time. No result depends on it.

    Raises
    ------
    ModelInvalid
        When a file is missing, changed, or of another version.
    """
    from nlp.classifier import load_model
    from nlp.entities import EntityTagger
    from nlp.knowledge import load_knowledge

    lists = load_knowledge(knowledge)
    classifier = load_model(model) if threads is None else load_model(model, threads=threads)
    return Tagger(model=classifier, knowledge=lists, entities=EntityTagger(lists))


def load_for_good(
    model: Path | None = None, knowledge: Path | None = None, *, threads: int | None = None
) -> Tagger:
    """Build the stages for a process that tags until it ends; see `load_tagger`.

    Python's collector would go through a million new objects a dozen times, and all of them stay:
    that is an eighth of the whole time of a short document (measured). So it is off meanwhile,
    and passes over what there is from then on.
    """
    gc.disable()
    try:
        return load_tagger(model, knowledge, threads=threads)
    finally:
        gc.freeze()
        gc.enable()


def tag_pdf(
    path: Path, options: ReadOptions, tagger: Callable[[], DocumentTagger], *, source: str | None = None
) -> Document:
    """Read and tag one PDF.

    Parameters
    ----------
    path : Path
        The file.
    options : ReadOptions
        Pages to read, OCR and limits.
    tagger : callable
        Gives the tagger. It is called while the child process reads the PDF, so that loading
        the models takes no time of its own.
    source : str, optional
        The name to tell in the output; the file's own name otherwise.

    Raises
    ------
    WsisError
        When the file cannot be read within the limits, or the models cannot be loaded.
    """
    from nlp.pdf import start_reading

    with start_reading(path, options, source=source) as pending:
        stages = tagger()
        return stages.tag(pending.result())


def tag_text(data: bytes, limits: Limits, tagger: Callable[[], DocumentTagger], *, source: str) -> Document:
    """Read and tag plain text, UTF-8 with paragraphs parted by blank lines.

    Raises
    ------
    WsisError
        When the text cannot be read within the limits, or the models cannot be loaded.
    """
    from nlp.language import language_of

    document = read_text(data, source, limits)
    language = language_of(" ".join(block.text for block in document.blocks))
    return tagger().tag(replace(document, language=language))


def _language_warnings(language: str, known: Sequence[str]) -> tuple[str, ...]:
    if language == known[0]:
        return ()
    if language in known:
        return (f"the language is {language}: action lines were found by words alone, which is less exact",)
    trained = f"the model was trained on {', '.join(known)}"
    if language == "und":
        return (f"the language could not be told; {trained}",)
    return (f"the language is {language}, but {trained}: check the action lines by hand",)
