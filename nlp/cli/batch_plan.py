"""What a batch has before it, told before it begins; all that `--dry-run` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nlp.cli.console import Stdout

if TYPE_CHECKING:
    from collections import Counter

    from nlp.batch import Plan
    from nlp.cli.console import Reporter
    from nlp.cli.meter import Meter

_DUPLICATES_SHOWN = 10


def tell_plan(plan: Plan, reporter: Reporter, gauge: Meter) -> None:
    """Tell the numbers on standard error, and what may surprise."""
    numbers = {
        "to do": len(plan.todo),
        "done before": len(plan.kept) - plan.failed_before,
        "failed before (--retry-failed tries again)": plan.failed_before,
        "the same as another": len(plan.duplicates),
        "unreadable": len(plan.unread),
    }
    told = ", ".join(f"{number} {words}" for words, number in numbers.items() if number)
    reporter.note(f"{_inputs(plan.total)}: {told}")
    if plan.passed_over:
        number = plan.passed_over.total()
        told = "1 file was" if number == 1 else f"{number} files were"
        reporter.note(f"{told} passed over, being no PDF or .txt: {kinds(plan.passed_over)}")
    for first, source in plan.duplicates[:_DUPLICATES_SHOWN]:
        reporter.note(f"{source.label} is the same as {first.source.label}")
    if len(plan.duplicates) > _DUPLICATES_SHOWN:
        reporter.note(f"and {len(plan.duplicates) - _DUPLICATES_SHOWN} more: the manifest names them")
    dropped = [row for row in plan.dropped if row.status == "done"]
    for rows, words in (
        (plan.earlier, "stay in the run, of inputs that were not named (--prune drops them)"),
        (plan.replaced, "are replaced: their inputs have other bytes now"),
        (dropped, "leave the run"),
    ):
        if rows:
            reporter.note(f"Results that {words}: {len(rows)}")
    gauge.event(
        "plan",
        inputs=plan.total,
        todo=len(plan.todo),
        done_before=len(plan.kept) - plan.failed_before,
        failed_before=plan.failed_before,
        duplicates=len(plan.duplicates),
        unreadable=len(plan.unread),
        earlier=len(plan.earlier),
        replaced=len(plan.replaced),
        dropped=len(dropped),
        passed_over=dict(sorted(plan.passed_over.items())),
    )


def print_plan(plan: Plan) -> None:
    """Print what would be done with each input."""
    from nlp.summary import plan_to_text

    text = plan_to_text(
        {
            "To do, longest first": [task.source.label for task in plan.todo],
            "Done before": [row.input for row in plan.kept if row.status == "done"],
            "Failed before": [row.input for row in plan.kept if row.status == "failed"],
            "The same as another": [source.label for _, source in plan.duplicates],
            "Cannot be read": [row.input for row in plan.unread],
            "Of other inputs, kept": [row.input for row in plan.earlier],
            "Replaced, with other bytes now": [row.input for row in plan.replaced],
            "Dropped": [row.input for row in plan.dropped],
        }
    )
    Stdout().write(text.encode("utf-8", "replace"))


def kinds(passed_over: Counter[str]) -> str:
    """Tell how many files of each ending were passed over."""
    return ", ".join(f"{ending} {number}" for ending, number in sorted(passed_over.items()))


def _inputs(number: int) -> str:
    return "1 input" if number == 1 else f"{number} inputs"
