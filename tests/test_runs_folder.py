"""Run folders: any moment is a good one to be cut off at, and what is there is never trusted blindly."""

from __future__ import annotations

import hashlib
import json
import os
import socket
import uuid
from dataclasses import replace

import pytest

from nlp.errors import RunInvalid
from nlp.runs import Recipe, Row, RunFolder, count, result_name
from nlp.runs.folder import MANIFEST, ROWS, RUN, TRIES
from nlp.runs.record import manifest_line, rows_hash
from nlp.schema import document_to_dict, dumps
from tests.util import a_document, fake_tagger

RECIPE = Recipe({"ocr": "never"}, {"version": "1"})


@pytest.fixture(params=["local", "remote"])
def run(request, tmp_path):
    """An empty run folder of each kind of place."""
    url = f"memory://{uuid.uuid4().hex}"
    return RunFolder(str(tmp_path / "run") if request.param == "local" else url)


def sha(data):
    return hashlib.sha256(data).hexdigest()


def done(name):
    """A row as a batch makes it, and the document's bytes."""
    document = fake_tagger().tag(replace(a_document(name), id=sha(name.encode())))
    data = (dumps(document_to_dict(document), indent=2) + "\n").encode()
    row = Row(
        input=f"2025/{name}",
        source=name,
        bytes=len(name),
        status="done",
        sha256=document.id,
        result=result_name(name, document.id),
        result_sha256=sha(data),
        counts=count(document),
        language="en",
        recipe=RECIPE.sha256,
        seconds=1.5,
    )
    return row, data


def failed(name, **fields):
    error = {"code": "damaged", "detail": "no pages"}
    return Row(input=f"2025/{name}", source=name, bytes=3, status="failed", error=error, **fields)


def test_a_row_is_put_before_its_document(run, monkeypatch):
    row, data = done("a.pdf")
    names, write = [], run.folder.write
    monkeypatch.setattr(run.folder, "write", lambda name, data: (names.append(name), write(name, data)))
    run.put(row, data)
    assert names == [f"{ROWS}/{row.result.removeprefix('documents/')}", row.result]
    assert run.finished() == [row]
    assert run.holds(row)
    assert run.document(row).source == "a.pdf"


def test_cut_off_between_row_and_document_an_input_is_not_finished(run):
    row, data = done("a.pdf")
    run.put(row)
    assert run.finished() == [row]
    assert not run.holds(row)
    run.folder.write(row.result, data[:-1])
    assert not run.holds(run.finished()[0])


def test_a_document_without_its_row_is_not_finished(run):
    row, data = done("a.pdf")
    run.folder.write(row.result, data)
    assert run.finished() == []


def test_a_failure_is_recorded_without_a_document(run):
    read = failed("a.pdf", sha256="a" * 64)
    unread = [failed("b.pdf"), replace(failed("b.pdf"), input="2024/b.pdf")]
    for row in (read, *unread):
        run.put(row)
    assert sorted(row.input for row in run.finished()) == ["2024/b.pdf", "2025/a.pdf", "2025/b.pdf"]
    assert not any(map(run.holds, run.finished()))
    assert run.folder.names("documents") == []


def test_seal_gathers_the_rows_and_clears_the_rest_away(run):
    pairs = [done("b.pdf"), done("a.pdf")]
    run.put(*pairs[0])
    run.put(*pairs[1])
    run.count_try(pairs[0][0].result, "s")
    rows = [pairs[1][0], failed("c.pdf"), replace(failed("d.pdf"), status="waiting"), pairs[0][0]]
    run.seal(rows, RECIPE)
    assert run.rows() == run.finished() == rows
    assert run.folder.names(ROWS) == run.folder.names(TRIES) == []
    assert [row.input for row, _ in run.documents()] == ["2025/a.pdf", "2025/b.pdf"]
    manifest = run.folder.read(MANIFEST)
    assert (
        run.record()
        == json.loads(run.folder.read(RUN))
        == {
            "run_version": "1.0",
            "complete": False,
            "settings": {"ocr": "never"},
            "versions": {"version": "1"},
            "recipe_sha256": RECIPE.sha256,
            "inputs": {"total": 4, "done": 2, "failed": 1, "waiting": 1},
            "rows_sha256": rows_hash(rows),
            "manifest_sha256": sha(manifest),
        }
    )
    for line in manifest.splitlines():
        row = json.loads(line)
        if row["status"] == "done":
            assert sha(run.folder.read(row["result"])) == row["result_sha256"]


