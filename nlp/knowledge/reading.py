"""Reads entries from the knowledge files of the package and from files of the user's own.

The package's are JSON, one entry a line, in `nlp/data/`; `knowledge.json` names them and their
version. A user's file is TOML with one `[[entry]]` table an entry, or JSON lines like ours.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import fields
from datetime import date
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from nlp.errors import ModelInvalid
from nlp.knowledge.entry import Entry, Membership
from nlp.knowledge.lists import Knowledge, clashes
from nlp.knowledge.samples import Sample, to_sample

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable
    from pathlib import Path

MANIFEST = "knowledge.json"
_MEND = (
    "Mend that line of the file given with --knowledge; `wsis knowledge show ID` prints how one is written."
)

_FIELDS = {field.name for field in fields(Entry)}
_NEEDED = {"id", "label", "name", "source"}
_TEXTS = _NEEDED | {"parent", "family", "standing"}
_MEMBERSHIP = {field.name for field in fields(Membership)}


def load_knowledge(extra: Path | None = None) -> Knowledge:
    """Read the knowledge files of the package, and one of the user's after them.

    Parameters
    ----------
    extra : Path, optional
        A file of further entries: TOML, or JSON lines where its name ends in `.jsonl`. An entry
        whose id is known replaces the one of the package.

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
        for _, entry in _json_lines(data, name):
            if entry.id in entries:
                raise ModelInvalid(f"two entries with the id {entry.id!r}", input=name)
            entries[entry.id] = entry
    if extra is not None:
        try:
            data = _read(extra, str(extra))
            own, _ = _parse(data, extra)
            _add(entries, own, str(extra))
        except ModelInvalid as error:
            error.hint = _MEND
            raise
        hashed.update(data)
    try:
        return Knowledge(str(manifest["version"]), hashed.hexdigest(), tuple(entries.values()))
    except ValueError as error:
        raise ModelInvalid(str(error), input="knowledge files") from error


def _add(entries: dict[str, Entry], own: list[tuple[int, Entry]], name: str) -> None:
    """Add the user's entries, each with its line, or say which one cannot stand beside the others."""
    lines: dict[str, int] = {}

    def refuse(entry: str, why: str) -> ModelInvalid:
        where = f"line {lines[entry]}: " if lines.get(entry) else ""
        return ModelInvalid(where + why, input=name)

    for line, entry in own:
        if entry.id in lines:
            first = f", the first in line {lines[entry.id]}" if line else ""
            lines[entry.id] = line
            raise refuse(entry.id, f"two entries with the id {entry.id!r}{first}")
        lines[entry.id] = line
    entries.update({entry.id: entry for _, entry in own})
    for clash in clashes(entries.values()):
        raise refuse(max(clash.ids, key=lambda ident: lines.get(ident, 0)), str(clash))
    for _, entry in own:
        if entry.parent and entry.parent not in entries:
            raise refuse(entry.id, f"{entry.id}: unknown parent {entry.parent!r}")
        for member in entry.members:
            if member.id not in entries:
                raise refuse(entry.id, f"{entry.id}: unknown member {member.id!r}")


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


def read_own(path: Path) -> tuple[tuple[Entry, ...], tuple[Sample, ...]]:
    """Read the entries and samples of a user's file, without those of the package.

    Raises
    ------
    ModelInvalid
        With the file and the line.
    """
    entries, samples = _parse(_read(path, str(path)), path)
    return tuple(entry for _, entry in entries), tuple(samples)


def _parse(data: bytes, path: Path) -> tuple[list[tuple[int, Entry]], list[Sample]]:
    if path.suffix == ".jsonl":
        return list(_json_lines(data, str(path))), []
    return _toml(data, str(path))


