"""The readable end of a batch: its counts close with the rows, and nothing in it steers the terminal."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp import taxonomy
from nlp.errors import Damaged, Encrypted, Unsupported
from nlp.runs import Counts, Row
from nlp.summary import plan_to_text, run_to_text

EXPECTED = """\
5 inputs: 2 done, 1 failed, 1 the same as another, 1 not reached
4 pages, 3 entity marks
9 paragraphs: 4 with an action line, 2 for review only, 3 with none

Action lines
  line  documents  paragraphs  for review  title
  C2            2           4           0  Information and communication infrastructure
  C5            0           0           3  Building confidence and security in the use of
                                           ICTs

Failed
  code       inputs  which
  encrypted       1  Password needed: in/d.pdf

For review
  paragraphs  document
           2  in/a.pdf
           1  in/b.pdf

Warnings
  in/b.pdf: page 2 has no text layer
"""
EVIL = "\x1b]0;owned\x07\x1b[31m[bold]:smile:\u202e\nx.pdf"


@pytest.fixture(autouse=True)
def _plain(monkeypatch):
    monkeypatch.setenv("COLUMNS", "92")
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in ("NO_COLOR", "FORCE_COLOR", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)


def done(name, *, paragraphs=4, assigned=2, open_ones=1, review=0, warnings=(), **lines):
    told = {code: {"assigned": a, "review": r} for code, (a, r) in lines.items()}
    counts = Counts(2, 9, paragraphs, assigned, open_ones, review, 1, told)
    return Row(name, name, 10, "done", counts=counts, warnings=warnings)


def failed(name, error=None):
    return Row(name, name, 10, "failed", error=(error or Encrypted("a password is asked for")).to_dict())


def section(text, title):
    return text.split(f"\n{title}\n")[1].split("\n\n")[0].rstrip("\n").split("\n") if title in text else []


def some_rows():
    a = done("in/a.pdf", review=2, C2=(2, 0), C5=(0, 2))
    b = Counts(2, 9, 5, 2, 1, 1, 2, {"C2": {"assigned": 2, "review": 0}, "C5": {"assigned": 0, "review": 1}})
    return [
        a,
        Row("in/b.pdf", "b.pdf", 10, "done", counts=b, warnings=("page 2 has no text layer",)),
        Row("in/c.pdf", "c.pdf", 10, "duplicate", counts=a.counts, duplicate_of="in/a.pdf"),
        failed("in/d.pdf"),
        Row("in/e.pdf", "e.pdf", 10, "waiting"),
    ]


def test_the_whole_of_it():
    assert run_to_text(some_rows()) == EXPECTED


def test_where_nothing_is_done_there_are_no_sums():
    assert run_to_text([]) == "0 inputs: nothing found\n"
    assert run_to_text([failed("a.pdf"), Row("b.pdf", "b.pdf", 10, "waiting")]) == (
        "2 inputs: 1 failed, 1 not reached\n\nFailed\n"
        "  code       inputs  which\n"
        "  encrypted       1  Password needed: a.pdf\n"
    )


NAMES = st.text("abc", min_size=1, max_size=4)
NUMBERS = st.integers(0, 9)
ROWS = st.lists(
    st.one_of(
        st.builds(
            lambda name, c2, c6, n: done(
                name, assigned=n[0], open_ones=n[1], paragraphs=sum(n[:3]), review=n[3], C2=c2, C6=c6
            ),
            NAMES, st.tuples(NUMBERS, NUMBERS), st.tuples(NUMBERS, NUMBERS), st.tuples(*[NUMBERS] * 4),
        ),
        st.builds(failed, NAMES, st.sampled_from([Damaged("x"), Encrypted("x")])),
        st.builds(Row, NAMES, NAMES, NUMBERS, st.sampled_from(["duplicate", "waiting"])),
    ),
    max_size=25,
)  # fmt: skip


@given(ROWS)
def test_counts_close_with_the_rows(rows):
    text = run_to_text(rows)
    head, *sums = text.split("\n\n")[0].rstrip("\n").split("\n")
    total, *states = map(int, re.findall(r"\d+", head))
    assert total == len(rows) == sum(states)
    ready = [row for row in rows if row.status == "done"]
    assert len(sums) == (2 if ready else 0)
    if ready:
        numbers = list(map(int, re.findall(r"\d+", sums[1])))
        assert numbers[0] == sum(numbers[1:]) == sum(row.counts.paragraphs for row in ready)
    for line in section(text, "Action lines")[1:]:
        code, *told = line.split()[:4]
        lines = [row.counts.lines[code] for row in ready]
        assert list(map(int, told)) == [
            sum(line["assigned"] > 0 for line in lines),
            sum(line["assigned"] for line in lines),
            sum(line["review"] for line in lines),
        ]
    errors = [line.split()[:2] for line in section(text, "Failed")[1:] if line.startswith("  ")]
    assert sum(int(count) for _, count in errors) == sum(row.status == "failed" for row in rows)
    review = [int(line.split()[0]) for line in section(text, "For review")[1:]]
    assert sum(review) == sum(row.counts.review for row in ready)
    assert review[:10] == sorted(review[:10], reverse=True)


def test_lines_stand_in_the_order_of_the_taxonomy():
    rows = [done("a", **dict.fromkeys(reversed(taxonomy.CODES), (1, 0)))]
    told = [line.split()[0] for line in section(run_to_text(rows), "Action lines")[1:] if line[2] != " "]
    assert told == list(taxonomy.CODES)


def test_what_is_unsupported_is_grouped_by_what_is_wrong():
    rows = [
        failed("a.pdf", Unsupported("there is no such file")),
        failed("b.docx", Unsupported("the name has the ending '.docx'")),
        failed("c.pdf", Unsupported("there is no such file")),
    ]
    told = [" ".join(line.split()) for line in section(run_to_text(rows), "Failed")[1:]]
    assert told == [
        "unsupported 2 there is no such file: a.pdf, c.pdf",
        "unsupported 1 the name has the ending '.docx': b.docx",
    ]


def test_failures_are_grouped_and_the_most_come_first():
    rows = [failed("z.pdf", Damaged("x")), *(failed(f"{number:02}.pdf") for number in range(12))]
    lines = section(run_to_text(rows), "Failed")
    text = " ".join(" ".join(lines).split())
    assert "encrypted 12 Password needed: 00.pdf, 01.pdf" in text
    assert "09.pdf and 2 more damaged 1 Damaged PDF: z.pdf" in text
    assert "10.pdf" not in text


def test_long_lists_are_cut_and_say_so():
    rows = [done(f"{n:02}.pdf", review=n, warnings=(f"warning {n}",)) for n in range(1, 15)]
    text = run_to_text(rows)
    assert section(text, "For review")[1:3] == ["          14  14.pdf", "          13  13.pdf"]
    assert section(text, "For review")[-1] == "          10  in 4 further documents"
    assert section(text, "Warnings")[-1].strip() == "and 4 more: the manifest has all of them"
    assert "in 1 further document\n" in run_to_text(rows[:11])


def test_nothing_of_strangers_steers_the_terminal():
    rows = [done(EVIL, review=1, warnings=(EVIL,)), failed(EVIL, Damaged(EVIL))]
    for text in (run_to_text(rows), plan_to_text({"To do": [EVIL]})):
        assert not set("\x1b\x07\u202e") & set(text)
        assert "[bold]:smile:" in text
        assert "\nx.pdf" not in text


def test_colour_on_a_terminal_only(monkeypatch):
    assert "\x1b" not in run_to_text(some_rows())
    assert "\x1b[32mC2" in run_to_text(some_rows(), terminal=True)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "32m" not in run_to_text(some_rows(), terminal=True)


@pytest.mark.parametrize("columns", ["40", "72"])
def test_narrow_screens(monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)
    text = run_to_text([*some_rows(), failed("a-name-without-any-blank-" * 5)])
    assert max(map(len, text.split("\n"))) <= int(columns)
    assert "a-name-without" in text


def test_a_narrow_screen_loses_no_code(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    text = run_to_text([done("a.pdf", **{"C7-eenvironment": (12345, 6789)})])
    assert all(told in text for told in ("C7-eenvironment", "12345", "6789", "ICT"))


def test_a_plan():
    text = plan_to_text(
        {"To do, longest first": ["b.pdf", "a.pdf"], "Done before": [], "Cannot be read": ["x"]}
    )
    assert text == "To do, longest first: 2\n  b.pdf\n  a.pdf\nCannot be read: 1\n  x\n"
    assert plan_to_text({"To do": []}) == ""


def test_a_plan_keeps_a_name_on_one_line():
    name = "a long folder/" * 20 + "a.pdf"
    assert f"  {name}\n" in plan_to_text({"To do": [name]})
