"""The knowledge as a look-up: from folded words to entries, with the rules of case."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from nlp.entities.found import Found
from nlp.entities.runs import vocabulary
from nlp.knowledge import pieces, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nlp.entities.words import Words
    from nlp.knowledge import Case, Entry, Knowledge

Kind = Literal["form", "short", "exclusion"]

#: Words of a name that are written small or large as one likes.
SMALL_WORDS = vocabulary("a and as at between by de for from in into la of on or the their to under with")
#: A name of so many words is believed with small letters after the first: "Committee on
#: technical barriers to trade".
LONG_NAME = 3


@dataclass(frozen=True, slots=True)
class Phrase:
    """A form of an entry as it is looked up."""

    entry: Entry
    kind: Kind
    case: Case
    words: tuple[str, ...]
    caution: bool = False


class Lexicon:
    """All forms of the knowledge under their folded words."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self._phrases: dict[tuple[str, ...], list[Phrase]] = defaultdict(list)
        for entry in knowledge.entries:
            for phrase in _phrases(entry):
                self._phrases[tuple(word.casefold() for word in phrase.words)].append(phrase)
        order = {"exact": 0, "name": 1, "any": 2}
        for phrases in self._phrases.values():
            phrases.sort(key=lambda phrase: (phrase.kind == "short", order[phrase.case]))
        self.by_id = knowledge.by_id()

    def __iter__(self) -> Iterator[tuple[str, ...]]:
        """Yield the folded words of every form once."""
        return iter(self._phrases)

    def entry(self, words: tuple[str, ...], label: str | None = None) -> Entry | None:
        """Return the entry that these folded words lead to, whatever their case."""
        for phrase in self._phrases.get(words, ()):
            if phrase.kind == "form" and label in (None, phrase.entry.label):
                return phrase.entry
        return None

    def findings(self, words: Words, start: int, end: int) -> Iterator[Found]:
        """Yield what the words `[start, end)` stand for, where case allows it."""
        written = words.raw[start:end]
        strong = False
        for phrase in self._phrases.get(tuple(words.low[start:end]), ()):
            if not _written_as(written, phrase) or (strong and phrase.kind != "short"):
                continue
            if phrase.caution and words.in_capitals(start, end):
                continue
            entry = phrase.entry
            offsets = words.starts[start], words.ends[end - 1]
            if phrase.kind == "exclusion":
                yield Found(*offsets, None, entry.id, entry.name, "exclusion")
            elif phrase.kind == "short":
                yield Found(*offsets, entry.label, entry.id, entry.name, "short", weak=True)
            else:
                strong = True
                rule = "acronym" if phrase.case == "exact" else "name"
                yield Found(*offsets, entry.label, entry.id, entry.name, rule)


def _phrases(entry: Entry) -> Iterator[Phrase]:
    for form in entry.forms:
        yield Phrase(entry, "form", form.case, _words(form.text), form.text in entry.ambiguous)
    for text in entry.exclusions:
        yield Phrase(entry, "exclusion", "any" if text == text.lower() else "name", _words(text))
    for text in entry.short:
        case: Case = "any" if entry.label == "ACTION_LINE" else "exact"
        yield Phrase(entry, "short", case, _words(text))


def _words(text: str) -> tuple[str, ...]:
    return tuple(plain(match[0]) for match in pieces(text))


def _written_as(written: list[str], phrase: Phrase) -> bool:
    if phrase.case == "any" or written == list(phrase.words):
        return True
    if phrase.case == "exact":
        return False
    letters = [word for word in written if word.isalpha()]
    if all(word.isupper() for word in letters) and (len(letters) > 1 or len(letters[0]) > LONG_NAME):
        return True
    if len(phrase.words) >= LONG_NAME and written[0][:1].isupper() and not _has_own_capitals(phrase):
        return True
    return all(
        word == own or (word.casefold() in SMALL_WORDS and place) or word == own.capitalize()
        for place, (word, own) in enumerate(zip(written, phrase.words, strict=True))
    )


def _has_own_capitals(phrase: Phrase) -> bool:
    """Whether a word of the phrase is an acronym, which small letters would make another word."""
    return any(word.isupper() and len(word) > 1 and word.isalpha() for word in phrase.words)
