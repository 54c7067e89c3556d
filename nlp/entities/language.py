"""The spaCy pipeline: each component finds (`match`, pure), then writes (`set_annotations`).

    wsis_phrases -> wsis_symbols -> wsis_forms -> wsis_context -> doc.ents

Findings wait in `doc._.found` until `wsis_context` has chosen among them. A document of several
texts shares one `Memory` through `doc._.memory`. The components are registered as entry points, so
that `spacy.load` and `add_pipe` know them wherever this package is installed.
"""

from __future__ import annotations

import sys
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

import nlp.entities.lean  # noqa: F401, isort: skip - comes before spaCy
import spacy
from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from nlp.entities import action_lines, context, forms, joined, symbols
from nlp.entities.lexicon import Lexicon
from nlp.entities.words import Words
from nlp.knowledge import LANGUAGES, load_knowledge

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nlp.entities.found import Found
    from nlp.knowledge import Knowledge

TOKENIZER = "wsis.words.v1"
COMPONENTS: tuple[str, ...] = ("wsis_phrases", "wsis_symbols", "wsis_forms", "wsis_context")
#: What every component is made with: a knowledge file of the user's own, and the documents' language.
CONFIG = {"knowledge": None, "language": "en"}
#: What stands for a word that no form has: the phrase matcher's vocabulary stays as it began.
UNKNOWN = "\N{WHITE SQUARE}"

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
    """Build the pipeline over the entity lists, for documents of one language."""
    nlp = spacy.blank(
        language if language in LANGUAGES else "en", config={"nlp": {"tokenizer": {"@tokenizers": TOKENIZER}}}
    )
    # No statistical component is here that long texts would overwhelm; limits are kept elsewhere.
    nlp.max_length = sys.maxsize
    lexicon = _lexicon(None, language) if knowledge is None else Lexicon(knowledge, language)
    cast("WordTokenizer", nlp.tokenizer).known = lexicon.vocabulary
    for name in COMPONENTS:
        component = nlp.add_pipe(name, config={"language": language})
        cast("Component", component).add_lexicon(lexicon)
    return nlp


@lru_cache(maxsize=8)
def _lexicon(knowledge: str | None, language: str) -> Lexicon:
    """Read the entity lists once for the components of a pipeline made from its configuration."""
    return Lexicon(load_knowledge(Path(knowledge) if knowledge else None), language)


@spacy.registry.tokenizers(TOKENIZER)  # type: ignore[attr-defined, untyped-decorator]
def create_tokenizer() -> Callable[[Language], WordTokenizer]:
    """Make the tokenizer as spaCy's configuration asks for it, in place of the language's own."""
    return lambda nlp: WordTokenizer(nlp.vocab)


class WordTokenizer:
    """Cut a text into words, signs and white space, so that every finding lies on tokens."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab
        self.known: frozenset[str] = frozenset()

    def __call__(self, text: str) -> Doc:
        """Make a Doc whose text is `text`, to the last blank."""
        cut = Words.of(text, self.known)
        words = [piece for piece, _ in cut.pieces]
        gaps = [gap for _, gap in cut.pieces]
        before = text[: len(text) - len(text.lstrip())]
        if before or not _PLAIN_GAPS.issuperset(gaps):
            words, gaps = _with_space(before, words, gaps)
        doc = Doc(self.vocab, words=words, spaces=[gap == " " for gap in gaps])
        doc.user_data[_WORDS] = cut
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


#: Where the words of a Doc are kept.
_WORDS = "wsis_words"


class Component:
    """What the components share: the lexicon, and the two steps."""

    def __init__(self, nlp: Language, name: str, knowledge: str | None, language: str) -> None:
        for owner, extension in EXTENSIONS:
            if not owner.has_extension(extension):
                owner.set_extension(extension, default=None)
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
        doc._.found = [*(doc._.found or ()), *findings]

    def __call__(self, doc: Doc) -> Doc:
        """Find and write."""
        self.set_annotations(doc, self.match(doc))
        return doc


#: What the Docs and Spans of this pipeline carry beyond spaCy's own.
EXTENSIONS: tuple[tuple[type[Doc | Span], str], ...] = (
    (Doc, "found"),
    (Doc, "memory"),
    (Span, "rule"),
    (Span, "official_name"),
    (Span, "body"),
    (Span, "member"),
)


@Language.factory("wsis_phrases", assigns=["doc._.found"], default_config=CONFIG)
class Phrases(Component):
    """Forms of the entity lists, by phrase matching over folded words."""

    def add_lexicon(self, lexicon: Lexicon) -> None:
        """Compile the forms."""
        super().add_lexicon(lexicon)
        # Its own vocabulary holds the words of the forms and no others, and computes nothing of them.
        self._words = Vocab()
        self.matcher = PhraseMatcher(self._words)
        self.matcher.add("form", [Doc(self._words, words=list(words)) for words in lexicon])

    def match(self, doc: Doc) -> list[Found]:
        """Return all forms, overlapping ones too, and web addresses as nothing."""
        known = self.lexicon.vocabulary
        words = words_of(doc)
        folded = Doc(self._words, words=[word if word in known else UNKNOWN for word in words.low])
        findings = [
            found
            for _, start, end in self.matcher(folded)
            for found in self.lexicon.findings(words, start, end)
        ]
        return [*findings, *symbols.addresses(words.text)]


@Language.factory("wsis_symbols", assigns=["doc._.found"], requires=["doc._.found"], default_config=CONFIG)
class Symbols(Component):
    """Document symbols and action lines, which have a grammar."""

    def match(self, doc: Doc) -> list[Found]:
        """Return symbols, and action lines by code or title."""
        memory = doc._.memory
        known = memory is not None and memory.action_lines
        text = words_of(doc).text
        return [
            *symbols.match(text),
            *action_lines.match(text, doc._.found or (), self.lexicon.by_id, known=known),
        ]


@Language.factory("wsis_forms", assigns=["doc._.found"], requires=["doc._.found"], default_config=CONFIG)
class Forms(Component):
    """Names told together, bodies with their organisation, unlisted names, editions."""

    def match(self, doc: Doc) -> list[Found]:
        """Return the names that follow from their form."""
        words = words_of(doc)
        together = joined.match(words, self.lexicon)
        memory = doc._.memory
        prose = memory is None or memory.prose
        return [*together, *forms.match(words, [*(doc._.found or ()), *together], prose=prose)]


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
        memory = doc._.memory or context.Memory()
        words = words_of(doc)
        entities = context.annotate(words, doc._.found or (), memory, self.lexicon)
        if not memory.action_lines:
            memory.action_lines = action_lines.talks_of_action_lines(words.text)
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
        if doc.ents:
            spans = spacy.util.filter_spans(spans) + [
                other for other in doc.ents if not any(_overlap(other, span) for span in spans)
            ]
        doc.ents = spans


def _overlap(one: Span, other: Span) -> bool:
    return bool(one.start < other.end and other.start < one.end)


def words_of(doc: Doc) -> Words:
    """Return the words of a Doc, cut once."""
    words = doc.user_data.get(_WORDS)
    if not isinstance(words, Words):
        words = doc.user_data[_WORDS] = Words.of(doc.text)
    return words
