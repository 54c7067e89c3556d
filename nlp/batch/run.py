"""A batch from words to a sealed run folder: what is to be done, doing it, and the record of it.

Every input ends as one row: done, failed, a duplicate of another, or waiting when the batch was
ended early. A result that is there already is kept when its input and its recipe are the same.
"""

from __future__ import annotations

from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from nlp.batch import work
from nlp.batch.work import Task
from nlp.batch.workers import Died
from nlp.errors import InternalError, MemoryLimit, RunInvalid, WsisError
from nlp.runs import STATES, Row, result_name
from nlp.storage import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from nlp.batch.find import Found
    from nlp.batch.sources import Source
    from nlp.batch.work import Order
    from nlp.batch.workers import Workers
    from nlp.errors import DocumentError
    from nlp.runs import RunFolder


@dataclass(slots=True)
class Plan:
    """What a batch has before it.

    `todo` is longest first. `kept` are results of earlier batches that are still good, and failures that
    are not tried again; `earlier` belong to inputs that were not named this time. `unread` cannot even
    be opened. `duplicates` have the same bytes as an input before them. `replaced` are rows of inputs that
    have other bytes now, `dropped` those that leave the run.
    """

    todo: list[Task] = field(default_factory=list)
    kept: list[Row] = field(default_factory=list)
    earlier: list[Row] = field(default_factory=list)
    unread: list[Row] = field(default_factory=list)
    duplicates: list[tuple[Task, Source]] = field(default_factory=list)
    replaced: list[Row] = field(default_factory=list)
    dropped: list[Row] = field(default_factory=list)
    passed_over: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """How many inputs were named."""
        return len(self.todo) + len(self.kept) + len(self.unread) + len(self.duplicates)

    @property
    def failed_before(self) -> int:
        """How many kept rows are failures."""
        return sum(row.status == "failed" for row in self.kept)


