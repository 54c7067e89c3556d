"""What flows through the product: frozen records and their invariants; no input or output here.

A block's text is final once it stands in a `Block`; every offset is checked where the object
that holds it is made, so that a wrong one fails at its source.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

Kind = Literal[
    "heading",
    "paragraph",
    "list_item",
    "footnote",
    "table",
    "header",
    "footer",
    "contents",
    "cover",
    "margin",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

#: Kinds that can carry an action line. Headings, notes and furniture never do (by the
#: labelling rules), so they are not scored: their scores are all 0.
LABELLED_KINDS: frozenset[str] = frozenset({"paragraph", "list_item", "table"})

EntityLabel = Literal[
    "COMMITTEE",
    "TECHNOLOGY",
    "MEMBER",
    "MEMBER_GROUP",
    "AGREEMENT",
    "PROGRAMME",
    "ORGANISATION",
    "PUBLICATION",
    "DOCUMENT_SYMBOL",
    "ACTION_LINE",
]
ENTITY_LABELS: tuple[EntityLabel, ...] = get_args(EntityLabel)

Status = Literal["assigned", "review"]


@dataclass(frozen=True, slots=True)
class Region:
    """A box on a page, in points from the page's top-left corner; pages count from 1."""

    page_number: int
    x0: float
    top: float
    x1: float
    bottom: float

    def __post_init__(self) -> None:
        """Refuse a box that is turned inside out."""
        if self.page_number < 1 or self.x1 < self.x0 or self.bottom < self.top:
            raise ValueError(f"not a box on a page: {self!r}")


@dataclass(frozen=True, slots=True)
class NoteCall:
    """Where a note is called: its mark stood at `offset` (code points) of the block's text.

    `note` is the id of the footnote block, or None when the document holds no such note.
    """

    offset: int
    mark: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Entity:
    """A marked stretch `[start, end)` of a block's text, in code points.

    `id` is the canonical entry of the knowledge files (`wto:tbt`), several joined with `+`;
    `name` its official name; `rule` what found it. A document symbol tells the `body` in whose
    series it is, and of a notification the `member` that made it, by their ids.
    """

    start: int
    end: int
    text: str
    label: EntityLabel
    id: str
    name: str
    rule: str
    body: str | None = None
    member: str | None = None

    def __post_init__(self) -> None:
        """Refuse unknown labels and offsets that cannot hold the text."""
        if self.label not in ENTITY_LABELS:
            raise ValueError(f"unknown entity label {self.label!r}; allowed: {', '.join(ENTITY_LABELS)}")
        if not 0 <= self.start < self.end or self.end - self.start != len(self.text):
            raise ValueError(f"offsets [{self.start}, {self.end}) cannot hold {self.text!r}")


@dataclass(frozen=True, slots=True)
class Word:
    """A stretch of the block's text that spoke for a label, with its weight (log-odds)."""

    start: int
    end: int
    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A labelled corpus row near the block, with cosine similarity."""

    id: str
    similarity: float
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """The action line that a subline belongs to; `sure` when the text is about it, whichever subline."""

    code: str
    probability: float
    sure: bool


@dataclass(frozen=True, slots=True)
class Because:
    """What spoke for a label."""

    words: tuple[Word, ...] = ()
    mention: str | None = None
    heading: str | None = None
    nearest: tuple[Neighbour, ...] = ()
    family: Family | None = None


@dataclass(frozen=True, slots=True)
class ActionLine:
    """An action line that a block is assigned to, or that a person should look at."""

    code: str
    title: str
    probability: float
    threshold: float
    status: Status
    because: Because = Because()


@dataclass(frozen=True, slots=True)
class Block:
    """One unit of a document in reading order: a paragraph, heading, note, table ..."""

    id: str
    kind: Kind
    text: str
    number: str | None = None
    level: int | None = None
    regions: tuple[Region, ...] = ()
    section: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    note_calls: tuple[NoteCall, ...] = ()
    #: Cells of a table, row by row; `text` holds the same, cells joined by a space.
    rows: tuple[tuple[str, ...], ...] = ()
    entities: tuple[Entity, ...] = ()
    scores: dict[str, float] = field(default_factory=dict)
    action_lines: tuple[ActionLine, ...] = ()

    def __post_init__(self) -> None:
        """Refuse unknown kinds and any offset that does not fit the text."""
        if self.kind not in KINDS:
            raise ValueError(f"unknown block kind {self.kind!r}; allowed: {', '.join(KINDS)}")
        for entity in self.entities:
            if self.text[entity.start : entity.end] != entity.text:
                raise ValueError(
                    f"block {self.id}: entity at [{entity.start}, {entity.end}) says "
                    f"{entity.text!r}, the text says {self.text[entity.start : entity.end]!r}"
                )
        for line in self.action_lines:
            for word in line.because.words:
                if self.text[word.start : word.end] != word.text:
                    raise ValueError(f"block {self.id}: word {word!r} is not in the text there")
        for call in self.note_calls:
            if not 0 <= call.offset <= len(self.text):
                raise ValueError(f"block {self.id}: note call {call!r} lies outside the text")


@dataclass(frozen=True, slots=True)
class Document:
    """A submission: what it is, and its blocks in reading order.

    `date` is the day that the masthead prints, YYYY-MM-DD. `poor_pages` have a text layer that is OCR
    rubbish; their text is kept out of the blocks. `groups` are the marked groups of Members, each with
    the ids of those who belonged to it on that day.
    """

    id: str
    source: str
    title: str | None = None
    submitter: str | None = None
    symbols: tuple[str, ...] = ()
    date: str | None = None
    language: str = "und"
    pages: int = 0
    pages_without_text: tuple[int, ...] = ()
    poor_pages: tuple[int, ...] = ()
    extractor: dict[str, str] = field(default_factory=dict)
    produced_by: dict[str, object] = field(default_factory=dict)
    blocks: tuple[Block, ...] = ()
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse two blocks with one id."""
        ids = [block.id for block in self.blocks]
        if len(set(ids)) != len(ids):
            twice = sorted({i for i in ids if ids.count(i) > 1})
            raise ValueError(f"block ids must differ; twice: {', '.join(twice[:5])}")


@dataclass(frozen=True, slots=True)
class Example:
    """An annotated paragraph of the corpus.

    `labels` are action-line codes it is about; `also` those it touches, neither right nor wrong.
    `entities` are those that a person marked, if anybody did; their `name` and `rule` are empty.
    """

    id: str
    doc: str
    batch: str
    text: str
    labels: tuple[str, ...]
    also: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    genre: str = ""
    year: int | None = None
    language: str = "en"
    origin: str = ""
    annotator: str = ""
    status: str = ""
    entities: tuple[Entity, ...] = ()
