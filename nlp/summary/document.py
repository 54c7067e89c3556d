"""The readable text of a tagged document: who it is from, each paragraph's labels, and counts that close.

Owns the look, in colour where a terminal shows it. Everything a document says is made safe
to print first. Computes nothing that is not in the document.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from nlp import taxonomy
from nlp.display import printable
from nlp.document import LABELLED_KINDS
from nlp.schema import summarise
from nlp.summary.rendering import counted, render

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import RenderableType

    from nlp.document import Block, Document

_TEXT_SHOWN = 400
_IDS_SHOWN = 5

_STATUS_STYLE = {"assigned": "bold green", "review": "yellow"}


def document_to_text(document: Document, *, terminal: bool = False) -> str:
    """Render a document.

    Parameters
    ----------
    document : Document
        A tagged one.
    terminal : bool
        Whether a terminal will show it: then with its width, and in colour unless `NO_COLOR`
        is set. Otherwise plain, `COLUMNS` or 100 wide.
    """
    parts: list[RenderableType] = [*_head(document), Text()]
    section: tuple[str, ...] = ()
    for block in document.blocks:
        if block.kind not in LABELLED_KINDS:
            continue
        if block.section != section:
            section = block.section
            parts += [Text(), _section(section)]
        parts += _block(block)
    parts += [Text(), *_totals(document.blocks)]
    parts += [Text(f"Warning: {printable(warning)}", style="yellow") for warning in document.warnings]
    return render(parts, terminal=terminal)


def blocks_to_text(blocks: Iterable[Block], *, terminal: bool = False) -> str:
    """Render blocks that belong to no document, each under its id."""
    parts: list[RenderableType] = []
    for block in blocks:
        parts += _block(block, name=block.id)
    return render(parts, terminal=terminal)


def _head(document: Document) -> list[RenderableType]:
    title = printable(document.title or document.source)
    facts = [
        document.submitter,
        ", ".join(document.symbols),
        counted(document.pages, "page") if document.pages else None,
        f"language {document.language}",
        document.source if document.title else None,
    ]
    return [Text(title, style="bold"), Text(printable(" · ".join(filter(None, facts))), style="dim")]


def _section(section: Sequence[str]) -> Text:
    return Text(printable(" › ".join(section)) or "(no heading)", style="bold underline")


def _block(block: Block, *, name: str | None = None) -> list[RenderableType]:
    row = Table.grid(expand=True, padding=(0, 1))
    row.add_column(no_wrap=True, min_width=5)
    row.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
    row.add_column(no_wrap=True, justify="right")
    row.add_row(
        Text(printable(name or block.number or "·"), style="dim"),
        Text(printable(block.text[:_TEXT_SHOWN])),
        Text(_pages(block), style="dim"),
    )
    notes = [text for text in (_labels(block), _entities(block)) if text.plain]
    return [row, *(Padding(text, (0, 0, 0, 6)) for text in notes)]


def _pages(block: Block) -> str:
    pages = sorted({region.page_number for region in block.regions})
    if not pages:
        return ""
    return f"p. {pages[0]}" if len(pages) == 1 else f"p. {pages[0]}-{pages[-1]}"


def _labels(block: Block) -> Text:
    text = Text()
    for line in block.action_lines:
        text.append("  " if text else "")
        # Rounded down: 0.9999 is not certain.
        probability = round(line.probability * 10_000) // 100 / 100
        text.append(f"{line.code} {probability:.2f}", style=_STATUS_STYLE[line.status])
        text.append(" review" if line.status == "review" else "", style="yellow")
        if line.status == "review" and line.because.family and line.because.family.sure:
            text.append(f" ({line.because.family.code} is sure)", style="yellow")
    return text


def _entities(block: Block) -> Text:
    names: dict[str, list[str]] = {}
    for entity in block.entities:
        known = names.setdefault(entity.label, [])
        if entity.name not in known:
            known.append(entity.name)
    text = Text()
    for label, entries in names.items():
        text.append("  " if text else "")
        text.append(label, style="cyan")
        text.append(" " + printable("; ".join(entries)))
    return text


def _totals(blocks: Sequence[Block]) -> list[RenderableType]:
    judged = [block for block in blocks if block.kind in LABELLED_KINDS]
    summary = summarise(blocks)
    assigned = sum(any(line.status == "assigned" for line in block.action_lines) for block in judged)
    open_ones = sum(
        bool(block.action_lines) and all(line.status == "review" for line in block.action_lines)
        for block in judged
    )
    return [
        Text(
            f"{counted(len(judged), 'paragraph')}: {assigned} with an action line, "
            f"{open_ones} for review only, {len(judged) - assigned - open_ones} with none",
            style="bold",
        ),
        _line_table(summary["action_lines"]),
        *_entity_lines(summary["entities"], _names(blocks)),
    ]


def _line_table(lines: dict[str, list[str]]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right")
    table.add_column(style="green", no_wrap=True)
    table.add_column(overflow="fold")
    for code, ids in lines.items():
        table.add_row(str(len(ids)), code, taxonomy.line(code).title)
    return table


def _names(blocks: Iterable[Block]) -> dict[str, str]:
    # A span that joins several ids has a name for all of them together.
    return {entity.id: entity.name for block in blocks for entity in block.entities if "+" not in entity.id}


def _entity_lines(entities: dict[str, dict[str, int]], names: dict[str, str]) -> list[Text]:
    lines = []
    for label, counts in entities.items():
        shown = [f"{names.get(entry, entry)} ({count})" for entry, count in counts.items()][:_IDS_SHOWN]
        more = f" and {len(counts) - _IDS_SHOWN} more" if len(counts) > _IDS_SHOWN else ""
        lines.append(Text.assemble((label, "cyan"), " " + printable(", ".join(shown)) + more))
    return lines
