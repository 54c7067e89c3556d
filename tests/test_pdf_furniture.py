"""Headers, footers, line numbers and mastheads are found; what stands beside them stays."""

from __future__ import annotations

import pytest
from pdf_build import PROSE, column, line, page, rule, texts

from nlp.pdf.furniture import SYMBOL, lift_line_numbers, set_apart, split_masthead


def pages_of(head, foot=lambda number: [], count=4, rules=()):
    """Pages of prose with lines at their edges."""
    return [
        page(
            [*head(n), *column(40, 72, 522, 130, skip=40 * n), *foot(n)],
            number=n,
            rules=rules,
        )
        for n in range(1, count + 1)
    ]


def apart(pages):
    """Texts taken out of each page, header and footer."""
    return {number: (texts(head), texts(foot)) for number, (head, foot) in set_apart(pages).items()}


def test_alternate_headers_repeat_every_other_page():
    def head(n):
        return [line("Digital trade" if n % 2 else "Report of the Council", 72 if n % 2 else 420, 40)]

    pages = pages_of(head, count=8)
    found = apart(pages)
    assert {number: head for number, (head, _) in found.items()} == {
        n: ["Digital trade" if n % 2 else "Report of the Council"] for n in range(1, 9)
    }
    assert all(len(p.lines) == 40 for p in pages)


@pytest.mark.parametrize(
    "form",
    ["{n}", "- {n} -", "– {n} –", "Page {n}", "page {n} of 9", "{n}/9", "iv", "{n} | P a g e", "Page: {n}"],
)
def test_page_numbers_need_no_repetition(form):
    found = apart(pages_of(lambda n: [], lambda n: [line(form.format(n=n), 290, 800)], count=1))
    assert found == {1: ([], [form.format(n=1)])}


@pytest.mark.parametrize(
    "text", ["GE.26-01234", "GE.26-01234 (E)", "26-01234", "26-01234 (E) 120326", "*2601234*", "/..."]
)
def test_job_numbers_need_no_repetition(text):
    assert apart(pages_of(lambda n: [], lambda n: [line(text, 72, 790)], count=1)) == {1: ([], [text])}


def test_footer_of_job_number_and_page_is_taken_whole():
    foot = apart(pages_of(lambda n: [], lambda n: [line("GE.26-01234", 72, 800), line(f"{n}/4", 480, 800)]))
    assert foot[2] == ([], ["GE.26-01234", "2/4"])


def test_last_line_of_the_text_is_no_footer():
    pages = pages_of(lambda n: [], lambda n: [line("and that was the end of page " + PROSE[n], 72, 780)])
    assert all(feet == [] for _, feet in apart(pages).values())


def test_number_beside_a_heading_is_left():
    pages = pages_of(lambda n: [line("1", 72, 60), line("Introduction to trade", 90, 60)], count=1)
    assert apart(pages) == {1: ([], [])}


def test_page_number_far_off_a_lines_text_is_taken():
    pages = pages_of(lambda n: [line("Not the same " + PROSE[n], 72, 60), line(f"{n}", 510, 60)])
    assert apart(pages)[3][0] == ["3"]


def test_figure_far_from_the_edge_is_no_page_number():
    assert apart(pages_of(lambda n: [line("7", 290, 112)], count=1)) == {1: ([], [])}


def test_heads_of_a_table_below_a_rule_are_not_taken():
    def head(n):
        return [line("WT/CTE/W/12", 72, 40), line("Indicator", 72, 62), line("Value", 300, 62)]

    found = apart(pages_of(head, rules=[rule(56)]))
    assert found[2] == (["WT/CTE/W/12"], [])


def test_what_repeats_off_the_edge_is_text():
    pages = pages_of(lambda n: [line("Chair: Kenya", 72, 60 + 9 * n)], count=4)
    assert all(head == [] for head, _ in apart(pages).values())


@pytest.mark.parametrize(
    ("text", "is_symbol"),
    [
        ("WT/CTE/W/12", True),
        ("A/RES/70/125", True),
        ("E/CN.16/2026/2", True),
        ("WT/MIN(24)/DEC", True),
        ("G/TBT/N/KEN/1234/Add.1", True),
        ("WT/CTE/W/12/Rev.1", True),
        ("and/or", False),
        ("WTO", False),
        ("Report of the Council", False),
    ],
)
def test_symbols(text, is_symbol):
    assert bool(SYMBOL.fullmatch(text)) is is_symbol


def numbered_page(step=1, count=20):
    body = column(count, 100, 522, 100)
    numbers = [line(str(n * step), 60 - 5 * len(str(n * step)), 94 + n * 12) for n in range(1, count + 1)]
    return page([*body, *numbers])


@pytest.mark.parametrize("step", [1, 5])
def test_line_numbers_go_to_the_margin(step):
    made = numbered_page(step)
    lift_line_numbers(made)
    assert len(made.lines) == 20
    assert texts(made.turned) == [str(n * step) for n in range(1, 21)]


@pytest.mark.parametrize(
    "figures", [[4, 9, 1, 7, 3, 88, 2, 6, 5], list(range(1, 6))], ids=["unordered", "few"]
)
def test_other_figures_are_no_line_numbers(figures):
    made = page(
        [*column(20, 100, 522), *(line(str(n), 50, 100 + i * 12) for i, n in enumerate(figures))],
    )
    lift_line_numbers(made)
    assert made.turned == []


def masthead():
    return [
        line("United Nations", 72, 50),
        line("A/80/62", 400, 50),
        line("General Assembly", 72, 80, size=14, bold=True),
        line("Distr.: General", 400, 80),
        line("12 March 2026", 400, 92),
        line("Original: English", 400, 104),
    ]


def test_masthead_is_cut_at_the_bar_below_it():
    body = [line("Eightieth session", 72, 140), *column(20, 72, 522, 180)]
    head = [*masthead(), line("First part", 72, 118)]
    made = page([*head, *body], rules=[rule(132)])
    assert sorted(texts(split_masthead(made))) == sorted(texts(head))
    assert made.lines == body


def test_masthead_without_a_bar_ends_with_its_block():
    body = [line("Eightieth session", 72, 150), *column(20, 72, 522, 180)]
    made = page([*masthead(), *body])
    assert sorted(texts(split_masthead(made))) == sorted(texts(masthead()))
    assert made.lines == body


def test_page_without_distribution_has_no_masthead():
    made = page([line("Report", 72, 50), *column(20, 72, 522, 180)], rules=[rule(125)])
    assert split_masthead(made) == []
    assert len(made.lines) == 21
