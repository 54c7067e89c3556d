"""The sample PDFs and what is to be read out of them."""

from __future__ import annotations

import json
import re
import zlib
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).resolve().parent / "pdfs"
SCRIPT = SAMPLES.parent.parent / "scripts" / "build_pdfs.py"


def sample_names() -> list[str]:
    """Names of the sample PDFs that have an expectation beside them."""
    return sorted(path.stem for path in SAMPLES.glob("*.json"))


def sample_pdf(name: str) -> Path:
    """Path of a sample PDF."""
    return SAMPLES / f"{name}.pdf"


def expected(name: str) -> dict[str, Any]:
    """What is to be read out of a sample PDF."""
    return json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))


def unpacked(pdf: bytes) -> bytes:
    """Give a PDF with its streams inflated and no lengths or offsets.

    Two zlibs may pack the same bytes differently; what they packed is then still the same.
    """

    def inflate(match: re.Match[bytes]) -> bytes:
        try:
            return b"stream\n" + zlib.decompress(match[1]) + b"\nendstream"
        except zlib.error:
            return match[0]

    flat = re.sub(rb"stream\r?\n(.*?)\r?\nendstream", inflate, pdf, flags=re.DOTALL)
    flat = re.sub(rb"/Length \d+", b"", flat)
    return re.sub(rb"\nxref\n.*", b"", flat, flags=re.DOTALL)
