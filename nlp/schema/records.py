"""Records to JSON values and back: key order, rounding, the summary's counts."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from nlp import taxonomy
from nlp.display import SURROGATE
from nlp.document import (
    ENTITY_LABELS,
    ActionLine,
    Because,
    Block,
    Document,
    Entity,
    Family,
    Neighbour,
    NoteCall,
    Region,
    Word,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

#: Grows with the contract; the number before the dot says what a reader can rely on.
SCHEMA_VERSION = "1.0"


def dumps(value: object, *, indent: int | None = None) -> str:
    r"""Write a value as JSON text that can always be encoded as UTF-8.

    Letters stand as they are; a lone surrogate is written as its `\udxxx` escape. NaN and
    infinities are refused, for JSON has none.

    Raises
    ------
    ValueError
        For a number that JSON cannot hold.
    """
    separators = (",", ":") if indent is None else (",", ": ")
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent, separators=separators)
    return SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def document_to_dict(document: Document) -> dict[str, Any]:
    """Tell a document as plain values, keys in the contract's order."""
    return {
        "schema_version": SCHEMA_VERSION,
        "document": {
            "id": document.id,
            "source": document.source,
            "title": document.title,
            "submitter": document.submitter,
            "symbols": list(document.symbols),
            "date": document.date,
            "language": document.language,
            "pages": document.pages,
            "pages_without_text": list(document.pages_without_text),
            "poor_pages": list(document.poor_pages),
            "extractor": dict(sorted(document.extractor.items())),
        },
        "produced_by": document.produced_by,
        "blocks": [block_to_dict(block) for block in document.blocks],
        "summary": summarise(document.blocks, document.warnings, document.groups),
    }


def document_from_dict(data: dict[str, Any]) -> Document:
    """Make the document that `document_to_dict` told; unknown fields are passed over.

    Raises
    ------
    ValueError
        For another schema version, a missing field, or a value that breaks an invariant.
    """
    version = data.get("schema_version")
    if str(version).split(".")[0] != SCHEMA_VERSION.split(".")[0]:
        raise ValueError(f"schema_version is {version!r}; this program reads {SCHEMA_VERSION}")
    try:
        about = data["document"]
        return Document(
            id=about["id"],
            source=about["source"],
            title=about["title"],
            submitter=about["submitter"],
            symbols=tuple(about["symbols"]),
            date=about.get("date"),
            language=about["language"],
            pages=about["pages"],
            pages_without_text=tuple(about["pages_without_text"]),
            poor_pages=tuple(about.get("poor_pages", ())),
            extractor=dict(about["extractor"]),
            produced_by=dict(data["produced_by"]),
            blocks=tuple(block_from_dict(block) for block in data["blocks"]),
            groups={group: tuple(ids) for group, ids in data["summary"].get("groups", {}).items()},
            warnings=tuple(data["summary"]["warnings"]),
        )
    except KeyError as error:
        raise ValueError(f"document: field {error} is missing") from error
    except (TypeError, AttributeError) as error:
        raise ValueError(f"document: a field has the wrong type: {error}") from error


def block_to_dict(block: Block) -> dict[str, Any]:
    """Tell a block as plain values, keys in the contract's order."""
    return {
        "id": block.id,
        "kind": block.kind,
        "number": block.number,
        "level": block.level,
        "text": block.text,
        "regions": [_region_to_dict(region) for region in block.regions],
        "section": list(block.section),
        "notes": list(block.notes),
        "note_calls": [
            {"offset": call.offset, "mark": call.mark, "note": call.note} for call in block.note_calls
        ],
        "rows": [list(row) for row in block.rows],
        "entities": [_entity_to_dict(entity) for entity in block.entities],
        "scores": _scores_to_dict(block),
        "action_lines": [_line_to_dict(line) for line in block.action_lines],
    }


def block_from_dict(data: dict[str, Any]) -> Block:
    """Make the block that `block_to_dict` told.

    Raises
    ------
    ValueError
        For a missing field or a value that breaks an invariant, with the block named.
    """
    try:
        return Block(
            id=data["id"],
            kind=data["kind"],
            text=data["text"],
            number=data["number"],
            level=data.get("level"),
            regions=tuple(
                Region(r["page_number"], r["x0"], r["top"], r["x1"], r["bottom"]) for r in data["regions"]
            ),
            section=tuple(data["section"]),
            notes=tuple(data["notes"]),
            note_calls=tuple(
                NoteCall(call["offset"], call["mark"], call.get("note"))
                for call in data.get("note_calls", ())
            ),
            rows=tuple(tuple(row) for row in data.get("rows", ())),
            entities=tuple(_entity_from_dict(entity) for entity in data["entities"]),
            scores=dict(data["scores"]),
            action_lines=tuple(_line_from_dict(line) for line in data["action_lines"]),
        )
    except KeyError as error:
        raise ValueError(f"block {data.get('id')!r}: field {error} is missing") from error
    except (TypeError, AttributeError) as error:
        raise ValueError(f"block: a field has the wrong type: {error}") from error


