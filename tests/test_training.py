# ruff: noqa: N806 - X and Y are scikit-learn's names

from __future__ import annotations

import importlib.util
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp
from click.testing import CliRunner
from sklearn.feature_extraction.text import TfidfVectorizer

from nlp.classifier.encoder import DIMENSION
from nlp.classifier.features import HEADING_WEIGHT, NGRAM_RANGE, heading_of
from nlp.classifier.model import Model
from nlp.classifier.scorer import Scorer, sigmoid
from nlp.classifier.store import FILES, read_model
from nlp.errors import CorpusInvalid
from nlp.evaluation import evaluate
from nlp.taxonomy import CODES
from nlp.training import TrainOptions, _Trainer, train
from tests.tiny_corpus import encode, rows, train_tiny


class FakeEncoder:
    encode = staticmethod(encode)


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    return train_tiny(tmp_path_factory.mktemp("models") / "actionlines-0.1.0")


def contents(path):
    return {file.name: file.read_bytes() for file in path.iterdir()}


def test_two_trainings_give_the_same_bytes(directory, tmp_path):
    # Nor does it matter in which order the rows come, or how many threads fit them.
    options = TrainOptions(min_df=1, heading_min_df=1, n_folds=2, n_jobs=1)
    train(rows()[::-1], tmp_path / "again", options=options, encode=encode)
    assert contents(tmp_path / "again") == contents(directory)


def test_the_directory_holds_its_files_and_nothing_else(directory):
    assert contents(directory).keys() == FILES
    assert [path.name for path in directory.parent.iterdir()] == [directory.name]


def test_meta_says_what_the_model_is(directory):
    meta = json.loads((directory / "meta.json").read_text(encoding="utf-8"))
    assert meta["format"] == 1
    assert meta["taxonomy"] == {"version": "1", "codes": list(CODES)}
    about = meta["about"]
    assert about["corpus"]["rows"] == len(rows())
    assert about["corpus"]["batches"] == ["aa", "bb", "cc"]
    assert about["corpus"]["labels"]["C2"] == 12
    assert about["corpus"]["without_label"] == 12
    assert about["libraries"].keys() == {"numpy", "scipy", "scikit-learn", "onnxruntime", "tokenizers"}
    assert about["figures"]["full"].keys() == {"by_batch", "by_document"}
    assert about["figures"]["full"]["by_batch"]["labels"].keys() == set(CODES)
    # What does not change the weights does not change the files.
    assert "n_jobs" not in about["options"]


def test_the_card_tells_people_what_the_rows_are(directory):
    card = (directory / "CARD.md").read_text(encoding="utf-8")
    assert "synthetic" in card
    assert "expect less on real documents" in card
    assert all(f"| {code} |" in card for code in CODES)


@pytest.mark.parametrize("head", ["full", "lexical"])
def test_the_scorer_says_what_the_estimator_says(directory, head):
    stored = read_model(directory)
    scorer = Scorer(stored, FakeEncoder() if head == "full" else None)
    texts = [*(row.text for row in rows()), "", "Unknown words only; ümlauts & C7!"]
    headings = [*(heading_of(row.section) for row in rows()), "Broadband", ""]
    trainer = _Trainer(sorted(rows(), key=lambda row: row.id), TrainOptions(1, 1, n_folds=2), print)
    X = fit_columns(trainer, head)
    classifier = trainer.fit_head(X)
    asked = columns(stored, texts, headings, head)
    told = sigmoid(np.array([one.logit for one in scorer.score(texts, headings)]))
    np.testing.assert_allclose(told, classifier.predict_proba(asked), atol=1e-6)
    assert (scorer.head.thresholds == classifier.thresholds_).all()


def fit_columns(trainer, head):
    _, X = trainer.lexical_columns()
    if head == "lexical":
        return X
    extra, _, _ = trainer.encoder_columns(encode)
    return sp.hstack([X, sp.csr_matrix(extra)]).tocsr()


def columns(stored, texts, headings, head):
    """The columns of new texts, by scikit-learn's own vectorizers."""

    parts = []
    for terms, source, scale in zip(
        stored.lexicon.parts, (texts, texts, headings), (1, 1, HEADING_WEIGHT), strict=True
    ):
        vectorizer = TfidfVectorizer(
            analyzer=terms.analyzer,
            ngram_range=NGRAM_RANGE[terms.analyzer],
            vocabulary=list(terms.terms),
            sublinear_tf=True,
        )
        vectorizer.idf_ = np.log((1 + terms.n_rows) / (1 + terms.document_frequency)) + 1
        parts.append(scale * vectorizer.transform(source))
    if head == "full":
        present = np.array([[bool(heading)] for heading in headings])
        parts.append(encode(texts) - stored.text_mean)
        parts.append(HEADING_WEIGHT * present * (encode(headings) - stored.heading_mean))
    return sp.hstack(parts).tocsr()


