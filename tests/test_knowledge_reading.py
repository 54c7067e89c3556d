"""Files of a user: what they add and replace, where a mistake in them is told, and the way back."""

from __future__ import annotations

import json
import tomllib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.errors import ModelInvalid
from nlp.knowledge import Entry, Membership, Sample, load_knowledge, read_own, to_record, to_toml
from nlp.knowledge.reading import to_entry

RURITANIA = """\
[[entry]]
id = "x:rur"
label = "ORGANISATION"
name = "Ruritania Board"
source = "a novel"
"""
#: Where the first field after `RURITANIA` stands.
NEXT = 6


@pytest.fixture
def own(tmp_path):
    """Write a user's file."""

    def write(text, name="my.toml"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


@pytest.fixture(scope="module")
def lines():
    """Some entries of the package, as lines of JSON."""
    known = load_knowledge().by_id
    wanted = ("member:KEN", "member:TZA", "wto:ctg", "wto:tbt")
    ctg = Entry("wto:ctg", "COMMITTEE", known["wto:ctg"].name, source="test")
    records = (to_record(ctg if ident == "wto:ctg" else known[ident]) for ident in wanted)
    return "".join(json.dumps(record) + "\n" for record in records)


@pytest.fixture
def small(lines, tmp_path, monkeypatch):
    """Stands for the package's files: a few of their entries, quickly read."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "knowledge.json").write_text('{"version": "1", "files": ["a.jsonl"]}')
    (tmp_path / "data" / "a.jsonl").write_text(lines)
    monkeypatch.setattr("nlp.knowledge.reading.files", lambda _: tmp_path)


def refused(path):
    """Read it beside the package, and give the error."""
    with pytest.raises(ModelInvalid) as caught:
        load_knowledge(path)
    return caught.value


# --- what a file adds and replaces


def test_an_entry_is_added_last(own):
    package = load_knowledge()
    more = load_knowledge(own(RURITANIA + 'aliases = ["Board of Ruritania"]\nparent = "wto:tbt"\n'))
    assert more.entries[:-1] == package.entries
    assert more.entries[-1] == Entry(
        "x:rur",
        "ORGANISATION",
        "Ruritania Board",
        aliases=("Board of Ruritania",),
        parent="wto:tbt",
        source="a novel",
    )
    assert more.version == package.version
    assert more.sha256 != package.sha256


def test_an_entry_of_a_known_id_replaces_the_one_of_the_package_in_its_place(own):
    package = load_knowledge()
    text = '[[entry]]\nid = "member:KEN"\nlabel = "MEMBER"\nname = "Kenya"\nsource = "me"\n'
    more = load_knowledge(own(text))
    assert [entry.id for entry in more.entries] == [entry.id for entry in package.entries]
    assert more.by_id["member:KEN"] == Entry("member:KEN", "MEMBER", "Kenya", source="me")
    assert more.by_id["wto:tbt"] == package.by_id["wto:tbt"]


def test_a_name_that_is_given_up_is_free_for_another(own):
    text = (
        '[[entry]]\nid = "member:KEN"\nlabel = "MEMBER"\nname = "Land of Kenya"\nsource = "me"\n'
        '[[entry]]\nid = "x:kenya"\nlabel = "PUBLICATION"\nname = "Kenya"\nsource = "me"\n'
    )
    assert load_knowledge(own(text)).by_id["x:kenya"].name == "Kenya"


def test_all_fields_are_read(own):
    text = """
[[entry]]
id = "member:RUR"
label = "MEMBER"
name = "Ruritania"
aliases = ["Kingdom of Ruritania"]
acronyms = ["RURX"]
former = ["Old Ruritania"]
names = {fr = ["Ruritanie"], es = ["Ruritanía"]}
adjectives = ["Ruritanian"]
ambiguous = ["RURX"]
foreign = ["fr"]
short = ["the Kingdom"]
context = ["Strelsau"]
exclusions = ["Ruritania Airways"]
symbols = ["RUR"]
parent = "group:rur"
family = "kingdom"
standing = "observer"
since = 2001-02-03
codes = ["RUR"]
source = "a novel"
verified = true

[[entry]]
id = "group:rur"
label = "MEMBER_GROUP"
name = "Friends of Ruritania"
source = "a novel"
members = [
  "member:KEN",
  {id = "member:RUR", valid_from = 2001-02-03, valid_to = "2010-01-01"},
]
"""
    (member, group), samples = read_own(own(text))
    assert samples == ()
    assert (member.names, member.foreign) == ({"fr": ("Ruritanie",), "es": ("Ruritanía",)}, ("fr",))
    assert (member.since, member.verified, member.standing) == (date(2001, 2, 3), True, "observer")
    assert (member.short, member.context) == (("the Kingdom",), ("Strelsau",))
    assert group.members == (
        Membership("member:KEN"),
        Membership("member:RUR", date(2001, 2, 3), date(2010, 1, 1)),
    )
    assert all(getattr(member, name) for name in Entry.__slots__ if name != "members")
    assert load_knowledge(own(text)).members_of("group:rur", date(2005, 1, 1)) == ("member:KEN", "member:RUR")


def test_tables_within_an_entry_are_its_fields(own):
    text = (
        '[[entry]]\nid = "g:x"\nlabel = "MEMBER_GROUP"\nname = "Rain Club"\nsource = "me"\n'
        '[entry.names]\nfr = ["Club de la pluie"]\n'
        '[[entry.members]]\nid = "member:KEN"\n[[entry.members]]\nid = "member:TZA"\nvalid_to = 2020-01-01\n'
    )
    ((entry,), _) = read_own(own(text))
    assert entry.names == {"fr": ("Club de la pluie",)}
    assert entry.members == (Membership("member:KEN"), Membership("member:TZA", None, date(2020, 1, 1)))


def test_samples_are_read_and_are_no_entries(own):
    path = own(
        '[[sample]]\ntext = "[Zenda](x:z)"\n' + RURITANIA + '[[sample]]\ntext = "vu"\nlanguage = "fr"\n'
    )
    entries, samples = read_own(path)
    assert [entry.id for entry in entries] == ["x:rur"]
    assert samples == (Sample("Zenda", ((0, 5, "x:z"),)), Sample("vu", (), "fr"))


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing yet\n", "\ufeff", "entry = []\n"])
def test_an_empty_file_adds_nothing(own, text):
    assert read_own(own(text)) == ((), ())
    assert load_knowledge(own(text)).entries == load_knowledge().entries


def test_the_order_of_entries_does_not_matter_for_parents(own):
    child = '[[entry]]\nid = "x:c"\nlabel = "ORGANISATION"\nname = "Zenda Panel"\nsource = "me"\n'
    child += 'parent = "x:rur"\n'
    assert load_knowledge(own(child + RURITANIA)).by_id["x:c"].parent == "x:rur"


# --- marks of editors


def test_a_byte_order_mark_is_no_part_of_the_file(own):
    assert read_own(own("\ufeff" + RURITANIA)) == read_own(own(RURITANIA))
    error = refused(own("\ufeff" + RURITANIA + "colour = 1\n"))
    assert error.detail.startswith(f"line {NEXT}: unknown field 'colour'")


def test_windows_line_ends_change_nothing(own):
    plain = RURITANIA + 'context = ["""a\nb"""]\n'
    assert read_own(own(plain.replace("\n", "\r\n"))) == read_own(own(plain))
    error = refused(own((RURITANIA + "\n# more\naliases = 3\n").replace("\n", "\r\n")))
    assert error.detail == f"line {NEXT + 2}: field 'aliases' cannot be 3"


@pytest.mark.parametrize("name", ["my.toml", "my.jsonl"])
@pytest.mark.parametrize("data", [RURITANIA.encode("utf-16"), b'name = "\xe9"'])
def test_another_encoding_is_told(own, name, data):
    error = refused(own(data, name))
    assert error.detail.startswith("is not UTF-8: ")
    assert error.input.endswith(name)


def test_a_file_that_is_not_there_is_told(tmp_path):
    assert refused(tmp_path / "none.toml").detail.startswith("cannot be read: ")
    assert refused(tmp_path).detail.startswith("cannot be read: ")


# --- mistakes, with file and line


@pytest.mark.parametrize(
    ("more", "line", "message"),
    [
        ('colour = "red"', NEXT, "unknown field 'colour'; allowed: acronyms, "),
        ('verified = true\naliases = "Rury"', NEXT + 1, "field 'aliases' cannot be 'Rury'"),
        ("aliases = [1]", NEXT, "field 'aliases' cannot be [1]"),
        ("aliases = [[]]", NEXT, "field 'aliases' cannot be [[]]"),
        ('verified = "yes"', NEXT, "field 'verified' cannot be 'yes'"),
        ("verified = 1", NEXT, "field 'verified' cannot be 1"),
        ("family = []", NEXT, "field 'family' cannot be []"),
        ("parent = 7", NEXT, "field 'parent' cannot be 7"),
        ('names = ["Ruritanie"]', NEXT, "field 'names' cannot be ['Ruritanie']"),
        ('names = {fr = "Ruritanie"}', NEXT, "field 'names' cannot be {'fr': 'Ruritanie'}"),
        ('names.fr = "Ruritanie"', NEXT, "field 'names' cannot be {'fr': 'Ruritanie'}"),
        ("\n\n  since   = 'May'", NEXT + 2, "field 'since' cannot be 'May': a date like 2024-08-30"),
        ("since = '2020-02-30'", NEXT, "field 'since' cannot be '2020-02-30': a date like 2024-08-30"),
        ("since = '30/08/2024'", NEXT, "field 'since' cannot be '30/08/2024': a date like"),
        ("since = 2020", NEXT, "field 'since' cannot be 2020: a date like"),
        ("since = 2020-01-01T00:00:00", NEXT, "field 'since' cannot be datetime.datetime(2020"),
        ("members = [3]", NEXT, "field 'members' cannot hold 3; each has id, valid_from, valid_to"),
        ('members = "member:KEN"', NEXT, "field 'members' cannot be 'member:KEN'"),
        ("members = [{id = 3}]", NEXT, "field 'members' cannot hold {'id': 3}"),
        ('members = [{id = "a", until = 2020-01-01}]', NEXT, "field 'members' cannot hold {'id': 'a', '"),
        ('members = [{id = "a", valid_to = "soon"}]', NEXT, "field 'members' cannot be 'soon': a date like"),
        # Mistakes of the whole entry are told where it begins.
        ('members = [{id = "a", valid_from = 2020-01-02, valid_to = 2020-01-01}]', 1, "a: valid_to 2020-"),
        ('standing = "member"', 1, "x:rur: only a MEMBER has standing, not a ORGANISATION"),
        ('names = {de = ["Ruritanien"]}', 1, "x:rur: unknown language 'de'; allowed: es, fr"),
        ('aliases = ["Rury "]', 1, "x:rur: empty form or white space around it: 'Rury '"),
        ('parent = "no:body"', 1, "x:rur: unknown parent 'no:body'"),
        ('aliases = ["TBT Committee"]', 1, "the form 'TBT Committee' (name, en) leads to wto:tbt and x:rur"),
        ('aliases = ["TBT COMMITTEE"]', 1, "the form 'TBT Committee' (name, en) leads to wto:tbt and x:rur"),
        (
            'names = {fr = ["Comité OTC"]}',
            1,
            "the form 'Comité OTC' (name, fr) leads to wto:tbt and x:rur",
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("after", [False, True], ids=["alone", "second"])
def test_a_mistake_is_told_with_file_and_line(own, small, more, line, message, after):
    before = '# mine\n[[entry]]\nid = "x:z"\nlabel = "ORGANISATION"\nname = "Zenda Panel"\nsource = "me"\n\n'
    path = own((before if after else "") + RURITANIA + more + "\n")
    error = refused(path)
    shift = before.count("\n") if after else 0
    assert error.detail.startswith(f"line {line + shift}: {message}")
    assert error.input == str(path)
    assert error.hint.startswith("Mend that line of the file given with --knowledge")
    assert str(path) in str(error)


def test_a_mistake_in_a_field_is_not_looked_for_in_the_next_entry(own):
    text = (
        '[[entry]]\nid = "x:a"\nlabel = "ORGANISATION"\nsource = "s"\n'
        '[[entry]]\nid = "x:b"\nlabel = "ORGANISATION"\nname = "Rain Board"\nsource = "s"\n'
    )
    assert refused(own(text)).detail == "line 1: field 'name' is missing"


@pytest.mark.parametrize("field", ["id", "label", "name", "source"])
def test_a_missing_field_is_told_where_the_entry_begins(own, field):
    lines = [line for line in RURITANIA.splitlines() if not line.startswith(f"{field} =")]
    error = refused(own("\n# mine\n" + "\n".join(lines)))
    assert error.detail == f"line 3: field '{field}' is missing"


def test_a_label_or_an_id_that_cannot_be_is_told_where_the_entry_begins(own):
    error = refused(own("\n" + RURITANIA.replace("ORGANISATION", "organisation")))
    assert error.detail.startswith("line 2: unknown label 'organisation'; allowed: COMMITTEE, ")
    error = refused(own(RURITANIA.replace("x:rur", "x rur")))
    assert error.detail.startswith("line 1: id 'x rur' must be letters, digits")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[entry]\n", "at line 1, column"),
        (RURITANIA + "aliases = [\n", "at end of document"),
        (RURITANIA + 'family = "open\n', "at line 6, column"),
        (RURITANIA + 'id = "twice"\n', "at line 6, column"),
        (RURITANIA + "since = 2020-13-45\n", "at line 6, column"),
        ("name = Ruritania\n", "at line 1, column"),
        ("{}\n", "at line 1, column 1"),
    ],
)
def test_what_is_no_toml_is_told_with_its_line(own, text, told):
    path = own(text)
    error = refused(path)
    assert error.detail.startswith("is not TOML: ")
    assert told in error.detail
    assert error.input == str(path)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('[[entries]]\nid = "x"\n', "entries"),
        (RURITANIA + '[[samples]]\ntext = "a"\n', "samples"),
        ('version = "1"\n' + RURITANIA, "version"),
        ('[entry]\nid = "x"\n', "entry"),
        ("entry = 3\n", "entry"),
    ],
)
def test_an_unknown_key_is_told(own, text, key):
    path = own(text)
    error = refused(path)
    assert f"unknown key '{key}'; allowed: [[entry]] and [[sample]] tables" in error.detail
    assert error.input == str(path)


def test_an_unknown_key_is_told_with_its_line(own):
    assert refused(own(RURITANIA + '\n[[entries]]\nid = "x"\n')).detail.startswith("line 7: unknown key")


def test_a_sample_with_too_few_brackets_is_told_by_its_name(own):
    assert "'sample'" in refused(own(RURITANIA + '[sample]\ntext = "a"\n')).detail


def test_two_entries_of_one_id_are_told_with_both_lines(own):
    again = RURITANIA.replace("Ruritania Board", "Board of Zenda")
    error = refused(own(RURITANIA + "\n" + again))
    assert error.detail == "line 7: two entries with the id 'x:rur', the first in line 1"


def test_a_clash_of_two_entries_of_the_file_is_told_at_the_later_one(own):
    error = refused(own(RURITANIA + RURITANIA.replace("x:rur", "x:other")))
    assert error.detail == "line 6: the form 'Ruritania Board' (name, en) leads to x:rur and x:other"


def test_a_clash_in_french_only_is_none_in_another_language(own):
    text = RURITANIA + "names = {es = ['Comité des obstacles techniques au commerce']}\n"
    assert load_knowledge(own(text)).by_id["x:rur"].names["es"]


UNKNOWN_MEMBER = (
    '[[entry]]\nid = "g:z"\nlabel = "MEMBER_GROUP"\nname = "Zenda Club"\nsource = "s"\n'
    'members = ["member:KEN", "member:ZZZ"]\n'
)


def test_an_unknown_member_is_told(own):
    assert "g:z: unknown member 'member:ZZZ'" in refused(own(RURITANIA + UNKNOWN_MEMBER)).detail


def test_an_unknown_member_is_told_with_file_and_line(own):
    path = own(RURITANIA + UNKNOWN_MEMBER)
    error = refused(path)
    assert error.input == str(path)
    assert error.detail.startswith("line 6: g:z: unknown member 'member:ZZZ'")
    assert error.hint.startswith("Mend that line of the file given with --knowledge")


def test_a_sample_that_is_none_is_told_with_its_line(own):
    error = refused(own(RURITANIA + '\n[[sample]]\ntext = "a"\nlangage = "fr"\n'))
    assert error.detail == "line 9: unknown field 'langage'; allowed: language, text"
    error = refused(own('[[sample]]\ntext = "a"\n[[sample]]\nlanguage = "fr"\n'))
    assert error.detail.startswith("line 3: not a sample: {'language': 'fr'}")


# --- what looks like the beginning of a table and is none


HOLDS_A_HEADER = RURITANIA + "context = ['''\n[[entry]]\n''']\n"


def test_a_header_inside_a_text_begins_no_entry(own):
    ((entry,), _) = read_own(own(HOLDS_A_HEADER))
    assert entry.context == ("[[entry]]\n",)
    assert load_knowledge(own(HOLDS_A_HEADER)).by_id["x:rur"] == entry


def test_beside_a_header_inside_a_text_a_mistake_is_told_by_its_place(own):
    error = refused(own(HOLDS_A_HEADER + RURITANIA + "aliases = 3\n"))
    assert error.detail == "entry 2: field 'aliases' cannot be 3"


def test_a_header_of_the_other_kind_inside_a_text_does_not_matter(own):
    text = RURITANIA + "context = ['''\n[[sample]]\n''']\n"
    again = RURITANIA.replace("x:rur", "x:z")
    assert refused(own(text + again + "aliases = 3\n")).detail.startswith("line 14: field 'aliases'")


@pytest.mark.parametrize(
    "more",
    ["parent = 'no:body'\n", "aliases = ['TBT Committee']\n", RURITANIA],
    ids=["parent", "clash", "id"],
)
@pytest.mark.parametrize("begun", ["text", "inline"])
def test_a_line_that_is_not_known_is_not_told_as_a_number(own, more, begun):
    if begun == "text":
        text = HOLDS_A_HEADER + more
    else:
        fields = [
            ", ".join(part.strip().splitlines()) for part in (RURITANIA + more).split("[[entry]]\n")[1:]
        ]
        text = f"entry = [{', '.join('{' + part + '}' for part in fields)}]\n"
    assert "line 0" not in refused(own(text)).detail


@pytest.mark.parametrize("head", ["[[ entry ]]", '[["entry"]]', "\t[['entry']] # mine", "[[entry]]#"])
def test_a_header_may_be_written_otherwise(own, head):
    error = refused(own("\n" + RURITANIA.replace("[[entry]]", head) + "aliases = 3\n"))
    assert error.detail == "line 7: field 'aliases' cannot be 3"


def test_entries_in_one_list_are_told_by_their_place(own):
    assert refused(own("entry = [3]\n")).detail == "entry 1: not an object: 3"
    assert refused(own("entry = [{id = 'x'}]\n")).detail == "entry 1: field 'label' is missing"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("my.toml", "x = " + "[" * 100_000),
        ("my.toml", "x = " + "1" * 5_000),
        ("my.jsonl", "[" * 1_000_000),
    ],
    ids=["deep toml", "long number", "deep json"],
)
def test_what_the_parsers_break_on_is_told_as_a_mistake_of_the_file(own, name, text):
    path = own(text, name)
    with pytest.raises(ModelInvalid) as caught:
        read_own(path)
    assert caught.value.input == str(path)


# --- JSON lines


def test_json_lines_are_read_like_toml(own):
    ((entry,), _) = read_own(own(RURITANIA + 'context = ["Strelsau"]\n'))
    line = json.dumps(to_record(entry))
    path = own(f"\ufeff\r\n{line}\r\n\r\n", "my.jsonl")
    assert read_own(path) == ((entry,), ())
    assert load_knowledge(path).by_id["x:rur"] == entry


def test_json_lines_tell_the_line_of_a_mistake(own):
    line = '{"id": "x:rur", "label": "ORGANISATION", "name": "Ruritania Board", "source": "s"}\n'
    path = own(f"\n{line}\n{line}", "my.jsonl")
    error = refused(path)
    assert error.detail == "line 4: two entries with the id 'x:rur', the first in line 2"
    assert error.input == str(path)
    error = refused(own("\n" + line.replace("}", ', "parent": "no:body"}'), "my.jsonl"))
    assert error.detail == "line 2: x:rur: unknown parent 'no:body'"
    error = refused(own(line.replace("}", ', "since": "2020-02-30"}'), "my.jsonl"))
    assert error.detail == "line 1: field 'since' cannot be '2020-02-30': a date like 2024-08-30"
    error = refused(own(line.replace("}", ', "since": null}'), "my.jsonl"))
    assert error.detail.startswith("line 1: field 'since' cannot be None")
    error = refused(own(line + line[:30], "my.jsonl"))
    assert error.detail.startswith("line 2: ")


def test_a_line_separator_inside_a_text_ends_no_line(own):
    line = '{"id": "x:a", "label": "ORGANISATION", "name": "A\u2028B\u0085C", "source": "s"}\n'
    ((entry,), _) = read_own(own(line, "my.jsonl"))
    assert entry.name == "A\u2028B\u0085C"


def test_half_a_surrogate_pair_is_refused(own):
    line = '{"id": "x:a", "label": "ORGANISATION", "name": "A\\ud800", "source": "s"}\n'
    assert refused(own(line, "my.jsonl")).detail.startswith("line 1: ")


# --- there and back


def back(text):
    """Read the entries of a text of TOML."""
    return [to_entry(record) for record in tomllib.loads(text)["entry"]]


def test_every_entry_of_the_package_is_written_so_that_it_reads_back(own):
    entries = load_knowledge().entries
    path = own("\n".join(map(to_toml, entries)))
    assert read_own(path) == (entries, ())
    assert load_knowledge(path).entries == entries


def test_every_entry_of_the_package_goes_through_json(own):
    entries = load_knowledge().entries
    lines = "".join(json.dumps(to_record(entry), ensure_ascii=False) + "\n" for entry in entries)
    assert read_own(own(lines, "all.jsonl")) == (entries, ())


def test_an_entry_is_written_without_its_empty_fields():
    text = to_toml(Entry("x", "ORGANISATION", 'The "X"', acronyms=("A", "B"), source="s"))
    assert text == (
        '[[entry]]\nid = "x"\nlabel = "ORGANISATION"\nname = "The \\"X\\""\n'
        'acronyms = ["A", "B"]\nsource = "s"\nverified = false\n'
    )


def test_every_entry_of_the_package_has_a_source():
    lists = load_knowledge()
    assert [entry.id for entry in lists.entries if not entry.source.strip()] == []
    assert sum(entry.label == "TECHNOLOGY" for entry in lists.entries) >= 200
    assert sum(entry.standing == "member" for entry in lists.entries) == 166


AWKWARD = [
    '"',
    "'",
    "\\",
    "\\u0041",
    "'''",
    '"""',
    "\x00",
    "\x1f",
    "\x7f",
    "\x85",
    "\u2028",
    "\ufeff",
    "🌍",
    "#",
]
TEXTS = (
    st.lists(
        st.one_of(st.sampled_from(AWKWARD), st.text(st.characters(exclude_categories=["Cs"]))), min_size=1
    )
    .map("".join)
    .map(str.strip)
    .filter(bool)
)
LISTS = st.lists(TEXTS, max_size=3).map(tuple)
MEMBERS = st.builds(
    Membership,
    st.from_regex(r"[A-Za-z0-9][A-Za-z0-9:.\-]*", fullmatch=True),
    st.none() | st.dates(max_value=date(1999, 12, 31)),
    st.none() | st.dates(min_value=date(2000, 1, 1)),
)
COMMON = {
    "id": st.from_regex(r"[A-Za-z0-9][A-Za-z0-9:.\-]*", fullmatch=True),
    "name": TEXTS,
    "source": TEXTS,
    "verified": st.booleans(),
    "names": st.dictionaries(st.sampled_from(["es", "fr"]), LISTS),
    "foreign": st.lists(st.sampled_from(["es", "fr"]), unique=True).map(tuple),
    "parent": st.just("") | TEXTS,
    "family": st.just("") | TEXTS,
    **dict.fromkeys(
        ("aliases", "acronyms", "former", "ambiguous", "short", "context", "exclusions", "symbols"), LISTS
    ),
}
ENTRIES = st.one_of(
    st.builds(Entry, label=st.sampled_from(["ORGANISATION", "TECHNOLOGY"]), **COMMON),
    st.builds(
        Entry,
        label=st.just("MEMBER"),
        adjectives=LISTS,
        codes=LISTS,
        since=st.none() | st.dates(),
        standing=st.sampled_from(["", "member", "observer", "none"]),
        **COMMON,
    ),
    st.builds(
        Entry,
        label=st.just("MEMBER_GROUP"),
        members=st.lists(MEMBERS, max_size=3, unique_by=lambda m: m.id).map(tuple),
        **COMMON,
    ),
)


@given(ENTRIES)
def test_any_entry_reads_back_from_toml(entry):
    assert back(to_toml(entry)) == [entry]


@given(ENTRIES)
def test_any_entry_reads_back_from_json(entry):
    line = json.dumps(to_record(entry), ensure_ascii=False)
    assert "\n" not in line
    assert to_entry(json.loads(line)) == entry


@given(ENTRIES, ENTRIES)
def test_entries_written_one_after_the_other_stay_two(one, other):
    assert back(f"{to_toml(one)}# told\n\n{to_toml(other)}") == [one, other]
