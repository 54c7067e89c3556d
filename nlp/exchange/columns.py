"""The columns of each table, as data: names, types and what they mean. docs/export.md says the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from nlp import taxonomy

Type = Literal["text", "integer", "number", "date"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, the type of all its values, and what they mean. Any cell may be empty."""

    name: str
    type: Type
    about: str


def score_column(code: str) -> str:
    """Name the column of a line's scores: `score_C7_ebusiness`, which SQL takes without quotes."""
    return "score_" + code.replace("-", "_")


OF_DOCUMENT = (
    Column("document", "text", "id of the document: the SHA-256 of its file"),
    Column("input", "text", "the input as it was named to `wsis batch`"),
    Column("source", "text", "the file's own name"),
    Column("title", "text", "title of the document"),
    Column("submitter", "text", "who submitted it"),
    Column("date", "date", "the day that its masthead prints"),
    Column("language", "text", "its language, `und` where that is not sure"),
)
OF_BLOCK = (
    *OF_DOCUMENT,
    Column("block", "text", "id of the block, unique in its document"),
    Column("position", "integer", "place of the block in reading order, from 1"),
    Column("kind", "text", "`paragraph`, `list_item`, `table`, `heading`, `footnote` ..."),
    Column("number", "text", "its number as printed"),
    Column("page", "integer", "page it begins on"),
    Column("last_page", "integer", "page it ends on"),
    Column("section", "text", "headings above it, joined with ` / `"),
)
_TEXT = Column("text", "text", "text of the block")

BLOCKS = (
    *OF_BLOCK,
    _TEXT,
    Column("words", "integer", "words in the text, as blanks part them"),
    Column(
        "status",
        "text",
        "`assigned` to a line, else up for `review`, else `none`; empty where no line is sought",
    ),
    Column("assigned", "text", "codes of the lines it is assigned to"),
    Column("review", "text", "codes of the lines that a person should look at"),
    *(Column(score_column(code), "number", f"score of {code}, 0 to 1") for code in taxonomy.CODES),
)
ENTITIES = (
    *OF_BLOCK,
    Column("start", "integer", "first code point of the entity in the block's text, from 0"),
    Column("end", "integer", "code point after its last"),
    Column("text", "text", "the entity as the text has it"),
    Column("label", "text", "`COMMITTEE`, `TECHNOLOGY`, `MEMBER` ..."),
    Column("id", "text", "id of one entry, see `wsis knowledge show`"),
    Column("name", "text", "official name of the entry"),
    Column("part", "integer", "1; further names told in the same stretch have 2, 3 ..."),
    Column("span", "text", "all ids of the stretch, joined with `+`"),
    Column("rule", "text", "what found it"),
    Column("body", "text", "of a document symbol: id of the body in whose series it is"),
    Column("member", "text", "of a notification: id of the Member that made it"),
)
LABELS = (
    *OF_BLOCK,
    _TEXT,
    Column("code", "text", "code of the action line"),
    Column("line", "text", "title of the action line"),
    Column("status", "text", "`assigned` or `review`"),
    Column("probability", "number", "how sure the model is, 0 to 1"),
    Column("threshold", "number", "probability from which it is assigned"),
    Column("because", "text", "words of the text that spoke for it"),
    Column("mention", "text", "where the text names the line itself"),
    Column("heading", "text", "heading that spoke for it"),
    Column("nearest", "text", "ids of the nearest paragraphs of the corpus"),
)
DOCUMENTS = (
    *OF_DOCUMENT,
    Column("status", "text", "`done`, `failed`, `duplicate` of another input, or `waiting` for its turn"),
    Column("error", "text", "code of the error"),
    Column("detail", "text", "what was wrong"),
    Column("duplicate_of", "text", "the input with the same bytes"),
    Column("sha256", "text", "SHA-256 of the file, also where it has no document"),
    Column("bytes", "integer", "size of the file"),
    Column("symbols", "text", "document symbols in its masthead"),
    Column("pages", "integer", "pages; this and the other counts only where it is `done`"),
    Column("blocks", "integer", "blocks"),
    Column("paragraphs", "integer", "blocks for which lines are sought"),
    Column("assigned", "integer", "paragraphs assigned to a line"),
    Column("open", "integer", "paragraphs up for review and assigned to none"),
    Column("review", "integer", "all paragraphs that a person should look at"),
    Column("entities", "integer", "marked stretches"),
    Column("lines", "text", "codes of the lines that a paragraph is assigned to"),
    Column("warnings", "text", "what a reader must know, such as pages without text"),
    Column("recipe", "text", "one hash for all that was made with the same versions and settings"),
)
