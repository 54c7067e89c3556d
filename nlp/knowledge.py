"""The entity lists: reads and checks the knowledge files; finds nothing in texts itself.

One JSON object a line in `nlp/data/*.jsonl`, sorted by id; `knowledge.json` names the files and
their version. Names, aliases and acronyms of one entry all lead to its id; how their letters
must be written in a text is the `Case` of each form.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, fields
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal, get_args

from nlp.document import ENTITY_LABELS, EntityLabel
from nlp.errors import ModelInvalid
from nlp.taxonomy import CODES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from importlib.resources.abc import Traversable
    from pathlib import Path

#: exact: these very letters (acronyms). name: capitals as in a name, or all capitals.
#: any: a common noun, in any case.
Case = Literal["exact", "name", "any"]
CASES: tuple[Case, ...] = get_args(Case)

#: Labels whose names are common nouns: "Artificial intelligence" begins a sentence only.
COMMON_NOUNS: frozenset[str] = frozenset({"TECHNOLOGY", "MEMBER_GROUP", "ACTION_LINE"})

MANIFEST = "knowledge.json"
_MEND = "Mend that line of the file given with --knowledge; those in nlp/data show how it is written."

#: A word with the accents that stand apart from their letters, or one other sign.
WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*|\s+|[\s\S]")
HYPHENS = "-\u2010\u2011"
_APOSTROPHES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'", "`": "'", "\u00b4": "'"})
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9:.\-]*")


@lru_cache(maxsize=32_768)
def plain(word: str) -> str:
    """Return the word without accents, ligatures and typographic apostrophes, case kept."""
    if word.isascii():
        return word
    parts = unicodedata.normalize("NFKD", word.translate(_APOSTROPHES))
    return "".join(c for c in parts if not unicodedata.combining(c)) or word


def pieces(text: str) -> Iterator[re.Match[str]]:
    """Yield the words and signs of a text, without white space and hyphens inside compounds."""
    for match in WORD.finditer(text):
        piece = match[0]
        if piece.isspace() or (piece in HYPHENS and _inside(text, match)):
            continue
        yield match


def fold(text: str) -> tuple[str, ...]:
    """Return what two writings of one name share: its plain words in lower case."""
    return tuple(plain(match[0]).casefold() for match in pieces(text))


def _inside(text: str, match: re.Match[str]) -> bool:
    start, end = match.span()
    return start > 0 and end < len(text) and text[start - 1].isalnum() and text[end].isalnum()


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write an entry's name."""

    text: str
    case: Case


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be named in a text.

    Attributes
    ----------
    name : str
        The official name: it is printed, and found as well.
    aliases, acronyms : tuple of str
        Other forms, for finding only; acronyms match letter by letter.
    ambiguous : tuple of str
        Those acronyms that are common words in capitals ("WHO", "US"): not believed in a line
        of capitals.
    short : tuple of str
        Forms that several entries share ("Work Programme"): they count only when the document
        says which one is meant, or when a word of `context` stands near.
    exclusions : tuple of str
        Phrases that hold one of the forms and are not this thing ("Georgia Tech").
    symbols : tuple of str
        Document series of a body ("G/TBT").
    """

    id: str
    label: EntityLabel
    name: str
    aliases: tuple[str, ...] = ()
    acronyms: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()
    short: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    exclusions: tuple[str, ...] = ()
    symbols: tuple[str, ...] = ()
    source: str = ""
    verified: bool = False

    def __post_init__(self) -> None:
        """Refuse unknown labels, ids that cannot be joined, and empty forms."""
        if self.label not in ENTITY_LABELS:
            raise ValueError(f"unknown label {self.label!r}; allowed: {', '.join(ENTITY_LABELS)}")
        if not _ID.fullmatch(self.id):
            raise ValueError(f"id {self.id!r} must be letters, digits, ':', '.' and '-'")
        if self.label == "ACTION_LINE" and self.id not in (*CODES, "C7"):
            raise ValueError(f"unknown action line {self.id!r}; allowed: C7, {', '.join(CODES)}")
        if not self.source:
            raise ValueError(f"{self.id}: no source")
        written = (self.aliases, self.acronyms, self.ambiguous, self.short, self.exclusions)
        for text in (self.name, *chain(*written)):
            if text != text.strip() or not fold(text):
                raise ValueError(f"{self.id}: empty form or white space around it: {text!r}")

    @property
    def forms(self) -> tuple[Form, ...]:
        """Every form that stands for the entry by itself, with its case rule."""
        exact = dict.fromkeys((*self.acronyms, *self.ambiguous))
        weak = {fold(text) for text in self.short}
        names = (text for text in (self.name, *self.aliases) if text not in exact and fold(text) not in weak)
        return (
            *(Form(text, "exact") for text in exact),
            *(Form(text, self._case(text)) for text in dict.fromkeys(names)),
        )

    def _case(self, text: str) -> Case:
        if self.label in COMMON_NOUNS or text == text.lower():
            return "any"
        return "exact" if text == text.upper() and " " not in text else "name"


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All entries, with the version and the hash of the files they came from."""

    version: str
    sha256: str
    entries: tuple[Entry, ...]

    def __post_init__(self) -> None:
        """Refuse two entries with one id, and one form of two entries.

        Raises
        ------
        ValueError
            With the ids in question.
        """
        seen: set[str] = set()
        for entry in self.entries:
            if entry.id in seen:
                raise ValueError(f"two entries with the id {entry.id!r}")
            seen.add(entry.id)
        for (words, case), ids in clashes(self.entries).items():
            raise ValueError(f"the form {' '.join(words)!r} ({case}) leads to {' and '.join(ids)}")

    def by_id(self) -> dict[str, Entry]:
        """Return the entries under their ids."""
        return {entry.id: entry for entry in self.entries}


