"""The model card: what `meta.json` says, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nlp.taxonomy import CODES, LINES

if TYPE_CHECKING:
    from nlp.classifier.store import StoredModel

_TEXT = """# {name} {version}

Assigns a paragraph of a WTO, United Nations or national submission to the 18 WSIS action lines
(the eleven of the Geneva Plan of Action, C7 by its eight sublines): none, one or several.

## What it is

One logistic regression for each label, over {columns}. Probabilities are calibrated, and
thresholds chosen, on rows of writers that the weights had not seen. From the lower border of a
label's grey zone up to its threshold, a person should look.

## What it was trained on

{rows} paragraphs from {documents} documents in {batches} batches (`corpus/`, SHA-256
`{sha256}`). **All rows are synthetic: written for this project with a language model, taken
from no document.** {without_label} of them carry no label. English only.

## What it is not for

- Deciding anything about a person, a firm or a State. It sorts paragraphs for people who then
  read them.
- Texts that are not English, or not about policy: probabilities mean nothing there.
- Counting how much is done on an action line: it judges what a paragraph talks about, not
  whether it is true or was done.

## Figures

On the corpus itself, out of fold. *By batch* leaves out whole writers and is nearer to what
real documents give; *by document* leaves out documents of writers it knows. The rows are
synthetic and clearer than real text: **expect less on real documents.**

| head, folds | micro-F1 | macro-F1 | mAP | calibration error | false alarms | decided | F1 there |
|---|---|---|---|---|---|---|---|
{summary}

False alarms: share of rows without a label that get one. Decided: share of rows with nothing up
for review. The lexical head serves where the encoder is not installed.

### By label ({main} head, by batch)

| code | title | rows | precision | recall | F1 | AP | grey from | threshold |
|---|---|---|---|---|---|---|---|---|
{labels}
"""


def to_card(model: StoredModel) -> str:
    """Return the text of `CARD.md`."""
    corpus, found = model.about["corpus"], model.about["figures"]
    main = "full" if "full" in model.heads else "lexical"
    columns = f"{len(model.lexicon):,} word, character and heading columns (TF-IDF)"
    if main == "full":
        columns += " and the sentence vectors of all-MiniLM-L6-v2"
    return _TEXT.format(
        name=model.name,
        version=model.version,
        columns=columns,
        rows=f"{corpus['rows']:,}",
        documents=corpus["documents"],
        batches=len(corpus["batches"]),
        sha256=corpus["sha256"],
        without_label=corpus["without_label"],
        main=main,
        summary="\n".join(
            _summary_row(f"{head}, {folds.replace('_', ' ')}", figures)
            for head, by in found.items()
            for folds, figures in by.items()
        ),
        labels="\n".join(_label_row(model, main, k) for k in range(len(CODES))),
    )


def _summary_row(name: str, figures: dict[str, Any]) -> str:
    cells = [
        figures["micro"]["f1"],
        figures["macro_f1"],
        figures["mean_average_precision"],
        figures["calibration_error"],
        figures["false_alarms"],
        figures["decided"]["share"],
        figures["decided"]["f1"],
    ]
    return f"| {name} | " + " | ".join(f"{cell:.3f}" for cell in cells) + " |"


def _label_row(model: StoredModel, main: str, k: int) -> str:
    row = model.about["figures"][main]["by_batch"]["labels"][CODES[k]]
    head = model.heads[main]
    cells = [row["precision"], row["recall"], row["f1"], row["average_precision"] or 0.0]
    told = " | ".join(f"{cell:.2f}" for cell in [*cells, head.grey[k], head.thresholds[k]])
    return f"| {CODES[k]} | {LINES[k].title} | {row['rows']} | {told} |"
