"""The rows of a manifest and the recipe of a run: pure values, and their JSON."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Literal, get_args

from nlp import taxonomy
from nlp.document import LABELLED_KINDS
from nlp.schema import dumps

if TYPE_CHECKING:
    from nlp.document import Document

#: What became of an input. `waiting`: the batch was ended before its turn.
State = Literal["done", "failed", "duplicate", "waiting"]
STATES: tuple[State, ...] = get_args(State)

DOCUMENTS = "documents"
_STEM_BYTES = 100
_HASH_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that decides a result besides the input: settings, and versions with hashes.

    `settings` are options that change a result (pages, ocr, limits). `versions` has what
    `produced_by` of a document says, and the libraries that read and judge.
    """

    settings: dict[str, Any]
    versions: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Tell it as plain values."""
        return {"settings": self.settings, "versions": self.versions}

    @property
    def sha256(self) -> str:
        """Two recipes with one hash give the same bytes for the same input."""
        return hashlib.sha256(_canonical(self.to_dict())).hexdigest()


@dataclass(frozen=True, slots=True)
class Counts:
    """What a tagged document holds, so that sums need no document.

    `paragraphs` are the blocks that can carry a line: those with one `assigned`, those `open` (none
    assigned, some up for review), and the rest. `review` counts all that a person should look at.
    `lines` has for each line how many blocks are assigned to it and up for review.
    """

    pages: int = 0
    blocks: int = 0
    paragraphs: int = 0
    assigned: int = 0
    open: int = 0
    review: int = 0
    entities: int = 0
    lines: dict[str, dict[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one input.

    `input` is how it is told, `source` the file's own name as the document says it. `result` is the
    document's name in the run folder, of a duplicate that of its first. `place_sha256` is a hash of where
    the input lies, by which it is known again when its bytes are others. `recipe` is the hash of what it
    was made with, `seconds` how long its reading and tagging took.
    """

    input: str
    source: str
    bytes: int
    status: State
    sha256: str | None = None
    result: str | None = None
    result_sha256: str | None = None
    duplicate_of: str | None = None
    place_sha256: str | None = None
    error: dict[str, Any] | None = None
    counts: Counts = field(default_factory=Counts)
    language: str | None = None
    title: str | None = None
    submitter: str | None = None
    warnings: tuple[str, ...] = ()
    seconds: float = 0.0
    recipe: str = ""
    versions: dict[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Tell it as plain values, counts beside the rest."""
        told = asdict(self)
        counts = told.pop("counts")
        told["warnings"] = list(self.warnings)
        told["seconds"] = round(self.seconds, 3)
        return {**told, **counts}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Row:
        """Make the row that `to_dict` told; unknown fields are passed over.

        Raises
        ------
        ValueError
            For a missing field, or a value that is none of those allowed.
        """
        try:
            _ = data["status"]
            own = {name: data[name] for name in _ROW_FIELDS}
            counts = {name: data[name] for name in _COUNT_FIELDS}
        except KeyError as error:
            raise ValueError(f"the field {error} is missing") from error
        except TypeError as error:
            raise ValueError(f"a field has the wrong type: {error}") from error
        _check_row(own, counts)
        return cls(**{**own, "warnings": tuple(own["warnings"]), "counts": Counts(**counts)})

    @property
    def sealed(self) -> dict[str, Any]:
        """What is the same in every run over the same inputs: all but where they lie and the time it took."""
        told = self.to_dict()
        del told["seconds"], told["place_sha256"]
        return told


_COUNT_FIELDS = tuple(Counts.__dataclass_fields__)
_ROW_FIELDS = tuple(name for name in Row.__dataclass_fields__ if name != "counts")


#: What a field may hold; a result is named here, and never leads out of the run folder.
_TEXT_OR_NOTHING = (str, type(None))
_TYPES: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("input", "source", "recipe"), (str,)),
    **dict.fromkeys(("duplicate_of", "language", "title", "submitter"), _TEXT_OR_NOTHING),
    "bytes": (int,),
    "seconds": (int, float),
    "error": (dict, type(None)),
    "warnings": (list,),
    "versions": (dict,),
    "lines": (dict,),
}
_PATTERNS = {
    "sha256": re.compile("[0-9a-f]{64}"),
    "result_sha256": re.compile("[0-9a-f]{64}"),
    "place_sha256": re.compile("[0-9a-f]{64}"),
    "result": re.compile(rf"{DOCUMENTS}/[^/\0]+\.json"),
}


def _check_row(own: dict[str, Any], counts: dict[str, Any]) -> None:
    """Refuse what `Row.to_dict` does not write: a manifest may come from anywhere."""
    if own["status"] not in STATES:
        raise ValueError(f"status is {own['status']!r}; allowed: {', '.join(STATES)}")
    for name, value in {**own, **counts}.items():
        if name in _PATTERNS:
            good = value is None or (isinstance(value, str) and _PATTERNS[name].fullmatch(value))
        else:
            good = name == "status" or isinstance(value, _TYPES.get(name, (int,)))
        if not good:
            raise ValueError(f"{name} is {str(value)[:60]!r}")
    for code, told in counts["lines"].items():
        if not isinstance(told, dict) or set(told) != {"assigned", "review"}:
            raise ValueError(f"lines of {code} are {str(told)[:60]!r}")


def count(document: Document) -> Counts:
    """Count what a tagged document holds."""
    judged = [block for block in document.blocks if block.kind in LABELLED_KINDS]
    assigned = [any(line.status == "assigned" for line in block.action_lines) for block in judged]
    review = [any(line.status == "review" for line in block.action_lines) for block in judged]
    told = Counter((line.code, line.status) for block in judged for line in block.action_lines)
    return Counts(
        pages=document.pages,
        blocks=len(document.blocks),
        paragraphs=len(judged),
        assigned=sum(assigned),
        open=sum(r and not a for a, r in zip(assigned, review, strict=True)),
        review=sum(review),
        entities=sum(len(block.entities) for block in document.blocks),
        lines={
            code: {"assigned": told[code, "assigned"], "review": told[code, "review"]}
            for code in taxonomy.CODES
            if told[code, "assigned"] or told[code, "review"]
        },
    )


def result_name(source: str, sha256: str) -> str:
    """Name the result of a file: its own name for people, its hash so that no two share one.

    Letters and digits of any script stay; all else that a file system or URL could stumble over
    becomes `-`.
    """
    stem = unicodedata.normalize("NFC", PurePath(source).stem)
    kept = (c if c in "_.-" or unicodedata.category(c)[0] in "LMN" else "-" for c in stem)
    stem = re.sub("--+", "-", "".join(kept)).strip("-.") or "document"
    stem = stem.encode()[:_STEM_BYTES].decode("utf-8", "ignore")
    return f"{DOCUMENTS}/{stem}-{sha256[:_HASH_SHOWN]}.json"


def rows_hash(rows: list[Row]) -> str:
    """Return a hash that two runs with the same outcome share, however long they took."""
    return hashlib.sha256(b"\n".join(_canonical(row.sealed) for row in rows)).hexdigest()


def _canonical(value: Any) -> bytes:  # noqa: ANN401 - any JSON value
    return json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode()


def manifest_line(row: Row) -> str:
    """Write a row as its line of the manifest."""
    return dumps(row.to_dict()) + "\n"
