"""`wsis batch` in this process, with stand-ins for the heavy stages: exit codes, refusals, what is left."""

from __future__ import annotations

import json
import re
import socket
from pathlib import Path

import pytest
import small_batch
from small_batch import World, events, names, rows, write

from nlp.batch import recipe
from nlp.errors import Exit, ModelInvalid

stand_ins, folder, batch = small_batch.stand_ins, small_batch.folder, small_batch.batch


# Exit codes ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["good"], Exit.DONE),
        (["good", "good"], Exit.DONE),
        (["good", "damaged"], Exit.SOME_FAILED),
        (["good", "bug"], Exit.SOME_FAILED),
        (["damaged", "encrypted"], Exit.ALL_FAILED),
        (["damaged", "damaged"], Exit.ALL_FAILED),
        (["damaged", "bug"], Exit.ALL_FAILED),
        (["bug"], Exit.INTERNAL),
        ([], Exit.ALL_FAILED),
    ],
)
def test_exit_codes(batch, words, code):
    write(**{f"f{number}": word for number, word in enumerate(words)})
    assert batch("in")[0] == code
    assert batch("in")[0] == code, "nor does it change when all is done before"


def test_only_what_was_named_this_time_is_judged(batch):
    write(a="good", b="damaged")
    assert batch("in/a.pdf", "in/b.pdf")[0] == Exit.SOME_FAILED
    assert batch("in/a.pdf")[0] == Exit.DONE
    assert batch("in/b.pdf")[0] == Exit.ALL_FAILED
    assert batch("in/b.pdf", "--retry-failed")[0] == Exit.ALL_FAILED
    assert {name: row["status"] for name, row in rows().items()} == {"in/a.pdf": "done", "in/b.pdf": "failed"}


def test_a_mistyped_name_does_not_spoil_the_next_batch(batch):
    write(a="good")
    assert batch("inn")[0] == Exit.ALL_FAILED
    assert batch("in")[0] == Exit.DONE
    assert list(rows()) == ["in/a.pdf"]


@pytest.mark.parametrize("args", [["-"], ["in"], ["-", "--prune"], ["in", "--dry-run"]])
def test_nothing_found_is_4_and_an_error_whatever_the_run_holds(batch, args):
    write(a="good")
    batch("in/a.pdf")
    Path("in/a.pdf").rename("in/a.docx")
    code, out, err = batch(*args, "--log-format", "json")
    (told,) = events(err)
    assert (code, out, told["code"]) == (Exit.ALL_FAILED, "", "empty")
    assert ("; .docx 1 passed over" in told["detail"]) == (args[0] == "in")
    assert batch(*args)[2].startswith("Error: Nothing in it: no PDF or .txt was found in what was named")
    assert len(names("run/documents")) == len(rows()) == 1


def test_prune_is_refused_where_nothing_can_be_read(batch):
    write(a="good")
    batch("in")
    code, out, err = batch("inn", "--prune")
    assert (code, out) == (Exit.USAGE, "")
    assert "--prune would drop every result" in err
    assert len(names("run/documents")) == len(rows()) == 1


def test_fail_fast_stops(batch):
    write(a="damaged " + 50 * "x", b="good")
    code, out, _ = batch("in", "--fail-fast")
    assert code == Exit.SOME_FAILED
    assert out.startswith("2 inputs: 1 failed, 1 not reached\n")
    assert [row["status"] for row in rows().values()] == ["failed", "waiting"]


def test_a_place_that_takes_nothing(batch):
    write(a="good")
    Path("file").touch()
    code, out, err = batch("in", output="file/run")
    assert (code, out) == (Exit.INTERNAL, "")
    assert err.startswith("Error: file/run: Cannot write: Not a directory.")


def test_an_impossible_place_is_told(batch):
    write(a="good")
    code, out, err = batch("in", output="n" * 300)
    assert (code, out) == (Exit.INTERNAL, "")
    assert ": Cannot write: File name too long." in err


def test_an_impossible_name_fails_alone(batch):
    write(a="good")
    assert batch("in", "n" * 300 + ".pdf")[0] == Exit.SOME_FAILED
    assert [row["status"] for row in rows().values()] == ["done", "failed"]


def test_a_model_that_is_unusable(batch, monkeypatch):
    def broken(model):
        raise ModelInvalid("weights.npz was changed")

    monkeypatch.setattr(recipe, "load_model", broken)
    write(a="good")
    code, out, err = batch("in", "--error-format", "json")
    assert (code, out, json.loads(err)["code"]) == (Exit.MODEL, "", "model_invalid")


