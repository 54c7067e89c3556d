"""Which language a text is in: told where it can be, never guessed."""

from __future__ import annotations

import pytest
from test_pdf_quality import CHINESE, CLEAN

from nlp.language import SAMPLE, language_of

OTHERS = {
    "de": "Die Mitglieder erinnerten daran, dass der Versand eines Pakets über die Grenze teurer ist.",
    "pt": "Os Membros recordaram que o custo de uma encomenda enviada ao exterior não é o mesmo de ontem.",
    "it": "I Membri hanno ricordato che il costo di un pacco spedito all'estero è più del doppio.",
    "nl": "De leden herinnerden eraan dat het verzenden van een pakket over de grens duurder is.",
}


@pytest.mark.parametrize(("language", "text"), [*CLEAN.items(), ("zh", CHINESE), *OTHERS.items()])
def test_language_is_told(language, text):
    assert language_of(text) == language


@pytest.mark.parametrize("text", ["", "12 34 56", "WTO", "4.5 | 7.8 | 9.1 " * 20])
def test_language_is_not_guessed(text):
    assert language_of(text) == "und"


def test_fewer_than_twenty_letters_tell_nothing():
    text = "the weather and the road"
    assert sum(c.isalpha() for c in text) == 20
    assert language_of(text) == "en"
    assert language_of(text[:-1]) == "und"
    assert language_of(text[:-1] + "0 1 2 3 4 5 6 7 8 9 - ") == "und"


@pytest.mark.parametrize("text", ["x" * 30, "Total Total Total Total Total"])
def test_a_text_that_is_as_much_one_language_as_another_is_not_guessed(text):
    assert language_of(text) == "und"


def test_the_beginning_of_a_text_tells():
    english, russian = CLEAN["en"] + " ", CLEAN["ru"] + " "
    beginning = english * (SAMPLE // len(english) + 1)
    assert language_of(beginning + russian * 500) == "en"
    assert language_of("1 " * SAMPLE + english) == "und"


def test_a_text_has_the_same_language_whatever_was_asked_before():
    texts = [*CLEAN.values(), CHINESE, *OTHERS.values()]
    forth = [language_of(text) for text in texts]
    assert [language_of(text) for text in reversed(texts)] == forth[::-1]
