"""Panels (grey boxes, frames): their lines are set apart and read as flows of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nlp.pdf.geometry import Box, Page

#: A panel covers at most this share of its page; what covers more is the page's own ground.
MAX_AREA = 0.85


def lift_panels(page: Page) -> None:
    """Replace the lines within each panel by one item that carries them."""
    area = page.width * page.height
    chosen: list[Box] = []
    for box in sorted(page.boxes, key=lambda box: -box.area):
        if box.area > MAX_AREA * area or any(_within(box, other) for other in chosen):
            continue
        inside = [
            line for line in page.lines if line.table is None and line.panel is None and box.holds(line)
        ]
        if len(inside) < 2 or any(line.x1 > box.x1 + 4 or line.x0 < box.x0 - 4 for line in inside):
            continue
        chosen.append(box)
        page.stand_in(inside, panel=inside)
    page.sort()


def _within(inner: Box, outer: Box) -> bool:
    return (
        inner.x0 >= outer.x0 - 2
        and inner.x1 <= outer.x1 + 2
        and inner.top >= outer.top - 2
        and inner.bottom <= outer.bottom + 2
    )