def test_other_settings_over_other_inputs_are_refused(batch):
    write(a="good", b="good 2")
    batch("in")
    code, _, err = batch("in/a.pdf", "--pages", "1")
    assert code == Exit.USAGE
    assert "Run folder unusable: it has 1 results of other inputs, made with other settings" in err


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["in"], "Missing option '-o'"),
        (["-o", "run"], "Missing argument 'INPUT...'"),
        (["in", "-o", "in/a.pdf"], "-o names the run folder, but in/a.pdf is no folder."),
        (["in", "-o", ""], "-o names the run folder; it is empty."),
        (["in", "-o", "run", "--workers", "0"], "0 is not in the range x>=1"),
        (["in", "-o", "run", "--log-format", "xml"], "'xml' is not one of 'text', 'json'"),
        (["in", "-o", "run", "--workers", "2", "--scheduler", "tcp://127.0.0.1:1"], "--workers is for this"),
        (["in", "-o", "run", "--scheduler", "head:8786"], "write tcp://HOST:PORT or tls://HOST:PORT"),
        (["in", "-o", "run", "--scheduler", "tcp://192.0.2.1:8786"], "--dask-insecure"),
    ],
)
def test_wrong_usage(wsis, folder, args, message):
    write(a="good")
    code, out, err = wsis("batch", *args)
    assert (code, out) == (Exit.USAGE, "")
    assert message in err
    assert not Path("run").exists()
    code, _, err = wsis("batch", *args, "--error-format=json")
    assert (code, json.loads(err)["title"]) == (Exit.USAGE, "Wrong usage")


# Ways of use ---------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", [b"\n", b"\0", b"\r\n"])
def test_a_list_on_standard_input(batch, ending):
    write(a="good", b="good 2")
    code, _, _ = batch("-", stdin=ending.join([b"in/a.pdf", b"in/b.pdf", b""]))
    assert (code, list(rows())) == (0, ["in/a.pdf", "in/b.pdf"])
    assert batch("-", output="other")[0] == Exit.ALL_FAILED


def test_two_folders_of_one_name_are_told_apart(batch):
    World(Path("x")).write(a="good x")
    World(Path("y")).write(a="good y")
    code, _, err = batch("x/in", "y/in", "--log-format", "json")
    assert (code, list(rows())) == (0, ["x/in/a.pdf", "y/in/a.pdf"])
    told = {line["input"] for line in events(err) if line["event"] == "document"}
    assert told == {"x/in/a.pdf", "y/in/a.pdf"}
    assert len(names("run/documents")) == 2


def test_a_run_folder_inside_the_input_folder(batch):
    write(a="good", run__b="good 2")
    for done_before in (0, 1):
        plan = events(batch("in", "--log-format", "json", output="in/run")[2])[0]
        assert (plan["inputs"], plan["done_before"], plan["passed_over"]) == (1, done_before, {})
    assert list(rows("in/run")) == ["in/a.pdf"]


def test_other_failures_stay_where_one_is_tried_again(batch):
    write(a="damaged", b="damaged 2", c="good")
    batch("in")
    write(a="good 2")
    assert batch("in/a.pdf", "--retry-failed")[0] == Exit.DONE
    told = {name: row["status"] for name, row in rows().items()}
    assert told == {"in/a.pdf": "done", "in/b.pdf": "failed", "in/c.pdf": "done"}


def test_help_has_examples(wsis):
    code, out, _ = wsis("batch", "--help")
    assert code == 0
    assert re.search(r"Examples:\n +wsis batch submissions/ -o run\n +find \. ", out)


# What is left behind -------------------------------------------------------------------------


def test_a_document_is_that_of_wsis_tag(wsis, batch):
    write(a="good", s="scan")
    Path("in/t.txt").write_text("The TBT Committee\n\non broadband\n")
    batch("in")
    for name, row in rows().items():
        assert Path("run", row["result"]).read_text() == wsis("tag", name)[1]


def test_nothing_of_this_machine_or_this_hour_is_in_it(batch, folder):
    write(a="good", b="damaged", c="bug")
    batch(folder / "in")
    for path in (folder / "run").rglob("*.json*"):
        text = path.read_text()
        assert str(folder) not in text
        assert socket.gethostname() not in text
        assert not re.search(r"20\d\d-\d\d-\d\d|\d\d:\d\d:\d\d", text)


def test_no_absolute_path_of_an_input_that_is_not_there(batch, folder):
    batch(folder / "in" / "gone.pdf")
    assert str(folder) not in Path("run/manifest.jsonl").read_text()
    assert list(rows()) == ["in/gone.pdf"]


def test_the_same_inputs_give_the_same_run_file_and_documents(batch, folder):
    write(a="good", b="damaged", c="good")
    batch("in")
    batch("in", output="other")
    told = [json.loads(Path(place, "run.json").read_text()) for place in ("run", "other")]
    assert told[0].pop("manifest_sha256") != "" != told[1].pop("manifest_sha256")
    assert told[0] == told[1]


def test_nothing_but_the_run_is_left(batch):
    write(a="good")
    batch("in")
    assert names("run") == [".wsis", "documents", "manifest.jsonl", "run.json"]
    # A lock that was taken away could be held twice.
    assert names("run/.wsis") == ["lock"]
    assert Path("run/.wsis/lock").read_bytes() == b""
