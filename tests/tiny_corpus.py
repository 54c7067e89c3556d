"""A corpus of a few invented rows a label, and a stand-in for the sentence encoder."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np

from nlp.classifier.encoder import DIMENSION
from nlp.document import Example
from nlp.taxonomy import CODES
from nlp.training import TrainOptions, train

#: What rows of a label speak of.
TOPICS = {
    "C1": "national strategy stakeholders partnership agenda",
    "C2": "broadband fibre backbone spectrum coverage",
    "C3": "library archive openness documents readers",
    "C4": "training courses skills trainees literacy",
    "C5": "cybersecurity incidents privacy fraud passwords",
    "C6": "regulation licences competition tariffs standards",
    "C7-egov": "portal permits registry municipal procurement",
    "C7-ebusiness": "commerce payments merchants invoices exporters",
    "C7-elearning": "schools classroom pupils platform lessons",
    "C7-ehealth": "telemedicine clinics patients records nurses",
    "C7-eemployment": "telework jobseekers matching employers vacancies",
    "C7-eenvironment": "climate flood warning sensors recycling",
    "C7-eagriculture": "farmers crops harvest prices livestock",
    "C7-escience": "laboratories repositories researchers computing datasets",
    "C8": "languages heritage indigenous translation folklore",
    "C9": "journalists broadcasters press radio newsrooms",
    "C10": "ethics dignity bias values conscience",
    "C11": "cooperation donors regional bilateral assistance",
}
_FRAMES = (
    "The office reported that {} were considered during the year.",
    "Work on {} will be continued in the next period.",
    "A review of {} was presented and discussed.",
    "Further attention was given to {} by the members.",
)


def rows() -> list[Example]:
    """Return four rows for each label in each of three batches, and rows without a label."""
    examples = []
    for batch in ("aa", "bb", "cc"):
        for k, (code, words) in enumerate(TOPICS.items()):
            for i, frame in enumerate(_FRAMES):
                topic = words.split()
                examples.append(
                    Example(
                        id=f"{batch}-{k:02}{i}",
                        doc=f"{batch}-d{k % 3}",
                        batch=batch,
                        text=frame.format(f"{topic[i]}, {topic[i + 1]} and {topic[(i + 2) % 5]}"),
                        labels=(code,),
                        also=("C11",) if code == "C4" and i == 0 else (),
                        section=("Report", topic[0].title()),
                    )
                )
        examples += [
            Example(
                id=f"{batch}-99{i}",
                doc=f"{batch}-d0",
                batch=batch,
                text=frame.format("the minutes, the seating plan and the date"),
                labels=(),
                section=("Opening of the meeting",),
            )
            for i, frame in enumerate(_FRAMES)
        ]
    return examples


#: The frames in French, for rows that the encoder does not read.
_FRENCH_FRAMES = (
    "Le bureau a rendu compte de {} pendant cette année.",
    "Les travaux sur {} seront poursuivis au cours de la prochaine période.",
    "Un examen de {} a été présenté et débattu par les membres.",
    "Les membres ont accordé une attention particulière à {}.",
)


def french() -> list[Example]:
    """Return the rows of two batches in French, but for the words that tell the label."""
    examples = []
    for row in rows():
        if row.batch == "cc":
            continue
        text, batch = row.text, f"f{row.batch[0]}"
        for frame, other in zip(_FRAMES, _FRENCH_FRAMES, strict=True):
            start, end = frame.split("{}")
            if text.startswith(start) and text.endswith(end):
                text = other.format(text[len(start) : len(text) - len(end)].replace(" and ", " et "))
                break
        changes = {"batch": batch, "doc": f"{batch}{row.doc[2:]}", "id": f"{batch}{row.id[2:]}"}
        examples.append(replace(row, text=text, language="fr", **changes))
    return examples


def encode(texts):
    """Return a vector a text: the sum of vectors that stand for its words."""
    table = np.zeros((len(texts), DIMENSION), dtype=np.float32)
    for row, text in enumerate(texts):
        for word in text.lower().split() or [""]:
            seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big")
            table[row] += np.random.default_rng(seed).standard_normal(DIMENSION).astype(np.float32)
    return table / np.linalg.norm(table, axis=1, keepdims=True)


class CountedSteps:
    """Steps of a training, counted."""

    def __init__(self):
        self.names, self.count = [], 0

    def begin(self, name):
        self.names.append(name)

    def advance(self):
        self.count += 1


def train_tiny(path, *, encoder=True, **changes):
    """Train on the rows into `path` in a few seconds, and return it."""
    options = TrainOptions(min_df=1, heading_min_df=1, n_folds=2)
    train(rows(), path, options=options, encode=encode if encoder else None, **changes)
    return path


assert tuple(TOPICS) == CODES
