"""Builders, and stand-ins for the heavy stages: quick, and easy to foretell."""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass, field
from pathlib import Path

from nlp import taxonomy
from nlp.document import LABELLED_KINDS, ActionLine, Because, Block, Document, Entity, Region, Word
from nlp.errors import Damaged, Encrypted
from nlp.pipeline import Tagger

SHA = "0" * 64


@dataclass
class FakeModel:
    """Assigns C2 where broadband is spoken of, and asks for review of C5 at security."""

    name: str = "fake"
    version: str = "1.0"
    sha256: str = SHA
    languages: tuple[str, ...] = ("en",)
    warnings: tuple[str, ...] = ()
    sizes: list[int] = field(default_factory=list)
    asked: list[list[str]] = field(default_factory=list)

    def classify(self, blocks, languages=None):
        self.sizes.append(len(blocks))
        self.asked.append(list(languages or ()))
        return [self._one(block) for block in blocks]

    def _one(self, block):
        scores = dict.fromkeys(taxonomy.CODES, 0.0)
        lines = []
        if block.kind in LABELLED_KINDS:
            for code, word, probability in (("C2", "broadband", 0.9), ("C5", "security", 0.4)):
                if found := re.search(word, block.text):
                    scores[code] = probability
                    lines.append(
                        ActionLine(
                            code=code,
                            title=taxonomy.line(code).title,
                            probability=probability,
                            threshold=0.5,
                            status="assigned" if probability >= 0.5 else "review",
                            because=Because(words=(Word(*found.span(), word, 1.5),)),
                        )
                    )
        return scores, tuple(lines)


@dataclass
class FakeEntities:
    """Marks the TBT Committee."""

    calls: list[bool] = field(default_factory=list)

    def tag(self, blocks, languages=None, *, independent=False):
        self.calls.append(independent)
        return [
            tuple(
                Entity(
                    *found.span(),
                    found[0],
                    "COMMITTEE",
                    "wto:tbt",
                    "Committee on Technical Barriers to Trade",
                    "alias",
                )
                for found in re.finditer("TBT Committee", block.text)
            )
            for block in blocks
        ]


@dataclass(frozen=True)
class FakeKnowledge:
    version: str = "1"
    sha256: str = SHA

    def members_of(self, group, day):
        return ()


def fake_tagger(**model) -> Tagger:
    return Tagger(model=FakeModel(**model), knowledge=FakeKnowledge(), entities=FakeEntities())


def fake_load_tagger(model=None, knowledge=None, *, threads=None) -> Tagger:
    """Stands for `nlp.pipeline.load_tagger`."""
    return fake_tagger()


def a_document(source: str = "paper.pdf", **fields) -> Document:
    """A document of a heading, three paragraphs and a footnote, as reading leaves it."""
    texts = (
        ("h1", "heading", "Connecting everyone"),
        ("p1", "paragraph", "The TBT Committee spoke of broadband."),
        ("p2", "paragraph", "Members spoke of security."),
        ("p3", "paragraph", "The weather was fine."),
        ("n1", "footnote", "See broadband."),
    )
    blocks = tuple(
        Block(
            id=name,
            kind=kind,
            text=text,
            number=f"{number}." if kind == "paragraph" else None,
            section=() if kind == "heading" else ("Connecting everyone",),
            regions=(Region(1 + number // 3, 72, 100 + number, 500, 120 + number),),
        )
        for number, (name, kind, text) in enumerate(texts)
    )
    return Document(
        id=SHA,
        source=source,
        **{"title": "A paper", "language": "en", "pages": 2, "blocks": blocks, **fields},
    )


def fake_tag_pdf(path, options, tagger, *, source=None):
    """Stands for `nlp.pipeline.tag_pdf`: what happens is in the file's first word."""
    stages = tagger()
    word = Path(path).read_bytes().split()[1].decode()
    if word == "encrypted":
        raise Encrypted("a password is asked for", input=source)
    if word == "damaged":
        raise Damaged("no pages can be found", input=source, page=2)
    if word == "bug":
        raise RuntimeError("a fault of ours")
    if word == "hang":
        Path(os.environ["WSIS_TEST_MARK"]).touch()
        time.sleep(60)
    warnings = ("pages 3-4 have no text layer",) if word == "scan" else ()
    return stages.tag(a_document(source=source or Path(path).name, warnings=warnings))
