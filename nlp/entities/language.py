"""The spaCy pipeline: each component finds (`match`, pure), then writes (`set_annotations`).

    wsis_phrases -> wsis_symbols -> wsis_forms -> wsis_context -> doc.ents

Findings wait in `doc._.found` until `wsis_context` has chosen among them; then they are gone. A document
of several texts shares one `Memory` through `doc._.memory`. The components are registered as entry points, so
that `spacy.load` and `add_pipe` know them wherever this package is installed.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, cast

import nlp.entities.lean  # noqa: F401, isort: skip - comes before spaCy
import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from nlp.entities import action_lines, context, forms, joined, symbols
from nlp.entities.lexicon import Lexicon
from nlp.entities.words import Words
from nlp.knowledge import LANGUAGES, load_knowledge

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from spacy.vocab import Vocab

    from nlp.entities.found import Found
    from nlp.knowledge import Knowledge

TOKENIZER = "wsis.words.v1"
COMPONENTS: tuple[str, ...] = ("wsis_phrases", "wsis_symbols", "wsis_forms", "wsis_context")
#: What every component is made with: a knowledge file of the user's own, and the documents' language.
CONFIG = {"knowledge": None, "language": "en"}

#: Label -> colour for displaCy, readable under black letters.
COLORS: dict[str, str] = {
    "COMMITTEE": "#9ecae9",
    "TECHNOLOGY": "#a1d99b",
    "MEMBER": "#fdd0a2",
    "MEMBER_GROUP": "#fee6ce",
    "AGREEMENT": "#dadaeb",
    "PROGRAMME": "#fbb4c9",
    "ORGANISATION": "#c7e9f1",
    "PUBLICATION": "#e6d5b8",
    "DOCUMENT_SYMBOL": "#d9d9d9",
    "ACTION_LINE": "#ffe680",
}


def build(knowledge: Knowledge | None = None, language: str = "en") -> Language:
    """Build the pipeline over the entity lists, for documents of one language.

    Saved and loaded again it reads the lists of the package, or those of a file named in the
    configuration of its components; a `Knowledge` object given here is not saved with it.
    """
    tokenizer = {"@tokenizers": TOKENIZER, "language": language}
    nlp = spacy.blank(language if language in LANGUAGES else "en", config={"nlp": {"tokenizer": tokenizer}})
    # No statistical component is here that long texts would overwhelm; limits are kept elsewhere.
    nlp.max_length = sys.maxsize
    lexicon = _lexicon(None, language) if knowledge is None else Lexicon(knowledge, language)
    cast("WordTokenizer", nlp.tokenizer).lexicon = lexicon
    for name in COMPONENTS:
        component = nlp.add_pipe(name, config={"language": language})
        cast("Component", component).add_lexicon(lexicon)
    return nlp


@lru_cache(maxsize=8)
def _lexicon(knowledge: str | None, language: str) -> Lexicon:
    """Read the entity lists once for the components of a pipeline made from its configuration."""
    return Lexicon(load_knowledge(Path(knowledge) if knowledge else None), language)


@spacy.registry.tokenizers(TOKENIZER)  # type: ignore[attr-defined, untyped-decorator]
def create_tokenizer(
    knowledge: str | None = None, language: str = "en"
) -> Callable[[Language], WordTokenizer]:
    """Make the tokenizer as spaCy's configuration asks for it, in place of the language's own."""
    return lambda nlp: WordTokenizer(nlp.vocab, knowledge, language)


class WordTokenizer:
    """Cut a text into words, signs and white space, so that every finding lies on tokens."""

    def __init__(self, vocab: Vocab, knowledge: str | None, language: str) -> None:
        self.vocab = vocab
        self.knowledge = knowledge
        self.language = language
        #: Given by who has the entity lists already; read when it is first needed otherwise.
        self.lexicon: Lexicon | None = None

    def __call__(self, text: str) -> Doc:
        """Make a Doc whose text is `text`, to the last blank."""
        if self.lexicon is None:
            self.lexicon = _lexicon(self.knowledge, self.language)
        cut = Words.of(text, self.lexicon.vocabulary)
        words, gaps = list(cut.tokens), list(cut.gaps)
        before = text[: len(text) - len(text.lstrip())]
        if before or not _PLAIN_GAPS.issuperset(gaps):
            words, gaps = _with_space(before, words, gaps)
        doc = Doc(self.vocab, words=words, spaces=[gap == " " for gap in gaps])
        doc.user_data[_STATE] = State(cut)
        return doc

    # spaCy saves a tokenizer with its pipeline; this one has nothing to save.
    def to_bytes(self, **_: object) -> bytes:
        """Return nothing: the rules are code."""
        return b""

    def from_bytes(self, _data: bytes, **_: object) -> WordTokenizer:
        """Return the tokenizer as it is."""
        return self

    def to_disk(self, _path: object, **_: object) -> None:
        """Write nothing: the rules are code."""

    def from_disk(self, _path: object, **_: object) -> WordTokenizer:
        """Return the tokenizer as it is."""
        return self


#: White space after a word that spaCy does not take for a word of its own.
_PLAIN_GAPS = frozenset({"", " "})


def _with_space(before: str, words: list[str], gaps: list[str]) -> tuple[list[str], list[str]]:
    """Make other white space a word: spaCy's words are followed by one blank or nothing."""
    all_words, all_gaps = ([before], [""]) if before else ([], [])
    for word, gap in zip(words, gaps, strict=True):
        blank, more = (" ", gap[1:]) if gap.startswith(" ") else ("", gap)
        all_words.append(word)
        all_gaps.append(blank)
        if more:
            all_words.append(more)
            all_gaps.append("")
    return all_words, all_gaps


