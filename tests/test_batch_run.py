"""A batch from plan to seal, in this process, with stand-ins: every input ends as one row, come what may."""

from __future__ import annotations

import hashlib
import tempfile
from collections import Counter
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest
import small_batch
from hypothesis import given, settings
from hypothesis import strategies as st
from small_batch import CALLS, OUTCOME, World, made_with, sealed, states, tag_pdf

from nlp import pipeline
from nlp.batch import work
from nlp.errors import CannotWrite, ModelInvalid
from nlp.runs import RunFolder

stand_ins, world = small_batch.stand_ins, small_batch.world


# Doing --------------------------------------------------------------------------------------


def test_rows_and_seal(world):
    world.write(a="good", b="damaged", c="good", d="scan")
    rows = world.go()
    assert sealed(rows) == sealed(world.manifest())
    assert list(rows) == sorted(rows)
    told = world.record()
    assert told["inputs"] == {"total": 4, "done": 2, "duplicate": 1, "failed": 1}
    assert told["complete"] is True
    assert told["manifest_sha256"] == hashlib.sha256((world.run / "manifest.jsonl").read_bytes()).hexdigest()
    assert rows["in/d.pdf"].warnings == ("pages 3-4 have no text layer",)
    assert rows["in/b.pdf"].error["code"] == "damaged"
    assert "input" not in rows["in/b.pdf"].error
    assert (rows["in/a.pdf"].counts.assigned, rows["in/a.pdf"].counts.lines["C2"]["assigned"]) == (1, 1)
    assert world.documents() == {rows[f"in/{name}.pdf"].result for name in "ad"}
    assert not (world.run / ".wsis" / "rows").exists()


def test_fail_fast_leaves_the_others_waiting(world):
    world.write(a="good " + 50 * "x", b="damaged longer", c="good")
    assert states(world.go(fail_fast=True)) == {
        "in/a.pdf": "done",
        "in/b.pdf": "failed",
        "in/c.pdf": "waiting",
    }
    assert world.record()["complete"] is False
    assert states(world.go())["in/c.pdf"] == "done"
    assert CALLS["a.pdf"] == 1


def test_a_fault_of_ours_is_a_row_and_the_others_go_on(world):
    rows = world.write(a="bug", b="memory", c="good").go()
    assert states(rows) == {"in/a.pdf": "failed", "in/b.pdf": "failed", "in/c.pdf": "done"}
    assert rows["in/a.pdf"].error["code"] == "internal"
    assert "RuntimeError: a fault of ours" in rows["in/a.pdf"].error["detail"]
    assert rows["in/b.pdf"].error["code"] == "memory_limit"


def test_a_fault_of_ours_after_tagging_is_a_row_too(world, monkeypatch):
    def count(document):
        raise RuntimeError if document.source == "a.pdf" else AssertionError

    monkeypatch.setattr(work, "count", count)
    assert set(states(world.write(a="good", b="good 2").go()).values()) == {"failed"}


def test_a_fault_that_tells_a_name_not_utf_8_does_not_stop_the_others(world):
    world.write(b="good")
    (world.inputs / b"caf\xe9.pdf".decode("utf-8", "surrogateescape")).write_bytes(
        b"%PDF-1.7 nameless longer"
    )
    assert set(states(world.go()).values()) == {"failed", "done"}


def test_an_input_changed_meanwhile_is_told(world):
    batch = world.write(a="good").batch()
    plan = batch.plan(world.found())
    world.write(a="good but other")
    (row,) = batch.run(plan)
    assert (row.status, row.error["detail"]) == ("failed", "it was changed while the batch ran")


def test_a_folder_that_takes_no_more_ends_the_batch(world, monkeypatch):
    world.write(a="good longer", b="good")
    batch = world.batch()
    plan = batch.plan(world.found())
    rows = batch.run(plan)
    assert next(rows).input == "in/a.pdf"

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(RunFolder, "put", full)
    with pytest.raises(CannotWrite, match="No space left on device"):
        next(rows)
    assert states(world.manifest()) == {"in/a.pdf": "done", "in/b.pdf": "waiting"}


