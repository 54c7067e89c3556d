"""Which language a text is in; refuses to guess."""

from __future__ import annotations

from functools import cache

from lingua import Language, LanguageDetector, LanguageDetectorBuilder

#: Characters read for the language: more changes nothing.
SAMPLE = 20_000
#: A language is told only if the detector is this sure of it.
SURE = 0.55

#: What UN and WTO papers come in, and what their neighbours would be taken for.
LANGUAGES = (
    Language.ARABIC,
    Language.CHINESE,
    Language.DUTCH,
    Language.ENGLISH,
    Language.FRENCH,
    Language.GERMAN,
    Language.INDONESIAN,
    Language.ITALIAN,
    Language.JAPANESE,
    Language.KOREAN,
    Language.LATIN,
    Language.PERSIAN,
    Language.PORTUGUESE,
    Language.RUSSIAN,
    Language.SPANISH,
    Language.TURKISH,
    Language.UKRAINIAN,
    Language.VIETNAMESE,
)


@cache
def _detector() -> LanguageDetector:
    return LanguageDetectorBuilder.from_languages(*LANGUAGES).with_low_accuracy_mode().build()


def language_of(text: str) -> str:
    """Return the ISO 639-1 code of a text's language, "und" where it cannot be told."""
    letters = sum(c.isalpha() for c in text[:SAMPLE])
    if letters < 20:
        return "und"
    values = _detector().compute_language_confidence_values(text[:SAMPLE])
    if not values or values[0].value < SURE:
        return "und"
    return str(values[0].language.iso_code_639_1.name).lower()
