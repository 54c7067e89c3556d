"""The entity lists: what can be named, how it is written, and where that is known from.

Reads and checks the knowledge files; finds nothing in texts itself. Names, aliases and acronyms
of one entry all lead to its id; how their letters must be written in a text is the `Case` of
each form.
"""

from __future__ import annotations

from nlp.knowledge.entry import CASES, LANGUAGES, STANDINGS, Case, Entry, Form, Membership
from nlp.knowledge.lists import Clash, Knowledge, clashes
from nlp.knowledge.reading import load_knowledge, read_own, to_record, to_toml
from nlp.knowledge.samples import Sample, load_samples
from nlp.knowledge.writing import HYPHENS, fold, holds, hyphen_inside, pieces, plain, plain_words

__all__ = [
    "CASES",
    "HYPHENS",
    "LANGUAGES",
    "STANDINGS",
    "Case",
    "Clash",
    "Entry",
    "Form",
    "Knowledge",
    "Membership",
    "Sample",
    "clashes",
    "fold",
    "holds",
    "hyphen_inside",
    "load_knowledge",
    "load_samples",
    "pieces",
    "plain",
    "plain_words",
    "read_own",
    "to_record",
    "to_toml",
]
