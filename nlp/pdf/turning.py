"""Sideways print: from the page's frame to one in which it reads from left to right, and back."""

from __future__ import annotations

from dataclasses import dataclass

#: x0, top, x1, bottom
Place = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Turn:
    """A quarter turn of a page of so many points; `up` is print that runs up the page."""

    up: bool
    width: float
    height: float

    def read(self, x0: float, top: float, x1: float, bottom: float) -> Place:
        """Return where a box stands when the page is turned so that its print reads."""
        if self.up:
            return self.height - bottom, x0, self.height - top, x1
        return top, self.width - x1, bottom, self.width - x0

    def back(self, x0: float, top: float, x1: float, bottom: float) -> Place:
        """Return where a box of the turned page stands on the page as it is."""
        if self.up:
            return top, self.height - x1, bottom, self.height - x0
        return self.width - bottom, x0, self.width - top, x1
