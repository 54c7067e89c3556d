"""What `wsis batch` tells: the plan, the failures, the end; in text, in JSON, or hardly anything."""

from __future__ import annotations

from pathlib import Path

import small_batch
from small_batch import events, names, rows, write

from nlp.errors import Exit

stand_ins, folder, batch = small_batch.stand_ins, small_batch.folder, small_batch.batch


def test_the_end_is_told(batch):
    write(a="good", b="damaged", c="good")
    _, out, err = batch("in")
    assert out.startswith("3 inputs: 1 done, 1 failed, 1 the same as another\n2 pages, 1 entity mark\n")
    assert err == (
        "3 inputs: 2 to do, 1 the same as another\n"
        "in/c.pdf is the same as in/a.pdf\n"
        "Error: in/b.pdf: Damaged PDF: no pages can be found (page 2). Open it in a PDF viewer, print it to "
        "a new PDF and give that.\nWritten to run: documents/, manifest.jsonl, run.json\n"
    )


def test_files_passed_over_are_told(batch):
    write(a="good")
    for name in ("x.docx", "y.docx", "README", ".hidden.pdf"):
        Path("in", name).touch()
    err = batch("in")[2]
    told = "4 files were passed over, being no PDF or .txt: (hidden) 1, (no ending) 1, .docx 2\n"
    assert told in err


def test_many_of_the_same_are_counted(batch):
    write(**{f"f{number:02}": "good" for number in range(13)})
    err = batch("in")[2]
    assert "in/f10.pdf is the same as in/f00.pdf\nand 2 more: the manifest names them\n" in err


def test_failures_are_tried_again_when_asked(batch):
    write(a="good", b="damaged")
    batch("in")
    _, out, err = batch("in")
    assert "1 done before, 1 failed before (--retry-failed tries again)\n" in err
    assert "Error" not in err
    assert "damaged" in out
    assert "Error: in/b.pdf: Damaged PDF" in batch("in", "--retry-failed")[2]


def test_what_is_not_named_stays_until_pruned(batch):
    write(a="good", b="good 2")
    batch("in")
    err = batch("in/a.pdf")[2]
    told = "Results that stay in the run, of inputs that were not named (--prune drops them): 1\n"
    assert told in err
    assert len(rows()) == 2
    assert "Results that leave the run: 1\n" in batch("in/a.pdf", "--prune")[2]
    assert len(rows()) == len(names("run/documents")) == 1


def test_results_that_are_replaced_are_told(batch):
    write(a="good", b="good 2")
    batch("in")
    write(a="good and other")
    err = batch("in")[2]
    assert err.startswith(
        "2 inputs: 1 to do, 1 done before\nResults that are replaced: their inputs have other bytes now: 1\n"
    )
    assert len(rows()) == len(names("run/documents")) == 2


def test_no_hint_names_an_option_that_is_not_there(batch):
    Path("in/x.docx").touch()
    assert "--input-format" not in batch("in/x.docx")[2]


# Before it begins ----------------------------------------------------------------------------


def test_a_dry_run_writes_nothing_and_lists(batch, folder):
    write(long="good " + 50 * "x", a="good", b="good")
    code, out, _ = batch("in", "nope.pdf", "--dry-run")
    assert code == 0
    assert out.splitlines() == [
        "To do, longest first: 2", "  in/long.pdf", "  in/a.pdf", "The same as another: 1", "  in/b.pdf",
        "Cannot be read: 1", f"  {folder.name}/nope.pdf",
    ]  # fmt: skip
    assert not Path("run").exists()
    batch("in")
    before = sorted(Path("run").rglob("*"))
    _, out, _ = batch("in/b.pdf", "--dry-run")
    assert out.splitlines()[:2] == ["To do, longest first: 1", "  in/b.pdf"]
    assert sorted(Path("run").rglob("*")) == before


