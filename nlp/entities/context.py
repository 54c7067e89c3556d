"""What a document itself says about its names: acronyms it defines, and short mentions.

The memory lives as long as one document. Acronyms hold from their definition on, in all
sections; "the Committee" looks no further than its section.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from nlp.entities.found import Found, longest
from nlp.entities.runs import begins_date
from nlp.knowledge import fold, plain_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nlp.entities.lexicon import Lexicon
    from nlp.entities.words import Words

Section = tuple[str, ...]

#: Heads that stand for the last full name that has them: "the Committee", "the Agreement".
HEADS: dict[str, tuple[tuple[str, ...], ...]] = {
    "COMMITTEE": (
        ("Working", "Group"),
        ("Working", "Party"),
        ("Sub", "Committee"),
        ("Committee",),
        ("Council",),
        ("Commission",),
        ("Assembly",),
        ("Board",),
    ),
    "AGREEMENT": (("Agreement",), ("Convention",), ("Protocol",), ("Treaty",)),
    "PROGRAMME": (("Work", "Programme"),),
}
#: French and Spanish heads, without accents, and the English ones of the names they stand for.
FOREIGN_HEADS: dict[str, tuple[str, ...]] = {
    "Accord": ("Agreement",),
    "Acuerdo": ("Agreement",),
    "Asamblea": ("Assembly",),
    "Assemblee": ("Assembly",),
    "Comision": ("Commission",),
    "Comite": ("Committee",),
    "Conseil": ("Council",),
    "Consejo": ("Council",),
}
_ARTICLES = frozenset({"al", "au", "del", "du", "el", "la", "le"})
_FIRST_OF_HEADS = frozenset(head[0] for heads in HEADS.values() for head in heads) | FOREIGN_HEADS.keys()
#: After a head these begin a full name, which another rule has to find.
_GOES_ON = frozenset(
    [
        "on",
        "of",
        "for",
        "to",
        "between",
        "establishing",
        "contre",
        "de",
        "del",
        "des",
        "du",
        "entre",
        "pour",
        "relatif",
        "relativo",
        "sobre",
        "sur",
    ]
)

#: What may stand in brackets after a full name, at most 40 letters.
DEFINITION = re.compile(
    r"\s?\((?:hereinafter|hereafter)?(?:\s?referred\sto\sas)?,?\s?(?:the\s)?[\"“‘']?"
    r"([^()\"“”‘’']{2,40})[\"”’']?\)"
)
#: An acronym of two letters means too many things to be learnt ("IP", "EC").
SHORTEST = 3
_INITIALISM = re.compile(r"[A-Za-z][A-Za-z0-9&/\-]{1,14}")


#: So many forms that begin with the same word are remembered.
MOST_FORMS = 20


@dataclass(slots=True)
class Memory:
    """What the document has said so far."""

    #: First word of a defined form -> its words and what it stands for.
    defined: dict[str, list[tuple[tuple[str, ...], Found]]] = field(default_factory=lambda: defaultdict(list))
    #: Section and head -> ids and names of the full names met there.
    named: dict[tuple[Section, tuple[str, ...]], dict[str, Found]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    section: Section = ()
    entered: set[Section] = field(default_factory=set)
    action_lines: bool = False
    #: Whether the text at hand is prose and not the cells of a table.
    prose: bool = True

    def define(self, form: str, meaning: Found) -> None:
        """Let a form stand for something from here on; a later definition replaces an earlier one."""
        words = plain_words(form)
        others = [pair for pair in self.defined[words[0]] if pair[0] != words][-MOST_FORMS:]
        self.defined[words[0]] = sorted([*others, (words, meaning)], key=lambda pair: -len(pair[0]))


def annotate(words: Words, pool: Sequence[Found], memory: Memory, lexicon: Lexicon) -> list[Found]:
    """Choose the entities of one text with what the document's memory knows, and teach the memory.

    Parameters
    ----------
    pool : sequence of Found
        All findings of the other rules, overlapping ones, weak ones and exclusions too.

    Returns
    -------
    list of Found
        Without overlaps, by their starts.
    """
    found = longest(pool)
    defined_from = _learn(words.text, found, memory, lexicon)
    if more := list(_defined(words, memory, defined_from)):
        found = longest([*found, *more])
    _remember(found, memory)
    nothing = [item for item in pool if item.label is None]
    shared = _shared(words, [item for item in pool if item.weak], memory, lexicon)
    more = [*_short(words, memory), *shared]
    return longest([*found, *nothing, *more]) if more else found


def _learn(text: str, found: Sequence[Found], memory: Memory, lexicon: Lexicon) -> dict[str, int]:
    """Read definitions after full names; return from which offset each form holds."""
    defined_from: dict[str, int] = {}
    for item in found:
        hit = DEFINITION.match(text, item.end)
        if hit is None or item.label is None or "+" in item.id:
            continue
        form, name = hit[1].strip(), text[item.start : item.end]
        if form == name or not _defines(form, name, item, lexicon):
            continue
        memory.define(form, replace(item, rule="defined"))
        defined_from[form] = hit.start(1)
    return defined_from


def _defines(form: str, name: str, item: Found, lexicon: Lexicon) -> bool:
    known = lexicon.entry(fold(form))
    if known is not None:
        return False
    capitals = sum(letter.isupper() for letter in form)
    if _INITIALISM.fullmatch(form) and len(form) >= SHORTEST and capitals > 1:
        return _initials(form, name) or _initials(form, item.name)
    heads = HEADS.get(str(item.label), ())
    words = plain_words(form)
    return any(words[-len(head) :] == head for head in heads) and words[0][:1].isupper()


def _initials(form: str, name: str) -> bool:
    """Whether the capitals of a form are initials of the name's words, in their order."""
    initials = iter([word[0].upper() for word in plain_words(name) if word[0].isalnum()])
    return all(letter in initials for letter in form if letter.isupper())


