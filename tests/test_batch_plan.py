"""What a batch has before it: what is done and kept, done again, left of other inputs, or dropped."""

from __future__ import annotations

from pathlib import Path

import pytest
import small_batch
from small_batch import CALLS, World, inputs, labels, made_with, results, sealed, states

from nlp.errors import RunInvalid

stand_ins, world = small_batch.stand_ins, small_batch.world


def test_the_longest_come_first_and_then_by_name(world):
    world.write(b="good bb", a="good aa", long="good " + 50 * "x")
    assert labels(world.plan().todo) == ["in/long.pdf", "in/a.pdf", "in/b.pdf"]
    assert not list(world.run.iterdir()), "planning writes nothing"


def test_of_the_same_bytes_the_first_by_label_is_read(world):
    world.write(b="good", a="good", sub__a="good")
    plan = world.plan()
    assert labels(plan.todo) == ["in/a.pdf"]
    assert [(first.source.label, source.label) for first, source in plan.duplicates] == [
        ("in/a.pdf", "in/b.pdf"), ("in/a.pdf", "in/sub/a.pdf"),
    ]  # fmt: skip
    rows = world.go()
    assert states(rows) == {"in/a.pdf": "done", "in/b.pdf": "duplicate", "in/sub/a.pdf": "duplicate"}
    assert {row.result for row in rows.values()} == {rows["in/a.pdf"].result}
    assert rows["in/b.pdf"].duplicate_of == "in/a.pdf"


def test_two_folders_of_one_name_get_longer_labels(world):
    x = World(world.run.parent / "x", world.run).write(a="good x", b="good b", same="good")
    y = World(world.run.parent / "y", world.run).write(a="good y", same="good")
    assert labels(x.plan(x.inputs, y.inputs).todo) == [
        "in/b.pdf", "x/in/a.pdf", "y/in/a.pdf", "x/in/same.pdf",
    ]  # fmt: skip
    told = {
        "in/b.pdf": "done", "x/in/a.pdf": "done", "x/in/same.pdf": "done",
        "y/in/a.pdf": "done", "y/in/same.pdf": "duplicate",
    }  # fmt: skip
    rows = x.go(x.inputs, y.inputs)
    assert states(rows) == told
    assert rows["y/in/same.pdf"].duplicate_of == "x/in/same.pdf"
    # Each is known again when it is named alone, and told as it is named then.
    plan = x.plan(y.inputs)
    assert (plan.todo, inputs(plan.kept)) == ([], ["in/a.pdf", "in/same.pdf"])
    assert inputs(plan.earlier) == ["in/b.pdf", "x/in/a.pdf"]


# Before -------------------------------------------------------------------------------------


def test_what_is_done_is_kept_and_failures_are_until_asked(world):
    world.write(a="good", b="damaged")
    first = sealed(world.go())
    plan = world.plan()
    assert (plan.todo, plan.failed_before, plan.total) == ([], 1, 2)
    assert labels(world.plan(retry_failed=True).todo) == ["in/b.pdf"]
    assert sealed(world.go()) == first
    assert CALLS == {"a.pdf": 1, "b.pdf": 1}
    world.go(retry_failed=True)
    assert CALLS == {"a.pdf": 1, "b.pdf": 2}


def test_what_failed_of_inputs_not_named_stays_when_others_are_tried_again(world):
    rows = world.write(a="damaged a", b="damaged b", c="good").go()
    plan = world.plan(world.inputs / "a.pdf", retry_failed=True)
    assert (labels(plan.todo), inputs(plan.earlier)) == (["in/a.pdf"], ["in/b.pdf", "in/c.pdf"])
    again = world.end(world.inputs / "a.pdf", retry_failed=True)
    assert sealed(world.manifest()) == sealed(rows)
    assert inputs(again.named) == ["in/a.pdf"]
    assert CALLS == {"a.pdf": 2, "b.pdf": 1, "c.pdf": 1}


@pytest.mark.parametrize(
    "made",
    [made_with(2), made_with(model={"name": "fake", "version": "2"}), made_with(knowledge={"version": "2"}),
     made_with(version="9"), made_with(libraries={})],
    ids=["settings", "model", "knowledge", "program", "libraries"],
)  # fmt: skip
def test_any_other_recipe_does_it_again(world, made):
    world.write(a="good", b="damaged")
    world.go()
    assert labels(world.plan(made=made).todo) == ["in/b.pdf", "in/a.pdf"]


def test_other_bytes_are_done_again_and_the_old_result_goes(world):
    old = world.write(a="good").go()["in/a.pdf"]
    world.write(a="good and more")
    plan = world.plan()
    assert (labels(plan.todo), results(plan.replaced)) == (["in/a.pdf"], [old.result])
    assert (plan.earlier, plan.dropped) == ([], [])
    new = world.go()["in/a.pdf"]
    assert new.result != old.result
    assert world.documents() == {new.result}


def test_other_bytes_that_fail_leave_no_result_of_before(world):
    world.write(a="good").go()
    rows = world.write(a="damaged").go()
    assert (states(rows), world.documents()) == ({"in/a.pdf": "failed"}, set())


def test_an_input_with_other_bytes_is_replaced_whatever_it_is_made_with(world):
    world.write(a="good").go()
    world.write(a="good and more")
    assert len(world.plan(made=made_with(2)).replaced) == 1, "nothing to refuse: it is named"


