"""Keywords of the 18 labels, from the package's data, and how many of them a text holds."""

from __future__ import annotations

import json
import re
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from nlp.taxonomy import CODES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def read_keywords() -> dict[str, tuple[str, ...]]:
    """Return the keywords of each label, in all languages."""
    lines = (files("nlp") / "data" / "keywords.jsonl").read_text(encoding="utf-8").splitlines()
    entries = [json.loads(line) for line in lines]
    return {
        code: tuple(word for entry in entries if entry["code"] == code for word in entry["keywords"])
        for code in CODES
    }


@cache
def keywords_hash() -> str:
    """Return the SHA-256 over all keywords; a model must have been trained with just these."""
    told = json.dumps(read_keywords(), ensure_ascii=False, sort_keys=True)
    return sha256(told.encode()).hexdigest()


def keyword_hits(texts: Sequence[str]) -> NDArray[np.float64]:
    """Count the different keywords of each label in each text.

    A keyword is found in any case, at the beginning of a word; so "regulat" stands for
    "regulation" and "regulators".

    Returns
    -------
    ndarray of shape (len(texts), 18)
    """
    hits = np.zeros((len(texts), len(CODES)))
    for row, text in enumerate(texts):
        lower = text.lower().replace("\u2019", "'")
        hits[row] = [len(set(pattern.findall(lower))) for pattern in _patterns()]
    return hits


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    return tuple(
        re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, sorted(words, key=len, reverse=True))) + ")")
        for words in read_keywords().values()
    )
