"""`wsis knowledge`: what is listed and shown, and how a user's own file is judged."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from nlp.errors import Exit
from nlp.knowledge import load_knowledge, read_own, to_record

FAKE = [sys.executable, str(Path(__file__).with_name("fake_wsis.py")), "knowledge"]

RURITANIA = """\
[[entry]]
id = "member:RUR"
label = "MEMBER"
name = "Ruritania"
family = "kingdom"
source = "a novel"
"""
TBT = "wto:tbt\tCOMMITTEE\tCommittee on Technical Barriers to Trade\tcommittee"


@pytest.fixture(scope="module")
def lists():
    return load_knowledge()


@pytest.fixture
def my(tmp_path, monkeypatch):
    """A folder to work in; write `my.toml` in it."""
    monkeypatch.chdir(tmp_path)

    def write(text, name="my.toml"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return name

    return write


@pytest.fixture
def small(lists, tmp_path, monkeypatch):
    """Stands for the package's files: a few entries and no samples, quickly tried."""
    data = tmp_path / "package" / "data"
    data.mkdir(parents=True)
    (data / "knowledge.json").write_text('{"version": "1", "files": ["a.jsonl"]}')
    entries = (to_record(lists.by_id[ident]) for ident in ("member:KEN", "member:TZA"))
    (data / "a.jsonl").write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    (data / "samples.jsonl").write_text("")
    for room in ("reading", "samples"):
        monkeypatch.setattr(f"nlp.knowledge.{room}.files", lambda _: data.parent)
    return data


def ids(out):
    return [line.split("\t")[0] for line in out.splitlines()]


# List ---------------------------------------------------------------------------------------


def test_list_is_a_line_an_entry_with_tabs_between(wsis, lists):
    code, out, err = wsis("knowledge", "list")
    assert (code, err) == (0, "")
    assert TBT in out.splitlines()
    assert ids(out) == [entry.id for entry in lists.entries]
    assert {line.count("\t") for line in out.splitlines()} == {3}


@pytest.mark.parametrize("label", ["TECHNOLOGY", "technology"])
def test_list_of_a_label_has_no_other(wsis, label):
    code, out, _ = wsis("knowledge", "list", "--label", label)
    assert code == 0
    assert {line.split("\t")[1] for line in out.splitlines()} == {"TECHNOLOGY"}
    assert len(out.splitlines()) >= 200


def test_list_of_a_family_has_no_other(wsis, lists):
    _, out, _ = wsis("knowledge", "list", "--family", "committee")
    assert TBT in out.splitlines()
    assert ids(out) == [entry.id for entry in lists.entries if entry.family == "committee"]
    assert wsis("knowledge", "list", "--family", "no such family") == (0, "", "")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("technical barriers", "wto:tbt"),
        ("TECHNICAL-BARRIERS", "wto:tbt"),
        ("comite otc", "wto:tbt"),
        ("kenia", "member:KEN"),
        ("Kenyan", "member:KEN"),
        ("LDCs", "group:ldc"),
        ("pays les moins avances", "group:ldc"),
    ],
)
def test_list_searches_words_in_all_languages(wsis, text, found):
    code, out, _ = wsis("knowledge", "list", "--search", text)
    assert code == 0
    assert found in ids(out)
    assert len(ids(out)) < 100


def test_list_searches_whole_words(wsis):
    assert "member:KEN" not in ids(wsis("knowledge", "list", "--search", "Keny")[1])
    assert wsis("knowledge", "list", "--search", "barriers technical") == (0, "", "")


def test_list_without_words_to_search_is_the_whole(wsis, lists):
    assert len(ids(wsis("knowledge", "list", "--search", "")[1])) == len(lists.entries)


