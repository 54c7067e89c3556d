"""Many submissions through the pipeline: found, spread over workers, each recorded in a run folder."""

from __future__ import annotations

from nlp.batch.find import Found, find, words_of
from nlp.batch.recipe import make_recipe
from nlp.batch.run import Batch, Plan
from nlp.batch.sources import Source
from nlp.batch.work import Order
from nlp.batch.workers import Local, Threads, Workers, cores

__all__ = [
    "Batch",
    "Found",
    "Local",
    "Order",
    "Plan",
    "Source",
    "Threads",
    "Workers",
    "cores",
    "find",
    "make_recipe",
    "words_of",
]
