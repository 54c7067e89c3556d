"""All entries together, and the forms that two of them would share."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from nlp.knowledge.entry import LANGUAGES, Case, Entry
from nlp.knowledge.writing import fold, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date


@dataclass(frozen=True, slots=True)
class Clash:
    """A form that leads to several entries."""

    text: str
    case: Case
    language: str
    ids: tuple[str, ...]

    def __str__(self) -> str:
        """Say it in one sentence."""
        return f"the form {self.text!r} ({self.case}, {self.language}) leads to {' and '.join(self.ids)}"


@dataclass(frozen=True)
class Knowledge:
    """All entries, with the version and the hash of the files they came from."""

    version: str
    sha256: str
    entries: tuple[Entry, ...]

    def __post_init__(self) -> None:
        """Refuse two entries with one id, and ids that lead to nobody. `clashes` looks at the forms.

        Raises
        ------
        ValueError
            With the ids in question.
        """
        if len(self.by_id) < len(self.entries):
            twice, _ = Counter(entry.id for entry in self.entries).most_common(1)[0]
            raise ValueError(f"two entries with the id {twice!r}")
        for entry in self.entries:
            if entry.parent and entry.parent not in self.by_id:
                raise ValueError(f"{entry.id}: unknown parent {entry.parent!r}")
            for member in entry.members:
                if member.id not in self.by_id:
                    raise ValueError(f"{entry.id}: unknown member {member.id!r}")

    @cached_property
    def by_id(self) -> dict[str, Entry]:
        """The entries under their ids."""
        return {entry.id: entry for entry in self.entries}

    def members_of(self, group: str, day: date) -> tuple[str, ...]:
        """Return the ids of those who belonged to a group on that day; none of an unknown group."""
        entry = self.by_id.get(group)
        return entry.members_on(day) if entry else ()


def clashes(entries: Iterable[Entry]) -> Iterator[Clash]:
    """Yield the forms that lead to more than one id in documents of one language.

    An acronym and a name may share their letters ("CAT", "Cat"): case tells them apart.
    """
    entries = tuple(entries)
    for language in ("en", *LANGUAGES):
        owners: dict[tuple[tuple[str, ...], str], dict[str, str]] = defaultdict(dict)
        for entry in entries:
            for form in entry.forms_in(language):
                exact = form.case == "exact"
                words = tuple(map(plain, form.text.split())) if exact else fold(form.text)
                owners[words, "exact" if exact else "name"].setdefault(entry.id, form.text)
        for (_, case), found in owners.items():
            if len(found) > 1:
                text = next(iter(found.values()))
                yield Clash(text, "exact" if case == "exact" else "name", language, tuple(found))
