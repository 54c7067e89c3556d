"""The spaCy pipeline: each component finds (`match`, pure), then writes (`set_annotations`).

    wsis_phrases -> wsis_symbols -> wsis_forms -> wsis_context -> doc.ents

Findings wait in `doc._.found` until `wsis_context` has chosen among them. A document of several
texts shares one `Memory` through `doc._.memory`.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, cast

import nlp.entities.lean  # noqa: F401, isort: skip - comes before spaCy
import spacy
from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span

from nlp.entities import action_lines, context, forms, joined, symbols
from nlp.entities.lexicon import Lexicon
from nlp.entities.words import Words
from nlp.knowledge import WORD, Knowledge

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from spacy.vocab import Vocab

    from nlp.entities.found import Found

TOKENIZER = "wsis.words.v1"
COMPONENTS: tuple[str, ...] = ("wsis_phrases", "wsis_symbols", "wsis_forms", "wsis_context")


def build(knowledge: Knowledge) -> Language:
    """Build the pipeline over the entity lists."""
    for owner, name in ((Doc, "found"), (Doc, "memory"), (Span, "rule"), (Span, "official_name")):
        owner.set_extension(name, default=None, force=True)
    nlp = spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": TOKENIZER}}})
    # No statistical component is here that long texts would overwhelm; limits are kept elsewhere.
    nlp.max_length = sys.maxsize
    lexicon = Lexicon(knowledge)
    for name in COMPONENTS:
        component = nlp.add_pipe(name)
        cast("Component", component).add_lexicon(lexicon)
    return nlp


@spacy.registry.tokenizers(TOKENIZER)  # type: ignore[attr-defined, untyped-decorator]
def _create_tokenizer() -> Callable[[Language], WordTokenizer]:
    """Make the tokenizer as spaCy's configuration asks for it, in place of English's own."""
    return lambda nlp: WordTokenizer(nlp.vocab)


class WordTokenizer:
    """Cut a text into words, signs and white space, so that every finding lies on tokens."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """Make a Doc whose text is `text`, to the last blank."""
        words: list[str] = []
        spaces: list[bool] = []
        for match in WORD.finditer(text):
            piece = match[0]
            if piece[0] == " " and words and not spaces[-1]:
                spaces[-1] = True
                piece = piece[1:]
            if piece:
                words.append(piece)
                spaces.append(False)
        return Doc(self.vocab, words=words, spaces=spaces)


class Component:
    """What the components share: the lexicon, and the two steps."""

    def __init__(self, nlp: Language, name: str) -> None:
        self.vocab = nlp.vocab
        self.name = name
        self.lexicon = Lexicon(Knowledge("", "", ()))

    def add_lexicon(self, lexicon: Lexicon) -> None:
        """Give the component its entity lists."""
        self.lexicon = lexicon

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


@Language.factory("wsis_phrases", assigns=["doc._.found"])
class Phrases(Component):
    """Forms of the entity lists, by phrase matching over folded words."""

    def add_lexicon(self, lexicon: Lexicon) -> None:
        """Compile the forms."""
        super().add_lexicon(lexicon)
        self.matcher = PhraseMatcher(self.vocab)
        self.matcher.add("form", [Doc(self.vocab, words=list(words)) for words in lexicon])

    def match(self, doc: Doc) -> list[Found]:
        """Return all forms, overlapping ones too, and web addresses as nothing."""
        words = words_of(doc)
        folded = Doc(self.vocab, words=words.low)
        findings = [
            found
            for _, start, end in self.matcher(folded)
            for found in self.lexicon.findings(words, start, end)
        ]
        return [*findings, *symbols.addresses(doc.text)]


@Language.factory("wsis_symbols", assigns=["doc._.found"], requires=["doc._.found"])
class Symbols(Component):
    """Document symbols and action lines, which have a grammar."""

    def match(self, doc: Doc) -> list[Found]:
        """Return symbols, and action lines by code or title."""
        memory = doc._.memory
        known = memory is not None and memory.action_lines
        return [
            *symbols.match(doc.text),
            *action_lines.match(doc.text, doc._.found or (), self.lexicon.by_id, known=known),
        ]


@Language.factory("wsis_forms", assigns=["doc._.found"], requires=["doc._.found"])
class Forms(Component):
    """Names told together, bodies with their organisation, unlisted names, editions."""

    def match(self, doc: Doc) -> list[Found]:
        """Return the names that follow from their form."""
        words = words_of(doc)
        together = joined.match(words, self.lexicon)
        return [*together, *forms.match(words, [*(doc._.found or ()), *together])]


@Language.factory(
    "wsis_context",
    assigns=["doc.ents", "token.ent_kb_id", "token.ent_id", "span._.rule", "span._.official_name"],
    requires=["doc._.found"],
)
class Context(Component):
    """Chooses among the findings, with what the document said before."""

    def match(self, doc: Doc) -> list[Found]:
        """Return the entities; the document's memory learns from them."""
        memory = doc._.memory or context.Memory()
        entities = context.annotate(words_of(doc), doc._.found or (), memory, self.lexicon)
        memory.action_lines = memory.action_lines or action_lines.talks_of_action_lines(doc.text)
        return entities

    def set_annotations(self, doc: Doc, findings: Sequence[Found]) -> None:
        """Write `doc.ents`."""
        spans = []
        for found in findings:
            span = doc.char_span(
                found.start, found.end, label=found.label or "", kb_id=found.id, span_id=found.id
            )
            if span is not None:
                span._.rule = found.rule
                span._.official_name = found.name
                spans.append(span)
        doc.ents = spans


def words_of(doc: Doc) -> Words:
    """Return the words of a Doc, cut once."""
    words = doc.user_data.get("wsis_words")
    if not isinstance(words, Words):
        words = doc.user_data["wsis_words"] = Words.of(doc.text)
    return words
