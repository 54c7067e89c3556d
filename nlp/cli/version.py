"""What `wsis --version` says."""

from __future__ import annotations

import nlp
from nlp.errors import ModelInvalid


def version_text() -> tuple[str, bool]:
    """Name the versions of program, model and knowledge files, and tell whether all are usable."""
    from nlp.classifier import load_model
    from nlp.knowledge import load_knowledge

    usable = True
    try:
        loaded = load_model()
        model = f"{loaded.name} {loaded.version} (sha256 {loaded.sha256[:12]})"
    except ModelInvalid as error:
        usable, model = False, f"unusable: {error.detail}"
    try:
        lists = load_knowledge()
        knowledge = f"{lists.version} (sha256 {lists.sha256[:12]})"
    except ModelInvalid as error:
        usable, knowledge = False, f"unusable: {error.detail}"
    return f"wsis-tagger {nlp.__version__}\nmodel       {model}\nknowledge   {knowledge}", usable
