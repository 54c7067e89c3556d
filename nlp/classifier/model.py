"""The classifier as the pipeline sees it: blocks in, scores and action lines out."""

from __future__ import annotations

import json
import re
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from nlp import taxonomy
from nlp.classifier import encoder as encoders
from nlp.classifier.evidence import MENTION_LOGIT, Explainer, mentions
from nlp.classifier.features import heading_of
from nlp.classifier.scorer import Scorer, sigmoid
from nlp.classifier.store import read_model
from nlp.document import LABELLED_KINDS, ActionLine
from nlp.errors import ModelInvalid

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from nlp.classifier.scorer import Scored
    from nlp.classifier.store import StoredModel
    from nlp.document import Block, Neighbour

_PACKAGE = Path(__file__).resolve().parent.parent
_REGISTRY = "registry.json"
#: Digits of a printed probability; thresholds have as many, so that the two can be compared.
DIGITS = 4


class Model:
    """A model directory, ready to label blocks.

    Parameters
    ----------
    stored : StoredModel
        What the directory holds.
    use_encoder : bool, default=True
        False labels by words alone.

    Attributes
    ----------
    name, version, sha256 : str
        What the output says of it.
    warnings : tuple of str
        What a reader of its labels must know.
    """

    def __init__(self, stored: StoredModel, *, use_encoder: bool = True) -> None:
        self.name = stored.name
        self.version = stored.version
        self.sha256 = stored.sha256
        self.warnings: tuple[str, ...] = ()
        self._stored = stored
        reason = self._reason_against_encoder(stored, use_encoder=use_encoder)
        if reason:
            self.warnings = (f"Action lines were found by words alone ({reason}); this is less exact.",)
        self.scorer = Scorer(stored, None if reason else encoders.Encoder())
        self._explainer = Explainer(self.scorer)

    def classify(self, blocks: Sequence[Block]) -> list[tuple[dict[str, float], tuple[ActionLine, ...]]]:
        """Give each block its scores, and the lines it is assigned to or up for review.

        Parameters
        ----------
        blocks : sequence of Block
            With their entities; a block's result does not depend on the others.

        Returns
        -------
        list of (dict, tuple of ActionLine)
            A probability for each of the 18 codes, and the lines, likeliest first. Blocks of
            kinds that carry no action line, and blocks without a letter, have zeros and no lines.
        """
        wanted = [i for i, block in enumerate(blocks) if _can_be_labelled(block)]
        scored = self.scorer.score(
            [blocks[i].text for i in wanted], [heading_of(blocks[i].section) for i in wanted]
        )
        nothing = dict.fromkeys(taxonomy.CODES, 0.0)
        results: list[tuple[dict[str, float], tuple[ActionLine, ...]]] = [(dict(nothing), ()) for _ in blocks]
        nearest = self._explainer.nearest(scored)
        for i, one, near in zip(wanted, scored, nearest, strict=True):
            scores = self._scores(blocks[i], one)
            results[i] = (
                dict(zip(taxonomy.CODES, scores, strict=True)),
                self._lines(blocks[i], one, scores, near),
            )
        return results

    def _scores(self, block: Block, scored: Scored) -> list[float]:
        logit = scored.logit.copy()
        # The place where a named or likely C7 will speak for its sublines: all 18 are here.
        for code in mentions(block):
            logit[taxonomy.CODES.index(code)] += MENTION_LOGIT
        return [round(p, DIGITS) for p in sigmoid(logit).tolist()]

    def _lines(
        self, block: Block, scored: Scored, scores: list[float], nearest: tuple[Neighbour, ...]
    ) -> tuple[ActionLine, ...]:
        labels = [k for k, score in enumerate(scores) if score >= self._grey[k]]
        labels.sort(key=lambda k: (-scores[k], k))
        reasons = self._explainer.explain(block, scored, labels, nearest)
        return tuple(
            ActionLine(
                code=taxonomy.CODES[k],
                title=taxonomy.LINES[k].title,
                probability=scores[k],
                threshold=self._thresholds[k],
                status="assigned" if scores[k] >= self._thresholds[k] else "review",
                because=because,
            )
            for k, because in zip(labels, reasons, strict=True)
        )

    @cached_property
    def _thresholds(self) -> list[float]:
        return _rounded(self.scorer.head.thresholds)

    @cached_property
    def _grey(self) -> list[float]:
        return _rounded(self.scorer.head.grey)

    @staticmethod
    def _reason_against_encoder(stored: StoredModel, *, use_encoder: bool) -> str | None:
        if not use_encoder:
            return "the sentence encoder was switched off"
        if "full" not in stored.heads:
            return "the model was trained without a sentence encoder"
        return encoders.missing()


def load_model(path: Path | None = None) -> Model:
    """Load a model directory, by default the one that comes with the package.

    Parameters
    ----------
    path : Path, optional

    Returns
    -------
    Model
        With a warning where the encoder is not installed and words alone must do.

    Raises
    ------
    ModelInvalid
        A file is missing, changed, or of another format or taxonomy.
    """
    return Model(read_model(path or default_path()))


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
