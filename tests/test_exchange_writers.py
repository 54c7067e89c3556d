"""Tables as files: no cell runs (T20), values come back, types are as declared, memory stays flat."""

from __future__ import annotations

import builtins
import csv
import gc
import io
import json
import re
import tracemalloc
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import nlp
from nlp.document import Block
from nlp.errors import CannotWrite, RunInvalid, Unsupported
from nlp.exchange import FORMATS, TABLES, files, restore, write_tables
from nlp.exchange import writers as writers_module
from nlp.exchange.spreadsheet import defuse
from tests.small_run import FORMULA, LAW, done, law, pairs, small_run

DOCS = Path(nlp.__file__).parents[1] / "docs" / "export.md"
ARROW = {"text": "string", "integer": "int64", "number": "double", "date": "date32[day]"}
DUCK = {"text": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "date": "DATE"}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return small_run(tmp_path_factory.mktemp("run"))


@pytest.fixture
def pq():
    return pytest.importorskip("pyarrow.parquet")


@pytest.fixture
def duckdb():
    return pytest.importorskip("duckdb")


def written(documents, form, names=tuple(TABLES)):
    """Write tables; give the bytes of each."""
    outs = {name: io.BytesIO() for name in names}
    counts = write_tables(documents, outs, form)
    assert list(counts) == list(names)
    return {name: out.getvalue() for name, out in outs.items()}


def expected(documents, name):
    return [row for row, document in documents for row in TABLES[name].rows(row, document)]


def cells(data):
    """The rows of a CSV file, header first."""
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


# CSV: nothing runs ----------------------------------------------------------------------------

DANGER = "=+-@＝＋－＠﹦﹢﹣﹫"
nasty = st.text(st.sampled_from([*DANGER, *"\t\r\n \"';,a1ü𝔄\0\ud800\ufeff\u200b\u00a0\x85␀"]), max_size=12)


def of_text(text):
    """A document with a text wherever one can stand."""
    document = law()
    heading = replace(document.blocks[0], text=text, number=text, section=(text, text))
    return replace(document, title=text, submitter=text, source=text, symbols=(text,), blocks=(heading,))


def begins_a_formula(cell):
    bare = re.sub("^[\\s\"'\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]*", "", cell)
    return cell[:1] != "'" and (bare[:1] in tuple(DANGER) or cell[:1] in tuple("\t\r\n"))


@given(nasty)
@example("=1+1")
@example("'=1+1")
@example(" \"'=1+1")
@example("\ufeff=1+1")
@example("a;=1+1;b")
@example("a\n=1+1")
@example("a\r\n@x")
@example("\0-1")
def test_no_text_cell_begins_a_formula_and_the_text_can_be_had_back(text):
    row, _ = done(law())
    document = of_text(text)
    row = replace(row, input=text, duplicate_of=text, warnings=(text,))
    for name in ("documents", "blocks"):
        header, line = cells(written([(row, document)], "csv", [name])[name])
        (values,) = TABLES[name].rows(row, document)
        for column, cell in zip(TABLES[name].columns, line, strict=True):
            value = values[column.name]
            assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", cell)
            if column.type != "text":
                assert cell == ("" if value is None else str(value))
                continue
            # Also for a spreadsheet that parts cells with semicolons or tabs and knows no quotes.
            assert not any(map(begins_a_formula, [cell, *re.split("[;\t\n]", cell)[1:]])), cell
            if not re.search(r"[\x00-\x1f\x7f-\x9f]", value or ""):
                assert restore(cell) == (value or "")
        assert header == [column.name for column in TABLES[name].columns]


@given(nasty)
def test_restoring_undoes_defusing_but_for_control_characters(text):
    assert restore(defuse(text)) == text.replace("\0", "␀").replace("\r", "␍").replace("\x85", "\ufffd")


def test_control_characters_become_one_other_each():
    every = "".join(map(chr, [*range(0x20), *range(0x7F, 0xA0)]))
    assert defuse(f"a{every}").startswith("a␀␁␂␃␄␅␆␇␈\t")
    assert len(restore(defuse(f"a{every}"))) == len(every) + 1
    assert defuse("a\x7f\x80") == "a␡\ufffd"


def test_words_stay_as_they_are():
    for text in ("a - b", "C7-ebusiness;C6", "e-mail: a@b.org", "1 + 1 = 2", "l'État; d'abord", ""):
        assert defuse(text) == text


def test_defusing_takes_time_in_proportion_to_the_text():
    long = "\n" * 200_000 + ";" + " " * 200_000 + "'" * 200_000
    assert restore(defuse(long)) == long


