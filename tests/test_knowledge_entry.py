"""One entry: when a membership holds, how its name is written in each language, what is refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.knowledge import Entry, Form, Membership, load_knowledge

DAY = timedelta(days=1)
BEGAN, ENDED = date(2010, 5, 1), date(2020, 12, 4)


def entry(**fields) -> Entry:
    return Entry(**{"id": "x", "label": "ORGANISATION", "name": "X", "source": "test", **fields})


def group(*members) -> Entry:
    return entry(id="group:x", label="MEMBER_GROUP", members=members)


def written(forms):
    return {form.text: form.case for form in forms}


# --- memberships


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        (BEGAN - DAY, False),
        (BEGAN, True),
        (BEGAN + DAY, True),
        (ENDED - DAY, True),
        (ENDED, False),
        (ENDED + DAY, False),
    ],
)
def test_a_membership_holds_from_its_first_day_to_the_day_before_the_last_date(day, holds):
    assert Membership("member:VUT", BEGAN, ENDED).holds(day) is holds


def test_a_date_that_is_not_given_is_open():
    for day in (date.min, ENDED - DAY):
        assert Membership("a", valid_to=ENDED).holds(day)
    assert not Membership("a", valid_to=ENDED).holds(date.max)
    for day in (BEGAN, date.max):
        assert Membership("a", valid_from=BEGAN).holds(day)
    assert not Membership("a", valid_from=BEGAN).holds(date.min)
    assert Membership("a").holds(date.min)
    assert Membership("a").holds(date.max)


@pytest.mark.parametrize("ended", [BEGAN - DAY, BEGAN])
def test_a_membership_that_is_never_is_refused(ended):
    told = rf"member:VUT: valid_to {ended} is not after valid_from 2010-05-01"
    with pytest.raises(ValueError, match=told):
        Membership("member:VUT", BEGAN, ended)


def test_a_membership_of_one_day_holds_on_that_day_only():
    one = Membership("a", BEGAN, BEGAN + DAY)
    assert [one.holds(BEGAN + step * DAY) for step in (-1, 0, 1)] == [False, True, False]


@given(began=st.none() | st.dates(), ended=st.none() | st.dates(), day=st.dates(max_value=date.max - DAY))
def test_a_membership_never_ends_and_begins_again(began, ended, day):
    if began and ended and ended <= began:
        with pytest.raises(ValueError, match="is not after"):
            Membership("a", began, ended)
        return
    member = Membership("a", began, ended)
    if member.holds(day) != member.holds(day + DAY):
        assert day + DAY in (began, ended)


# --- members on a day


def test_members_on_a_day_are_told_in_order():
    who = group(Membership("c"), Membership("a", BEGAN), Membership("b", valid_to=BEGAN))
    assert who.members_on(BEGAN - DAY) == ("c", "b")
    assert who.members_on(BEGAN) == ("c", "a")
    assert group().members_on(BEGAN) == ()


def test_who_leaves_and_comes_back_is_told_once():
    who = group(Membership("a", valid_to=BEGAN), Membership("a", valid_from=ENDED))
    assert who.members_on(BEGAN - DAY) == ("a",)
    assert who.members_on(BEGAN) == ()
    assert who.members_on(ENDED) == ("a",)


def test_memberships_of_one_id_that_overlap_are_not_counted_twice():
    try:
        who = group(Membership("a"), Membership("a", valid_from=BEGAN))
    except ValueError:
        return
    assert who.members_on(BEGAN) == ("a",)


def test_no_group_of_the_package_counts_anyone_twice():
    for item in load_knowledge().entries:
        for day in {d for m in item.members for d in (m.valid_from, m.valid_to) if d} | {BEGAN, ENDED}:
            members = item.members_on(day)
            assert len(members) == len(set(members)), (item.id, day)


def test_least_developed_countries_graduate():
    lists = load_knowledge()
    assert len(lists.members_of("group:ldc", date(2020, 6, 30))) == 47
    assert "member:VUT" in lists.members_of("group:ldc", ENDED - DAY)
    assert "member:VUT" not in lists.members_of("group:ldc", ENDED)
    assert lists.members_of("group:of-nobody", ENDED) == ()
    assert lists.members_of("member:KEN", ENDED) == ()


# --- forms by language


def test_forms_in_a_language_are_the_international_ones_and_its_own():
    body = entry(
        name="Rain Board",
        aliases=("Board of Rain",),
        acronyms=("RB",),
        former=("Water Board",),
        names={"fr": ("Conseil de la pluie", "CP"), "es": ("Consejo de la lluvia",)},
    )
    shared = {"RB": "exact", "Rain Board": "name", "Board of Rain": "name", "Water Board": "name"}
    assert written(body.forms) == shared
    assert written(body.forms_in("en")) == shared
    assert written(body.forms_in("de")) == shared
    assert written(body.forms_in("fr")) == {**shared, "Conseil de la pluie": "name", "CP": "exact"}
    assert written(body.forms_in("es")) == {**shared, "Consejo de la lluvia": "name"}


@pytest.mark.parametrize(
    ("label", "text", "case"),
    [
        ("ORGANISATION", "Conseil de la pluie", "name"),
        ("ORGANISATION", "conseil de la pluie", "any"),
        ("ORGANISATION", "CP", "exact"),
        ("ORGANISATION", "CP DE PLUIE", "name"),
        ("TECHNOLOGY", "Intelligence artificielle", "any"),
        ("TECHNOLOGY", "IA", "exact"),
        ("MEMBER_GROUP", "Groupe des PMA", "any"),
        ("MEMBER_GROUP", "PMA", "exact"),
    ],
)
def test_a_form_of_another_language_has_its_case_from_its_writing(label, text, case):
    thing = entry(label=label, name="Thing", names={"fr": (text,)})
    assert thing.forms_in("fr")[-1] == Form(text, case)


def test_a_form_that_two_languages_share_is_told_once():
    kenya = entry(label="MEMBER", name="Kenya", names={"fr": ("Kenya", "Kenya", "République du Kenya")})
    assert [form.text for form in kenya.forms_in("fr")] == ["Kenya", "République du Kenya"]


def test_an_acronym_that_is_a_name_too_is_told_once():
    body = entry(name="ITU", aliases=("ITU",), acronyms=("ITU", "ITU-X"), ambiguous=("ITU",))
    assert body.forms == (Form("ITU", "exact"), Form("ITU-X", "exact"))


def test_an_ambiguous_acronym_is_a_form_though_it_stands_in_no_other_list():
    assert written(entry(name="Health Body", ambiguous=("WHO",)).forms) == {
        "WHO": "exact",
        "Health Body": "name",
    }


def test_foreign_hides_the_ambiguous_acronyms_there_only():
    thing = entry(
        label="TECHNOLOGY", name="Clever machines", acronyms=("AI", "CLM"), ambiguous=("AI",), foreign=("fr",)
    )
    assert [form.text for form in thing.forms_in("en")] == ["AI", "CLM", "Clever machines"]
    assert [form.text for form in thing.forms_in("es")] == ["AI", "CLM", "Clever machines"]
    assert [form.text for form in thing.forms_in("fr")] == ["CLM", "Clever machines"]


def test_foreign_hides_all_acronyms_if_none_is_ambiguous():
    thing = entry(name="Rain Board", acronyms=("RB", "RBX"), foreign=("es",))
    assert [form.text for form in thing.forms_in("es")] == ["Rain Board"]
    assert [form.text for form in thing.forms_in("fr")] == ["RB", "RBX", "Rain Board"]


def test_foreign_hides_nothing_that_is_written_so_in_the_language_itself():
    thing = entry(name="Rain Board", acronyms=("RB",), foreign=("fr",), names={"fr": ("RB",)})
    assert written(thing.forms_in("fr")) == {"Rain Board": "name", "RB": "exact"}


def test_short_forms_adjectives_exclusions_and_context_are_never_forms():
    thing = entry(
        label="MEMBER",
        name="Zenda",
        aliases=("The Land",),
        short=("the land",),
        adjectives=("Zendan",),
        exclusions=("Zenda Airways",),
        context=("castle",),
    )
    for language in ("en", "es", "fr"):
        assert [form.text for form in thing.forms_in(language)] == ["Zenda"]
    assert set(thing.written()) == {"Zenda", "The Land", "the land", "Zendan", "Zenda Airways"}


# --- refusals


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"label": "DAY"}, r"unknown label 'DAY'; allowed: COMMITTEE"),
        ({"id": "-a"}, r"id '-a' must be letters, digits"),
        ({"id": "a b"}, r"id 'a b' must be"),
        ({"id": "a\n"}, r"id 'a\\n' must be"),
        ({"id": "é"}, r"id 'é' must be"),
        ({"id": "C12", "label": "ACTION_LINE"}, r"unknown action line 'C12'; allowed: C7, C1"),
        ({"source": ""}, r"x: no source"),
        ({"name": ""}, r"x: empty form or white space around it: ''"),
        ({"name": "X\u00a0"}, r"x: empty form or white space around it: 'X\\xa0'"),
        ({"former": ("Y\n",)}, r"x: empty form or white space around it: 'Y\\n'"),
        ({"short": ("",)}, r"x: empty form"),
        ({"ambiguous": (" Y",)}, r"x: empty form or white space around it: ' Y'"),
        ({"exclusions": ("\tY",)}, r"x: empty form"),
        ({"names": {"fr": ("Y", "Z ")}}, r"x: empty form or white space around it: 'Z '"),
        ({"names": {"de": ("Y",)}}, r"x: unknown language 'de'; allowed: es, fr"),
        ({"names": {"en": ("Y",)}}, r"x: unknown language 'en'; allowed: es, fr"),
        ({"foreign": ("fr", "pt")}, r"x: unknown language 'pt'; allowed: es, fr"),
        ({"label": "MEMBER", "standing": "friend"}, r"unknown standing 'friend'; allowed: member, observer"),
        ({"standing": "member"}, r"x: only a MEMBER has standing, not a ORGANISATION"),
        ({"since": BEGAN}, r"x: only a MEMBER has since, not a ORGANISATION"),
        ({"codes": ("KEN",)}, r"x: only a MEMBER has codes, not a ORGANISATION"),
        ({"adjectives": ("Y",)}, r"x: only a MEMBER has adjectives, not a ORGANISATION"),
        ({"members": (Membership("a"),)}, r"x: only a MEMBER_GROUP has members, not a ORGANISATION"),
        (
            {"label": "MEMBER", "members": (Membership("a"),)},
            r"only a MEMBER_GROUP has members, not a MEMBER",
        ),
    ],
)
def test_an_entry_refuses(fields, message):
    with pytest.raises(ValueError, match=message):
        entry(**fields)


def test_an_entry_is_taken_with_all_that_its_label_may_have():
    member = entry(
        label="MEMBER",
        standing="observer",
        since=BEGAN,
        codes=("XXX",),
        adjectives=("Xish",),
        foreign=("es",),
    )
    assert (member.standing, member.since, member.codes) == ("observer", BEGAN, ("XXX",))
    assert entry(id="C7", label="ACTION_LINE").id == "C7"
    assert group(Membership("a")).members == (Membership("a"),)


def test_equal_entries_are_one_in_a_set():
    one, other = (entry(names={"fr": ("Y",)}) for _ in range(2))
    assert {one, other} == {one}
    assert one != entry(names={"fr": ("Z",)})
