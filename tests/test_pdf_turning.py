"""Places of sideways print, in the frame in which it reads and on the page."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.pdf.turning import Turn

PLACE = st.tuples(*[st.floats(0, 800)] * 4)


@pytest.mark.parametrize(
    ("up", "read"),
    [(True, (742, 10, 800, 20)), (False, (42, 575, 100, 585))],
    ids=["up the page", "down the page"],
)
def test_turned_so_that_it_reads(up, read):
    assert Turn(up, 595, 842).read(10, 42, 20, 100) == read


@settings(deadline=None)
@given(PLACE, st.booleans())
def test_turned_back_it_stands_where_it_stood(place, up):
    turn = Turn(up, 595, 842)
    assert turn.back(*turn.read(*place)) == pytest.approx(place)


@settings(deadline=None)
@given(PLACE, st.booleans())
def test_a_box_stays_as_large(place, up):
    x0, top, x1, bottom = place
    a0, a_top, a1, a_bottom = Turn(up, 595, 842).read(*place)
    assert (a1 - a0, a_bottom - a_top) == pytest.approx((bottom - top, x1 - x0))
