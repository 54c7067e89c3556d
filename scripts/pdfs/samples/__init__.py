"""The samples, by group; their texts are written for this project."""

from __future__ import annotations

from pdfs.samples import letters, odd, pages, structure, submission

SAMPLES = {
    sample.name: sample for group in (submission, pages, structure, letters, odd) for sample in group.SAMPLES
}
