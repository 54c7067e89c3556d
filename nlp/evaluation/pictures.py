"""Figures as pictures: reliability, coverage and confusion, drawn with matplotlib (extra `pictures`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from matplotlib.axes import Axes

_DOTS_PER_INCH = 150
_BLUE, _GREY = "#1f5a99", "#888888"


def draw(figures: dict[str, Any], folder: Path) -> list[Path]:
    """Draw `reliability.png`, `coverage.png` and `confusion.png` into a folder.

    Parameters
    ----------
    figures : dict
        With `reliability`, `coverage` and `confusion`, as `nlp.evaluation.curves` gives them.
    folder : Path

    Returns
    -------
    list of Path
        The files; empty where matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError:
        return []
    drawn = []
    for name, (size, paint) in _PICTURES.items():
        figure = Figure(figsize=size, dpi=_DOTS_PER_INCH, layout="constrained")
        paint(figure.add_subplot(), figures[name])
        path = folder / f"{name}.png"
        # Without the date and the version of the program: the same figures give the same bytes.
        figure.savefig(path, metadata={"Software": None})
        drawn.append(path)
    return drawn


def _reliability(axes: Axes, bins: list[dict[str, float]]) -> None:
    promised, kept = ([one[key] for one in bins] for key in ("promised", "kept"))
    axes.plot([0, 1], [0, 1], color=_GREY, linestyle="--", linewidth=1, label="kept promises")
    axes.plot(promised, kept, color=_BLUE, marker="o", label="this model")
    for one in bins:
        axes.annotate(
            f"{one['cells']:,}", (one["promised"], one["kept"]), (6, -10), textcoords="offset points", size=7
        )
    axes.set(
        xlabel="probability promised",
        ylabel="share that came true",
        xlim=(0, 1),
        ylim=(0, 1),
        title="Reliability (numbers: labels judged)",
    )
    axes.set_aspect("equal")
    axes.legend(loc="upper left", frameon=False)


def _coverage(axes: Axes, curve: list[dict[str, float]]) -> None:
    axes.plot([100 * one["share"] for one in curve], [one["f1"] for one in curve], color=_BLUE, marker=".")
    axes.set(
        xlabel="rows decided by the machine, surest first (%)",
        ylabel="micro-F1 on them",
        xlim=(0, 100),
        title="Coverage",
    )
    axes.grid(color="#dddddd", linewidth=0.5)


def _confusion(axes: Axes, confusion: dict[str, Any]) -> None:
    names, table = confusion["names"], np.array(confusion["table"])
    share = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    axes.imshow(share, cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(range(len(names)), names, rotation=90)
    axes.set_yticks(range(len(names)), names)
    for i, j in zip(*np.nonzero(table), strict=True):
        dark = share[i, j] > 0.5
        axes.text(
            j, i, f"{table[i, j]}", ha="center", va="center", size=6, color="white" if dark else "black"
        )
    axes.set(
        xlabel="label given",
        ylabel="true label",
        title="Labels found (diagonal), and what was given where one was missed",
    )


_PICTURES: dict[str, tuple[tuple[float, float], Callable[[Any, Any], None]]] = {
    "reliability": ((5, 5), _reliability),
    "coverage": ((6, 4), _coverage),
    "confusion": ((9, 9), _confusion),
}
