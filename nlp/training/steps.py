"""How far a training is: phases with names, and steps."""

from __future__ import annotations

from typing import Protocol


class Steps(Protocol):
    """What is told of the progress."""

    def begin(self, name: str) -> None:
        """Say what is being done now."""

    def advance(self) -> None:
        """Say that one more step is done."""