def summarise(
    blocks: Iterable[Block],
    warnings: Iterable[str] = (),
    groups: Mapping[str, Iterable[str]] | None = None,
) -> dict[str, Any]:
    """Count what the blocks hold: assigned lines, entities by id, blocks for a person to see.

    Ids that one span joins with `+` are counted one by one.
    """
    lines: dict[str, list[str]] = {}
    counts: dict[str, Counter[str]] = {}
    review: list[str] = []
    for block in blocks:
        for line in block.action_lines:
            if line.status == "assigned":
                lines.setdefault(line.code, []).append(block.id)
        if any(line.status == "review" for line in block.action_lines):
            review.append(block.id)
        for entity in block.entities:
            counts.setdefault(entity.label, Counter()).update(entity.id.split("+"))
    return {
        "action_lines": {code: lines[code] for code in taxonomy.CODES if code in lines},
        "entities": {
            label: dict(sorted(counts[label].items(), key=lambda item: (-item[1], item[0])))
            for label in ENTITY_LABELS
            if label in counts
        },
        "groups": {group: list(ids) for group, ids in sorted((groups or {}).items())},
        "review": review,
        "warnings": list(warnings),
    }


def _number(value: float, decimals: int) -> float:
    # Adding 0.0 turns -0.0 into 0.0, so that equal numbers are equal bytes.
    return round(float(value), decimals) + 0.0


def _region_to_dict(region: Region) -> dict[str, Any]:
    return {
        "page_number": region.page_number,
        "x0": _number(region.x0, 2),
        "top": _number(region.top, 2),
        "x1": _number(region.x1, 2),
        "bottom": _number(region.bottom, 2),
    }


def _entity_to_dict(entity: Entity) -> dict[str, Any]:
    return {
        "start": entity.start,
        "end": entity.end,
        "text": entity.text,
        "label": entity.label,
        "id": entity.id,
        "name": entity.name,
        "rule": entity.rule,
        **({"body": entity.body} if entity.body else {}),
        **({"member": entity.member} if entity.member else {}),
    }


def _entity_from_dict(data: dict[str, Any]) -> Entity:
    return Entity(
        data["start"],
        data["end"],
        data["text"],
        data["label"],
        data["id"],
        data["name"],
        data["rule"],
        data.get("body"),
        data.get("member"),
    )


def _scores_to_dict(block: Block) -> dict[str, float]:
    unknown = block.scores.keys() - set(taxonomy.CODES)
    if unknown:
        raise ValueError(f"block {block.id}: scores for unknown action lines {sorted(unknown)}")
    return {code: _number(block.scores[code], 4) for code in taxonomy.CODES if code in block.scores}


def _line_to_dict(line: ActionLine) -> dict[str, Any]:
    because = line.because
    return {
        "code": line.code,
        "title": line.title,
        "probability": _number(line.probability, 4),
        "threshold": _number(line.threshold, 4),
        "status": line.status,
        "because": {
            "words": [
                {"start": word.start, "end": word.end, "text": word.text, "weight": _number(word.weight, 4)}
                for word in because.words
            ],
            "mention": because.mention,
            "heading": because.heading,
            "nearest": [
                {"id": near.id, "similarity": _number(near.similarity, 4), "labels": list(near.labels)}
                for near in because.nearest
            ],
            "family": None
            if because.family is None
            else {
                "code": because.family.code,
                "probability": _number(because.family.probability, 4),
                "sure": because.family.sure,
            },
        },
    }


def _line_from_dict(data: dict[str, Any]) -> ActionLine:
    because = data["because"]
    return ActionLine(
        code=data["code"],
        title=data["title"],
        probability=data["probability"],
        threshold=data["threshold"],
        status=data["status"],
        because=Because(
            words=tuple(Word(w["start"], w["end"], w["text"], w["weight"]) for w in because["words"]),
            mention=because["mention"],
            heading=because["heading"],
            nearest=tuple(
                Neighbour(near["id"], near["similarity"], tuple(near["labels"]))
                for near in because["nearest"]
            ),
            # Documents of before 0.2 do not tell it.
            family=_family_from_dict(because.get("family")),
        ),
    )


def _family_from_dict(data: dict[str, Any] | None) -> Family | None:
    return None if data is None else Family(data["code"], data["probability"], data["sure"])
