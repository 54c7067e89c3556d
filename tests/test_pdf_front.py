"""The front page: date, title, submitter and symbols, as mastheads print them."""

from __future__ import annotations

import pytest

from nlp.document import Block, Region
from nlp.pdf import front


def block(text, kind="cover", page=1, height=12.0, width=400.0):
    return Block("b", kind, text, regions=(Region(page, 72, 100, 72 + width, 100 + height),))


def date_of(*texts, **fields):
    return front.date_of(tuple(block(text, **fields) for text in texts))


# --- the date


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12 April 2024", "2024-04-12"),
        ("1 January 2025", "2025-01-01"),
        ("1st May 2023", "2023-05-01"),
        ("22nd June 1999", "1999-06-22"),
        ("12 APRIL 2024", "2024-04-12"),
        ("Geneva, 12 April 2024 10:00", "2024-04-12"),
        ("(24-1234)\n12 April 2024\nPage: 1/7", "2024-04-12"),
        ("G/TBT/W/1 12\u00a0April\n2024", "2024-04-12"),
        ("29 February 2024", "2024-02-29"),
        ("le 12 avril 2024", "2024-04-12"),
        ("1er février 2024", "2024-02-01"),
        ("14 août 2023", "2023-08-14"),
        ("3 DÉCEMBRE 2021", "2021-12-03"),
        ("12 de abril de 2024", "2024-04-12"),
        ("Ginebra, 3 de diciembre de 2021", "2021-12-03"),
        ("12 abril 2024", "2024-04-12"),
        ("30 de septiembre de 2020", "2020-09-30"),
        ("April 12, 2024", "2024-04-12"),
        ("Washington, december 1, 2019", "2019-12-01"),
    ],
)
def test_date_of_a_masthead(text, day):
    assert date_of(text) == day


@pytest.mark.parametrize(
    ("language", "months"),
    [
        ("en", "January February March April May June July August September October November December"),
        ("fr", "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
        ("es", "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"),
    ],
)
def test_every_month(language, months):
    of = " de " if language == "es" else " "
    assert [date_of(f"7{of}{month}{of}2022") for month in months.split()] == [
        f"2022-{number:02}-07" for number in range(1, 13)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "8-12 April 2024",
        "8–12 April 2024",
        "Geneva, 8-12 April 2024",
        "30 June-2 July 2024",
        "April 8-12, 2024",
        "April 8–12, 2024",
    ],
)
def test_a_range_of_days_is_not_the_date(text):
    assert date_of(text) is None
    assert date_of(f"{text}\n13 May 2024") == "2024-05-13"
    assert date_of(text, "13 May 2024") == "2024-05-13"
    assert date_of(f"13 May 2024 ({text})") == "2024-05-13"


@pytest.mark.parametrize(
    "text",
    [
        "8 - 12 April 2024",
        "8 – 12 April 2024",
        "8 to 12 April 2024",
        "8 and 12 April 2024",
        "30 June – 2 July 2024",
        "du 8 au 12 avril 2024",
        "del 8 al 12 de abril de 2024",
    ],
)
def test_a_range_in_words_or_with_blanks_is_not_the_date(text):
    assert date_of(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "31 April 2024",
        "30 February 2024",
        "29 February 2023",
        "0 May 2024",
        "February 30, 2024",
        "32 mai 2024",
    ],
)
def test_a_day_that_never_was_is_no_date(text):
    assert date_of(text) is None
    assert date_of(f"{text}; 1 March 2025") == "2025-03-01"


@pytest.mark.parametrize(
    "text",
    ["", "April 2024", "112 April 2024", "12 April 20245", "12 April 1899", "12 Aprils 2024", "12/04/2024"],
)
def test_what_is_no_date(text):
    assert date_of(text) is None


def test_the_first_date_is_taken():
    assert date_of("April 12, 2024; 3 May 2023") == "2024-04-12"
    assert date_of("3 May 2023; April 12, 2024") == "2023-05-03"
    assert date_of("no day", "4 June 2022", "5 June 2022") == "2022-06-04"


@pytest.mark.parametrize("kind", ["cover", "header", "heading", "footer"])
def test_date_stands_in_the_masthead_of_the_first_page(kind):
    assert date_of("12 April 2024", kind=kind) == "2024-04-12"
    assert date_of("12 April 2024", kind=kind, page=2) is None


@pytest.mark.parametrize("kind", ["paragraph", "list_item", "footnote", "table", "contents", "margin"])
def test_date_in_the_text_is_not_the_documents(kind):
    assert date_of("12 April 2024", kind=kind) is None


def test_a_sentence_may_tell_any_date():
    text = "12 April 2024".ljust(200, ".")
    assert date_of(text) == "2024-04-12"
    assert date_of(text + ".") is None
    assert front.date_of(()) is None


