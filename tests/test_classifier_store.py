from __future__ import annotations

import io
import json
import os
import pickle
import shutil
import zipfile
from hashlib import sha256

import numpy as np
import pytest

from nlp.classifier import directory as directories
from nlp.classifier.store import (
    FILES,
    META,
    NEIGHBOURS,
    VOCABULARY,
    WEIGHTS,
    quantise,
    read_model,
    save_model,
)
from nlp.errors import ModelInvalid
from nlp.taxonomy import CODES
from tests.tiny_corpus import train_tiny


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    return train_tiny(tmp_path_factory.mktemp("models") / "actionlines-0.1.0")


@pytest.fixture
def model(original, tmp_path):
    return shutil.copytree(original, tmp_path / "model")


def refused(path, message=None):
    with pytest.raises(ModelInvalid, match=message) as caught:
        read_model(path)
    assert caught.value.code == "model_invalid"
    assert caught.value.input == str(path)


def forge(path, name, content):
    """Put other content into the model as somebody would who knows how the hashes are made."""
    (path / name).write_bytes(content)
    change_meta(path, lambda meta: meta["files"].update({name: sha256(content).hexdigest()}))


def change_meta(path, change):
    meta = json.loads((path / META).read_bytes())
    change(meta)
    del meta["sha256"]
    meta["sha256"] = sha256(directories.dump(meta)).hexdigest()
    (path / META).write_bytes(directories.dump(meta))


def arrays(path, name):
    with np.load(path / name, allow_pickle=False) as found:
        return {key: found[key] for key in found.files}


def packed(**members):
    stream = io.BytesIO()
    np.savez(stream, allow_pickle=True, **members)
    return stream.getvalue()


def test_what_was_saved_is_read(model, tmp_path):
    first = read_model(model)
    again = tmp_path / "again"
    digest = save_model(first, again, card=(model / "CARD.md").read_text(encoding="utf-8"))
    assert digest == first.sha256
    assert {file.name: file.read_bytes() for file in again.iterdir()} == {
        file.name: file.read_bytes() for file in model.iterdir()
    }
    assert set(first.heads) == {"full", "lexical"}
    assert first.heads["full"].coef.shape == (len(first.lexicon) + 768, len(CODES))
    assert first.name == "actionlines"


