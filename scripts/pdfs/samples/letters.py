"""Hyphens, letter-spacing, ligatures, doubled and hidden text, and other languages."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import Any

from pdfs.layouts import UN_BODY, plain, un
from pdfs.press import AMIRI, PT_SERIF, VERA, put, put_glyphs, put_over_hidden, put_spaced, put_twice
from pdfs.prose import LONG, SHORT
from pdfs.sample import Sample, Writer
from pdfs.typeset import Style, break_lines

SYMBOL, JOB = "MODC/2026/CRP.4", "GE.26-03907"
RUSSIAN = Style(PT_SERIF, 10.0, 13.0, after=6)
SANS = Style(VERA, 8.6, 12.0, after=7, align="left")


#: Paragraphs, and what lines of each must end with.
HYPHENS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        (
            "At the previous session, following the presentation of the report, the office of the "
            "Secretary-General asked that the share of spending on the protection of personal data be given "
            "separately for each of the least-developed Members. The working group on follow-up met twice, "
            "and its recommendations were adopted without a vote."
        ),
        ("Secretary-",),
    ),
    (
        (
            "The budget is now shown by region and by source of funds, as was requested for the years "
            "2025-2026. North–South and South–South exchanges, as well as public-private partnerships "
            "across the Asia-Pacific region, were discussed at a multi-stakeholder round table."
        ),
        ("2025-",),
    ),
    (
        (
            "In many of the districts that were visited by the review team in the spring, the passive "
            "infra¬struc¬ture is old, and the cost of main¬te¬nance is rising. The govern¬ments con¬cerned "
            "have agreed to share towers, so that digital infrastructure can be built once and used by all "
            "operators on equal terms; maintenance is paid for jointly."
        ),
        ("infra-",),
    ),
    (
        (
            "Operators that wish to take part in the next phase and in the procurement needed for its "
            "imple¬mentation are asked for a guarantee, and those that have no experience in rural areas "
            "are invited to a preparatory course, which is free of charge and is open to all."
        ),
        ("imple-",),
    ),
    (
        (
            "The summaries of both meetings, which were issued in the course of the year as E/CN.16/2025/4 "
            "and A/80/62, were widely read in low- and middle-income countries. A second round took place "
            "in 2024–2025."
        ),
        ("E/CN.16/",),
    ),
    (
        (
            "Follow-up to the decisions is entrusted to the bureau, which reports to each session; "
            "decision-making remains with the plenary. A mid-term review of the work on e-commerce, as "
            "requested by the Members, is due in two years."
        ),
        ("decision-",),
    ),
    (
        (
            "A growing number of small enterprises in the region take orders through platforms, and in "
            "e-commerce as in other fields they look for advice in their own language."
        ),
        ("e-",),
    ),
)


def hyphens(w: Writer) -> None:
    """Each line-end hyphen the sample is about is checked to stand at a line's end."""
    w.h(1, "I.", "Background")
    for number, (text, ends) in enumerate(HYPHENS, 1):
        w.p(f"{number}.", text, ends=ends, **room_for(text, ends, w.flow.frame.x1 - w.flow.frame.x0))
    w.p("8.", LONG["cooperation"])


