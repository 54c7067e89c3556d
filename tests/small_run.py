"""A small run folder as `wsis batch` leaves it: documents made by hand, one failure, one duplicate."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from nlp import taxonomy
from nlp.document import ActionLine, Because, Block, Document, Entity, Neighbour, Region, Word
from nlp.errors import Encrypted
from nlp.runs import Counts, Recipe, Row, RunFolder, count, result_name
from nlp.schema import document_to_dict, dumps

if TYPE_CHECKING:
    from pathlib import Path

RECIPE = Recipe({}, {})
SCORES = {code: round(k / 100, 4) for k, code in enumerate(taxonomy.CODES)}


def entity(text, words, label, ident, name, **more):
    start = text.index(words)
    return Entity(start, start + len(words), words, label, ident, name, "name", **more)


def line(text, code, status, probability, *words, **because):
    found = tuple(Word(text.index(word), text.index(word) + len(word), word, 1.5) for word in words)
    title = taxonomy.line(code).title
    return ActionLine(code, title, probability, 0.5, status, Because(found, **because))


LAW = "𝔄 The TBT and SPS Committees spoke of laws on cloud computing."
TRADE = "Kenya notified 𝔘 G/TBT/N/KEN/12 on single windows."
FORMULA = '=HYPERLINK("http://192.0.2.1";"more")'


def law():
    """A document with two paragraphs in one section, astral letters, and a joined name."""
    return Document(
        id=_sha("law"),
        source="law.pdf",
        title="Laws",
        submitter="Kenya",
        symbols=("JOB/1", "JOB/2"),
        date="2026-03-01",
        language="en",
        pages=3,
        blocks=(
            Block("p1.1", "heading", "Laws", level=1, regions=(Region(1, 0, 0, 9, 9),)),
            Block(
                "p1.2",
                "paragraph",
                LAW,
                number="1.",
                section=("Laws", "Of trade"),
                regions=(Region(2, 0, 0, 9, 9), Region(3, 0, 0, 9, 9)),
                entities=(
                    entity(
                        LAW,
                        "TBT and SPS Committees",
                        "COMMITTEE",
                        "wto:tbt+wto:sps",
                        "Committee on Technical Barriers to Trade; "
                        "Committee on Sanitary and Phytosanitary Measures",
                    ),
                    entity(LAW, "cloud computing", "TECHNOLOGY", "tech:cloud", "Cloud computing"),
                ),
                scores=SCORES,
                action_lines=(
                    line(LAW, "C6", "assigned", 0.91, "laws", "spoke", heading="Laws / Of trade"),
                    line(
                        LAW, "C7-ebusiness", "review", 0.3, "cloud computing",
                        nearest=(Neighbour("r1", 0.5, ("C6",)), Neighbour("r2", 0.4, ())),
                    ),
                ),
            ),
            Block(
                "p3.1",
                "paragraph",
                TRADE,
                entities=(
                    entity(
                        TRADE, "G/TBT/N/KEN/12", "DOCUMENT_SYMBOL", "G/TBT/N/KEN/12", "G/TBT/N/KEN/12",
                        body="wto:tbt", member="member:ken",
                    ),
                ),
                scores=SCORES,
                action_lines=(line(TRADE, "C6", "review", 0.4, "single windows", mention="C6"),),
            ),
        ),
        warnings=("page 2 has no text layer",),
    )  # fmt: skip


def formula():
    """A document whose author would like a spreadsheet to run something."""
    return Document(
        id=_sha("formula"),
        source="=formula.pdf",
        title="-1+1",
        submitter="@SUM(1)",
        blocks=(Block("b1", "list_item", FORMULA, section=("+1",), scores=SCORES),),
    )


def done(document, **more):
    data = (dumps(document_to_dict(document), indent=2) + "\n").encode()
    row = Row(
        input=f"in/{document.source}",
        source=document.source,
        bytes=1000,
        status="done",
        sha256=document.id,
        result=result_name(document.source, document.id),
        result_sha256=hashlib.sha256(data).hexdigest(),
        counts=count(document),
        language=document.language,
        title=document.title,
        submitter=document.submitter,
        warnings=document.warnings,
        seconds=1.25,
        recipe=RECIPE.sha256,
        **more,
    )
    return row, data


def not_done():
    """The rows of an input that failed, of one that is there twice, and of one that has to wait."""
    told = {k: v for k, v in Encrypted("a password is asked for").to_dict().items() if k != "input"}
    failed = Row("in/locked.pdf", "locked.pdf", 9, "failed", sha256=_sha("locked"), error=told)
    twice = Row(
        "in/again.pdf", "again.pdf", 1000, "duplicate", sha256=_sha("law"), duplicate_of="in/law.pdf",
        title="Laws", counts=Counts(pages=3, lines={"C6": {"assigned": 1, "review": 1}}),
    )  # fmt: skip
    return failed, twice, Row("in/late.pdf", "late.pdf", 5, "waiting")


def write_run(place: Path, documents=(), others=()) -> RunFolder:
    """Make a run folder of documents, and of rows that have none."""
    run = RunFolder(str(place))
    run.folder.make()
    rows = []
    for document in documents:
        row, data = done(document)
        run.put(row, data)
        rows.append(row)
    run.seal([*rows, *others], RECIPE)
    return run


def small_run(place: Path) -> RunFolder:
    return write_run(place, (law(), formula()), not_done())


def pairs(run: RunFolder):
    return [(row, run.document(row) if row.status == "done" else None) for row in run.rows()]


def _sha(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()
