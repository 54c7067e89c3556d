"""Whether a text layer can be read."""

from __future__ import annotations

import pytest
from pdf_build import line, page

from nlp.pdf.quality import (
    DOUBTFUL,
    ENOUGH_WORDS,
    RUBBISH,
    UNKNOWN,
    broken_share,
    has_text,
    unknown_share,
)

CLEAN = {
    "en": (
        "Members recalled that the cost of a parcel sent over a border is more than twice that of one sent "
        "at home (see WT/CTE/W/12, para. 4), and e-commerce rose by 12.5% in 2024-2025; see www.example.org."
    ),
    "fr": (
        "Les Membres ont rappelé que le coût d'un colis envoyé à l'étranger est plus de deux fois celui "
        "d'un colis envoyé à l'intérieur du pays, et qu'une étude en a été faite l'année dernière."
    ),
    "es": (
        "Los Miembros recordaron que el costo de un paquete enviado al extranjero es más del doble que el "
        "de un paquete enviado dentro del país, y que el año pasado se hizo un estudio."
    ),
    "ru": (
        "Члены напомнили, что стоимость посылки, отправляемой через границу, более чем вдвое превышает "
        "стоимость посылки внутри страны, и что в прошлом году об этом был подготовлен доклад."
    ),
    "ar": (
        "أشار الأعضاء إلى أن تكلفة إرسال طرد عبر الحدود تزيد على ضعف تكلفة إرساله داخل البلد وأن دراسة قد "
        "أعدت في العام الماضي بشأن هذه المسألة وقدمت إلى المجلس"
    ),
}
CHINESE = (
    "成员们回顾说，跨境寄送包裹的费用是国内寄送费用的两倍以上，"
    "去年曾就此问题编写过一份研究报告，并已提交理事会审议。"
)
GARBAGE = {
    "signs within words": "M3mb~rs r#c@lled th^t th& c0st 0f @ p4rc&l s3nt 0v~r a b0rd3r 1s m{}re ",
    "stray letters": "m e m b r s r c l d t h t t h c s t f p r c l s n t v r b r d r s m r t h n ",
    "no vowels": "Mmbrs rclld tht thght cst frght prcls brdr strngth mrktng prdcts trnsprt ntwrks ",
    "capitals within words": "tRaDe aNd dEvElOpMeNt oF sMaLl sTaTeS iN tHe sPrInG wErE nOtEd ",
    "no characters": "\ufffd\ufffdab \ufffdcd\ufffd tr\ufffdde \ufffdnd d\ufffdv\ufffdl p\ufffdsts ",
}


def page_of(text, **fields):
    return page([line(text)], **fields)


@pytest.mark.parametrize("language", CLEAN)
def test_clean_text_is_whole(language):
    assert broken_share(page_of(CLEAN[language])) < 0.05 < DOUBTFUL


@pytest.mark.parametrize("kind", GARBAGE)
def test_garbage_is_broken(kind):
    assert broken_share(page_of(GARBAGE[kind] * 6)) >= RUBBISH


def test_text_with_some_errors_is_between():
    words = CLEAN["en"].split()
    words[::5] = ["c0&sts"] * len(words[::5])
    assert DOUBTFUL <= broken_share(page_of(" ".join(words))) < RUBBISH


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("M3mb~rs r#c@lled", id="too short to tell"),
        pytest.param("Contents . . . . . . . 4 Introduction ........ 5 " * 4, id="leaders"),
        pytest.param("WT/CTE/W/12 ITU-T GE.26-01234 A/RES/70/125 TBT SPS UNCTAD " * 4, id="symbols"),
        pytest.param("GNI per capita: $1,085.50 (2024); 12/18 €40 5–9 % of homes " * 4, id="figures"),
    ],
)
def test_what_is_no_garbage(text):
    assert broken_share(page_of(text)) < DOUBTFUL


def test_page_of_glyphs_without_characters_is_broken():
    assert broken_share(page_of("ab", glyphs=0, unmapped=40)) == 1.0


@pytest.mark.parametrize(
    ("glyphs", "unmapped", "pictured", "has"),
    [(200, 0, 1.0, True), (4, 0, 1.0, False), (4, 0, 0.0, True), (0, 0, 0.0, False), (200, 195, 1.0, False)],
)
def test_has_text(glyphs, unmapped, pictured, has):
    made = page_of("", unmapped=unmapped, pictured=pictured)
    made.glyphs = glyphs
    assert has_text(made) is has


def test_scripts_without_spaces_are_no_rubbish():
    assert broken_share(page([line(CHINESE)])) == 0.0


PROSE = (
    "The committee met in the spring and heard reports on rural networks. Members spoke of schools without "
    "a line, of clinics that wait for power, and of prices that most homes cannot pay; they asked the "
    "secretariat for a paper on what other countries have done about these things in recent years."
)
#: As an OCR layer reads it.
MISREAD = str.maketrans({"e": "c", "r": "n", "m": "in"})


def test_clean_english_holds_few_words_that_the_list_lacks():
    assert unknown_share(page_of(PROSE)) < UNKNOWN / 2


def test_english_that_was_misread_is_told_where_no_word_is_broken():
    misread = page_of(PROSE.translate(MISREAD))
    assert broken_share(misread) < DOUBTFUL
    assert unknown_share(misread) > 2 * UNKNOWN


def test_few_words_do_not_tell_whether_a_page_was_misread():
    assert unknown_share(page_of("blorft " * (ENOUGH_WORDS - 1))) == 0.0
    assert unknown_share(page_of("blorft " * ENOUGH_WORDS)) == 1.0


def test_names_figures_and_short_words_do_not_count_as_misread():
    assert (
        unknown_share(page_of("Blorft ITU 2024 wx qzf é " * ENOUGH_WORDS + "committee " * ENOUGH_WORDS))
        == 0.0
    )
