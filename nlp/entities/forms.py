"""Names that no list holds but whose form tells what they are, and listed ones that reach further.

"Committee on Spectrum Matters" is a body; "WTO TBT Committee" takes the organisation in, "World
Trade Report 2025" the year. The words here are the grammar of such names, not names.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from nlp.entities.found import Found, Stretches, slug
from nlp.entities.runs import LAST_HEADS, Runs, run_back, run_on, tells_which, vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from nlp.document import EntityLabel
    from nlp.entities.words import Words


class Head(NamedTuple):
    """A noun that names of one kind have, first (before one of `links`) or last (no links)."""

    label: EntityLabel
    words: tuple[str, ...]
    links: frozenset[str] = frozenset()


def _heads(label: EntityLabel, nouns: str, links: str = "") -> list[Head]:
    return [Head(label, tuple(noun.split()), vocabulary(links)) for noun in nouns.split(", ")]


#: "Committee on ...", "Ministry of ...".
FIRST = [
    *_heads(
        "COMMITTEE",
        "committee, sub committee, subcommittee, council, commission, working group, working party, "
        "task force, expert group, study group, advisory group, negotiating group",
        "on for",
    ),
    *_heads(
        "ORGANISATION",
        "academy, agency, association, authority, bank, center, centers, centre, centres, consortium, "
        "department, federation, foundation, institute, ministry, network, office, organisation, "
        "organization, university",
        "of for",
    ),
    *_heads(
        "AGREEMENT",
        "agreement, convention, treaty, protocol",
        "on for between concerning establishing relating",
    ),
    *_heads("PROGRAMME", "work programme, joint initiative", "on for"),
    # Listed by itself; with more after it, another body: "Ministerial Conference of West African States".
    *_heads("COMMITTEE", "ministerial conference", "of on for"),
]
#: "Asia Spectrum Academy", "Costa Verde Trade Convention".
LAST = [
    *_heads("COMMITTEE", "board, committee, subcommittee, working group, working party, task force"),
    *_heads(
        "ORGANISATION",
        "academy, agency, alliance, association, authority, bank, bureau, centre, center, coalition, "
        "consortium, corporation, federation, foundation, foundations, institute, observatory, organisation, "
        "organization, university",
    ),
    *_heads("AGREEMENT", "agreement, convention, treaty"),
    *_heads("PROGRAMME", "initiative"),
]
#: Heads that come first and often have a name before them too: "Swedish Institute for ...".
_NAMED_BEFORE = vocabulary(
    "academy agency agreement association center centers centre centres consortium convention federation "
    "foundation institute network office organisation organization treaty university"
)


def _by_word(heads: Iterable[Head]) -> dict[str, list[Head]]:
    table: dict[str, list[Head]] = {}
    for head in heads:
        table.setdefault(head.words[0], []).append(head)
    return table


_FIRST, _LAST = _by_word(FIRST), _by_word(LAST)


def match(words: Words, found: Sequence[Found], *, prose: bool = True) -> list[Found]:
    """Find unlisted names, and listed ones with the organisation or the year next to them.

    Parameters
    ----------
    found : sequence of Found
        Findings of the other rules in the same text.
    prose : bool
        Whether the text is one: the cells of a table, put in a row, make names that nobody bears.
    """
    has_head = not (_FIRST.keys().isdisjoint(words.low) and _LAST.keys().isdisjoint(words.low))
    findings = list(_unlisted(words, found)) if prose and has_head and words.tells_names() else []
    return [
        *findings,
        *_with_organisation(words.text, [*found, *findings]),
        *_editions(words.text, found),
    ]


def _unlisted(words: Words, found: Sequence[Found]) -> Iterator[Found]:
    runs = Runs(words, found)
    nothing = Stretches((item.start, item.end) for item in found if item.label is None)
    for place, word in enumerate(words.low):
        if not words.raw[place][:1].isupper() or nothing.hold(words.starts[place], words.ends[place]):
            continue
        for head in _FIRST.get(word, ()):
            if tuple(words.low[place : place + len(head.words)]) == head.words:
                yield from _head_first(words, runs, place, head)
        for head in _LAST.get(word, ()):
            if tuple(words.low[place : place + len(head.words)]) == head.words:
                yield from _head_last(words, runs, place, head)


def _head_first(words: Words, runs: Runs, place: int, head: Head) -> Iterator[Found]:
    """Find "Committee on ..."; a listed name is only made longer by words before it."""
    first = place + len(head.words)
    if first + 1 >= len(words) or words.low[first] not in head.links or first in runs.starts:
        return
    if runs.listed_over(place, first + 1):
        return
    first += 1
    while first < len(words) and words.low[first] in {"the", "a"}:
        first += 1
    listed = runs.listed_from(place)
    if listed is not None and listed <= first:
        if runs.owner_at(first):
            return
        listed = None
    end = listed or run_on(words, runs, first)
    if end is None:
        return
    start = run_back(words, runs, place, kinds_only=words.low[place] not in _NAMED_BEFORE)
    if listed and (start is None or runs.only_owners(start, place)):
        return
    start = place if start is None else start
    if not (runs.cuts_listed(start, end) or _half(words, runs, start)):
        yield _form(words, start, end, head.label)


def _head_last(words: Words, runs: Runs, place: int, head: Head) -> Iterator[Found]:
    """Find "... Agreement"; a listed name is not made longer by its owner's name."""
    start, end = run_back(words, runs, place), place + len(head.words)
    if start is None:
        return
    listed = runs.starts.get(end)
    if listed is None:
        # "India-US Initiative" says who, not which.
        only_who = head.label == "PROGRAMME" and runs.only_owners(start, place)
        known = only_who or not tells_which(words, start, place)
    else:
        # "APNIC–APNIC Foundation" names two.
        known = start >= listed or runs.only_owners(start, listed) or words.raw[listed - 1] == "–"
    if not (known or runs.cuts_listed(start, end) or _half(words, runs, start)):
        yield _form(words, start, end, head.label)


