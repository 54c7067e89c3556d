"""Inline markup of the samples' texts: what is drawn, and what a reader should get out of it.

`<b> <i> <u>` set the face; `<sup> <sub>` raise or lower text that belongs to the text;
`<n>1</n>` is a note call, drawn raised and absent from the text; `¬` may break the word with
a hyphen that is not part of it, and `‖` ends the line there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

SOFT = "¬"
BREAK = "‖"
#: A raised figure that is no note call is a power: 10³ is not 103.
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
TAGS = re.compile(r"(</?(?:b|i|u|sup|sub|n)>)")


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one face; `shift` is the tag that raises or lowers it, or empty."""

    text: str
    bold: bool = False
    italic: bool = False
    underline: bool = False
    shift: str = ""


def parse(markup: str) -> list[Run]:
    """Split markup into runs.

    Raises
    ------
    ValueError
        A tag is left open.
    """
    runs: list[Run] = []
    face = Run("")
    for part in TAGS.split(markup):
        if not TAGS.fullmatch(part):
            if part:
                runs.append(replace(face, text=part))
            continue
        tag, on = part.strip("</>"), not part.startswith("</")
        match tag:
            case "b":
                face = replace(face, bold=on)
            case "i":
                face = replace(face, italic=on)
            case "u":
                face = replace(face, underline=on)
            case _:
                face = replace(face, shift=tag if on else "")
    if face != Run(""):
        raise ValueError(f"a tag is left open in {markup[:60]!r}")
    return runs


def plain(markup: str) -> str:
    """Give the text a reader should get: no calls, no break marks, ligatures spelt out."""
    text = "".join(
        run.text.translate(RAISED) if run.shift == "sup" else run.text
        for run in parse(markup)
        if run.shift != "n"
    )
    text = re.sub(r"\s+", " ", text.replace(SOFT, "").replace(BREAK, "").replace("\u00ad", ""))
    return text.replace("ﬁ", "fi").replace("ﬂ", "fl").strip()


def calls(markup: str) -> list[str]:
    """List the marks of the notes called, in order."""
    return [run.text for run in parse(markup) if run.shift == "n"]
