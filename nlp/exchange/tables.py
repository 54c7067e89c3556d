"""A run's documents turned into rows of tables; pure.

A row is a dict with every column of its table. Several values in one cell are joined with `;`,
headings with ` / `. Numbers count as in the JSON: pages from 1, offsets in code points from 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from nlp import taxonomy
from nlp.display import SURROGATE
from nlp.document import LABELLED_KINDS
from nlp.exchange.columns import BLOCKS, DOCUMENTS, ENTITIES, LABELS, score_column

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from nlp.document import Block, Document, Entity
    from nlp.exchange.columns import Column
    from nlp.runs import Row

Value = str | int | float | date | None
Record = dict[str, Value]

_COUNTED = ("pages", "blocks", "paragraphs", "assigned", "open", "review", "entities")

LIST = ";"
SECTION = " / "


@dataclass(frozen=True, slots=True)
class Table:
    """A table: what a row of it is, its columns in order, and what an input of a run adds to it.

    `rows` takes a row of the manifest and its document, None where there is none.
    """

    name: str
    about: str
    columns: tuple[Column, ...]
    rows: Callable[[Row, Document | None], Iterator[Record]]


def _blocks(row: Row, document: Document | None) -> Iterator[Record]:
    for block, about in _each_block(row, document):
        assigned = [line.code for line in block.action_lines if line.status == "assigned"]
        review = [line.code for line in block.action_lines if line.status == "review"]
        status = "assigned" if assigned else "review" if review else "none"
        scores = {score_column(code): _number(block.scores.get(code)) for code in taxonomy.CODES}
        yield {
            **about,
            "text": _text(block.text),
            "words": len(block.text.split()),
            "status": status if block.kind in LABELLED_KINDS else None,
            "assigned": _joined(assigned),
            "review": _joined(review),
            **scores,
        }


def _entities(row: Row, document: Document | None) -> Iterator[Record]:
    for block, about in _each_block(row, document):
        for entity in block.entities:
            for part, (ident, name) in enumerate(_names(entity), start=1):
                yield {
                    **about,
                    "start": entity.start,
                    "end": entity.end,
                    "text": _text(entity.text),
                    "label": entity.label,
                    "id": _text(ident),
                    "name": _text(name),
                    "part": part,
                    "span": _text(entity.id),
                    "rule": _text(entity.rule),
                    "body": _text(entity.body),
                    "member": _text(entity.member),
                }


def _labels(row: Row, document: Document | None) -> Iterator[Record]:
    for block, about in _each_block(row, document):
        for line in block.action_lines:
            because = line.because
            yield {
                **about,
                "text": _text(block.text),
                "code": line.code,
                "line": _text(line.title),
                "status": line.status,
                "probability": _number(line.probability),
                "threshold": _number(line.threshold),
                "because": _joined(word.text for word in because.words),
                "mention": _text(because.mention),
                "heading": _text(because.heading),
                "nearest": _joined(near.id for near in because.nearest),
            }


def _documents(row: Row, document: Document | None) -> Iterator[Record]:
    # Of what is done only: a sum counts no document twice, and a mean no failure as an empty one.
    done = row.status == "done"
    counts = {name: getattr(row.counts, name) if done else None for name in _COUNTED}
    error = row.error or {}
    yield {
        **_about(row, document),
        "status": row.status,
        "error": _text(error.get("code")),
        "detail": _text(error.get("detail")),
        "duplicate_of": _text(row.duplicate_of),
        "sha256": row.sha256,
        "bytes": row.bytes,
        "symbols": _joined(document.symbols if document else ()),
        **counts,
        "lines": _joined(code for code, told in row.counts.lines.items() if done and told["assigned"]),
        "warnings": _joined(row.warnings),
        "recipe": row.recipe,
    }


TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table("documents", "one row for each input, also of those that failed", DOCUMENTS, _documents),
        Table("blocks", "one row for each block", BLOCKS, _blocks),
        Table("entities", "one row for each entry that a marked stretch names", ENTITIES, _entities),
        Table("labels", "one row for each action line of a block", LABELS, _labels),
    )
}


def _each_block(row: Row, document: Document | None) -> Iterator[tuple[Block, Record]]:
    if document is None:
        return
    of_document = _about(row, document)
    for position, block in enumerate(document.blocks, start=1):
        pages = [region.page_number for region in block.regions]
        yield (
            block,
            {
                **of_document,
                "block": _text(block.id),
                "position": position,
                "kind": block.kind,
                "number": _text(block.number),
                "page": min(pages, default=None),
                "last_page": max(pages, default=None),
                "section": _joined(block.section, SECTION),
            },
        )


def _about(row: Row, document: Document | None) -> Record:
    # An input without a document has no id, not even a duplicate: so no join counts one twice.
    return {
        "document": document.id if document else None,
        "input": _text(row.input),
        "source": _text(row.source),
        "title": _text(document.title if document else row.title),
        "submitter": _text(document.submitter if document else row.submitter),
        "date": date.fromisoformat(document.date) if document and document.date else None,
        "language": document.language if document else row.language,
    }


def _names(entity: Entity) -> Iterator[tuple[str, str]]:
    """Part an entity into ids with their names.

    Where the names cannot be told apart (two entries share theirs) each id has all of them.
    """
    ids, names = entity.id.split("+"), entity.name.split("; ")
    if len(ids) == 1 or len(names) != len(ids):
        names = [entity.name] * len(ids)
    return zip(ids, names, strict=True)


def _number(value: float | None) -> float | None:
    return None if value is None else float(value)


def _text(value: str | None) -> str | None:
    # Half a surrogate pair is no character: DuckDB would refuse the file. One for one, so offsets hold.
    return None if value is None else SURROGATE.sub("\ufffd", value)


def _joined(values: Iterable[str], sign: str = LIST) -> str | None:
    return _text(sign.join(values)) or None