def test_a_run_is_complete_when_nothing_waits(run):
    run.seal([failed("a.pdf")], RECIPE)
    assert run.record()["complete"] is True
    run.seal([], RECIPE)
    assert run.rows() == []
    assert run.record()["inputs"] == {"total": 0}
    run.folder.write(RUN, b'{"run_version": "1.7"}')
    assert run.record() == {"run_version": "1.7"}


def test_stale_results_go_and_what_is_not_ours_stays(run):
    (old, old_data), (new, new_data) = done("old.pdf"), done("new.pdf")
    run.put(old, old_data)
    run.put(new, new_data)
    for name in ("documents/notes.json", "documents/mine.txt", "readme.md", ".wsis/own"):
        run.folder.write(name, b"mine")
    run.seal([new], RECIPE, [old.result, "documents/never-was.json"])
    expected = {new.result.removeprefix("documents/"), "mine.txt", "notes.json"}
    assert set(run.folder.names("documents")) == expected
    assert run.folder.read("readme.md") == run.folder.read(".wsis/own") == b"mine"


def test_finished_gives_the_manifest_then_what_a_batch_left_that_was_cut_off(run):
    first, second = done("a.pdf")[0], done("b.pdf")[0]
    run.seal([first, second], RECIPE)
    again = replace(first, recipe="other")
    run.put(again)
    assert run.finished() == [first, second, again]
    assert run.rows() == [first, second]


def test_a_spoilt_loose_row_is_as_if_it_had_not_been_put(run):
    row, data = done("a.pdf")
    run.put(row, data)
    for name, spoilt in (("half.json", manifest_line(row).encode()[:40]), ("x", b"\xff"), ("y", b"")):
        run.folder.write(f"{ROWS}/{name}", spoilt)
    assert run.finished() == [row]


GOOD = manifest_line(failed("a.pdf")).encode()


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        (MANIFEST, GOOD + b"not JSON\n", "manifest.jsonl line 2: Expecting value"),
        (MANIFEST, GOOD + GOOD[:30], "manifest.jsonl line 2: "),
        (MANIFEST, GOOD + b"\n" + GOOD, "manifest.jsonl line 2: "),
        (MANIFEST, b'{"files": ["a.js"]}\n', "manifest.jsonl line 1: the field 'status' is missing"),
        (MANIFEST, b"\xff\xfe\xff", "manifest.jsonl line 1: "),
        (MANIFEST, GOOD.replace(b"failed", b"fine"), "manifest.jsonl line 1: status is 'fine'"),
        (RUN, b"", "run.json cannot be read: "),
        (RUN, b"[]", "run.json cannot be read: "),
        (RUN, b'{"name": "my own"}', "run.json cannot be read: 'run_version'"),
        (RUN, b'{"run_version": "2.0"}', "run_version is '2.0'; this program reads 1.0"),
        (RUN, b'{"run_version": null}', "run_version is 'None'; this program reads 1.0"),
        *(
            pytest.param(
                name,
                b"[" * 10_000,
                name,
            )
            for name in (MANIFEST, RUN)
        ),
    ],
)
def test_somebodys_own_file_is_refused_and_left_as_it_is(run, name, data, told):
    run.folder.write(name, data)
    with pytest.raises(RunInvalid) as met:
        run.finished()
    assert met.value.detail.startswith(told)
    assert met.value.input == run.place
    assert run.folder.read(name) == data


def test_an_empty_folder_has_no_rows_and_says_what_to_name(run):
    assert run.record() is None
    assert run.finished() == []
    with pytest.raises(RunInvalid, match=r"there is no manifest\.jsonl in it.*Name a folder made by"):
        run.rows()


