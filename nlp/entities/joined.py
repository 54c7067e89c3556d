"""Several names told in one: "the TBT and SPS Committees" is one span with two ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nlp.entities.found import Found

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nlp.entities.lexicon import Lexicon
    from nlp.entities.words import Words
    from nlp.knowledge import Entry

#: Heads in the plural, and what they are in each of the names.
SINGULAR = {
    "committees": "committee",
    "councils": "council",
    "commissions": "commission",
    "agreements": "agreement",
    "secretariats": "secretariat",
    "members": "members",
    "countries": "countries",
    "economies": "economies",
    "states": "states",
}
#: French and Spanish heads: the names stand right after them, "Comités OTC et SPS".
FOREIGN = {
    "accords": "accord",
    "acuerdos": "acuerdo",
    "comites": "comite",
    "conseils": "conseil",
    "consejos": "consejo",
}
_LINKS = frozenset({"on", "for"})
_BETWEEN = frozenset({"and", "or", "et", "ou", "y", "e", "o", ",", "&", "/"})
#: Longest part of a name told together with others, in words: before its head, and after it.
_BEFORE = 8
_AFTER = 16


def match(words: Words, lexicon: Lexicon) -> list[Found]:
    """Find listed names that share their head."""
    if SINGULAR.keys().isdisjoint(words.low) and FOREIGN.keys().isdisjoint(words.low):
        return []
    return [*_heads_last(words, lexicon), *_heads_first(words, lexicon)]


def _together(words: Words, start: int, end: int, entries: Sequence[Entry]) -> Found:
    ids = dict.fromkeys(entry.id for entry in entries)
    names = dict.fromkeys(entry.name for entry in entries)
    offsets = words.starts[start], words.ends[end - 1]
    return Found(*offsets, entries[0].label, "+".join(ids), "; ".join(names), "joined")


def _heads_last(words: Words, lexicon: Lexicon) -> Iterator[Found]:
    """Find "TBT and SPS Committees", "developing and least-developed country Members"."""
    for place, word in enumerate(words.low):
        head = SINGULAR.get(word)
        if head is None:
            continue
        country = place > 0 and words.low[place - 1] == "country"
        for tail in [("country", head), (head,)] if country else [(head,)]:
            entries, start = _names_before(words, place + 1 - len(tail), tail, lexicon)
            if len(entries) > 1:
                yield _together(words, start, place + 1, entries)
                break


def _names_before(words: Words, end: int, tail: tuple[str, ...], lexicon: Lexicon) -> tuple[list[Entry], int]:
    """Return the entries whose names, each with `tail`, stand before `end`, and where they begin."""
    entries: list[Entry] = []
    start = end
    while True:
        for size in range(min(_BEFORE, end), 0, -1):
            entry = lexicon.entry((*words.low[end - size : end], *tail))
            if entry is not None and (not entries or entry.label == entries[0].label):
                break
        else:
            return entries[::-1], start
        entries.append(entry)
        start = end = end - size
        while end and words.low[end - 1] in _BETWEEN:
            end -= 1
        if end == start:
            return entries[::-1], start


def _heads_first(words: Words, lexicon: Lexicon) -> Iterator[Found]:
    """Find "Committees on Agriculture and on Import Licensing"."""
    for place, word in enumerate(words.low[:-1]):
        head, link = SINGULAR.get(word), words.low[place + 1]
        if word in FOREIGN:
            entries, end = _names_after(words, place + 1, (FOREIGN[word],), lexicon)
        elif head and link in _LINKS:
            entries, end = _names_after(words, place + 2, (head, link), lexicon)
        else:
            continue
        if len(entries) > 1:
            yield _together(words, place, end, entries)


def _names_after(
    words: Words, start: int, head: tuple[str, ...], lexicon: Lexicon
) -> tuple[list[Entry], int]:
    """Return the entries whose names, each with `head`, stand from `start` on, and where they end."""
    entries: list[Entry] = []
    end = start
    while True:
        for size in range(min(_AFTER, len(words) - start), 0, -1):
            entry = lexicon.entry((*head, *words.low[start : start + size]))
            if entry is not None:
                break
        else:
            return entries, end
        entries.append(entry)
        start = end = start + size
        while start < len(words) and (words.low[start] in _BETWEEN or words.low[start] in {"the", head[-1]}):
            start += 1
        if start == end:
            return entries, end
