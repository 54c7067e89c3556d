"""The JSON Schema of what is written, made from the same names as the records."""

from __future__ import annotations

from typing import Any, get_args

from nlp import taxonomy
from nlp.document import ENTITY_LABELS, KINDS, Status

SCHEMA_ID = "urn:wsis-tagger:schema:document:1"

_TEXT = {"type": "string"}
_TEXT_OR_NULL = {"type": ["string", "null"]}
_OFFSET = {"type": "integer", "minimum": 0}
_PAGE = {"type": "integer", "minimum": 1}
_PROBABILITY = {"type": "number", "minimum": 0, "maximum": 1}
_CODE = {"enum": list(taxonomy.CODES)}
_SPAN = {"start": _OFFSET, "end": _OFFSET, "text": _TEXT}


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a tagged document.

    A line of JSONL output is its `$defs/block`. Fields may be added later, so unknown ones
    are allowed; those named here keep their meaning.
    """
    region = _object(
        {
            "page_number": {"type": "integer", "minimum": 1},
            **{side: {"type": "number"} for side in ("x0", "top", "x1", "bottom")},
        },
        "A box in points from the page's top-left corner; pages count from 1.",
    )
    note_call = _object(
        {"offset": _OFFSET, "mark": _TEXT, "note": _TEXT_OR_NULL},
        "Where a note is called; `note` is the id of the footnote block, if it was found.",
    )
    entity = _object(
        {
            **_SPAN,
            "label": {"enum": list(ENTITY_LABELS)},
            "id": {"type": "string", "description": "Canonical ids, several joined with `+`."},
            "name": _TEXT,
            "rule": _TEXT,
        },
        "A marked stretch `[start, end)` of the block's text, in Unicode code points.",
        optional={
            "body": {"type": "string", "description": "Of a symbol: id of the body in whose series it is."},
            "member": {"type": "string", "description": "Of a notification's symbol: id of its Member."},
        },
    )
    family = _object(
        {"code": {"const": taxonomy.FAMILY}, "probability": _PROBABILITY, "sure": {"type": "boolean"}},
        "The line of a subline. `sure` beside a subline in `review`: the text is about C7, but which "
        "subline it is about a person should say.",
    )
    because = _object(
        {
            "words": _list(_object({**_SPAN, "weight": {"type": "number"}})),
            "mention": _TEXT_OR_NULL,
            "heading": _TEXT_OR_NULL,
            "nearest": _list(
                _object({"id": _TEXT, "similarity": {"type": "number"}, "labels": _list(_CODE)})
            ),
            "family": {"oneOf": [{"type": "null"}, _ref("family")]},
        },
        "What spoke for the label; `family` is told of the sublines of C7.",
    )
    action_line = _object(
        {
            "code": _CODE,
            "title": _TEXT,
            "probability": _PROBABILITY,
            "threshold": _PROBABILITY,
            "status": {"enum": list(get_args(Status))},
            "because": _ref("because"),
        },
        "`assigned` at or above the threshold; `review` below it, where a person should look.",
    )
    block = _object(
        {
            "id": _TEXT,
            "kind": {"enum": list(KINDS)},
            "number": {"type": ["string", "null"], "description": "The printed number, as printed."},
            "level": {"type": ["integer", "null"], "description": "Depth of a heading, from 1."},
            "text": _TEXT,
            "regions": _list(_ref("region")),
            "section": {**_list(_TEXT), "description": "Enclosing headings, outermost first."},
            "notes": {**_list(_TEXT), "description": "Ids of the footnotes called from it."},
            "note_calls": _list(_ref("note_call")),
            "rows": {**_list(_list(_TEXT)), "description": "Cells of a table, row by row."},
            "entities": _list(_ref("entity")),
            "scores": _object(
                dict.fromkeys(taxonomy.CODES, _PROBABILITY), "Calibrated probability of every label."
            ),
            "action_lines": _list(_ref("action_line")),
        },
        "One unit of the document in reading order; also one line of JSONL output.",
    )
    about = _object(
        {
            "id": {"type": "string", "description": "SHA-256 of the file's bytes."},
            "source": {"type": "string", "description": "File name."},
            "title": _TEXT_OR_NULL,
            "submitter": _TEXT_OR_NULL,
            "symbols": _list(_TEXT),
            "date": {"type": ["string", "null"], "description": "Day that the masthead prints, YYYY-MM-DD."},
            "language": {"type": "string", "description": "ISO 639-1 code, or `und`."},
            "pages": {"type": "integer", "minimum": 0},
            "pages_without_text": _list(_PAGE),
            "poor_pages": {**_list(_PAGE), "description": "Pages whose text layer is not readable text."},
            "extractor": {"type": "object", "additionalProperties": _TEXT},
        }
    )
    part = _object({"name": _TEXT, "version": _TEXT, "sha256": _TEXT})
    knowledge = _object({"version": _TEXT, "sha256": _TEXT})
    summary = _object(
        {
            "action_lines": {
                "type": "object",
                "propertyNames": _CODE,
                "additionalProperties": _list(_TEXT),
                "description": "Ids of the blocks assigned to each line.",
            },
            "entities": {
                "type": "object",
                "propertyNames": {"enum": list(ENTITY_LABELS)},
                "additionalProperties": {
                    "type": "object",
                    "additionalProperties": {"type": "integer", "minimum": 1},
                },
                "description": "How often each id is marked.",
            },
            "groups": {
                "type": "object",
                "additionalProperties": _list(_TEXT),
                "description": "Who belonged to the marked groups on the document's date, if known.",
            },
            "review": {**_list(_TEXT), "description": "Ids of blocks that a person should look at."},
            "warnings": _list(_TEXT),
        }
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "Tagged submission",
        **_object(
            {
                "schema_version": {"type": "string", "pattern": r"^1\."},
                "document": about,
                "produced_by": _object({"version": _TEXT, "model": part, "knowledge": knowledge}),
                "blocks": _list(_ref("block")),
                "summary": summary,
            }
        ),
        "$defs": {
            "block": block,
            "region": region,
            "note_call": note_call,
            "entity": entity,
            "action_line": action_line,
            "family": family,
            "because": because,
        },
    }


def _object(
    properties: dict[str, Any], description: str | None = None, optional: dict[str, Any] | None = None
) -> dict[str, Any]:
    told = {"description": description} if description else {}
    return {
        "type": "object",
        **told,
        "properties": {**properties, **(optional or {})},
        "required": list(properties),
    }


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/$defs/{name}"}
