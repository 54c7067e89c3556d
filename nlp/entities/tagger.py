"""Blocks in, entities out: runs the spaCy pipeline over one document at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from nlp.display import SURROGATE
from nlp.document import Entity
from nlp.entities.context import Memory

if TYPE_CHECKING:
    from collections.abc import Sequence

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
        from nlp.entities.language import build

        self.nlp = build(knowledge)

    def tag(self, blocks: Sequence[Block], *, independent: bool = False) -> list[tuple[Entity, ...]]:
        """Find the entities of the blocks of one document, in reading order.

        Parameters
        ----------
        blocks : sequence of Block
            Only `text` and `section` are read.
        independent : bool
            Each block is a document of its own: nothing is remembered between them.

        Returns
        -------
        list of tuple of Entity
            As many as blocks; by their starts, without overlaps, in code points.
        """
        memory = Memory()
        tagged: list[tuple[Entity, ...]] = []
        # The vocabulary forgets the words of the document afterwards: a service stays as large
        # as it began.
        with self.nlp.memory_zone():
            for block in blocks:
                if independent:
                    memory = Memory()
                self._enter(memory, block.section)
                tagged.append(self._entities(block.text, memory))
        return tagged

    def _enter(self, memory: Memory, section: tuple[str, ...]) -> None:
        """Begin or go on with a section; its headings name things for it."""
        memory.section = section
        if section in memory.entered:
            return
        memory.entered.add(section)
        for heading in section:
            self._entities(heading, memory)

    def _entities(self, text: str, memory: Memory) -> tuple[Entity, ...]:
        doc = self.nlp.make_doc(SURROGATE.sub("\ufffd", text))
        doc._.memory = memory
        return tuple(
            Entity(
                ent.start_char,
                ent.end_char,
                text[ent.start_char : ent.end_char],
                cast("EntityLabel", ent.label_),
                ent.kb_id_,
                ent._.official_name,
                ent._.rule,
            )
            for ent in self.nlp(doc).ents
        )