def test_list_of_what_was_seen_and_what_was_not_is_the_whole(wsis, lists):
    seen, unseen = (ids(wsis("knowledge", "list", flag)[1]) for flag in ("--verified", "--unverified"))
    assert seen == [entry.id for entry in lists.entries if entry.verified]
    assert sorted(seen + unseen) == sorted(entry.id for entry in lists.entries)
    assert "wto:tbt" in seen


def test_list_takes_several_filters_together(wsis):
    _, out, _ = wsis("knowledge", "list", "--label", "MEMBER", "--search", "Kenya", "--verified")
    assert out == "member:KEN\tMEMBER\tKenya\t\n"


def test_list_as_json_holds_all_fields(wsis, lists):
    code, out, _ = wsis(
        "knowledge", "list", "--format", "jsonl", "--label", "MEMBER", "--search", "Côte d'Ivoire"
    )
    assert code == 0
    (line,) = out.splitlines()
    assert json.loads(line) == to_record(lists.by_id["member:CIV"])
    assert "Côte" in line


def test_list_as_json_is_a_file_that_can_be_given_back(wsis, lists, my, tmp_path):
    _, out, _ = wsis("knowledge", "list", "--format", "jsonl")
    path = tmp_path / my(out, "all.jsonl")
    assert read_own(path) == (lists.entries, ())


def test_list_knows_entries_of_ones_own(wsis, my):
    _, out, _ = wsis("knowledge", "list", "--knowledge", my(RURITANIA), "--family", "kingdom")
    assert out == "member:RUR\tMEMBER\tRuritania\tkingdom\n"


def test_list_is_a_line_an_entry_whatever_its_name(wsis, my):
    path = my(RURITANIA.replace('"Ruritania"', r'"Ruri\n\ttania"'))
    _, out, _ = wsis("knowledge", "list", "--knowledge", path, "--family", "kingdom")
    assert [line.count("\t") for line in out.splitlines()] == [3]


def test_list_takes_half_a_surrogate_pair_or_tells_the_line(wsis, my):
    line = '{"id": "x:a", "label": "ORGANISATION", "name": "A\\ud800", "source": "s"}\n'
    code, _, err = wsis("knowledge", "list", "--knowledge", my(line, "my.jsonl"))
    assert code in (Exit.DONE, Exit.MODEL)
    assert "Internal error" not in err


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("list", "--label", "PLANET"), "Invalid value for '--label': 'PLANET' is not one of"),
        (("list", "--format", "toml"), "Invalid value for '--format': 'toml' is not one of"),
        (("list", "--knowledge", "none.toml"), "File 'none.toml' does not exist"),
        (("list", "Kenya"), "Got unexpected extra argument (Kenya)"),
        (("show",), "Missing argument 'ID_OR_NAME'"),
        (("show", "group:ldc", "--on", "30.6.2020"), "Invalid value for '--on'"),
        (("show", "group:ldc", "--on", "2020-02-30"), "Invalid value for '--on'"),
        (("check", "my.toml"), "Got unexpected extra argument (my.toml)"),
        (("lst",), "No such command 'lst'"),
    ],
)
def test_wrong_usage_is_told(wsis, my, args, told):
    code, out, err = wsis("knowledge", *args)
    assert (code, out) == (Exit.USAGE, "")
    assert told in err
    assert "Traceback" not in err


def test_a_file_that_cannot_be_read_ends_with_five_before_anything_is_printed(wsis, my):
    for args in (("list",), ("show", "wto:tbt"), ("check",)):
        code, out, err = wsis("knowledge", *args, "--knowledge", my(RURITANIA + "colour = 1\n"))
        assert (code, out) == (Exit.MODEL, "")
        assert err.startswith(
            "Error: my.toml: Model or knowledge files unusable: line 7: unknown field 'colour'"
        )
        assert "Mend that line of the file given with --knowledge" in err