def test_a_model_can_be_trained_on_words_alone(tmp_path):
    path = train_tiny(tmp_path / "words", encoder=False)
    stored = read_model(path)
    assert stored.heads.keys() == {"lexical"}
    model = Model(stored)
    (warning,) = model.warnings
    assert "by words alone (the model was trained without a sentence encoder)" in warning
    assert evaluate(model, rows())["micro"]["f1"] > 0.9


def test_figures_of_a_model_on_rows(directory):
    found = evaluate(Model(read_model(directory), use_encoder=False), rows())
    assert found["micro"]["f1"] > 0.9
    assert found["labels"]["C9"]["rows"] == 12
    assert 0 <= found["calibration_error"] < 0.2


def test_progress_is_told(tmp_path):
    steps = []
    train_tiny(tmp_path / "words", encoder=False, progress=steps.append)
    assert steps[0] == f"{len(rows())} rows; finding terms"
    assert steps[-1] == "writing words"


@pytest.mark.parametrize(
    ("examples", "message"),
    [
        ([], "there are no rows in it"),
        ([row for row in rows() if row.labels in ((), ("C2",))], "1 different label(s)"),
        ([row for row in rows() if "C9" not in row.labels], "0 of 216 rows have label 'C9'"),
        ([replace(row, batch="a", doc="d") for row in rows()], "all rows come from one document"),
    ],
)
def test_rows_that_cannot_be_trained_on_are_refused_before_the_work(tmp_path, examples, message):
    with pytest.raises(CorpusInvalid, match=re.escape(message)):
        train(examples, tmp_path / "model", encode=encode)
    assert list(tmp_path.iterdir()) == []


def test_one_batch_is_folded_by_document(tmp_path):
    one = [replace(row, batch="a") for row in rows()]
    train(one, tmp_path / "model", options=TrainOptions(1, 1, n_folds=2))
    assert read_model(tmp_path / "model").about["corpus"]["batches"] == ["a"]


def test_a_model_that_is_there_is_kept_unless_told_otherwise(tmp_path):
    path = tmp_path / "model"
    path.mkdir()
    (path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(FileExistsError, match="is there already"):
        train_tiny(path, encoder=False)
    assert contents(path) == {"mine.txt": b"mine"}
    train_tiny(path, encoder=False, overwrite=True)
    assert contents(path).keys() == FILES
    assert [entry.name for entry in tmp_path.iterdir()] == ["model"]


def test_vectors_of_another_length_are_refused(tmp_path):
    with pytest.raises(ValueError, match=f"'encode' must return {DIMENSION} numbers a text"):
        train(rows(), tmp_path / "model", encode=lambda texts: np.ones((len(texts), 3), dtype=np.float32))


# --- the script


@pytest.fixture
def script(tmp_path, monkeypatch):
    """Call scripts/train.py on a models folder of its own, without the training."""
    path = Path(__file__).parents[1] / "scripts" / "train.py"
    spec = importlib.util.spec_from_file_location("train_script", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "read_corpus", lambda path: [])
    monkeypatch.setattr(module, "train", lambda rows, path, **_: path.mkdir(exist_ok=True) or "abc")
    (tmp_path / "registry.json").write_text('{"default": "actionlines-0.1.0"}\n')
    (tmp_path / "actionlines-0.1.0").mkdir()

    def call(*args, models=tmp_path):
        words = ["--without-encoder", "--models", str(models), *args]
        done = CliRunner().invoke(module.main, words)
        used = json.loads((tmp_path / "registry.json").read_text())["default"]
        return done.exit_code, done.output, used

    return call


def test_a_plain_call_leaves_the_model_that_is_used(script):
    code, told, used = script()
    assert (code, used) == (2, "actionlines-0.1.0")
    assert "actionlines-0.1.0 is the model that is used: give another --version" in told
    code, told, used = script("--version", "0.2.0")
    assert (code, used) == (0, "actionlines-0.1.0"), told
    assert script("--version", "0.2.0")[0] == 0


def test_the_default_is_changed_when_asked(script):
    code, _, used = script("--version", "0.2.0", "--default")
    assert (code, used) == (0, "actionlines-0.2.0")


@pytest.mark.parametrize("version", ["", "../x", "0.2.0/..", "1.", "v1", "\u0661"])
def test_a_version_is_digits_and_dots(script, version):
    code, told, _ = script("--version", version)
    assert code == 2
    assert "is no version" in told


def test_a_models_folder_that_is_missing_is_told(script, tmp_path):
    code, told, _ = script(models=tmp_path / "no")
    assert code == 2
    assert "is no folder that can be written to" in " ".join(told.split())
