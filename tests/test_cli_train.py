"""`wsis train`: the folder, what is told, and every way to refuse; on the tiny corpus."""

from __future__ import annotations

import json

import pytest

import nlp.training
from nlp.classifier import encoder as encoders
from nlp.classifier.store import FILES, read_model
from nlp.corpus import to_json
from nlp.errors import Exit
from nlp.training import TrainOptions
from tests.tiny_corpus import encode, rows


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder to work in, with a corpus of three files and a place for models."""
    (tmp_path / "corpus").mkdir()
    (tmp_path / "models").mkdir()
    for batch in ("aa", "bb", "cc"):
        lines = [to_json(row) + "\n" for row in rows() if row.batch == batch]
        (tmp_path / "corpus" / f"{batch}.jsonl").write_text("".join(lines), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def trained(monkeypatch):
    """A stand-in for the training, and what it was called with."""
    calls = []

    def train(examples, path, **how):
        calls.append((examples, path, how))
        how["steps"].begin("writing")
        path.mkdir(exist_ok=how["overwrite"])
        return FIGURES

    monkeypatch.setattr(nlp.training, "train", train)
    monkeypatch.setattr("nlp.cli.train.load_marker", lambda: None)
    return calls


_PAIR = {"f1": [0.4, 0.6]}
FIGURES = {
    "by_batch": {"full": {"micro": {"f1": 0.5}, "macro_f1": 0.25, "mean_average_precision": 0.75}},
    "intervals": {"micro": _PAIR, "macro_f1": None, "mean_average_precision": [0.7, 0.8]},
}


def names(folder):
    return sorted(path.name for path in folder.iterdir())


# What it makes ------------------------------------------------------------------------------


def test_the_folder_is_written_and_made_the_default(wsis, folder, monkeypatch):
    fit = nlp.training.train
    quick = TrainOptions(min_df=1, heading_min_df=1, n_folds=2)
    monkeypatch.setattr(nlp.training, "train", lambda *args, **how: fit(*args, options=quick, **how))
    code, out, err = wsis("train", "corpus", "-o", "models/mine-1.2", "--without-encoder", "--default")
    assert code == 0, err
    assert names(folder / "models") == ["mine-1.2", "registry.json"]
    assert set(names(folder / "models" / "mine-1.2")) == FILES
    stored = read_model(folder / "models" / "mine-1.2")
    assert (stored.name, stored.version) == ("mine", "1.2")
    assert stored.about["corpus"]["rows"] == len(rows())
    assert stored.heads.keys() == {"lexical"}
    assert (folder / "models" / "registry.json").read_bytes() == b'{"default": "mine-1.2"}\n'
    place, figures, more = out.splitlines()
    assert place == "models/mine-1.2"
    assert figures.startswith("On writers left out: micro-F1 1.00 [1.00, 1.00], macro-F1 ")
    assert more == "More in models/mine-1.2/CARD.md."
    # A line a phase, where there is no terminal.
    assert "s  228 rows; finding terms\n" in err
    assert err.endswith("s  writing mine-1.2\n")


def test_it_says_where_and_how_good(wsis, folder, trained):
    code, out, err = wsis("train", "corpus", "-o", "models/mine-1", "--without-encoder", "-q")
    assert (code, err) == (0, "")
    assert out == (
        "models/mine-1\n"
        "On writers left out: micro-F1 0.50 [0.40, 0.60], macro-F1 0.25, mAP 0.75 [0.70, 0.80].\n"
        "More in models/mine-1/CARD.md.\n"
    )
    assert names(folder / "models") == ["mine-1"]


@pytest.mark.parametrize(
    ("place", "name", "version"),
    [("actionlines-0.3.0", "actionlines", "0.3.0"), ("a-b2-10", "a-b2", "10"), ("./models/x-1", "x", "1")],
)
def test_name_and_version_are_those_of_the_folder(wsis, folder, trained, place, name, version):
    assert wsis("train", "corpus", "-o", place, "--without-encoder")[0] == 0
    ((examples, _, how),) = trained
    assert (how["name"], how["version"], how["overwrite"]) == (name, version, False)
    assert len(examples) == len(rows())


def test_the_encoder_is_used_unless_switched_off(wsis, folder, trained, monkeypatch):
    monkeypatch.setattr(encoders, "missing", lambda: None)
    monkeypatch.setattr(encoders.Encoder, "encode", lambda _, texts: encode(texts))
    wsis("train", "corpus", "-o", "models/mine-1")
    wsis("train", "corpus", "-o", "models/mine-2", "--without-encoder")
    assert [how["encode"] is None for _, _, how in trained] == [False, True]


def test_one_file_can_be_the_corpus(wsis, folder, trained):
    assert wsis("train", "corpus/aa.jsonl", "-o", "models/mine-1", "--without-encoder")[0] == 0
    assert {row.batch for row in trained[0][0]} == {"aa"}


def test_notes_are_not_told_as_json(wsis, folder, trained):
    options = ("--without-encoder", "--error-format", "json")
    assert wsis("train", "corpus", "-o", "models/mine-1", *options)[2] == ""


# What is there already ----------------------------------------------------------------------


def test_a_folder_that_is_there_is_kept_without_overwrite(wsis, folder, trained):
    (folder / "models" / "mine-1").mkdir()
    code, out, err = wsis("train", "corpus", "-o", "models/mine-1", "--without-encoder")
    assert (code, out) == (Exit.USAGE, "")
    assert "Error: models/mine-1 is there already; give another version, or --overwrite." in err
    assert trained == []
    assert wsis("train", "corpus", "-o", "models/mine-1", "--without-encoder", "--overwrite")[0] == 0
    assert trained[0][2]["overwrite"]


def test_the_default_stays_unless_asked(wsis, folder, trained):
    registry = folder / "models" / "registry.json"
    registry.write_text('{"default": "old-1"}\n', encoding="utf-8")
    wsis("train", "corpus", "-o", "models/mine-1", "--without-encoder")
    assert json.loads(registry.read_text()) == {"default": "old-1"}
    wsis("train", "corpus", "-o", "models/mine-2", "--without-encoder", "--default")
    assert json.loads(registry.read_text()) == {"default": "mine-2"}


# Wrong usage --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["mine", "mine-", "-1", "Mine-1", "mine-v1", "mine-1.", "mine_1", "mine-1.0-rc", "mine-\u0661", "1-1"],
)
def test_a_folder_is_called_by_name_and_version(wsis, folder, trained, name):
    code, out, err = wsis("train", "corpus", "--without-encoder", "-o", f"models/{name}")
    assert (code, out, trained) == (Exit.USAGE, "", [])
    assert f"{name!r} must be NAME-VERSION, as actionlines-0.3.0." in err
    assert names(folder / "models") == []


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("corpus",), "Missing option '-o' / '--output'"),
        (("-o", "mine-1"), "Missing argument 'CORPUS'"),
        (("nowhere", "-o", "mine-1"), "Path 'nowhere' does not exist"),
        (("corpus", "-o", "no/mine-1"), "there is no folder no; make it first."),
        (("corpus", "-o", "corpus/aa.jsonl/mine-1"), "there is no folder corpus/aa.jsonl; make it first."),
        (("corpus", "-o", ""), "must be NAME-VERSION"),
    ],
)
def test_wrong_usage(wsis, folder, trained, args, message):
    code, out, err = wsis("train", *args)
    assert (code, out, trained) == (Exit.USAGE, "", [])
    assert message in err
    assert names(folder) == ["corpus", "models"]


def test_wrong_usage_as_json(wsis, folder):
    code, _, err = wsis("train", "corpus", "-o", "mine", "--error-format", "json")
    told = json.loads(err)
    assert (code, told["code"], told["title"]) == (Exit.USAGE, "unsupported", "Wrong usage")
    assert told["hint"] == "See wsis train --help."


def test_an_encoder_that_is_missing_is_told(wsis, folder, trained, monkeypatch):
    monkeypatch.setattr(encoders, "missing", lambda: "onnxruntime is not installed")
    code, _, err = wsis("train", "corpus", "-o", "models/mine-1")
    assert (code, trained) == (Exit.USAGE, [])
    assert "the sentence encoder cannot be used (onnxruntime is not installed); install what" in err
    assert "or give --without-encoder." in err


# Rows that cannot be trained on -------------------------------------------------------------

GOOD = '{"id": "zz-1", "doc": "d", "batch": "zz", "text": "Fibre was laid.", "labels": ["C2"]}'


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (GOOD.replace("C2", "C99"), "unknown label 'C99' in 'labels'; allowed: C1, C2"),
        (GOOD, "id 'zz-1' was used before, at zz.jsonl:1"),
        (GOOD.replace("Fibre", "a" * 10_000_000), "the line has more than 1,000,000 bytes"),
        (GOOD.replace("Fibre", "a" * 20_000), "'text' has 20,010 characters; at most 20,000 are allowed"),
        ("oops", "not JSON"),
    ],
)
def test_a_broken_row_is_told_with_file_and_line_and_leaves_nothing(wsis, folder, trained, line, message):
    (folder / "corpus" / "zz.jsonl").write_text(f"{GOOD}\n\n{line}\n", encoding="utf-8")
    code, out, err = wsis("train", "corpus", "-o", "models/mine-1", "--default", "--without-encoder")
    assert (code, out, trained) == (Exit.USAGE, "", [])
    assert err.startswith(f"Error: zz.jsonl:3: Corpus unusable: {message}")
    assert err.endswith("Mend the named line; corpus/README.md tells the fields.\n")
    assert len(err.splitlines()) == 1
    assert names(folder / "models") == []


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "there are no rows in it"), (GOOD, "1 different label(s) in 1 rows; two or more are needed")],
)
def test_rows_that_are_too_few_are_told_with_their_file(wsis, folder, trained, text, message):
    (folder / "few.jsonl").write_text(text, encoding="utf-8")
    code, _, err = wsis("train", "few.jsonl", "-o", "models/mine-1", "--error-format=json")
    told = json.loads(err)
    assert (code, told["code"], told["input"]) == (Exit.USAGE, "corpus_invalid", "few.jsonl")
    assert told["detail"] == message
    assert trained == names(folder / "models") == []


def test_a_label_without_rows_leaves_nothing(wsis, folder):
    for file in (folder / "corpus").iterdir():
        lines = [
            line for line in file.read_text().splitlines(keepends=True) if '"labels": ["C9"]' not in line
        ]
        file.write_text("".join(lines))
    code, _, err = wsis("train", "corpus", "-o", "models/mine-1", "--without-encoder", "--default", "-q")
    assert code == Exit.USAGE
    assert "0 of 216 English rows have label 'C9'" in err
    assert "Add rows on C9." in err
    assert names(folder / "models") == []


# Places -------------------------------------------------------------------------------------


def test_a_place_that_takes_no_folder_is_told_before_the_work(wsis, folder, trained):
    # Nobody, not even root, can make a folder there.
    code, out, err = wsis("train", "corpus", "-o", "/proc/mine-1", "--without-encoder", "--default", "-q")
    assert (code, out, trained) == (Exit.INTERNAL, "", [])
    assert err.startswith("Error: /proc/mine-1: Cannot write: ")
    assert "Traceback" not in err


def test_a_disk_that_fills_up_is_told(wsis, folder, trained, monkeypatch):
    def full(*args, **how):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(nlp.training, "train", full)
    code, _, err = wsis("train", "corpus", "-o", "models/mine-1", "--without-encoder", "--default")
    assert code == Exit.INTERNAL
    assert err.startswith("Error: models/mine-1: Cannot write: No space left on device. Free some space")
    assert names(folder / "models") == []


def test_a_list_of_models_that_is_protected_is_told_by_its_name(wsis, folder, trained):
    registry = folder / "models" / "registry.json"
    registry.write_text("{}")
    registry.chmod(0o444)
    code, _, err = wsis("train", "corpus", "-o", "models/mine-1", "--without-encoder", "--default", "-q")
    assert code == Exit.INTERNAL
    assert err.startswith("Error: models/registry.json: Cannot write: it is read-only.")
    assert registry.read_text() == "{}"