def _text(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ModelInvalid(f"is not UTF-8: {error}", input=name) from error


def _json_lines(data: bytes, name: str) -> Iterator[tuple[int, Entry]]:
    for number, line in enumerate(_text(data, name).split("\n"), 1):
        if not line.strip():
            continue
        try:
            yield number, to_entry(json.loads(line))
        except (ValueError, TypeError, RecursionError) as error:
            raise ModelInvalid(f"line {number}: {error}", input=name) from error


#: Where an entry or a sample begins. A line like that inside a text of several lines would be counted
#: too; then there are more of them than tables, and the message names the table by its place alone.
_TABLE = re.compile(r"^[ \t]*\[\[[ \t]*[\"']?(entry|sample)[\"']?[ \t]*\]\]", re.MULTILINE)


def _toml(data: bytes, name: str) -> tuple[list[tuple[int, Entry]], list[Sample]]:
    text = _text(data, name)
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ModelInvalid(f"is not TOML: {error}", input=name) from error
    tables = {kind: document.pop(kind, []) for kind in ("entry", "sample")}
    no_list = [kind for kind, records in tables.items() if not isinstance(records, list)]
    for key in (*document, *no_list):
        begun = re.search(rf"^[ \t]*\[*[ \t]*[\"']?{re.escape(key)}\b", text, re.MULTILINE)
        shown = f"line {_line_at(text, begun.start())}: " if begun else ""
        raise ModelInvalid(
            f"{shown}unknown key {key!r}; allowed: [[entry]] and [[sample]] tables", input=name
        )
    begins = [(hit[1], _line_at(text, hit.start())) for hit in _TABLE.finditer(text)]
    lines = text.split("\n")
    entries: list[tuple[int, Entry]] = []
    samples: list[Sample] = []
    for kind, records in tables.items():
        places = [line for table, line in begins if table == kind]
        for place, record in enumerate(records):
            line = places[place] if len(places) == len(records) else 0
            try:
                if kind == "entry":
                    entries.append((line, to_entry(record)))
                else:
                    samples.append(to_sample(record))
            except (ValueError, TypeError) as error:
                where = f"line {_line_of(error, lines, line)}" if line else f"{kind} {place + 1}"
                raise ModelInvalid(f"{where}: {error}", input=name) from error
    return entries, samples


def _line_at(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def _line_of(error: Exception, lines: list[str], first: int) -> int:
    """Return the line of the field that the error speaks of, or the one where its table begins."""
    told = re.search(r"field '(\w+)'", str(error))
    for number in range(first + 1, len(lines) + 1):
        if not told or _TABLE.match(lines[number - 1]):
            break
        if re.match(rf"\s*{told[1]}\s*[=.]", lines[number - 1]):
            return number
    return first


def to_entry(record: object) -> Entry:
    """Make an entry of what a file holds of it.

    Raises
    ------
    ValueError, TypeError
        With the field and its value.
    """
    if not isinstance(record, dict):
        raise TypeError(f"not an object: {record!r:.60}")
    if unknown := sorted(set(record) - _FIELDS):
        raise ValueError(f"unknown field {unknown[0]!r}; allowed: {', '.join(sorted(_FIELDS))}")
    if missing := sorted(_NEEDED - set(record)):
        raise ValueError(f"field {missing[0]!r} is missing")
    return Entry(**{key: _value(key, value) for key, value in record.items()})


def to_record(entry: Entry) -> dict[str, Any]:
    """Return an entry as the files hold it, without its empty fields."""
    record: dict[str, Any] = {}
    for field in fields(Entry):
        value = getattr(entry, field.name)
        if field.name == "members":
            value = [
                {
                    key: _plain(getattr(member, key))
                    for key in ("id", "valid_from", "valid_to")
                    if getattr(member, key)
                }
                for member in value
            ]
        elif field.name == "names":
            value = {language: list(texts) for language, texts in value.items()}
        if value or field.name == "verified":
            record[field.name] = _plain(value)
    return record


def to_toml(entry: Entry) -> str:
    """Write an entry as a table of a user's file."""
    lines = [f"{key} = {_toml_value(value)}" for key, value in to_record(entry).items()]
    return "\n".join(("[[entry]]", *lines, ""))


def _toml_value(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml_value(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        parts = [_toml_value(item) for item in value]
        apart = ",\n  " if any(isinstance(item, dict) for item in value) else ", "
        return f"[{apart.join(parts)}]"
    # A JSON string is a TOML string too, but for DEL.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a field holds
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _value(key: str, value: Any) -> Any:  # noqa: ANN401 - whatever the file holds
    if key in _TEXTS and isinstance(value, str):
        return value
    if key == "verified" and isinstance(value, bool):
        return value
    if key == "since":
        return _date(key, value)
    if key == "names" and isinstance(value, dict) and all(map(_is_texts, value.values())):
        return {str(language): tuple(texts) for language, texts in value.items()}
    if key == "members" and isinstance(value, list):
        return tuple(_membership(member) for member in value)
    if key not in {*_TEXTS, "verified", "names"} and _is_texts(value):
        return tuple(value)
    raise TypeError(f"field {key!r} cannot be {value!r:.60}")


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


def _membership(record: object) -> Membership:
    if isinstance(record, str):
        return Membership(record)
    if not isinstance(record, dict) or not isinstance(record.get("id"), str) or set(record) - _MEMBERSHIP:
        raise TypeError(
            f"field 'members' cannot hold {record!r:.60}; each has {', '.join(sorted(_MEMBERSHIP))}"
        )
    return Membership(
        record["id"],
        *(_date("members", record[key]) if key in record else None for key in ("valid_from", "valid_to")),
    )


def _date(key: str, value: object) -> date:
    if type(value) is date:
        return value
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise TypeError(f"field {key!r} cannot be {value!r:.60}: a date like 2024-08-30")