def test_another_name_is_another_result(world):
    world.write(a="good").go()
    (world.inputs / "a.pdf").rename(world.inputs / "b.pdf")
    plan = world.plan()
    assert (labels(plan.todo), inputs(plan.earlier)) == (["in/b.pdf"], ["in/a.pdf"])
    world.inputs = world.inputs.rename(world.inputs.with_name("moved"))
    (world.inputs / "b.pdf").rename(world.inputs / "a.pdf")
    plan = world.plan()
    assert (plan.todo, inputs(plan.kept)) == ([], ["moved/a.pdf"]), "the folder's name is none"
    there = world.go()["moved/a.pdf"].place_sha256
    assert world.write(a="good 2").plan().replaced[0].place_sha256 == there, "known where it lies now"


@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_text("{}")])
def test_a_result_that_is_missing_or_changed_is_made_again(world, harm):
    row = world.write(a="good", b="good 2").go()["in/a.pdf"]
    before = (world.run / row.result).read_bytes()
    harm(world.run / row.result)
    assert labels(world.plan().todo) == ["in/a.pdf"]
    world.go()
    assert (world.run / row.result).read_bytes() == before


def test_an_input_that_is_not_there_is_unread_and_tried_each_time(world):
    world.write(a="good")
    words = [world.inputs, world.inputs / "z.pdf"]
    rows = world.go(*words)
    assert [row.error["code"] for row in rows.values() if row.error] == ["unsupported"]
    world.write(z="good 2")
    assert CALLS["z.pdf"] == 0
    assert states(world.go(*words)) == {"in/a.pdf": "done", "in/z.pdf": "done"}


# Other inputs -------------------------------------------------------------------------------


def test_duplicates_of_inputs_not_named_stay_with_their_first(world):
    rows = world.write(a="good", b="good", c="good c").go()
    assert states(rows) == {"in/a.pdf": "done", "in/b.pdf": "duplicate", "in/c.pdf": "done"}
    again = world.end(world.inputs / "c.pdf")
    assert sealed(world.manifest()) == sealed(rows)
    assert inputs(again.named) == ["in/c.pdf"]
    assert set(world.go(world.inputs / "c.pdf", prune=True)) == {"in/c.pdf"}


def test_results_of_inputs_not_named_stay_until_pruned(world):
    rows = world.write(a="good", b="good 2").go()
    (world.inputs / "b.pdf").unlink()
    plan = world.plan()
    assert (inputs(plan.earlier), plan.dropped, plan.total) == (["in/b.pdf"], [], 1)
    assert states(world.go()) == {"in/a.pdf": "done", "in/b.pdf": "done"}
    plan = world.plan(prune=True)
    assert (plan.earlier, inputs(plan.dropped)) == ([], ["in/b.pdf"])
    assert states(world.go(prune=True)) == states(world.manifest()) == {"in/a.pdf": "done"}
    assert world.documents() == {rows["in/a.pdf"].result}


def test_only_what_was_named_is_judged(world):
    world.write(a="good", b="damaged").go()
    batch = world.end(world.inputs / "a.pdf")
    assert (inputs(batch.named), batch.states) == (
        ["in/a.pdf"],
        {"done": 1, "failed": 1, "duplicate": 0, "waiting": 0},
    )


def test_a_result_not_named_whose_document_is_gone_leaves_the_run(world):
    row = world.write(a="good", b="good 2").go()["in/b.pdf"]
    (world.run / row.result).unlink()
    plan = world.plan(world.inputs / "a.pdf")
    assert (plan.earlier, results(plan.dropped)) == ([], [row.result])


def test_results_of_other_inputs_with_another_recipe_are_refused(world):
    world.write(a="good").go()
    world.write(b="good 2")
    with pytest.raises(RunInvalid, match=r"1 results of other inputs.*first is in/a\.pdf.*--prune"):
        world.plan(world.inputs / "b.pdf", made=made_with(2))
    assert labels(world.plan(world.inputs / "b.pdf", made=made_with(2), prune=True).todo) == ["in/b.pdf"]


def test_two_unread_inputs_of_one_name_are_two_and_leave_nothing(world):
    world.write(a="good")
    lost = [world.inputs / folder / "z.pdf" for folder in ("x", "y")]
    told = {"in/a.pdf": "done", "x/z.pdf": "failed", "y/z.pdf": "failed"}
    assert states(world.go(world.inputs, *lost)) == states(world.manifest()) == told
    assert states(world.go()) == {"in/a.pdf": "done"}


def test_a_file_elsewhere_that_is_told_the_same_replaces_nothing(world, tmp_path):
    here = world.write(a="good").go()["in/a.pdf"]
    other = World(tmp_path / "elsewhere", world.run).write(a="good other")
    plan = other.plan()
    assert (labels(plan.todo), results(plan.earlier), plan.replaced) == (["in/a.pdf"], [here.result], [])
    batch = other.end()
    (there,) = batch.named
    assert inputs(batch.rows) == ["in/a.pdf", "in/a.pdf"]
    assert here.sealed in [row.sealed for row in batch.rows]
    assert world.documents() == {here.result, there.result}
    # And each is known by where it lies.
    other.write(a="good and other")
    plan = other.plan()
    assert (results(plan.replaced), results(plan.earlier)) == ([there.result], [here.result])
    assert world.plan(world.inputs, other.inputs).earlier == []


def test_the_run_folder_among_the_inputs_is_not_looked_into(world):
    world.run = world.inputs / "sub" / "run"
    world.write(a="good", sub__b="good 2", sub__run__c="good 3", sub__run__documents__d="good 4")
    (world.run / "x.docx").touch()
    plan = world.plan()
    assert labels(plan.todo) == ["in/sub/b.pdf", "in/a.pdf"]
    assert not plan.passed_over
    assert list(world.go()) == list(world.go()) == ["in/a.pdf", "in/sub/b.pdf"]
