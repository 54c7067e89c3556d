"""Blocks in, entities out: runs the spaCy pipeline over one document at a time."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, cast

from nlp.display import SURROGATE
from nlp.document import Entity
from nlp.entities.context import Memory
from nlp.knowledge import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spacy.language import Language
    from spacy.tokens import Span

    from nlp.document import Block, EntityLabel
    from nlp.knowledge import Knowledge


class EntityTagger:
    """Finds the entities of documents.

    Parameters
    ----------
    knowledge : Knowledge
        The entity lists; the pipeline over them is built once, here.

    Notes
    -----
    One thread at a time: the vocabulary is shared.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self._pipelines = {"en": self._build("en")}

    def _build(self, language: str) -> Language:
        from nlp.entities.language import build

        nlp = build(self.knowledge, language)
        # Our components never ask what spaCy would compute of each new word: its shape, whether it is a
        # number. `build_language` leaves that to those who use the pipeline alone.
        nlp.vocab.lex_attr_getters = {}  # type: ignore[attr-defined]
        return nlp

    def pipeline(self, language: str) -> Language:
        """Return the pipeline for documents of this language; English where we have no names in it."""
        known = language if language in LANGUAGES else "en"
        if known not in self._pipelines:
            self._pipelines[known] = self._build(known)
        return self._pipelines[known]

    def tag(
        self, blocks: Sequence[Block], languages: Sequence[str] | None = None, *, independent: bool = False
    ) -> list[tuple[Entity, ...]]:
        """Find the entities of the blocks of one document, in reading order.

        Parameters
        ----------
        blocks : sequence of Block
            Only `text`, `kind` and `section` are read.
        languages : sequence of str, optional
            The language of each block, ISO 639-1, or English for all.
        independent : bool
            Each block is a document of its own: nothing is remembered between them.

        Returns
        -------
        list of tuple of Entity
            As many as blocks; by their starts, without overlaps, in code points.
        """
        memory = Memory()
        tagged: list[tuple[Entity, ...]] = []
        spoken = languages if languages is not None else ["en"] * len(blocks)
        pipelines = {language: self.pipeline(language) for language in spoken}
        with ExitStack() as zones:
            # The vocabularies forget the words of the document afterwards: a service stays as large
            # as it began.
            for nlp in {id(nlp): nlp for nlp in pipelines.values()}.values():
                zones.enter_context(nlp.memory_zone())
            for block, language in zip(blocks, spoken, strict=True):
                nlp = pipelines[language]
                if independent:
                    memory = Memory()
                self._enter(nlp, memory, block.section)
                memory.prose = block.kind != "table"
                tagged.append(self._entities(nlp, block.text, memory))
        return tagged

    def _enter(self, nlp: Language, memory: Memory, section: tuple[str, ...]) -> None:
        """Begin or go on with a section; its headings name things for it."""
        memory.section = section
        if section in memory.entered:
            return
        memory.entered.add(section)
        memory.prose = True
        for heading in section:
            self._entities(nlp, heading, memory)

    def _entities(self, nlp: Language, text: str, memory: Memory) -> tuple[Entity, ...]:
        doc = nlp.make_doc(SURROGATE.sub("\ufffd", text))
        doc._.memory = memory
        return tuple(_entity(span, text) for span in nlp(doc).ents)


def _entity(span: Span, text: str) -> Entity:
    start, end, told = span.start_char, span.end_char, span._
    return Entity(
        start,
        end,
        text[start:end],
        cast("EntityLabel", span.label_),
        span.kb_id_,
        told.official_name,
        told.rule,
        told.body,
        told.member,
    )
