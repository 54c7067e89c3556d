"""Text of strangers made safe to show: escaping happens here, at display, and never before."""

from __future__ import annotations

import os
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


#: Half a surrogate pair: no character, and no UTF-8 can hold it.
SURROGATE = re.compile("[\ud800-\udfff]")


def printable(text: str) -> str:
    """Take from a text what could steer a terminal or turn the line around.

    Any white space becomes a space; invisible format characters (bidirectional overrides among
    them) go; other control characters and lone surrogates become U+FFFD.
    """
    if text.isprintable():
        return text
    return "".join(map(_printable, text))


def file_name(path: Path | str) -> str:
    """Show a path, also one that is not UTF-8."""
    # Not `os.fsencode`: where the locale is not UTF-8, it refuses what is shown already.
    return printable(os.fspath(path).encode("utf-8", "surrogateescape").decode("utf-8", "replace"))


def _printable(character: str) -> str:
    if character.isprintable():
        return character
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) == "Cf" else "\ufffd"
