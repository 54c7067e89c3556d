"""`wsis export`: what is written where, what is told, and that nothing is left after a failure."""

from __future__ import annotations

import csv
import io
import json
import sys

import pytest

from nlp.cli.console import Stdout, StdoutClosed
from nlp.errors import Exit
from nlp.exchange import FORMATS, TABLES
from tests.small_run import small_run, write_run


@pytest.fixture
def run(tmp_path, monkeypatch):
    small_run(tmp_path / "run")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "run"


def names(folder):
    return sorted(path.name for path in folder.iterdir() if path.name != ".wsis")


@pytest.mark.parametrize("form", FORMATS)
def test_all_tables_go_into_a_folder(wsis, run, tmp_path, form):
    if form == "parquet":
        pytest.importorskip("pyarrow")
    code, out, err = wsis("export", "run", "--format", form, "-o", "new/tables")
    assert (code, out) == (Exit.DONE, "")
    assert names(tmp_path / "new" / "tables") == sorted(f"{name}.{form}" for name in TABLES)
    assert f"4 blocks -> new/tables/blocks.{form}\n" in err
    assert f"5 documents -> new/tables/documents.{form}\n" in err
    assert "Warning: run: of 5 inputs 1 failed and 1 waiting" in err


def test_parquet_in_the_run_is_what_comes_unasked(wsis, run):
    pq = pytest.importorskip("pyarrow.parquet")
    assert wsis("export", run, "-q") == (Exit.DONE, "", "")
    assert names(run / "export") == sorted(f"{name}.parquet" for name in TABLES)
    assert pq.read_table(run / "export" / "labels.parquet").num_rows == 3
    assert names(run) == ["documents", "export", "manifest.jsonl", "run.json"]


def test_a_run_can_be_named_by_its_url(wsis, run):
    code, _, _ = wsis("export", f"file://{run}", "--format", "csv")
    assert code == Exit.DONE
    assert "blocks.csv" in names(run / "export")


def test_only_the_tables_that_were_asked_for_in_their_order(wsis, run):
    code, _, err = wsis("export", "run", "--format", "csv", "--table", "labels", "--table", "blocks")
    assert code == Exit.DONE
    assert names(run / "export") == ["blocks.csv", "labels.csv"]
    assert err.index("4 blocks") < err.index("3 labels")


def test_one_table_can_be_piped(wsis, run):
    code, out, err = wsis("export", "run", "--format", "jsonl", "--table", "labels", "-o", "-")
    assert code == Exit.DONE
    assert [json.loads(line)["code"] for line in out.splitlines()] == ["C6", "C7-ebusiness", "C6"]
    assert "3 labels -> standard output" in err
    assert names(run) == ["documents", "manifest.jsonl", "run.json"]
    _, out, _ = wsis("export", "run", "--format", "csv", "--table", "documents", "-o", "-")
    lines = list(csv.DictReader(io.StringIO(out.removeprefix("\ufeff"), newline="")))
    assert [line["status"] for line in lines] == ["done", "done", "failed", "duplicate", "waiting"]
    assert lines[1]["source"] == "'=formula.pdf"


def test_a_reader_who_has_seen_enough_ends_it(wsis, run, monkeypatch):
    def closed(self, data):
        raise StdoutClosed

    monkeypatch.setattr(Stdout, "write", closed)
    code, _, err = wsis("export", "run", "--format", "csv", "--table", "labels", "-o", "-")
    assert (code, err) == (Exit.DONE, "")


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_run_gives_the_same_bytes(wsis, run, tmp_path, form):
    if form == "parquet":
        pytest.importorskip("pyarrow")
    for folder in ("one", "two"):
        assert wsis("export", "run", "--format", form, "-o", folder)[0] == Exit.DONE
    for name in names(tmp_path / "one"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_run_without_inputs(wsis, tmp_path):
    write_run(tmp_path / "run")
    code, _, err = wsis("export", tmp_path / "run", "--format", "csv")
    assert (code, "Warning" in err) == (Exit.DONE, False)
    for name, table in TABLES.items():
        text = (tmp_path / "run" / "export" / f"{name}.csv").read_bytes().decode("utf-8-sig")
        assert text == ",".join(f'"{column.name}"' for column in table.columns) + "\r\n"


# What goes wrong ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["--format", "xlsx"], "'xlsx' is not one of 'parquet', 'csv', 'jsonl'"),
        (["--table", "pages"], "'pages' is not one of 'documents', 'blocks', 'entities', 'labels'"),
        (["-o", "-"], "prints one table"),
        (["-o", "-", "--table", "labels"], "--format csv or jsonl"),
        (["-o", "-", "--format", "csv"], "choose it with --table"),
        (["-o", "-", "--format", "csv", "--table", "labels", "--table", "blocks"], "prints one table"),
        (["-o", ""], "it is empty"),
        (["-o", "s3://bucket/tables"], "s3://bucket/tables is not on this machine"),
        (["-o", "run/run.json"], "is a file"),
        (["-o", "run/run.json/tables"], "cannot be made"),
    ],
)
def test_wrong_usage(wsis, run, args, told):
    code, out, err = wsis("export", "run", *args)
    assert (code, out) == (Exit.USAGE, "")
    assert told in err
    assert names(run) == ["documents", "manifest.jsonl", "run.json"]


