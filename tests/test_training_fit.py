from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.feature_extraction.text import TfidfVectorizer

from nlp.classifier import encoder as encoders
from nlp.classifier.encoder import DIMENSION
from nlp.classifier.features import HEADING_WEIGHT, NGRAM_RANGE, heading_of
from nlp.classifier.keywords import keyword_hits
from nlp.classifier.model import Model
from nlp.classifier.scorer import Scorer
from nlp.classifier.second import cell_features, family_decision
from nlp.classifier.store import FILES, MODES, read_model
from nlp.document import Block
from nlp.errors import CorpusInvalid
from nlp.taxonomy import CODES
from nlp.training import TrainOptions, count_steps, train
from nlp.training.modes import shares_among
from nlp.training.rows import Rows, encode_rows
from tests.tiny_corpus import CountedSteps, encode, french, rows, train_tiny

ROOT = Path(__file__).resolve().parent.parent
OPTIONS = TrainOptions(min_df=1, heading_min_df=1, n_folds=2)


class FakeEncoder:
    encode = staticmethod(encode)


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    return train_tiny(tmp_path_factory.mktemp("models") / "actionlines-0.1.0")


@pytest.fixture(scope="module")
def words(tmp_path_factory):
    """A model of English and French words alone, and the steps that were told."""
    steps = CountedSteps()
    path = tmp_path_factory.mktemp("models") / "words-2.0"
    train(rows() + french(), path, name="words", version="2.0", options=OPTIONS, steps=steps)
    return path, steps


@pytest.fixture(scope="module")
def meta(directory):
    return json.loads((directory / "meta.json").read_text(encoding="utf-8"))


def contents(path):
    return {file.name: file.read_bytes() for file in path.iterdir()}


# The same bytes -----------------------------------------------------------------------------


def test_two_trainings_give_the_same_bytes(directory, tmp_path):
    # Nor does it matter in which order the rows come, or how many threads fit them.
    train(rows()[::-1], tmp_path / "again", options=replace(OPTIONS, n_jobs=1), encode=encode)
    assert contents(tmp_path / "again") == contents(directory)


TRAIN = """
import sys
from pathlib import Path
from nlp.classifier.encoder import Encoder
from nlp.cli.train import load_marker
from nlp.training import TrainOptions, train
from tests.tiny_corpus import french, rows
options = TrainOptions(min_df=1, heading_min_df=1, n_folds=2, n_jobs=int(sys.argv[2]))
train(rows() + french(), Path(sys.argv[1]), options=options, encode=Encoder().encode, mark=load_marker())
"""


@pytest.mark.slow
@pytest.mark.skipif(encoders.missing() is not None, reason=str(encoders.missing()))
def test_two_processes_with_the_real_encoder_give_the_same_bytes(tmp_path):
    for name, threads in (("one", "1"), ("two", "2")):
        environment = {**os.environ, "PYTHONHASHSEED": threads}
        command = [sys.executable, "-c", TRAIN, str(tmp_path / name), threads]
        subprocess.run(command, check=True, cwd=ROOT, env=environment)
    one, two = contents(tmp_path / "one"), contents(tmp_path / "two")
    assert one.keys() == FILES
    assert one == two


# The directory ------------------------------------------------------------------------------


def test_the_directory_holds_its_files_and_nothing_else(directory):
    assert contents(directory).keys() == FILES
    assert [path.name for path in directory.parent.iterdir()] == [directory.name]


def test_meta_says_what_the_model_is(meta):
    assert meta["format"] == 2
    assert meta["taxonomy"] == {"version": "1", "codes": list(CODES)}
    assert meta["heads"].keys() == {"encoder", "lexical"}
    assert meta["modes"].keys() == {"full", "lexical"}
    about = meta["about"]
    assert about["corpus"]["rows"] == len(rows())
    assert about["corpus"]["batches"] == ["aa", "bb", "cc"]
    assert about["corpus"]["labels"]["C2"] == 12
    assert about["corpus"]["without_label"] == 12
    assert about["corpus"]["languages"] == {"en": len(rows())}
    assert about["encoder"] == encoders.IDENTITY
    assert about["libraries"].keys() == {"numpy", "scipy", "scikit-learn", "onnxruntime", "tokenizers"}
    assert list(about["figures"]["by_batch"]) == ["full", "keywords", "lexical", "plain"]
    assert about["figures"]["by_batch"]["full"]["labels"].keys() == set(CODES)
    # What does not change the weights does not change the files.
    assert "n_jobs" not in about["options"]


def test_the_figures_are_those_that_are_given_back(directory, meta, tmp_path):
    figures = train(rows(), tmp_path / "again", options=OPTIONS, encode=encode)
    assert figures == meta["about"]["figures"]


def test_the_card_tells_people_what_the_rows_are(directory, meta):
    card = (directory / "CARD.md").read_text(encoding="utf-8")
    assert card.startswith("# actionlines 0.1.0\n")
    assert "synthetic" in card
    assert "expect less on real documents" in card
    assert all(f"| {code} |" in card for code in (*CODES, "C7"))
    assert f"{len(rows())} paragraphs from 9 documents in 3 batches" in card
    assert meta["about"]["corpus"]["sha256"] in card
    assert "sentence\nvectors" in card
    assert "Borders (full mode)" in card


def test_the_rows_that_the_encoder_read_are_kept(directory):
    stored = read_model(directory)
    assert stored.neighbours.ids == tuple(sorted(row.id for row in rows()))
    of_row = {row.id: row.labels for row in rows()}
    for row_id, labels in zip(stored.neighbours.ids, stored.neighbours.labels, strict=True):
        assert tuple(CODES[k] for k in np.flatnonzero(labels)) == of_row[row_id]


