"""Run folders: what `wsis batch` leaves, and what `export` and reports read.

RUN/
documents/      one JSON document for each submission that could be read
manifest.jsonl  one row for each input: what became of it, and its counts
run.json        what everything was made with, and the hashes that seal it
.wsis/          the lock, and what a batch that was cut off has finished
"""

from __future__ import annotations

from nlp.runs.folder import OWN, RunFolder
from nlp.runs.record import STATES, Counts, Recipe, Row, count, result_name

__all__ = ["OWN", "STATES", "Counts", "Recipe", "Row", "RunFolder", "count", "result_name"]
