"""Entities of a text, by rules over the knowledge files; spaCy lives here and nowhere else.

Importing this loads no spaCy: `build_language` and `EntityTagger` do, when they are called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nlp.entities.tagger import EntityTagger

if TYPE_CHECKING:
    from spacy.language import Language

    from nlp.knowledge import Knowledge

__all__ = ["EntityTagger", "build_language"]


def build_language(knowledge: Knowledge | None = None, language: str = "en") -> Language:
    """Build the pipeline as a spaCy `Language`, for use without documents and blocks.

    Its Docs have `ents` with `kb_id_` and `ent_id_`, and on each the extensions `rule` and
    `official_name`.
    """
    from nlp.entities.language import build

    return build(knowledge, language)