def test_a_dry_run_lists_what_becomes_of_what_is_there(batch):
    write(a="good", b="good 2", c="damaged", d="good 3")
    batch("in")
    write(d="good and other")
    assert batch("in/a.pdf", "in/c.pdf", "in/d.pdf", "--dry-run")[1].splitlines() == [
        "To do, longest first: 1", "  in/d.pdf", "Done before: 1", "  in/a.pdf", "Failed before: 1",
        "  in/c.pdf", "Of other inputs, kept: 1", "  in/b.pdf", "Replaced, with other bytes now: 1",
        "  in/d.pdf",
    ]  # fmt: skip
    assert batch("in/a.pdf", "--prune", "--dry-run")[1].splitlines() == [
        "Done before: 1", "  in/a.pdf", "Dropped: 3", "  in/b.pdf", "  in/c.pdf", "  in/d.pdf",
    ]  # fmt: skip
    assert len(rows()) == 4


# For programs --------------------------------------------------------------------------------


def test_quiet_tells_errors_only(batch):
    write(a="good", b="damaged")
    code, out, err = batch("in", "-q")
    assert (code, out) == (Exit.SOME_FAILED, "")
    assert err.startswith("Error: in/b.pdf: Damaged PDF")
    assert err.count("\n") == 1
    code, out, err = batch("in", "-q", "--log-format", "json", "--retry-failed")
    assert (out, [told["code"] for told in events(err)]) == ("", ["damaged"])


def test_the_log_as_json(batch, folder):
    write(a="good", b="damaged", c="bug", d="good", e="scan")
    Path("in/x.docx").touch()
    _, out, err = batch("in", "nope.pdf", "--log-format", "json")
    told = events(err)
    assert [line.get("event") or line["code"] for line in told] == [
        "plan", "unsupported", "damaged", "document", "document", "internal", "summary",
    ]  # fmt: skip
    assert told[0] == {
        "level": "info", "event": "plan", "inputs": 6, "todo": 4, "done_before": 0, "failed_before": 0,
        "duplicates": 1, "unreadable": 1, "earlier": 0, "replaced": 0, "dropped": 0,
        "passed_over": {".docx": 1},
    }  # fmt: skip
    nope = f"{folder.name}/nope.pdf"
    assert told[1]["input"] == nope
    assert {line["input"] for line in told if "code" in line} == {nope, "in/b.pdf", "in/c.pdf"}
    found = next(line for line in told if line.get("event") == "document")
    assert (found["pages"], found["paragraphs"], found["review"]) == (2, 3, 1)
    assert Path("run", found["result"]).exists()
    assert told[-1] == {
        "level": "info", "event": "summary", "inputs": 6, "done": 2, "failed": 3, "duplicate": 1,
        "waiting": 0,
    }  # fmt: skip
    assert out.startswith("6 inputs: ")


def test_the_next_plan_as_json(batch):
    write(a="good", b="good 2", c="damaged", d="good 3")
    batch("in")
    write(a="good and other")
    words = ["in/a.pdf", "in/c.pdf", "--log-format", "json"]
    plan = events(batch(*words, "--dry-run")[2])[0]
    told = ("inputs", "todo", "done_before", "failed_before", "earlier", "replaced", "dropped")
    assert [plan[name] for name in told] == [2, 1, 0, 1, 2, 1, 0]
    first, *_, last = events(batch(*words, "--prune")[2])
    assert [first[name] for name in told] == [2, 1, 0, 1, 0, 1, 2]
    assert [last[name] for name in ("inputs", "done", "failed", "duplicate", "waiting")] == [2, 1, 1, 0, 0]


def test_what_was_not_reached_is_in_the_summary(batch):
    write(a="damaged " + 50 * "x", b="good")
    told = events(batch("in", "--fail-fast", "--log-format", "json")[2])
    assert [told[-1][name] for name in ("event", "inputs", "failed", "waiting")] == ["summary", 2, 1, 1]


def test_errors_alone_as_json(batch):
    write(a="good", b="damaged")
    _, _, err = batch("in", "--error-format", "json")
    assert [told["code"] for told in events(err)] == ["damaged"]
