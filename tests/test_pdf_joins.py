"""What runs on over pages, columns, notes and tables; and what does not."""

from __future__ import annotations

import pytest
from pdf_build import LEFT, RIGHT, box, column, laid_out, line, page, rule, set_text, stacked

UPPER = column(20, LEFT, RIGHT, 100, skip=3)
TAIL = "and the roads that lead to the ports of the south and of the north were then"
HEAD = "mended by the towns along them."


def page_with(*lines, number, **fields):
    return page(lines, number=number, **fields)


def top_of(text, **style):
    """The first lines of a page, prose with room above below them."""
    first = set_text(text, LEFT, RIGHT, 90, **style)
    rest = column(8, LEFT, RIGHT, first[-1].bottom + 20)
    rest[0].text = "Then" + rest[0].text[4:]
    return [*first, *rest]


def end_of(text, **style):
    """The last line of a page, filling it."""
    return [*column(20, LEFT, RIGHT, 488), line(text, LEFT, 728, x1=RIGHT, **style)]


def texts_with(word, *pages):
    """Body texts that hold a word."""
    return [b.text for b in laid_out(*pages) if word in b.text and b.kind in ("paragraph", "list_item")]


def joined(tail, head, between=()):
    """Whether a page's last line reads on in the next page's first one."""
    pages = [page_with(*end_of(tail), number=1), *between, page_with(*top_of(head), number=2 + len(between))]
    blocks = laid_out(*pages)
    return any(f"{tail} {head}" in b.text for b in blocks)


@pytest.mark.parametrize(
    ("tail", "head"),
    [
        (TAIL, HEAD),
        (
            "as it was agreed between the ministers of trade and of posts of the three states,",
            "Kenya among them, and that a first paper on it was to be sent to all houses by the spring.",
        ),
        (
            "and so it came that all of the papers of that year were sent by way of the towns of",
            "Mombasa and of Voi, which is why the clerks of both had to read them again in the spring.",
        ),
        (
            "and it was noted with thanks that some of the papers (and of the letters) were then",
            "(rightly) kept.",
        ),
    ],
)
def test_sentence_reads_on_over_the_page(tail, head):
    assert joined(tail, head)


@pytest.mark.parametrize(
    ("tail", "head"),
    [
        pytest.param(TAIL[:-5] + "mended.", "Kenya was among them, too.", id="full stop"),
        pytest.param(TAIL, "12. Kenya was among them, too.", id="new number"),
        pytest.param(TAIL, "(b) kenya was among them, too.", id="new item"),
        pytest.param(TAIL, "• kenya was among them, too.", id="new bullet"),
        pytest.param(
            "as it was agreed, the group is to do what is named here in the next months:", "Kenya", id="colon"
        ),
    ],
)
def test_what_begins_anew_does_not_read_on(tail, head):
    assert not joined(tail, head)


def test_paragraph_of_two_pages_has_its_number_once_and_two_regions():
    first = [*column(4, LEFT, RIGHT, 100), line(f"12. {TAIL}", LEFT, 728, x1=RIGHT)]
    (block,) = [b for b in laid_out(first, top_of(HEAD)) if b.number == "12."]
    assert block.text == f"{TAIL} {HEAD}"
    assert [region.page_number for region in block.regions] == [1, 2]


def test_hyphen_at_the_pages_end_is_joined():
    tail = TAIL[:-4] + "infra-"
    assert any(
        f"{tail[:-1]}structure that" in text
        for text in texts_with("infra", end_of(tail), top_of("structure that lasts."))
    )


def test_reads_on_over_the_notes():
    lines = end_of(TAIL)
    lines[3].calls = ((5, "1"),)
    notes = [line("See the report of the second session.", LEFT, 752, size=8, lead="1")]
    first = page_with(*lines, *notes, number=1, rules=[rule(746, LEFT, 216)])
    assert any(
        f"{TAIL} {HEAD}" in text for text in texts_with("mended", first, page_with(*top_of(HEAD), number=2))
    )


def test_reads_on_over_a_table():
    rows = [line(f"{name}", 80, 124 + 20 * n) for n, name in enumerate(("Kenya", "Chad", "Togo"))]
    rows += [line(str(n * 7), 300, 124 + 20 * n) for n in range(3)]
    second = [*rows, *stacked(HEAD, top=210)]
    made = page_with(*second, number=2, rules=[rule(120 + 20 * n) for n in range(4)])
    blocks = laid_out(page_with(*end_of(TAIL), number=1), made)
    assert [b.kind for b in blocks].count("table") == 1
    assert any(f"{TAIL} {HEAD}" in b.text for b in blocks)


def test_reads_on_over_a_panel():
    inner = set_text(
        "Weavers sell to the towns by way of a portal that the post office keeps for all.", 100, 400, 84
    )
    second = [*inner, *stacked(HEAD, top=150)]
    made = page_with(*second, number=2, boxes=[box(90, 78, 410, 112)])
    blocks = laid_out(page_with(*end_of(TAIL), number=1), made)
    assert any(f"{TAIL} {HEAD}" in b.text for b in blocks)
    assert any(b.text.startswith("Weavers") and b.text.endswith("for all.") for b in blocks)


def test_does_not_read_on_over_a_heading():
    second = page_with(line("Posts", LEFT, 90, size=14), *stacked(HEAD, top=120), number=2)
    blocks = laid_out(page_with(*end_of(TAIL), number=1), second)
    assert HEAD in [b.text for b in blocks]


def test_does_not_read_on_over_three_pages():
    blocks = laid_out(page_with(*end_of(TAIL), number=1), page_with(*top_of(HEAD), number=4))
    assert HEAD in [b.text for b in blocks]


def test_text_of_another_size_does_not_read_on():
    blocks = laid_out(end_of(TAIL), top_of(HEAD, size=14))
    assert HEAD in [b.text for b in blocks]
