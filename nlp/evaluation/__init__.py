"""Labels to figures: what probabilities are worth against what people said.

`figures`, `intervals` and `curves` count; `baselines` gives what a simpler method would say;
`report` and `pictures` show it to people; `evaluate` judges a finished model on new rows.
"""

from __future__ import annotations

from nlp.evaluation.model import evaluate, judged_figures

__all__ = ["evaluate", "judged_figures"]
