"""The classifier as the pipeline sees it: blocks in, scores and action lines out."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nlp import taxonomy
from nlp.classifier import encoder as encoders
from nlp.classifier.curves import expected_errors, sigmoid
from nlp.classifier.evidence import Explainer, mentions
from nlp.classifier.features import heading_of
from nlp.classifier.scorer import Scorer
from nlp.classifier.store import read_model
from nlp.document import LABELLED_KINDS, ActionLine, Family
from nlp.errors import ModelInvalid

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from numpy.typing import NDArray

    from nlp.classifier.scorer import Scored
    from nlp.classifier.store import StoredModel
    from nlp.document import Block

_PACKAGE = Path(__file__).resolve().parent.parent
_REGISTRY = "registry.json"
#: Digits of a printed probability; thresholds have as many, so that the two can be compared.
DIGITS = 4
#: The language of the encoder, and of a text that says no other.
_ENGLISH = "en"
#: The column of C7 itself.
_FAMILY = taxonomy.DECIDED.index(taxonomy.FAMILY)


class Model:
    """A model directory, ready to label blocks.

    Parameters
    ----------
    stored : StoredModel
        What the directory holds.
    use_encoder : bool, default=True
        False labels by words alone.
    threads : int, optional
        Texts that the encoder reads at a time.

    Attributes
    ----------
    name, version, sha256 : str
        What the output says of it.
    languages : tuple of str
        The languages that it can read, English first; the others by words alone.
    warnings : tuple of str
        What a reader of its labels must know.
    """

    def __init__(
        self, stored: StoredModel, *, use_encoder: bool = True, threads: int = encoders.THREADS
    ) -> None:
        self.name = stored.name
        self.version = stored.version
        self.sha256 = stored.sha256
        self.warnings: tuple[str, ...] = ()
        others = sorted(set(stored.about["corpus"]["languages"]) - {_ENGLISH})
        self.languages = (_ENGLISH, *(others if "foreign" in stored.modes else ()))
        self._stored = stored
        reason = self._reason_against_encoder(stored, use_encoder=use_encoder)
        if reason:
            self.warnings = (f"Action lines were found by words alone ({reason}); this is less exact.",)
        main = "lexical" if reason else "full"
        self._main = _AtWork(Scorer(stored, main, None if reason else encoders.Encoder(threads)))
        self._foreign = _AtWork(Scorer(stored, "foreign")) if "foreign" in stored.modes else None

    @property
    def thresholds(self) -> list[float]:
        """Probability from which each label, and C7 itself, is assigned in English."""
        return self._main.thresholds

    @property
    def grey(self) -> list[float]:
        """Probability from which a person should look, where the text is in doubt."""
        return self._main.grey

    @property
    def doubt(self) -> float:
        """Expected errors of a text from which a person should look."""
        return self._main.doubt

    def borders(self, language: str) -> tuple[list[float], list[float], float]:
        """Return `thresholds`, `grey` and `doubt` as they are for texts in this language."""
        mode = self._mode_of(language)
        return mode.thresholds, mode.grey, mode.doubt

    def knows_rows(self, ids: AbstractSet[str]) -> int:
        """Count the rows with these ids that it was trained on, as far as it keeps them."""
        return sum(row in ids for row in self._stored.neighbours.ids)

    def classify(
        self, blocks: Sequence[Block], languages: Sequence[str] | None = None
    ) -> list[tuple[dict[str, float], tuple[ActionLine, ...]]]:
        """Give each block its scores, and the lines it is assigned to or up for review.

        Parameters
        ----------
        blocks : sequence of Block
            With their entities; a block's result does not depend on the others.
        languages : sequence of str, optional
            The language of each block (ISO 639-1). English otherwise, and where it is none of
            those that the model reads.

        Returns
        -------
        list of (dict, tuple of ActionLine)
            A probability for each of the 18 codes, and the lines, likeliest first. Blocks of
            kinds that carry no action line, and blocks without a letter, have zeros and no lines.
        """
        languages = languages or [_ENGLISH] * len(blocks)
        nothing = dict.fromkeys(taxonomy.CODES, 0.0)
        results: list[tuple[dict[str, float], tuple[ActionLine, ...]]] = [(dict(nothing), ()) for _ in blocks]
        by_mode: dict[_AtWork, list[int]] = {}
        for i, (block, language) in enumerate(zip(blocks, languages, strict=True)):
            if _can_be_labelled(block):
                by_mode.setdefault(self._mode_of(language), []).append(i)
        for mode, chosen in by_mode.items():
            for i, judged in zip(chosen, mode.judge([blocks[i] for i in chosen]), strict=True):
                results[i] = judged
        return results

    def _mode_of(self, language: str) -> _AtWork:
        return self._foreign if self._foreign and language in self.languages[1:] else self._main

    @staticmethod
    def _reason_against_encoder(stored: StoredModel, *, use_encoder: bool) -> str | None:
        if not use_encoder:
            return "the sentence encoder was switched off"
        if "full" not in stored.modes:
            return "the model was trained without a sentence encoder"
        return encoders.missing()


class _AtWork:
    """One mode at work: scores, decisions and reasons."""

    def __init__(self, scorer: Scorer) -> None:
        self.scorer = scorer
        self.thresholds = _rounded(scorer.mode.curves.thresholds)
        self.grey = _rounded(scorer.mode.curves.grey)
        self.doubt = scorer.mode.curves.doubt
        self._explainer = Explainer(scorer)

    def judge(self, blocks: Sequence[Block]) -> Iterator[tuple[dict[str, float], tuple[ActionLine, ...]]]:
        """Yield the scores and lines of each block."""
        scored = self.scorer.score(
            [block.text for block in blocks], [heading_of(block.section) for block in blocks]
        )
        for block, one in zip(blocks, scored, strict=True):
            scores = self._scores(block, one)
            # C7 itself comes after the 18.
            told = dict(zip(taxonomy.CODES, scores[:_FAMILY], strict=True))
            yield told, self._lines(block, one, scores)

    def _scores(self, block: Block, scored: Scored) -> list[float]:
        """Return the probability of each label, then that of C7 itself."""
        logit = scored.logit.copy()
        logit[list(mentions(block.entities))] += self.scorer.mode.curves.mention
        scores = [round(p, DIGITS) for p in sigmoid(logit).tolist()]
        # A text about a subline is about C7.
        scores[_FAMILY] = max(scores[k] for k in (*taxonomy.SUBLINES, _FAMILY))
        return scores

    def _in_doubt(self, scores: list[float]) -> bool:
        """Whether a person should look at the text."""
        labels, thresholds = np.array([scores[:_FAMILY]]), np.array(self.thresholds[:_FAMILY])
        return bool(expected_errors(labels, thresholds)[0] >= self.doubt)

    def _lines(self, block: Block, scored: Scored, scores: list[float]) -> tuple[ActionLine, ...]:
        borders = self.grey if self._in_doubt(scores) else self.thresholds
        labels = [k for k, score in enumerate(scores[:_FAMILY]) if score >= borders[k]]
        settled = any(scores[k] >= self.thresholds[k] for k in taxonomy.SUBLINES)
        sure = settled or scores[_FAMILY] >= self.thresholds[_FAMILY]
        family = Family(taxonomy.FAMILY, scores[_FAMILY], sure=sure)
        likeliest = max(taxonomy.SUBLINES, key=lambda k: scores[k])
        if sure and not settled and likeliest not in labels and scores[likeliest] >= self.grey[likeliest]:
            # C7 is sure, its subline is not: a person should say which it is, in doubt or not.
            labels.append(likeliest)
        labels.sort(key=lambda k: (-scores[k], k))
        reasons = self._explainer.explain(block, scored, labels)
        return tuple(
            ActionLine(
                code=taxonomy.CODES[k],
                title=taxonomy.LINES[k].title,
                probability=scores[k],
                threshold=self.thresholds[k],
                status="assigned" if scores[k] >= self.thresholds[k] else "review",
                because=replace(because, family=family) if k in taxonomy.SUBLINES else because,
            )
            for k, because in zip(labels, reasons, strict=True)
        )


def load_model(path: Path | None = None, *, threads: int = encoders.THREADS) -> Model:
    """Load a model directory, by default the one that comes with the package.

    Parameters
    ----------
    path : Path, optional
    threads : int, optional
        Texts that the encoder reads at a time; the labels do not depend on it.

    Returns
    -------
    Model
        With a warning where the encoder is not installed and words alone must do.

    Raises
    ------
    ModelInvalid
        A file is missing, changed, or of another format or taxonomy.
    """
    return Model(read_model(path or default_path()), threads=threads)


def default_path() -> Path:
    """Return the model directory that `registry.json` names.

    Raises
    ------
    ModelInvalid
        There is no registry, or it names no model.
    """
    # In the wheel the models lie inside the package, in the repository beside it.
    folders = [_PACKAGE / "models", _PACKAGE.parent / "models"]
    folder = next((folder for folder in folders if (folder / _REGISTRY).is_file()), None)
    if folder is None:
        raise ModelInvalid("no model comes with this installation", input=_REGISTRY)
    try:
        name = json.loads((folder / _REGISTRY).read_text(encoding="utf-8"))["default"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelInvalid(f"the list of models cannot be read: {error!r}", input=_REGISTRY) from error
    if not isinstance(name, str) or not re.fullmatch(r"[a-z0-9][a-z0-9.\-]*", name):
        raise ModelInvalid(f"'default' must name a model directory, not {name!r}", input=_REGISTRY)
    return folder / name


def _can_be_labelled(block: Block) -> bool:
    return block.kind in LABELLED_KINDS and any(character.isalpha() for character in block.text)


def _rounded(values: NDArray[np.float64]) -> list[float]:
    return [round(value, DIGITS) for value in values.tolist()]
