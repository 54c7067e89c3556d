from __future__ import annotations

import gc
import runpy
from pathlib import Path

import numpy as np
import pytest

import nlp
from nlp.classifier import encoder, network
from nlp.classifier.encoder import DIMENSION, MAX_TOKENS, MODEL_FILE, read_file
from nlp.classifier.network import Network
from nlp.errors import ModelInvalid

DATA = Path(network.__file__).parent / "data"
BUILD = Path(nlp.__file__).parents[1] / "scripts" / "build_encoder.py"

needs_files = pytest.mark.skipif(encoder.missing() is not None, reason=str(encoder.missing()))

TEXTS = [
    "Rural clinics were connected by satellite.",
    "The regulator adopted new rules on licensing, competition and universal service. " * 9,
    "Tax",
    "",
]


@pytest.fixture(scope="module")
def content():
    return read_file(MODEL_FILE)


@pytest.fixture(scope="module")
def ready(content):
    return Network(content)


@pytest.fixture(scope="module")
def pieces():
    tokenizer = encoder.Encoder()._tokenizer
    return [tokenizer.encode(text).ids for text in TEXTS]


@needs_files
def test_the_files_are_what_the_script_builds():
    pytest.importorskip("onnx")
    built = runpy.run_path(str(BUILD))["build"]()
    assert built == {path.name: path.read_bytes() for path in DATA.iterdir()}


@needs_files
def test_vectors_are_those_of_the_wheels_own_network_but_for_rounding(ready, content, pieces):
    import onnxruntime

    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    for ids in pieces:
        row = np.array([ids], dtype=np.int64)
        inputs = {"input_ids": row, "attention_mask": np.ones_like(row), "token_type_ids": row * 0}
        theirs = session.run(["last_hidden_state"], inputs)[0][0].mean(axis=0)
        ours = ready.run(ids)
        assert ours.shape == (DIMENSION,)
        assert ours @ theirs > 0.96 * np.linalg.norm(ours) * np.linalg.norm(theirs)


@needs_files
def test_embeddings_are_those_of_the_wheel_to_the_bit(ready, content):
    onnx = pytest.importorskip("onnx")
    stored = {tensor.name: tensor for tensor in onnx.load_model_from_string(content).graph.initializer}

    def table(name):
        weight, scale = (
            onnx.numpy_helper.to_array(stored[f"inner.embeddings.{name}_embeddings.weight_{part}"])
            for part in ("q", "scale")
        )
        return weight.astype(np.float32) * scale

    kinds = onnx.numpy_helper.to_array(stored["inner.embeddings.token_type_embeddings.weight"])
    ids = [101, 30521, 0, 102]
    assert (ready.embed(ids) == table("word")[ids] + kinds[0] + table("position")[:4]).all()


@needs_files
def test_the_weights_live_as_long_as_the_network(pieces):
    alone = Network(read_file(MODEL_FILE))
    gc.collect()
    first = alone.run(pieces[1])
    rubbish = [np.full(size, 7, dtype=np.int8) for size in (1536, 147_456, 589_824) * 20]
    assert (alone.run(pieces[1]) == first).all()
    assert rubbish


@needs_files
def test_as_many_pieces_as_are_read_can_be_run(ready):
    assert np.isfinite(ready.run([2000] * MAX_TOKENS)).all()


@needs_files
@pytest.mark.parametrize("which", ["GRAPH", "LAYOUT"])
def test_a_file_of_ours_that_was_changed_is_refused(monkeypatch, content, which):
    monkeypatch.setattr(network, which, getattr(network, which)._replace(sha256="0" * 64))
    with pytest.raises(ModelInvalid, match="has SHA-256"):
        Network(content)


def test_weights_are_halved_to_even_and_their_scales_doubled():
    every = np.arange(-128, 128, dtype=np.int8)
    half = network._seven_bits("layer0.out.weight", every)
    assert half.dtype == np.int8
    assert (half == np.rint(every / 2)).all()
    assert 2 * 255 * int(np.abs(half).max()) < 2**15
    scale = np.array([0.5, 3e-3], dtype=np.float32)
    assert (network._seven_bits("layer0.out.scale", scale) == scale * 2).all()
    assert network._seven_bits("layer0.out.bias", scale) is scale


def test_a_tensor_of_several_places_is_joined_on_its_last_axis():
    numbers = np.arange(12, dtype="<f4")
    told = {"type": "<f4", "shape": [2, 4], "offsets": [1 + 4 * 8, 1]}
    found = network._tensor(b"x" + numbers.tobytes(), told)
    assert found.tolist() == [[8, 9, 0, 1], [10, 11, 2, 3]]
    assert found.flags.aligned
    assert found.flags.owndata


def test_the_files_are_small():
    assert sum(path.stat().st_size for path in DATA.iterdir()) < 150_000
