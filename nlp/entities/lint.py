"""What is wrong with entity lists, found by trying them: `wsis knowledge check`.

Every form has to find its own entry, no form may lead to two, every sample must come out as it is
marked, and two names that are easily taken for each other need a sample that tells them apart.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import chain, permutations
from typing import TYPE_CHECKING

from nlp.document import Block
from nlp.entities.lexicon import accepts
from nlp.entities.tagger import EntityTagger
from nlp.knowledge import LANGUAGES, clashes, fold, holds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from nlp.knowledge import Entry, Knowledge, Sample

#: Sentences around a form, by language, in which it has to be found.
CARRIERS: dict[str, str] = {
    "en": "we saw {} , there",
    "es": "vimos {} , allí",
    "fr": "nous avons vu {} , hier",
}
#: Names shorter than that are told apart by every letter; longer ones may be mistyped twice.
_SHORT, _LONG = 4, 7


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that a person should mend."""

    kind: str
    ids: tuple[str, ...]
    detail: str
    sample: Sample | None = None

    def __str__(self) -> str:
        """Say it in one line."""
        return f"{self.kind}: {', '.join(self.ids)}: {self.detail}"


def lint(knowledge: Knowledge, samples: Sequence[Sample]) -> Iterator[Problem]:
    """Yield what is wrong, the gravest first.

    Parameters
    ----------
    knowledge : Knowledge
        The entity lists. Nothing is repaired.
    samples : sequence of Sample
        Sentences with all their entities marked.
    """
    for clash in clashes(knowledge.entries):
        yield Problem("duplicate alias", clash.ids, str(clash))
    for entry in knowledge.entries:
        yield from _own_doubles(entry)
    tagger = EntityTagger(knowledge)
    yield from _unreachable(knowledge, tagger)
    yield from _wrong_samples(samples, tagger, knowledge)
    told = _told_apart(samples)
    for pair in near_misses(knowledge.entries):
        if not pair.told_by(told):
            detail = f"{pair.one!r} is near {pair.other!r}, and no sample marks either of them"
            yield Problem("near miss without a sample", pair.ids, detail)


def _own_doubles(entry: Entry) -> Iterator[Problem]:
    written = {form.text for form in entry.forms}
    for adjective in entry.adjectives:
        if adjective in written:
            yield Problem("adjective as alias", (entry.id,), f"{adjective!r} would be found as the Member")
    for form, other in permutations(entry.forms, 2):
        if other.case == "exact" and form.case != "exact":
            continue
        if other.text != entry.name and fold(form.text) == fold(other.text) and accepts(form, other.text):
            detail = f"{other.text!r} is found by {form.text!r} already"
            yield Problem("duplicate alias", (entry.id,), detail)


def _unreachable(knowledge: Knowledge, tagger: EntityTagger) -> Iterator[Problem]:
    """Yield forms that do not find their entry: another rule or a longer phrase stands before them."""
    for language in ("en", *LANGUAGES):
        pairs = [
            (form.text, entry)
            for entry in knowledge.entries
            for form in (entry.forms if language == "en" else entry.forms_in(language))
            if language == "en" or form.text in entry.names.get(language, ())
        ]
        blocks = [_block(CARRIERS[language].format(text)) for text, _ in pairs]
        tagged = tagger.tag(blocks, [language] * len(blocks), independent=True)
        for (text, entry), entities in zip(pairs, tagged, strict=True):
            found = [(entity.text, entity.id) for entity in entities]
            if found != [(text, entry.id)]:
                detail = f"{text!r} ({language}) finds {', '.join(ident for _, ident in found) or 'nothing'}"
                yield Problem("unreachable alias", (entry.id,), detail)


def _wrong_samples(
    samples: Sequence[Sample], tagger: EntityTagger, knowledge: Knowledge
) -> Iterator[Problem]:
    tagged = tagger.tag(
        [_block(sample.text) for sample in samples], [sample.language for sample in samples], independent=True
    )
    for sample, entities in zip(samples, tagged, strict=True):
        found = tuple((entity.start, entity.end, entity.id) for entity in entities)
        if found != sample.spans:
            shown = type(sample)(sample.text, found, sample.language)
            ids = tuple(dict.fromkeys(ident for *_, ident in (*sample.spans, *found)))
            known = tuple(ident for ident in ids if ident in knowledge.by_id) or ids
            yield Problem("sample", known, f"wanted {sample}, found {shown}", sample)


def _block(text: str) -> Block:
    return Block("b", "paragraph", text)


@dataclass(frozen=True, slots=True)
class NearMiss:
    """Two forms of two entries that are easily taken for each other."""

    one: str
    other: str
    ids: tuple[str, str]

    def told_by(self, told: set[tuple[str, tuple[str, ...]]]) -> bool:
        """Whether a sample marks one of the two forms as its entry; the longer one if it holds the other."""
        pairs = [(self.ids[1], fold(self.other))]
        if not holds(fold(self.other), fold(self.one)):
            pairs.append((self.ids[0], fold(self.one)))
        return any(pair in told for pair in pairs)


def near_misses(entries: Iterable[Entry]) -> Iterator[NearMiss]:
    """Yield the pairs of entries of one label with near forms, one for each pair of ids.

    Near are a name inside a longer one ("Guinea", "Papua New Guinea"), and two single words that
    differ in one letter, or in two when both are long ("Iran", "Iraq"; "Austria", "Australia").
    """
    by_label: dict[str, dict[tuple[str, ...], tuple[str, str]]] = defaultdict(dict)
    for entry in entries:
        for form in entry.forms:
            by_label[entry.label].setdefault(fold(form.text), (form.text, entry.id))
    for forms in by_label.values():
        done: set[tuple[str, str]] = set()
        for one, other in chain(_inside(forms), _alike(forms)):
            (text, ident), (other_text, other_ident) = forms[one], forms[other]
            pair = min(ident, other_ident), max(ident, other_ident)
            if ident != other_ident and pair not in done:
                done.add(pair)
                yield NearMiss(text, other_text, (ident, other_ident))


def _inside(
    forms: dict[tuple[str, ...], tuple[str, str]],
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    for words in forms:
        for start in range(len(words)):
            for end in range(start + 1, len(words) + 1):
                if words[start:end] in forms and end - start < len(words):
                    yield words[start:end], words


def _alike(
    forms: dict[tuple[str, ...], tuple[str, str]],
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Yield pairs of single words that differ in few letters, by their spellings with letters left out."""
    rest: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    single = [words for words in forms if len(words) == 1 and words[0].isalpha() and len(words[0]) >= _SHORT]
    for words in single:
        for shorter in _less(words[0], 2 if len(words[0]) >= _LONG else 1):
            rest[shorter].append(words)
    seen: set[frozenset[tuple[str, ...]]] = set()
    for near in rest.values():
        for place, one in enumerate(near):
            for other in near[place + 1 :]:
                if (
                    one != other
                    and abs(len(one[0]) - len(other[0])) <= 1
                    and frozenset((one, other)) not in seen
                ):
                    seen.add(frozenset((one, other)))
                    yield one, other


def _less(word: str, letters: int) -> set[str]:
    """Return the word and its spellings without one letter, or without two."""
    spellings = {word}
    for _ in range(letters):
        spellings |= {text[:at] + text[at + 1 :] for text in spellings for at in range(len(text))}
    return spellings


def _told_apart(samples: Iterable[Sample]) -> set[tuple[str, tuple[str, ...]]]:
    return {(ident, fold(sample.text[start:end])) for sample in samples for start, end, ident in sample.spans}
