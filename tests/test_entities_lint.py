"""Trying the entity lists: every kind of problem is found and told with its ids, and nothing else is."""

from __future__ import annotations

import pytest

from nlp.entities.lint import CARRIERS, NearMiss, Problem, lint, near_misses
from nlp.knowledge import LANGUAGES, Entry, Knowledge, Sample, load_knowledge, load_samples


def entry(ident="x:a", name="Rare Metals Board", label="ORGANISATION", **fields) -> Entry:
    return Entry(**{"id": ident, "label": label, "name": name, "source": "test", **fields})


def problems(*entries, samples=()):
    """Try a small list; give `(kind, ids)` of what is wrong."""
    return [(problem.kind, problem.ids) for problem in told(*entries, samples=samples)]


def told(*entries, samples=()):
    found = (item if isinstance(item, Sample) else Sample.of(item) for item in samples)
    return list(lint(Knowledge("1", "", entries), tuple(found)))


# --- the package


def test_nothing_is_wrong_with_the_lists_of_the_package():
    assert [str(problem) for problem in lint(load_knowledge(), load_samples())] == []


def test_every_language_has_a_carrier():
    assert set(CARRIERS) == {"en", *LANGUAGES}
    assert all(text.count("{}") == 1 for text in CARRIERS.values())


# --- sound lists


def test_nothing_is_wrong_with_sound_entries():
    assert (
        problems(
            entry(
                acronyms=("RMB",), aliases=("Board of Rare Metals",), names={"fr": ("Conseil des métaux",)}
            ),
            entry("x:b", "Harbour Panel", short=("the Panel",), exclusions=("Harbour Panel Hotel",)),
            entry("t:a", "quick printing", "TECHNOLOGY", acronyms=("QPX",)),
            samples=[
                "The [RMB](x:a) met the [Harbour Panel](x:b) at the Harbour Panel Hotel.",
                "Nobody came.",
            ],
        )
        == []
    )


def test_nothing_is_wrong_with_nothing():
    assert problems() == []


def test_a_problem_is_one_line():
    problem = Problem("sample", ("x:a", "x:b"), "wanted more")
    assert str(problem) == "sample: x:a, x:b: wanted more"


# --- forms that two entries share, or one has twice


def test_a_form_of_two_entries_is_told_first():
    found = told(
        entry("x:a", "Rain Board", aliases=("Cloud Board",)),
        entry("x:b", "Sun Board", aliases=("Cloud Board",)),
    )
    assert (found[0].kind, found[0].ids) == ("duplicate alias", ("x:a", "x:b"))
    assert found[0].detail == "the form 'Cloud Board' (name, en) leads to x:a and x:b"


def test_a_form_that_two_entries_share_in_french_only_is_told_there():
    found = told(
        entry("x:a", "Rain Board", names={"fr": ("Conseil de la pluie",)}),
        entry("x:b", "Sun Panel", names={"fr": ("Conseil de la Pluie",)}),
    )
    assert [problem.detail for problem in found if problem.kind == "duplicate alias"] == [
        "the form 'Conseil de la pluie' (name, fr) leads to x:a and x:b"
    ]


@pytest.mark.parametrize(
    ("fields", "alias", "finder"),
    [
        ({"aliases": ("RARE METALS BOARD",)}, "RARE METALS BOARD", "Rare Metals Board"),
        ({"aliases": ("Rare-Metals Board", "Rare‑Metals Board")}, "Rare‑Metals Board", "Rare-Metals Board"),
        ({"aliases": ("Rare metals Board",)}, "Rare metals Board", "Rare Metals Board"),
        ({"former": ("rare metals office",), "aliases": ("Rare Metals Office",)}, "Rare Metals Office",
         "rare metals office"),
    ],
)  # fmt: skip
def test_an_alias_that_another_form_finds_already_is_told(fields, alias, finder):
    assert Problem("duplicate alias", ("x:a",), f"{alias!r} is found by {finder!r} already") in told(
        entry(**fields)
    )


def test_an_acronym_that_a_name_would_find_is_no_double():
    assert problems(entry(name="Cats Board", aliases=("Cats",), acronyms=("CATS",))) == []


def test_the_official_name_is_never_called_a_double():
    assert problems(entry("t:a", "Quick printing", "TECHNOLOGY", aliases=("quick Printing",))) == [
        ("duplicate alias", ("t:a",))
    ]


def test_an_adjective_that_is_a_form_too_is_told():
    zenda = entry("member:ZEN", "Zenda", "MEMBER", aliases=("Zendan",), adjectives=("Zendan", "Zendish"))
    assert told(zenda) == [
        Problem("adjective as alias", ("member:ZEN",), "'Zendan' would be found as the Member")
    ]


# --- forms that do not find their entry


def test_a_form_that_another_rule_takes_is_told_with_what_it_finds():
    assert told(entry(aliases=("G/TBT/1",))) == [
        Problem("unreachable alias", ("x:a",), "'G/TBT/1' (en) finds G/TBT/1")
    ]


def test_a_form_that_is_taken_with_the_word_before_it_is_told():
    assert told(entry(name="Zenda", aliases=("saw Zenda",))) == [
        Problem("unreachable alias", ("x:a",), "'Zenda' (en) finds x:a")
    ]


def test_a_form_that_is_taken_in_one_language_only_is_told_with_the_language():
    assert told(entry(name="Rain Board", names={"fr": ("Zenda", "vu Zenda")})) == [
        Problem("unreachable alias", ("x:a",), "'Zenda' (fr) finds x:a")
    ]


# --- samples


