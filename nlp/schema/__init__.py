"""JSON in and out: one place that says how records are written, with its published schema.

Owns key order, rounding and the JSON Schema (committed beside this as `document.schema.json`,
held together by a test). Opens no input and knows no PDF, model or command line.
"""

from __future__ import annotations

from nlp.schema.published import SCHEMA_ID, json_schema
from nlp.schema.records import (
    SCHEMA_VERSION,
    block_from_dict,
    block_to_dict,
    document_from_dict,
    document_to_dict,
    dumps,
    summarise,
)

__all__ = [
    "SCHEMA_ID",
    "SCHEMA_VERSION",
    "block_from_dict",
    "block_to_dict",
    "document_from_dict",
    "document_to_dict",
    "dumps",
    "json_schema",
    "summarise",
]
