from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path

import pytest

from nlp.corpus import MAX_CHARACTERS, corpus_hash, read_corpus, to_json
from nlp.document import Entity, Example
from nlp.errors import CorpusInvalid
from nlp.taxonomy import CODES

ROOT = Path(__file__).resolve().parent.parent

_spec = importlib.util.spec_from_file_location("data_card", ROOT / "scripts" / "data_card.py")
data_card = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(data_card)

GOOD = {"id": "a-1", "doc": "a-d1", "batch": "a", "text": "Fibre was laid.", "labels": ["C2"]}
OTHER = {**GOOD, "id": "a-2", "labels": ["C5"]}


def write(path, *rows):
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return path


def test_rows_are_read_with_their_fields(tmp_path):
    row = {**GOOD, "also": ["C6"], "section": ["Networks"], "year": 2019, "genre": "report"}
    first, second = read_corpus(write(tmp_path / "a.jsonl", row, "", OTHER))
    assert first == Example(
        id="a-1",
        doc="a-d1",
        batch="a",
        text="Fibre was laid.",
        labels=("C2",),
        also=("C6",),
        section=("Networks",),
        year=2019,
        genre="report",
    )
    assert second.labels == ("C5",)


def test_a_folder_is_read_in_order_of_names(tmp_path):
    write(tmp_path / "b.jsonl", OTHER)
    write(tmp_path / "a.jsonl", GOOD)
    write(tmp_path / "README.md", "not rows")
    assert [example.id for example in read_corpus(tmp_path)] == ["a-1", "a-2"]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({**GOOD, "labels": ["C99"]}, "unknown label 'C99' in 'labels'; allowed: C1, C2"),
        ({**GOOD, "also": ["c5"]}, "unknown label 'c5' in 'also'"),
        ({**GOOD, "labels": ["C2", "C2"]}, "label 'C2' stands twice"),
        ({**GOOD, "also": ["C2"]}, "label 'C2' stands in 'labels' and in 'also'"),
        ({**GOOD, "labels": "C2"}, "'labels' must be a list of strings"),
        ({**GOOD, "labels": [2]}, "'labels' must be a list of strings"),
        ({**GOOD, "section": "Networks"}, "'section' must be a list of strings"),
        ({**GOOD, "text": ""}, "'text' must hold letters"),
        ({**GOOD, "text": " 12. "}, "'text' must hold letters"),
        ({**GOOD, "text": None}, "'text' must be a string"),
        ({**GOOD, "text": "a" * (MAX_CHARACTERS + 1)}, "'text' has 20,001 characters; at most 20,000"),
        ({**GOOD, "text": "a" * 10_000_000}, "the line has more than 1,000,000 bytes"),
        ({**GOOD, "text": "half \ud83d"}, "'text' holds half a surrogate pair at 5"),
        ({**GOOD, "id": " "}, "'id' must not be empty"),
        ({**GOOD, "id": 7}, "'id' must be a string"),
        ({**GOOD, "year": "2019"}, "'year' must be a whole number or null"),
        ({**GOOD, "year": True}, "'year' must be a whole number or null"),
        (json.dumps(GOOD)[:-1] + ', "labels": ["C5"]}', "field 'labels' stands twice"),
        ({**GOOD, "lables": ["C2"]}, "unknown field(s): lables; allowed: also, annotator"),
        ({key: GOOD[key] for key in ("id", "doc", "batch")}, "missing field(s): text, labels"),
        (["a"], "a row must be a JSON object, not list"),
        ("{'id': 1}", "not JSON"),
        ("[" * 100_000, "not JSON"),
        (OTHER, "id 'a-2' was used before, at a.jsonl:1"),
    ],
)
def test_a_broken_row_is_refused_with_file_and_line(tmp_path, row, message):
    path = write(tmp_path / "a.jsonl", OTHER, row)
    with pytest.raises(CorpusInvalid, match=re.escape(message)) as caught:
        read_corpus(path)
    assert caught.value.input == "a.jsonl:2"