class Batch:
    """Inputs through the pipeline into a run folder.

    Parameters
    ----------
    order : Order
        What all inputs have in common.
    folder : RunFolder
        Where results go; to be locked by the caller.
    workers, readers : Workers
        What spreads the tagging; and the reading for hashes, which takes no time of the processor.

    Attributes
    ----------
    rows : list of Row
        All rows of the run, once it has ended: as in the manifest.
    named : list of Row
        Those of them whose inputs were named this time.
    """

    def __init__(self, order: Order, folder: RunFolder, workers: Workers, readers: Workers) -> None:
        self.order = order
        self.folder = folder
        self.workers = workers
        self.readers = readers
        self.rows: list[Row] = []
        self.named: list[Row] = []

    @property
    def states(self) -> dict[str, int]:
        """How many rows came to which end."""
        count = Counter(row.status for row in self.rows)
        return {state: count[state] for state in STATES}

    # Planning -------------------------------------------------------------------------------

    def plan(
        self,
        found: Found,
        *,
        retry_failed: bool = False,
        prune: bool = False,
        looked: Callable[[], object] = lambda: None,
    ) -> Plan:
        """Read every input once for its hash, and tell what is to be done; nothing is written.

        Parameters
        ----------
        found : Found
            The inputs.
        retry_failed : bool
            Try again what failed before with the same recipe.
        prune : bool
            Forget results of inputs that are not named this time.
        looked : callable
            Called after each input.

        Raises
        ------
        RunInvalid
            When the folder has results of other inputs that were made with another recipe.
        """
        plan = Plan(passed_over=found.passed_over)
        firsts = self._look(found.sources, plan, looked)
        # What could not be read left nothing to keep.
        rows = self.folder.finished()
        known = {_key(row): row for row in rows if row.status != "duplicate" and row.sha256}
        good = self._still_good(list(known.values()))
        recipe = self.order.recipe.sha256
        for task in firsts:
            key = _result(task)
            row = known.pop(key, None)
            again = row is None or (retry_failed and row.status == "failed")
            if row and key in good and not again and row.recipe == recipe:
                plan.kept.append(_at(row, task.source))
            else:
                plan.todo.append(task)
        plan.todo.sort(key=lambda task: (-task.bytes, task.source.label))
        places = {source.place_sha256 for source in found.sources}
        for key, row in known.items():
            if row.place_sha256 in places:
                plan.replaced.append(row)
            elif prune or key not in good:
                plan.dropped.append(row)
            else:
                plan.earlier.append(row)
        there = {row.result for row in (*plan.kept, *plan.earlier) if row.status == "done"}
        others = (row for row in rows if row.status == "duplicate" and row.place_sha256 not in places)
        plan.earlier += [row for row in others if row.result in there and not prune]
        self._check_earlier(plan.earlier)
        return plan

    def _look(self, sources: Sequence[Source], plan: Plan, looked: Callable[[], object]) -> list[Task]:
        """Hash all inputs; give the first of each content, and sort the others into the plan."""
        outcomes: dict[Source, tuple[str, int] | DocumentError | Died] = {}
        look = partial(work.look, limits=self.order.options.limits)
        for source, outcome in self.readers.each(look, sources):
            outcomes[source] = outcome
            looked()
        firsts: dict[str, Task] = {}
        for source in sources:
            outcome = outcomes[source]
            if isinstance(outcome, tuple):
                task = Task(source, *outcome)
                first = firsts.setdefault(task.sha256, task)
                if first is not task:
                    plan.duplicates.append((first, source))
            else:
                error = _death(outcome) if isinstance(outcome, Died) else outcome
                plan.unread.append(work.unread(source, self.order, error))
        return list(firsts.values())

    def _still_good(self, rows: Sequence[Row]) -> set[str]:
        """Name the results that are there as they were put there, and failures that stand."""
        done = [row for row in rows if row.status == "done"]
        there = self.readers.each(partial(work.holds, place=self.folder.place), done)
        good = {_key(row) for row, holds in there if holds is True}
        return good | {_key(row) for row in rows if row.status == "failed"}

    def _check_earlier(self, earlier: Sequence[Row]) -> None:
        recipe = self.order.recipe.sha256
        other = [row for row in earlier if row.recipe != recipe]
        if other:
            raise RunInvalid(
                f"it has {len(other)} results of other inputs, made with other settings or versions "
                f"(the first is {other[0].input})",
                input=shown(self.folder.place),
                hint="Name those inputs as well, drop their results with --prune, or choose another folder.",
            )

    # Doing ----------------------------------------------------------------------------------

    def run(self, plan: Plan, *, fail_fast: bool = False) -> Generator[Row]:
        """Do what is planned, and give the row of each input as it is finished.

        However it ends, the folder is sealed: what was not reached is `waiting`.

        Raises
        ------
        ModelInvalid, CannotWrite
            When no other input would do.
        """
        left = {_result(task): task for task in plan.todo}
        ended = {_key(row): row for row in plan.kept}
        work.begin(self.order)
        try:
            yield from plan.unread
            if not (fail_fast and plan.unread):
                yield from self._each(left, ended, fail_fast=fail_fast)
        except WsisError:
            # A folder that takes no result may take no seal, either. What is finished is safe.
            with suppress(WsisError):
                self._seal(plan, left, ended)
            raise
        except BaseException:
            self._seal(plan, left, ended)
            raise
        self._seal(plan, left, ended)

    def _each(self, left: dict[str, Task], ended: dict[str, Row], *, fail_fast: bool) -> Generator[Row]:
        with closing(self.workers.each(partial(work.tag, order=self.order), list(left.values()))) as results:
            for task, result in results:
                row = work.lost(task, self.order, _death(result)) if isinstance(result, Died) else result
                del left[_result(task)]
                ended[_result(task)] = row
                yield row
                if fail_fast and row.status == "failed":
                    return

    def _seal(self, plan: Plan, left: dict[str, Task], ended: dict[str, Row]) -> None:
        """Write down how it ended for each input; what a worker has finished unheard counts as finished."""
        for key, task in left.items():
            row = work.waiting(task, self.order)
            ended[key] = self.folder.loose(row) or row
        self.rows = [*ended.values(), *plan.earlier, *plan.unread]
        self.rows += [
            replace(
                _at(ended[_result(first)], source),
                source=source.name,
                status="duplicate",
                duplicate_of=first.source.label,
            )
            for first, source in plan.duplicates
        ]
        self.rows.sort(key=lambda row: (row.input, row.sha256 or ""))
        earlier = set(map(id, plan.earlier))
        self.named = [row for row in self.rows if id(row) not in earlier]
        # Results of before that no row names now; also of inputs that failed when they were done again.
        before = {_key(row) for row in (*plan.replaced, *plan.dropped)}
        before |= {_result(task) for task in plan.todo} - left.keys()
        stale = before - {row.result for row in self.rows}
        work.seal(self.folder, self.rows, self.order.recipe, sorted(stale))


def _result(task: Task) -> str:
    return result_name(task.source.name, task.sha256)


def _at(row: Row, source: Source) -> Row:
    """Tell a row by the input as it is named and lies now."""
    return replace(row, input=source.label, place_sha256=source.place_sha256)


def _key(row: Row) -> str:
    return result_name(row.source, row.sha256 or "")


def _death(died: Died) -> WsisError:
    """Tell what it means that a worker died, of this input alone."""
    if died.how == "SIGKILL":
        return MemoryLimit("its worker was ended by the system (SIGKILL), as happens when memory runs out")
    return InternalError(f"its worker died ({died.how})")
