"""What a reader should get out of a sample, collected while the sample is drawn."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from pdfs.inline import calls, plain


@dataclass(slots=True)
class Expect:
    """One block as OUTPUT says it: number, bullet and note calls are not in `text`.

    `also` are kinds that are as right as `kind`; `anywhere` frees the block from the reading
    order (a margin note has no place in it); `optional` may be left out altogether.
    """

    kind: str
    text: str
    number: str | None = None
    level: int | None = None
    pages: list[int] = field(default_factory=list)
    section: list[str] = field(default_factory=list)
    note_marks: list[str] = field(default_factory=list)
    notes: int = 0
    also: list[str] = field(default_factory=list)
    anywhere: bool = False
    optional: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Give the fields that say something."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        always = {"kind", "text", "pages"}
        return {
            name: value for name, value in fields.items() if name in always or value not in (None, [], 0, "")
        }


@dataclass(slots=True)
class Record:
    """Everything expected of one sample.

    `furniture` lists strings of headers, footers and the like that no body block may hold;
    `titles` are headings that name the whole document, which a reader may or may not count
    as the outermost section.
    """

    about: str
    language: str = "en"
    error: str = ""
    pages: int = 0
    pages_without_text: list[int] = field(default_factory=list)
    poor_pages: list[int] = field(default_factory=list)
    furniture: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    blocks: list[Expect] = field(default_factory=list)
    _headings: list[tuple[int, str]] = field(default_factory=list)

    def begin(self, kind: str, markup: str, number: str | None = None, **fields: Any) -> Expect:  # noqa: ANN401
        """Start a block: its pages are added as its lines are drawn."""
        section = [text for _, text in self._headings]
        expect = Expect(kind, plain(markup), number, section=section, note_marks=calls(markup), **fields)
        self.blocks.append(expect)
        return expect

    def heading(self, level: int, markup: str, number: str | None = None) -> Expect:
        """Start a heading, which encloses what follows; level 0 is the document's title."""
        self._headings = [(at, text) for at, text in self._headings if at < level]
        expect = self.begin("heading", markup, number, level=level or None)
        if level:
            self._headings.append((level, expect.text))
        else:
            self.titles.append(expect.text)
            expect.also = ["cover"]
        return expect

    def leave(self, level: int) -> None:
        """End the sections of this level and deeper, as at the end of a box."""
        self._headings = [(at, text) for at, text in self._headings if at < level]

    def to_json(self) -> str:
        """Give the JSON that lies beside the PDF."""
        found: dict[str, Any] = {"about": self.about}
        if self.error:
            found["error"] = self.error
        else:
            found |= {"language": self.language, "pages": self.pages}
            for name in ("pages_without_text", "poor_pages", "furniture", "titles"):
                if value := getattr(self, name):
                    found[name] = value
            found["blocks"] = [block.to_dict() for block in self.blocks]
        return json.dumps(found, ensure_ascii=False, indent=1) + "\n"

    def check(self) -> None:
        """Refuse a sample that contradicts itself.

        Raises
        ------
        ValueError
            Furniture that the body holds too, or a block that was never drawn.
        """
        body = " ".join(block.text for block in self.blocks)
        for text in self.furniture:
            if text in body:
                raise ValueError(f"furniture {text!r} stands in the body too: it could not be told to leak")
        for block in self.blocks:
            if not block.pages:
                raise ValueError(f"never drawn: {block.text[:60]!r}")