def test_bytes_that_are_not_utf_8_are_refused_with_file_and_line(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(json.dumps(GOOD).encode() + b"\n\xff\n")
    with pytest.raises(CorpusInvalid, match="not UTF-8 at byte 0") as caught:
        read_corpus(path)
    assert caught.value.input == "a.jsonl:2"


def test_an_id_used_in_two_files_is_refused(tmp_path):
    write(tmp_path / "a.jsonl", GOOD)
    write(tmp_path / "b.jsonl", {**OTHER, "id": "a-1"})
    with pytest.raises(CorpusInvalid, match=r"used before, at a.jsonl:1"):
        read_corpus(tmp_path)


@pytest.mark.parametrize("rows", [(), ("", "  ")])
def test_an_empty_corpus_is_refused(tmp_path, rows):
    with pytest.raises(CorpusInvalid, match="there are no rows in it"):
        read_corpus(write(tmp_path / "a.jsonl", *rows))
    (tmp_path / "empty").mkdir()
    with pytest.raises(CorpusInvalid, match="there are no rows in it"):
        read_corpus(tmp_path / "empty")


def test_a_corpus_of_one_label_is_refused(tmp_path):
    with pytest.raises(CorpusInvalid, match=r"1 different label\(s\) in 2 rows"):
        read_corpus(write(tmp_path / "a.jsonl", GOOD, {**GOOD, "id": "a-2"}))


@pytest.mark.parametrize("labels", [["C2"], []])
def test_rows_of_one_label_or_none_can_be_judged(tmp_path, labels):
    path = write(tmp_path / "a.jsonl", {**GOOD, "labels": labels})
    (row,) = read_corpus(path, trainable=False)
    assert row.labels == tuple(labels)
    with pytest.raises(CorpusInvalid, match=rf"{len(labels)} different label\(s\) in 1 rows"):
        read_corpus(path)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ((), "a.jsonl: Corpus unusable: there are no rows in it. Give rows; see corpus/README.md."),
        ((GOOD, {**GOOD, "labels": ["C99"]}), "a.jsonl:2: Corpus unusable: unknown label 'C99'"),
        ((GOOD, GOOD), "a.jsonl:2: Corpus unusable: id 'a-1' was used before, at a.jsonl:1"),
    ],
)
def test_rows_to_be_judged_must_be_sound_too(tmp_path, rows, message):
    with pytest.raises(CorpusInvalid, match=re.escape(message)):
        read_corpus(write(tmp_path / "a.jsonl", *rows), trainable=False)


def test_a_path_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(CorpusInvalid, match="there is no such file or folder"):
        read_corpus(tmp_path / "nowhere")


def test_a_row_written_is_the_row_read(tmp_path):
    rows = read_corpus(write(tmp_path / "a.jsonl", {**GOOD, "text": "Réseau 📡 laid.", "year": 2020}, OTHER))
    written = write(tmp_path / "b.jsonl", *(to_json(row) for row in rows))
    assert read_corpus(written) == rows
    assert list(json.loads(to_json(rows[0]))) == sorted(json.loads(to_json(rows[0])))


def test_the_hash_does_not_depend_on_the_order_but_on_each_row(tmp_path):
    rows = read_corpus(write(tmp_path / "a.jsonl", GOOD, OTHER))
    changed = read_corpus(write(tmp_path / "b.jsonl", GOOD, {**OTHER, "labels": ["C6"]}))
    assert corpus_hash(rows) == corpus_hash(rows[::-1])
    assert corpus_hash(rows) != corpus_hash(changed)