@dataclass(slots=True)
class State:
    """What the components know of a Doc while it is in the pipeline."""

    words: Words
    found: list[Found] = field(default_factory=list)
    memory: context.Memory = field(default_factory=context.Memory)


_STATE = "wsis"


def state_of(doc: Doc, lexicon: Lexicon | None = None) -> State:
    """Return the state of a Doc; one is made where another tokenizer has cut it."""
    state = doc.user_data.get(_STATE)
    if not isinstance(state, State):
        known = lexicon.vocabulary if lexicon else frozenset[str]()
        state = doc.user_data[_STATE] = State(Words.of(doc.text, known))
    return state


def _found(doc: Doc) -> list[Found]:
    state = doc.user_data.get(_STATE)
    return state.found if isinstance(state, State) else []


def _set_memory(doc: Doc, memory: context.Memory) -> None:
    state_of(doc).memory = memory


def _extend() -> None:
    """Register what Docs and Spans carry beyond spaCy's own; again and again is once."""
    for name in ("rule", "official_name", "body", "member"):
        Span.set_extension(name, default=None, force=True)
    Doc.set_extension("found", getter=_found, force=True)
    Doc.set_extension("memory", getter=lambda doc: state_of(doc).memory, setter=_set_memory, force=True)


class Component:
    """What the components share: the lexicon, and the two steps."""

    def __init__(self, nlp: Language, name: str, knowledge: str | None, language: str) -> None:
        _extend()
        self.vocab = nlp.vocab
        self.name = name
        self.knowledge = knowledge
        self.language = language
        self._lexicon: Lexicon | None = None

    def add_lexicon(self, lexicon: Lexicon) -> None:
        """Give the component its entity lists."""
        self._lexicon = lexicon

    @property
    def lexicon(self) -> Lexicon:
        """The entity lists, read when they are first needed unless somebody gave them."""
        if self._lexicon is None:
            self.add_lexicon(_lexicon(self.knowledge, self.language))
        return cast("Lexicon", self._lexicon)

    def match(self, doc: Doc) -> list[Found]:
        """Return what this component finds, leaving the Doc as it is."""
        raise NotImplementedError

    def set_annotations(self, doc: Doc, findings: Sequence[Found]) -> None:
        """Write the findings to the Doc."""
        state_of(doc).found += findings

    def __call__(self, doc: Doc) -> Doc:
        """Find and write."""
        self.set_annotations(doc, self.match(doc))
        return doc