def test_the_file_is_one_that_excel_opens_right(run):
    data = written(pairs(run), "csv")["blocks"]
    assert data.startswith('\ufeff"document","input"'.encode())
    assert data.count(b"\r\n") == len(expected(pairs(run), "blocks")) + 1
    assert b"\n" not in data.replace(b"\r\n", b"")
    # No text outside of quotes: LibreOffice offers to part at semicolons, too.
    bare = re.sub(r'"(?:[^"]|"")*"', "", data.decode("utf-8-sig"))
    assert set(bare) <= set("0123456789.,-e\r\n")
    header, *lines = cells(data)
    assert lines[-1][header.index("text")] == f"'{FORMULA}"
    assert lines[-1][header.index("title")] == "'-1+1"
    assert lines[1][header.index("text")] == LAW


def test_negative_numbers_stay_numbers():
    block = replace(law().blocks[1], scores={"C1": -0.5})
    document = replace(law(), blocks=(block,))
    header, line = cells(written([(done(law())[0], document)], "csv")["blocks"])
    assert line[header.index("score_C1")] == "-0.5"


# Values come back -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", TABLES)
def test_jsonl_gives_every_value_back(run, name):
    data = written(pairs(run), "jsonl")[name].decode("utf-8")
    lines = [json.loads(line) for line in data.split("\n")[:-1]]
    assert data.endswith("\n")
    for line in lines:
        line["date"] = line["date"] and date.fromisoformat(line["date"])
    assert lines == expected(pairs(run), name)
    assert "𝔄" in data or name in ("documents", "entities")


@pytest.mark.parametrize("name", TABLES)
def test_parquet_gives_every_value_back_with_its_type(run, pq, name):
    table = pq.read_table(io.BytesIO(written(pairs(run), "parquet")[name]))
    assert table.to_pylist() == expected(pairs(run), name)
    assert {f.name: str(f.type) for f in table.schema} == {
        c.name: ARROW[c.type] for c in TABLES[name].columns
    }


@pytest.mark.parametrize("form", FORMATS)
def test_text_of_no_characters_crashes_nothing(form, pq):
    document = of_text("\ud800\0\x85\u2028𝔄")
    data = written([(done(law())[0], document)], form)
    assert data["documents"]
    assert data["blocks"]
    if form != "parquet":
        assert b"\xed\xa0\x80" not in data["blocks"]


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_run_gives_the_same_bytes(run, form, pq):
    assert written(pairs(run), form) == written(pairs(run), form)


@pytest.mark.parametrize("form", FORMATS)
def test_times_make_no_difference(run, form, pq):
    slower = [(replace(row, seconds=9.0), document) for row, document in pairs(run)]
    assert written(pairs(run), form) == written(slower, form)


def test_a_run_without_inputs_gives_headers_and_schemas(pq):
    for name, data in written([], "csv").items():
        assert cells(data) == [[column.name for column in TABLES[name].columns]]
    assert set(written([], "jsonl").values()) == {b""}
    for name, data in written([], "parquet").items():
        table = pq.read_table(io.BytesIO(data))
        assert table.num_rows == 0
        assert {f.name: str(f.type) for f in table.schema} == {
            c.name: ARROW[c.type] for c in TABLES[name].columns
        }


# DuckDB ---------------------------------------------------------------------------------------


@pytest.fixture
def exported(run, tmp_path, monkeypatch):
    for form in FORMATS:
        for name, data in written(pairs(run), form).items():
            (tmp_path / f"{name}.{form}").write_bytes(data)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("form", FORMATS)
def test_duckdb_reads_the_types(exported, duckdb, form):
    for name, table in TABLES.items():
        described = duckdb.sql(f"DESCRIBE FROM '{name}.{form}'").fetchall()
        types = {column: kind for column, kind, *_ in described}
        assert list(types) == [column.name for column in table.columns]
        for column in table.columns:
            # CSV and JSON name no types: DuckDB takes them from the values, where there are some.
            if (
                form == "parquet"
                or column.name.startswith("score_")
                or column.name in ("start", "text", "date")
            ):
                assert types[column.name] == DUCK[column.type], column.name


@pytest.mark.parametrize("form", FORMATS)
def test_duckdb_finds_entities_where_they_are(exported, duckdb, form):
    found = duckdb.sql(
        f"""SELECT e.text, substring(b.text, e.start + 1, e."end" - e.start), e.part
        FROM 'entities.{form}' e JOIN 'blocks.{form}' b USING (document, block)"""  # noqa: S608
    ).fetchall()
    assert len(found) == 4
    for marked, cut, _ in found:
        assert marked == cut