def test_the_shipped_corpus_is_sound_and_written_in_one_way():
    examples = read_corpus(ROOT / "corpus")
    assert {label for example in examples for label in example.labels} == set(CODES)
    assert all(example.id.startswith(f"{example.batch}-") for example in examples)
    lines = [
        line
        for file in sorted((ROOT / "corpus").glob("*.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    assert lines == [to_json(example) for example in examples]


def test_the_data_card_counts_right():
    card = (ROOT / "corpus" / "README.md").read_text(encoding="utf-8")
    told = card[card.index(data_card.BEGIN) + len(data_card.BEGIN) : card.index(data_card.END)]
    assert told == data_card.counts(read_corpus(ROOT / "corpus"), data_card.read_readings())


def test_the_corpus_is_as_large_as_it_must_be():
    examples = read_corpus(ROOT / "corpus")
    assert len(examples) >= 6_000
    assert len({(example.batch, example.doc) for example in examples}) >= 500
    assert sum(not example.labels for example in examples) >= 1_000
    for code in CODES:
        assert sum(code in example.labels for example in examples) >= 250
    for language in ("fr", "es"):
        assert sum(example.language == language for example in examples) >= 300


def test_every_row_keeps_what_its_two_readings_said():
    folder = ROOT / "corpus" / "readings"
    first, second = (
        {
            row["id"]: row
            for row in map(json.loads, (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines())
        }
        for name in ("first", "second")
    )
    for example in read_corpus(ROOT / "corpus"):
        one, other = (set(reading[example.id]["labels"]) for reading in (first, second))
        assert example.status == ("agreed" if one == other else "settled"), example.id
        if example.status == "agreed":
            assert set(example.labels) == one, example.id
        # A label that one reader gave is never simply wrong.
        assert (one | other) - set(example.labels) <= set(example.also), example.id


ENTITY = {"start": 0, "end": 5, "text": "Fibre", "label": "TECHNOLOGY", "id": "tech:fibre"}


def test_marked_entities_are_read_and_written(tmp_path):
    (row, _) = rows = read_corpus(write(tmp_path / "a.jsonl", {**GOOD, "entities": [ENTITY]}, OTHER))
    assert row.entities == (Entity(**ENTITY, name="", rule=""),)
    assert read_corpus(write(tmp_path / "b.jsonl", *map(to_json, rows))) == rows


@pytest.mark.parametrize(
    ("entities", "message"),
    [
        ({}, "'entities' must be a list of objects"),
        ([{**ENTITY, "end": 4}], "a bad entity: offsets [0, 4) cannot hold 'Fibre'"),
        ([{**ENTITY, "start": 1, "end": 6}], "the entity at [1, 6) says 'Fibre', the text says 'ibre '"),
        ([{**ENTITY, "start": 90, "end": 95}], "the entity at [90, 95) says 'Fibre', the text says ''"),
        ([{**ENTITY, "start": -5, "end": 0}], "a bad entity: offsets [-5, 0)"),
        ([{**ENTITY, "start": 0.0}], "an entity's offsets must be whole numbers"),
        ([{**ENTITY, "label": "THING"}], "a bad entity: unknown entity label 'THING'"),
        ([{**ENTITY, "id": 7}], "an entity's offsets must be whole numbers, the rest strings"),
        ([{"start": 0}], "an entity must have the fields start, end, text, label, id, not start"),
    ],
)
def test_a_bad_entity_is_refused_with_file_and_line(tmp_path, entities, message):
    path = write(tmp_path / "a.jsonl", OTHER, {**GOOD, "entities": entities})
    with pytest.raises(CorpusInvalid, match=re.escape(message)) as caught:
        read_corpus(path)
    assert caught.value.input == "a.jsonl:2"


@pytest.mark.reference
def test_no_row_of_the_corpus_repeats_reference_text():
    # The same run of words as `../shared/score/overlap.py` counts.
    reference = ROOT.parent / "shared" / "reference"
    if not reference.is_dir():
        pytest.skip("../shared/reference is not there")

    def runs(text, n=9):
        words = re.findall(r"[a-z0-9]+", text.lower())
        return {tuple(words[i : i + n]) for i in range(len(words) - n + 1)}

    seen = set()
    for file in reference.glob("*.jsonl"):
        for line in file.read_text(encoding="utf-8").splitlines():
            seen |= runs(json.loads(line)["text"])
    assert [row.id for row in read_corpus(ROOT / "corpus") if runs(row.text) & seen] == []
