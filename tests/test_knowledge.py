"""The entity lists are treated as code: read, checked, and every form traced to its id."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from nlp.document import ENTITY_LABELS
from nlp.errors import ModelInvalid
from nlp.knowledge import Entry, Knowledge, Membership, clashes, fold, load_knowledge, plain, plain_words

RURITANIA = {"id": "member:RUR", "label": "MEMBER", "name": "Ruritania", "source": "a novel"}


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge()


def entry(**fields) -> Entry:
    return Entry(**{"id": "x", "label": "ORGANISATION", "name": "X", "source": "test", **fields})


def write(path, *records):
    path.write_text(
        "".join((r if isinstance(r, str) else json.dumps(r)) + "\n" for r in records), encoding="utf-8"
    )
    return path


# --- the files of the package


def test_labels_all_have_entries_except_symbols_which_have_a_grammar(knowledge):
    assert {entry.label for entry in knowledge.entries} == set(ENTITY_LABELS) - {"DOCUMENT_SYMBOL"}


def test_version_and_hash_are_told(knowledge):
    assert knowledge.version
    assert len(knowledge.sha256) == 64
    assert load_knowledge().sha256 == knowledge.sha256


def test_no_form_leads_to_two_ids(knowledge):
    assert [str(clash) for clash in clashes(knowledge.entries)] == []


def test_files_are_sorted_and_every_line_has_a_source(knowledge):
    by_label: dict[str, list[str]] = {}
    for item in knowledge.entries:
        by_label.setdefault(item.label, []).append(item.id)
        assert item.source
    for ids in by_label.values():
        assert ids == sorted(ids)


def test_members_are_166_and_the_other_states(knowledge):
    members = [item for item in knowledge.entries if item.label == "MEMBER"]
    assert sum(item.standing == "member" for item in members) == 166
    assert sum(item.standing == "observer" for item in members) == 23
    assert all(len(item.id) == len("member:XXX") or item.id == "member:EU" for item in members)


@pytest.mark.parametrize(
    ("entry_id", "name"),
    [
        ("member:HKG", "Hong Kong, China"),
        ("member:MAC", "Macao, China"),
        ("member:TWN", "Chinese Taipei"),
        ("member:KOR", "Korea, Republic of"),
        ("member:TUR", "Türkiye"),
        ("member:VNM", "Viet Nam"),
        ("member:CIV", "Côte d'Ivoire"),
        ("member:EU", "European Union"),
        ("member:GMB", "The Gambia"),
        ("member:SAU", "Saudi Arabia, Kingdom of"),
        ("member:LAO", "Lao People's Democratic Republic"),
        ("member:COD", "Democratic Republic of the Congo"),
        ("member:COG", "Congo"),
        ("member:MKD", "North Macedonia"),
    ],
)
def test_printed_name_is_the_official_one(knowledge, entry_id, name):
    assert knowledge.by_id[entry_id].name == name


def test_ids_and_names_are_not_shared(knowledge):
    names = Counter((item.label, item.name) for item in knowledge.entries)
    assert [name for name, n in names.items() if n > 1] == []


# --- entries and their forms


def test_forms_case_follows_from_the_writing():
    body = entry(name="Rare Metals Board", aliases=("rare metals body", "RMB Board"), acronyms=("RMB",))
    assert {form.text: form.case for form in body.forms} == {
        "RMB": "exact",
        "Rare Metals Board": "name",
        "rare metals body": "any",
        "RMB Board": "name",
    }


def test_forms_of_a_technology_are_common_nouns_but_for_acronyms():
    thing = entry(label="TECHNOLOGY", name="Quick printing", acronyms=("QP",))
    assert {form.text: form.case for form in thing.forms} == {"QP": "exact", "Quick printing": "any"}


def test_forms_leave_out_what_several_entries_share():
    shared = entry(name="Work Plan", short=("Work Plan",), aliases=("Work Plan on Rain",))
    assert [form.text for form in shared.forms] == ["Work Plan on Rain"]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"label": "PLANET"}, "unknown label 'PLANET'; allowed: COMMITTEE"),
        ({"id": "a+b"}, "id 'a\\+b'"),
        ({"id": ""}, "id ''"),
        ({"source": ""}, "no source"),
        ({"aliases": (" X",)}, "white space"),
        ({"acronyms": ("",)}, "empty form"),
        ({"id": "C12", "label": "ACTION_LINE"}, "unknown action line 'C12'"),
    ],
)
def test_entry_refuses(fields, message):
    with pytest.raises(ValueError, match=message):
        entry(**fields)


def test_knowledge_refuses_one_id_twice_and_ids_of_nobody():
    with pytest.raises(ValueError, match="two entries with the id 'x'"):
        Knowledge("1", "", (entry(), entry(name="Y")))
    with pytest.raises(ValueError, match="x: unknown parent 'z'"):
        Knowledge("1", "", (entry(parent="z"),))
    with pytest.raises(ValueError, match="g: unknown member 'member:ZZZ'"):
        Knowledge("1", "", (entry(id="g", label="MEMBER_GROUP", members=(Membership("member:ZZZ"),)),))


def test_clashes_name_the_form_and_both_entries():
    (clash, *_) = clashes((entry(), entry(id="y", aliases=("X",), name="Y")))
    assert str(clash) == "the form 'X' (exact, en) leads to x and y"
    foreign = (
        entry(id="y", name="Y", names={"fr": ("Le Chat",)}),
        entry(id="z", name="Z", aliases=("le chat",)),
    )
    assert [(c.text, c.language) for c in clashes(foreign)] == [("Le Chat", "fr")]


def test_an_acronym_and_a_name_may_share_their_letters():
    assert not list(clashes((entry(name="Cat"), entry(id="y", name="Y Z", acronyms=("CAT",)))))


# --- words


def test_fold_makes_writings_of_one_name_equal():
    forms = ["Least-developed countries", "least developed  countries", "LEAST\u2010DEVELOPED\nCOUNTRIES"]
    assert len({fold(form) for form in forms}) == 1
    assert fold("T\u00fcrkiye") == fold("Tu\u0308rkiye") == fold("Turkiye") == ("turkiye",)
    assert fold("C\u00f4te d\u2019Ivoire") == fold("Cote d'Ivoire")


def test_fold_keeps_a_dash_between_names_apart():
    assert fold("Korea - Japan") != fold("Korea-Japan")


def test_plain_never_loses_a_word():
    assert plain("\u0301") == "\u0301"
    assert plain_words("a\u0301b \u0301") == ("ab", "\u0301")


# --- files of a user, and broken ones


def test_extra_adds_and_replaces(tmp_path, knowledge):
    kenya = {"id": "member:KEN", "label": "MEMBER", "name": "Kenya", "aliases": ["Kenia"], "source": "me"}
    more = load_knowledge(write(tmp_path / "more.jsonl", RURITANIA, "", kenya))
    assert more.by_id["member:RUR"].name == "Ruritania"
    assert more.by_id["member:KEN"].aliases == ("Kenia",)
    assert len(more.entries) == len(knowledge.entries) + 1
    assert more.sha256 != knowledge.sha256


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 2: .*"),
        ("[1]", "line 2: not an object"),
        ({**RURITANIA, "label": "PLANET"}, "line 2: unknown label 'PLANET'"),
        ({**RURITANIA, "colour": "red"}, "line 2: unknown field 'colour'; allowed: acronyms"),
        ({"id": "x"}, "line 2: field 'label' is missing"),
        ({**RURITANIA, "aliases": "Rury"}, "line 2: field 'aliases' cannot be 'Rury'"),
        ({**RURITANIA, "aliases": [1]}, "line 2: field 'aliases'"),
        ({**RURITANIA, "verified": "yes"}, "line 2: field 'verified'"),
        ({**RURITANIA, "name": None}, "line 2: field 'name'"),
        (
            {**RURITANIA, "aliases": ["Kenya"]},
            "line 2: the form 'Kenya' .* leads to member:KEN and member:RUR",
        ),
    ],
)
def test_extra_refuses_with_file_and_line(tmp_path, line, message):
    other = {**RURITANIA, "id": "member:ZEN", "name": "Zenda"}
    path = write(tmp_path / "more.jsonl", other, line)
    with pytest.raises(ModelInvalid, match=message) as caught:
        load_knowledge(path)
    assert caught.value.input == str(path)
    assert caught.value.hint.startswith("Mend that line of the file given with --knowledge")


def test_extra_missing_or_not_text(tmp_path):
    with pytest.raises(ModelInvalid, match="cannot be read"):
        load_knowledge(tmp_path / "none.jsonl")
    (tmp_path / "latin.jsonl").write_bytes(b'{"id": "\xe9"}')
    with pytest.raises(ModelInvalid, match="not UTF-8"):
        load_knowledge(tmp_path / "latin.jsonl")


@pytest.mark.parametrize("text", ["", "[]", '{"version": "1"}', '{"files": ["a"]}'])
def test_manifest_broken(tmp_path, monkeypatch, text):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "knowledge.json").write_text(text)
    monkeypatch.setattr("nlp.knowledge.reading.files", lambda _: tmp_path)
    with pytest.raises(ModelInvalid, match="version"):
        load_knowledge()


def test_package_file_with_one_id_twice(tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "knowledge.json").write_text('{"version": "1", "files": ["a.jsonl"]}')
    write(tmp_path / "data" / "a.jsonl", RURITANIA, RURITANIA)
    monkeypatch.setattr("nlp.knowledge.reading.files", lambda _: tmp_path)
    with pytest.raises(ModelInvalid, match=r"a\.jsonl.*two entries with the id 'member:RUR'"):
        load_knowledge()
