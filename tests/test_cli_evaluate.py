"""`wsis evaluate`: in folds and of a model, what is printed and saved; on the tiny corpus."""

from __future__ import annotations

import json
import sys
from dataclasses import replace

import pytest

import nlp.training
from nlp.classifier import encoder as encoders
from nlp.corpus import to_json
from nlp.errors import Exit
from nlp.taxonomy import CODES
from nlp.training import TrainOptions, cross_validate
from tests.tiny_corpus import encode, rows, train_tiny

PICTURES = ["confusion.png", "coverage.png", "reliability.png"]
SAVED = sorted(["evaluation.json", "report.md", *PICTURES])


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return train_tiny(tmp_path_factory.mktemp("models") / "actionlines-0.1.0")


@pytest.fixture(scope="module")
def in_folds():
    """Figures of the tiny corpus in folds, by words alone."""
    return cross_validate(rows(), options=TrainOptions(min_df=1, heading_min_df=1, n_folds=2))


@pytest.fixture(autouse=True)
def tiny_encoder(monkeypatch):
    monkeypatch.setattr(encoders, "missing", lambda: None)
    monkeypatch.setattr(encoders.Encoder, "encode", lambda _, texts: encode(texts))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder to work in, with rows that a model knows and rows that it does not."""
    write(tmp_path / "known.jsonl", rows()[::6])
    write(tmp_path / "new.jsonl", [replace(row, id=f"new-{row.id}") for row in rows()[::6]])
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path, examples):
    path.write_text("".join(to_json(row) + "\n" for row in examples), encoding="utf-8")


def names(folder):
    return sorted(path.name for path in folder.iterdir())


# A model ------------------------------------------------------------------------------------


def test_a_model_is_judged_on_new_rows(wsis, folder, model):
    code, out, err = wsis("evaluate", "new.jsonl", "--model", model, "-o", "out")
    assert code == 0, err
    assert out.startswith("# actionlines 0.1.0: 38 rows of new.jsonl\n\nmicro-F1 ")
    assert "flatter" not in err
    assert "s  labelling 38 rows with actionlines-0.1.0\n" in err
    assert err.endswith(
        "Saved in out: report.md, evaluation.json, reliability.png, coverage.png, confusion.png\n"
    )
    assert names(folder / "out") == SAVED
    assert (folder / "out" / "report.md").read_text(encoding="utf-8") == out
    figures = json.loads((folder / "out" / "evaluation.json").read_text(encoding="utf-8"))
    assert figures["rows"] == 38
    assert list(figures["labels"]) == list(CODES)
    assert figures["micro"]["f1"] > 0.95
    assert {"intervals", "reliability", "coverage", "confusion"} < figures.keys()
    for name in PICTURES:
        data = (folder / "out" / name).read_bytes()
        assert data.startswith(b"\x89PNG\r\n\x1a\n")
        assert data.endswith(b"IEND\xaeB`\x82")


def test_rows_that_the_model_was_trained_on_are_told(wsis, folder, model):
    code, _, err = wsis("evaluate", "known.jsonl", "--model", model)
    assert code == 0
    assert (
        "Warning: actionlines-0.1.0: 38 of these rows were in its corpus: it knows their labels, so the"
        " figures flatter\n"
    ) in err
    # Without -o.
    assert names(folder / "evaluation") == SAVED


def test_words_alone_are_told(wsis, folder, model):
    code, _, err = wsis(
        "evaluate", "new.jsonl", "--model", model, "--without-encoder", "--error-format", "json"
    )
    (warning,) = map(json.loads, err.splitlines())
    assert code == 0
    assert (warning["level"], warning["input"]) == ("warning", "actionlines-0.1.0")
    assert "by words alone (the sentence encoder was switched off)" in warning["detail"]


def test_rows_of_one_label_are_enough_to_judge_a_model(wsis, folder, model):
    write(folder / "one.jsonl", [row for row in rows() if row.labels == ("C2",)][:2])
    code, out, _ = wsis("evaluate", "one.jsonl", "--model", model, "-q")
    assert code == 0
    assert "| C2 " in out


def test_the_same_rows_give_the_same_bytes_and_quiet_tells_nothing(wsis, folder, model):
    results = []
    for place in ("one", "deep/two"):
        code, out, err = wsis("evaluate", "known.jsonl", "--model", model, "-o", place, "-q")
        assert (code, err) == (0, "")
        results.append((out, {path.name: path.read_bytes() for path in (folder / place).iterdir()}))
    assert results[0] == results[1]


def test_without_matplotlib_it_is_told_how_to_get_it(wsis, folder, model, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    code, _, err = wsis("evaluate", "new.jsonl", "--model", model, "-o", "out")
    assert code == 0
    assert "Warning: out: no pictures: they need matplotlib; pip install 'wsis-tagger[pictures]'\n" in err
    assert err.endswith("Saved in out: report.md, evaluation.json\n")
    assert names(folder / "out") == ["evaluation.json", "report.md"]


def test_the_model_of_the_package_has_a_word_of_its_own(wsis, folder, model, monkeypatch):
    monkeypatch.setattr("nlp.classifier.default_path", lambda: model)
    code, out, _ = wsis("evaluate", "new.jsonl", "--model", "default", "-q")
    assert (code, out[:19]) == (0, "# actionlines 0.1.0")


def test_a_model_that_is_not_there_ends_the_run(wsis, folder):
    code, out, err = wsis("evaluate", "new.jsonl", "--model", "nowhere-1", "--error-format", "json")
    told = json.loads(err)
    assert (code, out) == (Exit.MODEL, "")
    assert (told["code"], told["input"]) == ("model_invalid", "nowhere-1")
    assert names(folder) == ["known.jsonl", "new.jsonl"]


# In folds -----------------------------------------------------------------------------------


def test_the_method_is_judged_in_folds(wsis, folder, monkeypatch):
    judge, quick = cross_validate, TrainOptions(min_df=1, heading_min_df=1, n_folds=2)
    monkeypatch.setattr(
        nlp.training, "cross_validate", lambda *args, **how: judge(*args, options=quick, **how)
    )
    write(folder / "rows.jsonl", rows())
    code, out, err = wsis("evaluate", "rows.jsonl", "-o", "out", "--without-encoder")
    assert code == 0, err
    assert out.startswith("# In folds: 228 rows of rows.jsonl\n\n### All methods on the same folds\n")
    assert "| by batch    | this method, words alone          | 228 " in out
    assert names(folder / "out") == SAVED
    figures = json.loads((folder / "out" / "evaluation.json").read_text(encoding="utf-8"))
    assert list(figures["by_batch"]) == ["lexical", "plain", "keywords"]
    assert "s  judging in folds of documents\n" in err


@pytest.mark.parametrize("without", [True, False])
def test_the_encoder_is_used_unless_switched_off(wsis, folder, in_folds, monkeypatch, without):
    called = {}
    monkeypatch.setattr(nlp.training, "cross_validate", lambda _, **how: called.update(how) or in_folds)
    monkeypatch.setattr("nlp.cli.evaluate.load_marker", lambda: "marker")
    code, *_ = wsis("evaluate", "new.jsonl", "-q", *(["--without-encoder"] if without else []))
    assert code == 0
    assert (called["encode"] is None) == without
    assert called["mark"] == "marker"


def test_an_encoder_that_is_missing_is_told(wsis, folder, monkeypatch):
    monkeypatch.setattr(encoders, "missing", lambda: "tokenizers is not installed")
    code, _, err = wsis("evaluate", "new.jsonl")
    assert code == Exit.USAGE
    assert "the sentence encoder cannot be used (tokenizers is not installed)" in err


# Refusals -----------------------------------------------------------------------------------


@pytest.mark.parametrize("of_model", [True, False])
def test_a_broken_row_is_told_with_file_and_line_and_leaves_nothing(wsis, folder, model, of_model):
    with (folder / "new.jsonl").open("a") as stream:
        stream.write("oops\n")
    options = ["--model", model] if of_model else []
    code, out, err = wsis("evaluate", "new.jsonl", *options)
    assert (code, out) == (Exit.USAGE, "")
    assert err.startswith("Error: new.jsonl:39: Corpus unusable: not JSON")
    assert "evaluation" not in names(folder)


def test_rows_of_one_label_cannot_be_judged_in_folds(wsis, folder):
    write(folder / "one.jsonl", [row for row in rows() if row.labels == ("C2",)])
    code, _, err = wsis("evaluate", "one.jsonl")
    assert code == Exit.USAGE
    assert "one.jsonl: Corpus unusable: 1 different label(s) in 12 rows" in err


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ((), "Missing argument 'ROWS'"),
        (("nowhere.jsonl",), "Path 'nowhere.jsonl' does not exist"),
        (("new.jsonl", "-o", "known.jsonl"), "is a file"),
    ],
)
def test_wrong_usage(wsis, folder, args, message):
    code, out, err = wsis("evaluate", *args)
    assert (code, out) == (Exit.USAGE, "")
    assert message in err


def test_a_place_that_cannot_be_written_is_told(wsis, folder, model):
    code, _, err = wsis("evaluate", "new.jsonl", "--model", model, "-o", "/proc/out", "-q")
    assert code == Exit.INTERNAL
    assert err.startswith("Error: /proc/out: Cannot write: ")
    assert "Traceback" not in err
