"""What a rule found, before anyone has decided between overlapping findings."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nlp.document import EntityLabel

#: Rules from the surest to the least sure; the surer one wins between equal stretches.
RULES: tuple[str, ...] = (
    "symbol",
    "action line",
    "joined",
    "defined",
    "acronym",
    "name",
    "short",
    "context",
    "form",
)
_RANK = {rule: rank for rank, rule in enumerate(RULES)}


@dataclass(frozen=True, slots=True)
class Found:
    """A stretch `[start, end)` of a text, in code points, that a rule takes for something.

    `label` is None for a phrase that is known to be nothing. A `weak` finding counts only when
    another rule confirms it.
    """

    start: int
    end: int
    label: EntityLabel | None
    id: str
    name: str
    rule: str
    weak: bool = False


def longest(findings: Iterable[Found]) -> list[Found]:
    """Choose among overlapping findings: the longest wins, then the surer rule, then the first.

    What lies whole inside a phrase that is known not to be it ("Georgia Tech"), or inside one that is
    nothing at all (an address), goes first; so do unlisted names in either.

    Returns
    -------
    list of Found
        Without overlaps, by their starts, and none of them weak.
    """
    strong = [found for found in findings if not found.weak]
    if not strong:
        return []
    excluded = _Excluded(found for found in strong if found.label is None)
    best = sorted(
        (found for found in strong if found.label and not excluded.hold(found)),
        key=lambda found: (found.start - found.end, _RANK.get(found.rule, len(RULES)), found.start),
    )
    taken: set[int] = set()
    chosen: list[Found] = []
    for found in best:
        # A kept stretch is never shorter than the next: if they meet, one end of it is inside.
        if found.start in taken or found.end - 1 in taken:
            continue
        taken.update(range(found.start, found.end))
        chosen.append(found)
    return sorted(chosen, key=lambda found: found.start)


class _Excluded:
    """The phrases that are known to be nothing, or not to be one entry."""

    def __init__(self, phrases: Iterable[Found]) -> None:
        by_id: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for phrase in phrases:
            by_id[phrase.id].append((phrase.start, phrase.end))
        self._by_id = {ident: Stretches(places) for ident, places in by_id.items()}

    def hold(self, found: Found) -> bool:
        """Whether one of them holds the finding and speaks of it."""
        if not self._by_id:
            return False
        asked = self._by_id if found.rule == "form" else {"", found.id} & self._by_id.keys()
        return any(self._by_id[ident].hold(found.start, found.end) for ident in asked)


class Stretches:
    """Stretches of a text, to ask whether one of them holds another."""

    def __init__(self, stretches: Iterable[tuple[int, int]]) -> None:
        reach = 0
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in sorted(stretches):
            reach = max(reach, end)
            self._starts.append(start)
            self._ends.append(reach)

    def hold(self, start: int, end: int) -> bool:
        """Whether one stretch begins at or before `start` and ends at or after `end`."""
        before = bisect_right(self._starts, start)
        return before > 0 and self._ends[before - 1] >= end


def slug(text: str) -> str:
    """Return an id part made of a name: its words in lower case, joined by hyphens."""
    return "-".join(re.findall(r"[^\W_]+", text.casefold()))
