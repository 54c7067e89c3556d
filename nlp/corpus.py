"""Annotated paragraphs in and out: one JSON object a line; owns what a sound row is.

A row that cannot be trained on stops the reading with its file and line: a label never
vanishes silently. Which labels are right is for the annotators, not for this module.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from nlp.document import Entity, Example
from nlp.errors import CorpusInvalid
from nlp.taxonomy import CODES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

#: Longest text of a row, in characters; the longest real paragraphs hold a tenth of it.
MAX_CHARACTERS = 20_000
#: Longest line that is read, in bytes.
MAX_LINE_BYTES = 1_000_000

_TEXTS = ("id", "doc", "batch", "text")
_OPTIONAL_TEXTS = ("genre", "language", "origin", "annotator", "status")
_LISTS = ("labels", "also", "section")
_REQUIRED = (*_TEXTS, "labels")
_FIELDS = frozenset((*_TEXTS, *_OPTIONAL_TEXTS, *_LISTS, "year", "entities"))
#: Fields of a marked entity.
_ENTITY = ("start", "end", "text", "label", "id")


def read_corpus(path: Path, *, trainable: bool = True) -> list[Example]:
    """Read annotated rows from a `.jsonl` file, or from all of a folder in order of their names.

    Parameters
    ----------
    path : Path
    trainable : bool, default=True
        Whether the rows are to be trained on, for which there must be two labels or more.

    Returns
    -------
    list of Example
        In the order of the files and lines.

    Raises
    ------
    CorpusInvalid
        With file and line: bad JSON, a missing, unknown or ill-typed field, an unknown label,
        an empty or oversized text, a second row with the same id. Without a line: no rows at
        all, or one label only.
    """
    examples: list[Example] = []
    seen: dict[str, str] = {}
    for file in _files(path):
        for number, line in _lines(file):
            where = f"{file.name}:{number}"
            example = _to_example(line, where)
            if example.id in seen:
                raise CorpusInvalid(f"id {example.id!r} was used before, at {seen[example.id]}", input=where)
            seen[example.id] = where
            examples.append(example)
    if trainable:
        check_trainable(examples, source=path.name)
    elif not examples:
        raise _no_rows(path.name)
    return examples


def check_trainable(examples: Sequence[Example], *, source: str = "corpus") -> None:
    """Refuse rows that no classifier can be made of.

    Raises
    ------
    CorpusInvalid
        There are no rows, or fewer than two labels occur.
    """
    if not examples:
        raise _no_rows(source)
    labels = {label for example in examples for label in example.labels}
    if len(labels) < 2:
        raise CorpusInvalid(
            f"{len(labels)} different label(s) in {len(examples)} rows; two or more are needed",
            input=source,
            hint="Add rows of other action lines.",
        )


def _no_rows(source: str) -> CorpusInvalid:
    return CorpusInvalid("there are no rows in it", input=source, hint="Give rows; see corpus/README.md.")


def to_json(example: Example) -> str:
    """Return the row as a line of the corpus, keys sorted, without the line end."""
    row = {name: getattr(example, name) for name in sorted(_FIELDS - {"entities"})}
    if example.entities:
        row["entities"] = [{name: getattr(one, name) for name in _ENTITY} for one in example.entities]
    return json.dumps(row, ensure_ascii=False, sort_keys=True)


def corpus_hash(examples: Iterable[Example]) -> str:
    """Return the SHA-256 over the rows, whatever files and order they stood in."""
    digest = hashlib.sha256()
    for line in sorted(to_json(example) for example in examples):
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise CorpusInvalid("there is no such file or folder", input=str(path), hint="Check the path.")
    return sorted(file for file in path.glob("*.jsonl") if file.is_file())


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    with file.open("rb") as stream:
        number = 0
        # One byte over the limit tells a longer line without taking it into memory.
        while line := stream.readline(MAX_LINE_BYTES + 1):
            number += 1
            where = f"{file.name}:{number}"
            if len(line) > MAX_LINE_BYTES:
                raise CorpusInvalid(f"the line has more than {MAX_LINE_BYTES:,} bytes", input=where)
            try:
                text = line.decode("utf-8")
            except UnicodeDecodeError as error:
                raise CorpusInvalid(f"not UTF-8 at byte {error.start} of the line", input=where) from error
            if text.strip():
                yield number, text


def _to_example(line: str, where: str) -> Example:
    try:
        row = json.loads(line, object_pairs_hook=_once_each)
    except CorpusInvalid as error:
        error.input = where
        raise
    except (ValueError, RecursionError) as error:
        raise CorpusInvalid(f"not JSON: {error}", input=where) from error
    if not isinstance(row, dict):
        raise CorpusInvalid(f"a row must be a JSON object, not {type(row).__name__}", input=where)
    if absent := [name for name in _REQUIRED if name not in row]:
        raise CorpusInvalid(f"missing field(s): {', '.join(absent)}", input=where)
    if unknown := sorted(row.keys() - _FIELDS):
        raise CorpusInvalid(
            f"unknown field(s): {', '.join(unknown)}; allowed: {', '.join(sorted(_FIELDS))}", input=where
        )
    _check_types(row, where)
    _check_text(row["text"], where)
    _check_labels(row, where)
    row["entities"] = _to_entities(row, where)
    values: dict[str, Any] = {name: tuple(value) if name in _LISTS else value for name, value in row.items()}
    return Example(**values)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) < len(pairs):
        name = Counter(key for key, _ in pairs).most_common(1)[0][0]
        raise CorpusInvalid(f"field {name!r} stands twice")
    return row


def _to_entities(row: dict[str, Any], where: str) -> tuple[Entity, ...]:
    told = row.get("entities", [])
    if not isinstance(told, list) or not all(isinstance(one, dict) for one in told):
        raise CorpusInvalid(f"'entities' must be a list of objects, not {told!r:.80}", input=where)
    entities = []
    for one in told:
        if one.keys() != set(_ENTITY):
            raise CorpusInvalid(
                f"an entity must have the fields {', '.join(_ENTITY)}, not {', '.join(map(str, one))}",
                input=where,
            )
        texts = [one[name] for name in ("text", "label", "id")]
        if not all(type(one[name]) is int for name in ("start", "end")) or not all(
            isinstance(text, str) for text in texts
        ):
            raise CorpusInvalid(
                f"an entity's offsets must be whole numbers, the rest strings: {one}", input=where
            )
        try:
            entity = Entity(**one, name="", rule="")
        except ValueError as error:
            raise CorpusInvalid(f"a bad entity: {error}", input=where) from error
        if row["text"][entity.start : entity.end] != entity.text:
            raise CorpusInvalid(
                f"the entity at [{entity.start}, {entity.end}) says {entity.text!r}, the text says "
                f"{row['text'][entity.start : entity.end]!r}",
                input=where,
            )
        entities.append(entity)
    return tuple(entities)


def _check_types(row: dict[str, Any], where: str) -> None:
    for name in (*_TEXTS, *_OPTIONAL_TEXTS):
        if name in row and not isinstance(row[name], str):
            raise CorpusInvalid(f"{name!r} must be a string, not {row[name]!r}", input=where)
    for name in ("id", "doc", "batch"):
        if not row[name].strip():
            raise CorpusInvalid(f"{name!r} must not be empty", input=where)
    for name in _LISTS:
        value = row.get(name, [])
        if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
            raise CorpusInvalid(f"{name!r} must be a list of strings, not {value!r:.80}", input=where)
    year = row.get("year")
    if year is not None and (not isinstance(year, int) or isinstance(year, bool)):
        raise CorpusInvalid(f"'year' must be a whole number or null, not {year!r}", input=where)


def _check_text(text: str, where: str) -> None:
    if not any(character.isalpha() for character in text):
        raise CorpusInvalid(f"'text' must hold letters, not {text!r:.80}", input=where)
    if len(text) > MAX_CHARACTERS:
        raise CorpusInvalid(
            f"'text' has {len(text):,} characters; at most {MAX_CHARACTERS:,} are allowed", input=where
        )
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise CorpusInvalid(f"'text' holds half a surrogate pair at {error.start}", input=where) from error


def _check_labels(row: dict[str, Any], where: str) -> None:
    for name in ("labels", "also"):
        values = row.get(name, [])
        if unknown := [value for value in values if value not in CODES]:
            raise CorpusInvalid(
                f"unknown label {unknown[0]!r} in {name!r}; allowed: {', '.join(CODES)}", input=where
            )
        if twice := [value for value, count in Counter(values).items() if count > 1]:
            raise CorpusInvalid(f"label {twice[0]!r} stands twice in {name!r}", input=where)
    if both := set(row["labels"]) & set(row.get("also", [])):
        raise CorpusInvalid(f"label {min(both)!r} stands in 'labels' and in 'also'", input=where)
