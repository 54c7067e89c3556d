"""What strangers wrote cannot steer a terminal."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.display import file_name, printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("café 🌍", "café 🌍"),
        ("a\x1b[2Jb", "a\ufffd[2Jb"),
        ("a\nb\tc\u00a0d\u2028e", "a b c d e"),
        ("abc\u202etxt.exe", "abctxt.exe"),
        ("a\ud800b", "a\ufffdb"),
        ("a\x00\x7f\x9bb", "a\ufffd\ufffd\ufffdb"),
    ],
)
def test_what_is_shown(text, shown):
    assert printable(text) == shown


@given(st.text(st.characters()))
def test_nothing_else_gets_through(text):
    shown = printable(text)
    assert not set(shown) & set(map(chr, range(32)))
    shown.encode("utf-8")


def test_a_file_name_that_is_no_utf_8():
    assert file_name(os.fsdecode(b"caf\xe9.pdf")) == "caf\ufffd.pdf"
