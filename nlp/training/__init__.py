"""Corpus to model: rows as columns, folds that judge the method, the fit, the directory."""

from __future__ import annotations

from nlp.training.fit import count_steps, cross_validate, train
from nlp.training.rows import TrainOptions

__all__ = ["TrainOptions", "count_steps", "cross_validate", "train"]
