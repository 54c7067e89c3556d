"""`wsis knowledge`: look at the entity lists, and at what is wrong with one's own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from nlp.cli.console import Stdout
from nlp.cli.options import knowledge_option
from nlp.display import printable
from nlp.document import ENTITY_LABELS
from nlp.errors import Exit

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path

    from nlp.knowledge import Entry, Knowledge


@click.group()
def knowledge() -> None:
    """Look at the names that `wsis tag` knows, and check those of your own.

    \b
    Examples:
      wsis knowledge list --label COMMITTEE
      wsis knowledge show wto:tbt
      wsis knowledge check --knowledge my.toml
    """


@knowledge.command("list")
@click.option(
    "--label", type=click.Choice(ENTITY_LABELS, case_sensitive=False), help="Entries of this label."
)
@click.option("--family", metavar="FAMILY", help='Entries of this family: "development bank".')
@click.option(
    "--search", metavar="TEXT", help="Entries with these words in one of their names, in any language."
)
@click.option(
    "--verified/--unverified", default=None, help="Entries whose name was, or was not, seen in its source."
)
@click.option(
    "--format", "shape", type=click.Choice(["text", "jsonl"]), default="text", show_default=True,
    help="One line an entry, its fields parted by tabs, or all of it as JSON.",
)  # fmt: skip
@knowledge_option
def list_entries(
    *,
    label: str | None,
    family: str | None,
    search: str | None,
    verified: bool | None,
    shape: str,
    knowledge: Path | None,
) -> None:
    """List entries: id, label, name, family.

    \b
    Example:
      wsis knowledge list --label TECHNOLOGY --family "energy and climate"
    """
    from nlp.knowledge import fold, holds, load_knowledge, to_record

    wanted = fold(search or "")
    out = Stdout()
    for entry in load_knowledge(knowledge).entries:
        if (label and entry.label != label) or (family and entry.family != family):
            continue
        if verified is not None and entry.verified is not verified:
            continue
        if wanted and not any(holds(fold(text), wanted) for text in entry.written()):
            continue
        if shape == "jsonl":
            line = json.dumps(to_record(entry), ensure_ascii=False)
        else:
            line = "\t".join(map(printable, (entry.id, entry.label, entry.name, entry.family)))
        out.write(f"{line}\n".encode())


@knowledge.command(short_help="Show an entry as TOML, ready to be changed.")
@click.argument("entry", metavar="ID_OR_NAME")
@click.option(
    "--on", "day", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD",
    help="Name the members of a group on that day.",
)  # fmt: skip
@knowledge_option
def show(*, entry: str, day: datetime | None, knowledge: Path | None) -> None:
    """Show an entry as TOML, ready to be changed and given with --knowledge.

    \b
    Examples:
      wsis knowledge show wto:tbt
      wsis knowledge show "Least-developed countries" --on 2020-06-30
    """
    from nlp.knowledge import load_knowledge, to_toml

    lists = load_knowledge(knowledge)
    found = _find(lists, entry)
    lines = [to_toml(item) + "\n".join(_around(lists, item, day.date() if day else None)) for item in found]
    Stdout().write("\n".join(lines).encode())


@knowledge.command()
@knowledge_option
def check(*, knowledge: Path | None) -> int:
    """Try every name, and tell what is wrong with the lists.

    Told are names that lead to two entries, names that are not found or find something else,
    samples that come out otherwise than they are marked, and names that are near each other
    without a sample that tells them apart. With --knowledge only what your own entries have to
    do with. Ends with 5 if something is wrong.

    \b
    Example:
      wsis knowledge check --knowledge my.toml
    """
    from nlp.entities.lint import lint
    from nlp.knowledge import load_knowledge, load_samples, read_own

    lists = load_knowledge(knowledge)
    own, samples = read_own(knowledge) if knowledge else ((), ())
    ids = {entry.id for entry in own}
    out = Stdout()
    count = 0
    for problem in lint(lists, (*load_samples(), *samples)):
        if ids and ids.isdisjoint(problem.ids) and problem.sample not in samples:
            continue
        count += 1
        out.write(f"{problem}\n".encode())
    shown = f"{len(ids)} entries of {knowledge} beside" if ids else "checked"
    click.echo(f"{shown} {len(lists.entries)} entries: {count or 'no'} problem{'s' * (count != 1)}", err=True)
    return Exit.MODEL if count else Exit.DONE


def _find(lists: Knowledge, wanted: str) -> list[Entry]:
    """Return the entries of that id, or with that name in any language."""
    from difflib import get_close_matches

    from nlp.knowledge import fold

    if wanted in lists.by_id:
        return [lists.by_id[wanted]]
    words = fold(wanted)
    named = [entry for entry in lists.entries if any(fold(text) == words for text in entry.written())]
    if not named:
        names = {text for entry in lists.entries for text in (entry.id, *entry.written())}
        near = get_close_matches(wanted, names, n=3)
        hint = (
            f"Did you mean {' or '.join(map(repr, near))}?" if near else "Try wsis knowledge list --search."
        )
        raise click.UsageError(f"No entry has the id or name {wanted!r}. {hint}")
    return named


def _around(lists: Knowledge, entry: Entry, day: date | None) -> list[str]:
    """Tell as comments what other entries say about this one."""
    lines = []
    if parts := [other.id for other in lists.entries if other.parent == entry.id]:
        lines.append(f"# it is the parent of {', '.join(parts)}")
    if groups := [other.id for other in lists.entries if any(m.id == entry.id for m in other.members)]:
        lines.append(f"# it is or was a member of {', '.join(groups)}")
    if day:
        if not entry.members:
            raise click.UsageError(f"{entry.id} has no list of members to tell on {day}.")
        members = entry.members_on(day)
        lines.append(f"# on {day} it had {len(members)} members: {', '.join(members)}")
    return [*lines, ""]
