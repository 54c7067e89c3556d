"""Runs of capitalised words: how far an unlisted name reaches."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from nlp.entities.found import Stretches

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nlp.entities.found import Found
    from nlp.entities.words import Words


def vocabulary(text: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(text.split())


#: Small words inside a name; a capitalised word must follow.
LINKS = vocabulary("of the and for in to on with & a de la")
#: Small words that join the parts of long names: "... on the Situation with regard to the ...".
CONNECTIVES = tuple(
    tuple(phrase.split())
    for phrase in ("with regard to", "with respect to", "in respect of", "relating to", "in relation to")
)
#: Words with a capital that begin sentences, not names.
OPENERS = vocabulary(
    """a all also although among an and any as at because before between both but by current draft each
    every first for former from given had has he her his however if in instead into it its last many more
    most new next no non not of on one or other our over per proposed recently relevant said same second
    several she since so some such that the their then there these they third this those through thus to
    two three four five six seven eight nine ten under unlike until we what when where whether which while
    who why with within your either like neither nor only recent senior"""
)
#: Words that tell the kind of a body or treaty, not which one: "Joint Committee" is nobody.
KINDS = vocabulary(
    """ad advisory agency article association audit bilateral business central certification civil cloud
    commercial community competent competition confidentiality consumer cooperation coordinating
    coordination country customs data development digital draft drafting each economic editorial ended
    evaluation excellence executive expert external federal final finance financial framework free
    general global government governmental grant group head headquarters high hoc host independent
    industry informal innovation institution inter interagency intergovernmental interim internal
    international investment joint level licence license loan local main management multi multilateral
    multistakeholder mutual national no open organising organizing oversight parent partnership peace
    permanent plenary plurilateral port preferential preparatory private processing professional
    programme protection public recognition regional regulatory research resource sales select selection
    senior service services special stakeholder standing state statement steering sub subsidiary
    supervisory tax technical this trade training transfer university user working"""
)
#: Words by which another name begins: a run stops before them.
HEADS = vocabulary(
    """agreement annex article chair chairman chairperson commission committee convention council
    delegations member members ministry participants parties protocol secretariat treaty working"""
)
#: Words that end another name: "... and the European Institute".
LAST_HEADS = HEADS | vocabulary(
    """academy agency alliance association authority bank bureau center centre department federation
    foundation fund institute office organisation organization union university"""
)
_LOOK_AHEAD = 6
#: Words by which a date begins: "the TBT Committee on Monday".
_CALENDAR = vocabulary(
    """monday tuesday wednesday thursday friday saturday sunday january february march april may june july
    august september october november december"""
)
#: Longest name looked at, in words, after its first one and before its last.
MOST = 25
MOST_BEFORE = 14
#: Who can own a body or be a party, so that a name of theirs is not a part of another.
OWNERS = frozenset({"MEMBER", "ORGANISATION", "COMMITTEE", "MEMBER_GROUP"})


class Runs:
    """Where listed names begin and end, in words: a run takes them whole or stops at them."""

    def __init__(self, words: Words, found: Sequence[Found]) -> None:
        first = {offset: place for place, offset in enumerate(words.starts)}
        last = {offset: place + 1 for place, offset in enumerate(words.ends)}
        #: End in words -> start in words of the longest listed name there.
        self.starts: dict[int, int] = {}
        self._owners: dict[int, set[int]] = defaultdict(set)
        self._from: dict[int, int] = {}
        spans: list[tuple[int, int]] = []
        for item in found:
            start, end = first.get(item.start), last.get(item.end)
            if item.weak or start is None or end is None:
                continue
            self.starts[end] = min(start, self.starts.get(end, start))
            self._from[start] = max(end, self._from.get(start, end))
            if item.label is not None:
                spans.append((start, end))
            if item.label in OWNERS:
                self._owners[start].add(end)
        self._spans = Stretches(spans)

    def owner_at(self, start: int) -> bool:
        """Whether the name of a Member, a body or an organisation begins here."""
        return start in self._owners

    def only_owners(self, start: int, end: int) -> bool:
        """Whether the words `[start, end)` are listed names of owners and nothing else."""
        while start < end:
            ends = [place for place in self._owners.get(start, ()) if place <= end]
            if not ends:
                return False
            start = max(ends)
        return start == end

    def listed_from(self, start: int) -> int | None:
        """Return where the longest listed name ends that begins here."""
        return self._from.get(start)

    def cuts_listed(self, start: int, end: int) -> bool:
        """Whether a listed name lies partly in the words `[start, end)` and partly outside them."""
        return self._spans.hold(start - 1, start + 1) or self._spans.hold(end - 1, end + 1)

    def listed_over(self, start: int, end: int) -> bool:
        """Whether the words `[start, end)` lie in a listed name that begins before them."""
        return self._spans.hold(start - 1, end)


def begins_date(words: Words, at: int) -> bool:
    """Whether the word is a number, a weekday or a month."""
    return at < len(words) and (words.low[at].isdigit() or words.low[at] in _CALENDAR)


def run_on(words: Words, runs: Runs, first: int) -> int | None:
    """Return where the name ends whose words begin at `first`, or None if there is none."""
    end = None
    if begins_date(words, first):
        return None
    at = first
    limit = min(len(words), first + MOST)
    while at < limit:
        word, low = words.raw[at], words.low[at]
        compound = end == at and words.hyphenated(at - 1)
        if compound or (_begins_name(word) and not (end and low in HEADS)):
            at = end = at + 1
            continue
        if end and (size := _connective(words, at)):
            at += size
            continue
        goes_on = _list_goes_on if low == "," else _name_after
        if not end or low not in {",", *LINKS} or not goes_on(words, runs, at + 1):
            break
        at += 1
    # "Africa-led" only says who leads; "Cross-border Trade" goes on.
    while end and end > first + 1 and words.hyphenated(end - 2) and words.raw[end - 1].islower():
        end -= 1
    return end


def _connective(words: Words, at: int) -> int:
    """Return how many words join the name so far with a capitalised word after them."""
    for phrase in CONNECTIVES:
        after = at + len(phrase)
        if tuple(words.low[at:after]) == phrase:
            after += words.low[after : after + 1] == ["the"]
            if after < len(words) and words.raw[after][:1].isupper():
                return after - at
    return 0


def run_back(words: Words, runs: Runs, last: int, *, kinds_only: bool = False) -> int | None:
    """Return where the name begins whose words stand before `last`, or None if there are none.

    With `kinds_only` just the words that tell a kind are taken ("Joint", "National").
    """
    start = last
    while start > max(0, last - MOST_BEFORE):
        unit = runs.starts.get(start)
        if unit is None:
            unit = start - 1
            dated = words.low[unit] in _CALENDAR and words.raw[unit + 1].isdigit()
            if dated or not (_part_of_name(words, unit) or _bridge(words, unit)):
                break
        if kinds_only and not set(words.low[unit:start]) <= KINDS:
            break
        start = unit
    while start < last and (words.low[start] in OPENERS or not _begins_name(words.raw[start])):
        start += 1
    if start and words.raw[start].isdigit() and words.low[start - 1] in _CALENDAR:
        start += 1
    return start if start < last else None


def tells_which(words: Words, start: int, end: int) -> bool:
    """Whether the words hold more than kinds: "Joint Committee" is nobody."""
    return any(
        word not in KINDS and word not in LINKS and word[:1].isalpha() for word in words.low[start:end]
    )


def _begins_name(word: str) -> bool:
    return word[:1].isupper() or word[:1].isdigit()


def _part_of_name(words: Words, at: int) -> bool:
    """Whether this is a capitalised word inside a sentence's name, or a year."""
    word = words.raw[at]
    year = word.isdigit() and len(word) == len("1984")
    return year or (word[:1].isupper() and words.low[at] not in OPENERS)


