"""One thing that can be named in a text, and all the ways to name it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import chain, combinations
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from nlp.display import SURROGATE
from nlp.document import ENTITY_LABELS, EntityLabel
from nlp.knowledge.writing import fold
from nlp.taxonomy import CODES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

#: exact: these very letters (acronyms). name: capitals as in a name, or all capitals.
#: any: a common noun, in any case.
Case = Literal["exact", "name", "any"]
CASES: tuple[Case, ...] = get_args(Case)

#: Labels whose names are common nouns: "Artificial intelligence" begins a sentence only.
COMMON_NOUNS: frozenset[str] = frozenset({"TECHNOLOGY", "MEMBER_GROUP", "ACTION_LINE"})
#: Languages whose names may be given; the other fields are English, or the same in all.
LANGUAGES: tuple[str, ...] = ("es", "fr")
#: What a State or customs territory is to the WTO.
STANDINGS: tuple[str, ...] = ("member", "observer", "none")

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9:.\-]*")


class Form(NamedTuple):
    """One way to write an entry's name."""

    text: str
    case: Case


@dataclass(frozen=True, slots=True)
class Membership:
    """A Member of a group, from the first day to the day before `valid_to`; None is "unknown or open"."""

    id: str
    valid_from: date | None = None
    valid_to: date | None = None

    def __post_init__(self) -> None:
        """Refuse a membership that ends before it begins."""
        if self.valid_from and self.valid_to and self.valid_to <= self.valid_from:
            raise ValueError(f"{self.id}: valid_to {self.valid_to} is not after valid_from {self.valid_from}")

    def holds(self, day: date) -> bool:
        """Whether the membership holds on that day."""
        began = self.valid_from is None or self.valid_from <= day
        return began and (self.valid_to is None or day < self.valid_to)

    def overlaps(self, other: Membership) -> bool:
        """Whether there is a day on which both hold."""
        return (other.valid_to is None or self.valid_from is None or self.valid_from < other.valid_to) and (
            self.valid_to is None or other.valid_from is None or other.valid_from < self.valid_to
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be named in a text.

    Attributes
    ----------
    name : str
        The official name in English: it is printed, and found as well.
    aliases, acronyms : tuple of str
        Other forms, for finding only; acronyms match letter by letter.
    former : tuple of str
        Names it had before; they are found like aliases.
    names : dict of str to tuple of str
        Names by language ("fr", "es"), the official one first. They are found in documents of
        that language; an acronym among them (one word in capitals) letter by letter.
    adjectives : tuple of str
        Demonyms ("Brazilian"): they are not the Member and are never found.
    ambiguous : tuple of str
        Those acronyms that are common words in capitals ("WHO", "US"): not believed in a line
        of capitals.
    foreign : tuple of str
        Languages in which its ambiguous acronyms, or all if none is, are another word ("AI" is a
        French "have"): there they are not looked for.
    short : tuple of str
        Forms that several entries share ("Work Programme"): they count only when the document
        says which one is meant, or when a word of `context` stands near.
    exclusions : tuple of str
        Phrases that hold one of the forms and are not this thing ("Georgia Tech").
    symbols : tuple of str
        Document series of a body ("G/TBT").
    parent : str
        Id of the body or organisation that it belongs to.
    family : str
        What sort of thing it is ("digital", "development bank"), for lists and counts.
    standing : str
        Of a MEMBER: "member", "observer" or "none", what it is to the WTO.
    since : date or None
        Of a MEMBER: the day it acceded to the WTO.
    codes : tuple of str
        Of a MEMBER: the codes that stand for it in document symbols ("KEN").
    members : tuple of Membership
        Of a MEMBER_GROUP: who belongs to it and when.
    """

    id: str
    label: EntityLabel
    name: str
    aliases: tuple[str, ...] = ()
    acronyms: tuple[str, ...] = ()
    former: tuple[str, ...] = ()
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    adjectives: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    short: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    exclusions: tuple[str, ...] = ()
    symbols: tuple[str, ...] = ()
    parent: str = ""
    family: str = ""
    standing: str = ""
    since: date | None = None
    codes: tuple[str, ...] = ()
    members: tuple[Membership, ...] = ()
    source: str = ""
    verified: bool = False

    def __post_init__(self) -> None:
        """Refuse unknown labels, ids that cannot be joined, empty forms, and fields of other labels."""
        if self.label not in ENTITY_LABELS:
            raise ValueError(f"unknown label {self.label!r}; allowed: {', '.join(ENTITY_LABELS)}")
        if not _ID.fullmatch(self.id):
            raise ValueError(f"id {self.id!r} must be letters, digits, ':', '.' and '-'")
        if self.label == "ACTION_LINE" and self.id not in (*CODES, "C7"):
            raise ValueError(f"unknown action line {self.id!r}; allowed: C7, {', '.join(CODES)}")
        if not self.source:
            raise ValueError(f"{self.id}: no source")
        for text in self.written():
            if not text or text != text.strip():
                raise ValueError(f"{self.id}: empty form or white space around it: {text!r}")
            if not text.isascii() and SURROGATE.search(text):
                raise ValueError(f"{self.id}: half a character, which no file can hold: {text!r}")
        self._check_languages()
        self._check_label()

    def written(self) -> Iterator[str]:
        """Yield every text that stands in the entry, in all languages, those that are never found too."""
        lists = (self.aliases, self.acronyms, self.former, self.adjectives, self.ambiguous, self.short)
        return chain([self.name], *lists, self.exclusions, *self.names.values())

    def _check_languages(self) -> None:
        for language in (*self.names, *self.foreign):
            if language not in LANGUAGES:
                raise ValueError(f"{self.id}: unknown language {language!r}; allowed: {', '.join(LANGUAGES)}")

    def _check_label(self) -> None:
        if self.standing and self.standing not in STANDINGS:
            raise ValueError(
                f"{self.id}: unknown standing {self.standing!r}; allowed: {', '.join(STANDINGS)}"
            )
        of_member = ("standing", self.standing), ("since", self.since), ("codes", self.codes)
        for name, value in (*of_member, ("adjectives", self.adjectives)):
            if value and self.label != "MEMBER":
                raise ValueError(f"{self.id}: only a MEMBER has {name}, not a {self.label}")
        if self.members and self.label != "MEMBER_GROUP":
            raise ValueError(f"{self.id}: only a MEMBER_GROUP has members, not a {self.label}")
        for one, other in combinations(self.members, 2) if self._twice() else ():
            if one.id == other.id and one.overlaps(other):
                raise ValueError(f"{self.id}: {one.id} is a member twice at one time")

    def _twice(self) -> bool:
        return len({member.id for member in self.members}) < len(self.members)

    @property
    def forms(self) -> tuple[Form, ...]:
        """Every form that stands for the entry by itself in English, with its case rule."""
        exact = dict.fromkeys((*self.acronyms, *self.ambiguous))
        written = dict.fromkeys((self.name, *self.aliases, *self.former))
        names = (text for text in written if text not in exact)
        if weak := {fold(text) for text in self.short}:
            names = (text for text in names if fold(text) not in weak)
        return (
            *(Form(text, "exact") for text in exact),
            *(Form(text, self._case(text)) for text in names),
        )

    def forms_in(self, language: str) -> tuple[Form, ...]:
        """Every form that stands for the entry in a document of this language.

        International names and acronyms are written in every language as in English; acronyms
        that are another word there are left out.
        """
        own = self.names.get(language, ())
        forms = [
            Form(text, "exact" if _is_acronym(text) else self._case(text)) for text in dict.fromkeys(own)
        ]
        known = {form.text for form in forms}
        shared = (form for form in self.forms if form.text not in known)
        if language in self.foreign:
            hidden = self.ambiguous or self.acronyms
            shared = (form for form in shared if form.text not in hidden)
        return (*shared, *forms)

    def members_on(self, day: date) -> tuple[str, ...]:
        """Return the ids of those who belonged to the group on that day."""
        return tuple(member.id for member in self.members if member.holds(day))

    def _case(self, text: str) -> Case:
        if self.label in COMMON_NOUNS or text == text.lower():
            return "any"
        return "exact" if _is_acronym(text) else "name"


def _is_acronym(text: str) -> bool:
    return text == text.upper() and " " not in text
