"""The method judged on its own corpus: rows are labelled by models that have not seen their group.

Three ways of leaving rows out: by batch (a writer not read before, nearest to what real
documents give), by document (another text of a writer it knows), and by year (trained on the
older rows, tested on the newer). Calibration, second look and borders come from the other folds,
too, so that no row helps to judge itself. Two simpler methods are judged on the same folds:
logistic regression over plain word counts, and keywords.
"""

# ruff: noqa: N806 - X and Y are scikit-learn's names

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from nlp.evaluation.curves import confusion, coverage, reliability
from nlp.evaluation.figures import figures, label_figures
from nlp.evaluation.intervals import intervals
from nlp.evaluation.judged import Judged
from nlp.taxonomy import CODES, DECIDED
from nlp.training.modes import (
    Cut,
    Evidence,
    cross_fitted,
    fit_mode,
    mode_judge,
    plain_judge,
    probabilities,
    shares_among,
    shares_out_of_fold,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from nlp.classifier.estimator import ActionLineClassifier
    from nlp.training.rows import Learner, Rows

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

#: Share of the rows that are newest, at most, in the test by year.
NEWER = 0.25
#: The methods that are judged: the model with and without encoder, and two simpler ones.
FULL, LEXICAL, PLAIN, KEYWORDS = "full", "lexical", "plain", "keywords"
_N, _M = len(CODES), len(DECIDED)


def out_of_fold(
    classifier: ActionLineClassifier,
    learner: Learner,
    rows: Rows,
    groups: NDArray[Any],
    advance: Callable[[], None],
) -> Floats:
    """Return decision values of the learner's rows by models that have not seen their group.

    Returns
    -------
    ndarray of shape (n_rows, 20)
        0 for rows that are not the learner's.
    """
    mine = learner.rows
    decision = np.zeros(rows.targets.shape)
    decision[mine] = classifier.cross_val_decision(
        learner.columns, rows.targets[mine], groups[mine], rows.also[mine], progress=advance
    )
    return decision


def count_steps(n_folds: int, n_learners: int) -> int:
    """Return how often `Judge.figures` tells that it has advanced, at most."""
    # By document, plain words by document and by batch, and by year with its fits.
    return n_learners * n_folds + 2 * n_folds + n_learners * (n_folds + 1)


@dataclass(frozen=True)
class Judge:
    """Judges the method on the rows.

    Parameters
    ----------
    rows : Rows
    learners : sequence of Learner
    vectors : ndarray of shape (n_english, 384) or None
        Centred vectors of the English texts, where there is an encoder.
    begin, advance : callable
        Are told of each phase by name, and of each fold.
    """

    rows: Rows
    learners: Sequence[Learner]
    vectors: Floats | None
    begin: Callable[[str], None]
    advance: Callable[[], None]

    def figures(self, by_voice: dict[str, Floats]) -> dict[str, Any]:
        """Return the figures.

        Parameters
        ----------
        by_voice : dict of str to ndarray of shape (n_rows, 20)
            Decision values of each learner where each of `rows.voices` is left out whole.

        Returns
        -------
        dict
            `by_batch`, `by_document`: `nlp.evaluation.figures.figures` of each method on English
            rows, the model itself first. `by_year`: those of the model, with the years, or None
            where the rows do not allow it. `languages`: by batch, for the rows of each other
            language. Of the model by batch: `family` (C7 itself), `intervals`, `reliability`,
            `coverage`, `confusion`.
        """
        rows = self.rows
        main = FULL if self.vectors is not None else LEXICAL
        self.begin("judging in folds of documents")
        classifier = rows.options.classifier()
        by_document = {
            one.name: out_of_fold(classifier, one, rows, rows.documents, self.advance)
            for one in self.learners
        }
        self.begin("judging plain word counts in the same folds")
        simple = replace(rows.options, C=1.0).classifier()
        plain = {
            "batch": out_of_fold(simple, rows.plain, rows, rows.voices, self.advance),
            "document": out_of_fold(simple, rows.plain, rows, rows.documents, self.advance),
        }
        self.begin("judging on the newest rows")
        by_year = self._by_year(main)

        self.begin("counting")
        batch = self._methods(by_voice, plain["batch"], rows.voices)
        document = self._methods(by_document, plain["document"], rows.documents)
        judged = _labels(batch[main])
        return {
            "by_batch": {name: figures(_labels(one)) for name, one in batch.items()},
            "by_document": {name: figures(_labels(one)) for name, one in document.items()},
            "by_year": by_year,
            "languages": self._languages(by_voice, plain["batch"]),
            "family": label_figures(batch[main], _N),
            "intervals": intervals(judged),
            "reliability": reliability(judged),
            "coverage": coverage(judged),
            "confusion": confusion(judged),
        }

    def evidence(self, decisions: dict[str, Floats], groups: NDArray[Any]) -> Evidence:
        """Return what models that had not seen the groups say of the English rows."""
        english = self.rows.english
        shares = self._voice_shares if groups is self.rows.voices else self._shares(groups)
        first = {name: decision[english] for name, decision in decisions.items()}
        return Evidence(first, self.rows.keywords[english], shares)

    def lexical_evidence(self, decisions: dict[str, Floats], chosen: Bools) -> Evidence:
        """Return what words alone say of the chosen rows."""
        return Evidence({LEXICAL: decisions[LEXICAL][chosen]}, self.rows.keywords[chosen], None)

    @cached_property
    def _voice_shares(self) -> Floats | None:
        # Twelve thousand rows against each other take half a minute: the fit needs them, too.
        return self._shares(self.rows.voices)

    def _shares(self, groups: NDArray[Any]) -> Floats | None:
        if self.vectors is None:
            return None
        english = self.rows.english
        labels = self.rows.targets[english, :_N]
        return shares_out_of_fold(self.vectors, labels, groups[english], self.rows.options.n_folds)

    def _methods(
        self, decisions: dict[str, Floats], plain: Floats, groups: NDArray[Any]
    ) -> dict[str, Judged]:
        english, options = self.rows.english, self.rows.options
        evidence, truth = self.evidence(decisions, groups), self.rows.truth(groups).of(english)
        methods = {}
        if self.vectors is not None:
            cut = cross_fitted(truth, options, mode_judge(evidence, truth, options))
            methods[FULL] = self._judged(cut, english)
        cut = cross_fitted(truth, options, mode_judge(evidence.alone(LEXICAL), truth, options))
        methods[LEXICAL] = self._judged(cut, english)
        methods[PLAIN] = self._plain(plain, groups, english)
        methods[KEYWORDS] = self._by_keyword(english)
        return methods

    def _languages(self, decisions: dict[str, Floats], plain: Floats) -> dict[str, Any]:
        rows, foreign = self.rows, self.rows.foreign
        if not foreign.any():
            return {}
        english = fit_mode(
            self.lexical_evidence(decisions, rows.english),
            rows.truth(rows.voices).of(rows.english),
            rows.options,
        )
        evidence, truth = self.lexical_evidence(decisions, foreign), rows.truth(rows.voices).of(foreign)
        judge = mode_judge(evidence, truth, rows.options, second=english.second)
        judged = {
            LEXICAL: self._judged(cross_fitted(truth, rows.options, judge), foreign),
            PLAIN: self._plain(plain, rows.voices, foreign),
            KEYWORDS: self._by_keyword(foreign),
        }
        language = rows.languages[foreign]
        return {
            name: {method: figures(_labels(one.of(language == name))) for method, one in judged.items()}
            for name in np.unique(language).tolist()
        }

    def _plain(self, decision: Floats, groups: NDArray[Any], chosen: Bools) -> Judged:
        options, truth = self.rows.options, self.rows.truth(groups).of(chosen)
        return self._judged(
            cross_fitted(truth, options, plain_judge(decision[chosen], truth, options)), chosen
        )

    def _by_keyword(self, chosen: Bools) -> Judged:
        hits = np.column_stack([self.rows.keywords[chosen], np.zeros(chosen.sum())])
        # One keyword is enough; more of them only rank the rows.
        border = np.full(hits.shape, 0.5)
        return self._judged(Cut(hits / (hits + 1), border, border, np.zeros(len(hits))), chosen)

    def _judged(self, cut: Cut, chosen: Bools) -> Judged:
        rows = self.rows
        Y, also = rows.targets[chosen, :_M], rows.also[chosen, :_M]
        return Judged(cut.probability, Y, also, cut.thresholds, cut.grey, cut.doubt, rows.documents[chosen])

    def _by_year(self, main: str) -> dict[str, Any] | None:
        rows = self.rows
        years = np.array([example.year or 0 for example in rows.examples])
        told = np.unique(years[rows.english & (years > 0)])
        starts = [y for y in told[1:].tolist() if (years[rows.english] >= y).mean() <= NEWER]
        if not starts:
            return None
        newer = rows.english & (years >= starts[0])
        older = rows.english & (years > 0) & ~newer
        Y, also = rows.targets[older], rows.also[older]
        whole = all(len(np.unique(Y[~also[:, k], k])) > 1 for k in range(Y.shape[1]))
        if not whole or len(np.unique(rows.voices[older])) < 2:
            return None
        before, after = {}, {}
        for learner in self.learners:
            in_columns = np.cumsum(learner.rows) - 1
            fitted = rows.options.classifier().fit(
                learner.columns[in_columns[older]], Y, rows.voices[older], also, progress=self.advance
            )
            before[learner.name] = fitted.oof_decision_
            columns = learner.columns[in_columns[newer]]
            after[learner.name] = np.asarray(columns @ fitted.coef_) + fitted.intercept_
        shares: list[Floats | None] = [None, None]
        if self.vectors is not None:
            place = np.cumsum(rows.english) - 1
            old, new = self.vectors[place[older]], self.vectors[place[newer]]
            labels = Y[:, :_N]
            shares = [
                shares_out_of_fold(old, labels, rows.voices[older], rows.options.n_folds),
                shares_among(new, old, labels),
            ]
        truth = rows.truth(rows.voices)
        mode = fit_mode(Evidence(before, rows.keywords[older], shares[0]), truth.of(older), rows.options)
        probability = probabilities(
            mode, Evidence(after, rows.keywords[newer], shares[1]), truth.named[newer]
        )
        curves = mode.curves
        judged = self._judged(Cut(probability, curves.thresholds, curves.grey, np.array(curves.doubt)), newer)
        return {
            "older": [int(years[older].min()), int(years[older].max())],
            "newer": [int(starts[0]), int(told[-1])],
            main: figures(_labels(judged)),
        }


def _labels(judged: Judged) -> Judged:
    """Leave C7 itself out."""
    names = ("probability", "Y", "also", "thresholds", "grey")
    return replace(judged, **{name: getattr(judged, name)[:, :_N] for name in names})