def test_the_questions_in_the_docs_have_answers(exported, duckdb):
    queries = re.findall(r"^```sql\n(.*?)^```", DOCS.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    committees, technologies, review = (duckdb.sql(query).fetchall() for query in queries)
    assert committees == [
        ("Kenya", "Committee on Sanitary and Phytosanitary Measures", 1),
        ("Kenya", "Committee on Technical Barriers to Trade", 1),
    ]
    assert technologies == [("C6", "Cloud computing", 1, 1)]
    assert [row[:6] for row in review] == [
        ("law.pdf", None, None, "C6", 0.4, "single windows"),
        ("law.pdf", 2, "1.", "C7-ebusiness", 0.3, "cloud computing"),
    ]


# Streaming, and what goes wrong ---------------------------------------------------------------


def test_row_groups_are_written_as_they_fill(run, pq, monkeypatch):
    monkeypatch.setattr(writers_module, "GROUP_ROWS", 4)
    many = [pair for pair in pairs(run) for _ in range(5)]
    data = written(many, "parquet")
    file = pq.ParquetFile(io.BytesIO(data["blocks"]))
    assert [file.metadata.row_group(k).num_rows for k in range(file.num_row_groups)] == [4] * 5
    assert file.read().to_pylist() == expected(many, "blocks")
    monkeypatch.setattr(writers_module, "GROUP_CHARACTERS", 1)
    assert pq.ParquetFile(io.BytesIO(written(many, "parquet")["blocks"])).num_row_groups == 20


@pytest.mark.parametrize("form", FORMATS)
def test_memory_stays_flat(form, monkeypatch):
    pa = pytest.importorskip("pyarrow")
    monkeypatch.setattr(writers_module, "GROUP_CHARACTERS", 100_000)
    row, _ = done(law())
    used = []

    def documents(times):
        for n in range(times):
            texts = (f"{n} {k} " * 1000 for k in range(10))
            blocks = tuple(Block(f"b{k}", "paragraph", text) for k, text in enumerate(texts))
            yield row, replace(law(), blocks=blocks)
        # Before the end: Parquet's index of all row groups is written there, some bytes for each.
        used.append(tracemalloc.get_traced_memory()[1] + pa.total_allocated_bytes())

    for times in (3, 43):
        tracemalloc.start()
        write_tables(documents(times), dict.fromkeys(TABLES, _Nowhere()), form)
        tracemalloc.stop()
    forty_more = 40 * 10 * 4000
    assert used[1] - used[0] < forty_more / 4


class _Nowhere:
    closed = False

    def write(self, data):
        return len(data)

    def flush(self):
        pass


class _Full(io.BytesIO):
    def write(self, data):
        raise OSError(28, "No space left on device")


@pytest.mark.parametrize("form", FORMATS)
def test_a_disk_that_is_full_is_told_once(run, form, pq):
    with pytest.raises(OSError, match="No space left"):
        write_tables(pairs(run), {"blocks": _Full()}, form)
    gc.collect()


def test_without_pyarrow_parquet_says_what_to_install(run, monkeypatch):
    real = builtins.__import__

    def without(name, *args):
        if name.startswith("pyarrow"):
            raise ImportError("No module named 'pyarrow'")
        return real(name, *args)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(Unsupported, match="pyarrow") as caught:
        written(pairs(run), "parquet")
    assert "wsis-tagger[parquet]" in caught.value.hint
    assert written(pairs(run), "csv")


def fill(folder, data, error=None):
    """Write two files; the first has no name until both are written."""
    with files(folder, ["a", "b"]) as streams:
        for stream in streams:
            stream.write(data)
        assert not (folder / "a").exists()
        if error:
            raise error


def test_files_appear_together_or_not_at_all(tmp_path):
    (tmp_path / "b").write_bytes(b"before")
    with pytest.raises(RunInvalid):
        fill(tmp_path, b"half", RunInvalid("it was changed after the run"))
    assert [path.name for path in tmp_path.iterdir()] == ["b"]
    assert (tmp_path / "b").read_bytes() == b"before"
    fill(tmp_path, b"whole")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"whole", "b": b"whole"}


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "b").touch(mode=0o444)
    with pytest.raises(CannotWrite, match=r"/b: .*read-only"), files(tmp_path, ["a", "b"]):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["b"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_leaves_no_table(tmp_path):
    (tmp_path / "b").symlink_to("/dev/full")
    with pytest.raises(CannotWrite, match="No space left"):
        fill(tmp_path, b"whole")
    assert [path.name for path in tmp_path.iterdir()] == ["b"]