def test_a_manifest_that_is_not_the_sealed_one_is_refused(run):
    run.seal([failed("a.pdf")], RECIPE)
    run.folder.write(MANIFEST, run.folder.read(MANIFEST) * 2)
    with pytest.raises(RunInvalid, match="was changed after the run"):
        run.rows()


def test_documents_come_in_the_order_of_the_manifest_one_at_a_time(run):
    pairs = [done(name) for name in ("c.pdf", "a.pdf", "b.pdf")]
    for row, data in pairs:
        run.put(row, data)
    twin = replace(pairs[0][0], input="z.pdf", status="duplicate", duplicate_of="2025/c.pdf")
    run.seal([pairs[0][0], failed("x.pdf"), twin, pairs[1][0], pairs[2][0]], RECIPE)
    run.folder.remove(pairs[2][0].result)
    documents = run.documents()
    assert [next(documents)[1].source, next(documents)[1].source] == ["c.pdf", "a.pdf"]
    with pytest.raises(RunInvalid, match="it is missing") as met:
        next(documents)
    assert met.value.input == pairs[2][0].result


def test_a_changed_document_is_refused(run):
    row, data = done("a.pdf")
    run.put(row, data.replace(b"broadband", b"narrowband"))
    assert not run.holds(row)
    with pytest.raises(RunInvalid, match="it was changed after the run"):
        run.document(row)


@pytest.mark.parametrize("data", [b"{}", b"{", b'{"schema_version": "99.0"}', b"\xff"])
def test_a_document_that_is_none_is_refused_by_name(run, data):
    row = replace(done("a.pdf")[0], result_sha256=sha(data))
    run.put(row, data)
    with pytest.raises(RunInvalid) as met:
        run.document(row)
    assert met.value.input == row.result


def test_a_second_batch_is_told_who_is_at_work(run):
    run.folder.make()
    with run.locked():
        with pytest.raises(RunInvalid) as met, RunFolder(run.place).locked():
            pytest.fail("two were at work")
        me = f"process {os.getpid()} on {socket.gethostname()}"
        assert met.value.detail == f"another batch is at work in it ({me})"
        assert ("--break-lock" in met.value.hint) is run.place.startswith("memory:")
    with pytest.raises(KeyboardInterrupt), run.locked():
        raise KeyboardInterrupt
    with run.locked():
        pass


def test_a_dead_batchs_lock_is_broken_on_demand(run):
    if not run.place.startswith("memory:"):
        pytest.skip("the system frees a local lock by itself")
    run.folder.write(".wsis/lock", b"process 7 on tuvalu 0123456789ab")
    with pytest.raises(RunInvalid, match=r"process 7 on tuvalu\)"), run.locked():
        pytest.fail("it was not locked")
    with run.locked(force=True):
        pass
    with run.locked():
        pass


def test_tries_are_counted_for_each_result_and_session(run):
    first, second = done("a.pdf")[0].result, done("b.pdf")[0].result
    assert [run.count_try(first, "one") for _ in range(4)] == [1, 2, 3, 4]
    assert run.count_try(second, "one") == 1
    assert [run.count_try(first, "two") for _ in range(2)] == [1, 2]
    assert run.count_try(first, "one") == 1
    run.folder.write(f"{TRIES}/{first.removeprefix('documents/')}", b"")
    assert run.count_try(first, "one") == 1
    run.seal([], RECIPE)
    assert run.count_try(first, "one") == 1


def test_seal_clears_away_what_a_killed_writer_has_left(run):
    run.folder.write("documents/.wsis-0123456789ab.tmp", b'{"half": ')
    run.seal([], RECIPE)
    assert run.folder.names("documents") == []


def test_a_link_in_place_of_a_folder_of_ours_empties_nobody_elses(tmp_path):
    for folder in ("theirs", "run", "run/.wsis"):
        (tmp_path / folder).mkdir()
    (tmp_path / "theirs" / "a.txt").touch()
    (tmp_path / "run" / ROWS).symlink_to(tmp_path / "theirs")
    RunFolder(str(tmp_path / "run")).seal([], RECIPE)
    assert (tmp_path / "theirs" / "a.txt").exists()
