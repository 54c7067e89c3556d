"""The knowledge as a look-up: from folded words to entries, with the rules of case."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Literal, NamedTuple

from nlp.entities.found import Found
from nlp.entities.runs import vocabulary
from nlp.entities.symbols import Series
from nlp.knowledge import plain_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nlp.entities.words import Words
    from nlp.knowledge import Case, Entry, Form, Knowledge

Kind = Literal["form", "short", "exclusion"]

#: Words of a name that are written small or large as one likes.
SMALL_WORDS = vocabulary("a and as at between by de for from in into la of on or the their to under with")
#: A name of so many words is believed with small letters after the first: "Committee on
#: technical barriers to trade".
LONG_NAME = 3


class Phrase(NamedTuple):
    """A form of an entry as it is looked up."""

    entry: Entry
    kind: Kind
    case: Case
    text: str
    words: tuple[str, ...]
    caution: bool = False


class Lexicon:
    """All forms of the knowledge in documents of one language, under their folded words."""

    def __init__(self, knowledge: Knowledge, language: str = "en") -> None:
        self._phrases: dict[tuple[str, ...], list[Phrase]] = defaultdict(list)
        for entry in knowledge.entries:
            for phrase in _phrases(entry, language):
                self._phrases[tuple(word.casefold() for word in phrase.words)].append(phrase)
        order = {"exact": 0, "name": 1, "any": 2}
        for phrases in self._phrases.values():
            if len(phrases) > 1:
                phrases.sort(key=lambda phrase: (phrase.kind == "short", order[phrase.case]))
        # First word -> how many words the forms have that begin with it.
        sizes: dict[str, set[int]] = defaultdict(set)
        for words in self._phrases:
            sizes[words[0]].add(len(words))
        self._sizes = {word: sorted(lengths) for word, lengths in sizes.items()}
        self.by_id = knowledge.by_id
        self.series = Series(knowledge.entries)
        #: Every word of a form, folded.
        self.vocabulary = frozenset(word for words in self._phrases for word in words)

    def match(self, words: Words) -> Iterator[Found]:
        """Yield every form in a text, overlapping ones too, with what it stands for."""
        low = words.low
        for start, word in enumerate(low):
            for size in self._sizes.get(word, ()):
                end = start + size
                if end <= len(low) and tuple(low[start:end]) in self._phrases:
                    yield from self.findings(words, start, end)

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
            if not written_as(written, phrase.case, phrase.words) or (strong and phrase.kind != "short"):
                continue
            if phrase.case == "exact" and words.accented(start, end) and phrase.text.isascii():
                continue
            if phrase.caution and words.in_capitals(start, end):
                continue
            entry = phrase.entry
            offsets = words.starts[start], words.ends[end - 1]
            # The "U.S." of "U.S.C." is no country.
            if phrase.text.endswith(".") and words.text[offsets[1] : offsets[1] + 1].isalnum():
                continue
            if phrase.kind == "exclusion":
                yield Found(*offsets, None, entry.id, entry.name, "exclusion")
            elif phrase.kind == "short":
                yield Found(*offsets, entry.label, entry.id, entry.name, "short", weak=True)
            else:
                strong = True
                rule = "acronym" if phrase.case == "exact" else "name"
                yield Found(*offsets, entry.label, entry.id, entry.name, rule)


def _phrases(entry: Entry, language: str) -> Iterator[Phrase]:
    for form in entry.forms_in(language):
        caution = form.text in entry.ambiguous
        yield Phrase(entry, "form", form.case, form.text, plain_words(form.text), caution)
    for text in entry.exclusions:
        yield Phrase(entry, "exclusion", "any" if text == text.lower() else "name", text, plain_words(text))
    for text in entry.short:
        case: Case = "any" if entry.label == "ACTION_LINE" else "exact"
        yield Phrase(entry, "short", case, text, plain_words(text))


def accepts(form: Form, written: str) -> bool:
    """Whether a text with the same words as the form is written as its case rule asks."""
    return written_as(list(plain_words(written)), form.case, plain_words(form.text))


def written_as(written: list[str], case: Case, words: tuple[str, ...]) -> bool:
    """Whether words that are those of a form but for case are written as the case rule asks."""
    if case == "any" or written == list(words):
        return True
    if case == "exact":
        return False
    letters = [word for word in written if word.isalpha()]
    if all(word.isupper() for word in letters) and (len(letters) > 1 or len(letters[0]) > LONG_NAME):
        return True
    # In a name that holds an acronym, small letters would make another word of it.
    acronym = any(word.isupper() and len(word) > 1 and word.isalpha() for word in words)
    if len(words) >= LONG_NAME and written[0][:1].isupper() and not acronym:
        return True
    return all(
        word == own or (word.casefold() in SMALL_WORDS and place) or word == own.capitalize()
        for place, (word, own) in enumerate(zip(written, words, strict=True))
    )
