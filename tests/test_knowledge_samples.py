"""Sentences with marks: read and written without loss, and refused where they are none."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.errors import ModelInvalid
from nlp.knowledge import Sample, load_knowledge, load_samples
from nlp.knowledge.samples import to_sample

#: Text without the signs that marks are made of.
PLAIN = st.text(st.characters(exclude_characters="[]()", exclude_categories=["Cs"]), max_size=12)
IDS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9:.\-]{0,12}", fullmatch=True)


@st.composite
def samples(draw):
    """Sentences whose marked parts may touch each other."""
    text, spans = draw(PLAIN), []
    for _ in range(draw(st.integers(0, 4))):
        marked = draw(PLAIN.filter(bool))
        spans.append((len(text), len(text) + len(marked), draw(IDS)))
        text += marked + draw(PLAIN)
    return Sample(text, tuple(spans), draw(st.sampled_from(["en", "es", "fr"])))


def test_marks_are_read_with_their_places():
    sample = Sample.of("[Guinea-Bissau](member:GNB) and 🌍 [Côte d'Ivoire](member:CIV).", "fr")
    assert sample.text == "Guinea-Bissau and 🌍 Côte d'Ivoire."
    assert sample.spans == ((0, 13, "member:GNB"), (20, 33, "member:CIV"))
    assert [sample.text[start:end] for start, end, _ in sample.spans] == ["Guinea-Bissau", "Côte d'Ivoire"]
    assert sample.language == "fr"


def test_a_sentence_without_marks_has_no_spans():
    assert Sample.of("Georgia Tech won.") == Sample("Georgia Tech won.", (), "en")
    assert Sample.of("") == Sample("")


def test_a_document_symbol_may_have_brackets_in_it():
    (span,) = Sample.of("see [WT/MIN(22)/24](WT/MIN(22)/24) of June").spans
    assert span == (4, 17, "WT/MIN(22)/24")


@pytest.mark.parametrize(
    "text", ["a [b] (c)", "[](c)", "[b]()", "[b](c d)", "(b)[c]", "[[b]", "b](c)", "[b](c", "[1]: see (2)"]
)
def test_brackets_that_mark_nothing_stay_text(text):
    assert Sample.of(text) == Sample(text)
    assert str(Sample(text)) == text


def test_marks_that_touch_are_two():
    assert Sample.of("[a](x)[b](y)") == Sample("ab", ((0, 1, "x"), (1, 2, "y")))


@given(samples())
def test_a_sample_written_reads_back(sample):
    assert Sample.of(str(sample), sample.language) == sample


@given(st.text(st.sampled_from("ab[]() \n1🌍"), max_size=30))
def test_a_text_read_is_written_as_it_was(marked):
    sample = Sample.of(marked)
    assert str(sample) == marked
    assert all(start < end <= len(sample.text) for start, end, _ in sample.spans)


@given(samples())
def test_a_sample_goes_through_a_line_of_json(sample):
    record = json.loads(json.dumps({"text": str(sample), "language": sample.language}))
    assert to_sample(record) == sample


def test_a_record_needs_a_text_only():
    assert to_sample({"text": "We met [Kenya](member:KEN)."}) == Sample(
        "We met Kenya.", ((7, 12, "member:KEN"),), "en"
    )


@pytest.mark.parametrize(
    ("record", "kind", "message"),
    [
        ([], TypeError, r"not a sample: \[\]; a sample has `text`"),
        (None, TypeError, "not a sample: None"),
        ("text", TypeError, "not a sample: 'text'"),
        ({}, TypeError, r"not a sample: \{\}"),
        ({"language": "fr"}, TypeError, "not a sample"),
        ({"text": 1}, TypeError, r"not a sample: \{'text': 1\}"),
        ({"text": ["a"]}, TypeError, "not a sample"),
        ({"text": "a", "langage": "fr"}, ValueError, "unknown field 'langage'; allowed: language, text"),
    ],
)
def test_a_record_that_is_no_sample_is_refused(record, kind, message):
    with pytest.raises(kind, match=message):
        to_sample(record)


def test_a_long_record_is_not_told_whole():
    with pytest.raises(TypeError) as caught:
        to_sample({"texte": "a" * 10_000})
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("language", [3, None, ["fr"], True])
def test_a_language_that_is_no_text_is_refused(language):
    with pytest.raises((TypeError, ValueError), match="language"):
        to_sample({"text": "a", "language": language})


# --- the samples of the package


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Stands for the package's file of samples."""
    (tmp_path / "data").mkdir()
    monkeypatch.setattr("nlp.knowledge.samples.files", lambda _: tmp_path)
    return tmp_path / "data" / "samples.jsonl"


def test_samples_of_the_package_name_ids_that_exist():
    known = load_knowledge().by_id
    found = load_samples()
    assert len(found) > 500
    assert {sample.language for sample in found} == {"en", "es", "fr"}
    named = {one for sample in found for *_, ident in sample.spans for one in ident.split("+")}
    assert {one for one in named if one.startswith(("member:", "group:"))} - set(known) == set()
    assert len(named & set(known)) > 100


def test_samples_of_the_package_hold_no_marks_that_were_not_read():
    assert [sample.text for sample in load_samples() if "](" in sample.text] == []


def test_empty_lines_are_passed_over(package):
    package.write_text('\n{"text": "a"}\n  \n{"text": "[b](x)", "language": "es"}\n\n', encoding="utf-8")
    assert load_samples() == (Sample("a"), Sample("b", ((0, 1, "x"),), "es"))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("oops", r"line 3: Expecting value"),
        ('"a"', r"line 3: not a sample: 'a'"),
        ('{"txt": "a"}', r"line 3: not a sample: \{'txt': 'a'\}"),
        ('{"text": "a", "id": "b"}', r"line 3: unknown field 'id'; allowed: language, text"),
    ],
)
def test_a_bad_line_is_told_with_its_number(package, line, message):
    package.write_text(f'{{"text": "a"}}\n\n{line}\n', encoding="utf-8")
    with pytest.raises(ModelInvalid, match=message) as caught:
        load_samples()
    assert caught.value.input == "samples.jsonl"


def test_samples_that_cannot_be_read_are_told(package):
    with pytest.raises(ModelInvalid, match=r"samples\.jsonl: .*cannot be read"):
        load_samples()
    package.write_bytes(b'{"text": "\xe9"}\n')
    with pytest.raises(ModelInvalid, match="cannot be read"):
        load_samples()
