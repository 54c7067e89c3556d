from __future__ import annotations

import struct
import sys

from nlp.evaluation import judged_figures
from nlp.evaluation.pictures import draw
from tests.judged_rows import by_chance, judged


def size(path):
    """Width and height of a PNG, read from its first bytes."""
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert data[12:16] == b"IHDR"
    assert data.endswith(b"IEND\xaeB`\x82")
    return struct.unpack(">II", data[16:24])


def test_three_pictures_are_drawn(tmp_path):
    drawn = draw(judged_figures(by_chance()), tmp_path)
    assert [path.name for path in drawn] == ["reliability.png", "coverage.png", "confusion.png"]
    assert sorted(tmp_path.iterdir()) == sorted(drawn)
    assert [size(path) for path in drawn] == [(750, 750), (900, 600), (1350, 1350)]


def test_the_same_figures_give_the_same_bytes(tmp_path):
    figures = judged_figures(by_chance())
    pictures = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        pictures.append([path.read_bytes() for path in draw(figures, tmp_path / name)])
    assert pictures[0] == pictures[1]
    assert b"Matplotlib" not in b"".join(pictures[0])


def test_other_figures_give_other_pictures(tmp_path):
    draw(judged_figures(by_chance(1)), tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    draw(judged_figures(by_chance(2)), tmp_path)
    assert all(path.read_bytes() != before[path.name] for path in tmp_path.iterdir())


def test_a_single_row_without_labels_can_be_drawn(tmp_path):
    assert len(draw(judged_figures(judged(("d", (), (), {}))), tmp_path)) == 3


def test_without_matplotlib_nothing_is_drawn(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    assert draw(judged_figures(by_chance()), tmp_path) == []
    assert list(tmp_path.iterdir()) == []
