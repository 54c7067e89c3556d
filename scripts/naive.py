"""Do the work of `wsis batch` as an able programmer would in an afternoon: the yardstick of `make bench`.

    python scripts/naive.py prepare FOLDER
    python scripts/naive.py tag FOLDER OUT FILE.pdf ...

`prepare` trains on `corpus/` and saves the pipeline and the classifier in FOLDER. `tag` loads them,
writes one JSON a PDF into OUT, and prints one line of JSON with counts and the seconds of each stage.
It uses the libraries in their usual way, one process, and is not slowed down on purpose.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import joblib
import pdfplumber
import spacy
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline

from nlp.corpus import read_corpus
from nlp.knowledge import load_knowledge
from nlp.taxonomy import CODES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sklearn.pipeline import Pipeline
    from spacy.language import Language

    Paragraph = dict[str, Any]

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
RULER, CLASSIFIER = "ruler", "classifier.joblib"
STAGES = ("load", "read", "entities", "labels", "write")
#: A label is given above this probability.
BORDER = 0.5
_BLANK_LINE = re.compile(r"\n[ \t]*\n")


class Clock:
    """Seconds of wall and CPU time of each stage."""

    def __init__(self) -> None:
        self.wall = dict.fromkeys(STAGES, 0.0)
        self.cpu = dict.fromkeys(STAGES, 0.0)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count what is done inside to a stage, also when it fails."""
        wall, cpu = time.perf_counter(), time.process_time()
        try:
            yield
        finally:
            self.wall[name] += time.perf_counter() - wall
            self.cpu[name] += time.process_time() - cpu


def with_total(seconds: dict[str, float]) -> dict[str, float]:
    """Return the seconds, and what they come to without loading."""
    total = sum(seconds.values()) - seconds["load"]
    return {name: round(value, 3) for name, value in {**seconds, "total": total}.items()}


def build_ruler() -> Language:
    """Return a pipeline that finds every form of the knowledge files, in any case."""
    nlp = spacy.blank("en")
    forms = [(entry, form.text) for entry in load_knowledge().entries for form in entry.forms]
    patterns: dict[tuple[str, ...], dict[str, Any]] = {}
    for (entry, _), doc in zip(forms, nlp.pipe(text for _, text in forms), strict=True):
        words = [token.lower_ for token in doc]
        pattern = [{"LOWER": word} for word in words]
        patterns[entry.id, *words] = {"label": entry.label, "id": entry.id, "pattern": pattern}
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns(list(patterns.values()))  # type: ignore[attr-defined]
    return nlp


def fit_classifier() -> Pipeline:
    """Return TF-IDF over words and pairs of them with a logistic regression for each label."""
    rows = read_corpus(CORPUS)
    targets = [[int(code in row.labels) for code in CODES] for row in rows]
    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
        OneVsRestClassifier(LogisticRegression(C=10, solver="liblinear")),
    )
    return model.fit([row.text for row in rows], targets)


def read_pages(path: Path) -> list[str]:
    """Return the text of each page."""
    pages = []
    with pdfplumber.open(path) as pdf:
        for page in pdf.pages:
            pages.append(page.extract_text())
            page.close()
    return pages


def to_paragraphs(pages: Sequence[str]) -> list[Paragraph]:
    """Split pages at blank lines."""
    return [
        {"page": number, "text": text.strip()}
        for number, page in enumerate(pages, 1)
        for text in _BLANK_LINE.split(page)
        if text.strip()
    ]


def mark_entities(nlp: Language, paragraphs: Sequence[Paragraph]) -> None:
    """Add the entities to each paragraph."""
    docs = nlp.pipe(paragraph["text"] for paragraph in paragraphs)
    for paragraph, doc in zip(paragraphs, docs, strict=True):
        paragraph["entities"] = [
            {"start": ent.start_char, "end": ent.end_char, "label": ent.label_, "id": ent.ent_id_}
            for ent in doc.ents
        ]


def assign_labels(model: Pipeline, paragraphs: Sequence[Paragraph]) -> None:
    """Add the action lines to each paragraph, with their probabilities."""
    if not paragraphs:
        return
    rows = model.predict_proba([paragraph["text"] for paragraph in paragraphs])
    for paragraph, row in zip(paragraphs, rows.tolist(), strict=True):
        paragraph["action_lines"] = {
            code: round(value, 4) for code, value in zip(CODES, row, strict=True) if value > BORDER
        }


def prepare(folder: Path) -> None:
    """Train, and save what `tag` needs."""
    folder.mkdir(parents=True, exist_ok=True)
    build_ruler().to_disk(folder / RULER)
    joblib.dump(fit_classifier(), folder / CLASSIFIER)


def tag(folder: Path, out: Path, paths: Sequence[Path]) -> dict[str, Any]:
    """Tag the files, and return the counts and times."""
    clock = Clock()
    with clock.stage("load"):
        nlp = spacy.load(folder / RULER)
        model = joblib.load(folder / CLASSIFIER)
    out.mkdir(parents=True, exist_ok=True)
    counts = dict.fromkeys(("files", "failed", "pages", "paragraphs", "entities", "labels"), 0)
    for path in paths:
        try:
            with clock.stage("read"):
                pages = read_pages(path)
                paragraphs = to_paragraphs(pages)
            with clock.stage("entities"):
                mark_entities(nlp, paragraphs)
            with clock.stage("labels"):
                assign_labels(model, paragraphs)
            with clock.stage("write"):
                text = json.dumps({"source": path.name, "paragraphs": paragraphs}, ensure_ascii=False)
                (out / f"{path.stem}.json").write_text(text, encoding="utf-8")
        except Exception as error:  # noqa: BLE001 - a bad PDF raises anything
            print(f"{path.name}: {error!r}", file=sys.stderr)
            counts["failed"] += 1
            continue
        counts["files"] += 1
        counts["pages"] += len(pages)
        counts["paragraphs"] += len(paragraphs)
        counts["entities"] += sum(len(paragraph["entities"]) for paragraph in paragraphs)
        counts["labels"] += sum(len(paragraph["action_lines"]) for paragraph in paragraphs)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {**counts, "wall": with_total(clock.wall), "cpu": with_total(clock.cpu), "peak_mib": round(peak)}


def main() -> None:
    """Prepare or tag."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("prepare")
    one.add_argument("folder", type=Path)
    two = commands.add_parser("tag")
    two.add_argument("folder", type=Path)
    two.add_argument("out", type=Path)
    two.add_argument("files", nargs="+", type=Path)
    given = parser.parse_args()
    if given.command == "prepare":
        prepare(given.folder)
    else:
        print(json.dumps(tag(given.folder, given.out, given.files)))


if __name__ == "__main__":
    main()
