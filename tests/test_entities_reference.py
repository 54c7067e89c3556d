"""Figures on the reference documents, which are not part of the repository."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nlp.document import Block
from nlp.entities import EntityTagger
from nlp.knowledge import load_knowledge

REFERENCE = Path(__file__).parents[2] / "shared" / "reference"
SEED = REFERENCE / "wto-cstd29.gold.jsonl"
DEV = REFERENCE / "entities.dev.jsonl"

pytestmark = [
    pytest.mark.reference,
    pytest.mark.skipif(not SEED.exists(), reason="the reference documents are not here"),
]


def tagged(path):
    """Rows with what was found in each: (start, end, label) -> id."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    blocks = [
        Block(row["id"], "paragraph", row["text"], section=tuple(row.get("section", ()))) for row in rows
    ]
    found = EntityTagger(load_knowledge()).tag(blocks, independent=True)
    return [(row, {(e.start, e.end, e.label): e.id for e in es}) for row, es in zip(rows, found, strict=True)]


def gold(row):
    return {(e["start"], e["end"], e["label"]): e.get("id") for e in row["entities"]}


def test_seed_document_is_found_whole_and_linked():
    wanted = found = 0
    for row, ids in tagged(SEED):
        for span, entity_id in gold(row).items():
            wanted += 1
            found += ids.get(span) == entity_id
    assert found >= 0.98 * wanted


def test_other_documents():
    wanted = found = hits = 0
    labels = {
        "COMMITTEE",
        "TECHNOLOGY",
        "MEMBER",
        "AGREEMENT",
        "ORGANISATION",
        "DOCUMENT_SYMBOL",
        "ACTION_LINE",
    }
    for row, ids in tagged(DEV):
        ours = {span for span in ids if span[2] in labels}
        wanted, found, hits = (
            wanted + len(gold(row)),
            found + len(ours),
            hits + len(ours & gold(row).keys()),
        )
    assert 2 * hits / (wanted + found) >= 0.95