def _defined(words: Words, memory: Memory, defined_from: dict[str, int]) -> Iterator[Found]:
    if memory.defined.keys().isdisjoint(words.raw):
        return
    since = {plain_words(form): offset for form, offset in defined_from.items()}
    for place, word in enumerate(words.raw):
        for phrase, meaning in memory.defined.get(word, ()):
            if words.matches(place, phrase) and words.starts[place] >= since.get(phrase, 0):
                end = words.ends[place + len(phrase) - 1]
                yield replace(meaning, start=words.starts[place], end=end)
                break


def _remember(found: Sequence[Found], memory: Memory) -> None:
    for item in found:
        if item.rule == "short" or "+" in item.id:
            continue
        head = head_of(item)
        if head:
            memory.named[memory.section, head][item.id] = item


def head_of(item: Found) -> tuple[str, ...] | None:
    """Return the head by which a full name may be called: `("Committee",)`."""
    return _head(item.label, item.name) if item.label in HEADS else None


@lru_cache(maxsize=4096)
def _head(label: str, text: str) -> tuple[str, ...] | None:
    name = plain_words(text)
    for head in HEADS[label]:
        for place in range(len(name) - len(head) + 1):
            if name[place : place + len(head)] == head:
                return head
    return None


def _short(words: Words, memory: Memory) -> Iterator[Found]:
    """Find "the Committee" where the section has named one committee only."""
    if _FIRST_OF_HEADS.isdisjoint(words.raw):
        return
    for place, word in enumerate(words.low[:-1], 1):
        if word == "the":
            heads = [(head, head) for heads in HEADS.values() for head in heads]
        elif word in _ARTICLES and words.raw[place] in FOREIGN_HEADS:
            heads = [((words.raw[place],), FOREIGN_HEADS[words.raw[place]])]
        else:
            continue
        for written, head in heads:
            end = place + len(written)
            if not words.matches(place, written) or _goes_on(words, end):
                continue
            candidates = memory.named.get((memory.section, head), {})
            if len(candidates) == 1:
                (meaning,) = candidates.values()
                offsets = words.starts[place], words.ends[end - 1]
                yield replace(meaning, start=offsets[0], end=offsets[1], rule="short")


def _goes_on(words: Words, at: int) -> bool:
    """Whether a full name goes on here, "on Safeguards", and not "on 4 May"."""
    return at < len(words) and words.low[at] in _GOES_ON and not begins_date(words, at + 1)


def _shared(words: Words, weak: Sequence[Found], memory: Memory, lexicon: Lexicon) -> Iterator[Found]:
    """Decide which entry a shared short form means: by name in the section, else by context words."""
    near = ""
    likely: dict[str, bool] = {}
    by_place: dict[tuple[int, int], list[Found]] = defaultdict(list)
    for item in weak:
        if item.label != "ACTION_LINE":
            by_place[item.start, item.end].append(item)
    entries = lexicon.by_id
    for items in by_place.values():
        head = head_of(items[0])
        ids = {item.id for item in items}
        named = set(memory.named.get((memory.section, head), {})) if head else set()
        if len(named) == 1 and named <= ids:
            (chosen,) = (item for item in items if item.id in named)
            yield replace(chosen, rule="short", weak=False)
            continue
        if named:
            continue
        near = near or " ".join((*memory.section, words.text)).casefold()
        for item in items:
            if item.id not in likely:
                likely[item.id] = any(word.casefold() in near for word in entries[item.id].context)
        meant = [item for item in items if likely[item.id]]
        if len(meant) == 1:
            yield replace(meant[0], rule="context", weak=False)