@Language.factory("wsis_phrases", assigns=["doc._.found"], default_config=CONFIG)
class Phrases(Component):
    """Forms of the entity lists, by phrase matching over folded words.

    spaCy's `PhraseMatcher` would need a Doc of each form (a fifth of a second at start-up) and a second
    Doc of each text, for hyphens and white space are no words here.
    """

    def match(self, doc: Doc) -> list[Found]:
        """Return all forms, overlapping ones too, and web addresses as nothing."""
        words = state_of(doc, self.lexicon).words
        return [*self.lexicon.match(words), *symbols.addresses(words.text)]


@Language.factory("wsis_symbols", assigns=["doc._.found"], requires=["doc._.found"], default_config=CONFIG)
class Symbols(Component):
    """Document symbols and action lines, which have a grammar."""

    def match(self, doc: Doc) -> list[Found]:
        """Return symbols, and action lines by code or title."""
        state = state_of(doc, self.lexicon)
        known, text = state.memory.action_lines, state.words.text
        return [
            *symbols.match(text),
            *action_lines.match(text, state.found, self.lexicon.by_id, known=known),
        ]


@Language.factory("wsis_forms", assigns=["doc._.found"], requires=["doc._.found"], default_config=CONFIG)
class Forms(Component):
    """Names told together, bodies with their organisation, unlisted names, editions."""

    def match(self, doc: Doc) -> list[Found]:
        """Return the names that follow from their form."""
        state = state_of(doc, self.lexicon)
        together = joined.match(state.words, self.lexicon)
        found = [*state.found, *together]
        return [*together, *forms.match(state.words, found, prose=state.memory.prose)]


@Language.factory(
    "wsis_context",
    assigns=[
        "doc.ents",
        "token.ent_type",
        "token.ent_iob",
        "token.ent_kb_id",
        "token.ent_id",
        "span._.rule",
        "span._.official_name",
        "span._.body",
        "span._.member",
    ],
    requires=["doc._.found"],
    default_config=CONFIG,
)
class Context(Component):
    """Chooses among the findings, with what the document said before."""

    def match(self, doc: Doc) -> list[Found]:
        """Return the entities; the document's memory learns from them."""
        state = state_of(doc, self.lexicon)
        memory = state.memory
        entities = context.annotate(state.words, state.found, memory, self.lexicon)
        if not memory.action_lines:
            memory.action_lines = action_lines.talks_of_action_lines(state.words.text)
        return entities

    def set_annotations(self, doc: Doc, findings: Sequence[Found]) -> None:
        """Write `doc.ents`; those of other components stay where ours leave room."""
        spans = []
        for found in findings:
            # With a tokenizer other than ours a name may end inside a token.
            span = doc.char_span(
                found.start, found.end, found.label or "", found.id, alignment_mode="expand", span_id=found.id
            )
            if span is None:
                continue
            span._.rule = found.rule
            span._.official_name = found.name
            if found.label == "DOCUMENT_SYMBOL":
                span._.body, span._.member = self.lexicon.series.tell(found.id)
            spans.append(span)
        if any(one.end > other.start for one, other in pairwise(spans)):
            spans = spacy.util.filter_spans(spans)
        if doc.ents:
            spans += [other for other in doc.ents if not any(_overlap(other, span) for span in spans)]
        doc.ents = spans
        # A Doc is saved with its user data, and of these nobody could read it back.
        doc.user_data.pop(_STATE, None)


def _overlap(one: Span, other: Span) -> bool:
    return bool(one.start < other.end and other.start < one.end)