# Show ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wanted",
    [
        "wto:tbt",
        "Committee on Technical Barriers to Trade",
        "committee on TECHNICAL barriers to trade",
        "TBT Committee",
        "Comité des obstacles techniques au commerce",
        "comite des obstacles techniques au commerce",
        "Comité de Obstáculos Técnicos al Comercio",
    ],
)
def test_show_finds_an_entry_by_id_or_by_a_name_in_any_language(wsis, wanted):
    code, out, err = wsis("knowledge", "show", wanted)
    assert (code, err) == (0, "")
    assert out.startswith('[[entry]]\nid = "wto:tbt"\nlabel = "COMMITTEE"\n')
    assert out.endswith("\n")
    assert out.count("[[entry]]") == 1


@pytest.mark.parametrize("ident", ["wto:tbt", "member:KEN", "group:ldc", "C7"])
def test_show_prints_a_file_that_can_be_given_back(wsis, lists, my, tmp_path, ident):
    _, out, _ = wsis("knowledge", "show", ident)
    assert read_own(tmp_path / my(out)) == ((lists.by_id[ident],), ())
    assert load_knowledge(tmp_path / "my.toml").entries == lists.entries


def test_show_tells_what_other_entries_say_about_it(wsis):
    assert "\n# it is the parent of " in wsis("knowledge", "show", "wto:ctg")[1]
    (line,) = [
        line for line in wsis("knowledge", "show", "wto:ctg")[1].splitlines() if "# it is the parent" in line
    ]
    assert "wto:tbt" in line.removeprefix("# it is the parent of ").split(", ")
    (line,) = [
        line for line in wsis("knowledge", "show", "member:TZA")[1].splitlines() if line.startswith("#")
    ]
    assert "group:ldc" in line.removeprefix("# it is or was a member of ").split(", ")


def test_show_tells_all_entries_of_a_name(wsis, my):
    text = (
        '[[entry]]\nid = "x:a"\nlabel = "ORGANISATION"\nname = "Rain Board"\nsource = "s"\n'
        'short = ["the Ruri Board"]\n'
        '[[entry]]\nid = "x:b"\nlabel = "ORGANISATION"\nname = "Sun Panel"\nsource = "s"\n'
        'short = ["The Ruri Board"]\n'
    )
    code, out, _ = wsis("knowledge", "show", "the ruri board", "--knowledge", my(text))
    assert code == 0
    assert [line for line in out.splitlines() if line.startswith("id")] == ['id = "x:a"', 'id = "x:b"']


def test_show_knows_entries_of_ones_own(wsis, my):
    assert wsis("knowledge", "show", "ruritania", "--knowledge", my(RURITANIA)) == (
        0,
        RURITANIA + "verified = false\n",
        "",
    )


@pytest.mark.parametrize(("day", "count"), [("2020-06-30", 47), ("2020-12-03", 47), ("2020-12-04", 46)])
def test_show_tells_the_members_of_a_group_on_a_day(wsis, day, count):
    code, out, _ = wsis("knowledge", "show", "Least-developed countries", "--on", day)
    assert code == 0
    told = out.splitlines()[-1]
    assert told.startswith(f"# on {day} it had {count} members: member:AFG, ")
    members = told.split(": ", 1)[1].split(", ")
    assert len(members) == count
    assert ("member:VUT" in members) is (count == 47)


def test_show_on_a_day_is_for_groups_only(wsis):
    code, out, err = wsis("knowledge", "show", "member:KEN", "--on", "2020-06-30")
    assert (code, out) == (Exit.USAGE, "")
    assert "Error: member:KEN has no list of members to tell on 2020-06-30." in err


@pytest.mark.parametrize(
    ("wanted", "near"),
    [
        ("wto:tbtt", "'wto:tbt'"),
        ("Kenyaa", "'Kenya'"),
        ("Comité des obstacles technique", "'Comité des obstacles"),
    ],
)
def test_show_of_an_unknown_name_tells_the_nearest(wsis, wanted, near):
    code, out, err = wsis("knowledge", "show", wanted)
    assert (code, out) == (Exit.USAGE, "")
    assert f"No entry has the id or name {wanted!r}. Did you mean {near}" in err


