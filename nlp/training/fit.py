"""Corpus to model directory: columns, fit, figures, files. The same rows give the same bytes."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

import numpy as np

from nlp.classifier import encoder
from nlp.classifier.neighbours import quantise
from nlp.classifier.store import Head, Mode, Neighbours, StoredModel, save_model
from nlp.corpus import corpus_hash
from nlp.taxonomy import CODES
from nlp.training import folds
from nlp.training.card import to_card
from nlp.training.modes import fit_mode
from nlp.training.rows import Learner, Rows, TrainOptions, encode_rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from nlp.classifier.estimator import ActionLineClassifier
    from nlp.document import Example
    from nlp.training.rows import Encode, Encoded, Mark
    from nlp.training.steps import Steps

_LIBRARIES = ("numpy", "scipy", "scikit-learn", "onnxruntime", "tokenizers")


def train(
    examples: Sequence[Example],
    path: Path,
    *,
    name: str = "actionlines",
    version: str = "0.1.0",
    options: TrainOptions | None = None,
    encode: Encode | None = None,
    mark: Mark | None = None,
    steps: Steps | None = None,
    overwrite: bool = False,
) -> dict[str, Any]:
    """Train on annotated rows, judge the method on them, and write the model directory.

    Parameters
    ----------
    examples : sequence of Example
    path : Path
        The directory to be.
    name, version : str
        What the model calls itself.
    options : TrainOptions, optional
    encode : callable, optional
        Texts to vectors. Without one the model knows words alone.
    mark : callable, optional
        Blocks to their entities, for the action lines that texts name.
    steps : Steps, optional
        Is told how far it is; `count_steps` says how many there will be.
    overwrite : bool, default=False
        Replace a directory that is there.

    Returns
    -------
    dict
        The figures, as `nlp.training.folds.Judge.figures` tells.

    Raises
    ------
    CorpusInvalid
        There are too few rows, labels or documents.
    FileExistsError
        The directory is there and may not be replaced.
    """
    options = options or TrainOptions()
    if path.exists() and not overwrite:
        raise FileExistsError(f"{path} is there already; remove it or allow overwriting")
    fit = _Fit(Rows(examples, options, mark=mark), encode, steps)
    fitted = fit.heads()
    figures = fit.judge(fit.decisions(fitted))
    model = fit.model(name, version, fitted, figures)
    fit.begin(f"writing {path.name}")
    save_model(model, path, card=to_card(model), overwrite=overwrite)
    return figures


def cross_validate(
    examples: Sequence[Example],
    *,
    options: TrainOptions | None = None,
    encode: Encode | None = None,
    mark: Mark | None = None,
    steps: Steps | None = None,
) -> dict[str, Any]:
    """Judge the method on annotated rows without making a model; parameters as in `train`.

    Returns
    -------
    dict
        As `nlp.training.folds.Judge.figures` tells.
    """
    fit = _Fit(Rows(examples, options or TrainOptions(), mark=mark), encode, steps)
    return fit.judge(fit.out_of_fold())


def count_steps(options: TrainOptions | None = None, *, heads: int = 2, fit: bool = True) -> int:
    """Return how many steps `train`, or `cross_validate` without a `fit`, takes at most."""
    n_folds = (options or TrainOptions()).n_folds
    return 1 + (heads == 2) + heads * (n_folds + fit) + folds.count_steps(n_folds, heads)


class _Silent:
    def begin(self, name: str) -> None:
        pass

    def advance(self) -> None:
        pass


class _Fit:
    """The steps from rows to a model."""

    def __init__(self, rows: Rows, encode: Encode | None, steps: Steps | None) -> None:
        self.rows = rows
        steps = steps or _Silent()
        self.begin, self.advance = steps.begin, steps.advance
        self.begin(f"{len(rows.examples)} rows; finding terms")
        all_rows = np.ones_like(rows.english)
        self.learners = [Learner("lexical", rows.lexical_columns, all_rows)]
        self.advance()
        self.encoded: Encoded | None = None
        if encode is not None:
            self.begin("encoding paragraphs and headings")
            self.encoded = encode_rows(rows, encode)
            self.learners.append(Learner("encoder", self.encoded.columns, rows.english))
            self.advance()
        vectors = None if self.encoded is None else self.encoded.text_vectors
        self.judged_by = folds.Judge(rows, self.learners, vectors, self.begin, self.advance)

    def heads(self) -> dict[str, ActionLineClassifier]:
        """Fit every learner."""
        rows, fitted = self.rows, {}
        for learner in self.learners:
            mine = learner.rows
            self.begin(f"fitting {learner.columns.shape[1]} columns of the {learner.name} head")
            fitted[learner.name] = rows.options.classifier().fit(
                learner.columns, rows.targets[mine], rows.voices[mine], rows.also[mine], progress=self.advance
            )
        return fitted

    def decisions(self, fitted: dict[str, ActionLineClassifier]) -> dict[str, NDArray[np.float64]]:
        """Return the out-of-fold decision values of the fits."""
        found = {}
        for learner in self.learners:
            found[learner.name] = np.zeros(self.rows.targets.shape)
            found[learner.name][learner.rows] = fitted[learner.name].oof_decision_
        return found

    def out_of_fold(self) -> dict[str, NDArray[np.float64]]:
        """Return the same without the fits."""
        rows, found = self.rows, {}
        for learner in self.learners:
            self.begin(f"judging the {learner.name} head in folds of batches")
            classifier = rows.options.classifier()
            found[learner.name] = folds.out_of_fold(classifier, learner, rows, rows.voices, self.advance)
        return found

    def judge(self, by_voice: dict[str, NDArray[np.float64]]) -> dict[str, Any]:
        """Judge the learners in folds."""
        return self.judged_by.figures(by_voice)

    def model(
        self, name: str, version: str, fitted: dict[str, ActionLineClassifier], figures: dict[str, Any]
    ) -> StoredModel:
        """Put together what the directory holds."""
        nothing = np.zeros(encoder.DIMENSION, dtype=np.float32)
        encoded = self.encoded
        return StoredModel(
            name=name,
            version=version,
            lexicon=self.rows.lexicon,
            heads={head: Head(one.coef_.astype(np.float16), one.intercept_) for head, one in fitted.items()},
            modes=self._modes(self.decisions(fitted)),
            text_mean=nothing if encoded is None else encoded.text_mean,
            heading_mean=nothing if encoded is None else encoded.heading_mean,
            neighbours=self._neighbours(),
            about=self._about(figures),
        )

    def _modes(self, decisions: dict[str, NDArray[np.float64]]) -> dict[str, Mode]:
        rows, judge = self.rows, self.judged_by
        truth = rows.truth(rows.voices)
        evidence = judge.evidence(decisions, rows.voices)
        lexical = fit_mode(evidence.alone("lexical"), truth.of(rows.english), rows.options)
        modes = {"lexical": lexical}
        if self.encoded is not None:
            modes["full"] = fit_mode(evidence, truth.of(rows.english), rows.options)
        if rows.foreign.any():
            # Too few rows for a second look of their own: the curves of English serve.
            modes["foreign"] = fit_mode(
                judge.lexical_evidence(decisions, rows.foreign),
                truth.of(rows.foreign),
                rows.options,
                second=lexical.second,
            )
        return modes

    def _neighbours(self) -> Neighbours:
        if self.encoded is None:
            return Neighbours(
                vectors=np.zeros((0, encoder.DIMENSION), dtype=np.int8),
                ids=(),
                labels=np.zeros((0, len(CODES)), dtype=np.uint8),
            )
        return Neighbours(
            vectors=quantise(self.encoded.text_vectors),
            ids=tuple(self.rows.examples[i].id for i in np.flatnonzero(self.rows.english)),
            labels=self.rows.targets[self.rows.english, : len(CODES)].astype(np.uint8),
        )

    def _about(self, figures: dict[str, Any]) -> dict[str, Any]:
        examples = self.rows.examples
        counts = Counter(label for example in examples for label in example.labels)
        options = asdict(self.rows.options)
        del options["n_jobs"]
        return {
            "corpus": {
                "sha256": corpus_hash(examples),
                "rows": len(examples),
                "documents": len(np.unique(self.rows.documents)),
                "batches": sorted({example.batch for example in examples}),
                "labels": {code: counts[code] for code in CODES},
                "without_label": sum(not example.labels for example in examples),
                "languages": dict(sorted(Counter(example.language for example in examples).items())),
                "status": dict(sorted(Counter(example.status for example in examples).items())),
            },
            "options": options,
            "encoder": None if self.encoded is None else dict(encoder.IDENTITY),
            "libraries": {library: _version(library) for library in _LIBRARIES},
            "figures": figures,
        }


def _version(library: str) -> str | None:
    try:
        return version(library)
    except PackageNotFoundError:
        return None