@pytest.mark.parametrize("name", sorted(FILES))
def test_one_flipped_byte_anywhere_is_refused(model, name):
    sound = (model / name).read_bytes()
    for position in np.linspace(0, len(sound) - 1, 25).astype(int).tolist():
        changed = bytearray(sound)
        changed[position] ^= 0x15
        (model / name).write_bytes(bytes(changed))
        refused(model)
    (model / name).write_bytes(sound)
    read_model(model)


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_file_cut_short_or_lengthened_is_refused(model, name):
    sound = (model / name).read_bytes()
    for changed in (b"", sound[:-1], sound[: len(sound) // 2], sound + b"\n"):
        (model / name).write_bytes(changed)
        refused(model)


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_missing_file_is_named(model, name):
    (model / name).unlink()
    refused(model, f"'{name}' is missing")


@pytest.mark.parametrize("name", ["weights.pkl", "__init__.py", ".hidden"])
def test_a_file_that_does_not_belong_there_is_named(model, name):
    (model / name).write_bytes(b"")
    refused(model, f"'{name}' does not belong there")


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_link_is_refused_even_to_the_right_file(model, original, name):
    (model / name).unlink()
    (model / name).symlink_to(original / name)
    refused(model, "must be a plain file")


def test_a_folder_or_pipe_in_place_of_a_file_is_refused(model):
    (model / "CARD.md").unlink()
    (model / "CARD.md").mkdir()
    refused(model, "must be a plain file")
    (model / "CARD.md").rmdir()
    os.mkfifo(model / "CARD.md")
    refused(model, "must be a plain file")


def test_a_path_that_is_no_directory_is_refused(model):
    refused(model / META)
    refused(model / "nowhere", "cannot be read")


def test_a_file_over_the_limit_is_refused(model, monkeypatch):
    monkeypatch.setattr(directories, "MAX_BYTES", 1000)
    refused(model, "has more than 1,000 bytes")


def test_an_archive_that_unpacks_to_more_than_the_limit_is_refused(model):
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("vectors.npy", bytes(directories.MAX_BYTES + 1))
    forge(model, NEIGHBOURS, bomb.getvalue())
    refused(model, "unpacks to more than")


class Canary:
    """Touches a file when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (str(self.path), "w"))


@pytest.mark.parametrize("name", [WEIGHTS, NEIGHBOURS])
def test_a_pickle_with_right_hashes_is_refused_and_never_runs(model, original, tmp_path, name):
    canary = Canary(tmp_path / "ran")
    forge(model, name, pickle.dumps(canary))
    refused(model)
    forge(model, name, packed(**arrays(original, name), extra=np.array([canary], dtype=object)))
    refused(model)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("name", "array", "change", "message"),
    [
        (WEIGHTS, "coef_full", lambda a: a[:, :-1], "'coef_full' must be float16"),
        (WEIGHTS, "coef_full", lambda a: a[:-1], "'coef_full' must be float16"),
        (WEIGHTS, "coef_full", lambda a: a.astype(np.float64), "not float64"),
        (WEIGHTS, "coef_full", lambda a: np.where(a == a.max(), np.nan, a).astype(a.dtype), "no number"),
        (WEIGHTS, "coef_lexical", lambda a: np.where(a == a.max(), np.inf, a).astype(a.dtype), "no number"),
        (WEIGHTS, "text_mean", lambda a: a * np.float32(np.nan), "no number"),
        (WEIGHTS, "df_words", lambda a: -a, "document frequencies of 'words' must lie in"),
        (WEIGHTS, "df_heading", lambda a: a[1:], "'df_heading' must be int32"),
        (WEIGHTS, "heading_mean", None, "'heading_mean' is missing"),
        (NEIGHBOURS, "vectors", lambda a: a[1:], "'vectors' must be int8"),
        (NEIGHBOURS, "vectors", lambda a: a.astype(np.float32), "'vectors' must be int8"),
        (NEIGHBOURS, "labels", lambda a: a + np.uint8(1), "labels must be 0 or 1"),
        (NEIGHBOURS, "ids", lambda a: np.arange(len(a)), "must hold vectors, ids and labels"),
        (NEIGHBOURS, "ids", None, "must hold vectors, ids and labels"),
    ],
)
def test_an_array_of_another_shape_type_or_value_is_refused(model, name, array, change, message):
    found = arrays(model, name)
    if change is None:
        del found[array]
    else:
        found[array] = change(found[array])
    forge(model, name, packed(**found))
    refused(model, message)


def test_an_array_that_nobody_asked_for_is_refused(model):
    forge(model, WEIGHTS, packed(**arrays(model, WEIGHTS), more=np.zeros(3)))
    refused(model, r"unknown array\(s\) more")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda v: v["words"].pop(), "'df_words' must be int32"),
        (lambda v: v["words"].__setitem__(0, v["words"][1]), "must be different strings"),
        (lambda v: v["words"].__setitem__(0, 7), "must be different strings"),
        (lambda v: v.update(more=[]), r"unknown part\(s\) more"),
        (lambda v: v.pop("characters"), "does not hold what it should"),
    ],
)
def test_another_vocabulary_is_refused(model, change, message):
    vocabulary = json.loads((model / VOCABULARY).read_bytes())
    change(vocabulary)
    forge(model, VOCABULARY, directories.dump(vocabulary))
    refused(model, message)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda m: m.update(format=2), "its format is 2, this version reads 1"),
        (lambda m: m["taxonomy"].update(version="2"), "taxonomy '2' with 18 labels; this version has '1'"),
        (lambda m: m["taxonomy"]["codes"].reverse(), "was trained on taxonomy"),
        (lambda m: m["taxonomy"].update(codes=[]), "with 0 labels"),
        (lambda m: m["heads"].pop("lexical"), "heads must be 'lexical'"),
        (lambda m: m["heads"].update(more={}), "heads must be 'lexical'"),
        (lambda m: m["heads"]["full"].pop("slope"), "head 'full' must have intercept, slope"),
        (lambda m: m["heads"]["full"]["slope"].pop("C5"), "for each label"),
        (lambda m: m["heads"]["full"]["slope"].update(C5="steep"), "does not hold what it should"),
        (lambda m: m["heads"]["full"]["grey"].update(C5=0.99), "must lie below the thresholds"),
        (lambda m: m.update(rows=0), "'rows' must be a whole number from 1"),
        (lambda m: m.pop("about"), "does not hold what it should"),
        (lambda m: m["about"]["encoder"].update(max_tokens=64), "its encoder is .*, this version has"),
        (lambda m: m["about"]["encoder"].pop("graph_sha256"), "its encoder is .*, this version has"),
        (lambda m: m["files"].pop(WEIGHTS), "weights.npz has SHA-256"),
    ],
)
def test_another_meta_with_a_right_hash_is_refused(model, change, message):
    change_meta(model, change)
    refused(model, message)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"[" * 100_000, b"\xff", b'{"a": NaN}'])
def test_a_meta_that_is_something_else_is_refused(model, content):
    (model / META).write_bytes(content)
    refused(model)


def test_a_failed_write_leaves_what_was_there(model, tmp_path, monkeypatch):
    stored, before = read_model(model), (model / META).read_bytes()

    def full_disk(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(OSError, match="No space left"):
        save_model(stored, model, card="changed", overwrite=True)
    with pytest.raises(OSError, match="No space left"):
        save_model(stored, tmp_path / "new", card="changed")
    assert (model / META).read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["model"]


def test_whole_number_vectors_keep_their_direction():
    vectors = np.random.default_rng(0).standard_normal((50, 384))
    steps = quantise(vectors).astype(float)
    cosine = (steps * vectors).sum(axis=1) / np.linalg.norm(steps, axis=1) / np.linalg.norm(vectors, axis=1)
    assert (cosine > 0.999).all()
    assert (quantise(np.zeros((1, 384))) == 0).all()
