"""Model to figures: what a model's labels are worth on annotated rows it was not trained on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nlp.document import Block
from nlp.evaluation.curves import confusion, coverage, reliability
from nlp.evaluation.figures import figures
from nlp.evaluation.intervals import intervals
from nlp.evaluation.judged import Judged, indicators
from nlp.language import language_of
from nlp.taxonomy import CODES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from nlp.document import Example

    #: Blocks that have nothing to do with each other, tagged.
    Tag = Callable[[Iterable[Block]], Iterable[Block]]
    #: A language to thresholds, lower borders of the grey zones, and doubt.
    Borders = Callable[[str], tuple[Sequence[float], Sequence[float], float]]


def evaluate(
    tag: Tag,
    examples: Sequence[Example],
    *,
    borders: Borders,
    progress: Callable[[], None] = lambda: None,
) -> Judged:
    """Label the rows as `wsis tag` does, and put the result beside what people said.

    Parameters
    ----------
    tag : callable
        `nlp.pipeline.Tagger.pipe`.
    examples : sequence of Example
        Rows the model has not seen; figures on its own corpus stand in its `meta.json`.
    borders : callable
        `nlp.classifier.Model.borders`: a language has its own.
    progress : callable
        Is called after each row.
    """
    blocks = [
        Block(id=f"{number}", kind="paragraph", text=example.text, section=example.section)
        for number, example in enumerate(examples)
    ]
    probability = np.zeros((len(blocks), len(CODES)))
    for row, block in enumerate(tag(blocks)):
        probability[row] = [block.scores[code] for code in CODES]
        progress()
    labels = indicators([example.labels for example in examples])
    told = [borders(language_of(example.text)) for example in examples]
    return Judged(
        probability=probability,
        Y=labels,
        also=indicators([example.also for example in examples]) & ~labels,
        thresholds=np.array([thresholds[: len(CODES)] for thresholds, _, _ in told]),
        grey=np.array([grey[: len(CODES)] for _, grey, _ in told]),
        doubt=np.array([doubt for _, _, doubt in told]),
        documents=np.array([f"{example.batch}/{example.doc}" for example in examples]),
    )


def judged_figures(judged: Judged) -> dict[str, Any]:
    """Return the figures of judged rows, with `intervals`, `reliability`, `coverage` and `confusion`."""
    return {
        **figures(judged),
        "intervals": intervals(judged),
        "reliability": reliability(judged),
        "coverage": coverage(judged),
        "confusion": confusion(judged),
    }
