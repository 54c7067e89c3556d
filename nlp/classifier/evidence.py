"""What spoke for a label: words, explicit mentions, the heading, and the nearest corpus rows."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nlp.classifier.features import heading_of, take_apart
from nlp.classifier.store import quantise
from nlp.document import Because, Neighbour, Word
from nlp.taxonomy import CODES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nlp.classifier.features import Piece
    from nlp.classifier.scorer import Scored, Scorer
    from nlp.document import Block

#: Log-odds that an action line gains where the text names it ("action line C5"): from 1 in 20
#: to 2 in 5. A paragraph takes the lines it says it works on, but not each one it cites.
MENTION_LOGIT = 2.5
#: Words, and corpus rows, that are told for a label.
N_WORDS, N_NEAREST = 5, 3
#: Log-odds from which a word or a heading is worth telling.
LEAST = 0.05
#: Texts that are compared with the corpus at a time; all at once could fill the memory.
_CHUNK = 64


def mentions(block: Block) -> dict[str, str]:
    """Return the action lines that the block names, with the first words that do so.

    "C7" alone names no subline and is not among them.
    """
    found: dict[str, str] = {}
    for entity in block.entities:
        if entity.label == "ACTION_LINE":
            for code in entity.id.split("+"):
                if code in CODES:
                    found.setdefault(code, entity.text)
    return found


class _Stretch(NamedTuple):
    start: int
    end: int
    weight: float


class Explainer:
    """Tells what spoke for the labels of a block that `scorer` scored."""

    def __init__(self, scorer: Scorer) -> None:
        self.scorer = scorer

    def explain(
        self, block: Block, scored: Scored, labels: list[int], nearest: tuple[Neighbour, ...]
    ) -> list[Because]:
        """Return the evidence for each of these labels (columns of the taxonomy)."""
        if not labels:
            return []
        found, weights = self._word_weights(block.text, scored, labels)
        named, heading = mentions(block), self._heading_weights(scored)
        return [
            Because(
                words=_words(block.text, found, weights[:, i]),
                mention=named.get(CODES[label]),
                heading=heading_of(block.section) if heading[label] >= LEAST else None,
                nearest=nearest,
            )
            for i, label in enumerate(labels)
        ]

    def nearest(self, scored: Sequence[Scored]) -> list[tuple[Neighbour, ...]]:
        """Return the corpus rows nearest to each text; none without the encoder."""
        rows = self.scorer.model.neighbours
        vectors = [one.vector for one in scored if one.vector is not None]
        if len(vectors) < len(scored) or not rows.ids:
            return [() for _ in scored]
        found: list[tuple[Neighbour, ...]] = []
        for start in range(0, len(vectors), _CHUNK):
            found += map(self._neighbours, self._similarity(np.array(vectors[start : start + _CHUNK])))
        return found

    def _similarity(self, vectors: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the cosine of each vector with each corpus row."""
        theirs, lengths = self._corpus
        mine = quantise(vectors).astype(np.float32)
        # Whole numbers below 2**24: exact in single precision in whatever order they are
        # added, so that many texts can be compared at once.
        products = (mine @ theirs.T).astype(np.float64)
        my_lengths = np.sqrt((mine.astype(np.float64) ** 2).sum(axis=1, keepdims=True))
        similarity: NDArray[np.float64] = products / np.maximum(my_lengths * lengths, 1e-9)
        return similarity

    def _neighbours(self, similarity: NDArray[np.float64]) -> tuple[Neighbour, ...]:
        rows = self.scorer.model.neighbours
        # The third highest value first: sorting thousands of rows for three costs more.
        place = max(len(similarity) - N_NEAREST, 0)
        near = np.flatnonzero(similarity >= np.partition(similarity, place)[place])
        best = near[np.argsort(-similarity[near], kind="stable")][:N_NEAREST]
        return tuple(
            Neighbour(
                id=rows.ids[row],
                similarity=round(float(similarity[row]), 4),
                labels=tuple(CODES[label] for label in np.flatnonzero(rows.labels[row])),
            )
            for row in best.tolist()
        )

    def _word_weights(
        self, text: str, scored: Scored, labels: list[int]
    ) -> tuple[list[Piece], NDArray[np.float64]]:
        """Share the lexical log-odds out to the pieces of the text, (n_pieces, len(labels))."""
        found, voices = take_apart(text, self.scorer.model.lexicon)
        value = np.zeros(len(self.scorer.model.lexicon))
        value[scored.columns] = scored.weights
        parts = voices.share * value[voices.column]
        weights = np.empty((len(found), len(labels)))
        for i, label in enumerate(labels):
            said = parts * self.scorer.coef[voices.column, label]
            weights[:, i] = np.bincount(voices.piece, weights=said, minlength=len(found))
        return found, weights

    def _heading_weights(self, scored: Scored) -> NDArray[np.float64]:
        lexicon, coef = self.scorer.model.lexicon, self.scorer.coef
        of_heading = scored.columns >= len(lexicon) - len(lexicon.heading)
        total: NDArray[np.float64] = scored.weights[of_heading] @ coef[scored.columns[of_heading]]
        if scored.extra is not None:
            half = len(scored.extra) // 2
            total = total + scored.extra[half:] @ coef[len(lexicon) + half :]
        return total

    @cached_property
    def _corpus(self) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
        vectors = self.scorer.model.neighbours.vectors.astype(np.float32)
        return vectors, np.sqrt((vectors.astype(np.float64) ** 2).sum(axis=1))


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