@pytest.mark.parametrize("wanted", ["xyzzyqqq", "", " ", "\U0001f30d"])
def test_show_of_what_is_near_nothing_tells_where_to_look(wsis, wanted):
    code, _, err = wsis("knowledge", "show", wanted)
    assert code == Exit.USAGE
    assert f"No entry has the id or name {wanted!r}. Try wsis knowledge list --search." in err


# Check --------------------------------------------------------------------------------------


def test_check_of_the_package_with_a_sound_file_finds_nothing(wsis, my, lists):
    text = RURITANIA + '[[sample]]\ntext = "[Ruritania](member:RUR) and [Kenya](member:KEN)"\n'
    code, out, err = wsis("knowledge", "check", "--knowledge", my(text))
    assert (code, out) == (0, "")
    assert err == f"1 entries of my.toml beside {len(lists.entries) + 1} entries: no problems\n"


def test_check_without_a_file_tries_the_package(wsis, small):
    assert wsis("knowledge", "check") == (0, "", "checked 2 entries: no problems\n")
    (small / "samples.jsonl").write_text('{"text": "[Kenya](member:KEN) met Tanzania"}\n')
    code, out, err = wsis("knowledge", "check")
    assert code == Exit.MODEL
    assert out.startswith("sample: member:KEN, member:TZA: wanted [Kenya](member:KEN) met Tanzania, found ")
    assert err == "checked 2 entries: 1 problem\n"


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ('adjectives = ["Rurish"]\naliases = ["Rurish"]', "adjective as alias: member:RUR: 'Rurish' would"),
        ('aliases = ["ruri land", "Ruri Land"]', "duplicate alias: member:RUR: 'Ruri Land' is found by"),
        ('aliases = ["G/TBT/1"]', "unreachable alias: member:RUR: 'G/TBT/1' (en) finds G/TBT/1"),
        ('aliases = ["Kenja"]', "near miss without a sample: member:KEN, member:RUR: 'Kenya' is near"),
        ('[[sample]]\ntext = "in Ruritania"', "sample: member:RUR: wanted in Ruritania, found in [Ruri"),
    ],
)  # fmt: skip
def test_check_tells_a_problem_of_ones_own_entries_and_ends_with_five(wsis, small, my, more, told):
    code, out, err = wsis("knowledge", "check", "--knowledge", my(RURITANIA + more + "\n"))
    assert code == Exit.MODEL
    assert out.startswith(told)
    assert out.count("\n") == 1
    assert err == "1 entries of my.toml beside 3 entries: 1 problem\n"


def test_check_counts_several_problems(wsis, small, my):
    code, out, err = wsis(
        "knowledge", "check", "--knowledge", my(RURITANIA + 'aliases = ["G/TBT/1", "Kenja"]\n')
    )
    assert code == Exit.MODEL
    assert len(out.splitlines()) == 2
    assert err.endswith(": 2 problems\n")


def test_check_is_content_when_a_sample_tells_near_names_apart(wsis, small, my):
    sample = '[[sample]]\ntext = "We met [Kenja](member:RUR)."\n'
    path = my(RURITANIA + 'aliases = ["Kenja"]\n' + sample)
    assert wsis("knowledge", "check", "--knowledge", path)[:2] == (0, "")


def test_check_leaves_out_what_is_wrong_with_the_package_alone(wsis, small, my):
    (small / "samples.jsonl").write_text('{"text": "We met Kenya."}\n')
    assert wsis("knowledge", "check")[0] == Exit.MODEL
    assert wsis("knowledge", "check", "--knowledge", my(RURITANIA))[:2] == (0, "")