# --- the title


def test_title_is_the_largest_heading_of_the_first_page_that_has_one():
    blocks = (
        block("12 April 2024"),
        block("A small head", "heading", height=10),
        block("The Paper's Own Title", "heading", height=20),
        block("Another as large", "heading", height=20),
        block("A larger one, later", "heading", page=2, height=40),
    )
    assert front.title(blocks, {"Title": "What the file says of it"}) == "The Paper's Own Title"


def test_title_of_two_lines_is_no_larger_than_its_type():
    # Two lines of 15 points are less than one of 20.
    text = "A heading that runs over two lines of the page, there being so very much to say in it " * 2
    assert (
        front.title((block(text, "heading", height=30), block("Short", "heading", height=20)), {}) == "Short"
    )


def test_only_the_first_six_headings_are_weighed():
    blocks = [block(f"Heading {n}", "heading", height=10) for n in range(6)]
    assert front.title((*blocks, block("Huge", "heading", height=60)), {}) == "Heading 0"


def test_headings_after_the_front_pages_are_no_title():
    assert front.title((block("Late", "heading", page=front.FRONT_PAGES + 1),), {}) is None
    assert front.title((block("In time", "heading", page=front.FRONT_PAGES),), {}) == "In time"


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("Proposal on  electronic\ncommerce", "Proposal on electronic commerce"),
        ("Two words", None),
        ("Microsoft Word - final version.DOCX", None),
        ("a b c.pdf", None),
        ("", None),
        (None, None),
        (b"Not a text at all", None),
        (17, None),
    ],
)
def test_title_that_the_file_tells(said, title):
    assert front.title((block("no heading"),), {"Title": said}) == title
    assert front.title((), {}) is None


# --- the submitter


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Submission by Kenya", "Kenya"),
        ("SUBMISSION BY THE REPUBLIC OF KOREA.", "REPUBLIC OF KOREA"),
        ("Communication from the European Union", "European Union"),
        ("Contribution of\nIndia", "India"),
        ("Statement by: Brazil", "Brazil"),
        ("Note by the Secretariat", "Secretariat"),
        ("Paper from Japan and Singapore", "Japan and Singapore"),
        ("Submitted by:", "Côte d'Ivoire"),
        ("A submission by Kenya", None),
        ("Submission", None),
        ("Submission bypassing Kenya", None),
        ("Submission by " + "K" * 120, "K" * 120),
        ("Submission by " + "K" * 121, None),
    ],
)
def test_submitter(text, name):
    assert (
        front.submitter((block("WT/GC/W/1"), block(text, "paragraph"), block("Côte d'Ivoire.", "paragraph")))
        == name
    )


def test_submitter_stands_on_the_first_two_pages():
    assert front.submitter((block("Submission by Kenya", "heading", page=2),)) == "Kenya"
    assert front.submitter((block("Submission by Kenya", "heading", page=3),)) is None
    assert front.submitter((block("Submission by Kenya", "footnote"),)) is None
    many = [block("x", "paragraph") for _ in range(25)]
    assert front.submitter((*many, block("Submission by Kenya", "paragraph"))) is None
    assert front.submitter((*many[1:], block("Submission by Kenya", "paragraph"))) == "Kenya"


def test_submitter_that_is_announced_and_does_not_come():
    assert front.submitter((block("Submitted by:", "paragraph"),)) is None
    assert front.submitter((block("Submitted by:", "paragraph"), block("K" * 121, "paragraph"))) is None
    first = block("Submission by " + "K" * 160, "paragraph")
    assert front.submitter((first, block("Submission by Kenya", "paragraph"))) == "Kenya"


# --- the symbols


def test_symbols_are_those_of_the_masthead_most_frequent_first():
    blocks = (
        block("WT/COMTD/W/289"),
        block("G/TBT/N/KEN/1234/Add.1\n12 April 2024", "cover"),
        block("G/TBT/N/KEN/1234/Add.1", "header", page=2),
        block("JOB/GC/281", "footer", page=3),
        block("A/RES/79/1", "paragraph"),
        block("IP/C/W/7", "heading"),
    )
    assert front.symbols(blocks) == ("G/TBT/N/KEN/1234/Add.1", "WT/COMTD/W/289", "JOB/GC/281")


def test_symbols_are_four_at_most_and_tell_a_number():
    assert front.symbols((block("A/1 G/TBT AND/OR WT/L/579"),)) == ("WT/L/579",)
    assert front.symbols(tuple(block(f"WT/GC/W/{n}") for n in range(6))) == tuple(
        f"WT/GC/W/{n}" for n in range(4)
    )
    assert front.symbols(()) == ()
