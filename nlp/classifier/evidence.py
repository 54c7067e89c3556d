"""What spoke for a label: words, explicit mentions, the heading, and the nearest corpus rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nlp.classifier.features import heading_of, take_apart
from nlp.document import Because, Neighbour, Word
from nlp.taxonomy import CODES, DECIDED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from nlp.classifier.features import Piece
    from nlp.classifier.scorer import Scored, Scorer
    from nlp.document import Block, Entity

#: Words, and corpus rows, that are told for a label.
N_WORDS, N_NEAREST = 5, 3
#: Log-odds from which a word or a heading is worth telling.
LEAST = 0.05


def mentions(entities: Iterable[Entity]) -> dict[int, str]:
    """Return the action lines that are named, as columns, with the first words that name each.

    "C7" alone names no subline: it has a column of its own.
    """
    found: dict[int, str] = {}
    for entity in entities:
        if entity.label == "ACTION_LINE":
            for code in entity.id.split("+"):
                if code in DECIDED:
                    found.setdefault(DECIDED.index(code), entity.text)
    return found


class _Stretch(NamedTuple):
    start: int
    end: int
    weight: float


class Explainer:
    """Tells what spoke for the labels of a block that `scorer` scored."""

    def __init__(self, scorer: Scorer) -> None:
        self.scorer = scorer

    def explain(self, block: Block, scored: Scored, labels: list[int]) -> list[Because]:
        """Return the evidence for each of these labels (columns of the taxonomy)."""
        if not labels:
            return []
        nearest = self.nearest(scored)
        found, weights = self._word_weights(block.text, scored, labels)
        named, heading = mentions(block.entities), self._heading_weights(scored)
        return [
            Because(
                words=_words(block.text, found, weights[:, i]),
                mention=named.get(label),
                heading=heading_of(block.section) if heading[label] >= LEAST else None,
                nearest=nearest,
            )
            for i, label in enumerate(labels)
        ]

    def nearest(self, scored: Scored) -> tuple[Neighbour, ...]:
        """Return the corpus rows nearest to a text; none without the encoder."""
        if scored.near is None:
            return ()
        rows = self.scorer.model.neighbours
        return tuple(
            Neighbour(
                id=rows.ids[row],
                similarity=round(float(similarity), 4),
                labels=tuple(CODES[label] for label in np.flatnonzero(rows.labels[row])),
            )
            for row, similarity in zip(scored.near.rows[:N_NEAREST], scored.near.similarity, strict=False)
        )

    def _word_weights(
        self, text: str, scored: Scored, labels: list[int]
    ) -> tuple[list[Piece], NDArray[np.float64]]:
        """Share the lexical log-odds out to the pieces of the text, (n_pieces, len(labels))."""
        found, voices = take_apart(text, self.scorer.model.lexicon)
        value = np.zeros(len(self.scorer.model.lexicon))
        value[scored.columns] = scored.weights
        parts = voices.share * value[voices.column]
        coef = self.scorer.coef["lexical"]
        weights = np.empty((len(found), len(labels)))
        for i, label in enumerate(labels):
            said = parts * coef[voices.column, label]
            weights[:, i] = np.bincount(voices.piece, weights=said, minlength=len(found))
        return found, weights

    def _heading_weights(self, scored: Scored) -> NDArray[np.float64]:
        """Return what the heading says for each label, as the mean of the heads."""
        lexicon, coef = self.scorer.model.lexicon, self.scorer.coef
        of_heading = scored.columns >= len(lexicon) - len(lexicon.heading)
        total: NDArray[np.float64] = scored.weights[of_heading] @ coef["lexical"][scored.columns[of_heading]]
        if scored.extra is not None:
            half = len(scored.extra) // 2
            total = (total + scored.extra[half:] @ coef["encoder"][half:]) / 2
        return total


def _words(text: str, found: list[Piece], weights: NDArray[np.float64]) -> tuple[Word, ...]:
    # A few more than are told, since neighbours, and the same words, become one.
    best = [i for i in np.argsort(-weights, kind="stable")[: 2 * N_WORDS].tolist() if weights[i] >= LEAST]
    stretches: list[_Stretch] = []
    last = -2
    for i in sorted(best):
        piece, weight = found[i], float(weights[i])
        if i == last + 1 and text[stretches[-1].end : piece.start].isspace():
            before = stretches.pop()
            stretches.append(_Stretch(before.start, piece.end, before.weight + weight))
        else:
            stretches.append(_Stretch(piece.start, piece.end, weight))
        last = i
    # Words that come back are told once, where they come first, with all their weight.
    different: dict[str, _Stretch] = {}
    for stretch in stretches:
        said = text[stretch.start : stretch.end].casefold()
        first = different.setdefault(said, stretch)
        if first is not stretch:
            different[said] = first._replace(weight=first.weight + stretch.weight)
    told = sorted(different.values(), key=lambda stretch: (-stretch.weight, stretch.start))[:N_WORDS]
    return tuple(Word(s.start, s.end, text[s.start : s.end], round(s.weight, 4)) for s in told)