def _bridge(words: Words, at: int) -> bool:
    """Whether this word only goes on with a compound, or joins two: "High-level", "EU–Japan"."""
    if not 0 < at < len(words) - 1 or not words.raw[at - 1][:1].isupper():
        return False
    if words.hyphenated(at - 1):
        return words.raw[at][:1].isupper() or words.low[at] in KINDS
    return words.raw[at] == "&" or (words.raw[at] == "–" and words.adjacent(at - 1) and words.adjacent(at))


def _name_after(words: Words, runs: Runs, at: int) -> bool:
    """Whether, after a small word, the same name goes on."""
    for place in range(at, min(at + 2, len(words))):
        if words.low[place] in LINKS:
            continue
        link = words.low[at - 1]
        foreign = runs.owner_at(place) and link in {"and", "for", "the", "with"}
        other = link in {"and", "&"} and _another_name(words, place)
        return words.raw[place][:1].isupper() and not foreign and not other and words.low[place] not in HEADS
    return False


def _another_name(words: Words, at: int) -> bool:
    """Whether the capitalised words from here on end in a head of their own."""
    for place in range(at, min(at + _LOOK_AHEAD, len(words))):
        if not words.raw[place][:1].isupper() and not words.hyphenated(place - 1):
            return False
        if words.low[place] in LAST_HEADS:
            return True
    return False


def _list_goes_on(words: Words, runs: Runs, at: int) -> bool:
    """Whether after a comma come more parts of one name, up to an "and": "Trade, Debt and Finance"."""
    for place in range(at, min(at + 6, len(words))):
        word, low = words.raw[place], words.low[place]
        if runs.owner_at(place) or low in HEADS:
            return False
        if low in {"and", "&"}:
            return place > at and _name_after(words, runs, place + 1)
        if not word[:1].isupper() and low != ",":
            return False
    return False