def test_another_model_than_planned_ends_the_batch(world):
    world.write(a="good", b="good 2")
    with pytest.raises(ModelInvalid, match=r"batch was started: model.*same versions everywhere"):
        world.go(made=made_with(model={"name": "other", "version": "1"}))
    assert set(states(world.manifest()).values()) == {"waiting"}


def test_a_worker_that_outlives_its_batch_writes_nothing(world):
    world.write(a="good")
    batch = world.batch()
    batch.order = replace(batch.order, session="first")
    (task,) = batch.plan(world.found()).todo
    work.begin(batch.order)
    work.begin(replace(batch.order, session="second"))
    assert work.tag(task, batch.order).status == "done"
    assert (world.documents(), batch.folder.finished()) == (set(), [])
    work.begin(batch.order)
    work.tag(task, batch.order)
    assert len(world.documents()) == len(batch.folder.finished()) == 1


# Nothing is lost ----------------------------------------------------------------------------


def test_a_failure_leaves_no_result_of_another_recipe(world, monkeypatch):
    world.write(a="good").go()
    monkeypatch.setitem(OUTCOME, "good", MemoryError)
    assert states(world.go(made=made_with(2))) == {"in/a.pdf": "failed"}
    assert world.documents() == set()


def test_an_interrupted_batch_does_not_forget_what_is_to_be_removed(world):
    world.write(a="good", b="good 2").go()
    world.write(a="good and other", b="interrupt")
    with pytest.raises(KeyboardInterrupt):
        world.go()
    rows = world.write(b="good 2").go()
    assert world.documents() == {row.result for row in rows.values()}


OUTCOMES = ("good", "good", "scan", "damaged", "encrypted", "bug", "memory")
INPUTS = st.dictionaries(
    st.sampled_from(["a", "b", "c", "x__a", "x__b", "y__a"]),
    st.tuples(st.sampled_from(OUTCOMES), st.integers(0, 2)).map(lambda pair: f"{pair[0]} {pair[1]}"),
)
BREAKS = st.lists(st.tuples(st.sampled_from(["close", "interrupt", "kill"]), st.integers(0, 4)), max_size=3)


@settings(max_examples=40, deadline=None)
@given(inputs=INPUTS, missing=st.booleans(), breaks=BREAKS, fail_fast=st.booleans())
def test_every_input_is_one_row_however_often_it_was_cut_off(inputs, missing, breaks, fail_fast):
    with tempfile.TemporaryDirectory() as place:
        world = World(Path(place)).write(**inputs)
        world.inputs.mkdir(exist_ok=True)
        words = [world.inputs, *([world.inputs / "gone.pdf"] if missing else [])]
        total = len(inputs) + missing
        for how, after in breaks:
            with pytest.MonkeyPatch.context() as patch:
                cut_off(world, words, how, after, patch, fail_fast=fail_fast)
            if how != "kill":
                assert_closes(world, total)
        resumed = world.go(*words)
        assert_closes(world, total)
        unbroken = World(Path(place) / "other")
        unbroken.inputs = world.inputs
        fresh = unbroken.go(*words)
        assert sealed(resumed) == sealed(fresh)
        assert world.record()["rows_sha256"] == unbroken.record()["rows_sha256"]
        assert world.documents() == {row.result for row in fresh.values() if row.status == "done"}


def cut_off(world, words, how, after, patch, *, fail_fast):
    """End a batch after some rows: by leaving it, by Ctrl-C within the work, or without any seal."""
    batch = world.batch()
    plan = batch.plan(world.found(*words))
    if how == "kill":
        patch.setattr(work, "seal", lambda *_: None)
    if how == "interrupt":
        calls = iter(range(after))

        def interrupted(*args, **options):
            if next(calls, None) is None:
                raise KeyboardInterrupt
            return tag_pdf(*args, **options)

        patch.setattr(pipeline, "tag_pdf", interrupted)
    with suppress(KeyboardInterrupt), closing(batch.run(plan, fail_fast=fail_fast)) as rows:
        for number, _ in enumerate(rows):
            if how != "interrupt" and number >= after:
                break


def assert_closes(world, total):
    rows = RunFolder(str(world.run)).rows()
    assert len(rows) == len({row.input for row in rows}) == total
    told = world.record()["inputs"]
    assert told.pop("total") == total == sum(told.values())
    assert told == Counter(row.status for row in rows)
