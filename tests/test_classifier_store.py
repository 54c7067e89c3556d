from __future__ import annotations

import io
import json
import os
import pickle
import re
import shutil
import zipfile
from dataclasses import replace
from hashlib import sha256

import numpy as np
import pytest

from nlp.classifier import directory as directories
from nlp.classifier.second import SecondLook
from nlp.classifier.store import (
    FILES,
    META,
    NEIGHBOURS,
    VOCABULARY,
    WEIGHTS,
    Neighbours,
    read_model,
    save_model,
)
from nlp.errors import ModelInvalid
from nlp.taxonomy import TARGETS
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
    assert {name: head.coef.shape for name, head in first.heads.items()} == {
        "lexical": (len(first.lexicon), len(TARGETS)),
        "encoder": (768, len(TARGETS)),
    }
    assert {name: tuple(mode.slope) for name, mode in first.modes.items()} == {
        "lexical": ("lexical",),
        "full": ("lexical", "encoder"),
    }
    assert first.name == "actionlines"


def test_modes_come_back_to_the_bit(model, tmp_path):
    first = read_model(model)
    # Values that JSON might round or turn round, and a mode of its own for other languages.
    second = SecondLook(
        np.array([[-1 / 3, 0.1, 1e9]] * 6), np.random.default_rng(0).normal(size=(6, 3)), 2 / 3
    )
    foreign = replace(first.modes["lexical"], second=second)
    foreign = replace(foreign, curves=foreign.curves._replace(mention=0.1 + 0.2, doubt=1e-17))
    save_model(replace(first, modes={**first.modes, "foreign": foreign}), tmp_path / "again", card="")
    again = read_model(tmp_path / "again").modes
    assert again.keys() == {"full", "lexical", "foreign"}
    for name, mode in {**first.modes, "foreign": foreign}.items():
        same = again[name]
        assert (same.second.knots == mode.second.knots).all()
        assert (same.second.values == mode.second.values).all()
        assert same.second.intercept == mode.second.intercept
        for mine, theirs in zip(same.curves, mode.curves, strict=True):
            np.testing.assert_array_equal(mine, theirs)
        # The order of the heads is part of the meaning.
        assert list(same.slope) == list(mode.slope) == list(same.offset)
        for head in mode.slope:
            assert (same.slope[head] == mode.slope[head]).all()
            assert (same.offset[head] == mode.offset[head]).all()


def test_a_model_of_words_alone_is_read(model, tmp_path):
    stored = read_model(model)
    nothing = Neighbours(stored.neighbours.vectors[:0], (), stored.neighbours.labels[:0])
    words = replace(
        stored,
        heads={"lexical": stored.heads["lexical"]},
        modes={"lexical": stored.modes["lexical"]},
        neighbours=nothing,
        about=stored.about | {"encoder": None},
    )
    save_model(words, tmp_path / "words", card="")
    again = read_model(tmp_path / "words")
    assert (set(again.heads), set(again.modes)) == ({"lexical"}, {"lexical"})
    assert again.neighbours.ids == ()


def test_the_same_model_gives_the_same_bytes_and_is_not_overwritten_unasked(model, tmp_path):
    stored = read_model(model)
    turned = replace(
        stored,
        heads=dict(reversed(stored.heads.items())),
        modes=dict(reversed(stored.modes.items())),
        about=dict(reversed(stored.about.items())),
    )
    one, two = (save_model(m, tmp_path / f"{n}", card="c") for n, m in enumerate((stored, turned)))
    assert one == two
    with pytest.raises(FileExistsError, match="is there already; remove it or allow overwriting"):
        save_model(stored, tmp_path / "0", card="changed")
    assert (tmp_path / "0" / "CARD.md").read_text(encoding="utf-8") == "c"


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
        (WEIGHTS, "coef_encoder", lambda a: a[:, :-1], "'coef_encoder' must be float16"),
        (WEIGHTS, "coef_encoder", lambda a: a[:-1], "'coef_encoder' must be float16"),
        (WEIGHTS, "coef_lexical", lambda a: a[:, :18], r"\(\d+, 20\), not float16 \(\d+, 18\)"),
        (WEIGHTS, "coef_encoder", lambda a: a.astype(np.float64), "not float64"),
        (WEIGHTS, "coef_encoder", lambda a: np.where(a == a.max(), np.nan, a).astype(a.dtype), "no number"),
        (WEIGHTS, "coef_encoder", None, "'coef_encoder' is missing"),
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


FULL, LOOK = (lambda m: m["modes"]["full"]), (lambda m: m["modes"]["full"]["second"])


def lead(meta):
    """What is told of the second look's curve over the lead."""
    return LOOK(meta)["features"]["lead"]


