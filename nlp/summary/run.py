"""The readable end of a batch: what became of every input, what was found, what a person should look at."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from nlp import taxonomy
from nlp.display import printable
from nlp.summary.rendering import counted, render, width

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import RenderableType

    from nlp.runs import Row

_INPUTS_SHOWN = 10
#: Columns below which a table of five is no help.
_NARROW = 70
_STATES = {
    "done": "done",
    "failed": "failed",
    "duplicate": "the same as another",
    "waiting": "not reached",
}


def run_to_text(rows: Sequence[Row], *, terminal: bool = False) -> str:
    """Render a run.

    Parameters
    ----------
    rows : sequence of Row
        Its whole manifest.
    terminal : bool
        Whether a terminal will show it.
    """
    done = [row for row in rows if row.status == "done"]
    parts: list[RenderableType] = [*_totals(rows, done)]
    for title, table in (
        ("Action lines", _lines(done, narrow=width(terminal=terminal) < _NARROW)),
        ("Failed", _failures(rows)),
        ("For review", _review(done)),
        ("Warnings", _warnings(done)),
    ):
        if table.row_count:
            parts += [Text(), Text(title, style="bold underline"), table]
    return render(parts, terminal=terminal)


def plan_to_text(inputs: Mapping[str, Sequence[str]]) -> str:
    """Tell what a batch would do: a heading for each kind of input, below it a line for each input."""
    lines = []
    for title, names in inputs.items():
        if names:
            lines += [f"{title}: {len(names)}", *(f"  {printable(name)}" for name in names)]
    return "".join(f"{line}\n" for line in lines)


def _totals(rows: Sequence[Row], done: Sequence[Row]) -> list[Text]:
    states = Counter[str](row.status for row in rows)
    told = ", ".join(f"{states[state]} {words}" for state, words in _STATES.items() if states[state])
    paragraphs = sum(row.counts.paragraphs for row in done)
    assigned = sum(row.counts.assigned for row in done)
    open_ones = sum(row.counts.open for row in done)
    pages = sum(row.counts.pages for row in done)
    totals = Text(f"{counted(len(rows), 'input')}: {told or 'nothing found'}", style="bold")
    if not done:
        return [totals]
    return [
        totals,
        Text(f"{counted(pages, 'page')}, {counted(sum(row.counts.entities for row in done), 'entity mark')}"),
        Text(
            f"{counted(paragraphs, 'paragraph')}: {assigned} with an action line, "
            f"{open_ones} for review only, {paragraphs - assigned - open_ones} with none"
        ),
    ]


def _lines(done: Sequence[Row], *, narrow: bool) -> Table:
    documents, assigned, review = Counter[str](), Counter[str](), Counter[str]()
    for row in done:
        for code, counts in row.counts.lines.items():
            documents[code] += counts["assigned"] > 0
            assigned[code] += counts["assigned"]
            review[code] += counts["review"]
    table = (
        _table(last="")
        if narrow
        else _table("", "line", "documents", "paragraphs", "for review", last="title")
    )
    for code in taxonomy.CODES:
        if not assigned[code] and not review[code]:
            continue
        title = taxonomy.line(code).title
        if narrow:
            numbers = f"{assigned[code]} paragraphs in {documents[code]} documents, {review[code]} for review"
            table.add_row(Text.assemble((code, "green"), f" {numbers}: {title}"))
        else:
            cells = (str(counter[code]) for counter in (documents, assigned, review))
            table.add_row("", Text(code, style="green"), *cells, title)
    return table


def _failures(rows: Sequence[Row]) -> Table:
    inputs: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        if row.status == "failed" and row.error:
            # By detail, too: a missing file and a wrong ending are both `unsupported`.
            told = str(row.error["detail"] if row.error["code"] == "unsupported" else row.error["title"])
            inputs.setdefault((str(row.error["code"]), told), []).append(row.input)
    table = _table("", "code", "inputs", last="which")
    for (code, title), names in sorted(inputs.items(), key=lambda item: (-len(item[1]), item[0])):
        more = f" and {len(names) - _INPUTS_SHOWN} more" if len(names) > _INPUTS_SHOWN else ""
        which = printable(", ".join(names[:_INPUTS_SHOWN])) + more
        table.add_row("", Text(code, style="red"), str(len(names)), f"{title}: {which}")
    return table


def _review(done: Sequence[Row]) -> Table:
    open_rows = sorted((row for row in done if row.counts.review), key=lambda row: -row.counts.review)
    table = _table("", "paragraphs", last="document")
    for row in open_rows[:_INPUTS_SHOWN]:
        table.add_row("", Text(str(row.counts.review), style="yellow"), printable(row.input))
    if rest := open_rows[_INPUTS_SHOWN:]:
        number = sum(row.counts.review for row in rest)
        table.add_row("", Text(str(number), style="yellow"), f"in {counted(len(rest), 'further document')}")
    return table


def _warnings(done: Sequence[Row]) -> Table:
    table = _table("", last="")
    told = [f"{row.input}: {warning}" for row in done for warning in row.warnings]
    for line in told[:_INPUTS_SHOWN]:
        table.add_row("", Text(printable(line), style="yellow"))
    if len(told) > _INPUTS_SHOWN:
        table.add_row("", f"and {len(told) - _INPUTS_SHOWN} more: the manifest has all of them")
    return table


def _table(*heads: str, last: str) -> Table:
    """Make a table whose first column indents it; heads of numbers stand to the right of theirs."""
    table = Table(box=None, show_header=any(heads), header_style="dim", padding=(0, 1), pad_edge=False)
    for head in heads:
        justify = "right" if head not in ("", "line", "code") else "left"
        table.add_column(head, justify=justify, no_wrap=True)  # type: ignore[arg-type]
    table.add_column(last, overflow="fold")
    return table