def _half(words: Words, runs: Runs, start: int) -> bool:
    """Whether the name may begin before an "and", which nobody can tell: "Seeds and Plants Institute"."""
    before = start - 2
    return (
        before >= 0
        and words.low[start - 1] in {"and", "&"}
        and words.raw[before][:1].isupper()
        and words.low[before] not in LAST_HEADS
        and before + 1 not in runs.starts
    )


def _form(words: Words, start: int, end: int, label: EntityLabel) -> Found:
    return _named(words.text, words.starts[start], words.ends[end - 1], label)


def _named(text: str, start: int, end: int, label: EntityLabel) -> Found:
    name = " ".join(text[start:end].split())
    return Found(start, end, label, f"name:{slug(name)}", name, "form")


def _with_organisation(text: str, found: Sequence[Found]) -> Iterator[Found]:
    """Extend bodies to the organisation's name right before them: "WTO TBT Committee"."""
    owners = {item.end: item for item in found if item.label in {"ORGANISATION", "MEMBER"} and not item.weak}
    for body in found:
        if body.label != "COMMITTEE" or body.weak or text[body.start - 1 : body.start] not in {" ", "/"}:
            continue
        owner = owners.get(body.start - 1)
        if owner is None:
            continue
        if body.rule == "form" or (owner.label == "ORGANISATION" and not _can_own(owner.id, body.id)):
            yield _named(text, owner.start, body.end, "COMMITTEE")
        elif owner.label == "ORGANISATION":
            yield Found(owner.start, body.end, "COMMITTEE", body.id, body.name, body.rule)


def _can_own(owner: str, body: str) -> bool:
    """Whether a listed body can be of this organisation: `wto:coa` is not the FAO's committee."""
    space = body.split(":")[0]
    return space != "wto" or owner.split(":")[0] == space


_YEAR = re.compile(r"\s(?:19|20)\d\d(?:[/–\-]\d{2,4})?(?!\w)")
_YEAR_BEFORE = re.compile(r"(?<!\w)((?:19|20)\d\d)\s$")
_YEAR_REACH = 6


def _editions(text: str, found: Sequence[Found]) -> Iterator[Found]:
    """Extend titles of reports to the year of the edition: "World Trade Report 2025"."""
    for item in found:
        if item.label != "PUBLICATION":
            continue
        start, end = item.start, item.end
        before = text[max(0, start - _YEAR_REACH) : start]
        if after := _YEAR.match(text, end):
            year, end = after[0].strip(), after.end()
        elif (hit := _YEAR_BEFORE.search(before)) is not None:
            year, start = hit[1], start - len(hit[0])
        else:
            continue
        yield Found(start, end, "PUBLICATION", f"{item.id}{slug(year)}", f"{item.name} {year}", item.rule)
