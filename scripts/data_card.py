"""Write the counts and agreement tables of the data card: `python scripts/data_card.py`.

They stand in corpus/README.md between two marks; a test holds them to the rows.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from nlp.corpus import read_corpus
from nlp.evaluation.agreement import agreement
from nlp.files import writing
from nlp.taxonomy import CODES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nlp.document import Example

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
CARD = CORPUS / "README.md"
BEGIN, END = "<!-- counts: made by scripts/data_card.py -->\n", "<!-- end of counts -->\n"


def counts(rows: Sequence[Example], readings: dict[str, dict[str, tuple[str, ...]]]) -> str:
    """Return the tables as Markdown."""
    labels = Counter(label for row in rows for label in row.labels)
    also = Counter(label for row in rows for label in row.also)
    sizes = Counter(len(row.labels) for row in rows)
    documents = {(row.batch, row.doc) for row in rows}
    batches = {row.batch for row in rows}
    languages = Counter(row.language for row in rows)
    status = Counter(row.status for row in rows)
    first, second = (
        [readings[name][row.id] for row in rows if row.id in readings["second"]]
        for name in ("first", "second")
    )
    agreed = agreement(first, second)
    lines = [
        (
            f"{len(rows):,} rows in {len(documents)} documents of {len(batches)} batches. "
            f"{sizes[0]:,} rows carry no label, {sizes[1]:,} one, {sizes[2]:,} two, "
            f"{sum(n for size, n in sizes.items() if size > 2):,} three or more; "
            f"{sum(bool(row.also) for row in rows):,} touch a line. "
            f"Languages: {_told(languages)}. Status: {_told(status)}."
        ),
        "",
        (
            f"Two readings ({len(second):,} rows read again by somebody who did not see the labels) agree at "
            f"micro-F1 {agreed['micro']:.3f}; {agreed['rows']:.1%} of the rows have just the same labels."
        ),
        "",
        *_table(
            ("label", "rows", "also", "French", "Spanish", "agreement (F1)", "kappa"),
            (
                (
                    code,
                    f"{labels[code]:,}",
                    f"{also[code]:,}",
                    f"{_of(rows, code, 'fr')}",
                    f"{_of(rows, code, 'es')}",
                    f"{agreed['labels'][code]['f1']:.2f}",
                    f"{agreed['labels'][code]['kappa']:.2f}",
                )
                for code in CODES
            ),
        ),
        "",
        *_table(
            ("batch", "rows", "documents", "without label", "years", "median words"),
            (
                _batch(name, [row for row in rows if row.batch == name])
                for name in sorted({r.batch for r in rows})
            ),
        ),
    ]
    return "\n".join(lines) + "\n"


def read_readings(folder: Path = CORPUS / "readings") -> dict[str, dict[str, tuple[str, ...]]]:
    """Return the labels of each reading by row id."""
    found = {}
    for name in ("first", "second"):
        lines = (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        found[name] = {row["id"]: tuple(row["labels"]) for row in map(json.loads, lines)}
    return found


def _told(counter: Counter[str]) -> str:
    return ", ".join(f"{name} {n:,}" for name, n in counter.most_common())


def _of(rows: Sequence[Example], code: str, language: str) -> int:
    return sum(code in row.labels for row in rows if row.language == language)


def _batch(name: str, rows: Sequence[Example]) -> tuple[str, ...]:
    years = [row.year for row in rows if row.year]
    words = sorted(len(row.text.split()) for row in rows)
    return (
        f"`{name}`",
        f"{len(rows)}",
        f"{len({row.doc for row in rows})}",
        f"{sum(not row.labels for row in rows)}",
        f"{min(years)}-{max(years)}",
        f"{words[len(words) // 2]}",
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(line)} |" for line in (head, ["---"] * len(head), *rows)]


def main() -> None:
    """Put the tables into the card."""
    card = CARD.read_text(encoding="utf-8")
    told = BEGIN + counts(read_corpus(CORPUS), read_readings()) + END
    whole = re.sub(re.escape(BEGIN) + ".*" + re.escape(END), lambda _: told, card, flags=re.DOTALL)
    with writing(CARD) as stream:
        stream.write(whole.encode())


if __name__ == "__main__":
    main()