def test_check_takes_a_file_of_samples_alone(wsis, small, my):
    code, out, _ = wsis("knowledge", "check", "--knowledge", my('[[sample]]\ntext = "We met Kenya."\n'))
    assert code == Exit.MODEL
    assert out == "sample: member:KEN: wanted We met Kenya., found We met [Kenya](member:KEN).\n"


def test_check_takes_json_lines(wsis, small, my):
    line = '{"id": "x:a", "label": "ORGANISATION", "name": "G/TBT/1", "source": "s"}\n'
    code, out, _ = wsis("knowledge", "check", "--knowledge", my(line, "my.jsonl"))
    assert (code, out) == (Exit.MODEL, "unreachable alias: x:a: 'G/TBT/1' (en) finds G/TBT/1\n")


@pytest.mark.parametrize("text", ["We met Kenya.", "We met [the Rurish](member:RURR)."])
def test_check_tells_every_sample_of_ones_own_that_comes_out_otherwise(wsis, small, my, text):
    path = my(f'{RURITANIA}[[sample]]\ntext = "{text}"\n')
    code, out, _ = wsis("knowledge", "check", "--knowledge", path)
    assert code == Exit.MODEL
    assert "sample: " in out


def test_check_refuses_a_clash_before_it_tries_anything(wsis, small, my):
    code, out, err = wsis("knowledge", "check", "--knowledge", my(RURITANIA + 'aliases = ["Kenya"]\n'))
    assert (code, out) == (Exit.MODEL, "")
    assert "line 1: the form 'Kenya' (name, en) leads to member:KEN and member:RUR" in err


# As a process -------------------------------------------------------------------------------


@pytest.mark.parametrize("args", [("list",), ("list", "--format", "jsonl"), ("show", "group:ldc")])
def test_a_reader_that_has_seen_enough_is_no_failure(args):
    with subprocess.Popen(
        [*FAKE, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
    ) as process:
        first = process.stdout.read(5)
        process.stdout.close()
        err = process.stderr.read()
        assert process.wait(timeout=60) == 0
    assert len(first) == 5
    assert err == b""


@pytest.mark.parametrize("args", [("list", "--search", "Cote d'Ivoire"), ("show", "member:CIV")])
def test_what_is_printed_is_utf_8_whatever_the_locale(args):
    environment = {**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run([*FAKE, *args], capture_output=True, timeout=60, check=True, env=environment)
    assert "Côte d'Ivoire" in done.stdout.decode("utf-8")


# Help ---------------------------------------------------------------------------------------


def test_help_names_the_commands_with_examples(wsis):
    code, out, err = wsis("knowledge", "--help")
    assert (code, err) == (0, "")
    assert out.startswith("Usage: wsis knowledge [OPTIONS] COMMAND [ARGS]...")
    assert "\n    wsis knowledge check --knowledge my.toml\n" in out
    commands = out.split("Commands:\n")[1].splitlines()
    assert [line.split()[0] for line in commands] == ["check", "list", "show"]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (
            "list",
            ("--label", "--family", "--search", "--verified / --unverified", "--format", "--knowledge FILE"),
        ),
        ("show", ("ID_OR_NAME", "--on YYYY-MM-DD", "--knowledge FILE", "wsis knowledge show wto:tbt")),
        ("check", ("--knowledge FILE", "Ends with 5 if", "wsis knowledge check --knowledge my.toml")),
    ],
)
@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_of_a_command_names_its_options(wsis, command, words, flag):
    code, out, _ = wsis("knowledge", command, flag)
    assert code == 0
    assert [word for word in words if word not in out] == []


def test_without_a_command_the_commands_are_named(wsis):
    code, _, err = wsis("knowledge")
    assert code == Exit.USAGE
    assert "Commands:" in err


def test_without_a_command_the_usage_is_told_once(wsis):
    assert wsis("knowledge")[2].count("Usage: ") == 1


def test_the_overview_names_the_command(wsis):
    assert "knowledge" in wsis("--help")[1].split("Commands:\n")[1]
