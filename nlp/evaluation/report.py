"""Figures as Markdown tables, for the terminal, the report and the model card. Computes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nlp.evaluation.curves import NONE
from nlp.taxonomy import CODES, FAMILY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: What the methods are called in tables.
METHODS = {
    "full": "this method",
    "lexical": "this method, words alone",
    "plain": "plain TF-IDF, logistic regression",
    "keywords": "keywords",
}
#: Shares of rows for which coverage is told, and confusions that are.
_SHARES = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5)
_N_CONFUSIONS = 12


def cross_validation_report(figures: dict[str, Any]) -> str:
    """Tell what `nlp.training.folds.Judge.figures` found."""
    main = next(iter(figures["by_batch"]))
    rows = [
        (f"by {way}", METHODS[name], one)
        for way in ("batch", "document")
        for name, one in figures[f"by_{way}"].items()
    ]
    if year := figures["by_year"]:
        told = f"{_years(year['older'])}, tested on {_years(year['newer'])}"
        rows.append((f"trained on {told}", METHODS[main], year[main]))
    languages = [
        (language, METHODS[name], one)
        for language, heads in figures["languages"].items()
        for name, one in heads.items()
    ]
    return "\n\n".join(
        [
            "### All methods on the same folds",
            _summary("folds", rows),
            (
                "Of the first row, with 95 % intervals (documents drawn again and again): "
                f"{_headline(figures['by_batch'][main], figures['intervals'])}. "
                f"C7 itself, whichever subline: {_family(figures['family'])}."
            ),
            *(["### Other languages (by batch)", _summary("language", languages)] if languages else []),
            "### By label (first row)",
            label_table(figures["by_batch"][main], figures["intervals"]),
            *_curves(figures),
        ]
    )


def headline(figures: dict[str, Any]) -> str:
    """Tell the main head's figures by batch in a line."""
    main = next(iter(figures["by_batch"]))
    return _headline(figures["by_batch"][main], figures["intervals"])


def model_report(figures: dict[str, Any]) -> str:
    """Tell what a model's labels are worth: figures, with `intervals` and curves among them."""
    return "\n\n".join(
        [
            f"{_headline(figures, figures['intervals'])} on {figures['rows']:,} rows.",
            _summary("rows", [(f"{figures['rows']:,}", "this model", figures)]),
            "### By label",
            label_table(figures, figures["intervals"]),
            *_curves(figures),
        ]
    )


def label_table(figures: dict[str, Any], intervals: dict[str, Any]) -> str:
    """Return precision, recall, F1 and average precision of each label, with intervals."""
    names = ("precision", "recall", "f1", "average_precision")
    rows = []
    for code in CODES:
        label, spans = figures["labels"][code], intervals["labels"][code]
        rows.append([code, f"{label['rows']}", *(_with_span(label[name], spans[name]) for name in names)])
    return _table(["label", "rows", "P", "R", "F1", "AP"], rows)


def _curves(figures: dict[str, Any]) -> list[str]:
    reliability = [
        [f"{one['cells']:,}", f"{one['promised']:.3f}", f"{one['kept']:.3f}"]
        for one in figures["reliability"]
    ]
    coverage = [
        [f"{100 * one['share']:.0f} %", f"{one['f1']:.3f}"]
        for one in figures["coverage"]
        if any(abs(one["share"] - share) < 0.01 for share in _SHARES)
    ]
    return [
        "### Calibration (probability, and how often it came true)",
        _table(["cells", "promised", "came true"], reliability),
        "### Coverage (micro-F1 on the surest rows)",
        _table(["rows", "micro-F1"], coverage),
        "### What is taken for what",
        _table(["rows", "true label, missed", "label given"], _confusions(figures["confusion"])),
    ]


def _confusions(confusion: dict[str, Any]) -> list[list[str]]:
    names, table = confusion["names"], confusion["table"]
    pairs = [
        (count, names[i], names[j])
        for i, row in enumerate(table)
        for j, count in enumerate(row)
        if i != j and count
    ]
    pairs.sort(key=lambda pair: (-pair[0], pair[1:]))
    nothing = {NONE: "nothing"}
    return [
        [f"{count}", nothing.get(true, true), nothing.get(given, given)]
        for count, true, given in pairs[:_N_CONFUSIONS]
    ]


def _summary(first: str, rows: Iterable[tuple[str, str, dict[str, Any]]]) -> str:
    head = [first, "method", "rows", "micro-F1", "macro-F1", "mAP", "cal. error", "false alarms", "decided"]
    return _table([*head, "F1 there"], [[name, method, *_cells(one)] for name, method, one in rows])


def _cells(figures: dict[str, Any]) -> list[str]:
    told = [
        figures["micro"]["f1"],
        figures["macro_f1"],
        figures["mean_average_precision"],
        figures["calibration_error"],
        figures["false_alarms"],
        figures["decided"]["share"],
        figures["decided"]["f1"],
    ]
    return [f"{figures['rows']:,}", *(f"{cell:.3f}" for cell in told)]


def _headline(figures: dict[str, Any], intervals: dict[str, Any]) -> str:
    micro = _with_span(figures["micro"]["f1"], intervals["micro"]["f1"])
    macro = _with_span(figures["macro_f1"], intervals["macro_f1"])
    ranking = _with_span(figures["mean_average_precision"], intervals["mean_average_precision"])
    return f"micro-F1 {micro}, macro-F1 {macro}, mAP {ranking}"


def _family(label: dict[str, Any]) -> str:
    return f"{FAMILY} F1 {label['f1']:.2f}, AP {label['average_precision'] or 0:.2f}"


def _with_span(value: float | None, span: Sequence[float] | None) -> str:
    if value is None:
        return "-"
    return f"{value:.2f}" + (f" [{span[0]:.2f}, {span[1]:.2f}]" if span else "")


def _years(span: Sequence[int]) -> str:
    return f"{span[0]}-{span[1]}" if span[0] != span[1] else f"{span[0]}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [list(head), *map(list, rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    padded = [[cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in lines]
    padded.insert(1, ["-" * width for width in widths])
    return "\n".join("| " + " | ".join(line) + " |" for line in padded)