def room_for(text: str, ends: tuple[str, ...], width: float) -> dict[str, Any]:
    """Give the size and right inset, near to the body's, with which lines end as wanted."""
    for right in range(0, 14, 2):
        for step in range(60):
            # 0, 1, -1, 2, -2 ... hundredths of a point
            size = UN_BODY.size + 0.01 * ((step + 1) // 2) * (1 if step % 2 else -1)
            style = replace(UN_BODY, size=size)
            lines = [str(line) for line in break_lines(text, style, width - right, 34.0)]
            if all(any(line.endswith(end) for line in lines) for end in ends):
                return {"style": style, "right": float(right)}
    raise ValueError(f"no size lets lines end with {ends}: {text[:60]!r}")


def letter_spaced(w: Writer) -> None:
    """Headings with wide gaps between letters, and lines stretched glyph by glyph."""
    spaced = {"size": 11.0, "leading": 14.0}
    w.h(1, None, "SUMMARY", style=spaced, draw=put_spaced)
    w.p(None, LONG["trust"], draw=put_glyphs, fill=0.84)
    # Spaces typed between the letters, three of them between the words.
    line = break_lines(
        "C O N C L U S I O N S   A N D   N E X T   S T E P S", replace(UN_BODY, bold=True), 400
    )[0]
    w.flow.y += 12
    w.press.line(line, UN_BODY, w.flow.frame.x0, w.flow.frame.x1, w.flow.y + 9)
    w.record.heading(1, "CONCLUSIONS AND NEXT STEPS").pages.append(w.press.page)
    w.flow.y += 22
    w.p("7.", LONG["statistics"], draw=put_glyphs, fill=0.9)
    w.p("8.", LONG["standards"])


def ligatures(w: Writer) -> None:
    """One character for "fi" and "fl", as many fonts have it."""
    small = {"face": VERA, "bold": False, "size": 11.0}
    w.h(1, None, "Conﬁdence and the ﬂow of data", style=small)
    for text in (
        (
            "The ﬁrst and the ﬁfth meetings dealt with conﬁdence in the classiﬁcation of data, and with "
            "ﬁnancing in ﬂexible instalments. Ofﬁcials from the statistical ofﬁce presented the deﬁnition "
            "of cross-border data ﬂows and its inﬂuence on ofﬁcial ﬁgures."
        ),
        (
            "Fibre reaches most towns. Where ﬁbre is not yet proﬁtable, ﬁxed wireless access ﬁlls the gap, "
            "and trafﬁc is ofﬂoaded to it at night."
        ),
    ):
        w.p(None, text, style=SANS)


def soft_hyphens(w: Writer) -> None:
    """Words broken at U+00AD, which text extraction keeps; true compounds stand beside them."""
    soft = "\u00ad"
    for text, end in (
        (
            (
                "The term used throughout the present document and in its annexes is “information and "
                "communi|ca|tions technologies”, which covers networks, devices and services alike; the "
                "word “inter|operability” stands for the ability of systems of different makers to work "
                "together across borders."
            ),
            "communi" + soft,
        ),
        (
            (
                "As the Secretary-General noted, the harmon|i|za|tion of technical regu|la|tions is a "
                "matter for stan|dard|iz|ing bodies, and recog|ni|tion of certi|fi|cates one for the "
                "regu|la|tory authorities; neither replaces the other."
            ),
            soft,
        ),
    ):
        w.p(None, text.replace("|", soft), style=SANS, ends=(end,))


def doubled(w: Writer) -> None:
    """Bold by setting each glyph twice, and text that lies unseen under the same text."""
    w.h(1, "II.", "Text set twice", style={"bold": False, "size": 13.0}, draw=put_twice)
    w.p("9.", SHORT["scope"], draw=put_twice)
    w.p("10.", LONG["access"], draw=put_over_hidden)
    white = replace(UN_BODY, color=1.0)
    y = w.flow.y
    for i, line in enumerate(break_lines(SHORT["ethics"], white, 368, 34)):
        w.press.line(line, white, 114, 482, y + i * white.leading + white.leading * 0.78)
    w.p("11.", SHORT["ethics"])
    w.p("12.", LONG["media"])


def outside(w: Writer) -> None:
    """Text past the edges of the page, which nobody sees on screen or paper."""
    w.h(1, "III.", "Access")
    w.run(13, LONG["access"], LONG["schools"], SHORT["jobs"])
    for x, y, text in (
        (610, 300, "Reviewer 2: delete this paragraph before publication"),
        (90, -20, "Template version 7, property of the printer"),
        (90, 870, "Slug line: plate 3 of 8, cyan"),
        (-300, 400, "Old text of the paragraph, kept for reference"),
    ):
        w.press.text(x, y, text, "Times-Roman", 9)


def french(w: Writer) -> None:
    """Write a page in French: accents, guillemets with no-break spaces, hyphenated compounds."""
    w.h(1, "I.", "Introduction")
    w.p(
        "1.",
        "La présente contribution rend compte des activités menées en 2025 pour donner suite aux "
        "résultats du Sommet mondial sur la société de l’information. Elle a été établie par le "
        "secrétariat après consultation des correspondants nationaux, que celui-ci tient à remercier de "
        "la qualité de leurs réponses.",
    )
    w.p(
        "2.",
        "L’expression «\u00a0commerce électronique\u00a0» désigne à la fois les biens commandés en "
        "ligne et les services fournis par voie numérique. Les pays les moins avancés ont demandé une "
        "assistance technique dans trois domaines\u00a0: la protection des données, la signature "
        "électronique et le règlement des litiges.",
    )
    w.h(1, "II.", "Renforcement des capacités")
    w.p(
        "3.",
        "Plus de mille fonctionnaires, dont près de la moitié de femmes, ont suivi une formation à la "
        "cybersécurité ou à la passation de marchés informatiques. Les cours ont lieu dans les régions "
        "plutôt que dans la capitale, et tous les supports sont publiés sous licence libre. Le Comité "
        "des obstacles techniques au commerce a été tenu informé des travaux relatifs aux normes.",
    )
    w.item("a)", "Les enseignants des zones rurales bénéficient d’un suivi pendant cinq ans\u00a0;")
    w.item("b)", "Les bibliothèques et les centres communautaires reçoivent du matériel remis en état\u00a0;")
    w.item(
        "c)", "Les personnes handicapées et les personnes âgées sont associées à la conception des services."
    )
    w.p(
        "4.",
        "Le Conseil est invité à prendre note de ces éléments et à encourager le partage des "
        "infrastructures, notamment dans les pays en développement sans littoral. Il pourrait aussi "
        "recommander que les fonds du service universel soient examinés à intervalles réguliers.",
    )


def russian(w: Writer) -> None:
    """Write a page in Russian."""
    w.h(1, "I.", "Введение", style={"bold": False})
    w.p(
        "1.",
        "Настоящий документ содержит информацию о деятельности, проведенной в 2025 году в целях "
        "осуществления решений Всемирной встречи на высшем уровне по вопросам информационного общества. "
        "Он подготовлен секретариатом на основе ответов национальных координаторов, которым секретариат "
        "выражает признательность.",
    )
    w.h(1, "II.", "Инфраструктура и доступ", style={"bold": False})
    w.p(
        "2.",
        "Широкополосные сети были расширены в сельских районах, где операторы совместно используют "
        "башни и кабельную канализацию. Цена подключения снизилась, однако в странах, не имеющих выхода "
        "к морю, она остается высокой. Наименее развитые страны просили оказать им помощь в области "
        "кибербезопасности и защиты персональных данных.",
    )
    w.item("a)", "Школы и больницы подключаются в первую очередь;")
    w.item("b)", "Учебные материалы публикуются на местных языках под открытой лицензией.")
    w.p(
        "3.",
        "Электронная торговля открывает новые возможности для малых предприятий. Секретариат проводит "
        "для них семинары по вопросам таможенного оформления и электронных платежей.",
    )


def shaped(text: str) -> str:
    """Give Arabic as a typesetter draws it: joined forms, in the order from left to right.

    Lam and alef make one glyph; letters that do not join to the left keep the final or
    isolated form. Enough for a few lines without vowel marks.
    """
    forms: dict[tuple[str, str], str] = {}
    for code in range(0xFE70, 0xFEFD):
        kind, *letters = unicodedata.decomposition(chr(code)).split() or [""]
        forms["".join(chr(int(letter, 16)) for letter in letters), kind.strip("<>")] = chr(code)
    units = re.findall("\u0644[\u0622\u0623\u0625\u0627]|.", text)
    out = []
    for before, unit, after in zip([" ", *units], units, [*units[1:], " "], strict=False):
        right = (before, "initial") in forms
        left = (unit, "initial") in forms and (after, "isolated") in forms
        form = ("isolated", "initial", "final", "medial")[2 * right + left]
        out.append(forms.get((unit, form), unit))
    return "".join(reversed(out))


ARABIC = (
    "يقدم هذا التقرير معلومات عن الأنشطة التي نفذت في مجال الاتصالات والتجارة الإلكترونية",
    "خلال العام الماضي، وقد أعدته الأمانة بالتشاور مع جهات الاتصال الوطنية. ويمكن الاطلاع",
    "على النص الكامل بست لغات.",
)


def right_to_left(w: Writer) -> None:
    """Set an Arabic note beside English text: its letters are kept, whichever way they are written."""
    w.h(1, "IV.", "Languages")
    w.run(15, LONG["language"])
    style = Style(AMIRI, 10.2, 15.0, after=0, align="right")
    w.seen("paragraph", " ".join(ARABIC), anywhere=True)
    for text in ARABIC:
        line = break_lines(shaped(text), style, 425)[0]
        w.press.line(line, style, w.flow.frame.x0, w.flow.frame.x1, w.flow.y + 11, put)
        w.flow.y += style.leading
    w.flow.y += 8
    w.run(16, LONG["media"], SHORT["archive"])


SAMPLES = [
    Sample(
        "hyphens", "Line ends in true compounds, in broken words, at dashes and strokes.", plain(), hyphens
    ),
    Sample(
        "letter-spaced",
        "Letter-spaced headings, and lines whose glyphs stand at uneven distances.",
        plain(),
        letter_spaced,
    ),
    Sample("ligatures", "Ligature characters for fi and fl.", plain(), ligatures),
    Sample("soft-hyphens", "Words broken at soft hyphens (U+00AD).", plain(), soft_hyphens),
    Sample(
        "doubled-text",
        "Bold made by setting text twice; unseen and white copies under the same text.",
        un(SYMBOL, JOB),
        doubled,
        furniture=(SYMBOL, JOB),
    ),
    Sample(
        "outside-the-page",
        "Text past the edges of the page.",
        plain(),
        outside,
        furniture=("Reviewer 2", "Template version", "Slug line", "Old text of the paragraph"),
    ),
    Sample("french", "A page in French.", un(SYMBOL, JOB, "(F)"), french, "fr", furniture=(SYMBOL, JOB)),
    Sample("russian", "A page in Russian.", plain(body=RUSSIAN), russian, "ru", faces=(PT_SERIF,)),
    Sample(
        "right-to-left",
        "Three lines of Arabic between English paragraphs.",
        plain(),
        right_to_left,
        faces=(AMIRI,),
    ),
]