def rename(told, old, new):
    told[new] = told.pop(old)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda m: m.update(format=1), "its format is 1, this version reads 2"),
        (lambda m: m.update(format=3), "its format is 3, this version reads 2"),
        (lambda m: m["taxonomy"].update(version="2"), "taxonomy '2' with 18 labels; this version has '1'"),
        (lambda m: m["taxonomy"]["codes"].reverse(), "was trained on taxonomy"),
        (lambda m: m["taxonomy"].update(codes=[]), "with 0 labels"),
        (lambda m: m.update(rows=0), "'rows' must be a whole number from 1"),
        (lambda m: m.update(rows=True), "'rows' must be a whole number from 1, not True"),
        (lambda m: m.pop("about"), "does not hold what it should"),
        (lambda m: m["about"]["encoder"].update(max_tokens=64), "its encoder is .*, this version has"),
        (lambda m: m["about"]["encoder"].pop("graph_sha256"), "its encoder is .*, this version has"),
        (lambda m: m["about"].update(encoder=None), "its encoder is None, this version has"),
        (lambda m: m["about"].pop("corpus"), "does not hold what it should: KeyError"),
        (lambda m: m["about"]["corpus"].update(languages="en"), "'languages' must tell the rows of each"),
        (lambda m: m["files"].pop(WEIGHTS), "weights.npz has SHA-256"),
    ],
)
def test_another_meta_with_a_right_hash_is_refused(model, change, message):
    change_meta(model, change)
    refused(model, message)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda m: m["heads"].pop("lexical"), "heads must be 'lexical' and perhaps 'encoder', not encoder"),
        (lambda m: m["heads"].update(more={}), "heads must be 'lexical' and perhaps 'encoder', not .*more"),
        (lambda m: rename(m["heads"], "encoder", "full"), "heads must be 'lexical'"),
        (lambda m: m["heads"].pop("encoder"), "modes must be lexical and perhaps foreign"),
        (lambda m: m.update(heads=["lexical", "encoder"]), "does not hold what it should"),
        (lambda m: m["heads"]["lexical"].pop("none"), "intercepts of head 'lexical' must be told for each"),
        (lambda m: m["heads"]["encoder"].update(C12=0.0), "intercepts of head 'encoder' must be told for"),
        (lambda m: m["heads"]["encoder"].update(C7=None), "that is no number: None"),
    ],
)
def test_other_heads_are_refused(model, change, message):
    change_meta(model, change)
    refused(model, message)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda m: m["modes"].pop("lexical"), "modes must be full, lexical and perhaps foreign"),
        (lambda m: m["modes"].pop("full"), "modes must be full, lexical and perhaps foreign"),
        (lambda m: m["modes"].update(more=FULL(m)), "modes must be full, lexical and perhaps foreign"),
        (lambda m: m["modes"].update(foreign=FULL(m)), "mode 'foreign' must use the heads lexical[.]"),
        (lambda m: m["modes"].update(full=m["modes"]["lexical"]), "'full' must use the heads lexical, enc"),
        (lambda m: FULL(m)["first"].pop("encoder"), "mode 'full' must use the heads lexical, encoder"),
        (lambda m: FULL(m)["first"]["lexical"]["slope"].pop("C7"), "slopes of mode 'full' must be told for"),
        (lambda m: FULL(m)["first"]["lexical"]["offset"].update(C5="high"), "offsets .* no number: 'high'"),
        (lambda m: FULL(m)["first"]["lexical"].pop("offset"), "does not hold what it should: KeyError"),
        (lambda m: FULL(m)["slope"].pop("C5"), "slope of mode 'full' must be told for each label"),
        # The borders are told for what is decided: the 18 and C7 itself.
        (lambda m: FULL(m)["thresholds"].update(none=0.5), "thresholds of mode 'full' must be told for each"),
        (lambda m: FULL(m)["offset"].update(C5=True), "offset of mode 'full' hold a value .*: True"),
        (
            lambda m: FULL(m)["grey"].update(C5=0.99),
            "grey zones of mode 'full' must lie below the thresholds",
        ),
        (lambda m: FULL(m)["grey"].update(C5=-0.01), "grey zones of mode 'full' must lie below"),
        (lambda m: FULL(m)["thresholds"].update(C5=1.01), r"thresholds of mode 'full' must lie in \[0, 1\]"),
    ],
)
def test_other_modes_are_refused(model, change, message):
    change_meta(model, change)
    refused(model, message)


@pytest.mark.parametrize("value", ["2.5", None, True, [2.5], {}])
@pytest.mark.parametrize("name", ["mention", "doubt"])
@pytest.mark.parametrize("mode", ["full", "lexical"])
def test_a_mention_or_doubt_that_is_no_number_is_refused(model, mode, name, value):
    change_meta(model, lambda m: m["modes"][mode].update({name: value}))
    refused(model, re.escape(f"the {name} of mode {mode!r} hold a value that is no number: {value!r}"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda m: LOOK(m)["features"].pop("lead"), "of mode 'full' must have the features log-odds, lead, "),
        (lambda m: LOOK(m)["features"].update(more=lead(m)), "must have the features"),
        (lambda m: rename(LOOK(m)["features"], "neighbours", "friends"), "must have the features"),
        (lambda m: LOOK(m).update(intercept="0"), "second look of mode 'full' hold .* no number: '0'"),
        (lambda m: LOOK(m).pop("intercept"), "does not hold what it should: KeyError"),
        (lambda m: lead(m)["knots"].reverse(), "holds a value that is no number, or knots that fall"),
        (lambda m: lead(m)["knots"].__setitem__(1, lead(m)["knots"][0]), "or knots that fall"),
        (lambda m: lead(m)["values"].__setitem__(2, None), "holds a value that is no number"),
        (lambda m: lead(m)["values"].__setitem__(2, "high"), "does not hold what it should"),
        (lambda m: lead(m)["values"].pop(), "does not hold what it should"),
        (lambda m: [f["values"].pop() for f in LOOK(m)["features"].values()], "as many values as knots"),
        (lambda m: [f.update(knots=[], values=[]) for f in LOOK(m)["features"].values()], "as many values"),
        (lambda m: [f.update(knots=0, values=0) for f in LOOK(m)["features"].values()], "as many values"),
    ],
)
def test_another_second_look_is_refused(model, change, message):
    change_meta(model, change)
    refused(model, message)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_a_number_that_json_lacks_is_refused_in_meta(model, number):
    sound = json.loads((model / META).read_bytes())
    written = (model / META).read_text(encoding="utf-8")
    mention = f'"mention": {sound["modes"]["full"]["mention"]}'
    assert mention in written
    (model / META).write_text(written.replace(mention, f'"mention": {number}'), encoding="utf-8")
    refused(model, "does not hold what it should: ValueError")


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
