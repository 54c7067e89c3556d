"""A small batch in this process: stand-ins for the heavy stages, a folder of inputs, what becomes of it."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
import util

from nlp import pipeline
from nlp.batch import Batch, Local, Order, Threads, find, recipe, work
from nlp.runs import Recipe, RunFolder
from nlp.schema import SCHEMA_VERSION
from nlp.settings import ReadOptions

#: How often each file was tagged, by its own name.
CALLS = Counter()
#: First word of a file -> what is raised at it, besides what `util.fake_tag_pdf` knows.
OUTCOME = {"memory": MemoryError, "interrupt": KeyboardInterrupt}
CACHES = (work.load, work._in_turn, work._folder)


def tag_pdf(path, options, tagger, *, source=None):
    """Stands for `nlp.pipeline.tag_pdf`; what happens is in the file's first word."""
    data = Path(path).read_bytes()
    word = data.split()[1].decode()
    CALLS[source] += 1
    if word in OUTCOME:
        raise OUTCOME[word]
    if word == "nameless":
        raise RuntimeError(f"a fault at {path}")
    document = util.fake_tag_pdf(path, options, tagger, source=source)
    return replace(document, id=hashlib.sha256(data).hexdigest())


def stand_in(put=setattr):
    """Put the stand-ins in place."""
    put(pipeline, "tag_pdf", tag_pdf)
    for name in ("load_tagger", "load_for_good"):
        put(pipeline, name, lambda *_, **__: util.fake_tagger())
    put(recipe, "load_model", lambda model: util.FakeModel())
    put(recipe, "load_knowledge", lambda knowledge: util.FakeKnowledge())


def forget():
    CALLS.clear()
    for cached in CACHES:
        cached.cache_clear()


# A test module has those of these fixtures that it names: `world = small_batch.world`.


@pytest.fixture(autouse=True)
def stand_ins(monkeypatch):
    forget()
    stand_in(monkeypatch.setattr)
    # No power is cut here, and waiting for the disk is most of the time.
    monkeypatch.setattr(os, "fsync", lambda _: None)
    yield
    forget()


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The current folder, with an empty folder `in`."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    return tmp_path


@pytest.fixture
def batch(wsis, folder):
    """`wsis batch` there."""

    def call(*args, stdin=b"", output="run"):
        return wsis("batch", *args, "-o", output, "--workers", 1, stdin=stdin)

    return call


def made_with(setting=1, **versions):
    told = {"schema": SCHEMA_VERSION, **util.fake_tagger().produced_by, "libraries": recipe.libraries()}
    return Recipe({"setting": setting}, {**told, **versions})


class World:
    """A folder of inputs beside the folder of a run."""

    def __init__(self, place: Path, run: Path | None = None) -> None:
        self.inputs = place / "in"
        self.run = run or place / "run"

    def write(self, **words: str) -> World:
        """Write a PDF for each name; `__` stands for `/`."""
        for name, word in words.items():
            path = self.inputs / f"{name.replace('__', '/')}.pdf"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"%PDF-1.7 " + word.encode())
        return self

    def batch(self, made=None) -> Batch:
        folder = RunFolder(str(self.run))
        folder.folder.make()
        order = Order(folder.place, ReadOptions(), made or made_with())
        return Batch(order, folder, Local(1), Threads(2))

    def found(self, *words):
        return find([str(word) for word in words or [self.inputs]], but=str(self.run))

    def plan(self, *words, made=None, **options):
        return self.batch(made).plan(self.found(*words), **options)

    def end(self, *words, made=None, fail_fast=False, **options) -> Batch:
        """Run it to its end."""
        batch = self.batch(made)
        plan = batch.plan(self.found(*words), **options)
        list(batch.run(plan, fail_fast=fail_fast))
        return batch

    def go(self, *words, **options):
        """Run it to its end; give the rows by input."""
        rows = self.end(*words, **options).rows
        told = {row.input: row for row in rows}
        assert len(told) == len(rows), "two rows are told by one name: look at them with `end`"
        return told

    def manifest(self):
        return {row.input: row for row in RunFolder(str(self.run)).rows()}

    def documents(self):
        return {f"documents/{path.name}" for path in (self.run / "documents").glob("*")}

    def record(self):
        return json.loads((self.run / "run.json").read_text())


def labels(tasks):
    return [task.source.label for task in tasks]


def inputs(rows):
    return [row.input for row in rows]


def results(rows):
    return [row.result for row in rows]


def sealed(rows):
    return {name: row.sealed for name, row in rows.items()}


def states(rows):
    return {name: row.status for name, row in rows.items()}


# In the current folder ----------------------------------------------------------------------


def write(**words):
    World(Path()).write(**words)


def rows(run="run"):
    lines = Path(run, "manifest.jsonl").read_text().splitlines()
    return {row["input"]: row for row in map(json.loads, lines)}


def names(folder):
    return sorted(path.name for path in Path(folder).iterdir())


def events(err):
    return [json.loads(line) for line in err.splitlines()]