# What it learned ----------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["full", "lexical"])
def test_the_scorer_says_what_was_fitted(directory, mode):
    """Columns by scikit-learn's vectorizers and the estimator's weights, against numpy alone."""
    stored = read_model(directory)
    texts = [*(row.text for row in rows()[::5]), "", "Unknown words only; ümlauts & C7!"]
    headings = [*(heading_of(row.section) for row in rows()[::5]), "Broadband", ""]
    found = Rows(rows(), OPTIONS)
    told = stored.modes[mode]
    asked = {"lexical": (found.lexical_columns, lexical_columns(stored, texts, headings))}
    if mode == "full":
        asked["encoder"] = (encode_rows(found, encode).columns, vector_columns(stored, texts, headings))
    first = {}
    for head in MODES[mode]:
        columns, new = asked[head]
        classifier = OPTIONS.classifier().fit(columns, found.targets, found.voices, found.also)
        decision = new @ classifier.coef_ + classifier.intercept_
        first[head] = told.slope[head] * decision + told.offset[head]
    shares = None
    if mode == "full":
        vectors = encode_rows(found, encode).text_vectors
        shares = shares_among(asked["encoder"][1][:, :DIMENSION], vectors, found.targets[:, : len(CODES)])
    looked = told.second.decide(cell_features(first, keyword_hits(texts), shares))
    expected = told.curves.slope[:18] * looked + told.curves.offset[:18]
    scorer = Scorer(stored, mode, FakeEncoder() if mode == "full" else None)
    logits = np.array([one.logit for one in scorer.score(texts, headings)])
    np.testing.assert_allclose(logits[:, :18], expected, atol=1e-5)
    family = family_decision(first, looked)[:, 0]
    np.testing.assert_allclose(
        logits[:, 18], told.curves.slope[18] * family + told.curves.offset[18], atol=1e-5
    )


def lexical_columns(stored, texts, headings):
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
    return sp.hstack(parts).tocsr()


def vector_columns(stored, texts, headings):
    present = np.array([[bool(heading)] for heading in headings])
    of_heading = HEADING_WEIGHT * present * (encode(headings) - stored.heading_mean)
    return np.hstack([encode(texts) - stored.text_mean, of_heading]).astype(np.float64)


def test_a_model_can_be_trained_on_words_alone(words):
    stored = read_model(words[0])
    assert (stored.name, stored.version) == ("words", "2.0")
    assert stored.heads.keys() == {"lexical"}
    assert stored.about["encoder"] is None
    assert stored.neighbours.ids == ()
    model = Model(stored)
    (warning,) = model.warnings
    assert "by words alone (the model was trained without a sentence encoder)" in warning
    assert found_by(model, rows()) > 0.95


def test_french_is_learned_with_curves_of_its_own(words):
    stored = read_model(words[0])
    assert stored.about["corpus"]["languages"] == {"en": len(rows()), "fr": len(french())}
    assert stored.modes.keys() == {"lexical", "foreign"}
    foreign, lexical = stored.modes["foreign"], stored.modes["lexical"]
    assert (foreign.second.values == lexical.second.values).all()
    assert (foreign.slope["lexical"] != lexical.slope["lexical"]).any()
    model = Model(stored)
    assert model.languages == ("en", "fr")
    assert model.borders("fr") != model.borders("en") == model.borders("und")
    assert found_by(model, french(), "fr") > 0.9
    assert "Languages: en 228, fr 152." in (words[0] / "CARD.md").read_text(encoding="utf-8")


def found_by(model, examples, language="en"):
    """Share of the rows with a label that get it."""
    examples = [row for row in examples if row.labels]
    blocks = [Block(id="b", kind="paragraph", text=row.text, section=row.section) for row in examples]
    results = model.classify(blocks, [language] * len(blocks))
    return np.mean(
        [
            set(row.labels) <= {line.code for line in lines if line.status == "assigned"}
            for row, (_, lines) in zip(examples, results, strict=True)
        ]
    )


# Progress -----------------------------------------------------------------------------------


def test_progress_is_told(words):
    _, steps = words
    assert steps.names[0] == f"{len(rows()) + len(french())} rows; finding terms"
    assert steps.names[1].startswith("fitting ")
    assert steps.names[-1] == "writing words-2.0"
    # By year is not judged: the rows tell none.
    assert steps.count == count_steps(OPTIONS, heads=1) - (OPTIONS.n_folds + 1)


# Refusals -----------------------------------------------------------------------------------


def test_rows_that_cannot_be_trained_on_leave_nothing(tmp_path):
    few = [row for row in rows() if "C9" not in row.labels]
    with pytest.raises(CorpusInvalid, match="0 of 216 English rows have label 'C9'"):
        train(few, tmp_path / "model", encode=encode)
    assert list(tmp_path.iterdir()) == []


def test_one_batch_is_folded_by_document(tmp_path):
    one = [replace(row, batch="a") for row in rows()]
    train(one, tmp_path / "model", options=OPTIONS)
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


def test_vectors_of_another_length_leave_nothing(tmp_path):
    with pytest.raises(ValueError, match=f"'encode' must return {DIMENSION} numbers a text"):
        train(rows(), tmp_path / "model", encode=lambda texts: np.ones((len(texts), 3), dtype=np.float32))
    assert list(tmp_path.iterdir()) == []
