"""The stages in their order, with stand-ins; and once with everything that is installed."""

from __future__ import annotations

import json
from dataclasses import replace

import jsonschema
import pytest
from util import SHA, FakeEntities, a_document, fake_tagger

import nlp
import nlp.pdf
from nlp import pipeline, taxonomy
from nlp.document import Block
from nlp.errors import Empty, NotAPdf
from nlp.schema import document_to_dict, dumps, json_schema
from nlp.settings import Limits, ReadOptions


def test_tagging_adds_marks_and_changes_nothing_else():
    read = a_document()
    tagged = fake_tagger().tag(read)
    bare = [replace(block, entities=(), scores={}, action_lines=()) for block in tagged.blocks]
    assert tuple(bare) == read.blocks
    assert tagged.blocks[1].entities[0].id == "wto:tbt"
    assert [line.code for line in tagged.blocks[1].action_lines] == ["C2"]
    assert all(list(block.scores) == list(taxonomy.CODES) for block in tagged.blocks)
    jsonschema.validate(json.loads(dumps(document_to_dict(tagged))), json_schema())


def test_produced_by_names_all_that_decides_the_output():
    assert fake_tagger().tag(a_document()).produced_by == {
        "version": nlp.__version__,
        "model": {"name": "fake", "version": "1.0", "sha256": SHA},
        "knowledge": {"version": "1", "sha256": SHA},
    }


def test_english_has_no_warning():
    assert fake_tagger().tag(a_document(language="en")).warnings == ()


def test_language_that_cannot_be_told_is_told():
    (warning,) = fake_tagger().tag(a_document(language="und")).warnings
    assert "could not be told" in warning


def test_warnings_of_reading_language_and_model_add_up():
    tagged = fake_tagger(warnings=("no encoder",)).tag(a_document(language="fr", warnings=("page 3",)))
    assert tagged.warnings == (
        "page 3",
        "the language is fr, but the model was trained on en: check the action lines by hand",
        "no encoder",
    )


def test_a_language_that_is_read_by_words_alone_is_told():
    tagger = fake_tagger(languages=("en", "es", "fr"))
    assert tagger.tag(a_document(language="en")).warnings == ()
    assert tagger.tag(a_document(language="fr")).warnings == (
        "the language is fr: action lines were found by words alone, which is less exact",
    )


@pytest.mark.parametrize(
    ("language", "warning"),
    [
        (
            "de",
            "the language is de, but the model was trained on en, es, fr: check the action lines by hand",
        ),
        ("und", "the language could not be told; the model was trained on en, es, fr"),
    ],
)
def test_a_language_that_is_not_read_is_told_with_those_that_are(language, warning):
    tagged = fake_tagger(languages=("en", "es", "fr")).tag(a_document(language=language))
    assert tagged.warnings == (warning,)


def test_blocks_of_a_document_are_judged_in_its_language():
    tagger = fake_tagger()
    tagger.tag(a_document(language="es"))
    assert tagger.model.asked == [["es"] * 5]
    assert tagger.tag_blocks([], []) == []


def test_rows_are_judged_each_in_its_own_language():
    texts = (
        "The committee on technical barriers to trade met and discussed broadband.",
        "Le comité des obstacles techniques au commerce s'est réuni et a examiné l'accès.",
        "12.5",
    )
    tagger = fake_tagger()
    blocks = [Block(f"r{n}", "paragraph", text) for n, text in enumerate(texts)]
    assert [block.text for block in tagger.pipe(blocks, chunk=2)] == list(texts)
    assert tagger.model.asked == [["en", "fr"], ["und"]]


def test_no_rows_ask_nothing():
    tagger = fake_tagger()
    assert list(tagger.pipe([])) == []
    assert tagger.model.asked == []


def test_rows_are_independent_and_come_in_chunks():
    tagger = fake_tagger()
    taken = []

    def rows():
        for number in range(7):
            taken.append(number)
            yield Block(f"r{number}", "paragraph", "The TBT Committee on broadband")

    stream = tagger.pipe(rows(), chunk=3)
    assert next(stream).id == "r0"
    assert taken == [0, 1, 2]
    assert [block.id for block in stream] == [f"r{n}" for n in range(1, 7)]
    assert tagger.model.sizes == [3, 3, 1]
    assert isinstance(tagger.entities, FakeEntities)
    assert tagger.entities.calls == [True, True, True]


def test_a_row_has_the_same_marks_in_any_chunk():
    rows = [Block(f"r{n}", "paragraph", "security and broadband") for n in range(5)]
    assert list(fake_tagger().pipe(rows, chunk=1)) == list(fake_tagger().pipe(rows, chunk=5))


class Pending:
    """Stands for a PDF that a child reads."""

    def __init__(self, events):
        self.events = events

    def __enter__(self):
        self.events.append("started")
        return self

    def __exit__(self, *_error):
        self.events.append("ended")

    def result(self):
        self.events.append("asked")
        return a_document()


def test_models_load_while_the_child_reads(monkeypatch, tmp_path):
    events = []
    monkeypatch.setattr(nlp.pdf, "start_reading", lambda *_, **__: Pending(events), raising=False)

    def load():
        events.append("loaded")
        return fake_tagger()

    assert pipeline.tag_pdf(tmp_path / "a.pdf", ReadOptions(), load).title == "A paper"
    assert events == ["started", "loaded", "asked", "ended"]


def test_the_child_is_ended_when_loading_fails(monkeypatch, tmp_path):
    events = []
    monkeypatch.setattr(nlp.pdf, "start_reading", lambda *_, **__: Pending(events), raising=False)

    def load():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pipeline.tag_pdf(tmp_path / "a.pdf", ReadOptions(), load)
    assert events == ["started", "ended"]


def test_what_is_no_pdf_loads_no_model(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(b"<html>")
    with pytest.raises(NotAPdf):
        pipeline.tag_pdf(path, ReadOptions(), pytest.fail, source="a.pdf")


def test_plain_text_has_a_language():
    english = b"The committee on technical barriers to trade met and discussed broadband."
    french = "Le comité des obstacles techniques au commerce s'est réuni et a examiné l'accès."
    for data, language, warned in ((english, "en", 0), (french.encode(), "fr", 1)):
        document = pipeline.tag_text(data, Limits(), fake_tagger, source="x.txt")
        assert document.language == language
        assert len(document.warnings) == warned


def test_text_that_is_refused_loads_no_model():
    with pytest.raises(Empty):
        pipeline.tag_text(b"", Limits(), pytest.fail, source="x.txt")
