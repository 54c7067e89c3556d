"""The model card: what `meta.json` says, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nlp.evaluation.report import cross_validation_report
from nlp.taxonomy import DECIDED

if TYPE_CHECKING:
    from nlp.classifier.store import StoredModel

_TEXT = """# {name} {version}

Assigns a paragraph of a WTO, United Nations or national submission to the 18 WSIS action lines
(the eleven of the Geneva Plan of Action, C7 by its eight sublines): none, one or several.

## What it is

{heads}
Then each label is judged again beside the others (how far it leads, whether the text seems to
have any label, keywords, nearest corpus rows) by a sum of piecewise linear curves, the same for
all labels. Probabilities are calibrated, and thresholds chosen, on rows of writers that the
weights had not seen. A person should look at a paragraph of which {doubt:.2f} errors or more are
to be expected (what the probabilities themselves say), at the labels from the lower border of
their grey zone up to the threshold. Where C7 is sure and no subline is, the likeliest subline is
put up for review if it lies in its grey zone. An action line that the text names ("action line
C5") gains {mention:.1f} in log-odds.

## What it was trained on

{rows:,} paragraphs from {documents} documents in {batches} batches (`corpus/`).
**All rows are synthetic: written for this project with a language model, taken from no
document.** {without_label:,} of them carry no label. Languages: {languages}. SHA-256 of the rows:
`{sha256}`.

## What it is not for

- Deciding anything about a person, a firm or a State. It sorts paragraphs for people who then
  read them.
- Texts in other languages, or not about policy: probabilities mean nothing there.
- Counting how much is done on an action line: it judges what a paragraph talks about, not
  whether it is true or was done.

## Figures

On the corpus itself, out of fold. *By batch* leaves out whole writers and is nearer to what
real documents give; *by document* leaves out documents of writers it knows. The rows are
synthetic and clearer than real text: **expect less on real documents.**

False alarms: share of rows without a label that get one. Decided: share of rows with nothing up
for review. "Words alone" serves where the encoder is not installed, and for other languages than English.

{figures}

### Borders ({main} mode)

| label | grey from | threshold |
|---|---|---|
{borders}
"""


def to_card(model: StoredModel) -> str:
    """Return the text of `CARD.md`."""
    corpus = model.about["corpus"]
    main = "full" if "full" in model.modes else "lexical"
    curves = model.modes[main].curves
    heads = (
        "For each label, for C7 itself and for having no label: one logistic regression over\n"
        f"{len(model.lexicon):,} word, character and heading columns (TF-IDF)"
    )
    heads += ", and one over the sentence\nvectors of all-MiniLM-L6-v2." if main == "full" else "."
    return _TEXT.format(
        name=model.name,
        version=model.version,
        heads=heads,
        mention=curves.mention,
        doubt=curves.doubt,
        rows=corpus["rows"],
        documents=corpus["documents"],
        batches=len(corpus["batches"]),
        sha256=corpus["sha256"],
        without_label=corpus["without_label"],
        languages=", ".join(f"{language} {rows:,}" for language, rows in corpus["languages"].items()),
        figures=cross_validation_report(model.about["figures"]),
        main=main,
        borders="\n".join(
            f"| {code} | {curves.grey[k]:.2f} | {curves.thresholds[k]:.2f} |"
            for k, code in enumerate(DECIDED)
        ),
    )
