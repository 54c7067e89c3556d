"""spaCy without its command line: a third of its import is an HTTP client that only that needs.

`import spacy` runs `from .cli.info import info`, and with it typer, requests, httpx and weasel.
A stand-in is there while spaCy is imported and gone afterwards: `spacy.info` and `spacy.cli` work
as ever, they are only loaded by those who use them. Where spaCy is loaded already, nothing is done.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any

_PARTS = ("spacy.cli", "spacy.cli.info")


def _info(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as spaCy's own
    """Call `spacy.info`, loaded on its first use."""
    return importlib.import_module("spacy.cli.info").info(*args, **kwargs)


def import_spacy() -> None:
    """Import spaCy without its command line."""
    if "spacy" in sys.modules:
        return
    for name in _PARTS:
        part = ModuleType(name)
        part.__dict__.update(__path__=[], info=_info)
        sys.modules[name] = part
    try:
        importlib.import_module("spacy")
    finally:
        for name in _PARTS:
            del sys.modules[name]


import_spacy()
