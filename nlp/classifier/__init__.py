"""Blocks to action lines: features, encoder, weights and reasons.

`load_model` and `Model.classify` are all that tagging needs, and import neither scikit-learn
nor, until the first text is scored, onnxruntime. `estimator` is for training.
"""

from __future__ import annotations

from nlp.classifier.model import Model, default_path, load_model
from nlp.classifier.store import read_model

__all__ = ["Model", "default_path", "load_model", "read_model"]