@pytest.mark.parametrize(
    ("sample", "ids", "found"),
    [
        ("We met nobody of the [rare Board](x:a).", ("x:a",), "We met nobody of the rare Board."),
        ("The Rare Metals Board met.", ("x:a",), "The [Rare Metals Board](x:a) met."),
        ("The [Rare Metals](x:a) Board met.", ("x:a",), "The [Rare Metals Board](x:a) met."),
        ("The [Rare Metals Board](x:b) met.", ("x:b", "x:a"), "The [Rare Metals Board](x:a) met."),
        ("The [Rare Metals Board](x:none) met.", ("x:a",), "The [Rare Metals Board](x:a) met."),
        ("We met [nobody](x:none).", ("x:none",), "We met nobody."),
    ],
)
def test_a_sample_that_comes_out_otherwise_is_told(sample, ids, found):
    (problem,) = told(entry(), entry("x:b", "Harbour Panel"), samples=[sample])
    assert (problem.kind, problem.ids) == ("sample", ids)
    assert problem.detail == f"wanted {sample}, found {found}"


def test_a_sample_is_read_in_its_language():
    board = entry(names={"fr": ("Conseil des métaux",)})
    text = "Le [Conseil des métaux](x:a) est venu."
    assert problems(board, samples=[Sample.of(text, "fr")]) == []
    assert problems(board, samples=[Sample.of(text, "en")]) == [("sample", ("x:a",))]


def test_samples_know_nothing_of_each_other():
    board = entry(short=("the Board",))
    assert problems(board, samples=["The [Rare Metals Board](x:a) met.", "They met the Board."]) == []


# --- near misses


def pairs(*entries):
    return [(near.one, near.other, near.ids) for near in near_misses(entries)]


def test_a_name_inside_a_longer_one_is_near():
    assert pairs(
        entry("member:PNG", "Papua New Guinea", "MEMBER"), entry("member:GIN", "Guinea", "MEMBER")
    ) == [("Guinea", "Papua New Guinea", ("member:GIN", "member:PNG"))]
    assert pairs(entry("member:GIN", "Guinea", "MEMBER"), entry("member:GNB", "Guinea-Bissau", "MEMBER")) == [
        ("Guinea", "Guinea-Bissau", ("member:GIN", "member:GNB"))
    ]


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("Iran", "Iraq", True),
        ("Niger", "Nigeria", False),
        ("Austria", "Australia", False),
        ("Estonia", "Estinoa", True),
        ("Zenda", "Zendas", True),
        ("Zenda", "Zend", True),
        ("Zenda", "Zand", False),
        ("Zendaria", "Zentaris", True),
        ("Zendaria", "Zentoris", False),
        ("Mali", "Bali", True),
        ("Abc", "Abd", False),
        ("Cote", "Côté", False),
        ("Zenda", "ZENDA", False),
        ("Zenda4", "Zenda5", False),
        ("Rain Board", "Rein Board", False),
    ],
)
def test_single_words_are_near_by_their_letters(one, other, near):
    found = pairs(entry("x:a", one), entry("x:b", other))
    assert [ids for *_, ids in found] == [("x:a", "x:b")] * near


def test_only_entries_of_one_label_are_near_each_other():
    assert pairs(entry("member:GIN", "Guinea", "MEMBER"), entry("x:b", "Guinea Board")) == []


def test_forms_of_one_entry_are_not_near_each_other():
    assert pairs(entry("x:a", "Zenda", aliases=("Zenda Board", "Zendo"))) == []


def test_a_pair_of_entries_is_told_once():
    found = pairs(
        entry("x:a", "Zenda", aliases=("Zendal",)),
        entry("x:b", "Zenda Board", aliases=("Zendal Board", "Zendo")),
    )
    assert [ids for *_, ids in found] == [("x:a", "x:b")]


def test_a_near_miss_without_a_sample_is_told_until_one_marks_it():
    kenja, kenya = (
        entry("x:j", "Kenja Board", aliases=("Kenja",)),
        entry("x:k", "Kenyo Board", aliases=("Kenya",)),
    )
    assert told(kenja, kenya) == [
        Problem(
            "near miss without a sample",
            ("x:j", "x:k"),
            "'Kenja' is near 'Kenya', and no sample marks either of them",
        )
    ]
    assert problems(kenja, kenya, samples=["We met [Kenja](x:j)."]) == []
    assert problems(kenja, kenya, samples=["We met [Kenya](x:k)."]) == []
    assert problems(kenja, kenya, samples=["We met the [Kenja Board](x:j)."]) == [
        ("near miss without a sample", ("x:j", "x:k"))
    ]


def test_of_a_name_inside_another_the_longer_one_needs_the_sample():
    guinea, papua = entry("x:g", "Guinea"), entry("x:p", "Papua New Guinea")
    missing = [("near miss without a sample", ("x:g", "x:p"))]
    assert problems(guinea, papua) == missing
    assert problems(guinea, papua, samples=["We met [Guinea](x:g)."]) == missing
    assert problems(guinea, papua, samples=["We met [Papua New Guinea](x:p)."]) == []


def test_a_mark_is_compared_without_regard_to_case_and_accents():
    near = NearMiss("Zenda", "Zendo", ("x:a", "x:b"))
    assert near.told_by({("x:b", ("zendo",))})
    assert near.told_by({("x:a", ("zenda",))})
    assert not near.told_by({("x:a", ("zendo",)), ("x:b", ("zenda",))})
    assert not near.told_by(set())


def test_problems_come_the_gravest_first():
    found = problems(
        entry("x:a", "Zenda", aliases=("Rain Board",)),
        entry("x:b", "Zendo", aliases=("Rain Board", "G/TBT/1")),
        samples=["We met Zenda."],
    )
    kinds = list(dict.fromkeys(kind for kind, _ in found))
    assert kinds == ["duplicate alias", "unreachable alias", "sample", "near miss without a sample"]
