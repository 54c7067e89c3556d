"""Readable text of a tagged document and of a run, with all that strangers wrote made safe to print."""

from __future__ import annotations

from nlp.summary.document import blocks_to_text, document_to_text
from nlp.summary.run import plan_to_text, run_to_text

__all__ = ["blocks_to_text", "document_to_text", "plan_to_text", "run_to_text"]
