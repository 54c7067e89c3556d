"""One sample: its name, what trouble it shows, its page, and the moves that write it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pdfs.flow import Flow, Note
from pdfs.press import A4, VERA, Press, load
from pdfs.record import Record

if TYPE_CHECKING:
    from pathlib import Path

    from reportlab.lib.pdfencrypt import StandardEncryption

    from pdfs.flow import Layout
    from pdfs.record import Expect
    from pdfs.typeset import Face

Write = Callable[["Writer"], None]


@dataclass(frozen=True, slots=True)
class Sample:
    """A PDF to make and the expectation beside it."""

    name: str
    about: str
    layout: Layout
    write: Write
    language: str = "en"
    error: str = ""
    furniture: tuple[str, ...] = ()
    size: tuple[float, float] = A4
    encrypt: Callable[[], StandardEncryption] | None = None
    faces: tuple[Face, ...] = (VERA,)

    def build(self, folder: Path) -> list[Path]:
        """Write `name`.pdf and `name`.json into a folder."""
        for face in self.faces:
            load(face)
        # The page numbers say "2/4", so the pages are counted on a first, discarded run.
        record, _ = self._compose(total=0)
        record, content = self._compose(total=record.pages)
        record.check()
        pdf, told = folder / f"{self.name}.pdf", folder / f"{self.name}.json"
        pdf.write_bytes(content)
        told.write_text(record.to_json(), encoding="utf-8")
        return [pdf, told]

    def _compose(self, total: int) -> tuple[Record, bytes]:
        record = Record(self.about, self.language, self.error, furniture=list(self.furniture))
        press = Press(self.size, self.encrypt() if self.encrypt else None, title=self.name)
        flow = Flow(press, self.layout, record, total)
        flow.start()
        self.write(Writer(flow))
        flow.finish()
        record.pages = press.page
        return record, press.close()


@dataclass(slots=True)
class Writer:
    """The moves that documents of this kind are made of."""

    flow: Flow
    #: A paragraph's number and where its text begins: "in line" as in UN reports, or hanging.
    number_x: float = 0.0
    first: float = 34.0
    rest: float = 0.0

    @property
    def press(self) -> Press:
        """The press, for what is drawn past the flow."""
        return self.flow.press

    @property
    def record(self) -> Record:
        """The record, for what is expected of what is drawn past the flow."""
        return self.flow.record

    def notes(self, **texts: str | Note) -> None:
        """Set footnotes by mark, `n1="..."` for note 1."""
        for name, text in texts.items():
            mark = name.removeprefix("n")
            self.flow.notes[mark] = text if isinstance(text, Note) else Note(text)

    def note(self, mark: str, text: str) -> None:
        """Set one footnote whose mark is no name."""
        self.flow.notes[mark] = Note(text)

    def h(self, level: int, number: str | None, text: str, **fields: Any) -> Expect:  # noqa: ANN401
        """Set a heading as the UN does: roman numbers out in the margin, bold, by depth."""
        body = self.flow.layout.body
        size = body.size * (1.36, 1.36, 1.16, 1.0, 1.0)[level]
        style = replace(
            body,
            size=size,
            leading=size * 1.2,
            bold=True,
            italic=level >= 4,
            align="left",
            before=10,
            after=8,
            keep=2,
        )
        if wanted := fields.pop("style", {}):
            # The italics of the deepest level are the UN's; a style of its own says what it wants.
            style = replace(style, **({"italic": False} | wanted))
        expect = self.record.heading(level, text, number)
        at = fields.pop("number_x", -23.0)
        return self.flow.block(text, number=number, style=style, mark_x=at, expect=expect, **fields)

    def p(self, number: str | None, text: str, **fields: Any) -> Expect:  # noqa: ANN401
        """Set a paragraph, numbered or not."""
        if number:
            fields = {"mark_x": self.number_x, "first": self.first, "rest": self.rest} | fields
        return self.flow.block(text, "paragraph", number, **fields)

    def run(self, start: int, *texts: str, form: str = "{}.", **fields: Any) -> None:  # noqa: ANN401
        """Set paragraphs numbered on from `start`."""
        for number, text in enumerate(texts, start):
            self.p(form.format(number), text, **fields)

    def item(self, label: str, text: str, depth: int = 0, **fields: Any) -> Expect:  # noqa: ANN401
        """Set a list item with its label hanging; bullets and dashes are not numbers."""
        bullet = label in {"•", "–", "o", "-", "*", "■"}
        left = 34.0 + 24.0 * depth
        fields = {"left": left, "first": 24.0, "rest": 24.0} | fields
        return self.flow.block(
            text, "list_item", None if bullet else label, mark=label if bullet else None, **fields
        )

    def seen(self, kind: str, text: str, number: str | None = None, **fields: Any) -> Expect:  # noqa: ANN401
        """Record a block that is drawn by hand on this page."""
        expect = self.record.begin(kind, text, number, **fields)
        expect.pages.append(self.press.page)
        return expect