def test_a_run_elsewhere_needs_a_place_here(wsis):
    code, _, err = wsis("export", "memory://user:secret@nowhere/run")
    assert code == Exit.USAGE
    assert "give -o FOLDER" in err
    assert "secret" not in err


@pytest.mark.parametrize("place", ["", "run.json", "nothing", "documents"])
def test_what_is_no_run(wsis, run, monkeypatch, place):
    monkeypatch.chdir(run)
    code, _, err = wsis("export", place)
    assert code == Exit.USAGE
    assert not place or place in err
    assert names(run) == ["documents", "manifest.jsonl", "run.json"]


def test_a_document_that_was_changed_leaves_nothing(wsis, run, tmp_path):
    last = max((run / "documents").iterdir())
    last.write_bytes(last.read_bytes().replace(b"TBT", b"SPS"))
    for form in ("csv", "jsonl"):
        code, out, err = wsis("export", "run", "--format", form, "-o", "tables")
        assert (code, out) == (Exit.USAGE, "")
        assert "it was changed after the run" in err
        assert last.name in err
        assert names(tmp_path) == ["run"]


def test_a_failure_leaves_the_tables_of_before(wsis, run):
    assert wsis("export", "run", "--format", "csv")[0] == Exit.DONE
    before = {path.name: path.read_bytes() for path in (run / "export").iterdir()}
    next((run / "documents").iterdir()).unlink()
    assert wsis("export", "run", "--format", "csv")[0] == Exit.USAGE
    assert {path.name: path.read_bytes() for path in (run / "export").iterdir()} == before


def test_another_version_of_the_run(wsis, run):
    (run / "run.json").write_text('{"run_version": "2.0"}', "utf-8")
    code, _, err = wsis("export", "run")
    assert code == Exit.USAGE
    assert "run_version is '2.0'" in err


def test_a_run_that_may_not_be_read_is_no_fault_of_the_place_for_tables(wsis, run):
    (run / "manifest.jsonl").unlink()
    (run / "manifest.jsonl").mkdir()
    code, _, err = wsis("export", "run", "--format", "csv")
    assert code == Exit.USAGE
    assert "cannot be read" in err


def test_a_table_that_is_protected(wsis, run, tmp_path):
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "labels.csv").touch(mode=0o444)
    code, _, err = wsis("export", "run", "--format", "csv", "-o", "tables")
    assert code == Exit.INTERNAL
    assert "tables/labels.csv: Cannot write: it is read-only" in err
    assert names(tmp_path / "tables") == ["labels.csv"]


def test_errors_as_json(wsis, run):
    (run / "manifest.jsonl").write_bytes(b"{}\n")
    code, _, err = wsis("export", "run", "--error-format", "json")
    assert code == Exit.USAGE
    assert json.loads(err)["code"] == "unsupported"


def test_help_loads_no_pyarrow(wsis):
    code, out, _ = wsis("export", "--help")
    assert code == Exit.DONE
    assert "Write the blocks, entities and labels of a run as tables." in out
    assert "[default: RUN/export]" in out
    import subprocess

    code = "import sys, nlp.cli.export; sys.exit('pyarrow' in sys.modules or 'spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
