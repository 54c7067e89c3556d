"""Text of strangers made safe for a spreadsheet, which takes a cell that begins with `=` for a program."""

from __future__ import annotations

import re

#: What a spreadsheet passes over before a formula: quotes, blanks, and signs that nobody sees. Tab and line
#: feed are not among them: they count as a beginning, so that no place is looked at twice.
_BEFORE = r"'\" \u00a0\u00ad\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff"
#: What it takes for the beginning of one: also the full-width and small forms.
_BEGINS = r"=+\-@\t\n＝＋－＠﹦﹢﹣﹫"
_FORMULA = rf"(?=[{_BEFORE}]*[{_BEGINS}])"
#: Where a cell can begin within a text: in half of Europe a spreadsheet parts cells with `;` and not
#: with commas, and then takes our quotes for letters.
_PARTS = r"[;\t\n]"

_AT_START = re.compile(_FORMULA)
_WITHIN = re.compile(_PARTS + _FORMULA)
_MARKED_AT_START = re.compile("'" + _FORMULA)
_MARKED_WITHIN = re.compile(f"({_PARTS})'{_FORMULA}")

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def defuse(text: str) -> str:
    """Make a text one that a spreadsheet shows and never runs; `restore` undoes it.

    An apostrophe goes before all that could begin a formula (OWASP, CSV injection). Control characters
    but tab and line feed become their pictures (␀), or U+FFFD where there is none.
    """
    text = _WITHIN.sub(r"\g<0>'", _CONTROL.sub(_picture, text))
    return f"'{text}" if _AT_START.match(text) else text


def restore(cell: str) -> str:
    """Return the text that `defuse` was given, but for its control characters."""
    return _MARKED_WITHIN.sub(r"\1", cell[1:] if _MARKED_AT_START.match(cell) else cell)


def _picture(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code == 0x7F:
        return "\u2421"
    return chr(0x2400 + code) if code < 0x20 else "\ufffd"
