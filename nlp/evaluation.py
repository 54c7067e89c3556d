"""Model to figures: what a model's labels are worth on annotated rows it was not trained on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nlp.classifier.figures import figures, indicators
from nlp.document import Block
from nlp.taxonomy import CODES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nlp.classifier import Model
    from nlp.document import Example


def evaluate(model: Model, examples: Sequence[Example]) -> dict[str, Any]:
    """Label the rows with the model and compare.

    Parameters
    ----------
    model : Model
    examples : sequence of Example
        Rows the model has not seen; figures on its own corpus stand in its `meta.json`.

    Returns
    -------
    dict
        As `nlp.classifier.figures.figures` tells.
    """
    blocks = [
        Block(id=example.id, kind="paragraph", text=example.text, section=example.section)
        for example in examples
    ]
    scores = [scores for scores, _ in model.classify(blocks)]
    head = model.scorer.head
    return figures(
        np.array([[row[code] for code in CODES] for row in scores]).reshape(len(examples), len(CODES)),
        indicators([example.labels for example in examples]),
        indicators([example.also for example in examples]),
        head.thresholds,
        head.grey,
    )