def clashes(entries: Iterable[Entry]) -> dict[tuple[tuple[str, ...], str], list[str]]:
    """Return the forms that lead to more than one id.

    An acronym and a name may share their letters ("CAT", "Cat"): case tells them apart.
    """
    owners: dict[tuple[tuple[str, ...], str], dict[str, None]] = defaultdict(dict)
    for entry in entries:
        for form in entry.forms:
            words = tuple(map(plain, form.text.split())) if form.case == "exact" else fold(form.text)
            owners[words, form.case][entry.id] = None
    return {key: list(ids) for key, ids in owners.items() if len(ids) > 1}


def load_knowledge(extra: Path | None = None) -> Knowledge:
    """Read the knowledge files of the package, and one of the user's after them.

    Parameters
    ----------
    extra : Path, optional
        A file of further entries, one JSON object a line. An entry whose id is known replaces
        the one of the package.

    Returns
    -------
    Knowledge
        `sha256` covers the bytes of all files, in the order of their names; `extra` is last.

    Raises
    ------
    ModelInvalid
        With the file and the line, when one cannot be read or breaks a rule.
    """
    folder = files("nlp") / "data"
    manifest = _manifest(folder / MANIFEST)
    hashed = sha256()
    entries: dict[str, Entry] = {}
    for name in sorted(manifest["files"]):
        data = _read(folder / name, name)
        hashed.update(data)
        for entry in _entries(data, name):
            if entry.id in entries:
                raise ModelInvalid(f"two entries with the id {entry.id!r}", input=name)
            entries[entry.id] = entry
    if extra is not None:
        try:
            data = _read(extra, str(extra))
            entries.update({entry.id: entry for entry in _entries(data, str(extra))})
        except ModelInvalid as error:
            error.hint = _MEND
            raise
        hashed.update(data)
    try:
        return Knowledge(str(manifest["version"]), hashed.hexdigest(), tuple(entries.values()))
    except ValueError as error:
        where, hint = (str(extra), _MEND) if extra else ("knowledge files", None)
        raise ModelInvalid(str(error), input=where, hint=hint) from error


def _read(path: Path | Traversable, name: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelInvalid(f"cannot be read: {error}", input=name) from error


def _manifest(path: Traversable) -> dict[str, list[str]]:
    try:
        manifest = json.loads(_read(path, MANIFEST))
        return {"version": manifest["version"], "files": [str(name) for name in manifest["files"]]}
    except (ValueError, KeyError, TypeError) as error:
        raise ModelInvalid(f"must hold `version` and `files`: {error!r}", input=MANIFEST) from error


_FIELDS = {field.name for field in fields(Entry)}
_TEXTS = {"id", "label", "name", "source"}


def _entries(data: bytes, name: str) -> Iterator[Entry]:
    try:
        lines = data.decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise ModelInvalid(f"is not UTF-8: {error}", input=name) from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield _entry(json.loads(line))
        except (ValueError, TypeError) as error:
            raise ModelInvalid(f"line {number}: {error}", input=name) from error


def _entry(record: object) -> Entry:
    if not isinstance(record, dict):
        raise TypeError(f"not an object: {record!r:.60}")
    if unknown := sorted(set(record) - _FIELDS):
        raise ValueError(f"unknown field {unknown[0]!r}; allowed: {', '.join(sorted(_FIELDS))}")
    if missing := sorted(_TEXTS - set(record)):
        raise ValueError(f"field {missing[0]!r} is missing")
    for key, value in record.items():
        if key in _TEXTS:
            sound = isinstance(value, str)
        elif key == "verified":
            sound = isinstance(value, bool)
        else:
            sound = isinstance(value, list) and all(isinstance(text, str) for text in value)
        if not sound:
            raise TypeError(f"field {key!r} cannot be {value!r:.60}")
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in record.items()
    }
    return Entry(**values)
